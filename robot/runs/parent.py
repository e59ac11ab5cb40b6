"""What the process that performs a run says to its parent on stdout, and hears from it on stdin."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING

from robot.domain.errors import Refused
from robot.runs.lease import HEARTBEAT

if TYPE_CHECKING:
    from robot.runs.events import Event, PressShown

_ASKED = 3
"""How often the lease's proof is asked for: one that was long on its way may be older than the loss of the lease."""


def tell(event: Event) -> None:
    """Write one event for the parent to stdout; close stdout if the parent is gone."""
    try:
        sys.stdout.write(json.dumps(event) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.close(sys.stdout.fileno())


def tell_and_heed(event: Event) -> None:
    """Write one event for the parent; after a "lease" event, wait for its answer. A parent that is gone gives none.

    Args:
        event: the event.

    Raises:
        Refused: the parent does not hold the lease, or cannot prove it in time.
    """
    if event["event"] != "lease":
        tell(event)
        return
    for _ in range(_ASKED):
        asked = _now()
        tell(event)
        if (answer := sys.stdin.readline().strip()) != "granted":
            raise Refused(answer or "the process that holds the lease is gone; nothing is pressed without it")
        if _now() - asked < HEARTBEAT:
            return
    raise Refused(
        f"the process that holds the lease took more than {HEARTBEAT:.0f} s to prove it, {_ASKED} times; nothing is pressed",
        next_action="See whether this machine is overloaded, then resume.",
    )


def _now() -> float:
    """Return a clock's seconds which also counts those for which the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def agreed(press: PressShown) -> bool:
    """Have the parent ask the person at its terminal about a press; return whether the answer is yes."""
    tell({"event": "confirm", **press})
    return sys.stdin.readline().strip() == "yes"
