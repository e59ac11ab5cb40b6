"""Fetching files: a link that gives one, or that leads to a page of links that do. Alters nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pages.engine.actions.guarded_click import GuardedClick
from pages.engine.view.control_query import control_called
from pages.engine.view.page_view import see, words

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from pages.engine.view.control_query import ControlQuery
    from pages.engine.view.page_view import Control

_A_FILE = r"\.(msi|exe|dmg|zip)\b|\bMSI\b|\b(32|64)[ -]?bit\b|\b(installer|console)\b.*\b(windows|mac|linux)\b"
_A_PATH = r"\.(msi|exe|dmg|zip)$"
_DOES_ELSE = (
    r"\b(delet\w*|remov\w*|eras\w*|revok\w*|edit|change|rename|replace|upload|send|e-?mail|share|disable|enable|deactivate|activate|"
    r"expire|renew|regenerate|create|reset|restore|restart|reboot|uninstall|unassign|release|notes|help|details|checksum)\b"
)
"""What stands beside an installer and gives none, though its address may name the file."""


def fetched(tab: Page, link: ControlQuery, name: str, into: Path) -> list[tuple[str, Path]]:
    """Press a link and keep the file that it gives, or every file of the page that it leads to.

    Args:
        tab: the page it stands on.
        link: finds it, strictly.
        name: the words on it.
        into: the folder for the files; each gets a name of its own there, which begins with a dot.

    Returns:
        The name that the appliance suggests, and where the file is; nothing where neither file nor page of files came.

    Raises:
        Unreachable: a file did not come whole.
    """
    suggested, landed = GuardedClick(tab, link, name).fetch(into)
    if landed:
        return [(suggested, landed)]
    found: list[tuple[str, Path]] = []
    for each in {control.name: control for control in see(tab).controls if downloads(control)}.values():
        click = GuardedClick(tab, control_called(tab, f"^{re.escape(each.name)}$"), each.name)
        suggested, landed = click.fetch(into)
        found += [(suggested, landed)] if landed else []
    return found


def downloads(control: Control) -> bool:
    """Whether a control gives a file: its words say so, or its address is that of one; and it says nothing else."""
    if control.kind not in {"link", "button"} or not control.enabled or control.menu or words(_DOES_ELSE).search(control.name):
        return False
    return bool(words(_A_FILE).search(control.name) or words(_A_PATH).search(urlsplit(control.href).path))
