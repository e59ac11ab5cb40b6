"""What happened to the pair, line by line, in files that a test can trust.

Five files, kept apart: ``changes.jsonl`` (every request that alters an appliance), ``fetches.jsonl`` (what alters
nothing: a check, a backup, a key, an installer, a session requested on the portal), ``views.jsonl`` (pages seen, sign-ins
with their outcome), ``serving.jsonl`` (who listens on the shared address) and ``requests.jsonl`` (whatever an appliance was
asked for, but for style sheets and pictures). A line is on its way to the disk before the request is answered.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from robot.simulator.domain.clock import Clock

CHANGES, FETCHES, VIEWS, SERVING, REQUESTS = "changes", "fetches", "views", "serving", "requests"


class Journal:
    """The five files of one folder; without a folder only the lines in memory."""

    def __init__(self, clock: Clock, folder: Path | None = None) -> None:
        self._clock = clock
        self.on_line: Callable[[str, Mapping[str, object]], None] = lambda _where, _line: None
        names = (CHANGES, FETCHES, VIEWS, SERVING, REQUESTS)
        self.lines: dict[str, list[dict[str, object]]] = {name: [] for name in names}
        self._files = {name: (folder / f"{name}.jsonl").open("a", encoding="utf-8") for name in names} if folder else {}

    def write(self, where: str, **line: object) -> None:
        """Append one line, with both clocks."""
        whole: dict[str, object] = {
            "utc": self._clock.utc().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "monotonic": round(self._clock.monotonic(), 6),
            **line,
        }
        self.lines[where].append(whole)
        if where in self._files:
            self._files[where].write(json.dumps(whole, ensure_ascii=False) + "\n")
            self._files[where].flush()
        self.on_line(where, whole)

    def change(
        self, unit: str, account: str, action: str, *, status: int, details: Mapping[str, object] | None = None, client: str = ""
    ) -> None:
        """Write down a request that alters an appliance, or tried to; `client` is the address that it came from."""
        self.write(CHANGES, unit=unit, account=account, action=action, details=dict(details or {}), status=status, client=client)

    def fetch(
        self, unit: str, account: str, action: str, *, status: int, details: Mapping[str, object] | None = None, client: str = ""
    ) -> None:
        """Write down a request that asks for something and alters nothing."""
        self.write(FETCHES, unit=unit, account=account, action=action, details=dict(details or {}), status=status, client=client)

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            file.close()
