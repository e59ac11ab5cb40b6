"""Updates (before Base 4: Support > Updates): what is available, and what is being installed."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from pages.pressing import Press
from pages.screen import BRIEFLY, Screen
from pages.sight import control_called, words
from pages.versions import NUMBER
from robot.errors import Stalled, WrongScreen
from robot.model import UpdateOffer, Updates

if TYPE_CHECKING:
    from pages.sight import Sight
    from robot.browser import Answers

_CHECK = r"^Check for updates$"
_INSTALL = r"^Install This Update$"
_AVAILABLE = r"Available Updates"
_RUNNING = (
    r"\b(downloading|installing)\b[^.]*(\d+ ?%|\.\.\.|…)|"
    r"\b(update|upgrade|installation|install|download)\w*( is)?( currently| being)* "
    r"(in progress|under ?way|running)|"
    r"\bbeing (installed|updated|upgraded|downloaded)\b|please wait"
)
_FAILED = (
    r"(install|updat|upgrad|download|build)\w*\b[^.]*\b(failed|error|could not|unsuccessful)|"
    r"(failed|error)\b[^.]*(install|updat|upgrad|download)"
)
_NOTHING = r"\bno (new )?updates?\b|up to date"
_NEEDS = r"requires?\b|depends? on|needs\b|prerequisite|must be installed|to be installed first"


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
        return Updates(
            offers=_offers(sight),
            checked=bool(sight.says(_AVAILABLE) or sight.says(_NOTHING)),
            installing=progress != "",
            progress=progress,
            message=sight.says(_FAILED) or sight.says(_NOTHING),
        )

    def check_for_updates(self, answers: Answers) -> None:
        """Ask the appliance to ask the vendor. Alters nothing and disturbs nobody."""
        press = Press(self.tab, control_called(self.tab, _CHECK), "Check for updates", answers, r"update")
        press.trial()
        press.press()

    def await_result(self) -> Updates:
        """Look until the check has told its result: packages, or that there are none, or that it failed."""
        with contextlib.suppress(Stalled):
            return BRIEFLY.until(
                self.read,
                lambda now: bool(now.offers or now.message),
                what="the result of Check for updates",
                within=60,
            )
        return self.read()

    def install_this_update(self, offer: UpdateOffer, answers: Answers) -> Press:
        """Install This Update, of the one package that this offer names."""
        own = self.tab.locator(f"beside=/^{_literally(offer.name)}$/i")
        return Press(
            self.tab,
            control_called(self.tab, _INSTALL).and_(own),
            "Install This Update",
            answers,
            r"install|update|upgrade",
            allowed=r"re-?boot|restart",
        )


def _literally(text: str) -> str:
    return re.escape(text).replace("/", r"\/").replace(r"\ ", " ")


def _progress(sight: Sight) -> str:
    """What is said of a running installation; "" where none runs."""
    if sight.presses(_INSTALL):
        return ""
    said = next((line for line in _prose(sight) if words(_RUNNING).search(line) and not words(_FAILED).search(line)), "")
    return said or (f"progress {sight.progress}" if sight.progress is not None else "")


def _prose(sight: Sight) -> list[str]:
    return [item["text"] for item in sight.items if item["what"] in {"text", "heading"}] + [
        f"{label}: {value}" for label, value in sight.pairs
    ]


def _offers(sight: Sight) -> tuple[UpdateOffer, ...]:
    offered = [_offer(control.block, enabled=control.enabled) for control in sight.presses(_INSTALL)]
    offered += [  # a greyed-out package may stand there without any button
        _offer(row.cells, enabled=False)
        for row in sight.section(_AVAILABLE).rows
        if not row.head and not row.controls and len(row.cells) > 1 and words(NUMBER).search(" ".join(row.cells))
    ]
    return tuple(offered)


def _offer(lines: tuple[str, ...], *, enabled: bool) -> UpdateOffer:
    """Read one package from the words around its button: the first line is its name."""
    told = [line for line in lines if line and not words(_AVAILABLE).fullmatch(line)]
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
