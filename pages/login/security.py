"""Management > Security: the Inter-Appliance key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.engine.screen import Screen
from pages.engine.text.wording import ignorecase
from robot.domain.errors import WrongScreen

if TYPE_CHECKING:
    from pages.engine.view.page_view import PageView

KEY = r"inter-?\s?(appliance|b series appliance).*key|pre-?shared key"
"""G1/G2: "Inter-appliance Communication Pre-shared Key"; the guide calls it the Inter-Appliance key."""


class SecurityScreen(Screen):
    """Management > Security."""

    title = "Management > Security"
    interface = "login"
    breadcrumbs = ((r"^Management$", r"^Security$"),)
    known_by = "Inter-Appliance key"

    def is_shown(self, view: PageView) -> bool:
        """Tell whether the page names the key, beside a field or in words."""
        return bool(view.fields(KEY) or view.values(KEY))

    def inter_appliance_key(self) -> str | None:
        """Return the key, a secret that is never recorded; None if the page masks it.

        Raises:
            WrongScreen: the page shows several keys that differ, or none.
        """
        view = self.look()
        fields = view.fields(KEY)
        if any(field.kind == "password" for field in fields):
            return None
        keys = {field.value or "" for field in fields} or set(view.values(KEY))
        if len(keys) != 1:
            raise WrongScreen(f"{self.title}: the Inter-Appliance key stands there {len(keys)} times, each different")
        key = keys.pop()
        return key if key.strip("*•●. ") and not ignorecase(r"^(hidden|not shown|set|configured)$").search(key) else None
