"""What every section of a pair file has in common."""

from pydantic import BaseModel, ConfigDict


class PairFileSection(BaseModel):
    """A part of the pair file: frozen, and without room for unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")
