"""A run is begun, by a pair file or a plan, or resumed: everything that can be checked without an appliance is checked first.

Its imports are heavy: only a command that performs a run imports it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from flows.step_names import STEPS
from robot.approval.effective_rules import effective_rules
from robot.approval.judge import ApprovalState
from robot.approval.kept_plan import copy_of_plan, copy_plan
from robot.approval.planned_run import is_rehearsal, plan_to_perform, planned_run
from robot.cli import doctor, loans, terminal
from robot.cli.lifecycle.performance import perform
from robot.domain.clocks import wall_clock
from robot.domain.errors import UsageError
from robot.domain.waiting import Poller
from robot.network import chromium
from robot.network.vault import vault_of
from robot.runs import durable, store
from robot.settings import load, load_kept
from robot.settings.secrets import require_own_accounts, secrets
from robot.signing.evidence_key import pack_signer
from robot.ticket.ticket_gate import TicketGate, has_emergency

if TYPE_CHECKING:
    from pathlib import Path

    from robot.approval.planned_run import PlannedRun
    from robot.approval.statement import Emergency
    from robot.network.vault import CommandVault
    from robot.runs.options import RunOptions
    from robot.runs.store import RunState
    from robot.settings import Settings
    from robot.settings.secrets import Secrets

_LONG_S = 366 * 86400.0
"""Seconds for which an approval is waited for: until somebody ends it."""


def begin(
    pair: Path,
    artifacts: Path,
    manner: RunOptions,
    *,
    quiet: bool,
    procedure: str = "asynchronous",
    rehearsal: bool = False,
    pace: float = 1.0,
    now: bool = True,
) -> int:
    """Check everything that can be checked without an appliance, then begin a run and perform it.

    Args:
        pair: the pair file.
        artifacts: the folder in which runs leave their evidence.
        manner: the options of the run.
        quiet: whether only headings, notes and the end are printed.
        procedure: asynchronous, synchronous or single.
        rehearsal: whether the pair is a simulated one, which is gone after the run.
        pace: how many times faster than real appliances the pair is.
        now: whether the run keeps no maintenance windows.

    Returns:
        The exit code.

    Raises:
        UsageError: the pair file, a secret, Chromium, a folder or its disk is not fit for a run.
    """
    settings = load(pair, single=procedure == "single")
    rules = effective_rules(settings)
    if rules and rules.required and not rehearsal:
        raise UsageError(
            f"{rules.source} requires approval: make a plan (failover-robot plan {pair} -o PLAN.json --by NAME), have it "
            "approved, and run that"
        )
    _require_one_time(pair, settings, now=now)
    vault, known = _fit_for_a_run(settings, artifacts, manner)
    _require_ticket(settings, known, manner, lifted=rehearsal)
    facts = {"pair_file": str(pair.resolve()), "rehearsal": rehearsal, "procedure": procedure, "pace": pace}
    state = _begun(settings, facts, artifacts)
    click.echo(f"failover-robot: run {state.name}, evidence in {state.evidence}", err=True)
    return perform(state, settings, known, vault, manner, quiet=quiet)


def begin_by_plan(path: Path, artifacts: Path, manner: RunOptions, *, quiet: bool, now: bool, emergency: Emergency | None) -> int:
    """Check a plan, its approval and everything else that can be checked without an appliance, then perform it.

    Args:
        path: the plan.
        artifacts: the folder in which runs leave their evidence.
        manner: the options of the run; one that waits stays while the approval is wanting.
        quiet: whether only headings, notes and the end are printed.
        now: whether somebody says that now is the time, for a plan without windows.
        emergency: why it cannot wait; None for an ordinary change.

    Returns:
        The exit code.

    Raises:
        UsageError: the plan, its pair file, a secret, Chromium, a folder or its disk is not fit for a run.
        Refused: the plan is stale, was performed already, or cannot be approved.
        Waiting: it is not approved yet.
    """
    planned, settings = plan_to_perform(path, terminal.user(), emergency)
    planned.plan.require_not_performed(store.every())
    if emergency is None:
        _require_one_time(path, settings, now=now)
    vault, known = _fit_for_a_run(settings, artifacts, manner)
    _require_approved(planned, settings, waits=manner.waits)
    _require_ticket(settings, known, manner, lifted=emergency is not None)
    facts = {
        "pair_file": str(path.parent / planned.plan.pair.file), "rehearsal": False, "procedure": planned.plan.procedure,
        "pace": 1.0, "plan": planned.facts(),
    }  # fmt: skip
    state = _begun(settings, facts, artifacts)
    copy_plan(planned.data, state.evidence)
    click.echo(f"failover-robot: run {state.name} by the plan {planned.plan.digest[:16]}, evidence in {state.evidence}", err=True)
    return perform(state, settings, known, vault, manner, quiet=quiet)


def _begun(settings: Settings, facts: dict[str, Any], artifacts: Path) -> RunState:
    """Begin a run with what every run keeps, and these facts of its own."""
    ticket = settings.change.ticket
    common = {"ticket": ticket, "settings": settings.model_dump(mode="json"), "revision": durable.REVISION}
    return store.begin({**common, **facts}, artifacts, ticket)


def _require_one_time(named: Path, settings: Settings, *, now: bool) -> None:
    """Require that either windows tell when it is time, or somebody does."""
    if now and settings.windows:
        raise UsageError(f"{named}: it has [windows], and --now says that none are kept: leave out one of them")
    if not now and settings.windows is None:
        raise UsageError(f"{named}: it has no [windows]: add them, or say that now is the time with --now")


def _fit_for_a_run(settings: Settings, artifacts: Path, manner: RunOptions) -> tuple[CommandVault | None, Secrets]:
    """Require what can be required without an appliance; return what lends secrets, and the secrets."""
    _require_terminal(manner)
    vault = vault_of(settings)
    known = secrets(settings, vault=vault)
    require_own_accounts(settings, known)
    pack_signer(settings.evidence, settings.folder)  # what cannot seal is told now, not in the night when the run is over
    chromium.find()
    _require_folders(settings, artifacts)
    return vault, known


def _require_approved(planned: PlannedRun, settings: Settings, *, waits: bool) -> None:
    """Require that a plan is approved, if it must be; where the run waits, stay while it may still come."""
    if planned.rules and planned.rules.notice:
        click.echo(f"failover-robot: {planned.rules.notice}", err=True)
    if not planned.must_be_approved:
        return
    verdict = planned.verdict(wall_clock())
    if waits and verdict.state is ApprovalState.WANTED:
        click.echo(f"failover-robot: waiting for approval: {verdict.sentence}", err=True)
        verdict = Poller(poll=settings.limits.poll).poll_until(
            lambda: planned.verdict(wall_clock()), lambda verdict: verdict.state is not ApprovalState.WANTED,
            what="the plan's approval", within=_LONG_S,
        )  # fmt: skip
    verdict.require()
    click.echo(f"failover-robot: {verdict.sentence}", err=True)


def with_emergency(state: RunState, emergency: Emergency) -> RunState:
    """Return a run by a plan that goes on as an emergency, once two people have signed its plan for it.

    Args:
        state: the run.
        emergency: why it cannot wait.

    Returns:
        The run, with that in its state folder.

    Raises:
        UsageError: it performs no plan.
        Refused: the plan cannot be approved as that emergency.
        Waiting: it is not approved yet.
    """
    if not state.facts.get("plan"):
        raise UsageError(
            f"{state.name} performs no plan, which people could sign as an emergency; take new windows with --windows"
        )
    facts = {**state.facts["plan"], "emergency": emergency.model_dump(mode="json")}
    settings = load_kept(state.facts["settings"], state.name)
    planned = planned_run(replace(state, facts={**state.facts, "plan": facts}), settings, begun=bool(state.history.presses))
    if planned:
        planned.verdict(wall_clock(), copy_of_plan(state.evidence)).require()
    return store.change_facts(state, {"plan": facts})


def resume(state: RunState, manner: RunOptions, *, quiet: bool) -> int:
    """Perform a run that was begun before; if its way back has begun, go on with that.

    Args:
        state: the run.
        manner: the options of the run.
        quiet: whether only headings, notes and the end are printed.

    Returns:
        The exit code.

    Raises:
        UsageError: the run is a rehearsal whose simulated pair is gone; this version refuses its pair file; or a secret or the
            terminal is missing.
    """
    settings = load_kept(state.facts["settings"], state.name)
    if state.facts["rehearsal"] and not settings.folder.exists():
        raise UsageError(f"{state.name} is a rehearsal whose simulated pair is gone; begin a new one: failover-robot rehearse")
    vault = vault_of(settings)
    known = secrets(settings, vault=vault)
    _require_terminal(manner)
    if state.history.goes_back(STEPS):
        manner = replace(manner, back_out=True)
    begun = manner.back_out or bool(state.history.presses)
    _require_ticket(settings, known, manner, lifted=begun or is_rehearsal(state, settings) or has_emergency(state))
    return perform(state, settings, known, vault, manner, quiet=quiet)


def _require_ticket(settings: Settings, known: Secrets, manner: RunOptions, *, lifted: bool) -> None:
    """Require that the change's ticket is in a state for it, before anything is begun; what was lent for that is given back."""
    with loans.returned(known):
        TicketGate(settings, known, lifted=lifted).require(
            waits=manner.waits, tell=lambda sentence: click.echo(f"failover-robot: {sentence}", err=True)
        )


def _require_folders(settings: Settings, artifacts: Path) -> None:
    """Require that the folders for backups, evidence and state can be written and have room."""
    doctor.require_backup_folder(settings, artifacts)
    doctor.require_writable(artifacts)
    doctor.require_room(artifacts)
    doctor.require_room(store.state_folder())


def _require_terminal(manner: RunOptions) -> None:
    if manner.confirm_each and not terminal.is_there():
        raise UsageError("--confirm-each asks a person at the terminal, and there is none")
