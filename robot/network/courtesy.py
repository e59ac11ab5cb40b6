"""Limit how often a busy appliance is asked for a page: about once a second at the most.

The limit is between the browser and the network. Every navigation waits for its turn there: a menu entry, a form, a page that
refreshes itself. Our own probes wait for their turn too.
"""

from __future__ import annotations

import contextlib
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from robot.domain.errors import Stalled
from robot.domain.waiting import Poller, nobody_listens, nothing_interrupts

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Request, Route

OVER = 10.0
"""The seconds of the counting interval; divided by the pace of a simulated pair."""
AT_MOST = 10
"""Pages that may be asked for in that interval."""
_BEHIND_ONE = 2
"""How many of these are kept free: a form is answered with a redirect, which the browser follows by itself."""
_EVERYTHING = "**/*"


class Courtesy:
    """The rate limit of one appliance. It is in force only from `begin` to `end`; pages are counted at all times."""

    def __init__(self, poller: Poller) -> None:
        self._poller = replace(poller, poll=0.1, interrupted=nothing_interrupts, tell=nobody_listens)
        self._asked: deque[float] = deque(maxlen=AT_MOST)
        self._over = OVER / poller.pace
        self._context: BrowserContext | None = None
        self._holds = False

    def count(self, context: BrowserContext) -> None:
        """Count every page that this browser asks for from now on."""

        def seen(request: Request) -> None:
            if request.is_navigation_request():
                self._asked.append(self._poller.clock())

        context.on("request", seen)

    def probe(self) -> None:
        """Wait until a request of our own may be made, and count it."""
        self._take_turn()
        self._asked.append(self._poller.clock())

    def begin(self, context: BrowserContext) -> None:
        """Make every page of this browser wait for its turn from now on, and wait for the first turn at once."""
        self._take_turn()
        if self._context is not context:
            self._context = context
            context.route(_EVERYTHING, self._pass)
        elif self._holds:
            for tab in context.pages:  # so that what a page has asked for meanwhile is refused before the hold ends
                with contextlib.suppress(Error):
                    tab.evaluate("0")
        self._holds = False

    def hold(self) -> None:
        """Refuse every request until the next `begin`: a page that refreshes itself stays as it was read."""
        self._holds = self._context is not None

    def end(self) -> None:
        """Let every request through at once again."""
        context, self._context, self._holds = self._context, None, False
        if context is not None:
            with contextlib.suppress(Error):  # a closed browser asks for nothing
                context.unroute(_EVERYTHING, self._pass)

    def _pass(self, route: Route) -> None:
        with contextlib.suppress(Error):  # the page may be closed by now
            if self._holds:
                route.abort("aborted")
                return
            if route.request.is_navigation_request():
                self._take_turn()
            route.continue_()

    def _take_turn(self) -> None:
        with contextlib.suppress(Stalled):  # cannot happen: nothing else is counted meanwhile
            self._poller.poll_until(
                self._lately, lambda many: many <= AT_MOST - 1 - _BEHIND_ONE, what="a turn", within=self._over + 1
            )

    def _lately(self) -> int:
        since = self._poller.clock() - self._over
        return sum(moment > since for moment in self._asked)
