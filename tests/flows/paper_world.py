"""A simulated pair on paper: the simulator's own model, driven directly, with one clock for it and for the run that waits."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from robot.domain.errors import Unreachable
from robot.simulator import folder as simulated_folder
from robot.simulator.appliances.appliance import Appliance, Power
from robot.simulator.appliances.other_administrator import OtherAdministrator
from robot.simulator.appliances.pair import Addresses, Pair
from robot.simulator.domain.clock import Pace
from robot.simulator.domain.journal import CHANGES, SERVING, Journal
from robot.simulator.domain.names import UNITS, Names, Unit
from robot.simulator.faults.knobs import Knobs
from robot.simulator.pages.site_pages import SitePages

ROBOT = "robot"
"""The account under which the journal knows the robot's presses."""
ObservedState = dict[tuple[Unit, str], str]
"""What stands on each appliance: (unit, fact) to value."""
SKIP = '[smoke]\nskip = "on paper"\n'
"""What leaves the smoke checks out of a run on paper."""
A_PAGE = 0.25
"""Seconds that a page takes to come, as through a browser."""


class Killed(BaseException):
    """The plug was pulled; for tests to raise where a run passes."""


@dataclass
class PaperClock:
    """A clock that stands still until somebody waits."""

    passed: float = 1_000_000.0
    began: datetime = field(default_factory=lambda: datetime(2026, 12, 1, 22, tzinfo=UTC))

    def monotonic(self) -> float:
        return self.passed

    def utc(self) -> datetime:
        return self.began + timedelta(seconds=self.passed)


class World:
    """The simulated pair of one test: what it is told, what others do to it, and what becomes of it while somebody waits."""

    def __init__(self, names: Names | None = None, knobs: dict[str, object] | None = None, *, speed: float = math.inf) -> None:
        self.clock = PaperClock()
        self.journal = Journal(self.clock)
        self.knobs = Knobs()
        self.knobs.change(knobs or {})
        at = Addresses("127.9.9.12", "127.9.9.13", "127.9.9.20", 443)
        self.pair = Pair(replace(names or Names(), port=at.port), self.knobs, at, self.clock, Pace(speed), self.journal)
        self.pressed: list[tuple[Unit, str, ObservedState]] = []
        self.licences: dict[Unit, dict[str, int]] = {unit: {"Jump Client Licenses": 500} for unit in UNITS}
        self.name_leads_to: tuple[str, ...] = ()
        """Where this machine's resolver leads the site's name; empty: to the shared IP."""
        self._site_pages = {unit: SitePages(self.pair, unit) for unit in UNITS}

    @property
    def shared(self) -> str:
        """The shared IP."""
        return self.pair.addresses.shared

    def sleep(self, seconds: float) -> None:
        """Let time pass, and everything happen whose time has come."""
        self.clock.passed += seconds
        self.pair.agenda.run_due()

    def killed_after(self, pages: int) -> None:
        """Let the process that reads the pair be killed at one of the next pages."""
        sleep, left = self.sleep, [None] * pages

        def counted(seconds: float) -> None:
            if not left:
                self.sleep = sleep
                raise Killed
            left.pop()
            sleep(seconds)

        self.sleep = counted

    def wait(self, seconds: float) -> None:
        """Let a longer time pass."""
        while seconds > 0:
            self.sleep(min(seconds, 0.5))
            seconds -= 0.5

    def write(self, folder: Path) -> Path:
        """Write the pair file and its credentials; give the pair file."""
        folder.mkdir(parents=True)
        simulated_folder.write(folder, self.pair, b"no certificate stands behind paper\n")
        pair_file = folder / simulated_folder.PAIR_FILE
        text = pair_file.read_text(encoding="utf-8").replace('[smoke]\nskip = "an instant pair"\n', "")
        pair_file.write_text(f"{text}\n{SKIP}", encoding="utf-8")  # another process has nothing to look at on paper
        return pair_file

    def menu(self, unit: Unit) -> list[tuple[str, str]]:
        """The menu of `/login` as it is now: (tab, entry) each."""
        return [(screen.tab, screen.name) for screen in self._site_pages[unit].menu()]

    def alerts(self, unit: Unit) -> tuple[str, ...]:
        """What its Failover page shows of failover alerts."""
        return tuple(self._site_pages[unit].alerts())

    def answering(self, address: str, interface: str) -> Appliance:
        """Who answers at an address.

        Raises:
            Unreachable: nobody, or nobody who is ready.
        """
        at = self.pair.addresses
        unit = {at.a: "a", at.b: "b", at.shared: self.pair.shared.holder}[address]
        appliance = next((each for name, each in self.pair.appliances.items() if name == unit), None)
        if appliance is None or appliance.power is Power.REFUSING:
            raise Unreachable(f"{address} port {at.port} does not answer")
        if appliance.power is Power.BAD_GATEWAY or (interface != "appliance" and not appliance.site_running):
            raise Unreachable(f"{address} /{interface} answers 503: it is not ready")
        return appliance

    def stand(self) -> ObservedState:
        """How both stand, as anybody could read it: the whole truth of what an upgrade relies on."""
        found: ObservedState = {}
        for unit in UNITS:
            appliance, role = self.pair.appliances[unit], self.pair.relationship.roles[unit].value
            found |= {
                (unit, "role"): "conflict" if self.pair.relationship.conflict else role,
                (unit, "shared IP"): "enabled" if appliance.has_enabled(self.shared) else "disabled",
                (unit, "product"): appliance.product,
                (unit, "base"): appliance.base,
                (unit, "install"): "under way" if self.pair.updates[unit].busy else "none",
            }
        return found

    def press(self, unit: Unit, deed: Callable[[], tuple[str, str | None]]) -> None:
        """Let the robot press something: `deed` does it and says what it was, and the error it met."""
        stood = self.stand()
        action, error = deed()
        self.pressed.append((unit, action, stood))
        details = {"error": error} if error else None
        self.journal.change(unit, ROBOT, action, status=400 if error else 200, details=details)
        self.sleep(A_PAGE)

    def fetch(self, unit: Unit, action: str) -> None:
        """Let the robot ask for something that alters nothing."""
        self.journal.fetch(unit, ROBOT, action, status=200)
        self.sleep(A_PAGE)

    def act(self, unit: Unit, action: str) -> str:
        """Let somebody else do something; an error text where it could not be done."""
        appliance, names = self.pair.appliances[unit], self.pair.names
        if action == "revert":
            appliance.product, appliance.base, appliance.booted_at = names.from_version, names.from_base, self.clock.monotonic()
            return ""
        if action == "sign-in":
            account = self.pair.secrets.login[unit]
            return "" if appliance.login_accounts.sign_in(account.username, account.password)[0] else "rejected"
        return OtherAdministrator(self.pair, unit).act(action)

    @property
    def presses(self) -> list[tuple[Unit, str]]:
        """What the appliances were told by the robot, in order."""
        return [(unit, action) for unit, action, _ in self.pressed]

    def presses_by_others(self) -> list[tuple[object, object]]:
        """What the appliances were told by anybody else, in order."""
        lines = self.journal.lines[CHANGES]
        return [(line["unit"], line["action"]) for line in lines if line["account"] != ROBOT]

    def serving(self) -> list[tuple[float, bool]]:
        """Who served on the shared address over time: (when, whether anybody did) each."""
        return [(float(str(line["monotonic"])), line["serving"] != "none") for line in self.journal.lines[SERVING]]
