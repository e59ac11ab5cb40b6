"""What people do to a pair in mid-run: every deed at every moment at which it is possible (OP8).

The table is the campaign: a moment is the step before which the run is stopped, a hand is what somebody does then.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from paper_world import World

Hand = tuple[str | float, ...]
"""Deeds, `unit action` each, and seconds that pass between them."""

INSTALLED = 90.0
"""Seconds after which any package is installed."""
_INSTALL: dict[str, tuple[float, ...]] = {"begun": (), "half-way": (5.0,), "restarting": (17.0,), "one package": (INSTALLED,)}
HANDS: dict[str, Hand] = {
    "another sign-in": ("a sign-in", "b sign-in"),
    "sync begun": ("a sync-now",),
    "sync done": ("a sync-now", 5.0),
    "break": ("b break-failover-relationships",),
    "break, and A established again": ("b break-failover-relationships", "a establish-relationship", 5.0),
    "roles exchanged": ("a exchange-roles",),
    "established from A": ("a establish-relationship",),
    "established from A, synchronised": ("a establish-relationship", 5.0),
    "established from B": ("b establish-relationship",),
    "established from B, synchronised": ("b establish-relationship", 5.0),
    "shared IP off on A": ("a ip-disable",),
    "shared IP on on A": ("a ip-enable",),
    "shared IP off on B": ("b ip-disable",),
    "shared IP on on B": ("b ip-enable",),
    "reverted to a snapshot: A": ("a revert",),
    "reverted to a snapshot: B": ("b revert",),
    "moved to B": ("a ip-disable", "b ip-enable"),
    "moved to A": ("b ip-disable", "a ip-enable"),
    **{f"install on {unit.upper()}: {how}": (f"{unit} install", *waits) for unit in "ab" for how, waits in _INSTALL.items()},
    **{
        f"install on {unit.upper()}: both packages": (f"{unit} install", INSTALLED, f"{unit} install", INSTALLED) for unit in "ab"
    },
}

HARMLESS = {
    "another sign-in": "nothing on the pages tells of it, and the run signs in anew when it is resumed",
    "sync begun": "the run waits for it, or the appliance begins one by itself there",
    "sync done": "B's data is the more recent for it, or the appliance does one by itself there",
    "break, and A established again": "the pair stands as before, with data at least as recent",
}
"""Hands that may make no difference to anything that the run relies on, and why."""


def _installs(unit: str, *, packages: int) -> tuple[str, ...]:
    """Every way to install what is left on an appliance."""
    hows = ("begun", "half-way", "restarting", "one package", "both packages")
    return tuple(f"install on {unit}: {how}" for how in hows if packages == 2 or how not in {"restarting", "both packages"})


_ESTABLISHED = tuple(hand for hand in HANDS if hand.startswith("established"))
_BEFORE = ("shared IP off on A", "shared IP on on B", "moved to B", "another sign-in")
_AFTER = ("shared IP on on A", "shared IP off on B", "moved to A", "another sign-in")
_REVERTED = ("reverted to a snapshot: A", "reverted to a snapshot: B")
_TOGETHER = ("sync begun", "sync done", "break", "break, and A established again", "roles exchanged")

_B, _B1, _A, _A1 = _installs("B", packages=2), _installs("B", packages=1), _installs("A", packages=2), _installs("A", packages=1)
_PHASES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("b-break-failover-relationships",), (*_TOGETHER, *_B, *_A, *_BEFORE)),
    (
        ("a-failover-after-break", "b-base-1", "b-install-base-software-3-4-1"),
        (*_ESTABLISHED, *_B, *_A, *_BEFORE),
    ),
    (
        ("a-shared-ip-after-b-base-software-3-4-1", "b-base-2", "b-install-bomgar-remote-support-13-1-2"),
        (*_ESTABLISHED, *_B1, *_A, *_BEFORE, "reverted to a snapshot: B"),
    ),
    (
        ("a-shared-ip-after-b-bomgar-remote-support-13-1-2", "b-verify-software", "site-check-notice", "site-swing"),
        (*_A, *_BEFORE, "reverted to a snapshot: B"),
    ),
    (
        ("a-shared-ip-after-swing", "site-served-before-a", "a-base-1", "a-install-base-software-3-4-1"),
        (*_A, *_AFTER, "reverted to a snapshot: B"),
    ),
    (
        ("a-shared-ip-after-a-base-software-3-4-1", "a-base-2", "a-install-bomgar-remote-support-13-1-2"),
        (*_A1, *_AFTER, *_REVERTED),
    ),
    (
        ("a-shared-ip-after-a-bomgar-remote-support-13-1-2", "a-tabs-alone", "b-establish-relationship"),
        (*_ESTABLISHED, *_AFTER, *_REVERTED),
    ),
    (("a-failover-as-backup", "a-sync-now", "a-failover-at-the-end"), (*_TOGETHER, *_AFTER)),
)
TABLE = [(moment, hand) for moments, hands in _PHASES for moment in moments for hand in hands]
"""Every intervention."""


@dataclass(frozen=True)
class Hole:
    """Interventions that are not found yet, or not told as what they are.

    Attributes:
        missing: what the flows lack.
        moments: when.
        hands: which, as a pattern.
        in_hand: whether also where the person had the pair in hand.
    """

    missing: str
    moments: tuple[str, ...]
    hands: str
    in_hand: bool = False


_UPDATING_B = ("a-failover-after-break", "b-base-1", "a-shared-ip-after-b-base-software-3-4-1", "b-base-2")
_UPDATING_A = (
    "a-shared-ip-after-swing", "site-served-before-a", "a-base-1", "a-shared-ip-after-a-base-software-3-4-1", "a-base-2",
)  # fmt: skip
_A_UNWATCHED = (
    "b-base-1", "b-install-base-software-3-4-1", "a-shared-ip-after-b-base-software-3-4-1", "b-base-2",
    "b-install-bomgar-remote-support-13-1-2", "a-shared-ip-after-b-bomgar-remote-support-13-1-2", "b-verify-software",
    "site-check-notice", "site-swing",
)  # fmt: skip
HOLES: tuple[Hole, ...] = ()

_OFF, _ON = "a-disable-shared-ip", "b-enable-shared-ip"
IN_THE_SWING = [
    (point, hand)
    for points, hands in (
        (((_OFF, "before-picture"), (_OFF, "after-intent")), ("shared IP off on A", "shared IP on on B", "moved to B")),
        (
            ((_OFF, "after-press"), (_ON, "between-halves"), (_ON, "after-intent")),
            ("shared IP on on A", "shared IP on on B", "moved to B", "moved to A"),
        ),
        (
            ((_ON, "after-press"), (_ON, "waiting"), (_ON, "after-proof")),
            ("shared IP on on A", "shared IP off on B", "moved to A"),
        ),
    )
    for point in points
    for hand in hands
]
"""Hands within the critical section: the plug is pulled there, and then somebody acts."""
BOTH_WOULD_SERVE: frozenset[tuple[tuple[str, str], str]] = frozenset()
"""Where the second half is pressed on resuming without another look at the first, which somebody has undone."""


def hole(moment: str, hand: str, *, in_hand: bool) -> str:
    """What is missing for an intervention to be found, or ""."""
    found = (each for each in HOLES if moment in each.moments and re.search(each.hands, hand) and (each.in_hand or not in_hand))
    return next((each.missing for each in found), "")


def intervene(world: World, hand: str) -> None:
    """Do it, as another person would; it must be possible."""
    for deed in HANDS[hand]:
        if not isinstance(deed, str):
            world.wait(deed)
        else:
            unit, action = deed.split(" ")
            error = world.act("a" if unit == "a" else "b", action)
            assert not error, f"{hand}: {deed}: {error}"
