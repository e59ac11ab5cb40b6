"""Questions that a person answers by a glance at a page, their right answers, and how the robot's own reading answers them.

The answers stand in one file for each product, written down from the pictures of its pages. Whoever asks is strict: exactly one
match is an answer, anything else is none. That nothing is there is an answer too, but only where that which is asked about
was seen: the row, the field, or the words beside which nothing stands.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pages.engine.view.control_query import words_beside
from pages.engine.view.page_view import PageControl, PageView, TableRow

NOTHING = "nothing"
"""The answer where nothing of the kind stands there."""


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes:
        kind: which look-up answers it, of `KINDS`.
        asked: what the look-up is given: words as they stand on the picture.
        section: the heading under which it is meant; "" for the whole page.
        answer: the right one, written down beforehand.
    """

    kind: str
    asked: dict[str, Any]
    section: str
    answer: str

    def __str__(self) -> str:
        within = f' under "{self.section}"' if self.section else ""
        return KINDS[self.kind].wording.format(**self.asked) + within + "?"


@dataclass(frozen=True)
class QuestionedPage:
    """One page and its questions.

    Attributes:
        name: unique within the product.
        address: where it stands, from the product's first page on; "" where it is reached by presses alone.
        presses: what is pressed then, in order, as Playwright's selectors.
        shown: words that stand on it once it is complete.
    """

    name: str
    address: str
    presses: tuple[str, ...]
    shown: str
    questions: tuple[Question, ...]


def read(path: Path) -> list[QuestionedPage]:
    """The pages and questions of a product.

    Raises:
        ValueError: a kind is not known, or something that is asked or answered is missing.
    """
    return [_page(page, path.name) for page in tomllib.loads(path.read_text(encoding="utf-8"))["page"]]


def _page(page: dict[str, Any], file: str) -> QuestionedPage:
    try:
        questions = tuple(map(_question, page["question"]))
        return QuestionedPage(page["name"], page.get("address", ""), tuple(page.get("presses", ())), page["shown"], questions)
    except (KeyError, ValueError) as fault:
        raise ValueError(f"{file}, page {page.get('name')}: {fault}") from fault


def _question(each: dict[str, Any]) -> Question:
    asked = {key: value for key, value in each.items() if key not in {"kind", "section", "answer"}}
    if set(asked) != set(KINDS[each["kind"]].asked):
        raise ValueError(f"{each}: {each['kind']} is asked with {', '.join(KINDS[each['kind']].asked)}")
    return Question(each["kind"], asked, each.get("section", ""), each["answer"])


def answer(view: PageView, question: Question) -> str | None:
    """What the robot's reading says to it; `None` where it is not sure."""
    within = view.section(exactly(question.section)) if question.section else view
    found = KINDS[question.kind].look_up(within, **question.asked)
    if found is None:
        return None
    distinct = list(dict.fromkeys(plain(each) or NOTHING for each in found)) or [NOTHING]
    return distinct[0] if len(distinct) == 1 else None


# -- one look-up for each kind: all that could be meant; `None` where that which is asked about is not there just once ------

Found = list[str] | None


def _value(view: PageView, label: str) -> Found:
    found = view.values(exactly(label))
    return found or ([] if any(_same(line, label) for line in view.text.splitlines()) else None)


def _cell(view: PageView, row: list[str], column: str) -> Found:
    heads = dict[int, TableRow]()
    head: TableRow | None = None
    for number, each in enumerate(view.rows):
        head = each if each.head else head
        if head and len(head.cells) == len(each.cells) and not each.head:
            heads[number] = head
    rows = _rows(view, row)
    if len(rows) != 1 or (head := heads.get(rows[0])) is None:
        return None
    columns = _naming([[name] for name in head.cells], [column])
    return [view.rows[rows[0]].cells[columns[0]]] if len(columns) == 1 else None


def _controls(view: PageView, row: list[str]) -> Found:
    found = _in_the_only_row(view, row)
    return None if found is None else [", ".join(each.name for each in found if each.kind in {"button", "link"})]


def _belongs(view: PageView, control: str, of: int, row: list[str]) -> Found:
    items = [each.cells for each in view.rows for _ in _named(each.controls, control)]
    items = items or [words_beside(view, each) for each in view.clickables(exactly(control))]
    return [str(number + 1) for number in _naming(items, row)] or None if len(items) == of else None


