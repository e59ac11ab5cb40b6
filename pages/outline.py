"""The outline of a page without anybody's data: a skeleton that opens in a browser, and can be read like the page itself.

What may stay is listed; whatever is on no list is left out, or shown by its shape only. Of texts the words stay that the
product's pages are known to say (`vocabulary.txt`): a word that is not among them becomes "Aaaa", every number becomes
nines, and what is typed into a field is shown by its shape whatever it says.
"""

from __future__ import annotations

import functools
import html
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

_TAGS = frozenset(
    [
        "a",
        "abbr",
        "address",
        "article",
        "aside",
        "b",
        "blockquote",
        "body",
        "br",
        "button",
        "caption",
        "center",
        "code",
        "col",
        "colgroup",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "em",
        "fieldset",
        "figcaption",
        "figure",
        "font",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "i",
        "img",
        "input",
        "label",
        "legend",
        "li",
        "main",
        "menu",
        "meter",
        "nav",
        "ol",
        "optgroup",
        "option",
        "p",
        "pre",
        "progress",
        "section",
        "select",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "svg",
        "table",
        "tbody",
        "td",
        "textarea",
        "tfoot",
        "th",
        "thead",
        "tr",
        "tt",
        "u",
        "ul",
    ]
)
_VOID = frozenset({"br", "col", "hr", "img", "input"})
_WORDED = frozenset({
    "type", "role", "method", "aria-checked", "aria-disabled", "aria-hidden", "aria-expanded", "aria-modal", "aria-selected",
})  # fmt: skip
_VALUES = frozenset(
    [
        "alert",
        "alertdialog",
        "button",
        "cell",
        "checkbox",
        "columnheader",
        "combobox",
        "complementary",
        "contentinfo",
        "date",
        "datetime-local",
        "dialog",
        "email",
        "false",
        "file",
        "get",
        "grid",
        "group",
        "heading",
        "image",
        "link",
        "list",
        "listitem",
        "main",
        "menu",
        "menubar",
        "menuitem",
        "mixed",
        "month",
        "navigation",
        "none",
        "number",
        "option",
        "password",
        "post",
        "presentation",
        "progressbar",
        "radio",
        "radiogroup",
        "range",
        "region",
        "reset",
        "row",
        "rowgroup",
        "rowheader",
        "search",
        "separator",
        "status",
        "submit",
        "switch",
        "tab",
        "table",
        "tablist",
        "tabpanel",
        "tel",
        "text",
        "textbox",
        "time",
        "toolbar",
        "tree",
        "true",
        "url",
        "week",
    ]
)
_NUMBERED = frozenset({"colspan", "rowspan", "aria-level", "aria-valuenow"})
_BARE = frozenset({"disabled", "readonly", "required", "multiple", "hidden", "open", "inert"})
_TELLING = frozenset(
    [
        "active",
        "alt",
        "body",
        "box",
        "breadcrumb",
        "breadcrumbs",
        "button",
        "caption",
        "card",
        "confirm",
        "content",
        "crumb",
        "crumbs",
        "dialog",
        "dim",
        "dimmed",
        "disabled",
        "even",
        "first",
        "footer",
        "form",
        "gray",
        "grayed",
        "greyed",
        "head",
        "header",
        "heading",
        "inactive",
        "label",
        "last",
        "legend",
        "lightbox",
        "list",
        "main",
        "menu",
        "modal",
        "name",
        "nav",
        "navbar",
        "navigation",
        "odd",
        "overlay",
        "panel",
        "popup",
        "row",
        "section",
        "sidebar",
        "subtab",
        "subtabs",
        "tab",
        "table",
        "tabs",
        "title",
        "unavailable",
    ]
)
"""Parts of class names that say what an element is drawn as."""
_DRAWN = re.compile(r"[a-z-]+|-?[\d.]+(px|%|fr)?( -?[\d.]+(px|%|fr)?)*")
_CHUNK = re.compile(r"(\W*)((?:[^\W\d_]+(?:['\u2019/-][^\W\d_]+)*)?)(\W*)")
_LONGEST = 4
"""Letters and figures of one kind in a row that a shape shows: how long a name or a password is, is nobody's business."""


