"""What an appliance says about an installation: that it runs, that it failed, or why there is nothing to install."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.appliance.offered_updates import INSTALL
from pages.engine.meaning.failure_words import stated_failures
from pages.engine.text.wording import ignorecase
from pages.readings.available_updates import Lack

if TYPE_CHECKING:
    from pages.engine.view.page_view import PageView

CHECK = r"^Check for (new )?updates( now)?$"
_RUNNING = (
    r"\b(downloading|installing|updating|upgrading)\b|\d ?%|"
    r"\b(update|upgrade|installation|install|download)\w*( is| are)?( currently| now| being| still| already)*:? "
    r"(in progress|under ?way|running|started)|"
    r"\bbeing (installed|updated|upgraded|downloaded)\b"
)
_ASKING = r"\b(checking|searching|looking) for\b.*\bupdates?\b|\bcontacting\b.*\bserver\b"
_WAITING = r"please wait|do not (restart|reboot|turn off|power off)"
_SENTENCE = r"(?:[^.]|\.(?=\S))*"
"""The rest of a sentence; the dots in a version or a host name do not end it."""
FAILED = (
    rf"(install|updat|upgrad|download|build|check)\w*\b{_SENTENCE}\b(fail(ed|ure)|error|could not|cannot|unsuccessful)|"
    rf"(fail(ed|ure)|error|could not|unable)\b{_SENTENCE}(install|updat|upgrad|download|build|check)"
)
NOTHING = r"\bno (new |further |available )?(updates?|packages?)\b|up[ -]to[ -]date"
REFUSED = r"\bnot (an? )?(valid|accepted|supported)\b|\binvalid\b|\brejected\b|corrupt"
LACKS = {
    # ui.md 3.14: the usual causes are a blocked or unresolved update server, a proxy, an expired maintenance contract, and "no
    # build prepared for the serial number"; the guide notes that a downloaded package leaves the list
    Lack.MAINTENANCE: r"\b(maintenance|support contract|subscription)\b.*\b(expired|lapsed|ended|not current|out of date|renew)|"
    r"\b(expired|lapsed|no( current| valid| active)?) (maintenance|support contract|subscription)\b",
    Lack.DOWNLOADED: r"\b(already|previously)( been)? downloaded\b|\bdownloaded (before|already|previously)\b",
    Lack.NOT_BUILT: r"\b(no|not)( \w+)? (build|built|prepared|packaged?)\b|\bbuilding your update\b|"
    r"\bnot( yet)? (available|ready|released|scheduled) for (this|your)\b",
    Lack.CHECK_FAILED: rf"\b(check\w*|contact\w*|connect\w*|reach\w*|resolv\w*|proxy|update server)\b{_SENTENCE}"
    r"\b(fail\w*|error|could not|cannot|unable|unreachable|refused|timed? ?out)|"
    rf"\b(fail\w*|error|could not|cannot|unable|timed? ?out)\b{_SENTENCE}"
    r"\b(check|contact|connect|reach|resolv|proxy|update server)",
    Lack.SAID_CURRENT: r"\bup[ -]to[ -]date\b",
}


def is_checking(view: PageView) -> bool:
    """Tell whether a page about updates, without its button, says that the appliance is asking the vendor for updates."""
    titles = " ".join((view.title, *view.headings))
    return not view.clickables(CHECK) and bool(
        ignorecase(r"updates?\b").search(titles) and view.current_statement(_ASKING, unlike=FAILED)
    )


def progress_of(view: PageView) -> str:
    """Return what a page says about a running installation; an empty string if none runs.

    A page with an enabled button to check or to install is idle unless it states otherwise, because its help may mention
    installing. A page with neither is about the installation alone, and may word it in any way.
    """
    if any(control.enabled for control in view.clickables(INSTALL)) or is_checking(view):
        return ""
    statement = view.current_statement(
        _RUNNING, unlike=rf"{FAILED}|{NOTHING}|abort|cancel|automatic updates?\b|last\b|used|free|disk|storage"
    )
    if statement or any(control.enabled for control in view.clickables(CHECK)):
        return statement
    if not ignorecase(r"updat|upgrad|install").search(f"{view.title} {view.text}") or any(stated_failures(view, FAILED)):
        return ""
    if view.progress is not None:
        return f"progress {view.progress}"
    return view.find_line(_WAITING) if view.find_line(_RUNNING) else ""
