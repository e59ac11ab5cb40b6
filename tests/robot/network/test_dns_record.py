"""The DNS swing, tried on real name servers (BIND): what is changed, what is proved, and what is said when it is not."""

import dataclasses
import socket
import subprocess
import threading
import time
import traceback
from collections.abc import Callable, Iterator

import dns.flags
import dns.message
import dns.update
import pytest
from a_network import require
from a_zone import INNER_A, INNER_B, SECRETS, A, B, Zone, a_zone

from robot.domain.errors import Refused, Stalled, UnknownHand, Unreachable
from robot.domain.model import Unit
from robot.domain.waiting import Poller
from robot.network.dns.readings import Propagation, ServerAnswer
from robot.network.dns.record import NameRecord
from robot.network.dns.site import SiteName
from robot.settings.tsig import key

ELSEWHERE = "192.0.2.99"
EAGER = Poller(poll=0.02)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zone]:
    with a_zone(tmp_path_factory.mktemp("zone")) as zone:
        yield zone


@pytest.fixture
def zone(running: Zone) -> Zone:
    running.as_it_was()
    return running


@pytest.fixture
def lagging(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zone]:
    with a_zone(tmp_path_factory.mktemp("lagging"), notify=False) as zone:
        yield zone


@pytest.fixture
def both_views(zone: Zone) -> SiteName:
    return SiteName((zone.record(), zone.inner_record()))


def at_last(look: Callable[[], Propagation], within: float = 5) -> Propagation:
    return EAGER.poll_until(look, lambda seen: seen.is_everywhere, what="the name servers", within=within)


def everywhere(record: NameRecord, to: str, within: float = 5) -> Propagation:
    among = record.authoritative_servers()
    return at_last(lambda: record.propagated(to, among), within)


# -- the swing -----------------------------------------------------------------------------------------------------------


def test_a_swing_is_seen_at_every_authoritative_server(zone: Zone) -> None:
    record = zone.record()
    assert record.propagated(A).is_everywhere
    record.point_to(A, B, 60)
    proved = everywhere(record, B)
    assert {answer.server for answer in proved.answers} == {f"{zone.ns1}:5353", f"ns2.example.test ({zone.ns2}:5353)"}
    assert [zone.says(zone.ns1), zone.says(zone.ns2)] == [[B], [B]], "as somebody else sees it too"
    assert record.read().ttl == 60
    assert not record.propagated(A).is_everywhere


def test_the_swing_back_is_the_same_with_the_addresses_exchanged(zone: Zone) -> None:
    record = zone.record()
    record.point_to(A, B, 60)
    record.point_to(B, A, 300)
    everywhere(record, A)
    assert (record.read().addresses, record.read().ttl) == ((A,), 300)


def test_an_ipv6_address_makes_it_an_aaaa_record(zone: Zone) -> None:
    record = zone.record("six", a="2001:db8::12", b="2001:DB8:0::13")
    record.point_to(record.address_of(Unit.A), record.address_of(Unit.B), 60)
    assert record.read().addresses == ("2001:db8::13",)
    assert everywhere(record, "2001:0db8::13").is_everywhere, "however the address is spelt"
    record.point_to("2001:db8::13", "2001:db8::12", 60)


def test_a_record_may_be_named_within_the_zone_or_whole(zone: Zone) -> None:
    for name in ("support", "support.example.test", "support.example.test.", "SUPPORT.Example.Test"):
        assert zone.record(name).read().addresses == (A,)
    assert str(zone.record("@").whole_name) == "example.test."


def test_names_at_the_same_place_keep_their_other_records(zone: Zone) -> None:
    kinds = ("TXT", "MX")
    before = [zone.says(zone.ns1, kind=kind) for kind in kinds]
    assert all(before)
    zone.record().point_to(A, B, 60)
    assert [zone.says(zone.ns1, kind=kind) for kind in kinds] == before


def test_the_ttl_is_lowered_and_restored_while_the_address_stays(zone: Zone) -> None:
    record = zone.record()
    for ttl in (30, 300):
        record.set_ttl([A], ttl)
        assert (record.read().addresses, record.read().ttl) == ((A,), ttl)


