"""That the pair stands as this run left it: what somebody else did or undid meanwhile is found before the next press (OP8).

A change of the run's own is guarded by itself. This look is for everything else: a relationship re-established behind its
back, the wrong appliance updated, the site moved by another hand, an appliance reverted to an older snapshot (OP3).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flows.requirements.uptime import ran_backwards
from flows.session import readings
from pages.readings.failover_status import Role
from pages.readings.machine import Basics
from pages.readings.release import Release
from pages.readings.site_status import SiteStatus
from robot.domain.errors import UnknownHand
from robot.domain.model import Reading, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flows.requirements.readiness_readings import Readiness
    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from robot.changes.run import Run


class ObservedState(Reading):
    """How one appliance stands: its role, what it runs, since when, and whether it has the shared IP (`None`: there is none).

    `busy` is what it says of an installation that is running; "" where none is.
    """

    role: Role
    product: str
    base: str
    enabled: bool | None = None
    uptime: str = ""
    busy: str = ""


@dataclass(frozen=True)
class ExpectedState:
    """How this run left one appliance.

    Attributes:
        role: its role.
        serves: whether the site is on it.
        product: what it runs, as read; "" where that is not looked at.
        base: its base software, as read; "" likewise.
    """

    role: Role
    serves: bool
    product: str = ""
    base: str = ""

    def unlike(self, now: ObservedState, name: str) -> str:
        """What is different, in words; "" where nothing is."""
        told: list[str] = []
        if now.role is not self.role:
            told.append(f"{name} is {said(now.role)} and this run left it {said(self.role)}")
        told += self.other_versions(now.product, now.base, name)
        if now.busy:
            told.append(f"{name} is installing something that this run did not begin ({now.busy})")
        if now.enabled is not None and now.enabled is not self.serves:
            words = {True: "enabled", False: "disabled"}
            told.append(f"the shared IP is {words[now.enabled]} on {name} and this run left it {words[self.serves]}")
        return "; ".join(told)

    def other_versions(self, product: str, base: str, name: str) -> list[str]:
        """What it runs otherwise than it was left with, a sentence each."""
        return [
            f"{name} runs {what}{now} and this run left it with {what}{then}"
            for what, then, now in (("", self.product, product), ("base ", self.base, base))
            if then and Release(text=then).numbers != Release(text=now).numbers
        ]

    def is_after(self, product: str, base: str) -> bool:
        """Whether it was left with something newer than this (OP3)."""
        pairs = ((self.product, product), (self.base, base))
        return any(then and Release(text=now).is_before(then) for then, now in pairs)


def expected_after_break(found: Readiness) -> dict[Unit, ExpectedState]:
    """How both stand once the relationship is broken: A serves, and each runs what it was read to run."""
    return {
        unit: ExpectedState(Role.NONE, serves=unit is Unit.A, product=each.site.product, base=each.machine.base)
        for unit, each in ((Unit.A, found.a), (Unit.B, found.b))
    }


def said(role: Role) -> str:
    """A role in words."""
    return {Role.NONE: "in no relationship", Role.CONFLICT: "in a role conflict"}.get(role, f"the {role.value}")


def standing(appliance: Appliance, pair: Pair) -> ObservedState:
    """How an appliance stands, read afresh."""
    with appliance.looked_at():
        basics = appliance.basics()
        busy = readings.updates(appliance)
        enabled, status = pair.swing.facts(appliance).get("enabled"), readings.site_status(appliance)  # a sign-in leads to it
        return ObservedState(
            enabled=enabled,
            role=readings.failover(appliance).role,
            product=status.product,
            base=basics.base,
            uptime=basics.uptime,
            busy=(busy.progress or "it does not say what") if busy.installing else "",
        )


def require_expected_state_before(pair: Pair, run: Run, expected: Mapping[Unit, ExpectedState], *, before: str) -> None:
    """The same as a step of its own, before something that only reads: so that a hand is told as a hand (OP8).

    Args:
        pair: both.
        run: the run.
        expected: how this run left each.
        before: what comes next, as the end of the step's name.
    """

    def once() -> dict[str, Any]:
        require_expected_state(pair, run, expected, step)
        return {}

    step = f"site-as-left-before-{before}"
    run.steps.durably(step, "That both stand as this run left them", pair.a, once, procedure_ids=("OP8",))


def running(
    appliance: Appliance, run: Run, expected: dict[Unit, ExpectedState], number: int, *, procedure_ids: tuple[str, ...]
) -> tuple[str, str]:
    """What an appliance runs, product and base, held against what this run left there; `expected` is kept up to date.

    What a person installed and owns by name is taken over, and not installed again.

    Raises:
        UnknownHand: it runs something else, and nobody owns that.
    """
    u, n, was = appliance.unit.value, appliance.name, expected[appliance.unit]
    step = f"{u}-software-{number}"
    basics = run.steps.observe(
        f"{u}-base-{number}", f"{n}'s base software", appliance, Basics, appliance.basics, procedure_ids=procedure_ids
    )

    def owner(now: SiteStatus) -> str:
        return run.ownership.owner_at(step, u, {"product": now.product, "base": basics.base})

    def objection(now: SiteStatus) -> str:
        unlike = "; ".join(was.other_versions(now.product, basics.base, n))
        if unlike and was.is_after(now.product, basics.base):
            return f"{unlike}: it runs backwards, as after a snapshot was reverted to; it must be put back before the run goes on"
        return f"{unlike}: somebody else is at work on the pair" if unlike and not owner(now) else ""

    status = run.steps.observe(
        step, f"{n}'s software", appliance, SiteStatus, lambda: readings.site_status(appliance),
        procedure_ids=procedure_ids, require=objection,
        otherwise=UnknownHand,
    )  # fmt: skip
    if unlike := "; ".join(was.other_versions(status.product, basics.base, n)):
        run.steps.done_by_person(f"{u}-updated-by-hand-{number}", unlike, owner(status), procedure_ids=(*procedure_ids, "OP8"))
    expected[appliance.unit] = replace(was, product=status.product, base=basics.base)
    return status.product, basics.base


def require_expected_state(pair: Pair, run: Run, expected: Mapping[Unit, ExpectedState], step: str) -> None:
    """See, at the last moment before a press, that both appliances stand as this run left them.

    It is read afresh each time and never remembered: between a stop and its resume anything may have been done.

    Args:
        pair: both.
        run: the run.
        expected: how this run left each.
        step: the step that is about to press.

    Raises:
        UnknownHand: they do not; nothing is pressed.
    """
    now = {unit: standing(pair.appliance(unit), pair) for unit in expected}
    unlike = [said for unit, each in expected.items() if (said := each.unlike(now[unit], unit.upper()))]
    restarted = {unit: said for unit, each in now.items() if (said := ran_backwards(run.record, unit, each.uptime))}
    if not unlike and not restarted:
        return
    found, owner = "; ".join([*unlike, *restarted.values()]), run.ownership.owner_by_answer(step)
    if owner and not unlike:  # a restart leaves nothing to be put back; from now on the new uptime counts
        for unit, said in restarted.items():
            run.log_note(
                f"{unit.value}-restarted",
                f"{said}; {owner} owns it",
                procedure_ids=("OP3",),
                reading={"uptime": now[unit].uptime},
            )
        return
    if owner:
        raise UnknownHand(
            f"{found}. {owner} owns it; the run cannot go on from there",
            next_action="Put it back as this run left it, then resume; or take another way: see the report, and `back-out`.",
            procedure_ids=("OP8", "OP3"),
        )
    raise UnknownHand(f"{found}: somebody else is at work on the pair", procedure_ids=("OP8", "OP3"))