@functools.cache
def vocabulary() -> frozenset[str]:
    """The words that the product's pages are known to say."""
    lines = Path(__file__).with_name("vocabulary.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def shaped(text: str) -> str:
    """The shape of a text: letters become A and a, figures become 9, at most a few of each in a row."""
    said = re.sub(r"[^\W\d_]", lambda found: "A" if found[0].isupper() else "a", text)
    said = re.sub(r"\d", "9", said)
    said = re.sub(r"[^\x20-\x7eAa9\u00a0]", "?", said.replace("\n", " ").replace("\t", " "))
    return re.sub(rf"(a|A|9)\1{{{_LONGEST},}}", lambda found: found[1] * _LONGEST, said)


def redacted(text: str) -> str:
    """A text of which only the product's own words are left.

    A word stays only where the whole piece between two blanks is made of such words: one that is a part of a host name, an
    address or a file's name does not.
    """
    pieces = re.split(r"(\s+)", text)
    return "".join(piece if not piece.strip() else _piece(piece) for piece in pieces)


def _piece(piece: str) -> str:
    found = _CHUNK.fullmatch(piece)
    if not found or "@" in piece:
        return shaped(piece)
    parts = [part for part in re.split(r"['\u2019/-]", found[2].lower()) if part]
    known = all(part in vocabulary() for part in parts)
    return piece if known and len(found[1]) <= 3 and len(found[3]) <= 3 else shaped(piece)


@dataclass
class _Writing:
    """One page on its way to text: names get numbers in the order in which they come."""

    numbers: dict[str, str] = field(default_factory=dict[str, str])

    def number(self, kind: str, name: str) -> str:
        return self.numbers.setdefault(f"{kind}|{name}", f"{kind}{len(self.numbers) + 1}")

    def written(self, node: Any) -> str:
        """A node, and what is in it."""
        if isinstance(node, str):
            return html.escape(redacted(node), quote=False)
        tag = node["tag"] if node["tag"] in _TAGS else "span"
        attributes = "".join(f' {name}="{html.escape(value)}"' for name, value in self._attributes(tag, node).items())
        if tag in _VOID:
            return f"<{tag}{attributes}>"
        inner = html.escape(shaped(node["value"])) if tag == "textarea" else "".join(map(self.written, node["children"]))
        return f"<{tag}{attributes}>{inner}</{tag}>"

    def _attributes(self, tag: str, node: dict[str, Any]) -> dict[str, str]:
        found = {name: redacted(text) for name, text in node["texts"].items()}
        found |= _states(node["states"])
        for name, value in node["ties"].items():
            found[name] = " ".join(self.number("i", each) for each in value.split())
        if node["classes"]:
            found["class"] = " ".join(self._class(name) for name in node["classes"])
        if node["link"]:
            found["href"] = f"#{self.number('p', node['link'])}"
        if tag == "input":
            found["value"] = _value(node["states"].get("type", "text").lower(), node["value"])
        found |= {name: "" for name, so in (("checked", node["ticked"]), ("selected", node["chosen"])) if so}
        found |= {"onclick": "void 0"} if node["pressed"] else {}
        style = {name: value for name, value in node["style"].items() if _DRAWN.fullmatch(value)}
        return found | ({"style": "; ".join(f"{name}: {value}" for name, value in style.items())} if style else {})

    def _class(self, name: str) -> str:
        """A class that says what is drawn there, or a number."""
        parts = re.split(r"[-_]", name.lower())
        return name.lower() if all(part in _TELLING for part in parts) else self.number("c", name)


def _states(states: dict[str, str]) -> dict[str, str]:
    """What an element is, as far as it is one of the few things that HTML knows."""
    found: dict[str, str] = {}
    for name, value in states.items():
        if name in _BARE:
            found[name] = ""
        elif (name in _WORDED and value.lower() in _VALUES) or (name in _NUMBERED and re.fullmatch(r"\d{1,3}", value)):
            found[name] = value.lower()
    return found


def _value(kind: str, value: str) -> str:
    """The words on a button; of what is typed only the shape, and of a password nothing."""
    if kind in {"submit", "button", "reset", "image"}:
        return redacted(value)
    return "" if kind in {"password", "file"} else shaped(value)


def outlined(tab: Page) -> str:
    """The outline of what a tab shows, as a page of its own."""
    script = Path(__file__).with_name("outline.js").read_text(encoding="utf-8")
    told: dict[str, Any] = tab.evaluate(script)
    language = told["lang"] if re.fullmatch(r"[a-z]{2}", told["lang"]) else ""
    body = _Writing().written(told["body"])
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head><meta charset="utf-8">'
        f"<title>{html.escape(redacted(told['title']))}</title></head>\n{body}\n</html>\n"
    )
