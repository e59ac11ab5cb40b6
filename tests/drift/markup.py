"""A page's markup as a tree that a mutation changes, and back to text."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator

from readers import VOID, Element, Page, sends

RAW = {"script", "style"}
"""What stands in these is no markup, and is given back as it came."""


def parsed(text: str) -> Element:
    """The tree of a page; its root is no element of the page itself."""
    return Page(200, {}, text.encode(), "").root


def written(element: Element | str, *, raw: bool = False) -> str:
    """The text of a tree."""
    if isinstance(element, str):
        return element if raw else html.escape(element, quote=False)
    inner = "".join(written(child, raw=element.tag in RAW) for child in element.children)
    if element.tag == "page":
        return f"<!DOCTYPE html>{inner}"
    attributes = "".join(f' {name}="{html.escape(value)}"' for name, value in element.attributes.items())
    opened = f"<{element.tag}{attributes}>"
    return opened if element.tag in VOID else f"{opened}{inner}</{element.tag}>"


def made(markup: str) -> list[Element | str]:
    """The nodes of a piece of markup."""
    return parsed(markup).children


def all_of(root: Element, *tags: str) -> list[Element]:
    """Every element of these kinds, in reading order."""
    return [e for e in root if e.tag in tags]


def the(root: Element, tag: str) -> Element | None:
    """The first element of a kind."""
    return next(iter(all_of(root, tag)), None)


def body(root: Element) -> Element:
    """Where the page's content stands: what a person sees below menu and banner."""
    named = next((e for e in root if e.get("id") == "content"), None)
    return named or the(root, "body") or root


def place(e: Element) -> int:
    """Which child of its parent it is."""
    assert e.parent is not None
    return next(n for n, child in enumerate(e.parent.children) if child is e)


def replace(e: Element, *instead: Element | str) -> None:
    """Put something in an element's place."""
    parent, at = e.parent, place(e)
    assert parent is not None
    parent.children[at : at + 1] = instead
    for child in instead:
        if isinstance(child, Element):
            child.parent = parent


def before(e: Element, markup: str) -> None:
    """Put markup before an element."""
    replace(e, *made(markup), e)


def after(e: Element, markup: str) -> None:
    """Put markup after an element."""
    replace(e, e, *made(markup))


def fill(e: Element, *children: Element | str) -> None:
    """Put something into an element in place of what is in it."""
    e.children = list(children)
    for child in children:
        if isinstance(child, Element):
            child.parent = e


def begin(e: Element, markup: str) -> None:
    """Put markup at the beginning of an element."""
    fill(e, *made(markup), *e.children)


def end(e: Element, markup: str) -> None:
    """Put markup at the end of an element."""
    fill(e, *e.children, *made(markup))


def wrap(e: Element, markup: str) -> None:
    """Put boxes around an element; it comes into the innermost first one."""
    [outer] = made(markup)
    assert isinstance(outer, Element)
    replace(e, outer)
    inner = outer
    while inner.children and isinstance(inner.children[0], Element):
        inner = inner.children[0]
    fill(inner, e)


def head_sheet(root: Element, css: str) -> None:
    """Add a style sheet."""
    if (head := the(root, "head")) is not None:
        end(head, f"<style>{css}</style>")


def texts(root: Element, change: Callable[[str, Element], str]) -> None:
    """Change every text of the page that a person reads, but no value of a field."""
    for e in [root, *root]:
        if e.tag not in {*RAW, "title", "option", "textarea"}:
            e.children = [change(child, e) if isinstance(child, str) and child.strip() else child for child in e.children]


def buttons(root: Element) -> list[Element]:
    """Everything that sends a form, and the buttons that only lead somewhere."""
    return [e for e in root if e.tag in {"input", "button"} and (sends(e) or e.get("type") in {"submit", "button"})]


def said_on(button: Element) -> str:
    """The words on a button as they stand there."""
    return button.get("value") if button.tag == "input" else "".join(child for child in button.children if isinstance(child, str))


def say_on(button: Element, words: str) -> None:
    """Put other words on a button."""
    if button.tag == "input":
        button.attributes["value"] = words
    else:
        fill(button, words)


def headings(root: Element) -> list[Element]:
    """The headings of sections and groups."""
    return all_of(root, "h2", "h3", "h4", "legend")


def sections(root: Element) -> list[Element]:
    """The headed parts of the page."""
    return all_of(root, "section")


def fields(root: Element) -> list[Element]:
    """What is typed into, selected from or ticked."""
    typed = {"hidden", "submit", "button", "image", "reset"}
    return [e for e in root if e.tag in {"select", "textarea"} or (e.tag == "input" and e.get("type") not in typed)]


def labels(root: Element) -> Iterator[tuple[Element, Element]]:
    """Every label that is tied to a field by its id, and the field."""
    by_id = {e.get("id"): e for e in fields(root) if e.get("id")}
    yield from [(e, by_id[e.get("for")]) for e in all_of(root, "label") if e.get("for") in by_id]


def menus(root: Element) -> list[Element]:
    """The lists of the menu."""
    return [e for e in all_of(root, "ul") if e.get("class") in {"tabs", "subtabs"} or e.within("nav") is not None]
