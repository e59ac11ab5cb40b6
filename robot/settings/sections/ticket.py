"""`[ticket]`: the system with the change's ticket: its state may open the gate, and the evidence goes there."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from robot.settings.sections.section import PairFileSection
from robot.settings.values import Https, Name, OneLine, TableName


def _listed(value: object) -> object:
    """Take one state as a list of one."""
    return (value,) if isinstance(value, str) else value


class TicketSettings(PairFileSection):
    """`[ticket]`: where the ticket is, who asks there, and in which states of it a run may begin.

    Attributes:
        system: what kind of system it is.
        address: its address; of a webhook the whole one.
        state: the states, as people read them, in which a run may make its first press; empty if any will do.
        table: servicenow: the table in which the ticket stands.
        username: whose password it is; without one `password` means nothing.
        password: the variable that holds the password, or Jira Cloud's API token.
        token: the variable that holds a token, which is sent alone.
        signing_key: webhook: the variable that holds the key by which what is posted is signed.
        ca_file: the CA to trust; the system's CAs if `None`.
        largest_mb: what a file may have, in millions of bytes; `None` if the system itself says so.
    """

    system: Literal["servicenow", "jira", "webhook"]
    address: Https
    state: Annotated[tuple[OneLine, ...], BeforeValidator(_listed)] = ()
    table: TableName = "change_request"
    username: OneLine | None = None
    password: Name | None = None
    token: Name | None = None
    signing_key: Name | None = None
    ca_file: Path | None = None
    largest_mb: Annotated[int, Field(strict=True, ge=1, le=10_000)] | None = None

    @model_validator(mode="after")
    def _can_be_meant(self) -> Self:
        if bool(self.username) != bool(self.password):
            raise ValueError("has only one of username and password; give both, or a token")
        if self.username and ":" in self.username:
            raise ValueError("has a colon in username, which no sign-in of this kind can carry")
        if self.token and self.password:
            raise ValueError("has both token and password; keep one of them")
        if len({self.password, self.token, self.signing_key} - {None}) < sum(
            map(bool, (self.password, self.token, self.signing_key))
        ):
            raise ValueError("names one variable twice; each secret has a variable of its own")
        if self.system != "webhook":
            return self._of_a_ticket_system()
        if self.state:
            raise ValueError("has state, and a webhook cannot be asked for the state of a ticket; remove state")
        return self

    def _of_a_ticket_system(self) -> Self:
        if not (self.password or self.token):
            raise ValueError("needs username and password, or token: the names of variables in the environment or in .env")
        if self.signing_key:
            raise ValueError("has signing_key, which belongs to a webhook; remove it")
        if "?" in self.address:
            raise ValueError("has a query in address; give the address of the system alone, such as https://jira.example.com")
        return self

    def names(self) -> list[str]:
        """Return the names of all its variables."""
        return [name for name in (self.password, self.token, self.signing_key) if name]
