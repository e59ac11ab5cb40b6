"""`[api]`: an API account that only reads, by which what the pages say is checked in a second way."""

from typing import Self

from pydantic import model_validator

from robot.domain.model import Unit
from robot.settings.sections.section import PairFileSection
from robot.settings.values import Name


class ApiVariables(PairFileSection):
    """An API account, by the environment variables that hold its OAuth client ID and client secret."""

    client_id: Name
    client_secret: Name

    @model_validator(mode="after")
    def _are_two(self) -> Self:
        if self.client_id == self.client_secret:
            raise ValueError(f"names {self.client_id} as client_id and as client_secret; each has a variable of its own")
        return self


class Api(ApiVariables):
    """`[api]`: A's account, which is B's too: a synchronisation brings B the API accounts of A.

    Attributes:
        b: B's account until then, if it has another one.
    """

    b: ApiVariables | None = None

    @model_validator(mode="after")
    def _b_is_another(self) -> Self:
        if self.b and {self.b.client_id, self.b.client_secret} & {self.client_id, self.client_secret}:
            raise ValueError("has in b a variable of A's account; remove b if B has the same account, or name two others there")
        return self

    def of(self, unit: Unit) -> ApiVariables:
        """Return the variables of one appliance's account."""
        return self.b if self.b and unit is Unit.B else self

    def names(self) -> list[str]:
        """Return the names of all its variables."""
        return [name for each in (self, self.b) if each for name in (each.client_id, each.client_secret)]
