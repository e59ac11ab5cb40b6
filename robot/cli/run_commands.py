"""Commands that begin, resume, back out or stop a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from robot.cli import terminal
from robot.cli.lifecycle.recorded_exit_code import exit_code_by_record
from robot.cli.options import (
    artifacts_option,
    confirm_option,
    emergency_of,
    emergency_option,
    incident_option,
    procedure_option,
    quiet_option,
    run_argument,
    wait_option,
)

if TYPE_CHECKING:
    from robot.runs.store import RunState


@click.command()
@click.argument("named", metavar="PAIR | PLAN", type=click.Path(path_type=Path))
@click.option("--now", is_flag=True, help="Without windows: you say that now is the time.")
@procedure_option
@wait_option
@confirm_option
@emergency_option
@incident_option
@artifacts_option
@quiet_option
@click.pass_context
def run(
    context: click.Context, named: Path, now: bool, procedure: str, wait: bool, confirm_each: bool, emergency: str, incident: str,
    artifacts: Path, quiet: bool,
) -> int:  # fmt: skip
    """Perform an upgrade, by a pair file or an approved plan.

    Everything is read and required before anything is pressed; by a plan, nothing is pressed that it does not list. Prints the
    path of the pack when done; whenever it ends otherwise, a stop card says who serves users, what not to do, and how to go on.
    \f

    Returns:
        The exit code.

    Raises:
        UsageError: the options do not fit to what is named.
    """  # noqa: D301 - click leaves out of the help what follows this mark
    from robot.approval.plan_document import looks_like_a_plan
    from robot.cli.lifecycle import beginning
    from robot.domain.errors import UsageError
    from robot.runs.options import RunOptions

    why = emergency_of(emergency, incident)
    manner = RunOptions(wait, confirm_each)
    if not looks_like_a_plan(named):
        if why:
            raise UsageError("--emergency is for a plan that two people have signed for it: make a plan, and run that")
        return beginning.begin(named, artifacts, manner, quiet=quiet, procedure=procedure, now=now)
    if context.get_parameter_source("procedure") is not click.core.ParameterSource.DEFAULT:
        raise UsageError(f"{named} is a plan, and says itself by which procedure: leave out --procedure")
    return beginning.begin_by_plan(named, artifacts, manner, quiet=quiet, now=now, emergency=why)


@click.command()
@click.argument("run_name", metavar="[RUN]", required=False)
@wait_option
@confirm_option
@click.option("--windows", type=click.Path(path_type=Path), metavar="PAIR", help="Take new windows from this pair file.")
@emergency_option
@incident_option
@quiet_option
@exit_code_by_record
def resume(
    run_name: str | None, wait: bool, confirm_each: bool, windows: Path | None, emergency: str, incident: str, quiet: bool
) -> int:  # fmt: skip
    """Go on with a run after anything that ended it.

    RUN is a name such as 20261201T220000Z-1a2b, or the folder of its evidence; without it the only open run. It reads
    first. A press that is proved lost is made once more in a run; then you are asked.
    \f

    Returns:
        The exit code; 0 if the run has ended already.
    """  # noqa: D301 - as above
    from robot.cli.lifecycle import beginning
    from robot.operators import handover
    from robot.runs import store
    from robot.runs.options import RunOptions

    state = store.find(run_name) if run_name else store.the_open_one()
    if not state.is_open:
        click.echo(f"failover-robot: {state.name} has ended ({state.summary['outcome']}); nothing to resume", err=True)
        return 0
    handover.require_no_handover(state)
    if windows:
        state = _with_windows_of(windows, state)
    if why := emergency_of(emergency, incident):
        state = beginning.with_emergency(state, why)
    return beginning.resume(state, RunOptions(wait, confirm_each), quiet=quiet)


@click.command("back-out")
@run_argument
@click.option("--by", default="", metavar="NAME", help="Who asks for it; with a name the overtime of the windows counts.")
@wait_option
@confirm_option
@quiet_option
@exit_code_by_record
def back_out(run_name: str, by: str, wait: bool, confirm_each: bool, quiet: bool) -> int:
    """Go the way back, as far as there is one.

    Before B's install: the relationship as it was. After it: A serves on, without failover. After the swing: back to A. Once A's
    install has begun there is none. It says first what is lost, and asks where there is a terminal.
    \f

    Returns:
        The exit code.

    Raises:
        Refused: the run has ended, or the person at the terminal does not agree.
    """  # noqa: D301 - as above
    from flows.procedures.back_out import way_back
    from robot.cli.lifecycle import beginning
    from robot.domain.errors import Refused
    from robot.operators import handover
    from robot.runs import store
    from robot.runs.options import RunOptions

    state = store.find(run_name)
    if not state.is_open:
        raise Refused(f"{state.name} has ended ({state.summary['outcome']}); there is no way back for it")
    handover.require_no_handover(state)
    click.echo(f"failover-robot: {way_back(state.history, state.procedure)}", err=True)
    if terminal.is_there() and not click.confirm("Go this way?", default=False, err=True):
        raise Refused("nothing was done")
    return beginning.resume(state, RunOptions(wait, confirm_each, back_out=True, rescue_by=by.strip()), quiet=quiet)


@click.command()
@run_argument
def stop(run_name: str) -> None:
    """Ask a run to stop before its next press.

    What is pressed already goes on by itself in the appliance. The swing is finished first: nobody is left unserved.
    """
    from robot.runs import store

    state = store.find(run_name)
    if state.is_alive:
        state.ask_to_stop()
        click.echo(f"failover-robot: {state.name} is asked to stop; failover-robot resume {state.name} goes on", err=True)
    else:
        click.echo(f"failover-robot: {state.name} is not running; nothing needs to be stopped", err=True)


@click.command("_perform", hidden=True)
@click.argument("run_name")
@click.option("--wait", is_flag=True)
@click.option("--confirm-each", is_flag=True)
@click.option("--taken-back-by", default="")
@click.option("--back-out", is_flag=True)
@click.option("--rescue-by", default="")
def perform(run_name: str, wait: bool, confirm_each: bool, taken_back_by: str, back_out: bool, rescue_by: str) -> int:
    """Perform a run in this process: the child of the process that holds the lease."""
    from flows.worker import perform_run
    from robot.runs.options import RunOptions

    return perform_run(run_name, RunOptions(wait, confirm_each, taken_back_by, back_out, rescue_by))


def _with_windows_of(pair: Path, state: RunState) -> RunState:
    """Return a run with the windows of another pair file, because its own were missed or are too short."""
    from robot.domain.errors import UsageError
    from robot.runs import store
    from robot.runs.evidence_log import EvidenceLog
    from robot.settings import load

    if state.facts.get("plan"):
        raise UsageError(
            f"{state.name} performs a plan, and its windows are the plan's; where they are over, have two people sign it as an "
            f"emergency and resume with --emergency, or go back with failover-robot back-out {state.name}"
        )
    other = load(pair)
    if other.windows is None or state.facts["settings"]["windows"] is None:
        raise UsageError(f"{pair if other.windows is None else state.name} has no [windows]")
    if other.site.hostname != state.facts["settings"]["site"]["hostname"]:
        raise UsageError(f"{pair} is the pair file of {other.site.hostname}, and {state.name} is not at work on that")
    windows = other.windows.model_dump(mode="json")
    with EvidenceLog(state.evidence) as record:
        record.append("note", "site-windows", unit="site", text=f"other windows, from {pair}", reading=windows, procedure=["PL3"])
    return store.change_facts(state, {"settings": {**state.facts["settings"], "windows": windows}})
