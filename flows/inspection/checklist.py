"""What is left to be done by hand, in the words of the guide: for a person who takes the pair in mid-run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from robot.recording.record import SETTLED

if TYPE_CHECKING:
    from robot.runs.store import RunState

_ESTABLISH = (
    "On B, and never on A, /login > Management > Failover: Establish Relationship, with A as the backup (New Backup Site: {a}, "
    "Reverse Connection: {b}). Done on A it would overwrite B"
)
_UPDATE = "/appliance > Updates: Check for updates, Install This Update, one after the other, to {version}"
_PARTS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("a-download-backup", (), "On A, /login > Management > Software Management, Software :: Backup Settings: Download Backup"),
    ("b-sync-now", (), "On B, /login > Management > Failover, Backup Site Instance Status: Sync Now; wait until it is complete"),
    ("b-break-failover-relationships", (), "On B, the same page, within minutes: Break Failover Relationships"),
    ("b-verify-software", (), f"On B, {_UPDATE}"),
    ("b-verify-portal", (), "Verify B under the site's hostname, led to {b} by a hosts line; remove the line afterwards"),
    ("site-swing", ("b-enable-shared-ip", "site-swing-gap"), "{swing}"),
    ("b-download-backup", (), "On B: Download Backup; since the swing B has the only copy of the configuration"),
    ("a-verify-software", (), f"Once nobody is connected to A: on A, {_UPDATE}"),
    ("a-verify-portal", (), "Verify A under the site's hostname, led to {a}"),
    ("b-establish-relationship", (), _ESTABLISH),
    ("a-sync-now", (), "On A, the backup now: Sync Now; wait until the page lists the time of the last synchronisation"),
    ("site-no-failover-alert", (), "See that no failover alert stands: on both Failover pages, in their Status History, by mail"),
)  # fmt: skip
_SWINGS = {
    "shared-ip": (
        "Open /appliance > Networking > IP Configuration on both. On A disable {shared}, Save Changes; immediately on B "
        "enable {shared}, Save Changes. Never enabled on both"
    ),
    "dns": "Point the site's DNS entry to B ({b})",
    "nat": "Point the site's NAT entry to B ({b})",
    "person": "Point the site to B ({b}) by the failover plan",
}


def remaining(state: RunState) -> str:
    """The presses that are not proved yet, in order, a numbered line each; what is pressed and not proved is said so."""
    path = state.evidence / "evidence.jsonl"
    lines: list[dict[str, Any]] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    settings = state.facts["settings"]
    patch, version = settings["update"].get("patch"), settings["site"]["target_version"]
    places = {
        "version": f"{patch} on {version}" if patch else version, "a": settings["a"]["address"], "b": settings["b"]["address"],
        "shared": settings["swing"]["shared_ip"] or "",
    }  # fmt: skip
    swing = _SWINGS[settings["swing"]["method"]].format(**places)
    told = [f"What is left of {state.name}; never restart an appliance, never press Fix This Error or Become Primary/Backup:"]
    left = [(step, text.format(**places, swing=swing)) for step, others, text in _PARTS if not _is_done((step, *others), lines)]
    for number, (step, text) in enumerate(left, 1):
        pressed = any(line["step"] == step and line["kind"] == "intent" for line in lines)
        told.append(f"{number:3d}  {text}{' - PRESSED already, not proved: look first' if pressed else ''}")
    return "\n".join(told)


def _is_done(steps: tuple[str, ...], lines: list[dict[str, Any]]) -> bool:
    return any(line["step"] in steps and line["kind"] in {*SETTLED, "reading"} for line in lines)
