"""A run's `summary.json`, as the packs and the report see it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from robot.evidence.record import chain, layout


def read(run_folder: Path) -> dict[str, Any]:
    """The run's summary; empty while none is written yet.

    Raises:
        robot.evidence.record.chain.BrokenRecord: it is no JSON object.
    """
    path = run_folder / layout.SUMMARY
    return chain.parse_object(path.read_bytes(), layout.SUMMARY) if path.exists() else {}


def written(told: Mapping[str, Any], *, pack_sha256: str | None) -> bytes:
    """The summary's bytes with the pack's digest put in: always the same for the same contents.

    Args:
        told: the summary.
        pack_sha256: null inside the pack itself, which cannot name its own digest.
    """
    text = json.dumps({**told, "pack_sha256": pack_sha256}, ensure_ascii=False, indent=2)
    return f"{text}\n".encode()
