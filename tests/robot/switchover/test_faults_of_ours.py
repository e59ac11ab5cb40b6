"""The promise that no fault between the two presses ends a swing with nobody served: every call, every kind of error.

The fault strikes any one call that the robot makes of a page, a browser or the record from the first press on: a page that cannot
be read, a certificate that cannot be parsed, a bug of ours. It strikes before or after the call has had its effect, once or from
then on; and the second side takes the press, loses it, or takes it late.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from a_switch import Bench, Clock, Lamp, Switch, Switching
from playwright.sync_api import Error

from robot.domain.errors import AnswerWanted, Refused, Surprised, Unreachable, Untrusted, WrongScreen
from robot.runs.evidence_log import EvidenceLog
from robot.switchover.critical_section import switch_over
from robot.switchover.half import FAULTS, Switchover

ERRORS: tuple[Callable[[], BaseException], ...] = (
    lambda: ValueError("Expecting value: line 1 column 1"),
    lambda: KeyError("enabled"),
    lambda: IndexError("list index out of range"),
    lambda: OSError(28, "No space left on device"),
    lambda: RecursionError("maximum recursion depth exceeded"),
    lambda: Error("Target page, context or browser has been closed"),
    lambda: Refused("a requirement does not hold"),
    lambda: Surprised("a dialog that nobody expected"),
    lambda: WrongScreen("another page"),
    lambda: Unreachable("no answer"),
    lambda: Untrusted("another certificate"),
    lambda: AnswerWanted("a question", "some_question"),
)
DEADLINE_S = 20.0


@dataclass
class Fate:
    """Which call fails, how, and when: counted from the first press on.

    Attributes:
        at: the number of the call.
        error: makes the error.
        after: whether the call has its effect all the same.
        for_good: whether every later call of the same name fails too, for half of the deadline.
    """

    clock: Clock
    at: int
    error: Callable[[], BaseException]
    after: bool
    for_good: bool
    begun: bool = False
    calls: int = 0
    failing: str = ""
    since: float = field(default=0.0)

    def strikes(self, name: str) -> bool:
        if not self.begun:
            return False
        self.calls += 1
        if self.calls == self.at:
            self.failing, self.since = name, self.clock.now
            return True
        return self.for_good and name == self.failing and self.clock.now - self.since < DEADLINE_S / 2


class Fragile(Switch):
    """A switch of which one call fails."""

    fate: Fate
    name = ""

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name not in {"read", "press", "check_actionable", "box", "prove_identity", "picture", "drop"}:
            return found
        fate, called = self.fate, f"{self.name} {name}"

        def call(*given: Any) -> Any:
            if name == "press" and self.name == "a" and not fate.begun:
                done = found(*given)
                fate.begun = True
                return done
            if not fate.strikes(called):
                return found(*given)
            if fate.after:
                found(*given)
            raise fate.error()

        return call


class Back(Fragile):
    """The way back: the same box as the first side, pressed on."""

    def __init__(self, first: Fragile) -> None:
        super().__init__(first.clock, target=True, takes=1)
        self.first, self.name = first, "back"

    def read(self) -> Lamp:
        return self.first.read()

    def press(self) -> str:
        self.first.on = True
        return ""


def swing(
    folder: Path, fate: Fate, clock: Clock, second: dict[str, Any]
) -> tuple[Switch, Switch, list[str], BaseException | None]:
    a, b = Fragile(clock, on=True, target=False, takes=0.3), Fragile(clock, **second)
    a.name, b.name = "a", "b"
    back = Back(a)
    a.fate = b.fate = back.fate = fate
    called: list[str] = []
    bench = Bench(folder, clock)
    with EvidenceLog(folder) as record:
        off, on, again = Switching(a, "a-disable"), Switching(b, "b-enable"), Switching(back, "a-enable")
        swap = Switchover(off, on, again, bench.context(record), DEADLINE_S, lambda: None, called.append, "Swing again.")
        try:
            switch_over(swap)
        except FAULTS as ended:
            return a, b, called, ended
    return a, b, called, None


SECOND = {"takes the press": {"takes": 0.3}, "loses the press": {"works": False}, "takes it late": {"takes": DEADLINE_S / 3}}


@pytest.mark.proves("OP5")
@pytest.mark.parametrize("second", SECOND)
def test_no_fault_of_ours_between_the_halves_ends_a_swing_with_nobody_or_with_both_served(second: str, tmp_path: Path) -> None:
    wrong: list[str] = []
    struck, at, left = 0, 0, True
    while left:
        left, at = False, at + 1
        for number, error in enumerate(ERRORS):
            after, for_good = bool((at + number) % 2), bool((at + number) // 2 % 2)
            clock = Clock()
            fate = Fate(clock, at, error, after, for_good)
            a, b, called, ended = swing(tmp_path / f"{at}-{number}", fate, clock, dict(SECOND[second]))
            left, struck = left or bool(fate.failing), struck + bool(fate.failing)
            served = [a.on, b.on]
            if sum(served) != 1 or (ended is None) is not b.on:
                wrong.append(f"{fate.failing} {error()!r} {after=} {for_good=}: {served} {ended!r} {called}")
    assert struck > len(ERRORS) * 8
    assert not wrong, "\n".join(wrong)
