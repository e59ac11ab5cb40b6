"""A snapshot as a table for people: an area a line, A beside B; what is unknown is explained below it, once."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table

from flows.areas.words import label_of, words_of
from robot.evidence.wording import moment

if TYPE_CHECKING:
    from flows.areas.pair_snapshot import Area, PairSnapshot
    from robot.domain.model import Reading

_WIDTH = 150
_SAID_ALREADY = {"uptime_s"}


def table(snapshot: PairSnapshot, width: int | None = None) -> str:
    """Return a snapshot as text for a person.

    Args:
        snapshot: the snapshot.
        width: the most characters in a line; `None` for a width that fits most lines.
    """
    notes: dict[str, int] = {}
    rows = Table(
        "", f"A  {snapshot.a.address}", f"B  {snapshot.b.address}", box=box.SIMPLE_HEAD, show_lines=False, pad_edge=False
    )
    for (_, title, of_a), (_, _, of_b) in zip(snapshot.a.areas(), snapshot.b.areas(), strict=True):
        rows.add_row(title, _told(of_a, notes), _told(of_b, notes))
    site = Table("", snapshot.site.hostname, box=box.SIMPLE_HEAD, pad_edge=False)
    for _, title, of_site in snapshot.site.areas():
        site.add_row(title, _told(of_site, notes))
    text = io.StringIO()
    console = Console(file=text, width=width or _WIDTH, markup=False, highlight=False, emoji=False)
    console.print(f"observed {moment(snapshot.utc)}")
    for part in (rows, site):
        console.print(part)
    for reason, number in notes.items():
        console.print(f"({number}) unknown: {reason}")
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines())


def _told(area: Area[Any], notes: dict[str, int]) -> str:
    """Return what an area shows, a field a line; each thing unknown with the number of its note."""
    why = {each.of: notes.setdefault(f"{each.reason}. Known {each.known}", len(notes) + 1) for each in area.unknown}
    seen: Reading | None = area.value
    if seen is None:
        return f"unknown ({why['']})"
    fields = [name for name in type(seen).model_fields if name not in _SAID_ALREADY]
    lines: list[str] = []
    for name in fields:
        text = f"unknown ({why[name]})" if name in why else words_of(getattr(seen, name), name)
        lines.append(text if len(fields) == 1 else f"{label_of(name)}: {text}")
    return "\n".join(lines)
