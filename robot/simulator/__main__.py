"""``python -m robot.simulator --dir DIR``: serve a simulated pair until told to end."""

import argparse
import asyncio
import math
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

from robot.simulator import folder as pair_folder
from robot.simulator.appearance.generations import before_and_after, names_between
from robot.simulator.appliances.pair import Pair
from robot.simulator.domain.clock import Pace, RealClock
from robot.simulator.domain.journal import Journal
from robot.simulator.domain.names import UNITS, Names, parts
from robot.simulator.faults.knobs import Knobs, UnknownKnob
from robot.simulator.servers.certificates import Certificates
from robot.simulator.servers.control import control
from robot.simulator.servers.front import Front
from robot.simulator.servers.network import Listener, Network, NoAddress, find_addresses
from robot.simulator.servers.syslog_sender import SyslogSender

LONGEST_NAP = 0.5  # seconds; what somebody puts on the agenda in between wakes nobody


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve a pair until told to end; return the exit code."""
    options = _options(arguments)
    folder: Path = options.dir
    knobs = Knobs()
    before, after = options.generation
    look = {"generation": before, "generation_after": after, "language": options.language, "seed": options.seed}
    try:
        knobs.change({**look, **dict(_setting(text) for text in options.knob)})
        pair_folder.require_free(folder)
        addresses = find_addresses(options.port)
    except (UnknownKnob, pair_folder.AlreadyThere, NoAddress, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    given = {field.name: getattr(options, field.name) for field in fields(Names)}
    names = replace(names_between(before, after), **{name: value for name, value in given.items() if value is not None})
    if parts(names.from_version) > parts(names.target_version):
        sys.stderr.write(f"From {names.from_version} there is no update to {names.target_version}.\n")
        return 2
    clock = RealClock()
    journal = Journal(clock, folder)
    pace = Pace(math.inf if options.instant else options.speed)
    pair = Pair(names, knobs, addresses, clock, pace, journal)
    if knobs.syslog_port:
        journal.on_line = SyslogSender(pair, knobs.syslog_port).send
    certificates = Certificates.new(names.hostname, addresses, same=knobs.same_certificate)
    pair_folder.write(folder, pair, certificates.authority)
    try:
        asyncio.run(_serve(folder, pair, certificates, until_eof=options.until_eof))
    finally:
        journal.close()
        (folder / pair_folder.READY_FILE).unlink(missing_ok=True)
    return 0


async def _serve(folder: Path, pair: Pair, certificates: Certificates, *, until_eof: bool) -> None:
    loop = asyncio.get_running_loop()
    network = Network(pair, {unit: Front(pair, unit).app for unit in UNITS}, certificates)
    door = Listener(control(pair), "127.0.0.1", 0)
    ended, changed = asyncio.Event(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    if until_eof:
        loop.add_reader(sys.stdin.fileno(), _read_to_end, ended)

    def follow() -> None:
        network.follow()
        changed.set()

    pair.on_change, pair.on_drop = follow, network.drop
    network.follow()
    door.start()
    pair_folder.write_ready(folder, pair, f"http://127.0.0.1:{door.port}")
    sys.stdout.write(f"{folder}\n")
    sys.stdout.flush()
    ending = loop.create_task(ended.wait())
    while not ended.is_set():
        changed.clear()
        pair.agenda.run_due()
        due = pair.agenda.next_due()
        nap = LONGEST_NAP if due is None else max(0.0, min(LONGEST_NAP, due - pair.agenda.now()))
        waking = loop.create_task(changed.wait())
        await asyncio.wait({ending, waking}, timeout=nap, return_when=asyncio.FIRST_COMPLETED)
        waking.cancel()
    network.stop()
    door.stop()


def _read_to_end(ended: asyncio.Event) -> None:
    """Wait until standard input is closed: whoever started this process is gone."""
    if not os.read(sys.stdin.fileno(), 4096):
        ended.set()


def _setting(text: str) -> tuple[str, str]:
    """Parse ``name=value``; a bare name means true."""
    name, _, value = text.partition("=")
    return name, value or "true"


def _generations(text: str) -> tuple[str, str]:
    """Parse ``g2``, or ``g2:g3`` where the update brings another generation.

    Returns:
        The generation before the update, and the one after it.

    Raises:
        argparse.ArgumentTypeError: for anything else.
    """
    try:
        return before_and_after(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _speed(text: str) -> float:
    """Parse a positive number, or ``inf``.

    Returns:
        How many times faster than a real appliance.

    Raises:
        argparse.ArgumentTypeError: for anything else.
    """
    try:
        speed = float(text)
    except ValueError:
        speed = -1.0
    if not speed > 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no speed")
    return speed


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m robot.simulator", description=__doc__)
    parser.add_argument("--dir", type=Path, required=True, help="where pair.toml, .env and ca.pem are written")
    parser.add_argument(
        "--generation", type=_generations, default=("g1", "g1"), help="of the pages; OLD:NEW: an update changes it"
    )
    parser.add_argument("--language", default="en", help="of the pages; de for g2 and g3")
    parser.add_argument("--seed", type=int, default=0, help="chooses between ways to draw the same page; 0: the plain one")
    parser.add_argument("--speed", type=_speed, default=1.0, help="divides all durations; inf is instant")
    parser.add_argument("--instant", action="store_true", help="everything happens within 0.3 s")
    parser.add_argument("--knob", action="append", default=[], metavar="NAME=VALUE", help="what goes differently")
    parser.add_argument("--until-eof", action="store_true", help="end when standard input is closed")
    for field in fields(Names):
        kind = int if field.name == "port" else str
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=kind)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
