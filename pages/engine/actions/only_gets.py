"""While a link is followed no form is sent: a request for a document that is no GET is aborted and reported."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary

from playwright.sync_api import Error

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from playwright.sync_api import CDPSession, Page

_SESSIONS: WeakKeyDictionary[Page, CDPSession] = WeakKeyDictionary()
_DOCUMENTS = {"patterns": [{"resourceType": "Document", "requestStage": "Request"}]}


@contextlib.contextmanager
def only_gets(tab: Page) -> Generator[list[str]]:
    """Abort every request for a document that would send something, as long as the context lasts.

    Playwright's own `route` would also delay every picture and style sheet, and turn off the browser's cache for the page.

    Yields:
        The method and address of each aborted request; the list grows as they come.
    """
    if tab not in _SESSIONS:
        _SESSIONS[tab] = tab.context.new_cdp_session(tab)
    session = _SESSIONS[tab]
    # Playwright leaves the parameters of its DevTools messages untyped
    ask = cast("Callable[..., object]", session.send)  # pyright: ignore[reportUnknownMemberType]
    aborted: list[str] = []

    def paused(event: dict[str, Any]) -> None:
        request, paused_id = event["request"], {"requestId": event["requestId"]}
        with contextlib.suppress(Error):  # it may have been given up meanwhile
            if request["method"] in {"GET", "HEAD"}:
                ask("Fetch.continueRequest", paused_id)
            else:
                aborted.append(f"{request['method']} {request['url']}")
                ask("Fetch.failRequest", paused_id | {"errorReason": "Aborted"})

    session.on("Fetch.requestPaused", paused)
    ask("Fetch.enable", _DOCUMENTS)
    try:
        yield aborted
    finally:
        with contextlib.suppress(Error):  # the page may be gone
            ask("Fetch.disable")
        session.remove_listener("Fetch.requestPaused", paused)
