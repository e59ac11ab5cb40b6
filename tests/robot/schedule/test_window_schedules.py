"""Ten thousand schedules: windows, clocks that jump, machines that sleep and fall over. No press where none may be.

A modelled run asks for windows, estimates and clocks as the engine does. Beside it stands an oracle that knows the true time
and the true error of the clock, and says with plain arithmetic on seconds which presses are forbidden. Each schedule is made
from its number alone, so that one that fails can be had again: `hostile(1234)`.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil
from types import SimpleNamespace
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flows.step_names import STEPS
from robot.domain.clocks import Clocks
from robot.domain.errors import Refused, Waiting
from robot.evidence.record.history import RunHistory
from robot.schedule.estimate import ORDER, Forecast, Work
from robot.schedule.press_policy import PressPolicy
from robot.schedule.procedure_part import ProcedurePart
from robot.schedule.windows import MaintenanceWindows, WindowDecision, WindowState
from robot.settings.sections.windows import Windows

K = TypeVar("K")
V = TypeVar("V")
HOUR, DAY = 3600, 86400
ZONES = (
    "UTC", "Europe/Zurich", "Europe/London", "America/New_York", "America/St_Johns", "America/Sao_Paulo", "Asia/Kathmandu",
    "Asia/Tehran", "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Apia", "Africa/Casablanca",
)  # fmt: skip
EPOCH = datetime.fromisoformat("1970-01-01")
CHANGES_OF_CLOCKS = [  # days on which somewhere an hour comes twice or not at all; and one like any other
    datetime.fromisoformat(f"2026-{day}") for day in ("03-08", "03-29", "04-05", "09-27", "10-25", "11-01", "12-01")
]


# -- what happens ----------------------------------------------------------------------------------------------------------

PART = {work: part for part, works in ORDER["asynchronous"].items() for work in works}


@dataclass(frozen=True)
class Event:
    """What befalls the machine at one moment of a run.

    `step`: the clock is set; `sleep`: suspended, and it knows; `edge`: the same, until about
    when a window opens or closes; `halt`: stopped by its host, and set right by NTP afterwards;
    `fall`: the process dies, the machine restarts, and the clock may be another one then.
    """

    kind: str
    seconds: float = 0.0
    step: float = 0.0


@dataclass(frozen=True)
class Schedule:
    """One run to be: its windows twice (as the pair file has them, and as plain seconds), and all that befalls it.

    `back_out_after`: seconds after the swing at which a person wants the site back on A; None if nobody does.
    """

    windows: Windows
    first: tuple[int, int]
    second: tuple[int, int]
    at_least: int
    overtime: int
    begins: int
    packages: int
    history: dict[str, float]
    pace: float
    stays: bool
    events: dict[int, Event]
    seed: int
    back_out_after: float | None = None


class Fell(BaseException):
    """The process is gone."""

    def __init__(self, event: Event) -> None:
        super().__init__(event)
        self.event = event


class Closed(Refused):
    """The window is closed, or what is left does not fit it."""


# -- the oracle ------------------------------------------------------------------------------------------------------------

MINUTES = {"backup": 5, "sync": 15, "break": 2, "install-b": 60, "verify-b": 10, "swing": 5} | {
    "backup-again": 5, "install-a": 60, "verify-a": 10, "establish": 10, "first-sync": 15,
}  # fmt: skip
FIRST = ("backup", "sync", "break", "install-b", "verify-b", "swing")
SECOND = ("backup-again", "install-a", "verify-a", "establish", "first-sync")
ASKS_WHETHER_IT_FITS = {"sync", "install-b", "swing", "install-a"}  # the others have nothing but their window


@dataclass
class World:
    """True time, the error of the wall clock, and what was pressed; it judges every press."""

    schedule: Schedule
    true: float
    error: float = 0.0
    steady: float = 100.0
    error_at_start: float = 0.0
    moments: int = 0
    last_written: float = 0.0
    took_b: float = 0.0
    swing: tuple[float, float] | None = None
    presses: list[str] = field(default_factory=list[str])
    seen: Counter[str] = field(default_factory=Counter[str])

    def wall(self) -> datetime:
        return datetime.fromtimestamp(self.true + self.error, UTC)

    def ticks(self) -> float:
        return self.steady

    def passes(self, seconds: float) -> None:
        self.true += seconds
        self.steady += seconds

    def moment(self) -> None:
        """Let happen what was to happen now."""
        self.moments += 1
        event = self.schedule.events.get(self.moments)
        if event is None:
            return
        self.seen[event.kind] += 1
        match event.kind:
            case "step":
                self.error += event.step
            case "sleep":
                self.passes(event.seconds)
            case "edge":
                edges = (*self.schedule.first, *self.schedule.second)
                left = [edge - self.true - self.error for edge in edges if edge > self.true + self.error]
                self.passes(max(min(left, default=0.0) + event.seconds, 0.0))
            case "halt":
                self.true += event.seconds
            case _:
                raise Fell(event)

    def begins_a_process(self) -> None:
        self.error_at_start = self.error

    def write(self) -> float:
        """When the record says it is; a record only grows."""
        self.last_written = self.true + self.error
        return self.last_written

    def press(self, work: str, packages: int, *, rescue: bool) -> None:
        forbidden = self.objection(work, packages, rescue=rescue)
        assert not forbidden, f"{work}: {forbidden} at {self.wall()} after {self.presses}"
        self.presses.append(work)

    def objection(self, work: str, packages: int, *, rescue: bool) -> str:
        """Why nothing may be pressed now. Plain seconds, and nothing of the robot's."""
        if work in {"swing-on", "back-on"}:
            return "" if self.presses[-1] == work.replace("-on", "-off") else "half a swing"
        if self.presses and self.presses[-1] in {"swing-off", "back-off"}:
            return "the swing is not finished"
        work = "swing" if work == "swing-off" else work
        clock = self.true + self.error
        windows = [self.schedule.first] * (work in {*FIRST, "back-off"}) + [self.schedule.second] * (work not in FIRST)
        overtime = self.schedule.overtime if rescue else 0
        closes = max(closes for _, closes in windows) + overtime
        if abs(self.error - self.error_at_start) > 60.001:
            return f"the clock moved by {self.error - self.error_at_start}"
        if clock < self.last_written - 60.001:
            return "the clock is behind the record"
        if not any(opens <= clock < closes + overtime for opens, closes in windows):
            return "outside the window"
        if work in SECOND and self.within_the_interim():
            return "within the interim"
        if work in ASKS_WHETHER_IT_FITS and clock + 60 * self.minutes(work, packages) > closes:
            return "what is left does not fit"
        return ""

    def within_the_interim(self) -> bool:
        """Whether the swing is not long enough ago, in true time; a clock that somebody vouched for anew may say otherwise."""
        if self.swing is None:
            return True
        when, error_then = self.swing
        moved = abs(self.error - error_then)
        return moved <= 120 and self.true - when < self.schedule.at_least - moved

    def minutes(self, work: str, packages: int) -> int:
        """Minutes for what is left from here, and for the way back."""
        order = FIRST if work in FIRST else SECOND
        total = 0
        for each in order[order.index(work) :]:
            seconds = self.schedule.history.get(each, MINUTES[each] * 60)
            if each == "install-a" and self.took_b:
                seconds = self.took_b
            total += ceil(seconds * (packages if each.startswith("install") else 1) / 60)
        known = {each: ceil(self.schedule.history.get(each, MINUTES[each] * 60) / 60) for each in MINUTES}
        if work in {"backup", "sync", "break", "install-b"}:
            return total + known["establish"] + known["first-sync"]
        return total + (known["swing"] if work in {"verify-b", "swing", "backup-again"} else 0)


