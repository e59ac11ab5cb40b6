"""That the pair stands as this run left it: what somebody else did or undid meanwhile is found before the next press (OP8).

A change of the run's own is guarded by itself. This look is for everything else: a relationship re-established behind its
back, the wrong box updated, the site moved by another hand, a box reverted to an older snapshot (OP3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows import readings
from flows.uptime import ran_backwards
from robot.errors import UnknownHand
from robot.model import Reading, Release, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flows.appliance import Appliance
    from flows.pair import Pair
    from robot.model import Unit
    from robot.performing import Run


class Stand(Reading):
    """How one appliance stands: its role, what it runs, since when, and whether it has the shared IP (`None`: there is none)."""

    role: Role
    product: str
    base: str
    enabled: bool | None = None
    uptime: str = ""


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
    basics = box.basics()
    enabled = pair.swing.facts(box).get("enabled")
    role, product = readings.failover(box).role, readings.site_status(box).product
    return Stand(role=role, product=product, base=basics.base, enabled=enabled, uptime=basics.uptime)


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
    now = {unit: standing(pair.box(unit), pair) for unit in left}
    unlike = [said for unit, each in left.items() if (said := each.unlike(now[unit], unit.upper()))]
    restarted = {unit: said for unit, each in now.items() if (said := ran_backwards(run.record, unit, each.uptime))}
    if not unlike and not restarted:
        return
    found, owner = "; ".join([*unlike, *restarted.values()]), run.owner_by_answer(step)
    if owner and not unlike:  # a restart leaves nothing to be put back; from now on the new uptime counts
        for unit, said in restarted.items():
            run.say(f"{unit.value}-restarted", f"{said}; {owner} owns it", fulfils=("OP3",), reading={"uptime": now[unit].uptime})
        return
    if owner:
        raise UnknownHand(
            f"{found}. {owner} owns it; the run cannot go on from there",
            next_action="Put it back as this run left it, then resume; or take another way: see the report, and `back-out`.",
            fulfils=("OP8", "OP3"),
        )
    raise UnknownHand(f"{found}: somebody else is at work on the pair", fulfils=("OP8", "OP3"))
