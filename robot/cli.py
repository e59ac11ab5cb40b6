"""The command line. Results go to stdout, progress and sentences to stderr; the exit codes are in the README.

This is the composition root: the one place where the engine, the flows and the simulated pair meet. Everything heavy is
imported by the command that needs it, so that `--help` answers at once.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import click

from robot import __version__

if TYPE_CHECKING:
    from robot.errors import Refused
    from robot.manner import Manner
    from robot.runs import RunState
    from robot.settings import Settings
    from robot.supervision import Ended

LATER = (
    "plan", "approve", "smoke", "fleet", "worker", "console",
)  # fmt: skip
"""Commands of the contract that this version does not have yet."""
PROCEDURES = ("asynchronous", "synchronous", "single")
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
            from robot.errors import Misused

            raise Misused(f"{args[0]} is not in this version yet ({__version__}); `failover-robot --help` lists what is")
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
        click.echo("failover-robot: interrupted by hand; nothing was pressed by this command", err=True)
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
    """Upgrade a failover pair of Bomgar / BeyondTrust appliances, unattended.

    The vendor's asynchronous procedure, through the appliances' own web pages, with a picture of every step.

    \b
    Try it first, without an appliance:   failover-robot rehearse
    With your own pair:                   failover-robot init DIR, then doctor, observe, run
    When something has ended it:          failover-robot status RUN, then resume RUN
    """  # noqa: D301 - click's mark for "as it stands" is the character itself


pair_argument = click.argument("pair", type=click.Path(path_type=Path))
artifacts_option = click.option(
    "--artifacts", type=click.Path(path_type=Path), envvar="FAILOVER_ROBOT_ARTIFACTS", default=Path("artifacts"),
    show_default=True, help="Where runs leave their evidence.",
)  # fmt: skip
quiet_option = click.option("--quiet", is_flag=True, help="Tell only headings, notes and the end, as for a log.")
procedure_option = click.option(
    "--procedure",
    type=click.Choice(PROCEDURES),
    default="asynchronous",
    show_default=True,
    help="B first and then the swing; or A first, without one; or one appliance alone.",
)
wait_option = click.option(
    "--wait", is_flag=True, help="Stay while only a window or a person can help; else it ends with 6, to be resumed."
)
confirm_option = click.option("--confirm-each", is_flag=True, help="Show each control and reading, and ask before each press.")
generation_option = click.option(
    "--generation",
    type=click.Choice(GENERATIONS),
    default="g1",
    show_default=True,
    help="Generation of the product's pages; only g1 yet.",
)


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option("--from", "from_run", metavar="RUN", help="The next pair file after RUN, with the roles exchanged.")
def init(folder: Path, from_run: str | None) -> None:
    """Write a commented pair.toml and .env.example to fill in.

    Into FOLDER, or here. Never over files that are there. Copy .env.example to .env, then: failover-robot doctor FOLDER/pair.toml
    """
    from robot.errors import Misused

    examples = Path(__file__).with_name("examples")
    texts = {name: (examples / name).read_text(encoding="utf-8") for name in ("pair.toml", "env.example")}
    who_else: list[str] = []
    if from_run:
        from flows.after_the_end import places
        from robot import runs
        from robot.next_pair import next_pair

        done = runs.find(from_run)
        texts["pair.toml"] = next_pair(done)
        who_else = ["Who else must know of the exchanged roles:", *(f"  {place}" for place in places(done.name)[1:])]
    targets = {folder / "pair.toml": texts["pair.toml"], folder / ".env.example": texts["env.example"]}
    for target in targets:
        if target.exists():
            raise Misused(f"{target} exists already and is not overwritten; choose another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for target, text in targets.items():
            with target.open("x", encoding="utf-8") as file:
                file.write(text)
            click.echo(target)
    except OSError as error:
        raise Misused(f"{folder} cannot be written: {error.strerror}") from error
    for line in who_else:
        click.echo(line, err=True)


@cli.command()
@click.argument("pair", type=click.Path(path_type=Path), required=False)
@artifacts_option
def doctor(pair: Path | None, artifacts: Path) -> int:
    """Say whether this machine and the pair can be worked with.

    Looks at Chromium, fonts, folders and the network; with PAIR also whether both appliances answer and are trusted. Presses
    nothing and signs in nowhere. Every NO says what to do.
    """
    from robot import machine
    from robot.settings import load
    from robot.settings.secrets import secrets

    settings = load(pair) if pair else None
    if settings:
        secrets(settings)
    codes: list[int] = []
    for finding in machine.look(settings, artifacts):
        codes += [finding.code] if finding.code else []
        click.echo(f"{'NO ' if finding.code else 'ok '} {finding.what}: {finding.said}")
    return min(codes, default=0)


@cli.group()
def browser() -> None:
    """Get the browser that the robot drives."""


@browser.command("install")
def browser_install() -> int:
    """Install Debian's headless Chromium and what goes with it.

    By apt-get, as root or by sudo; else it ends with 2 and the one command to run.
    """
    from robot import machine

    return machine.install_browser()


@cli.command()
@generation_option
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    help="Where pair.toml, .env and ca.pem go; never over others.",
)
@click.option(
    "--speed",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    show_default=True,
    help="Times faster than real appliances.",
)
@click.option("--instant", is_flag=True, help="What takes an hour takes a moment, through the same states.")
@click.option("--knob", "knobs", multiple=True, metavar="NAME=VALUE", help="Something that goes wrong, such as install_stuck=b.")
def simulate(generation: str, folder: Path, speed: float, instant: bool, knobs: tuple[str, ...]) -> None:
    """Serve a simulated pair until Ctrl-C.

    Two appliances over real TLS on this machine's own addresses, with a pair file and credentials of their own. Prints the
    folder when it is ready. In another terminal: failover-robot run DIR/pair.toml --now
    """
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
@click.option(
    "--speed",
    type=click.FloatRange(min=0, min_open=True),
    default=120.0,
    show_default=True,
    help="Times faster than real appliances.",
)
@click.option("--instant", is_flag=True, help="What takes an hour takes a moment, through the same states.")
@procedure_option
def rehearse(
    pair: Path | None, generation: str, artifacts: Path, quiet: bool, speed: float, instant: bool, procedure: str
) -> int:
    """Perform the whole procedure against a simulated pair.

    With PAIR the simulated pair takes its ticket, hostname and target version from there; no real appliance is touched.
    Every page of the evidence says REHEARSAL. Prints the path of the pack.
    """
    import tempfile

    from robot.errors import Faulty
    from robot.manner import Manner
    from robot.settings import load
    from robot.simulator.folder import of_one
    from robot.simulator.process import DidNotStart, simulation

    _require_generation(generation)
    knobs = {"broken": True} if procedure == "single" else {}
    names: dict[str, Any] = {}
    if pair:
        own = load(pair, single=procedure == "single")
        names = {
            "ticket": own.change.ticket, "summary": own.change.summary, "requested_by": own.change.requested_by,
            "hostname": own.site.hostname, "target_version": own.site.target_version,
        }  # fmt: skip
        names |= {"target_base": own.site.target_base} if own.site.target_base else {}
    try:
        with (
            tempfile.TemporaryDirectory(prefix="failover-robot-rehearsal-") as folder,
            simulation(Path(folder) / "pair", speed=speed, instant=instant, knobs=knobs, **names) as simulated,
        ):
            file = of_one(simulated.pair_file) if procedure == "single" else simulated.pair_file
            return _begin_and_perform(file, artifacts, Manner(), quiet=quiet, rehearsal=True, procedure=procedure)
    except DidNotStart as fault:
        raise Faulty(" ".join(str(fault).split())) from fault


@cli.command()
@pair_argument
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--check-updates", is_flag=True, help="Also press Check for updates; it alters nothing.")
def observe(pair: Path, as_json: bool, check_updates: bool) -> int:
    """Sign in to both appliances and read everything.

    Presses nothing: versions, roles, shared IP, who is connected, what is offered.
    """
    from flows.observation import observe_pair, told
    from robot.settings import load
    from robot.settings.secrets import secrets

    settings = load(pair)
    seen = observe_pair(settings, secrets(settings), check_updates=check_updates)
    click.echo(json.dumps(seen, ensure_ascii=False, indent=2) if as_json else told(seen))
    return 0


@cli.command()
@pair_argument
@click.option("--now", is_flag=True, help="Without windows: you say that now is the time.")
@procedure_option
@wait_option
@confirm_option
@artifacts_option
@quiet_option
def run(pair: Path, now: bool, procedure: str, wait: bool, confirm_each: bool, artifacts: Path, quiet: bool) -> int:
    """Perform the upgrade of a pair.

    Everything is read and required before anything is pressed. Prints the path of the pack when done; whenever it ends
    otherwise, a stop card says who serves users, what not to do, and how to go on.
    """
    from robot.manner import Manner

    return _begin_and_perform(pair, artifacts, Manner(wait, confirm_each), quiet=quiet, procedure=procedure, now=now)


@cli.command()
@click.argument("run_name", metavar="[RUN]", required=False)
@wait_option
@confirm_option
@click.option("--windows", type=click.Path(path_type=Path), metavar="PAIR", help="Take new windows from this pair file.")
@quiet_option
def resume(run_name: str | None, wait: bool, confirm_each: bool, windows: Path | None, quiet: bool) -> int:
    """Go on with a run after anything that ended it.

    RUN is a name such as 20261201T220000Z-1a2b, or the folder of its evidence; without it the only open run. Nothing that
    was pressed is pressed again.
    """
    from robot import people, runs
    from robot.manner import Manner

    state = runs.find(run_name) if run_name else runs.the_open_one()
    if not state.is_open:
        click.echo(f"failover-robot: {state.name} has ended ({state.summary['outcome']}); nothing to resume", err=True)
        return 0
    people.require_nobody(state)
    if windows:
        state = _with_windows_of(windows, state)
    return _go_on(state, Manner(wait, confirm_each), quiet=quiet)


def _with_windows_of(pair: Path, state: RunState) -> RunState:
    """The same run with other windows: the old ones were missed, or too short."""
    from robot import runs
    from robot.errors import Misused
    from robot.record import Record
    from robot.settings import load

    found = load(pair)
    if found.windows is None or state.facts["settings"]["windows"] is None:
        raise Misused(f"{pair if found.windows is None else state.name} has no [windows]")
    if found.site.hostname != state.facts["settings"]["site"]["hostname"]:
        raise Misused(f"{pair} is the pair file of {found.site.hostname}, and {state.name} is not at work on that")
    told = found.windows.model_dump(mode="json")
    with Record(state.evidence) as record:
        record.note("note", "site-windows", unit="site", text=f"other windows, from {pair}", reading=told, procedure=["PL3"])
    return runs.change_facts(state, {"settings": {**state.facts["settings"], "windows": told}})


def _go_on(state: RunState, manner: Manner, *, quiet: bool) -> int:
    """Perform a run that was begun before."""
    from robot.errors import Misused
    from robot.settings import Settings
    from robot.settings.secrets import secrets

    settings = Settings.model_validate(state.facts["settings"])
    if state.facts["rehearsal"] and not settings.folder.exists():
        raise Misused(f"{state.name} is a rehearsal whose simulated pair is gone; begin a new one: failover-robot rehearse")
    secrets(settings)
    _require_terminal(manner)
    return _perform(state, settings, manner, quiet=quiet)


@cli.command()
@click.argument("run_name", metavar="RUN")
@click.argument("check")
@click.option("--by", required=True, metavar="NAME", help="Who answers.")
@click.option("--note", default="", metavar="TEXT", help="What was found or done, in your words.")
@click.option("--attach", type=click.Path(path_type=Path), metavar="FILE", help="A picture or a document as proof.")
@click.option("--no", "no", is_flag=True, help="It is not so, or was not done.")
def answer(run_name: str, check: str, by: str, note: str, attach: Path | None, no: bool) -> None:
    """Answer what a run asks of a person.

    Works while the run is alive, asleep or down. CHECK is the name that the run asks for (failover-robot status RUN lists
    them); the answer goes into the evidence with the name, the note and the attached file.
    """
    from robot import gates, runs

    state = runs.find(run_name)
    given = gates.give(state, check, by=by, note=note, yes=not no, attach=attach)
    left = gates.open_questions(state)
    said = f"{given.check}: {'no' if no else 'yes'}, by {given.by}"
    if left:
        said += f"; still asked: {', '.join(each.check for each in left)}"
    elif not state.is_alive:
        said += f"; go on with: failover-robot resume {state.name}"
    click.echo(f"failover-robot: {said}", err=True)


@cli.command("hand-over")
@click.argument("run_name", metavar="RUN")
@click.option("--by", required=True, metavar="NAME", help="Who takes the pair in hand.")
def hand_over(run_name: str, by: str) -> None:
    """Give the pair to a person in mid-run.

    The run stops before its next press and lets go of both appliances. Prints what is left to be done, as a checklist.
    """
    from flows.checklist import remaining
    from robot import people, runs

    state = runs.find(run_name)
    hand = people.hand_over(state, by)
    click.echo(remaining(state))
    click.echo(
        f"failover-robot: {hand.by} has the pair in hand; the robot presses nothing until: "
        f"failover-robot take-back {state.name} --by NAME",
        err=True,
    )


@cli.command("take-back")
@click.argument("run_name", metavar="RUN")
@click.option("--by", required=True, metavar="NAME", help="Who had it in hand, and owns what was changed.")
@wait_option
@confirm_option
@quiet_option
def take_back(run_name: str, by: str, wait: bool, confirm_each: bool, quiet: bool) -> int:
    """Take the pair back from a person, and go on.

    Everything is read; each change since the hand-over is put down to NAME, and not done again.
    """
    from robot import people, runs
    from robot.errors import Misused
    from robot.manner import Manner

    state = runs.find(run_name)
    if people.in_hand(state) is None:
        raise Misused(f"{state.name} was not handed over to anybody; `failover-robot resume {state.name}` goes on")
    return _go_on(state, Manner(wait, confirm_each, taken_back_by=people.named(by)), quiet=quiet)


@cli.command()
@click.argument("run_name", metavar="[RUN]", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def status(run_name: str | None, as_json: bool) -> None:
    """Say where a run stands, with its stop card.

    Without RUN all runs of this machine are listed. Looking never disturbs a run.
    """
    from robot import runs, standing

    if run_name:
        where = standing.of(runs.find(run_name))
        said = json.dumps(where, ensure_ascii=False, indent=2) if as_json else standing.told(where, _width(sys.stdout))
        click.echo(said)
    else:
        all_of_them = [standing.brief(state) for state in runs.every()]
        click.echo(json.dumps(all_of_them, ensure_ascii=False, indent=2) if as_json else standing.listed(all_of_them))


@cli.command("back-out")
@click.argument("run_name", metavar="RUN")
@click.option("--by", default="", metavar="NAME", help="Who asks for it; with a name the overtime of the windows counts.")
@wait_option
@confirm_option
@quiet_option
def back_out(run_name: str, by: str, wait: bool, confirm_each: bool, quiet: bool) -> int:
    """Go the way back, as far as there is one.

    Before B's install: the relationship as it was. After it: A serves on, without failover. After the swing: back to A. Once A's
    install has begun there is none. It says first what is lost, and asks where there is a terminal.
    """
    from flows.back_out import WAYS, branch_of
    from robot import people, runs, standing
    from robot.manner import Manner

    state = runs.find(run_name)
    if not state.is_open:
        click.echo(f"failover-robot: {state.name} has ended ({state.summary['outcome']}); there is no way back for it", err=True)
        return 3
    people.require_nobody(state)
    way = WAYS[branch_of(standing.lines_of(state), state.procedure)]
    click.echo(f"failover-robot: {way}", err=True)
    if sys.stdin.isatty() and not click.confirm("Go this way?", default=False, err=True):
        click.echo("failover-robot: nothing was done", err=True)
        return 3
    return _go_on(state, Manner(wait, confirm_each, back_out=True, rescue_by=by.strip()), quiet=quiet)


@cli.command()
@click.argument("run_name", metavar="RUN")
def stop(run_name: str) -> None:
    """Ask a run to stop before its next press.

    What is pressed already goes on by itself in the appliance. The swing is finished first: nobody is left unserved.
    """
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
    """Make the evidence pack of a run; prints its path.

    Of a run that is still open a partial pack, marked OPEN. Refused while the run is in progress.
    """
    from robot import runs
    from robot.closing import seal_by_hand

    click.echo(seal_by_hand(runs.find(run_name)))


@cli.command("support-bundle")
@click.argument("run_name", metavar="RUN")
def support_bundle(run_name: str) -> None:
    """Make what the vendor's support needs; prints its path.

    Facts, timeline, stop card and the pictures of where it stopped, at any time, without names or secrets. The README.txt in
    it says whom to call and what to say. Do not restart the appliance.
    """
    from robot import runs
    from robot.support_bundle import make

    click.echo(make(runs.find(run_name)))


@cli.command()
@click.argument("pack", type=click.Path(path_type=Path))
@click.option("--trust", metavar="KEYS", help="Keys whose signatures count. Not in this version yet.")
def verify(pack: Path, trust: str | None) -> int:
    """Verify a pack, offline.

    The chain of the record, every digest, and that summary and report tell what the record tells. Ends with 7 where
    anything is amiss, and says what.
    """
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
@click.option("--wait", is_flag=True)
@click.option("--confirm-each", is_flag=True)
@click.option("--taken-back-by", default="")
@click.option("--back-out", is_flag=True)
@click.option("--rescue-by", default="")
def perform(run_name: str, wait: bool, confirm_each: bool, taken_back_by: str, back_out: bool, rescue_by: str) -> int:
    """Perform a run: the child process, started by the one that holds the lease."""
    from flows.performance import perform_run
    from robot.manner import Manner

    return perform_run(run_name, Manner(wait, confirm_each, taken_back_by, back_out, rescue_by))


def _require_generation(generation: str) -> None:
    from robot.errors import Misused

    if generation != "g1":
        raise Misused(f"--generation {generation} is not in this version yet; g1 is")


def _require_terminal(manner: Manner) -> None:
    from robot.errors import Misused

    if manner.confirm_each and not sys.stdin.isatty():
        raise Misused("--confirm-each asks a person at the terminal, and there is none")


def _begin_and_perform(
    pair: Path,
    artifacts: Path,
    manner: Manner,
    *,
    quiet: bool,
    procedure: str = "asynchronous",
    rehearsal: bool = False,
    now: bool = True,
) -> int:
    """Check everything that can be checked without an appliance, then begin a run."""
    from robot import browser as chromium
    from robot import machine, runs, workflow
    from robot.errors import Misused
    from robot.settings import load
    from robot.settings.secrets import secrets

    settings = load(pair, single=procedure == "single")
    _require_terminal(manner)
    if now and settings.windows:
        raise Misused(f"{pair}: it has [windows], and --now says that none are kept: leave out one of them")
    if not now and settings.windows is None:
        raise Misused(f"{pair}: it has no [windows]: add them, or say that now is the time with --now")
    secrets(settings)
    chromium.find()
    if settings.backup:
        backups = settings.path(settings.backup.directory).resolve()
        if backups.is_relative_to(artifacts.resolve()):
            raise Misused(f"[backup] directory {backups} lies inside the artifacts folder; a backup never goes into evidence")
        machine.require_writable(backups)
        machine.require_room(backups)
    machine.require_writable(artifacts)
    machine.require_room(artifacts)
    machine.require_room(runs.state_folder())
    facts = {
        "pair_file": str(pair.resolve()), "ticket": settings.change.ticket, "settings": settings.model_dump(mode="json"),
        "revision": workflow.REVISION, "rehearsal": rehearsal, "procedure": procedure,
    }  # fmt: skip
    state = runs.begin(facts, artifacts, settings.change.ticket)
    click.echo(f"failover-robot: run {state.name}, evidence in {state.evidence}", err=True)
    return _perform(state, settings, manner, quiet=quiet)


def _perform(state: RunState, settings: Settings, manner: Manner, *, quiet: bool) -> int:
    """Perform a run in a child process, close it, and say how it ended."""
    from robot import stop_card
    from robot.closing import close
    from robot.errors import Refused
    from robot.progress import Progress
    from robot.settings.secrets import secrets
    from robot.supervision import Ended, leased, supervise

    database = os.environ.get("FAILOVER_ROBOT_DATABASE_URL")
    child = [sys.executable, "-m", "robot", "_perform", state.name, *manner.words()]
    confirm = _confirm if manner.confirm_each else None
    try:
        with leased(settings, database) as lease, Progress(quiet=quiet) as progress:
            ended = supervise(state, lease, child, progress, confirm)
    except Refused as refused:
        if state.is_alive:
            raise  # another process performs this very run, and closes it
        ended = Ended(refused.outcome, refused.code, str(refused), refused.next_action)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the card and the report are made, whoever is impatient
    try:
        summary = close(state, settings, ended, secrets(settings))
    except (OSError, Refused) as error:
        return _not_closed(state, ended, error)
    if summary["exit_code"]:
        click.echo(f"\n{stop_card.text(summary['stop_card'], _width(sys.stderr))}\n", err=True)
        click.echo(state.evidence)
    else:
        said = {"done": "done", "stopped": summary["reason"]}.get(
            summary["outcome"], "nothing to do: the target is reached and the relationship stands"
        )
        click.echo(f"failover-robot: {said}; report: {state.evidence / 'report.html'}", err=True)
        click.echo(state.evidence / f"{state.name}.zip")
    return int(summary["exit_code"])


def _confirm(told: dict[str, Any]) -> bool:
    """Ask the person at the terminal about one press."""
    click.echo(f'\n{told["title"]}: about to press "{told["label"]}"', err=True)
    for name, value in told["reading"].items():
        click.echo(f"   {name}: {value}", err=True)
    if told["picture"]:
        click.echo(f"   picture: {told['picture']}", err=True)
    return click.confirm("Press it?", default=False, err=True)


def _width(stream: TextIO) -> int | None:
    """The width of the terminal that a stream goes to; `None` where it goes elsewhere."""
    return shutil.get_terminal_size().columns if stream.isatty() else None


def _not_closed(state: RunState, ended: Ended, error: OSError | Refused) -> int:
    """Say how a run ended whose summary or report could not be written, as on a full disk: the record tells what was done."""
    from robot import standing
    from robot.errors import Refused, exit_code

    why = str(error) if isinstance(error, Refused) else f"{error.strerror} ({error.filename or state.evidence})"
    said = [ended.sentence] if ended.sentence else []
    click.echo(
        f"failover-robot: {'; '.join([*said, f'its report could not be written: {why}'])}. "
        f"Make room, then: failover-robot resume {state.name}",
        err=True,
    )
    click.echo(state.evidence)
    return exit_code(ended.code or Refused.code, anything_pressed=standing.anything_pressed(state))
