"""The entries of `supplement.js` about a page: elements, runs of text and parts, in the order of the document."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pages.engine.snapshot.accessibility_tree import Element, Rect, TextRun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pages.engine.snapshot.accessibility_tree import Node

UNSEEN = re.compile(r"[\s\u00ad\u200b-\u200d\u2060\ufeff]+")
_FRAMES = 100_000
"""Added to the numbers of boxes for each frame, so that those of two frames differ."""


@functools.cache
def script() -> str:
    """Return the source of `supplement.js`."""
    return Path(__file__).with_name("supplement.js").read_text(encoding="utf-8").strip()


@dataclass(frozen=True)
class Framed:
    """The script's output for one frame.

    Attributes:
        output: the output.
        box: the frame's rectangle in the frame around it.
        frames: the outputs for the frames in it.
    """

    output: str
    box: Rect = field(default_factory=Rect)
    frames: Sequence[Framed] = ()


@dataclass(frozen=True)
class Bounds:
    """A part of the document that an element bounds.

    Attributes:
        tag: the element's name in HTML.
        begins: its first place in the order of the document.
        ends: its last place.
        box: its rectangle.
        over: whether it is drawn over the page, outside the flow.
    """

    tag: str
    begins: int
    ends: int
    box: Rect
    over: bool

    def holds(self, node: Node) -> bool:
        """Tell whether a node begins in it."""
        return self.begins <= node.at <= self.ends


@dataclass(frozen=True)
class PageFacts:
    """What the script tells about the document itself.

    Attributes:
        url: its address.
        title: its title.
        ready: its state: loading, interactive or complete.
        stamp: when the document was begun, in milliseconds since 1970; it tells one document from the next.
        font_size: the size of its body's letters, in CSS pixels.
    """

    url: str
    title: str
    ready: str
    stamp: float
    font_size: float


@dataclass
class Entry:
    """One entry of the script: an element, a run of text, or the beginning or end of a part.

    Attributes:
        thing: the element or run; None for the beginning or end of a part.
        box: its rectangle.
        key: the words of a run, without blanks.
        shown: whether a person sees a run.
        opens: the tag of the part that begins here; an empty string if none does.
        closes: whether a part ends here.
        over: whether a part is drawn over the page.
        is_joined: whether a node of the tree has been joined with it.
    """

    thing: TextRun | Element | None = None
    box: Rect = field(default_factory=Rect)
    key: str = ""
    shown: bool = True
    opens: str = ""
    closes: bool = False
    over: bool = False
    is_joined: bool = False


def parse_entries(framed: Framed, corner: Rect, number: int, facts: list[PageFacts]) -> list[Entry]:
    """Return the entries of a frame, with those of each inner frame after its own entry.

    Args:
        framed: the script's output.
        corner: the frame's upper left corner on the page.
        number: what is added to the numbers of boxes in this frame.
        facts: a list to which the facts about each document are added.
    """
    entries: list[Entry] = []
    frames = list(framed.frames)
    blank = False
    for raw in framed.output.split("\x1e"):
        kind, *fields = raw.split("\x1f")[:-1]
        match kind:
            case "d":
                facts.append(PageFacts(fields[0], fields[1], fields[2], float(fields[3]), float(fields[4])))
            case "t" if not fields[1]:  # a blank, which separates the words before and after it
                blank = True
                if entries and isinstance(entries[-1].thing, TextRun):
                    entries[-1].thing.text += " "
            case "t":
                entries.append(_run(fields, corner, number, blank=blank))
                blank = False
            case "e":
                element = _element(fields, corner, number)
                entries.append(Entry(element, _box(fields[1], corner)))
                blank = False
                if element.tag in {"iframe", "frame"}:
                    inner = next((each for each in frames if each.box == entries[-1].box), None)
                    if inner is not None:
                        frames.remove(inner)
                        entries += parse_entries(inner, inner.box, number + _FRAMES * (len(framed.frames) - len(frames)), facts)
            case "(":
                entries.append(Entry(box=_box(fields[1], corner), opens=fields[0], over=bool(fields[2])))
            case _:
                entries.append(Entry(closes=True))
    return entries


def _box(sides: str, corner: Rect) -> Rect:
    return Rect(*map(int, sides.split(","))).moved(corner) if sides else Rect()


def _run(fields: list[str], corner: Rect, number: int, *, blank: bool) -> Entry:
    text, box, block, inline, breaks, shown, bold, size, moment, titled, icon = fields
    run = TextRun(
        (" " if blank else "") + text,
        _box(box, corner),
        number + int(block),
        f"{number}.{inline}" if inline else "",
        number + int(breaks),
        bold=bool(bold),
        size=float(size),
        moment=moment,
        titled=bool(titled),
        icon=bool(icon),
    )
    return Entry(run, run.box, UNSEEN.sub("", text), shown=bool(shown))


def _element(fields: list[str], corner: Rect, number: int) -> Element:
    tag, _, block, kind, role, title, hint, label, folded, popup, readonly, invalid, required, grey, sends, href, *rest = fields
    shown, labelled, icons, pressable, breaks, progress = rest
    return Element(
        tag=tag,
        block=number + int(block) if block != "-1" else -1,
        breaks=number + int(breaks),
        kind=kind.lower(),
        role=role,
        title=title,
        placeholder=hint,
        aria_label=label,
        folded=bool(folded),
        popup="" if popup == "false" else popup,
        readonly=bool(readonly),
        invalid=bool(invalid),
        required=bool(required),
        grey=_box(grey, corner) if grey else None,
        sends=tuple(sends.split("\n")[:-1]),
        href=href,
        shown=bool(shown),
        labelled=bool(labelled),
        icons=icons,
        pressable=bool(pressable),
        progress=progress,
    )


def find_bounds(entries: list[Entry]) -> tuple[Bounds, ...]:
    """Return the parts of the document that begin and end among the entries, in the order in which they begin."""
    parts: list[Bounds] = []
    begun: list[int] = []
    for at, entry in enumerate(entries):
        if entry.opens:
            begun.append(at)
        elif entry.closes and begun:
            first = begun.pop()
            opened = entries[first]
            parts.append(Bounds(opened.opens, first, at, opened.box, opened.over))
    return tuple(sorted(parts, key=lambda each: each.begins))
