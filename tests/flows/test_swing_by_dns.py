"""The DNS swing's flow on a real BIND, below the browser: the pair is on paper, the name servers are not."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import dns.message
import dns.query
import dns.rcode
import pytest
from a_name_server import NameServer
from a_zone import SECRETS, Zone, a_zone
from paper_pair import Killed, Story, story
from paper_world import World

from flows.procedures.back_out import back_out
from flows.session.pair import Pair
from flows.swings.dns import ByDns
from robot.domain.errors import Refused, UnknownHand
from robot.domain.waiting import Poller
from robot.simulator.domain.names import Names

A, B, ELSEWHERE = "127.9.9.12", "127.9.9.13", "127.9.9.99"
SWUNG = "site-dns-to-b"


class NamedWorld(World):
    """A pair whose clients go where the name leads; its time is that of the name servers, ten times as fast."""

    told: Callable[[], list[str]]
    """Gives the addresses that clients are told."""

    def write(self, folder: Path) -> Path:
        pair_file = super().write(folder)
        with (folder / ".env").open("a", encoding="utf-8") as env:
            env.writelines(f"{name.upper()}_KEY={name}-key:{SECRETS[f'{name}-key']}\n" for name in ("outer", "inner"))
        return pair_file

    def sleep(self, seconds: float) -> None:
        time.sleep(min(seconds, 0.02))
        unit = {A: "a", B: "b"}.get("".join(self.told()), "")
        if unit != self.knobs.name_leads_to:
            self.knobs.change({"name_leads_to": unit}, running=True)
            self.pair.knobs_changed()
        super().sleep(seconds)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zone]:
    with a_zone(tmp_path_factory.mktemp("zone")) as zone:
        yield zone


@contextmanager
def named(folder: Path, zone: Zone, *, old: int = 1, ttl: int = 1) -> Generator[Story]:
    """A run whose site is a name in two views: TTL `old` now, and `ttl` in the pair file."""
    for server in (zone.ns1, zone.inner):
        zone.change("A", A, server=server, ttl=old)
    zone.wait_for_copy()
    world = NamedWorld(Names(hostname="support.example.test"))
    world.told = lambda: zone.says(zone.ns1)

    views = f'views = [{{ server = "{zone.inner}:{zone.port}", tsig = "INNER_KEY" }}]'
    with story(folder, world, change=by_name(f"{zone.ns1}:{zone.port}", ttl, views)) as run:
        yield run


def by_name(server: str, ttl: int, views: str = "") -> Callable[[str], str]:
    """Change a pair file to a swing by name."""

    def change(text: str) -> str:
        before, _, rest = text.partition("[swing]\n")
        return f"""{before}[swing]
method = "dns"
server = "{server}"
zone = "example.test"
record = "support"
ttl = {ttl}
tsig = "OUTER_KEY"
{views}

[checks]{rest.partition("[checks]")[2]}"""

    return change


def told(zone: Zone) -> set[tuple[str, int]]:
    """What every server of every view tells, asked with nothing of the robot's own: address and TTL."""
    question = dns.message.make_query("support.example.test.", "A")
    found: set[tuple[str, int]] = set()
    for server in (zone.ns1, zone.ns2, zone.inner):
        answer = dns.query.udp(question, server, timeout=2, port=zone.port).answer[0]
        found |= {(str(each), answer.ttl) for each in list[object](answer)}
    return found


def at(run: Story, step: str, kind: str) -> datetime:
    """When a step's line was written."""
    return datetime.fromisoformat(next(line["utc"] for line in run.lines if (line["step"], line["kind"]) == (step, kind)))


@pytest.mark.proves("DS1", "DS2", "MP1", "MP5", "PL2")
def test_the_ttl_is_lowered_ahead_and_restored_and_the_old_one_is_waited_out(running: Zone, tmp_path: Path) -> None:
    with named(tmp_path, running, old=3) as run:
        ending = run.perform(before="site-swing")
        assert ending.sentence == "stopped by hand before site-swing"
        assert told(running) == {(A, 1)}, "lowered, and swung by nobody"
        lowered = next(line["reading"] for line in run.lines if (line["step"], line["kind"]) == ("site-dns-lower-ttl", "proved"))
        assert [answer["ttl"] for answer in lowered["answers"]] == [1, 1, 1], "proved at every authoritative server"
        assert at(run, "site-dns-lower-ttl", "proved") < at(run, "b-break-failover-relationships", "intent"), "well ahead"
        assert run.perform().outcome == "done"
        waited = (at(run, SWUNG, "intent") - at(run, "site-dns-lower-ttl", "proved")).total_seconds()
        assert waited >= 3, "until the answers with the old TTL are forgotten"
        expired = (at(run, "site-dns-old-answers-over-b", "reading") - at(run, SWUNG, "proved")).total_seconds()
        assert expired >= 1
        assert told(running) == {(B, 3)}, "at every server, with the TTL of before"
        assert [run.of("intent").count(f"site-dns-{deed}") for deed in ("lower-ttl", "to-b", "restore-ttl")] == [1, 1, 1]


