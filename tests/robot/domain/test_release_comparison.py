"""Versions are compared by what they mean, whatever words they stand in."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.readings.release import Release
from robot.domain.versions import are_same_release, build_in, is_within, version_in

NUMBERS = st.lists(st.integers(0, 99), min_size=2, max_size=4)


def dotted(numbers: list[int]) -> str:
    return ".".join(map(str, numbers))


@given(NUMBERS, st.sampled_from(["", "-38227", " (build 38227)", " (38227)", "_41022"]))
def test_zeros_at_its_end_make_no_other_release_of_a_version(numbers: list[int], build: str) -> None:
    short, long = dotted(numbers[:2]), dotted([*numbers[:2], 0])
    for one, other in product([short, f"{short}{build}"], [long, f"Version {long}{build}"]):
        assert are_same_release(one, other)
        assert are_same_release(other, one)
        assert Release(text=one).is_(other)
        assert Release(text=other).is_(one)
        assert not Release(text=one).is_before(other)
        assert not Release(text=other).is_before(one)
        assert len({version_in(one), version_in(other)}) == 1


@given(NUMBERS, NUMBERS)
def test_a_release_is_before_another_one_by_its_numbers_never_by_its_build(one: list[int], other: list[int]) -> None:
    padded = [[*each, 0, 0][:4] for each in (one, other)]
    assert Release(text=f"{dotted(one)}-99999").is_before(f"{dotted(other)}-11111") is (padded[0] < padded[1])


@pytest.mark.parametrize(
    ("text", "target", "is_met"),
    [
        ("15.1.3-38227", "15.1.3", True),
        ("15.1.3", "15.1", True),
        ("15.1", "15.1.0", True),
        ("15.1.0.0", "15.1", True),
        ("15.1", "15.1.3", False),
        ("15.10", "15.1", False),
        ("15.1.30", "15.1.3", False),
        ("unknown", "15.1.3", False),
        ("", "", False),
    ],
)
def test_a_target_is_met_by_itself_and_by_any_release_within_it(text: str, target: str, is_met: bool) -> None:
    assert is_within(text, target) is is_met


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        ("15.1.3-38227", "15.1.3 (build 38227)", True),
        ("15.1.3-38227", "15.1.3", True),
        ("15.1.3-38227", "15.1.3-38228", False),
        ("15.1.3", "15.1.4", False),
        ("unknown", "unknown", True),
        ("unknown", "loading", False),
        ("15.1.3", "unknown", False),
    ],
)
def test_two_builds_are_two_releases_where_both_are_told(one: str, other: str, are_same: bool) -> None:
    assert are_same_release(one, other) is are_same
    assert are_same_release(other, one) is are_same


def test_a_build_is_told_in_either_form() -> None:
    assert [build_in(text) for text in ("13.1.2-38227", "13.1.2 (build 38227)", "13.1.2")] == ["38227", "38227", ""]
