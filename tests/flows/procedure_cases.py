"""Every way through the procedures, as a person would go it: a whole run through real browsers for each."""

import contextlib
import json
import shutil
import subprocess
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from a_network import ip, networks, require
from a_scene import Scene, a_scene, meanwhile
from a_zone import SECRETS, Zone, a_zone

from robot.operators import operator_questions
from robot.runs.store import RunState
from robot.simulator.folder import of_one

Case = Callable[[Path], Scene]
CASES: dict[str, Case] = {}

HERE = Path(__file__).parent
NAT = HERE.parent / "robot" / "network" / "nat_router" / "nat"
PRODUCT, BASE, STONE = "Bomgar Remote Support 13.1.2", "Base Software 3.4.1", "Bomgar Remote Support 13.1.0"
ONE_HOP = {"chain": 1}
APART = ["b sync-now", "b break-failover-relationships"]
SWUNG = ["a ip-disable shared", "b ip-enable shared"]
TOGETHER = ["b establish-relationship", "a sync-now"]


def case(name: str) -> Callable[[Case], Case]:
    """Name a case; its table is `CASES`."""

    def keep(function: Case) -> Case:
        CASES[name] = function
        return function

    return keep


def installs(unit: str, *packages: str) -> list[str]:
    return [f"{unit} install {package}" for package in packages or (PRODUCT,)]


def asynchronously(*packages: str, swung: list[str] | None = None) -> list[str]:
    """What the pair is told in the asynchronous procedure."""
    return [*APART, *installs("b", *packages), *(SWUNG if swung is None else swung), *installs("a", *packages), *TOGETHER]


# -- automatic -----------------------------------------------------------------------------------------------------------


@case("automatic, one package")
def automatic_one(folder: Path) -> Scene:
    with a_scene(folder, knobs=ONE_HOP) as scene:
        scene.run()
        scene.require_told(asynchronously())
        scene.require_over()
    return scene


@case("automatic, three packages that need each other; shared IP")
def automatic_three(folder: Path) -> Scene:
    with a_scene(folder, knobs={"chain": 3}) as scene:
        scene.run()
        scene.require_told(asynchronously(BASE, STONE, PRODUCT))
        assert [line["serving"] for line in scene.simulated.serving()][-1] == "b"
        scene.require_over()
    return scene


@case("from 10.5 on Base 3.3.1: session data is extracted by a command right before the swing")
def from_10_5(folder: Path) -> Scene:
    with a_scene(folder, from_version="10.5.3", from_base="3.3.1") as scene:
        command = scene.simulated.folder / "extract-sessions"
        command.write_text("#!/bin/sh\ndate -u +%FT%T.%3NZ >> extracted\necho 4 sessions\n", encoding="utf-8")
        command.chmod(0o755)
        pair = scene.simulated.pair_file
        skipped = 'session_data = { skip = "simulated pair" }'
        text = pair.read_text(encoding="utf-8")
        assert skipped in text
        pair.write_text(text.replace(skipped, 'session_data = { command = ["./extract-sessions"] }'), encoding="utf-8")
        scene.run()
        scene.require_told(asynchronously(BASE, PRODUCT))
        [extracted] = (scene.simulated.folder / "extracted").read_text(encoding="utf-8").split()
        swung = next(line["utc"] for line in scene.simulated.changes() if line["action"].startswith("ip-disable"))
        taken = (datetime.fromisoformat(swung) - datetime.fromisoformat(extracted)).total_seconds()
        assert 0 <= taken < 60, f"extracted {taken} s before the swing"
        scene.require_over()
    return scene


@case("from 10.6 on Base 3.3.2: session data is merged by the appliances")
def from_10_6(folder: Path) -> Scene:
    with a_scene(folder, from_version="10.6.2", from_base="3.3.2") as scene:
        scene.run()
        scene.require_told(asynchronously(BASE, PRODUCT))
        assert not scene.kinds("a-check-session-data")
        scene.require_over()
    return scene


FILES = ("1-base-3.4.1.nsu", "2-site-13.1.2.nsu")


