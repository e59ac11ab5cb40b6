"""The promises of one change: read, require, picture, intent, press once, wait, prove."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from a_switch import Bench, Clock, Lamp, Plug, Switch, Switching
from PIL import Image
from playwright.sync_api import Error

from robot.changes.change import ChangeState, Outcome
from robot.changes.change_reader import STRANGE_PAGE_S
from robot.changes.executor import execute
from robot.domain.errors import PressInDoubt, PressLost, Refused, Stalled, StoppedByHand, Surprised, Unreachable, WrongScreen
from robot.evidence.pictures.covered import MASK_COLOUR
from robot.runs.evidence_log import EvidenceLog


def bring_about(bench: Bench, switch: Switch, **more: Any) -> Outcome[Lamp]:
    with EvidenceLog(bench.folder) as record:
        return execute(Switching(switch, **more), bench.context(record))


def sunday(_: Lamp) -> str:
    return "it is Sunday"


def odd_lamp(_before: Lamp | None, _now: Lamp) -> str:
    return "the lamp is odd"


def itself(current: Lamp) -> Lamp:
    return current


def test_a_change_is_pressed_once_and_proved_by_a_reading(bench: Bench, switch: Switch) -> None:
    done = bring_about(bench, switch)
    assert (done.state, done.reading.on, switch.presses) == ("done", True, 1)
    assert bench.kinds() == ["intent", "proved"]


def test_the_picture_comes_before_the_press_and_identity_is_proved_twice(bench: Bench, switch: Switch) -> None:
    bring_about(bench, switch)
    before = switch.calls[: switch.calls.index("press")]
    assert before == ["read", "identity", "check_actionable", "picture before", "identity"]


def test_the_intent_carries_the_reading_before_and_the_frame_of_the_control(bench: Bench, switch: Switch) -> None:
    bring_about(bench, switch)
    intent = bench.lines()[0]
    assert intent["reading"] == {"on": False, "busy": False, "odd": False}
    assert intent["control"] == {"label": "Switch", "x": 1, "y": 2, "width": 3, "height": 4}


def test_the_intent_is_on_the_disk_before_the_press(bench: Bench, switch: Switch) -> None:
    bench.die_at = ("b-switch", "after-intent")
    with pytest.raises(Plug):
        bring_about(bench, switch)
    assert (bench.kinds(), switch.presses) == (["intent"], 0)


def test_a_requirement_that_does_not_hold_refuses_before_anything_is_pressed(bench: Bench, switch: Switch) -> None:
    with pytest.raises(Refused, match="it is Sunday"):
        bring_about(bench, switch, objection=sunday)
    assert (bench.kinds(), switch.presses) == ([], 0)


def test_without_a_picture_nothing_is_pressed(bench: Bench, switch: Switch) -> None:
    switch.camera = False
    with pytest.raises(Refused, match="no picture"):
        bring_about(bench, switch)
    assert (bench.kinds(), switch.presses) == ([], 0)


@pytest.mark.parametrize(
    ("colour", "redacted", "presses"),
    [(MASK_COLOUR, {"redacted": {"1": 1}}, 0), ("white", {"redacted": {"1": 1}}, 1), (MASK_COLOUR, {}, 1)],
)
def test_nothing_is_pressed_whose_control_the_users_own_rules_cover_on_its_picture(
    bench: Bench, switch: Switch, monkeypatch: pytest.MonkeyPatch, colour: str, redacted: dict[str, Any], presses: int
) -> None:
    png = BytesIO()
    Image.new("RGB", (20, 20), colour).save(png, "PNG")

    def picture(record: EvidenceLog, step: str, when: str) -> dict[str, Any]:
        return {**record.keep_picture(step, when, png.getvalue()), **redacted}

    monkeypatch.setattr(switch, "picture", picture)
    if presses:
        bring_about(bench, switch)
    else:
        with pytest.raises(Refused, match=r'its picture does not show "Switch", because a rule or an area of \[evidence'):
            bring_about(bench, switch)
    assert switch.presses == presses


def test_after_the_press_a_failed_picture_holds_nothing_back(bench: Bench, switch: Switch, clock: Clock) -> None:
    def camera_breaks() -> None:
        switch.camera = False

    clock.at(1, camera_breaks)
    assert bring_about(bench, switch).state == "done"
    assert "no picture" in bench.lines()[-1]["text"]


def test_without_identity_nothing_is_pressed(bench: Bench, switch: Switch) -> None:
    switch.identity = False
    with pytest.raises(Refused, match="another box"):
        bring_about(bench, switch)
    assert switch.presses == 0


def test_a_stop_request_holds_the_press_back(bench: Bench, switch: Switch) -> None:
    def stop() -> None:
        raise StoppedByHand("stopped by hand")

    bench.may_press = stop
    with pytest.raises(StoppedByHand):
        bring_about(bench, switch)
    assert (bench.kinds(), switch.presses) == ([], 0)


@pytest.mark.proves("OP8")
def test_what_is_found_done_without_our_intent_is_an_unknown_hand(bench: Bench, switch: Switch) -> None:
    switch.on = True
    with pytest.raises(Surprised, match="somebody else is at work"):
        bring_about(bench, switch)
    assert switch.presses == 0


@pytest.mark.proves("OP8")
def test_what_is_found_under_way_without_our_intent_is_an_unknown_hand(bench: Bench, switch: Switch) -> None:
    switch.busy = True
    with pytest.raises(Surprised, match="somebody else is at work"):
        bring_about(bench, switch)


def test_what_the_appliance_may_do_by_itself_is_no_hand_and_is_not_pressed(bench: Bench, switch: Switch) -> None:
    switch.on = True
    assert bring_about(bench, switch, may_begin_by_itself=True).state == "already"
    assert (bench.kinds(), switch.presses) == (["already"], 0)


def test_what_the_appliance_does_by_itself_is_waited_for(bench: Bench, switch: Switch, clock: Clock) -> None:
    switch.busy = True
    clock.at(5, switch.settle)
    assert bring_about(bench, switch, may_begin_by_itself=True).state == "already"
    assert switch.presses == 0


def test_what_somebody_has_begun_and_ends_before_it_is_read_again_is_compared_with_that_first_reading(
    bench: Bench, switch: Switch, clock: Clock
) -> None:
    """As with a synchronisation: only the time of the last one tells that it has ended."""
    seen: list[Lamp | None] = []

    def state(before: Lamp | None, current: Lamp) -> ChangeState:
        seen.append(before)
        if current.busy:
            return ChangeState.UNDER_WAY
        return ChangeState.IN_PLACE if before is not None and before.on is not current.on else ChangeState.NOT_YET

    switch.busy, bench.owner = True, "Ann Lee"
    clock.at(0.5, switch.settle)
    done = bring_about(bench, switch, state=state, basis=itself)
    assert (done.state, switch.presses, seen[0]) == ("by_person", 0, None)


def test_what_was_found_under_way_and_comes_to_nothing_is_not_told_as_pressed(bench: Bench, switch: Switch, clock: Clock) -> None:
    switch.busy, bench.owner, switch.target = True, "Ann Lee", True
    clock.at(0.5, lambda: setattr(switch, "busy", False))
    with pytest.raises(Surprised, match="came to nothing; this run did not press it, and does not"):
        bring_about(bench, switch)
    assert switch.presses == 0


def test_what_was_read_before_a_confirmation_that_took_long_is_read_again_and_confirmed_again(
    bench: Bench, switch: Switch, clock: Clock
) -> None:
    takes = iter([7200.0, 5.0])
    bench.confirm = lambda: clock.sleep(next(takes))
    assert bring_about(bench, switch).state == "done"
    assert switch.presses == 1
    before = switch.calls[: switch.calls.index("press")]
    assert [each for each in before if each in {"read", "picture before"}] == ["read", "picture before", "read", "picture before"]


def test_what_somebody_has_done_while_a_confirmation_was_waited_for_is_not_pressed(
    bench: Bench, switch: Switch, clock: Clock
) -> None:
    clock.at(3600, switch.settle)
    bench.confirm = lambda: clock.sleep(7200.0)
    with pytest.raises(Surprised, match="somebody else is at work"):
        bring_about(bench, switch)
    assert switch.presses == 0


def test_what_begins_by_itself_while_its_control_is_sought_is_waited_for_and_not_pressed(
    bench: Bench, switch: Switch, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def greyed_out() -> None:
        switch.busy = True
        clock.at(clock.now + 5, switch.settle)
        raise WrongScreen("Lamp: Switch is greyed out")

    monkeypatch.setattr(switch, "check_actionable", greyed_out)
    assert bring_about(bench, switch, may_begin_by_itself=True).state == "already"
    assert switch.presses == 0


def test_a_control_that_is_not_there_and_of_which_nothing_has_come_stops(
    bench: Bench, switch: Switch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise WrongScreen("Lamp: no button Switch")

    monkeypatch.setattr(switch, "check_actionable", missing)
    with pytest.raises(WrongScreen, match="no button"):
        bring_about(bench, switch, may_begin_by_itself=True)
    assert (bench.kinds(), switch.presses) == ([], 0)


@pytest.mark.parametrize("point", ["before-picture", "after-intent", "after-press", "waiting", "after-proof"])
def test_killed_anywhere_a_change_is_pressed_exactly_once_in_the_end(bench: Bench, switch: Switch, point: str) -> None:
    bench.die_at = ("b-switch", point)
    with pytest.raises(Plug):
        bring_about(bench, switch)
    assert bring_about(bench, switch).reading.on
    assert switch.presses == 1


def test_after_a_crash_the_next_reading_is_made_in_a_new_session(bench: Bench, switch: Switch) -> None:
    bench.die_at = ("b-switch", "after-press")
    with pytest.raises(Plug):
        bring_about(bench, switch)
    bring_about(bench, switch)
    assert switch.fresh == 1


def test_after_a_crash_a_press_that_comes_through_late_is_not_repeated(bench: Bench, switch: Switch, clock: Clock) -> None:
    bench.die_at = ("b-switch", "after-press")
    switch.works = False  # the appliance does not show it at once
    with pytest.raises(Plug):
        bring_about(bench, switch)
    clock.at(clock.now + 8, switch.settle)  # within the settling time of 10 s
    assert bring_about(bench, switch).reading.on
    assert switch.presses == 1


def test_a_proved_change_is_never_looked_at_again(bench: Bench, switch: Switch) -> None:
    bring_about(bench, switch)
    switch.calls.clear()
    assert bring_about(bench, switch).reading.on
    assert switch.calls == []


def test_when_it_cannot_be_told_what_happened_the_run_stops(bench: Bench, switch: Switch) -> None:
    bench.die_at = ("b-switch", "after-press")
    with pytest.raises(Plug):
        bring_about(bench, switch)
    switch.odd = True
    with pytest.raises(Surprised, match="cannot tell what happened"):
        bring_about(bench, switch)
    assert switch.presses == 1


def test_a_press_that_shows_no_effect_is_not_repeated(bench: Bench, switch: Switch) -> None:
    switch.works = False
    with pytest.raises(Surprised, match="not pressed again"):
        bring_about(bench, switch)
    assert switch.presses == 1


def test_what_goes_wrong_after_the_press_stops_with_the_words_on_the_page(bench: Bench, switch: Switch, clock: Clock) -> None:
    def goes_wrong() -> None:
        switch.odd = True

    clock.at(2, goes_wrong)
    with pytest.raises(Surprised, match="the lamp is odd"):
        bring_about(bench, switch, explain=odd_lamp)
    assert switch.presses == 1


def test_while_an_appliance_is_busy_with_a_press_an_answer_that_breaks_off_ends_nothing(bench: Bench, switch: Switch) -> None:
    calm = switch.read
    failures = iter([Error("Execution context was destroyed"), Unreachable("no answer")])

    def read() -> Lamp:
        if switch.presses and (failure := next(failures, None)):
            raise failure
        return calm()

    switch.read = read
    assert bring_about(bench, switch).state == "done"
    assert switch.presses == 1


def test_before_a_press_a_page_that_breaks_off_refuses(bench: Bench, switch: Switch) -> None:
    def check_actionable() -> None:
        raise Error("Timeout 5000ms exceeded")

    switch.check_actionable = check_actionable
    with pytest.raises(WrongScreen, match="cannot be made ready"):
        bring_about(bench, switch)
    assert switch.presses == 0


def test_a_page_that_is_none_of_the_expected_ones_is_told_after_three_minutes(bench: Bench, switch: Switch, clock: Clock) -> None:
    calm = switch.read

    def read() -> Lamp:
        if switch.presses:
            raise WrongScreen("Lamp: there is instead: What is new")
        return calm()

    switch.read = read
    with pytest.raises(WrongScreen, match="What is new") as told:
        bring_about(bench, switch, deadline_s=5400.0)
    assert told.value.seen_on is switch
    assert STRANGE_PAGE_S <= clock.now < STRANGE_PAGE_S + 5
    assert (bench.kinds(), switch.presses) == (["intent"], 1)


def test_where_the_limit_is_shorter_such_a_page_is_told_then_and_not_called_a_stall(
    bench: Bench, switch: Switch, clock: Clock
) -> None:
    calm = switch.read

    def read() -> Lamp:
        if switch.presses and clock.now > 3:
            raise WrongScreen("Lamp: there is instead: What is new")
        return calm()

    switch.read, switch.takes = read, 10_000
    with pytest.raises(WrongScreen, match="What is new"):
        bring_about(bench, switch, deadline_s=60.0)
    assert clock.now < 70


def test_such_a_page_that_stands_there_for_a_moment_ends_nothing(bench: Bench, switch: Switch, clock: Clock) -> None:
    calm = switch.read

    def read() -> Lamp:
        if 5 < clock.now < 100:
            raise WrongScreen("Lamp: there is instead: 404")
        return calm()

    switch.read, switch.takes = read, 120
    assert bring_about(bench, switch, deadline_s=5400.0).state == "done"


def test_after_a_crash_such_a_page_is_told_as_well(bench: Bench, switch: Switch, clock: Clock) -> None:
    bench.die_at = ("b-switch", "after-press")
    with pytest.raises(Plug):
        bring_about(bench, switch)

    def read() -> Lamp:
        raise WrongScreen("Lamp: there is instead: What is new")

    switch.read = read
    with pytest.raises(WrongScreen, match="What is new"):
        bring_about(bench, switch, deadline_s=5400.0)
    assert clock.now >= STRANGE_PAGE_S
    assert switch.presses == 1


def test_what_was_under_way_and_stands_as_before_is_told_once_it_has_settled(bench: Bench, switch: Switch, clock: Clock) -> None:
    def gives_up() -> None:
        switch.busy = False

    def undone(_before: Lamp | None, _now: Lamp) -> str:
        return "the lamp went out again"

    switch.takes = 10_000
    clock.at(20, gives_up)
    with pytest.raises(Surprised, match="the lamp went out again; it is not pressed again"):
        bring_about(bench, switch, explain_no_result=undone, deadline_s=5400.0, lag_s=20.0)
    assert 50 <= clock.now < 60
    assert switch.presses == 1


def test_what_has_come_to_nothing_at_the_deadline_is_no_stall(bench: Bench, switch: Switch, clock: Clock) -> None:
    def gives_up() -> None:
        switch.busy = False

    switch.takes = 10_000
    clock.at(20, gives_up)
    with pytest.raises(Surprised, match="came to nothing"):
        bring_about(bench, switch, lag_s=90.0)
    assert clock.now < 70


def test_past_its_deadline_the_words_that_nobody_could_make_sense_of_are_told(bench: Bench, switch: Switch) -> None:
    calm = switch.read

    def read() -> Lamp:
        if switch.presses:
            raise Unreachable('Lamp: "Version" is "Loading...", and no version yet')
        return calm()

    switch.read = read
    with pytest.raises(Stalled, match=r'"Version" is "Loading\.\.\."'):
        bring_about(bench, switch)


@pytest.mark.proves("OP9", "PL9")
def test_past_its_deadline_it_is_watched_for_as_long_again_and_nothing_is_pressed(
    bench: Bench, switch: Switch, clock: Clock
) -> None:
    switch.takes = 10_000
    with pytest.raises(Stalled, match="do not restart"):
        bring_about(bench, switch)
    assert clock.now >= 120
    assert (bench.kinds(), switch.presses) == (["intent", "stalled"], 1)


@pytest.mark.proves("OP9")
def test_what_comes_back_after_its_deadline_is_proved_and_left_to_whoever_was_called(bench: Bench, switch: Switch) -> None:
    switch.takes = 90
    with pytest.raises(Stalled, match="has come back since"):
        bring_about(bench, switch)
    assert bench.kinds() == ["intent", "stalled", "proved"]
    assert bring_about(bench, switch).state == "done"
    assert switch.presses == 1


def lose(switch: Switch, times: int) -> None:
    """Have so many presses answered by the sign-in page, and not received."""
    received = switch.press

    def press() -> str:
        switch.works = switch.presses >= times
        received()
        if not switch.works:
            raise PressLost("answered by the sign-in page")
        return ""

    switch.press = press


def test_a_press_that_was_lost_is_made_once_more_when_ten_readings_in_a_new_session_show_no_trace(
    bench: Bench, switch: Switch, clock: Clock
) -> None:
    lose(switch, 1)
    assert bring_about(bench, switch).state == "done"
    assert (bench.kinds(), switch.presses, switch.fresh) == (["intent", "intent", "proved"], 2, 1)
    second = len(switch.calls) - switch.calls[::-1].index("press") - 1
    first = switch.calls.index("press")
    assert switch.calls[first:second].count("read") >= 10
    assert clock.now >= 10
    assert "nothing has come of the last press: no reading in a new session shows a trace of it" in [
        each.get("text") for each in bench.lines()
    ]


def test_a_press_that_was_lost_twice_is_for_a_person_in_the_same_run_and_in_every_later_one(bench: Bench, switch: Switch) -> None:
    lose(switch, 99)
    for _ in range(3):
        with pytest.raises(PressInDoubt, match="pressed 2 times, and no reading in a new session shows a trace of it"):
            bring_about(bench, switch)
    assert switch.presses == 2


def test_a_person_may_allow_one_more_press_each_time(bench: Bench, switch: Switch) -> None:
    lose(switch, 3)
    with pytest.raises(PressInDoubt):
        bring_about(bench, switch)
    answers = iter(["Alice", ""])
    bench.allowed = lambda: next(answers)
    with pytest.raises(PressInDoubt, match="pressed 3 times"):
        bring_about(bench, switch)
    assert switch.presses == 3
    bench.allowed = lambda: "Bob"
    assert bring_about(bench, switch).state == "done"
    assert switch.presses == 4


def test_a_trace_that_was_seen_in_the_settling_time_and_has_gone_holds_the_second_press_back(
    bench: Bench, switch: Switch, clock: Clock
) -> None:
    bench.die_at = ("b-switch", "after-intent")
    with pytest.raises(Plug):
        bring_about(bench, switch)
    switch.odd = True

    def stands_as_before() -> None:
        switch.odd = False

    clock.at(clock.now + 9.5, stands_as_before)
    for _ in range(2):  # what has gone for good by then is on record
        with pytest.raises(PressInDoubt, match=r"after the press it showed: .*now everything stands as before"):
            bring_about(bench, switch)
    assert switch.presses == 0
    bench.allowed = lambda: "Alice"
    assert bring_about(bench, switch).state == "done"


def test_after_a_crash_ten_readings_are_made_however_short_the_settling_time(bench: Bench, switch: Switch) -> None:
    bench.die_at = ("b-switch", "after-intent")
    with pytest.raises(Plug):
        bring_about(bench, switch)
    switch.calls.clear()
    assert bring_about(bench, switch, settle_s=0.0).state == "done"
    assert switch.calls[: switch.calls.index("press")].count("read") == 10


def test_what_was_said_of_an_earlier_press_cuts_the_time_of_a_later_one_no_shorter(
    bench: Bench, switch: Switch, clock: Clock
) -> None:
    received = switch.press

    def press() -> str:
        if switch.presses == 0:
            switch.presses += 1
            raise PressLost("answered by the sign-in page")
        return received()

    switch.press = press
    switch.works = False

    def begins() -> None:
        switch.busy = True
        clock.at(clock.now + 3, switch.settle)

    bench.die_at = ("b-switch", "waiting")
    with pytest.raises(Plug):
        bring_about(bench, switch)
    clock.at(clock.now + 30, begins)  # after the settling time of 10 s, within the notice of 30 s
    assert bring_about(bench, switch).state == "done"
    assert switch.presses == 2


def test_what_the_appliance_said_against_a_press_is_kept_and_told_once_nothing_has_come_of_it(
    bench: Bench, switch: Switch
) -> None:
    switch.says, switch.works = "The peer is busy.", False
    with pytest.raises(Surprised, match=r"nothing came of it \(the appliance answered: The peer is busy\.\)"):
        bring_about(bench, switch)
    assert "the appliance answered: The peer is busy." in [line.get("text") for line in bench.lines()]


def test_a_press_that_seemed_lost_and_was_not_is_proved(bench: Bench, switch: Switch) -> None:
    pressed = switch.press

    def press() -> str:
        pressed()
        raise PressLost("answered by the sign-in page")

    switch.press = press
    assert bring_about(bench, switch).state == "done"
    assert switch.presses == 1


def when_pressed(switch: Switch, deed: Callable[[], None]) -> None:
    """Have something happen each time that the switch is pressed, right before."""
    pressed = switch.press

    def press() -> str:
        deed()
        return pressed()

    switch.press = press


def silent(switch: Switch, clock: Clock, *, since: float, until: float) -> None:
    """Have the switch not answer for some seconds."""

    def answer(reachable: bool) -> None:
        switch.reachable = reachable

    clock.at(since, lambda: answer(False))
    clock.at(until, lambda: answer(True))


def test_a_press_after_which_the_appliance_was_silent_is_not_taken_for_lost(bench: Bench, switch: Switch, clock: Clock) -> None:
    lose(switch, 1)
    silent(switch, clock, since=clock.now + 2, until=clock.now + 20)
    with pytest.raises(PressInDoubt, match=r"it showed: nothing for 1\d s; now everything stands as before"):
        bring_about(bench, switch)
    assert switch.presses == 1


def test_a_press_that_was_followed_by_silence_at_once_is_not_taken_for_lost_either(
    bench: Bench, switch: Switch, clock: Clock
) -> None:
    lose(switch, 1)

    def goes_down() -> None:
        silent(switch, clock, since=clock.now, until=clock.now + 15)
        switch.reachable = False

    when_pressed(switch, goes_down)
    with pytest.raises(Surprised, match=r"nothing came of it \(the press may be lost: .*\); it is not pressed again"):
        bring_about(bench, switch)
    assert switch.presses == 1


def test_a_moment_of_silence_is_no_restart(bench: Bench, switch: Switch, clock: Clock) -> None:
    lose(switch, 1)
    silent(switch, clock, since=clock.now + 2, until=clock.now + 6)
    assert bring_about(bench, switch).state == "done"
    assert switch.presses == 2


def test_an_appliance_that_is_gone_for_a_minute_after_an_unproved_press_is_told(
    bench: Bench, switch: Switch, clock: Clock
) -> None:
    bench.die_at = ("b-switch", "after-intent")
    with pytest.raises(Plug):
        bring_about(bench, switch)
    switch.reachable = False
    began = clock.now
    with pytest.raises(Unreachable):
        bring_about(bench, switch)
    assert 60 <= clock.now - began < 90
    assert switch.presses == 0


def by_then(switch: Switch) -> Callable[[], Lamp]:
    """Read the switch in whatever way it is read by then."""

    def read() -> Lamp:
        return switch.read()

    return read


class AsTold:
    """Reads as it is told, one after the other, and the last one for ever.

    Idle, busy, odd; page: another page; gone: no answer; slow: none in half a minute.
    """

    def __init__(self, clock: Clock, told: str) -> None:
        self._clock = clock
        self._told = told.split()

    def __call__(self) -> Lamp:
        now = self._told.pop(0) if len(self._told) > 1 else self._told[0]
        if now == "slow":
            self._clock.sleep(30)
        if now in {"slow", "gone"}:
            raise Unreachable("no answer")
        if now == "page":
            raise WrongScreen("Lamp: there is another page")
        return Lamp(on=False, busy=now == "busy", odd=now == "odd")


@pytest.mark.parametrize(
    "told",
    [
        "idle busy idle", "idle idle idle busy idle", "odd idle", "idle odd idle", "idle page page idle", "page idle",
        "slow idle", "idle slow idle", "gone page slow page idle", "idle busy busy odd idle", "idle idle slow page gone idle",
    ],
)  # fmt: skip
def test_whatever_is_seen_of_a_press_that_may_be_lost_holds_the_second_one_back_for_good(
    bench: Bench, switch: Switch, clock: Clock, told: str
) -> None:
    lose(switch, 99)
    when_pressed(switch, lambda: setattr(switch, "read", AsTold(clock, told)))
    for _ in range(3):
        with pytest.raises((PressInDoubt, Surprised)):
            bring_about(bench, switch, read=by_then(switch))
    assert switch.presses == 1


@pytest.mark.parametrize("told", ["busy idle " * 400, "page gone " * 400, "gone page slow " * 400], ids=["flaps", "goes", "slow"])
def test_what_never_settles_after_a_press_that_may_be_lost_is_told_in_time(
    bench: Bench, switch: Switch, clock: Clock, told: str
) -> None:
    lose(switch, 99)
    when_pressed(switch, lambda: setattr(switch, "read", AsTold(clock, told)))
    began = clock.now
    with pytest.raises((Surprised, WrongScreen, Unreachable, Stalled, PressInDoubt)):
        bring_about(bench, switch, read=by_then(switch))
    assert switch.presses == 1
    assert clock.now - began < 600
    assert switch.fresh <= 3
