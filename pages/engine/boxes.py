"""One box of a page, as Playwright's accessibility snapshot tells of it: its words, what can be pressed in it, its fields."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pages.languages import in_english

if TYPE_CHECKING:
    from collections.abc import Iterator

PRESSED = {"button", "link", "menuitem", "tab", "treeitem", "option"}
FIELDS = {"textbox", "searchbox", "combobox", "spinbutton", "listbox", "slider"}
TICKS = {"checkbox", "radio", "switch", "menuitemcheckbox", "menuitemradio"}
_NODE = re.compile(
    r'(?P<role>/?[\w-]+)(?: "(?P<name>(?:[^"\\]|\\.)*)")?(?P<states>(?: \[[^\]]*\])*)(?P<more>:?)(?: (?P<text>.*))?'
)


@dataclass(frozen=True)
class Box:
    """What stands in one box.

    Attributes:
        lines: its words in English, a line each, without those on what can be pressed.
        presses: the words on each thing that can be pressed, in English.
        fields: how many fields ask for something.
        ticks: the words beside each thing that can be ticked.
    """

    lines: tuple[str, ...] = ()
    presses: tuple[str, ...] = ()
    fields: int = 0
    ticks: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """All its words, in one line."""
        return " ".join(self.lines)


def described(snapshot: str) -> Box:
    """Read a box from its accessibility snapshot (the text of `Locator.aria_snapshot`)."""
    lines: dict[str, None] = {}
    presses: list[str] = []
    ticks: list[str] = []
    fields = 0
    for role, name, text, leaf in _nodes(snapshot):
        if role in PRESSED:
            presses.append(name or text)
        elif role in TICKS:
            ticks.append(name)
        elif role in FIELDS:
            fields += 1
            lines[name] = None
        elif text or leaf or role in {"heading", "dialog", "alertdialog", "group", "region", "form"}:
            lines |= dict.fromkeys((name, text))
    return Box(
        tuple(in_english(line) for line in lines if line),
        tuple(in_english(each) for each in presses),
        fields,
        tuple(in_english(each) for each in ticks),
    )


def _nodes(snapshot: str) -> Iterator[tuple[str, str, str, bool]]:
    """Role, name, own text, and whether it has no children: of every line of a snapshot."""
    for line in snapshot.splitlines():
        item = line.strip().removeprefix("- ")
        if item.startswith("'"):  # a key that YAML had to quote
            quoted = re.match(r"'((?:[^']|'')*)'(.*)", item)
            item = quoted[1].replace("''", "'") + quoted[2] if quoted else item
        if (found := _NODE.fullmatch(item)) and not found["role"].startswith("/"):
            text = _plain(found["text"] or "")
            yield found["role"], _unescaped(found["name"] or ""), text, not found["more"]


def _plain(scalar: str) -> str:
    """A YAML scalar as text."""
    if scalar.startswith('"') and scalar.endswith('"') and len(scalar) > 1:
        return _unescaped(scalar[1:-1])
    if scalar.startswith("'") and scalar.endswith("'") and len(scalar) > 1:
        return scalar[1:-1].replace("''", "'")
    return scalar


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:  # an escape of YAML's own, such as \x07: the words round it are what counts
        return text
