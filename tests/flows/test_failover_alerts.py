"""A failover alert that stands at the end, on paper: the pair is established again, and not yet called protected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from paper_pair import Flow, Story, story
from playwright.sync_api import Page

from flows.procedures.back_out import back_out
from flows.procedures.synchronous import synchronous
from flows.procedures.upgrade import asynchronous
from flows.steps.reestablish_failover import NO_ALERT, standing_alerts
from flows.survey.checklist import remaining
from pages.engine.layout.items import Item
from pages.engine.view.page_view import PageView
from pages.login.failover import FailoverScreen
from pages.readings.failover_status import FailoverStatus, Role
from robot.domain.errors import StoppedByHand, VerificationFailed
from robot.runs.evidence_log import now_utc
from robot.simulator.domain.names import Unit

LOOK = "site-no-failover-alert"
DISABLED = "The backup node's backup operations are disabled on the Management > Failover page."


def operations(run: Story, *, enabled: bool, backup: Unit = "a") -> None:
    """Somebody ticks or unticks Enable Backup Operations on the backup."""
    run.world.pair.appliances[backup].failover.backup_operations = enabled


def at_the_look(deed: Callable[[], None]) -> Callable[[str, str], None]:
    """Something happens right before the run looks for alerts."""
    return lambda step, point: deed() if (step, point) == (LOOK, "begin") else None


def lines_of(run: Story, step: str) -> list[dict[str, Any]]:
    return [line for line in run.lines if line["step"] == step]


@pytest.mark.proves("RE12")
@pytest.mark.parametrize(("flow", "backup"), [(asynchronous, "a"), (synchronous, "b")])
def test_a_standing_alert_ends_the_run_with_7_and_with_its_pictures(flow: Flow, backup: Unit, tmp_path: Path) -> None:
    with story(tmp_path, flow=flow) as run:
        ending = run.perform(checkpoint=at_the_look(lambda: operations(run, enabled=False, backup=backup)))
        assert isinstance(ending.stop, VerificationFailed)
        assert ending.stop.code == 7
        assert f'A shows "{DISABLED}"; B shows "{DISABLED}"' in ending.sentence
        for unit in "ab":
            [seen] = lines_of(run, f"{unit}-failover-alerts")
            assert (seen["reading"]["alerts"], seen["procedure"]) == ([DISABLED], ["RE12"])
            assert (run.state.evidence / seen["file"]).exists()
        assert "no failover alert stands" in remaining(run.state)


@pytest.mark.proves("RE12")
def test_once_the_alert_is_gone_a_resumed_run_is_done_and_says_where_else_to_look(tmp_path: Path) -> None:
    with story(tmp_path) as run:
        run.perform(checkpoint=at_the_look(lambda: operations(run, enabled=False)))
        pressed = list(run.world.presses)
        assert isinstance(run.perform().stop, VerificationFailed), "it stands still"
        operations(run, enabled=True)
        assert run.perform().outcome == "done"
        assert run.world.presses == pressed
        assert lines_of(run, LOOK)[-1]["text"] == NO_ALERT


@pytest.mark.proves("RE12")
def test_an_alert_is_owned_by_name_by_whoever_goes_on_all_the_same(tmp_path: Path) -> None:
    with story(tmp_path) as run:
        run.perform(checkpoint=at_the_look(lambda: operations(run, enabled=False)))
        while now_utc() == run.lines[-1]["utc"]:
            pass  # nobody answers within the millisecond in which the alert was found
        run.answer("failover_alert", by="Ada Ops")
        assert run.perform().outcome == "done"
        said = lines_of(run, LOOK)[-1]["text"]
        assert said.startswith("Ada Ops goes on all the same: ")
        assert DISABLED in said


def test_an_alert_that_goes_by_itself_in_time_stops_nobody(tmp_path: Path) -> None:
    with story(tmp_path) as run:

        def for_a_minute() -> None:
            operations(run, enabled=False)
            run.world.pair.agenda.after(60, lambda: operations(run, enabled=True))

        assert run.perform(checkpoint=at_the_look(for_a_minute)).outcome == "done"


def test_on_the_way_back_an_alert_is_looked_for_too(tmp_path: Path) -> None:
    with story(tmp_path) as run:
        assert isinstance(run.perform(before="b-install-base-software-3-4-1").stop, StoppedByHand)
        run.instead(back_out)
        ending = run.perform(checkpoint=at_the_look(lambda: operations(run, enabled=False, backup="b")))
        assert isinstance(ending.stop, VerificationFailed)
        operations(run, enabled=True, backup="b")
        assert run.perform().outcome == "backed_out"


def test_a_failure_that_stood_there_before_the_break_is_no_news() -> None:
    now = FailoverStatus(role=Role.PRIMARY, message="Mail could not be sent.", alerts=(DISABLED,))
    assert standing_alerts(now, {"Mail could not be sent."}) == [DISABLED]
    assert standing_alerts(now, {""}) == [DISABLED, "Mail could not be sent."]


def seen(monkeypatch: pytest.MonkeyPatch, *lines: str, under: str = "Failover :: Backup Site Instance Status") -> FailoverStatus:
    """What the screen says where these lines stand on it."""
    items = [Item("heading", text="Failover :: Backup Site Instance Status")]
    items += [Item("text", (under,), text=line) for line in lines]

    def look(_screen: FailoverScreen) -> PageView:
        return PageView(items=tuple(items))

    monkeypatch.setattr(FailoverScreen, "look", look)
    return FailoverScreen(cast("Page", None)).read()


@pytest.mark.parametrize(
    "words",
    [
        "The product version on the primary node does not match the product version on the backup node.",
        "192.0.2.20 is configured in /login, but its network interface is not enabled.",
        "192.0.2.20 is configured in /login but is not listed as an IP address in /appliance.",
        "The backup node could not contact the primary node or any of the test IP addresses.",
        "The backup node could not contact any of the test IP addresses configured on the Management > Failover page.",
        DISABLED,
        "The backup node unexpectedly failed to perform a probe of itself.",
        "The backup node failed to contact the primary node using the primary node's hostname.",
        "Automatic failover is disabled and the backup node failed to probe the primary node.",
        "The backup node is automatically becoming the primary node.",
    ],
)
def test_each_alert_that_the_product_mails_is_known_where_a_page_shows_it(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert seen(monkeypatch, "Last Data-Sync: today", words, DISABLED).alerts == tuple(dict.fromkeys([words, DISABLED]))


def test_what_is_explained_or_past_is_no_alert(monkeypatch: pytest.MonkeyPatch) -> None:
    explained = "A mail is sent when the backup node's backup operations are disabled."
    past = f"2026-10-01 10:00:00 {DISABLED}"
    assert seen(monkeypatch, explained, past).alerts == ()
    assert seen(monkeypatch, DISABLED, under="Status History").alerts == ()