@case("manual: files of both brought by a person, uploaded in order; the consoles are kept")
def by_files(folder: Path) -> Scene:
    with a_scene(folder, knobs={"chain": 2}) as scene:
        text = scene.simulated.pair_file.read_text(encoding="utf-8")
        listed = ", ".join(f"{unit} = [{', '.join(json.dumps(f'updates/{unit}/{name}') for name in FILES)}]" for unit in "ab")
        text = text.replace('method = "automatic"', f'method = "manual"\nfiles = {{ {listed} }}')
        scene.simulated.pair_file.write_text(text.replace('installers = "none"', 'installers = "keep"'), encoding="utf-8")
        brought = scene.simulated.folder / "updates" / "b" / FILES[1]
        elsewhere = brought.rename(folder / "stick.nsu")
        scene.run(ends=6)
        scene.require_told([])
        elsewhere.rename(brought)
        assert scene.answer_all() == ["b-update-files-fetched"], "only B's are missing"
        scene.robot("resume", scene.state.name)
        scene.require_told(asynchronously(BASE, PRODUCT))
        assert "check-for-updates" not in {line["action"] for line in scene.simulated.fetches()}
        kept = scene.simulated.folder / "backups" / "installers" / scene.state.name
        found = sorted(path.relative_to(kept).as_posix() for path in kept.rglob("*.msi"))
        new = [f"{unit}-new/bomgar-rep-console-13.1.2.msi" for unit in "ab"]
        assert found == sorted(["a-old/bomgar-rep-console-12.3.5.msi", *new])
        scene.require_over()
    return scene


# -- the swings ----------------------------------------------------------------------------------------------------------


@contextmanager
def named_site(folder: Path) -> Generator[tuple[Scene, Zone]]:
    """A pair whose site is a name in two views on real name servers, in a network of its own; its old TTL is 3 s."""
    (folder / "zone").mkdir()
    with a_zone(folder / "zone") as zone, a_scene(folder, knobs=ONE_HOP, hostname="support.example.test") as scene:
        at = scene.simulated.addresses
        for server in (zone.ns1, zone.inner):
            zone.change("A", at["a"], server=server, ttl=3)
        zone.wait_for_copy()
        scene.change_section(
            "swing", 'method = "dns"', f'server = "{zone.ns1}:{zone.port}"', 'zone = "example.test"', 'record = "support"',
            "ttl = 2", 'tsig = "OUTER_KEY"',
            f'views = [{{ server = "{zone.inner}:{zone.port}", tsig = "INNER_KEY", a = "{at["a"]}", b = "{at["b"]}" }}]',
        )  # fmt: skip
        scene.also_secret("OUTER_KEY", f"outer-key:{SECRETS['outer-key']}")
        scene.also_secret("INNER_KEY", f"inner-key:{SECRETS['inner-key']}")

        def everybody_follows() -> None:
            """Representatives and clients go where the name leads."""
            for unit in ("a", "b"):
                if zone.says(zone.ns2) == [at[unit]]:
                    scene.simulated.set(name_leads_to=unit)

        with meanwhile(everybody_follows):
            yield scene, zone


def ttl_of(zone: Zone, server: str) -> int:
    """What a server tells of the record's TTL, asked with nothing of the robot's own."""
    import dns.message
    import dns.query

    answer = dns.query.udp(dns.message.make_query("support.example.test.", "A"), server, timeout=2, port=zone.port)
    return answer.answer[0].ttl


@case("swing by DNS on a real BIND, two views")
def by_dns(folder: Path) -> Scene:
    with named_site(folder) as (scene, zone):
        scene.run()
        scene.require_told(asynchronously(swung=[]))
        for server in (zone.ns1, zone.ns2, zone.inner):
            assert (zone.says(server), ttl_of(zone, server)) == ([scene.simulated.addresses["b"]], 3)
        for step in ("site-dns-lower-ttl", "site-dns-to-b", "site-dns-restore-ttl"):
            assert scene.kinds(step) == ["intent", "proved"], step
        scene.require_over()
    return scene


