"""Everything on a page in reading order: headings, labelled values, rows, text and controls, as plain data in English."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pages.engine.layout.controls import controls_in, fields_in, label_and_value, name_of
from pages.engine.layout.headings import Heading, columns_of, governing, headings
from pages.engine.layout.items import Item, What
from pages.engine.layout.labelled_values import has_a_field, is_above, is_label_of_next, pairs_on
from pages.engine.layout.lines import Line, lined_apart, lines, pieces_apart, text, words_of
from pages.engine.layout.page_controls import control_of
from pages.engine.layout.page_layout import Layout, bounds_of
from pages.engine.layout.tables import HEADS, TABLES, cells_of, columns, head_of, head_text, is_data, is_head, rows_of
from pages.engine.text.wording import bare, plain
from pages.translations import in_english

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pages.engine.snapshot.accessibility_tree import Node

_SPACER = re.compile(r"[:?*]?")
_TRAIL = re.compile(r"^[/>\u00bb\u203a|]\s*")


def items_of(layout: Layout) -> tuple[Item, ...]:
    """Return everything on a page in reading order, in English."""
    return tuple(_without_trails(list(_Reader(layout).items())))


def _without_trails(items: list[Item]) -> Iterator[Item]:
    """Yield the items without breadcrumb trails: their words are names of places, not a label and its value."""
    controls = [control for item in items if item.what == "control" for control in item.controls]
    menu = {control.name for control in controls if control.menu}
    places = {control.name for control in controls if control.kind == "link"}
    for item in items:
        if item.what != "pair" or item.label not in menu or _TRAIL.sub("", item.value) not in places:
            yield item


class _Reader:
    """Reads a page from its first line to its last."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        known = headings(layout)
        self.marked = {heading.node: heading for heading in known if heading.drawn is None}
        self.drawn = {heading.at: heading for heading in known if heading.drawn is not None}
        self.unseen = [  # names of parts, which are in no line
            heading for heading in known if heading.drawn is None and heading.node.role not in {"heading", "caption", *HEADS}
            and heading.node.element.tag != "summary"
        ]  # fmt: skip

    def items(self) -> Iterator[Item]:
        """Yield everything on the page, in reading order."""
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
        """Tell whether a node is read as a whole, apart from the lines: a heading, or a row of data."""
        if node.role == "row":
            filled = any(text(self.layout, cell) or controls_in(self.layout, cell) for cell in cells_of(node))
            return filled and is_data(self.layout, node)
        return node.role == "heading" and node in self.marked

    def _item(self, what: What, at: int, node: Node, **words: str) -> Item:
        under = tuple(map(in_english, governing(self.layout, at, node)))
        columns = tuple(map(in_english, columns_of(self.layout, node)))
        own_words = tuple(words.get(key, "") for key in ("text", "label", "value"))
        text, label, value = map(in_english, own_words)
        return Item(what, under, columns, text, label, value, own_words=own_words)

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
                and is_above(self.layout, line, below)
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
        pairs = pairs_on(self.layout, line)
        for label, value in pairs:
            yield from self._pair(first.at, first.node, label, value)
        if below is not None and not pairs and is_label_of_next(self.layout, line, below):
            yield from self._pair(first.at, first.node, first.words, words_of(layout, below, links=True))
        if words_of(layout, line, links=False):
            what: What = "label" if has_a_field(line) else "foot" if self._is_in_the_foot(first.node) else "text"
            yield self._item(what, first.at, first.node, text=words_of(layout, line, links=True))
        for piece in line:
            if piece.is_control:
                yield self._control(piece.node)
                if (pair := label_and_value(layout, piece.node)) is not None:
                    yield from self._pair(piece.at, piece.node, *pair)
            elif piece.is_bar:
                node = piece.node
                yield self._item("progress", piece.at, node, text=plain(node.value or node.name) or node.element.progress)

    def _value_below(self, heading: Heading) -> Iterator[Item]:
        """Yield a heading that only one line follows as the label of that line too."""
        node = heading.node
        siblings = node.parent.children if node.parent is not None else []
        after = siblings[1] if len(siblings) == 2 and siblings[0] is node else None
        if after is not None and len(lines(self.layout, after)) == 1 and not controls_in(self.layout, after):
            yield from self._pair(node.at, node, heading.text, text(self.layout, after))

    def _is_in_the_foot(self, node: Node) -> bool:
        """Tell whether a node is in the foot of the whole page, where a version may be that of anything."""
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
        texts = [text(self.layout, cell) for cell in cells]
        table = row.within(*TABLES)
        heads = head_of(self.layout, row)
        head = row is heads or (len(cells) > 1 and all(map(is_head, cells)))
        if head:
            texts = columns(self.layout, row)
        controls = [self._control(each) for each in controls_in(self.layout, row)]
        yield replace(
            self._item("row", row.at, row),
            cells=tuple(map(in_english, texts)),
            head=head,
            controls=tuple(control for item in controls for control in item.controls),
            own_words=tuple(texts),
        )
        yield from controls
        if not head and table is not None:
            yield from self._values_in(row, table, heads)

    def _values_in(self, row: Node, table: Node, heads: Node | None) -> Iterator[Item]:
        """Yield the contents of a row: a label and its value, several of them, or lines of text."""
        layout = self.layout
        cells = [
            cell for n, cell in enumerate(cells_of(row)) if len(cells_of(row)) < 3 or not self._is_a_spacer(n, row, table, heads)
        ]
        texts = [text(layout, cell) for cell in cells]
        fields = fields_in(layout, row)
        like = [each for each in rows_of(table) if heads is not None and len(cells_of(each)) == len(cells_of(heads))]
        if heads is not None and len(like) == 2 and len(cells) == len(cells_of(heads)):  # a list with one entry
            pairs = list(zip((head_text(layout, cell) for cell in cells_of(heads)), texts, strict=True))
        elif len(cells) == 1:
            pairs = [pair for line in lines(layout, row) for pair in pairs_on(layout, line)]
            for line in lines(layout, row):
                if line_text := words_of(layout, line, links=True):
                    yield self._item("label" if fields else "text", row.at, row, text=line_text)
        elif len(cells) == 2 and not fields:
            pairs = [(texts[0], texts[1])]
            if any(texts) and not all(texts):
                yield self._item("label" if texts[0] else "text", row.at, row, text=texts[0] or texts[1])
            if len(lines(layout, cells[1])) > 1:
                pairs += [pair for line in lines(layout, cells[1]) for pair in pairs_on(layout, line)]
        else:
            labels = [is_head(cell) or words.endswith(":") for cell, words in zip(cells[::2], texts[::2], strict=True)]
            pairs = list(zip(texts[::2], texts[1::2], strict=True)) if len(cells) % 2 == 0 and not fields and all(labels) else []
        for label, value in pairs:
            yield from self._pair(row.at, row, label, value)

    def _is_a_spacer(self, number: int, row: Node, table: Node, heads: Node | None) -> bool:
        """Tell whether a column has only gaps, colons, stars or question marks."""
        if heads is not None:
            return False
        like = [cells_of(each)[number] for each in rows_of(table) if len(cells_of(each)) == len(cells_of(row))]
        return all(_SPACER.fullmatch(text(self.layout, cell)) and not fields_in(self.layout, cell) for cell in like)

    def _control(self, node: Node) -> Item:
        item = self._item("control", node.at, node)
        return replace(item, controls=(control_of(self.layout, node, item.under, item.columns),))
