"""Status > Information (later Status): the site's software, what it holds, and who is connected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.engine.meaning.numbers import number_beside, parse_days, parse_integer, parse_total
from pages.engine.meaning.versions import untold_version, version_beside, versions_beside
from pages.engine.screen import Screen
from pages.engine.text.wording import ignorecase
from pages.readings.site_status import Contents, SiteStatus
from robot.domain.versions import build_in

if TYPE_CHECKING:
    from pages.engine.view.page_view import PageView

_VERSION = r"version|build|software"
_OTHER_VERSION = (
    r"\bapi\b|client|console|\bbase\b|protocol|firmware|latest|available|licen[sc]e|maintenance|expir|\bdate\b|previous|\bfrom\b"
)
_CONNECTED = r"connected (clients|users)"
_CLIENTS = ignorecase(r"representatives?|users?\b|customers?|sessions?|jump clients?|presentation|attendees?|clients?")
_NOT_CONNECTED = ignorecase(
    r"licen[sc]e|maximum|limit|configured|accounts?|recorded|completed|logged\b(?! in)|stored|total|contents|ever\b|offline"
)
_LICENCE = ignorecase(r"licen[sc]es?\b|maximum (concurrent )?(users|representatives|sessions)")
_LICENCES = r"^(.*:: ?)?([\w ]{1,20} )?licen[sc]es?$"
_HOW_MANY = ignorecase(r"count|total|quantity|seats|number|purchased|maximum|^licen[sc]es$")
_NOT_A_LICENCE = ignorecase(r"\b(in use|used|free|available|remaining|consumed|key|version|expir\w*|file|id)\b")
_BUILT_FOR = ignorecase(r"\bclient[- ]software\b.*\bconnect to (\w[\w.-]*)")
_MAINTENANCE = r"maintenance|support (contract|agreement)"
USERS = r"^((total|number of|configured|local|active) )?(users?|user accounts?)$"
GROUPS = r"^((total|number of|configured) )?(group polic(y|ies)|(user )?groups?)$"
JUMP_ITEMS = r"^((total|number of|configured|deployed) )?jump items?$"
RECORDED = r"\b(recorded|completed|logged(?! in)|stored)\b.*\bsessions?$|\bsessions? (recorded|completed|logged|stored)$"


class StatusScreen(Screen):
    """Status > Information: version, state, contents, licences, connected clients."""

    title = "Status > Information"
    interface = "login"
    breadcrumbs = ((r"^Status$", r"^Information$"), (r"^Status$",))
    known_by = "version of the site's software"
    is_landing = True

    def is_shown(self, view: PageView) -> bool:
        """Tell whether the page has the version of the site's software, or its label while the version is not shown yet."""
        return bool(versions_beside(view, _VERSION, _OTHER_VERSION) or untold_version(view, _VERSION, _OTHER_VERSION))

    def read(self) -> SiteStatus:
        """Read version, state, contents, licences and connected clients. The Restart button of this screen is not modelled."""
        view = self.look()
        return SiteStatus(
            state=_state(view),
            product=version_beside(
                view,
                _VERSION,
                _OTHER_VERSION,
                screen=self.title,
            ),
            build=_build(view),
            hostname=view.value(r"^(site )?(host ?name|address)") or _built_for(view),
            clients=_clients(view),
            contents=_contents(view.outside(_CONNECTED)),
            licences=_licences(view),
            maintenance=_maintenance(view),
        )


def _built_for(view: PageView) -> str:
    """Return the name to which the client software connects, which is the site's; "" if the page does not tell."""
    found = next(filter(None, map(_BUILT_FOR.search, view.text.splitlines())), None)
    return found[1].rstrip(".") if found else ""


def _build(view: PageView) -> str:
    """Return the build number of the site's software, beside a label of its own or in the value beside its version's."""
    wanted, other = ignorecase(_VERSION), ignorecase(_OTHER_VERSION)
    beside = [build_in(value) for label, value in view.pairs if wanted.search(label) and not other.search(label)]
    return view.value(r"^((product|software|site) )?build( number)?$") or next(filter(None, beside), "")


def _state(view: PageView) -> str:
    """Return the site's state in the page's words; a menu that is drawn as a table may have a "Status" too."""
    own = view.section(r"site (status|state)|information")
    return view.value(r"^site (status|state)$") or own.value(r"^(status|state)$") or view.value(r"^(status|state)$")


def _clients(view: PageView) -> dict[str, int]:
    """Return how many are connected, by the page's words for who it is."""
    part = view.section(_CONNECTED) if view.heading(_CONNECTED) else view.outside(_NOT_CONNECTED.pattern)
    clients: dict[str, int] = {}
    who = ""
    for label, value in part.pairs:
        number = parse_integer(value)
        if number is None:  # "Client: Representatives", and then "Connected: 3"
            who = value if _CLIENTS.search(value) else ""
        elif _CLIENTS.search(label):
            clients[label] = number
        elif who:
            clients[who] = number
    return {label: number for label, number in clients.items() if not _NOT_CONNECTED.search(label)}


def _contents(view: PageView) -> Contents:
    """Return what the site holds; "users", which may also be who is connected, counts only in a section about contents."""
    return Contents(
        users=number_beside(view.section(r"contents|accounts|configur"), USERS),
        groups=number_beside(view, GROUPS),
        jump_items=number_beside(view, JUMP_ITEMS),
        recorded_sessions=number_beside(view, RECORDED),
    )


def _licences(view: PageView) -> dict[str, int]:
    """Return the number of each licence, by its label or its row in the table of licences."""
    counted = {
        label: parse_integer(value) for label, value in view.pairs if _LICENCE.search(label) and not _NOT_A_LICENCE.search(label)
    }
    counted |= {
        label: total for label, value in view.pairs if _LICENCE.search(f"{label} {value}") and (total := parse_total(value))
    }
    licences = {label: number for label, number in counted.items() if number is not None}
    heads: tuple[str, ...] = ()
    for row in view.section(_LICENCES).rows:
        if row.head:
            heads = row.cells
            continue
        numbers = [number for number in _columns(heads, row.cells) if number is not None]
        if len(numbers) == 1 and parse_integer(row.cells[0]) is None:
            licences[row.cells[0]] = numbers[0]
    return dict(sorted(licences.items()))


def _columns(heads: tuple[str, ...], cells: tuple[str, ...]) -> list[int | None]:
    """Return the numbers of a row in the columns that tell how many there are; if none is named so, all numbers."""
    named = [place for place, head in enumerate(heads) if place and _HOW_MANY.search(head)] if len(heads) == len(cells) else []
    return [parse_integer(cells[place]) for place in named or range(1, len(cells))]


def _maintenance(view: PageView) -> str:
    """Return the date on which the maintenance contract ends, in the page's words; an empty string if the page shows none."""
    wanted = ignorecase(_MAINTENANCE)
    return next((value for label, value in view.pairs if wanted.search(label) and parse_days(value)), "")
