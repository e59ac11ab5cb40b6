"""Versions of the product and of its base software, as pages, files and people word them: compared by their numbers."""

from __future__ import annotations

import re

from packaging.specifiers import Specifier
from packaging.version import Version

DOTTED = r"\d+(?:\.\d+){1,3}"
"""The dotted numbers of a version."""
_BUILD = re.compile(r"\d\.\d[\d.]*\W{0,3}(?:build\W{0,2})?(\d{3,})\b", re.IGNORECASE)


def version_in(text: str) -> Version | None:
    """Return the first version in a text, without its build: of "13.1.2-38227" it is 13.1.2, and 15.1 equals 15.1.0.

    Args:
        text: the version in the words of a page or of a person.

    Returns:
        The version; `None` if the text holds no dotted numbers.
    """
    match = re.search(DOTTED, text)
    return Version(match[0]) if match else None


def is_within(text: str, target: str) -> bool:
    """Return whether the version in a text is the release `target`, or one of the releases that it comprises.

    Args:
        text: the version in the words of a page.
        target: the release that is meant: 15.1 comprises 15.1.3, and 15.1.0 is the same release as 15.1.

    Returns:
        Whether it is; `False` if one of the two texts holds no version.
    """
    version, wanted = version_in(text), version_in(target)
    return version is not None and wanted is not None and Specifier(f"=={wanted}.*").contains(version)


def build_in(text: str) -> str:
    """Return the build number of a version, in either form: `13.1.2-38227`, `13.1.2 (build 38227)`.

    Args:
        text: the version in the words of a page.

    Returns:
        The build's digits; "" if the text tells none.
    """
    match = _BUILD.search(text)
    return match[1] if match else ""


def are_same_release(one: str, other: str) -> bool:
    """Return whether two texts tell one release: 15.1 and 15.1.0 do, and so do 15.1-38227 and 15.1.

    Args:
        one: a version in the words of a page.
        other: another one, perhaps in other words.

    Returns:
        Whether the versions are equal, and the builds too where both texts tell one; without versions, whether the texts are.
    """
    version, builds = version_in(one), {build_in(one), build_in(other)} - {""}
    return one == other or (version is not None and version == version_in(other) and len(builds) < 2)
