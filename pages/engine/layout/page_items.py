"""Everything on a page in reading order: headings, labelled values, rows, text and controls, as plain data in English."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from pages.engine.layout.controls import controls_in, fields_in, is_field, is_ticked, kind_of, name_of, told_by
from pages.engine.layout.field_values import value_of
from pages.engine.layout.headings import Heading, columns_of, governing, headings
from pages.engine.layout.labels import labels_of
from pages.engine.layout.lines import Line, Piece, is_one_word, lined_apart, lines, pieces_apart, said_on, saying, text, words_of
from pages.engine.layout.list_items import block_of, form_of, is_enabled, is_in_prose, others_of
from pages.engine.layout.menus import is_at_the_head, menu_of, uncounted
from pages.engine.layout.page_layout import SHORT, TYPED, Layout, bounds_of, common
from pages.engine.layout.tables import HEADS, TABLES, cells_of, columns, head_of, is_data, is_head, rows_of, said_in
from pages.engine.text.wording import bare, plain
from pages.languages import in_english

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pages.engine.snapshot.accessibility_tree import Node

What = Literal["heading", "pair", "row", "text", "label", "foot", "control", "progress"]
_PAIR = re.compile(r"([^:]{2,60}?)\s*:\s+(\S.*)$", re.DOTALL)
_LABEL = re.compile(r"[^\W\d_].{0,59}")
_INSTALL = re.compile(r"install", re.IGNORECASE)
_SPACER = re.compile(r"[:?*]?")
_TRAIL = re.compile(r"^[/>\u00bb\u203a|]\s*")


@dataclass(frozen=True)
class Control:
    """Something that can be pressed, filled or ticked.

    Attributes:
        kind: button, link, text, password, file, select, checkbox or radio.
        name: the words on it, or those nearest to it.
        checked: of a tick box; `None` where what draws it says otherwise than the box itself.
        ref: what finds the very element again (`aria-ref=`).
        outer: of a field, the words further off: of its row, its group.
        block: of one of several like buttons, the lines of the item to which it belongs.
        others: the lines of the items of the same list that have no such button.
        form: of a tick box, what stands in the form around it: words, and the values of its fields.
        folded: whether it is the head of a section that is folded away.
        prose: whether it is a link in the middle of a sentence.
        sends: what pressing it would send, as far as its own names and addresses tell.
        hint: of a field, the hint that stands in it while it is empty.
        submits: whether it sends a form.
        opens: whether it opens a menu, or what is folded away.
        at_head: whether it stands at the head of the page, by its markup or by its place.
        invalid: whether its form cannot be sent as it is filled.
        node: its node in the tree of the look.
        menu_node: the node of the menu in which it stands.
    """

    kind: str
    name: str
    enabled: bool = True
    checked: bool | None = None
    value: str | None = None
    readonly: bool = False
    href: str = ""
    menu: bool = False
    under: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    outer: tuple[str, ...] = ()
    block: tuple[str, ...] = ()
    others: tuple[tuple[str, ...], ...] = ()
    form: tuple[str, ...] = ()
    prose: bool = False
    folded: bool = False
    sends: tuple[str, ...] = ()
    hint: str = ""
    submits: bool = False
    opens: bool = False
    at_head: bool = False
    invalid: bool = False
    ref: str = field(default="", compare=False)
    node: Node | None = field(default=None, compare=False, repr=False)
    menu_node: Node | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Item:
    """One thing on a page.

    Attributes:
        under: the headings that govern it, outermost first.
        columns: the names of the columns of tables in which it stands, innermost first.
        text: the words of a heading, a line, a bar.
        label: of a labelled value.
        value: beside the label.
        cells: of a row, the words of each.
        head: whether a row names the columns.
        controls: of a row, or of a control the one.
    """

    what: What
    under: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    text: str = ""
    label: str = ""
    value: str = ""
    cells: tuple[str, ...] = ()
    head: bool = False
    controls: tuple[Control, ...] = ()

    @property
    def around(self) -> tuple[str, ...]:
        """All that it stands under: headings, and the names of its columns."""
        return (*self.under, *self.columns)


def items_of(layout: Layout) -> tuple[Item, ...]:
    """Read a whole page."""
    return tuple(_without_trails(list(_Reader(layout).items())))


def _without_trails(found: list[Item]) -> Iterator[Item]:
    """Leave out where one is, drawn as two words: both are names of places, not a label and its value."""
    controls = [control for item in found if item.what == "control" for control in item.controls]
    menu = {control.name for control in controls if control.menu}
    places = {control.name for control in controls if control.kind == "link"}
    for item in found:
        if item.what != "pair" or item.label not in menu or _TRAIL.sub("", item.value) not in places:
            yield item


class _Reader:
    """Reads a page from its first line to its last."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        found = headings(layout)
        self.marked = {heading.node: heading for heading in found if heading.drawn is None}
        self.drawn = {heading.at: heading for heading in found if heading.drawn is not None}
        self.unseen = [  # names of parts stand in no line
            heading for heading in found if heading.drawn is None and heading.node.role not in {"heading", "caption", *HEADS}
            and heading.node.element.tag != "summary"
        ]  # fmt: skip

    def items(self) -> Iterator[Item]:
        """Give everything, in reading order."""
        read = list(lined_apart(pieces_apart(self.layout, self._stands_apart)))
        unseen = list(self.unseen)
        for number, line in enumerate(read):
            place = line[0].at if isinstance(line, list) else line.at
            while unseen and unseen[0].at <= place:
                yield self._heading(unseen.pop(0))
            if isinstance(line, list):
                below = read[number + 1] if number + 1 < len(read) else None
                yield from self._line(line, below if isinstance(below, list) else None)
            elif line.role == "row":
                yield from self._row(line)
            else:
                yield self._heading(self.marked[line])
                yield from map(self._control, controls_in(self.layout, line))
                yield from self._value_below(self.marked[line])
        yield from map(self._heading, unseen)

    def _stands_apart(self, node: Node) -> bool:
        """Whether a node is read as a whole: a heading, or a row of data."""
        if node.role == "row":
            filled = any(text(self.layout, cell) or controls_in(self.layout, cell) for cell in cells_of(node))
            return filled and is_data(self.layout, node)
        return node.role == "heading" and node in self.marked

    def _item(self, what: What, at: int, node: Node, **told: str) -> Item:
        under = tuple(map(in_english, governing(self.layout, at, node)))
        columns = tuple(map(in_english, columns_of(self.layout, node)))
        text, label, value = (in_english(told.get(key, "")) for key in ("text", "label", "value"))
        return Item(what, under, columns, text, label, value)

    def _heading(self, heading: Heading) -> Item:
        return self._item("heading", heading.at, heading.node, text=heading.text)

    # -- lines -----------------------------------------------------------------------------------------------------------------

    def _line(self, line: Line, below: Line | None) -> Iterator[Item]:
        first = line[0]
        alone = len(line) == 1
        head = first.node.within("caption", *HEADS)
        if (
            alone
            and first.words
            and (heading := self.drawn.get(first.at) or (self.marked.get(head) if head is not None else None))
        ):
            yield self._heading(heading)
            if (
                below is not None
                and heading.drawn is not None
                and not any(p.is_control for p in below)
                and self._is_above(line, below)
            ):
                yield from self._pair(first.at, first.node, heading.text, words_of(self.layout, below, links=True))
        elif alone and first.is_control and first.node.element.tag == "summary":
            yield self._control(first.node)
            yield self._item("heading", first.at, first.node, text=name_of(self.layout, first.node))
        else:
            yield from self._plain_line(line, below)

    def _plain_line(self, line: Line, below: Line | None) -> Iterator[Item]:
        layout = self.layout
        first = next((piece for piece in line if piece.words), line[0])
        pairs = self._pairs_of(line)
        for label, value in pairs:
            yield from self._pair(first.at, first.node, label, value)
        if below is not None and not pairs and self._labels_the_next(line, below):
            yield from self._pair(first.at, first.node, first.words, words_of(layout, below, links=True))
        if words_of(layout, line, links=False):
            what: What = "label" if _has_a_field(line) else "foot" if self._is_in_the_foot(first.node) else "text"
            yield self._item(what, first.at, first.node, text=words_of(layout, line, links=True))
        for piece in line:
            if piece.is_control:
                yield self._control(piece.node)
                if (told := told_by(layout, piece.node)) is not None:
                    yield from self._pair(piece.at, piece.node, *told)
            elif piece.is_bar:
                node = piece.node
                yield self._item("progress", piece.at, node, text=plain(node.value or node.name) or node.element.progress)

    def _pairs_of(self, line: Line) -> list[tuple[str, str]]:
        """Find the labelled values of a line: side by side, or told by a colon or by two elements."""
        if _has_a_field(line):
            return []
        said = said_on(self.layout, line)
        if len(said) == 1:
            worded = next((piece for piece in line if piece.words), None)
            return _pair_within(worded, said[0]) if worded is not None else []
        if len(said) == 2:
            one = any(is_one_word(self.layout, last, piece) for last, piece in itertools.pairwise(line))
            return [(said[0], said[1])] if len(said[0]) <= SHORT and not one and not self._are_entries(line, said[0]) else []
        if len(said) % 2 == 0 and all(each.endswith(":") for each in said[::2]):
            return list(zip(said[::2], said[1::2], strict=True))
        if said and said[0].endswith(":") and _PAIR.match(" ".join(said)):
            return [(said[0], " ".join(said[1:]))]
        return []

    def _are_entries(self, line: Line, first: str) -> bool:
        """Whether two pieces are two entries of a menu or list: the one that is open, beside another one, is no label."""
        told = [piece for piece in line if piece.words or piece.is_control]
        entries = [piece.node.within("listitem") for piece in told]
        if len(set(entries)) > 1 and None not in entries:
            return True
        last = told[-1]
        return last.is_control and menu_of(self.layout, last.node) is not None and not first.endswith(":")

    def _labels_the_next(self, line: Line, below: Line) -> bool:
        told = len(line) == 1 and bool(line[0].words) and len(line[0].words) <= 60
        value = not _has_a_field(below) and bool(below[0].words or below[0].is_control) and not self._pairs_of(below)
        return told and value and self._is_above(line, below)

    def _is_above(self, line: Line, below: Line) -> bool:
        """Whether a line is a label above its value: a term and its description, or the only two lines of a box."""
        term = line[0].node.within("term")
        if term is not None and term.parent is not None:
            definition, terms = below[0].node.within("definition"), term.parent.children
            return definition in terms and terms.index(term) + 1 == terms.index(definition) if definition is not None else False
        box = common(line[0].node, below[0].node)
        if box.role in {"document", "main", "navigation", "row", "text"}:
            return False
        return len(box.children) == 2 and len(lines(self.layout, box)) == 2 and line[0].box.bottom <= below[0].box.y + 2

    def _value_below(self, heading: Heading) -> Iterator[Item]:
        """A heading that is followed by one line only may also be the label above a value."""
        node = heading.node
        siblings = node.parent.children if node.parent is not None else []
        after = siblings[1] if len(siblings) == 2 and siblings[0] is node else None
        if after is not None and len(lines(self.layout, after)) == 1 and not controls_in(self.layout, after):
            yield from self._pair(node.at, node, heading.text, text(self.layout, after))

    def _is_in_the_foot(self, node: Node) -> bool:
        """Whether a node stands in the foot of the whole page: its version may be anybody's."""
        if node.within("contentinfo") is not None:
            return True
        foot = bounds_of(self.layout, node, "footer")
        part = bounds_of(self.layout, node, "main", "section", "article", "form", "dialog")
        return foot is not None and (part is None or part.begins > foot.begins)

    def _pair(self, at: int, node: Node, label: str, value: str) -> Iterator[Item]:
        if bare(label) and plain(value) and not self._is_in_the_foot(node):
            yield self._item("pair", at, node, label=bare(label), value=plain(value))

    # -- rows ------------------------------------------------------------------------------------------------------------------

    def _row(self, row: Node) -> Iterator[Item]:
        cells = cells_of(row)
        said = [text(self.layout, cell) for cell in cells]
        table = row.within(*TABLES)
        heads = head_of(self.layout, row)
        head = row is heads or (len(cells) > 1 and all(map(is_head, cells)))
        if head:
            said = columns(self.layout, row)
        controls = [self._control(each) for each in controls_in(self.layout, row)]
        yield replace(
            self._item("row", row.at, row),
            cells=tuple(map(in_english, said)),
            head=head,
            controls=tuple(control for item in controls for control in item.controls),
        )
        yield from controls
        if not head and table is not None:
            yield from self._values_in(row, table, heads)

    def _values_in(self, row: Node, table: Node, heads: Node | None) -> Iterator[Item]:
        """Give what a row tells: a label and its value, several of them, or a line of text."""
        layout = self.layout
        cells = [
            cell for n, cell in enumerate(cells_of(row)) if len(cells_of(row)) < 3 or not self._is_a_spacer(n, row, table, heads)
        ]
        said = [text(layout, cell) for cell in cells]
        fields = fields_in(layout, row)
        like = [each for each in rows_of(table) if heads is not None and len(cells_of(each)) == len(cells_of(heads))]
        if heads is not None and len(like) == 2 and len(cells) == len(cells_of(heads)):  # a list of one
            pairs = list(zip((said_in(layout, cell) for cell in cells_of(heads)), said, strict=True))
        elif len(cells) == 1:
            pairs = [pair for line in lines(layout, row) for pair in self._pairs_of(line)]
            for line in lines(layout, row):
                if told := words_of(layout, line, links=True):
                    yield self._item("label" if fields else "text", row.at, row, text=told)
        elif len(cells) == 2 and not fields:
            pairs = [(said[0], said[1])]
            if any(said) and not all(said):
                yield self._item("label" if said[0] else "text", row.at, row, text=said[0] or said[1])
            if len(lines(layout, cells[1])) > 1:
                pairs += [pair for line in lines(layout, cells[1]) for pair in self._pairs_of(line)]
        else:
            told = [is_head(cell) or words.endswith(":") for cell, words in zip(cells[::2], said[::2], strict=True)]
            pairs = list(zip(said[::2], said[1::2], strict=True)) if len(cells) % 2 == 0 and not fields and all(told) else []
        for label, value in pairs:
            yield from self._pair(row.at, row, label, value)

    def _is_a_spacer(self, number: int, row: Node, table: Node, heads: Node | None) -> bool:
        """Whether a column has nothing but gaps, colons or signs for help."""
        if heads is not None:
            return False
        like = [cells_of(each)[number] for each in rows_of(table) if len(cells_of(each)) == len(cells_of(row))]
        return all(_SPACER.fullmatch(text(self.layout, cell)) and not fields_in(self.layout, cell) for cell in like)

    # -- controls --------------------------------------------------------------------------------------------------------------

    def _control(self, node: Node) -> Item:
        item = self._item("control", node.at, node)
        known = Control(
            kind=kind_of(node),
            name="",
            enabled=is_enabled(self.layout, node),
            under=item.under,
            columns=item.columns,
            ref=node.ref,
            sends=node.element.sends,
            readonly=node.element.readonly,
            hint=plain(node.element.placeholder),
            invalid=node.element.invalid,
            node=node,
        )
        return replace(item, controls=(self._field(known, node) if is_field(node) else self._press(known, node),))

    def _press(self, known: Control, node: Node) -> Control:
        layout = self.layout
        menu_node = menu_of(layout, node)
        menu = menu_node is not None
        name = in_english(name_of(layout, node))
        known = replace(
            known,
            name=uncounted(name) if menu else name,
            submits=node.element.kind in {"submit", "image"} and bounds_of(layout, node, "form") is not None,
            opens=bool(node.element.popup) or node.element.folded,
            at_head=is_at_the_head(layout, node),
            href=node.element.href,
            menu=menu,
            menu_node=menu_node,
            folded=node.element.folded and not menu,
        )
        if known.kind == "link" and not menu:
            known = replace(known, prose=is_in_prose(layout, node))
        if not _INSTALL.search(name):
            return known
        return replace(
            known,
            block=tuple(map(in_english, block_of(layout, node))),
            others=tuple(tuple(map(in_english, each)) for each in others_of(layout, node)),
        )

    def _field(self, known: Control, node: Node) -> Control:
        name, *outer = map(in_english, labels_of(self.layout, node) or [""])
        known = replace(known, name=name, outer=tuple(outer))
        if known.kind not in {"checkbox", "radio"}:
            return replace(known, value=value_of(self.layout, node))
        said: list[str] = []
        if (form := form_of(self.layout, node)) is not None:
            typed = (value_of(self.layout, each) for each in fields_in(self.layout, form) if each.role in TYPED)
            said = [*saying(self.layout, form), *typed]
        return replace(known, checked=is_ticked(node), form=tuple(map(in_english, filter(None, said))))


def _has_a_field(line: Line) -> bool:
    return any(piece.is_control and is_field(piece.node) for piece in line)


def _pair_within(piece: Piece, said: str) -> list[tuple[str, str]]:
    """Find a label and its value in words that stand together: by a colon, by two elements, by bold words."""
    runs = piece.parts
    parts = [plain(run.text) for run in runs]
    rest = " ".join(parts[1:])
    if len(parts) > 1 and parts[0].endswith(":"):
        return [(parts[0], rest)]
    if found := _PAIR.match(said):
        return [(found[1], found[2])]
    apart = len(runs) == 2 and all(run.inline for run in runs) and runs[0].inline != runs[1].inline
    bold = len(parts) > 1 and runs[0].bold and not any(run.bold for run in runs[1:]) and piece.node.within("definition") is None
    if apart or (bold and _LABEL.fullmatch(parts[0]) and not re.search(r"[.!?]$", said)):
        return [(parts[0], rest)]
    return []
