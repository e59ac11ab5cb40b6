"""A run's `summary.json`, typed as this version writes it. That of a pack is read as plain JSON and checked."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NotRequired, TypedDict, cast

from robot.evidence.record import chain, layout


class StepSummary(TypedDict):
    """One step; `began` and `ended` are in UTC, `state` is a key of `robot.evidence.report.looks.STATES`."""

    name: str
    title: str
    heading: str
    unit: str
    procedure: list[str]
    state: str
    began: str
    ended: str


class ReadVersions(TypedDict):
    """The versions of one appliance as its pages word them; "" for one that was never read."""

    product: str
    base: str


class VersionChange(TypedDict):
    """The versions of one appliance, first and last read."""

    before: ReadVersions
    after: ReadVersions


class ApprovalSummary(TypedDict):
    """One approval that counted: whose, until when, and the SHA-256 of its envelope."""

    by: str
    until: str
    sha256: str


class PlanSummary(TypedDict):
    """The plan that a run performs; `emergency` has `incident` and `reason`."""

    digest: str
    made: str
    made_by: str
    emergency: dict[str, str] | None
    approvals: list[ApprovalSummary]


class RecordSummary(TypedDict):
    """What a record says so far, in short; the keys of what is given for each appliance are `a`, `b` and `shared`.

    `traces` is what the appliances' own traces have told, as `robot.evidence.traces.findings.traces_of` gives it; a run that has
    pressed nothing has none.
    Only a run by a plan has `changes_since_plan`: each comparison, as `PlanComparison.in_short` gives it. `redactions` has
    of each rule of `[evidence] redact` its number (`rule`), and how many places in `texts` and `pictures` it took out;
    of each area of `redact_areas` its words (`area`) and the places that `pictures` cover.
    """

    run: str
    ticket: str
    summary_text: str
    requested_by: str
    waivers: list[str]
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
    plan: PlanSummary | None
    backups: list[dict[str, Any]]
    robot: dict[str, Any]
    pack_sha256: str | None
    changes_since_plan: NotRequired[list[dict[str, Any]]]
    redactions: NotRequired[list[dict[str, Any]]]
    kept: NotRequired[dict[str, str]]
    traces: NotRequired[dict[str, Any]]


class Summary(RecordSummary):
    """The whole summary, with how the run ended; the stop card's rows are label and text; `no_pdf` says why there is no PDF.

    `secret_scan` is what the look for secrets before the seal gave: `secrets`, `pictures`, `leaks`, `unseen`. If it has leaks,
    there is no pack.

    Only that of a smoke verification has `smoke`: what was checked and found, as `SmokeResults.as_document` gives it.
    `kept` is there if the pair file says how long evidence is kept: `retention`, `until`, and perhaps `owner` and `purpose`.
    `signer` is there if the run's pack is signed: `key_id`, and `worth`, what a signature with that key proves; why the PDF is
    not signed, or bears no time from outside, where that is so: `no_pdf_signature`, `no_pdf_time`.
    """

    outcome: str
    exit_code: int
    reason: str
    backed_out: bool
    smoke: NotRequired[dict[str, Any]]
    signer: NotRequired[dict[str, str]]
    stop_card: NotRequired[list[list[str]]]
    secret_scan: NotRequired[dict[str, Any]]
    no_pdf: NotRequired[str]


def units_of(summary: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the appliances that a summary tells of: one alone, as of a smoke verification, or both."""
    smoke = summary.get("smoke")
    if isinstance(smoke, dict):
        return (str(cast("dict[str, Any]", smoke).get("unit")),)
    return ("a",) if summary.get("procedure") == "single" else ("a", "b")


def read(run_folder: Path) -> dict[str, Any]:
    """Read a run's summary.

    Returns:
        The keys of `Summary`, as far as the version that wrote it has them; empty if none is written yet.

    Raises:
        robot.evidence.record.chain.BrokenRecord: it is no JSON object.
    """
    path = run_folder / layout.SUMMARY
    return chain.parse_object(path.read_bytes(), layout.SUMMARY) if path.exists() else {}


def written(summary: Mapping[str, Any], *, pack_sha256: str | None) -> bytes:
    """Return the bytes of a summary with the pack's digest: always the same for the same contents.

    Args:
        summary: the summary.
        pack_sha256: the pack's digest; None inside the pack itself, which cannot hold its own digest.
    """
    text = json.dumps({**summary, "pack_sha256": pack_sha256}, ensure_ascii=False, indent=2)
    return f"{text}\n".encode()
