"""The promises of the chain: a complete way to the target, each package once and in order, or the reason why not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.requirements.update_chain import chain_to_target, reached
from pages.readings.available_updates import UpdateOffer
from robot.settings.sections.pair_file import Site

SITE = Site(hostname="support.example.com", target_version="13.1.2", target_base="3.4.1")
PRODUCT_ONLY = Site(hostname="support.example.com", target_version="13.1.2")
BASE = UpdateOffer(name="Base Software 3.4.1", version="3.4.1")
PRODUCT = UpdateOffer(name="Remote Support 13.1.2", version="13.1.2")
GREY = PRODUCT.model_copy(update={"enabled": False, "requires": "Requires Base Software 3.4.1 to be installed first"})


def names(chain: list[UpdateOffer] | str) -> list[str] | str:
    return chain if isinstance(chain, str) else [offer.name for offer in chain]


@pytest.mark.proves("UA5")
def test_a_greyed_out_package_comes_after_the_one_it_needs() -> None:
    chain = chain_to_target([GREY, BASE], product="12.3.5", base="3.3.2", site=PRODUCT_ONLY)
    assert names(chain) == ["Base Software 3.4.1", "Remote Support 13.1.2"]


def test_what_is_reached_already_is_not_installed_again() -> None:
    chain = chain_to_target([PRODUCT], product="12.3.5-36112", base="3.4.1 (41022)", site=SITE)
    assert names(chain) == ["Remote Support 13.1.2"]


def test_both_targets_are_led_to_and_each_package_stands_once() -> None:
    assert names(chain_to_target([BASE, GREY], product="12.3.5", base="3.3.2", site=SITE)) == [BASE.name, GREY.name]


def test_a_package_that_nobody_asked_for_is_left_alone() -> None:
    chain = chain_to_target([PRODUCT, BASE], product="12.3.5", base="3.3.2", site=PRODUCT_ONLY)
    assert names(chain) == ["Remote Support 13.1.2"]


@pytest.mark.proves("UA5")
def test_three_hops_are_led_in_order() -> None:
    middle = UpdateOffer(name="Base Software 3.4.0", version="3.4.0")
    last = UpdateOffer(name="Base Software 3.4.1", version="3.4.1", enabled=False, requires="Requires Base Software 3.4.0")
    chain = chain_to_target([GREY, last, middle], product="12.3.5", base="3.3.2", site=PRODUCT_ONLY)
    assert names(chain) == ["Base Software 3.4.0", "Base Software 3.4.1", "Remote Support 13.1.2"]


def test_where_the_words_name_nothing_the_only_enabled_package_is_meant() -> None:
    mute = GREY.model_copy(update={"requires": ""})
    assert names(chain_to_target([mute, BASE], product="12", base="3.3.2", site=PRODUCT_ONLY)) == [BASE.name, mute.name]


def test_where_it_cannot_be_told_what_comes_first_the_reason_is_said() -> None:
    mute = GREY.model_copy(update={"requires": "Requires another package"})
    other = UpdateOffer(name="Hotfix 7", version="7.0.1")
    said = chain_to_target([mute, BASE, other], product="12.3.5", base="3.3.2", site=PRODUCT_ONLY)
    assert "cannot be told which package it needs first" in said


def test_packages_that_need_each_other_are_no_chain() -> None:
    one = UpdateOffer(name="One 13.1.2", version="13.1.2", enabled=False, requires="Requires Two 9.9.9")
    two = UpdateOffer(name="Two 9.9.9", version="9.9.9", enabled=False, requires="Requires One 13.1.2")
    said = chain_to_target([one, two], product="12.3.5", base="3.3.2", site=PRODUCT_ONLY)
    assert isinstance(said, str)


@pytest.mark.proves("UM9")
def test_an_empty_list_is_never_taken_for_up_to_date() -> None:
    said = chain_to_target([], product="12.3.5", base="3.3.2", site=SITE)
    assert "not offered" in said
    assert "downloaded before" in said
    assert "id=377" in said


@pytest.mark.proves("UA3")
def test_a_target_that_is_not_offered_is_named_beside_what_is() -> None:
    said = chain_to_target([BASE], product="12.3.5", base="3.4.1", site=SITE)
    assert said.startswith("13.1.2 is not offered")  # type: ignore[union-attr]
    assert "Base Software 3.4.1" in said


def test_a_target_that_is_offered_twice_is_not_called_missing() -> None:
    twin = BASE.model_copy(update={"name": "Base Software 3.4.1 for model B300"})
    said = chain_to_target([BASE, twin], product="13.1.2", base="3.3.2", site=SITE)
    assert said.startswith("base 3.4.1 is offered 2 times")  # type: ignore[union-attr]
    assert twin.name in said


def test_a_target_of_fewer_numbers_is_met_by_any_release_within_it() -> None:
    assert reached(Site(hostname="x", target_version="13.1"), product="13.1.2-38227", base="")
    assert not reached(Site(hostname="x", target_version="13.1"), product="13.10.2", base="")


@given(st.permutations([BASE, GREY, UpdateOffer(name="Other 1.0", version="1.0.0")]))
def test_the_order_of_the_list_does_not_matter(offers: list[UpdateOffer]) -> None:
    assert names(chain_to_target(offers, product="12.3.5", base="3.3.2", site=SITE)) == [BASE.name, GREY.name]
