"""Updates (before Base 4: Support > Updates): what is available, what is being installed, and the way by hand."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from pages.drift import Sought, instead
from pages.fetching import fetched
from pages.pressing import Press
from pages.screen import BRIEFLY, Screen
from pages.sight import control_called, literally, see, under, words
from pages.versions import NUMBER
from robot.errors import Stalled, Unreachable, WrongScreen
from robot.model import Lack, UpdateOffer, Updates

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pages.sight import Sight
    from robot.browser import Answers

_CHECK = r"^Check for (new )?updates( now)?$"
_INSTALL = r"^Install This Update\b"
_AVAILABLE = r"Available Updates"
_NAME = r"(?:(?:package |update )?(?:name|title)|package|update) ?: "
"""Where each package stands in a box of its own, its name may be labelled so."""
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
_REFUSED = r"\bnot (an? )?(valid|accepted|supported)\b|\binvalid\b|\brejected\b|corrupt"
_LACKS = {
    # recalled in ui.md 3.14: the usual causes are a blocked or unresolved update server, a proxy, an expired maintenance,
    # and "no build prepared for the serial number"; that what was downloaded leaves the list is the guide's own note
    Lack.MAINTENANCE: r"\b(maintenance|support contract|subscription)\b.*\b(expired|lapsed|ended|not current|out of date|renew)|"
    r"\b(expired|lapsed|no( current| valid| active)?) (maintenance|support contract|subscription)\b",
    Lack.DOWNLOADED: r"\b(already|previously)( been)? downloaded\b|\bdownloaded (before|already|previously)\b",
    Lack.NOT_BUILT: r"\b(no|not)( \w+)? (build|built|prepared|packaged?)\b|\bbuilding your update\b|"
    r"\bnot( yet)? (available|ready|released|scheduled) for (this|your)\b",
    Lack.CHECK_FAILED: r"\b(check\w*|contact\w*|connect\w*|reach\w*|resolv\w*|proxy|update server)\b[^.]*"
    r"\b(fail\w*|error|could not|cannot|unable|unreachable|refused|timed? ?out)|"
    r"\b(fail\w*|error|could not|cannot|unable|timed? ?out)\b[^.]*\b(check|contact|connect|reach|resolv|proxy|update server)",
    Lack.SAID_CURRENT: r"\bup[ -]to[ -]date\b",
}
_UPDATE_SOFTWARE = r"^Update Software( Now)?$"
_BY_HAND = r"Manual (Installation|Update)"
_KEY = r"Appliance Download Key"
_MAKE_KEY = rf"^(get |show |view |generate |create )?(the |an? |your |new )*{_KEY}$"
_INSTALLERS = r"^Rep(resentative)? Console Installers?$"
_TOKEN = re.compile(r"(?<![\w./-])(?=[\w+/=-]*\d)(?!\d{1,4}-\d\d-\d\d)[\w+/=-]{8,}(?![\w./-]*\.\w)")
"""A key in any form: letters and digits in one piece; no version, no date, no host name."""
_NEEDS = r"requires?\b|required\b|depends? on|needs\b|prerequisite|must be installed|to be installed first|install .* first"


class UpdatesScreen(Screen):
    """Updates: check, list, install."""

    title = "Updates"
    interface = "appliance"
    breadcrumbs = ((r"^Updates$",), (r"^Support$", r"^Updates$"))
    documented = 2
    known_by = 'button "Check for updates", nor an installation that is running'

    def is_shown(self, sight: Sight) -> bool:
        """By the button that checks, or by an installation that is running."""
        return bool(sight.presses(_CHECK)) or _progress(sight) != ""

    def read(self) -> Updates:
        """Say what the screen says."""
        sight = self.look()
        progress = _progress(sight)
        nothing = sight.states(_NOTHING)
        offers = _offers(sight)
        told = {} if offers or progress else {lack: said for lack, pattern in _LACKS.items() if (said := sight.states(pattern))}
        return Updates(
            offers=offers,
            checked=bool(sight.presses(_INSTALL) or sight.heading(_AVAILABLE) or nothing),
            installing=progress != "",
            progress=progress,
            message=sight.states(f"{_FAILED}|{_REFUSED}") or next(iter(told.values()), "") or nothing,
            lack=next(iter(told), Lack.UNTOLD),
            by_hand=any(control.enabled for control in sight.presses(_UPDATE_SOFTWARE)),
        )

    def secrets(self) -> tuple[str, ...]:
        """The Appliance Download Key, wherever it is shown."""
        try:
            return _keys(see(self.tab))
        except Error:
            return ()  # the page is going: there is nothing to be photographed either

    def controls(self, offers: tuple[UpdateOffer, ...], answers: Answers) -> tuple[Sought, ...]:
        """What the procedure needs here while nothing is being installed: the check, and each package's own button."""
        installs = (self.install_this_update(offer, answers).sought for offer in offers if offer.enabled)
        return self._check(answers).sought, *installs

    def _check(self, answers: Answers) -> Press:
        return Press(self.tab, control_called(self.tab, _CHECK), "Check for updates", answers, r"update")

    def check_for_updates(self, answers: Answers) -> None:
        """Ask the appliance to ask the vendor. Alters nothing and disturbs nobody."""
        press = self._check(answers)
        press.trial()
        press.press()

    def await_result(self) -> Updates:
        """Look until the check has told its result: packages, or that there are none, or that it failed."""

        def told(now: Updates) -> bool:
            return bool(now.offers or now.message) and not self.look().states(_CHECKING, unlike=_FAILED)

        with contextlib.suppress(Stalled):
            return BRIEFLY.until(self.read, told, what="the result of Check for updates", within=60)
        return self.read()

    def install_this_update(self, offer: UpdateOffer, answers: Answers, *, agree: Callable[[str], None] | None = None) -> Press:
        """Install This Update, of the one package that this offer names.

        Args:
            offer: the package.
            answers: what the browser receives.
            agree: called right before an agreement that stands before the download is accepted; `None`: it is not.
        """
        own = self.tab.locator(f"beside=/^(?:{_NAME})?{literally(offer.name)}$/i")
        return Press(
            self.tab,
            self.tab.locator(f"named=/{_INSTALL}/i").and_(own),
            "Install This Update",
            answers,
            r"install|update|upgrade",
            allowed=r"re-?boot|restart",
            agreement=f'the download of "{offer.name}"',
            agree=agree,
        )

    def choose_update_file(self, path: Path) -> None:
        """Choose a file under Manual Installation. The browser gets its path: however large, it goes through no memory.

        Raises:
            WrongScreen: there is not exactly one place for it, or the page does not hold this file afterwards.
        """
        files = self.tab.locator("input[type=file]")
        own = files.and_(self.tab.locator(under(_BY_HAND)))
        chosen = own if own.count() else files
        if chosen.count() != 1:
            raise WrongScreen(f"{self.title}: {chosen.count()} places take a file; there is: {instead(self.look())}")
        chosen.set_input_files(path)
        held: list[list[object]] = chosen.evaluate("e => [...e.files].map(f => [f.name, f.size])")
        if held != [[path.name, path.stat().st_size]]:
            raise WrongScreen(f"{self.title}: {path.name} was chosen, and the page holds {held}")

    def update_software(self, answers: Answers, *, within: float) -> Press:
        """Update Software, with the file that was chosen; its upload may take up to `within` seconds."""
        return Press(
            self.tab,
            control_called(self.tab, _UPDATE_SOFTWARE),
            "Update Software",
            answers,
            r"install|update|upgrade",
            allowed=r"re-?boot|restart",
            within=within,
            refusal=f"{_FAILED}|{_REFUSED}",
        )

    def download_key(self, answers: Answers) -> str:
        """The Appliance Download Key; made by the appliance where there is none yet. May be asked for again. A secret.

        Raises:
            WrongScreen: none is shown, or it cannot be told which of several texts it is.
        """
        found = _keys(self.look())
        if not found:
            link = Press(self.tab, control_called(self.tab, _MAKE_KEY), "Appliance Download Key", answers, r"key", kind="link")
            link.trial()
            link.press()
            with contextlib.suppress(Stalled):
                found = BRIEFLY.until(lambda: _keys(see(self.tab)), bool, what="the Appliance Download Key", within=10)
        if len(found) != 1:
            raise WrongScreen(f"{self.title}: {len(found)} texts there may be the Appliance Download Key; copy it by hand")
        return found[0]

    def installers(self) -> tuple[str, ...]:
        """The words of each link to installers of the representative console; none where support has not enabled them."""
        return tuple(dict.fromkeys(control.name for control in self.look().presses(_INSTALLERS)))

    def fetch_installers(self, into: Path) -> list[tuple[str, Path]]:
        """Fetch what the Rep Console Installers links give, into files of this folder; each with its own name. Alters nothing.

        Raises:
            Unreachable: a link gave neither a file nor a page with files.
        """
        found: list[tuple[str, Path]] = []
        for name in self.installers():
            if not (came := fetched(self.tab, control_called(self.tab, f"^{literally(name)}$"), into)):
                raise Unreachable(f"{self.title}: {name} gave no file")
            found += came
            if not self.is_shown(see(self.tab)):
                self.open()  # the link has led to a page of links
        return found


