"""Which screens and controls of the procedure an appliance shows: its pages are tried, and nothing is pressed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from flows.survey.witness import as_it_is
from robot.changes.run_context import no_op
from robot.domain.drift import DriftKind
from robot.domain.errors import SignedOut, WrongScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from playwright.sync_api import Page

    from flows.session.appliance import Appliance
    from flows.survey.witness import Sight, Witness
    from pages.engine.screen import Screen
    from pages.engine.view.expected_control import ExpectedControl

S = TypeVar("S", bound="Screen")
T = TypeVar("T")
ONCE = "once"
"""The result for a control that is found as it is known."""
GOOD = frozenset({ONCE, DriftKind.FALLBACK.value})


def no_controls(_screen: object, _reading: object) -> Iterable[ExpectedControl]:
    """Return no controls: the screen is only read."""
    return ()


def nobody_keeps(_title: str) -> None:
    """Keep no copy of the page."""


class Survey:
    """Goes through an appliance's screens; what is missing is listed, and the survey goes on.

    Attributes:
        appliance: the appliance.
        witness: writes down each look.
        keep: called with the title of each screen while its page, or another page in its place, is shown.
        screens: one JSON object for each screen: `screen`, `reached`, `needed`, `says` (why it could not be read, or "") and
            `controls`; one for each control: `control`, `looked_for`, `found` and `says`.
    """

    def __init__(self, appliance: Appliance, witness: Witness, keep: Callable[[str], None] = nobody_keeps) -> None:
        self.appliance = appliance
        self.witness = witness
        self.keep = keep
        self.screens: list[dict[str, Any]] = []
        self._shut: dict[str, str] = {}

    def of(
        self,
        kind: type[S],
        read: Callable[[S], T],
        controls: Callable[[S, T], Iterable[ExpectedControl]] = no_controls,
        *,
        needed: bool = True,
        opened: Callable[[], S] | None = None,
        recorded: Callable[[T], Any] = as_it_is,
    ) -> Sight[T]:
        """Open one screen of the procedure, read it, and look for its controls.

        Args:
            kind: the screen.
            read: reads it.
            controls: the controls that the procedure needs on it, given its reading.
            needed: whether a run needs the screen.
            opened: opens it, if the menu does not lead there.
            recorded: what the record is given of the reading.

        Returns:
            The reading; without a value if the screen is not there or cannot be read.
        """
        place: dict[str, Any] = {"screen": kind.title, "reached": False, "needed": needed, "says": "", "controls": []}
        self.screens.append(place)

        def look() -> T:
            screen = opened() if opened else self.appliance.open(kind)
            self.appliance.prefer(screen)
            place["reached"] = True
            reading = read(screen)
            place["controls"] = [self._looked(screen, each) for each in controls(screen, reading)]
            return reading

        def leave() -> None:
            self._add_noticed(place)
            self.keep(kind.title)

        sight = self._tried(kind, kind.title, look, recorded, leave)
        place["says"] = sight.says
        return sight

    def aside(
        self, kind: type[Screen], title: str, read: Callable[[], T], *, recorded: Callable[[T], Any] = as_it_is
    ) -> Sight[T]:
        """Read what no run needs a screen for: it does not belong to the inventory.

        Args:
            kind: the screen, or the one that leads there.
            title: what is read, in words.
            read: opens what it needs, and reads.
            recorded: what the record is given of the reading.

        Returns:
            The reading; without a value if it cannot be read.
        """
        return self._tried(kind, title, read, recorded)

    def beside(self, sight: Sight[Any], read: Callable[[Page], T]) -> Sight[T]:
        """Read something else on the page of the newest sight, which is still shown."""
        shown = self.appliance.shown
        return replace(sight, value=read(shown) if shown and not sight.says else None)

    def _tried(
        self,
        kind: type[Screen],
        title: str,
        read: Callable[[], T],
        recorded: Callable[[T], Any],
        leave: Callable[[], None] = no_op,
    ) -> Sight[T]:
        value, says = None, self._shut.get(kind.interface, "")
        if says:
            return self.witness.tell(self.appliance, title, value, says, recorded)
        try:
            value = read()
        except (SignedOut, WrongScreen) as wrong:
            if isinstance(wrong, WrongScreen):
                wrong.on(self.appliance, screen=kind.title)
            says = str(wrong)
            if not self.appliance.is_signed_in(kind.interface):  # a sign-in is not tried again for every screen
                self._shut[kind.interface] = says
        finally:
            leave()
        return self.witness.tell(self.appliance, title, value, says, recorded)

    def _looked(self, screen: Screen, sought: ExpectedControl) -> dict[str, Any]:
        drift = sought.drift(screen.tab, screen=screen.title)
        sentence = drift.on(unit=self.appliance.unit.value).sentence if drift else ""
        return {
            "control": sought.control,
            "looked_for": sought.looked_for,
            "found": drift.found.value if drift else ONCE,
            "says": sentence,
        }

    def _add_noticed(self, place: dict[str, Any]) -> None:
        """Add what was found by a fallback on the way to the screen, or while it was read."""
        known = {control["control"] for control in place["controls"]}
        place["controls"] += [
            {"control": each.control, "looked_for": each.looked_for, "found": each.found.value, "says": each.sentence}
            for each in self.appliance.noticed()
            if each.screen == place["screen"] and each.control not in known
        ]


def lacking(screens: Iterable[dict[str, Any]]) -> list[str]:
    """Return what a run needs and was not found, a sentence each."""
    sentences: list[str] = []
    for place in screens:
        if place["needed"]:
            sentences += [place["says"]] if place["says"] else []
            sentences += [control["says"] for control in place["controls"] if control["found"] not in GOOD]
    return list(dict.fromkeys(sentences))


def told(screens: list[dict[str, Any]]) -> list[str]:
    """Tell a person, line by line, how much was found, and what was not found or only by a fallback."""
    controls = [control for place in screens for control in place["controls"]]
    reached = sum(place["reached"] for place in screens)
    found_count = sum(control["found"] in GOOD for control in controls)
    lines = [f"screens: {reached} of {len(screens)} reached; controls: {found_count} of {len(controls)} found"]
    lacks = lacking(screens)
    lines += [f"NOT FOUND  {each}" for each in lacks]
    lines += [f"can be done without  {place['says']}" for place in screens if place["says"] and place["says"] not in lacks]
    lines += [f"differs  {control['says']}" for control in controls if control["found"] == DriftKind.FALLBACK.value]
    return lines
