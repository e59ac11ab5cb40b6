"""The scan of what a run has left: its files, other texts of its, and its pictures. What is found is told by place and kind."""

import hashlib
import math
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from robot.evidence.scan.contents import is_picture, texts_of_file
from robot.evidence.scan.eyes import Eyes
from robot.evidence.scan.finder import SHORTEST, SecretFinder, SecretForms

_ANYBODYS: Final = {"PRIVATE KEY-----": "a private key"}
"""What is a secret whoever has it."""


@dataclass(frozen=True)
class Leak:
    """A secret where none may be.

    Attributes:
        place: the file, and where within it; or another place.
        secret: what it is, as a variable's name; never its value.
    """

    place: str
    secret: str

    def __str__(self) -> str:
        return f"{self.place}: {self.secret}"


class TookTooLong(Exception):  # noqa: N818 - house rule: an error is named for what happened
    """The time for looking is over."""


@dataclass
class LeakScan:
    """Looks for secrets, one place after another.

    Args:
        secrets: the name of each, by its text.
        until: by the monotonic clock: when it must have come to its end.

    Attributes:
        leaks: what was found, each place and secret once.
        pictures: how many different pictures were read.
    """

    secrets: Mapping[str, str] = field(repr=False)
    until: float = math.inf
    leaks: dict[Leak, None] = field(default_factory=dict[Leak, None])
    pictures: int = 0

    def __post_init__(self) -> None:
        known = {**{text: name for text, name in self.secrets.items() if len(text) >= SHORTEST}, **_ANYBODYS}
        self._finder = SecretFinder(SecretForms.of(text, name) for text, name in known.items())

    def scan_text(self, place: str, text: str) -> None:
        """Look at a text that stands somewhere.

        Raises:
            TookTooLong: the time is over.
        """
        if time.monotonic() > self.until:
            raise TookTooLong
        for name in self._finder.names_in(text):
            self.leaks.setdefault(Leak(place, name))

    def scan_texts(self, texts: Iterable[tuple[str, str]]) -> None:
        """Look at texts, each with its place."""
        for place, text in texts:
            self.scan_text(place, text)

    def scan_folder(self, folder: Path, name: str = "") -> None:
        """Look at every file below a folder, archives and all; no link is followed.

        Args:
            folder: the folder.
            name: how it is told, before a file's path within it.

        Raises:
            OSError: a file cannot be read.
            TookTooLong: the time is over.
        """
        for path in _files(folder):
            place = f"{name}{path.relative_to(folder).as_posix()}"
            for where, text in texts_of_file(path):
                self.scan_text(f"{place} ({where})" if where else place, text)

    def read_pictures(self, folder: Path, seen: Mapping[str, str]) -> int:
        """Read every picture below a folder, equal ones once.

        Args:
            folder: the folder.
            seen: the secrets that can be told from ordinary words where they are read.

        Returns:
            How many could not be read, or not in time.

        Raises:
            OSError: a file cannot be opened.
        """
        different: dict[str, Path] = {}
        for path in _files(folder):
            with path.open("rb") as file:
                if is_picture(file.read(16)):
                    file.seek(0)
                    different.setdefault(hashlib.file_digest(file, "sha256").hexdigest(), path)
        for path, names in Eyes(seen).look_at(different.values(), self.until):
            self.pictures += 1
            for name in names:
                self.leaks.setdefault(Leak(f"{path.relative_to(folder).as_posix()} (in the picture)", name))
        return len(different) - self.pictures


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path
