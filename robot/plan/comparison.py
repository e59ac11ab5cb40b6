"""How two plans differ: what is pressed, when, on what, and what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ASIDE = frozenset({"digest", "made", "snapshot"})
"""Parts that differ between any two plans: the checks and the presses tell what of the snapshot matters."""
_LISTS_BY = {
    "presses": "step", "works": "work", "ways_back": "point", "asked": "check", "checks": "check", "risks": "check",
    "waivers": "check",
}  # fmt: skip
"""The lists of a plan, each with the member by which its entries are told apart."""


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Return how two plans differ, a line each.

    Args:
        one: the first plan's document.
        other: the second plan's.

    Returns:
        "presses.b-sync-now.effect: before -> after"; an empty list if they differ in nothing that matters.
    """
    return [
        line
        for part in sorted({*one, *other} - _ASIDE)
        for line in _compared(part, _by_name(part, one.get(part)), _by_name(part, other.get(part)))
    ]


def _by_name(part: str, value: object) -> object:
    """Return a list of the plan as an object, by the member that tells its entries apart; anything else as it is."""
    if (key := _LISTS_BY.get(part)) is None or value is None:
        return value
    entries = cast("list[dict[str, object]]", value)
    return {str(entry[key]): {name: entry[name] for name in entry if name not in {key, "rests_on"}} for entry in entries}


def _compared(place: str, one: object, other: object) -> Iterator[str]:
    if one == other:
        return
    before, after = _members(one), _members(other)
    if before is not None and after is not None:
        for name in dict.fromkeys([*before, *after]):
            yield from _compared(f"{place}.{name}", before.get(name), after.get(name))
    elif one is None:
        yield f"{place}: new: {_short(other)}"
    elif other is None:
        yield f"{place}: gone: {_short(one)}"
    else:
        yield f"{place}: {_short(one)} -> {_short(other)}"


def _members(value: object) -> dict[str, object] | None:
    return cast("dict[str, object]", value) if isinstance(value, dict) else None


def _short(value: object) -> str:
    members = _members(value)
    return str(value) if members is None else "; ".join(f"{name} {each}" for name, each in members.items() if each)
