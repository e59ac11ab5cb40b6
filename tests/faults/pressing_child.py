"""Presses without end, as fast as the robot's own permission lets it, and writes down when; there is no browser."""

import json
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from robot.changes.permission import Permission
from robot.domain.errors import Refused
from robot.runs.evidence_log import EvidenceLog
from robot.runs.parent import tell_and_heed
from robot.runs.store import write_private


def main() -> None:
    """Press in the state folder `argv[1]`, with the serial number `argv[2]` on record."""
    folder, serial = Path(sys.argv[1]), sys.argv[2]
    with EvidenceLog(folder / "evidence") as record, (folder / "presses").open("a", encoding="ascii") as presses:
        record.append("reading", "a-status-basics", unit="a", serial=serial, reading={})
        context = SimpleNamespace(record=record, tell=tell_and_heed)
        permission = Permission(cast("Any", context), cast("Any", None))
        try:
            while True:
                permission.require_lease()
                presses.write(f"{time.monotonic()}\n")
                presses.flush()
                time.sleep(0.05)
        except Refused as refused:
            ending = {"outcome": refused.outcome, "code": refused.code, "sentence": str(refused)}
            write_private(folder / "ending.json", json.dumps(ending))  # whole or not at all: the parent may kill us by now


if __name__ == "__main__":
    main()
