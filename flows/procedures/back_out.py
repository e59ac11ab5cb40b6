"""The way back, as far as there is one: each branch says what it loses.

Before B's install the relationship is established again as it was. From B's install on there is no downgrade: A serves on,
without failover until B is repaired. After the swing the site goes back to A, and what was done on B since is lost. From A's
install on there is no way back.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from flows.checks.expected_state import as_read
from flows.checks.found import Found, Readiness
from flows.session.readings import Machine
from flows.steps.make_primary import site_is_served_by, swing
from flows.steps.reestablish_failover import reestablish_failover
from robot.domain.errors import Refused
from robot.domain.model import FailoverStatus, Release, SharedAddress, SiteStatus, Unit
from robot.recording.record import PRESSED, SETTLED, standing_press
from robot.schedule.hours import broken_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.session.pair import Pair
    from robot.execution.run import Run

HEADING = "The way back"
_FIRST_HALF = re.compile(r"a-disable-shared-ip(-\d+)?")
"""The first half of the shared IP's swing, and of each further attempt."""


class Branch(StrEnum):
    """How far a run has come, and so which way back there is."""

    NOTHING_BROKEN = "nothing broken"
    AS_IT_WAS = "as it was"
    A_SERVES_ON = "A serves on"
    BACK_TO_A = "back to A"
    MID_SWING = "mid-swing"
    NONE = "none"


WAYS = {
    Branch.NOTHING_BROKEN: "Nothing was broken: the relationship stands, and nothing is lost. The run ends here.",
    Branch.AS_IT_WAS: (
        "B is not updated yet: the relationship is established again as it was, from A, with B as its backup. Nothing is lost."
    ),
    Branch.A_SERVES_ON: (
        "B's install has begun, and there is no downgrade: A serves on with the old release. Lost: failover protection, until B "
        "is repaired by the vendor's support, or the upgrade is finished."
    ),
    Branch.BACK_TO_A: (
        "The site goes back to A, which still has the old release. Lost: whatever was configured or done on B since the swing, "
        "and failover protection, until B is repaired or the upgrade is finished. Everybody connected is cut off once more."
    ),
    Branch.MID_SWING: "The swing is begun and not finished: resume first. It is finished or undone before anything else is done.",
    Branch.NONE: "A's install has begun: there is no way back, only forward. Resume; an appliance in trouble is never restarted.",
}
"""What each way back is, and what it loses; also for the plan."""


def branch_of(lines: Sequence[dict[str, Any]], procedure: str) -> Branch:
    """The branch that a record allows. What sets a state (a DNS entry, a NAT entry) can be taken back half done.

    Args:
        lines: the record.
        procedure: "asynchronous", "synchronous" or "single".
    """

    def pressed(*starts: str) -> bool:
        steps = {line["step"] for line in lines if line["kind"] == PRESSED and line["step"].startswith(starts)}
        return any(standing_press(lines, step) for step in steps)

    def settled(*starts: str) -> bool:
        return any(line["kind"] in SETTLED and line["step"].startswith(starts) for line in lines)

    installs_a, installs_b = ("a-install-", "a-update-software-"), ("b-install-", "b-update-software-")
    if pressed(*installs_a) or updated_by_hand(lines, "a"):
        return Branch.NONE
    answers = [line["reading"] for line in lines if line["step"] == "site-swing-by-person-to-b"]
    outside = pressed("site-dns-to-b", "site-nat-to-b")
    if settled("b-enable-shared-ip") or outside or any(each and each.get("yes") for each in answers):
        return Branch.BACK_TO_A
    begun = {line["step"] for line in lines if line["kind"] == PRESSED and _FIRST_HALF.fullmatch(line["step"])}
    undone = {line["step"] for line in lines if line["kind"] in SETTLED}
    unfinished = any(step.replace("disable", "enable") not in undone for step in begun)  # each attempt is undone by its own
    if unfinished:
        return Branch.MID_SWING
    if pressed(*installs_b) or updated_by_hand(lines, "b"):
        return Branch.A_SERVES_ON if procedure == "asynchronous" else Branch.NONE
    return Branch.AS_IT_WAS if broken_by(lines) else Branch.NOTHING_BROKEN


def updated_by_hand(lines: Sequence[dict[str, Any]], unit: str) -> bool:
    """Whether an appliance runs another release than at first, as last read; a person who had the pair in hand did that."""
    read = [line["reading"] for line in lines if line["unit"] == unit and line["reading"]]
    read += [line["reading"]["found"].get(unit, {}) for line in lines if line["step"] == "site-take-back"]
    products = [str(reading["product"]) for reading in read if reading.get("product")]
    return bool(products) and Release(text=products[0]).numbers != Release(text=products[-1]).numbers


def back_out(pair: Pair, run: Run) -> dict[str, Any]:
    """Go the way back that the record allows.

    Raises:
        Refused: there is none, or the swing must be finished first.
    """
    branch = branch_of(run.record.lines, run.state.procedure)
    way = WAYS[branch]
    with run.under(HEADING):
        if branch in {Branch.NONE, Branch.MID_SWING}:
            run.steps.note("site-no-way-back", f"no way back: {way}")
            raise Refused(way, next_action="Resume.")
        run.steps.note("site-back-out", f"backing out: {way}")
        if branch is not Branch.NOTHING_BROKEN:
            found = found_before(run)
            pair.remember_accounts(run.record)
            for box, each in ((pair.a, found.a), (pair.b, found.b)):
                box.expect(each.machine.identity)
            if branch is Branch.AS_IT_WAS:
                reestablish_failover(pair, run, found, as_read(found), leading=Unit.A)
            else:
                to_a(pair, run, swings=branch is Branch.BACK_TO_A)
            pair.swing.afterwards(pair, run, serves=Unit.A)
        run.notify("backed_out", f"backed out: {way}")
    return {"outcome": "backed_out", "reason": f"backed out: {way}"}


def to_a(pair: Pair, run: Run, *, swings: bool) -> None:
    """Have A serve, and prove it: swing the site back where B has it; B keeps out of the way."""
    if swings:
        swing(pair, run, to=Unit.A, step="site-swing-back", first=lambda: None)
    for box in (pair.a, pair.b):
        pair.swing.require(
            box, run, f"{box.unit.value}-shared-ip-backed-out", f"The shared IP on {box.name} after backing out",
            serves=box is pair.a, fulfils=("OP5",),
        )  # fmt: skip
    site_is_served_by(pair.a, pair, run, step="site-served-by-a", fulfils=("SI5",), release=found_before(run).a.site.product)


def found_before(run: Run) -> Readiness:
    """How both stood before anything was changed, from the run's own record.

    Raises:
        Refused: the record does not tell.
    """

    def reading(step: str) -> dict[str, Any]:
        line = next((line for line in run.record.lines if line["step"] == step and line["kind"] == "reading"), None)
        if line is None:
            raise Refused(f"the record of this run does not hold {step}, so that the way back cannot be judged; go by hand")
        return line["reading"]

    def shared(unit: Unit) -> SharedAddress | None:
        step = f"{unit.value}-ip-configuration"
        return SharedAddress.from_plain(reading(step)) if run.record.last(step, {"reading"}) else None

    a, b = (
        Found(
            Machine.from_plain(reading(f"{unit.value}-status-basics")),
            SiteStatus.from_plain(reading(f"{unit.value}-status-information")),
            FailoverStatus.from_plain(reading(f"{unit.value}-failover")),
            shared(unit),
        )
        for unit in Unit
    )
    return Readiness(a, b)
