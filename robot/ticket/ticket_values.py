"""What is read of a ticket, what goes to it, and what every ticket system can do."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Protocol

from robot.evidence.record.chain import file_digest

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class TicketReading:
    """A ticket as its system tells it.

    Attributes:
        key: its key or number there.
        identity: by what the system's API knows it.
        states: its state, as people read it and as the API has it; none if the system cannot be asked.
        is_over: whether it is closed, cancelled or rejected: then no other state is waited for.
        files: name and size in bytes of each attachment, where the system tells them with the ticket.
    """

    key: str
    identity: str
    states: tuple[str, ...] = ()
    is_over: bool = False
    files: tuple[tuple[str, int], ...] = ()

    @property
    def state(self) -> str:
        """Its state as people read it; "" if the system cannot be asked."""
        return self.states[0] if self.states else ""

    def is_in(self, wanted: tuple[str, ...]) -> bool:
        """Return whether it is in one of these states, in whatever spelling."""
        return bool({state.casefold() for state in self.states} & {state.casefold() for state in wanted})


@dataclass(frozen=True)
class FileExport:
    """A file that is attached.

    Attributes:
        name: its name in the ticket.
        path: where it is.
        content_type: what it is.
        sha256: its digest.
        size: its bytes.
    """

    name: str
    path: Path = field(repr=False)
    content_type: str
    sha256: str
    size: int

    @classmethod
    def of(cls, path: Path, name: str, content_type: str) -> FileExport:
        """Return the export of a file as it is now.

        Args:
            path: the file.
            name: its name in the ticket.
            content_type: what it is.

        Raises:
            OSError: it cannot be read.
        """
        return cls(name, path, content_type, file_digest(path), path.stat().st_size)

    def open(self) -> IO[bytes]:
        """Open the file."""
        return self.path.open("rb")


@dataclass(frozen=True)
class NoteExport:
    """A note that is added.

    Attributes:
        text: what it says; the reference stands in it.
        reference: by what it is found again, which no other note has.
    """

    text: str = field(repr=False)
    reference: str

    @property
    def name(self) -> str:
        """The name by which the log of exports knows it."""
        return f"note {self.reference}"

    @property
    def sha256(self) -> str:
        """The digest of its text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def size(self) -> int:
        """Bytes of its text."""
        return len(self.text.encode())


Export = FileExport | NoteExport


class Unclear(Exception):  # noqa: N818 - house rule: an error is named for what happened
    """No clear answer came to something that has an effect: it may have been done, or be done in a moment."""


class NotYet(Exception):  # noqa: N818 - house rule: an error is named for what happened
    """It was not done, for certain, and may be done later.

    Attributes:
        after_s: seconds after which the system wants to be asked again.
    """

    def __init__(self, sentence: str, after_s: float) -> None:
        super().__init__(sentence)
        self.after_s = after_s


class TicketSystem(Protocol):
    """One ticket in one system."""

    @property
    def name(self) -> str:
        """The system and its host: "jira jira.example.com"."""
        ...

    @property
    def knows_it_again(self) -> bool:
        """Whether its receiver knows an export that is sent once more, and takes it once."""
        ...

    def read(self) -> TicketReading:
        """Read the ticket.

        Raises:
            LoginRejected: the credentials are not accepted.
            Refused: there is no such ticket, or it may not be read; also `Untrusted` and `Unreachable`.
        """
        ...

    def limit_bytes(self) -> int | None:
        """Return how many bytes a file may have; None if the system does not tell.

        Raises:
            Refused: it takes no files at all; also as `read`.
        """
        ...

    def holds(self, ticket: TicketReading, export: Export) -> bool | None:
        """Return whether the ticket holds an export already; None if the system cannot be asked. Raises as `read`."""
        ...

    def send(self, ticket: TicketReading, export: Export) -> None:
        """Attach a file or add a note, once.

        Raises:
            Unclear: it is not known whether it was done.
            NotYet: it was not done, and may be done later.
            Refused: it was not done, and will not be; also `LoginRejected` and `Untrusted`.
        """
        ...
