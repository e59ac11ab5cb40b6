"""Commands before the first run: the files to fill in, the checks of this machine, the browser."""

from __future__ import annotations

from pathlib import Path

import click

from robot.cli.options import artifacts_option


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option("--from", "from_run", metavar="RUN", help="The next pair file after RUN, with the roles exchanged.")
def init(folder: Path, from_run: str | None) -> None:
    """Write a commented pair.toml and .env.example to fill in.

    Into FOLDER, or here. Never over files that are there. Copy .env.example to .env, then: failover-robot doctor FOLDER/pair.toml
    \f

    Raises:
        UsageError: a file exists already, the folder cannot be written, or RUN has no next pair file.
    """  # noqa: D301 - click leaves out of the help what follows this mark
    from robot.domain.errors import UsageError

    examples = Path(__file__).parents[1] / "examples"
    texts = {name: (examples / name).read_text(encoding="utf-8") for name in ("pair.toml", "env.example")}
    who_else: list[str] = []
    if from_run:
        from flows.steps.after_the_end import places
        from robot.runs import store
        from robot.status.next_pair import next_pair

        done = store.find(from_run)
        texts["pair.toml"] = next_pair(done)
        who_else = ["Who else must know of the exchanged roles:", *(f"  {place}" for place in places(done.name)[1:])]
    targets = {folder / "pair.toml": texts["pair.toml"], folder / ".env.example": texts["env.example"]}
    for target in targets:
        if target.exists():
            raise UsageError(f"{target} exists already and is not overwritten; choose another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for target, text in targets.items():
            with target.open("x", encoding="utf-8") as file:
                file.write(text)
            click.echo(target)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}") from error
    for line in who_else:
        click.echo(line, err=True)


@click.command()
@click.argument("pair", type=click.Path(path_type=Path), required=False)
@artifacts_option
def doctor(pair: Path | None, artifacts: Path) -> int:
    """Say whether this machine and the pair can be worked with.

    Starts Chromium, looks at fonts, folders and the network; with PAIR also at the pair file, and opens both appliances' sign-in
    pages. Presses nothing and signs in nowhere. Every NO says what to do.
    \f

    Returns:
        The exit code: 0, or the smallest one of a failed check.
    """  # noqa: D301 - as above
    from robot.cli import doctor

    codes: list[int] = []
    for finding in doctor.look(pair, artifacts):
        codes += [finding.code] if finding.code else []
        click.echo(f"{finding.mark}  {finding.check}: {finding.result}")
    return min(codes, default=0)


@click.group()
def browser() -> None:
    """Get the browser that the robot drives."""


@browser.command("install")
def browser_install() -> int:
    """Install Debian's headless Chromium and what goes with it.

    By apt-get, as root or by sudo; else it ends with 2 and the one command to run.
    \f

    Returns:
        The exit code: 0.
    """  # noqa: D301 - as above
    from robot.cli import doctor

    return doctor.install_browser()
