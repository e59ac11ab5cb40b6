"""That the pair stands as this run left it: what somebody else did or undid meanwhile is found before the next press (OP8).

A change of the run's own is guarded by itself. This look is for everything else: a relationship re-established behind its
back, the wrong box updated, the site moved by another hand, a box reverted to an older snapshot (OP3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows import readings
from robot.errors import UnknownHand
from robot.model import Reading, Release, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flows.appliance import Appliance
    from flows.pair import Pair
    from robot.model import Unit
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


def standing(box: Appliance, pair: Pair) -> Stand:
    """How an appliance stands, read afresh."""
    base = box.basics().base
    enabled = pair.swing.facts(box).get("enabled")
    return Stand(role=readings.failover(box).role, product=readings.site_status(box).product, base=base, enabled=enabled)


def require_as_left(pair: Pair, run: Run, left: Mapping[Unit, Left], step: str) -> None:
    """See, at the last moment before a press, that both appliances stand as this run left them.

    It is read afresh each time and never remembered: between a stop and its resume anything may have been done.

    Args:
        pair: both.
        run: the run.
        left: how this run left each.
        step: the step that is about to press.

    Raises:
        UnknownHand: they do not; nothing is pressed.
    """
    unlike = [said for unit, each in left.items() if (said := each.unlike(standing(pair.box(unit), pair), unit.upper()))]
    if not unlike:
        return
    found = "; ".join(unlike)
    if owner := run.owner_by_answer(step):
        raise UnknownHand(
            f"{found}. {owner} owns it; the run cannot go on from there",
            next_action="Put it back as this run left it, then resume; or take another way: see the report, and `back-out`.",
        )
    raise UnknownHand(f"{found}: somebody else is at work on the pair")
