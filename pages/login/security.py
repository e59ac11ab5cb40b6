"""Management > Security: where the Inter-Appliance key stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.screen import Screen
from pages.sight import field_called

if TYPE_CHECKING:
    from pages.sight import Sight

KEY = r"inter-?\s?(appliance|b series appliance).*key|pre-?shared key"
"""G1/G2: "Inter-appliance Communication Pre-shared Key"; the guide calls it the Inter-Appliance key."""


class SecurityScreen(Screen):
    """Management > Security."""

    title = "Management > Security"
    interface = "login"
    breadcrumbs = ((r"^Management$", r"^Security$"),)

    def is_shown(self, sight: Sight) -> bool:
        """By the key's field."""
        return bool(sight.fields(KEY))

    def inter_appliance_key(self) -> str | None:
        """The key, a secret: never recorded. `None` where the page masks it."""
        self.look()
        field = field_called(self.tab, KEY)
        if field.get_attribute("type") == "password":
            return None
        key = field.input_value()
        return key if key.strip("*•") else None
