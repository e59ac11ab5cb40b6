"""What is never pressed: known by the words on a control, and by what it would send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.engine.text.wording import ignorecase

if TYPE_CHECKING:
    from pages.engine.view.page_view import PageControl

FORBIDDEN = r"re-?boot|restart|shut\s?down|power off|reset|restore|become (the )?(primary|backup)|fix this|disband"
"""Words that no question may have, unless a press expects them."""
REMOVES = r"\b(delete|remove|erase|drop|release|unassign)\b"
"""Words of controls that remove the thing beside them."""
_COMMAND = (
    r"(?<![a-z])(re-?boot|re-?start|shut[-_]?down|power[-_]?off|fix(?![a-z])|fix[-_]?(this|error)|become|reset[-_]?admin|"
    r"restore|disband)"
)
"""Words that no control may send; the names and addresses of a form run words together."""
TAKES_AWAY = r"(?<![a-z])(delete|remove|erase)(?![a-z])"
"""Words that no link that only leads somewhere may send."""

LEADS_TO_NO_FILE = r"(?<![a-z])(delete|remove|erase|revoke|disable|deactivate|expire|re-?boot|re-?start|reset|disband)(?![a-z])"
"""Words that no download may send."""


def forbidden_submit_targets(control: PageControl, unwanted: str = _COMMAND) -> list[str]:
    """Return what pressing a control would send that is unwanted, as far as its own names and addresses show.

    Args:
        control: the control.
        unwanted: a pattern for what may not be sent; by default for what no control may ever send.
    """
    return [each for each in control.sends if ignorecase(unwanted).search(each)]
