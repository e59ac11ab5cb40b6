"""Version numbers in the words of screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.engine.text.wording import ignorecase
from pages.engine.view.page_description import describe_page
from robot.domain.drift import Drift, DriftKind
from robot.domain.errors import Unreachable, WrongScreen
from robot.domain.versions import DOTTED, version_in

if TYPE_CHECKING:
    from pages.engine.view.page_view import PageView

NUMBER = DOTTED + r"(?:[-_ ]?\(?(?:build )?\d{3,}\)?)?"
"""A dotted version with its build: `13.1.2`, `13.1.2-38227`, `3.4.1 (41022)`."""
_NONE_YET = (
    r"\W*|v?0+(\.0+)*(\W*(build )?\(?0+\)?)?|"
    r"\W*(n/?a|none|unknown|loading|please wait|pending|not (yet )?(available|known))\b.{0,20}"
)
"""What a page may show in place of a version that it does not have yet: nothing, zeros, or words such as "loading"."""


def versions_beside(view: PageView, label: str, unlike: str) -> list[str]:
    """Return every version beside a label with some words and without others.

    Args:
        view: what a person sees on the page.
        label: a pattern for the words of the label.
        unlike: a pattern for words that the label and its heading must not have: a table of licences has versions too.
    """
    wanted, other = ignorecase(label), ignorecase(unlike)
    labelled = [(item.label, item.value, item.around) for item in view.items if item.what == "pair"]
    running = ignorecase(
        rf"^(?!.*(?:copyright|\u00a9))(.{{0,40}}?\b(?:version|build|software))\s+(v?{NUMBER}.{{0,40}})$"
    )  # "Product Version 13.1.2"
    announced = ignorecase(r"available|latest|previous|\bfrom\b")
    labelled += [
        (match[1], match[2], item.around)
        for item in view.items
        if item.what == "text" and not announced.search(item.text) and (match := running.search(item.text))
    ]
    return [
        number[0]
        for name, value, under in labelled
        if wanted.search(name)
        and not other.search(name)
        and not any(map(other.search, under[-1:]))
        and (number := ignorecase(NUMBER).search(value))
        and not ignorecase(_NONE_YET).fullmatch(value)
    ]


def untold_version(view: PageView, label: str, unlike: str) -> str:
    """Return which label of a version has no version beside it yet, and what it has instead, in words.

    An appliance that has only just come up shows this: it is still at work, and has no older release.

    Args:
        view: what a person sees on the page.
        label: a pattern for the words of the label.
        unlike: a pattern for words that the label must not have.

    Returns:
        The words; an empty string if there is no such label.
    """
    wanted, other = ignorecase(label), ignorecase(unlike)
    for name, value in view.pairs:
        if wanted.search(name) and not other.search(name) and ignorecase(_NONE_YET).fullmatch(value):
            return f'"{name}" is "{value}"'
    alone = (line for line in view.prose if ignorecase(r"(\w+ ){0,3}version\W*").fullmatch(line))
    return next((f'"{line}" is empty' for line in alone if wanted.search(line) and not other.search(line)), "")


def version_beside(view: PageView, label: str, unlike: str, *, screen: str) -> str:
    """Return the only version beside labels with some words and without others.

    Args:
        view: what a person sees on the page.
        label: a pattern for the words of the label.
        unlike: a pattern for words that the label and its heading must not have.
        screen: the screen's title, for the sentence of an error.

    Returns:
        The version in the page's words; the longest ones, if several labels show versions with the same numbers.

    Raises:
        WrongScreen: there is none, or there are several that differ.
        Unreachable: the page has its label, but not the version yet.
    """
    versions = versions_beside(view, label, unlike)
    if not versions:
        if untold := untold_version(view, label, unlike):
            raise Unreachable(f"{screen}: {untold}, and no version yet")
        raise WrongScreen(drift=Drift(screen, "version", "version beside its label", DriftKind.NOWHERE, describe_page(view)))
    if len({version_in(text) for text in versions}) != 1:
        raise WrongScreen(f"{screen}: several versions are shown, {sorted(set(versions))}; cannot tell which is meant")
    return max(versions, key=len)
