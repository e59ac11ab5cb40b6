"""The updates of one appliance: which are offered, what each requires, and how an installation runs.

State machine (ui.md 10.3): idle -> checked, with packages enabled or greyed out -> downloading -> installing -> (base
software only: nobody answers, then 502) -> idle with the new version. One install at a time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from robot.simulator.appliances.appliance import Appliance, Power
from robot.simulator.domain.clock import Agenda, Entry, Pace, Span
from robot.simulator.domain.names import Names, build_of, parts, shown
from robot.simulator.faults.knobs import Knobs, at


@dataclass(frozen=True)
class Package:
    """One update, base software or site software."""

    kind: Literal["base", "site", "patch"]
    version: str
    requires_base: str = ""
    requires_product: str = ""
    name: str = ""

    @property
    def number(self) -> str:
        """Its name in forms and journals."""
        return f"{self.kind}-{self.version or PATCH}"

    @property
    def title(self) -> str:
        """Its name on the page."""
        if self.name:
            return self.name
        return f"Base Software {self.version}" if self.kind == "base" else f"Bomgar Remote Support {self.version}"

    @property
    def build(self) -> int:
        """Its build number."""
        return build_of(self.version or self.name)

    @property
    def description(self) -> str:
        """One sentence about it."""
        if self.kind == "patch":
            return "A security patch. The version stays as it is."
        if self.kind == "base":
            return "Updates the appliance's base software. The appliance will be unreachable while it restarts."
        return "Updates the site's software. The site will be unavailable during the installation."

    def installed_on(self, appliance: Appliance) -> bool:
        """Say whether this package or a newer one is installed."""
        if self.kind == "patch":
            return PATCH in appliance.patches
        return parts(appliance.base if self.kind == "base" else appliance.product) >= parts(self.version)

    def needs_first(self, appliance: Appliance) -> str:
        """What must be installed before it, in the page's words; empty when nothing."""
        if self.requires_base and parts(appliance.base) < parts(self.requires_base):
            return f"Requires Base Software {self.requires_base} to be installed first"
        if self.requires_product and parts(appliance.product) < parts(self.requires_product):
            return f"Requires Bomgar Remote Support {self.requires_product} to be installed first"
        return ""


PATCH = "BT26-02-RS"
"""The patch, as an advisory is called after which it is named."""


def catalogue(names: Names, hops: int, patch: str = "") -> tuple[Package, ...]:
    """Make the packages between the old version and the target, in order; before them the patch, where there is one."""
    if patch:
        long = patch == "beside_target"
        title = f"{PATCH} Security Patch for Bomgar Remote Support {names.target_version}" if long else PATCH
        return (Package("patch", "", name=title), *(() if patch == "alone" else catalogue(names, hops)))
    if hops == 1:
        return (Package("site", names.target_version),)
    base = Package("base", names.target_base)
    if hops == 2:
        return (base, Package("site", names.target_version, requires_base=names.target_base))
    between = names.stepping_stone()
    return (
        base,
        Package("site", between, requires_base=names.target_base),
        Package("site", names.target_version, requires_base=names.target_base, requires_product=between),
    )


class Phase(StrEnum):
    """The phase of an installation."""

    IDLE = "idle"
    DOWNLOADING = "Downloading"
    INSTALLING = "Installing"
    REBOOTING = "Restarting"


_EMPTY = {
    "": "No updates available",
    "current": "Your software is up to date.",
    "downloaded": "This update was already downloaded.",
    "not built": "No build has been prepared for this appliance.",
    "maintenance": "Your maintenance contract has expired. Please renew it.",
}
"""What an empty list may say of itself; the words are not documented."""