@pytest.mark.proves("DS1")
def test_a_name_that_does_not_lead_to_a_is_refused_before_anything_is_changed(running: Zone, tmp_path: Path) -> None:
    with named(tmp_path, running) as run:
        running.change("A", ELSEWHERE, server=running.inner, ttl=1)
        ending = run.perform()
        assert isinstance(ending.stop, Refused)
        assert f"{running.inner}:{running.port} leads to {ELSEWHERE}" in ending.sentence
        assert not run.of("intent")


@pytest.mark.proves("DS1", "DS2")
@pytest.mark.parametrize(
    ("target", "address", "seen"),
    [
        ("ns-old", "127.9.9.9", r"ns-old.example.test \(127.9.9.9:5353\) gives no answer"),
        ("ghost.invalid.", "", "ghost.invalid has no address that could be found"),
    ],
)
def test_a_server_of_the_zone_that_does_not_answer_ends_the_run_before_anything_is_changed_also_where_the_ttl_is_low_already(
    running: Zone, tmp_path: Path, target: str, address: str, seen: str
) -> None:
    with running.also_served_by(target, address), named(tmp_path, running) as run:
        before = [running.serial(running.ns1), running.serial(running.inner)]
        ending = run.perform()
        assert isinstance(ending.stop, Refused)
        assert re.search(rf"could not be proved at every server of the zone: .*{seen}.*mend that server", ending.sentence)
        assert not run.of("intent")
        assert [running.serial(running.ns1), running.serial(running.inner)] == before


@contextmanager
def single(folder: Path, *, floor: int = 0, old: int = 60) -> Generator[tuple[Story, NameServer]]:
    """A run whose site is a name at one name server of a few lines: TTL `old` now, and 60 in the pair file."""
    server = NameServer(address=A, ttl=old, floor=floor)
    world = NamedWorld(Names(hostname="support.example.test"))
    world.told = lambda: [server.address]
    try:
        with story(folder, world, change=by_name(f"{server.ip}:{server.port}", 60)) as run:
            yield run, server
    finally:
        server.close()


@pytest.mark.proves("DS1")
def test_a_server_that_keeps_a_longer_ttl_ends_the_run_before_the_break_with_the_ttl_to_set(tmp_path: Path) -> None:
    with single(tmp_path, floor=300, old=3600) as (run, server):
        ending = run.perform()
        assert isinstance(ending.stop, Refused)
        assert "keeps a TTL of at least 300 s" in ending.sentence
        assert "set swing.ttl = 300 in the pair file" in ending.sentence
        assert run.of("intent") == ["site-dns-lower-ttl"], "nothing else was pressed"
        assert (server.address, server.ttl) == (A, 3600), "and this is as it was"


@pytest.mark.parametrize("unsigned", [None, dns.rcode.REFUSED])
def test_however_often_the_site_is_probed_its_name_server_is_asked_once_a_second_also_while_it_refuses(
    tmp_path: Path, unsigned: dns.rcode.Rcode | None
) -> None:
    with single(tmp_path) as (run, server):
        server.unsigned = unsigned
        swing = ByDns(run.settings, run.secrets)
        pair = Pair.of(run.settings, run.secrets, Poller(), swing)

        def probe(_: int) -> str:
            try:
                return swing.probed(pair).address
            except Refused as stop:
                return str(stop)

        began = time.monotonic()
        with ThreadPoolExecutor(2) as threads:
            found = set(threads.map(probe, range(1000)))
        assert len(found) == 1, "the same to every thread"
        assert found == {A} or "without a signature" in found.pop()
        assert server.asked <= (1 if unsigned is None else 2) * (1 + time.monotonic() - began)


@pytest.mark.proves("DS1")
def test_a_crash_at_any_point_of_the_swing_is_resumed_without_harm(running: Zone, tmp_path: Path) -> None:
    for point in ("before-picture", "after-intent", "after-press", "waiting", "after-proof"):
        with named(tmp_path / point, running) as run:
            plug = _pulled_at(SWUNG, point)
            with pytest.raises(Killed):
                run.perform(checkpoint=plug)
            before = [running.serial(running.ns1), running.says(running.ns1)]
            assert run.perform(before="site-served-by-b").sentence == "stopped by hand before site-served-by-b", point
            assert told(running) == {(B, 1)}, point
            if before[1] == [B]:
                assert running.serial(running.ns1) == before[0], "what is done already is not sent again"


