"""What the appliances send by syslog is put down to the run, people, the appliance or nobody; silence is no innocence."""

from __future__ import annotations

import json
import socket
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from paper_pair import Story, story
from paper_world import World

from flows.traces import reading
from flows.traces.syslog import syslog_heard
from flows.traces.syslog_journal import JOURNAL, journal_lines
from robot.domain.errors import UsageError
from robot.evidence.record.history import RunHistory
from robot.evidence.report.brief import told_event
from robot.evidence.traces.findings import traces_of
from robot.operators import handover, operator_questions
from robot.runs import evidence_log
from robot.settings import load

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

HERE = "127.0.0.1"
"""This machine, as the simulated appliances see it."""


def listens(text: str) -> str:
    return text.replace("[evidence]\nocr = false\n", '[evidence]\nocr = false\n\n[evidence.syslog]\nlisten = "127.0.0.1:5514"\n')


def stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Heard:
    """A run that comes to the reading of the traces, with a journal that the test writes."""

    def __init__(self, run: Story, world: World) -> None:
        self.run = run
        self.world = world
        self._lines: list[dict[str, Any]] = []
        run.perform(before="a-status-history")
        self.account = run.secrets.a.login.username
        self.begins = datetime.fromisoformat(run.lines[0]["utc"])

    def pressed(self, step: str) -> datetime:
        """When the run pressed."""
        line = next(line for line in self.run.lines if line["kind"] == "intent" and line["step"] == step)
        return datetime.fromisoformat(line["utc"])

    def note(self, event: str, at: datetime, **more: object) -> None:
        self._lines.append({"event": event, "utc": stamp(at), **more})

    def message(self, at: datetime, *, unit: str = "a", **fields: str) -> None:
        told = {"who": f"Robot({self.account})", "who_ip": HERE, **fields}
        payload = ";".join(f"{name}={value}" for name, value in told.items() if value)
        self.note("message", at, unit=unit, sender="127.9.9.12", text=f"<134>Dec  1 22:00:00 h BG: 1427:01:01:{payload}")

    def quiet_day(self) -> None:
        """What both send in a run of which nobody else knows."""
        self.note("listening", self.begins)
        for unit in "ab":
            self.message(self.begins + timedelta(seconds=2), unit=unit, event="login", target="web/login", status="success")
            self.message(self.pressed("b-break-failover-relationships"), unit=unit, event="failover_settings_changed")

    def told(self) -> Mapping[str, Any]:
        """What the run tells of it in the end."""
        journal = "".join(json.dumps(line) + "\n" for line in self._lines)
        (self.run.state.folder / JOURNAL).write_text(journal, encoding="utf-8")
        assert self.run.perform().outcome == "done"
        found = traces_of(RunHistory.of(self.run.lines))
        assert found is not None
        return found

    def syslog(self, told: Mapping[str, Any], what: str) -> list[dict[str, Any]]:
        """What is told of the syslog alone."""
        return [each for each in told[what] if each["source"].endswith("syslog")]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Generator[Heard]:
    world = World(speed=60)
    monkeypatch.setattr(reading, "wall_clock", world.clock.utc)
    for module in (evidence_log, handover, operator_questions):
        monkeypatch.setattr(module, "now_utc", lambda: stamp(world.clock.utc()))
    with story(tmp_path, world, change=listens) as run:
        yield Heard(run, world)


def test_what_the_run_did_itself_is_put_down_to_its_steps_and_sign_ins(heard: Heard) -> None:
    heard.quiet_day()
    told = heard.told()
    assert [each["name"] for each in told["sources"]][2:] == ["A's syslog", "B's syslog"]
    assert [each["events"] for each in told["sources"]][2:] == [2, 2]
    assert (told["unexplained"], told["people"], told["unknown"], told["presses"]) == ([], [], [], 12 + 4)


