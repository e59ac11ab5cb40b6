"""Commands that need no appliance: serve a simulated pair, and rehearse the whole procedure on one."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from robot.cli.options import artifacts_option, procedure_option, quiet_option

if TYPE_CHECKING:
    from collections.abc import Callable

Command = TypeVar("Command", bound="Callable[..., Any]")
_IN_A_MOMENT = 1_000.0
"""The pace of an instant pair: how many times faster than real appliances it is at least."""


def _generations(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """Return the option's value after checking that it is one generation, or OLD:NEW."""
    from robot.simulator.appearance.generations import before_and_after

    try:
        before_and_after(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return value


def _speed_option(default: float) -> Callable[[Command], Command]:
    return click.option(
        "--speed", type=click.FloatRange(min=0, min_open=True), default=default, show_default=True,
        help="Times faster than real appliances.",
    )  # fmt: skip


generation_option = click.option(
    "--generation",
    callback=_generations,
    default="g1",
    show_default=True,
    help="Of the product's pages, g1 to g4; OLD:NEW where the update changes it.",
)
language_option = click.option(
    "--language", type=click.Choice(["en", "de"]), default="en", show_default=True, help="Of the pages; de for g2 and g3."
)
seed_option = click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Draws the same pages in another way each."
)
instant_option = click.option("--instant", is_flag=True, help="What takes an hour takes a moment, through the same states.")


@click.command()
@generation_option
@language_option
@seed_option
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    help="Where pair.toml, .env and ca.pem go; never over others.",
)
@_speed_option(60.0)
@instant_option
@click.option("--knob", "knobs", multiple=True, metavar="NAME=VALUE", help="Something that goes wrong, such as install_stuck=b.")
def simulate(
    generation: str, language: str, seed: int, folder: Path, speed: float, instant: bool, knobs: tuple[str, ...]
) -> None:
    """Serve a simulated pair until Ctrl-C.

    Two appliances over real TLS on this machine's own addresses, with a pair file and credentials of their own. Prints the
    folder when it is ready. In another terminal: failover-robot run DIR/pair.toml --now
    """
    _require_language(generation, language)
    command = [sys.executable, "-m", "robot.simulator", "--dir", str(folder), "--speed", str(speed)]
    command += ["--generation", generation, "--language", language, "--seed", str(seed)]
    command += ["--instant"] if instant else []
    for knob in knobs:
        command += ["--knob", knob]
    os.execv(sys.executable, command)  # noqa: S606 - the process becomes the simulator, so that signals reach it


@click.command()
@click.argument("pair", type=click.Path(path_type=Path), required=False)
@generation_option
@language_option
@seed_option
@artifacts_option
@quiet_option
@_speed_option(120.0)
@instant_option
@procedure_option
def rehearse(
    pair: Path | None,
    generation: str,
    language: str,
    seed: int,
    artifacts: Path,
    quiet: bool,
    speed: float,
    instant: bool,
    procedure: str,
) -> int:
    """Perform the whole procedure against a simulated pair.

    With PAIR the simulated pair takes its ticket, hostname and target version from there; no real appliance is touched.
    Every page of the evidence says REHEARSAL. Prints the path of the pack.
    \f

    Returns:
        The exit code.

    Raises:
        InternalError: the simulated pair did not start.
    """  # noqa: D301 - click leaves out of the help what follows this mark
    import tempfile

    from robot.cli.lifecycle import beginning
    from robot.domain.errors import InternalError
    from robot.runs.options import RunOptions
    from robot.simulator.folder import of_one
    from robot.simulator.process import DidNotStart, simulation

    _require_language(generation, language)
    knobs = {"broken": True} if procedure == "single" else {}
    names: dict[str, Any] = {"generation": generation, "language": language, "seed": seed}
    if pair:
        names |= _names_from(pair, single=procedure == "single")
    try:
        with (
            tempfile.TemporaryDirectory(prefix="failover-robot-rehearsal-") as folder,
            simulation(Path(folder) / "pair", speed=speed, instant=instant, knobs=knobs, **names) as simulated,
        ):
            file = of_one(simulated.pair_file) if procedure == "single" else simulated.pair_file
            pace = _IN_A_MOMENT if instant else max(speed, 1.0)
            return beginning.begin(file, artifacts, RunOptions(), quiet=quiet, procedure=procedure, rehearsal=True, pace=pace)
    except DidNotStart as fault:
        raise InternalError(" ".join(str(fault).split())) from fault


def _names_from(pair: Path, *, single: bool) -> dict[str, Any]:
    """Return what a simulated pair takes from a pair file: ticket, summary, requester, hostname and target versions."""
    from robot.settings import load

    own = load(pair, single=single)
    names = {
        "ticket": own.change.ticket, "summary": own.change.summary, "requested_by": own.change.requested_by,
        "hostname": own.site.hostname, "target_version": own.site.target_version,
    }  # fmt: skip
    return names | ({"target_base": own.site.target_base} if own.site.target_base else {})


def _require_language(generation: str, language: str) -> None:
    """Require that the pages of these generations exist in that language.

    Raises:
        UsageError: they do not.
    """
    from robot.domain.errors import UsageError
    from robot.simulator.appearance.generations import before_and_after
    from robot.simulator.appearance.words import first_without

    if lacking := first_without(language, *before_and_after(generation)):
        raise UsageError(f"--language {language}: the pages of {lacking} are not there in it")
