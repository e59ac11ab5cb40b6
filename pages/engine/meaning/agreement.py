"""The form of an agreement before a download: what it asks for, and the contact that is entered there.

The words beside the fields show which one is for the name and which one for the e-mail address; unless there is exactly one of
each, nothing is filled in. A given contact replaces what the page had in both, and the replaced values are recorded; without a
contact the form is left as the page has filled it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pages.engine.layout.page_layout import bounds_of
from pages.engine.text.wording import ignorecase, quote
from robot.domain.errors import AnswerWanted, Surprised
from robot.operators.operator_questions import AGREEMENT_CONTACT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pages.engine.view.page_view import PageControl, PageView
    from robot.settings.sections.contact import Contact

_EMAIL = r"\be-?mail\b"
_NAME = r"^\W*((your|full|contact|first and last) )*name\b|\bcontact( person)?\W*$|\bname of (the|your) (contact|person)\b"
_ELSE = r"\b(user|login|company|organi[sz]ation|host|appliance|site|file|display|domain|server|account) ?name\b"
_SPARED = r"\boptional\b"


@dataclass(frozen=True)
class Filling:
    """A field of an agreement's form, and the text to enter in it."""

    field: PageControl
    given: str


@dataclass(frozen=True)
class AcceptedAgreement:
    """An agreement that is about to be accepted.

    Attributes:
        words: the words of the page.
        fields: the values of the fields for a contact, and those that they replaced; an empty string if it has no such fields.
        named: every value in those fields: they name persons, and are taken out of what others get of the record.
    """

    words: str
    fields: str = ""
    named: tuple[str, ...] = ()


def fields_to_fill(view: PageView, button: PageControl, contact: Contact | None, *, before: str) -> list[Filling]:
    """Return what to enter in the form around an agreement's button; nothing if it asks for no contact.

    Args:
        view: the view that shows the agreement.
        button: the only control that accepts it.
        contact: the contact to enter; None if there is none.
        before: the work, in words that complete "the agreement before".

    Raises:
        AnswerWanted: it asks for a contact, and there is none.
        Surprised: it asks for something else, or it is unclear which field is which.
    """
    fields = fields_beside(view, button)
    contacts = [field for field in fields if _is_name(field) or _is_email(field)]
    if odd := [_called(field) for field in fields if _is_wanting(field) and field not in contacts]:
        raise Surprised(f"the agreement before {before} asks for {quote(odd)}, which nobody gave")
    if not contacts or (contact is None and not any(map(_is_wanting, contacts))):
        return []
    names, emails = [each for each in contacts if _is_name(each)], [each for each in contacts if _is_email(each)]
    if len(names) != 1 or len(emails) != 1:
        raise Surprised(
            f"the agreement before {before} asks for {quote(map(_called, contacts))}: it cannot be told which one field is the "
            "contact's name and which one the e-mail address"
        )
    if contact is None:
        raise AnswerWanted(
            f"the agreement before {before} asks for {quote(_called(field) for field in contacts if _is_wanting(field))}, and no "
            "contact is given: nothing was agreed to",
            AGREEMENT_CONTACT,
        )
    return [Filling(names[0], contact.name), Filling(emails[0], contact.email)]


def describe_agreement(view: PageView, button: PageControl, filled: list[Filling], *, before: str) -> AcceptedAgreement:
    """Return the words of an agreement, the values of its form's fields, and those that they replaced.

    Args:
        view: the view after the fields were filled.
        button: the only control that accepts the agreement.
        filled: the fields that were filled, as they were before.
        before: the work, in words that complete "the agreement before".

    Raises:
        Surprised: a field does not hold what was entered in it.
    """
    fields = {field.ref: field for field in fields_beside(view, button)}
    for each in filled:
        if (current := fields.get(each.field.ref)) is None or current.value != each.given:
            raise Surprised(f'the agreement before {before}: "{_called(each.field)}" does not take "{each.given}"')
    replaced = [each.field for each in filled if each.field.value not in {"", *(other.given for other in filled)}]
    replaced_text = f" instead of {_describe_fields(replaced)}" if replaced else ""
    kept = [field for field in fields.values() if _is_name(field) or _is_email(field)]
    named = tuple(field.value for field in (*kept, *replaced) if field.value)
    return AcceptedAgreement(" ".join(view.text.split()), f"{_describe_fields(kept)}{replaced_text}", named)


def fields_beside(view: PageView, button: PageControl) -> list[PageControl]:
    """Return the text fields of the form around a button, or of the page if there is no form, that can be changed."""
    layout, node = view.layout, button.node
    form = bounds_of(layout, node, "form", "dialog") if layout is not None and node is not None else None
    return [
        control
        for control in view.controls
        if control.kind in {"text", "password"}
        and control.enabled
        and not control.readonly
        and control.node is not None
        and (form is None or form.holds(control.node))
    ]


def _called(field: PageControl) -> str:
    return field.name or field.hint or "a field without words"


def _is_email(field: PageControl) -> bool:
    return bool(ignorecase(_EMAIL).search(field.name))


def _is_name(field: PageControl) -> bool:
    return bool(ignorecase(_NAME).search(field.name)) and not ignorecase(_ELSE).search(field.name) and not _is_email(field)


def _is_wanting(field: PageControl) -> bool:
    return not (field.value or "").strip() and not ignorecase(_SPARED).search(f"{field.name} {field.hint}")


def _describe_fields(fields: Iterable[PageControl]) -> str:
    return "; ".join(f'{_called(field)} "{field.value}"' for field in fields)