# -- the modelled run --------------------------------------------------------------------------------------------------------


class ModelledRun:
    """A run as the engine performs it: every process goes through the procedure, and passes over what is on record."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self.chance = random.Random(schedule.seed)
        self.world = World(schedule, float(schedule.begins), steady=self.chance.uniform(0, 1e6))
        self.timetable = MaintenanceWindows(schedule.windows)
        self.written: list[datetime] = []
        self.done: set[str] = set()
        self.pressed: set[str] = set()
        self.measured: dict[str, float] = {}
        self.swing_done_at: datetime | None = None
        self.rescue = False
        self.clocks = Clocks(self.world.wall, self.world.ticks)

    @property
    def procedure(self) -> list[tuple[str, Work, int]]:
        """Each step with its work, and how many packages are left before it."""
        many = self.schedule.packages
        found: list[tuple[str, Work, int]] = []
        for work in Work:
            if work in {Work.INSTALL_A, Work.INSTALL_B}:
                found += [(f"{work}-{number}", work, many - number) for number in range(many)]
            else:
                found.append((str(work), work, many))
        return found

    @property
    def swing_begun(self) -> bool:
        return "swing-off" in self.pressed and "swing" not in self.done

    @property
    def goes_back(self) -> bool:
        return "back-out" in self.done

    @property
    def way_back_begun(self) -> bool:
        return "back-off" in self.pressed and "way-back" not in self.done

    def finish(self) -> bool:
        """Perform it, resumed as often as need be; give whether it came to its end."""
        seen = self.world.seen
        for _ in range(25):
            self.world.begins_a_process()
            self.clocks = Clocks(self.world.wall, self.world.ticks)
            try:
                self.process()
            except Fell as fell:
                seen["fell in mid-swing"] += self.swing_begun
                seen["fell in mid-swing back"] += self.way_back_begun
                self.world.passes(fell.event.seconds)
                self.world.error += fell.event.step
                self.world.steady = self.chance.uniform(0, 1e6)
            except Waiting as waiting:
                seen["left and came back"] += 1
                self.come_back(waiting)
            except Closed:
                if self.rescue or not self.schedule.overtime:
                    return False
                self.rescue = True  # a person asks, by name, to finish this part
                self.world.passes(self.chance.uniform(0, HOUR))
            except Refused:
                seen["clock in doubt"] += 1
                self.world.passes(self.chance.uniform(60, 2 * HOUR))
                if self.chance.random() < 0.7:  # a person looks at the clock: sets it right, or says that it is
                    self.world.error = 0.0
            else:
                return True
        return False

    def process(self) -> None:
        """One process's part."""
        for step, work, packages in self.procedure:
            if self.goes_back:
                self.perform_way_back()
                return
            if step not in self.done:
                if work in {Work.BACKUP, Work.BACKUP_AGAIN, Work.VERIFY_A, Work.VERIFY_B}:  # nothing is pressed
                    self.takes(work)
                elif work is Work.SWING:
                    self.perform_swing()
                else:
                    self.change(step, work, packages)
                self.done.add(step)
                if step == "swing":
                    self.rescue = False
                    self.think_of_a_way_back()

    def change(self, step: str, work: Work, packages: int) -> None:
        took = 0.0
        if step not in self.pressed:
            self.ask(work, packages)
            self.world.press(str(work), packages, rescue=self.rescue)
            self.write()
            self.pressed.add(step)
        self.world.moment()
        took = self.takes(work)
        self.write()
        if work is Work.INSTALL_B:
            self.world.took_b = max(self.world.took_b, took)
            self.measured["install-b"] = max(self.measured.get("install-b", 0.0), took)

    def perform_swing(self) -> None:
        if not self.swing_begun:
            self.ask(Work.SWING, 1)
            self.world.press("swing-off", 1, rescue=self.rescue)
            self.write()
            self.pressed.add("swing-off")
            error = self.world.error
            self.world.swing = (self.world.true, error)
        self.world.moment()
        if "swing-on" not in self.pressed:
            self.world.press("swing-on", 1, rescue=self.rescue)
            self.write()
            self.pressed.add("swing-on")
        self.world.moment()
        self.world.passes(self.chance.uniform(1, 60))
        if self.world.swing and self.world.swing[1] == self.world.error:
            self.world.swing = (self.world.true, self.world.error)
        self.write()
        self.swing_done_at = max(self.written)

    def think_of_a_way_back(self) -> None:
        """A person looks at what serves now, and may want the site back on A: until A's install that is for them to say."""
        if self.schedule.back_out_after is not None:
            self.done.add("back-out")
            self.write()
            self.rescue = self.chance.random() < 0.5  # asked for by name
            self.world.passes(self.schedule.back_out_after)

    def perform_way_back(self) -> None:
        if not self.way_back_begun:
            self.wait_until_open(self.may_go_back)
            self.world.press("back-off", 1, rescue=self.rescue)
            clock = self.world.true + self.world.error
            in_second = clock >= self.schedule.second[0]
            self.world.seen[f"back in the {'second' if in_second else 'first'} window"] += 1
            self.world.seen["back in overtime"] += clock >= (self.schedule.second if in_second else self.schedule.first)[1]
            self.world.seen["back within the interim"] += in_second and self.world.within_the_interim()
            self.write()
            self.pressed.add("back-off")
        self.world.moment()
        if "back-on" not in self.pressed:
            self.world.press("back-on", 1, rescue=self.rescue)
            self.write()
            self.pressed.add("back-on")
        self.world.moment()
        self.done.add("way-back")

    def may_go_back(self) -> WindowDecision:
        """What the engine says of the way back, by its record."""
        lines = [(STEPS.served_by_b, self.swing_done_at or self.written[-1]), (STEPS.back_out, self.written[-1])]
        history = RunHistory.of([{"step": step, "kind": "note", "utc": when.isoformat()} for step, when in lines])
        settings: Any = SimpleNamespace(windows=self.schedule.windows)
        record: Any = SimpleNamespace(history=history)
        decision = PressPolicy(settings, record, {}, self.clocks, steps=STEPS, rescue=self.rescue).permit()
        assert decision is not None
        if not decision.is_open:
            assert self.world.objection("back-off", 1, rescue=self.rescue), f"a window is open: {decision.sentence}"
        return decision

    def wait_until_open(self, decide: Callable[[], WindowDecision]) -> None:
        self.world.moment()
        permit = decide()
        while permit.verdict is WindowState.NOT_YET:
            if not self.schedule.stays:
                raise Waiting(permit.sentence)
            self.world.seen["stayed and waited"] += 1
            self.world.passes(max((permit.at - self.world.wall()).total_seconds() * self.chance.uniform(0.3, 1.1), 1.0))
            self.world.moment()
            permit = decide()
        if not permit.is_open:
            self.world.seen["window closed"] += 1
            raise Closed(permit.sentence)

    def ask(self, work: Work, packages: int) -> None:
        """What the engine does right before a press."""
        self.wait_until_open(lambda: self.permit(PART[work], self.time()))
        now = self.time()
        if str(work) in ASKS_WHETHER_IT_FITS:
            estimate = Forecast(packages, self.measured, self.schedule.history).before(work)
            fit = self.timetable.fits(PART[work], now, estimate, swing_done_at=self.swing_done_at, rescue=self.rescue)
            if not fit.fits:
                self.world.seen["did not fit"] += 1
                raise Closed(fit.sentence)
        self.world.seen["overtime"] += self.rescue and now > self.timetable.span(PART[work], swing_done_at=self.swing_done_at)[1]

    def time(self) -> datetime:
        return self.clocks.now(not_before=self.written[-1] if self.written else None)

    def permit(self, part: ProcedurePart, now: datetime) -> WindowDecision:
        return self.timetable.permit(part, now, swing_done_at=self.swing_done_at, rescue=self.rescue)

    def takes(self, work: Work) -> float:
        """Let the work take its time, which is never what was planned."""
        planned = self.schedule.history.get(work, MINUTES[work] * 60)
        took = planned * self.chance.uniform(0.1, 1.0) * self.schedule.pace
        self.world.passes(took / 2)
        self.world.moment()
        self.world.passes(took / 2)
        return took

    def write(self) -> None:
        self.world.write()
        self.written.append(self.world.wall())

    def come_back(self, waiting: Waiting) -> None:
        """Somebody resumes it, often too early, sometimes too late."""
        part = ProcedurePart.SECOND if "swing" in self.done else ProcedurePart.FIRST
        opens, _ = self.timetable.span(part, swing_done_at=self.swing_done_at)
        until = (opens - self.world.wall()).total_seconds() + self.chance.uniform(-HOUR, HOUR)
        self.world.passes(max(until, 60))
        assert str(waiting)


