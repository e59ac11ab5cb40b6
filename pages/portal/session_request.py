"""A session requested on the public portal, up to the download of the customer client. It reaches representatives.

Every site words its portal itself, so each control is found by the words that the pair file gives, and by nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pages.engine.actions.downloads import GuardedDownload, download_all, is_download
from pages.engine.actions.guarded_field import GuardedField
from pages.engine.actions.navigation import wait_until_stable
from pages.engine.meaning.failure_words import FAILURE, stated_failures
from pages.engine.view.control_query import ControlQuery, control_called, field_called
from pages.engine.view.page_description import describe_page
from pages.translations import in_english
from robot.domain.errors import Refused

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from pages.engine.view.page_view import PageControl, PageView


@dataclass(frozen=True)
class SessionRequestWords:
    """The words of a site's own portal.

    Attributes:
        press: those on the control that requests the session.
        field: those beside the field that is filled first, or "".
        fill: what is filled in.
        download: those on the control that gives the client, if the request leads to a page; "" if they are not known.
    """

    press: str
    field: str = ""
    fill: str = ""
    download: str = ""


def request_client(tab: Page, words: SessionRequestWords, into: Path) -> tuple[str, Path]:
    """Request a session on the portal that is open, and download the customer client.

    Args:
        tab: the page.
        words: the words of this portal.
        into: the folder for the file.

    Returns:
        The name that the appliance suggests for the file, and its path.

    Raises:
        WrongScreen: the portal does not have exactly one control with these words.
        Refused: the portal says why there is no session, or no client is offered.
        Unreachable: the file did not arrive whole.
    """
    if words.field:
        GuardedField(tab, field_called(tab, _exactly(words.field)), words.field, screen="the portal").write(words.fill)
    press = control_called(tab, _exactly(words.press))
    name, file = GuardedDownload(tab, press, words.press, screen="the portal").fetch(into)
    if file is not None:
        return name, file
    view = wait_until_stable(tab)
    if said := next(stated_failures(view, FAILURE), ""):
        raise Refused(f'the portal gives no session: it says "{said}"')
    offered = _offered(view, words)
    if len(offered) != 1:
        raise Refused(f"the request has led to a page without one download of the customer client: {describe_page(view)}")
    target = ControlQuery(tab, lambda view: _offered(view, words))
    files = download_all(tab, target, offered[0].name or "the customer client", into)
    if not files:
        raise Refused(f'"{offered[0].name}" gave no file, the customer client, but {describe_page(wait_until_stable(tab))}')
    if len(files) != 1:
        raise Refused(f'"{offered[0].name}" gave {len(files)} files in place of the customer client')
    return files[0]


def _offered(view: PageView, words: SessionRequestWords) -> list[PageControl]:
    """Return the controls that give the client: by the words that are known, else by what they are and say."""
    if words.download:
        return view.clickables(_exactly(words.download))
    files = [control for control in view.controls if is_download(control)]
    return files or [control for control in view.clickables(r"\bdownload(ing)?\b") if control.enabled]


def _exactly(words: str) -> str:
    return f"^{re.escape(in_english(words))}$"
