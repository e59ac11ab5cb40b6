"""What one press is asked and told, in boxes of the browser's own or of the page: only what belongs to it is answered."""

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
    """What one press is asked and told.

    Attributes:
        label: the words on what is pressed.
        names: what a question may name as the object of this press: a package, its version.
        confirmations: what it was asked, whether it was answered or declined.
        alerts: what boxes of the browser's said that ask nothing.
    """

    label: str
    names: tuple[str, ...] = ()
    confirmations: list[str] = field(default_factory=list[str])
    alerts: list[str] = field(default_factory=list[str])

    def objection(self, lines: Sequence[str]) -> str:
        """Say why a question does not belong to this press; "" where it does."""
        return question_objection(self.label, [in_english(line) for line in lines], self.names)

    @contextlib.contextmanager
    def listening(self, tab: Page) -> Generator[list[str]]:
        """Answer the browser's own boxes meanwhile: the one question that belongs to this press, and no other one.

        A box that only tells (`alert`) asks nothing, so closing it decides nothing. Gives the questions that were declined, as
        they come.

        Raises:
            Surprised: at the end, where a question was declined.
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
