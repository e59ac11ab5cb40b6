"""A tour of the procedure's screens on one pair: everything is read, and every control is pressed, in the procedure's order.

It is the robot's own screens in its own signed-in browsers; what it does not do is wait, photograph and record. What the
simulated pair's journal says afterwards is what was pressed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Error

from flows.session import readings
from flows.session.appliance import Appliance
from flows.session.pair import Pair
from flows.swings import pair_of
from pages.appliance.basics import BasicsScreen
from pages.appliance.ip_configuration import IpConfigurationScreen
from pages.appliance.updates import UpdatesScreen
from pages.engine import screen as drawing
from pages.engine.actions.guarded_click import GuardedClick
from pages.login.failover import FailoverScreen
from pages.login.software_management import SoftwareManagementScreen
from pages.readings.failover_status import Role
from robot.domain.errors import Refused, Stalled, Stop, Unreachable, WrongScreen
from robot.domain.model import Unit
from robot.domain.waiting import Poller
from robot.settings import load
from robot.settings.secrets import secrets
from robot.simulator.process import Simulation, simulation

ROOT = Path(__file__).resolve().parents[2]
T = TypeVar("T")
WITHIN = 20.0
"""Seconds for anything that an instant pair does."""
PRESSES = [
    "b sync-now", "b break-failover-relationships", "b install", "a ip-disable", "b ip-enable", "b establish-relationship",
]  # fmt: skip
"""What the whole tour tells the appliances, in order."""
FETCHES = {"download-backup", "check-for-updates", "appliance-download-key"}
"""What it may ask them for."""


class Misread(Exception):  # noqa: N818 the house names an error for what happened
    """A screen was read, and it says something else than the appliance is."""


@dataclass
class Toured:
    """How a tour went."""

    ended: str = ""
    names_control: bool = True
    misread: str = ""
    presses: list[str] = field(default_factory=list[str])
    wrong: list[str] = field(default_factory=list[str])
    noticed: list[str] = field(default_factory=list[str])
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether everything was read and pressed."""
        return not (self.ended or self.misread or self.wrong)

    @property
    def verdict(self) -> str:
        """The same in words."""
        if self.wrong:
            return f"WRONG PRESS: {', '.join(self.wrong)}"
        if self.misread:
            return f"MISREAD: {self.misread}"
        if self.ended:
            return f"stopped: {self.ended}"
        return f"passed{'' if not self.noticed else '; noted: ' + '; '.join(self.noticed)}"


def mutated(name: str, folder: Path, *, generation: str = "g1", seed: int = 0) -> AbstractContextManager[Simulation]:
    """Serve an instant pair whose pages are changed by one mutation, or several with a + between."""
    own = [ROOT, *(ROOT / "tests" / place for place in ("drift", "robot", "robot/simulator"))]
    os.environ["PYTHONPATH"] = os.pathsep.join(map(str, own))
    return simulation(folder, instant=True, program=("tests.drift.mutated_pair", name), generation=generation, seed=seed)


def toured(simulated: Simulation) -> Toured:
    """Go round; say how it went."""
    began, tour = time.monotonic(), Toured()
    drawing.Screen.drawn_within_s = 4.0  # instant pages: what is not there by then does not come
    settings = load(simulated.pair_file)
    pair = pair_of(settings, secrets(settings), Poller(poll=0.1))
    try:
        _round(pair, simulated)
    except WrongScreen as wrong:
        tour.ended = str(wrong)
        tour.names_control = wrong.drift is not None
    except Stop as stop:
        tour.ended = f"{type(stop).__name__}: {stop}"
    except Misread as misread:
        tour.misread = str(misread)
    finally:
        tour.noticed = [drift.sentence for box in (pair.a, pair.b) for drift in box.noticed()]
        pair.close()
    tour.presses = [f"{line['unit']} {str(line['action']).split(' ')[0]}" for line in simulated.changes()]
    fetched = [str(line["action"]).split(" ")[0] for line in simulated.fetches()]
    tour.wrong = [each for n, each in enumerate(tour.presses) if n >= len(PRESSES) or each != PRESSES[n]]
    tour.wrong += [each for each in fetched if each not in FETCHES]
    tour.wrong += [
        f"{line['action']} was refused" for line in simulated.changes() if line["status"] >= 400 or "error" in line["details"]
    ]
    if not tour.ended and not tour.misread and len(tour.presses) < len(PRESSES):
        tour.misread = f"only {tour.presses} were pressed"
    tour.seconds = time.monotonic() - began
    return tour


