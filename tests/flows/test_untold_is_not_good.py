"""What no page tells is never taken for good: it is asked of a person, or noted as not checked where the procedure only tells."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from paper_pair import Story, story
from paper_screens import PaperForm, PaperStatus, PaperTab, PaperUtilities
from paper_world import World

from flows.requirements import production_readiness
from flows.requirements.counts import Returned
from flows.requirements.expected_state import ExpectedState, ObservedState
from pages.readings.failover_status import Role
from pages.readings.machine import SharedAddress, TcpConnection
from pages.readings.site_status import Contents, SiteStatus
from robot.domain.errors import Refused, StoppedByHand, UnknownHand
from robot.operators import operator_questions


def no_list(*_: object) -> None:
    """Stands for a list that does not tell how many stand in it."""


def silent(monkeypatch: pytest.MonkeyPatch, run: Story, unit: str, *, since: str = "", **untold: Any) -> None:
    """Have an appliance's status not tell something; `since`: only from this press on."""
    shown = PaperStatus.read

    def read(screen: PaperStatus) -> SiteStatus:
        reading = shown(screen)
        begun = not since or any(since in press for _, press in run.world.presses)
        return reading.model_copy(update=untold) if screen.unit == unit and begun else reading

    monkeypatch.setattr(PaperStatus, "read", read)
    monkeypatch.setattr("flows.requirements.counts.number_on", no_list)


@pytest.mark.proves("VT12")
@pytest.mark.parametrize(
    ("before", "back", "share", "enough"),
    [
        (100, 95, 95, True), (100, 94, 95, False), (127, 120, 95, False), (0, None, 95, True), (None, None, 0, True),
        (100, None, 95, False), (None, 100, 95, False), (None, None, 95, False), (3, None, 0, True),
    ],
)  # fmt: skip
def test_jump_clients_that_are_not_told_have_not_come_back(
    before: int | None, back: int | None, share: int, *, enough: bool
) -> None:
    assert Returned(before=before, back=back).is_enough(share) is enough


@pytest.mark.proves("VT12")
def test_where_b_does_not_tell_how_many_jump_clients_are_back_a_is_not_touched_until_somebody_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with story(tmp_path, World()) as run:
        silent(monkeypatch, run, "b", clients={"Representatives": 7, "Support Customers": 4})
        ending = run.perform()
        assert isinstance(ending.stop, Refused), ending
        assert "120 Jump Clients were online on A before the swing, and B does not tell how many are" in ending.sentence
        assert not any(unit == "a" and "install" in press for unit, press in run.world.presses)
        run.answer("jump_clients_back")
        assert run.perform().outcome == "done"


@pytest.mark.proves("OP1")
def test_what_a_told_at_the_synchronisation_and_tells_no_more_stops_before_the_swing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with story(tmp_path, World()) as run:
        silent(monkeypatch, run, "a", since="break-failover", contents=Contents(groups=6, jump_items=128, recorded_sessions=1840))
        ending = run.perform()
        assert isinstance(ending.stop, UnknownHand), ending
        assert "it does not tell how many there are now" in ending.sentence
        assert not any("ip-" in press for _, press in run.world.presses)


@pytest.mark.proves("RE13")
@pytest.mark.parametrize("answers_here", [True, False])
def test_where_neither_the_appliance_nor_the_robots_machine_shows_an_open_port_nothing_is_broken_until_somebody_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, answers_here: bool
) -> None:
    def untold(*_: object) -> TcpConnection:
        return TcpConnection(reached=None, said="")

    monkeypatch.setattr(PaperUtilities, "tcp_connection_test", untold)

    def answers_tls(_: object) -> bool:
        return answers_here

    with story(tmp_path, World()) as run:
        monkeypatch.setattr("flows.requirements.reachability.answers_tls", answers_tls)
        ending = run.perform()
        if answers_here:
            assert ending.outcome == "done"
            assert any("not checked: whether A can connect to B" in line.get("text", "") for line in run.lines)
            return
        assert isinstance(ending.stop, Refused), ending
        assert "see that the port is open both ways" in ending.sentence
        assert run.world.presses == []
        asked = operator_questions.open_questions(run.state)
        assert [(each.check, each.step) for each in asked] == [("reachable", "a-reaches-b-before-break")]


@pytest.mark.proves("OP2")
@pytest.mark.parametrize(
    ("date", "asked"), [("01/12/2030", True), ("05/31/2030", False), ("01/12/2031", False), ("01/02/2030", False)]
)
def test_a_maintenance_date_that_may_be_too_early_is_put_to_a_person_before_anything_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, date: str, *, asked: bool
) -> None:
    monkeypatch.setattr(production_readiness, "A_RUN", datetime(2030, 6, 1, tzinfo=UTC) - datetime.now(UTC))
    with story(tmp_path, World()) as run:
        silent(monkeypatch, run, "b", maintenance=date)
        ending = run.perform(before="b-sync-now")
        assert run.world.presses == []
        assert [each.check for each in operator_questions.open_questions(run.state)] == (["maintenance"] if asked else [])
        if asked:
            assert isinstance(ending.stop, Refused)
            assert "which may be 12 January 2030 or 01 December 2030: see which it is" in ending.sentence
            run.answer("maintenance")
            assert isinstance(run.perform(before="b-sync-now").stop, StoppedByHand)


@pytest.mark.proves("OP6", "OP8")
@pytest.mark.parametrize("serves", [True, False])
def test_a_shared_ip_that_cannot_be_read_is_not_as_it_was_left(*, serves: bool) -> None:
    left = ExpectedState(Role.NONE, serves=serves)
    read = ObservedState(role=Role.NONE, product="1", base="1", has_shared_ip=True, enabled=None)
    assert left.unlike(read, "B").startswith("the shared IP is unreadable on B and this run left it")
    assert left.unlike(read.model_copy(update={"has_shared_ip": False}), "B") == "", "a site without one"


@pytest.mark.proves("OP6")
def test_a_box_that_cannot_be_read_is_told_as_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with story(tmp_path, World()) as run:

        def read(form: PaperForm) -> SharedAddress:
            installed = any("install" in press for _, press in run.world.presses)
            here = cast("PaperTab", form.tab).unit
            enabled = None if installed and here == "b" else here == "a"
            return SharedAddress(ip=form.ip, enabled=enabled)

        monkeypatch.setattr(PaperForm, "read", read)
        ending = run.perform()
        assert isinstance(ending.stop, Refused)
        assert "cannot be read, and it must be disabled there" in ending.sentence
