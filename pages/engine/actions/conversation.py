"""The questions and messages that a press leads to, in boxes of the browser or of the page: only its own question is answered."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pages.engine.text.questions import question_objection
from pages.translations import in_english
from robot.domain.errors import Surprised

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from playwright.sync_api import Dialog, Page


@dataclass
class Conversation:
    """The questions and messages that one press leads to.

    Attributes:
        label: the words on the control that is pressed.
        names: what a question may name as the object of this press: a package, its version.
        confirmations: the questions so far, answered or declined.
        alerts: the messages of the browser's boxes that ask nothing.
    """

    label: str
    names: tuple[str, ...] = ()
    confirmations: list[str] = field(default_factory=list[str])
    alerts: list[str] = field(default_factory=list[str])

    def objection(self, lines: Sequence[str]) -> str:
        """Return why a question, given by its lines, does not belong to this press; an empty string if it does."""
        return question_objection(self.label, [in_english(line) for line in lines], self.names)

    @contextlib.contextmanager
    def listening(self, tab: Page) -> Generator[list[str]]:
        """Answer the browser's own boxes meanwhile: one question that belongs to this press, and no other one.

        A box that asks nothing (`alert`) is closed: that decides nothing.

        Yields:
            The questions that were declined; the list grows as they come.

        Raises:
            Surprised: at the end, if a question was declined.
        """
        declined: list[str] = []

        def answer(dialog: Dialog) -> None:
            if dialog.type == "alert":
                self.alerts.append(dialog.message)
                dialog.dismiss()
                return
            self.confirmations.append(dialog.message)
            why = "it is the second one" if len(self.confirmations) > 1 else self.objection(dialog.message.splitlines())
            if dialog.type != "confirm":
                why = "it asks for more than a yes"
            if why:
                declined.append(f'"{dialog.message[:200]}" ({why})')
                dialog.dismiss()
            else:
                dialog.accept()

        tab.on("dialog", answer)
        try:
            yield declined
        finally:
            tab.remove_listener("dialog", answer)
        if declined:
            raise Surprised(f'"{self.label}" asked something unexpected, which was declined: {"; ".join(declined)}')
