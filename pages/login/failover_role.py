"""Which of the pair an appliance is, as Management > Failover tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.engine.text.wording import ignorecase
from pages.engine.view.page_description import describe_page
from pages.readings.failover_status import Role
from robot.domain.errors import WrongScreen

if TYPE_CHECKING:
    from pages.engine.view.page_view import PageView

_ROLE = r"^(.*(::|>|:|-) *)?(primary|backup) site instance( status| configuration)?$"
_THIS_HOST = r"^this (host|site|appliance)|^(current |failover |site |host )?role$|^(site )?instance( role| type)?$"
_PEER = r"^(the )?(peer|remote|other) (host|site|appliance)"
_CONFLICT = r"conflict in the primary|both of them are either primary or backup"
_COMMANDS = r"^(Sync Now|Break Failover Relationships?|Become (Primary|Backup))$"
_FIX = r"^Fix This Error$"


def role_of(view: PageView) -> Role | None:
    """Return the role that the screen's own headings tell, or its words on this host; it is checked against its buttons.

    A conflict is told by its words. A button "Fix This Error" alone tells of one only where neither a role is told nor a new
    relationship offered: a banner could draw it too, and whether both sites say the same role is seen on their own two screens.

    Raises:
        WrongScreen: they contradict each other.
    """
    if view.current_statement(_CONFLICT):
        return Role.CONFLICT
    found = _stated_roles(view)
    commands, establish = view.clickables(_COMMANDS), view.clickables(r"^Establish Relationship$")
    if len(found) > 1 or (found and establish and not commands):
        raise WrongScreen(f"Management > Failover contradicts itself: roles {sorted(found)}; there is: {describe_page(view)}")
    if found:
        return Role(found.pop())
    if establish and not commands:
        return Role.NONE
    return Role.CONFLICT if view.clickables(_FIX) else None


def _stated_roles(view: PageView) -> set[str]:
    """Return each role of this host, "primary" or "backup", that a heading, a value, a line or the offer of the other tells."""
    found = {match[3].lower() for name in view.headings if (match := ignorecase(_ROLE).search(name))}
    this, role = ignorecase(_THIS_HOST), ignorecase(r"\b(primary|backup)( site)?( instance)?\b(?! (or|and|/))")
    own = view.outside(_PEER)
    mine = [f"{value}" for label, value in own.pairs if this.search(label)]
    mine += view.section(r"^this (host|site|appliance)").prose
    mine += [
        line
        for line in view.prose
        if ignorecase(r"^(this is (the|a)|this (host|site|appliance)\b.* is (the|a)|you are on (the|a)) ").search(line)
    ]
    found |= {match[1].lower() for line in mine if (match := role.search(line)) and len(set(role.findall(line.lower()))) == 1}
    return found | {
        "backup" if ignorecase("primary").search(button.name) else "primary"
        for button in view.clickables(r"^Become (Primary|Backup)$")
        if button.enabled or len(view.clickables(r"^Become (Primary|Backup)$")) == 1
    }
