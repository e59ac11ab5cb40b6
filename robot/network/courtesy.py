"""How often an appliance that is at work is asked for a page: about once a second at the most, however a look goes about it.

There is one place for it, between the browser and the network: whatever asks for a page passes here, a menu entry, a form, a
page that refreshes itself, and waits for its turn. Our own probes wait for theirs too.
"""

from __future__ import annotations

import contextlib
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from robot.domain.errors import Stalled
from robot.domain.waiting import Patience, nobody_listens, nothing_interrupts

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Request, Route

OVER = 10.0
"""Seconds over which is counted; of a simulated pair, whose hours are moments, seconds of its own."""
AT_MOST = 10
"""Pages that may be asked for in that time."""
_BEHIND_ONE = 2
"""Of these, how many are kept free: a form is answered by the address of the next page, which the browser asks for unasked."""
_EVERYTHING = "**/*"


class Courtesy:
    """The turns of one appliance; in force only from `begin` to `end`, and counted all the while."""

    def __init__(self, patience: Patience) -> None:
        self._patience = replace(patience, poll=0.1, interrupted=nothing_interrupts, tell=nobody_listens)
        self._asked: deque[float] = deque(maxlen=AT_MOST)
        self._over = OVER / patience.pace
        self._context: BrowserContext | None = None
        self._holds = False

    def count(self, context: BrowserContext) -> None:
        """Count every page that this browser asks for from now on."""

        def seen(request: Request) -> None:
            if request.is_navigation_request():
                self._asked.append(self._patience.clock())

        context.on("request", seen)

    def probe(self) -> None:
        """Wait for the turn of a request of our own, and count it."""
        self._take_turn()
        self._asked.append(self._patience.clock())

    def begin(self, context: BrowserContext) -> None:
        """From now on every page of this browser waits for its turn; the first one does so now, while nothing else moves."""
        self._take_turn()
        if self._context is not context:
            self._context = context
            context.route(_EVERYTHING, self._pass)
        elif self._holds:
            for tab in context.pages:  # what a page has asked for meanwhile comes to be refused before anything is asked for
                with contextlib.suppress(Error):
                    tab.evaluate("0")
        self._holds = False

    def hold(self) -> None:
        """Until the next look no page asks for anything: one that refreshes itself goes on standing as it was looked at."""
        self._holds = self._context is not None

    def end(self) -> None:
        """Let everything through again, at once."""
        context, self._context, self._holds = self._context, None, False
        if context is not None:
            with contextlib.suppress(Error):  # a browser that is gone asks for nothing
                context.unroute(_EVERYTHING, self._pass)

    def _pass(self, route: Route) -> None:
        with contextlib.suppress(Error):  # the page may be gone by now
            if self._holds:
                route.abort("aborted")
                return
            if route.request.is_navigation_request():
                self._take_turn()
            route.continue_()

    def _take_turn(self) -> None:
        with contextlib.suppress(Stalled):  # cannot be: nothing else is counted meanwhile
            self._patience.until(
                self._lately, lambda many: many <= AT_MOST - 1 - _BEHIND_ONE, what="a turn", within=self._over + 1
            )

    def _lately(self) -> int:
        since = self._patience.clock() - self._over
        return sum(asked > since for asked in self._asked)
