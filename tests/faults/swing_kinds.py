"""The kinds of fault that strike between SI2 (the shared IP disabled on A) and SI4 (enabled on B), and how each must end."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import flows.session.page_evidence
from flows.session.appliance import Appliance
from flows.step_names import STEPS
from flows.swings.shared_ip import SwitchSharedIp
from pages.engine.actions.guarded_click import GuardedClick
from robot.changes.run import Run
from robot.domain.clocks import Clocks
from robot.domain.errors import Refused
from robot.schedule.press_policy import PressPolicy
from robot.simulator.process import Simulation

OFF, ON, BACK = "a-disable-shared-ip", "b-enable-shared-ip", "a-enable-shared-ip"
BEFORE_A, BETWEEN = f"{OFF}:after-intent", f"{ON}:between-halves"
LEASE_LOST = "lease-lost"


@dataclass
class Scene:
    """Where a fault strikes: in the process that performs, at a named point of the swing."""

    run: Run
    simulated: Simulation
    folder: Path


Strike = Callable[[Scene], None]


@dataclass(frozen=True)
class Kind:
    """One kind of fault.

    Attributes:
        name: kebab-case.
        what: a sentence.
        strikes: what happens, in this order.
        at: at which named point of the swing.
        ends: who may serve in the end.
        apart: the rule forbids to help (B's or A's state is unknown for longer than 30 s): a person is called, and must be.
        alone: nothing else may run meanwhile: what it shows is a matter of two seconds.
        knobs: how the pair is set from the beginning.
    """

    name: str
    what: str
    strikes: tuple[Strike, ...] = ()
    at: str = BETWEEN
    ends: str = "b"
    apart: bool = False
    alone: bool = False
    knobs: dict[str, Any] = field(default_factory=dict[str, Any])


def turn(seconds: float | None = None, **knobs: Any) -> Strike:
    """Turn knobs of the simulated pair, for so many seconds or for good."""
    return lambda scene: scene.simulated.set(seconds, **knobs)


def late(seconds: float) -> Strike:
    """Let B's Save be answered at once and applied so many seconds later."""
    return turn(ip_save_takes=seconds, ip_save_takes_at="b")


def act(unit: str, action: str) -> Strike:
    """Let somebody else do something on the pair."""
    return lambda scene: scene.simulated.act(unit, action)


def die(_: Scene) -> None:
    """Be killed, as by `kill -9`."""
    os.kill(os.getpid(), signal.SIGKILL)


def descends(process: int, ancestor: int) -> bool:
    """Whether a process was started by another one, or by one that it started: Chromium has a session of its own."""
    while process > 1:
        if process == ancestor:
            return True
        try:
            process = int(Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[1])
        except OSError:
            return False
    return False


def kill_browser(unit: str) -> Strike:
    """Kill the Chromium that belongs to one appliance, of those that this very process started."""

    def strike(scene: Scene) -> None:
        address = scene.simulated.addresses[unit]
        found: list[int] = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if f"EXCLUDE {address}" in words and "--type=" not in words and descends(int(process.name), os.getpid()):
                os.kill(int(process.name), signal.SIGKILL)
                found.append(int(process.name))
        if not found:
            raise RuntimeError(f"no browser of {unit} was found to be killed")
        time.sleep(0.3)

    return strike


