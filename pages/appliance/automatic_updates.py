"""Updates :: Automatic Updates: whether the appliance installs updates by itself, which it does not do in a failover pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.engine.text.wording import ignorecase

if TYPE_CHECKING:
    from pages.engine.view.page_view import PageControl, PageView

_INSTALLS = (
    r"\bautomatic(ally)?\b.*\b(install\w*|appl(y|ies|ied)|updat(e|es|ed|ing)|patch\w*)\b|"
    r"\b(install\w*|appl(y|ies|ied)|updat(e|es|ed|ing)|patch\w*)\b.*\bautomatic"
)
_DOES_LESS = r"\b(check|search|look|notif\w*|inform|remind|download\w*) |\b(do not|don't|never|disable|off)\b"
"""Words of a box that lets the appliance do something by itself, but install nothing."""


def automatic_updates(view: PageView) -> str:
    """Return the words of the ticked box that lets the appliance install updates by itself; "" if none is ticked."""
    ticked = [box.name for box in _boxes(view) if box.checked]
    return ticked[0] if ticked else ""


def has_automatic_updates(view: PageView) -> bool:
    """Tell whether the page has a box that lets the appliance install updates by itself, ticked or not."""
    return bool(_boxes(view))


def _boxes(view: PageView) -> list[PageControl]:
    return [box for box in view.checkboxes(_INSTALLS) if not ignorecase(_DOES_LESS).search(box.name)]
