"""/login of one appliance: the site's administration (ui.md 2.2, 3.2 to 3.9)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from starlette.responses import HTMLResponse, Response

from robot.simulator.appliances.accounts import Accounts
from robot.simulator.appliances.pair import Pair
from robot.simulator.appliances.relationship import Connection, Role
from robot.simulator.domain.names import UNITS, Unit, peer_of, shown
from robot.simulator.faults.knobs import at
from robot.simulator.pages.downloads import console_installer, half_a_backup, short_backup, site_backup, vault_key
from robot.simulator.pages.interface import Interface
from robot.simulator.pages.screens import Outcome, Screen, Visit, forbidden, nothing

_BREAK = "Are you sure you want to break the failover relationships between these site instances?"
_ODD = "The failover licence of this appliance has expired. Shut down this appliance now?"
STATUS_CHECK_EVERY = 30  # seconds between the relationship's status checks; the real figure is not documented


def when(moment: datetime | None) -> str:
    """Return a time as the pages show it; the real format is not documented (ui.md 11.2)."""
    return "Never" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S} UTC"


class SitePages(Interface):
    """The site's administration."""

    folder = "site"
    prefix = "/login"
    cookie = "ns_s"
    product = "Bomgar Remote Support"

    def __init__(self, pair: Pair, unit: Unit) -> None:
        super().__init__(pair, unit)
        self._options: dict[str, str] = {
            "minimum_length": "8",
            "default_expiration": "90",
            "lockout_after": "3",
            "lockout_duration": "0",
            "idle_logout": "0",
        }
        self._screens = {screen.template: screen for screen in self._all_screens()}

    @property
    def accounts(self) -> Accounts:
        """The site's accounts, which a data sync carries over."""
        return self.appliance.login_accounts

    @property
    def epoch(self) -> int:
        """Sign-ins are lost with each install."""
        return self.updates.site_epoch

    def menu(self) -> list[Screen]:
        """A backup has lost its extraneous tabs (the guide)."""
        hosted = self.pair.knobs.cloud
        if self.pair.relationship.roles[self.unit] is Role.BACKUP and not hosted:
            return self.placed("backup")
        gone = {"failover", "cluster"} if hosted else {"hosted"}
        return [screen for screen in self.placed("site") if screen.template not in gone]

    @property
    def landing(self) -> Screen:
        """Status; or after an update What's New (ui.md 3.1, recalled)."""
        news = self.pair.knobs.lands_on_news and self.appliance.product == self.pair.names.target_version
        menu = self.menu()
        return next((screen for screen in menu if news and screen.template == "whats_new"), menu[0])

    @property
    def screens(self) -> Mapping[str, Screen]:
        """The pages that do something or show more than their template says."""
        return self._screens

    def _all_screens(self) -> list[Screen]:
        console = {"console": self._console}
        return [
            Screen("information", self._information, {"site[restart]": forbidden("Restart Bomgar Software")}),
            Screen("my_account", nothing, links=console),
            Screen("consoles", nothing, links=console),
            Screen(
                "software_management",
                nothing,
                {
                    "backup[download]": self._download_backup,
                    "vault[download]": self._download_vault_key,
                    "restore[upload]": forbidden("Upload Backup"),
                },
            ),
            Screen("security", self._security, {"security[save]": self._save_security}),
            Screen(
                "cluster",
                nothing,
                {"cluster[sync]": self._cluster_sync, "cluster[disband]": forbidden("Disband Cluster")},
            ),
            Screen(
                "failover",
                self._failover,
                {
                    "failover[sync]": self._sync_now,
                    "failover[break]": self._break,
                    "failover[become]": self._become,
                    "failover[fix]": forbidden("Fix This Error"),
                    "failover[establish]": self._establish,
                    "instance[save]": self._save_instance,
                    "settings[save]": self._save_backup_settings,
                },
            ),
            Screen("api_configuration", nothing, {"api[save]": self._save_api}),
        ]

    # -- Status > Information --------------------------------------------------------------------------------------

    def _information(self, _visit: Visit) -> dict[str, object]:
        left = timedelta(days=-10 if at(self.pair.knobs.maintenance_lapsed, self.unit) else 200)
        return {
            "state": self.pair.knobs.site_status if at(self.pair.knobs.site_status_at, self.unit) else "Running",
            "version": shown(self.appliance.product),
            "hostname": self.pair.hostname(self.unit),
            "maintenance": f"{self.pair.began + left:%Y-%m-%d}",
        }

    # -- Management > Software Management --------------------------------------------------------------------------

    def _console(self, _visit: Visit) -> Outcome:
        """The console that belongs to what runs now (ui.md 3.2: on My Account in g1 and g2, then on Consoles & Downloads)."""
        version, knobs = self.appliance.product, self.pair.knobs
        answer = console_installer(version, knobs.console_fault if at(knobs.file_fault_at, self.unit) else "")
        return Outcome("rep-console", {"version": version}, fetch=True, answer=answer)

    def _download_backup(self, visit: Visit) -> Outcome:
        details = {"history": visit.ticked("backup[history]"), "password": bool(visit.value("backup[password]"))}
        if self.look.generation.confirms_password and visit.value("backup[password]") != visit.value("backup[confirm]"):
            return Outcome("download-backup", details, error="The passwords do not match.", fetch=True)
        if at(self.pair.knobs.backup_is_html, self.unit):
            answer: Response = HTMLResponse("<html><body><h1>Your session has expired.</h1></body></html>")
        elif at(self.pair.knobs.disk_full, self.unit):
            said = "The backup could not be created: there is not enough free disk space."
            return Outcome("download-backup", details, error=said, fetch=True)
        elif at(self.pair.knobs.backup_is_short, self.unit):
            answer = short_backup()
        elif at(self.pair.knobs.backup_breaks_off, self.unit):
            answer = half_a_backup(self.appliance.serial)
        else:
            answer = site_backup(self.appliance.serial, shown(self.appliance.product), self.pair.agenda.utc())
        return Outcome("download-backup", details, fetch=True, answer=answer)

    def _download_vault_key(self, _visit: Visit) -> Outcome:
        return Outcome("download-vault-key", fetch=True, answer=vault_key(self.appliance.serial))

    def _save_api(self, visit: Visit) -> Outcome:
        return Outcome("save-api", {"enabled": visit.ticked("api[enabled]")}, notice="Changes saved.")

    # -- Management > Failover -------------------------------------------------------------------------------------

    def _failover(self, visit: Visit) -> dict[str, object]:
        relationship = self.pair.relationship
        role = relationship.roles[self.unit]
        now = self.utc()
        peer = self.pair.appliances[peer_of(self.unit)]
        return {
            "role": role.value.capitalize(),
            "peer_role": relationship.roles[peer.unit].value,
            "other_role": "Backup" if role is Role.PRIMARY else "Primary",
            "peer": peer,
            "conflict": relationship.conflict,
            "syncing": relationship.syncing,
            "first_sync_pending": relationship.first_sync_pending,
            "last_sync": when(relationship.last_sync_shown and relationship.last_sync_shown + self.skew),
            "last_check": when(now - timedelta(seconds=now.second % STATUS_CHECK_EVERY)),
            "alerts": self.alerts(),
            "history": [(when(moment + self.skew), text) for moment, text in reversed(relationship.history)],
            "history_open": bool(visit.query("history")),
            "settings": self.appliance.failover,
            "shared_ip": self.pair.addresses.shared,
            "break_asks": _ODD if self.pair.knobs.odd_dialog else _BREAK,
            "break_how": self.pair.knobs.odd_dialog,
        }

    def alerts(self) -> list[str]:
        """Return the failover alerts (ui.md 3.8) that hold at this moment.

        Where a name leads to one of the two by DNS or NAT, the site has no shared IP that could be configured in /login.
        """
        relationship, shared = self.pair.relationship, self.pair.addresses.shared
        if not relationship.exists:
            return []
        primaries = [self.pair.appliances[u] for u in UNITS if relationship.roles[u] is Role.PRIMARY]
        backups = [self.pair.appliances[u] for u in UNITS if relationship.roles[u] is Role.BACKUP]
        alerts: list[str] = [relationship.failed] if relationship.failed else []
        if self.pair.appliances["a"].product != self.pair.appliances["b"].product:
            alerts.append("The product version on the primary node does not match the product version on the backup node.")
        shares = not self.pair.knobs.name_leads_to
        if shares and any(a.failover.shared_ip_ticked and not a.has_enabled(shared) for a in primaries):
            alerts.append(f"{shared} is configured in /login, but its network interface is not enabled.")
        if any(not backup.failover.backup_operations for backup in backups):
            alerts.append("The backup node's backup operations are disabled on the Management > Failover page.")
        return alerts

    def _sync_now(self, _visit: Visit) -> Outcome:
        error = self.pair.relationship.sync_now()
        return Outcome("sync-now", error=error or "")

    def _break(self, _visit: Visit) -> Outcome:
        error = self.pair.relationship.part()
        return Outcome("break-failover-relationships", error=error or "", notice="The failover relationships have been broken.")

    def _become(self, visit: Visit) -> Outcome:
        role = self.pair.relationship.roles[self.unit]
        return forbidden("Become Backup" if role is Role.PRIMARY else "Become Primary")(visit)

    def _establish(self, visit: Visit) -> Outcome:
        backup = Connection(visit.value("new_backup[host]"), visit.value("new_backup[port]"))
        reverse = Connection(visit.value("reverse[host]"), visit.value("reverse[port]"))
        error = self.pair.relationship.establish(self.unit, backup, reverse)
        return Outcome(
            "establish-relationship",
            {"new_backup": str(backup), "reverse": str(reverse)},
            error=error or "",
            notice="The failover relationship has been established.",
        )

    def _save_instance(self, visit: Visit) -> Outcome:
        ticked = visit.ticked("instance[shared_ip]")
        self.appliance.failover.shared_ip_ticked = ticked
        return Outcome("save-site-instance-configuration", {"shared_ip": ticked}, notice="Changes saved.")

    def _save_backup_settings(self, visit: Visit) -> Outcome:
        settings = self.appliance.failover
        settings.backup_operations = visit.ticked("settings[backup_operations]")
        settings.automatic_failover = visit.ticked("settings[automatic_failover]")
        settings.test_ips = visit.value("settings[test_ips]")
        settings.timeout_minutes = visit.value("settings[timeout]")
        settings.interval_hours = visit.value("settings[interval]")
        settings.bandwidth_limit = visit.value("settings[bandwidth]")
        return Outcome("save-backup-settings", notice="Changes saved.")

    # -- Management > Security, Cluster ----------------------------------------------------------------------------

    def _security(self, _visit: Visit) -> dict[str, object]:
        return {"options": self._options, "masked": self.pair.knobs.key_masked}

    def _save_security(self, visit: Visit) -> Outcome:
        changed = [name for name in self._options if visit.value(f"security[{name}]") != self._options[name]]
        self._options |= {name: visit.value(f"security[{name}]") for name in changed}
        key = visit.value("security[key]")
        if key and key != self.appliance.key:
            self.appliance.key = key
            changed.append("pre-shared key")
        return Outcome("save-security", {"changed": changed}, notice="Changes saved.")

    def _cluster_sync(self, _visit: Visit) -> Outcome:
        return Outcome("cluster-sync-now", notice="Cluster synchronization started.")