@case("swing by DNS, and back out to A")
def back_from_dns(folder: Path) -> Scene:
    with named_site(folder) as (scene, zone):
        scene.dies_at("b-download-backup:begin")
        assert scene.card()["Serving now"].startswith(f"B ({scene.simulated.addresses['b']}) answers")
        scene.robot("back-out", scene.state.name)
        for server in (zone.ns1, zone.ns2, zone.inner):
            assert (zone.says(server), ttl_of(zone, server)) == ([scene.simulated.addresses["a"]], 3)
        scene.require_told([*APART, *installs("b")])
        scene.require_over("stopped")
    return scene


PUBLIC = "198.51.100.20"
TABLE = """
table ip site {{
  chain leads_to {{ type nat hook output priority -100; ip daddr {public} tcp dport {port} dnat to {a}; }}
}}
"""


@contextmanager
def translated_site(folder: Path) -> Generator[Scene]:
    """A pair behind a real nftables rule: its public address leads to A, in a network of its own."""
    require("nft", "unshare")
    with networks(1) as [network], network.inside(), a_scene(folder, knobs=ONE_HOP) as scene:
        ip("address", "add", f"{PUBLIC}/32", "dev", "lo")
        at, port = scene.simulated.addresses, scene.simulated.port
        rules = TABLE.format(public=PUBLIC, port=port, a=at["a"])
        subprocess.run(["nft", "-f", "-"], input=rules, text=True, check=True)
        shutil.copy(NAT, scene.simulated.folder)
        (scene.simulated.folder / "nat.conf").write_text(f'PUBLIC={PUBLIC}\nPORT={port}\nINSIDE=""\n', encoding="utf-8")
        scene.change_section("swing", 'method = "nat"', 'command = ["./nat", "{address}"]', f'address = "{PUBLIC}"')

        def everybody_follows() -> None:
            listed = subprocess.run(["nft", "list", "table", "ip", "site"], check=True, capture_output=True, text=True).stdout
            for unit in ("a", "b"):
                if f"dnat to {at[unit]}\n" in listed:
                    scene.simulated.set(name_leads_to=unit)

        with meanwhile(everybody_follows):
            yield scene


@case("swing by NAT on real nftables")
def by_nat(folder: Path) -> Scene:
    with translated_site(folder) as scene:
        scene.run()
        scene.require_told(asynchronously(swung=[]))
        assert scene.kinds("site-nat-to-b") == ["intent", "gate", "proved"]
        scene.require_over()
    return scene


@case("swing by NAT, and back out to A")
def back_from_nat(folder: Path) -> Scene:
    with translated_site(folder) as scene:
        scene.dies_at("b-download-backup:begin")
        assert scene.card()["Serving now"].startswith(f"B ({scene.simulated.addresses['b']}) answers")
        scene.robot("back-out", scene.state.name)
        scene.require_told([*APART, *installs("b")])
        assert scene.kinds("site-nat-to-a") == ["intent", "gate", "proved"]
        scene.require_over("stopped")
    return scene


def by_hand(scene: Scene) -> None:
    """What the person does who swings: the shared IP, by the network team's own way."""
    scene.simulated.act("a", "ip-disable")
    scene.simulated.act("b", "ip-enable")


@case("swing by a person: the run leaves with 6, is answered and resumed")
def by_person(folder: Path) -> Scene:
    with a_scene(folder, knobs=ONE_HOP) as scene:
        scene.change_section("swing", 'method = "person"', f'address = "{scene.simulated.addresses["shared"]}"')
        scene.run(ends=6)
        card = scene.card()
        assert card["Serving now"].startswith(f"A ({scene.simulated.addresses['a']}) answers"), card
        assert "failover-robot answer" in card["Next"], card
        by_hand(scene)
        scene.robot("answer", scene.state.name, "swing", "--by", "Nina Net", "--note", "moved")
        scene.robot("resume", scene.state.name)
        scene.require_told(asynchronously(swung=[]))
        scene.require_over()
    return scene


@case("swing by a person: the run waits for the answer")
def by_person_waiting(folder: Path) -> Scene:
    with a_scene(folder, knobs=ONE_HOP) as scene:
        scene.change_section("swing", 'method = "person"', f'address = "{scene.simulated.addresses["shared"]}"')

        def a_person_at_work() -> None:
            if runs_ask(scene, "swing"):
                by_hand(scene)
                scene.robot("answer", scene.state.name, "swing", "--by", "Nina Net", "--note", "moved")

        with meanwhile(a_person_at_work):
            scene.run("--wait")
        scene.require_told(asynchronously(swung=[]))
        scene.require_over()
    return scene


