"""Support > Utilities: the network as the appliance itself sees it. Only its TCP Connection Test is used.

No document tells the labels of its fields: they are found by common words for them, in the test's own section.
"""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from pages.engine.actions.guarded_click import GuardedClick
from pages.engine.actions.guarded_field import GuardedField
from pages.engine.meaning.forbidden_words import FORBIDDEN
from pages.engine.screen import BRIEFLY, Screen
from pages.engine.text.wording import ignorecase
from pages.engine.view.control_query import control_called, field_called
from pages.engine.view.page_description import describe_page
from pages.engine.view.page_view import look_at
from pages.readings.machine import TcpConnection
from robot.domain.errors import Stalled, WrongScreen

if TYPE_CHECKING:
    from pages.engine.view.page_view import PageView
    from robot.network.chromium import NetworkMonitor

_TEST = r"TCP (Connection )?Test|Test (a |the )?TCP Connection"
_HOST = r"\bhost|\bip\b|address|server|destination|target"
_PORT = r"\bport\b"
_WITHIN = 90.0
"""Seconds for a test: long, because an appliance gives up late on a port that never answers."""
_NO = ignorecase(
    r"\b(not|no|never|cannot|can't|couldn't|unable|fail\w*|refused|time[sd]?[ -]?out|timeout|unreachable|unsuccessful\w*|error|"
    r"denied|filtered|invalid|unknown)\b|\bclosed\b(?! by)"
)
_NONE = ignorecase(r"\b(no|without|0|zero) (errors?|problems?|failures?)\b|\([^()]*\btime-?out[^()]*\)")
"""Phrases that have the words of a failure and are none."""
_YES = ignorecase(r"\b(succe(ss|ssful|ssfully|eded|eds)|connected|established|open|reachable|reached|passed|ok)\b")


class UtilitiesScreen(Screen):
    """Support > Utilities."""

    title = "Support > Utilities"
    interface = "appliance"
    breadcrumbs = ((r"^Support$", r"^Utilities$"), (r"^Utilities$",))
    known_by = 'section or button "TCP Connection Test"'

    def is_shown(self, view: PageView) -> bool:
        """Tell whether the page has the test's heading, or a button with the test's name."""
        return bool(view.heading(_TEST) or view.clickables(_TEST))

    def tcp_connection_test(self, host: str, port: int, answers: NetworkMonitor) -> TcpConnection:
        """Return what the appliance says about a connection to a port that it tries. It alters nothing.

        Args:
            host: the host name or IP address to connect to.
            port: the TCP port.
            answers: watches the appliance's answers, by which the press is judged.

        Raises:
            WrongScreen: it is unclear which fields and which button are the test's.
        """
        view = self.look()
        section = self.named_section(view, _TEST, "TCP Connection Test")
        host_field, port_field = (field_called(self.tab, label, section) for label in (_HOST, _PORT))
        if (host_field.count(), port_field.count()) != (1, 1) or host_field.both(port_field).count():
            raise WrongScreen(
                f"{self.title}: the fields of the TCP Connection Test cannot be told; there is: {describe_page(view)}"
            )
        GuardedField(self.tab, host_field, "Host").write(host)
        GuardedField(self.tab, port_field, "Port").write(str(port))
        press = self._button(view, section, answers)
        before = set(_all_lines(look_at(self.tab)))
        press.check_actionable()
        press.press()
        if (in_a_box := verdict(press.alerts)).reached is not None:
            return in_a_box

        def new_sentences() -> TcpConnection:
            return verdict([line for line in _all_lines(look_at(self.tab)) if line not in before])

        with contextlib.suppress(Stalled):
            return BRIEFLY.poll_until(
                new_sentences, lambda test: test.reached is not None, what="the result of the TCP Connection Test", within=_WITHIN
            )
        return new_sentences()

    def _button(self, view: PageView, section: str, answers: NetworkMonitor) -> GuardedClick:
        """Return the click on the only button of the section; on a page without sections, on the one with the test's name."""
        part = view.section(section) if section else view
        named = part.clickables(r"." if section else _TEST)
        buttons = [each for each in named if each.kind == "button" and each.enabled and not each.menu]
        if len(buttons) != 1 or ignorecase(FORBIDDEN).search(buttons[0].name):
            raise WrongScreen(f"{self.title}: the test has {len(buttons)} buttons; there is: {describe_page(view)}")
        name = buttons[0].name
        return GuardedClick(self.tab, control_called(self.tab, f"^{re.escape(name)}$", section), name, answers)


def _all_lines(view: PageView) -> list[str]:
    """Return every line of the page, and every line in its text boxes."""
    typed = (control.value or "" for control in view.controls if control.kind == "text")
    return [line for line in (*view.text.splitlines(), *(each for value in typed for each in value.splitlines())) if line.strip()]


def verdict(lines: list[str]) -> TcpConnection:
    """Return what the lines of a result say: that the test connected, that it did not, or neither clearly."""
    no = [line for line in lines if _NO.search(_NONE.sub("", line))]
    yes = [line for line in lines if _YES.search(line) and line not in no]
    reached = None if bool(yes) is bool(no) else bool(yes)
    return TcpConnection(reached=reached, said=" ".join(dict.fromkeys(yes or no or lines))[:300])
