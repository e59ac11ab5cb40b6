"""Readings in words: plain JSON of any shape as a short table that a person can read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, cast

NOTHING: Final = "—"
ABSENT: Final = "not shown"


@dataclass(frozen=True)
class ReadingRow:
    """One value of a reading, before and after; `before` is None where there is only one reading."""

    label: str
    before: str | None
    after: str

    @property
    def changed(self) -> bool:
        """Whether the two readings differ here; what a screen no longer shows has not changed to anything."""
        return self.before not in {None, self.after} and self.after != ABSENT


def rows_of(before: Any, after: Any) -> list[ReadingRow]:
    """Lay one or two readings out as rows, in the order of their keys.

    Args:
        before: the reading before the press; None where there is only one.
        after: the reading that stands at the step's end; None where there is only the one before.
    """
    if after is None:
        before, after = None, before
    if after is None:
        return []
    now = dict(_flat(after))
    if before is None:
        return [ReadingRow(label, None, text) for label, text in now.items()]
    then = dict(_flat(before))
    labels = [*then, *(label for label in now if label not in then)]
    return [ReadingRow(label, then.get(label, ABSENT), now.get(label, ABSENT)) for label in labels]


def _flat(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    label = " / ".join(path) or "reading"
    match value:
        case dict() if value:
            for key, item in cast("dict[str, Any]", value).items():
                yield from _flat(item, (*path, _in_words(key)))
        case list() if any(isinstance(item, dict | list) for item in cast("list[Any]", value)):
            for place, item in enumerate(cast("list[Any]", value), 1):
                yield from _flat(item, (*path, str(place)))
        case list():
            yield label, ", ".join(_scalar(item) for item in cast("list[Any]", value)) or NOTHING
        case _:
            yield label, _scalar(value)


def _scalar(value: Any) -> str:
    match value:
        case True:
            return "yes"
        case False:
            return "no"
        case None | "" | {}:
            return NOTHING
        case float():
            return f"{value:g}"
        case _:
            return str(value)


def _in_words(key: str) -> str:
    """`last_sync` -> "last sync"; a page's own words (with blanks in them) stay as they are."""
    return key if " " in key else key.replace("_", " ")