@case("swing by a person, and back out to A by a person")
def back_by_person(folder: Path) -> Scene:
    with a_scene(folder, knobs=ONE_HOP) as scene:
        scene.change_section("swing", 'method = "person"', f'address = "{scene.simulated.addresses["shared"]}"')
        scene.run(ends=6)
        by_hand(scene)
        scene.robot("answer", scene.state.name, "swing", "--by", "Nina Net")
        scene.simulated.set(jump_clients_back=0)
        name = scene.state.name
        resumed = scene.begin("resume", name)
        scene.wait(lambda: scene.kinds("site-served-by-b-portal"), "the swing to be proved")
        scene.robot("stop", name)
        scene.end_of(resumed)
        assert not [each for each in scene.told() if each.startswith("a install")], "stopped too late for this case"
        scene.robot("back-out", name, ends=6)
        scene.simulated.act("b", "ip-disable")
        scene.simulated.act("a", "ip-enable")
        scene.robot("answer", name, "swing", "--by", "Nina Net", "--note", "back on A")
        scene.robot("back-out", name)
        scene.require_told([*APART, *installs("b")])
        scene.require_over("stopped")
    return scene


def runs_ask(scene: Scene, check: str) -> bool:
    """Whether the run asks for this, as it stands in the state folder."""
    folders = (scene.folder / "state" / "failover-robot" / "runs").glob("*")  # there is none before the run has begun
    return any(each.check == check for folder in folders for each in operator_questions.open_questions(RunState(folder, {})))


# -- the other procedures ------------------------------------------------------------------------------------------------


@case("synchronous: A first, without a swing")
def synchronously(folder: Path) -> Scene:
    with a_scene(folder, knobs=ONE_HOP) as scene:
        scene.run("--procedure", "synchronous")
        scene.require_told([*APART, *installs("a"), *installs("b"), "a establish-relationship", "b sync-now"])
        assert {line["serving"] for line in scene.simulated.serving()} <= {"a", "none"}
        scene.require_over()
    return scene


@case("single: one appliance alone")
def singly(folder: Path) -> Scene:
    with a_scene(folder, knobs={"broken": True}) as scene:
        scene.run("--procedure", "single", pair=of_one(scene.simulated.pair_file))
        scene.require_told(installs("a", BASE, PRODUCT))
        assert {line["unit"] for line in scene.simulated.views()} == {"a"}
        scene.require_over()
    return scene


# -- the way back --------------------------------------------------------------------------------------------------------


def backs_out(folder: Path, point: str, wanted: list[str], said: str, *, serving: str) -> Scene:
    """Die at a point, look at the card, go the way back."""
    with a_scene(folder, knobs=ONE_HOP) as scene:
        scene.dies_at(point)
        card = scene.card()
        assert card["Serving now"].startswith(f"{serving.upper()} ({scene.simulated.addresses[serving]}) answers"), card
        assert said in scene.robot("back-out", scene.state.name).err
        scene.require_told(wanted)
        assert [line["serving"] for line in scene.simulated.serving()][-1] == "a"
        assert not scene.state.is_open
        scene.robot("resume", scene.state.name)
        scene.require_told(wanted)
        scene.require_over("stopped")
    return scene


@case("back out: nothing is broken")
def back_unbroken(folder: Path) -> Scene:
    return backs_out(folder, "b-sync-now:after-proof", APART[:1], "broken and installed nothing", serving="a")


@case("back out: broken, before B's install")
def back_as_it_was(folder: Path) -> Scene:
    scene = backs_out(folder, "b-base-1:begin", [*APART, "a establish-relationship", "b sync-now"], "as it was", serving="a")
    assert scene.kinds("a-establish-relationship") == ["intent", "proved"]
    return scene


@case("back out: killed between the intent of the break and the press")
def back_never_broken(folder: Path) -> Scene:
    scene = backs_out(folder, "b-break-failover-relationships:after-intent", APART[:1], "that is read first", serving="a")
    assert scene.kinds("b-break-failover-relationships") == ["intent", "refused"]
    assert scene.state.summary["exposure_s"] is None
    return scene


