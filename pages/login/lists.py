"""The lists of /login that show how much a site holds: users, group policies, Jump Items, recorded sessions, Jump Clients.

What a page words in another way is not counted: nothing is guessed from a part of a list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pages.engine.actions.navigation import wait_until_stable
from pages.engine.meaning.numbers import number_beside, parse_integer
from pages.engine.screen import Screen
from pages.engine.text.wording import ignorecase
from pages.login.status import GROUPS, JUMP_ITEMS, RECORDED, USERS

if TYPE_CHECKING:
    from pages.engine.view.page_view import PageView

_OF_ALL = r"(?:\bof|\btotal:?|\ball) +([\d,.]+)(?! ?(%|min|hour|day))"
_PAGED = r"^(next( page)?|[\u00bb\u203a>]+|older|(load|show) more|[2-9]|last( page)?)$"
_ENTRY = r"^(edit|delete|remove|modify)\b"
_SECURITY = r"^Users (and|&) Security$"


class ListScreen(Screen):
    """One list, which is counted.

    Attributes:
        named: a pattern for the list's name in headings.
        counted: a pattern for the label of the list's number.
    """

    interface = "login"
    drawn_within_s = 2.0  # a run can do without its number
    known_anywhere = False  # another list may show its number too
    documented = 2
    named: ClassVar[str]
    counted: ClassVar[str]

    def is_shown(self, view: PageView) -> bool:
        """Tell whether the page has its name in a heading, in the window's title, or beside a number."""
        return bool(view.heading(self.named) or ignorecase(self.named).search(view.title) or view.values(self.counted))

    def count(self) -> int | None:
        """Return how many entries the list has; None if the page does not say, or shows only a part of them."""
        number = self._counted(self.look())
        return number if number is not None else self._counted(wait_until_stable(self.tab))

    def _counted(self, view: PageView) -> int | None:
        number = number_beside(view, self.counted)
        return number if number is not None else self._entries(view)

    def _entries(self, view: PageView) -> int | None:
        """Return the total that the page shows ("1-25 of 42"), or the number of rows if there are no further pages; else None."""
        part = view.section(self.named) if view.heading(self.named) else view
        totals = {
            number
            for line in part.prose
            for total in ignorecase(_OF_ALL).findall(line)
            if (number := parse_integer(total[0])) is not None
        }
        if totals:
            return totals.pop() if len(totals) == 1 else None
        if any(not control.menu for control in view.clickables(_PAGED)):
            return None
        rows = [row for row in part.rows if any(ignorecase(_ENTRY).search(control.name) for control in row.controls)]
        return len(rows) or None


class UsersScreen(ListScreen):
    """Users & Security > Users."""

    title = "Users & Security > Users"
    breadcrumbs = ((_SECURITY, r"^Users$"), (r"^Users$",))
    named = r"\busers?\b|user accounts?"
    counted = USERS


class GroupPoliciesScreen(ListScreen):
    """Users & Security > Group Policies."""

    title = "Users & Security > Group Policies"
    breadcrumbs = ((_SECURITY, r"^Group Policies$"), (r"^Group Policies$",))
    named = r"group polic(y|ies)"
    counted = GROUPS


class JumpItemsScreen(ListScreen):
    """Jump > Jump Items; on pages without it, Configuration > Jump Clients."""

    title = "Jump > Jump Items"
    breadcrumbs = ((r"^Jump$", r"^Jump Items?$"), (r"^Configuration$", r"^Jump Clients$"))
    named = r"jump (items?|clients?)"
    counted = rf"{JUMP_ITEMS}|^((total|number of|installed|deployed) )?jump clients?$"


class SupportReportsScreen(ListScreen):
    """Reports > Support: how many sessions are recorded."""

    title = "Reports > Support"
    breadcrumbs = ((r"^Reports$", r"^(Support|Access|Sessions?)$"),)
    named = r"\bsessions?\b"
    counted = RECORDED

    def _entries(self, view: PageView) -> int | None:  # noqa: ARG002 - a report's page lists only a part of them
        return None


class JumpClientsScreen(ListScreen):
    """Jump > Jump Clients: how many are online."""

    title = "Jump > Jump Clients"
    breadcrumbs = ((r"^Jump$", r"^Jump Clients$"), (r"^Configuration$", r"^Jump Clients$"))
    named = r"jump clients?"
    counted = r"^((jump )?clients? )?(online|connected)( (jump )?clients?)?$"

    def _entries(self, view: PageView) -> int | None:  # noqa: ARG002 - the list does not show who is online
        return None
