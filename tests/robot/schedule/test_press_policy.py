"""The promises of a run's hours: outside its windows nothing is pressed, and who must wait is told until when."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from a_pair_file import write_env
from spoken import Here, Script

from flows.step_names import STEPS
from robot.domain.clocks import Clocks
from robot.domain.errors import Refused, Waiting
from robot.evidence.record.history import RunHistory
from robot.evidence.record.line import Line
from robot.runs.evidence_log import EvidenceLog
from robot.runs.store import RunState, begin
from robot.schedule.estimate import Work
from robot.schedule.press_policy import PressPolicy, exposure_of, history_of
from robot.schedule.procedure_part import ProcedurePart
from robot.schedule.windows import MaintenanceWindows
from robot.settings import Settings, load

NOW = datetime(2026, 12, 1, 22, 30, tzinfo=UTC)
PAIR = """\
[change]
ticket = "CHG0031337"
[site]
hostname = "support.example.com"
target_version = "15.1.3"
[a]
address = "127.0.0.2"
port = 9
credentials = "A"
[b]
address = "127.0.0.3"
port = 9
credentials = "B"
[backup]
directory = "backups"
[swing]
method = "shared-ip"
shared_ip = "127.0.0.4"
[windows]
first = { opens = FIRST_OPENS, closes = FIRST_CLOSES }
second = { opens = SECOND_OPENS, closes = SECOND_CLOSES }
interim = { at_least = "1h", at_most = "10d" }
"""


def written(folder: Path, first_opens: timedelta, lasts: timedelta, now: datetime = NOW) -> Path:
    """A pair file whose first window opens at a distance from now; the second a day later."""
    opens = now + first_opens
    times = {"FIRST_OPENS": opens, "FIRST_CLOSES": opens + lasts, "SECOND_OPENS": opens + timedelta(days=1)}
    times["SECOND_CLOSES"] = times["SECOND_OPENS"] + lasts
    text = PAIR
    for name, moment in times.items():
        text = text.replace(name, moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
    write_env(folder)
    path = folder / "pair.toml"
    path.write_text(text, encoding="utf-8")
    return path


def clocks(wall: Callable[[], datetime]) -> Clocks:
    return Clocks(wall, lambda: wall().timestamp())


@pytest.fixture
def record(tmp_path: Path) -> Generator[EvidenceLog]:
    with EvidenceLog(tmp_path / "run") as record:
        yield record


def hours(tmp_path: Path, record: EvidenceLog, opens: timedelta, lasts: timedelta = timedelta(hours=4)) -> PressPolicy:
    return PressPolicy(load(written(tmp_path, opens, lasts)), record, {}, clocks(lambda: NOW), steps=STEPS)


@pytest.mark.proves("PL3")
def test_before_its_window_a_press_waits_and_after_it_is_refused(tmp_path: Path, record: EvidenceLog) -> None:
    with pytest.raises(Waiting, match="the first window opens at 2026-12-01 23:00 UTC") as waiting:
        hours(tmp_path, record, timedelta(minutes=30)).require()
    assert "--wait" in waiting.value.next_action
    with pytest.raises(Refused, match="nothing is pressed outside a window") as refused:
        hours(tmp_path, record, -timedelta(hours=9)).require()
    assert "--windows PAIR" in refused.value.next_action
    hours(tmp_path, record, -timedelta(minutes=5)).require()


@pytest.mark.proves("PL6")
def test_what_does_not_fit_is_refused_with_all_its_numbers(tmp_path: Path, record: EvidenceLog) -> None:
    kept = hours(tmp_path, record, -timedelta(minutes=5), timedelta(hours=1))
    with pytest.raises(Refused, match="that does not fit") as refused:
        kept.require_fit(Work.BREAK)
    for told in ("the way back 25 min", "closes in 55 min", "install on B 1 h (after the guide)"):
        assert told in str(refused.value)
    roomy = hours(tmp_path, record, -timedelta(minutes=5))
    assert "closes in 3 h 55 min" in roomy.require_fit(Work.BREAK)
    with pytest.raises(Refused, match="install on B 4 h"):
        roomy.require_fit(Work.INSTALL_B, 4)


@pytest.mark.proves("PL5", "PL7")
def test_the_second_part_waits_for_its_own_window_after_the_swing(tmp_path: Path, record: EvidenceLog) -> None:
    kept = hours(tmp_path, record, -timedelta(minutes=5))
    kept.part = ProcedurePart.SECOND
    with pytest.raises(Refused, match="the swing is not on record"):
        kept.require()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("robot.runs.evidence_log.now_utc", lambda: "2026-12-01T22:20:00.000Z")
        record.append("reading", "site-served-by-b")
    with pytest.raises(Waiting, match="the second window opens at 2026-12-02 22:25 UTC"):
        kept.require()


@pytest.mark.proves("PL5")
def test_the_way_back_after_the_swing_is_pressed_in_whichever_window_is_open(tmp_path: Path, record: EvidenceLog) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("robot.runs.evidence_log.now_utc", lambda: "2026-11-30T22:20:00.000Z")
        record.append("reading", "site-served-by-b")
        record.append("note", "site-back-out")
    a_day, lasts = timedelta(days=1), timedelta(hours=4)
    for opens in (-timedelta(minutes=15), -a_day - timedelta(minutes=5)):  # the first one, then the second
        kept = hours(tmp_path, record, opens)
        kept.require()
    kept = hours(tmp_path, record, -lasts - timedelta(hours=2))
    with pytest.raises(Waiting, match="the second window opens at 2026-12-02 16:30 UTC"):
        kept.require()
    kept = hours(tmp_path, record, -2 * a_day)
    with pytest.raises(Refused, match="the second window closed"):
        kept.require()


@pytest.mark.proves("PL5", "PL7")
def test_the_interim_holds_up_the_update_of_a_and_nobody_who_wants_the_site_back_on_it(
    tmp_path: Path, record: EvidenceLog
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("robot.runs.evidence_log.now_utc", lambda: "2026-12-01T22:00:00.000Z")
        record.append("reading", "site-served-by-b")
        kept = hours(tmp_path, record, -timedelta(days=1, minutes=5))
        kept.part = ProcedurePart.SECOND
        with pytest.raises(Waiting, match="at least 1 h after the swing was proved"):
            kept.require()
        record.append("note", "site-back-out")
    kept.require()


def test_without_windows_everything_is_permitted(tmp_path: Path, record: EvidenceLog) -> None:
    pair = written(tmp_path, timedelta(0), timedelta(hours=1))
    pair.write_text(pair.read_text(encoding="utf-8").split("[windows]")[0], encoding="utf-8")
    kept = PressPolicy(load(pair), record, {})
    kept.require()
    assert (kept.require_fit(Work.BREAK), kept.until(), kept.exposure()) == ("", "", None)


def line(step: str, kind: str, at: float, utc: str = "2026-12-01T22:00:00.000Z", **more: Any) -> dict[str, Any]:
    return {"step": step, "kind": kind, "monotonic": at, "utc": utc, "procedure": [], "reading": None, **more}


@pytest.mark.proves("PL6")
def test_a_work_is_measured_from_intent_to_proof_where_one_process_saw_both() -> None:
    lines = [
        line("b-install-base", "intent", 100), line("b-install-base", "proved", 1000),
        line("b-install-site", "intent", 1100), line("b-install-site", "proved", 3100),
        line("a-sync-now", "intent", 4000), line("site-record", "note", 5), line("a-sync-now", "proved", 10),
    ]  # fmt: skip
    assert RunHistory.of(lines).durations_s(STEPS) == {"install-b": 2000}


@pytest.mark.proves("PL6")
def test_the_history_is_this_pairs_whichever_was_a(here: Here, tmp_path: Path) -> None:
    del here
    settings = load(written(tmp_path, timedelta(0), timedelta(hours=1)))
    told = settings.model_dump(mode="json")

    def run(facts: dict[str, Any], outcome: str) -> RunState:
        state = begin({"ticket": "C", "rehearsal": False, "settings": facts}, tmp_path / "art", "C")
        (state.evidence / "summary.json").write_text(json.dumps({"outcome": outcome}), encoding="utf-8")
        with EvidenceLog(state.evidence) as record:
            record.append("intent", "b-install-x")
            record.append("proved", "b-install-x")
        return state

    exchanged = {**told, "a": told["b"], "b": told["a"]}
    other = {**told, "a": {**told["a"], "address": "127.0.0.77"}}
    assert set(history_of([run(exchanged, "done")], settings, STEPS)) == {"install-b"}
    assert history_of([run(other, "done"), run(told, "stopped")], settings, STEPS) == {}


@pytest.mark.proves("PL7")
def test_the_exposure_runs_from_the_break_until_it_is_back(tmp_path: Path) -> None:
    windows = load(written(tmp_path, timedelta(0), timedelta(hours=1))).windows
    assert windows is not None
    table = MaintenanceWindows(windows)
    broken = line("b-break", "intent", 0, procedure=["BS7"])
    back = line("a-sync-now", "proved", 0, "2026-12-03T22:00:00.000Z", procedure=["RE11"])
    later = NOW + timedelta(days=20)
    assert exposure_of(table, RunHistory(), later) is None
    running, over = (exposure_of(table, RunHistory.of(told), later) for told in ([broken], [broken, back]))
    assert running is not None
    assert over is not None
    assert running.is_overdue
    assert "overdue" in running.told()
    assert (over.seconds, over.passed) == (2 * 86400, ())


@pytest.mark.parametrize("kind", ["proved", "already", "by_person"])
def test_failover_is_back_once_the_first_synchronisation_is_done_whoever_did_it(kind: str) -> None:
    broken = line("b-break", "intent", 0, procedure=["BS7"])
    asked = line("a-sync-now", "intent", 0, "2026-12-03T21:00:00.000Z", procedure=["RE11"])
    back = line("a-sync-now", kind, 0, "2026-12-03T22:00:00.000Z", procedure=["RE11"])
    later = line("site-after-the-end", "note", 0, "2026-12-05T22:00:00.000Z")
    assert RunHistory.of([broken, asked]).restored is None
    history = RunHistory.of([broken, asked, back, later])
    assert (history.restored, history.exposure_s) == (Line(b"", back), 2 * 86400)


def test_without_windows_no_record_is_searched_for_the_exposure() -> None:
    class Unread(list[Line]):
        def __iter__(self) -> Iterator[Line]:
            raise AssertionError("the record is searched")

    assert exposure_of(None, RunHistory(Unread()), NOW) is None


def test_the_swing_was_done_at_the_latest_time_told_until_its_proof() -> None:
    lines = [
        line("site-swing", "intent", 0, "2026-12-01T23:00:00.000Z"), line("site-served-by-b", "reading", 0),
        line("a-quiet", "reading", 0, "2026-12-02T23:00:00.000Z"),
    ]  # fmt: skip
    assert RunHistory.of(lines).swing_proved_at(STEPS) == datetime(2026, 12, 1, 23, tzinfo=UTC)
    assert RunHistory.of(lines[:1]).swing_proved_at(STEPS) is None


# -- by the command line ------------------------------------------------------------------------------------------------


@pytest.mark.proves("PL3")
def test_a_run_before_its_window_ends_with_6_without_a_browser(script: Script, tmp_path: Path) -> None:
    pair = written(tmp_path, timedelta(hours=5), timedelta(hours=4), datetime.now(UTC))
    said = script("run", pair, "--quiet", cwd=tmp_path)
    assert said.code == 6, said.err
    folder = Path(said.out.strip())
    lines = (folder / "evidence.jsonl").read_text(encoding="utf-8") if (folder / "evidence.jsonl").exists() else ""
    assert '"intent"' not in lines
    assert not (folder / "shots").exists()
    assert "the first window opens at" in said.err
    assert "Until when    the first window is from" in said.err


@pytest.mark.proves("PL3")
def test_a_run_after_its_window_is_refused_and_takes_new_windows_when_resumed(script: Script, tmp_path: Path) -> None:
    pair = written(tmp_path, -timedelta(hours=9), timedelta(hours=4), datetime.now(UTC))
    said = script("run", pair, "--quiet", cwd=tmp_path)
    assert said.code == 3
    run = Path(said.out.strip()).name
    later = tmp_path / "later"
    later.mkdir()
    other = written(later, timedelta(hours=2), timedelta(hours=4), datetime.now(UTC))
    assert script("resume", run, "--quiet", "--windows", other, cwd=tmp_path).code == 6


@pytest.mark.proves("PL6")
def test_a_window_too_short_is_refused_before_anybody_signs_in(script: Script, tmp_path: Path) -> None:
    pair = written(tmp_path, -timedelta(minutes=1), timedelta(minutes=30), datetime.now(UTC))
    said = script("run", pair, "--quiet", cwd=tmp_path)
    assert said.code == 3
    assert "that does not fit" in said.err
    assert not (Path(said.out.strip()) / "shots").exists()


def test_windows_and_now_together_or_neither_is_2(here: Here, tmp_path: Path) -> None:
    pair = written(tmp_path, timedelta(hours=5), timedelta(hours=4))
    assert "leave out one of them" in here("run", pair, "--now").sentence
    pair.write_text(pair.read_text(encoding="utf-8").split("[windows]")[0], encoding="utf-8")
    said = here("run", pair)
    assert said.code == 2
    assert "has no [windows]" in said.sentence


def test_settings_with_windows_survive_the_way_into_a_run(tmp_path: Path) -> None:
    settings = load(written(tmp_path, timedelta(hours=5), timedelta(hours=4)))
    assert Settings.model_validate(json.loads(json.dumps(settings.model_dump(mode="json")))) == settings