def test_what_a_person_did_is_put_down_to_the_name_in_the_message(heard: Heard) -> None:
    heard.quiet_day()
    at = heard.begins + timedelta(seconds=9)
    heard.message(at, who="Jane Roe(jroe) using saml", who_ip="192.0.2.7", event="user_added", new_username="x", new_email="y")
    told = heard.told()
    (event,) = heard.syslog(told, "people")
    assert event["by"] == "Jane Roe (jroe)"
    assert event["text"] == "user_added by Jane Roe (jroe) from 192.0.2.7 of username, email", (
        "names of what was changed, no values"
    )
    when = f"{at:%Y-%m-%d %H:%M:%S} UTC"
    assert told_event(event) == f'A\'s syslog says "{event["text"]}" in a message that arrived at {when}'


@pytest.mark.parametrize(
    ("fields", "doubt"),
    [
        ({"event": "setting_changed", "who_ip": "192.0.2.66"}, "the robot's account, from 192.0.2.66, which is not this machine"),
        ({"event": "login", "target": "web/login", "who_ip": "192.0.2.66"}, "which is not this machine"),
        ({"event": "setting_changed", "who_ip": ""}, "from an unknown address"),
        ({"event": "setting_changed"}, "while this run pressed nothing"),
        ({"event": "backup_created"}, "while this run pressed nothing"),
        ({"event": "setting_changed", "who": "unknown"}, "it names nobody"),
        ({"event": "login", "target": "web/login", "who": "Jane Roe(jroe)", "status": "failure"}, "it failed"),
    ],
)
def test_what_nobody_answers_for_is_unexplained_with_its_doubt(heard: Heard, fields: dict[str, str], doubt: str) -> None:
    heard.quiet_day()
    heard.message(heard.begins, **fields)
    told = heard.told()
    (event,) = heard.syslog(told, "unexplained")
    assert doubt in event["doubt"]
    assert told["unexplained_count"] == 1


def test_a_message_that_lacks_its_first_part_is_unexplained(heard: Heard) -> None:
    heard.quiet_day()
    heard.note(
        "message", heard.begins, unit="a", sender="127.9.9.12", text="Dec  1 22:00:00 h BG: 1427:02:02:who=Robot(x);event=y"
    )
    (event,) = heard.syslog(heard.told(), "unexplained")
    assert event["doubt"] == "a part of its message did not arrive"


def test_a_message_of_any_length_is_told_in_a_few_words(heard: Heard) -> None:
    heard.quiet_day()
    for number in range(1, 10):
        text = f"Dec  1 22:00:00 h BG: 1427:{number:02}:09:{'event=' if number == 1 else ''}{'x' * 4000}"
        heard.note("message", heard.begins, unit="a", sender="127.9.9.12", text=text)
    (event,) = heard.syslog(heard.told(), "unexplained")
    assert (len(event["text"]), set(event["text"])) == (500, {"x"})


def test_sign_ins_of_representatives_to_their_consoles_are_no_administration(heard: Heard) -> None:
    heard.quiet_day()
    heard.message(heard.begins, who="Rep One(rep1)", who_ip="192.0.2.9", event="login", target="rep_client", status="success")
    told = heard.told()
    assert (heard.syslog(told, "people"), told["unexplained"]) == ([], [])


def test_what_the_appliance_did_by_itself_is_its_own(heard: Heard) -> None:
    heard.quiet_day()
    heard.message(heard.begins, who="System", who_ip="", event="setting_changed")
    told = heard.told()
    assert (told["by_themselves"], told["unexplained"]) == (1, [])


def test_an_appliance_from_which_nothing_came_is_unknown_and_not_innocent(heard: Heard) -> None:
    heard.note("listening", heard.begins)
    told = heard.told()
    assert [each["read"] for each in told["sources"]] == [True, True, False, False]
    assert [each for each in told["unknown"] if "nothing has come from it" in each] == told["unknown"]
    assert len(told["unknown"]) == 2


def test_a_syslog_that_tells_nothing_of_the_run_may_hide_others(heard: Heard) -> None:
    heard.note("listening", heard.begins)
    for unit in "ab":
        heard.message(heard.begins, unit=unit, who="Jane Roe(jroe)", event="setting_changed")
    assert all("tells of nothing that this run has done" in each for each in heard.told()["unknown"])


