"""What a person sees on a page, in reading order: headings, labelled values, rows, text and controls.

One look is one answer of the browser, so that nothing changes between two values of a reading. The markup does not matter:
a value may stand in a table row, a definition list or after a colon; a label may be tied to its field or only beside it.
What is explained on a page ("while an update is being installed ...") is kept apart from what is so (`states`).
"""

from __future__ import annotations

import contextlib
import functools
import json
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error

from pages.engine.moments import EVENT
from pages.languages import english
from robot.errors import Stalled
from robot.waiting import Patience

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from playwright.sync_api import Locator, Page, Playwright


@functools.cache
def script() -> str:
    """The source that both reads pages and finds controls."""
    source = Path(__file__).with_name("sight.js").read_text(encoding="utf-8")
    return f"{source.strip()}({json.dumps(english())})"


def teach(playwright: Playwright) -> None:
    """Teach Playwright to find things as a person does: "sight=field /label/i", and the other ways at the script's end.

    All ways are one engine: every document that is looked at is taught the source of each anew.
    """
    playwright.selectors.register("sight", script(), content_script=True)


def words(pattern: str) -> re.Pattern[str]:
    """Words as a person compares them: without regard to capitals."""
    return re.compile(pattern, re.IGNORECASE)


FOLDED = "css=[aria-expanded=false]:not([aria-haspopup]), details:not([open]) > summary"
"""The head of a section that is folded away."""
_PRESSED = {"button", "link"}
_TICKED = {"checkbox", "radio"}
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=\S)|\s+[-\u2013\u2014]\s+")
_EXPLAINED = words(  # but "an error occurred while ..." tells of what happened
    r"^\W*(if|when|while|once|before|after|during|until|note|to|wait|whether)\b|\?$|"
    r"(?<!occurred )(?<!failed )(?<!happened )"
    r"\b(if|when|whenever|while|once|until|unless|whether|may|might|can|should|would|usually|typically|do not (?!match)|don't)\b"
)
_EVENT = words(EVENT)


@dataclass(frozen=True)
class Control:
    """Something that can be pressed, filled or ticked.

    Attributes:
        name: the words on it, or those nearest to it.
        outer: of a field, the words further off: of its row, its group.
        block: of one of several like buttons, the lines of the item to which it belongs.
        others: the lines of the items of the same list that have no such button.
        form: of a tick box, what stands in the form around it: words, and the values of its fields.
        folded: whether it is the head of a section that is folded away.
        prose: of one of several like buttons, whether it is a link in the middle of a sentence.
    """

    kind: str
    name: str
    enabled: bool = True
    checked: bool | None = None
    value: str | None = None
    href: str = ""
    menu: bool = False
    under: tuple[str, ...] = ()
    outer: tuple[str, ...] = ()
    block: tuple[str, ...] = ()
    others: tuple[tuple[str, ...], ...] = ()
    form: tuple[str, ...] = ()
    prose: bool = False
    folded: bool = False


