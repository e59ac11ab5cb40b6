"""Accepts the agreement before a download or an installation, once, if that is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pages.engine.actions.answer_wait import view_if_still
from pages.engine.actions.element_actions import fill, set_checked
from pages.engine.meaning.agreement import describe_agreement, fields_to_fill
from pages.engine.text.wording import quote
from pages.engine.view.control_query import control_called
from pages.engine.view.page_view import look_at
from robot.domain.errors import Surprised

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from pages.engine.meaning.agreement import AcceptedAgreement
    from pages.engine.view.page_view import PageControl, PageView
    from robot.settings.sections.contact import Contact

_ACCEPTS = r"^(i )?agree\b|^(i )?accept\b.*\b(licen[cs]e|agreement|terms|eula)\b|\bbegin download\b"
"""The control that accepts an agreement before a download: "Agree - Begin Download" (ui.md 3.14)."""
_AGREED = r"\b(agree|accept|read)\b"
_FIELD_MS = 5_000


def shows_agreement(view: PageView | None) -> bool:
    """Tell whether a view shows an agreement instead of the work that should have begun."""
    return view is not None and any(control.kind == "button" or not control.menu for control in view.clickables(_ACCEPTS))


@dataclass(frozen=True)
class AgreementAcceptance:
    """How the agreement that may be shown before some work is accepted.

    Attributes:
        tab: the page.
        before: the work, in words that complete "an agreement stands before".
        agree: called with the agreement right before it is accepted; None if it may not be accepted.
        contact: the name and e-mail address to enter if the agreement asks for them; None if there are none.
    """

    tab: Page
    before: str
    agree: Callable[[AcceptedAgreement], None] | None
    contact: Contact | None

    def accept(self, send: Callable[[PageControl], None]) -> None:
        """Accept the agreement that the page shows, if it shows one.

        Only what is known is entered in its fields; the rest is asked of a person (`pages.engine.meaning.agreement`).

        Args:
            send: clicks the button, once, and waits until that has been answered.

        Raises:
            Surprised: it may not be accepted, it is unclear how, or it is still shown afterwards.
            AnswerWanted: it asks for a contact that nobody has given; nothing was agreed to.
        """
        view = view_if_still(self.tab)
        if view is None or not shows_agreement(view):
            return
        by_hand = f"read it and begin {self.before} by hand on the page, then resume: what is under way then is waited for"
        if self.agree is None:
            raise Surprised(
                f"an agreement stands before {self.before}, and [update] accept_agreement is false: it was not accepted; "
                f"{by_hand}; or begin the next run with accept_agreement = true"
            )
        if (button := control_called(self.tab, _ACCEPTS).only(view)) is None:
            raise Surprised(f"it cannot be told how to accept the agreement before {self.before}; {by_hand}")
        try:
            agreement = self._fill_in(view, button)
        except Surprised as odd:
            raise Surprised(f"{odd}; {by_hand}") from odd
        for tick in view.checkboxes(_AGREED):
            set_checked(self.tab, tick, on=True)
        if empty := self._empty_fields():
            raise Surprised(f"the agreement before {self.before} asks for {quote(empty)}, which nobody gave; {by_hand}")
        self.agree(agreement)
        send(button)
        if shows_agreement(view_if_still(self.tab)):
            raise Surprised(f"the agreement before {self.before} was accepted and still stands; {by_hand}")

    def _fill_in(self, view: PageView, button: PageControl) -> AcceptedAgreement:
        """Enter the contact if the agreement's form asks for one; return what the form then shows."""
        fields = fields_to_fill(view, button, self.contact, before=self.before)
        for each in fields:
            if each.field.value != each.given:
                fill(self.tab, each.field, each.given, timeout_ms=_FIELD_MS)
        return describe_agreement(look_at(self.tab), button, fields, before=self.before)

    def _empty_fields(self) -> list[str]:
        """Return the labels, or the hints, of the fields that must be filled before the form can be sent."""
        return [field.name or field.hint for field in look_at(self.tab).controls if field.invalid]
