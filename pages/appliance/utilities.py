"""Support > Utilities: the network as the appliance itself sees it. Only its TCP Connection Test is used.

The labels of its fields are documented nowhere: they are found by their words, in the test's own section.
"""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from pages.drift import instead
from pages.engine.control_query import control_called, field_called
from pages.engine.guarded_click import GuardedClick
from pages.forbidden import FORBIDDEN
from pages.screen import BRIEFLY, Screen
from pages.sight import see, words
from robot.domain.errors import Stalled, WrongScreen
from robot.domain.model import TcpConnection

if TYPE_CHECKING:
    from pages.sight import Sight
    from robot.network.chromium import Answers

_TEST = r"TCP (Connection )?Test|Test (a |the )?TCP Connection"
_HOST = r"\bhost|\bip\b|address|server|destination|target"
_PORT = r"\bport\b"
_WITHIN = 90.0
"""Seconds for a test: a port that swallows everything is given up late."""
_NO = words(
    r"\b(not|no|never|cannot|can't|couldn't|unable|fail\w*|refused|time[sd]?[ -]?out|timeout|unreachable|unsuccessful\w*|error|"
    r"denied|filtered|invalid|unknown)\b|\bclosed\b(?! by)"
)
_NONE = words(r"\b(no|without|0|zero) (errors?|problems?|failures?)\b|\([^()]*\btime-?out[^()]*\)")
"""What is no failure, though it has the words of one."""
_YES = words(r"\b(succe(ss|ssful|ssfully|eded|eds)|connected|established|open|reachable|reached|passed|ok)\b")


class UtilitiesScreen(Screen):
    """Support > Utilities."""

    title = "Support > Utilities"
    interface = "appliance"
    breadcrumbs = ((r"^Support$", r"^Utilities$"), (r"^Utilities$",))
    known_by = 'section or button "TCP Connection Test"'

    def is_shown(self, sight: Sight) -> bool:
        """By the test's heading, or a button that is called so."""
        return bool(sight.heading(_TEST) or sight.presses(_TEST))

    def tcp_connection_test(self, host: str, port: int, answers: Answers) -> TcpConnection:
        """Have the appliance connect to a port, and say what it says of that. Alters nothing.

        Raises:
            WrongScreen: it cannot be told which fields and which button are the test's.
        """
        sight = self.look()
        section = self.named_section(sight, _TEST, "TCP Connection Test")
        host_field, port_field = (field_called(self.tab, label, section) for label in (_HOST, _PORT))
        if (host_field.count(), port_field.count()) != (1, 1) or host_field.both(port_field).count():
            raise WrongScreen(f"{self.title}: the fields of the TCP Connection Test cannot be told; there is: {instead(sight)}")
        GuardedClick(self.tab, host_field, "Host").write(host)
        GuardedClick(self.tab, port_field, "Port").write(str(port))
        press = self._button(sight, section, answers)
        before = set(_said(see(self.tab)))
        press.trial()
        press.press()
        if (in_a_box := verdict(press.told)).reached is not None:
            return in_a_box

        def said_anew() -> TcpConnection:
            return verdict([line for line in _said(see(self.tab)) if line not in before])

        with contextlib.suppress(Stalled):
            return BRIEFLY.until(
                said_anew, lambda now: now.reached is not None, what="the result of the TCP Connection Test", within=_WITHIN
            )
        return said_anew()

    def _button(self, sight: Sight, section: str, answers: Answers) -> GuardedClick:
        """The one button of the section; on a page without sections the one that is called so."""
        part = sight.section(section) if section else sight
        named = part.presses(r"." if section else _TEST)
        found = [each for each in named if each.kind == "button" and each.enabled and not each.menu]
        if len(found) != 1 or words(FORBIDDEN).search(found[0].name):
            raise WrongScreen(f"{self.title}: the test has {len(found)} buttons; there is: {instead(sight)}")
        name = found[0].name
        return GuardedClick(self.tab, control_called(self.tab, f"^{re.escape(name)}$", section), name, answers)


def _said(sight: Sight) -> list[str]:
    """Every line of the page, and every line that stands in a box for text."""
    typed = (control.value or "" for control in sight.controls if control.kind == "text")
    return [
        line for line in (*sight.text.splitlines(), *(each for value in typed for each in value.splitlines())) if line.strip()
    ]


def verdict(lines: list[str]) -> TcpConnection:
    """What new lines say: yes, no, or nothing that can be told."""
    no = [line for line in lines if _NO.search(_NONE.sub("", line))]
    yes = [line for line in lines if _YES.search(line) and line not in no]
    reached = None if bool(yes) is bool(no) else bool(yes)
    return TcpConnection(reached=reached, said=" ".join(dict.fromkeys(yes or no or lines))[:300])
