"""The paper pair: whole runs in milliseconds, without a browser, a socket or a process.

The flows, the engine and the record are the real ones. Paper are the screens (from the simulator's model), the clock, and
what looks at the site from outside. A durable step is remembered in a plain list, so that "crash and resume" is a new run
with the same list and record over the same simulated pair.
"""

from __future__ import annotations

import functools
import io
import json
import os
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

import pytest
from paper_screens import NOBODY, PAPER, PaperTab, is_in_a_cluster, menu_words
from paper_survey import observe_on_paper
from paper_world import A_PAGE, Killed, World
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from typing_extensions import override

from flows.planning.press_list import press_list
from flows.procedures.back_out import back_out, workflow_of
from flows.procedures.decisive_press import read_decisive_press
from flows.procedures.upgrade import asynchronous
from flows.session.anonymous_client import Answer, Visitor
from flows.session.appliance import Appliance
from flows.session.browser_driver import Browsers
from flows.session.identity import Identity
from flows.session.pair import Pair
from flows.step_names import STEPS
from flows.survey.appliance_sights import MayPress
from flows.survey.observation import observe
from flows.survey.take_back import take_back
from flows.swings import swing_of
from pages.engine.screen import Screen
from pages.readings.available_updates import UpdateOffer
from robot.changes.run import Run
from robot.changes.run_context import no_op
from robot.domain.errors import LoginRejected, Refused, Stop, StoppedByHand, Unreachable, Untrusted
from robot.domain.model import Unit
from robot.domain.secret_registry import SecretRegistry
from robot.domain.waiting import Poller
from robot.evidence.record.comparisons import UNEXPECTED, PlanComparison, comparisons
from robot.evidence.record.history import RunHistory
from robot.evidence.record.line import Kind
from robot.network.tls import Endpoint, endpoint_of
from robot.operators import handover, operator_questions
from robot.plan.press_list import PressList
from robot.runs import store
from robot.runs.events import Event
from robot.runs.evidence_log import EvidenceLog
from robot.settings import Settings, load
from robot.settings.secrets import Account, Credentials, Secrets, secrets
from robot.simulator.appliances.appliance import Appliance as Simulated
from robot.simulator.appliances.appliance import Power

if TYPE_CHECKING:
    from types import TracebackType

    from playwright.sync_api import Page

    from pages.readings.machine import Basics

S = TypeVar("S", bound=Screen)
R = TypeVar("R")
Flow = Callable[[Pair, Run], dict[str, Any]]


AT_ONCE = 10
"""Of all points of a run every so many are those at which one and the same run is killed: they lie in different steps."""


@functools.cache
def tiny_png(text: str) -> bytes:
    """A real picture of next to nothing, which differs from those with another text."""
    stream, told = io.BytesIO(), PngInfo()
    told.add_text("shows", text)
    Image.new("RGB", (16, 8), "#26323f").save(stream, "PNG", pnginfo=told)
    return stream.getvalue()


def key_of(appliance: Simulated, world: World) -> str:
    """The public key of the certificate that an appliance shows."""
    return "one key" if world.knobs.same_certificate else f"key of {appliance.serial}"


def take_picture(record: EvidenceLog, step: str, when: str) -> dict[str, Any]:
    """Leave a picture, as every stage does."""
    return {**record.keep_picture(step, when, tiny_png(f"{step} {when}")), "masked": 0}


