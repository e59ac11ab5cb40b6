"""/appliance of one appliance: the machine's administration (ui.md 2.2, 3.10 to 3.17)."""

import secrets
from collections.abc import Mapping
from datetime import timedelta

from robot.simulator.appliances.accounts import Accounts
from robot.simulator.appliances.appliance import Interface as Address
from robot.simulator.appliances.appliance import Power
from robot.simulator.appliances.pair import Pair
from robot.simulator.appliances.updates import Package, Phase
from robot.simulator.domain.names import UNITS, Unit, build_of, shown
from robot.simulator.faults.knobs import at as knob_at
from robot.simulator.pages.downloads import console_installer
from robot.simulator.pages.interface import Interface
from robot.simulator.pages.screens import Outcome, Screen, Visit, forbidden, nothing

REFRESH_SECONDS = 2


class AppliancePages(Interface):
    """The machine's administration."""

    folder = "appliance"
    prefix = "/appliance"
    cookie = "nsbase_session"
    product = "Bomgar Appliance"

    def __init__(self, pair: Pair, unit: Unit) -> None:
        super().__init__(pair, unit)
        self._screens = {screen.template: screen for screen in self._all_screens()}

    @property
    def accounts(self) -> Accounts:
        """The accounts of the machine, which no sync touches."""
        return self.appliance.appliance_accounts

    @property
    def epoch(self) -> int:
        """Sign-ins are lost when the machine restarts."""
        return self.updates.base_epoch

    @property
    def screens(self) -> Mapping[str, Screen]:
        """The pages that do something or show more than their template says."""
        return self._screens

    def _all_screens(self) -> list[Screen]:
        return [
            Screen(
                "basics",
                self._basics,
                {
                    "basics[reboot]": forbidden("Reboot This Appliance"),
                    "basics[shutdown]": forbidden("Shut Down This Appliance"),
                },
            ),
            Screen("ip_configuration", self._ip_configuration, {"ip[save]": self._save_ip, "ip[add]": self._add_ip}),
            Screen("certificates", self._certificates),
            Screen("appliance_administration", nothing, {"admin[reset]": forbidden("Reset Admin Account")}),
            Screen("utilities", nothing, {"tcp[test]": self._tcp_connection_test}),
            Screen(
                "updates",
                self._updates,
                {
                    "updates[check]": self._check,
                    "updates[install]": self._install,
                    "updates[agree]": self._install,
                    "updates[upload]": self._update_software,
                    "automatic[save]": self._save_automatic_updates,
                },
                {"key": self._download_key, "installers": self._rep_console_installers},
            ),
        ]

    # -- Status, Security ------------------------------------------------------------------------------------------

    def _basics(self, _visit: Visit) -> dict[str, object]:
        up = timedelta(seconds=int(self.pair.agenda.now() - self.appliance.booted_at))
        return {
            "uptime": f"{up.days} days, {up.seconds // 3600:02}:{up.seconds // 60 % 60:02}:{up.seconds % 60:02}",
            "system_time": f"{self.utc():%Y-%m-%d %H:%M:%S} UTC",
            "base_build": build_of(self.appliance.base),
            "version": shown(self.appliance.product),
            "hostname": self.pair.hostname(self.unit),
        }

    def _certificates(self, _visit: Visit) -> dict[str, object]:
        expires = self.pair.began + timedelta(days=365)
        return {"hostname": self.pair.hostname(self.unit), "expires": f"{expires:%Y-%m-%d}"}

    # -- Networking > IP Configuration -----------------------------------------------------------------------------

    def _ip_configuration(self, visit: Visit) -> dict[str, object]:
        interfaces = dict(self.appliance.interfaces)
        if knob_at(self.pair.knobs.ip_unlisted, self.unit):
            del interfaces[self.pair.addresses.shared]
        edited = interfaces.get(visit.query("edit") or visit.value("ip[was]"))
        adding = bool(visit.query("add"))
        if adding:
            edited = Address("", enabled=True)
        again = knob_at(self.pair.knobs.ip_second_save, self.unit)
        asks = (
            "The licence of this appliance has expired. Shut down now?" if knob_at(self.pair.knobs.ip_dialog, self.unit) else ""
        )
        return {"interfaces": interfaces.values(), "edited": edited, "adding": adding, "again": again, "asks": asks}

    def _save_ip(self, visit: Visit) -> Outcome:
        was, ip = visit.value("ip[was]"), visit.value("ip[address]")
        interface = self.appliance.interfaces.get(was)
        if interface is None or was != ip:
            return Outcome(f"ip-save {was}", {"address": ip}, error="This address cannot be changed.")
        enabled = visit.ticked("ip[enabled]")
        if ip == self.appliance.address and not enabled:
            # Ours: a real one would cut this very connection and stay away (ui.md 3.13).
            return Outcome(f"ip-disable {ip}", error="The appliance's unique address must remain enabled.")
        if knob_at(self.pair.knobs.ip_save_fails, self.unit):
            action = f"ip-{'enable' if enabled else 'disable'} {ip}"
            return Outcome(action, {"enabled": enabled}, error="The network interface could not be configured.")
        interface.subnet_mask, interface.telnet = visit.value("ip[mask]"), visit.value("ip[telnet]")
        action = self.pair.set_ip(self.unit, ip, enabled=enabled)
        if knob_at(self.pair.knobs.ip_save_drops, self.unit):
            self.pair.on_drop(self.unit)
        return Outcome(action, {"enabled": enabled}, notice="Your changes have been saved.")

    def _add_ip(self, visit: Visit) -> Outcome:
        ip = visit.value("ip[address]")
        return Outcome(f"ip-add {ip}", error="The simulated network has no place for another address.")

    # -- Support > Utilities ---------------------------------------------------------------------------------------

    def _tcp_connection_test(self, visit: Visit) -> Outcome:
        host, port = visit.value("tcp[host]"), visit.value("tcp[port]")
        at = self.pair.addresses
        answering = {at.of(u) for u in UNITS if self.pair.appliances[u].power is not Power.REFUSING}
        if self.pair.shared.holder is not None:
            answering.add(at.shared)
        blocked = host != self.appliance.address and knob_at(self.pair.knobs.peer_blocked, self.unit)
        reached = host in answering and port == str(at.port) and not blocked
        words = f"Connection to {host} port {port} {'succeeded' if reached else 'failed'}."
        details = {"host": host, "port": port, "reached": reached}
        return Outcome("tcp-connection-test", details, notice=words, fetch=True)

    # -- Support > Updates -----------------------------------------------------------------------------------------

    def _updates(self, visit: Visit) -> dict[str, object]:
        updates = self.updates
        agreement = updates.find(visit.query("agreement"))
        return {
            "busy": updates.busy,
            "installing": updates.package,
            "phase": updates.phase.value,
            "percent": updates.percent if updates.phase is Phase.DOWNLOADING else None,
            "refresh": REFRESH_SECONDS,
            "checked": updates.checked,
            "message": updates.message,
            "offers": [(package, updates.needs_first(package)) for package in updates.offered],
            "unsaid": [package for package in updates.offered if updates.waits_for_patch(package)],
            "patches": sorted(self.appliance.patches) if self.pair.knobs.patch_told == "list" else [],
            "automatic": knob_at(self.pair.knobs.automatic_updates, self.unit),
            "agreement": agreement,
            "unanswered": visit.query("unanswered"),
            "confirm": self.pair.knobs.install_dialog,
            "installers": self.pair.knobs.rep_console_installers and updates.checked,
            "installer_version": (updates.offered[-1].version if updates.offered else "") or self.appliance.product,
            "download_key": self.appliance.download_key,
        }

    def _check(self, _visit: Visit) -> Outcome:
        if self.updates.busy:
            return Outcome("check-for-updates", error="An update is being installed.", fetch=True)
        answered = self.updates.check()
        offered = [package.title for package in self.updates.offered]
        error = "" if answered else self.updates.message
        return Outcome("check-for-updates", {"offered": offered}, error=error, fetch=True)

    def _save_automatic_updates(self, visit: Visit) -> Outcome:
        return Outcome("save-automatic-updates", {"critical": visit.ticked("automatic[critical]")}, notice="Changes saved.")

    def _install(self, visit: Visit) -> Outcome:
        number = visit.value("updates[package]")
        package = self.updates.find(number)
        if self.pair.knobs.download_agreement and "updates[agree]" not in visit.form:
            return Outcome("download-agreement-shown", {"package": number}, fetch=True, query=f"?agreement={number}")
        details = {"method": "automatic"}
        if self.pair.knobs.download_agreement:
            details |= {"name": visit.value("updates[contact]"), "email": visit.value("updates[email]")}
            if not (details["name"] and details["email"]):
                return Outcome("download-agreement-refused", fetch=True, query=f"?agreement={number}&unanswered=1")
        error = self.updates.install(number)
        return Outcome(f"install {_called(package, number)}", details, error=error or "")

    def _update_software(self, visit: Visit) -> Outcome:
        """Accept the files that were written to ``updates/`` for this appliance, and nothing else."""
        upload = visit.file("updates[file]")
        content = upload.file.read(4096).decode(errors="replace").split() if upload is not None else []
        if len(content) != 3 or content[:2] != ["SIMULATED-UPDATE", self.appliance.serial]:
            error = "The uploaded file is not a valid update for this appliance."
            return Outcome("install an unknown file", {"method": "manual"}, error=error)
        package = self.updates.find(content[2])
        error = self.updates.install(content[2], by_hand=True) or ""
        return Outcome(f"install {_called(package, content[2])}", {"method": "manual"}, error=error)

    def _download_key(self, _visit: Visit) -> Outcome:
        if self.appliance.makes_download_keys and not self.appliance.download_key:
            self.appliance.download_key = secrets.token_hex(16)
        return Outcome("appliance-download-key", fetch=True)

    def _rep_console_installers(self, visit: Visit) -> Outcome:
        version, knobs = str(self._updates(visit)["installer_version"]), self.pair.knobs
        answer = console_installer(version, knobs.console_fault if knob_at(knobs.file_fault_at, self.unit) else "")
        return Outcome("rep-console-installers", {"version": version}, fetch=True, answer=answer)


def _called(package: Package | None, number: str) -> str:
    return package.title if package is not None else f"unknown {number!r}"
