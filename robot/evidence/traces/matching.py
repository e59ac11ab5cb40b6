"""Who has done what a trace tells: a press of the run, a person by name, the appliance by itself, or nobody that is known.

An event is put down to a press only if kind, appliance and time fit, and a press owns at most what it causes: if more events fit
than presses could have caused, none of them is explained, since nobody can tell which is the stranger's. Doubt is "unexplained".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from robot.evidence.traces.events import Attribution, Cause, InHand, Owner, TraceEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

UNTIMED: Final = "its time cannot be told"
_NO_CAUSE: Final = "no press of this run fits it, and nobody answers for it"
_OUT_OF_SIGHT: Final = "it ends what began before this trace tells of it, and no press of this run fits it"


def attribute(events: Sequence[TraceEvent], causes: Sequence[Cause], in_hand: Sequence[InHand] = ()) -> list[Attribution]:
    """Put each event down to whom it belongs.

    Args:
        events: those of all traces; each trace's own in the order in which they happened.
        causes: the presses, and what people answer for.
        in_hand: the times for which people had the pair in hand.

    Returns:
        One attribution for each event, in the same order.
    """
    beginnings = _beginnings(events)
    heads = [number for number in range(len(events)) if number not in beginnings]
    decided: dict[int, Attribution] = {}
    for number in heads:
        decided[number] = _by_what_it_says(events[number], in_hand)
    for source in dict.fromkeys(each.source for each in events):
        open_heads = [n for n in heads if events[n].source == source and not events[n].person]
        decided |= _by_causes(open_heads, events, causes, decided)
    for number, beginning in beginnings.items():
        owner = decided[beginning]
        decided[number] = Attribution(events[number], owner.owner, owner.by, owner.doubt)
    return [decided[number] for number in range(len(events))]


def _beginnings(events: Sequence[TraceEvent]) -> dict[int, int]:
    """Return by the number of each event that ends something the number of the event that began it, in the same trace."""
    found: dict[int, int] = {}
    latest: dict[tuple[str, str], int] = {}
    for number, event in enumerate(events):
        if event.ends:
            if (begun := latest.pop((event.source, event.ends), None)) is not None and not _names_another(event, events[begun]):
                found[number] = begun
        else:
            latest[event.source, event.kind] = number
    return found


def _names_another(event: TraceEvent, begun: TraceEvent) -> bool:
    """Tell whether an end names a person whom its beginning does not name: it is judged by itself then."""
    return bool(event.person) and event.person != begun.person


def _by_what_it_says(event: TraceEvent, in_hand: Sequence[InHand]) -> Attribution:
    """Put an event down by its own words, or to who had the pair in hand at every time that these can mean."""
    if event.person:
        return Attribution(event, Owner.PERSON, event.person)
    if event.by_itself:
        return Attribution(event, Owner.ITSELF)
    if not event.spans:
        return Attribution(event, Owner.NOBODY, doubt=UNTIMED)
    for hand in in_hand:
        if all(hand.during.covers(each) for each in event.spans):
            return Attribution(event, Owner.PERSON, hand.by)
    return Attribution(event, Owner.NOBODY, doubt=_OUT_OF_SIGHT if event.ends else _NO_CAUSE)


def _by_causes(
    numbers: Iterable[int], events: Sequence[TraceEvent], causes: Sequence[Cause], so_far: Mapping[int, Attribution]
) -> dict[int, Attribution]:
    """Put events of one trace down to causes; what says that it came by itself only where nothing else needs that press.

    Returns:
        The attributions that are decided by it, by the events' numbers.
    """
    decided: dict[int, Attribution] = {}
    spent: dict[tuple[int, str], int] = {}
    for by_itself in (False, True):
        wanted = [n for n in numbers if events[n].by_itself is by_itself and so_far[n].owner is not Owner.PERSON]
        fitting = {n: [c for c, cause in enumerate(causes) if _fits(events[n], cause)] for n in wanted}
        for group in _groups(fitting, events):
            kind = _kind(events[group[0]])
            slots = [
                (c, place)
                for c in dict.fromkeys(c for n in group for c in fitting[n])
                for place in range(causes[c].kinds[kind] - spent.get((c, kind), 0))
            ]
            taken = _assigned(group, fitting, slots)
            if len(taken) == len(group):
                for n, (c, _) in taken.items():
                    spent[c, kind] = spent.get((c, kind), 0) + 1
                    cause = causes[c]
                    decided[n] = Attribution(events[n], Owner.PERSON if cause.by else Owner.PRESS, cause.by or cause.step)
            elif not by_itself:
                doubt = f"{len(group)} such events fit, and the presses of this run caused {len(slots)} at most"
                decided |= {n: Attribution(events[n], Owner.NOBODY, doubt=doubt) for n in group}
                spent |= {(c, kind): causes[c].kinds[kind] for c, _ in slots}
    return decided


def _kind(event: TraceEvent) -> str:
    return event.ends or event.kind


def _fits(event: TraceEvent, cause: Cause) -> bool:
    """Tell whether a cause may have brought an event about, at whatever time its words mean."""
    return (
        event.unit in cause.units
        and cause.kinds.get(_kind(event), 0) > 0
        and bool(event.spans)
        and all(cause.during.overlaps(each) for each in event.spans)
    )


def _groups(fitting: Mapping[int, Sequence[int]], events: Sequence[TraceEvent]) -> list[list[int]]:
    """Return the events that compete for the same causes, in groups; those without any are in none."""
    groups: list[tuple[set[tuple[int, str]], list[int]]] = []
    for number, causes in fitting.items():
        if not causes:
            continue
        claims, members = {(c, _kind(events[number])) for c in causes}, [number]
        for group in [each for each in groups if each[0] & claims]:
            groups.remove(group)
            claims, members = claims | group[0], group[1] + members
        groups.append((claims, members))
    return [sorted(members) for _, members in groups]


def _assigned(
    group: Sequence[int], fitting: Mapping[int, Sequence[int]], slots: Sequence[tuple[int, int]]
) -> dict[int, tuple[int, int]]:
    """Give as many events as possible a slot of their own (augmenting paths); each slot is one event that a cause explains."""
    owner: dict[tuple[int, int], int] = {}

    def give(event: int, tried: set[tuple[int, int]]) -> bool:
        for slot in slots:
            if slot[0] in fitting[event] and slot not in tried:
                tried.add(slot)
                if slot not in owner or give(owner[slot], tried):
                    owner[slot] = event
                    return True
        return False

    for event in group:
        give(event, set())
    return {event: slot for slot, event in owner.items()}
