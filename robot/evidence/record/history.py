"""The history of a run: what was read, pressed and proved, by its record. Ask here rather than going through its lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from robot.evidence.record import chain
from robot.evidence.record.line import OF_THE_RECORD, SETTLED, WITHDRAWN, Kind, Line
from robot.evidence.record.plain_json import object_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from robot.evidence.record.step_names import StepNames
    from robot.evidence.record.summary import VersionChange

BREAK: Final = "BS7"
"""The obligation whose press takes failover away."""
TOGETHER: Final = "RE11"
"""The obligation whose proof shows that failover is back: the first synchronisation of the new relationship."""


class RunPhase(StrEnum):
    """How far a run has come, by the presses that were neither withdrawn nor undone."""

    BEFORE_BREAK = "before the break"
    APART = "apart"
    B_BEGUN = "B begun"
    MID_SWING = "mid-swing"
    SWUNG = "swung"
    A_BEGUN = "A begun"


@dataclass(frozen=True)
class RunHistory:
    """What a run has read, pressed and proved, in order.

    Attributes:
        lines: the record's whole lines; while the run writes, more are added.
    """

    lines: Sequence[Line] = field(default_factory=list[Line])

    @classmethod
    def of(cls, lines: Iterable[Mapping[str, Any]]) -> RunHistory:
        """Return the history of lines that are given as plain JSON."""
        return cls([Line(b"", fields) for fields in lines])

    @classmethod
    def read(cls, record: Path) -> RunHistory:
        """Return the history by a record, which may be being written at this moment; an empty one if there is no record yet.

        Raises:
            robot.evidence.record.chain.BrokenRecord: a whole line is no JSON object.
            OSError: the file cannot be read.
        """
        return cls(chain.read_lines(record) if record.exists() else [])

    # -- one step ----------------------------------------------------------------------------------------------------------

    def of_step(self, step: str) -> list[Line]:
        """Return the lines of a step."""
        return [line for line in self.lines if line.step == step]

    def of_the_record(self, name: str) -> list[Mapping[str, Any]]:
        """Return the readings of the lines about the record itself that tell something under this name, in order."""
        return [line.values for line in self.of_step(OF_THE_RECORD) if name in line.values]

    def latest(self, step: str, kinds: Collection[str]) -> Line | None:
        """Return the newest line of a step among these kinds, or None."""
        return next((line for line in reversed(self.lines) if line.step == step and line.kind in kinds), None)

    def intent(self, step: str) -> Line | None:
        """Return the newest press of a step, whatever became of it, or None."""
        return self.latest(step, {Kind.INTENT})

    def proof(self, step: str) -> Line | None:
        """Return the newest line that settles a step, or None."""
        return self.latest(step, SETTLED)

    def reading(self, step: str) -> Line | None:
        """Return the newest reading of a step, or None."""
        return self.latest(step, {Kind.READING})

    def first_reading(self, step: str) -> Line | None:
        """Return the first reading of a step, or None."""
        return next((line for line in self.lines if line.step == step and line.kind == Kind.READING), None)

    def is_unproved(self, step: str) -> bool:
        """Return whether a step was pressed, the press was not withdrawn, and it has never been settled."""
        return self.standing_press(step) is not None and self.proof(step) is None

    def standing_press(self, step: str) -> Line | None:
        """Return the newest press of a step; None if there is none or it was withdrawn, since then it had no effect."""
        own = (line for line in reversed(self.lines) if line.step == step)
        newest = next((line for line in own if line.is_press or line.withdrawn), None)
        return None if newest is None or newest.withdrawn else newest

    def is_withdrawn(self, press: Line) -> bool:
        """Return whether a press was withdrawn; a later press of the same step is another one."""
        own = [line for line in self.of_step(press.step) if line.is_press or line.withdrawn]
        return any(line is press and bool(following.withdrawn) for line, following in pairwise(own))

    def without(self, press: Line) -> RunHistory:
        """Return the history as it would be if this press, the newest of its step, turned out to have begun nothing."""
        return RunHistory([*self.lines, Line(b"", {"step": press.step, "kind": Kind.NOTE, WITHDRAWN: "supposed"})])

    def attempts(self, step: str) -> int:
        """Count the presses of a step that were not withdrawn."""
        own = self.of_step(step)
        return sum(line.is_press for line in own) - sum(bool(line.withdrawn) for line in own)

    def since_press(self, step: str) -> list[Line]:
        """Return the lines of a step from its newest press on; none if it was never pressed."""
        own = self.of_step(step)
        return own[max((number for number, line in enumerate(own) if line.is_press), default=len(own)) :]

    # -- many steps --------------------------------------------------------------------------------------------------------

    @property
    def presses(self) -> list[Line]:
        """Every press, whatever became of it; after the first one a stop needs a person."""
        return [line for line in self.lines if line.is_press]

    def is_pressed(self, *beginnings: str) -> bool:
        """Return whether a step whose name begins with one of these has a press that was not withdrawn."""
        steps = {line.step for line in self.lines if line.is_press and line.step.startswith(beginnings)}
        return any(self.standing_press(step) for step in steps)

    def is_settled(self, *beginnings: str) -> bool:
        """Return whether a step whose name begins with one of these is settled."""
        return any(line.is_settled and line.step.startswith(beginnings) for line in self.lines)

    def unproved_press(self, kinds: Collection[str] = SETTLED) -> Line | None:
        """Return the newest press, not withdrawn, whose step has no line of these kinds; or None."""
        settled = {line.step for line in self.lines if line.kind in kinds}
        unproved = (line for line in reversed(self.lines) if line.is_press and line.step not in settled)
        return next((line for line in unproved if self.standing_press(line.step)), None)

    # -- one appliance -----------------------------------------------------------------------------------------------------

    def serial(self, unit: str) -> str:
        """Return the serial number last written of an appliance, or ""."""
        return next((line.serial for line in reversed(self.lines) if line.unit == unit and line.serial), "")

    def latest_with(self, unit: str, *names: str) -> Line | None:
        """Return an appliance's newest line whose reading has all of these values, or None."""
        own = (line for line in reversed(self.lines) if line.unit == unit)
        return next((line for line in own if all(name in line.values for name in names)), None)

    def versions(self, unit: str) -> VersionChange:
        """Return the versions first and last read of an appliance."""
        own = [line.values for line in self.lines if line.unit == unit and line.kind in {Kind.READING, Kind.PROVED}]
        products, bases = ([str(values[name]) for values in own if values.get(name)] or [""] for name in ("product", "base"))
        return {
            "before": {"product": products[0], "base": bases[0]},
            "after": {"product": products[-1], "base": bases[-1]},
        }

    def products(self, unit: str, take_back: str) -> list[str]:
        """Return every product version read of an appliance, in order; then those found at a take-back."""
        read = [line.values for line in self.lines if line.unit == unit]
        read += [object_in(object_in(line.values, "found"), unit) for line in self.of_step(take_back)]
        return [str(values["product"]) for values in read if values.get("product")]

    # -- the whole run -----------------------------------------------------------------------------------------------------

    @property
    def broken(self) -> Line | None:
        """The line from which on there is no failover: the press that broke the relationship, or who else broke it; or None."""
        breaks = (line for line in self.lines if BREAK in line.procedure)
        return next((line for line in breaks if line.is_settled or (line.is_press and not self.is_withdrawn(line))), None)

    @property
    def restored(self) -> Line | None:
        """The line from which on there is failover again, or None."""
        return next((line for line in self.lines if line.is_settled and TOGETHER in line.procedure), None)

    @property
    def is_exposed(self) -> bool:
        """Whether the relationship was broken in this run and failover is not back."""
        return self.broken is not None and self.restored is None

    @property
    def exposure_s(self) -> float | None:
        """Seconds without failover, until it is back or the record ends; None if nothing was broken."""
        if (broken := self.broken) is None:
            return None
        return round(((self.restored or self.lines[-1]).at - broken.at).total_seconds(), 1)

    def swing_proved_at(self, names: StepNames) -> datetime | None:
        """Return when the swing was proved, or None: the latest time of the lines until then, since a clock may be set back."""
        place = next((number for number, line in enumerate(self.lines) if line.step == names.served_by_b), None)
        return None if place is None else max(line.at for line in self.lines[: place + 1])

    def durations_s(self, names: StepNames) -> dict[str, float]:
        """Return how long works took, if one process both pressed and proved them.

        Returns:
            Seconds from press to proof, the longest of each work, by the word of the work ("install-b").
        """
        took: dict[str, float] = {}
        pressed: dict[str, float] = {}
        for line in self.lines:
            if line.step == OF_THE_RECORD:
                pressed.clear()  # another process: its steady clock cannot be compared with the earlier one's
            work = next((work for beginning, work in names.works.items() if line.step.startswith(beginning)), None)
            if work is None:
                continue
            if line.is_press:
                pressed[line.step] = line.monotonic_s
            elif line.kind == Kind.PROVED and line.step in pressed:
                took[work] = max(took.get(work, 0.0), line.monotonic_s - pressed.pop(line.step))
        return took

    def phase(self, names: StepNames, release: Callable[[str], object]) -> RunPhase:
        """Return how far the run has come. An order to DNS or NAT counts as swung at once: half done, it can still be taken back.

        Args:
            names: the flows' step names.
            release: returns of a product's version the part that differs between releases.
        """
        if self._is_begun("a", names, release):
            return RunPhase.A_BEGUN
        answers = [line.values for line in self.of_step(names.swing_by_person)]
        if (
            self.is_settled(names.second_half)
            or self.is_pressed(*names.swing_orders)
            or any(values.get("yes") for values in answers)
        ):
            return RunPhase.SWUNG
        begun = {line.step for line in self.presses if names.first_half.fullmatch(line.step) and self.standing_press(line.step)}
        settled = {line.step for line in self.lines if line.is_settled}
        if any(
            step.replace("disable", "enable") not in settled for step in begun
        ):  # each attempt has a step of its own that undoes it
            return RunPhase.MID_SWING
        if self._is_begun("b", names, release):
            return RunPhase.B_BEGUN
        return RunPhase.APART if self.broken else RunPhase.BEFORE_BREAK

    def goes_back(self, names: StepNames) -> bool:
        """Return whether the way back has begun. It is decided by a person once, and every later resume goes on with it."""
        return bool(self.of_step(names.back_out))

    def _is_begun(self, unit: str, names: StepNames, release: Callable[[str], object]) -> bool:
        """Return whether an appliance's update has begun: by this run, or by a person who had the pair in hand."""
        if self.is_pressed(*names.installs[unit]):
            return True
        products = self.products(unit, names.take_back)
        return bool(products) and release(products[0]) != release(products[-1])


def proof_of(intent: Line, later: Iterable[Line]) -> Line | None:
    """Return the next line of an intent's step that proves it, or that a person owns; or None."""
    return next((line for line in later if line.step == intent.step and line.kind in {Kind.PROVED, Kind.BY_PERSON}), None)