@case("back out: B is installed, not swung")
def back_before_the_swing(folder: Path) -> Scene:
    return backs_out(folder, "b-verify-software:begin", [*APART, *installs("b")], "A serves on", serving="a")


@case("back out: swung, A untouched")
def back_after_the_swing(folder: Path) -> Scene:
    wanted = [*APART, *installs("b"), *SWUNG, "b ip-disable shared", "a ip-enable shared"]
    return backs_out(folder, "b-download-backup:begin", wanted, "The site goes back to A", serving="b")


@case("back out in the middle of the swing is refused; resumed, it ends with 0")
def back_in_mid_swing(folder: Path) -> Scene:
    with a_scene(folder, knobs=ONE_HOP) as scene:
        scene.dies_at("b-enable-shared-ip:between-halves")
        assert scene.card()["Serving now"].startswith("NOBODY answers")
        said = scene.robot("back-out", scene.state.name, ends=4).err
        assert "The swing is begun and not finished: resume first" in said
        scene.robot("resume", scene.state.name)
        scene.require_told(asynchronously())
        scene.require_over()
    return scene


@case("back out once A's install has begun is refused; resumed, it ends with 0")
def back_too_late(folder: Path) -> Scene:
    with a_scene(folder, knobs=ONE_HOP) as scene:
        scene.dies_at("a-install-bomgar-remote-support-13-1-2:after-press")
        assert scene.card()["Serving now"].startswith(f"B ({scene.simulated.addresses['b']}) answers")
        said = scene.robot("back-out", scene.state.name, ends=4).err
        assert "there is no way back, only forward" in said
        assert "back-out" not in scene.card()["Go on"]
        scene.robot("resume", scene.state.name)
        scene.require_told(asynchronously())
        scene.require_over()
    return scene


# -- people --------------------------------------------------------------------------------------------------------------


@case("every check is answered by a person: 6, answered, resumed, until 0")
def answered_by_people(folder: Path) -> Scene:
    with a_scene(folder, knobs=ONE_HOP) as scene:
        scene.change_section("checks")
        scene.run(ends=6)
        asked: list[str] = []
        for _ in range(20):
            card = scene.card()
            assert "failover-robot answer" in card["Next"], card
            answered = scene.answer_all()
            assert answered, "it left with 6 and asks for nothing"
            asked += answered
            said = scene.end_of(scene.begin("resume", scene.state.name))
            assert said.code in {0, 6}, said.err[-3000:]
            if said.code == 0:
                break
        assert len(asked) == len(set(asked)), asked
        units = [f"{unit}-check-{check}" for unit in "ba" for check in ("directory-sign-in", "rep-console", "jump-client")]
        assert {"site-check-tested-elsewhere", "site-check-notice", "b-check-integration-client", *units} <= set(asked)
        scene.require_told(asynchronously())
        scene.require_over()
    return scene


@case("handed over after the break; a person updates B; taken back")
def handed_over(folder: Path) -> Scene:
    with a_scene(folder, knobs=ONE_HOP) as scene:
        scene.dies_at("b-base-1:begin")
        name = scene.state.name
        left = scene.robot("hand-over", name, "--by", "Ada Ops").out
        assert "Install This Update" in left
        assert "Break Failover" not in left
        scene.robot("resume", name, ends=4)
        scene.simulated.act("b", "install")
        scene.wait(lambda: scene.simulated.state()["b"]["product"] == "13.1.2", "B to be updated by hand")
        scene.wait(lambda: scene.simulated.state()["b"]["site_running"], "B to be back")
        scene.robot("take-back", name, "--by", "Ada Ops")
        scene.require_told([*APART, *SWUNG, *installs("a"), *TOGETHER])
        taken = next(line for line in scene.lines if line["step"] == "site-take-back")
        assert taken["by"] == "Ada Ops"
        assert any(told.startswith("B: product version was") for told in taken["reading"]["differences"])
        scene.require_over()
    return scene


