"""What a person sees on a page, in reading order: headings, labelled values, rows, text and controls.

One view is made from one answer of the browser, so that nothing changes between two values of a reading. The markup does not
matter: a value may be in a table row, in a definition list or after a colon; a label may be tied to its field or only beside it.
What a page explains ("while an update is being installed ...") is kept apart from what it says about the present
(`current_statements`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from pages.engine.layout.items import Item, PageControl
from pages.engine.layout.lines import text
from pages.engine.layout.menus import modals
from pages.engine.layout.page_items import items_of
from pages.engine.layout.page_layout import Layout
from pages.engine.snapshot.snapshot import Snapshot, previous_snapshots, recent_snapshot, take_snapshot
from pages.engine.text.moments import EVENT
from pages.engine.text.wording import ignorecase
from pages.translations import in_english

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from playwright.sync_api import Page


_PRESSED = {"button", "link"}
_TICKED = {"checkbox", "radio"}
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=\S)|\s+[-\u2013\u2014]\s+")
_EXPLAINED = ignorecase(  # but "an error occurred while ..." says what happened
    r"^\W*(if|when|while|once|before|after|during|until|note|to|wait|whether)\b|\?$|"
    r"(?<!occurred )(?<!failed )(?<!happened )"
    r"\b(if|when|whenever|while|once|until|unless|whether|may|might|can|should|would|usually|typically|do not (?!match)|don't)\b"
)
_EVENT = ignorecase(EVENT)
LOADS = r"^(loading|please wait)\b.{0,20}$"
"""The words of a page while it is being drawn."""


@dataclass(frozen=True)
class TableRow:
    """A row of a table.

    Attributes:
        cells: the text of each cell.
        head: whether it is the row of the column heads.
        controls: the controls in the row.
        under: the headings above the table.
        own_words: the text of each cell in the page's own words.
    """

    cells: tuple[str, ...]
    head: bool
    controls: tuple[PageControl, ...]
    under: tuple[str, ...] = ()
    own_words: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageView:
    """What a person sees on a page, or in one section of it, at one moment.

    Attributes:
        url: the page's address.
        title: the page's title, in English.
        ready: the document's own state: loading, interactive or complete.
        stamp: when the document was begun, in milliseconds since 1970; it tells one document from the next.
        modal: the words of each box that is drawn over the page.
        items: everything in reading order.
        layout: the layout of the snapshot that it was made from; None if it was made without one.
    """

    url: str = ""
    title: str = ""
    ready: str = "complete"
    stamp: float = 0.0
    modal: tuple[str, ...] = ()
    items: tuple[Item, ...] = field(default=(), repr=False)
    layout: Layout | None = field(default=None, compare=False, repr=False)

    def section(self, heading: str) -> PageView:
        """Return the part of the view under headings with these words; an empty view if there are none."""
        wanted = ignorecase(heading)
        return replace(self, items=tuple(item for item in self.items if any(map(wanted.search, _around(item)))))

    def outside(self, heading: str) -> PageView:
        """Return the part of the view that is not under headings with these words."""
        wanted = ignorecase(heading)
        return replace(self, items=tuple(item for item in self.items if not any(map(wanted.search, item.around))))

    @property
    def headings(self) -> list[str]:
        """Every heading, in reading order; then the names of groups that have no line of their own."""
        headings = [item.text for item in self.items if item.what == "heading"]
        return list(dict.fromkeys([*headings, *(name for item in self.items for name in item.around)]))

    def heading(self, pattern: str) -> str:
        """Return the first heading with these words, or an empty string."""
        return next((text for text in self.headings if ignorecase(pattern).search(text)), "")

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Every label and the value beside it.

        Returns:
            Pairs of a label and a value, in reading order.
        """
        return [(item.label, item.value) for item in self.items if item.what == "pair"]

    def values(self, label: str) -> list[str]:
        """Return every distinct value beside a label with these words."""
        wanted = ignorecase(label)
        values = [value for name, value in self.pairs if wanted.search(name)]
        values += [control.value for control in self.fields(label) if control.value]
        return list(dict.fromkeys(values))

    def value(self, label: str) -> str:
        """Return the value beside a label with these words; an empty string if there is none, or if several differ."""
        values = self.values(label)
        return values[0] if len(values) == 1 else ""

    @property
    def controls(self) -> list[PageControl]:
        """Every control, in reading order."""
        return [control for item in self.items if item.what == "control" for control in item.controls]

    def fields(self, label: str) -> list[PageControl]:
        """Return the fields, without boxes to tick, that have these words beside them."""
        return _called(label, (control for control in self.controls if control.kind not in _PRESSED | _TICKED))

    def checkboxes(self, label: str) -> list[PageControl]:
        """Return the tick boxes and radio buttons with these words beside them."""
        return _called(label, (control for control in self.controls if control.kind in _TICKED))

    def clickables(self, name: str) -> list[PageControl]:
        """Return the buttons and links with these words on them."""
        wanted = ignorecase(name)
        return [control for control in self.controls if control.kind in _PRESSED and wanted.search(control.name)]

    @property
    def rows(self) -> list[TableRow]:
        """Every row of every table."""
        rows = (item for item in self.items if item.what == "row")
        return [TableRow(item.cells, item.head, item.controls, item.around, item.own_words) for item in rows]

    @property
    def prose(self) -> list[str]:
        """Every line of text that is neither a row of a list, nor a heading, nor beside a field."""
        return [item.text for item in self.items if item.what == "text"]

    @property
    def text(self) -> str:
        """Everything that can be read in this view, line by line."""
        return "\n".join(self._lines())

    @property
    def is_blank(self) -> bool:
        """Whether nothing is drawn yet, or only that something is being loaded."""
        return not self.controls and all(ignorecase(LOADS).search(line) for line in self._lines() if line.strip())

    def find_line(self, pattern: str) -> str:
        """Return the first line with these words, or an empty string."""
        wanted = ignorecase(pattern)
        return next((line for line in self._lines() if wanted.search(line)), "")

    def current_statement(self, pattern: str, unlike: str = r"(?!)") -> str:
        """Return the first of `current_statements`, or an empty string."""
        return next(self.current_statements(pattern, unlike), "")

    def current_statements(self, pattern: str, unlike: str = r"(?!)") -> Iterator[str]:
        """Yield every sentence or labelled value with these words that is about the present.

        An explanation, a question, a setting, or an entry with its time in a list of past events is not.

        Args:
            pattern: a pattern for the words, without regard to capitals.
            unlike: a pattern for words that exclude a sentence.
        """
        wanted, other = ignorecase(pattern), ignorecase(unlike)
        lines = (item.text for item in self.items if item.what in {"text", "heading"})
        paired = (f"{label}: {value}" for label, value in self.pairs if not _EVENT.match(label))
        for line in (*lines, *paired):
            for sentence in _SENTENCE.split(line):
                if wanted.search(sentence) and not (other.search(sentence) or _EXPLAINED.search(sentence) or _EVENT.match(line)):
                    yield sentence.strip()

    @property
    def progress(self) -> str | None:
        """What a progress bar shows; None if there is none."""
        return next((item.text for item in self.items if item.what == "progress"), None)

    def _lines(self) -> Iterator[str]:
        for item in self.items:
            match item.what:
                case "pair":
                    yield f"{item.label}: {item.value}"
                case "row":
                    yield " | ".join(item.cells)
                case "heading" | "text" | "label" | "foot":
                    yield item.text
                case _:
                    pass


