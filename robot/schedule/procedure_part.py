"""The two parts of the procedure, before and after the interim."""

from enum import StrEnum


class ProcedurePart(StrEnum):
    """The two parts of the procedure, each with a window of its own."""

    FIRST = "first"
    SECOND = "second"