def _has(view: PageView, control: str, row: list[str]) -> Found:
    found = _in_the_only_row(view, row)
    return None if found is None else [_state(each) for each in _named(found, control)]


def _greyed(view: PageView, control: str) -> Found:
    return _of_the_only(_all_called(view, control), _state)


def _ticked(view: PageView, label: str) -> Found:
    found = [each for each in view.checkboxes(exactly(label)) if each.checked is not None]
    return _of_the_only(found, lambda tick: "ticked" if tick.checked else "not ticked")


def _field(view: PageView, label: str) -> Found:
    return _of_the_only(view.fields(exactly(label)), lambda control: control.value or NOTHING)


def _menu(view: PageView, words: str) -> Found:
    entries = [control for control in view.controls if control.menu and words.casefold() in control.name.casefold()]
    return _of_the_only(entries, lambda entry: entry.name)


def _under(view: PageView, control: str) -> Found:
    return _of_the_only(_all_called(view, control), lambda found: found.under[-1] if found.under else NOTHING)


@dataclass(frozen=True)
class Kind:
    """A kind of question: how it is worded, what it is asked with, and its look-up."""

    wording: str
    asked: tuple[str, ...]
    look_up: Callable[..., Found]


KINDS = {
    "value": Kind('which value stands beside "{label}"', ("label",), _value),
    "cell": Kind('what stands in the row of {row} under "{column}"', ("row", "column"), _cell),
    "controls": Kind("which buttons and links stand in the row of {row}", ("row",), _controls),
    "belongs": Kind('which of the {of} "{control}" belongs to {row}', ("control", "of", "row"), _belongs),
    "has": Kind('has the row of {row} a "{control}", and can it be used', ("control", "row"), _has),
    "greyed": Kind('is "{control}" greyed out', ("control",), _greyed),
    "ticked": Kind('is "{label}" ticked', ("label",), _ticked),
    "field": Kind('what is in the field "{label}"', ("label",), _field),
    "menu": Kind('which entry of the menu has the words "{words}"', ("words",), _menu),
    "under": Kind('which heading does "{control}" stand under', ("control",), _under),
}


def exactly(said: str) -> str:
    """A pattern of these words and no others, with a colon or a star behind them or not."""
    return rf"^\s*{re.escape(plain(said))}[\s:*]*$"


def plain(said: str) -> str:
    """Words without what only spaces them."""
    return " ".join(said.split())


def _same(said: str, wanted: str) -> bool:
    return bool(re.search(exactly(wanted), plain(said), re.IGNORECASE))


def _naming(items: Sequence[Iterable[str]], wanted: list[str]) -> list[int]:
    """The items that have each of these words as a cell or line; only where none has, those that have them in one."""
    for match in (_same, _says):
        found = [number for number, said in enumerate(items) if all(any(match(each, words) for each in said) for words in wanted)]
        if found:
            return found
    return []


def _says(said: str, wanted: str) -> bool:
    return bool(re.search(rf"(?<!\S){re.escape(plain(wanted))}(?!\S)", plain(said), re.IGNORECASE))


def _rows(view: PageView, wanted: list[str]) -> list[int]:
    """The numbers of the rows with these words; a head is none."""
    return _naming([() if each.head else each.cells for each in view.rows], wanted)


def _in_the_only_row(view: PageView, wanted: list[str]) -> Sequence[PageControl] | None:
    rows = _rows(view, wanted)
    return view.rows[rows[0]].controls if len(rows) == 1 else None


def _named(controls: Iterable[PageControl], name: str) -> list[PageControl]:
    return [each for each in controls if _same(each.name, name)]


def _all_called(view: PageView, name: str) -> list[PageControl]:
    """What has this name itself: a field is also called by the words further off, such as those on the button below it."""
    return _named([*view.clickables(exactly(name)), *view.fields(exactly(name)), *view.checkboxes(exactly(name))], name)


def _of_the_only(found: list[PageControl], tell: Callable[[PageControl], str]) -> Found:
    return [tell(found[0])] if len(found) == 1 else None


def _state(control: PageControl) -> str:
    return "usable" if control.enabled else "greyed out"