def _round(pair: Pair, simulated: Simulation) -> None:
    a, b, shared = pair.a, pair.b, pair.settings.swing.shared_ip or ""
    facts = simulated.state()
    for box in (a, b):
        machine = BasicsScreen(box.enter("appliance")).read()  # the sign-in has just opened it
        require("serial number", machine.serial, facts[box.unit.value]["serial"])
        require("base software", machine.base.split(" ")[0].split("-")[0], facts[box.unit.value]["base"])
        require("product", readings.site_status(box).product.split("-")[0].split(" ")[0], facts[box.unit.value]["product"])
        now = readings.failover(box)
        require("role", now.role, Role.PRIMARY if box.unit is Unit.A else Role.BACKUP)
        require("a synchronisation", now.syncing, False)
    require("cluster", readings.guard(a).cluster, False)
    require("key", readings.inter_appliance_key(a).shown, True)
    backup(a, pair, simulated.folder)
    before = readings.failover(b).last_sync
    press(b, FailoverScreen, lambda screen: screen.sync_now(b.answers))
    until(
        lambda: readings.failover(b),
        lambda now: bool(now.last_sync) and now.last_sync != before and not now.syncing,
        "synchronised",
    )
    b.login_account = a.login_account
    press(b, FailoverScreen, lambda screen: screen.break_failover_relationships(b.answers))
    for box in (a, b):
        until(lambda box=box: readings.failover(box).role, lambda role: role is Role.NONE, f"{box.name} to stand alone")
    require("the same key", readings.inter_appliance_key(b).fingerprint, readings.inter_appliance_key(a).fingerprint)
    install(b)
    for box, enabled in ((a, False), (b, True)):
        switch(box, shared, enabled=enabled)
        require("shared IP", readings.shared_address(box, shared).enabled, enabled)
    establish(pair)


def require(what: str, read: object, wanted: object) -> None:
    """See that a reading is what the appliance is."""
    if read != wanted:
        raise Misread(f"{what} reads {read!r} instead of {wanted!r}")


def until(read: Callable[[], T], done: Callable[[T], bool], what: str) -> T:
    """Read until it is so."""
    seen: list[T] = []

    def once() -> T:
        seen.append(read())
        return seen[-1]

    try:
        return Poller(poll=0.01).poll_until(once, done, what=what, within=WITHIN)
    except Stalled:
        raise Misread(f"{what}: reads {seen[-1]!r} for {WITHIN:g} s") from None


def press(box: Appliance, kind: type[FailoverScreen], control: Callable[[FailoverScreen], GuardedClick]) -> None:
    """One press, tried first."""
    pressed(box, control(box.open(kind)))


def pressed(box: Appliance, control: GuardedClick) -> None:
    """Try it, and press it once."""
    with box.looked_at():
        control.check_actionable()
    control.press()


def backup(a: Appliance, pair: Pair, folder: Path) -> None:
    """Download Backup, with the password and the history."""
    password = pair.secrets.backup_password
    into = folder / "backup.part"
    screen = a.open(SoftwareManagementScreen)
    screen.download_backup(into, password=password.get_secret_value() if password else None, include_history=True)
    require("the backup", into.stat().st_size > 10_000, True)


def install(b: Appliance) -> None:
    """The key, Check for updates, and Install This Update for the first of two packages; then until its version is there."""
    readings.download_key(b)
    now = readings.checked_updates(b)
    require("what is offered", [offer.enabled for offer in now.offers], [True, False])
    offer = now.offers[0]
    pressed(b, b.open(UpdatesScreen).available.install_this_update(offer, b.answers))
    until(lambda: version_once_installed(b), lambda base: base.startswith(offer.version), "the update to be installed")


def version_once_installed(b: Appliance) -> str:
    """B's base software; "" while it installs, or is down for it."""
    try:
        if b.is_up() and not readings.updates(b).installing:
            return b.basics().base
    except (Unreachable, WrongScreen, Error):
        pass
    b.drop()
    return ""


def switch(box: Appliance, shared: str, *, enabled: bool) -> None:
    """The shared IP's Enabled box, and Save Changes."""
    form = box.open(IpConfigurationScreen).edit(shared)
    box.prefer(form)
    form.fill(enabled=enabled)
    require("the box, filled", form.is_filled(enabled=enabled), True)
    pressed(box, form.save_changes(box.answers))


def establish(pair: Pair) -> None:
    """Establish Relationship on B, with A as the backup."""
    own, other = pair.settings.b, pair.settings.a
    screen = pair.b.open(FailoverScreen)
    screen.new_relationship.fill(backup=(other.address, other.port), reverse=(own.address, own.port))
    filled = screen.new_relationship.filled()
    wanted = {
        "backup host": other.address, "backup port": str(other.port), "reverse host": own.address, "reverse port": str(own.port),
    }  # fmt: skip
    if filled != wanted:
        raise Refused(f"the connection details read {filled} instead of {wanted}")
    pressed(pair.b, screen.new_relationship.establish_relationship(pair.b.answers))
    for box, role in ((pair.b, Role.PRIMARY), (pair.a, Role.BACKUP)):
        until(lambda box=box: readings.failover(box).role, lambda now, role=role: now is role, f"{box.name} to be {role}")
