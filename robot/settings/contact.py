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
"""The note before a download where no contact is configured."""


class Contact(BaseModel):
    """Who stands behind an agreement that is accepted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: PlainName
    email: Email

    @classmethod
    def from_words(cls, text: str) -> Self:
        """Read what a person wrote as "Name <address>".

        Raises:
            ValueError: it is none; the sentence shows the form.
        """
        found = re.fullmatch(r"([^<>]+)<([^<>]+)>", text.strip())
        try:
            return cls(name=found[1].strip() if found else "", email=found[2].strip() if found else "")
        except ValidationError:
            raise ValueError('write the contact as "Name <address>", such as "Service desk <desk@example.com>"') from None

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"
