"""Events of the appliances' traces, matched to presses and people: nothing that nobody caused is ever explained."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from robot.evidence.traces.events import Cause, InHand, Owner, Span, TraceEvent
from robot.evidence.traces.findings import TraceSource, findings
from robot.evidence.traces.matching import UNTIMED, attribute

BEGAN = datetime(2026, 12, 1, 22, tzinfo=UTC)
KINDS = ("sync", "break", "establish", "other")
TRACES = {"A's": "a", "B's": "b"}
PAIR = frozenset("ab")


def at(first_s: float, last_s: float | None = None) -> Span:
    return Span(BEGAN + timedelta(seconds=first_s), BEGAN + timedelta(seconds=first_s if last_s is None else last_s))


def event(at_s: float | None, kind: str = "sync", *, source: str = "A's", ends: str = "", **more: object) -> TraceEvent:
    spans = () if at_s is None else (at(at_s, at_s + 1),)
    return TraceEvent(source, TRACES[source], str(at_s), f"{kind} {ends}", spans, kind, ends, **more)  # pyright: ignore[reportArgumentType]


def press(first_s: float, last_s: float, kind: str = "sync", *, number: int = 1, by: str = "") -> Cause:
    return Cause(f"b-{kind}", PAIR, {kind: number}, at(first_s, last_s), by)


def press_for(first_s: int, length_s: int, kind: str, *, number: int, by: str) -> Cause:
    return press(first_s, first_s + length_s, kind, number=number, by=by)


EVENTS = st.lists(
    st.builds(
        event,
        st.none() | st.integers(0, 200),
        st.sampled_from(KINDS),
        source=st.sampled_from(tuple(TRACES)),
        ends=st.sampled_from(("", "", "sync")),
        by_itself=st.booleans(),
        person=st.sampled_from(("", "", "jane")),
    ),
    max_size=12,
)
CAUSES = st.lists(
    st.builds(
        press_for,
        st.integers(0, 200),
        st.integers(0, 60),
        st.sampled_from(KINDS),
        number=st.integers(1, 2),
        by=st.sampled_from(("", "", "Sam")),
    ),
    max_size=6,
)


@given(EVENTS)
def test_an_event_without_a_press_is_never_explained_by_one(events: list[TraceEvent]) -> None:
    for each in attribute(events, []):
        assert each.owner is not Owner.PRESS
        if not (each.event.person or each.event.by_itself or each.event.ends):
            assert each.owner is Owner.NOBODY
            assert each.doubt


@given(EVENTS, CAUSES)
def test_a_press_explains_at_most_what_it_caused_in_each_trace(events: list[TraceEvent], causes: list[Cause]) -> None:
    attributed = attribute(events, causes)
    assert [each.event for each in attributed] == events
    for source in TRACES:
        for kind in KINDS:
            begun = [
                each
                for each in attributed
                if each.event.source == source and each.event.kind == kind and not each.event.ends and each.owner is Owner.PRESS
            ]
            allowed = [cause for cause in causes if not cause.by and kind in cause.kinds]
            assert len(begun) <= sum(cause.kinds[kind] for cause in allowed)
            for each in begun:
                assert any(
                    cause.step == each.by and all(cause.during.overlaps(span) for span in each.event.spans) for cause in allowed
                )
                assert each.event.spans


@given(EVENTS, CAUSES, st.integers(0, 200), st.sampled_from(tuple(TRACES)))
def test_another_event_at_the_time_of_every_press_is_never_hidden_among_them(
    events: list[TraceEvent], causes: list[Cause], at_s: int, source: str
) -> None:
    """A stranger does once more what each press of the run does, wherever presses have left no room: somebody is told of it."""
    own = [each for each in events if not (each.person or each.by_itself)]
    room = sum(cause.kinds.get("sync", 0) for cause in causes)
    strangers = [event(at_s, source=source) for _ in range(room + 1)]
    attributed = attribute([*own, *strangers], causes)
    assert any(each.owner is Owner.NOBODY for each in attributed[len(own) :])


@given(EVENTS, CAUSES)
def test_whom_a_trace_names_is_never_a_press_of_the_run(events: list[TraceEvent], causes: list[Cause]) -> None:
    for each in attribute(events, causes, [InHand("Kim", at(0, 300))]):
        if each.event.person and not each.event.ends:
            assert (each.owner, each.by) == (Owner.PERSON, "jane")


def test_two_where_one_was_pressed_are_both_in_doubt_since_nobody_can_tell_which_is_the_strangers() -> None:
    first, second, before = attribute([event(12), event(14), event(300)], [press(10, 20)])
    assert [each.owner for each in (first, second, before)] == [Owner.NOBODY] * 3
    assert "2 such events fit" in first.doubt
    assert first.doubt == second.doubt != before.doubt


def test_each_appliance_tells_of_the_same_press_by_itself() -> None:
    both = attribute([event(12), event(12, source="B's")], [press(10, 20)])
    assert [(each.owner, each.by) for each in both] == [(Owner.PRESS, "b-sync")] * 2


def test_an_end_belongs_to_whoever_began_it_however_late_it_comes() -> None:
    events = [event(12), event(4000, "ended", ends="sync"), event(5000), event(5100, "ended", ends="sync")]
    assert [each.owner for each in attribute(events, [press(10, 20)])] == [Owner.PRESS] * 2 + [Owner.NOBODY] * 2


def test_an_end_whose_beginning_the_trace_does_not_show_is_explained_by_a_press_alone() -> None:
    end = event(15, "ended", ends="sync")
    assert attribute([end], [press(10, 20)])[0].owner is Owner.PRESS
    assert attribute([end], [])[0].owner is Owner.NOBODY


def test_what_is_done_while_a_person_has_the_pair_in_hand_is_that_persons_and_a_moment_earlier_nobodys() -> None:
    during, before = attribute([event(50, "break"), event(9, "break")], [], [InHand("Kim", at(10, 100))])
    assert (during.owner, during.by) == (Owner.PERSON, "Kim")
    assert before.owner is Owner.NOBODY


def test_what_a_person_answers_for_is_theirs_once_and_the_second_time_nobodys() -> None:
    answered = [press(0, 60, "break", by="Sam")]
    assert [(each.owner, each.by) for each in attribute([event(30, "break")], answered)] == [(Owner.PERSON, "Sam")]
    assert {each.owner for each in attribute([event(30, "break"), event(40, "break")], answered)} == {Owner.NOBODY}


def test_a_time_that_cannot_be_told_explains_nothing_and_one_that_means_two_must_fit_in_both() -> None:
    untimed = attribute([event(None)], [press(0, 1000)])[0]
    assert (untimed.owner, untimed.doubt) == (Owner.NOBODY, UNTIMED)
    twice = TraceEvent("A's", "a", "1/2", "sync", (at(12, 13), at(90000, 90001)), "sync")
    assert attribute([twice], [press(10, 20)])[0].owner is Owner.NOBODY


def test_only_what_falls_into_the_time_of_the_run_is_counted_and_an_untimed_event_always() -> None:
    events = [event(-5000), event(12), event(99), event(None, "other")]
    told = findings([TraceSource("A's", "a")], attribute(events, [press(10, 20)]), at(0, 200))
    assert (told["presses"], told["unexplained_count"], told["sources"][0]["events"]) == (1, 2, 3)
    assert [each["time"] for each in told["unexplained"]] == ["99", "None"]
    assert told["unknown"] == []


def test_a_trace_that_was_not_read_is_unknown_and_not_empty() -> None:
    told = findings([TraceSource("A's", "a", "not read: it is down", read=False)], [], at(0, 200))
    assert told["unknown"] == ["A's: not read: it is down"]