# -- another hand --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "instead"),
    [((ELSEWHERE,), f"but to {ELSEWHERE}"), ((A, ELSEWHERE), f"but to {A} and {ELSEWHERE}"), ((), "but is gone")],
)
def test_a_stale_prerequisite_changes_nothing_and_says_another_hand_was_at_work(
    zone: Zone, values: tuple[str, ...], instead: str
) -> None:
    zone.change("A", *values)
    before = zone.serial(zone.ns1)
    for act in (lambda: zone.record().point_to(A, B, 60), lambda: zone.record().set_ttl([A], 60)):
        with pytest.raises(UnknownHand, match="another hand was at work, and nothing was changed") as stop:
            act()
        assert instead in str(stop.value)
    assert (zone.says(zone.ns1), zone.serial(zone.ns1)) == (sorted(values), before)


def test_the_same_change_sent_again_changes_nothing(zone: Zone) -> None:
    zone.record().point_to(A, B, 60)
    before = zone.serial(zone.ns1)
    with pytest.raises(UnknownHand):
        zone.record().point_to(A, B, 60)
    assert zone.serial(zone.ns1) == before


def test_what_does_not_exist_is_not_made(zone: Zone) -> None:
    with pytest.raises(Refused, match=r"nothere.example.test A does not exist"):
        zone.record("nothere").require_permitted()
    assert not zone.record("nothere").read().addresses


# -- who is behind -------------------------------------------------------------------------------------------------------


def test_a_secondary_that_lags_is_waited_for_and_named(lagging: Zone) -> None:
    record = lagging.record()
    record.point_to(A, B, 60)
    with pytest.raises(Stalled):
        everywhere(record, B, within=0.2)
    assert record.propagated(B).lagging == (f"ns2.example.test ({lagging.ns2}:5353) still answers {A}",), "it alone is named"
    threading.Timer(0.3, lagging.tell_secondary).run()
    assert everywhere(record, B).is_everywhere


@pytest.mark.proves("DS2")
def test_a_secondary_that_still_tells_the_long_ttl_is_named_for_its_resolvers_keep_the_old_answer(lagging: Zone) -> None:
    record = lagging.record()
    old = record.read().ttl
    record.set_ttl([A], 30)
    assert record.propagated(A).is_everywhere
    assert record.propagated(A, longest=30).lagging == (
        f"ns2.example.test ({lagging.ns2}:5353) still answers with a TTL of {old} s",
    )
    lagging.tell_secondary()
    assert at_last(lambda: record.propagated(A, longest=30)).is_everywhere


def test_a_secondary_that_is_silent_is_not_passed_over(lagging: Zone) -> None:
    record = lagging.record()
    among = record.authoritative_servers()
    lagging.stop("two")
    seen = record.propagated(A, among)
    assert not seen.is_everywhere
    assert len(seen.lagging) == 1
    assert "ns2.example.test" in seen.lagging[0]
    lagging.run("two")
    assert everywhere(record, A).is_everywhere


def test_a_server_that_is_silent_at_one_of_its_addresses_counts_by_the_other() -> None:
    def answer(name: str, *addresses: str, problem: str = "") -> ServerAnswer:
        return ServerAnswer(view="swing", name=name, server=name, wanted=B, addresses=addresses, problem=problem)

    silent, there, old = answer("ns2", problem="ns2 is silent"), answer("ns2", B), answer("ns2", A)
    assert Propagation(answers=(answer("ns1", B), there, silent)).is_everywhere
    assert Propagation(answers=(answer("ns1", B), silent)).lagging == ("ns2 is silent",)
    assert Propagation(answers=(answer("ns1", B), old, silent)).lagging == (f"ns2 still answers {A}",)
    assert not Propagation(answers=(answer("ns1", A, B),)).is_everywhere, "both at once is not the new one"
    assert not Propagation(answers=()).is_everywhere, "nobody asked proves nothing"


def test_a_server_of_the_zone_that_cannot_be_found_is_told(zone: Zone) -> None:
    with zone.also_served_by("ghost.invalid.", server=zone.inner):
        found = zone.inner_record().authoritative_servers()
        assert [server.ip for server in found.servers] == [zone.inner]
        assert "ghost.invalid has no address that could be found" in found.notes[0]
        assert f"{zone.inner}:5353 alone was asked" in found.notes[1]
        assert zone.inner_record().propagated(INNER_A).notes == found.notes


# -- keys ----------------------------------------------------------------------------------------------------------------


