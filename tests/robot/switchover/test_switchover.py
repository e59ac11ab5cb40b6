"""The promises of the swing: one critical section with two presses; never both on, and never both off if it can be helped."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from a_disk import a_disk, fill
from a_switch import Bench, Clock, Plug, Switch, Switching
from playwright.sync_api import Error

from robot.changes.run_context import no_op
from robot.domain.errors import Refused, StoppedByHand, Surprised, UnknownHand
from robot.runs.evidence_log import EvidenceLog
from robot.switchover.critical_section import switch_over
from robot.switchover.half import Switchover

if TYPE_CHECKING:
    from a_switch import Lamp


@dataclass
class Site:
    """A shared address on two appliances; remembers whether both ever had it."""

    bench: Bench
    a: Switch
    b: Switch
    lease: bool = True
    both: bool = False
    call: Callable[[str], None] = no_op

    def swing(self) -> Lamp:
        off, on, back = Switching(self.a, "a-disable"), Switching(self.b, "b-enable"), Switching(Back(self), "a-enable")
        with EvidenceLog(self.bench.folder) as record:
            swap = Switchover(off, on, back, self.bench.context(record), 20, self.require_lease, self.call, "Swing again.")
            try:
                return switch_over(swap)
            finally:
                self.both = self.both or (self.a.on and self.b.on)

    def require_lease(self) -> None:
        if not self.lease:
            raise Refused("the lease is gone")


class Back(Switch):
    """The way back: the same box as A, pressed on."""

    def __init__(self, site: Site) -> None:
        super().__init__(site.a.clock, target=True)
        self.site = site

    def read(self) -> Lamp:
        return self.site.a.read()

    def press(self) -> str:
        self.presses += 1
        self.site.a.on = True
        return ""


@pytest.fixture
def site(bench: Bench, clock: Clock) -> Site:
    return Site(bench, Switch(clock, on=True, target=False, takes=1), Switch(clock, takes=1))


def test_the_address_moves_and_each_half_is_pressed_once(site: Site) -> None:
    site.swing()
    assert (site.a.on, site.b.on, site.a.presses, site.b.presses) == (False, True, 1, 1)
    assert [line["step"] for line in site.bench.lines() if line["kind"] in {"intent", "proved"}] == [
        "a-disable", "a-disable", "b-enable", "b-enable",
    ]  # fmt: skip


def test_a_confirmation_that_took_long_lets_both_be_read_again_before_the_first_half_is_pressed(site: Site) -> None:
    takes = iter([3600.0, 1.0])
    site.bench.confirm = lambda: site.a.clock.sleep(next(takes))
    site.swing()
    assert (site.a.presses, site.b.presses) == (1, 1)
    assert (site.a.calls.count("picture before"), site.b.calls.count("picture before")) == (2, 2)


@pytest.mark.proves("OP5")
def test_both_halves_are_read_and_pictured_before_the_first_press(site: Site) -> None:
    site.swing()
    assert "picture before" in site.b.calls[: site.b.calls.index("press")]
    assert site.bench.lines()[0]["step"] == "a-disable"
    assert site.b.calls.count("picture before") == 1


@pytest.mark.proves("OP5")
def test_when_b_cannot_be_made_ready_a_is_not_touched(site: Site) -> None:
    site.b.camera = False
    with pytest.raises(Refused):
        site.swing()
    assert (site.a.on, site.a.presses) == (True, 0)


def test_a_stop_request_before_the_first_press_holds_it_back(site: Site) -> None:
    def stop() -> None:
        raise StoppedByHand("stopped by hand")

    site.bench.may_press = stop
    with pytest.raises(StoppedByHand):
        site.swing()
    assert site.a.presses == 0


@pytest.mark.proves("OP5")
def test_a_begun_swing_is_finished_although_its_window_closes_at_the_first_press(site: Site) -> None:
    def permit() -> None:
        if site.a.presses:
            raise Refused("the first window closed 1 min ago")

    site.bench.may_press = permit
    site.swing()
    assert (site.a.on, site.b.on, site.a.presses, site.b.presses) == (False, True, 1, 1)


@pytest.mark.proves("OP5")
@pytest.mark.parametrize("works", [True, False])
def test_a_disk_that_fills_up_at_the_first_press_holds_neither_b_nor_the_way_back(
    clock: Clock, tmp_path: Path, works: bool
) -> None:
    with a_disk(tmp_path / "disk", "6m") as disk:
        bench = Bench(disk / "run", clock, may_press=lambda: fill(disk))
        site = Site(bench, Switch(clock, on=True, target=False, takes=1), Switch(clock, takes=1, works=works))
        if works:
            site.swing()
        else:
            with pytest.raises(Surprised, match="the site is served as before the swing"):
                site.swing()
        assert (site.a.on, site.b.on, site.a.presses, site.b.presses) == (not works, works, 1, 1)


@pytest.mark.proves("OP5")
def test_on_a_disk_without_room_for_its_record_the_swing_is_not_begun_but_a_begun_one_is_finished(
    clock: Clock, tmp_path: Path
) -> None:
    with a_disk(tmp_path / "disk", "6m") as disk:
        bench = Bench(disk / "run", clock, may_press=lambda: fill(disk))
        site = Site(bench, Switch(clock, on=True, target=False, takes=1), Switch(clock, takes=1))
        (disk / "half").write_bytes(bytes(3 * 2**20))
        with pytest.raises(Refused, match="Nothing is pressed; make room"):
            site.swing()
        assert site.a.presses == 0
        (disk / "half").unlink()
        bench.may_press, bench.die_at = lambda: None, ("a-disable", "after-press")
        with pytest.raises(Plug):
            site.swing()
        (disk / "half").write_bytes(bytes(3 * 2**20))
        site.swing()
        assert (site.a.on, site.b.on) == (False, True)


@pytest.mark.proves("OP5")
def test_a_stop_request_between_the_halves_holds_nothing_back(site: Site) -> None:
    def stop() -> None:
        if site.a.presses:
            raise StoppedByHand("stopped by hand")

    site.bench.interrupt = stop
    site.swing()
    assert site.b.on


@pytest.mark.proves("OP5")
@pytest.mark.parametrize(
    ("step", "point"),
    [
        ("a-disable", "before-picture"), ("a-disable", "after-intent"), ("a-disable", "after-press"),
        ("a-disable", "waiting"), ("b-enable", "between-halves"), ("b-enable", "before-picture"),
        ("b-enable", "after-intent"), ("b-enable", "after-press"), ("b-enable", "waiting"), ("b-enable", "after-proof"),
    ],
)  # fmt: skip
def test_killed_anywhere_in_the_swing_b_serves_alone_in_the_end(site: Site, step: str, point: str) -> None:
    site.bench.die_at = (step, point)
    with pytest.raises(Plug):
        site.swing()
    site.swing()
    assert (site.a.on, site.b.on, site.both) == (False, True, False)
    assert (site.a.presses, site.b.presses) == (1, 1)


@pytest.mark.proves("OP5")
def test_after_a_crash_between_the_halves_no_picture_and_no_stop_request_holds_b_back(site: Site) -> None:
    site.bench.die_at = ("b-enable", "between-halves")
    with pytest.raises(Plug):
        site.swing()
    site.b.camera = False

    def stop() -> None:
        raise StoppedByHand("stopped by hand")

    site.bench.interrupt = site.bench.may_press = stop
    site.swing()
    assert site.b.on


@pytest.mark.proves("OP5")
def test_when_b_reads_off_to_the_end_a_is_enabled_again(site: Site) -> None:
    site.b.works = False
    with pytest.raises(Surprised, match="served as before the swing"):
        site.swing()
    assert (site.a.on, site.b.on, site.both, site.b.presses) == (True, False, False, 1)


@pytest.mark.proves("OP5")
def test_the_way_back_is_taken_within_half_of_the_time_that_the_swing_may_take(site: Site) -> None:
    site.b.works = False
    back: list[float] = []
    site.a.clock.at(0.0, lambda: None)
    press = Back.press

    def timed(self: Back) -> None:
        back.append(site.a.clock.now)
        press(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Back, "press", timed)
        with pytest.raises(Surprised):
            site.swing()
    assert 20 / 4 <= back[0] < 20 / 2


def test_a_press_that_left_no_trace_is_not_made_again_and_the_way_back_is_taken(site: Site) -> None:
    press = site.b.press

    def lost_once() -> str:
        site.b.press = press
        site.b.presses += 1
        return ""

    site.b.press = lost_once
    with pytest.raises(Surprised, match="served as before the swing"):
        site.swing()
    assert (site.a.on, site.b.on, site.b.presses, site.both) == (True, False, 1, False)


def test_a_dead_browser_of_b_is_replaced_and_b_pressed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    dead = True

    def box() -> dict[str, float]:
        if site.a.presses and dead:
            raise Error("Target page, context or browser has been closed")
        return {"x": 1, "y": 2, "width": 3, "height": 4}

    def replaced() -> None:
        nonlocal dead
        dead = False

    monkeypatch.setattr(site.b, "box", box)
    monkeypatch.setattr(site.b, "drop", replaced)
    site.swing()
    assert (site.a.on, site.b.on, site.b.presses) == (False, True, 1)


def test_a_folder_of_pictures_that_is_gone_in_the_middle_holds_nothing_up(site: Site) -> None:
    press = site.a.press

    def and_no_room() -> str:
        said = press()
        for shot in (site.bench.folder / "shots").iterdir():
            shot.unlink()
        (site.bench.folder / "shots").rmdir()
        (site.bench.folder / "shots").touch()
        return said

    site.a.press = and_no_room
    site.swing()
    assert (site.a.on, site.b.on) == (False, True)


@pytest.mark.proves("OP5")
def test_a_press_of_b_that_comes_through_after_a_was_enabled_again_has_a_yield_at_once(site: Site) -> None:
    site.b.works = False
    press = Back.press

    def b_follows(self: Back) -> None:
        press(self)
        site.a.clock.at(site.a.clock.now + 1.5, site.b.settle)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Back, "press", b_follows)
        site.swing()
    assert (site.a.on, site.b.on, site.both) == (False, True, False)
    site.swing()  # and so it stays
    assert (site.a.presses, site.b.presses) == (2, 1)


@pytest.mark.proves("OP5")
@pytest.mark.parametrize("point", ["after-press", "after-intent", "waiting"])
def test_killed_on_the_way_back_while_b_comes_through_the_resumed_robot_leaves_only_b(site: Site, point: str) -> None:
    site.b.works = False
    press = Back.press

    def b_follows(self: Back) -> None:
        press(self)
        site.b.settle()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Back, "press", b_follows)
        site.bench.die_at = ("a-enable", point) if point != "waiting" else ("a-disable", "waiting")
        with contextlib.suppress(Plug):
            site.swing()
        site.swing()
    assert (site.a.on, site.b.on) == (False, True)


def test_a_person_is_called_while_the_state_of_b_is_unknown_and_the_robot_reads_on(site: Site) -> None:
    site.b.works = False
    called: list[str] = []

    def call(sentence: str) -> None:
        called.append(sentence)
        site.b.clock.at(site.b.clock.now + 60, lambda: setattr(site.b, "reachable", True))

    site.call = call
    press = site.a.press

    def and_b_is_gone() -> str:
        site.b.reachable = False
        return press()

    site.a.press = and_b_is_gone
    with pytest.raises(Surprised, match="served as before the swing"):
        site.swing()
    assert "Nobody may be served now" in called[0]
    assert (site.a.on, site.b.on, site.both) == (True, False, False)


@pytest.mark.proves("OP5")
def test_a_person_is_called_after_a_quarter_of_the_limit_when_a_is_silent_after_its_half_and_b_is_not_touched(site: Site) -> None:
    called: list[tuple[float, str]] = []
    site.call = lambda sentence: called.append((site.a.clock.now, sentence))
    press = site.a.press

    def and_a_is_gone() -> str:
        said = press()
        site.a.reachable = False
        called.append((site.a.clock.now, "pressed"))
        return said

    site.a.press = and_a_is_gone
    with pytest.raises(Surprised, match="is pressed and not proved"):
        site.swing()
    (pressed, _), (first, said) = called[:2]
    assert 5 <= first - pressed <= 6
    assert "Nobody may be served now: look at both at once" in said
    assert (site.b.on, site.b.presses) == (False, 0)


def test_what_was_put_back_stays_put_back(site: Site) -> None:
    site.b.works = False
    with pytest.raises(Surprised):
        site.swing()
    with pytest.raises(Surprised, match="served as before the swing"):
        site.swing()
    assert (site.a.presses, site.b.presses) == (1, 1)


@pytest.mark.proves("OP5")
def test_a_is_never_enabled_while_the_state_of_b_is_unknown(site: Site) -> None:
    site.b.works = False
    site.bench.die_at = ("b-enable", "after-press")
    with pytest.raises(Plug):
        site.swing()
    site.b.reachable = False
    with pytest.raises(Surprised, match="Nobody may be served now"):
        site.swing()
    assert not site.a.on


def test_when_a_cannot_be_proved_off_b_is_not_pressed(site: Site) -> None:
    site.a.works = False
    with pytest.raises(Surprised, match="Switch b-enable is not pressed"):
        site.swing()
    assert (site.a.on, site.b.presses) == (True, 0)


def test_when_the_lease_is_lost_between_the_halves_nothing_more_is_pressed(site: Site) -> None:
    site.lease = False
    with pytest.raises(Refused, match="the lease is gone"):
        site.swing()
    assert (site.b.presses, site.a.on) == (0, False)
    site.lease = True
    site.swing()
    assert (site.a.on, site.b.on, site.both) == (False, True, False)


def test_a_browser_that_breaks_off_in_the_middle_holds_nothing_up(site: Site) -> None:
    calm = site.b.read
    failures = iter([Error("Execution context was destroyed"), Error("Target closed")])

    def read() -> Lamp:
        if site.b.presses and (failure := next(failures, None)):
            raise failure
        return calm()

    site.b.read = read
    site.swing()
    assert (site.a.on, site.b.on, site.b.presses) == (False, True, 1)


def test_a_press_that_the_browser_could_not_finish_is_told_by_a_reading_and_not_repeated(site: Site) -> None:
    press = site.b.press

    def breaks_off() -> str:
        press()
        raise Error("net::ERR_CONNECTION_RESET")

    site.b.press = breaks_off
    site.swing()
    assert (site.b.on, site.b.presses) == (True, 1)


@pytest.mark.proves("OP8")
def test_a_hand_that_enabled_b_between_the_halves_is_never_called_ours(site: Site) -> None:
    site.bench.die_at = ("b-enable", "between-halves")
    with pytest.raises(Plug):
        site.swing()
    site.b.on = True
    with pytest.raises(UnknownHand):
        site.swing()
    assert not [line for line in site.bench.lines() if line["step"] == "b-enable" and line["kind"] == "proved"]
    assert not site.a.on


@pytest.mark.proves("OP5")
def test_a_late_press_of_b_is_seen_before_a_is_enabled_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.b.works = False

    def b_comes_through_late(_: Switch) -> None:
        site.b.on = True

    monkeypatch.setattr(Back, "check_actionable", b_comes_through_late)
    site.swing()
    assert (site.a.on, site.b.on, site.both) == (False, True, False)