# -- schedules -----------------------------------------------------------------------------------------------------------------


class Chance(random.Random):
    """Chance that likes the edges."""

    def whole(self, least: int, most: int) -> int:
        return self.choice([least, most, min(least + 1, most)]) if self.random() < 0.15 else self.randint(least, most)

    def some(self, most: int, made: Callable[[], tuple[K, V]]) -> dict[K, V]:
        return dict(made() for _ in range(self.randint(0, most)))


def drawn_windows(
    chance: Chance, length: Callable[[], int], gap: int, *, wide: bool
) -> tuple[Windows, tuple[int, int], tuple[int, int], int, int]:
    """Windows as somebody somewhere writes them into a pair file, and the same as plain seconds."""
    zone = ZoneInfo(chance.choice(ZONES))
    naive = chance.choice(CHANGES_OF_CLOCKS) + timedelta(minutes=chance.whole(-600, 1800))
    written = naive.replace(tzinfo=zone, fold=chance.randint(0, 1))
    offset = written.utcoffset()
    assert offset is not None
    opens = int((naive - EPOCH - offset).total_seconds())
    first = (opens, opens + length())
    second_opens = first[1] + gap
    second = (second_opens, second_opens + length())
    room = second[0] - first[1] if wide else second[1] - first[0]
    at_least = chance.whole(0, room)
    overtime = chance.whole(0, min(4 * HOUR, second[0] - first[1])) if not wide and chance.random() < 0.5 else 0

    def text(moment: int) -> str:
        return datetime.fromtimestamp(moment, zone).isoformat()

    windows = Windows.model_validate(
        {
            "first": {"opens": written.isoformat(), "closes": text(first[1])},
            "second": {"opens": text(second[0]), "closes": text(second[1])},
            "interim": {"at_least": at_least, "at_most": max(room, at_least) + 1},
            "overtime": overtime,
        }
    )
    return windows, first, second, at_least, overtime


