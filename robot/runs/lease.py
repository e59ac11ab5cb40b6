"""The lease of an appliance: one robot works on it, whichever folder or machine it was started from.

On one machine the kernel keeps the lease (flock(2)) and frees it when its holder dies. Across machines PostgreSQL keeps it
(an advisory lock of a session) for all that share the database. A parent process holds it, never the one that presses.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import socket
import threading
from typing import TYPE_CHECKING, Any, Protocol

from robot.domain.errors import Refused, UsageError
from robot.runs.store import state_folder

if TYPE_CHECKING:
    from typing import IO

HEARTBEAT = 2.0
"""Seconds between two questions whether a lease is held, and for which the database may take to answer one."""
PATIENCE: dict[str, Any] = {
    "connect_timeout": 10, "keepalives": 1, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}  # fmt: skip
"""How long every connection to PostgreSQL waits for a server that may be gone: seconds, but for the last one's milliseconds."""
_SERVER_PATIENCE = {
    "statement_timeout": f"{HEARTBEAT:.0f}s", "tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3", "tcp_user_timeout": "20s",
}  # fmt: skip
"""How long the server waits for us: longer than we wait for it, so that a lease is known to be lost before another run has it."""


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


def lost() -> Refused:
    """Return the refusal of whatever would be pressed without the lease."""
    return Refused(
        f"the lease of the appliances is lost: the database that keeps it did not answer within {HEARTBEAT:.0f} s, or has ended "
        "the session; nothing is pressed without it",
        next_action="See that the database answers and that no other run is at work on the pair, then resume.",
    )


class MachineLease:
    """Leases among the processes of this machine."""

    def __init__(self) -> None:
        self._files: dict[str, IO[str]] = {}

    def has(self, appliance: str) -> bool:
        """Return whether the lease of this appliance was taken."""
        return appliance in self._files

    def add(self, appliance: str) -> None:
        """Take the lease of one more appliance; do nothing if it was taken already."""
        if self.has(appliance):
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
    """Leases among all machines that share a PostgreSQL database, and among the processes of this machine.

    The database keeps a lease as long as its session lives. A question to it that is not answered in time ends the session: what
    cannot be proved is lost, and the database frees it as soon as it hears of the end.
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        import psycopg  # noqa: PLC0415 - only where the user chose PostgreSQL

        self._errors = psycopg.Error
        try:
            self._connection: Any = psycopg.connect(url, autocommit=True, application_name="failover-robot lease", **PATIENCE)
        except psycopg.ProgrammingError:
            raise UsageError("FAILOVER_ROBOT_DATABASE_URL is no address of a PostgreSQL database") from None
        except psycopg.Error as error:
            raise Refused(f"the database of FAILOVER_ROBOT_DATABASE_URL does not answer: {error!s:.200}") from None
        self._socket = socket.socket(fileno=os.dup(self._connection.fileno()))
        try:
            for name, value in _SERVER_PATIENCE.items():
                self._ask("select set_config(%s, %s, false)", name, value)
        except Refused:
            self.release()
            raise

    def add(self, appliance: str) -> None:
        """Take the lease of one more appliance, on this machine and in the database."""
        if self.has(appliance):
            return
        super().add(appliance)
        number = int.from_bytes(hashlib.sha256(f"failover-robot {appliance.lower()}".encode()).digest()[:8], signed=True)
        try:
            if not self._ask("select pg_try_advisory_lock(%s)", number):
                raise taken(appliance)
        except Refused:
            self._files.pop(appliance).close()  # held in both places or in none
            raise

    def is_held(self) -> bool:
        """Return whether the database session that holds the locks still lives, and says so within the heartbeat."""
        try:
            self._ask("select true")
        except Refused:
            return False
        return True

    def release(self) -> None:
        """Release every lease, in the database first: of a session that is only closed it hears some time later."""
        with contextlib.suppress(Refused):  # a lost lease has nothing to release
            self._ask("select pg_advisory_unlock_all()")
        self._connection.close()
        self._socket.close()
        super().release()

    def _ask(self, question: str, *values: object) -> Any:
        """Return the one value that answers a question; refuse, and end the session, if none comes within the heartbeat."""
        hang_up = threading.Timer(HEARTBEAT, self._hang_up)
        hang_up.start()
        try:
            row = self._connection.execute(question, values).fetchone()
        except self._errors:
            self._hang_up()
            raise lost() from None
        finally:
            hang_up.cancel()
        return row and row[0]

    def _hang_up(self) -> None:
        """End the session from this side, whatever waits for its answer."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)


def lease_for(database_url: str | None) -> Lease:
    """Return the kind of lease that fits the database: shared for a PostgreSQL URL, else for this machine only."""
    return SharedLease(database_url) if database_url and database_url.startswith("postgres") else MachineLease()
