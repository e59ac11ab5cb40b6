"""What the traces of a run have told, as plain JSON: for the record, the summary and whoever reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from robot.evidence.record.line import Kind
from robot.evidence.traces.events import Owner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from robot.evidence.record.history import RunHistory
    from robot.evidence.traces.events import Attribution, Span

TRACES: Final = "site-traces"
"""The step whose reading says what the traces of a run have told."""
NOT_YET: Final = "the appliances' own traces are read when a run comes to its end; this one has not, so nothing is known of them"
MOST: Final = 200
"""Events of each kind that are kept one by one; the rest is counted."""


@dataclass(frozen=True)
class TraceSource:
    """One trace, and how much of the run it can tell.

    Attributes:
        name: what people call it: "A's Status History".
        unit: the appliance.
        unknown: why it tells nothing, or not all; "" if it tells all of the run.
        read: whether it was read at all.
    """

    name: str
    unit: str
    unknown: str = ""
    read: bool = True


def findings(sources: Sequence[TraceSource], attributed: Sequence[Attribution], run: Span) -> dict[str, Any]:
    """Return what the traces tell of a run.

    Args:
        sources: the traces.
        attributed: all their events.
        run: from when until when the run went; an event whose time cannot be told counts as one of that time.

    Returns:
        `sources` (each with `name`, `unit`, `read`, `events` in the time of the run, `unknown`); `presses`, `by_themselves`:
        how many events are put down to these; `people`: each event that is put down to somebody, with `by`; `unexplained`: each
        other event, with `doubt`; `people_count`, `unexplained_count`; `unknown`: the sentences on what could not be known.
    """
    own = [each for each in attributed if not each.event.spans or any(span.overlaps(run) for span in each.event.spans)]

    def of(owner: Owner) -> list[Attribution]:
        return [each for each in own if each.owner is owner]

    return {
        "sources": [
            {
                "name": each.name, "unit": each.unit, "read": each.read, "unknown": each.unknown,
                "events": sum(event.event.source == each.name for event in own),
            }
            for each in sources
        ],
        "presses": len(of(Owner.PRESS)),
        "by_themselves": len(of(Owner.ITSELF)),
        "people": [{**_plain(each), "by": each.by} for each in of(Owner.PERSON)[:MOST]],
        "people_count": len(of(Owner.PERSON)),
        "unexplained": [{**_plain(each), "doubt": each.doubt} for each in of(Owner.NOBODY)[:MOST]],
        "unexplained_count": len(of(Owner.NOBODY)),
        "unknown": [f"{each.name}: {each.unknown}" for each in sources if each.unknown],
    }  # fmt: skip


def _plain(each: Attribution) -> dict[str, Any]:
    event = each.event
    at = event.arrived or (event.spans[0].earliest if len(event.spans) == 1 else None)
    utc = at.isoformat(timespec="seconds").replace("+00:00", "Z") if at else ""
    return {"source": event.source, "unit": event.unit, "time": event.time, "utc": utc, "text": event.text}


def traces_of(history: RunHistory) -> dict[str, Any] | None:
    """Return what the traces of a run have told, by its record.

    Returns:
        As `findings` returns it; with only `unknown`, a sentence, if they were not read though something was pressed; None for
        a run that has pressed nothing.
    """
    line = history.latest(TRACES, {Kind.READING})
    if line is not None:
        return dict(line.values)
    return {"unknown": [NOT_YET]} if history.presses else None
