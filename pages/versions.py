"""Version numbers as screens word them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.drift import instead
from pages.sight import words
from robot.drift import Drift, Found
from robot.errors import WrongScreen
from robot.model import Release

if TYPE_CHECKING:
    from pages.sight import Sight

NUMBER = r"\d+(?:\.\d+){1,3}(?:[-_ ]?\(?(?:build )?\d{3,}\)?)?"
"""A dotted version with its build: `13.1.2`, `13.1.2-38227`, `3.4.1 (41022)`."""


def versions_beside(sight: Sight, label: str, unlike: str) -> list[str]:
    """Every version beside a label with these words, not beside one with those.

    Nor in a part of the page whose heading has those: a table of licences has versions too.
    """
    wanted, other = words(label), words(unlike)
    told = [(item.label, item.value, item.under) for item in sight.items if item.what == "pair"]
    running = words(
        rf"^(?!.*(?:copyright|\u00a9))(.{{0,40}}?\b(?:version|build|software))\s+(v?{NUMBER}.{{0,40}})$"
    )  # "Product Version 13.1.2"
    announced = words(r"available|latest|previous|\bfrom\b")
    told += [
        (found[1], found[2], item.under)
        for item in sight.items
        if item.what == "text" and not announced.search(item.text) and (found := running.search(item.text))
    ]
    return [
        number[0]
        for name, value, under in told
        if wanted.search(name)
        and not other.search(name)
        and not any(map(other.search, under[-1:]))
        and (number := words(NUMBER).search(value))
    ]


def version_beside(sight: Sight, label: str, unlike: str, *, screen: str) -> str:
    """The one version beside such a label.

    Several labels may give it, as long as they agree in their numbers; the longest wording is given back.

    Raises:
        WrongScreen: none stands there, or several that disagree.
    """
    found = versions_beside(sight, label, unlike)
    if not found:
        raise WrongScreen(drift=Drift(screen, "version", "version beside its label", Found.NOWHERE, instead(sight)))
    if len({Release(text=text).numbers for text in found}) != 1:
        raise WrongScreen(f"{screen}: several versions are shown, {sorted(set(found))}; cannot tell which is meant")
    return max(found, key=len)