def a_step(chance: Chance) -> float:
    """By how much a clock is set: around what is forgiven (60 s), or anything up to two days."""
    wide = chance.choice([(-60, 60), (-2 * DAY, -61), (61, 2 * DAY), (-2 * HOUR, 2 * HOUR)])
    return float(chance.choice([-61, -60, 0, 60, 61])) if chance.random() < 0.1 else chance.uniform(*wide)


def an_event(chance: Chance) -> Event:
    match chance.choice(["step", "edge", "sleep", "halt", "fall", "fall for days"]):
        case "step":
            return Event("step", step=a_step(chance))
        case "edge":
            return Event("edge", chance.choice([0.0, 0.5]) if chance.random() < 0.3 else chance.uniform(-300, 300))
        case "fall for days":
            return Event("fall", chance.uniform(1, 3 * DAY), chance.choice([0.0, a_step(chance)]))
        case kind:
            return Event(kind, chance.uniform(1, 4 * HOUR))


def hostile(number: int) -> Schedule:
    """Windows often too short, clocks that jump, a process that falls over and comes back in days."""
    chance = Chance(number)

    def length() -> int:
        return chance.whole(*chance.choice([(600, 6 * HOUR), (3 * HOUR, 16 * HOUR)]))

    windows, first, second, at_least, overtime = drawn_windows(chance, length, chance.whole(0, 3 * DAY), wide=False)
    return Schedule(
        windows, first, second, at_least, overtime,
        begins=first[0] + chance.whole(*chance.choice([(-2 * DAY, 0), (-600, HOUR)])),
        packages=chance.randint(1, 3),
        history=chance.some(3, lambda: (chance.choice(FIRST + SECOND), chance.uniform(1, 2 * HOUR))),
        pace=chance.choice([0.3, 1.0, 2.5]),
        stays=chance.random() < 0.5,
        events=chance.some(5, lambda: (chance.randint(1, 45), an_event(chance))),
        seed=number,
        back_out_after=chance.choice([None, chance.uniform(0, 4 * HOUR), chance.uniform(0, 2.0 * (second[1] - first[0]))]),
    )  # fmt: skip