class PaperBrowsers(Browsers):
    """Leads to the world instead of to a browser."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world


class PaperAppliance(Appliance):
    """A or B, or whoever answers under the site's name: signed in and proved by the same rules, on paper."""

    def __init__(
        self,
        unit: Unit,
        endpoint: Endpoint,
        credentials: Credentials,
        browsers: PaperBrowsers,
        secrets: SecretRegistry,
        poller: Poller,
    ) -> None:
        super().__init__(unit, endpoint, credentials, browsers, secrets, poller)
        self._world = browsers.world
        self._sessions: dict[str, tuple[str, int]] = {}

    @property
    @override
    def answers(self) -> Any:
        return NOBODY

    @override
    def read(self, kind: type[S], reading: Callable[[S], R]) -> R:
        if kind.interface != "appliance" and not self._proved_serial:
            self._sign_in_on_paper("appliance")
        self._world.sleep(A_PAGE)
        here = self._sign_in_on_paper(kind.interface)
        url = f"{self.endpoint.origin}/{kind.interface}"
        screen = PAPER[kind](cast("Page", PaperTab(self._world, here.unit, url)))
        self._screen = screen
        screen.require_there()
        return reading(cast("S", screen))

    @override
    def prove_identity(self) -> None:
        if self._screen is None or not self._proved_serial:
            raise Untrusted(f"no signed-in page of {self.name} is open")
        interface = self._screen.interface
        if self._sessions.get(interface) != self._session(self._world.answering(self.endpoint.address, interface), interface):
            raise Untrusted(f"{self.name} cannot prove itself: it has forgotten who was signed in")

    @override
    def picture(self, record: EvidenceLog, step: str, when: str) -> dict[str, Any]:
        if self._screen is None:
            raise Refused(f"no page of {self.name} is open to be photographed")
        return take_picture(record, step, when)

    @override
    def afresh(self) -> None:
        self.drop()

    @override
    def drop(self) -> None:
        super().drop()
        self._sessions.clear()

    @override
    def is_up(self) -> bool:
        return self._world.pair.appliances[self.unit.value].power is Power.UP

    @override
    def identity_by(self, basics: Basics) -> Identity:
        key = key_of(self._world.answering(self.endpoint.address, "appliance"), self._world)
        return Identity(serial=basics.serial, guid=basics.guid, key=key)

    def _sign_in_on_paper(self, interface: str) -> Simulated:
        """Have a session; give who answers.

        Raises:
            Unreachable: nobody. LoginRejected: the account is not known there. Untrusted: it is another appliance.
        """
        here = self._world.answering(self.endpoint.address, interface)
        if self._sessions.get(interface) != self._session(here, interface):
            if self.identity and key_of(here, self._world) != self.identity.key:
                raise Untrusted(f"{self.name}'s certificate has changed since this run began; have somebody confirm it")
            account: Account = self._appliance_account if interface == "appliance" else self.login_account
            accounts = here.appliance_accounts if interface == "appliance" else here.login_accounts
            found, outcome = accounts.sign_in(account.username, account.password.get_secret_value())
            if found is None:
                raise LoginRejected(f"{self.name}'s /{interface} did not accept {account.username}: {outcome}")
            self._sessions[interface] = self._session(here, interface)
        if interface == "appliance":
            self.accept_serial(here.serial)
        self.ip = self.endpoint.address
        return here

    def _session(self, here: Simulated, interface: str) -> tuple[str, int]:
        """What a session is worth: nothing any more after the restart that each install brings."""
        updates = self._world.pair.updates[here.unit]
        return here.serial, updates.base_epoch if interface == "appliance" else updates.site_epoch


@dataclass(frozen=True)
class PaperPair(Pair):
    """Both, on paper."""

    @classmethod
    def on(cls, world: World, settings: Settings, secrets: Secrets, poller: Poller) -> PaperPair:
        """Both appliances of a world."""
        browsers = PaperBrowsers(world)
        a, b = (
            PaperAppliance(unit, endpoint_of(settings, unit), secrets.of(unit), browsers, secrets.texts(), poller)
            for unit in Unit
        )
        return cls(a, b, settings, secrets, browsers, poller, swing_of(settings, secrets))

    @override
    def as_site(self, appliance: Appliance, *, address: str, port: int) -> Appliance:
        way = Endpoint(self.settings.site.hostname, address, port)
        browsers = cast("PaperBrowsers", self.browsers)
        seen = PaperAppliance(appliance.unit, way, self.secrets.of(appliance.unit), browsers, self.secrets.texts(), self.poller)
        seen.login_account = appliance.login_account
        seen.identity, seen.must_be_simulated = appliance.identity, appliance.must_be_simulated
        return seen


class PaperVisitor(Visitor):
    """A customer who looks at the site's front page."""

    @override
    def look(self) -> Answer:
        world = cast("PaperBrowsers", self._browsers).world
        here = world.answering(self.endpoint.address, "portal")
        refuses = world.pair.relationship.roles[here.unit].value == "backup"
        self.ip = self.endpoint.address
        return Answer(
            status=503 if refuses else 200, title="Portal", begins_sessions=not refuses, ip=self.ip, key=key_of(here, world),
            health=200,
        )  # fmt: skip

    @override
    def picture(self, record: EvidenceLog, step: str, when: str) -> dict[str, Any]:
        return take_picture(record, step, when)


class PaperProber:
    """Tells of the swing what the pair itself knows: from when to when nobody served."""

    world: World

    def __init__(self, endpoint: Callable[[], Endpoint], health_path: str, journal: Path) -> None:
        del health_path
        self.endpoint = endpoint
        self.journal = journal
        self._began = len(self.world.serving())

    def is_served(self) -> bool:
        try:
            self.world.answering(self.endpoint().address, "portal")
        except Unreachable:
            return False
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        seen = self.world.serving()
        with self.journal.open("a", encoding="utf-8") as file:
            for number in range(self._began, len(seen)):
                at, ok = seen[number]
                for t, was in ((at - 0.001, seen[number - 1][1]), (at, ok)):
                    file.write(json.dumps({"t": t, "ok": was}) + "\n")
            if len(seen) == self._began:  # where no shared IP moves, the site may be swung without a gap
                file.write(json.dumps({"t": self.world.clock.monotonic(), "ok": self.is_served()}) + "\n")


