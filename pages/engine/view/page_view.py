"""What a person sees on a page, in reading order: headings, labelled values, rows, text and controls.

One look is one answer of the browser, so that nothing changes between two values of a reading. The markup does not matter:
a value may stand in a table row, a definition list or after a colon; a label may be tied to its field or only beside it.
What is explained on a page ("while an update is being installed ...") is kept apart from what is so (`states`).
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
_EXPLAINED = ignorecase(  # but "an error occurred while ..." tells of what happened
    r"^\W*(if|when|while|once|before|after|during|until|note|to|wait|whether)\b|\?$|"
    r"(?<!occurred )(?<!failed )(?<!happened )"
    r"\b(if|when|whenever|while|once|until|unless|whether|may|might|can|should|would|usually|typically|do not (?!match)|don't)\b"
)
_EVENT = ignorecase(EVENT)
LOADS = r"^(loading|please wait)\b.{0,20}$"
"""What a page says while it is being drawn."""


@dataclass(frozen=True)
class TableRow:
    """A row of a table."""

    cells: tuple[str, ...]
    head: bool
    controls: tuple[PageControl, ...]
    under: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageView:
    """What a person sees on a page, or in one section of it, at one moment.

    Attributes:
        ready: the document's own state: loading, interactive or complete.
        stamp: when the document was begun, in milliseconds since 1970: one document is told from the next by it.
        modal: the words of each box that is drawn over the page.
        items: everything in reading order.
        layout: the snapshot from which it was worked out; `None` of a view that was made otherwise.
    """

    url: str = ""
    title: str = ""
    ready: str = "complete"
    stamp: float = 0.0
    modal: tuple[str, ...] = ()
    items: tuple[Item, ...] = field(default=(), repr=False)
    layout: Layout | None = field(default=None, compare=False, repr=False)

    def section(self, heading: str) -> PageView:
        """Return what stands under a heading with these words; an empty view where there is none."""
        wanted = ignorecase(heading)
        return replace(self, items=tuple(item for item in self.items if any(map(wanted.search, _around(item)))))

    def outside(self, heading: str) -> PageView:
        """Return what stands anywhere but under such a heading."""
        wanted = ignorecase(heading)
        return replace(self, items=tuple(item for item in self.items if not any(map(wanted.search, item.around))))

    @property
    def headings(self) -> list[str]:
        """Every heading, in reading order, and the governing names that have no line of their own."""
        found = [item.text for item in self.items if item.what == "heading"]
        return list(dict.fromkeys([*found, *(name for item in self.items for name in item.around)]))

    def heading(self, pattern: str) -> str:
        """Return the first heading with these words, or ""."""
        return next((text for text in self.headings if ignorecase(pattern).search(text)), "")

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Every label with the value beside it."""
        return [(item.label, item.value) for item in self.items if item.what == "pair"]

    def values(self, label: str) -> list[str]:
        """Return every distinct value beside a label with these words."""
        wanted = ignorecase(label)
        found = [value for name, value in self.pairs if wanted.search(name)]
        found += [control.value for control in self.fields(label) if control.value]
        return list(dict.fromkeys(found))

    def value(self, label: str) -> str:
        """Return the value beside a label; "" where there is none, or where several disagree."""
        found = self.values(label)
        return found[0] if len(found) == 1 else ""

    @property
    def controls(self) -> list[PageControl]:
        """Every control, in reading order."""
        return [control for item in self.items if item.what == "control" for control in item.controls]

    def fields(self, label: str) -> list[PageControl]:
        """Return what is typed into or selected from, by the words beside it."""
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
        return [TableRow(item.cells, item.head, item.controls, item.around) for item in self.items if item.what == "row"]

    @property
    def prose(self) -> list[str]:
        """Every line of words that is neither a row of a list nor a heading nor beside a field."""
        return [item.text for item in self.items if item.what == "text"]

    @property
    def text(self) -> str:
        """Everything that can be read here, a line each."""
        return "\n".join(self._lines())

    @property
    def is_blank(self) -> bool:
        """Whether nothing is drawn yet, or only that something is being loaded."""
        return not self.controls and all(ignorecase(LOADS).search(line) for line in self._lines() if line.strip())

    def find_line(self, pattern: str) -> str:
        """Return the first line with these words, or ""."""
        wanted = ignorecase(pattern)
        return next((line for line in self._lines() if wanted.search(line)), "")

    def current_statement(self, pattern: str, unlike: str = r"(?!)") -> str:
        """Return the first sentence or labelled value with these words that says how things are, or ""."""
        return next(self.current_statements(pattern, unlike), "")

    def current_statements(self, pattern: str, unlike: str = r"(?!)") -> Iterator[str]:
        """Yield every sentence or labelled value with these words that says how things are.

        What is only explained, asked for, set, or told of a past event in a list with its time, says nothing of the present.
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
        """What a progress bar shows; `None` where there is none."""
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
    """Return what an item stands under, and the further words of a field, which may name its group."""
    return (*item.around, *(word for control in item.controls if item.what == "control" for word in control.group_labels))


def _called(label: str, fields: Iterable[PageControl]) -> list[PageControl]:
    """Return the fields whose nearest words match; only where there is none, those whose further words do."""
    wanted, fields = ignorecase(label), list(fields)
    nearest = [each for each in fields if wanted.search(each.name)]
    return nearest or [each for each in fields if any(map(wanted.search, each.group_labels))]


def look_at(tab: Page) -> PageView:
    """Take a new snapshot of a page and return what a person sees on it.

    Raises:
        WrongScreen: it does not stand still. playwright Error: it is gone.
    """
    return build_view(take_snapshot(tab))


def previous_views(tab: Page) -> Iterator[PageView]:
    """Return the last view of each document of the same interface that was shown before the present one, newest first."""
    return map(build_view, previous_snapshots(tab))


def recent_view(tab: Page) -> PageView | None:
    """Return the last view, if it was taken just now and nothing has been done on the page since; else `None`."""
    taken = recent_snapshot(tab)
    return build_view(taken) if taken is not None else None


def current_view(tab: Page) -> PageView:
    """Return the view of this moment: the last one if it was taken just now and nothing has been done since, else a new one."""
    return recent_view(tab) or look_at(tab)


_VIEWS: WeakKeyDictionary[Snapshot, PageView] = WeakKeyDictionary()


def build_view(snapshot: Snapshot) -> PageView:
    """Return what a person sees on a snapshot, of a page or of a recorded one; it is worked out once."""
    if snapshot not in _VIEWS:
        _VIEWS[snapshot] = _worked_out(snapshot)
    return _VIEWS[snapshot]


def _worked_out(snapshot: Snapshot) -> PageView:
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
    """Add what stands in a field that cannot be changed as a value beside its label, however it is drawn."""
    for item in items:
        yield item
        for control in item.controls if item.what == "control" else ():
            if control.readonly and control.value:
                yield Item("pair", item.under, item.columns, label=control.name, value=control.value)
