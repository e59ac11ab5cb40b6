"""A control is pressed once, after it has been tried, and answered only what belongs to it.

What it was tried as is what is pressed; what the appliance then says against it is told, and what may be lost is no press.
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
from pages.engine.meaning.failure_words import new_lines
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
    from robot.settings.contact import Contact

_NOT_DONE = (
    r"\b(fail(ed|ure)?|errors?|could not|can ?not|unable|not (enough|possible|permitted|allowed|available)|insufficient|refused|"
    r"denied|rejected|invalid|unsuccessful|timed out)\b"
)
"""How a page may say, in words nobody knows beforehand, that it did not do what was asked."""
_LOADED_WITHIN_MS = 3_000


@dataclass
class GuardedClick(ClickTarget):
    """One control of a page, about to be pressed.

    Attributes:
        answers: what the browser context receives; a press that changes something needs it.
        names: what a question may name as the object of this press: a package, its version.
        within_s: seconds in which what it sends must be answered; an upload takes its time.
        refusal: words that, newly stated by the page that answers, mean that it was not done: a later look may not show them.
        agreement: completes "an agreement stands before ..." where one may; "": none may.
        inside: whether one is signed in, so that a sign-in page as an answer means that the press may be lost.
        agree: called with the agreement right before it is accepted; `None`: it is not accepted.
        contact: who is named where the agreement asks for a name and an e-mail address; `None`: nobody.
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
        """What boxes of the browser's said that ask nothing."""
        return self._conversation.alerts

    # -- before the press ----------------------------------------------------------------------------------------------

    def check_actionable(self) -> None:
        """See that it stands there once, visible, enabled and uncovered.

        Raises:
            WrongScreen: it does not; the sentence says what is there instead. Surprised: it would send something else.
        """
        with contextlib.suppress(Error):  # a style sheet that comes late draws it anew; a font may never come
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
        """See that what is about to be pressed is what was read, also where it has been drawn anew meanwhile.

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
        """Return the controls that have these words, or the first of them: each by its role, name, group and state."""
        named = [control for control in view.controls if self.label.lower() in control.name.lower()]
        return named or view.clickables(rf"\b{re.escape(self.label.split()[0])}\b")

    # -- the press, and what it is asked -------------------------------------------------------------------------------

    def press(self) -> str:
        """Press it, once, confirm what belongs to it, and wait until the appliance has answered.

        Returns:
            What the appliance newly says against it, on the page that answers or in a box of the browser's, or "": the next
            page may not say it any more. Whether the press helped all the same, a reading tells.

        Raises:
            PressLost: what answered is no page of the appliance's, or its sign-in page: the session had ended. A reading tells
                whether it was done all the same.
            Surprised: another confirmation appeared, or an agreement that may not be accepted, which was declined; or the page
                answered that it was not done.
            AnswerWanted: an agreement asks for a contact that nobody has given; nothing was agreed to.
        """
        control, view = self.reach(self._require_as_read)
        lines_before = view.text.splitlines()
        stood = {box.words for _, box in self._questions(view)}
        with self._conversation.listening(self.tab):
            self._send(control, view, stood)
            after = self._answer_question(view, stood)
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

    def _send(self, control: PageControl, view: PageView, stood: set[str]) -> None:
        """Click a control, and wait until that has been answered, or a question or an agreement appears.

        Args:
            control: what is clicked.
            view: the look in which it was found.
            stood: the words of questions that stood there before.
        """

        def is_asked(current: PageView) -> bool:
            agreement = self._shows_agreement(current) and any(box not in view.modal for box in current.modal)
            return agreement or any(box.words not in stood for _, box in self._questions(current))

        self._click_and_wait(control, is_asked)

    def _click_and_wait(self, control: PageControl, is_asked: Callable[[PageView], bool], *, timeout_ms: int = 10_000) -> None:
        answer = AnswerWait(self.tab, self.answers)
        click(self.tab, control, timeout_ms=timeout_ms)
        answer.wait(self.label, self.within_s, is_asked)

    def _send_agreement(self, button: PageControl) -> None:
        self._click_and_wait(button, lambda now: bool(self._questions(now)), timeout_ms=5_000)

    def _questions(self, view: PageView) -> list[tuple[PageControl, Box]]:
        return questions_on(view, self.label) if self.inside else []

    def _shows_agreement(self, view: PageView | None) -> bool:
        return bool(self.agreement) and shows_agreement(view)

    def _answer_question(self, before: PageView, stood: set[str]) -> PageView | None:
        """Answer the question that the press has put on the page or on a page of its own, once, where it belongs to the press.

        Returns:
            What stands there then; `None` where there is no page to be looked at.

        Raises:
            Surprised: it does not, or it cannot be told. It was left unanswered.
        """
        view = view_if_still(self.tab)
        if view is None or self._shows_agreement(view):
            return view
        if not (asked := [(yes, box) for yes, box in self._questions(view) if box.words not in stood]):
            return view
        yes, box = asked[0]
        answered = self._conversation.confirmations
        why = "more than one question, or answer" if answered or len(asked) > 1 else ""
        if why := why or objection_to_box(self.label, box, before, view) or self._conversation.objection(box.lines):
            raise Surprised(f'"{self.label}" was answered by another question, which was left alone ({why}): "{box.words[:200]}"')
        answered.append(box.words)
        stood = stood | {box.words}
        self._send(yes, view, stood)
        return self._answer_question(before, stood)  # a second one is left alone

    # -- after the press -----------------------------------------------------------------------------------------------

    def _what_speaks_against_it(self, lines_before: list[str], after: PageView | None) -> str:
        """Say what the appliance newly says against the press.

        Raises:
            Surprised: it says that it was not done. PressLost: no page of the appliance's has come of it.
        """
        against = [message for message in self.alerts if ignorecase(_NOT_DONE).search(message)]
        refusals = [message for message in self.alerts if ignorecase(self.refusal).search(message)]
        if after and not refusals:  # else the page does not stand still: whether the press helped, a reading tells
            lines = after.text.splitlines()
            refusals = new_lines(lines_before, lines, self.refusal)
            against += new_lines(lines_before, lines, _NOT_DONE)
        if refusals:
            raise Surprised(f'"{self.label}" was answered: "{refusals[0]}"; set right what it names, then resume')
        if self.inside:
            self._require_a_page(after)
        return quote(against[:3])

    def _require_a_page(self, after: PageView | None) -> None:
        """See that a page of the appliance's has come of the press, and not its sign-in page.

        Raises:
            PressLost: it has not.
        """
        if broke_off(self.tab):
            raise PressLost(f'the connection broke off when "{self.label}" was pressed')
        if status := error_status(self.tab):
            raise PressLost(f'"{self.label}" was answered with the HTTP status {status}')
        if after and asks_for_sign_in(after):
            raise PressLost(f'"{self.label}" was answered by the sign-in page: the session had ended')
