"""The command line. Results go to stdout, progress and sentences to stderr; the exit codes are in the README.

This is the composition root: the only place where the engine, the flows and the simulated pair meet. The commands are grouped
in modules by their purpose: setup, rehearsal, planning, run, operator, inspection. Each command imports what is heavy only when
it is called, so that `--help` answers at once.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from robot import __version__
from robot.cli import (
    approval_commands,
    evidence_commands,
    inspection_commands,
    operator_commands,
    plan_commands,
    rehearsal_commands,
    run_commands,
    setup_commands,
    smoke_commands,
    ticket_commands,
)

if TYPE_CHECKING:
    from types import FrameType

COMMANDS = (
    setup_commands.init, setup_commands.doctor, setup_commands.browser,
    rehearsal_commands.simulate, rehearsal_commands.rehearse,
    plan_commands.plan, approval_commands.approve,
    run_commands.run, run_commands.resume, run_commands.back_out, run_commands.stop, run_commands.perform,
    operator_commands.answer, operator_commands.hand_over, operator_commands.take_back,
    smoke_commands.smoke, inspection_commands.observe, inspection_commands.status, evidence_commands.seal,
    inspection_commands.support_bundle, evidence_commands.verify, evidence_commands.erase,
    ticket_commands.attach,
)  # fmt: skip
LATER = (
    "fleet", "worker", "console",
)  # fmt: skip
"""Commands of the contract that this version does not have yet."""

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
    """The group of all commands; it tells of a planned command that this version does not have it yet."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is called, as click does; refuse one that is only planned."""
        if args and args[0] in LATER:
            from robot.domain.errors import UsageError

            raise UsageError(f"{args[0]} is not in this version yet ({__version__}); `failover-robot --help` lists what is")
        return super().resolve_command(ctx, args)


def main() -> NoReturn:
    """Run the command line; every `Stop` becomes one sentence and its exit code."""
    from robot.domain.errors import Stop

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # under nohup it stays ignored
            signal.signal(number, _interrupt)
    try:
        code = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt) as end:
        by = str(end.__cause__ or end) or "hand"  # click puts an Abort around what interrupts a command
        click.echo(f"failover-robot: interrupted by {by}; nothing was pressed by this command", err=True)
        sys.exit(3)
    except Stop as stop:
        click.echo(f"failover-robot: {stop}", err=True)
        sys.exit(stop.code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def _interrupt(number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt(signal.Signals(number).name)


@click.group(
    cls=Commands,
    commands=COMMANDS,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="failover-robot")
def cli() -> None:
    """Upgrade a failover pair of Bomgar / BeyondTrust appliances, unattended.

    The vendor's asynchronous procedure, through the appliances' own web pages, with a picture of every step.

    \b
    Try it first, without an appliance:   failover-robot rehearse
    With your own pair:                   failover-robot init DIR, then doctor, observe, run
    When something has ended it:          failover-robot status RUN, then resume RUN
    """  # noqa: D301 - click's mark for "as it stands" is the character itself
