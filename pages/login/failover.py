"""Management > Failover: the pair, as this appliance sees it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pages.pressing import Press
from pages.screen import Screen
from pages.sight import control_called, field_called, words
from robot.errors import WrongScreen
from robot.model import FailoverStatus, Role

if TYPE_CHECKING:
    from pages.sight import Sight
    from robot.browser import Answers

_ROLE = r"(primary|backup) site instance status"
_CONFLICT = r"conflict in the primary|both of them are either primary or backup"
_NEW_BACKUP = r"New Backup Site Connection Details"
_REVERSE = r"Reverse Connection Details"
_LAST_SYNC = r"last\b.*\bsync|sync\w*\b.*\b(completed|date|time)\b|last (successful )?data[- ]?synchroni[sz]ation"
_NOT_A_TIME = r"status|result|interval|limit|next|bandwidth|schedule|duration"
_SYNCING = (
    r"sync\w*( is| currently)* (in progress|under ?way|running|started|pending)|(is|being|currently) sync|"
    r"synchroni[sz]ing|syncing|sync\w*\b.*\b\d+ ?%"
)
_HOST = r"host ?name|ip address|^address$|^host$"
_PORT = r"port"


class FailoverScreen(Screen):
    """Management > Failover, in all its states: no relationship, primary, backup, conflict."""

    title = "Management > Failover"
    interface = "login"
    breadcrumbs = ((r"^Management$", r"^Failover$"), (r"^Failover$",))

    def is_shown(self, sight: Sight) -> bool:
        """By a role, or by the form that establishes a relationship."""
        return bool(_role(sight))

    def read(self) -> FailoverStatus:
        """Say what the screen says. Times are kept as worded: they are compared for change only."""
        sight = self.look()
        now = sight.outside(r"history")
        return FailoverStatus(
            role=_role(sight) or Role.NONE,
            peer=now.value(r"peer.*(address|host|site)|^(primary|backup) site( instance)?( address)?$"),
            last_sync=_last_sync(now),
            syncing=bool(_says(now, _SYNCING)),
            progress=_says(now, _SYNCING),
            conflict=bool(sight.says(_CONFLICT)),
            message=_says(now, r"(fail(ed|ure)|could not|cannot|unable|error|mismatch|do(es)? not match|refused|denied)\b"),
            settings=_settings(sight),
        )

    def sync_now(self, answers: Answers) -> Press:
        """Sync Now, of this screen; a cluster's page has one of the same name."""
        return Press(self.tab, control_called(self.tab, r"^Sync Now$"), "Sync Now", answers, r"sync")

    def break_failover_relationships(self, answers: Answers) -> Press:
        """Break Failover Relationships."""
        name = r"^Break Failover Relationships?$"
        return Press(self.tab, control_called(self.tab, name), "Break Failover Relationships", answers, r"failover|relationship")

    def fill_connection(self, *, backup: tuple[str, int], reverse: tuple[str, int]) -> None:
        """Fill in how this primary reaches the new backup, and how that backup reaches back."""
        for group, (host, port) in ((_NEW_BACKUP, backup), (_REVERSE, reverse)):
            field_called(self.tab, _HOST, group).fill(host)
            field_called(self.tab, _PORT, group).fill(str(port))

    def connection(self) -> dict[str, str]:
        """What the two groups of fields hold, to be compared before the press."""
        sight = self.look()
        return {
            f"{name} {part}": sight.section(group).value(label)
            for name, group in (("backup", _NEW_BACKUP), ("reverse", _REVERSE))
            for part, label in (("host", _HOST), ("port", _PORT))
        }

    def establish_relationship(self, answers: Answers) -> Press:
        """Establish Relationship: attempts it, from the appliance that is to be the primary."""
        return Press(
            self.tab,
            control_called(self.tab, r"^Establish Relationship$"),
            "Establish Relationship",
            answers,
            r"failover|relationship|backup",
        )


def _role(sight: Sight) -> Role | None:
    if sight.says(_CONFLICT) or sight.presses(r"^Fix This Error$"):
        return Role.CONFLICT
    found = {match[1].lower() for name in sight.headings if (match := words(_ROLE).search(name))}
    host = words(r"\b(primary|backup) site instance").search(sight.value(r"this host"))
    if not found and host:
        found = {host[1].lower()}
    if len(found) > 1:
        raise WrongScreen(f"Management > Failover shows two roles at once: {sorted(found)}")
    if found:
        return Role(found.pop())
    return Role.NONE if sight.presses(r"^Establish Relationship$") else None


def _last_sync(sight: Sight) -> str:
    wanted, other = words(_LAST_SYNC), words(_NOT_A_TIME)
    found = {value for label, value in sight.pairs if wanted.search(label) and not other.search(label)}
    if len(found) == 1:
        value = found.pop()
        return "" if re.fullmatch(r"(never|none|n/?a|-+|unknown)?", value, re.IGNORECASE) else value
    line = sight.says(r"last\b.*\bsync.*\d{1,4}[-/:.]\d")
    return line if not found else ""


def _says(sight: Sight, pattern: str) -> str:
    """The first line with these words that is neither a row of a table of events nor a setting."""
    wanted = words(pattern)
    lines = [item["text"] for item in sight.items if item["what"] == "text"]
    lines += [f"{label}: {value}" for label, value in sight.pairs if not words(r"interval|limit|timeout").search(label)]
    return next((line for line in lines if wanted.search(line)), "")


def _settings(sight: Sight) -> dict[str, str]:
    """The failover settings that are kept over an upgrade (RE12): every field that holds one."""
    part = sight.section(r"(^|:: )Backup Settings$|Site Instance Configuration")
    kept: dict[str, str] = {}
    for control in part.controls:
        if control.kind == "checkbox" and not words(r"check this box|even if").search(control.name):
            kept[control.name] = "on" if control.checked else "off"
        elif control.kind in {"text", "select"} and control.name:
            kept[control.name] = control.value or ""
    return kept