def _keys(sight: Sight) -> tuple[str, ...]:
    """What may be the Appliance Download Key: the value beside these words; else what looks like one near them."""
    shown = [*sight.values(_KEY), *sight.values(r"^(your |the )?(unique )?(appliance |download )?key$")]
    beside = [text for value in shown for text in _TOKEN.findall(value)]
    if beside:
        return tuple(dict.fromkeys(beside))
    near = sight.section(_KEY)
    if not near.items and not sight.presses(_CHECK) and words(_KEY).search(f"{sight.title} {sight.text}"):
        near = sight  # a page of its own
    typed = [control.value or "" for control in near.controls if control.kind == "text"]
    return tuple(dict.fromkeys(_TOKEN.findall("\n".join([near.text, *typed]))))


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
    buttons = [control for control in sight.presses(_INSTALL) if not control.prose]
    offered = [_offer(control.block, enabled=control.enabled) for control in buttons]
    greyed = [lines for control in buttons for lines in control.others]
    greyed += [row.cells for row in sight.section(_AVAILABLE).rows if not row.head and not row.controls and len(row.cells) > 1]
    for lines in greyed:
        if words(NUMBER).search(" ".join(lines)) and (found := _offer(lines, enabled=False)).name not in [
            o.name for o in offered
        ]:
            offered.append(found)
    return tuple(offered)


def _offer(lines: tuple[str, ...], *, enabled: bool) -> UpdateOffer:
    """Read one package from the words around its button: the first line is its name."""
    told = [line for line in lines if line and not words(rf"{_AVAILABLE}|{_INSTALL}").search(line)]
    told = [re.sub(rf"^{_NAME}", "", line, flags=re.IGNORECASE) for line in told]
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
