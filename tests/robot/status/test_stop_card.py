"""The stop card: what whoever is called must know, true at every point of a run."""

from typing import Any

import pytest

from flows.step_names import STEPS
from pages.appliance_family import FAMILY
from robot.domain.errors import Unreachable
from robot.evidence.record.history import RunHistory
from robot.network import tls
from robot.network.certificates import Certificate
from robot.network.site_location import whereabouts
from robot.network.tls import Endpoint, HttpResponse
from robot.runs.store import RunState
from robot.settings import Settings
from robot.status import stop_card

SETTINGS = Settings.model_validate(
    {
        "change": {"ticket": "CHG1"},
        "site": {"hostname": "support.example.com", "target_version": "15.1.3"},
        "a": {"address": "192.0.2.12", "credentials": "A"},
        "b": {"address": "192.0.2.13", "credentials": "B"},
        "swing": {"method": "shared-ip", "shared_ip": "192.0.2.20"},
    }
)


def line(kind: str, step: str, *procedure: str, title: str = "", reading: dict[str, Any] | None = None) -> dict[str, Any]:
    unit = {"a": "a", "b": "b"}.get(step.split("-", maxsplit=1)[0], "")
    return {
        "kind": kind, "step": step, "procedure": list(procedure), "title": title, "unit": unit, "reading": reading,
        "utc": "2026-12-01T22:00:00.000Z",
    }  # fmt: skip


READ_ON_A = line("reading", "a-ip", reading={"ip": "192.0.2.20", "enabled": True})
READ_ON_B = line("reading", "b-ip", reading={"ip": "192.0.2.20", "enabled": False})
BROKEN = line("intent", "b-break", "BS7", title="Break Failover Relationships on B")
ALONE = line("proved", "b-break", "BS7")
INSTALL = line("intent", "b-install", "UA4", title="Install This Update on B: 15.1.3")
INSTALLED = line("proved", "b-install", "UA4")


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> None:
    def certificate(_way: Endpoint, *, timeout: float = 0) -> Certificate:
        del timeout
        return Certificate("key", "CN=support.example.com", "2030-01-01T00:00:00Z")

    def get(_way: Endpoint, _path: str, *, timeout: float = 0) -> HttpResponse:
        del timeout
        return HttpResponse(200, "")

    monkeypatch.setattr(tls, "certificate", certificate)
    monkeypatch.setattr(tls, "get", get)


def card(run: RunState, *lines: dict[str, Any], outcome: str = "stopped", code: int = 4) -> dict[str, str]:
    history = RunHistory.of(lines)
    told = {"product": "12.3.5", "base": ""}
    summary = {
        "outcome": outcome, "exit_code": code, "reason": "why", "exposure_s": history.exposure_s,
        "versions": {"a": {"before": told, "after": told}, "b": {"before": told, "after": told}},
    }  # fmt: skip
    return dict(map(tuple, stop_card.make(run, SETTINGS, summary, "", history, STEPS, whereabouts(SETTINGS, None), FAMILY)))  # type: ignore[arg-type]


@pytest.fixture
def run(tmp_path_factory: pytest.TempPathFactory) -> RunState:
    folder = tmp_path_factory.mktemp("20261201T220000Z-1a2b")
    return RunState(folder, {"evidence": str(folder)})


@pytest.mark.usefixtures("answering")
def test_before_any_press_nothing_is_alarming(run: RunState) -> None:
    told = card(run, READ_ON_A, READ_ON_B, outcome="refused", code=3)
    assert told["Failover"] == "untouched by this run"
    assert told["The robot"] == "has stopped; nothing it pressed is under way"
    assert told["Until when"] == "no deadline"
    assert told["Serving now"].startswith("A (192.0.2.12) answers at 192.0.2.20, with 12.3.5 (asked ")


@pytest.mark.usefixtures("answering")
def test_an_unproved_press_is_named_in_words_and_never_to_be_done_by_hand(run: RunState) -> None:
    told = card(run, READ_ON_A, READ_ON_B, BROKEN, ALONE, INSTALL)
    assert '"Install This Update on B: 15.1.3"' in told["The robot"]
    assert told["Do NOT"].endswith('do not press "Install This Update on B: 15.1.3" by hand')
    assert told["Failover"].startswith("NONE since 2026-12-01T22:00:00.000Z")
    assert told["Until when"] == "there is no failover until it is resumed"


@pytest.mark.usefixtures("answering")
@pytest.mark.parametrize("kind", ["proved", "already", "by_person"])
def test_once_synchronised_again_nobody_is_told_that_there_is_no_failover(kind: str, run: RunState) -> None:
    told = card(run, READ_ON_A, READ_ON_B, BROKEN, ALONE, INSTALL, INSTALLED, line(kind, "a-first-sync", "RE11"))
    assert (told["Failover"], told["Until when"]) == ("established again", "no deadline")


@pytest.mark.usefixtures("answering")
def test_who_serves_is_unknown_where_the_record_does_not_tell(run: RunState) -> None:
    assert card(run)["Serving now"] == "somebody answers at 192.0.2.20; which appliance is unknown"


def test_nobody_serving_is_said_loudly(run: RunState, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(_way: Endpoint, *, timeout: float = 0) -> Certificate:
        raise Unreachable(f"nothing within {timeout}")

    monkeypatch.setattr(tls, "certificate", silent)
    assert card(run, BROKEN)["Serving now"].startswith("NOBODY answers at 192.0.2.20 for support.example.com")


def test_a_folded_card_breaks_no_command_and_no_path() -> None:
    path = "/var/lib/" + "x" * 90 + "/report.html"
    rows = [["Go on", "failover-robot resume 20261201T220000Z-1a2b"], ["Look", f"status   ·   {path}"], ["Next", "word " * 40]]
    folded = stop_card.text(rows, 80)
    assert path in folded
    assert "failover-robot resume 20261201T220000Z-1a2b" in folded
    assert all(each.startswith((" " * 14, "Go on", "Look", "Next")) for each in folded.splitlines())
    assert stop_card.text(rows).count("\n") == 2


@pytest.mark.usefixtures("answering")
def test_the_way_on_is_one_that_works(run: RunState) -> None:
    assert card(run)["Go on"] == f"failover-robot resume {run.name}"
    assert card(RunState(run.folder, {**run.facts, "rehearsal": True}))["Go on"].startswith("failover-robot rehearse")
