"""When each piece of work is expected, in its window: with the minute at which users are cut off, and the latest way back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from robot.schedule.estimate import ORDER, Forecast

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from robot.schedule.estimate import WorkEstimate
    from robot.schedule.procedure_part import ProcedurePart
    from robot.settings import Settings


@dataclass(frozen=True)
class PlannedWork:
    """One piece of work, as it is expected.

    Attributes:
        part: the part of the procedure.
        estimate: how long it takes, and where that is from.
        after_s: seconds from the beginning of its part to its own, if everything takes as long as expected.
        begins: the moment itself; `None` if there are no windows.
        back_until: the latest moment at which the way back from here still fits into the window; `None` if there are no windows
            or no way back.
    """

    part: ProcedurePart
    estimate: WorkEstimate
    after_s: int
    begins: datetime | None
    back_until: datetime | None

    def as_document(self) -> dict[str, Any]:
        """Return it as plain JSON.

        Returns:
            `part`, `work`, `minutes`, `source`, `after_minutes`, `begins` and `back_until`; the last two are `null` if unknown.
        """
        return {
            "part": self.part.value, "work": self.estimate.work.value, "minutes": self.estimate.minutes,
            "source": self.estimate.source, "after_minutes": self.after_s // 60,
            "begins": self.begins and self.begins.isoformat(), "back_until": self.back_until and self.back_until.isoformat(),
        }  # fmt: skip


def timetable(
    settings: Settings, procedure: str, *, packages: int, history: Mapping[str, float] | None = None
) -> tuple[PlannedWork, ...]:
    """Return every piece of work of a procedure in its order.

    Args:
        settings: the pair file.
        procedure: "asynchronous", "synchronous" or "single".
        packages: how many packages are installed on each appliance.
        history: seconds that each work took in this pair's earlier runs, by its word.

    Returns:
        The works, those of the first part before those of the second.
    """
    forecast = Forecast(packages, history=history or {}, procedure=procedure, looks=procedure != "single")
    planned: list[PlannedWork] = []
    for part, works in ORDER[procedure].items():
        window = settings.windows.named(part.value) if settings.windows else None
        after_s = 0
        for estimate in map(forecast.of, works):
            back_s = forecast.before(estimate.work).back_seconds
            planned.append(
                PlannedWork(
                    part, estimate, after_s,
                    begins=window and window.opens + timedelta(seconds=after_s),
                    back_until=window.closes - timedelta(seconds=back_s) if window and back_s else None,
                )
            )  # fmt: skip
            after_s += estimate.minutes * 60
    return tuple(planned)
