"""A contact: the name and the e-mail address that an agreement before a download may ask for."""

from __future__ import annotations

import re
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from robot.settings.values import Email, PlainName

MAY_ASK = (
    "an agreement before a download may be accepted, and no contact is given: where the page asks for a name and an e-mail "
    "address, nothing is agreed to and a person is asked; give [update] agreement_contact to go on without"
)
"""The note before a download if no contact is configured."""


class Contact(BaseModel):
    """The person whom an agreement names when it is accepted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: PlainName
    email: Email

    @classmethod
    def from_words(cls, text: str) -> Self:
        """Return the contact that a person wrote as "Name <address>".

        Raises:
            ValueError: the text has another form; the sentence shows the right one.
        """
        match = re.fullmatch(r"([^<>]+)<([^<>]+)>", text.strip())
        try:
            return cls(name=match[1].strip() if match else "", email=match[2].strip() if match else "")
        except ValidationError:
            raise ValueError('write the contact as "Name <address>", such as "Service desk <desk@example.com>"') from None

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"
