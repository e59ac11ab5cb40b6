"""The one door: whatever acts on an appliance's page, be it a press, a step of the way, a download or a field, passes here.

A house rule holds it. A change is pressed once, after it has been tried; it is answered only what belongs to it. What leads
somewhere may send nothing; what downloads may do nothing else; and nothing picks among several matches.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playwright.sync_api import Error
from playwright.sync_api import TimeoutError as TooLate

from pages.drift import Sought, instead
from pages.engine.agreement import accepted, fillings
from pages.engine.boxes import Box, around, cover_of, covered, described, form_around
from pages.engine.control_query import ControlQuery, control_called, element
from pages.engine.failure_words import anew
from pages.engine.in_the_way import may_be_put_away, obstacle, page_as_box
from pages.engine.layout import name_of
from pages.engine.menus import modals
from pages.engine.no_page import broke_off, error_status
from pages.engine.only_gets import only_gets
from pages.engine.questions import NO, YES_OR_NO, asks, destroys, goes_on, objection, same_words
from pages.engine.sign_in_forms import asks_for_sign_in
from pages.forbidden import LEADS_TO_NO_FILE, TAKES_AWAY, would_send
from pages.languages import in_english
from pages.menu import arrived
from pages.sight import at_hand, pages_before, quoted, see, words
from robot.domain.drift import Drift, Found
from robot.domain.errors import PressLost, Stalled, Surprised, Unreachable, WrongScreen
from robot.domain.waiting import Patience
from robot.network.chromium import born

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from pathlib import Path

    from playwright.sync_api import Dialog, Download, Locator, Page, Request, Response

    from pages.engine.accessibility_tree import Node
    from pages.engine.agreement import Accepted
    from pages.engine.layout import Layout
    from pages.sight import Control, Sight
    from robot.network.chromium import Answers
    from robot.settings.contact import Contact

BRIEFLY = Patience(poll=0.1)
AGREE = r"^(i )?agree\b|^(i )?accept\b.*\b(licen[cs]e|agreement|terms|eula)\b|\bbegin download\b"
"""What is pressed on an agreement before a download: "Agree - Begin Download" (ui.md 3.14)."""
_AGREED = r"\b(agree|accept|read)\b"
_NOT_DONE = (
    r"\b(fail(ed|ure)?|errors?|could not|can ?not|unable|not (enough|possible|permitted|allowed|available)|insufficient|refused|"
    r"denied|rejected|invalid|unsuccessful|timed out)\b"
)
"""How a page may say, in words nobody knows beforehand, that it did not do what was asked."""
_COMES_BY_ITSELF = (
    r"(download|file|backup)\b.*\b(will (start|begin)|automatically|shortly|in a moment|being (prepared|generated|created))\b"
)
_CAN_BE_CLICKED_WITHIN_S = 5.0
_LOADED_WITHIN_MS = 3_000
_BY_ITSELF_WITHIN_S = 60.0
_FILE_WITHIN_S = 120.0
"""Seconds for a file to begin to come."""


@dataclass
class GuardedClick:
    """One element of a page, about to be acted on.

    Attributes:
        tab: the page it stands on.
        target: asks the page for it; only one match is acted on.
        label: the words on it.
        answers: what the browser context receives; a press that changes something needs it.
        names: what a question may name as the object of this press: a package, its version.
        screen: what people call the screen on which it stands.
        kind: what it is known to be, a button or a link; a link in a button's place is noted.
        within: seconds in which what it sends must be answered; an upload takes its time.
        refusal: words that, newly stated by the page that answers, mean that it was not done: a later look may not show them.
        agreement: completes "an agreement stands before ..." where one may; "": none may.
        inside: whether one is signed in, so that a sign-in page as an answer means that the press may be lost.
        agree: called with the agreement right before it is accepted; `None`: it is not accepted.
        contact: who is named where the agreement asks for a name and an e-mail address; `None`: nobody.
        said: what it was asked.
        told: what boxes of the browser's said that ask nothing.
    """

    tab: Page
    target: ControlQuery
    label: str
    answers: Answers | None = None
    names: tuple[str, ...] = ()
    within: float = 30
    refusal: str = r"(?!)"
    agreement: str = ""
    inside: bool = True
    agree: Callable[[Accepted], None] | None = None
    contact: Contact | None = None
    kind: str = "button"
    screen: str = ""
    said: list[str] = field(default_factory=list[str])
    told: list[str] = field(default_factory=list[str])
    _as_read: list[Control] = field(default_factory=list["Control"], init=False, repr=False)

    # -- a change ------------------------------------------------------------------------------------------------------

    def trial(self) -> None:
        """See that it stands there once, visible, enabled and uncovered.

        Raises:
            WrongScreen: it does not; the sentence says what is there instead. Surprised: it would send something else.
        """
        with contextlib.suppress(Error):  # a style sheet that comes late draws it anew; a font may never come
            self.tab.wait_for_load_state("load", timeout=_LOADED_WITHIN_MS)
        self.sought.the_one(self.tab, screen=self.screen)
        try:
            _, sight = self._reach(self._require_honest)
        except Error as error:
            why = f"{self._cover() or 'greyed out or covered'}; {instead(see(self.tab))}"
            raise WrongScreen(drift=Drift(self.screen, self.label, self.sought.looked_for, Found.OUT_OF_REACH, why)) from error
        self._as_read = self._alike(sight)

    def _require_honest(self, sight: Sight) -> None:
        if odd := would_send(self._only(sight)):
            raise Surprised(
                f'"{self.label}" would send {quoted(odd)}, which is not what stands on it: it is not pressed; have the vendor\'s '
                "support look at the page"
            )

    @property
    def sought(self) -> Sought:
        """What is looked for."""
        return Sought(self.label, self.kind, self.target)

    def box(self) -> dict[str, float] | None:
        """Where it stands on the picture of the whole page, in CSS pixels."""
        if (found := self.target.only()) is None or (box := element(self.tab, found).bounding_box()) is None:
            return None
        right, down = self.tab.evaluate("[scrollX, scrollY]")
        return {"x": box["x"] + right, "y": box["y"] + down, "width": box["width"], "height": box["height"]}

    def _only(self, sight: Sight) -> Control:
        """Give the one control of a look that is meant.

        Raises:
            WrongScreen: there is none, or there are several: nothing picks among them.
        """
        found = self.target.all(sight)
        if len(found) != 1:
            what = Found.TWICE if found else Found.NOWHERE
            raise WrongScreen(drift=Drift(self.screen, self.label, self.sought.looked_for, what, instead(sight, self.label)))
        return found[0]

    def _element(self) -> Locator:
        """Find the one element that is meant in a look of this moment."""
        return element(self.tab, self._only(at_hand(self.tab)))

    def _cover(self) -> str:
        """Say what covers it; "" where nothing is known to."""
        sight = see(self.tab)
        return covered(sight, self.target.only(sight))

    def press(self) -> str:
        """Press it, once, confirm what belongs to it, and wait until the appliance has answered.

        A box of the browser's that only tells (`alert`) asks nothing, so closing it decides nothing.

        Returns:
            What the appliance newly says against it, on the page that answers or in such a box, or "": the next page may not
            say it any more. Whether the press helped all the same, a reading tells.

        Raises:
            PressLost: what answered is no page of the appliance's, or its sign-in page: the session had ended. A reading tells
                whether it was done all the same.
            Surprised: another confirmation appeared, or an agreement that may not be accepted, which was declined; or the page
                answered that it was not done.
            AnswerWanted: an agreement asks for a contact that nobody has given; nothing was agreed to.
        """
        surprises: list[str] = []
        button, sight = self._reach(self._require_as_read)
        stood_before = sight.text.splitlines()
        stood = {box.words for _, box in self._questions(sight)}
        with self._listening(surprises):
            self._send(button, sight, stood)
            after = self._answer_question(sight, stood)
            if self.agreement:
                self._answer_agreement()
                after = self._seen()
        against = [message for message in self.told if words(_NOT_DONE).search(message)]
        if surprises:
            raise Surprised(f'"{self.label}" asked something unexpected, which was declined: {"; ".join(surprises)}')
        if refusals := [message for message in self.told if words(self.refusal).search(message)]:
            raise self._refused(refusals[0])
        if after:  # else the page does not stand still: whether the press helped, a reading tells
            self._heed_refusal(after, stood_before)
            against += anew(stood_before, after.text.splitlines(), _NOT_DONE)
        if self.inside:
            self._require_a_page(after)
        return quoted(against[:3])

    @contextlib.contextmanager
    def _listening(self, surprises: list[str]) -> Generator[None]:
        """Answer the browser's own boxes meanwhile: the one question that belongs to this press, and no other one."""

        def asked(dialog: Dialog) -> None:
            if dialog.type == "alert":
                self.told.append(dialog.message)
                dialog.dismiss()
                return
            self.said.append(dialog.message)
            why = "it is the second one" if len(self.said) > 1 else self._objection(dialog.message.splitlines())
            if dialog.type != "confirm":
                why = "it asks for more than a yes"
            if why:
                surprises.append(f'"{dialog.message[:200]}" ({why})')
                dialog.dismiss()
            else:
                dialog.accept()

        self.tab.on("dialog", asked)
        try:
            yield
        finally:
            self.tab.remove_listener("dialog", asked)

    def _send(self, button: Locator, sight: Sight, stood: set[str]) -> None:
        before, stamp = self._altering, born(self.tab)
        button.click(timeout=10_000, no_wait_after=True)
        self._until_answered(before, stamp, sight.modal, stood)

    @property
    def _altering(self) -> int:
        return self.answers.altering if self.answers else 0

    @property
    def _open(self) -> int:
        return self.answers.open if self.answers else 0

    def _alike(self, sight: Sight) -> list[Control]:
        """What the page has under these words, or the first of them: each by its role, name, group and state."""
        named = [control for control in sight.controls if self.label.lower() in control.name.lower()]
        return named or sight.presses(rf"\b{re.escape(self.label.split()[0])}\b")

    def _require_as_read(self, sight: Sight) -> None:
        """See that what is about to be pressed is what was read, also where it has been drawn anew meanwhile.

        Raises:
            WrongScreen: it is not.
        """
        if self._as_read and (self._alike(sight) != self._as_read or self.target.count(sight) != 1):
            raise WrongScreen(
                f'{self.screen or "the page"}: "{self.label}" was drawn anew after it had been read, and is not the same by its '
                f"role, name, group and state; it is not pressed; there is: {instead(sight, self.label)}"
            )
        self._require_honest(sight)

    def _reach(self, require: Callable[[Sight], None]) -> tuple[Locator, Sight]:
        """See that it can be clicked; give it, and the look in which it was found; what covers it is put away where it may be.

        Args:
            require: asked of the look before anything else; raises where it may not be clicked.

        Raises:
            Error: it cannot.
        """
        began = BRIEFLY.clock()
        while True:  # a page that is still being drawn may put another one in its place
            found, sight = self._uncovered(require, anew=True)
            try:
                found.click(trial=True, timeout=1_000)
            except TooLate:
                if BRIEFLY.clock() - began > _CAN_BE_CLICKED_WITHIN_S:
                    raise
            else:
                return found, sight

    def _uncovered(self, require: Callable[[Sight], None], *, anew: bool = False) -> tuple[Locator, Sight]:
        """Find the one element that is meant, once what is drawn over it has been put away where it may be.

        Args:
            require: as for `_reach`.
            anew: whether the look must be a new one, however short ago the last one was taken: before a press.
        """
        while True:
            sight = see(self.tab) if anew else at_hand(self.tab)
            require(sight)
            found = self._only(sight)
            cover = cover_of(sight, found)
            if cover is None or not put_away(self.tab, sight, cover):
                return element(self.tab, found), sight

    def _seen(self) -> Sight | None:
        """One look, or `None` while there is no page to be looked at, or none that stands still."""
        try:
            return see(self.tab)
        except (Error, WrongScreen):
            return None

    def _heed_refusal(self, after: Sight, stood: list[str]) -> None:
        """Stop where the page that answered says that it was not done, in a line that did not stand there before."""
        if said := anew(stood, after.text.splitlines(), self.refusal):
            raise self._refused(said[0])

    def _require_a_page(self, after: Sight | None) -> None:
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

    def _refused(self, said: str) -> Surprised:
        return Surprised(f'"{self.label}" was answered: "{said}"; set right what it names, then resume')

    def _objection(self, lines: Sequence[str]) -> str:
        """Why a question does not belong to this press; "" where it does."""
        return objection(self.label, [in_english(line) for line in lines], self.names)

    def _until_answered(self, before: int, stamp: float | None, modals: tuple[str, ...], stood: set[str]) -> None:
        """Wait until what the press sent has been answered, or something is asked. Whether it helped, a reading tells later."""
        began = BRIEFLY.clock()

        def answered(_: None) -> bool:
            now = born(self.tab)
            if now != stamp:  # another document came, or is coming
                return now is not None
            if self._altering > before and self._open <= 0:
                return BRIEFLY.clock() - began > 0.3  # a script's own request; or a form whose page is about to come
            if sight := self._seen():
                if any(box not in modals for box in sight.modal) and self._asks_agreement(sight):
                    return True
                if any(box.words not in stood for _, box in self._questions(sight)):
                    return True
            sending = self._altering > before and self._open > 0  # leaving the page would cut it off
            return not sending and BRIEFLY.clock() - began > 3  # nothing was sent: the page itself took it

        with contextlib.suppress(Stalled):  # unanswered is a reading, not an error: the appliance may be busy with it
            BRIEFLY.until(lambda: None, answered, what=f'the answer to "{self.label}"', within=self.within)
        with contextlib.suppress(Error):
            self.tab.wait_for_load_state("load", timeout=10_000)

    def _questions(self, sight: Sight) -> list[tuple[Control, Box]]:
        """What the page asks: each answer that goes on, with the one box in which it stands beside one that does not."""
        if not self.inside or (layout := sight.layout) is None or not sight.presses(NO):
            return []
        boxes = modals(layout)
        answers = [each for each in sight.presses(goes_on(self.label)) if not each.prose]
        over = [each for each in answers if each.node is not None and any(each.node.is_in(box) for box in boxes)]
        found: list[tuple[Control, Box]] = []
        for yes in over or answers:  # a question drawn over the page is the one that is asked
            box = around(layout, yes.node, words(NO)) if yes.node is not None else None
            if box is not None and (over or self._is_an_answer(layout, yes, described(layout, box))):
                found.append((yes, described(layout, box)))
        return found

    def _is_an_answer(self, layout: Layout, yes: Control, box: Box) -> bool:
        """Whether it answers a question; what was pressed may still stand there, beside what cancels something else."""
        if words(YES_OR_NO).search(yes.name):
            return True  # whatever else it says
        form = form_around(layout, yes.node) if yes.node is not None else []
        in_a_form = any(words(NO).search(in_english(name_of(layout, press))) for press in form)
        return asks(box.words) and (in_a_form or not words(same_words(self.label)).search(yes.name))

    def _answer_question(self, before: Sight, stood: set[str]) -> Sight | None:
        """Answer the question that the press has put on the page or on a page of its own, once, where it belongs to the press.

        Returns:
            What stands there then; `None` where there is no page to be looked at.

        Raises:
            Surprised: it does not, or it cannot be told. It was left unanswered.
        """
        sight = self._seen()
        if sight is None or self._asks_agreement(sight):
            return sight
        if not (asked := [(yes, box) for yes, box in self._questions(sight) if box.words not in stood]):
            return sight
        (yes, box), why = asked[0], ""
        if self.said or len(asked) > 1:
            why = "more than one question, or answer"
        elif box.fields:
            why = "it asks for more than a yes"
        else:
            was = {*before.text.splitlines(), *before.headings}
            beside = [line for line in sight.text.splitlines() if line not in was]
            if word := destroys(self.label, beside):
                why = f'"{word}" stands beside it'
        if why := why or self._objection(box.lines):
            raise Surprised(f'"{self.label}" was answered by another question, which was left alone ({why}): "{box.words[:200]}"')
        self.said.append(box.words)
        stood = stood | {box.words}
        self._send(element(self.tab, yes), sight, stood)
        return self._answer_question(before, stood)  # a second one is left alone

    def _asks_agreement(self, sight: Sight | None) -> bool:
        """Whether an agreement stands where the work should have begun."""
        return (
            bool(self.agreement)
            and sight is not None
            and any(control.kind == "button" or not control.menu for control in sight.presses(AGREE))
        )

    def _answer_agreement(self) -> None:
        """Accept the agreement that stands before the work, once, where that is allowed; else leave it as it is.

        What it asks for is given or asked of a person, never made up (`pages.engine.agreement`).
        """
        sight = self._seen()
        if sight is None or not self._asks_agreement(sight):
            return
        by_hand = f"read it and begin {self.agreement} by hand on the page, then resume: what is under way then is waited for"
        if self.agree is None:
            raise Surprised(
                f"an agreement stands before {self.agreement}, and [update] accept_agreement is false: it was not accepted; "
                f"{by_hand}; or begin the next run with accept_agreement = true"
            )
        if (button := control_called(self.tab, AGREE).only(sight)) is None:
            raise Surprised(f"it cannot be told how to accept the agreement before {self.agreement}; {by_hand}")
        try:
            given = self._fill_in(sight, button)
        except Surprised as odd:
            raise Surprised(f"{odd}; {by_hand}") from odd
        for tick in sight.ticks(_AGREED):
            element(self.tab, tick).set_checked(True, timeout=5_000)
        if empty := self._wanting():
            raise Surprised(f"the agreement before {self.agreement} asks for {quoted(empty)}, which nobody gave; {by_hand}")
        self.agree(given)
        stamp = born(self.tab)
        before = self._altering
        agreement, self.agreement = self.agreement, ""  # so that the wait is for its answer
        element(self.tab, button).click(timeout=5_000, no_wait_after=True)
        self._until_answered(before, stamp, sight.modal, set())
        self.agreement = agreement
        if self._asks_agreement(self._seen()):
            raise Surprised(f"the agreement before {agreement} was accepted and still stands; {by_hand}")

    def _fill_in(self, sight: Sight, button: Control) -> Accepted:
        """Give the contact where the agreement's form asks for one; say what stands there then."""
        made = fillings(sight, button, self.contact, before=self.agreement)
        for each in made:
            if each.field.value != each.given:
                element(self.tab, each.field).fill(each.given, timeout=5_000)
        return accepted(see(self.tab), button, made, before=self.agreement)

    def _wanting(self) -> list[str]:
        """What the form must have before it can be sent, by the words beside it."""
        return [field.name or field.hint for field in see(self.tab).controls if field.invalid]

    # -- a step of the way ---------------------------------------------------------------------------------------------

    def follow(self) -> None:
        """Click what leads to another page, and wait until that page has been read. It sends nothing.

        A page is never reloaded: a reload would send the form again that led to it.

        Raises:
            Unreachable: the page did not come. WrongScreen: something covers it; or it sends something, which was aborted.
        """
        stamp = born(self.tab)
        begun: list[Request] = []

        def noticed(request: Request) -> None:
            if request.is_navigation_request() and request.frame == self.tab.main_frame:
                begun.append(request)

        self.tab.on("request", noticed)
        try:
            with only_gets(self.tab) as aborted:
                self._click(begun)
                with contextlib.suppress(Stalled):  # a page that draws itself may ask a moment later, or not at all
                    Patience(poll=0.05).until(lambda: born(self.tab), lambda _: bool(begun), what="a page", within=0.3)
                if begun and not aborted:
                    arrived(self.tab, stamp)
        except TooLate as error:
            if cover := self._cover():
                raise WrongScreen(f"a menu entry cannot be clicked at {self.tab.url}: {cover}") from error
            raise Unreachable(f"a menu entry could not be clicked at {self.tab.url}: {error.message.splitlines()[0]}") from error
        finally:
            self.tab.remove_listener("request", noticed)
        if aborted:
            raise WrongScreen(
                f'"{self.label}" at {self.tab.url} leads nowhere: it would have sent a form ({aborted[0]}), which was aborted: '
                "nothing was sent; open the page by hand and look at what it does"
            )

    def _click(self, begun: list[Request]) -> None:
        """Click what leads somewhere; where the page has put another one in its place since it was seen, that one.

        Args:
            begun: the requests for a page so far: a click that led to one is over, however long its answer takes.
        """
        began = BRIEFLY.clock()
        while not begun:
            found, _ = self._uncovered(self._require_to_lead)
            try:
                found.click(timeout=2_000)
            except TooLate:
                if not begun and BRIEFLY.clock() - began > _CAN_BE_CLICKED_WITHIN_S:
                    raise
            else:
                return

    def _require_to_lead(self, sight: Sight) -> None:
        if odd := would_send(self._only(sight), TAKES_AWAY):
            raise WrongScreen(f"a link at {self.tab.url} would send {quoted(odd)}, and is not followed")

    def point(self) -> None:
        """Point at it, so that what drops down below it is drawn; what cannot be pointed at is left."""
        with contextlib.suppress(TooLate):
            self._uncovered(_anything)[0].hover(timeout=5_000)

    def unfold(self) -> None:
        """Open the section of which it is the head. What would send a form, or stays shut, is left."""
        head = self.target.only()
        if head is not None and not head.submits:
            with contextlib.suppress(Error):
                element(self.tab, head).click(timeout=2_000)

    def dismiss(self) -> None:
        """Click what puts itself away, and wait until it is gone and what it sent by itself has been answered.

        Raises:
            Surprised: something was asked, and declined.
        """
        surprises: list[str] = []
        unanswered: list[Request] = []
        stamp, began = born(self.tab), BRIEFLY.clock()

        def sent(request: Request) -> None:
            if request.method not in {"GET", "HEAD"}:
                unanswered.append(request)

        def ended(request: Request) -> None:
            if request in unanswered:
                unanswered.remove(request)

        def gone(_: object) -> bool:
            if (now := born(self.tab)) != stamp:
                return now is not None
            with contextlib.suppress(Error):  # another page is coming
                return BRIEFLY.clock() - began > 0.3 and not unanswered and self.target.count() == 0
            return False

        self.tab.on("request", sent)
        self.tab.on("requestfinished", ended)
        self.tab.on("requestfailed", ended)
        try:
            with self._listening(surprises), contextlib.suppress(TooLate):  # it may have gone by itself
                self._element().click(timeout=5_000, no_wait_after=True)
                with contextlib.suppress(Stalled):  # what stays is told by whoever needs what is behind it
                    BRIEFLY.until(lambda: None, gone, what=f'"{self.label}" to go', within=5)
                self.tab.wait_for_load_state("load", timeout=10_000)
        finally:
            self.tab.remove_listener("request", sent)
            self.tab.remove_listener("requestfinished", ended)
            self.tab.remove_listener("requestfailed", ended)
        if surprises:
            raise Surprised(f'"{self.label}" asked something unexpected, which was declined: {"; ".join(surprises)}')

    # -- a download ----------------------------------------------------------------------------------------------------

    def fetch(self, into: Path) -> tuple[str, Path | None]:
        """Press what gives a file: its file, or nothing where another page came instead.

        Args:
            into: the folder for the file, which gets a name of its own there that begins with a dot.

        Raises:
            Unreachable: the file did not come whole. Surprised: it would do something else, or asked something else.
        """
        coming: list[Download] = []
        promised: list[int] = []
        try:
            with self._receiving(coming, promised):
                self._ask_for_a_file(coming)
                if not coming:
                    return "", None
                name = re.sub(r"[^\w. -]+", "-", coming[0].suggested_filename).strip(". ")[-100:] or "installer"
                landed = into / f".{name}.part"
                coming[0].save_as(landed)
                _require_whole(landed, promised, self.tab.url)
        except TooLate as error:
            raise Unreachable(f"a file could not be fetched from {self.tab.url}: {error.message.splitlines()[0]}") from error
        except Error as error:
            raise Unreachable(f"a file did not come whole from {self.tab.url}: {error.message.splitlines()[0]}") from error
        landed.chmod(0o600)
        return name, landed

    def _require_to_download(self, sight: Sight) -> None:
        if odd := would_send(self._only(sight), LEADS_TO_NO_FILE):
            raise Surprised(f'"{self.label}" would send {quoted(odd)}, which downloads nothing: it is not pressed')

    @contextlib.contextmanager
    def _receiving(self, coming: list[Download], promised: list[int]) -> Generator[None]:
        """Keep meanwhile what begins to come, and how many bytes each answer promises."""

        def comes(download: Download) -> None:
            coming.append(download)

        def answers(response: Response) -> None:
            headers = response.headers
            if "attachment" in headers.get("content-disposition", "") and "content-encoding" not in headers:
                promised.extend(int(size) for name, size in headers.items() if name == "content-length")

        self.tab.on("download", comes)
        self.tab.on("response", answers)
        try:
            yield
        finally:
            self.tab.remove_listener("download", comes)
            self.tab.remove_listener("response", answers)

    def _ask_for_a_file(self, coming: list[Download]) -> None:
        """Press, and wait until a file begins to come, or another page has come that announces none."""
        surprises: list[str] = []
        stamp = born(self.tab)
        with self._listening(surprises):
            self._reach(self._require_to_download)[0].click(timeout=10_000, no_wait_after=True)
            with contextlib.suppress(Stalled):
                BRIEFLY.until(
                    lambda: bool(coming or surprises) or born(self.tab) not in {None, stamp}, bool,
                    what="a file", within=_FILE_WITHIN_S,
                )  # fmt: skip
        if surprises:
            raise Surprised(f'"{self.label}" asked something unexpected, which was declined: {"; ".join(surprises)}')
        if coming:
            return
        self.tab.wait_for_load_state("load", timeout=10_000)
        with contextlib.suppress(Stalled):  # a page may say that the file comes by itself in a moment
            if see(self.tab).says(_COMES_BY_ITSELF):
                BRIEFLY.until(lambda: born(self.tab), lambda _: bool(coming), what="a file", within=_BY_ITSELF_WITHIN_S)

    # -- the fields of the screen at hand ------------------------------------------------------------------------------

    def write(self, text: str) -> None:
        """Put a text into it, in place of what it holds."""
        self._element().fill(text)

    def tick(self, *, on: bool = True) -> None:
        """Tick it, or take the tick away."""
        self._element().set_checked(on, timeout=5_000)

    def select(self, option: str) -> None:
        """Choose one entry of its list, by its words."""
        self._element().select_option(label=option, timeout=5_000)

    def choose(self, path: Path) -> None:
        """Choose a file in it. The browser gets its path: however large, it goes through no memory."""
        self._element().set_input_files(path)

    def held_files(self) -> list[tuple[str, int]]:
        """Give the name and the size in bytes of each file that it holds."""
        held: list[tuple[str, int]] = self._element().evaluate("e => [...e.files].map(f => [f.name, f.size])")
        return [(name, size) for name, size in held]


