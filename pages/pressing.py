"""One press of one control: tried first, pressed once, answered, with exactly the confirmation that belongs to it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from pages.drift import Sought, instead
from pages.engine.failure_words import anew
from pages.forbidden import FORBIDDEN, would_send
from pages.menu import born
from pages.screen import BRIEFLY, asks_for_sign_in
from pages.sight import covered, literally, quoted, see, words
from robot.drift import Drift, Found
from robot.errors import PressLost, Stalled, Surprised, WrongScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Dialog, Locator, Page

    from pages.sight import Sight
    from robot.browser import Answers

_YES = r"^(ok|yes|yes\b.*|confirm|continue|proceed|accept)$"
_NO = r"^(no\b.*|cancel|abort|decline)$"
_QUESTION = r"are you sure|please confirm|do you (really )?want to|really\b.*\?$"
_BARE = (
    r"\W*((please )?confirm(ation)?\W*)?(are you sure( (that )?you (want|wish) to (continue|proceed|do this))?|"
    r"(really )?(continue|proceed)|confirm)\W*(ok cancel|yes no)?"
)
"""A question without any subject can only belong to what was just pressed."""
AGREE = r"^(i )?agree\b|^(i )?accept\b.*\b(licen[cs]e|agreement|terms|eula)\b|\bbegin download\b"
"""What is pressed on an agreement before a download: "Agree - Begin Download" (ui.md 3.14)."""
_AGREED = r"\b(agree|accept|read)\b"
_NOT_DONE = (
    r"\b(fail(ed|ure)?|errors?|could not|can ?not|unable|not (enough|possible|permitted|allowed|available)|insufficient|refused|"
    r"denied|rejected|invalid|unsuccessful|timed out)\b"
)
"""How a page may say, in words nobody knows beforehand, that it did not do what was asked."""


_TERMS = r"licen[cs]e|\bEULA\b|\bagreement\b|\bterms\b"
_UNDER_WAY = r"\b(running|in progress|under ?way|downloading|installing|uploading|syncing|synchroni[sz]ing|started|has begun)\b"


@dataclass
class Press:
    """A control about to be pressed.

    Attributes:
        tab: the page it stands on.
        locator: finds it, strictly.
        label: the words on it.
        answers: what the browser context receives.
        confirmation: words that its confirmation must contain, whether a dialog, a box in the page or a page.
        allowed: of the forbidden words, those that this confirmation may speak of.
        screen: what people call the screen on which it stands.
        kind: what it is known to be, a button or a link; a link in a button's place is noted.
        within: seconds in which what it sends must be answered; an upload takes its time.
        refusal: words that, newly stated by the page that answers, mean that it was not done: a later look may not show them.
        agreement: completes "an agreement stands before ..." where one may; "": none may.
        inside: whether one is signed in, so that a sign-in page as an answer means that the press may be lost.
        agree: called with the agreement's words right before it is accepted; `None`: it is not accepted.
        said: what it was asked.
        told: what boxes of the browser's said that ask nothing.
    """

    tab: Page
    locator: Locator
    label: str
    answers: Answers
    confirmation: str = ""
    allowed: str = r"(?!)"
    within: float = 30
    refusal: str = r"(?!)"
    agreement: str = ""
    inside: bool = True
    agree: Callable[[str], None] | None = None
    kind: str = "button"
    screen: str = ""
    said: list[str] = field(default_factory=list[str])
    told: list[str] = field(default_factory=list[str])

    def trial(self) -> None:
        """See that it stands there once, visible, enabled and uncovered.

        Raises:
            WrongScreen: it does not; the sentence says what is there instead. Surprised: it would send something else.
        """
        self.sought.the_one(self.tab, screen=self.screen)
        if odd := would_send(self.locator):
            raise Surprised(
                f'"{self.label}" would send {quoted(odd)}, which is not what stands on it: it is not pressed; have the vendor\'s '
                "support look at the page"
            )
        try:
            self.locator.click(trial=True, timeout=5_000)
        except Error as error:
            why = f"{covered(self.locator) or 'greyed out or covered'}; {instead(see(self.tab))}"
            raise WrongScreen(drift=Drift(self.screen, self.label, self.sought.looked_for, Found.OUT_OF_REACH, why)) from error

    @property
    def sought(self) -> Sought:
        """What is looked for."""
        return Sought(self.label, self.kind, self.locator)

    def box(self) -> dict[str, float] | None:
        """Where it stands on the picture of the whole page, in CSS pixels."""
        box: dict[str, float] | None = self.locator.evaluate(
            "e => { const b = e.getBoundingClientRect();"
            " return { x: b.x + scrollX, y: b.y + scrollY, width: b.width, height: b.height }; }"
        )
        return box

    def press(self) -> str:
        """Press it, once, confirm what belongs to it, and wait until the appliance has answered.

        A box of the browser's that only tells (`alert`) asks nothing, so closing it decides nothing.

        Returns:
            What the appliance newly says against it, on the page that answers or in such a box, or "": the next page may not
            say it any more. Whether the press helped all the same, a reading tells.

        Raises:
            PressLost: the sign-in page answered: the session had ended. A reading tells whether it was done all the same.
            Surprised: another confirmation appeared, or an agreement that may not be accepted, which was declined; or the page
                answered that it was not done.
        """
        surprises: list[str] = []

        def asked(dialog: Dialog) -> None:
            if dialog.type == "alert":
                self.told.append(dialog.message)
                dialog.dismiss()
                return
            self.said.append(dialog.message)
            if len(self.said) == 1 and self._belongs(dialog.message):
                dialog.accept()
            else:
                surprises.append(dialog.message)
                dialog.dismiss()

        sight = see(self.tab)
        modals = sight.modal
        stood = sight.text.splitlines()
        before = self.answers.altering
        stamp = born(self.tab)
        self.tab.on("dialog", asked)
        try:
            self.locator.click(timeout=10_000, no_wait_after=True)
            self._until_answered(before, stamp, modals)
            self._confirm_on_page(sight)
            self._answer_agreement()
        finally:
            self.tab.remove_listener("dialog", asked)
        against = [message for message in self.told if words(_NOT_DONE).search(message)]
        if after := self._seen():  # else the connection broke off: whether the press helped, a reading tells
            self._heed_refusal(after, stood)
            against += anew(stood, after.text.splitlines(), _NOT_DONE)
            if self.inside and asks_for_sign_in(after):
                raise PressLost(f'"{self.label}" was answered by the sign-in page: the session had ended')
        if surprises:
            raise Surprised(f'"{self.label}" asked something unexpected, which was declined: {quoted(surprises)}')
        if refusals := [message for message in self.told if words(self.refusal).search(message)]:
            raise self._refused(refusals[0])
        return quoted(against[:3])

    def _seen(self) -> Sight | None:
        """One look, or `None` while there is no page to be looked at."""
        try:
            return see(self.tab)
        except Error:
            return None

    def _heed_refusal(self, after: Sight, stood: list[str]) -> None:
        """Stop where the page that answered says that it was not done, in a line that did not stand there before."""
        if said := anew(stood, after.text.splitlines(), self.refusal):
            raise self._refused(said[0])

    def _refused(self, said: str) -> Surprised:
        return Surprised(f'"{self.label}" was answered: "{said}"; set right what it names, then resume')

    def _belongs(self, message: str) -> bool:
        """Whether a confirmation is the one that belongs to this press."""
        verb = rf"\b{literally(self.label.split()[0])}\b"  # "Break?"
        if not self.confirmation or not (words(f"{self.confirmation}|{verb}").search(message) or words(_BARE).fullmatch(message)):
            return False
        return all(words(self.allowed).search(found[0]) for found in words(FORBIDDEN).finditer(message))

    def _until_answered(self, before: int, stamp: float | None, modals: tuple[str, ...]) -> None:
        """Wait until what the press sent has been answered. Whether it helped, a reading tells later."""
        began = BRIEFLY.clock()
        confirmed = False

        def answered(_: None) -> bool:
            nonlocal confirmed
            now = born(self.tab)
            if now != stamp:  # another document came, or is coming
                return now is not None
            if self.answers.altering > before and self.answers.open <= 0:
                return BRIEFLY.clock() - began > 0.3  # a script's own request; or a form whose page is about to come
            if not confirmed and (new := [box for box in self._modals() if box not in modals]):
                if self._asks_agreement():
                    return True
                self._confirm_in_box(new[0])
                confirmed = True
            sending = self.answers.altering > before and self.answers.open > 0  # leaving the page would cut it off
            return not sending and BRIEFLY.clock() - began > 3  # nothing was sent: the page itself took it

        with contextlib.suppress(Stalled):  # unanswered is a reading, not an error: the appliance may be busy with it
            BRIEFLY.until(lambda: None, answered, what=f'the answer to "{self.label}"', within=self.within)
        with contextlib.suppress(Error):
            self.tab.wait_for_load_state("load", timeout=10_000)

    def _modals(self) -> tuple[str, ...]:
        sight = self._seen()
        return sight.modal if sight else ()

    def _confirm_in_box(self, message: str) -> None:
        """Confirm in a box drawn by the page."""
        self.said.append(message)
        yes = self.tab.locator(f"sight=modal /{literally(message[:80])}/i").locator(f"sight=press /{_YES}|{self._same_words()}/i")
        if not self._belongs(message) or yes.count() != 1:
            raise Surprised(f'"{self.label}" opened a box that is not its confirmation: "{message[:200]}"')
        yes.click(timeout=5_000)

    def _same_words(self) -> str:
        """The label, whole or in fewer of its words: "Break Relationship" in a box about Break Failover Relationships."""
        verb, *rest = (literally(word) for word in self.label.split())
        others = "|".join(f"{word.removesuffix('s')}s?" for word in rest)
        return f"^{verb}( ({others}))*$" if rest else f"^{verb}$"

    def _confirm_on_page(self, before: Sight) -> None:
        """Confirm on a page of its own, or in words that the press has put on this one.

        A question in whatever words is known by the two answers that stand below it: one that goes on, and one that does not.

        Raises:
            Surprised: it is a question, and not the one that belongs to this press. It was left unanswered.
        """
        if self.said or not self.inside:
            return
        if (sight := self._seen()) is None:
            return  # the connection broke off: whether the press helped, a reading tells
        was = set(before.text.splitlines())
        anew = " ".join(line for line in sight.text.splitlines() if line not in was)
        if words(_TERMS).search(anew) or (sight.progress is not None and before.progress is None):
            return  # an agreement is no question; nor is there one while what was pressed is under way
        declines = bool(anew) and _may_decline(before, sight) and not words(_UNDER_WAY).search(anew)
        yes = self.tab.locator(f"sight=press /{_YES}/i")
        if yes.count() == 0 and declines and "?" in anew:
            # only beside the refusal, in one form: elsewhere the control itself may still stand, pressed
            no = self.tab.locator(f"sight=press /{_NO}/i")
            yes = self.tab.locator("form").filter(has=no).locator(f"sight=press /{self._same_words()}/i")
        if not (declines or words(_QUESTION).search(anew)) or yes.count() != 1:
            return
        if not self._belongs(anew):
            if declines:
                raise Surprised(f'"{self.label}" was answered by another question, which was left alone: "{anew[:200]}"')
            return
        self.said.append(anew)
        stamp = born(self.tab)
        yes.click(timeout=5_000, no_wait_after=True)
        self._until_answered(self.answers.altering, stamp, sight.modal)

    def _asks_agreement(self) -> bool:
        """Whether an agreement stands where the work should have begun."""
        if not self.agreement:
            return False
        sight = self._seen()
        return sight is not None and any(control.kind == "button" or not control.menu for control in sight.presses(AGREE))

    def _answer_agreement(self) -> None:
        """Accept the agreement that stands before the work, once, where that is allowed; else leave it as it is.

        Its contact fields are left as the page filled them: what the pair file does not hold is not made up.
        """
        if not self._asks_agreement():
            return
        by_hand = f"read it and begin {self.agreement} by hand on the page, then resume: what is under way then is waited for"
        if self.agree is None:
            raise Surprised(
                f"an agreement stands before {self.agreement}, and [update] accept_agreement is false: it was not accepted; "
                f"{by_hand}; or begin the next run with accept_agreement = true"
            )
        sight = see(self.tab)
        for tick in self.tab.locator(f"sight=tick /{_AGREED}/i").all():
            tick.check(timeout=5_000)
        if empty := self._wanting():
            raise Surprised(f"the agreement before {self.agreement} asks for {quoted(empty)}, which nobody gave; {by_hand}")
        button = self.tab.locator(f"sight=press /{AGREE}/i")
        if button.count() != 1:
            raise Surprised(f"it cannot be told how to accept the agreement before {self.agreement}; {by_hand}")
        self.agree(" ".join(sight.text.split()))
        stamp = born(self.tab)
        before = self.answers.altering
        agreement, self.agreement = self.agreement, ""  # so that the wait is for its answer
        button.click(timeout=5_000, no_wait_after=True)
        self._until_answered(before, stamp, sight.modal)
        self.agreement = agreement
        if self._asks_agreement():
            raise Surprised(f"the agreement before {agreement} was accepted and still stands; {by_hand}")

    def _wanting(self) -> list[str]:
        """What the form must have before it can be sent, by the words beside it."""
        names: list[str] = self.tab.locator("input:invalid, select:invalid, textarea:invalid").evaluate_all(
            "all => all.filter(e => e.checkVisibility()).map(e => [...(e.labels || [])].map(l => l.innerText).join(' ').trim() ||"
            " e.getAttribute('aria-label') || e.placeholder || e.name || e.type)"
        )
        return names


def _may_decline(before: Sight, now: Sight) -> bool:
    """Whether one may newly say no: what said so in a form before, which is gone, does not count."""
    was, no = {control.name for control in before.presses(_NO)}, {control.name for control in now.presses(_NO)}
    return bool(no - was) or bool(no and _fields(now) < _fields(before))


def _fields(sight: Sight) -> int:
    return len(sight.fields(".")) + len(sight.ticks("."))