@pytest.mark.parametrize(
    ("event", "more", "sentence"),
    [
        ("lost", {"count": 3}, "3 messages could not be written down"),
        ("full", {}, "no more were kept"),
        ("stranger", {"sender": "192.0.2.80"}, "messages came from 192.0.2.80 too and were not kept"),
        ("message", {"unit": "b", "text": "<13>Dec  1 22:00:00 h kernel: hello"}, "1 of its messages have another form"),
    ],
)
def test_what_did_not_come_into_the_journal_is_told(heard: Heard, event: str, more: dict[str, Any], sentence: str) -> None:
    heard.quiet_day()
    heard.note(event, heard.begins, **more)
    assert sentence in " ".join(heard.told()["unknown"])


def test_the_time_for_which_no_process_listened_is_told_however_the_process_ended(heard: Heard) -> None:
    heard.quiet_day()
    heard.note("ended", heard.begins + timedelta(seconds=20))
    heard.note("listening", heard.begins + timedelta(seconds=80))
    assert "it was not listened to for 1 min of this run" in " ".join(heard.told()["unknown"])


def test_behind_address_translation_the_one_address_of_the_robots_account_is_this_machines_and_that_is_told(heard: Heard) -> None:
    heard.note("listening", heard.begins)
    for unit in "ab":
        heard.message(heard.begins, unit=unit, event="login", target="web/login", status="success", who_ip="198.51.100.4")
    told = heard.told()
    assert told["unexplained"] == []
    assert all("the appliances see the robot at 198.51.100.4" in each for each in told["unknown"])


def test_seen_at_two_foreign_addresses_the_robots_account_is_nobodys(heard: Heard) -> None:
    heard.note("listening", heard.begins)
    for number, unit in enumerate("ab", 4):
        heard.message(heard.begins, unit=unit, event="login", target="web/login", status="success", who_ip=f"198.51.100.{number}")
    assert heard.told()["unexplained_count"] == 2


# -- listening -------------------------------------------------------------------------------------------------------


def test_a_taken_port_refuses_a_run_before_its_first_press_and_is_only_told_afterwards(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        pair_file = World().write(tmp_path / "pair")
        text = listens(pair_file.read_text(encoding="utf-8")).replace("5514", str(taken.getsockname()[1]))
        pair_file.write_text(text, encoding="utf-8")
        settings = load(pair_file)
        with (
            pytest.raises(UsageError, match=r"syslog cannot be listened to on 127\.0\.0\.1"),
            syslog_heard(settings, tmp_path, str, has_pressed=False),
        ):
            pass
        with syslog_heard(settings, tmp_path, str, has_pressed=True):
            pass
    (line,) = journal_lines(tmp_path)
    assert "give a free port of this machine" in line["why"]


def test_both_appliances_addresses_are_listened_to_and_those_that_the_pair_file_adds(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        place = free.getsockname()
    pair_file = World().write(tmp_path / "pair")
    text = listens(pair_file.read_text(encoding="utf-8")).replace('5514"\n', f'{place[1]}"\nb = ["127.9.9.77"]\n')
    pair_file.write_text(text, encoding="utf-8")
    with syslog_heard(load(pair_file), tmp_path, str, has_pressed=False):
        for sender in ("127.9.9.12", "127.9.9.13", "127.9.9.77", "127.9.9.78"):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sending:
                sending.bind((sender, 0))
                sending.sendto(b"<134>hello", place)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and len(journal_lines(tmp_path)) < 1 + 4:
            time.sleep(0.01)
    lines = journal_lines(tmp_path)
    assert [line["unit"] for line in lines if line["event"] == "message"] == ["a", "b", "b"]
    assert [line["sender"] for line in lines if line["event"] == "stranger"] == ["127.9.9.78"]
    assert lines[-1]["event"] == "ended"


def test_a_pair_file_that_asks_for_none_opens_no_port(tmp_path: Path) -> None:
    with syslog_heard(load(World().write(tmp_path / "pair")), tmp_path, str, has_pressed=False):
        assert not (tmp_path / JOURNAL).exists()