def _anything(_: Sight) -> None:
    """Whatever it would send: it is only pointed at."""


def put_away(tab: Page, sight: Sight | None = None, cover: Node | None = None) -> bool:
    """Put away what stands in the way of a screen, or what covers a control, where it may be; say whether anything was.

    Args:
        tab: the page; where nothing covers anything, all of it stands in the place of a screen.
        sight: the look in which something covers a control.
        cover: the box that is drawn over it.
    """
    sight = sight or see(tab)
    if cover is not None and sight.layout is not None:
        found = obstacle(described(sight.layout, cover))
    else:
        cover, found = None, obstacle(page_as_box(sight), pages_before(tab))
    if found is None:
        return False

    named = [each for each in sight.presses(f"^{re.escape(found.control)}$") if not each.prose]
    refs = {each.ref for each in named if cover is None or (each.node is not None and each.node.is_in(cover))}
    button = ControlQuery(tab, lambda now: [each for each in now.controls if each.ref in refs])
    control = button.only(sight)
    if control is None or would_send(control) or would_send(control, TAKES_AWAY) or not may_be_put_away(tab, found):
        return False
    GuardedClick(tab, button, found.control, inside=False).dismiss()
    return True


def _require_whole(landed: Path, promised: Sequence[int], url: str) -> None:
    """See that as many bytes came as the first answer promised, where one did.

    Chromium asks by itself for the address of a file that broke off again, with GET; where a form had fetched it, what comes
    then is the form's page, and is saved in the file's place.

    Raises:
        Unreachable: it did not.
    """
    came = landed.stat().st_size
    if promised and came != promised[0]:
        landed.unlink()
        raise Unreachable(f"a file did not come whole from {url}: {promised[0]} bytes were promised, and {came} came in the end")
