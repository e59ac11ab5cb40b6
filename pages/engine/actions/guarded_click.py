"""Presses a control once, after it has been tried, and answers only the question that belongs to the press.

Only the control that was tried is pressed. What the appliance then says against the press is returned, and a press that may be
lost is an error.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from pages.engine.actions.agreement_acceptance import AgreementAcceptance, shows_agreement
from pages.engine.actions.answer_wait import AnswerWait, view_if_still
from pages.engine.actions.click_target import ClickTarget
from pages.engine.actions.conversation import Conversation
from pages.engine.actions.element_actions import click
from pages.engine.meaning.failure_words import new_lines, telling_lines
from pages.engine.meaning.forbidden_words import forbidden_submit_targets
from pages.engine.meaning.page_questions import objection_to_box, questions_on
from pages.engine.meaning.sign_in_forms import asks_for_sign_in
from pages.engine.snapshot.page_status import broke_off, error_status
from pages.engine.text.wording import ignorecase, quote
from pages.engine.view.page_description import describe_page
from pages.engine.view.page_view import look_at
from robot.domain.drift import Drift, DriftKind
from robot.domain.errors import PressLost, Surprised, WrongScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from pages.engine.meaning.agreement import AcceptedAgreement
    from pages.engine.view.boxes import Box
    from pages.engine.view.page_view import PageControl, PageView
    from robot.network.chromium import NetworkMonitor
    from robot.settings.sections.contact import Contact

_NOT_DONE = (
    r"\b(fail(ed|ure)?|errors?|could not|can ?not|unable|not (enough|possible|permitted|allowed|available)|insufficient|refused|"
    r"denied|rejected|invalid|unsuccessful|timed out)\b"
)
"""Words by which a page may say, in any sentence, that it did not do what was asked."""
_LOADED_WITHIN_MS = 3_000


@dataclass
class GuardedClick(ClickTarget):
    """One control of a page, about to be pressed.

    Attributes:
        answers: watches the browser's requests and their answers; a press that changes something needs it.
        names: what a question may name as the object of this press: a package, its version.
        within_s: seconds in which what it sends must be answered; an upload may need many.
        refusal: a pattern for new words on the page that answers that mean that it was not done; later pages may not have them.
        agreement: the work, in words that complete "an agreement stands before"; an empty string if no agreement is expected.
        inside: whether the session is signed in, so that a sign-in page as an answer means that the press may be lost.
        agree: called with the agreement right before it is accepted; None if it may not be accepted.
        contact: the name and e-mail address to enter if the agreement asks for them; None if there are none.
    """

    answers: NetworkMonitor | None = None
    names: tuple[str, ...] = ()
    within_s: float = 30
    refusal: str = r"(?!)"
    agreement: str = ""
    inside: bool = True
    agree: Callable[[AcceptedAgreement], None] | None = None
    contact: Contact | None = None
    _as_read: list[PageControl] = field(default_factory=list["PageControl"], init=False, repr=False)

    def __post_init__(self) -> None:
        self._conversation = Conversation(self.label, self.names)

    @property
    def alerts(self) -> list[str]:
        """The messages of the browser's boxes that ask nothing."""
        return self._conversation.alerts

    # -- before the press ----------------------------------------------------------------------------------------------

    def check_actionable(self) -> None:
        """Check that the control is on the page exactly once, visible, enabled and not covered.

        Raises:
            WrongScreen: it is not; the sentence says what is there instead.
            Surprised: it would send something else.
        """
        with contextlib.suppress(Error):  # a late style sheet draws the control anew; a font may never come
            self.tab.wait_for_load_state("load", timeout=_LOADED_WITHIN_MS)
        self.sought.resolve_unique(self.tab, screen=self.screen)
        try:
            _, view = self.reach(self._require_honest)
        except Error as error:
            why = f"{self.cover() or 'greyed out or covered'}; {describe_page(look_at(self.tab))}"
            raise WrongScreen(
                drift=Drift(self.screen, self.label, self.sought.looked_for, DriftKind.OUT_OF_REACH, why)
            ) from error
        self._as_read = self._alike(view)

    def _require_honest(self, view: PageView) -> None:
        if odd := forbidden_submit_targets(self.only(view)):
            raise Surprised(
                f'"{self.label}" would send {quote(odd)}, which is not what stands on it: it is not pressed; have the vendor\'s '
                "support look at the page"
            )

    def _require_as_read(self, view: PageView) -> None:
        """Require that the control is the one that was read, even if the page has drawn it anew meanwhile.

        Raises:
            WrongScreen: it is not.
        """
        if self._as_read and (self._alike(view) != self._as_read or self.target.count(view) != 1):
            raise WrongScreen(
                f'{self.screen or "the page"}: "{self.label}" was drawn anew after it had been read, and is not the same by its '
                f"role, name, group and state; it is not pressed; there is: {describe_page(view, self.label)}"
            )
        self._require_honest(view)

    def _alike(self, view: PageView) -> list[PageControl]:
        """Return the controls that have the words of the label; if there are none, those that have its first word."""
        named = [control for control in view.controls if self.label.lower() in control.name.lower()]
        return named or view.clickables(rf"\b{re.escape(self.label.split()[0])}\b")

    # -- the press, and what it is asked -------------------------------------------------------------------------------

    def press(self) -> str:
        """Press the control, once, answer the question that belongs to it, and wait until the appliance has answered.

        Returns:
            The new words against the press, on the page that answers or in a box of the browser, or an empty string: the next
            page may not have them any more. Only a reading shows whether the press helped all the same.

        Raises:
            PressLost: the answer was no page of the appliance, or its sign-in page because the session had ended. A reading
                shows whether it was done all the same.
            Surprised: another question appeared, or an agreement that may not be accepted, which was declined; or the page
                answered that it was not done.
            AnswerWanted: an agreement asks for a contact that nobody has given; nothing was agreed to.
        """
        control, view = self.reach(self._require_as_read)
        lines_before = telling_lines(view)
        questions_before = {box.words for _, box in self._questions(view)}
        with self._conversation.listening(self.tab):
            self._send(control, view, questions_before)
            after = self._answer_question(view, questions_before)
            if self.agreement:
                AgreementAcceptance(self.tab, self.agreement, self.agree, self.contact).accept(self._send_agreement)
                after = view_if_still(self.tab)
        return self._what_speaks_against_it(lines_before, after)

    def press_and_leave(self) -> None:
        """Press it, once, and wait only until the appliance has answered the request: the page that comes is not looked at."""
        control, _ = self.reach(self._require_as_read)
        with self._conversation.listening(self.tab):
            answer = AnswerWait(self.tab, self.answers)
            click(self.tab, control)
            answer.wait_for_response(self.label, self.within_s)

    def _send(self, control: PageControl, view: PageView, questions_before: set[str]) -> None:
        """Click a control, and wait until that has been answered, or a question or an agreement appears.

        Args:
            control: the control.
            view: the view in which it was found.
            questions_before: the words of questions that the page had before.
        """

        def is_asked(current: PageView) -> bool:
            agreement = self._shows_agreement(current) and any(box not in view.modal for box in current.modal)
            return agreement or any(box.words not in questions_before for _, box in self._questions(current))

        self._click_and_wait(control, is_asked)

    def _click_and_wait(self, control: PageControl, is_asked: Callable[[PageView], bool], *, timeout_ms: int = 10_000) -> None:
        answer = AnswerWait(self.tab, self.answers)
        click(self.tab, control, timeout_ms=timeout_ms)
        answer.wait(self.label, self.within_s, is_asked)

    def _send_agreement(self, button: PageControl) -> None:
        self._click_and_wait(button, lambda view: bool(self._questions(view)), timeout_ms=5_000)

    def _questions(self, view: PageView) -> list[tuple[PageControl, Box]]:
        return questions_on(view, self.label) if self.inside else []

    def _shows_agreement(self, view: PageView | None) -> bool:
        return bool(self.agreement) and shows_agreement(view)

    def _answer_question(self, before: PageView, questions_before: set[str]) -> PageView | None:
        """Answer the question that the press has led to, on the page or on a page of its own, once, if it belongs to the press.

        Returns:
            The view afterwards; None if there is no page to be looked at.

        Raises:
            Surprised: the question does not belong to the press, or there are several. It was left unanswered.
        """
        view = view_if_still(self.tab)
        if view is None or self._shows_agreement(view):
            return view
        if not (questions := [(yes, box) for yes, box in self._questions(view) if box.words not in questions_before]):
            return view
        yes, box = questions[0]
        answered = self._conversation.confirmations
        why = "more than one question, or answer" if answered or len(questions) > 1 else ""
        if why := why or objection_to_box(self.label, box, before, view) or self._conversation.objection(box.lines):
            raise Surprised(f'"{self.label}" was answered by another question, which was left alone ({why}): "{box.words[:200]}"')
        answered.append(box.words)
        questions_before = questions_before | {box.words}
        self._send(yes, view, questions_before)
        return self._answer_question(before, questions_before)  # a second question is left alone

    # -- after the press -----------------------------------------------------------------------------------------------

    def _what_speaks_against_it(self, lines_before: list[str], after: PageView | None) -> str:
        """Return the new words against the press, in quotation marks; an empty string if there are none.

        Raises:
            Surprised: the appliance says that it was not done.
            PressLost: the answer is no page of the appliance.
        """
        against = [message for message in self.alerts if ignorecase(_NOT_DONE).search(message)]
        refusals = [message for message in self.alerts if ignorecase(self.refusal).search(message)]
        if after and not refusals:  # without a view, a later reading shows whether the press helped
            lines = telling_lines(after)
            refusals = new_lines(lines_before, lines, self.refusal)
            against += new_lines(lines_before, lines, _NOT_DONE)
        if refusals:
            raise Surprised(f'"{self.label}" was answered: "{refusals[0]}"; set right what it names, then resume')
        if self.inside:
            self._require_a_page(after)
        return quote(against[:3])

    def _require_a_page(self, after: PageView | None) -> None:
        """Require that a page of the appliance, other than its sign-in page, has answered the press.

        Raises:
            PressLost: none has.
        """
        if broke_off(self.tab):
            raise PressLost(f'the connection broke off when "{self.label}" was pressed')
        if status := error_status(self.tab):
            raise PressLost(f'"{self.label}" was answered with the HTTP status {status}')
        if after and asks_for_sign_in(after):
            raise PressLost(f'"{self.label}" was answered by the sign-in page: the session had ended')
