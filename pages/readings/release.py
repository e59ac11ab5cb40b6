"""A version, as the pages word it."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict

from pages.engine.meaning.versions import dotted_numbers

_BUILD = re.compile(r"\d\.\d[\d.]*\W{0,3}(?:build\W{0,2})?(\d{3,})\b", re.IGNORECASE)


class Release(BaseModel):
    """A version as the pages word it: `13.1.2`, `13.1.2-38227`, `Base 3.4.1`. Compared by its numbers only."""

    model_config = ConfigDict(frozen=True)

    text: str

    @property
    def numbers(self) -> tuple[int, ...]:
        """The dotted numbers, without the build; empty where there are none."""
        return dotted_numbers(self.text)

    @property
    def dotted(self) -> str:
        """The dotted numbers as text."""
        return ".".join(map(str, self.numbers))

    @property
    def build(self) -> str:
        """The build number, in either form: `13.1.2-38227`, `13.1.2 (build 38227)`; "" where there is none."""
        found = _BUILD.search(self.text)
        return found[1] if found else ""

    def is_(self, target: str) -> bool:
        """Say whether this is the release `target`; a target of fewer numbers is met by any release within it."""
        wanted = Release(text=target).numbers
        return bool(wanted) and self.numbers[: len(wanted)] == wanted

    def is_before(self, other: str) -> bool:
        """Say whether this release is older than `other`. This is the only place where versions are ordered."""
        return self.numbers < Release(text=other).numbers

    @property
    def merges_sessions_made_while_apart(self) -> bool:
        """From 10.6 on, sessions completed on either appliance while apart are synchronised afterwards (MP3, MP4)."""
        return not self.is_before("10.6")

    @property
    def makes_its_own_download_key(self) -> bool:
        """From 3.3.2 on base software makes its Appliance Download Key itself; for older ones support provides it (UM3, UM4)."""
        return not self.is_before("3.3.2")

    def __str__(self) -> str:
        return self.text
