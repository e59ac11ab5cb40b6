"""A run's `summary.json`: what this version writes, typed; what a pack holds is read as plain JSON and checked."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from robot.evidence.record import chain, layout


class StepSummary(TypedDict):
    """One step; `began` and `ended` in UTC, `state` as in `robot.evidence.report.story`."""

    name: str
    title: str
    heading: str
    unit: str
    procedure: list[str]
    state: str
    began: str
    ended: str


class ReadVersions(TypedDict):
    """The versions of one appliance as its pages word them; "" for what was never read."""

    product: str
    base: str


class VersionChange(TypedDict):
    """The versions of one appliance, first and last read."""

    before: ReadVersions
    after: ReadVersions


class RecordSummary(TypedDict):
    """What a record says so far, in short; `a`, `b` and `shared` are the keys of what is told for each appliance."""

    run: str
    ticket: str
    summary_text: str
    requested_by: str
    rehearsal: bool
    site: dict[str, Any]
    patch: str
    procedure: str
    methods: dict[str, str]
    addresses: dict[str, str]
    serials: dict[str, str]
    began: str
    ended: str
    steps: list[StepSummary]
    versions: dict[str, VersionChange]
    swing_gap_ms: dict[str, Any] | None
    exposure_s: float | None
    notes: list[str]
    backups: list[dict[str, Any]]
    robot: dict[str, Any]
    pack_sha256: str | None


class Summary(RecordSummary):
    """The whole summary, with how the run ended; the stop card's rows are label and text."""

    outcome: str
    exit_code: int
    reason: str
    backed_out: bool
    stop_card: NotRequired[list[list[str]]]


def read(run_folder: Path) -> dict[str, Any]:
    """Read a run's summary; empty while none is written yet.

    Raises:
        robot.evidence.record.chain.BrokenRecord: it is no JSON object.
    """
    path = run_folder / layout.SUMMARY
    return chain.parse_object(path.read_bytes(), layout.SUMMARY) if path.exists() else {}


def written(told: Mapping[str, Any], *, pack_sha256: str | None) -> bytes:
    """Return the summary's bytes with the pack's digest put in: always the same for the same contents.

    Args:
        told: the summary.
        pack_sha256: null inside the pack itself, which cannot name its own digest.
    """
    text = json.dumps({**told, "pack_sha256": pack_sha256}, ensure_ascii=False, indent=2)
    return f"{text}\n".encode()
