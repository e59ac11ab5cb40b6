"""The short form of `make drift`: a few changed pages toured, and how a campaign is judged."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pytest
from markup import parsed, written
from mutation_campaign import judged, perform
from mutations import MUTATIONS, Mutation
from readers import Desk
from tour import PRESSES, Toured

MASTERED = {
    "buttons-are-plain-links": 'button "Break Failover Relationships" was found only as a link',
    "labels-are-called-by-known-synonyms": "",
    "help-links-are-called-like-the-buttons": "",
    "labels-are-only-hints-in-the-fields": "by the hint in the empty field",
}
"""Mutations that are toured at once, and what is noted of each."""


def apart(names: str) -> Toured:
    """A tour in a process of its own: a browser that other tests drive may have its event loop in this one."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(perform, names, "g1", 0).result()


def test_changed_pages_are_mastered_as_by_a_person_and_what_was_found_by_a_fallback_is_noted() -> None:
    tour = apart("+".join(MASTERED))
    assert tour.passed, tour.verdict
    assert tour.presses == PRESSES
    noticed = " ".join(tour.noticed)
    assert [noted for noted in MASTERED.values() if noted not in noticed] == []


def test_what_cannot_be_told_apart_stops_and_names_the_control() -> None:
    tour = apart("disabled-buttons-look-alike")
    assert not tour.passed
    assert not tour.wrong
    assert not tour.misread
    assert tour.names_control, tour.ended


def test_a_campaign_fails_where_too_much_is_not_mastered_or_a_single_press_is_wrong() -> None:
    good, stopped = Toured(), Toured(ended='Status > Basics on A: no button "x"')
    assert judged({f"{n}": good for n in range(19)} | {"odd": stopped})[1]
    assert not judged({f"{n}": good for n in range(18)} | {"odd": stopped})[1]
    assert not judged({f"{n}": good for n in range(99)} | {"odd": Toured(wrong=["a ip-disable"])})[1]
    assert not judged({f"{n}": good for n in range(99)} | {"odd": Toured(misread="role reads none")})[1]
    unclear = Toured(ended="Unreachable: no answer", names_control=False)
    assert not judged({f"{n}": good for n in range(99)} | {"odd": unclear})[1]


@pytest.fixture(scope="module")
def pages() -> list[str]:
    """The pages of the tour, as a pair of the first generation shows them."""
    desk = Desk()
    found = [desk.ask("a", "GET", "/login")]
    for unit, interface, control in (
        ("a", "login", "backup[download]"),
        ("b", "login", "failover[sync]"),
        ("a", "appliance", "updates[check]"),
    ):
        found.append(desk.page_with(unit, interface, control))
    found += [
        desk.follow("a", desk.sign_in("a", "login"), "Status"),
        desk.follow("a", desk.sign_in("a", "appliance"), "Networking"),
    ]
    found.append(desk.follow("a", desk.sign_in("a", "appliance"), "Networking", desk.pair.addresses.shared))
    return [page.html for page in found]


@pytest.mark.parametrize("change", [pytest.param(change, id=name) for name, change in MUTATIONS.items()])
def test_a_mutation_changes_pages_and_leaves_what_they_send(pages: list[str], change: Mutation) -> None:
    def kept(text: str) -> list[str]:
        return sorted(e.get("value") for e in parsed(text) if e.get("name") == "token")

    changed = 0
    for page in pages:
        root = parsed(page)
        change(root)
        text = written(root)
        assert kept(text) == kept(page)
        changed += text != written(parsed(page))
    assert changed


def test_there_are_sixty_mutations_at_least() -> None:
    assert len(MUTATIONS) >= 60