def kill_driver(_: Scene) -> None:
    """Kill the process through which every browser of this process is driven."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().decode(errors="replace")
            mine = (process / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[1] == str(os.getpid())
        except OSError:
            continue
        if mine and "run-driver" in words:
            os.kill(int(process.name), signal.SIGKILL)
    time.sleep(0.3)


def no_pictures(_: Scene) -> None:
    """From now on no picture can be taken."""

    def photograph(*_: Any) -> dict[str, Any]:
        raise Refused("no picture could be taken")

    flows.session.page_evidence.photograph_and_learn = photograph


def no_folder_for_pictures(scene: Scene) -> None:
    """From now on no picture can be written."""
    shots = scene.run.record.folder / "shots"
    shots.rename(shots.with_name("shots-until-then"))
    shots.touch()


def ask_to_stop(scene: Scene) -> None:
    """Somebody asks the run to stop."""
    scene.run.state.ask_to_stop()


def signal_parent(number: signal.Signals) -> Strike:
    """Ctrl-C, or a polite end, for the process that holds the lease."""
    return lambda _: os.kill(os.getppid(), number)


def lose_lease(scene: Scene) -> None:
    """The lease is lost: the parent notices within two seconds and ends this process, which does nothing until then."""
    (scene.folder / LEASE_LOST).touch()
    time.sleep(20)


class Closed(PressPolicy):
    """PressPolicy that are over."""

    def require(self) -> None:
        raise Refused("the window is over")


def close_window(scene: Scene) -> None:
    """The window closes."""
    scene.run.hours = Closed(scene.run.settings, scene.run.record, {})


def jump(hours: float) -> Strike:
    """The clock is set."""

    def strike(scene: Scene) -> None:
        real, by = time.time, timedelta()
        clocks = Clocks(wall=lambda: datetime.now(UTC) + by)
        scene.run.hours = PressPolicy(scene.run.settings, scene.run.record, {}, clocks, steps=STEPS)
        by = timedelta(hours=hours)
        time.time = lambda: real() + by.total_seconds()

    return strike


def fault_of_ours(owner: type, call: str, error: type[Exception], seconds: float, *, after: bool = False) -> Strike:
    """Have one call fail by a fault of our own, from now on for so many seconds, before or after it has had its effect.

    It strikes the first call too where no time is left: `seconds` of 0 is one failure.
    """
    real = getattr(owner, call)

    def strike(_: Scene) -> None:
        until, struck = time.monotonic() + seconds, [False]

        def failing(*given: Any, **named: Any) -> Any:
            if struck[0] and time.monotonic() > until:
                return real(*given, **named)
            struck[0] = True
            if after:
                real(*given, **named)
            raise error(f"{call} of ours")

        setattr(owner, call, failing)

    return strike


CALLS: dict[str, tuple[tuple[type, str, float, bool], ...]] = {
    "reads": ((SwitchSharedIp, "read", 5, False),),
    "judges": ((SwitchSharedIp, "state", 5, False),),
    "proves-identity": ((Appliance, "prove_identity", 5, False),),
    "marks": ((GuardedClick, "box", 5, False),),
    "presses": ((GuardedClick, "press", 0, False),),
    "is-answered": ((GuardedClick, "press", 0, True),),
    "prepares": ((GuardedClick, "press", 0, False), (SwitchSharedIp, "open_control", 3, False)),
    "checks": ((GuardedClick, "press", 0, False), (GuardedClick, "check_actionable", 3, False)),
    "pictures": ((Appliance, "picture", 20, False),),
}
"""Every call that the robot makes of the driver's side between the halves: who, what, for how many seconds, after its effect."""
ERRORS: dict[str, type[Exception]] = {"value": ValueError, "key": KeyError, "memory": MemoryError}
SHOWS: dict[str, tuple[tuple[Strike, ...], str]] = {"takes": ((), "b"), "ignores": ((turn(ip_save_ignored="b"),), "a")}
"""What B then shows: it takes the press, or it does not; and who serves in the end."""
LOST_PRESS = {"presses": "a", "prepares": "a", "checks": "a"}
"""Where the fault strikes between the intent and the click, the press may have been made, so that it is not made again."""


def kinds_of_ours() -> Iterator[Kind]:
    """Faults of our own: every call between the halves, each kind of error, and what B then shows."""
    for (call, faults), (error, raised), (shows, (turns, ends)) in product(CALLS.items(), ERRORS.items(), SHOWS.items()):
        strikes = (*turns, *(fault_of_ours(owner, name, raised, for_s, after=after) for owner, name, for_s, after in faults))
        what = f"a fault of ours where it {call.replace('-', ' ')} ({raised.__name__}); B {shows} the press"
        yield Kind(f"ours-{call}-{error}-b-{shows}", what, strikes, ends=LOST_PRESS.get(call, ends))


