"""Counts, reachability, fitness and uptime, read from a simulated pair's own pages by real browsers."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Any

import pytest
from a_desk import Desk, desk_at

from flows.requirements import counts
from flows.requirements.counts import Counts
from flows.requirements.expected_state import ExpectedState, require_expected_state
from flows.requirements.production_readiness import fit_to_serve
from flows.requirements.reachability import each_reaches_the_other
from flows.session import readings
from flows.session.readings import Machine
from flows.steps.readiness import look_at, readiness
from pages.engine import screen
from pages.readings.failover_status import Role
from pages.readings.release import Release
from robot.domain.errors import Refused, UnknownHand, VerificationFailed
from robot.domain.model import Unit
from robot.domain.waiting import Poller
from robot.operators import operator_questions
from robot.simulator.process import simulation

TOLD = Counts(users=42, groups=6, jump_items=128, recorded_sessions=1840, representatives=7, sessions=4, jump_clients=120)
ORDINARY: dict[str, Any] = {
    "contents_shown": "status", "peer_blocked": False, "tcp_connection_test": True, "maintenance_lapsed": False,
    "keys_differ": False,
}  # fmt: skip


@pytest.fixture(scope="module")
def one_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_STATE_HOME", str(folder / "state"))
    with simulation(folder / "pair", instant=True) as simulated, desk_at(simulated, folder) as desk:
        yield desk
    patch.undo()


@pytest.fixture
def desk(one_desk: Desk) -> Generator[Desk]:
    one_desk.begin(limits={"establish": 1.0})
    yield one_desk
    one_desk.simulated.set(**ORDINARY)


def swing_begins(desk: Desk) -> None:
    """The last thing before the swing, within its own step."""

    def body() -> dict[str, Any]:
        counts.before_the_swing(desk.pair, desk.run)
        return {}

    desk.run.steps.durably("site-swing", "The swing", desk.pair.a, body, procedure_ids=("SI1",))


@pytest.mark.proves("OP1", "MP3", "PL4")
def test_everything_is_counted_in_one_visit_where_one_page_tells_it(desk: Desk) -> None:
    before = len(desk.simulated.views())
    assert desk.of(counts.counted, desk.pair.a) == TOLD
    pages = [line["page"] for line in desk.simulated.views()[before:] if line["interface"] == "site"]
    assert [page for page in pages if ">" in page and page != "Status > Information"] == []


@pytest.mark.proves("OP1", "MP3")
def test_what_the_status_does_not_tell_is_counted_on_the_lists_and_no_list_is_photographed(desk: Desk) -> None:
    desk.simulated.set(contents_shown="lists")
    assert desk.of(counts.counted, desk.pair.a) == TOLD.model_copy(update={"groups": None})
    assert desk.pair.a.where()["screen"] == "Status > Information"
    assert desk.simulated.views()[-1]["page"] == "Status > Information"


@pytest.mark.proves("OP1", "MP3", "PL4")
def test_what_no_page_tells_is_said_and_stops_nothing(desk: Desk) -> None:
    desk.simulated.set(contents_shown="none")
    counts.at_the_sync(desk.pair, desk.run)
    swing_begins(desk)
    counts.sessions_are_found(desk.pair.a, desk.run, old_release=Release(text="12.3.5"))
    told = "\n".join(desk.notes())
    assert "not checked: A does not tell how many users, group policies and Jump Items there are" in told
    assert "not checked: A did not tell how many sessions are recorded" in told
    assert "7 signed-in representatives and 4 running sessions are cut off by the swing" in told


@pytest.mark.proves("OP1")
def test_a_user_made_on_a_after_the_synchronisation_stops_before_the_swing_until_somebody_owns_it(desk: Desk) -> None:
    counts.at_the_sync(desk.pair, desk.run)
    swing_begins(desk)
    desk.simulated.act("a", "add-user")
    with pytest.raises(UnknownHand, match="users were 42 and are 43"):
        swing_begins(desk)
    refused = desk.lines("refused")[-1]
    assert (refused["step"], refused["unit"]) == ("site-swing", "a")
    assert {"OP1", "SI1"} <= set(refused["procedure"])
    operator_questions.submit_answer(
        desk.run.state, "unknown_hand", by="Ada Ops", note="a colleague's account", yes=True, attach=None
    )
    swing_begins(desk)
    assert any("Ada Ops owns it by name" in note for note in desk.notes())
    assert [(line["by"], line["text"]) for line in desk.lines("gate")] == [
        ("Ada Ops", "Ada Ops answered yes: a colleague's account")
    ]


@pytest.mark.proves("VT12")
def test_the_second_window_holds_until_enough_jump_clients_have_come_back(desk: Desk) -> None:
    pair = replace(desk.pair, b=desk.pair.a)  # who serves: 120 are online there
    for before, wanted, comes in ((126, 95, True), (127, 95, False), (240, 50, True), (241, 50, False)):
        desk.begin(limits={"establish": 0.3, "jump_clients_back": wanted})
        desk.run.record.append("reading", counts.BEFORE_THE_SWING, unit="a", reading=Counts(jump_clients=before).plain())
        pair = replace(pair, settings=desk.pair.settings, poller=desk.pair.poller)
        if comes:
            counts.jump_clients_are_back(pair, desk.run)
            assert desk.notes()[-1].startswith(f"120 Jump Clients are online on B, and {before} were before the swing")
            continue
        with pytest.raises(Refused, match=f"only 120 of {before} Jump Clients"):
            counts.jump_clients_are_back(pair, desk.run)
        assert desk.kept() == {"VT12"}
    operator_questions.submit_answer(
        desk.run.state, "jump_clients_back", by="Ada Ops", note="at night they sleep", yes=True, attach=None
    )
    counts.jump_clients_are_back(pair, desk.run)
    assert f"{241 - 120} have not come back" in desk.notes()[-1]
    assert any(note.startswith("Ada Ops goes on all the same") for note in desk.notes())


@pytest.mark.proves("MP3")
def test_what_was_recorded_before_the_swing_is_found_at_the_end_or_somebody_accounts_for_it(desk: Desk) -> None:
    recorded = desk.simulated.state()["a"]["sessions"]
    now = Release(text="12.3.5")
    desk.run.record.append("reading", counts.BEFORE_THE_SWING, unit="a", reading=Counts(recorded_sessions=recorded).plain())
    counts.sessions_are_found(desk.pair.a, desk.run, old_release=now)
    desk.run.record.append("reading", counts.BEFORE_THE_SWING, unit="a", reading=Counts(recorded_sessions=recorded + 1).plain())
    counts.sessions_are_found(desk.pair.a, desk.run, old_release=Release(text="10.5.3"))  # before 10.6 they are extracted (MP4)
    with pytest.raises(VerificationFailed, match=f"A had {recorded + 1} before the swing"):
        counts.sessions_are_found(desk.pair.a, desk.run, old_release=now)
    assert desk.kept() == {"MP3"}
    operator_questions.submit_answer(
        desk.run.state, "recorded_sessions", by="Ada Ops", note="deleted by age", yes=True, attach=None
    )
    counts.sessions_are_found(desk.pair.a, desk.run, old_release=now)


@pytest.mark.proves("RE13")
def test_each_appliance_is_asked_whether_it_reaches_the_other(desk: Desk) -> None:
    before = len(desk.simulated.changes())
    each_reaches_the_other(desk.pair, desk.run, before="break")
    a, b = (line["reading"] for line in desk.lines("reading"))
    assert (a["reached"], a["host"], b["reached"], b["host"]) == (
        True, desk.simulated.addresses["b"], True, desk.simulated.addresses["a"],
    )  # fmt: skip
    assert len(desk.simulated.changes()) == before, "a test alters nothing"


@pytest.mark.proves("RE13")
def test_one_that_says_that_it_cannot_reach_the_other_stops(desk: Desk) -> None:
    desk.simulated.set(peer_blocked="b")
    with pytest.raises(Refused, match="B cannot connect to A"):
        each_reaches_the_other(desk.pair, desk.run, before="establishing")
    assert desk.kept() == {"RE13"}


@pytest.mark.proves("RE13")
def test_where_an_appliance_has_no_such_test_it_is_said_and_what_is_seen_from_here(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Brief(Poller):
        def poll_until(self, *arguments: Any, **named: Any) -> Any:
            return super().poll_until(*arguments, **{**named, "within": 1.0})

    monkeypatch.setattr(screen, "BRIEFLY", Brief(poll=0.05))
    desk.simulated.set(tcp_connection_test=False)
    each_reaches_the_other(desk.pair, desk.run, before="break")
    said = desk.notes()
    assert len(said) == 2
    assert all(note.startswith("not checked:") and "from the appliances themselves" in note for note in said)
    assert all(note.endswith("answers TLS") and "does not" not in note.rsplit(";", 1)[1] for note in said)


@pytest.mark.proves("OP2")
def test_b_is_compared_with_a_before_anything_is_changed(desk: Desk) -> None:
    a, b = (look_at(appliance, desk.pair, desk.run) for appliance in (desk.pair.a, desk.pair.b))
    fit_to_serve(desk.pair, desk.run, a, b)
    assert "B's certificate is valid until" in desk.notes()[-1]
    assert "support.example.com" in desk.notes()[-1]
    desk.simulated.set(maintenance_lapsed="b")
    b = look_at(desk.pair.b, desk.pair, desk.run)
    with pytest.raises(Refused, match="B says that its maintenance contract runs until"):
        fit_to_serve(desk.pair, desk.run, a, b)
    assert desk.kept() == {"OP2"}


@pytest.mark.proves("PL10", "OP7")
def test_exchanged_roles_are_refused_on_record(desk: Desk) -> None:
    desk.simulated.act("a", "exchange-roles")
    try:
        with pytest.raises(Refused, match="the other way round"):
            readiness(desk.pair, desk.run)
    finally:
        desk.simulated.act("a", "exchange-roles")
    assert [line["step"] for line in desk.lines("refused")] == ["site-roles"]
    assert desk.kept() == {"PL10", "OP7"}


@pytest.mark.proves("OP3")
def test_an_appliance_that_was_restarted_stops_the_next_press_until_somebody_owns_it(desk: Desk) -> None:
    a, left = desk.pair.a, {Unit.A: ExpectedState(Role.PRIMARY, serves=True)}

    def press() -> None:
        def body() -> dict[str, Any]:
            require_expected_state(desk.pair, desk.run, left, "site-swing")
            return {}

        desk.run.steps.durably("site-swing", "The swing", a, body)

    desk.run.steps.observe("a-status-basics", "Who A is", a, Machine, lambda: readings.machine(a))
    press()
    desk.simulated.act("a", "reboot")
    desk.of(a.drop)
    Poller(poll=0.1).poll_until(a.is_up, bool, what="A to be up", within=10)
    with pytest.raises(UnknownHand, match=r"A has been up for .* it was restarted or put back"):
        press()
    assert "OP3" in desk.kept()
    operator_questions.submit_answer(desk.run.state, "unknown_hand", by="Ada Ops", note="I restarted it", yes=True, attach=None)
    press()
    press()
    assert [note for note in desk.notes() if note.endswith("Ada Ops owns it")] == desk.notes()[-1:]
