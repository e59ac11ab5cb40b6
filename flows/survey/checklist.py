"""What is left to be done by hand, in the words of the guide: for a person who takes over the pair in mid-run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.step_names import BREAK, ESTABLISH, FIRST_SYNC, STEPS, SWING, SYNC_NOW

if TYPE_CHECKING:
    from robot.evidence.record.history import RunHistory
    from robot.runs.store import RunState

_ESTABLISH = (
    "On B, and never on A, /login > Management > Failover: Establish Relationship, with A as the backup (New Backup Site: {a}, "
    "Reverse Connection: {b}). Done on A it would overwrite B"
)
_UPDATE = "/appliance > Updates: Check for updates, Install This Update, one after the other, to {version}"
_PARTS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("a-download-backup", (), "On A, /login > Management > Software Management, Software :: Backup Settings: Download Backup"),
    (SYNC_NOW, (), "On B, /login > Management > Failover, Backup Site Instance Status: Sync Now; wait until it is complete"),
    (BREAK, (), "On B, the same page, within minutes: Break Failover Relationships"),
    ("b-verify-software", (), f"On B, {_UPDATE}"),
    ("b-verify-portal", (), "Verify B under the site's hostname, led to {b} by a hosts line; remove the line afterwards"),
    (SWING, (STEPS.second_half, STEPS.swing_gap), "{swing}"),
    ("b-download-backup", (), "On B: Download Backup; since the swing B has the only copy of the configuration"),
    ("a-verify-software", (), f"Once nobody is connected to A: on A, {_UPDATE}"),
    ("a-verify-portal", (), "Verify A under the site's hostname, led to {a}"),
    (ESTABLISH, (), _ESTABLISH),
    (FIRST_SYNC, (), "On A, the backup now: Sync Now; wait until the page lists the time of the last synchronisation"),
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
    """List the presses that are not proved yet, in order, a numbered line each; a press that was made is marked as such."""
    history = state.history
    settings = state.facts["settings"]
    patch, version = settings["update"].get("patch"), settings["site"]["target_version"]
    places = {
        "version": f"{patch} on {version}" if patch else version, "a": settings["a"]["address"], "b": settings["b"]["address"],
        "shared": settings["swing"]["shared_ip"] or "",
    }  # fmt: skip
    swing = _SWINGS[settings["swing"]["method"]].format(**places)
    lines = [f"What is left of {state.name}; never restart an appliance, never press Fix This Error or Become Primary/Backup:"]
    parts = [
        (step, text.format(**places, swing=swing)) for step, others, text in _PARTS if not _is_done((step, *others), history)
    ]
    for number, (step, text) in enumerate(parts, 1):
        lines.append(f"{number:3d}  {text}{' - PRESSED already, not proved: look first' if history.intent(step) else ''}")
    return "\n".join(lines)


def _is_done(steps: tuple[str, ...], history: RunHistory) -> bool:
    return any(history.proof(step) or history.reading(step) for step in steps)
