"""That the pair stands as this run left it: what somebody else did or undid meanwhile is found before the next press (OP8).

A change of the run's own is guarded by itself. This look is for everything else: a relationship re-established behind its
back, the wrong box updated, the site moved by another hand, a box reverted to an older snapshot (OP3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows import readings
from robot import gates
from robot.errors import UnknownHand
from robot.model import Reading, Release, Role

if TYPE_CHECKING:
    from flows.appliance import Appliance
    from flows.pair import Pair
    from robot.performing import Run


class Stand(Reading):
    """How one appliance stands: its role, what it runs, and whether it has the shared IP (`None` where there is none)."""

    role: Role
    product: str
    base: str
    enabled: bool | None = None


@dataclass(frozen=True)
class Left:
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

    def unlike(self, now: Stand, name: str) -> str:
        """What is different, in words; "" where nothing is."""
        told: list[str] = []
        if now.role is not self.role:
            told.append(f"{name} is {said(now.role)} and this run left it {said(self.role)}")
        for what, then, is_now in (("", self.product, now.product), ("base ", self.base, now.base)):
            if then and Release(text=then).numbers != Release(text=is_now).numbers:
                told.append(f"{name} runs {what}{is_now} and this run left it with {what}{then}")
        if now.enabled is not None and now.enabled is not self.serves:
            words = {True: "enabled", False: "disabled"}
            told.append(f"the shared IP is {words[now.enabled]} on {name} and this run left it {words[self.serves]}")
        return "; ".join(told)


def said(role: Role) -> str:
    """A role in words."""
    return {Role.NONE: "in no relationship", Role.CONFLICT: "in a role conflict"}.get(role, f"the {role.value}")


def stands_as_left(box: Appliance, pair: Pair, run: Run, left: Left, *, before: str) -> Stand:
    """See that one appliance stands as this run left it.

    Args:
        box: the appliance.
        pair: both.
        run: the run.
        left: how it was left.
        before: what comes next, as a part of the step's name.

    Raises:
        UnknownHand: it does not; nothing is pressed.
    """
    step = f"{box.unit.value}-stands-before-{before}"

    def read() -> Stand:
        base = box.basics().base
        enabled = pair.swing.facts(box).get("enabled")
        return Stand(role=readings.failover(box).role, product=readings.site_status(box).product, base=base, enabled=enabled)

    def objection(now: Stand) -> str:
        unlike = left.unlike(now, box.name)
        if not unlike:
            return ""
        owner = gates.answer_to(run.state, step)
        if owner is not None and owner.yes:
            return f"{unlike}. {owner.by} owns it; it must be put back as it was before the run goes on"
        return f"{unlike}: somebody else is at work on the pair"

    return run.look(
        step, f"That {box.name} stands as this run left it", box, Stand, read, fulfils=("OP8", "OP3"),
        require=objection, otherwise=UnknownHand,
    )  # fmt: skip
