"""The command line. Results go to stdout, progress and sentences to stderr; the exit codes are in the README.

This is the composition root: the one place where the engine, the flows and the simulated pair meet. Everything heavy is
imported by the command that needs it, so that `--help` answers at once.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from robot import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from robot.runs import RunState
    from robot.settings import Settings

LATER = (
    "plan", "approve", "answer", "hand-over", "take-back", "back-out", "smoke", "support-bundle", "fleet", "worker", "console",
)  # fmt: skip
"""Commands of the contract that this version does not have yet."""
GENERATIONS = ("g1", "g2", "g3", "g4")

EPILOG = """\b
Exit codes
  0  done, or nothing to do
  1  a fault of the robot's own
  2  usage, malformed file, missing credential, no Chromium, unwritable folder, unknown run
  3  refused before any change
  4  stopped after a change: a person is needed
  5  an appliance stalled past its deadline (do not restart it)
  6  waiting for a window, an approval or an answer
  7  a verification failed
"""


class Commands(click.Group):
    """The commands, and a plain word about those that are still to come."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; say of a later one that it is later."""
        if args and args[0] in LATER:
            ctx.fail(f"{args[0]} is not in this version yet ({__version__}).")
        return super().resolve_command(ctx, args)


def main() -> NoReturn:
    """Run the command line; every `Stop` becomes one sentence and its exit code."""
    from robot.errors import Stop

    try:
        code = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(3)
    except Stop as stop:
        click.echo(f"failover-robot: {stop}", err=True)
        sys.exit(stop.code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


@click.group(cls=Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="failover-robot")
def cli() -> None:
    """Upgrade a pair of Bomgar / BeyondTrust appliances in a failover relationship, unattended.

    The vendor's asynchronous procedure, through the appliances' own web pages, with a picture of every step.
    Try it harmlessly first: failover-robot rehearse
    """


pair_argument = click.argument("pair", type=click.Path(path_type=Path))
artifacts_option = click.option(
    "--artifacts", type=click.Path(path_type=Path), envvar="FAILOVER_ROBOT_ARTIFACTS", default=Path("artifacts"),
    show_default=True, help="Where runs land.",
)  # fmt: skip
quiet_option = click.option("--quiet", is_flag=True, help="Only headings, notes and the end: for logs.")
generation_option = click.option(
    "--generation", type=click.Choice(GENERATIONS), default="g1", show_default=True, help="Of the product's pages."
)


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option("--from", "from_run", metavar="RUN", help="The next pair file after a run, with the roles exchanged.")
def init(folder: Path, from_run: str | None) -> None:
    """Write a commented pair.toml and .env.example into FOLDER."""
    from robot.errors import Misused

    if from_run:
        raise Misused("init --from is not in this version yet; exchange [a] and [b] by hand")
    examples = Path(__file__).with_name("examples")
    targets = {folder / "pair.toml": examples / "pair.toml", folder / ".env.example": examples / "env.example"}
    for target in targets:
        if target.exists():
            raise Misused(f"{target} exists already and is not overwritten; choose another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for target, example in targets.items():
            with target.open("x", encoding="utf-8") as file:
                file.write(example.read_text(encoding="utf-8"))
            click.echo(target)
    except OSError as error:
        raise Misused(f"{folder} cannot be written: {error.strerror}") from error


@cli.command()
@click.argument("pair", type=click.Path(path_type=Path), required=False)
@artifacts_option
def doctor(pair: Path | None, artifacts: Path) -> int:
    """Say whether this machine, and both appliances of PAIR, can be worked with. Presses nothing, signs in nowhere."""
    from robot import machine
    from robot import settings as pair_files

    settings = pair_files.load(pair) if pair else None
    if settings:
        pair_files.secrets(settings)
    bad = 0
    for finding in machine.look(settings, artifacts):
        bad += not finding.ok
        click.echo(f"{'ok ' if finding.ok else 'NO '} {finding.what}: {finding.said}")
    return 2 if bad else 0


@cli.group()
def browser() -> None:
    """Get the browser that the robot drives."""


@browser.command("install")
def browser_install() -> int:
    """Install Debian's headless Chromium and what goes with it, as root or by sudo."""
    from robot import machine

    return machine.install_browser()


@cli.command()
@generation_option
@click.option("--dir", "folder", type=click.Path(path_type=Path), required=True, help="Where pair.toml, .env and ca.pem go.")
@click.option("--speed", type=click.FloatRange(min=0, min_open=True), default=60.0, show_default=True, help="Times as fast.")
@click.option("--instant", is_flag=True, help="Everything happens at once, in all but the same states.")
@click.option("--knob", "knobs", multiple=True, metavar="NAME=VALUE", help="Something that goes differently.")
def simulate(generation: str, folder: Path, speed: float, instant: bool, knobs: tuple[str, ...]) -> None:
    """Serve a simulated pair until interrupted; prints FOLDER when it is ready."""
    _require_generation(generation)
    command = [sys.executable, "-m", "robot.simulator", "--dir", str(folder), "--speed", str(speed)]
    command += ["--instant"] if instant else []
    for knob in knobs:
        command += ["--knob", knob]
    os.execv(sys.executable, command)  # noqa: S606 - the process becomes the simulator, so that signals reach it


@cli.command()
@click.argument("pair", type=click.Path(path_type=Path), required=False)
@generation_option
@artifacts_option
@quiet_option
@click.option("--speed", type=click.FloatRange(min=0, min_open=True), default=120.0, show_default=True, help="Times as fast.")
@click.option("--instant", is_flag=True, help="Everything happens at once, in all but the same states.")
def rehearse(pair: Path | None, generation: str, artifacts: Path, quiet: bool, speed: float, instant: bool) -> int:
    """Rehearse the whole procedure, unattended, against a simulated pair; prints the pack's path.

    With PAIR the simulated pair takes its ticket, names and versions from there. Nothing of it touches a real appliance,
    and every page of the evidence says REHEARSAL.
    """
    import tempfile

    from robot import settings as pair_files
    from robot.simulator.process import simulation

    _require_generation(generation)
    names: dict[str, Any] = {}
    if pair:
        own = pair_files.load(pair)
        names = {
            "ticket": own.change.ticket, "summary": own.change.summary, "requested_by": own.change.requested_by,
            "hostname": own.site.hostname, "target_version": own.site.target_version,
        }  # fmt: skip
    with (
        tempfile.TemporaryDirectory(prefix="failover-robot-rehearsal-") as folder,
        simulation(Path(folder) / "pair", speed=speed, instant=instant, **names) as simulated,
    ):
        return _begin_and_perform(simulated.pair_file, artifacts, quiet=quiet, rehearsal=True)


@cli.command()
@pair_argument
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--check-updates", is_flag=True, help="Also press Check for updates, which alters nothing.")
def observe(pair: Path, as_json: bool, check_updates: bool) -> int:
    """Sign in to both appliances of PAIR and read everything. Presses nothing."""
    from flows.observation import observe_pair, told
    from robot import settings as pair_files

    settings = pair_files.load(pair)
    seen = observe_pair(settings, pair_files.secrets(settings), check_updates=check_updates)
    click.echo(json.dumps(seen, ensure_ascii=False, indent=2) if as_json else told(seen))
    return 0


@cli.command()
@pair_argument
@click.option("--now", is_flag=True, help="Without maintenance windows: you say that now is the time.")
@click.option("--wait", is_flag=True, help="Stay while only a window or a person can help.")
@click.option("--confirm-each", is_flag=True, help="Ask a person before each press.")
@artifacts_option
@quiet_option
def run(pair: Path, now: bool, wait: bool, confirm_each: bool, artifacts: Path, quiet: bool) -> int:
    """Perform the upgrade of PAIR; prints the pack's path when done."""
    from robot.errors import Misused

    for given, name in ((wait, "--wait"), (confirm_each, "--confirm-each")):
        if given:
            raise Misused(f"{name} is not in this version yet")
    return _begin_and_perform(pair, artifacts, quiet=quiet, rehearsal=False, now=now)


@cli.command()
@click.argument("run_name", metavar="[RUN]", required=False)
@quiet_option
def resume(run_name: str | None, quiet: bool) -> int:
    """Go on with a run after anything that ended it. Without RUN: the only open one."""
    from robot import runs
    from robot import settings as pair_files

    state = runs.find(run_name) if run_name else runs.the_open_one()
    settings = pair_files.Settings.model_validate(state.facts["settings"])
    pair_files.secrets(settings)
    if not state.is_open:
        click.echo(f"failover-robot: {state.name} has ended ({state.summary['outcome']}); nothing to resume", err=True)
        return 0
    return _perform(state, settings, quiet=quiet)


@cli.command()
@click.argument("run_name", metavar="[RUN]", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def status(run_name: str | None, as_json: bool) -> None:
    """Say where a run stands; without RUN list them all."""
    from robot import runs, standing

    if run_name:
        where = standing.of(runs.find(run_name))
        click.echo(json.dumps(where, ensure_ascii=False, indent=2) if as_json else standing.told(where))
    else:
        all_of_them = [standing.brief(state) for state in runs.every()]
        click.echo(json.dumps(all_of_them, ensure_ascii=False, indent=2) if as_json else standing.listed(all_of_them))


@cli.command()
@click.argument("run_name", metavar="RUN")
def stop(run_name: str) -> None:
    """Ask a run to stop: read at each poll and before each press. What is pressed already goes on by itself."""
    from robot import runs

    state = runs.find(run_name)
    state.ask_to_stop()
    if state.is_alive:
        click.echo(f"failover-robot: {state.name} is asked to stop; failover-robot resume {state.name} goes on", err=True)
    else:
        click.echo(f"failover-robot: {state.name} is not running; nothing needs to be stopped", err=True)
        state.forget_stop()


@cli.command()
@click.argument("run_name", metavar="RUN")
def seal(run_name: str) -> None:
    """Make the pack of a run; of an open one a partial pack, marked OPEN. Prints its path."""
    from robot import runs
    from robot.closing import seal_by_hand

    click.echo(seal_by_hand(runs.find(run_name)))


@cli.command()
@click.argument("pack", type=click.Path(path_type=Path))
@click.option("--trust", metavar="KEYS", help="Keys whose signatures count.")
def verify(pack: Path, trust: str | None) -> int:
    """Verify a pack offline: the chain, every digest, and that the summary tells what the record tells."""
    from robot.errors import Misused
    from robot.evidence.verification import verify as verify_pack

    if trust:
        raise Misused("--trust is not in this version yet: packs are not signed")
    if not pack.is_file():
        raise Misused(f"{pack} is no file; name a pack, such as artifacts/<ticket>/<run>/<run>.zip")
    verdict = verify_pack(pack)
    for finding in verdict.findings:
        click.echo(f"NO  {finding}", err=True)
    click.echo(f"{'verified' if verdict.ok else 'NOT verified'}: {pack}")
    return 0 if verdict.ok else 7


@cli.command("_perform", hidden=True)
@click.argument("run_name")
def perform(run_name: str) -> int:
    """Perform a run: the child process, started by the one that holds the lease."""
    from flows.performance import perform_run

    return perform_run(run_name)


def _require_generation(generation: str) -> None:
    from robot.errors import Misused

    if generation != "g1":
        raise Misused(f"--generation {generation} is not in this version yet; g1 is")


def _begin_and_perform(pair: Path, artifacts: Path, *, quiet: bool, rehearsal: bool, now: bool = True) -> int:
    """Check everything that can be checked without an appliance, then begin a run."""
    from robot import browser as chromium
    from robot import machine, runs, workflow
    from robot import settings as pair_files
    from robot.errors import Misused

    settings = pair_files.load(pair)
    if not now:
        raise Misused("say --now: this version keeps no maintenance windows, so you say that now is the time")
    pair_files.secrets(settings)
    chromium.find()
    if settings.backup:
        backups = settings.path(settings.backup.directory).resolve()
        if backups.is_relative_to(artifacts.resolve()):
            raise Misused(f"[backup] directory {backups} lies inside the artifacts folder; a backup never goes into evidence")
        machine.require_room(backups)
    machine.require_room(artifacts)
    machine.require_room(runs.state_folder())
    facts = {
        "pair_file": str(pair.resolve()), "ticket": settings.change.ticket, "settings": settings.model_dump(mode="json"),
        "revision": workflow.REVISION, "rehearsal": rehearsal,
    }  # fmt: skip
    state = runs.begin(facts, artifacts, settings.change.ticket)
    click.echo(f"failover-robot: run {state.name}, evidence in {state.evidence}", err=True)
    return _perform(state, settings, quiet=quiet)


def _perform(state: RunState, settings: Settings, *, quiet: bool, command: Callable[[str], list[str]] | None = None) -> int:
    """Perform a run in a child process, close it, and say how it ended."""
    from robot import stop_card
    from robot.closing import close
    from robot.progress import Progress
    from robot.supervision import supervise

    database = os.environ.get("FAILOVER_ROBOT_DATABASE_URL")
    child = command(state.name) if command else [sys.executable, "-m", "robot", "_perform", state.name]
    with Progress(quiet=quiet) as progress:
        ended = supervise(state, settings, child, progress, database_url=database)
    summary = close(state, settings, ended)
    if summary["exit_code"]:
        click.echo(f"\n{stop_card.text(summary['stop_card'])}\n", err=True)
        click.echo(state.evidence)
    else:
        said = "done" if summary["outcome"] == "done" else "nothing to do: the target is reached and the relationship stands"
        click.echo(f"failover-robot: {said}; report: {state.evidence / 'report.html'}", err=True)
        click.echo(state.evidence / f"{state.name}.zip")
    return int(summary["exit_code"])
