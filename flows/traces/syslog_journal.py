"""What has arrived by syslog, in a run's state folder: it survives a crash, is no evidence itself, and is in no pack."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, Self

from robot.evidence.record.chain import split_lines
from robot.runs.appended_file import AppendedFile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from types import TracebackType

JOURNAL: Final = "syslog.jsonl"


class SyslogJournal:
    """The journal, open for writing; its file is for its owner only.

    Args:
        folder: the run's state folder.
        mask: takes secrets out of a text.
    """

    def __init__(self, folder: Path, mask: Callable[[str], str]) -> None:
        path = folder / JOURNAL
        path.touch(0o600)
        self._file = AppendedFile(path)
        self._file.cut_torn()
        self._mask = mask
        self.kept = sum(json.loads(line)["event"] in {"message", "full"} for line in self._file.found)

    def append(self, line: Mapping[str, Any]) -> None:
        """Append one line, without the secrets of its text.

        Raises:
            OSError: it could not be written, and nothing of it was.
        """
        masked = {**line, "text": self._mask(line["text"])} if "text" in line else line
        self._file.append(json.dumps(masked, ensure_ascii=False).encode("utf-8", "replace"))

    def __enter__(self) -> Self:
        """Return the journal itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()


def journal_lines(folder: Path) -> list[dict[str, Any]]:
    """Return the lines of a run's journal; none if nobody has listened. What a killed process has torn is no line."""
    path = folder / JOURNAL
    whole, _ = split_lines(path.read_bytes() if path.exists() else b"")
    return [json.loads(line) for line in whole]