@dataclass(frozen=True)
class Row:
    """A row of a table."""

    cells: tuple[str, ...]
    head: bool
    controls: tuple[Control, ...]
    under: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sight:
    """One look at a page, or at one section of it."""

    url: str = ""
    title: str = ""
    ready: str = "complete"
    stamp: float = 0.0
    modal: tuple[str, ...] = ()
    items: tuple[dict[str, Any], ...] = field(default=(), repr=False)

    def section(self, heading: str) -> Sight:
        """What stands under a heading with these words; nothing where there is none."""
        wanted = words(heading)
        return replace(
            self, items=tuple(item for item in self.items if any(map(wanted.search, (*item["under"], *item.get("outer", ())))))
        )

    def outside(self, heading: str) -> Sight:
        """What stands anywhere but under such a heading."""
        wanted = words(heading)
        return replace(self, items=tuple(item for item in self.items if not any(map(wanted.search, item["under"]))))

    @property
    def headings(self) -> list[str]:
        """Every heading, in reading order, and the governing names that have no line of their own."""
        found = [item["text"] for item in self.items if item["what"] == "heading"]
        return list(dict.fromkeys([*found, *(name for item in self.items for name in item["under"])]))

    def heading(self, pattern: str) -> str:
        """The first heading with these words, or ""."""
        return next((text for text in self.headings if words(pattern).search(text)), "")

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Every label with the value beside it."""
        return [(item["label"], item["value"]) for item in self.items if item["what"] == "pair"]

    def values(self, label: str) -> list[str]:
        """Every distinct value beside a label with these words."""
        wanted = words(label)
        found = [value for name, value in self.pairs if wanted.search(name)]
        found += [control.value for control in self.fields(label) if control.value]
        return list(dict.fromkeys(found))

    def value(self, label: str) -> str:
        """The value beside a label; "" where there is none, or where several disagree."""
        found = self.values(label)
        return found[0] if len(found) == 1 else ""

    @property
    def controls(self) -> list[Control]:
        """Every control, in reading order."""
        return [_control(item) for item in self.items if item["what"] == "control"]

    def fields(self, label: str) -> list[Control]:
        """What is typed into or selected from, by the words beside it."""
        return _called(label, (control for control in self.controls if control.kind not in _PRESSED | _TICKED))

    def ticks(self, label: str) -> list[Control]:
        """What is ticked, by the words beside it."""
        return _called(label, (control for control in self.controls if control.kind in _TICKED))

    def presses(self, name: str) -> list[Control]:
        """The buttons and links with these words on them."""
        wanted = words(name)
        return [control for control in self.controls if control.kind in _PRESSED and wanted.search(control.name)]

    @property
    def rows(self) -> list[Row]:
        """Every row of every table."""
        return [
            Row(
                tuple(item["cells"]),
                item["head"],
                tuple(_control({**control, "under": item["under"]}) for control in item["controls"]),
                tuple(item["under"]),
            )
            for item in self.items
            if item["what"] == "row"
        ]

    @property
    def prose(self) -> list[str]:
        """Every line of words that is neither a row of a list nor a heading nor beside a field."""
        return [item["text"] for item in self.items if item["what"] == "text"]

    @property
    def text(self) -> str:
        """Everything that can be read here, a line each."""
        return "\n".join(self._lines())

    def says(self, pattern: str) -> str:
        """The first line with these words, or ""."""
        wanted = words(pattern)
        return next((line for line in self._lines() if wanted.search(line)), "")

    def states(self, pattern: str, unlike: str = r"(?!)") -> str:
        """The first sentence or labelled value with these words that says how things are, or ""."""
        return next(self.stated(pattern, unlike), "")

    def stated(self, pattern: str, unlike: str = r"(?!)") -> Iterator[str]:
        """Every sentence or labelled value with these words that says how things are.

        What is only explained, asked for, set, or told of a past event in a list with its time, says nothing of the present.
        """
        wanted, other = words(pattern), words(unlike)
        told = (item["text"] for item in self.items if item["what"] in {"text", "heading"})
        paired = (f"{label}: {value}" for label, value in self.pairs if not _EVENT.match(label))
        for line in (*told, *paired):
            for sentence in _SENTENCE.split(line):
                if wanted.search(sentence) and not (other.search(sentence) or _EXPLAINED.search(sentence) or _EVENT.match(line)):
                    yield sentence.strip()

    @property
    def progress(self) -> str | None:
        """What a progress bar shows; `None` where there is none."""
        return next((item["text"] for item in self.items if item["what"] == "progress"), None)

    def _lines(self) -> Iterator[str]:
        for item in self.items:
            match item["what"]:
                case "pair":
                    yield f"{item['label']}: {item['value']}"
                case "row":
                    yield " | ".join(item["cells"])
                case "heading" | "text" | "label" | "foot":
                    yield item["text"]
                case _:
                    pass


def _control(item: dict[str, Any]) -> Control:
    return Control(
        kind=item["kind"],
        name=item["name"],
        enabled=item["enabled"],
        checked=item.get("checked"),
        value=item.get("value"),
        href=item.get("href", ""),
        menu=item.get("menu", False),
        under=tuple(item.get("under", ())),
        outer=tuple(item.get("outer", ())),
        block=tuple(item.get("block", ())),
        others=tuple(map(tuple, item.get("others", ()))),
        form=tuple(item.get("form", ())),
        prose=item.get("prose", False),
        folded=item.get("folded", False),
    )


def _called(label: str, fields: Iterable[Control]) -> list[Control]:
    """Fields whose nearest words match; only where there is none, those whose further words do."""
    wanted, fields = words(label), list(fields)
    nearest = [each for each in fields if wanted.search(each.name)]
    return nearest or [each for each in fields if any(map(wanted.search, each.outer))]


def see(tab: Page) -> Sight:
    """Look at the page once; again where it moves on while it is looked at, as one does that refreshes itself."""
    raw = _moving(tab, f"{script()}.see()")
    return Sight(
        url=raw["url"],
        title=raw["title"],
        ready=raw["ready"],
        stamp=raw["stamp"],
        modal=tuple(raw["modal"]),
        items=tuple(_with_fixed_values(raw["items"])),
    )


_MOVED_ON = re.compile(r"context was destroyed|because of a navigation")
_SETTLES_WITHIN = 10.0
"""Seconds in which a page that moves on under every look must stand still for one."""


def _moving(tab: Page, expression: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        try:
            looked: dict[str, Any] = json.loads(tab.evaluate(expression))
        except Error as error:
            if not _MOVED_ON.search(error.message):
                raise
            return None
        return looked

    with contextlib.suppress(Stalled):
        if looked := Patience(poll=0.05).until(look, bool, what="a page to stand still", within=_SETTLES_WITHIN):
            return looked
    last: dict[str, Any] = json.loads(tab.evaluate(expression))  # what it raises now is what is wrong
    return last


def _with_fixed_values(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What stands in a field that cannot be changed is a value beside its label, however it is drawn."""
    for item in items:
        yield item
        if item["what"] == "control" and item.get("readonly") and item.get("value"):
            yield {"what": "pair", "label": item["name"], "value": item["value"], "under": item["under"]}


