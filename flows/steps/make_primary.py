"""Make Appliance B the Primary Appliance, by the swing of the failover plan; the gap is measured from outside."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flows.requirements.by_command import run_command
from flows.requirements.counts import before_the_swing
from flows.requirements.expected_state import ExpectedState, require_expected_state
from flows.requirements.named import NAMES, carry_out_check, is_for_a_person, question_of
from flows.session import readings
from flows.session.anonymous_client import Answer as Visit
from flows.session.anonymous_client import Visitor
from flows.step_names import SERVED_BY_B, SWING
from flows.steps.verify_and_test import is_not_running, running_or_newest
from pages.readings.release import Release
from robot.changes.questions import wait_for_answer
from robot.domain.errors import Refused, UnknownHand, VerificationFailed
from robot.domain.model import Reading, Unit
from robot.evidence.wording import duration
from robot.network.availability_probe import longest_gap
from robot.schedule.estimate import Work

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from robot.changes.run import Run
    from robot.operators.operator_questions import OperatorAnswer

FRESH = 600.0
"""The age in seconds that extracted session data may have at the swing."""
HEADING = "Make Appliance B the Primary Appliance"


class SwingGap(Reading):
    """How long nobody served during the swing, and by how much that may be wrong; milliseconds, measured from outside."""

    swing_gap_ms: int
    error_ms: int
    measured_from: str
    answers: int


class Serving(Reading):
    """Who answers under the site's hostname."""

    hostname: str
    address: str
    serial: str
    product: str
    base: str
    state: str = ""

    def objection(self, appliance: Appliance, wanted: str) -> str:
        """Say why this is not an appliance that serves the wanted release; "" if it is."""
        if Release(text=self.product).is_(wanted):
            return is_not_running(appliance.name, self.state)
        return f"{self.hostname} answers with {self.product} instead of {wanted}"


def make_primary(pair: Pair, run: Run, expected: dict[Unit, ExpectedState], *, old_release: Release) -> None:
    """Have B take over from A. Every question that could delay the swing is asked before the first press.

    Args:
        pair: both appliances.
        run: the run.
        expected: how this run left each; who serves is kept up to date.
        old_release: the release that A still runs; before 10.6 its session data must be extracted first (MP4).
    """
    b = pair.b
    with run.under(HEADING):
        pair.swing.immediately_before(pair, run, to=Unit.B)
        carry_out_check("notice", run, step="site-check-notice", places={"minutes": "0"})

        def first() -> None:
            run.hours.require_fit(Work.SWING)
            before_the_swing(pair, run)  # it may hold until people have left
            require_expected_state(pair, run, expected, SWING)
            if not old_release.merges_sessions_made_while_apart:
                extract_session_data(run)  # immediately before the swing, and again if a crash came between (MP4)

        swing(pair, run, to=Unit.B, step=SWING, first=first)
        expected[Unit.A], expected[Unit.B] = replace(expected[Unit.A], serves=False), replace(expected[Unit.B], serves=True)
        site_is_served_by(b, pair, run, step=SERVED_BY_B, procedure_ids=pair.swing.proves)
        pair.swing.afterwards(pair, run, serves=Unit.B)
        carry_out_check("integration_client", run, step="b-check-integration-client", places={"address": b.endpoint.address})


def extract_session_data(run: Run) -> None:
    """Extract A's session data, which a release before 10.6 loses at the swing, immediately before it (MP4).

    Raises:
        Waiting: a person has not done it yet, or did it too long ago.
        Refused: the pair file skips it, its command failed, or a person answered no.
    """
    definition, step = NAMES["session_data"], "a-check-session-data"
    if is_for_a_person("session_data", run.settings):
        question = question_of("session_data", run, step=step, places={})
        wait_for_answer(
            run,
            question,
            title=f"Asked of a person: {definition.what}",
            procedure_ids=definition.procedure_ids,
            accept=extracted_just_now,
        )
        return
    check = run.settings.checks.session_data
    if check is None or not check.command:
        raise Refused(
            "A runs a release before 10.6, whose session data would be lost at the swing, and [checks] session_data is skipped; "
            "give it a command that extracts it, and begin a new run"
        )
    run_command(check.command, run, step, definition.what, definition.procedure_ids)


def extracted_just_now(answer: OperatorAnswer) -> str:
    """Object to session data that was extracted too long ago: it lacks the sessions since then (MP4)."""
    age = (datetime.now(UTC) - datetime.fromisoformat(answer.utc)).total_seconds()
    if age <= FRESH:
        return ""
    return f"A's session data was extracted {duration(age)} ago, and the sessions since would be lost: extract it again."