@case("handed over before the break; a person breaks and updates B; taken back, by that person")
def handed_over_before(folder: Path) -> Scene:
    with a_scene(folder, knobs=ONE_HOP) as scene:
        scene.dies_at("b-sync-now:after-proof")
        name = scene.state.name
        scene.robot("hand-over", name, "--by", "Ada Ops")
        scene.simulated.act("b", "break-failover-relationships")
        scene.simulated.act("b", "install")
        scene.wait(lambda: scene.simulated.state()["b"]["product"] == "13.1.2", "B to be updated by hand")
        scene.wait(lambda: scene.simulated.state()["b"]["site_running"], "B to be back")
        scene.robot("take-back", name, "--by", "Ada Ops")
        scene.require_told(["b sync-now", *SWUNG, *installs("a"), *TOGETHER])
        assert scene.kinds("b-break-failover-relationships") == ["by_person"]
        assert scene.state.summary["exposure_s"] > 0
        scene.require_over()
    return scene


# -- the hours -----------------------------------------------------------------------------------------------------------


def windows(scene: Scene, first: tuple[float, float], second: tuple[float, float]) -> None:
    """Two windows, from and to so many seconds from now."""
    now = datetime.now(UTC)

    def span(begin: float, end: float) -> str:
        opens, closes = (f"{now + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}" for seconds in (begin, end))
        return f"{{ opens = {opens}, closes = {closes} }}"

    scene.change_section(
        "windows", f"first = {span(*first)}", f"second = {span(*second)}", 'interim = { at_least = "1s", at_most = "72h" }'
    )


HOUR = 3600.0


@case("windows: the run leaves with 6 between them, and is resumed in the second")
def between_windows(folder: Path) -> Scene:
    with a_scene(folder, knobs=ONE_HOP) as scene:
        windows(scene, (-60, 4 * HOUR), (4 * HOUR, 9 * HOUR))
        scene.run(now=False, ends=6)
        scene.require_told([*APART, *installs("b"), *SWUNG])
        card = scene.card()
        assert card["Serving now"].startswith(f"B ({scene.simulated.addresses['b']}) answers"), card
        assert "the second window is from" in card["Until when"], card
        assert card["Failover"].startswith("NONE since"), card
        views = len(scene.simulated.views())
        scene.robot("resume", scene.state.name, ends=6)
        assert len(scene.simulated.views()) == views, "no browser is needed to see that it is too early"
        windows(scene, (-6 * HOUR, -5 * HOUR), (-60, 5 * HOUR))
        scene.robot("resume", scene.state.name, "--windows", scene.simulated.pair_file)
        scene.require_told(asynchronously())
        scene.require_over()
    return scene


@case("windows: waited for, the first and the second, without a browser")
def waited_for_windows(folder: Path) -> Scene:
    with a_scene(folder, knobs=ONE_HOP) as scene:
        windows(scene, (60, 4 * HOUR), (4 * HOUR, 9 * HOUR))
        scene.run(now=False, ends=6)
        assert not scene.simulated.views(), "too early: nobody was visited"
        windows(scene, (12, 4 * HOUR), (4 * HOUR, 9 * HOUR))
        name = scene.state.name
        running = scene.begin("resume", name, "--wait", "--windows", scene.simulated.pair_file)
        scene.wait(lambda: len(scene.told()) == 5, "the first window's work")
        scene.wait(lambda: scene.kinds("site-served-by-b-portal"), "the swing to be proved")
        scene.wait(lambda: browsers_of(scene) == 0, "the browsers to be closed between the windows", within=60)
        scene.robot("stop", name)
        assert scene.end_of(running).code == 4
        scene.card()
        windows(scene, (-6 * HOUR, -5 * HOUR), (25, 5 * HOUR))
        scene.robot("resume", name, "--wait", "--windows", scene.simulated.pair_file)
        scene.require_told(asynchronously())
        scene.require_over()
    return scene


def browsers_of(scene: Scene) -> int:
    """How many browser processes belong to this scene: those that inherited its state folder."""
    mark, found = f"XDG_STATE_HOME={scene.folder / 'state'}".encode(), 0
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            found += b"headless" in (process / "cmdline").read_bytes() and mark in (process / "environ").read_bytes()
    return found
