"""What is in the way of a screen: news, notices, tips, surveys, announcements, reminders, cookie bars, a session's end.

An obstacle is known by having exactly one harmless control that puts it away. A page that asks for data, agrees to terms, asks a
question or changes a setting is no obstacle: a person settles it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pages.engine.meaning.sign_in_forms import LOG_OUT, asks_for_sign_in
from pages.engine.snapshot.tab_memory import TabMemory
from pages.engine.text.questions import DESTRUCTIVE, NO, YES
from pages.engine.text.wording import ignorecase
from pages.engine.view.boxes import Box

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from playwright.sync_api import Page

    from pages.engine.view.page_view import PageView

AT_MOST = 3
"""How often the same words are put away in one sign-in: an obstacle that keeps coming back is for a person."""
_GOES_ON = ignorecase(r"^(continue|ok(ay)?)$")
"""Controls that put a notice away only if they answer no question."""
_PUTS_AWAY = ignorecase(
    r"^(continue|ok(ay)?|close( (this|the|window|dialog|message|notice|box|announcement))*|got it!?|i see|understood|dismiss|"
    r"hide|no,? thanks?( you)?|skip( (this|the|tour|survey|for now))*|((remind|ask) me |maybe )?later|not now|"
    r"stay (signed|logged) in|keep me (signed|logged) in|extend (my |the )?session|continue (working|(my |the )?session)|"
    r"reject( all)?( cookies)?|(only necessary|necessary only)( cookies)?|x|[\u00d7\u2715\u2716\u2717\u2a2f\u2573])$"
)
_STAYS = ignorecase(r"^(stay|keep me) (signed|logged) in$|\bsession$|^continue working$")
_NOT_AGAIN = ignorecase(r"\b(do not|don't|never) (show|display|remind)\b|\bhide (this|it)\b")
"""The words beside a tick box that may stay as it is."""
_TERMS = ignorecase(
    r"\bagree(s|d|ing|ments?)?\b|\bterms (of|and)\b|\bEULA\b|\bconsent|\b(i|we|you) accept\b|\baccepting\b|\backnowledge"
)
_ELSEWHERE_AFTER_S = ignorecase(
    r"\balready (logged|signed) in\b|\banother (session|location)\b|\bchange your password\b|\bpassword (has|is) expired\b"
)
"""Words about the account itself, which are for a person, whatever the button says."""
_ASKS = ignorecase(r"\?\W*$|\bare you sure\b|\bconfirm\b|\bdo you (really )?want\b")
_IDLE_QUESTION = ignorecase(r"^\W*(what'?s new|what\u2019s new|did you know|(any |have )?questions|need help)\b")
_ANNOUNCES = ignorecase(r"\?|\b(will|shall|must|going to|now|continu\w+|click\w*|press\w*|proceed\w*|choos\w+|select\w*)\b")
_AT_WORK = ignorecase(r"\b(in progress|downloading|installing|uploading|please wait)\b|\d ?% (complete|done|finished)\b")


@dataclass(frozen=True)
class Obstacle:
    """What is in the way of a screen or a control.

    Attributes:
        words: its words, in one line.
        control: the words on the only control that puts it away.
    """

    words: str
    control: str


def find_obstacle(box: Box, before: Iterable[PageView] = ()) -> Obstacle | None:
    """Return the obstacle that a box is; None if it is none, or if a person must settle it.

    Args:
        box: the box.
        before: the views of earlier pages, the newest first. A line that was also on the newest of them that is the sign-in or
            has a menu, and lacks the control, is a banner: it announces nothing.
    """
    ways = [each for each in box.clickables if _PUTS_AWAY.search(each)]
    if len(ways) != 1 or box.fields or not box.words or not all(_NOT_AGAIN.search(tick) for tick in box.checkboxes):
        return None
    if any(each.search(box.words) for each in (_TERMS, _AT_WORK, _ELSEWHERE_AFTER_S)) or any(map(_TERMS.search, box.clickables)):
        return None
    if not _STAYS.search(ways[0]) and _announces_harm(_without_banners(box, before, ways[0])):
        return None
    if _GOES_ON.search(ways[0]) and not _only_tells(box, ways[0]):
        return None
    return Obstacle(" ".join(box.words.split()), ways[0])


def _only_tells(box: Box, way: str) -> bool:
    """Tell whether a box asks nothing that its control would answer."""
    others = [each for each in box.clickables if each != way]
    if any(ignorecase(f"^({YES})$|{NO}").search(each) for each in others):
        return False
    return not any(_ASKS.search(each) and not _IDLE_QUESTION.search(each) for each in _sentences(box))


def _announces_harm(box: Box) -> bool:
    """Tell whether a box announces something destructive, and does not only describe a release."""
    return any(DESTRUCTIVE.search(each) and _ANNOUNCES.search(each) for each in _sentences(box))


def _without_banners(box: Box, before: Iterable[PageView], way: str) -> Box:
    own = (page for page in before if asks_for_sign_in(page) or any(control.menu for control in page.controls))
    other = next((page for page in own if not page.clickables(f"^{re.escape(way)}$")), None)
    lines_before = {*other.text.splitlines(), *other.headings} if other is not None else set[str]()
    return replace(box, lines=tuple(line for line in box.lines if line not in lines_before))


def _sentences(box: Box) -> list[str]:
    return [sentence for line in box.lines for sentence in ignorecase(r"(?<=[.!?;])\s+").split(line)]


def page_as_box(view: PageView) -> Box:
    """Return a whole page as a box, without its menu and the control that ends the session."""
    own = [control for control in view.controls if not control.menu and not ignorecase(LOG_OUT).search(control.name)]
    menu = {control.name for control in view.controls if control not in own}
    lines = [line for line in dict.fromkeys((*view.headings, *view.text.splitlines())) if not menu.issuperset(line.split(" | "))]
    at_work = [f"progress {view.progress}: in progress"] if view.progress is not None else []
    return Box(
        (*lines, *at_work),
        tuple(control.name for control in own if control.kind in {"button", "link"} and control.enabled),
        sum(control.kind not in {"button", "link", "checkbox"} for control in own),
        tuple(control.name for control in own if control.kind == "checkbox"),
    )


_PUT_AWAY = TabMemory[dict[str, int]]()
_TOO_OFTEN = TabMemory[None]()
_WITNESSES = TabMemory["Callable[[Obstacle], None]"]()


def report_dismissals_to(tab: Page, witness: Callable[[Obstacle], None]) -> None:
    """Call a witness with every obstacle before it is put away in this tab; if the witness raises, it is not put away."""
    _WITNESSES[tab] = witness


def has_come_back_too_often(tab: Page) -> bool:
    """Tell whether an obstacle in this tab has been put away in this sign-in as often as is allowed."""
    return tab in _TOO_OFTEN


def count_dismissals(tab: Page) -> int:
    """Return how many obstacles have been put away in this sign-in."""
    return sum(_PUT_AWAY.get(tab, {}).values())


def register_dismissal(tab: Page, obstacle: Obstacle) -> bool:
    """Count and report an obstacle that is about to be put away; return False if it has come back too often in this sign-in."""
    counted = _PUT_AWAY.setdefault(tab, {})
    if counted.get(obstacle.words, 0) >= AT_MOST or sum(counted.values()) >= 10 * AT_MOST:
        _TOO_OFTEN[tab] = None
        return False
    if tab in _WITNESSES:
        _WITNESSES[tab](obstacle)
    counted[obstacle.words] = counted.get(obstacle.words, 0) + 1
    return True
