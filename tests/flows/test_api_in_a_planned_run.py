"""In a run by a plan the API is asked again with each comparison: what an upgrade changes, it must tell too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from paper_pair import Flow, story
from paper_world import World

from flows.areas.area_values import ApiAnswers
from flows.procedures.synchronous import synchronous
from flows.procedures.upgrade import asynchronous
from robot.domain.errors import LoginRejected, Waiting
from robot.network.tls import Endpoint
from robot.settings.secrets import ApiAccount
from robot.simulator.domain.names import build_of


class PaperApi:
    """Stands for the calls of the API: it answers by the simulated pair itself, to whom it knows.

    Attributes:
        asked: who was asked, with whose account: "own" or "of A".
        told: what B tells otherwise from its update on.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.asked: list[tuple[str, str]] = []
        self.told: dict[str, Any] = {}

    def __call__(self, endpoint: Endpoint, account: ApiAccount, hide: Callable[[str], None]) -> ApiAnswers:
        pair, here = self._world.pair, self._world.answering(endpoint.address, "login")
        client_id = account.client_id.get_secret_value()
        self.asked.append((here.unit, "own" if client_id == pair.secrets.api[here.unit].client_id else "of A"))
        if client_id not in {each.client_id for each in here.api_accounts}:
            raise LoginRejected("it is not accepted")
        hide("a token of the test")
        last, shared = pair.relationship.last_sync_shown, self._world.shared
        answers = ApiAnswers(
            version=here.product, build=str(build_of(here.product)), guid=here.guid, healthy=True, problem="",
            role=pair.relationship.roles[here.unit].value, shared_ips=(shared,) * here.has_enabled(shared),
            last_sync=f"{last:%Y-%m-%d %H:%M:%S} UTC" if last else None, sync_status="Success" if last else None,
            api_version="1.19.0", more_than_reading=(),
        )  # fmt: skip
        is_updated = here.unit == "b" and here.product == pair.names.target_version
        return answers.model_copy(update=self.told if is_updated else {})


def world() -> World:
    return World(knobs={"api_account": True, "own_accounts": True})


@pytest.mark.parametrize("flow", [asynchronous, synchronous])
def test_on_a_healthy_pair_whatever_its_api_tells_is_expected(
    flow: Flow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with story(tmp_path, world(), flow=flow) as run:
        api = PaperApi(run.world)
        monkeypatch.setattr("flows.survey.command_api.ask", api)
        run.plan()
        ending = run.perform()
        assert (ending.outcome, ending.reason) == ("done", "")
        assert [each for of_gate in run.unexpected().values() for each in of_gate] == []
        changed = {(each["unit"], each["field"]) for each in run.compared()["end"].differences if each["area"] == "api"}
        assert {("a", "version"), ("b", "version")} <= changed
        assert api.asked == [("a", "own"), ("b", "own")] + [("a", "own"), ("b", "of A")] * 3, "B was synchronised"


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"version": "12.3.5"}, "B: API, version: it was to become 13.1.2"),
        ({"role": "backup"}, "B: API, role: it was to become none"),
        ({"healthy": False, "problem": "no room"}, "B: API, healthy: it was yes and is no"),
        ({"guid": "0badc0ffee"}, "B: API, GUID: it was "),
        ({"more_than_reading": ("perm_command=full",)}, "B: API, more than reading: it was none and is perm_command=full"),
    ],
)
def test_what_it_tells_otherwise_after_an_update_holds_the_swing(
    told: dict[str, Any], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with story(tmp_path, world()) as run:
        api = PaperApi(run.world)
        monkeypatch.setattr("flows.survey.command_api.ask", api)
        run.plan()
        api.told = told
        ending = run.perform()
        assert isinstance(ending.stop, Waiting), ending
        assert sentence in ending.stop.next_action
        assert "ip-enable" not in str(run.world.presses)


def test_an_account_that_is_not_accepted_any_more_holds_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with story(tmp_path, world()) as run:
        api = PaperApi(run.world)
        monkeypatch.setattr("flows.survey.command_api.ask", api)
        run.plan()
        run.world.pair.appliances["a"].api_accounts.take_over(run.world.pair.appliances["b"].api_accounts)
        ending = run.perform()
        assert isinstance(ending.stop, Waiting), ending
        assert "API, version: it was 12.3.5 and cannot be seen any more" in ending.stop.next_action
