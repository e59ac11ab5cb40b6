"""The form of an agreement before a download: what it asks for, and the contact that is given there.

Which field is the name's and which the e-mail address's is told by the words beside them; exactly one each, or nothing is
filled in. Where a contact is given it stands in both, whatever the page had there before, which is told; where none is given,
the form is left as the page has filled it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pages.sight import quoted, words
from robot.errors import AnswerWanted, Surprised
from robot.gates import AGREEMENT_CONTACT

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from robot.settings.contact import Contact

_EMAIL = r"\be-?mail\b"
_NAME = r"^\W*((your|full|contact|first and last) )*name\b|\bcontact( person)?\W*$|\bname of (the|your) (contact|person)\b"
_ELSE = r"\b(user|login|company|organi[sz]ation|host|appliance|site|file|display|domain|server|account) ?name\b"
_SPARED = r"\boptional\b"
_FORM = "xpath=ancestor::*[self::form or self::dialog or @role='dialog' or @role='alertdialog'][1]"
_TYPED = (
    "input:not([type=hidden], [type=submit], [type=button], [type=reset], [type=image], [type=checkbox], [type=radio], "
    "[type=file]):not([readonly], :disabled), textarea:not([readonly], :disabled)"
)
_WORDS = (
    "e => [...(e.labels || [])].map(l => l.innerText).join(' ').trim() || e.getAttribute('aria-label') || e.placeholder || e.name"
    " || e.type"
)


@dataclass(frozen=True)
class _Field:
    """A field to type into, by the words beside it."""

    place: Locator
    called: str
    value: str
    is_name: bool
    is_email: bool

    @property
    def is_wanting(self) -> bool:
        return not self.value and not words(_SPARED).search(self.called)


def fill_in(tab: Page, button: Locator, contact: Contact | None, *, before: str) -> str:
    """Give the contact where the form around an agreement's button asks for one; say what stands in its fields then.

    Args:
        tab: the page.
        button: the one control that accepts.
        contact: who may be named; `None`: nobody.
        before: completes "the agreement before".

    Raises:
        AnswerWanted: it asks for a contact, and there is none; nothing was filled in.
        Surprised: it asks for something else, or it cannot be told which field is which.
    """
    found = _fields(tab, button)
    asked = [field for field in found if field.is_name or field.is_email]
    if odd := [field.called for field in found if field.is_wanting and field not in asked]:
        raise Surprised(f"the agreement before {before} asks for {quoted(odd)}, which nobody gave")
    if not asked or (contact is None and not any(field.is_wanting for field in asked)):
        return _told(asked)
    names, emails = [each for each in asked if each.is_name], [each for each in asked if each.is_email]
    if len(names) != 1 or len(emails) != 1 or names == emails:
        raise Surprised(
            f"the agreement before {before} asks for {quoted(field.called for field in asked)}: it cannot be told which one "
            "field is the contact's name and which one the e-mail address"
        )
    if contact is None:
        raise AnswerWanted(
            f"the agreement before {before} asks for {quoted(field.called for field in asked if field.is_wanting)}, and no "
            "contact is given: nothing was agreed to",
            AGREEMENT_CONTACT,
        )
    for field, given in ((names[0], contact.name), (emails[0], contact.email)):
        if field.value != given:
            field.place.fill(given, timeout=5_000)
        if field.place.input_value() != given:
            raise Surprised(f'the agreement before {before}: "{field.called}" does not take "{given}"')
    replaced = [field for field in (names[0], emails[0]) if field.value not in {"", contact.name, contact.email}]
    was = f" instead of {_told(replaced)}" if replaced else ""
    return f"{_told(_fields(tab, button))}{was}"


def _fields(tab: Page, button: Locator) -> list[_Field]:
    """What the form around the button, or the page where there is none, has to be typed into."""
    form = button.locator(_FORM)
    around = form if form.count() == 1 else tab.locator("body")
    emails, names, others = (around.locator(f"sight=field /{pattern}/i") for pattern in (_EMAIL, _NAME, _ELSE))
    found: list[_Field] = []
    for place in around.locator(_TYPED).all():
        if not place.is_visible():
            continue
        is_email = place.and_(emails).count() == 1
        is_name = not is_email and place.and_(names).count() == 1 and place.and_(others).count() == 0
        found.append(_Field(place, place.evaluate(_WORDS).strip(), place.input_value().strip(), is_name, is_email))
    return found


def _told(fields: list[_Field]) -> str:
    return "; ".join(f'{field.called.rstrip(" :*")} "{field.value}"' for field in fields)