KINDS = (
    # B's network
    Kind("b-refuses-5s", "B refuses connections for 5 s", (turn(5, own_refuses="b"),)),
    Kind("b-down-10s", "B is down altogether for 10 s", (turn(10, down="b"),)),
    Kind("b-resets-5s", "B resets connections for 5 s", (turn(5, own_resets="b"),), ends="a"),
    Kind("b-bad-gateway-8s", "B answers 502 for 8 s", (turn(8, bad_gateway="b"),), ends="a"),
    Kind("b-slow-8s", "B's pages take 8 s", (turn(25, slow_pages=8, slow_pages_at="b"),)),
    Kind(
        "b-cut-off-when-saved", "B cannot be reached for 25 s, right after its Save",
        (turn(25, own_refuses="b"),), f"{ON}:after-press",
    ),
    # B's page
    Kind("b-save-fails", "B's Save Changes is answered with an error", (turn(ip_save_fails="b"),), ends="a"),
    Kind("b-save-ignored", "B's Save says saved, and is not applied", (turn(ip_save_ignored="b"),), ends="a"),
    Kind("b-save-ignored-once", "B's first Save is lost; it is not pressed again", (turn(2, ip_save_ignored="b"),), ends="a"),
    Kind("b-save-late-3s", "B's Save is applied after 3 s", (late(3),)),
    Kind("b-save-late-12s", "B's Save is applied after 12 s", (late(12),)),
    Kind("b-save-late-24s", "B's Save is applied after 24 s, when A serves again", (late(24),), alone=True),
    Kind("b-save-drops", "B's Save is applied, and the connection is reset", (turn(ip_save_drops="b"),)),
    Kind(
        "b-second-button", "B's page has a second Save Changes, and the robot is killed",
        (turn(ip_second_save="b"), die), ends="a",
    ),
    Kind("b-dialog", "B asks something unexpected at Save", ends="a", knobs={"ip_dialog": "b"}),
    Kind("b-session-ends", "B's session ends", (act("b", "end-sessions"),), ends="a"),
    Kind("b-row-lost-8s", "B's page has lost the shared address for 8 s", (turn(8, ip_unlisted="b"),)),
    # A
    Kind("a-save-drops", "A's Save is applied, and the connection is reset", (turn(ip_save_drops="a"),), BEFORE_A),
    Kind("a-save-late-3s", "A's Save is applied after 3 s", (turn(4, ip_save_takes=3, ip_save_takes_at="a"),), BEFORE_A),
    Kind("a-unreadable-8s", "A cannot be read for 8 s after its Save", (turn(8, own_refuses="a"),), f"{OFF}:after-press"),
    Kind("a-session-ends", "A's session ends right after its Save", (act("a", "end-sessions"),), f"{OFF}:after-press"),
    Kind(
        "b-ignored-a-drops", "B's Save is not applied, and A's Save on the way back breaks off",
        (turn(ip_save_ignored="b", ip_save_drops="a"),), ends="a",
    ),
    # The robot
    Kind("no-pictures", "no picture can be taken any more", (no_pictures,)),
    Kind("no-room-for-pictures", "no picture can be written any more", (no_folder_for_pictures,)),
    Kind("stop", "somebody asks the run to stop", (ask_to_stop,)),
    Kind("ctrl-c", "Ctrl-C", (signal_parent(signal.SIGINT),)),
    Kind("sigterm", "a polite end (SIGTERM)", (signal_parent(signal.SIGTERM),)),
    Kind("killed-between", "kill -9 between the halves", (die,)),
    Kind("killed-after-a-press", "kill -9 right after A's press", (die,), f"{OFF}:after-press"),
    Kind("killed-after-b-intent", "kill -9 right after B's intent", (die,), f"{ON}:after-intent"),
    Kind("killed-after-b-press", "kill -9 right after B's press", (die,), f"{ON}:after-press"),
    Kind(
        "killed-on-the-way-back", "B's Save fails, and kill -9 right after A's press on the way back",
        (die,), f"{BACK}:after-press", "a", knobs={"ip_save_fails": "b"},
    ),
    Kind("b-browser-dies", "the browser of B dies", (kill_browser("b"),)),
    Kind("a-browser-dies", "the browser of A dies right after its Save", (kill_browser("a"),), f"{OFF}:after-press"),
    Kind("driver-dies", "the driver of both browsers dies", (kill_driver,)),
    Kind("lease-lost", "the lease is lost; another robot tries; ours is resumed", (lose_lease,)),
    Kind("window-closes", "the window closes", (close_window,)),
    Kind("clock-forward", "the clock jumps forward by an hour", (jump(1),)),
    Kind("clock-back", "the clock jumps back by an hour", (jump(-1),)),
    # Where OP5 forbids to help: B is unknown, so that A may not be enabled, or A is unknown, so that B may not be
    Kind("b-down-for-good", "B is down and does not come back", (turn(down="b"),), ends="none", apart=True),
    Kind("b-is-another", "B shows another certificate", (turn(other_certificate="b"),), ends="none", apart=True),
    Kind(
        "b-row-lost", "B's page has lost the shared address, and does not save",
        (turn(ip_unlisted="b", ip_save_ignored="b"),), ends="none", apart=True,
    ),
    Kind(
        "a-down-for-good", "A is down right after its Save and does not come back",
        (turn(down="a"),), f"{OFF}:after-press", "none", apart=True,
    ),
    *kinds_of_ours(),
)  # fmt: skip
"""Every kind. Some are counted apart."""


def named(name: str) -> Kind:
    """The kind of that name."""
    return next(kind for kind in KINDS if kind.name == name)
