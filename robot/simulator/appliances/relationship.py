"""The failover relationship between the two: roles, breaking, establishing, synchronising.

State machine (ui.md 10.2): none -> (Establish) -> primary/backup, first sync pending -> syncing -> synced; synced ->
(Sync Now) -> syncing -> synced; any -> (Break) -> none/none. A sync goes on when nobody looks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from robot.simulator.appliances.appliance import Appliance
from robot.simulator.domain.clock import Agenda, Entry, Pace, Span
from robot.simulator.domain.names import Unit, peer_of
from robot.simulator.faults.knobs import Knobs


class Role(StrEnum):
    """The role that an appliance shows."""

    NONE = "none"
    PRIMARY = "primary"
    BACKUP = "backup"


@dataclass(frozen=True)
class Connection:
    """Host and TLS port, as typed into Failover :: Configuration."""

    host: str
    port: str

    def __str__(self) -> str:
        """Return it as error messages write it."""
        return f"{self.host}:{self.port}"


class Relationship:
    """The failover relationship of the pair."""

    def __init__(
        self,
        appliances: Mapping[Unit, Appliance],
        port: int,
        agenda: Agenda,
        pace: Pace,
        knobs: Knobs,
        changed: Callable[[], None],
    ) -> None:
        self.roles: dict[Unit, Role] = {"a": Role.NONE, "b": Role.NONE}
        self.port = port
        self.last_sync: datetime | None = None
        self.last_sync_shown: datetime | None = None
        self.history: list[tuple[datetime, str]] = []
        self.syncing_since: float | None = None
        self.failed = ""
        self._appliances = appliances
        self._agenda = agenda
        self._pace = pace
        self._knobs = knobs
        self._changed = changed
        self._sync_ends: Entry | None = None
        self._first_sync: Entry | None = None

    @property
    def exists(self) -> bool:
        """Whether the two know each other."""
        return self.roles["a"] is not Role.NONE

    @property
    def conflict(self) -> bool:
        """Both claim the same role (ui.md 2.6)."""
        return self.exists and self.roles["a"] is self.roles["b"]

    @property
    def syncing(self) -> bool:
        """Whether a data sync is under way."""
        return self.syncing_since is not None

    @property
    def first_sync_pending(self) -> bool:
        """Whether the first sync after establishing has yet to begin."""
        return self._first_sync is not None

    def begin_as(self, primary: Unit, *, last_sync_age: float) -> None:
        """Begin as an existing relationship."""
        self.roles = {primary: Role.PRIMARY, peer_of(primary): Role.BACKUP}
        self.last_sync = self._now() - timedelta(seconds=last_sync_age)
        self.last_sync_shown = self.last_sync
        self.history.append((self.last_sync, "Data synchronization completed successfully."))

    def sync_now(self) -> str | None:
        """Start a sync from the primary to the backup; return an error message where that cannot be."""
        if not self.exists or self.conflict:
            return "There is no failover relationship to synchronize."
        if self.syncing:
            return "A data synchronization is already in progress."
        if not all(appliance.site_running for appliance in self._appliances.values()):
            self._note("Data synchronization failed: the peer site instance could not be contacted.")
            return "The peer site instance could not be contacted."
        self._begin_sync()
        return None

    def part(self) -> str | None:
        """Break the relationship; return an error message where there is none."""
        if not self.exists:
            return "There is no failover relationship to break."
        for entry in (self._sync_ends, self._first_sync):
            if entry is not None:
                entry.cancel()
        if self.syncing:
            self._note("Data synchronization aborted: the failover relationship was broken.")
        self._sync_ends = self._first_sync = self.syncing_since = None
        self.roles = {"a": Role.NONE, "b": Role.NONE}
        self.last_sync_shown = None
        for appliance in self._appliances.values():
            appliance.data.sessions_while_apart = 0
        self._note("Failover relationships broken.")
        self._changed()
        return None

    def establish(self, by: Unit, new_backup: Connection, reverse: Connection) -> str | None:
        """Make ``by`` the primary and its peer the backup.

        What must hold is inferred from ui.md 3.4.1: equal keys, equal versions, addresses that really lead there.

        Returns:
            An error message where that cannot be.
        """
        host, backup = self._appliances[by], self._appliances[peer_of(by)]
        if self.exists:
            return "A failover relationship already exists."
        if new_backup != Connection(backup.address, str(self.port)) or not backup.site_running:
            return f"The backup site instance could not be contacted at {new_backup}."
        if reverse != Connection(host.address, str(self.port)):
            return f"The backup site instance could not connect back to this primary site instance at {reverse}."
        if host.key != backup.key:
            return "The inter-appliance communication pre-shared keys of the two appliances do not match."
        if host.product != backup.product:
            return "The product version of the primary site instance does not match that of the backup site instance."
        self.roles = {by: Role.PRIMARY, peer_of(by): Role.BACKUP}
        if self._knobs.stranger:
            self._note("Failover settings were changed by an administrator.")
        self._note(f"Failover relationship established; {host.address} is the primary site instance.")
        self._first_sync = self._agenda.after(self._pace.of(Span.FIRST_SYNC), self._begin_sync)
        self._changed()
        return None

    def exchange_roles(self) -> None:
        """Exchange the roles, as another person does with Become Primary or Become Backup."""
        self.roles = {"a": self.roles["b"], "b": self.roles["a"]}
        self._note("Site instance roles changed.")
        self._changed()

    def knobs_changed(self) -> None:
        """Continue a sync that was stuck, or make a running one get stuck."""
        if self.syncing and self._knobs.sync_stuck and self._sync_ends is not None:
            self._sync_ends.cancel()
            self._sync_ends = None
        elif self.syncing and not self._knobs.sync_stuck and self._sync_ends is None:
            self._schedule_end()

    def _begin_sync(self) -> None:
        if self._first_sync is not None:
            self._first_sync.cancel()
            self._first_sync = None
        if not self.exists or self.syncing:
            return
        self.syncing_since, self.failed = self._agenda.now(), ""
        self._note("Data synchronization started.")
        if not self._knobs.sync_stuck:
            self._schedule_end()
        self._changed()

    def _schedule_end(self) -> None:
        took = self._pace.of(Span.SYNC) * self._knobs.sync_slow
        self._sync_ends = self._agenda.after(took, self._end_sync)

    def _end_sync(self) -> None:
        self._sync_ends = self.syncing_since = None
        if self._knobs.sync_fails or self._knobs.sync_fails_dated:
            self.failed = "Data synchronization failed: an error occurred while the database was being copied."
            self._note(self.failed)
            if self._knobs.sync_fails_dated:
                self.last_sync_shown = self._now()
        elif all(appliance.site_running for appliance in self._appliances.values()):
            self._carry_over()
            # The page shows whole seconds; a real sync takes seconds, so two of them never show the same time.
            now = self._now()
            self.last_sync = now if self.last_sync is None else max(now, self.last_sync + timedelta(seconds=1))
            self.last_sync_shown = self.last_sync
            self._note("Data synchronization completed successfully.")
        else:
            self._note("Data synchronization failed: the peer site instance could not be contacted.")
        self._changed()

    def _carry_over(self) -> None:
        """Copy accounts, key and data from the primary to the backup; from 10.6 on, sessions of both are kept."""
        primary, backup = (
            next(a for a in self._appliances.values() if self.roles[a.unit] is role) for role in (Role.PRIMARY, Role.BACKUP)
        )
        backup.login_accounts.take_over(primary.login_accounts)
        backup.api_accounts.take_over(primary.api_accounts)
        if not self._knobs.keys_differ:
            backup.key = primary.key
        if primary.merges_sessions:
            primary.data.sessions += backup.data.sessions_while_apart
        primary.data.sessions_while_apart = backup.data.sessions_while_apart = 0
        backup.data = replace(primary.data)

    def _now(self) -> datetime:
        return self._agenda.utc().replace(microsecond=0)

    def _note(self, text: str) -> None:
        self.history.append((self._now(), text))
        if self._knobs.history_entries:
            del self.history[: -self._knobs.history_entries]