def kind(number: int) -> Schedule:
    """Wide windows, a clock that is right; the machine may sleep or fall over for minutes."""
    chance = Chance(number)
    windows, first, second, at_least, _ = drawn_windows(
        chance, lambda: chance.whole(14 * HOUR, 20 * HOUR), chance.whole(6 * HOUR, 3 * DAY), wide=True
    )
    return Schedule(
        windows, first, second, at_least, overtime=0,
        begins=first[0] + chance.whole(-2 * DAY, HOUR),
        packages=chance.randint(1, 3),
        history=chance.some(2, lambda: (chance.choice(FIRST + SECOND), chance.uniform(1, 2 * HOUR))),
        pace=chance.choice([0.3, 1.0]),
        stays=chance.random() < 0.5,
        events=chance.some(4, lambda: (chance.randint(1, 45), Event(chance.choice(["sleep", "fall"]), chance.uniform(1, 600)))),
        seed=number,
    )  # fmt: skip


def every(many: int, schedule: Callable[[int], Schedule], holds: Callable[[ModelledRun], None]) -> Counter[str]:
    """Try that many schedules; give what was met on the way."""
    met: Counter[str] = Counter()
    for number in range(many):
        run = ModelledRun(schedule(number))
        try:
            holds(run)
        except AssertionError as objection:
            raise AssertionError(f"{schedule.__name__}({number}): {objection}\n{schedule(number)}") from objection
        met.update({what: 1 for what, times in run.world.seen.items() if times})
    return met