@dataclass
class PaperRun(Run):
    """A run that waits by the world's clock."""

    world: World = field(kw_only=True)

    @property
    @override
    def poller(self) -> Poller:
        return replace(super().poller, clock=self.world.clock.monotonic, sleep=self.world.sleep)


@dataclass(frozen=True)
class Ending:
    """How a performance ended: the flow's own word and reason, or what stopped it."""

    outcome: str
    stop: Stop | None = None
    reason: str = ""

    @property
    def sentence(self) -> str:
        """What stopped it, in its words."""
        return str(self.stop or "")


@dataclass
class Story:
    """One run over one simulated pair: begun, stopped, resumed, until it ends.

    Attributes:
        world: the pair.
        state: the run's state folder.
        settings: the pair file's.
        secrets: its credentials.
        flow: what is performed.
        steps: what each durable step gave, in their order.
        ways: the same of each way back that was begun, by its workflow.
        lines: the record, after each performance.
        told: what the run told its parent process.
        press_list: the presses of an approved plan; None for a run without a plan.
        planned_snapshot: the pair as the plan observed it; None for a run without a plan.
        require_approval: requires that the plan is approved still.
        told_in_plan: what the plan tells already of what a person would be asked.
        messages: the turns and the sentences that people were told.
    """

    world: World
    state: store.RunState
    settings: Settings
    secrets: Secrets
    flow: Flow = asynchronous
    steps: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    ways: dict[str, list[tuple[str, str]]] = field(default_factory=dict[str, list[tuple[str, str]]])
    history: RunHistory = field(default_factory=RunHistory)
    told: list[Event] = field(default_factory=list[Event])
    press_list: PressList | None = None
    planned_snapshot: dict[str, Any] | None = None
    require_approval: Callable[[], None] = no_op
    told_in_plan: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    messages: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def perform(self, *, before: str = "", checkpoint: Callable[[str, str], None] = no_op, taken_back_by: str = "") -> Ending:
        """Perform the run from where it stands, as another process would.

        Args:
            before: a step before which somebody stops the run.
            passing: called at the named points of a run; where a test pulls the plug.
            taken_back_by: who gives the pair back, where it was handed over.
        """
        cursor = 0

        def step(name: str, body: Callable[[], dict[str, Any]]) -> dict[str, Any]:
            nonlocal cursor
            if name == before:
                raise StoppedByHand(f"stopped by hand before {name}")
            if cursor == len(self.steps):
                self.steps.append((name, json.dumps(body())))
            known, given = self.steps[cursor]
            assert known == name, f"a resumed run came to {name} where it had come to {known} before"
            cursor += 1
            return json.loads(given)

        with EvidenceLog(self.state.evidence, hide=self.secrets.texts()) as record:
            self.history = record.history
            if not record.anything_pressed:
                self.steps.clear()  # until then a resume reads everything anew
                self.ways.clear()
            run = PaperRun(self.state, self.settings, record, step, self.told.append, STEPS, checkpoint, world=self.world)
            pair = PaperPair.on(self.world, self.settings, self.secrets, run.poller)
            pair.work_for(run)
            run.close_browsers, run.press_list, run.planned_snapshot = pair.rest, self.press_list, self.planned_snapshot
            run.require_approval, run.told_in_plan = self.require_approval, self.told_in_plan
            run.send_message = lambda turn, sentence, _deadline: self.messages.append((turn, sentence))
            try:
                if hand := handover.current_handover(self.state):
                    if not taken_back_by:
                        raise Refused(f"{hand.by} has the pair in hand")
                    take_back(pair, run, taken_back_by, hand.since)
                    handover.end_handover(self.state)
                if self.flow is back_out:
                    read_decisive_press(pair, run)
                    self.steps = self.ways.setdefault(workflow_of(record.history, self.state.procedure), [])
                ended = self.flow(pair, run)
                return Ending(str(ended["outcome"]), reason=str(ended.get("reason", "")))
            except Stop as stop:
                return Ending(stop.outcome, stop)
            finally:
                pair.close()

    def perform_killed_at(self, points: Sequence[tuple[str, str]]) -> Ending:
        """Perform the run to its end, killed once at each of these points and resumed each time."""
        left = set(points)

        def checkpoint(step: str, point: str) -> None:
            if (step, point) in left:
                left.remove((step, point))
                raise Killed

        while left:
            with pytest.raises(Killed):
                self.perform(checkpoint=checkpoint)
        return self.perform()

    def instead(self, flow: Flow) -> None:
        """Let another flow be performed from now on, with steps of its own, on the same record: the way back, say."""
        self.flow = flow
        self.steps = []

    def answer(self, check: str, by: str = "Alex", *, yes: bool = True) -> None:
        """Answer what the run asks of a person."""
        operator_questions.submit_answer(self.state, check, by=by, note="paper", yes=yes, attach=None)

    def plan(self) -> None:
        """Observe the pair as `plan` does, and let this be a run by that plan."""
        pair = PaperPair.on(
            self.world, self.settings, self.secrets, Poller(clock=self.world.clock.monotonic, sleep=self.world.sleep)
        )
        try:
            may = MayPress(check_updates=True, test_connections=True)
            self.planned_snapshot = observe(pair, may, record=None).snapshot.as_document()
        finally:
            pair.close()
        self.press_list = self.planned()

    def planned(self) -> PressList:
        """The presses that a plan lists that is made of what the appliances were offered in the beginning."""
        offered = {
            Unit(unit): [UpdateOffer(name=each.title, version=each.version) for each in updates.packages]
            for unit, updates in self.world.pair.updates.items()
        }
        return press_list(self.settings, offered, self.state.procedure)

    def compared(self) -> dict[str, PlanComparison]:
        """The comparisons with the plan's observation, by their gates."""
        return {each.step.removeprefix("site-observed-"): each for each in comparisons(self.history.lines)}

    def unexpected(self) -> dict[str, list[str]]:
        """What nobody planned, a sentence each, by the gates at which it was seen."""
        return {gate: [str(each["sentence"]) for each in made.of_weight(UNEXPECTED)] for gate, made in self.compared().items()}

    def presses_beyond_the_plan(self) -> list[str]:
        """What was pressed and would not have been listed by a plan that was made before the run, a sentence for each."""
        own = self.press_list.presses if self.press_list else ()
        plan = PressList((*own, *self.planned().presses))
        pressed = (line for line in self.history.lines if line.kind == Kind.INTENT)
        said = (plan.objection(line.step, unit=line.unit, control=line.fields["control"]["label"]) for line in pressed)
        return [sentence for sentence in said if sentence]

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The record's lines as plain JSON, up to the newest one."""
        return [dict(line.fields) for line in self.history.lines]

    def of(self, *kinds: str) -> list[str]:
        """The steps of the record's lines of these kinds, in order."""
        return [line["step"] for line in self.lines if line["kind"] in kinds]