def _around(item: Item) -> tuple[str, ...]:
    """Return the headings above an item, and the further labels of a field, which may name its group."""
    return (*item.around, *(word for control in item.controls if item.what == "control" for word in control.group_labels))


def _called(label: str, fields: Iterable[PageControl]) -> list[PageControl]:
    """Return the fields whose nearest label matches; if there are none, those whose further labels do."""
    wanted, fields = ignorecase(label), list(fields)
    nearest = [each for each in fields if wanted.search(each.name)]
    return nearest or [each for each in fields if any(map(wanted.search, each.group_labels))]


def look_at(tab: Page) -> PageView:
    """Return what a person sees on a page, by a new snapshot.

    Raises:
        WrongScreen: the page keeps changing.
        playwright Error: the page is gone.
    """
    return build_view(take_snapshot(tab))


def previous_views(tab: Page) -> Iterator[PageView]:
    """Yield the last view of each earlier document of the same interface, the newest first."""
    return map(build_view, previous_snapshots(tab))


def recent_view(tab: Page) -> PageView | None:
    """Return the last view, if it was made just now and nothing has been done on the page since; else None."""
    snapshot = recent_snapshot(tab)
    return build_view(snapshot) if snapshot is not None else None


def current_view(tab: Page) -> PageView:
    """Return the last view, if it was made just now and nothing has been done on the page since; else a new one."""
    return recent_view(tab) or look_at(tab)


_VIEWS: WeakKeyDictionary[Snapshot, PageView] = WeakKeyDictionary()


def build_view(snapshot: Snapshot) -> PageView:
    """Return what a person sees on a snapshot; a second call with the same snapshot returns the same view."""
    if snapshot not in _VIEWS:
        _VIEWS[snapshot] = _view_of(snapshot)
    return _VIEWS[snapshot]


def _view_of(snapshot: Snapshot) -> PageView:
    layout, facts = Layout(snapshot), snapshot.facts
    return PageView(
        url=facts.url,
        title=in_english(facts.title),
        ready=facts.ready,
        stamp=facts.stamp,
        modal=tuple(in_english(text(layout, box)) for box in modals(layout)),
        items=tuple(_with_fixed_values(items_of(layout))),
        layout=layout,
    )


def _with_fixed_values(items: Iterable[Item]) -> Iterator[Item]:
    """Yield the items, and after each field that cannot be changed its value as a labelled value."""
    for item in items:
        yield item
        for control in item.controls if item.what == "control" else ():
            if control.readonly and control.value:
                yield Item("pair", item.under, item.columns, label=control.name, value=control.value)
