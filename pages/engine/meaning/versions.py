"""Version numbers as screens word them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pages.engine.text.wording import ignorecase
from pages.engine.view.page_description import describe_page
from robot.domain.drift import Drift, DriftKind
from robot.domain.errors import Unreachable, WrongScreen

if TYPE_CHECKING:
    from pages.engine.view.page_view import PageView

NUMBER = r"\d+(?:\.\d+){1,3}(?:[-_ ]?\(?(?:build )?\d{3,}\)?)?"
"""A dotted version with its build: `13.1.2`, `13.1.2-38227`, `3.4.1 (41022)`."""
DOTTED = re.compile(r"\d+(?:\.\d+){1,3}")
"""The dotted numbers of a version, without its build."""
_NONE_YET = (
    r"\W*|v?0+(\.0+)*(\W*(build )?\(?0+\)?)?|"
    r"\W*(n/?a|none|unknown|loading|please wait|pending|not (yet )?(available|known))\b.{0,20}"
)
"""What may stand where a version will: no word at all, zeros, or that it is being looked for."""


def dotted_numbers(text: str) -> tuple[int, ...]:
    """Return the dotted numbers of a version, without its build; empty where there are none."""
    match = DOTTED.search(text)
    return tuple(int(part) for part in match[0].split(".")) if match else ()


def versions_beside(view: PageView, label: str, unlike: str) -> list[str]:
    """Find every version beside a label with some words and without others; the arguments are those of `version_beside`.

    Nor in a part of the page whose heading has those: a table of licences has versions too.
    """
    wanted, other = ignorecase(label), ignorecase(unlike)
    labelled = [(item.label, item.value, item.around) for item in view.items if item.what == "pair"]
    running = ignorecase(
        rf"^(?!.*(?:copyright|\u00a9))(.{{0,40}}?\b(?:version|build|software))\s+(v?{NUMBER}.{{0,40}})$"
    )  # "Product Version 13.1.2"
    announced = ignorecase(r"available|latest|previous|\bfrom\b")
    labelled += [
        (found[1], found[2], item.around)
        for item in view.items
        if item.what == "text" and not announced.search(item.text) and (found := running.search(item.text))
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
    """Say which label of a version has none beside it yet, and what stands there instead; "" where there is no such label.

    So an appliance tells it that has only just come up: it is at work still, and no older release.
    """
    wanted, other = ignorecase(label), ignorecase(unlike)
    for name, value in view.pairs:
        if wanted.search(name) and not other.search(name) and ignorecase(_NONE_YET).fullmatch(value):
            return f'"{name}" is "{value}"'
    alone = (line for line in view.prose if ignorecase(r"(\w+ ){0,3}version\W*").fullmatch(line))
    return next((f'"{line}" is empty' for line in alone if wanted.search(line) and not other.search(line)), "")


def version_beside(view: PageView, label: str, unlike: str, *, screen: str) -> str:
    """Return the one version beside a label with some words and without others.

    Args:
        view: the look.
        label: a pattern for the words of the label.
        unlike: a pattern for words that its label and its heading must not have.
        screen: what people call the screen, for the sentence.

    Several labels may give it, as long as they agree in their numbers; the longest wording is given back.

    Raises:
        WrongScreen: none stands there, or several that disagree. Unreachable: its label stands there, without it as yet.
    """
    found = versions_beside(view, label, unlike)
    if not found:
        if untold := untold_version(view, label, unlike):
            raise Unreachable(f"{screen}: {untold}, and no version yet")
        raise WrongScreen(drift=Drift(screen, "version", "version beside its label", DriftKind.NOWHERE, describe_page(view)))
    if len({dotted_numbers(text) for text in found}) != 1:
        raise WrongScreen(f"{screen}: several versions are shown, {sorted(set(found))}; cannot tell which is meant")
    return max(found, key=len)
