"""An empty list is never taken for up to date, and each reason for it has a sentence that says what to do."""

from __future__ import annotations

import pytest

from flows.requirements.nothing_offered import why_nothing_is_offered
from pages.readings.available_updates import Lack, UpdateOffer, Updates
from robot.settings.sections.pair_file import Site

SITE = Site(hostname="support.example.com", target_version="13.1.2", target_base="3.4.1")


def why(lack: Lack, *, tried: bool = False, message: str = "") -> str:
    return why_nothing_is_offered(
        Updates(checked=True, lack=lack, message=message),
        SITE,
        running="12.3.5 on base 3.3.2",
        by_hand="Or by hand.",
        tried=tried,
    )


@pytest.mark.proves("UA6")
@pytest.mark.parametrize(
    ("lack", "do"),
    [
        (Lack.CHECK_FAILED, "resolves and reaches the vendor's update server on port 443"),
        (Lack.DOWNLOADED, "have the vendor's support offer it again"),
        (Lack.NOT_BUILT, "ask the vendor's support to build it"),
        (Lack.MAINTENANCE, "renew the maintenance contract"),
        (Lack.SAID_CURRENT, "which the version that runs denies"),
        (Lack.UNTOLD, "the page does not say why"),
    ],
)
def test_each_reason_says_what_to_do_where_to_read_on_and_how_to_go_by_hand(lack: Lack, do: str) -> None:
    said = why(lack, message="the page's own words")
    assert do in said
    assert "id=377" in said
    assert '("the page\'s own words")' in said
    assert said.endswith("Or by hand.")
    assert said.startswith("13.1.2 on base 3.4.1 is wanted, 12.3.5 on base 3.3.2 runs, and nothing is offered")


def test_every_reason_has_its_own_sentence() -> None:
    assert len({why(lack) for lack in Lack}) == len(Lack)


@pytest.mark.proves("UM9")
@pytest.mark.parametrize("lack", [Lack.UNTOLD, Lack.SAID_CURRENT])
def test_after_an_installation_that_failed_an_empty_list_means_downloaded_before(lack: Lack) -> None:
    assert "downloaded before, and what was downloaded leaves the list" in why(lack, tried=True)


def test_what_is_told_plainly_is_believed_also_after_a_failure() -> None:
    assert why(Lack.CHECK_FAILED, tried=True) == why(Lack.CHECK_FAILED)


def test_a_list_that_is_not_empty_needs_no_reason() -> None:
    shown = Updates(checked=True, offers=(UpdateOffer(name="Base Software 3.4.1", version="3.4.1"),))
    assert why_nothing_is_offered(shown, SITE, running="x", by_hand="y") == ""