def all_words(stop: BaseException, *things: object) -> str:
    return "".join([*traceback.format_exception(stop), str(stop), repr(stop), str(stop.__dict__), *map(repr, things)])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (f"outer-key:{SECRETS['inner-key']}", "knows the key outer-key with another secret; correct TSIG"),
        (f"nobody:{SECRETS['outer-key']}", "does not know the key nobody with this algorithm; correct TSIG"),
        (f"hmac-sha512:outer-key:{SECRETS['outer-key']}", "does not know the key outer-key with this algorithm; correct TSIG"),
        (f"stranger-key:{SECRETS['stranger-key']}", "does not let the key stranger-key change support.example.test A"),
    ],
)
def test_a_wrong_key_is_refused_and_its_secret_is_nowhere_in_the_sentence(
    zone: Zone, caplog: pytest.LogCaptureFixture, text: str, sentence: str
) -> None:
    caplog.set_level(0)
    record = dataclasses.replace(zone.record(), key=key("TSIG", text))
    with pytest.raises(Refused, match=sentence) as stop:
        record.point_to(A, B, 60)
    with pytest.raises(Refused, match=sentence) as beforehand:
        record.require_permitted()
    shown = all_words(stop.value, record) + all_words(beforehand.value, SiteName((record,))) + caplog.text
    assert text not in shown
    assert text.rpartition(":")[2] not in shown
    assert zone.says(zone.ns1) == [A]


def test_a_clock_that_is_wrong_is_said(zone: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 3600)  # the signature's clock; no test may set the machine's
    with pytest.raises(Refused, match="a clock that differs from ours by more than a signature allows"):
        zone.record().point_to(A, B, 60)


def test_to_prove_that_the_key_may_change_the_record_changes_nothing(zone: Zone) -> None:
    before = zone.serial(zone.ns1)
    assert zone.record().require_permitted().addresses == (A,)
    assert zone.serial(zone.ns1) == before


# -- answers that prove nothing ------------------------------------------------------------------------------------------


def test_an_alias_is_not_swung(zone: Zone) -> None:
    with pytest.raises(Refused, match=r"is an alias \(CNAME\) of support.example.test"):
        zone.record("alias").require_permitted()


def test_a_copy_of_the_zone_takes_no_change_and_its_keeper_is_asked_for(zone: Zone) -> None:
    with pytest.raises(Refused, match=r"name the server where the zone is kept in swing.server"):
        zone.record(server=f"{zone.ns2}:5353").point_to(A, B, 60)


def test_a_server_of_another_zone_is_refused(zone: Zone) -> None:
    elsewhere = zone.record(zone="elsewhere.test")
    with pytest.raises(
        Refused, match=r"answers REFUSED for support.elsewhere.test; check that it serves the zone elsewhere.test"
    ):
        elsewhere.read()
    with pytest.raises(Refused, match=r"takes no changes of support.elsewhere.test A in the zone elsewhere.test \(NOTAUTH\)"):
        elsewhere.point_to(A, B, 60)


def test_nobody_there_is_said_with_what_was_not_changed(zone: Zone) -> None:
    absent = zone.record(server=f"{zone.ns1}:1")
    with pytest.raises(Unreachable, match=r"127.0.0.1:1 gives no answer of use \(Connection refused\)"):
        absent.read()
    with pytest.raises(
        Unreachable, match=r"takes no connection \(Connection refused\), and support.example.test A was not changed"
    ):
        absent.point_to(A, B, 60)
    with pytest.raises(Unreachable, match=r"the name server nowhere.invalid does not resolve; correct swing.server"):
        zone.record(server="nowhere.invalid").read()


def test_a_lost_datagram_is_asked_for_again_over_tcp(zone: Zone) -> None:
    require("nft")
    drop = ("add table ip t", "add chain ip t i { type filter hook input priority 0; }", "add rule ip t i udp dport 5353 drop")
    subprocess.run(["nft", "; ".join(drop)], check=True)
    try:
        assert zone.record().read().addresses == (A,)
    finally:
        subprocess.run(["nft", "delete table ip t"], check=True)


