"""A snapshot of a pair: what is seen stands in its area; what is not is unknown, with the reason and until when."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from a_snapshot import SITE, sights, snapshot

from flows.areas.area_values import Keys, OpenPort
from flows.areas.pair_snapshot import BY_A_PERSON, ApplianceSnapshot, Area, PairSnapshot, Unknown
from flows.areas.snapshot_table import table
from flows.requirements.counts import Counts
from flows.session.readings import InterApplianceKey
from flows.survey.appliance_areas import (
    AFTER_THE_BREAK,
    BY_CHECKING,
    BY_TESTING,
    READ_AGAIN,
    WITH_A_RELATIONSHIP,
    appliance_snapshot,
)
from flows.survey.appliance_sights import NO_SUCH_PAGE, MayPress
from flows.survey.site_areas import keys_compared
from flows.survey.witness import Sight, Witness
from pages.readings.available_updates import UpdateOffer, Updates
from pages.readings.failover_status import FailoverStatus, Role
from pages.readings.machine import Disks
from robot.domain.errors import UsageError
from robot.domain.model import Unit


def of_a(**changed: object) -> ApplianceSnapshot:
    return appliance_snapshot(sights(Unit.A, **changed), SITE)


def of_b(**changed: object) -> ApplianceSnapshot:
    return appliance_snapshot(sights(Unit.B, **changed), SITE)


def gaps(area: Area[Any]) -> dict[str, str]:
    return {each.of: each.known for each in area.unknown}


def test_a_snapshot_has_at_least_twenty_areas_of_each_appliance_and_survives_a_way_through_a_file() -> None:
    seen = snapshot()
    assert len(list(seen.a.areas())) >= 20
    again = PairSnapshot.from_document(json.loads(json.dumps(seen.as_document())))
    assert again == seen
    assert again.a.product.value == seen.a.product.value


@pytest.mark.parametrize("document", [None, [], {}, {"version": 2}, "x"])
def test_what_is_no_snapshot_is_refused_in_one_sentence(document: object) -> None:
    with pytest.raises(UsageError, match=r"^this is no snapshot of a pair .*; observe it again$"):
        PairSnapshot.from_document(document)


def test_a_snapshot_with_something_unsaid_is_refused() -> None:
    document = snapshot().as_document()
    document["a"]["identity"]["value"]["guid"] = None
    with pytest.raises(UsageError, match=r"identity.*why these are unknown.*guid"):
        PairSnapshot.from_document(document)


def test_an_area_has_a_picture_or_the_reason_why_there_is_none() -> None:
    keys = Keys(are="equal")
    for picture, no_picture in (("x.png", "why"), ("", "")):
        with pytest.raises(ValueError, match="a picture, or the reason"):
            Area[Keys](value=keys, picture=picture, no_picture=no_picture)
    assert Area[Keys](value=keys, picture="x.png").no_picture == ""


def test_version_and_build_are_told_apart_however_the_page_writes_them() -> None:
    product, base = of_a().product.value, of_a().base.value
    assert product is not None
    assert base is not None
    assert (product.version, product.build, base.version, base.build) == ("12.3.5", "39078", "3.3.2", "21635")


def test_the_age_of_the_synchronisation_is_by_the_appliance_s_own_clock_and_unknown_where_a_date_can_be_read_in_two_ways() -> (
    None
):
    synchronisation = of_a().synchronisation
    assert synchronisation.value
    assert synchronisation.value.age_s == 5 * 3600
    failover = FailoverStatus(
        role=Role.PRIMARY, last_sync="03/04/2026 17:00", sync_status="Success", peer="x", settings={"a": "b"}
    )
    either = of_a(failover=Sight(failover)).synchronisation
    assert gaps(either) == {"age_s": BY_A_PERSON}


def test_a_screen_that_could_not_be_read_makes_its_areas_unknown_with_the_reason() -> None:
    seen = of_a(site=Sight[Any](says="Status > Information on A is not shown: no version; there is instead: a page called x"))
    for area in (seen.product, seen.licences, seen.maintenance, seen.signed_in):
        assert area.unknown == (Unknown(reason="Status > Information on A is not shown: no version", known=READ_AGAIN),)


def test_a_page_that_this_generation_has_not_is_left_to_a_person() -> None:
    assert of_a(health=Sight[Any](says=NO_SUCH_PAGE)).health.unknown == (Unknown(reason=NO_SUCH_PAGE, known=BY_A_PERSON),)


def test_what_a_backup_hides_is_known_after_the_break_and_what_a_primary_does_not_tell_is_left_to_a_person() -> None:
    untold = Sight(Counts(jump_clients=0))
    names = ["users", "group_policies", "jump_items", "recorded_sessions"]
    assert gaps(of_b(counts=untold).holdings) == dict.fromkeys(names, AFTER_THE_BREAK)
    assert gaps(of_a(counts=untold).holdings) == dict.fromkeys(names, BY_A_PERSON)
    assert gaps(of_b(key=Sight[Any](says="hidden")).key) == {"": AFTER_THE_BREAK}


def test_what_needs_a_press_is_unknown_until_it_is_pressed() -> None:
    assert gaps(of_a(updates=Sight(Updates())).offered) == {"": BY_CHECKING}
    assert gaps(of_a().reach) == {"from_appliance": BY_TESTING}
    unclear = Sight(OpenPort(host="x", port=443, from_appliance=None, from_here=True))
    assert gaps(of_a(may=MayPress(test_connections=True), reach=unclear).reach) == {"from_appliance": BY_A_PERSON}


def test_the_chain_of_offered_packages_is_named_with_versions_or_it_is_said_why_there_is_none() -> None:
    offered = of_a().offered.value
    assert offered
    assert offered.chain == ("Base Software 3.4.1", "Remote Support 13.1.2")
    other = of_a(updates=Sight(Updates(checked=True, offers=(UpdateOffer(name="Remote Support 14.0.1"),)))).offered
    assert [(each.of, each.reason.partition(";")[0]) for each in other.unknown] == [("chain", "13.1.2 is not offered")]


def test_a_setting_that_the_page_has_not_is_not_taken_for_off() -> None:
    assert gaps(of_a(updates=Sight(Updates(checked=True))).automatic_updates) == {"": BY_A_PERSON}
    automatic = of_a(updates=Sight(Updates(checked=True, has_automatic=True, automatic="Install by itself"))).automatic_updates
    assert automatic.value
    assert automatic.value.on


def test_without_a_relationship_its_settings_are_unknown_and_not_empty() -> None:
    alone = of_a(failover=Sight(FailoverStatus(role=Role.NONE)))
    assert gaps(alone.failover_settings) == {"": WITH_A_RELATIONSHIP}
    assert gaps(alone.relationship) == {"peer": WITH_A_RELATIONSHIP}


def test_a_disk_without_a_number_and_a_pair_without_a_shared_ip_are_said_to_be_so() -> None:
    assert gaps(of_a(disks=Sight(Disks())).disks) == {"": BY_A_PERSON}
    assert gaps(of_a(shared=None).shared_ip) == {"": "never: there is none to be seen"}


def test_the_shared_ip_is_not_among_the_other_addresses() -> None:
    others = of_a().other_addresses.value
    assert others
    assert others.addresses == {"192.0.2.12": "enabled"}


@pytest.mark.parametrize(
    ("b", "told"),
    [
        (Sight(InterApplianceKey(shown=True, fingerprint="one digest")), "equal"),
        (Sight(InterApplianceKey(shown=True, fingerprint="another one")), "different"),
        (Sight(InterApplianceKey(shown=True, masked=True)), "B masks the key"),
        (Sight[InterApplianceKey](says="not shown"), "B does not show the key"),
    ],
)
def test_the_two_keys_are_compared_where_both_can_be_read_and_no_digest_is_kept(b: Sight[InterApplianceKey], told: str) -> None:
    keys = keys_compared(sights(Unit.A), sights(Unit.B, key=b), Witness(None, "observed"))
    assert (keys.value.are if keys.value else keys.unknown[0].reason) == told
    both = snapshot(b=sights(Unit.B, key=b)).as_document() | {"keys": keys.model_dump(mode="json")}
    assert "digest" not in json.dumps(both)


def test_the_table_tells_every_area_and_explains_each_unknown_once() -> None:
    seen = snapshot(b=replace(sights(Unit.B), health=Sight(says=NO_SUCH_PAGE), disks=Sight(says=NO_SUCH_PAGE)))
    text = table(seen)
    assert [title for _, _, title, _ in seen.areas() if title not in text] == []
    assert text.count(f"unknown: {NO_SUCH_PAGE}. Known {BY_A_PERSON}") == 1
    assert "representatives: 7" in text
    assert "Remote Support 13.1.2 (greyed out)" in table(seen, 400)
    assert max(map(len, table(seen, 90).splitlines())) <= 90
