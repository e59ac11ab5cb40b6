"""Management > Failover: the pair, as this appliance sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.drift import Sought, instead
from pages.pressing import Press
from pages.screen import Screen
from pages.sight import control_called, field_called, words
from robot.errors import WrongScreen
from robot.model import FailoverStatus, Role

if TYPE_CHECKING:
    from pages.sight import Sight
    from robot.browser import Answers

_ROLE = r"^(.*(::|>|:|-) *)?(primary|backup) site instance( status| configuration)?$"
_THIS_HOST = r"^this (host|site|appliance)|^(current |failover |site |host )?role$|^(site )?instance( role| type)?$"
_PEER = r"\bpeer\b|\bremote (host|site)|\bother (host|site|appliance)"
_HISTORY = r"history|events?\b"
_CONFLICT = r"conflict in the primary|both of them are either primary or backup"
_COMMANDS = r"^(Sync Now|Break Failover Relationships?|Become (Primary|Backup))$"
_NEW_BACKUP = r"New Backup Site Connection Details"
_REVERSE = r"Reverse Connection Details"
_LAST_SYNC = r"(last\b.*\bsync|sync\w*\b.*\b(completed|finished|date|time)\b)"
_NOT_A_TIME = r"status|result|interval|limit|timeout|next|bandwidth|schedule|duration|attempt|started|begun|size|check"
_COMPLETED = r"(?:complete|success|finish)"
_SYNCING = (
    r"sync\w*:?( process)?( is| has)?( currently| now| being| still)*:? "
    r"(in progress|under ?way|running|started|begun|pending|ongoing)|"
    r"(is|being|currently|now) sync|synchroni[sz]ing\b|syncing\b|sync\w*\b.*\b\d+ ?%|(first|data)[- ].*sync\w* .*about to begin|"
    r"sync\w*\b.*\bin progress"
)
_NOT_SYNCING = (
    r"\b(no|not|last|automatic|completed?|finished|failed|enable|disable)\b.*sync|"
    r"sync\w*.*\b(not|completed?|finished|failed|enabled|disabled)\b"
)
_FAILED = r"(fail(ed|ure)\b|could not|cannot|unable|error|mismatch|do(es)? not match|refused|denied|timed out)"
_ALERT = (
    r"product version on the primary.*\bdoes not match|network interface is not enabled|is not listed as an ip address|"
    r"could not contact\b.*\b(primary|test ip)|backup operations are disabled|failed to (perform a )?probe|"
    r"failed to contact the primary|is automatically becoming the primary"
)
"""What the product mails about a pair (Email Configuration), in its own words."""
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_MOMENT = (
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|"
    rf"{_MONTH} \d{{1,2}},? \d{{4}}|\d{{1,2}} {_MONTH},? \d{{4}})"
    r"(?:[ T,]+(?:at )?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[ap]\.?m\b\.?)?"
    r"(?: ?(?:Z|[A-Z]{2,5}\b(?:[+-]\d+)?|[+-]\d{2}:?\d{2}))?)?"
)
_HOST = r"host ?name|ip address|^address$|^host$"
_PORT = r"port"


class FailoverScreen(Screen):
    """Management > Failover, in all its states: no relationship, primary, backup, conflict."""

    title = "Management > Failover"
    interface = "login"
    breadcrumbs = ((r"^Management$", r"^Failover$"), (r"^Failover$",))
    known_by = 'role (Primary or Backup Site Instance), nor button "Establish Relationship"'

    def is_shown(self, sight: Sight) -> bool:
        """By a role, or by the form that establishes a relationship."""
        return bool(_role(sight))

    def read(self) -> FailoverStatus:
        """Say what the screen says. Times are kept as worded: they are compared for change only."""
        sight = self.look()
        now = sight.outside(_HISTORY)
        syncing = _syncing(now)
        return FailoverStatus(
            role=_role(sight) or Role.NONE,
            peer=now.value(r"peer.*(address|host|site)|^(primary|backup) site( instance)?( address)?$"),
            last_sync=_last_sync(now),
            syncing=syncing != "",
            progress=syncing,
            conflict=_in_conflict(sight),
            message=now.states(_FAILED, unlike=r"interval|limit|timeout"),
            alerts=tuple(dict.fromkeys(now.stated(_ALERT))),
            settings=_settings(sight),
        )

    def sync_now(self, answers: Answers) -> Press:
        """Sync Now, of this screen; a cluster's page has one of the same name."""
        return Press(self.tab, control_called(self.tab, r"^Sync Now$"), "Sync Now", answers, r"sync")

    def break_failover_relationships(self, answers: Answers) -> Press:
        """Break Failover Relationships."""
        return Press(
            self.tab,
            control_called(self.tab, r"^Break Failover Relationships?$"),
            "Break Failover Relationships",
            answers,
            r"failover|relationship",
            allowed=r"become (the )?(primary|backup)|reset",
        )

    def fill_connection(self, *, backup: tuple[str, int], reverse: tuple[str, int]) -> None:
        """Fill in how this primary reaches the new backup, and how that backup reaches back."""
        for (host, port), fields in zip((backup, reverse), self._connection_fields(), strict=True):
            for value, field in zip((host, str(port)), fields, strict=True):
                field.the_one(self.tab, screen=self.title).fill(value)

    def _connection_fields(self) -> list[tuple[Sought, Sought]]:
        """The host and the port of either group."""
        return [
            (
                Sought("Host name or IP address", "field", field_called(self.tab, _HOST, group), group),
                Sought("Port", "field", field_called(self.tab, _PORT, group), group),
            )
            for group in (_NEW_BACKUP, _REVERSE)
        ]

    def controls(self, role: Role, answers: Answers) -> tuple[Sought, ...]:
        """What the procedure needs here of an appliance in this role."""
        if role is Role.BACKUP:
            return self.sync_now(answers).sought, self.break_failover_relationships(answers).sought
        if role is Role.NONE:
            return *(field for pair in self._connection_fields() for field in pair), self.establish_relationship(answers).sought
        return ()

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
            allowed=r"become (the )?(primary|backup)",  # the roles that the two will have, as such a question may say
        )


