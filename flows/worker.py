"""Perform one run in this process, which is the child of the process that holds the lease."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flows.planning.bound_run import bind_to_plan
from flows.procedures.back_out import back_out, workflow_of
from flows.procedures.decisive_press import read_decisive_press
from flows.procedures.single import single
from flows.procedures.synchronous import synchronous
from flows.procedures.upgrade import asynchronous
from flows.step_names import STEPS
from flows.survey.take_back import take_back
from flows.swings import pair_of
from flows.traces.syslog import syslog_heard
from robot.approval.planned_run import ask_for_approval_afterwards, is_rehearsal
from robot.changes.run import Run
from robot.changes.run_context import no_op
from robot.domain.errors import InternalError, Refused, Stop, UsageError
from robot.domain.masking import Masking
from robot.evidence.record.line import OF_THE_RECORD, WRITTEN_BY, Kind
from robot.network.chromium import build
from robot.notification.notifier import Notifier
from robot.operators import handover
from robot.plan.program import program_here
from robot.runs.durable import REVISION, durable_step, run_workflow
from robot.runs.evidence_log import EvidenceLog
from robot.runs.parent import ParentVault, agreed, tell, tell_and_heed
from robot.runs.store import every, find, write_private
from robot.schedule.press_policy import PressPolicy, history_of
from robot.settings import load_kept
from robot.settings.secrets import secret_names, secrets
from robot.signing.time_authority import attest_event
from robot.ticket.ticket_gate import TicketGate, has_emergency

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.session.pair import Pair
    from robot.runs.events import Ending
    from robot.runs.options import RunOptions
    from robot.runs.store import RunState
    from robot.settings import Settings
    from robot.settings.secrets import Secrets


PROCEDURES = {"asynchronous": asynchronous, "synchronous": synchronous, "single": single}


def perform_run(name: str, manner: RunOptions, *, checkpoint: Callable[[str, str], None] = no_op) -> int:
    """Perform a run from where it stands, and report to the parent on stdout, one JSON object on each line.

    Args:
        name: the run's name.
        manner: the options of this performance.
        checkpoint: called with a step's name and a point's name; tests end the process there.

    Returns:
        The exit code.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which asks us to stop by the flag
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # so is any other request to end: a swing is never interrupted half-way
    state = find(name)
    ending: Ending
    masking = Masking()
    try:
        settings, known = _entrusted(state)
        masking = Masking(known.texts())
        known.texts().on_learned = lambda name, value: tell({"event": "learned", "name": name, "value": value})
        ended = _perform(replace(state, masking=masking), settings, known, manner, checkpoint)
        ending = {"outcome": ended["outcome"], "code": 0, "sentence": ended.get("reason", "")}
    except Stop as stop:
        ending = _ending(stop)
    except Exception as fault:  # noqa: BLE001 - the edge of the process: whatever it is, it is told as a fault of ours
        sys.stderr.write(masking(traceback.format_exc()))  # a browser's error may tell what was typed
        ending = _ending(InternalError(f"a fault of the robot's own: {fault!r}"))
    ending["sentence"] = masking(ending["sentence"])
    if "next_action" in ending:
        ending["next_action"] = masking(ending["next_action"])
    write_private(state.folder / "ending.json", json.dumps(ending))
    tell({"event": "ending", **ending})
    return ending["code"]


def _ending(stop: Stop) -> Ending:
    return {
        "outcome": stop.outcome,
        "code": stop.code,
        "sentence": str(stop),
        "next_action": stop.next_action,
    }


def _entrusted(state: RunState) -> tuple[Settings, Secrets]:
    """Read a run's settings and its secrets, and remove the secrets from this process's environment.

    Returns:
        The settings and the secrets.

    Raises:
        UsageError: another version began the run, this one refuses its pair file, or a secret is missing.
    """
    if state.facts["revision"] != REVISION:
        raise UsageError(
            f"this run was begun with flow revision {state.facts['revision']} and this version has {REVISION}; "
            "resume it with the version that began it"
        )
    settings = load_kept(state.facts["settings"], state.name)
    known = secrets(settings, vault=ParentVault())
    _forget_secrets(settings)
    return settings, known


