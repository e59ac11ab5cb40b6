"""What one look gave, and where that stands in the record: its line, and its picture."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from playwright.sync_api import Error

from robot.domain.errors import Refused, UsageError
from robot.domain.model import Reading
from robot.evidence.record.line import OBSERVATION, Kind
from robot.runs.evidence_log import EvidenceLog

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from pathlib import Path

    from robot.domain.errors import Place

T = TypeVar("T")
NO_RECORD = "this observation keeps no record"
NO_PAGE = "it is no page: there is nothing to be pictured"


@dataclass(frozen=True)
class Sight(Generic[T]):
    """What one look gave.

    Attributes:
        value: what was read; `None` if nothing was.
        says: why nothing could be read; "" if something was.
        seq: the number of its line in the record; `None` if none is kept.
        picture: the picture's path in the evidence folder; "" if there is none.
        no_picture: why there is none; "" if there is one.
    """

    value: T | None = None
    says: str = ""
    seq: int | None = None
    picture: str = ""
    no_picture: str = NO_RECORD


@contextlib.contextmanager
def new_record(folder: Path | None, secrets: Sequence[str]) -> Generator[EvidenceLog | None]:
    """Open the record of an observation in a folder of its own.

    Args:
        folder: the folder, which must not hold anything yet; `None` for no record.
        secrets: what the record must not show.

    Yields:
        The record; `None` if none is kept.

    Raises:
        UsageError: the folder holds something: nothing is written over, or added to what was observed before.
    """
    if folder is None:
        yield None
        return
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is there already; nothing is written over, give the name of a new folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"the folder {folder} cannot be made: {error.strerror}") from error
    with EvidenceLog(folder, hide=secrets) as record:
        yield record


def as_it_is(value: Any) -> Any:
    """Return what the record is given of a value: plain JSON."""
    return value.plain() if isinstance(value, Reading) else value


class Witness:
    """Writes down each look at a pair.

    Args:
        record: the record; `None` if none is kept.
        moment: the name of this observation, a part of its steps' names: "observed", "after-b".
    """

    def __init__(self, record: EvidenceLog | None, moment: str) -> None:
        self._record = record
        self._moment = moment

    def tell(
        self, place: Place, title: str, value: T | None, says: str = "", recorded: Callable[[T], Any] = as_it_is
    ) -> Sight[T]:
        """Write down one look, with a picture of what is shown.

        Args:
            place: where it was made.
            title: what was looked at, in words.
            value: what was read; `None` if nothing was.
            says: why nothing could be read; "" if something was.
            recorded: what the record is given of the value.

        Returns:
            The look, with its place in the record.

        Raises:
            Refused: the record cannot be written.
        """
        if self._record is None:
            return Sight(value, says)
        where = place.where()
        step = self._step(where["unit"], title)
        try:
            self._record.require_room_for_looks()
            shot, no_picture = place.picture(self._record, step, "after"), ""
        except (Refused, Error) as none:  # a missing picture is told; nothing is pressed for it
            shot, no_picture = dict[str, Any](), str(none).splitlines()[0]
        return _line(self._record, step, title, value, says, recorded, {**where, **shot}, no_picture)

    def tell_unseen(
        self, unit: str, title: str, value: T | None, says: str = "", recorded: Callable[[T], Any] = as_it_is
    ) -> Sight[T]:
        """Write down what was learnt without a page.

        Args:
            unit: "a", "b" or "site".
            title: what was asked, in words.
            value: what was learnt; `None` if nothing was.
            says: why nothing was; "" if something was.
            recorded: what the record is given of the value.

        Returns:
            It, with its place in the record.

        Raises:
            Refused: the record cannot be written.
        """
        if self._record is None:
            return Sight(value, says)
        return _line(self._record, self._step(unit, title), title, value, says, recorded, {"unit": unit}, NO_PAGE)

    def _step(self, unit: str, title: str) -> str:
        return f"{unit}-{self._moment}-{re.sub(r'[^a-z0-9]+', '-', title.lower()).strip('-')}"


def _line(
    record: EvidenceLog, step: str, title: str, value: T | None, says: str, recorded: Callable[[T], Any],
    fields: dict[str, Any], no_picture: str,
) -> Sight[T]:  # fmt: skip
    told = {"text": f"{title} could not be read: {says}"} if says else {"reading": None if value is None else recorded(value)}
    if no_picture:
        told["no_picture"] = no_picture
    line = record.append(Kind.NOTE if says else Kind.READING, step, title=title, heading=OBSERVATION, **fields, **told)
    return Sight(value, says, line.seq, fields.get("file", ""), no_picture)