def _role(sight: Sight) -> Role | None:
    """The role that the screen's own headings tell, or its words on this host; checked against its buttons.

    Raises:
        WrongScreen: they contradict each other.
    """
    if _in_conflict(sight):
        return Role.CONFLICT
    found = {match[3].lower() for name in sight.headings if (match := words(_ROLE).search(name))}
    this, role = words(_THIS_HOST), words(r"\b(primary|backup)( site)?( instance)?\b(?! (or|and|/))")
    mine = [f"{value}" for label, value in sight.pairs if this.search(label)]
    mine += sight.section(r"^this (host|site|appliance)").prose
    mine += [
        line
        for line in sight.prose
        if words(r"^(this is (the|a)|this (host|site|appliance)\b.* is (the|a)|you are on (the|a)) ").search(line)
    ]
    found |= {match[1].lower() for line in mine if (match := role.search(line)) and len(set(role.findall(line.lower()))) == 1}
    found |= {
        "backup" if words("primary").search(button.name) else "primary" for button in sight.presses(r"^Become (Primary|Backup)$")
    }
    commands, establish = sight.presses(_COMMANDS), sight.presses(r"^Establish Relationship$")
    if len(found) > 1 or (found and establish and not commands):
        raise WrongScreen(f"Management > Failover contradicts itself: roles {sorted(found)}; there is: {instead(sight)}")
    if found:
        return Role(found.pop())
    return Role.NONE if establish and not commands else None


def _in_conflict(sight: Sight) -> bool:
    return bool(sight.states(_CONFLICT) or sight.presses(r"^Fix This Error$"))


def _last_sync(sight: Sight) -> str:
    """When the last synchronisation was completed, as worded; "" where that cannot be told for certain.

    A time that is told relative to now changes by itself: taken for a new synchronisation, it would part an unsynchronised pair.
    """
    own = sight.outside(_PEER)
    wanted, other = words(_LAST_SYNC), words(_NOT_A_TIME)
    found = [(label, value) for label, value in own.pairs if wanted.search(label) and not other.search(label)]
    found += [(line, line) for line in own.prose if not found and wanted.search(line) and not other.search(line)]
    completed = [each for each in found if words(_COMPLETED).search(each[0])]
    moments = {moment for _, value in completed or found if (moment := _moment(value))}
    return moments.pop() if len(moments) == 1 else ""


def _moment(value: str) -> str:
    """The one point in time that these words tell; of several the one of completion."""
    told = words(rf"{_COMPLETED}\w*\b.*?({_MOMENT})").findall(value) or words(_MOMENT).findall(value)
    return str(told[0]) if len(told) == 1 else ""


def _syncing(sight: Sight) -> str:
    """What is said of a running synchronisation; "" where none runs."""
    return sight.states(_SYNCING, unlike=_NOT_SYNCING) or sight.states(
        rf"{_LAST_SYNC}.*(in progress|under ?way|running|pending|synchroni[sz]ing|syncing|\d ?%)"
    )


def _settings(sight: Sight) -> dict[str, str]:
    """The failover settings that are kept over an upgrade (RE12): every field that holds one."""
    part = sight.section(r"(^|:: )Backup Settings$|Site Instance Configuration")
    kept: dict[str, str] = {}
    for control in part.controls:
        if not control.name or words(r"check this box|even if|peer .*contacted|while becoming").search(control.name):
            continue
        if control.kind == "checkbox":
            kept[control.name] = "on" if control.checked else "off"
        elif control.kind in {"text", "select"}:
            kept[control.name] = control.value or ""
    return kept
