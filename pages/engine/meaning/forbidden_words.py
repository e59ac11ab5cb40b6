"""What nobody presses here, whatever stands on it: told by the words on a control, and by what it would send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.engine.text.wording import ignorecase

if TYPE_CHECKING:
    from pages.engine.view.page_view import PageControl

FORBIDDEN = r"re-?boot|restart|shut\s?down|power off|reset|restore|become (the )?(primary|backup)|fix this|disband"
"""What no confirmation may speak of, unless a press expects it."""
REMOVES = r"\b(delete|remove|erase|drop|release|unassign)\b"
"""What takes away the very thing that it stands beside."""
_COMMAND = (
    r"(?<![a-z])(re-?boot|re-?start|shut[-_]?down|power[-_]?off|fix(?![a-z])|fix[-_]?(this|error)|become|reset[-_]?admin|"
    r"restore|disband)"
)
"""What no control may send: in a form's names and addresses, words are run together."""
TAKES_AWAY = r"(?<![a-z])(delete|remove|erase)(?![a-z])"
"""What no link that only leads somewhere may send."""

LEADS_TO_NO_FILE = r"(?<![a-z])(delete|remove|erase|revoke|disable|deactivate|expire|re-?boot|re-?start|reset|disband)(?![a-z])"
"""What no download may send."""


def forbidden_submit_targets(control: PageControl, unwanted: str = _COMMAND) -> list[str]:
    """Return what pressing a control would send that is unwanted, as far as its own names and addresses tell.

    Args:
        control: the control.
        unwanted: a pattern for what may not be sent; by default what no control may ever send.
    """
    return [each for each in control.sends if ignorecase(unwanted).search(each)]
