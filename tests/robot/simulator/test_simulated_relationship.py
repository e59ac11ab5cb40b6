"""Failover, below HTTP."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from robot.simulator.appliances.relationship import Connection, Role

if TYPE_CHECKING:
    from robot.simulator.appliances.pair import Pair

Begin = Callable[..., Any]


def established(pair: "Pair") -> str | None:
    a, b = Connection("127.9.9.1", "8443"), Connection("127.9.9.2", "8443")
    return pair.relationship.establish("b", a, b)


def test_a_pair_begins_with_a_as_primary_and_a_sync_some_hours_ago(story: Begin) -> None:
    pair = story().pair
    assert pair.relationship.roles == {"a": Role.PRIMARY, "b": Role.BACKUP}
    assert pair.relationship.last_sync_shown < pair.agenda.utc()
    assert pair.shared.serving == "a"
    assert pair.appliances["a"].connected.representatives > 0


def test_a_sync_goes_on_by_itself_and_ends_with_a_new_time(story: Begin) -> None:
    tale = story()
    relationship = tale.pair.relationship
    before = relationship.last_sync_shown
    assert relationship.sync_now() is None
    tale.pass_by(59)
    assert relationship.syncing
    assert relationship.last_sync_shown == before
    tale.pass_by(1)
    assert not relationship.syncing
    assert relationship.last_sync_shown > before


def test_two_syncs_in_one_second_never_show_the_same_time(story: Begin) -> None:
    tale = story(sync_slow=0.001)
    relationship = tale.pair.relationship
    shown: set[object] = set()
    for _ in range(3):
        relationship.sync_now()
        tale.pass_by(0.07)
        shown.add(relationship.last_sync_shown)
    assert len(shown) == 3


def test_a_sync_under_way_is_not_begun_again(story: Begin) -> None:
    relationship = story().pair.relationship
    relationship.sync_now()
    assert relationship.sync_now() == "A data synchronization is already in progress."


def test_a_sync_carries_accounts_key_and_data_to_the_backup(story: Begin) -> None:
    tale = story()
    a, b = tale.pair.appliances["a"], tale.pair.appliances["b"]
    a.data.users, a.key = 43, "another"
    tale.pair.relationship.sync_now()
    tale.pass_by(60)
    assert (b.data.users, b.key) == (43, "another")


def test_after_a_sync_only_the_primarys_accounts_open_the_backup(story: Begin) -> None:
    tale = story(own_accounts=True)
    a, b = tale.pair.secrets.login["a"], tale.pair.secrets.login["b"]
    accounts = tale.pair.appliances["b"].login_accounts
    assert accounts.sign_in(b.username, b.password)[1] == "accepted"
    tale.pair.relationship.sync_now()
    tale.pass_by(60)
    assert accounts.sign_in(b.username, b.password)[1] == "rejected"
    assert accounts.sign_in(a.username, a.password)[1] == "accepted"


def test_a_stuck_sync_ends_once_it_is_released(story: Begin) -> None:
    tale = story(sync_stuck=True)
    tale.pair.relationship.sync_now()
    tale.pass_by(9999)
    assert tale.pair.relationship.syncing
    tale.pair.knobs.change({"sync_stuck": False}, running=True)
    tale.pair.knobs_changed()
    tale.pass_by(60)
    assert not tale.pair.relationship.syncing


def test_a_break_ends_everything_that_was_under_way(story: Begin) -> None:
    tale = story()
    tale.pair.relationship.sync_now()
    assert tale.pair.relationship.part() is None
    assert not tale.pair.relationship.exists
    assert not tale.pair.relationship.syncing
    tale.pass_by(120)
    assert tale.pair.relationship.part() is not None


def test_established_on_b_makes_b_primary_and_syncs_by_itself_after_a_minute(story: Begin) -> None:
    tale = story(broken=600)
    assert established(tale.pair) is None
    relationship = tale.pair.relationship
    assert relationship.roles == {"b": Role.PRIMARY, "a": Role.BACKUP}
    assert relationship.last_sync_shown is None
    tale.pass_by(60)
    assert relationship.syncing
    tale.pass_by(60)
    assert relationship.last_sync_shown is not None


def test_a_forced_first_sync_is_the_only_one(story: Begin) -> None:
    tale = story(broken=True)
    established(tale.pair)
    tale.pair.relationship.sync_now()
    tale.pass_by(300)
    started = [text for _, text in tale.pair.relationship.history if text == "Data synchronization started."]
    assert len(started) == 1


def test_establishing_needs_equal_keys(story: Begin) -> None:
    assert "keys" in (established(story(broken=True, keys_differ=True).pair) or "")


def test_establishing_needs_equal_versions(story: Begin) -> None:
    assert "version" in (established(story(broken=True, b_upgraded=True).pair) or "")


def test_establishing_needs_addresses_that_lead_there(story: Begin) -> None:
    relationship = story(broken=True).pair.relationship
    a, b = Connection("127.9.9.1", "8443"), Connection("127.9.9.2", "8443")
    assert "could not be contacted" in (relationship.establish("b", Connection("127.9.9.1", "443"), b) or "")
    assert "connect back" in (relationship.establish("b", a, Connection("127.9.9.3", "8443")) or "")
    assert not relationship.exists


def test_sessions_of_the_time_apart_are_merged(story: Begin) -> None:
    tale = story()
    pair = tale.pair
    pair.relationship.part()
    recorded = pair.appliances["a"].data.sessions
    pair.set_ip("a", "127.9.9.3", enabled=False)
    tale.pass_by(10)
    assert pair.appliances["a"].data.sessions == recorded + 4
    pair.set_ip("b", "127.9.9.3", enabled=True)
    established(pair)
    tale.pass_by(120)
    assert pair.appliances["a"].data.sessions == pair.appliances["b"].data.sessions == recorded + 4


def test_representatives_follow_the_shared_address_with_a_delay(story: Begin) -> None:
    tale = story(broken=True)
    a, b = tale.pair.appliances["a"].connected, None
    tale.pair.set_ip("a", "127.9.9.3", enabled=False)
    tale.pair.set_ip("b", "127.9.9.3", enabled=True)
    assert a.representatives == 7
    tale.pass_by(10)
    a, b = tale.pair.appliances["a"].connected, tale.pair.appliances["b"].connected
    assert (a.representatives, a.customers, a.jump_clients) == (0, 0, 0)
    assert (b.representatives, b.customers, b.jump_clients) == (7, 4, 120)


def test_two_claims_of_the_shared_address_are_a_conflict_that_the_holder_wins(story: Begin) -> None:
    tale = story(broken=True)
    tale.pair.set_ip("b", "127.9.9.3", enabled=True)
    assert (tale.pair.shared.serving, tale.pair.shared.holder) == ("conflict", "a")
    tale.pass_by(3)
    tale.pair.set_ip("a", "127.9.9.3", enabled=False)
    assert (tale.pair.shared.serving, tale.pair.shared.holder) == ("b", "b")
    assert tale.pair.shared.conflict_seconds(tale.pair.agenda.now()) == 3
    assert [line["serving"] for line in tale.pair.journal.lines["serving"]] == ["a", "conflict", "b"]


def test_swapped_roles_begin_with_b_serving(story: Begin) -> None:
    pair = story(roles_swapped=True).pair
    assert pair.relationship.roles["b"] is Role.PRIMARY
    assert pair.shared.serving == "b"


def test_a_conflict_of_roles_cannot_be_synchronised(story: Begin) -> None:
    pair = story(conflict=True).pair
    assert pair.relationship.conflict
    assert pair.relationship.sync_now() is not None
