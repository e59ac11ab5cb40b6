"""`python -m tests.faults.faults_table`: docs/faults.md anew, from the catalogue. A test says when the two differ."""

from __future__ import annotations

import re
import sys

from tests.campaign import ROOT

sys.path.insert(0, str(ROOT / "tests" / "faults"))

from fault_kinds import GROUPS, KINDS, Fault

PAGE = ROOT / "docs" / "faults.md"
HEAD = """\
# What the robot does when an appliance is hostile

Each row is tried by `make faults`: a whole run by the command line, against a simulated pair, through real browsers. In every one
of them nothing forbidden is pressed, nothing is pressed twice, no password is given again after a refusal, and never do both
appliances serve. A code of 3 means that nothing was pressed; a 4 that something was. The stop card says what it was, who serves
now, and how to go on.

Faults in the middle of the swing have their own campaign, `make swing`.
This page is made by `python -m tests.faults.faults_table`.
"""


def table() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(part for group in GROUPS for part in section(group))])


def section(group: str) -> list[str]:
    """The faults of one group."""
    rows = [row(fault) for fault in KINDS if fault.group == group]
    heads = "| fault | when | what the robot does | what you are told | ends with |"
    return [f"## {group}\n", heads, "|---|---|---|---|---|", *rows, ""]


def row(fault: Fault) -> str:
    """One fault."""
    when = "; ".join(moment.name for moment in fault.at)
    told = f"`{plain(fault.tells)}`" if fault.tells else "nothing: the run goes on"
    cells = [f"**{fault.name}**<br>{fault.what}", when, fault.robot, told, ends(fault)]
    return f"| {' | '.join(cells)} |"


def ends(fault: Fault) -> str:
    """The exit codes, in the order of the moments."""
    if fault.is_survived:
        return "goes on (0)"
    return " or ".join(dict.fromkeys(f"{fault.code_at(moment)} {fault.outcome_at(moment)}" for moment in fault.at))


def plain(pattern: str) -> str:
    """A regular expression as a person reads it."""
    told = re.sub(r"\\([().\[\]])", r"\1", pattern)
    told = re.sub(r"\.\*", " ... ", told).replace("(login|appliance)", "login").replace("[Jj]ump [Cc]lients", "Jump Clients")
    told = told.replace("(runs|is installing)", "runs").replace("[Rr]", "r")
    return re.sub(r" +", " ", told).replace("|", "` or `").strip()


if __name__ == "__main__":
    PAGE.write_text(table(), encoding="utf-8")