class Updates:
    """/appliance > Support > Updates of one appliance."""

    def __init__(
        self,
        appliance: Appliance,
        packages: tuple[Package, ...],
        shared_ip: str,
        agenda: Agenda,
        pace: Pace,
        knobs: Knobs,
        changed: Callable[[], None],
    ) -> None:
        self.packages = packages
        self.offered: tuple[Package, ...] = ()
        self.checked = False
        self.message = ""
        self.phase = Phase.IDLE
        self.package: Package | None = None
        self.site_epoch = 0  # grows when sign-ins to /login are lost
        self.base_epoch = 0  # grows when sign-ins to /appliance are lost
        self._gone: set[str] = set()
        self._appliance = appliance
        self._shared_ip = shared_ip
        self._agenda = agenda
        self._pace = pace
        self._knobs = knobs
        self._changed = changed
        self._phase_began = 0.0
        self._phase_takes = 0.0
        self._next: Entry | None = None

    @property
    def busy(self) -> bool:
        """Whether an install is under way."""
        return self.phase is not Phase.IDLE

    @property
    def percent(self) -> int:
        """The progress of the present phase in percent; below 100 until it is over."""
        if not self.busy or not self._phase_takes:
            return 0
        return min(99, int(100 * (self._agenda.now() - self._phase_began) / self._phase_takes))

    def check(self) -> bool:
        """Ask the vendor's server for updates; say whether it answered."""
        if at(self._knobs.check_fails, self._appliance.unit):
            self.checked, self.offered = False, ()
            self.message = "An error occurred checking for updates. The update server could not be contacted."
            return False
        self.checked = True
        self.offered = () if at(self._knobs.not_offered, self._appliance.unit) else self.outstanding()
        if self._knobs.empty_because:
            self.offered = ()
        self.message = "" if self.offered else _EMPTY[self._knobs.empty_because]
        return True

    def outstanding(self) -> tuple[Package, ...]:
        """List what could be offered: not installed, and not downloaded before (the guide's note)."""
        return tuple(p for p in self.packages if not p.installed_on(self._appliance) and p.number not in self._gone)

    def needs_first(self, package: Package) -> str:
        """What must be installed before a package, in the page's words; empty when nothing."""
        if self.waits_for_patch(package):
            return "This package is not available"
        if package is self.packages[-1] and at(self._knobs.target_greyed, self._appliance.unit):
            return "Requires Base Software 99.1.0 to be installed first"
        return package.needs_first(self._appliance)

    def waits_for_patch(self, package: Package) -> bool:
        """Say whether the package needs the patch first, which the page does not mention."""
        waits = self._knobs.patch == "greys_target" and package is self.packages[-1]
        return waits and PATCH not in self._appliance.patches

    def find(self, number: str) -> Package | None:
        """Return the package of that name among all that were made for this appliance."""
        return next((package for package in self.packages if package.number == number), None)

    def install(self, number: str, *, by_hand: bool = False) -> str | None:
        """Begin an installation.

        Args:
            number: the package's name.
            by_hand: its file was uploaded, so that it need not have been offered.

        Returns:
            An error message where that cannot be.
        """
        package = self.find(number)
        if at(self._knobs.disk_full, self._appliance.unit):
            return "There is not enough free disk space to download this update."
        if self.busy:
            return "Another update is being installed."
        if package is None or (not by_hand and package not in self.offered) or package.installed_on(self._appliance):
            return "This update is not available."
        if needed := self.needs_first(package):
            return f"{needed}."
        self.package = package
        self.message = ""
        self._begin(Phase.DOWNLOADING, Span.DOWNLOAD_BASE if package.kind == "base" else Span.DOWNLOAD_SITE)
        return None

    def knobs_changed(self) -> None:
        """Continue an installation that was stuck, or make a running one get stuck."""
        stuck = at(self._knobs.install_stuck, self._appliance.unit)
        if self.phase is Phase.INSTALLING and stuck and self._next is not None:
            self._next.cancel()
            self._next = None
        elif self.phase is Phase.INSTALLING and not stuck and self._next is None:
            self._next = self._agenda.after(self._phase_takes, self._installed)

    def reboot(self) -> None:
        """Restart without an installation, as another person may do."""
        self._go_down()

    def _begin(self, phase: Phase, span: Span) -> None:
        self.phase = phase
        self._phase_began = self._agenda.now()
        self._phase_takes = self._pace.of(span)
        following = {Phase.DOWNLOADING: self._downloaded, Phase.INSTALLING: self._installed}[phase]
        stuck = phase is Phase.INSTALLING and at(self._knobs.install_stuck, self._appliance.unit)
        self._next = None if stuck else self._agenda.after(self._phase_takes, following)
        self._changed()

    def _downloaded(self) -> None:
        if self.package is None:
            return
        self._gone.add(self.package.number)
        self._appliance.site_down = self.package.kind != "patch"
        self.site_epoch += 1
        self._begin(Phase.INSTALLING, Span.INSTALL_BASE if self.package.kind == "base" else Span.INSTALL_SITE)

    def _installed(self) -> None:
        package = self.package
        if package is None:
            return
        self.offered = tuple(other for other in self.offered if other != package)
        if at(self._knobs.install_fails, self._appliance.unit):
            self.message = f"An error occurred installing {package.title}. Please contact Bomgar Support."
            self._done()
        elif package.kind == "base":
            self.phase = Phase.REBOOTING
            self._go_down()
        elif package.kind == "patch":
            self._appliance.patches.add(PATCH)
            self.message = f"{PATCH} has been installed." if self._knobs.patch_told == "message" else ""
            self._done()
        else:
            self._appliance.product = package.version
            self.message = f"{package.title} has been installed."
            self._done()

    def forget_sign_ins(self) -> None:
        """End every session on /appliance."""
        self.base_epoch += 1

    def _go_down(self) -> None:
        self._appliance.power = Power.REFUSING
        self._appliance.site_down = True
        if not at(self._knobs.stays_down, self._appliance.unit):
            self._agenda.after(self._pace.of(Span.REBOOT_REFUSED), self._half_way_back)
        self._changed()

    def _half_way_back(self) -> None:
        self._appliance.power = Power.BAD_GATEWAY
        self._agenda.after(self._pace.of(Span.REBOOT_BAD_GATEWAY), self._back)
        self._changed()

    def _back(self) -> None:
        self._appliance.power = Power.UP
        self._appliance.booted_at = self._agenda.now()
        self.site_epoch += 1
        self.base_epoch += 1
        if self.package is not None and at(self._knobs.install_rolled_back, self._appliance.unit):
            self._gone.discard(self.package.number)
            self.offered = self.outstanding()
        elif self.package is not None:
            self._appliance.base = self.package.version
            self.message = f"{self.package.title} has been installed."
        self._done()

    def _done(self) -> None:
        self._appliance.site_down = False
        self.phase = Phase.IDLE
        if self.package is not None and at(self._knobs.install_enables_shared_ip, self._appliance.unit):
            self._appliance.interfaces[self._shared_ip].enabled = True
        self.package = None
        self._changed()

    @property
    def installed_versions(self) -> str:
        """Both versions as the page shows them."""
        return f"Bomgar {shown(self._appliance.product)}, Base {self._appliance.base}"
