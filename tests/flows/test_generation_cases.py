"""The runs over the generations are few, and leave out no two traits that can meet."""

from typing import Any

from generation_cases import cases, covering, every_look


def test_every_two_traits_that_can_meet_meet_in_one_of_the_runs() -> None:
    run = frozenset[Any]().union(*(look.pairs for look, _ in cases().values()))
    assert run == frozenset[Any]().union(*(look.pairs for look in every_look()))


def test_there_are_few_runs_and_always_the_same() -> None:
    assert len(cases()) <= 18
    assert covering(every_look()) == [look for look, _ in cases().values()]
