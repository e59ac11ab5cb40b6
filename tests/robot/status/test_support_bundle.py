"""The bundle for the vendor's support: enough to help, at any time, and nothing that is not theirs to know."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from a_pair_file import ENVIRONMENT, PAIR, write_env
from PIL import Image
from spoken import Here

from flows.step_names import STEPS
from pages.appliance_family import FAMILY
from robot.domain.errors import Refused, Stalled
from robot.evidence.pack.verification import verify
from robot.runs import store
from robot.runs.custody_log import CustodyLog
from robot.runs.evidence_log import EvidenceLog
from robot.runs.store import RunState
from robot.runs.supervisor import Ended, performing
from robot.settings import Settings, load
from robot.status.finalize import finalize, seal_by_hand
from robot.status.support_bundle import make

REQUESTER, ANSWERER, CUSTOMER, OTHER, THEIRS = "Jane Q. Requester", "Old Bob", "ACME Laptop customers", "CHG0099999", "INC7654321"
WITHHELD = {
    **{name: value for name, value in ENVIRONMENT.items() if name.endswith("PASSWORD")},
    "a user name": "a-login-username", "the requester": REQUESTER, "who answered": ANSWERER, "a customer": CUSTOMER,
    "another ticket": OTHER, "another run's ticket": THEIRS, "the backup": "bomgar-2026.nsb", "its folder": "safe-place",
    "the change": "Summary of the change", "a command's words": "printed by a command", "a reason": "tested at the branch",
    "the log": "in the robot's own log",
}  # fmt: skip
BASICS = {
    "serial": "BG-1", "guid": "7c3e386d", "base": "4.0.0", "uptime": "41 days, 00:00:04",
    "system_time": "2026-12-01 22:00:01 UTC", "hosted": {"Site": "support.example.com"}, "key": "dS+0",
}  # fmt: skip
FAILOVER = {"role": "backup", "peer": "192.0.2.12", "last_sync": "2026-12-01 21:00", "syncing": False, "conflict": False}
OFFERS = {
    "offers": [
        {"name": "Base Software 4.2.1", "version": "4.2.1", "enabled": True, "requires": ""},
        {"name": "Remote Support 15.1.3", "version": "15.1.3", "enabled": False, "requires": "Requires Base 4.2.1"},
    ],
    "installing": False, "checked": True, "progress": "", "message": "",
}  # fmt: skip
INSTALLING = {"reachable": True, "installing": True, "progress": "Installing 45 %", "message": "", "base": "", "product": ""}


@dataclass
class Story:
    """A run that is told step by step, as the robot tells it."""

    state: RunState
    record: EvidenceLog

    def tell(self, kind: str, step: str, screen: str = "", *, picture: str = "", **fields: Any) -> None:
        unit, interface = step.split("-", 1)[0], fields.pop("interface", "appliance" if screen else "")
        place = {"unit": unit, "serial": f"BG-{unit}", "interface": interface, "screen": screen}
        shot: dict[str, Any] = {}
        if picture:
            shows = io.BytesIO()
            Image.new("RGB", (40, 30), (0, 0, len(self.record.history.lines))).save(shows, "PNG")
            shot = self.record.keep_picture(step, picture, shows.getvalue())
        self.record.append(kind, step, **{"title": f"Title of {step}", **place, **shot, **fields})

    def goes_well(self) -> None:
        self.tell("reading", "a-status-basics", "Status > Basics", reading={**BASICS, "serial": "BG-a"}, picture="after")
        self.tell(
            "reading", "a-status-information", "Status > Information", interface="login", picture="after",
            reading={"state": "Running", "product": "12.3.5", "hostname": "", "clients": {CUSTOMER: 3}},
        )  # fmt: skip
        self.tell("reading", "b-status-basics", "Status > Basics", reading={**BASICS, "serial": "BG-b"}, picture="after")
        for name in ("b-failover", "b-failover-quiet", "b-failover-again"):
            self.tell("reading", name, "Management > Failover", interface="login", reading=FAILOVER, picture="after")
        self.tell(
            "note", "site-check-tested-elsewhere", text=f"skipped: that it was tested, because: tested at the branch, {OTHER}"
        )
        self.tell("note", "site-cut-off", text=f"3 connected clients are cut off by the swing: {CUSTOMER} 3")
        self.tell(
            "gate", "site-check-notice", reading={"command": "./x", "exit": 0, "output": f"printed by a command for {CUSTOMER}"},
            text="ended with 0",
        )  # fmt: skip
        self.tell("by_person", "site-snapshots", by=ANSWERER, text=f"{ANSWERER} says so, see {OTHER}")
        self.tell("note", "site-word", text=f"{ANSWERER.upper()} was asked, for {REQUESTER} ({THEIRS})")
        backup = {"file": "bomgar-2026.nsb", "folder": "/srv/safe-place", "bytes": 3, "sha256": "00"}
        self.tell("reading", "a-download-backup", "Management > Software Management", reading=backup, picture="after")
        control = {"label": "Break Failover Relationships", "x": 1, "y": 1, "width": 1, "height": 1}
        self.tell(
            "intent", "b-break", "Management > Failover", interface="login", reading=FAILOVER, control=control,
            procedure=["BS7"], picture="before",
        )  # fmt: skip
        self.tell("proved", "b-break", "Management > Failover", interface="login", reading={"role": "none"}, picture="after")
        self.tell("reading", "b-updates-1", "Updates", reading=OFFERS, picture="after")

    def is_installed(self) -> None:
        """The last look of an installation is at Status > Information, where people are counted."""
        self.tell(
            "proved", "b-install", "Status > Information", interface="login", picture="after",
            reading={**INSTALLING, "installing": False, "product": "15.1.3"},
        )  # fmt: skip

    def stalls(self) -> str:
        install = {"label": "Install This Update", "x": 1, "y": 1, "width": 1, "height": 1}
        self.tell(
            "intent", "b-install", "Updates", reading={**INSTALLING, "installing": False}, control=install, picture="before"
        )
        sentence = (
            f"B still installs, asked by {REQUESTER} with a-login-username; "
            f"log in {self.state.folder.parents[3]}/artifacts/x and {OTHER}"
        )
        self.tell("reading", "b-look", "Updates", reading=INSTALLING, picture="after")
        self.tell("stalled", "b-install", "Updates", text=sentence, picture="failed")
        return sentence


@pytest.fixture
def settings(here: Here, tmp_path: Path) -> Settings:
    assert here
    change = f'ticket = "CHG0031337"\nsummary = "Summary of the change"\nrequested_by = "{REQUESTER}"'
    text = PAIR.replace('ticket = "CHG0031337"', change).replace("192.0.2.20", "127.251.0.20")
    (tmp_path / "pair.toml").write_text(text, encoding="utf-8")
    write_env(tmp_path)
    return load(tmp_path / "pair.toml")


@pytest.fixture
def story(settings: Settings, tmp_path: Path) -> Iterator[Story]:
    store.begin({"ticket": THEIRS, "rehearsal": False}, tmp_path / "artifacts", THEIRS)
    facts = {"ticket": settings.change.ticket, "settings": settings.model_dump(mode="json"), "rehearsal": False, "revision": 1}
    state = store.begin(facts, tmp_path / "artifacts", settings.change.ticket)
    (state.folder / "robot.log").write_text("in the robot's own log", encoding="utf-8")
    (state.evidence / "notes.txt").write_text(f"somebody's own notes on {CUSTOMER}", encoding="utf-8")
    with EvidenceLog(state.evidence) as record:
        yield Story(state, record)


@pytest.fixture
def stalled(story: Story, settings: Settings) -> Story:
    story.goes_well()
    sentence = story.stalls()
    story.record.close()
    finalize(story.state, settings, Ended("stalled", 5, sentence, Stalled.next_action), STEPS, FAMILY)
    return story


def inside(bundle: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(bundle) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def told(bundle: Path, name: str) -> str:
    return inside(bundle)[name].decode()


@pytest.mark.proves("PL13")
def test_no_secret_no_password_no_requester_and_no_customers_name_goes_into_a_support_bundle(stalled: Story) -> None:
    record = (stalled.state.evidence / "evidence.jsonl").read_text(encoding="utf-8")
    assert all(name in record for name in (CUSTOMER, REQUESTER, ANSWERER, OTHER, THEIRS)), "there is something to withhold"
    bundle = make(stalled.state, STEPS)
    everything = b"\0".join([name.encode() + b"\0" + data for name, data in inside(bundle).items()]) + bundle.read_bytes()
    assert not [what for what, value in WITHHELD.items() if value.lower().encode() in everything.lower()]
    assert str(stalled.state.evidence.parents[2]).encode() not in everything, "where things lie on this machine"


def test_each_bundle_has_a_line_of_custody_with_its_digest_and_the_lines_are_chained(stalled: Story) -> None:
    bundles = [hashlib.sha256(make(stalled.state, STEPS).read_bytes()).hexdigest() for _ in range(2)]
    with CustodyLog(stalled.state.evidence) as log:
        assert [(line["kind"], line["sha256"]) for line in log.lines] == [("made", each) for each in bundles]
        assert log.lines[1]["previous"]


def test_an_account_with_the_name_of_a_step_leaves_the_bundles_summary_readable(
    stalled: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = json.loads(told(make(stalled.state, STEPS), "summary.json"))
    monkeypatch.setenv("A_LOGIN_USERNAME", "install")
    monkeypatch.setenv("B_LOGIN_USERNAME", "stalled")
    after = json.loads(told(make(stalled.state, STEPS), "summary.json"))
    for name in ("name", "state", "unit"):
        assert [step[name] for step in after["steps"]] == [step[name] for step in before["steps"]]
    assert after["state"] == "stalled (exit code 5)"


def test_no_ticket_system_refuses_a_name_in_a_support_bundle(stalled: Story) -> None:
    for name in inside(make(stalled.state, STEPS)):
        assert re.fullmatch(r"([A-Za-z0-9][A-Za-z0-9._-]*/)?[A-Za-z0-9][A-Za-z0-9._-]*", name)
        assert not name.lower().endswith((".log", ".sh", ".dat", ".cab"))


def test_a_secret_that_slipped_into_the_record_is_taken_out(story: Story) -> None:
    story.tell("refused", "a-sign-in", text=f"the page shows {ENVIRONMENT['A_LOGIN_PASSWORD']}")
    timeline = told(make(story.state, STEPS), "timeline.txt")
    assert "STOPPED   Title of a-sign-in: the page shows [secret]" in timeline


def test_the_bundle_is_made_though_the_credentials_are_gone(stalled: Story, tmp_path: Path) -> None:
    (tmp_path / ".env").unlink()
    assert "BG-b" in told(make(stalled.state, STEPS), "facts.txt")


def test_the_facts_of_both_appliances_are_told_with_the_moment_at_which_they_were_read(stalled: Story) -> None:
    facts = told(make(stalled.state, STEPS), "facts.txt")
    ours, _, theirs = facts.partition("Appliance B\n")
    assert "support.example.com port 443" in ours
    assert "product 15.1.3, base any" in ours
    assert "stalled (exit code 5)" in ours
    for found in ("BG-a", "192.0.2.12", "7c3e386d", "12.3.5", "4.0.0"):
        assert found in ours
    for found in (
        "BG-b", "192.0.2.13", "Uptime           41 days, 00:00:04 (read ", "System time      2026-12-01 22:00:01 UTC (read ",
        "Role             none (read ",
        "Offered          Base Software 4.2.1, Remote Support 15.1.3 (greyed out: Requires Base 4.2.1)",
        "Update screen    reachable: yes, installing: yes, progress: Installing 45 % (read ", "Product          not read",
    ):  # fmt: skip
        assert found in theirs, found


def test_the_timeline_tells_in_words_what_was_read_pressed_and_proved_a_line_each(stalled: Story) -> None:
    lines = told(make(stalled.state, STEPS), "timeline.txt").splitlines()
    assert len(lines) == len(stalled.record.history.lines)
    words = [line.split("  ", 1)[1] for line in lines]
    assert all(line[:19].replace("-", "").replace(":", "").replace(" ", "").isdigit() and " UTC  " in line for line in lines)
    for expected in (
        'B     pressed   "Break Failover Relationships", Title of b-break; before: role: backup, peer: 192.0.2.12',
        "B     proved    Title of b-break; role: none",
        "SITE  note      skipped: that it was tested",
        "SITE  checked   Title of site-check-notice; ended with: 0",
        "SITE  by hand   Title of site-snapshots: a person says so",
        "B     STALLED   Title of b-install: B still installs, asked by [name] with [name]; log in ",
    ):
        assert [line for line in words if line.strip().startswith(expected)], (expected, words)


def test_the_stop_card_and_what_to_say_are_in_it(stalled: Story) -> None:
    contents = {name: data.decode() for name, data in inside(make(stalled.state, STEPS)).items() if name.endswith(".txt")}
    assert "Do NOT        Do not restart, reboot or shut down an appliance" in contents["stop-card.txt"]
    assert not [line for line in contents["stop-card.txt"].splitlines() if line.startswith(("Go on", "Look"))]
    read_me = contents["README.txt"]
    assert "DO NOT RESTART THE APPLIANCE" in read_me
    assert "BeyondTrust Technical Support" in read_me
    assert "support.example.com, to product 15.1.3" in read_me
    assert "Serial numbers: A BG-a, B BG-b." in read_me
    assert "stalled (exit code 5)" in read_me
    assert [name for name in contents if name not in read_me] == ["README.txt"]


def test_pictures_show_where_it_stopped_and_the_last_of_the_screens_that_matter(stalled: Story) -> None:
    contents = inside(make(stalled.state, STEPS))
    shown = sorted(name.split("-", 1)[1] for name in contents if name.startswith("shots/"))
    assert shown == [
        "b-break-after.png",
        "b-break-before.png",
        "b-install-before.png",
        "b-install-failed.png",
        "b-look-after.png",
    ]
    for name in (name for name in contents if name.startswith("shots/")):
        assert contents[name] == (stalled.state.evidence / name).read_bytes()
        Image.open(io.BytesIO(contents[name])).verify()


def test_a_picture_that_may_show_people_is_named_and_not_enclosed(story: Story) -> None:
    story.goes_well()
    for step, interface, screen in (
        ("a-who", "login", "Status > Information"), ("a-sign", "login", "Sign-in"), ("site-portal", "portal", "Public portal"),
        ("a-nowhere", "", ""),
    ):  # fmt: skip
        story.tell("refused", step, screen, interface=interface, text="no", picture="failed")
    contents = inside(make(story.state, STEPS))
    read_me = contents["README.txt"].decode()
    for step in ("a-who", "a-sign", "site-portal", "a-nowhere"):
        assert not [name for name in contents if step in name]
        assert f"-{step}-failed.png\n" in read_me.partition("look at them yourself")[2]


def test_screens_that_show_people_are_passed_over_for_those_that_do_not(story: Story) -> None:
    story.goes_well()
    story.is_installed()
    contents = inside(make(story.state, STEPS))
    assert [name for name in contents if name.endswith("b-updates-1-after.png")]
    assert not [name for name in contents if "b-install" in name]
    assert b"look at them yourself" not in contents["README.txt"], "nothing stopped there, so nobody misses it"


def test_a_record_cannot_name_a_file_of_somebody_elses(story: Story) -> None:
    story.goes_well()
    (story.state.evidence / "shots" / "099-b-link-failed.png").symlink_to(story.state.evidence.parents[2] / ".env")
    for file in ("../../../.env", "shots/099-b-link-failed.png", "/etc/passwd"):
        story.tell("refused", "b-break", "Updates", text="no", file=file)
    assert not [name for name in inside(make(story.state, STEPS)) if "env" in name or "link" in name or "passwd" in name]


def test_the_summary_is_reduced_to_what_support_needs(stalled: Story) -> None:
    summary = json.loads(told(make(stalled.state, STEPS), "summary.json"))
    assert set(summary) == {
        "run", "rehearsal", "state", "reason", "site", "addresses", "serials", "versions", "began", "ended", "exposure_s",
        "swing_gap_ms", "steps", "robot",
    }  # fmt: skip
    assert summary["serials"] == {"a": "BG-a", "b": "BG-b"}
    assert summary["versions"]["a"]["after"] == {"product": "12.3.5", "base": "4.0.0"}
    assert summary["exposure_s"] is not None
    assert [step["state"] for step in summary["steps"] if step["name"] == "b-install"] == ["stalled"]


def test_a_run_in_progress_is_told_by_its_whole_lines_and_by_no_earlier_end(stalled: Story) -> None:
    path = stalled.state.evidence / "evidence.jsonl"
    with path.open("ab") as stream, performing(stalled.state):
        stream.write(b'{"seq": 99, "half a li')
        stream.flush()
        before = path.read_bytes()
        contents = inside(make(stalled.state, STEPS))
        assert path.read_bytes() == before, "looking never disturbs a run"
    assert "State: in progress" in contents["README.txt"].decode()
    assert "stop-card.txt" not in contents
    assert json.loads(contents["summary.json"])["reason"] == ""
    assert len(contents["timeline.txt"].splitlines()) == len(stalled.record.history.lines)


def test_a_run_of_which_nothing_is_recorded_yet_has_a_bundle_too(story: Story) -> None:
    story.record.close()
    (story.state.evidence / "evidence.jsonl").unlink()
    assert "Serial number    not read" in told(make(story.state, STEPS), "facts.txt")


def test_a_record_that_cannot_be_read_is_refused_in_a_sentence(story: Story) -> None:
    with (story.state.evidence / "evidence.jsonl").open("ab") as stream:
        stream.write(b"no json\n")
    with pytest.raises(Refused, match=rf"^{story.state.name}: Line 1 of evidence.jsonl is not readable as JSON"):
        make(story.state, STEPS)


def test_a_bundle_is_made_again_and_goes_into_no_pack(stalled: Story) -> None:
    first = make(stalled.state, STEPS)
    assert first == stalled.state.evidence / f"{stalled.state.name}-support.zip"
    bytes_then = first.read_bytes()
    assert make(stalled.state, STEPS).read_bytes() == bytes_then, "the same record makes the same bundle"
    pack = seal_by_hand(stalled.state, lambda: "they are not known here")
    assert verify(pack).ok
    with zipfile.ZipFile(pack) as archive:
        assert not [name for name in archive.namelist() if "support" in name]
        assert first.name.encode() not in archive.read("manifest.json")
    assert make(stalled.state, STEPS).read_bytes() == bytes_then


def test_a_rehearsals_bundle_says_that_it_is_none_for_the_vendor(story: Story) -> None:
    rehearsed = RunState(story.state.folder, {**story.state.facts, "rehearsal": True})
    assert told(make(rehearsed, STEPS), "README.txt").startswith("REHEARSAL: this was a simulated pair. Do not send it.")


def test_the_command_prints_the_path_of_the_bundle(here: Here, stalled: Story) -> None:
    for named in (stalled.state.name, stalled.state.evidence):
        said = here("support-bundle", named)
        assert (said.code, said.err) == (0, "")
        assert said.out == f"{stalled.state.evidence / stalled.state.name}-support.zip\n"
        assert "timeline.txt" in inside(Path(said.out.strip()))
