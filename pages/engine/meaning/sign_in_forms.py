"""How a page that asks for a sign-in is known: by its form, its first page, or the agreement that may precede it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pages.engine.view.page_view import PageView

LOG_OUT = r"^(log|sign) ?(out|off)$"
"""The control that ends a session, beside the menu or in it: only pages of a signed-in session have it."""
USERNAME = r"user ?name|^user$|^login$|^account$"
ACCEPT = r"^(i )?(accept|agree|acknowledge)( .*)?$|^(continue|ok|yes)$"
_LICENCE = r"licen[sc]e|\bEULA\b|download|install|\bupdates?\b"


def asks_for_agreement(view: PageView) -> bool:
    """Tell whether a page is the login agreement, in the customer's own words (ui.md 2.2: a page before the sign-in)."""
    return bool(view.find_line(r"agreement|terms of use|authori[sz]ed use") and view.clickables(ACCEPT))


def asks_for_username(view: PageView) -> bool:
    """Tell whether a page is the first of two pages of a sign-in, which asks only for the user name."""
    has_form = view.fields(USERNAME) and view.clickables(r"^(next|continue|log ?in|sign ?in|log ?on)$")
    return bool(has_form) and not any(control.kind == "password" for control in view.controls) and not view.clickables(LOG_OUT)


def asks_for_sign_in(view: PageView) -> bool:
    """Tell whether a page is the sign-in, its first page, or the login agreement that may precede it."""
    if len(view.controls) >= 20:
        return False
    if (view.fields(r"password") and view.clickables(r"log ?in|sign ?in")) or asks_for_username(view):
        return True
    apart = not any(control.menu for control in view.controls) and not view.clickables(LOG_OUT)
    return apart and asks_for_agreement(view) and not view.find_line(_LICENCE)
