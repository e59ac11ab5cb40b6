"""The role of an appliance in the pair, as Management > Failover shows it."""

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
_PEER_NAMED = r"peer.*(address|host|site)|^(primary|backup) site( instance)?( address)?$"
_CONFLICT = r"conflict in the primary|both of them are either primary or backup"
_COMMANDS = r"^(Sync Now|Break Failover Relationships?|Become (Primary|Backup))$"
_FIX = r"^Fix This Error$"


def role_of(view: PageView) -> Role | None:
    """Return the role that the screen's headings, or its words about this host, show; None if they show none.

    The role must agree with the screen's buttons. A conflict is known by its words. A button "Fix This Error" alone means a
    conflict only if the screen shows no role and offers no new relationship: a banner could have that button too, and whether
    both appliances show the same role is seen on their two screens.

    Raises:
        WrongScreen: headings, words and buttons contradict each other.
    """
    if view.current_statement(_CONFLICT):
        return Role.CONFLICT
    roles = _stated_roles(view)
    commands, establish = view.clickables(_COMMANDS), view.clickables(r"^Establish Relationship$")
    if len(roles) > 1 or (roles and establish and not commands):
        raise WrongScreen(f"Management > Failover contradicts itself: roles {sorted(roles)}; there is: {describe_page(view)}")
    if roles:
        return Role(roles.pop())
    if establish and not commands:
        return Role.NONE
    return Role.CONFLICT if view.clickables(_FIX) else None


def shown_role(view: PageView) -> Role:
    """Return the role that the screen shows, as `role_of` does.

    Raises:
        WrongScreen: it shows none, or contradicts itself.
    """
    if (role := role_of(view)) is None:
        raise WrongScreen(f"Management > Failover shows no role; there is: {describe_page(view)}")
    return role


def peer_of(view: PageView) -> str:
    """Return the other appliance in the page's words, which stand beside a label or under a heading of its own; "" if untold."""
    return view.value(_PEER_NAMED) or view.section(_PEER).value(r"^host ?name$|^(ip )?address$")


def _stated_roles(view: PageView) -> set[str]:
    """Return each role, "primary" or "backup", that a heading, a value, a line or the button for the other role shows."""
    roles = {match[3].lower() for name in view.headings if (match := ignorecase(_ROLE).search(name))}
    this, role = ignorecase(_THIS_HOST), ignorecase(r"\b(primary|backup)( site)?( instance)?\b(?! (or|and|/))")
    own = view.outside(_PEER)
    mine = [f"{value}" for label, value in own.pairs if this.search(label)]
    mine += view.section(r"^this (host|site|appliance)").prose
    mine += [
        line
        for line in view.prose
        if ignorecase(r"^(this is (the|a)|this (host|site|appliance)\b.* is (the|a)|you are on (the|a)) ").search(line)
    ]
    roles |= {match[1].lower() for line in mine if (match := role.search(line)) and len(set(role.findall(line.lower()))) == 1}
    return roles | {
        "backup" if ignorecase("primary").search(button.name) else "primary"
        for button in view.clickables(r"^Become (Primary|Backup)$")
        if button.enabled or len(view.clickables(r"^Become (Primary|Backup)$")) == 1
    }
