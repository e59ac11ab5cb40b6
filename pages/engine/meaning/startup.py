"""What an appliance says while it goes down or comes up, on a page that it shows instead of every other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pages.engine.meaning.sign_in_forms import LOG_OUT

if TYPE_CHECKING:
    from pages.engine.view.page_view import PageView

_STARTING = re.compile(
    r"please wait while\b.*\b(start|boot|load|initiali[sz]|restart|reboot|upgrad|updat)\w*|"
    r"\b(is|are)( still| now| currently)? (starting|booting|initiali[sz]ing|restarting|rebooting|shutting down|being started)\b|"
    r"^(the )?(system|appliance|services?|interface|server)?\W*(starting|booting|initiali[sz]ing|restarting|rebooting)\b|"
    r"\b(wait|busy)\b.*\bwhile\b.*\b(start|boot|initiali[sz]|load)(s|es|ed|ing)?\b|\b(is|are) temporarily unavailable\b",
    re.IGNORECASE,
)
_WARNS = re.compile(r"\b(do not|don't) (re-?boot|re-?start|turn off|power off|switch off|unplug)\b", re.IGNORECASE)
_IN_SOME_CASE = re.compile(
    r"^\W*(while|if|when(ever)?|before|after|during|once|unless|until|as long as|in case)\b", re.IGNORECASE
)
"""The beginning of a sentence that is about some other time, and not about the present."""


def startup_notice(view: PageView) -> str:
    """Return the line in which a page without a menu says that the appliance is starting or going down, or an empty string.

    Such a page may have a sign-in form already: a password that is entered there would be lost, as nothing can take it yet.
    """
    if any(control.menu for control in view.controls) or view.clickables(LOG_OUT):
        return ""
    return next((line for line in view.text.splitlines() if _says_so(line)), "")


def _says_so(line: str) -> bool:
    sentences = [each for each in re.split(r"(?<=[.!;])\s+", line) if not _IN_SOME_CASE.search(each)]
    return any(_STARTING.search(each) or _WARNS.search(each) for each in sentences)