def swing(pair: Pair, run: Run, *, to: Unit, step: str, first: Callable[[], None]) -> None:
    """Swing the site, as one durable step, and read afterwards what can be read of it.

    Args:
        pair: both appliances.
        run: the run.
        to: who is to serve.
        step: the step's name.
        first: called immediately before the first press, unless that was made already.
    """
    begun = pair.swing.begun(run.record, to)
    origin = pair.appliance(to.other)

    def body() -> dict[str, Any]:
        if not begun:
            first()
        run.is_critical = True
        try:
            return pair.swing.carry_out(pair, run, to=to, begun=begun)
        finally:
            run.is_critical = False

    title = f"{pair.swing.title} from {origin.name} to {to.upper()}"
    if not begun:
        run.notify("swing_begins", f"the swing of {run.settings.site.hostname} from {origin.name} to {to.upper()} begins")
    run.steps.durably(step, title, origin, body, procedure_ids=pair.swing.procedure_ids, heed_stop=not begun)
    pair.swing.proved(pair, run, to=to)
    if pair.swing.is_measured:
        measured(pair, run, step=f"{step}-gap")
    else:
        run.steps.note(
            f"{step}-gap",
            "not measured: how long nobody served, because a person swung, in their own time",
            procedure_ids=("SI5",),
        )
    run.notify("swing_done", f"{run.settings.site.hostname} is served by {to.upper()}")


def gap(run: Run) -> SwingGap:
    """Return the longest gap that the prober measured.

    Raises:
        VerificationFailed: nobody has answered since the swing.
    """
    longest = longest_gap(run.state.folder / "probes.jsonl")
    if longest is None:
        raise VerificationFailed("nobody answers under the site's hostname after the swing")
    return SwingGap(
        swing_gap_ms=longest.value,
        error_ms=longest.error,
        measured_from=f"{socket.gethostname()}, the robot's own machine",
        answers=longest.answers,
    )


def measured(pair: Pair, run: Run, *, step: str) -> SwingGap:
    """Record the measured gap, as a durable step."""

    def once() -> dict[str, Any]:
        swing_gap = gap(run)
        run.record.append(
            "reading", step, unit="site", address=pair.swing.site(pair).address, reading=swing_gap.plain(),
            procedure=list(pair.swing.proves), heading=run.heading, title="How long nobody served",
        )  # fmt: skip
        return swing_gap.plain()

    return SwingGap.from_plain(run.steps.durably(step, "How long nobody served", None, once, procedure_ids=pair.swing.proves))


def site_is_served_by(
    appliance: Appliance, pair: Pair, run: Run, *, step: str, procedure_ids: tuple[str, ...], release: str = ""
) -> Serving:
    """Return who answers under the site's hostname, asked from outside; require this appliance with the right release.

    Args:
        appliance: who must answer.
        pair: both appliances.
        run: the run.
        step: the step's name.
        procedure_ids: procedure IDs.
        release: the product version that it must show; "" for the target.

    Raises:
        Untrusted: another appliance answers.
        UnknownHand: the shared IP is not enabled on it.
        VerificationFailed: it shows another release, its state is not Running, or the public portal does not answer well.
    """
    site = pair.settings.site
    way, wanted = pair.swing.site(pair), release or site.target_version
    client = pair.as_site(appliance, address=way.address, port=way.port)

    def look() -> Serving:
        if moved := pair.swing.objection(appliance, serves=True):
            raise UnknownHand(moved)
        appliance.afresh()  # one session per account at a time
        basics = client.basics()
        status = readings.site_status(client)
        return Serving(
            hostname=site.hostname, address=client.ip, serial=basics.serial, product=status.product, base=basics.base,
            state=status.state,
        )  # fmt: skip

    serving = run.steps.observe(
        step, "Who answers under the site's hostname", client, Serving,
        lambda: running_or_newest(look, lambda reading: reading.state, pair), procedure_ids=procedure_ids,
        require=lambda reading: reading.objection(appliance, wanted), otherwise=VerificationFailed, afterwards=client.afresh,
    )  # fmt: skip
    visitor = Visitor("site", way, pair.browsers, run.poller, pair.secrets.texts())
    run.steps.observe(
        f"{step}-portal", "The public portal under the site's hostname", visitor, Visit, visitor.visit,
        procedure_ids=procedure_ids,
        require=lambda reading: reading.objection and f"{site.hostname}: {reading.objection}",
        otherwise=VerificationFailed, afterwards=visitor.afresh,
    )  # fmt: skip
    return serving
