"""Management > Failover: the pair, as this appliance sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pages.engine.actions.guarded_click import GuardedClick
from pages.engine.meaning.failure_words import failure_lines, stated_failures, telling_lines
from pages.engine.screen import Screen
from pages.engine.text.wording import ignorecase
from pages.engine.view.control_query import ControlQuery, find_commands
from pages.login.failover_role import peer_of, role_of, shown_role
from pages.login.new_relationship import NewRelationship
from pages.login.synchronisation import last_sync, sync_status, syncing
from pages.readings.failover_status import FailoverStatus, Role

if TYPE_CHECKING:
    from pages.engine.view.expected_control import ExpectedControl
    from pages.engine.view.page_view import PageControl, PageView
    from robot.network.chromium import NetworkMonitor

_HISTORY = r"history|events?\b"
_STATUS = r"Site Instance Status|^this host"
_FAILED = r"(fail(ed|ure)\b|could not|cannot|unable|error|mismatch|do(es)? not match|refused|denied|timed out)"
ALERT: Final = (
    r"product version on the primary.*\bdoes not match|network interface is not enabled|is not listed as an ip address|"
    r"could not contact\b.*\b(primary|test ip)|backup operations are disabled|failed to (perform a )?probe|"
    r"failed to contact the primary|is automatically becoming the primary"
)
"""The product's own words for the mails that it sends about a pair (Email Configuration)."""


class FailoverScreen(Screen):
    """Management > Failover, in all its states: no relationship, primary, backup, conflict."""

    title = "Management > Failover"
    interface = "login"
    breadcrumbs = ((r"^Management$", r"^Failover$"), (r"^Failover$",))
    folds = r"^((failover )?(configuration|settings)|set ?up a failover relationship|.*site instance status|this host's status)$"
    known_by = 'role (Primary or Backup Site Instance), nor button "Establish Relationship"'

    def is_shown(self, view: PageView) -> bool:
        """Tell whether the page shows a role, or has the form that establishes a relationship."""
        return bool(role_of(view))

    def read(self) -> FailoverStatus:
        """Read the state of the pair. Times stay in the page's words: they are compared for change only."""
        view = self.look()
        role = shown_role(view)
        current = view.outside(_HISTORY)
        running = syncing(current)
        last, unread = last_sync(current)
        failures = stated_failures(current, _FAILED, unlike=r"interval|limit|timeout|: (none|no|n/a|-)$|fix this error")
        return FailoverStatus(
            role=role,
            peer=peer_of(current),
            last_sync=last,
            last_sync_unread="" if running else unread,
            sync_status=sync_status(current),
            syncing=running != "",
            progress=running,
            conflict=role is Role.CONFLICT,
            message=next(failures, ""),
            alerts=tuple(dict.fromkeys(stated_failures(current, ALERT))),
            complaints=failure_lines(telling_lines(view)),
            settings=_settings(view),
        )

    def sync_now(self, answers: NetworkMonitor) -> GuardedClick:
        """Return the click on Sync Now of this screen; a cluster's page has one of the same name."""
        return GuardedClick(self.tab, self._command(r"^Sync Now$"), "Sync Now", answers)

    def break_failover_relationships(self, answers: NetworkMonitor) -> GuardedClick:
        """Return the click on Break Failover Relationships."""
        button = self._command(r"^Break Failover Relationships?$")
        return GuardedClick(self.tab, button, "Break Failover Relationships", answers)

    def _command(self, name: str) -> ControlQuery:
        """Return the query for a command of this pair: if several have its name, the one under the heading of its own status."""

        def choose(view: PageView) -> list[PageControl]:
            commands, own = find_commands(view, name), find_commands(view.section(_STATUS), name)
            return own if len(commands) > 1 and len(own) == 1 else commands

        return ControlQuery(self.tab, choose)

    @property
    def new_relationship(self) -> NewRelationship:
        """The form that establishes a relationship; the page shows it only if there is none."""
        return NewRelationship(self)

    def controls(self, role: Role, answers: NetworkMonitor) -> tuple[ExpectedControl, ...]:
        """Return the controls that the procedure needs here on an appliance in this role.

        Returns:
            Sync Now and Break on the backup; the fields and Establish Relationship without a relationship; else none.
        """
        if role is Role.BACKUP:
            return self.sync_now(answers).sought, self.break_failover_relationships(answers).sought
        return self.new_relationship.controls(answers) if role is Role.NONE else ()


def _settings(view: PageView) -> dict[str, str]:
    """Return the failover settings that are kept over an upgrade (RE12): the value of each field by its label."""
    part = view.section(r"(^|:: )Backup Settings$|Site Instance Configuration")
    kept: dict[str, str] = {}
    for control in part.controls:
        if not control.name or ignorecase(r"check this box|even if|peer .*contacted|while becoming").search(control.name):
            continue
        if control.kind == "checkbox":
            kept[control.name] = {True: "on", False: "off", None: "not to be told"}[control.checked]
        elif control.kind in {"text", "select"}:
            kept[control.name] = control.value or ""
    return kept