# -- what is promised ------------------------------------------------------------------------------------------------------------


def test_nothing_is_pressed_outside_its_window_and_a_begun_swing_is_always_finished() -> None:
    def holds(run: ModelledRun) -> None:
        run.world.seen["finished"] += run.finish()
        presses = run.world.presses
        assert ("swing-off" in presses) == ("swing-on" in presses) or run.swing_begun
        assert not run.swing_begun, "left in mid-swing"
        assert not run.way_back_begun, "left in mid-swing on the way back"
        assert not run.goes_back or not {"install-a", "establish"} & set(presses)
        run.world.seen["pressed"] += bool(presses)

    met = every(7000, hostile, holds)
    for what in (
        "finished", "pressed", "window closed", "did not fit", "clock in doubt", "left and came back", "stayed and waited",
        "overtime", "fell in mid-swing", "step", "sleep", "edge", "halt", "fall",
        "back in the first window", "back in the second window", "back within the interim", "back in overtime",
        "fell in mid-swing back",
    ):  # fmt: skip
        assert met[what] >= 20, f"{what}: met {met[what]} times only; the schedules have lost their teeth"


def test_with_wide_windows_and_a_clock_that_is_right_the_run_comes_to_its_end() -> None:
    def holds(run: ModelledRun) -> None:
        assert run.finish(), run.world.seen
        packages = run.schedule.packages
        assert run.world.presses == [
            "sync", "break", *["install-b"] * packages, "swing-off", "swing-on",
            *["install-a"] * packages, "establish", "first-sync",
        ]  # fmt: skip

    met = every(3000, kind, holds)
    assert min(met[what] for what in ("left and came back", "stayed and waited", "sleep", "fall", "fell in mid-swing")) >= 20
