"""Writes the results of a smoke verification into a record, each as it comes: only the process that writes the record does so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.smoke.results import CheckPicture, CheckState, slug
from robot.domain.errors import Refused
from robot.evidence.record.line import Kind
from robot.network.tls import endpoint_of

if TYPE_CHECKING:
    from flows.smoke.order import SmokeOrder
    from flows.smoke.results import SmokeCheck
    from robot.runs.evidence_log import EvidenceLog


class SmokeRecord:
    """Keeps the results of one verification.

    Args:
        order: what is verified.
        record: the record.
        moment: a part of the steps' names that tells one verification of a run from the next, such as "after-update"; "" if
            there is only one.
        heading: the heading under which the checks stand in the report; "" for one of their own.

    Attributes:
        kept: each result, with the paths of its pictures in the evidence.
        steps: the step of each result.
        digests: the SHA-256 of each picture, by its path in the evidence.
    """

    def __init__(self, order: SmokeOrder, record: EvidenceLog, *, moment: str = "", heading: str = "") -> None:
        self._order, self._record, self._moment = order, record, moment
        self.heading = heading or f"Smoke verification of {order.unit.upper()}"
        self.kept: list[SmokeCheck] = []
        self.steps: list[str] = []
        self.digests: dict[str, str] = {}

    def keep(self, result: SmokeCheck, spool: Path) -> None:
        """Write one result down: its pictures, what it read, and what became of it.

        Args:
            result: the result.
            spool: the folder in which its pictures are.

        Raises:
            Refused: the record or a picture cannot be written.
        """
        step = "-".join(filter(None, (self._order.unit.value, "smoke", self._moment, result.name)))
        pictures = [self._picture(step, result, each, spool) for each in result.pictures]
        if result.reading or result.state is CheckState.PASSED:
            self._line(Kind.READING, step, result, reading=result.reading or None, text=". ".join(result.notes))
        if result.state is CheckState.FAILED:
            self._line(Kind.REFUSED, step, result, text=result.sentence)
        elif result.state is not CheckState.PASSED:
            self._line(Kind.NOTE, step, result, text=f"not checked: {result.title}: {result.sentence}")
        self.kept.append(replace(result, pictures=tuple(pictures)))
        self.steps.append(step)

    def _picture(self, step: str, result: SmokeCheck, picture: CheckPicture, spool: Path) -> CheckPicture:
        file = spool / Path(picture.file).name
        try:
            data = file.read_bytes()
        except OSError as error:
            raise Refused(f"{file} cannot be read: {error.strerror}; nothing may be removed there while it works") from error
        kept = self._record.keep_picture(step, slug(picture.name), data)
        self._line(Kind.READING, step, result, url=picture.url, screen=result.title, masked=picture.masked, **kept)
        self.digests[kept["file"]] = kept["sha256"]
        return replace(picture, file=kept["file"])

    def _line(self, kind: Kind, step: str, result: SmokeCheck, **fields: Any) -> None:
        unit = self._order.unit
        self._record.append(
            kind, step, unit=unit.value, address=endpoint_of(self._order.settings, unit).address, title=result.title,
            heading=self.heading, seconds=result.seconds, state=str(result.state), **fields,
        )  # fmt: skip
