"""The log of what became of a run's pack, `custody.jsonl` beside it: each export and each erasure, before and after it was made.

The record is sealed by then, and no pack can hold what happened to it afterwards. Its lines are chained like those of the record.
"""

from __future__ import annotations

import json
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from robot.domain.errors import Refused
from robot.evidence.record.chain import BrokenRecord, digest, parse_object, split_lines
from robot.evidence.record.layout import CUSTODY
from robot.plan.program import user
from robot.runs.appended_file import AppendedFile
from robot.runs.evidence_log import now_utc

if TYPE_CHECKING:
    from types import TracebackType

MADE = "made"
"""The kind of a line about a file that was made to be taken elsewhere by hand; where it went nobody tells the robot."""
INTENT, SENT, FOUND, REFUSED, UNCLEAR, NOT_SENT, TORN = "intent", "sent", "found", "refused", "unclear", "not_sent", "torn"
ERASING, ERASED = "erasing", "erased"
"""The kinds of lines about a picture that is to be erased, and that is."""
DONE = frozenset({SENT, FOUND})
"""The kinds of lines by which an export has been made; after an intent without one of them nobody knows."""


class CustodyLog:
    """A run's log of exports, open for writing.

    Args:
        folder: the run's evidence folder.

    Raises:
        Refused: it cannot be written; another process has it open; or somebody has changed it.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / CUSTODY
        try:
            self._file = AppendedFile(self.path)
        except BlockingIOError:
            raise Refused(f"{self.path} is being written by another process: wait for it, and try again") from None
        except OSError as error:
            raise Refused(f"{self.path} cannot be written: {error.strerror}; nothing was sent") from None
        try:
            self.lines = _checked(self._file.found, self.path)
        except BrokenRecord as broken:
            self._file.close()
            raise Refused(
                f"{broken} Put the file back from a copy, or move it away: then the ticket alone tells what it has"
            ) from None
        if torn := self._file.torn:
            self._file.cut_torn()
            self.append(TORN, text=f"a torn last line of {len(torn)} bytes was cut", sha256=digest(torn))

    def append(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Write one line, and force it to the disk.

        Args:
            kind: one of the kinds above.
            fields: further fields by name, as plain JSON, without secrets.

        Returns:
            The line.

        Raises:
            Refused: it could not be written; what it announces must not be done.
        """
        line = {
            "seq": len(self.lines) + 1, "utc": now_utc(), "by": f"{user()}@{platform.node()}", "run": self.path.parent.name,
            **fields, "kind": kind, "previous": self._file.tip,
        }  # fmt: skip
        raw = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
        try:
            self._file.append(raw)
        except OSError as error:
            raise Refused(f"{self.path} cannot be written: {error.strerror}; make room, then try again") from None
        self.lines.append(line)
        return line

    def latest(self, **fields: Any) -> dict[str, Any] | None:
        """Return the newest line with these fields, or None."""
        return next((line for line in reversed(self.lines) if fields.items() <= line.items()), None)

    def close(self) -> None:
        """Close the file, and with it release its lock."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def log_made(folder: Path, name: str, sha256: str, size_bytes: int) -> None:
    """Write that a file was made, or its path told, to be taken elsewhere by hand.

    Args:
        folder: the run's evidence folder.
        name: the file's name.
        sha256: the digest of its bytes.
        size_bytes: how many they are.

    Raises:
        Refused: it could not be written; the file must not be handed out.
    """
    with CustodyLog(folder) as log:
        log.append(MADE, name=name, sha256=sha256, bytes=size_bytes, text="where it goes nobody tells the robot")


def custody_faults(folder: Path, run: str) -> tuple[list[str], list[str]]:
    """Check the log beside a pack, without opening it for writing: whoever verifies it may be anybody.

    That lines are missing at its end, or the whole log, nobody can see: the pack's signature does not hold what came after it.

    Args:
        folder: the run's evidence folder.
        run: the run's name, as its pack tells it.

    Returns:
        What is wrong, a sentence each; and what is no fault but must be known. Both are empty where there is no log.
    """
    try:
        whole, torn = split_lines((folder / CUSTODY).read_bytes())
        lines = _checked(whole, Path(CUSTODY))
    except FileNotFoundError:
        return [], []
    except (OSError, BrokenRecord) as error:
        return [str(error)], []
    foreign = [line["seq"] for line in lines if line.get("run") != run]
    faults = [f"{CUSTODY}, line {foreign[0]}, tells of another run."] if foreign else []
    notices = [f"{CUSTODY}: {len(lines)} lines, each of which follows from the line before."]
    notices += [f"{CUSTODY}: its last line is torn off, as when a machine loses its power."] if torn else []
    return faults, notices


def _checked(raw: list[bytes], path: Path) -> list[dict[str, Any]]:
    """Return the lines, once it is seen that each follows from the line before."""
    lines: list[dict[str, Any]] = []
    previous = ""
    for place, each in enumerate(raw, 1):
        line = parse_object(each, f"{path}, line {place}")
        if line.get("seq") != place or line.get("previous") != previous:
            raise BrokenRecord(f"{path}, line {place}, does not follow from the line before: somebody has changed it.")
        lines.append(line)
        previous = digest(each)
    return lines
