"""Readings in words: plain JSON of any shape as a short table that a person can read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, cast

NOTHING: Final = "—"
ABSENT: Final = "not shown"


@dataclass(frozen=True)
class ReadingRow:
    """One value of a reading, before and after; `before` is None if there is only one reading."""

    label: str
    before: str | None
    after: str

    @property
    def changed(self) -> bool:
        """Whether the two readings differ here. A value that the screen no longer shows has not changed."""
        return self.before not in {None, self.after} and self.after != ABSENT


def rows_of(before: Any, after: Any) -> list[ReadingRow]:
    """Lay one or two readings out as rows, in the order of their keys.

    Args:
        before: the reading before the press; None if there is only one after it.
        after: the reading at the step's end; None if there is only one before.

    Returns:
        A row for each value; none if there is no reading.
    """
    if after is None:
        before, after = None, before
    if after is None:
        return []
    new = dict(_flat(after))
    if before is None:
        return [ReadingRow(label, None, text) for label, text in new.items()]
    old = dict(_flat(before))
    labels = [*old, *(label for label in new if label not in old)]
    return [ReadingRow(label, old.get(label, ABSENT), new.get(label, ABSENT)) for label in labels]


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
    """Return a key in words: `last_sync` -> "last sync"; a page's own words, which hold blanks, stay as they are."""
    return key if " " in key else key.replace("_", " ")
