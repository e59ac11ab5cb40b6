"""A run makes the smoke checks: of A to compare with, of each appliance after its update from two clients, and in the interim."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from paper_pair import Flow, PaperPair, PaperRun, Story, story
from paper_world import SKIP
from PIL import Image

from flows.procedures import upgrade
from flows.procedures.back_out import back_out
from flows.procedures.synchronous import synchronous
from flows.procedures.upgrade import asynchronous
from flows.smoke import in_a_run, interim_watch
from flows.smoke.interim_watch import InterimWatch
from flows.smoke.order import SmokeOrder
from flows.smoke.results import CheckPicture, CheckState, SmokeCheck, SmokeResults
from flows.step_names import STEPS
from flows.steps.verify_and_test import NotFit
from robot.domain.errors import Refused
from robot.domain.model import Unit
from robot.evidence.report.gallery import Gallery
from robot.runs.evidence_log import EvidenceLog
from robot.schedule.estimate import Work
from robot.schedule.procedure_part import ProcedurePart
from robot.schedule.windows import WindowDecision, WindowState
from robot.settings.secrets import Secrets


@dataclass
class Checks:
    """Stands for the process that makes the checks.

    Attributes:
        orders: what was ordered.
        fails: returns why an order's check of the portal fails; "" if it passes.
        seconds: how long the portal takes, by the appliance.
        colour: what the portal's picture shows, by the appliance.
    """

    orders: list[SmokeOrder] = field(default_factory=list[SmokeOrder])
    fails: Callable[[SmokeOrder], str] = lambda _order: ""
    seconds: dict[Unit, float] = field(default_factory=lambda: {Unit.A: 0.2, Unit.B: 0.2})
    colour: dict[Unit, str] = field(default_factory=lambda: {Unit.A: "blue", Unit.B: "blue"})
    spool: Path = Path()

    def __call__(self, order: SmokeOrder, known: Secrets | None, *, keep: Callable[[SmokeCheck, Path], None]) -> SmokeResults:
        assert (known is not None) == order.signs_in, "the second client gets no secrets"
        self.orders.append(order)
        Image.new("RGB", (40, 30), self.colour[order.unit]).save(self.spool / "portal.png")
        why = self.fails(order)
        state = CheckState.FAILED if why else CheckState.PASSED
        portal = SmokeCheck("portal", "The site's address shows the portal", state, 0.1, why, pictures=(
            CheckPicture("portal", "portal.png", "https://support.example.com/"),
        ))  # fmt: skip
        times = SmokeCheck("times", "In time", CheckState.PASSED, 0.0, reading={"/": f"{self.seconds[order.unit]:.2f} s"})
        banners = SmokeCheck("banners", "No error", CheckState.PASSED, 0.0, reading={"amiss": ['/login says "disk error"']})
        for each in (portal, times, banners):
            keep(each, self.spool)
        return SmokeResults(order.unit.value, "127.0.0.1", "support.example.com", order.version, (portal, times, banners))


@pytest.fixture
def checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checks:
    made = Checks(spool=tmp_path)
    for module in (in_a_run, interim_watch):
        monkeypatch.setattr(module, "smoke", made)
    return made


@contextmanager
def smoked(folder: Path, flow: Flow = asynchronous) -> Generator[Story]:
    with story(folder / "run", flow=flow, change=lambda text: text.replace(SKIP, "")) as run:
        yield run


def notes(run: Story, step: str) -> list[str]:
    return [line["text"] for line in run.lines if line["step"] == step and line["kind"] == "note"]


@pytest.mark.proves("VT1", "VT2", "VT10")
@pytest.mark.parametrize(("flow", "units"), [(asynchronous, "ba"), (synchronous, "ab")])
def test_each_appliance_is_verified_after_its_update_from_two_clients_and_a_is_looked_at_before(
    flow: Flow, units: str, tmp_path: Path, checks: Checks
) -> None:
    with smoked(tmp_path, flow) as run:
        assert run.perform().outcome == "done"
        made = [(order.unit.value, order.signs_in, order.expect) for order in checks.orders]
        assert made == [("a", True, "12.3.5-39078"), *((unit, signs_in, "") for unit in units for signs_in in (True, False))]
        assert all(order.must_serve and order.serial == run.history.serial(order.unit.value) for order in checks.orders)
        before, *after = checks.orders
        assert not before.as_before
        assert all(order.as_before == ('/login says "disk error"',) for order in after), "it is no fault of the new build"
        of_b = next(order for order in checks.orders if order.unit is Unit.B)
        assert of_b.login_of is Unit.A, "it was synchronised, and has A's accounts"
        steps = [line["step"] for line in run.lines]
        installed = max(number for number, step in enumerate(steps) if step.startswith(f"{units[0]}-install-"))
        assert installed < steps.index(f"{units[0]}-smoke-first") < steps.index(f"{units[0]}-smoke-second")
        assert f"{units[0]}-smoke-second-portal" in steps


def test_a_session_is_requested_once_for_each_update_and_never_in_the_interim(tmp_path: Path, checks: Checks) -> None:
    """It reaches representatives."""
    request = '[smoke]\nrequest = { press = "Submit" }\n'
    with story(tmp_path / "run", change=lambda text: text.replace(SKIP, request)) as run:
        assert run.perform().outcome == "done"
        requested = [order.unit for order in checks.orders if order.settings.smoke.request]
        assert requested == [Unit.B, Unit.A]


def test_a_check_that_fails_ends_the_run_with_7_before_the_swing_names_itself_and_is_made_again(
    tmp_path: Path, checks: Checks
) -> None:
    with smoked(tmp_path) as run:
        checks.fails = lambda order: "the portal is empty" if order.unit is Unit.B and not order.signs_in else ""
        ending = run.perform()
        assert isinstance(ending.stop, NotFit)
        assert ending.stop.code == 7
        assert ending.sentence == (
            "B under the site's hostname, second client: the portal is empty (check \"The site's address shows the portal\")"
        )
        assert "do not swing to it" in ending.stop.next_action
        assert "a-disable-shared-ip" not in run.of("intent")
        assert [line["file"] for line in run.lines if line["step"] == "b-smoke-second-portal" and line.get("file")]
        checks.fails = lambda _order: ""
        assert run.perform().outcome == "done"


def test_with_a_build_that_is_not_fit_the_way_back_is_open(tmp_path: Path, checks: Checks) -> None:
    with smoked(tmp_path) as run:
        checks.fails = lambda order: "it runs 12.3.5" if order.unit is Unit.B else ""
        run.perform()
        run.instead(back_out)
        assert run.perform().outcome == "backed_out"


def test_what_is_wrong_with_a_before_the_change_is_not_judged_and_b_is_compared_with_it(tmp_path: Path, checks: Checks) -> None:
    with smoked(tmp_path) as run:
        checks.fails = lambda order: "an old build" if order.unit is Unit.A and order.expect else ""
        checks.seconds[Unit.B], checks.colour[Unit.B] = 2.1, "red"
        assert run.perform().outcome == "done"
        told, *_ = notes(run, "b-smoke-compared")
        assert "/ took 2.10 s, and 0.20 s before, 10 times as long: MUCH SLOWER" in told
        assert "the picture of the portal has changed (shots/" in told
        [told] = notes(run, "a-smoke-compared")
        assert "/ took 0.20 s, and 0.20 s before; the picture of the portal is the same" in told
        assert not [line for line in run.lines if line["step"].startswith("a-smoke-before") and line["kind"] == "refused"]
        steps = {unit: [line for line in run.history.of_step(f"{unit}-smoke-compared") if line.file] for unit in "ab"}
        (shown,) = Gallery(run.state.evidence).exhibits(steps["b"], on_paper=False)
        assert [(each.word, each.altered, each.line.text) for each in shown.pictures] == [
            ("Before", False, "the portal of A before the change"), ("After", False, "the portal of B now"),
        ]  # fmt: skip
        assert shown.differs, "what changed is marked"
        assert not steps["a"], "what looks the same is not shown"


def test_checks_that_are_left_out_are_left_out_visibly(tmp_path: Path, checks: Checks) -> None:
    with story(tmp_path / "run") as run:
        assert run.perform().outcome == "done"
        assert notes(run, "site-smoke-left-out") == ["not checked: the smoke checks are left out: on paper"]
        assert not checks.orders


def test_a_run_that_an_earlier_version_has_begun_keeps_its_steps(
    tmp_path: Path, checks: Checks, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(_pair: object, _run: object, *, runs: str) -> None:
        del runs

    with smoked(tmp_path) as run:
        with monkeypatch.context() as earlier:  # that version knew of none
            earlier.setattr(upgrade, "look_before", unknown)
            run.perform(before="b-base-1")
        assert run.perform().outcome == "done"
        assert not checks.orders


def test_a_run_that_is_killed_at_its_checks_goes_on(tmp_path: Path, checks: Checks) -> None:
    with smoked(tmp_path) as run:
        points = [("b-smoke-first", "begin"), ("b-smoke-second", "begin"), ("a-smoke-second", "begin")]
        assert run.perform_killed_at(points).outcome == "done"
        assert {order.unit for order in checks.orders} == {Unit.A, Unit.B}


# -- the interim -----------------------------------------------------------------------------------------------------------


@dataclass
class Interim:
    """A run that waits for its second window, and its watch."""

    story: Story
    run: PaperRun
    watch: InterimWatch
    opens: datetime

    def passes(self, hours: float) -> None:
        self.story.world.clock.passed += hours * 3600
        self.watch()


@pytest.fixture
def interim(tmp_path: Path, checks: Checks, monkeypatch: pytest.MonkeyPatch) -> Generator[Interim]:
    checks.orders.clear()
    with smoked(tmp_path) as told, EvidenceLog(told.state.evidence) as record:
        monkeypatch.setattr(interim_watch, "steady_clock", told.world.clock.monotonic)
        run = PaperRun(told.state, told.settings, record, lambda _n, body: body(), told.told.append, STEPS, world=told.world)
        run.send_message = lambda turn, sentence, _deadline: told.messages.append((turn, sentence))
        pair = PaperPair.on(told.world, told.settings, told.secrets, run.poller)
        told.history = record.history
        record.append("reading", in_a_run.BASELINE, unit="a", reading={})
        made = Interim(told, run, InterimWatch(pair, run, pair.b, back="Or go back."), datetime.now(UTC) + timedelta(days=2))
        monkeypatch.setattr(
            run.hours, "permit", lambda: WindowDecision(WindowState.NOT_YET, made.opens, "the second window opens later")
        )
        yield made


def looks(interim: Interim) -> list[str]:
    return notes(interim.story, "site-interim-watch")


def test_whoever_serves_is_looked_at_at_the_interval_as_a_customer_sees_it(interim: Interim, checks: Checks) -> None:
    for hours in (0, 1, 2.9, 0.1, 4):
        interim.passes(hours)
    assert looks(interim) == [f"look {number}: B serves well (3 passed)" for number in (1, 2, 3)]
    assert {(order.unit, order.signs_in, order.must_serve) for order in checks.orders} == {(Unit.B, False, True)}


def test_a_failure_in_the_interim_alerts_once_with_its_picture_and_the_choices_and_never_ends_the_wait(
    interim: Interim, checks: Checks
) -> None:
    interim.passes(0)
    checks.fails = lambda _order: "the portal is empty"
    for _ in range(3):
        interim.passes(4)
    [(turn, sentence)] = interim.story.messages
    assert turn == "smoke_failed"
    assert sentence.startswith('look 2: B does not serve as it must: the portal is empty (check "The site')
    assert "Picture: " in sentence
    assert sentence.endswith("Nothing is pressed. Or go back.")
    assert Path(sentence.split("Picture: ")[1].split(". ")[0]).is_file()
    checks.fails = lambda _order: ""
    interim.passes(4)
    checks.fails = lambda _order: "it answers with 503"
    interim.passes(4)
    assert len(interim.story.messages) == 2, "what was well in between is told anew"


def test_no_look_is_begun_that_might_last_into_the_window(interim: Interim, checks: Checks) -> None:
    interim.opens = datetime.now(UTC) + timedelta(minutes=4)
    interim.passes(0)
    assert not checks.orders


def test_a_look_that_cannot_be_kept_does_not_end_the_wait(interim: Interim, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: Any, **_more: Any) -> None:
        raise Refused("the disk is full")

    monkeypatch.setattr(interim_watch, "smoke", full)
    interim.passes(0)
    assert "the disk is full" in str(interim.story.told[-1])


def test_a_run_that_stays_for_its_window_looks_in_between_and_one_that_leaves_does_not(
    interim: Interim, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, looked = interim.run, list[str]()
    closed, is_open = (WindowDecision(state, interim.opens, "the window") for state in (WindowState.NOT_YET, WindowState.OPEN))
    left = [closed, closed, closed, closed, is_open, is_open]
    run.settings = run.settings.model_copy(update={"windows": "some"})
    monkeypatch.setattr(run.hours, "permit", lambda: left.pop(0))
    monkeypatch.setattr(run.hours, "require", lambda: None)
    monkeypatch.setattr(run.hours, "require_fit", str)
    run.between_windows = lambda: looked.append("a look")
    run.permission.enter(ProcedurePart.SECOND, Work.BACKUP_AGAIN)
    assert looked == []
    run.waits, left[:] = True, [closed, closed, closed, is_open]
    run.permission.enter(ProcedurePart.SECOND, Work.BACKUP_AGAIN)
    assert looked == ["a look"] * 3
