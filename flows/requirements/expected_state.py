"""Check that the pair is as this run left it, so that what somebody else did is found before the next press (OP8).

Each change of the run checks its own state. This check is for everything else: somebody has re-established the relationship,
updated the wrong appliance, moved the site, or reverted an appliance to an older snapshot (OP3).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flows.requirements.uptime import ran_backwards
from flows.session import readings
from flows.session.automatic_updates import suspect
from pages.readings.failover_status import Role
from pages.readings.machine import Basics
from pages.readings.release import Release
from pages.readings.site_status import SiteStatus
from robot.changes.change import SOMEBODY
from robot.domain.errors import UnknownHand
from robot.domain.model import Reading, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flows.requirements.readiness_readings import Readiness
    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from robot.changes.run import Run


class ObservedState(Reading):
    """The state of one appliance, as read.

    Attributes:
        role: its role.
        product: its product version.
        base: its base version.
        has_shared_ip: whether the site has a shared IP.
        enabled: whether the shared IP is enabled there; `None` if the site has none, or if that cannot be read.
        uptime: its uptime, in the page's words.
        busy: what it says of an installation that is running; "" if none is.
        automatic: the words by which it lets itself install updates; "" if it does not.
    """

    role: Role
    product: str
    base: str
    has_shared_ip: bool = False
    enabled: bool | None = None
    uptime: str = ""
    busy: str = ""
    automatic: str = ""


@dataclass(frozen=True)
class ExpectedState:
    """How this run left one appliance.

    Attributes:
        role: its role.
        serves: whether the site is on it.
        product: its product version, as read; "" if it is not checked.
        base: its base version, as read; "" if it is not checked.
    """

    role: Role
    serves: bool
    product: str = ""
    base: str = ""

    def stands_like(self, observed: ObservedState) -> bool:
        """Return whether its role and the shared IP are as it was left, whatever it runs."""
        return observed.role is self.role and observed.enabled in {None, self.serves}

    def unlike(self, observed: ObservedState, name: str) -> str:
        """Say what is different; "" if nothing is."""
        differences: list[str] = []
        if observed.role is not self.role:
            differences.append(f"{name} is {said(observed.role)} and this run left it {said(self.role)}")
        differences += self.other_versions(observed.product, observed.base, name)
        if observed.busy:
            differences.append(f"{name} is installing something that this run did not begin ({observed.busy})")
        if observed.has_shared_ip and observed.enabled is not self.serves:
            words = {True: "enabled", False: "disabled", None: "unreadable"}
            differences.append(f"the shared IP is {words[observed.enabled]} on {name} and this run left it {words[self.serves]}")
        return "; ".join(differences)

    def other_versions(self, product: str, base: str, name: str) -> list[str]:
        """Return a sentence for each version that differs from the one it was left with.

        Args:
            product: its product version now.
            base: its base version now.
            name: the appliance, as a person says it.
        """
        return [
            f"{name} runs {kind}{current} and this run left it with {kind}{expected}"
            for kind, expected, current in (("", self.product, product), ("base ", self.base, base))
            if expected and Release(text=expected).version != Release(text=current).version
        ]

    def is_after(self, product: str, base: str) -> bool:
        """Return whether it was left with a newer product or base version than these (OP3)."""
        pairs = ((self.product, product), (self.base, base))
        return any(expected and Release(text=current).is_before(expected) for expected, current in pairs)


def expected_after_break(initial: Readiness) -> dict[Unit, ExpectedState]:
    """Return the state in which the break leaves both: A serves, and each runs the versions that were read.

    Returns:
        The expected state of each appliance.
    """
    return {
        unit: ExpectedState(Role.NONE, serves=unit is Unit.A, product=each.site.product, base=each.machine.base)
        for unit, each in ((Unit.A, initial.a), (Unit.B, initial.b))
    }


def said(role: Role) -> str:
    """Return a role in words."""
    return {Role.NONE: "in no relationship", Role.CONFLICT: "in a role conflict"}.get(role, f"the {role.value}")


def standing(appliance: Appliance, pair: Pair) -> ObservedState:
    """Read the state of an appliance afresh."""
    with appliance.looked_at():
        basics = appliance.basics()
        busy = readings.updates(appliance)
        facts, status = pair.swing.facts(appliance), readings.site_status(appliance)  # a sign-in leads to it
        return ObservedState(
            has_shared_ip="enabled" in facts,
            enabled=facts.get("enabled"),
            role=readings.failover(appliance).role,
            product=status.product,
            base=basics.base,
            uptime=basics.uptime,
            busy=busy.running,
            automatic=busy.automatic,
        )


def require_expected_state_before(pair: Pair, run: Run, expected: Mapping[Unit, ExpectedState], *, before: str) -> None:
    """Check, as a durable step before a part that only reads, that both appliances are as this run left them (OP8).

    So another person's change is reported as that, and not as a failed verification.

    Args:
        pair: both appliances.
        run: the run.
        expected: how this run left each.
        before: what comes next, as the end of the step's name.

    Raises:
        UnknownHand: one is not as this run left it.
    """

    def once() -> dict[str, Any]:
        require_expected_state(pair, run, expected, step)
        return {}

    step = f"site-as-left-before-{before}"
    run.steps.durably(step, "That both stand as this run left them", pair.a, once, procedure_ids=("OP8",))


def running(
    appliance: Appliance, run: Run, expected: dict[Unit, ExpectedState], number: int, *, procedure_ids: tuple[str, ...]
) -> tuple[str, str]:
    """Read the versions that an appliance runs, and compare them with those that this run left there.

    What a person has installed and answered for by name is taken over, and not installed again.

    Args:
        appliance: the appliance.
        run: the run.
        expected: how this run left each appliance; the appliance's versions in it are updated.
        number: 1-based number of this reading on the appliance, for the steps' names.
        procedure_ids: procedure IDs.

    Returns:
        The product version and the base version, as the pages tell them.

    Raises:
        UnknownHand: it runs something else, and nobody has answered for that by name.
    """
    u, n, was = appliance.unit.value, appliance.name, expected[appliance.unit]
    step = f"{u}-software-{number}"
    basics = run.steps.observe(
        f"{u}-base-{number}", f"{n}'s base software", appliance, Basics, appliance.basics, procedure_ids=procedure_ids
    )

    def owner(reading: SiteStatus) -> str:
        return run.ownership.owner_at(step, u, {"product": reading.product, "base": basics.base})

    def objection(reading: SiteStatus) -> str:
        unlike = "; ".join(was.other_versions(reading.product, basics.base, n))
        if unlike and was.is_after(reading.product, basics.base):
            return f"{unlike}: it runs backwards, as after a snapshot was reverted to; it must be put back before the run goes on"
        return f"{unlike}: {suspect(n, readings.updates(appliance).automatic)}" if unlike and not owner(reading) else ""

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
    """Check, at the last moment before a press, that both appliances are as this run left them.

    It is read afresh each time and never remembered: between a stop and a resume anything may have been done.

    Args:
        pair: both appliances.
        run: the run.
        expected: how this run left each.
        step: the step that is about to press.

    Raises:
        UnknownHand: they are not; nothing is pressed.
    """
    observed = {unit: standing(pair.appliance(unit), pair) for unit in expected}
    unlike = [difference for unit, each in expected.items() if (difference := each.unlike(observed[unit], unit.upper()))]
    restarted = {
        unit: difference for unit, each in observed.items() if (difference := ran_backwards(run.record, unit, each.uptime))
    }
    if not unlike and not restarted:
        return
    differences, owner = "; ".join([*unlike, *restarted.values()]), run.ownership.owner_by_answer(step)
    if owner and not unlike:  # a restart leaves nothing to be put back; from now on the new uptime counts
        for unit, difference in restarted.items():
            run.log_note(
                f"{unit.value}-restarted",
                f"{difference}; {owner} owns it",
                procedure_ids=("OP3",),
                reading={"uptime": observed[unit].uptime},
            )
        return
    if owner:
        raise UnknownHand(
            f"{differences}. {owner} owns it; the run cannot go on from there",
            next_action="Put it back as this run left it, then resume; or take another way: see the report, and `back-out`.",
            procedure_ids=("OP8", "OP3"),
        )
    differing = [unit for unit, each in expected.items() if unit in restarted or each.unlike(observed[unit], "")]
    by_itself = all(observed[unit].automatic and expected[unit].stands_like(observed[unit]) for unit in differing)
    who = " and ".join(suspect(unit.upper(), observed[unit].automatic) for unit in differing) if by_itself else SOMEBODY
    raise UnknownHand(f"{differences}: {who}", procedure_ids=("OP8", "OP3"))
