"""The plan as people read it: one self-contained page, for a screen, a phone and paper. It uses no network and runs no script."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from robot.evidence.wording import begin_sentence, duration

TEMPLATES: Final = Path(__file__).with_name("templates")
UNITS: Final = {"a": "A", "b": "B", "site": "Outside"}
WORKS: Final = {
    "backup": "Download A's backup", "sync": "Synchronise B", "break": "Break the relationship", "install-b": "Update B",
    "verify-b": "Verify B", "swing": "Swing the site to B", "backup-again": "Download B's backup", "install-a": "Update A",
    "verify-a": "Verify A", "establish": "Establish the relationship", "first-sync": "First synchronisation of A",
}  # fmt: skip
PROCEDURES: Final = {
    "asynchronous": "asynchronous (B first, then the swing, then A)", "synchronous": "synchronous (A first, no swing)",
    "single": "one appliance alone",
}  # fmt: skip
VERDICTS: Final = {"pass": "yes", "warn": "warning", "fail": "NO, waived", "unknown": "not known yet"}


def sheet(plan: Mapping[str, Any]) -> str:
    """Return the plan as a page of HTML.

    Args:
        plan: the plan's document, with its `digest`.

    Returns:
        The page; the same plan gives the same bytes.
    """
    on_the_way = [press for press in plan["presses"] if not press["way"]]
    return _environment().get_template("plan.html").render(
        plan=plan, css=(TEMPLATES / "plan.css").read_text(encoding="utf-8"), presses=on_the_way,
        on_ways_back=[press for press in plan["presses"] if press["way"]],
        taken={work["work"]: work for work in plan["works"]},
    )  # fmt: skip


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "moment": _moment, "minutes": _minutes, "after": _after, "sentence": begin_sentence, "unit": UNITS.__getitem__,
        "work": WORKS.__getitem__, "procedure": PROCEDURES.__getitem__, "verdict": VERDICTS.__getitem__,
    }  # fmt: skip
    return environment


def _moment(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%a %d %B %Y, %H:%M UTC")


def _minutes(minutes: int) -> str:
    return duration(minutes * 60)


def _after(minutes: int) -> str:
    return f"{_minutes(minutes)} after the start" if minutes else "at the start"
