"""The state of the ticket opens the gate before the first press, and holds up nothing that has begun."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from unittest.mock import MagicMock

import a_begun_run
import pytest
from a_sealed_run import Hurry, secrets_of, write_pair
from a_ticket_system import Fault, TicketServer, a_ticket_system
from spoken import Here

from flows import worker
from flows.step_names import STEPS
from robot.changes.run import Run
from robot.changes.run_context import no_op
from robot.cli.lifecycle import performance
from robot.domain.errors import Refused, Unreachable, Waiting
from robot.runs.evidence_log import EvidenceLog
from robot.runs.options import RunOptions
from robot.runs.store import change_facts, every
from robot.runs.supervisor import Ended
from robot.settings import load, load_kept
from robot.ticket import ticket_client
from robot.ticket.ticket_gate import TicketGate

ASKED = ("servicenow", "jira")
WANTED = 'state = ["Scheduled", "implement"]\n'


@pytest.fixture
def told() -> list[str]:
    return []


def pair_with(folder: Path, server: TicketServer, state: str = WANTED) -> Path:
    pair = write_pair(folder, server)
    pair.write_text(pair.read_text(encoding="utf-8") + state, encoding="utf-8")
    return pair


def gate(pair: Path, hurry: Hurry | None = None) -> TicketGate:
    return TicketGate(load(pair), secrets_of(pair), poller=(hurry or Hurry()).poller())


@pytest.mark.parametrize("system", ASKED)
def test_in_one_of_its_states_in_whatever_spelling_a_run_begins(here: Here, tmp_path: Path, system: str) -> None:
    del here
    with a_ticket_system(system, tmp_path, state="Implement") as server:
        ticket = gate(pair_with(tmp_path, server)).require()
    assert ticket is not None
    assert ticket.state == "Implement"


def test_a_state_may_be_named_as_the_api_has_it(here: Here, tmp_path: Path) -> None:
    del here
    with a_ticket_system("servicenow", tmp_path) as server:
        assert gate(pair_with(tmp_path, server, 'state = "-1"\n')).require()


@pytest.mark.parametrize("system", ASKED)
def test_in_another_state_it_waits_and_when_the_ticket_is_over_it_is_refused(here: Here, tmp_path: Path, system: str) -> None:
    del here
    with a_ticket_system(system, tmp_path, state="Assess") as server:
        pair = pair_with(tmp_path, server)
        with pytest.raises(
            Waiting, match="CHG0031337 is in Assess, and a run begins in Scheduled or implement only; nothing was"
        ):
            gate(pair).require()
        server.is_over, server.state = True, "Closed"
        with pytest.raises(Refused, match=r"CHG0031337 is in Closed, .* and it is over"):
            gate(pair).require()
        server.state = "Implement"
        assert gate(pair).require(), "a state that is asked for counts, even if the system calls it the end"
    with pytest.raises(Unreachable, match="cannot be reached"):
        gate(pair).require()


def test_a_run_that_waits_stays_until_the_ticket_is_ready_though_the_system_is_away_for_a_while(
    here: Here, tmp_path: Path, told: list[str]
) -> None:
    del here
    with a_ticket_system("jira", tmp_path, state="Assess") as server:
        hurry = Hurry()
        sleep, pauses = hurry.sleep, 0

        def meanwhile(seconds: float) -> None:
            nonlocal pauses
            sleep(seconds)
            pauses += 1
            if pauses == 1:
                server.faults += [Fault("reset before", "read")] * 3
            elif not server.faults:
                server.state = "Implement"

        hurry.sleep = meanwhile  # type: ignore[method-assign]
        ticket = gate(pair_with(tmp_path, server), hurry).require(waits=True, tell=told.append)
    assert ticket is not None
    assert len(server.calls) == 6, "twice, three times in vain, and once more"
    assert told == [
        "waiting for the ticket: CHG0031337 is in Assess, and a run begins in Scheduled or implement only",
        "CHG0031337 is in Implement (jira 127.0.0.1)",
    ]


@pytest.mark.parametrize(("state", "lifted"), [("", False), (WANTED, True)])
def test_where_no_state_is_asked_for_or_the_gate_is_lifted_nobody_is_asked(
    here: Here, tmp_path: Path, state: str, *, lifted: bool
) -> None:
    del here
    with a_ticket_system("jira", tmp_path) as server:
        pair = pair_with(tmp_path, server, state)
        assert TicketGate(load(pair), secrets_of(pair), lifted=lifted).require() is None
    assert server.calls == []


def run_of(pair: Path, *pressed: str) -> tuple[Run, Callable[[], None]]:
    """A run as the process that performs it has it, and what it goes through before a press."""
    state = a_begun_run.begun(pair, *pressed)
    settings = load_kept(state.facts["settings"], state.name)
    run = Run(state, settings, EvidenceLog(state.evidence), lambda _name, body: body(), lambda _event: None, STEPS)
    run.require_ticket = lambda: TicketGate(settings, secrets_of(pair)).require_before_first_press(run.record)
    return run, run.change_context("b-sync-now").may_press


@pytest.mark.parametrize("system", ASKED)
def test_the_ticket_is_read_again_before_the_first_press_and_noted_in_the_record(here: Here, tmp_path: Path, system: str) -> None:
    del here
    with a_ticket_system(system, tmp_path) as server:
        run, may_press = run_of(pair_with(tmp_path, server))
        with run.record as record:
            may_press()
            may_press()
            assert [line.text for line in record.history.lines] == ["the ticket CHG0031337 is in Implement"]
            server.state = "Assess"
            with pytest.raises(Waiting):
                may_press()


def test_a_run_that_has_pressed_is_held_up_by_no_ticket_and_asks_nobody(here: Here, tmp_path: Path) -> None:
    del here
    with a_ticket_system("jira", tmp_path, state="Closed", is_over=True) as server:
        run, may_press = run_of(pair_with(tmp_path, server), "b-sync-now")
        with run.record:
            may_press()
    assert server.calls == []


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        ({"state": "Assess"}, 6, "a run begins in Scheduled or implement only; nothing was pressed"),
        ({"state": "Closed", "is_over": True}, 3, "it is over: have a new change approved"),
        ({"accepts": "another"}, 3, "does not accept the credentials of [ticket] (401)"),
    ],
)
def test_without_its_ticket_no_run_is_begun(here: Here, tmp_path: Path, given: dict[str, object], code: int, said: str) -> None:
    with a_ticket_system("servicenow", tmp_path, **given) as server:
        pair = pair_with(tmp_path, server)
        refused = here("run", pair, "--now")
    assert refused.code == code
    assert said in refused.sentence
    assert every() == []
    assert len(server.calls) == 1


def test_a_ticket_system_that_is_away_begins_no_run_and_never_stops_a_begun_one(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticket_client, "_PAUSE_S", 0.0)
    with a_ticket_system("jira", tmp_path) as server:
        pair = pair_with(tmp_path, server)
    said = here("run", pair, "--now")
    assert (said.code, every()) == (3, [])
    assert said.sentence.endswith("cannot be reached (Connection refused); check the address and the network")
    unpressed, pressed = a_begun_run.begun(pair), a_begun_run.begun(pair, "b-sync-now")

    def supervise(*_: object) -> Ended:
        return Ended("waiting", 6, "as far as it goes here")

    monkeypatch.setattr(performance, "supervise", supervise)
    assert here("resume", unpressed.name).code == 3
    assert here("resume", pressed.name).code == 6


@pytest.mark.parametrize(
    ("pressed", "manner", "facts", "asks"),
    [
        ((), RunOptions(), {}, True),
        (("b-sync-now",), RunOptions(), {}, False),
        ((), RunOptions(back_out=True), {}, False),
        ((), RunOptions(), {"rehearsal": True}, True),
    ],
)
def test_the_process_that_presses_asks_for_the_ticket_by_itself(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pressed: tuple[str, ...], manner: RunOptions,
    facts: dict[str, object], *, asks: bool,
) -> None:  # fmt: skip
    """No appliance and no browser is there: the flow presses at once. A rehearsal of addresses elsewhere is none."""
    del here

    def flow(_pair: object, run: Run) -> dict[str, object]:
        run.change_context("b-break").may_press()
        return {"outcome": "done"}

    def run_workflow(_name: str, flow: Callable[[], dict[str, object]]) -> dict[str, object]:
        return flow()

    monkeypatch.setattr(worker, "flow_of", MagicMock(return_value=flow))
    monkeypatch.setattr(worker, "run_workflow", run_workflow)
    for name in ("pair_of", "_beforehand", "tell_and_heed"):
        monkeypatch.setattr(worker, name, MagicMock())
    with a_ticket_system("jira", tmp_path, state="Assess") as server:
        pair = pair_with(tmp_path, server)
        state = change_facts(a_begun_run.begun(pair, *pressed), facts)
        perform = partial(worker._perform, state, load(pair), secrets_of(pair), manner, no_op)  # pyright: ignore[reportPrivateUsage]
        if asks:
            with pytest.raises(Waiting, match="CHG0031337 is in Assess"):
                perform()
        else:
            assert perform()["outcome"] == "done"
        assert bool(server.calls) is asks
