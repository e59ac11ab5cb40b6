"""A snapshot as text: tests read it without a browser, and it may be sent to the makers of the robot once its words are masked.

Both have one format (YAML), so that whoever sends a page can read it. The contents of password fields are never written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, fields
from typing import Any

import yaml

from pages.engine.layout.controls import kind_of
from pages.engine.snapshot.accessibility_tree import Element, Node, Rect, TextRun, number_nodes
from pages.engine.snapshot.snapshot import Snapshot
from pages.engine.snapshot.supplement_entries import Bounds, PageFacts

Mask = Callable[[str, str], str]
"""Returns the replacement of a text; the first argument is the kind of the text: words, typed or address."""

_DEFAULT = Element()
_TAGS = re.compile(
    r"a|article|aside|body|button|details|dialog|div|fieldset|footer|form|frame|header|iframe|input|label|li|main|meter|nav|progress|"
    r"section|select|span|summary|table|tbody|td|textarea|th|thead|tr|ul"
)
_TYPES = re.compile(r"button|checkbox|file|image|number|password|radio|reset|search|select-one|submit|text")
"""The known names of elements and types of fields: a page may give others anybody's name."""
_KINDS = {"title": "words", "placeholder": "words", "aria_label": "words", "href": "address", "progress": "typed"}


def unmasked(_: str, text: str) -> str:
    """Return a text as it is."""
    return text


def dump_snapshot(snapshot: Snapshot, mask: Mask = unmasked) -> str:
    """Return a snapshot as text (YAML).

    Args:
        snapshot: the snapshot.
        mask: returns the replacement of each text.
    """
    facts = snapshot.facts
    page = {
        "url": mask("address", facts.url),
        "title": mask("words", facts.title),
        "ready": facts.ready,
        "font_size": facts.font_size,
        "bounds": [[_tag(each.tag), each.begins, each.ends, _sides(each.box), each.over] for each in snapshot.bounds],
        "root": _written(snapshot.root, mask, typed=False),
    }
    return yaml.dump(page, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=10_000, default_flow_style=None)


def load_snapshot(text: str) -> Snapshot:
    """Return the snapshot that `dump_snapshot` wrote.

    Raises:
        KeyError, TypeError, yaml.YAMLError: it is no such text.
    """
    page: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    facts = PageFacts(page["url"], page["title"], page["ready"], 0.0, page["font_size"])
    bounds = tuple(Bounds(tag, first, last, Rect(*box), over) for tag, first, last, box, over in page["bounds"])
    return Snapshot(number_nodes(_read(page["root"], None)), facts, bounds)


def _tag(name: str) -> str:
    return name if _TAGS.fullmatch(name) else "span"


def _sides(box: Rect) -> list[int]:
    return [box.x, box.y, box.width, box.height]


def _written(node: Node, mask: Mask, *, typed: bool) -> dict[str, Any]:
    kept: dict[str, Any] = {"role": node.role}
    if node.name:
        kept["name"] = mask("words", node.name)
    if node.text:
        kept["text"] = mask("typed" if typed else "words", node.text)
    if states := {name: value for name, value in node.states.items() if name not in {"box", "ref"}}:
        kept["states"] = states
    if node.box != Rect():
        kept["box"] = _sides(node.box)
    if element := _element(node.element, mask):
        kept["element"] = element
    if node.runs:
        kept["runs"] = [_run(run, mask) for run in node.runs]
    kept["at"] = [node.at, node.ends]
    kind = kind_of(node)
    children = [] if kind in {"password", "file"} else node.children
    if children:
        kept["children"] = [_written(child, mask, typed=typed or kind in {"text", "select"}) for child in children]
    return kept


def _element(element: Element, mask: Mask) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for each in fields(Element):
        value: Any = getattr(element, each.name)
        if value == getattr(_DEFAULT, each.name):
            continue
        if each.name == "role":
            continue  # the node has the role that follows from it
        if isinstance(value, Rect):
            kept[each.name] = _sides(value)
        elif each.name == "tag":
            kept[each.name] = _tag(value)
        elif each.name == "kind":
            kept[each.name] = value if _TYPES.fullmatch(value) else "text"
        elif each.name == "sends":
            kept[each.name] = [mask("address", address) for address in element.sends]
        else:
            kept[each.name] = mask(_KINDS[each.name], value) if each.name in _KINDS else value
    return kept


def _run(run: TextRun, mask: Mask) -> dict[str, Any]:
    kept = {name: value for name, value in asdict(run).items() if value is not False and value != ""}
    return (
        kept
        | {"text": mask("words", run.text), "box": _sides(run.box)}
        | ({"moment": mask("typed", run.moment)} if run.moment else {})
    )


def _read(kept: dict[str, Any], parent: Node | None) -> Node:
    element = dict(kept.get("element", {}))
    if "grey" in element:
        element["grey"] = Rect(*element["grey"])
    if "sends" in element:
        element["sends"] = tuple(element["sends"])
    node = Node(
        kept["role"],
        kept.get("name", ""),
        kept.get("states", {}),
        kept.get("text", ""),
        Rect(*kept.get("box", ())),
        parent=parent,
        element=Element(**element),
        at=kept["at"][0],
        ends=kept["at"][1],
    )
    for run in kept.get("runs", []):
        words: dict[str, Any] = {"inline": "", "bold": False, **run, "box": Rect(*run["box"])}
        node.runs.append(TextRun(**words))
    node.children = [_read(child, node) for child in kept.get("children", [])]
    return node