@pytest.fixture
def impostor(zone: Zone) -> Iterator[Callable[..., NameRecord]]:
    """A server that takes one message over TCP and answers as the test says, without any key."""
    listener = socket.create_server((zone.ns1, 0))
    listener.settimeout(5)
    threads: list[threading.Thread] = []

    def answering(answer: Callable[[dns.message.Message], bytes]) -> NameRecord:
        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                size = int.from_bytes(connection.recv(2), "big")
                wire = answer(dns.message.from_wire(connection.recv(size), continue_on_error=True, keyring=False))
                connection.sendall(len(wire).to_bytes(2, "big") + wire if wire else b"")

        threads.append(threading.Thread(target=serve, daemon=True))
        threads[0].start()
        return zone.record(server=f"{zone.ns1}:{listener.getsockname()[1]}")

    yield answering
    for thread in threads:
        thread.join(5)
    listener.close()


def test_a_change_without_an_answer_is_not_known_to_be_made_or_not(impostor: Callable[..., NameRecord]) -> None:
    def nothing(_asked: dns.message.Message) -> bytes:
        return b""

    with pytest.raises(Unreachable, match="whether the record was changed is not known; resume: it is read first"):
        impostor(nothing).point_to(A, B, 60)


def test_an_answer_that_nobody_signed_is_not_believed(impostor: Callable[..., NameRecord]) -> None:
    def unsigned(asked: dns.message.Message) -> bytes:
        answer = dns.update.UpdateMessage("example.test", id=asked.id)
        answer.flags |= dns.flags.QR
        return answer.to_wire()

    with pytest.raises(Unreachable, match=r"gave no answer of use \(not signed, or malformed\); whether .* is not known"):
        impostor(unsigned).point_to(A, B, 60)


# -- inner and outer views -----------------------------------------------------------------------------------------------


def test_both_views_are_swung_each_to_its_own_address_and_proved(zone: Zone, both_views: SiteName) -> None:
    assert both_views.leads_to(both_views.require_permitted()) is Unit.A
    both_views.lead_to(Unit.B, ttl=60)
    among = both_views.authorities()
    seen = at_last(lambda: both_views.propagated(Unit.B, among))
    assert {answer.wanted for answer in seen.answers} == {B, INNER_B}
    assert [zone.says(server) for server in (zone.ns1, zone.ns2, zone.inner)] == [[B], [B], [INNER_B]]
    assert both_views.leads_to(both_views.read()) is Unit.B
    both_views.lead_to(Unit.A, ttl=300)
    assert both_views.leads_to(both_views.read()) is Unit.A


def test_a_view_that_was_not_swung_is_not_proved(zone: Zone, both_views: SiteName) -> None:
    zone.record().point_to(A, B, 60)
    zone.wait_for_copy()
    assert both_views.propagated(Unit.B).lagging == (f"{zone.inner}:5353 still answers {INNER_A}",)
    assert both_views.leads_to(both_views.read()) is None


def test_what_is_half_swung_is_said_gone_on_with_and_taken_back(zone: Zone, both_views: SiteName) -> None:
    zone.change("A", ELSEWHERE, server=zone.inner)
    with pytest.raises(UnknownHand, match=rf"another hand .*; {zone.ns1}:5353 already led to B$"):
        both_views.lead_to(Unit.B, ttl=60)
    zone.change("A", INNER_A, server=zone.inner)
    both_views.lead_to(Unit.B, ttl=60)
    assert both_views.leads_to(both_views.read()) is Unit.B
    zone.change("A", INNER_A, server=zone.inner)
    both_views.lead_to(Unit.A, ttl=300)
    assert both_views.leads_to(both_views.read()) is Unit.A


def test_swung_again_after_a_crash_nothing_is_changed(zone: Zone, both_views: SiteName) -> None:
    both_views.lead_to(Unit.B, ttl=60)
    before = zone.serial(zone.ns1), zone.serial(zone.inner)
    both_views.lead_to(Unit.B, ttl=60)
    assert (zone.serial(zone.ns1), zone.serial(zone.inner)) == before


def test_each_view_gets_its_own_ttl_back(both_views: SiteName) -> None:
    both_views.set_ttls(Unit.A, [30, 40])
    assert [reading.ttl for reading in both_views.read()] == [30, 40]


def test_a_name_that_leads_somewhere_by_ipv6_too_is_refused_before_the_swing(zone: Zone) -> None:
    with pytest.raises(Refused, match="the name also leads to 2001:db8::12 at"):
        SiteName((zone.record("both"),)).require_permitted()
