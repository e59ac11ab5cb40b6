"""One robot per appliance, whichever folder or machine it was started from.

On one machine the kernel keeps the lease (`flock`) and frees it when its holder dies. Across machines PostgreSQL keeps it
(an advisory lock of a session) for whoever shares the database. A parent process holds it, never the one that presses.
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
    """What a parent process holds for its run."""

    def add(self, appliance: str) -> None:
        """Take one more appliance, by its address or its serial number.

        Raises:
            Refused: another run has it.
        """
        ...

    def is_held(self) -> bool:
        """Whether everything taken is still ours."""
        ...

    def release(self) -> None:
        """Give everything back."""
        ...


def taken(appliance: str) -> Refused:
    """What to say when another run has it."""
    return Refused(
        f"another run is working on {appliance}; wait for it, or stop it with `failover-robot stop`",
        next_action="See `failover-robot status` for the run that has it.",
    )


class MachineLease:
    """Leases among the processes of this machine."""

    def __init__(self) -> None:
        self._files: dict[str, IO[str]] = {}

    def add(self, appliance: str) -> None:
        """Take one more appliance."""
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
        """The kernel takes no lease away from the living."""
        return True

    def release(self) -> None:
        """Give everything back."""
        for file in self._files.values():
            file.close()
        self._files.clear()


class SharedLease(MachineLease):
    """Leases among all machines that share a PostgreSQL database; and on this machine too."""

    def __init__(self, url: str) -> None:
        super().__init__()
        import psycopg  # noqa: PLC0415 - only where the user chose PostgreSQL

        try:
            self._connection: Any = psycopg.connect(url, autocommit=True, application_name="failover-robot lease")
        except psycopg.Error as error:
            raise Refused(f"the database of FAILOVER_ROBOT_DATABASE_URL does not answer: {error!s:.200}") from None
        self._gone = psycopg.Error

    def add(self, appliance: str) -> None:
        """Take one more appliance, here and everywhere."""
        super().add(appliance)
        number = int.from_bytes(hashlib.sha256(f"failover-robot {appliance.lower()}".encode()).digest()[:8], signed=True)
        got = self._connection.execute("select pg_try_advisory_lock(%s)", (number,)).fetchone()
        if not (got and got[0]):
            raise taken(appliance)

    def is_held(self) -> bool:
        """Whether the session that holds the locks still lives."""
        try:
            self._connection.execute("select 1")
        except self._gone:
            return False
        return True

    def release(self) -> None:
        """Give everything back."""
        self._connection.close()
        super().release()


def lease_for(database_url: str | None) -> Lease:
    """The kind of lease that fits the database."""
    return SharedLease(database_url) if database_url and database_url.startswith("postgres") else MachineLease()
