"""What the process that performs a run says to its parent on stdout, and hears from it on stdin."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

from robot.domain.errors import Refused

if TYPE_CHECKING:
    from robot.runs.events import Event, PressShown


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
        Refused: the parent does not hold the lease.
    """
    tell(event)
    if event["event"] == "lease" and (answer := sys.stdin.readline().strip()) != "granted":
        raise Refused(answer or "the process that holds the lease is gone; nothing is pressed without it")


def agreed(press: PressShown) -> bool:
    """Have the parent ask the person at its terminal about a press; return whether the answer is yes."""
    tell({"event": "confirm", **press})
    return sys.stdin.readline().strip() == "yes"
