"""Pack, summary and note reach the ticket exactly once, whatever befalls the calls."""

import hashlib
import json
from itertools import product
from pathlib import Path

import pytest
from a_sealed_run import Desk, MakesDesks
from a_ticket_system import PASSWORD, SIGNING_KEY, TICKET, Fault

from robot.domain.errors import LoginRejected, Refused, Unreachable, Untrusted
from robot.evidence.record.chain import digest

SYSTEMS = ("servicenow", "jira", "webhook")
ASKED = ("servicenow", "jira")
SECRET = (PASSWORD, SIGNING_KEY)
TAKE_LONG = {"slow", "drip"}
EXPORTS = {"pack": 0, "summary": 1, "note": 2}
"""The calls with an effect, in their order."""


def require_all_once(desk: Desk) -> None:
    """The ticket holds pack, summary and note, each once and whole; and the log of exports is a whole chain without secrets."""
    run, pack = desk.state.name, desk.state.evidence / f"{desk.state.name}.zip"
    assert sorted(desk.server.names) == sorted([f"{run}.zip", f"{run}-summary.txt"])
    kept = {each["name"]: each for each in desk.server.files}
    assert kept[f"{run}.zip"]["data"] == pack.read_bytes()
    assert kept[f"{run}.zip"]["kind"] == "application/zip"
    assert kept[f"{run}-summary.txt"]["data"].decode().startswith(f"# {TICKET}: done\n")
    (note,) = desk.server.notes
    assert f"SHA-256: {hashlib.sha256(pack.read_bytes()).hexdigest()}" in note
    require_whole_log(desk)
    assert len([line for line in desk.log if line["kind"] in {"sent", "found"}]) == 3


def require_whole_log(desk: Desk) -> None:
    previous = ""
    text = (desk.state.evidence / "custody.jsonl").read_text(encoding="utf-8")
    for place, raw in enumerate(text.splitlines(), 1):
        line = json.loads(raw)
        assert (line["seq"], line["previous"]) == (place, previous)
        previous = digest(raw.encode())
    for secret in SECRET:
        assert secret not in text


@pytest.mark.parametrize("system", SYSTEMS)
def test_pack_summary_and_note_reach_the_ticket_once_however_often_it_is_asked(desk_at: MakesDesks, system: str) -> None:
    desk = desk_at(system)
    told = desk.deliver()
    assert [sentence.rpartition(": ")[2] for sentence in told] == ["is there now"] * 3
    require_all_once(desk)
    again = desk.deliver()
    assert all(": is there since " in sentence for sentence in again)
    assert len(desk.server.effects) == 3
    require_all_once(desk)