def under(heading: str) -> str:
    """The selector of everything under a heading with these words."""
    return f"sight=under /{heading}/i"


def field_called(tab: Page, label: str, section: str = "") -> Locator:
    """The field that the words beside it call so, in its section."""
    found = tab.locator(f"sight=field /{label}/i")
    return found.and_(tab.locator(under(section))) if section else found


def tick_called(tab: Page, label: str, section: str = "") -> Locator:
    """The tick box that the words beside it call so, in its section."""
    found = tab.locator(f"sight=tick /{label}/i")
    return found.and_(tab.locator(under(section))) if section else found


def control_called(tab: Page, name: str, section: str = "") -> Locator:
    """The button or link with these words on it, in its section."""
    found = tab.locator(f"sight=press /{name}/i")
    return found.and_(tab.locator(under(section))) if section else found


def menu_entry(tab: Page, name: str) -> Locator:
    """The menu's entry with these words."""
    return tab.locator(f"sight=menu /{name}/i")


def literally(text: str) -> str:
    """A text as a part of a selector's pattern."""
    return re.escape(text).replace("/", r"\/").replace(r"\ ", " ")


def quoted(texts: Iterable[str]) -> str:
    """Texts as they stand on the page, quoted for a sentence."""
    return ", ".join(f'"{text}"' for text in texts)


def told_of(found: Locator, what: str, engine: str) -> Any:
    """What the script tells of an element that was found, by one of its functions; `None` where its engine rules that out.

    The engine is asked first: a script in the page's own world costs more than the whole page.
    """
    return found.evaluate(f"e => {script()}.{what}(e)", timeout=1_000) if found.locator(f"sight={engine}").count() else None


def covered(locator: Locator) -> str:
    """What covers something that cannot be clicked, as a sentence; "" where nothing does, or it cannot be told."""
    try:
        cover: str | None = told_of(locator, "coverOf", "covered /./")
    except Error:
        return ""
    return f'something covers it, which says "{cover}"; have it taken away by hand, for this account, then go on' if cover else ""
