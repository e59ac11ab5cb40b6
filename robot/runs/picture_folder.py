"""The pictures of one run: numbered, never overwritten, each kept once however often the page looked like that."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from robot.domain.errors import Refused
from robot.evidence import wording
from robot.evidence.record.chain import digest
from robot.evidence.record.line import MOMENT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from robot.evidence.record.line import Line

MOST_BYTES: Final = 200_000_000
"""What the pictures of one run may need together. Above it a look is recorded without a picture; a press never is."""


class PictureFolder:
    """The folder `shots` of a run.

    Args:
        folder: the run's evidence folder.
        lines: the lines that its record holds already.
    """

    def __init__(self, folder: Path, lines: Iterable[Line]) -> None:
        self.path = folder / "shots"
        self._kept: dict[str, str] = {}
        self._newest: dict[tuple[str, str], Path] = {}
        self.size_bytes = 0
        for line in lines:
            if line.file.startswith("shots/"):
                self._know(line.file, line.sha256, line.number("bytes"))

    def keep(self, step: str, when: str, data: bytes) -> dict[str, Any]:
        """Store a picture; if one of the same bytes is stored already, that one is named and nothing is written.

        Args:
            step: the step that it belongs to.
            when: the moment within the step, such as "before", "after" or "failed".
            data: a PNG.

        Returns:
            Fields of the picture's line: `file` (below the evidence folder), `sha256`, `bytes` and `moment`.

        Raises:
            Refused: it cannot be written.
        """
        sha256 = digest(data)
        path = self._equal(sha256, data) or self._write(step, when, data)
        file = f"shots/{path.name}"
        self._know(file, sha256, len(data))
        self._newest[step, when] = path
        return {"file": file, "sha256": sha256, "bytes": len(data), MOMENT: when}

    def _next(self, step: str, when: str) -> Path:
        """Return the path of the next picture. A number is never used twice, not even that of a picture without a line.

        Raises:
            Refused: the folder cannot be made or read.
        """
        try:
            self.path.mkdir(exist_ok=True)
            names = os.listdir(self.path)  # noqa: PTH208 - its names are wanted, hundreds of them at each picture
        except OSError as error:
            raise Refused(f"{self.path} cannot be written: {error.strerror}; make room or choose --artifacts") from error
        return self.path / f"{max(map(_number, names), default=0) + 1:03d}-{step}-{when}.png"

    def newest(self, step: str, when: str) -> Path | None:
        """Return the newest picture of a step at this moment, or `None`."""
        if newest := self._newest.get((step, when)):
            return newest
        own = (each for each in self.path.glob("*.png") if each.name.partition("-")[2] == f"{step}-{when}.png")
        return max(own, key=lambda each: _number(each.name), default=None)

    @property
    def full(self) -> str:
        """Why no further look is pictured, in a few words; "" while there is room."""
        room = wording.size(MOST_BYTES)
        return f"the pictures of this run have reached {room}" if self.size_bytes >= MOST_BYTES else ""

    def _write(self, step: str, when: str, data: bytes) -> Path:
        path = self._next(step, when)
        try:
            with path.open("xb") as file:
                file.write(data)
        except OSError as error:
            raise Refused(f"{path} cannot be written: {error.strerror}; make room or choose --artifacts") from error
        return path

    def _equal(self, sha256: str, data: bytes) -> Path | None:
        """Return the stored picture of the same bytes, if it still is what it was; or `None`."""
        path = self.path.parent / self._kept[sha256] if sha256 in self._kept else None
        try:
            return path if path and not path.is_symlink() and path.read_bytes() == data else None
        except OSError:
            return None

    def _know(self, file: str, sha256: str, size_bytes: int) -> None:
        if self._kept.get(sha256) != file:
            self.size_bytes += size_bytes
            self._kept[sha256] = file


def _number(name: str) -> int:
    """Return the number with which a picture's name begins; 0 for another file."""
    number = name.partition("-")[0]
    return int(number) if number.isdecimal() else 0