@pytest.mark.parametrize("export", EXPORTS)
@pytest.mark.parametrize("befalls", ["reset before", "reset after", "half after", "500", "500 after", "429"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_a_call_that_fails_at_any_point_doubles_nothing_and_loses_nothing(
    desk_at: MakesDesks, system: str, befalls: str, export: str
) -> None:
    desk = desk_at(system)
    desk.server.faults.append(Fault(befalls, skip=EXPORTS[export]))
    assert desk.deliver_in_the_end() == 1, "one failure is mended without anybody"
    assert not desk.server.faults, "it has struck"
    require_all_once(desk)


@pytest.mark.parametrize(
    ("system", "befalls"),
    [
        *product(SYSTEMS, ["reset at once", "reset in the middle", "503 after", "413 at once", "huge"]),
        ("servicenow", "slow"), ("jira", "drip"), ("webhook", "slow"),
    ],
)  # fmt: skip
def test_a_pack_that_is_cut_off_or_not_answered_is_there_once_in_the_end(desk_at: MakesDesks, system: str, befalls: str) -> None:
    desk = desk_at(system)
    desk.asked_s = 0.8 if befalls in TAKE_LONG else 5.0
    desk.server.faults.append(Fault(befalls))
    if befalls == "413 at once":
        with pytest.raises(Refused, match=r"takes no file of this size \(413\)"):
            desk.deliver()
        assert desk.server.files == []
    assert desk.deliver_in_the_end() == 1
    require_all_once(desk)


@pytest.mark.parametrize("system", ASKED)
def test_a_page_of_a_proxy_is_never_taken_for_the_answer_of_the_api(desk_at: MakesDesks, system: str) -> None:
    desk = desk_at(system)
    desk.server.faults += [Fault("page before", skip=skip) for skip in (0, 1, 1)]
    desk.deliver()
    assert not desk.server.faults
    require_all_once(desk)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_system_that_fails_again_and_again_is_given_up_and_gone_on_with_later(desk_at: MakesDesks, system: str) -> None:
    desk = desk_at(system)
    desk.server.faults += [Fault("reset before")] * 3
    with pytest.raises(Unreachable, match=r"is not there; try again later: it is looked for first"):
        desk.deliver()
    assert [line["kind"] for line in desk.log].count("intent") == 3
    desk.deliver()
    require_all_once(desk)


@pytest.mark.parametrize("system", ASKED)
def test_what_may_still_be_on_its_way_is_looked_for_a_minute_before_it_is_sent_again(desk_at: MakesDesks, system: str) -> None:
    desk = desk_at(system)
    desk.server.faults.append(Fault("reset before"))
    desk.deliver()
    assert 59 <= sum(desk.hurry.pauses) <= 61
    require_all_once(desk)


@pytest.mark.parametrize("system", ASKED)
def test_an_effect_that_comes_late_is_found_and_not_made_again(desk_at: MakesDesks, system: str) -> None:
    desk = desk_at(system)
    desk.server.faults.append(Fault("reset before"))
    real, sleep = desk.hurry, desk.hurry.sleep

    def sleep_until_it_comes(seconds: float) -> None:
        sleep(seconds)
        if real.now_s > 20 and not desk.server.files:
            pack = desk.state.evidence / f"{desk.state.name}.zip"
            desk.server.keep(pack.name, pack.read_bytes(), "application/zip")

    real.sleep = sleep_until_it_comes  # type: ignore[method-assign]
    told = desk.deliver()
    assert told[0].endswith(": is there")
    require_all_once(desk)


@pytest.mark.parametrize("system", ASKED)
def test_with_its_log_lost_the_ticket_itself_is_asked_what_it_has(desk_at: MakesDesks, system: str) -> None:
    desk = desk_at(system)
    desk.deliver()
    (desk.state.evidence / "custody.jsonl").unlink()
    assert [sentence.rpartition(": ")[2] for sentence in desk.deliver()] == ["is there"] * 3
    require_all_once(desk)


def test_a_file_of_the_same_name_with_another_content_is_not_taken_for_ours(desk_at: MakesDesks) -> None:
    desk = desk_at("servicenow")
    pack = desk.state.evidence / f"{desk.state.name}.zip"
    desk.server.keep(pack.name, b"another", "application/zip")
    desk.deliver()
    assert desk.server.names.count(pack.name) == 2
    same_size = desk.server.files[0]
    assert same_size["data"] == b"another"


def test_a_note_that_nobody_can_look_for_is_never_added_twice(desk_at: MakesDesks) -> None:
    desk = desk_at("servicenow", shows_notes=False)
    desk.server.faults.append(Fault("reset after", skip=2))
    for _ in range(2):
        with pytest.raises(Refused, match=r"shows this account no notes: it is not sent again; look at CHG0031337"):
            desk.deliver()
    assert len(desk.server.notes) == 1


@pytest.mark.parametrize("system", ASKED)
def test_rejected_credentials_are_tried_once_and_not_again_until_they_change(desk_at: MakesDesks, system: str) -> None:
    desk = desk_at(system, accepts="another")
    for said in (r"does not accept the credentials of \[ticket\] \(401\)", "has rejected these credentials before"):
        with pytest.raises(LoginRejected, match=said) as refused:
            desk.deliver()
        assert not any(secret in str(refused.value) for secret in SECRET)
    assert len(desk.server.calls) == 1
    assert (desk.server.files, desk.server.notes) == ([], [])
    env = desk.state.evidence.parents[2] / ".env"
    env.write_text(env.read_text(encoding="utf-8").replace(PASSWORD, "an0ther-pa55word!"), encoding="utf-8")
    with pytest.raises(LoginRejected, match="401"):
        desk.deliver()
    assert len(desk.server.calls) == 2, "a password that has changed is tried"


@pytest.mark.parametrize("system", ASKED)
def test_an_unknown_ticket_is_refused_before_anything_is_sent(desk_at: MakesDesks, system: str) -> None:
    desk = desk_at(system)
    facts = json.loads((desk.state.folder / "run.json").read_text(encoding="utf-8"))
    pair = Path(facts["pair_file"])
    pair.write_text(pair.read_text(encoding="utf-8").replace(TICKET, "CHG0099999"), encoding="utf-8")
    with pytest.raises(Refused, match="shows no CHG0099999"):
        desk.deliver()
    assert desk.server.effects == []


@pytest.mark.parametrize("status", ["302", "307"])
@pytest.mark.parametrize(
    ("system", "at"), [(system, at) for system in SYSTEMS for at in ("read", "effect") if system in ASKED or at == "effect"]
)
def test_no_redirect_is_followed_with_credentials(desk_at: MakesDesks, system: str, at: str, status: str) -> None:
    other = desk_at("jira")
    desk = desk_at(system)
    desk.server.faults.append(Fault(status, at, header=f"Location: {other.server.address}/rest/api/2/issue/{TICKET}"))
    with pytest.raises(Refused, match=rf"sends us elsewhere \({status}\), and is not followed"):
        desk.deliver()
    assert other.server.calls == []
    assert desk.server.files == []


@pytest.mark.parametrize(
    ("system", "befalls"),
    [*product(ASKED, ["huge", "html", "reset before", "503", "500", "429"]), ("servicenow", "drip"), ("jira", "slow")],
)
def test_a_read_that_fails_again_and_again_sends_nothing(desk_at: MakesDesks, system: str, befalls: str) -> None:
    desk = desk_at(system)
    desk.asked_s = 0.8 if befalls in TAKE_LONG else 5.0
    desk.server.faults += [Fault(befalls, "read")] * 3
    with pytest.raises(Refused) as refused:
        desk.deliver()
    assert refused.value.code == 3
    assert desk.server.effects == []
    assert all(secret not in str(refused.value) for secret in SECRET)


@pytest.mark.parametrize("system", ASKED)
def test_a_read_that_fails_once_or_twice_is_made_again(desk_at: MakesDesks, system: str) -> None:
    desk = desk_at(system)
    desk.server.faults += [Fault("reset before", "read"), Fault("503", "read")]
    desk.deliver()
    require_all_once(desk)


@pytest.mark.parametrize(
    ("asked_for", "waits"), [("30", True), ("Fri, 31 Dec 2100 23:59:59 GMT", False), ("86400", False), ("soon", True)]
)
def test_a_system_that_is_asked_too_often_says_when_to_ask_again(desk_at: MakesDesks, asked_for: str, waits: bool) -> None:
    desk = desk_at("servicenow")
    desk.server.faults.append(Fault("429", header=f"Retry-After: {asked_for}"))
    if not waits:
        with pytest.raises(Unreachable, match=r"is asked too often \(429\); try again in [0-9]+ h"):
            desk.deliver()
        assert desk.server.files == []
        return
    desk.deliver()
    assert sum(desk.hurry.pauses) == pytest.approx(30 if asked_for == "30" else 2)
    require_all_once(desk)


def test_jira_is_asked_beforehand_how_large_a_file_may_be(desk_at: MakesDesks) -> None:
    desk = desk_at("jira", limit=500)
    with pytest.raises(
        Refused, match=r"\.zip has [0-9.]+ kB, and jira 127\.0\.0\.1 takes 500 bytes: nothing was sent; .*--without-pack"
    ):
        desk.deliver()
    assert desk.server.effects == []


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_limit_of_the_pair_file_holds_and_without_the_pack_the_note_says_where_it_is(desk_at: MakesDesks, system: str) -> None:
    desk = desk_at(system)
    desk.largest_bytes = 1000
    with pytest.raises(Refused, match=r"takes 1\.0 kB: nothing was sent"):
        desk.deliver()
    assert desk.server.effects == []
    desk.deliver(with_pack=False)
    assert desk.server.names == [f"{desk.state.name}-summary.txt"]
    assert "not attached, it is on" in desk.server.notes[0]
    assert str(desk.state.evidence) in desk.server.notes[0]


@pytest.mark.parametrize("status", ["400", "403", "404", "415"])
def test_what_a_system_does_not_take_is_told_and_not_tried_again(desk_at: MakesDesks, status: str) -> None:
    desk = desk_at("servicenow")
    desk.server.faults.append(Fault(status))
    with pytest.raises(Refused, match=rf"\({status}\)"):
        desk.deliver()
    assert len(desk.server.effects) == 1
    assert [line["kind"] for line in desk.log] == ["intent", "refused"]
    require_whole_log(desk)


def test_a_certificate_that_is_not_trusted_is_shown_no_credentials(desk_at: MakesDesks, tmp_path: Path) -> None:
    desk = desk_at("jira")
    pair = tmp_path / "pair.toml"
    pair.write_text(pair.read_text(encoding="utf-8").replace('ca_file = "ticket-ca.pem"\n', ""), encoding="utf-8")
    with pytest.raises(Untrusted, match=r"certificate of 127\.0\.0\.1 is not to be trusted: .*; correct ticket\.ca_file"):
        desk.deliver()
    assert desk.server.calls == []


def test_no_proxy_of_the_environment_comes_between(desk_at: MakesDesks, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    desk = desk_at("servicenow")
    desk.deliver()
    require_all_once(desk)


def test_a_log_of_exports_that_somebody_changed_is_refused(desk_at: MakesDesks) -> None:
    desk = desk_at("jira")
    desk.deliver()
    log = desk.state.evidence / "custody.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"kind":"sent"', b'"kind":"SENT"', 1))
    with pytest.raises(Refused, match=r"custody\.jsonl, line 3, does not follow from the line before"):
        desk.deliver()


def test_a_torn_last_line_of_the_log_is_cut_and_told(desk_at: MakesDesks) -> None:
    desk = desk_at("jira")
    desk.deliver()
    with (desk.state.evidence / "custody.jsonl").open("ab") as stream:
        stream.write(b'{"seq":7,"ki')
    desk.deliver()
    assert desk.log[-1]["kind"] == "torn"
    require_whole_log(desk)
    assert len(desk.server.effects) == 3


def test_one_process_at_a_time_brings_something_to_a_ticket(desk_at: MakesDesks) -> None:
    from robot.runs.custody_log import CustodyLog

    desk = desk_at("jira")
    with CustodyLog(desk.state.evidence), pytest.raises(Refused, match="is being written by another process"):
        desk.deliver()


def test_a_note_is_found_among_hundreds(desk_at: MakesDesks) -> None:
    desk = desk_at("jira")
    desk.deliver()
    (desk.state.evidence / "custody.jsonl").unlink()
    desk.server.notes += [f"comment {number}" for number in range(250)]
    assert [sentence.rpartition(": ")[2] for sentence in desk.deliver()] == ["is there"] * 3
    assert len(desk.server.notes) == 251