def written_is_enough(_file: int) -> None:
    """Stands for `os.fsync`: no test pulls the plug of the whole machine."""


@contextmanager
def on_paper(folder: Path, world: World) -> Generator[None]:
    """Put paper wherever the flows would look at the site from outside; let nothing wait for the disk; keep runs in a folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        patch.setenv("FAILOVER_ROBOT_POLICY", str(folder / "no-policy.toml"))
        patch.setattr("flows.session.pair.Prober", type("Prober", (PaperProber,), {"world": world}))
        patch.setattr("flows.session.readings.menu_words", menu_words)
        patch.setattr("flows.session.readings.is_in_a_cluster", is_in_a_cluster)
        patch.setattr("flows.steps.make_primary.Visitor", PaperVisitor)
        patch.setattr("flows.steps.verify_and_test.Visitor", PaperVisitor)
        patch.setattr("flows.survey.site_areas.Visitor", PaperVisitor)
        observe_on_paper(patch, world)
        patch.setattr(os, "fsync", written_is_enough)
        yield


@contextmanager
def story(
    folder: Path,
    world: World | None = None,
    *,
    flow: Flow = asynchronous,
    change: Callable[[str], str] = str,
) -> Generator[Story]:
    """Begin a run over a simulated pair.

    Args:
        folder: of this run alone; the pair's files, the state folder and the evidence go there.
        world: the pair; absent: that of an ordinary day.
        flow: what is performed.
        change: changes the text of the pair file.
    """
    world = world or World()
    with on_paper(folder, world):
        pair_file = world.write(folder / "pair")
        pair_file.write_text(change(pair_file.read_text(encoding="utf-8")), encoding="utf-8")
        settings = load(pair_file)
        facts = {
            "ticket": settings.change.ticket, "settings": settings.model_dump(mode="json"), "rehearsal": True,
            "procedure": flow.__name__,
        }  # fmt: skip
        state = store.begin(facts, folder / "artifacts", settings.change.ticket)
        run = Story(world, state, settings, secrets(settings, {}), flow)
        yield run
        assert not run.presses_beyond_the_plan(), "a run made a press that its plan would not have listed"