def _perform(
    state: RunState, settings: Settings, known: Secrets, manner: RunOptions, checkpoint: Callable[[str, str], None]
) -> dict[str, Any]:
    # Playwright's objects belong to the thread that made them, and leave a running event loop in it. The durable engine cannot
    # work in a thread with one: so every step's body runs in this one thread, and nothing else does.
    with (
        EvidenceLog(state.evidence, hide=known.texts()) as record,
        syslog_heard(settings, state.folder, state.masking, has_pressed=record.anything_pressed),
        ThreadPoolExecutor(max_workers=1, thread_name_prefix="browsers") as browsers,
    ):
        # What a step returns is kept in the database, which may be another machine's: free text is masked there too.
        def step(name: str, body: Callable[[], dict[str, Any]]) -> dict[str, Any]:
            return durable_step(name, lambda: state.masking.plain(browsers.submit(body).result()))

        run = _run(state, settings, known, manner, record, step, checkpoint)
        if settings.evidence and (authority := settings.evidence.timestamps):
            record.after_line = lambda line: attest_event(record, line, authority, STEPS)
        attempt = _attempt(state, begin_anew=not record.anything_pressed)
        _note_beginning(record, settings, manner)
        written_by = {**program_here(), "chromium": build()}
        record.append(Kind.READING, OF_THE_RECORD, reading={WRITTEN_BY: written_by, "process": os.getpid()})
        bind_to_plan(run, goes_back=manner.back_out)
        gate = TicketGate(settings, known, lifted=manner.back_out or is_rehearsal(state, settings) or has_emergency(state))
        run.require_ticket = lambda: gate.require_before_first_press(record)
        run.permission.require_lease()  # by the serial numbers on record, before anything is read under this name
        if hand := handover.current_handover(state):
            browsers.submit(_take_back, settings, known, run, manner.taken_back_by, hand).result()
            handover.end_handover(state)
        if manner.back_out:
            browsers.submit(_beforehand, settings, known, run, read_decisive_press).result()

        def flow() -> dict[str, Any]:
            pair = pair_of(settings, known, run.poller)
            pair.work_for(run)
            run.close_browsers = pair.rest
            try:
                return flow_of(state, manner)(pair, run)
            except Exception as fault:  # an Exception would be the run's final result; a Stop can be resumed
                raise InternalError(f"a fault of the robot's own: {fault!r}") from fault
            finally:
                with contextlib.suppress(Exception):  # closing is a courtesy; it must not replace what ended the run
                    browsers.submit(pair.close).result()

        way = f"-{workflow_of(record.history, state.procedure)}" if manner.back_out else ""
        ended = run_workflow(f"{state.name}-{attempt}{way}", flow)
        if urgent := ask_for_approval_afterwards(record):
            run.notify("gate", urgent)
            ended = {**ended, "reason": ". ".join(filter(None, (ended.get("reason", ""), urgent)))}
        return ended


def _note_beginning(record: EvidenceLog, settings: Settings, manner: RunOptions) -> None:
    """Note with what a run begins, or that it goes on. A run that has begun keeps its waivers, even if they expire meanwhile."""
    again = f"{'backing out' if manner.back_out else 'resumed'} by process {os.getpid()}"
    for text in [again] if record.history.lines else [f"waived: {waiver}" for waiver in settings.waivers]:
        record.append(Kind.NOTE, OF_THE_RECORD, text=text)
    if manner.rescue_by:
        record.append("note", "site-rescue", unit="site", by=manner.rescue_by, text=f"a rescue, asked for by {manner.rescue_by}")


def _run(
    state: RunState,
    settings: Settings,
    known: Secrets,
    manner: RunOptions,
    record: EvidenceLog,
    step: Callable[[str, Callable[[], dict[str, Any]]], dict[str, Any]],
    checkpoint: Callable[[str, str], None],
) -> Run:
    """Make the `Run` that the flows are given."""
    run = Run(state, settings, record, step, tell_and_heed, STEPS, checkpoint, waits=manner.waits)
    run.confirm = agreed if manner.confirm_each else None
    history = history_of(every(), settings, STEPS) if settings.windows else {}
    run.hours = PressPolicy(settings, record, history, steps=STEPS, rescue=bool(manner.rescue_by), procedure=state.procedure)
    notifier = Notifier(state, settings, known, run.poller)
    run.send_message = lambda turn, sentence, deadline: notifier(record, turn, sentence, deadline=deadline)
    return run


def flow_of(state: RunState, manner: RunOptions) -> Callable[[Pair, Run], dict[str, Any]]:
    """Return the procedure that this run was begun with, or its way back."""
    return back_out if manner.back_out else PROCEDURES[state.procedure]


def _take_back(settings: Settings, known: Secrets, run: Run, by: str, hand: handover.Handover) -> None:
    """Read both appliances and record what a person changed, before the run goes on.

    Raises:
        Refused: nobody has taken the pair back by name.
    """
    if not by:
        raise Refused(f"{hand.by} has the pair in hand since {hand.since}; take it back first")
    _beforehand(settings, known, run, lambda pair, run: take_back(pair, run, by, hand.since))


def _beforehand(settings: Settings, known: Secrets, run: Run, look: Callable[[Pair, Run], None]) -> None:
    """Have a look at the pair before the workflow is chosen and begun: what is found stands in the record alone."""
    pair = pair_of(settings, known, run.poller)
    pair.work_for(run)
    try:
        look(pair, run)
    finally:
        pair.close()


def _attempt(state: RunState, *, begin_anew: bool) -> int:
    """Return the number of this attempt. Until something is pressed every resume is a new one, which reads everything anew."""
    path = state.folder / "attempt"
    attempt = int(path.read_text(encoding="ascii")) if path.exists() else 0
    if begin_anew:
        attempt += 1
        write_private(path, str(attempt))
    return attempt


def _forget_secrets(settings: Settings) -> None:
    """Remove the secrets from this process's environment, so that no program it starts inherits them."""
    for name in secret_names(settings):
        os.environ.pop(name, None)
