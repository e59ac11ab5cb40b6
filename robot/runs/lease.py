"""The lease of an appliance: one robot works on it, whichever folder or machine it was started from.

On one machine the kernel keeps the lease (flock(2)) and frees it when its holder dies. Across machines PostgreSQL keeps it
(an advisory lock of a session) for all that share the database. A parent process holds it, never the one that presses.
"""

from __future__ import annotations

import fcntl
import hashlib
from typing import TYPE_CHECKING, Any, Protocol

from robot.domain.errors import Refused
from robot.runs.store import state_folder

if TYPE_CHECKING:
    from typing import IO


class Lease(Protocol):
    """The leases that a parent process holds for its run."""

    def add(self, appliance: str) -> None:
        """Take the lease of one more appliance.

        Args:
            appliance: "address:port" or "serial NUMBER".

        Raises:
            Refused: another run has it.
        """
        ...

    def is_held(self) -> bool:
        """Return whether every lease that was taken is still held."""
        ...

    def release(self) -> None:
        """Release every lease."""
        ...


def taken(appliance: str) -> Refused:
    """Return the refusal for an appliance that another run has."""
    return Refused(
        f"another run is working on {appliance}; wait for it, or stop it with `failover-robot stop`",
        next_action="See `failover-robot status` for the run that has it.",
    )


class MachineLease:
    """Leases among the processes of this machine."""

    def __init__(self) -> None:
        self._files: dict[str, IO[str]] = {}

    def add(self, appliance: str) -> None:
        """Take the lease of one more appliance; do nothing if it is held already."""
        if appliance in self._files:
            return
        digest = hashlib.sha256(appliance.lower().encode()).hexdigest()[:24]
        file = (state_folder() / "leases" / f"{digest}.lease").open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise taken(appliance) from None
        self._files[appliance] = file

    def is_held(self) -> bool:
        """Return True: the kernel takes no lease away from a living process."""
        return True

    def release(self) -> None:
        """Release every lease."""
        for file in self._files.values():
            file.close()
        self._files.clear()


class SharedLease(MachineLease):
    """Leases among all machines that share a PostgreSQL database, and among the processes of this machine."""

    def __init__(self, url: str) -> None:
        super().__init__()
        import psycopg  # noqa: PLC0415 - only where the user chose PostgreSQL

        try:
            self._connection: Any = psycopg.connect(url, autocommit=True, application_name="failover-robot lease")
        except psycopg.Error as error:
            raise Refused(f"the database of FAILOVER_ROBOT_DATABASE_URL does not answer: {error!s:.200}") from None
        self._gone = psycopg.Error

    def add(self, appliance: str) -> None:
        """Take the lease of one more appliance, on this machine and in the database."""
        super().add(appliance)
        number = int.from_bytes(hashlib.sha256(f"failover-robot {appliance.lower()}".encode()).digest()[:8], signed=True)
        row = self._connection.execute("select pg_try_advisory_lock(%s)", (number,)).fetchone()
        if not (row and row[0]):
            raise taken(appliance)

    def is_held(self) -> bool:
        """Return whether the database session that holds the locks still lives."""
        try:
            self._connection.execute("select 1")
        except self._gone:
            return False
        return True

    def release(self) -> None:
        """Release every lease."""
        self._connection.close()
        super().release()


def lease_for(database_url: str | None) -> Lease:
    """Return the kind of lease that fits the database: shared for a PostgreSQL URL, else for this machine only."""
    return SharedLease(database_url) if database_url and database_url.startswith("postgres") else MachineLease()
