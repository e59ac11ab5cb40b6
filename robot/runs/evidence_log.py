"""The chained record of a run, `evidence.jsonl`: what was read and pressed.

Each line holds the SHA-256 of the line before it, and is on the disk before the robot goes on. One process writes.
"""

from __future__ import annotations

import json
import os
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from robot.domain.errors import Refused
from robot.domain.masking import Masking
from robot.evidence.record.chain import DAMAGED, BrokenRecord, digest, parse_object
from robot.evidence.record.history import RunHistory
from robot.evidence.record.line import CLOCK, KINDS, NAMES, OF_THE_RECORD, SOURCE, Line
from robot.runs.appended_file import AppendedFile
from robot.runs.machine_clock import clock_estimate
from robot.runs.picture_folder import PictureFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

_FIELDS: dict[str, Any] = {
    "unit": "", "address": "", "serial": "", "interface": "", "screen": "", "url": "", "step": "",
    "procedure": (), "kind": "", "reading": None, "file": "", "sha256": "", "bytes": 0,
}  # fmt: skip

_SPARE_FILE = ".spare"
_SPARE = 4 * 2**20
"""Bytes kept free for a section that must be finished: for its lines and the few pictures between them."""


def now_utc() -> str:
    """Return the time of day in UTC, to the millisecond, as in every line of a record: "2026-12-01T22:00:00.000Z"."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _source_of(fields: Mapping[str, Any]) -> str:
    """Return who says what a line says: a person by name, a page of an appliance, or the robot itself."""
    return "person" if fields.get("by") else "page" if fields.get("interface") else "robot"


class EvidenceLog:
    """A run's record, open for writing.

    Attributes:
        after_line: called with each line once it is on the disk, by the thread that has written it; None if nobody asks.

    Args:
        folder: the run's evidence folder; it is made if it is missing.
        hide: secrets; in free text each is written as "[secret]", unless it has fewer than four characters.

    Raises:
        Refused: the disk is full or the file cannot be written; another process has it open; or a line of it is damaged.
    """

    def __init__(self, folder: Path, hide: Sequence[str] = ()) -> None:
        self.folder = folder
        self.after_line: Callable[[Line], None] | None = None
        self._masking = Masking(hide)
        self.path = folder / "evidence.jsonl"
        spare = folder / _SPARE_FILE  # a killed process reserved it for what this one has to finish
        self._spare = spare if spare.exists() else None
        self._lock = threading.Lock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = AppendedFile(self.path)
        except BlockingIOError:
            raise Refused(f"{self.path} is being written by another process: one run, one writer") from None
        except OSError as error:
            raise Refused(f"{self.path} cannot be written: {error.strerror}. Make room or choose --artifacts") from error
        try:
            self._lines = [
                Line(line, parse_object(line, f"line {place} of {self.path}")) for place, line in enumerate(self._file.found, 1)
            ]
        except BrokenRecord as broken:
            self._file.close()
            raise Refused(f"{broken}: {DAMAGED}") from broken
        self._pictures = PictureFolder(folder, self._lines)
        if torn := self._file.torn:
            self._file.cut_torn()
            self.append("torn", OF_THE_RECORD, text=f"a torn last line of {len(torn)} bytes was cut", sha256=digest(torn))
        self._mention_orphans()

    def append(self, kind: str, step: str, **fields: Any) -> Line:
        """Write one line and force it to the disk.

        Args:
            kind: one of `KINDS`.
            step: the stable name of the step that it belongs to.
            fields: further fields by name, as plain JSON; those of the contract (`robot.evidence.record.line.FIELDS`) that are
                not given are empty.

        Returns:
            The line as it was given: on disk its secrets are masked.

        Raises:
            Refused: the line could not be written; what it announces must not be done.
            ValueError: `kind` is unknown, or the line could not be read again: a fault of the caller's; nothing is written.
        """
        if kind not in KINDS:
            raise ValueError(kind)
        with self._lock:
            line = {
                "seq": len(self._lines) + 1,
                "utc": now_utc(),
                "monotonic": round(time.monotonic(), 3),
                **_FIELDS,
                CLOCK: clock_estimate(),
                SOURCE: _source_of(fields),
                **fields,
                "kind": kind,
                "step": step,
                "previous": self._file.tip,
            }
            # The last line of defence: pages and commands may show anything. The fields that a run goes on by are left alone.
            masked = {name: value if name in NAMES else self._masking.plain(value) for name, value in line.items()}
            raw = json.dumps(masked, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
            parse_object(raw, f"the next line of {self.path}")
            try:
                self._write(raw)
            except OSError as error:
                raise Refused(
                    f"{self.path} cannot be written: {error.strerror}. Without evidence nothing is pressed; make room"
                ) from error
            self._lines.append(written := Line(raw, json.loads(json.dumps(line))))
        if self.after_line:
            self.after_line(written)
        return written

    def _write(self, raw: bytes) -> None:
        try:
            self._file.append(raw)
        except OSError:
            if self._spare is None:
                raise
            self._spare.unlink(missing_ok=True)
            self._spare = None
            self._write(raw)

    @contextmanager
    def reserved_disk_space(self) -> Generator[None]:
        """Reserve disk space: if the disk fills up meanwhile, the lines of what must be finished are still written.

        Raises:
            Refused: there is not enough left.
        """
        spare = self.folder / _SPARE_FILE
        try:
            with spare.open("ab") as file:
                os.posix_fallocate(file.fileno(), 0, _SPARE)
        except OSError as error:
            spare.unlink(missing_ok=True)
            raise Refused(
                f"there is no room for the record of what comes now in {self.folder}: {error.strerror}. Nothing is pressed; "
                f"make room, {_SPARE // 2**20} MiB at least"
            ) from error
        self._spare = spare
        try:
            yield
        finally:
            self._spare = None
            spare.unlink(missing_ok=True)

    @property
    def history(self) -> RunHistory:
        """The run's history, up to the newest line."""
        return RunHistory(self._lines)

    @property
    def anything_pressed(self) -> bool:
        """Whether the record holds an intent: from then on a stop needs a person."""
        return bool(self.history.presses)

    def keep_picture(self, step: str, when: str, data: bytes) -> dict[str, Any]:
        """Store a picture, unless one of the same bytes is stored already.

        Args:
            step: the step that it belongs to.
            when: the moment within the step, such as "before", "after" or "failed".
            data: the browser's own PNG.

        Returns:
            Fields of its line: `file` (below the evidence folder), `sha256`, `bytes` and `moment`.

        Raises:
            Refused: it cannot be written.
        """
        with self._lock:
            return self._pictures.keep(step, when, data)

    def require_room_for_looks(self) -> None:
        """Refuse a picture of what is only looked at, once a run's pictures need all that they may; say so once in the record.

        Raises:
            Refused: there is no room. Before a press this is not asked: no picture, no press.
        """
        if not (full := self._pictures.full):
            return
        text = f"{full}: from here on what is only looked at is recorded without a picture, and every press with one"
        if not any(line.text == text for line in self.history.of_step(OF_THE_RECORD)):
            self.append("note", OF_THE_RECORD, text=text)
        raise Refused(full)

    def last_picture(self, step: str, when: str) -> Path | None:
        """Return the newest picture of a step at this moment, or `None`."""
        return self._pictures.newest(step, when)

    def close(self) -> None:
        """Close the file, and with it release its lock."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _mention_orphans(self) -> None:
        """Write a line that lists the pictures that a crash left without one, so that each is explained."""
        named = {line.file for line in self._lines} | {name for line in self._lines for name in line.orphans}
        shots = self.folder / "shots"
        pictures = sorted(f"shots/{shot.name}" for shot in shots.iterdir()) if shots.is_dir() else []
        orphans = [name for name in pictures if name not in named]
        if orphans:
            self.append("note", OF_THE_RECORD, text="pictures that a crash left without a line", orphans=orphans)
