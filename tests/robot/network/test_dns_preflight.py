"""What a name server must be able to do is proved before the swing, on real name servers (BIND) and on some that cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import dns.query
import dns.rcode
import dns.tsig
import dns.update
import pytest
from a_name_server import NameServer
from a_zone import SECRETS, A, B, Zone, a_zone

from robot.domain.errors import Refused, UnknownHand
from robot.domain.model import Unit
from robot.domain.waiting import Poller
from robot.network.dns import site as dns_site
from robot.network.dns.site import SiteName


@pytest.fixture(scope="module")
def zone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zone]:
    with a_zone(tmp_path_factory.mktemp("zone")) as running:
        yield running


@pytest.fixture
def server() -> Iterator[Callable[..., NameServer]]:
    running: list[NameServer] = []

    def start(**ways: object) -> NameServer:
        running.append(NameServer(**ways))  # type: ignore[arg-type]
        return running[-1]

    yield start
    for each in running:
        each.close()


def test_a_server_that_does_all_of_it_is_left_as_it_was(server: Callable[..., NameServer]) -> None:
    good = server()
    assert good.record().require_permitted().addresses == (A,)
    assert (good.address, good.ttl, good.updates) == (A, 300, [f"{A} 300"]), "its own contents, once"


@pytest.mark.parametrize("code", [dns.rcode.NOTAUTH, dns.rcode.REFUSED, dns.rcode.FORMERR])
def test_an_unsigned_error_is_told_as_a_key_that_the_server_does_not_know(
    server: Callable[..., NameServer], code: dns.rcode.Rcode
) -> None:
    record = server(unsigned=code).record()
    sentence = (
        f"answers {dns.rcode.to_text(code)} without a signature, .* do not know the key outer-key or its algorithm; correct TSIG"
    )
    with pytest.raises(Refused, match=sentence):
        record.require_permitted()
    with pytest.raises(Refused, match=f"{sentence}.*; support.example.test A was not changed"):
        record.point_to(A, B, 60)


@pytest.mark.parametrize("code", [dns.rcode.NOTAUTH, dns.rcode.REFUSED, dns.rcode.FORMERR])
def test_a_key_that_is_known_for_questions_alone_is_found_before_the_swing(
    server: Callable[..., NameServer], code: dns.rcode.Rcode
) -> None:
    with pytest.raises(Refused, match=r"without a signature, .* support.example.test A was not changed"):
        server(unsigned=code, knows_queries=True).record().require_permitted()


def test_a_server_that_refuses_a_true_condition_is_told_as_that_and_not_as_another_hand(
    server: Callable[..., NameServer],
) -> None:
    record = server(condition=dns.rcode.NXRRSET).record()
    for act in (record.require_permitted, lambda: record.point_to(A, B, 60)):
        with pytest.raises(Refused, match=r"says that it does not \(NXRRSET\): its conditions cannot be relied upon") as stop:
            act()
        assert not isinstance(stop.value, UnknownHand)


def test_a_server_that_takes_an_untrue_condition_is_refused_and_nothing_is_sent_that_would_change_anything(
    server: Callable[..., NameServer],
) -> None:
    blind = server(condition=dns.rcode.NOERROR)
    with pytest.raises(Refused, match=f"on the condition that support.example.test A leads to {B}, and it leads to {A}"):
        blind.record().require_permitted()
    assert not blind.updates


def test_a_server_that_raises_the_ttl_of_whatever_is_written_is_told_with_the_ttl_to_set(
    server: Callable[..., NameServer],
) -> None:
    with pytest.raises(Refused, match=r"keeps a TTL of at least 600 s .* \(300 s\); set swing.ttl = 600 in the pair file"):
        server(floor=600).record().require_permitted()


@pytest.mark.parametrize("old", [300, 3600])
def test_a_floor_below_the_old_ttl_is_found_when_it_is_lowered_and_the_old_one_stays(
    server: Callable[..., NameServer], monkeypatch: pytest.MonkeyPatch, old: int
) -> None:
    monkeypatch.setattr(dns_site, "_TAKEN_S", 0.2)
    keeping = server(floor=300, ttl=old)
    with pytest.raises(Refused, match=r"keeps a TTL of at least 300 s .* \(60 s\); set swing.ttl = 300 in the pair file"):
        SiteName((keeping.record(),)).set_ttls(Unit.A, [60], kept=Poller(poll=0.02))
    assert (keeping.address, keeping.ttl) == (A, old)


def test_a_wildcard_that_answers_in_the_records_place_is_told_and_nothing_is_made(zone: Zone) -> None:
    zone.change("A", name="support")
    update = dns.update.UpdateMessage("example.test")
    update.delete("support")
    update.add("*", 300, "A", A)
    update.use_tsig(dns.tsig.Key("keeper-key", SECRETS["keeper-key"]))
    assert dns.query.tcp(update, zone.ns1, timeout=5, port=zone.port).rcode() == 0
    before = zone.serial(zone.ns1)
    assert zone.record().read().addresses == (A,), "a question alone does not show it"
    with pytest.raises(
        Refused, match=r"support.example.test A does not exist at .*, where a wildcard answers in its place; make"
    ):
        zone.record().require_permitted()
    assert zone.serial(zone.ns1) == before
