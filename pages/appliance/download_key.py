"""Updates :: Appliance Download Key: the vendor's site asks a person who fetches the packages for it. A secret."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from pages.appliance.installation_progress import CHECK
from pages.engine.actions.guarded_click import GuardedClick
from pages.engine.screen import BRIEFLY, ScreenSection
from pages.engine.text.wording import ignorecase
from pages.engine.view.control_query import control_called
from pages.engine.view.expected_control import missing_control
from pages.engine.view.page_view import look_at
from robot.domain.errors import Stalled, WrongScreen

if TYPE_CHECKING:
    from pages.engine.view.page_view import PageView
    from robot.network.chromium import NetworkMonitor

_KEY = r"Appliance Download Key"
_MAKE_KEY = rf"^(get |show |view |generate |create )?(the |an? |your |new )*{_KEY}$"
_TOKEN = re.compile(r"(?<![\w./-])(?=[\w+/=-]*\d)(?!\d{1,4}-\d\d-\d\d|(?:19|20)\d\d-(?:19|20)\d\d\b)[\w+/=-]{8,}(?![\w./-]*\.\w)")
"""A key in any form: letters and digits in one piece, but no version, date, span of years or host name."""


def keys(view: PageView) -> tuple[str, ...]:
    """Return every text that may be the Appliance Download Key: the value beside these words, or what looks like a key there."""
    shown = [*view.values(_KEY), *view.values(r"^(your |the )?(unique )?(appliance |download )?key$")]
    beside = [text for value in shown for text in _TOKEN.findall(value)]
    if beside:
        return tuple(dict.fromkeys(beside))
    near = view.section(_KEY)
    if not near.items and not view.clickables(CHECK) and ignorecase(_KEY).search(f"{view.title} {view.text}"):
        near = view  # the key has a page of its own
    typed = [control.value or "" for control in near.controls if control.kind == "text"]
    return tuple(dict.fromkeys(_TOKEN.findall("\n".join([near.text, *typed]))))


class DownloadKey(ScreenSection):
    """The link that shows the key, and the key."""

    def read(self, answers: NetworkMonitor) -> str:
        """Return the Appliance Download Key, a secret; have the appliance make one if there is none. It may be called again.

        Raises:
            WrongScreen: no key is shown, or several texts may be the key.
        """
        candidates = keys(self.screen.look())
        if not candidates:
            link = GuardedClick(self.tab, control_called(self.tab, _MAKE_KEY), "Appliance Download Key", answers, kind="link")
            link.check_actionable()
            link.press()
            with contextlib.suppress(Stalled):
                candidates = BRIEFLY.poll_until(
                    lambda: keys(look_at(self.tab)), bool, what="the Appliance Download Key", within=10
                )
        if not candidates:
            name = "Appliance Download Key"
            raise WrongScreen(drift=missing_control(look_at(self.tab), name, name, screen=self.screen.title))
        if len(candidates) != 1:
            raise WrongScreen(
                f"{self.screen.title}: {len(candidates)} texts there may be the Appliance Download Key; copy it by hand"
            )
        return candidates[0]