def _pulled_at(step: str, point: str) -> Callable[[str, str], None]:
    """Kill the process at a point, once."""
    pulled: list[str] = []

    def checkpoint(here: str, where: str) -> None:
        if (here, where) == (step, point) and not pulled:
            pulled.append(point)
            raise Killed

    return checkpoint


def _half_swung(run: Story, zone: Zone) -> None:
    """Have the swing stop between the two views: somebody has just pointed the inner one elsewhere."""

    def somebody(step: str, point: str) -> None:
        if (step, point) == (SWUNG, "after-intent"):
            zone.change("A", ELSEWHERE, server=zone.inner, ttl=1)

    ending = run.perform(checkpoint=somebody)
    assert isinstance(ending.stop, UnknownHand)
    assert "another hand was at work" in ending.sentence
    assert f"{zone.ns1}:{zone.port} already led to B" in ending.sentence
    assert (zone.says(zone.ns1), zone.says(zone.inner)) == ([B], [ELSEWHERE])
    again = run.perform()
    assert isinstance(again.stop, Refused), "a stranger's entry is never overwritten"
    assert zone.says(zone.inner) == [ELSEWHERE]
    zone.change("A", A, server=zone.inner, ttl=1)


@pytest.mark.proves("DS1")
def test_a_half_swung_set_of_views_is_finished_when_resumed(running: Zone, tmp_path: Path) -> None:
    with named(tmp_path, running) as run:
        _half_swung(run, running)
        assert run.perform().outcome == "done"
        assert told(running) == {(B, 1)}


@pytest.mark.proves("DS1")
def test_a_half_swung_set_of_views_is_taken_back_when_backed_out(running: Zone, tmp_path: Path) -> None:
    with named(tmp_path, running) as run:
        _half_swung(run, running)
        run.instead(back_out)
        ending = run.perform()
        assert ending.outcome == "backed_out", ending.sentence
        assert told(running) == {(A, 1)}


@pytest.mark.proves("DS1")
def test_a_swing_that_was_never_sent_is_backed_out_too(running: Zone, tmp_path: Path) -> None:
    with named(tmp_path, running) as run:
        with pytest.raises(Killed):
            run.perform(checkpoint=_pulled_at(SWUNG, "after-intent"))
        run.instead(back_out)
        ending = run.perform()
        assert ending.outcome == "backed_out", ending.sentence
        assert told(running) == {(A, 1)}


@pytest.mark.proves("DS1")
@pytest.mark.parametrize("point", ["after-intent", "after-press", "after-proof"])
def test_a_run_that_has_broken_nothing_leaves_the_old_ttl(point: str, running: Zone, tmp_path: Path) -> None:
    with named(tmp_path, running, old=3) as run:
        with pytest.raises(Killed):
            run.perform(checkpoint=_pulled_at("site-dns-lower-ttl", point))
        run.instead(back_out)
        ending = run.perform()
        assert ending.outcome == "backed_out", ending.sentence
        running.wait_for_copy()
        assert told(running) == {(A, 3)}


@pytest.mark.proves("DS1", "DS2")
def test_the_swing_back_leads_to_a_again_with_the_ttl_of_before(running: Zone, tmp_path: Path) -> None:
    with named(tmp_path, running, old=2) as run:
        run.perform(before="site-served-before-a")
        assert told(running) == {(B, 2)}
        run.instead(back_out)
        ending = run.perform()
        assert ending.outcome == "backed_out", ending.sentence
        assert told(running) == {(A, 2)}
        waited = (at(run, "site-dns-old-answers-over-a", "reading") - at(run, "site-dns-to-a", "proved")).total_seconds()
        assert waited >= 2, "answers that lead to B were given with the restored TTL"


def test_by_a_plan_a_name_that_leads_to_b_is_expected_after_the_swing_and_not_before(running: Zone, tmp_path: Path) -> None:
    with named(tmp_path, running) as run:
        run.plan()
        assert run.perform().outcome == "done"
        assert run.unexpected() == {gate: [] for gate in ("b-updated", "a-updated", "end")}
        at_the_end = [str(each["sentence"]) for each in run.compared()["end"].of_weight("expected")]
        told = "the site: Site's name (DNS), leads to: it was A and is B; as expected: the site was swung to B"
        assert told in at_the_end
        before = [each["field"] for each in run.compared()["b-updated"].differences if each["area"] == "name"]
        assert before == []
