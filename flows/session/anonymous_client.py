"""A visitor of the site: a browser that does not sign in and sees what a customer sees."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flows.session.browser_driver import end_session
from pages.appliance_family import FAMILY
from pages.portal.front import Portal, open_portal
from robot.domain.errors import Stalled, Unreachable
from robot.network import tls
from robot.network.chromium import NetworkMonitor
from robot.network.screenshots.screenshot import photograph_and_learn

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from flows.session.browser_driver import Browsers
    from robot.domain.secret_registry import SecretRegistry
    from robot.domain.waiting import Poller
    from robot.network.tls import Endpoint
    from robot.runs.evidence_log import EvidenceLog

_RELOADS_FOR_S = 20.0
"""Seconds for which a bad answer is asked for again: a proxy gives a 502 now and then."""


class Answer(Portal):
    """What a visitor was shown.

    Attributes:
        ip: the address that answered.
        key: the public key of its certificate.
        health: the HTTP status of `/check_health`: 200 if all is well, 0 without an answer.
    """

    ip: str
    key: str
    health: int

    @property
    def objection(self) -> str:
        """Why this is not a good answer; "" if it is one."""
        if self.is_portal and self.health == 200:
            return ""
        page = f"the public portal answers {self.status}"
        if self.status == 200 and not self.is_portal:
            what = f'says "{self.notice}"' if self.notice else "offers nothing to begin a session with"
            page = f'the page at the site\'s address, "{self.title}", is not the public portal: it {what}'
        return f"{page}, and /check_health answers {self.health or 'nothing'}"


class Visitor:
    """A place of readings only: nothing is pressed there.

    Args:
        unit: "a", "b" or "site", for the record.
        endpoint: the way to the site.
        browsers: the browser driver.
        poller: how to wait.
        hide: texts that no picture may show: a portal, too, can show what somebody has written there.
    """

    def __init__(self, unit: str, endpoint: Endpoint, browsers: Browsers, poller: Poller, hide: SecretRegistry) -> None:
        self.unit = unit
        self.endpoint = endpoint
        self._browsers = browsers
        self._poller = poller
        self._hide = hide
        self._context: BrowserContext | None = None
        self._tab: Page | None = None
        self.ip = ""

    def visit(self) -> Answer:
        """Open the site's front page; while the answer is not good, open it again, for some seconds, as a visitor would."""
        poller = replace(self._poller, poll=min(self._poller.poll, 2.0))
        with suppress(Stalled):
            return poller.poll_until(
                self.look, lambda answer: not answer.objection, what="a good answer of the public portal", within=_RELOADS_FOR_S
            )
        return self.look()

    def look(self) -> Answer:
        """Open the site's front page once, in a session of its own."""
        self.afresh()
        self._context = self._browsers.begin_session(self.endpoint)
        answers = NetworkMonitor.of(self._context)
        self._tab = self._context.new_page()
        portal = open_portal(self._tab, self.endpoint.origin)
        self.ip = answers.verify_remote_address(self.endpoint)
        shown = tls.certificate(self.endpoint)
        try:
            health = tls.get(self.endpoint, "/check_health").status
        except Unreachable:
            health = 0
        return Answer(**portal.plain(), ip=self.ip, key=shown.key, health=health)

    def where(self) -> dict[str, Any]:
        """Return the place, for a line of the record.

        Returns:
            `unit`, `address`, `serial` (always ""), `interface`, `screen` and `url` ("" while no page is open).
        """
        return {
            "unit": self.unit,
            "address": self.ip or self.endpoint.address,
            "serial": "",
            "interface": "portal",
            "screen": "Public portal",
            "url": self._tab.url if self._tab else "",
        }

    def prove_identity(self) -> None:
        """Do nothing: a visitor presses nothing."""

    def picture(self, record: EvidenceLog, step: str, when: str) -> dict[str, Any]:
        """Take a picture of the front page.

        Args:
            record: the record that it belongs to.
            step: the step's name.
            when: the moment within the step, as "after".

        Returns:
            `file`, `sha256`, `bytes`, `moment` and `masked` for its line.

        Raises:
            Unreachable: no front page is open.
        """
        if self._tab is None:
            raise Unreachable("the site's front page was not opened")
        shot = photograph_and_learn(self._tab, self._hide, FAMILY.secret_labels)
        return {**record.keep_picture(step, when, shot.png), **shot.fields()}

    def afresh(self) -> None:
        """End the session."""
        context, self._context, self._tab = self._context, None, None
        end_session(context)

    def drop(self) -> None:
        """Close the browser."""
        self._context = self._tab = None
        self._browsers.end(self.endpoint)
