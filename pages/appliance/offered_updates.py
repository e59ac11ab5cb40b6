"""The packages that Updates lists: each with a button, or greyed out without one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pages.engine.meaning.versions import NUMBER
from pages.engine.text.wording import ignorecase, quote
from pages.readings.available_updates import UpdateOffer
from robot.domain.errors import WrongScreen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pages.engine.view.page_view import PageView

INSTALL = r"^Install This Update\b"
AVAILABLE = r"Available Updates"
NAME = r"(?:(?:package |update )?(?:name|title)|package|update) ?: "
"""The label of a package's name, on pages that draw each package in a box of its own."""
_GREYED = r"\s+Install This Update"
"""The words of a greyed-out button, which may be plain text after the name."""
_SHORT = 80
"""The most letters of a line that names a package; a longer one is a sentence of a help text."""
_INSTALLED = r"^(currently |already )?installed\b|^current(ly)?\b"
_GAP = r"[\s,;:(\u2013\u2014-]+"
_REQUIRES = r"(?:requires?|depends on|needs|prerequisites?)\b"
_ABOUT = r"^(view |see |read )?(the )?(release notes|details|more( info(rmation)?)?|read ?me)$"
"""Links beside a package, which are not its name."""
_LABEL = r"^(package|update|name|title|version|build|release( date)?|date|type|size|status|description|notes?) *:?$"
"""Labels of a package's details, which are not its name."""
_SPEAKS_OF = r"\b(for|of|on|in|fix\w*|affect\w*|since|until|before|from)\b"
"""Words that, before a version in the words about a package, show that it is the version of something else."""
_NEEDS = r"requires?\b|required\b|depends? on|needs\b|prerequisite|must be installed|to be installed first|install .* first"


def offers(view: PageView) -> tuple[UpdateOffer, ...]:
    """Return every package: those with a button, and those that are greyed out in the same list.

    Returns:
        The packages, in the order of the page, those with a button first.

    Raises:
        WrongScreen: what a button would install cannot be told.
    """
    buttons = [control for control in view.clickables(INSTALL) if not control.is_inline]
    if view.section(AVAILABLE).checkboxes(r"\d\.\d") and len(buttons) == 1:
        raise WrongScreen(
            'Updates: what "Install This Update" would install is chosen beside it, in a way that is not known: it is not pressed'
        )
    said_of_all = {line for control in buttons if control.enabled for line in control.item_lines}
    offered = [_offer(control.item_lines, said_of_all, enabled=control.enabled) for control in buttons]
    greyed = [lines for control in buttons for lines in control.sibling_items]
    greyed += [row.cells for row in view.section(AVAILABLE).rows if not row.head and not row.controls and len(row.cells) > 1]
    for lines in greyed:
        if _names_a_package(lines) and (offer := _offer(lines, said_of_all, enabled=False)).name not in [o.name for o in offered]:
            offered.append(offer)
    return tuple(offered)


def _apart(lines: Iterable[str]) -> list[str]:
    """Return the lines, each split into the package and its requirement if it has both and is no sentence."""
    apart: list[str] = []
    for line in lines:
        parts = [part for part in ignorecase(rf"{_GAP}(?={_REQUIRES})").split(line, 1) if part]
        whole = line.endswith((".", "!", "?")) or not ignorecase(NUMBER).search(parts[0] if parts else "")
        apart += [line] if whole else parts
    return apart


def _names_a_package(lines: tuple[str, ...]) -> bool:
    """Tell whether a short line that is no sentence has a version, and nothing says that the package is installed."""
    if ignorecase(_INSTALLED).search(" ".join(lines)):
        return False
    return any(
        ignorecase(NUMBER).search(line) for line in _apart(lines) if len(line) <= _SHORT and not line.endswith((".", "!", "?"))
    )


def line_of(name: str) -> str:
    """Return a pattern for the line that names this package, with or without a label and a requirement."""
    return rf"^(?:{NAME})?{re.escape(name)}(?:{_GAP}{_REQUIRES}.*)?$"


def _offer(lines: tuple[str, ...], said_of_all: set[str], *, enabled: bool) -> UpdateOffer:
    """Return the package that the lines around a button describe; the first line that may be a name is its name.

    Args:
        lines: the lines around the button.
        said_of_all: the lines around enabled buttons: a requirement among them is not what a greyed-out package waits for.
        enabled: whether the package can be installed.

    Raises:
        WrongScreen: no line may be a name.
    """
    facts = [line for line in _apart(lines) if not ignorecase(rf"{AVAILABLE}|{INSTALL}").search(line)]
    facts = [re.sub(rf"^{NAME}|{_GREYED}$", "", line, flags=re.IGNORECASE) for line in facts]
    own = [line for line in facts if not ignorecase(_NEEDS).search(line)]
    own = [line for line in own if not ignorecase(f"{_ABOUT}|{_LABEL}").search(line)] or own
    if not own:
        beside = quote(lines) if lines else "nothing"
        raise WrongScreen(f'Updates: "Install This Update" stands beside {beside}: it cannot be told what it would install')
    needs = [line for line in facts if ignorecase(_NEEDS).search(line) and (enabled or line not in said_of_all)]
    versions = [
        match[0]
        for line in own
        if (match := re.search(NUMBER, line)) and (line == own[0] or not ignorecase(_SPEAKS_OF).search(line[: match.start()]))
    ]
    return UpdateOffer(
        name=own[0],
        version=versions[0] if versions else "",
        enabled=enabled,
        requires=needs[0] if needs else "",
    )
