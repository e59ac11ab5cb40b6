"""Updates (before Base 4: Support > Updates): what is available, and what is being installed."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from pages.pressing import Press
from pages.screen import BRIEFLY, Screen
from pages.sight import control_called, literally, words
from pages.versions import NUMBER
from robot.errors import Stalled, WrongScreen
from robot.model import UpdateOffer, Updates

if TYPE_CHECKING:
    from pages.sight import Sight
    from robot.browser import Answers

_CHECK = r"^Check for (new )?updates( now)?$"
_INSTALL = r"^Install This Update\b"
_AVAILABLE = r"Available Updates"
_RUNNING = (
    r"\b(downloading|installing|updating|upgrading)\b|\d ?%|"
    r"\b(update|upgrade|installation|install|download)\w*( is| are)?( currently| now| being| still| already)*:? "
    r"(in progress|under ?way|running|started)|"
    r"\bbeing (installed|updated|upgraded|downloaded)\b"
)
_WAITING = r"please wait|do not (restart|reboot|turn off|power off)"
_CHECKING = r"\b(checking|contacting|searching|looking)\b.*(update|\.\.\.|…)"
_FAILED = (
    r"(install|updat|upgrad|download|build|check)\w*\b[^.]*\b(fail(ed|ure)|error|could not|cannot|unsuccessful)|"
    r"(fail(ed|ure)|error|could not|unable)\b[^.]*(install|updat|upgrad|download|build|check)"
)
_NOTHING = r"\bno (new |further |available )?(updates?|packages?)\b|up[ -]to[ -]date"
_NEEDS = r"requires?\b|required\b|depends? on|needs\b|prerequisite|must be installed|to be installed first|install .* first"


class UpdatesScreen(Screen):
    """Updates: check, list, install."""

    title = "Updates"
    interface = "appliance"
    breadcrumbs = ((r"^Updates$",), (r"^Support$", r"^Updates$"))

    def is_shown(self, sight: Sight) -> bool:
        """By the button that checks, or by an installation that is running."""
        return bool(sight.presses(_CHECK)) or _progress(sight) != ""

    def read(self) -> Updates:
        """Say what the screen says."""
        sight = self.look()
        progress = _progress(sight)
        nothing = sight.states(_NOTHING)
        return Updates(
            offers=_offers(sight),
            checked=bool(sight.presses(_INSTALL) or sight.heading(_AVAILABLE) or nothing),
            installing=progress != "",
            progress=progress,
            message=sight.states(_FAILED) or nothing,
        )

    def check_for_updates(self, answers: Answers) -> None:
        """Ask the appliance to ask the vendor. Alters nothing and disturbs nobody."""
        press = Press(self.tab, control_called(self.tab, _CHECK), "Check for updates", answers, r"update")
        press.trial()
        press.press()

    def await_result(self) -> Updates:
        """Look until the check has told its result: packages, or that there are none, or that it failed."""

        def told(now: Updates) -> bool:
            return bool(now.offers or now.message) and not self.look().states(_CHECKING)

        with contextlib.suppress(Stalled):
            return BRIEFLY.until(self.read, told, what="the result of Check for updates", within=60)
        return self.read()

    def install_this_update(self, offer: UpdateOffer, answers: Answers) -> Press:
        """Install This Update, of the one package that this offer names."""
        own = self.tab.locator(f"beside=/^{literally(offer.name)}$/i")
        return Press(
            self.tab,
            control_called(self.tab, _INSTALL).and_(own),
            "Install This Update",
            answers,
            r"install|update|upgrade",
            allowed=r"re-?boot|restart",
        )


def _progress(sight: Sight) -> str:
    """What is said of a running installation; "" where none runs.

    A page that can be asked to check or to install is idle unless it states otherwise; its help may well speak of
    installing. A page that offers neither tells of nothing else, and may say it in any words.
    """
    if any(control.enabled for control in sight.presses(_INSTALL)):
        return ""
    said = sight.states(_RUNNING, unlike=rf"{_FAILED}|{_NOTHING}|automatic updates?\b|last\b|used|free|disk|storage")
    if said or any(control.enabled for control in sight.presses(_CHECK)):
        return said
    if not words(r"updat|upgrad|install").search(f"{sight.title} {sight.text}") or sight.states(_FAILED):
        return ""
    if sight.progress is not None:
        return f"progress {sight.progress}"
    return sight.says(_WAITING) if sight.says(_RUNNING) else ""


def _offers(sight: Sight) -> tuple[UpdateOffer, ...]:
    """Every package: by its button, or greyed out in the same list without one."""
    buttons = sight.presses(_INSTALL)
    offered = [_offer(control.block, enabled=control.enabled) for control in buttons]
    greyed = [lines for control in buttons for lines in control.others]
    greyed += [row.cells for row in sight.section(_AVAILABLE).rows if not row.head and not row.controls and len(row.cells) > 1]
    for lines in greyed:
        if words(NUMBER).search(" ".join(lines)) and lines[0] not in [each.name for each in offered]:
            offered.append(_offer(lines, enabled=False))
    return tuple(offered)


def _offer(lines: tuple[str, ...], *, enabled: bool) -> UpdateOffer:
    """Read one package from the words around its button: the first line is its name."""
    told = [line for line in lines if line and not words(rf"{_AVAILABLE}|{_INSTALL}").search(line)]
    own = [line for line in told if not words(_NEEDS).search(line)]
    if not own:
        raise WrongScreen(f"Updates: a package without a name is offered; around its button stands {list(lines)}")
    versions = [found[0] for line in own if (found := re.search(NUMBER, line))]
    return UpdateOffer(
        name=own[0],
        version=versions[0] if versions else "",
        enabled=enabled,
        requires=next((line for line in told if words(_NEEDS).search(line)), ""),
    )
