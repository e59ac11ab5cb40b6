"""Windows, interim, estimates and clocks: what each says at its edges, and in which words."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.domain.clocks import JUMP, Clocks, in_utc, steady_clock, wall_clock
from robot.domain.errors import Refused
from robot.schedule.estimate import GUIDE, ORDER, Estimate, Forecast, Work, WorkEstimate
from robot.schedule.procedure_part import ProcedurePart
from robot.schedule.windows import Exposure, MaintenanceWindows, WindowDecision, WindowState
from robot.settings.sections.windows import Windows

HOUR = 3600
RE_ESTABLISH = "establish the relationship 10 min (after the guide), first synchronisation 15 min (after the guide)"


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-12-{text}+00:00")


def timetable(*, overtime: str = "0s", at_least: str = "24h", closes: str = "04T02:00") -> MaintenanceWindows:
    return MaintenanceWindows(
        Windows.model_validate(
            {
                "first": {"opens": at("01T22:00"), "closes": at("02T02:00")},
                "second": {"opens": at("03T22:00"), "closes": at(closes)},
                "interim": {"at_least": at_least, "at_most": "72h"},
                "overtime": overtime,
            }
        )
    )


def first(now: str, *, overtime: str = "0s", rescue: bool = False) -> WindowDecision:
    return timetable(overtime=overtime).permit(ProcedurePart.FIRST, at(now), rescue=rescue)


# -- a window ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "verdict", "sentence"),
    [
        ("01T18:40:00", WindowState.NOT_YET, "opens at 2026-12-01 22:00 UTC, in 3 h 20 min"),
        ("01T21:59:59.999999", WindowState.NOT_YET, "opens at 2026-12-01 22:00 UTC, in 0.0 s"),
        ("01T22:00:00", WindowState.OPEN, "is open until 2026-12-02 02:00 UTC: 4 h left"),
        ("02T01:59:59.999999", WindowState.OPEN, "is open until 2026-12-02 02:00 UTC: 0.0 s left"),
        (
            "02T02:00:00",
            WindowState.CLOSED,
            "closed at 2026-12-02 02:00 UTC, 0.0 s ago: nothing is pressed outside it",
        ),
        ("03T23:00:00", WindowState.CLOSED, "closed at 2026-12-02 02:00 UTC, 45 h ago: nothing is pressed outside it"),
    ],
)
def test_a_window_is_open_from_its_opening_up_to_and_without_its_close(now: str, verdict: WindowState, sentence: str) -> None:
    permit = first(now)
    assert (permit.verdict, permit.sentence) == (verdict, f"the first window {sentence}")
    assert permit.is_open is (verdict is WindowState.OPEN)


def test_a_permit_says_when_it_changes() -> None:
    assert first("01T20:00").at == at("01T22:00")
    assert first("01T23:00").at == at("02T02:00")
    assert first("02T03:00").at == at("02T02:00")


def test_overtime_is_for_what_a_person_asks_for_by_name_and_for_nothing_else() -> None:
    assert first("02T03:59", overtime="2h", rescue=True).sentence == (
        "the first window is open until 2026-12-02 04:00 UTC, overtime included: 1 min left"
    )
    refused = first("02T03:59", overtime="2h")
    assert refused.verdict is WindowState.CLOSED
    assert refused.sentence.endswith("but until 2026-12-02 04:00 UTC a person may ask for the way back or the finish by name")


def test_overtime_ends_too() -> None:
    over = first("02T04:00", overtime="2h", rescue=True)
    assert over.verdict is WindowState.CLOSED
    assert over.sentence.startswith("the overtime of the first window ended at 2026-12-02 04:00 UTC")
    assert "by name" not in first("02T04:00", overtime="2h").sentence


def test_without_overtime_a_rescue_keeps_the_window_too() -> None:
    assert first("02T02:00", rescue=True).verdict is WindowState.CLOSED


def test_a_rescue_never_opens_a_window_early() -> None:
    assert first("01T21:59", overtime="2h", rescue=True).verdict is WindowState.NOT_YET


# -- the interim ---------------------------------------------------------------------------------------------------------


def test_the_second_part_waits_for_its_own_window() -> None:
    permit = timetable().permit(ProcedurePart.SECOND, at("03T12:00"), swing_done_at=at("02T01:00"))
    assert (permit.verdict, permit.at) == (WindowState.NOT_YET, at("03T22:00"))
    assert permit.sentence == "the second window opens at 2026-12-03 22:00 UTC, in 10 h"


def test_the_second_part_waits_until_the_swing_is_long_enough_ago_though_its_window_is_open() -> None:
    permit = timetable(at_least="46h").permit(ProcedurePart.SECOND, at("03T22:30"), swing_done_at=at("02T01:30"))
    assert (permit.verdict, permit.at) == (WindowState.NOT_YET, at("03T23:30"))
    assert permit.sentence == (
        "the second window's work begins at 2026-12-03 23:30 UTC, in 1 h: at least 46 h after the swing was proved"
    )
    assert timetable(at_least="46h").permit(ProcedurePart.SECOND, at("03T23:30"), swing_done_at=at("02T01:30")).is_open


def test_a_second_window_that_is_over_before_the_interim_is_needs_another_one() -> None:
    permit = timetable(at_least="51h").permit(ProcedurePart.SECOND, at("03T22:30"), swing_done_at=at("02T01:30"))
    assert permit.verdict is WindowState.CLOSED
    assert permit.sentence == (
        "the second window closes at 2026-12-04 02:00 UTC, and the interim of at least 51 h after the swing lasts until "
        "2026-12-04 04:30 UTC: the second part needs another window"
    )


def test_nobody_asks_for_the_second_part_without_saying_when_the_swing_was_proved() -> None:
    with pytest.raises(ValueError, match="say when it was proved"):
        timetable().permit(ProcedurePart.SECOND, at("03T23:00"))


def test_the_first_window_lets_nothing_of_the_second_part_happen() -> None:
    assert (
        timetable(at_least="0s").permit(ProcedurePart.SECOND, at("02T01:00"), swing_done_at=at("02T00:30")).verdict
        is WindowState.NOT_YET
    )


@given(
    st.integers(-10, 100 * 60), st.sampled_from(["Europe/Zurich", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kathmandu"])
)
def test_where_the_asker_lives_changes_nothing(minutes: int, zone: str) -> None:
    now = at("01T20:00") + timedelta(minutes=minutes)
    assert timetable().permit(ProcedurePart.FIRST, now.astimezone(ZoneInfo(zone))) == timetable().permit(ProcedurePart.FIRST, now)


def test_an_hour_that_comes_twice_is_two_hours() -> None:
    zone = ZoneInfo("Europe/Zurich")
    twice = [datetime(2026, 10, 25, 2, 30, tzinfo=zone, fold=fold) for fold in (0, 1)]
    windows = Windows.model_validate(
        {
            "first": {"opens": twice[0].isoformat(), "closes": twice[1].isoformat()},
            "second": {"opens": "2026-10-26T22:00:00+01:00", "closes": "2026-10-27T02:00:00+01:00"},
            "interim": {"at_least": "1h", "at_most": "72h"},
        }
    )
    permits = [MaintenanceWindows(windows).permit(ProcedurePart.FIRST, moment) for moment in twice]
    assert [permit.verdict for permit in permits] == [WindowState.OPEN, WindowState.CLOSED]
    assert permits[0].sentence.endswith(": 1 h left")


# -- exposure ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "passed", "told"),
    [
        (0, (), "0.0 s, 0 per cent of the 72 h that are allowed"),
        (31, (), "31 h, 43 per cent of the 72 h that are allowed"),
        (36, (50,), "36 h, 50 per cent of the 72 h that are allowed"),
        (65, (50, 90), "65 h, 90 per cent of the 72 h that are allowed"),
        (73.5, (50, 90, 100), "73 h 30 min: overdue by 1 h 30 min, for 72 h are allowed; re-establish failover soon"),
    ],
)
def test_the_time_without_failover_is_told(hours: float, passed: tuple[int, ...], told: str) -> None:
    broken = at("01T23:00")
    exposure = timetable().exposure(broken, broken + timedelta(hours=hours))
    assert (exposure.seconds, exposure.passed, exposure.told()) == (hours * HOUR, passed, f"without failover for {told}")
    assert exposure.is_overdue is (hours >= 72)
    assert exposure.share == pytest.approx(hours / 72)


def test_an_overdue_exposure_never_closes_a_window() -> None:
    windows = timetable(closes="09T00:00")
    assert windows.exposure(at("01T23:00"), at("08T00:00")).is_overdue
    assert windows.permit(ProcedurePart.SECOND, at("08T00:00"), swing_done_at=at("02T01:00")).is_open


@given(st.floats(0, 1e7), st.floats(0.01, 1e6))
def test_what_is_passed_is_what_the_share_says(seconds: float, at_most: float) -> None:
    exposure = Exposure(seconds, at_most)
    assert exposure.passed == tuple(sorted(exposure.passed))
    assert exposure.is_overdue is (seconds >= at_most)
    assert exposure.told()


# -- estimates -----------------------------------------------------------------------------------------------------------


def test_what_is_left_and_the_way_back_must_fit_together() -> None:
    estimate = Forecast(packages=2, measured={"install-b": 30 * 60}).before(Work.INSTALL_A)
    assert estimate.left_seconds == (2 * 30 + 10 + 10 + 15) * 60
    late = timetable().fits(ProcedurePart.SECOND, at("04T00:50"), estimate, swing_done_at=at("02T01:00"))
    assert not late.fits
    assert late.sentence == (
        "what is left takes about 1 h 35 min, and there is no way back from there; the second window closes in 1 h 10 min: that "
        "does not fit"
    )


def test_the_sentence_has_all_the_numbers() -> None:
    estimate = Estimate(
        left=(WorkEstimate(Work.INSTALL_B, 130, "x"), WorkEstimate(Work.VERIFY_B, 15, "x")),
        back=(WorkEstimate(Work.ESTABLISH, 25, "x"),),
    )
    fit = timetable().fits(ProcedurePart.FIRST, at("02T00:50"), estimate)
    assert fit.sentence == (
        "what is left takes about 2 h 25 min, the way back 25 min; the first window closes in 1 h 10 min: that does not fit"
    )


def test_it_fits_to_the_minute_and_a_second_later_no_more() -> None:
    estimate = Forecast().before(Work.SWING)
    assert estimate.left_seconds + estimate.back_seconds == 600
    assert timetable().fits(ProcedurePart.FIRST, at("02T01:50:00"), estimate).fits
    late = timetable().fits(ProcedurePart.FIRST, at("02T01:50:01"), estimate)
    assert not late.fits
    assert late.sentence == (
        "what is left takes about 5 min, the way back 5 min; the first window closes in 9 min 59 s: that does not fit"
    )


def test_nothing_fits_a_window_that_is_closed_and_a_rescue_has_the_overtime() -> None:
    estimate = Forecast().before(Work.SWING)
    late = timetable(overtime="2h").fits(ProcedurePart.FIRST, at("02T02:00"), Estimate(left=()))
    assert not late.fits
    assert late.sentence.endswith("the first window is closed: that does not fit")
    assert timetable(overtime="2h").fits(ProcedurePart.FIRST, at("02T03:50"), estimate, rescue=True).fits
    assert not timetable(overtime="2h").fits(ProcedurePart.FIRST, at("02T03:51"), estimate, rescue=True).fits


def test_before_the_opening_the_whole_window_counts() -> None:
    early = timetable().fits(ProcedurePart.FIRST, at("01T12:00"), Forecast().before(Work.BACKUP))
    assert early.fits
    assert early.sentence == "what is left takes about 1 h 37 min, the way back 25 min; the first window lasts 4 h"
    three = timetable().fits(ProcedurePart.FIRST, at("01T12:00"), Forecast(packages=4).before(Work.BACKUP))
    assert not three.fits
    never = timetable(at_least="51h").fits(
        ProcedurePart.SECOND, at("03T12:00"), Forecast().before(Work.INSTALL_A), swing_done_at=at("02T01:30")
    )
    assert not never.fits
    assert "nothing is left of the second window" in never.sentence


def test_a_better_source_wins_b_in_this_run_then_this_pairs_history_then_the_guide() -> None:
    history = {"install-a": 40 * 60.0, "install-b": 41 * 60.0, "sync": 90 * 60.0}
    known = Forecast(measured={"install-b": 20 * 60.0}, history=history)
    assert str(known.of(Work.INSTALL_A)) == "install on A 20 min (as B took in this run)"
    assert str(known.of(Work.INSTALL_B)) == "install on B 41 min (as this pair took before)"
    assert str(known.of(Work.SYNC)) == "synchronisation 1 h 30 min (as this pair took before)"
    assert str(known.of(Work.BREAK)) == "break 2 min (after the guide)"
    assert str(Forecast(history=history).of(Work.INSTALL_A)) == "install on A 40 min (as this pair took before)"
    assert str(Forecast(packages=3).of(Work.INSTALL_A)) == "install on A 3 h (after the guide)"


@pytest.mark.parametrize(
    ("work", "back"),
    [
        (Work.BREAK, RE_ESTABLISH),
        (Work.INSTALL_B, RE_ESTABLISH),
        (Work.VERIFY_B, "swing 5 min (after the guide)"),
        (Work.SWING, "swing 5 min (after the guide)"),
        (Work.BACKUP_AGAIN, "swing 5 min (after the guide)"),
        (Work.INSTALL_A, "none"),
        (Work.FIRST_SYNC, "none"),
    ],
)
def test_each_work_has_the_way_back_that_is_left_once_it_is_begun(work: Work, back: str) -> None:
    assert Forecast().before(work).told().endswith(f"; the way back: {back}")


def test_what_is_left_ends_with_the_part() -> None:
    assert [piece.work for piece in Forecast().before(Work.VERIFY_B).left] == [Work.VERIFY_B, Work.SWING]
    assert [piece.work for piece in Forecast().before(Work.ESTABLISH).left] == [Work.ESTABLISH, Work.FIRST_SYNC]
    assert set(GUIDE) == set(Work) == {work for works in ORDER["asynchronous"].values() for work in works}


def test_a_synchronous_run_has_the_works_of_its_own_order_left_and_no_way_back_once_a_is_updated() -> None:
    asked = Forecast(procedure="synchronous", measured={"install-a": 20 * 60.0})
    left = [Work.BREAK, Work.INSTALL_A, Work.VERIFY_A]
    assert [piece.work for piece in asked.before(Work.BREAK).left] == left
    assert asked.before(Work.BREAK).told().endswith(f"; the way back: {RE_ESTABLISH}")
    assert asked.before(Work.INSTALL_A).back == ()
    second = [Work.INSTALL_B, Work.VERIFY_B, Work.ESTABLISH, Work.FIRST_SYNC]
    assert [piece.work for piece in asked.before(Work.INSTALL_B).left] == second
    assert str(asked.of(Work.INSTALL_B)) == "install on B 20 min (as A took in this run)"
    assert [piece.work for piece in Forecast(procedure="single").before(Work.BACKUP).left] == [
        Work.BACKUP, Work.INSTALL_A, Work.VERIFY_A,
    ]  # fmt: skip


def test_a_run_that_compares_the_pair_with_its_plan_needs_a_minute_more_after_each_update_and_at_the_end() -> None:
    for procedure, works in ORDER.items():
        plain, looking = (Forecast(procedure=procedure, looks=looks) for looks in (False, True))
        more = {
            work: looking.of(work).minutes - plain.of(work).minutes
            for part in works.values() for work in part
        }  # fmt: skip
        assert {work for work, minutes in more.items() if minutes} <= {Work.VERIFY_B, Work.VERIFY_A, Work.FIRST_SYNC}
        assert set(more.values()) == {0, 1}
    assert str(Forecast(looks=True).of(Work.VERIFY_B)) == "verify B 11 min (after the guide, and a look at the pair)"


@given(st.sampled_from(list(Work)), st.floats(0, 20000), st.integers(0, 4), st.integers(-20000, 20000))
def test_the_verdict_never_contradicts_the_numbers_told(work: Work, taken: float, packages: int, before_close: int) -> None:
    """Needs are told in whole minutes rounded up, room rounded down: what reads as fitting fits."""
    estimate = Forecast(packages=packages, measured={"install-b": taken}, history={work: taken}).before(work)
    now = at("02T02:00") - timedelta(seconds=before_close)
    fit = timetable().fits(ProcedurePart.FIRST, now, estimate)
    room = int(min(before_close, 4 * HOUR) // 60)
    assert fit.fits is (before_close > 0 and estimate.left_seconds + estimate.back_seconds <= room * 60)


# -- clocks --------------------------------------------------------------------------------------------------------------


@dataclass
class Time:
    """A wall clock that can be set, and a steady one that cannot."""

    wall: float = 1_800_000_000.0
    steady: float = 7.0

    def passes(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds

    def clocks(self) -> Clocks:
        return Clocks(lambda: datetime.fromtimestamp(self.wall, UTC), lambda: self.steady)


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (4320.0, "jumped forward by 1 h 12 min while the run was at work, and says 2027-01-15 10:12 UTC now"),
        (-61.0, "jumped back by 1 min 1 s while the run was at work, and says 2027-01-15 08:58:59 UTC now"),
    ],
)
def test_a_clock_that_jumped_is_not_believed_before_a_press(step: float, sentence: str) -> None:
    time = Time()
    clocks = time.clocks()
    time.passes(HOUR)
    time.wall += step
    with pytest.raises(Refused) as refusal:
        clocks.now()
    assert str(refusal.value) == f"this machine's clock {sentence}: nothing is pressed by a clock in doubt"
    assert refusal.value.code == 3


def test_a_clock_that_creeps_away_in_small_steps_is_found_too() -> None:
    time = Time()
    clocks = time.clocks()
    for _ in range(3):
        time.passes(600)
        time.wall += JUMP / 3
        assert clocks.now().timestamp() == time.wall
    time.wall += 1
    with pytest.raises(Refused, match="jumped forward by 1 min"):
        clocks.now()


@given(st.lists(st.floats(0, 1e6), max_size=20), st.floats(-59, 59))
def test_time_that_only_passes_and_small_corrections_stop_nobody(spans: list[float], correction: float) -> None:
    time = Time()
    clocks = time.clocks()
    time.wall += correction
    for span in spans:
        time.passes(span)
        assert clocks.now().timestamp() == pytest.approx(time.wall, abs=1e-5)


def test_a_machine_that_is_behind_its_own_record_presses_nothing() -> None:
    time = Time()
    record = datetime.fromtimestamp(time.wall + 3600, UTC)
    with pytest.raises(
        Refused, match=r"clock says 2027-01-15 08:00 UTC, but this run's own record goes on until 2027-01-15 09:00 UTC"
    ):
        time.clocks().now(not_before=record)
    time.passes(3600 - JUMP)
    assert time.clocks().now(not_before=record), "a small correction is none"


def test_the_machines_own_clocks_agree() -> None:
    before = steady_clock()
    clocks = Clocks()
    assert abs((clocks.now(not_before=wall_clock()) - wall_clock()).total_seconds()) < 5
    assert clocks.now().tzinfo is UTC
    assert steady_clock() >= before
    assert steady_clock() < wall_clock().timestamp() / 2, "it counts from the machine's start, and cannot be set"


def test_a_moment_is_told_in_utc() -> None:
    assert in_utc(datetime(2026, 7, 1, 0, 30, 5, tzinfo=ZoneInfo("Europe/Zurich"))) == "2026-06-30 22:30:05 UTC"
