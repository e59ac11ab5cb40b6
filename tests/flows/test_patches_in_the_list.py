"""A package without a version is never a link in the chain to a release, and never taken for it (F05)."""

from __future__ import annotations

import pytest

from flows.requirements.update_chain import chain_to_target
from pages.readings.available_updates import UpdateOffer
from robot.settings.sections.pair_file import Site

SITE = Site(hostname="support.example.com", target_version="25.3.2")
PATCH = UpdateOffer(name="BT26-02-RS")
LONG = UpdateOffer(name="BT26-02-RS Security Patch for Remote Support 25.3.2", version="25.3.2")
TARGET = UpdateOffer(name="Remote Support 25.3.2", version="25.3.2")
GREY = TARGET.model_copy(update={"enabled": False})
BASE = UpdateOffer(name="Base Software 7.1.1", version="7.1.1")


def chain(*offers: UpdateOffer) -> list[str] | str:
    led = chain_to_target(offers, product="25.3.1-40112", base="7.1.0", site=SITE)
    return led if isinstance(led, str) else [offer.name for offer in led]


@pytest.mark.parametrize(
    "name",
    [
        "BT26-02-RS",
        "BT24-10-ONPREM1",
        "BT26-02-RS Security Patch for Remote Support 25.3.2",
        "Remote Support BT26-02-RS 25.3.2",
        "Security Patch for Remote Support 25.3.2",
        "Hotfix of 25.3.2",
        "Emergency security update",
    ],
)
def test_a_package_without_a_version_of_its_own_is_a_patch(name: str) -> None:
    assert UpdateOffer(name=name).is_patch


@pytest.mark.parametrize(
    "name",
    [
        "Remote Support 25.3.2",
        "Base Software 7.1.1",
        "Update to 25.3.2",
        "Remote Support 25.3.2 Patch 1",
        "Update for Bomgar 13.1.2",
    ],
)
def test_a_package_with_a_version_of_its_own_is_none(name: str) -> None:
    assert not UpdateOffer(name=name).is_patch


def test_a_package_whose_version_stands_beside_its_name_is_none() -> None:
    assert not UpdateOffer(name="Remote Support", version="25.3.2").is_patch


@pytest.mark.parametrize("patch", [PATCH, LONG])
def test_a_greyed_out_target_that_says_nothing_is_not_led_to_by_a_patch(patch: UpdateOffer) -> None:
    said = chain(patch, GREY)
    assert isinstance(said, str)
    assert '"Remote Support 25.3.2" is greyed out and it cannot be told which package it needs first' in said
    assert f'"{patch.name}" has no version of its own and is never installed on the way to a release' in said
    assert 'target_version = "25.3.1" and [update] patch = "BT26-02-RS"' in said


def test_nor_where_the_words_beside_it_name_the_patch() -> None:
    said = chain(LONG, GREY.model_copy(update={"requires": "Requires BT26-02-RS to be installed first"}), BASE)
    assert isinstance(said, str)
    assert "(Requires BT26-02-RS to be installed first)" in said
    assert "a person decides with the vendor's support" in said


def test_where_a_patch_and_a_release_could_both_be_needed_nothing_is_guessed() -> None:
    assert "cannot be told which package it needs first" in chain(PATCH, BASE, GREY)


def test_where_the_words_name_a_release_a_patch_beside_it_does_not_matter() -> None:
    needs = GREY.model_copy(update={"requires": "Requires Base Software 7.1.1"})
    assert chain(PATCH, BASE, needs) == [BASE.name, TARGET.name]


@pytest.mark.parametrize("patch", [PATCH, LONG])
def test_the_target_is_taken_and_the_patch_is_no_second_offer_of_it(patch: UpdateOffer) -> None:
    assert chain(patch, TARGET) == [TARGET.name]


@pytest.mark.parametrize("patch", [PATCH, LONG])
def test_a_patch_alone_is_never_the_target(patch: UpdateOffer) -> None:
    said = chain(patch)
    assert isinstance(said, str)
    assert said.startswith(f'25.3.2 is not offered; offered are "{patch.name}"')
    assert '[update] patch = "BT26-02-RS"' in said


def test_without_a_patch_nothing_is_said_of_patches() -> None:
    assert "patch" not in chain(GREY)
