"""The appendix for an auditor: what four standards ask of a change, and where this pack answers it.

What a pack cannot answer is said, and where to look instead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from robot.evidence.record.plain_json import object_in, objects, text_in

PCI, SOC, CONTROL, DENIAL, ISO = "PCI DSS 6.5.1", "SOC 2 CC8.1", "NIST CM-3", "NIST AU-10", "ISO 27001 A.8.32"
ITEMS: Final[Mapping[str, str]] = {
    PCI: "PCI DSS v4.0.1, requirement 6.5.1: changes in production are made by established procedures.",
    SOC: "SOC 2, Trust Services Criteria, CC8.1: changes are authorised, documented, tested, approved and implemented.",
    CONTROL: "NIST SP 800-53 Rev. 5, CM-3: configuration change control.",
    DENIAL: "NIST SP 800-53 Rev. 5, AU-10: non-repudiation; who did what cannot be denied.",
    ISO: "ISO/IEC 27001:2022, annex A, 8.32: changes are subject to change management procedures.",
}
"""The items, by the short names that the table has for them."""
SECTIONS: Final[Mapping[str, str]] = {
    "brief": "In brief",
    "changes": "What has changed",
    "steps": "Step by step",
    "procedure": "Every obligation",
    "presses": "Every press",
    "chain": "The chain of the record",
}
"""The sections of the report that answer, by their IDs."""
_TICKET: Final = "not in this pack: it stands in the change ticket"
_RECORD: Final = ("evidence.jsonl",)
_SUMMARY: Final = ("summary.json",)
_SEALED: Final = ("manifest.json", "evidence.jsonl")


@dataclass(frozen=True)
class Requirement:
    """One thing that standards ask for, and where it is answered.

    Attributes:
        asked: what is asked for, in a few words.
        items: the items that ask for it, keys of `ITEMS`.
        section: the ID of the report's section that answers it; "" if this pack does not.
        files: the files of the pack that prove it.
        words: what must be added; where else to look, if this pack does not answer.
    """

    asked: str
    items: tuple[str, ...]
    section: str = ""
    files: tuple[str, ...] = ()
    words: str = ""


def requirements(run_summary: Mapping[str, Any], *, compared: bool) -> Sequence[Requirement]:
    """Return what the standards ask, and where this run answers it.

    Args:
        run_summary: the run's summary.
        compared: whether the pair was compared with what a plan had observed.
    """
    return (
        Requirement(
            "what was changed, and why", (PCI, SOC, CONTROL, ISO), "brief", _SUMMARY, "The reason in full stands in the ticket."
        ),
        Requirement("an established procedure, and that it was followed", (PCI, ISO), "procedure", _RECORD, "The vendor's own."),
        Requirement("assessment of risk and security impact", (PCI, CONTROL, ISO), words=f"The assessment is {_TICKET}."),
        _approval(run_summary),
        Requirement("what was done, by whom, when, in which order", (SOC, CONTROL, DENIAL), "presses", _RECORD),
        Requirement(
            "tests that it works and does no harm", (PCI, SOC, ISO), "procedure", _RECORD, 'The parts "Verify and Test".'
        ),
        _impact(compared=compared),
        Requirement("how a failure is met and a safe state reached", (PCI, ISO), "steps", _RECORD, _failure(run_summary)),
        Requirement(
            "that nothing was altered since", (DENIAL,), "chain", _SEALED, "failover-robot verify says it, and with whose key."
        ),
        Requirement("records that are kept", (SOC, CONTROL, ISO), "chain", _SEALED, _retention(run_summary)),
    )


def _retention(run_summary: Mapping[str, Any]) -> str:
    kept = object_in(run_summary, "kept")
    told = f"For {text_in(kept, 'retention')}, until {text_in(kept, 'until')}."
    return told if kept else "How long is the keeper's to decide."


def _approval(run_summary: Mapping[str, Any]) -> Requirement:
    plan = object_in(run_summary, "plan")
    if given := len(objects(plan.get("approvals"))):
        files, words = (*_SUMMARY, *_RECORD), f"{given} signed, over the digest of the plan that was performed."
    else:
        files, words = _SUMMARY, f"No approval is on record here. If there is one, it is {_TICKET}."
    return Requirement("approval by those who may", (PCI, SOC, CONTROL, DENIAL, ISO), "brief", files, words)


def _impact(*, compared: bool) -> Requirement:
    asked, items = "what else has changed", (SOC, CONTROL, ISO)
    if compared:
        return Requirement(asked, items, "changes", _RECORD)
    return Requirement(asked, items, words="Not compared: there was no plan that had observed the pair before.")


def _failure(run_summary: Mapping[str, Any]) -> str:
    if run_summary.get("backed_out"):
        return "This run went the way back."
    if text_in(run_summary, "outcome") in {"done", "already"}:
        return "This run did not fail; before each press it proved what it needed."
    return "This run has not come to its end; its first page says how it stands."
