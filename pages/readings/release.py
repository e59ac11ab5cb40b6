"""A version, as the pages word it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from robot.domain.versions import is_within, version_in

if TYPE_CHECKING:
    from packaging.version import Version


class Release(BaseModel):
    """A version as the pages word it: `13.1.2`, `13.1.2-38227`, `Base 3.4.1`. Compared by its version, without the build."""

    model_config = ConfigDict(frozen=True)

    text: str

    @property
    def version(self) -> Version | None:
        """The version, without the build; `None` where there is none. 15.1 equals 15.1.0."""
        return version_in(self.text)

    @property
    def dotted(self) -> str:
        """The dotted numbers as text; "" where there are none."""
        return str(self.version or "")

    def is_(self, target: str) -> bool:
        """Say whether this is the release `target`; a target of fewer numbers is met by any release within it."""
        return is_within(self.text, target)

    def is_before(self, other: str) -> bool:
        """Say whether this release is older than `other`. This is the only place where versions are ordered."""
        mine, theirs = self.version, version_in(other)
        return theirs is not None and (mine is None or mine < theirs)

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
