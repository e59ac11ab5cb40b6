"""What the process that performs a run says to its parent on stdout, and hears from it on stdin."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from typing import TYPE_CHECKING

from robot.domain.errors import Refused
from robot.runs.lease import HEARTBEAT

if TYPE_CHECKING:
    from collections.abc import Collection

    from robot.runs.events import Event, PressShown

_ANSWERED = threading.Lock()
"""Held from a question to its answer: a message's thread may need a secret while the run asks for the lease."""
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
        with _ANSWERED:
            asked = _now()
            answer = _answer_to(event)
        if answer != "granted":
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
    with _ANSWERED:
        return _answer_to({"event": "confirm", **press}) == "yes"


class ParentVault:
    """The vault behind the parent, which runs the commands, and gives back what a killed child has left on loan."""

    @staticmethod
    def fetch(name: str) -> str:
        """Return a secret, which comes through the pipe between the two processes.

        Args:
            name: the name of its variable.

        Raises:
            Refused: the vault does not lend it, or the parent is gone.
        """
        with _ANSWERED:
            answer = json.loads(_answer_to({"event": "secret", "name": name}) or "{}")
        if "value" not in answer:
            raise Refused(answer.get("refused") or "the process that fetches the secrets is gone")
        return answer["value"]

    @staticmethod
    def give_back(only: Collection[str] | None = None) -> list[str]:
        """Have the parent give back what is on loan.

        Args:
            only: the names of what is given back; all if `None`.

        Returns:
            Nothing: what fails is tried again, and told, by the parent when this process has ended.
        """
        tell({"event": "give_back", "names": None if only is None else list(only)})
        return []


def _answer_to(event: Event) -> str:
    """Write one event for the parent and return the line that answers it; "" if the parent is gone."""
    tell(event)
    return sys.stdin.readline().strip()
