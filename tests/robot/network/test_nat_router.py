"""The NAT swing by a user's command, tried on a real router: nftables between networks that the test makes.

    client 203.0.113.2 -- 203.0.113.1 router 10.0.0.1 -- 10.0.0.12 A
                                             10.0.1.1 -- 10.0.1.13 B

The site's public address is 198.51.100.20, which is the router's alone.
"""

import contextlib
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from a_network import Network, ip, networks, require

from robot.domain.errors import Refused
from robot.network.commands import CommandResult, run_command

PUBLIC, PORT = "198.51.100.20", 443
A, B = "10.0.0.12", "10.0.1.13"
COMMAND = Path(__file__).parent / "nat_router" / "nat"
TABLE = f"""
table ip site {{
  chain leads_to {{ type nat hook prerouting priority dstnat; ip daddr {PUBLIC} tcp dport {PORT} dnat to {A}; }}
}}
"""


class Appliance:
    """Answers every connection with its own name; a line that is sent is answered with it again."""

    def __init__(self, name: str, network: Network, address: str) -> None:
        self.name = name
        with network.inside():
            self.listener = socket.create_server((address, PORT))
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self.answer, args=(self.listener.accept()[0],), daemon=True).start()

    def answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.sendall(self.name.encode())
            while connection.recv(1):
                connection.sendall(self.name.encode())

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


@dataclass
class Router:
    """The networks, and what a test may do in them."""

    client: Network
    router: Network
    folder: Path
    seen: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])

    def connect(self) -> socket.socket:
        with self.client.inside():
            return socket.create_connection((PUBLIC, PORT), timeout=2)

    def answers(self) -> str:
        """Who answers a new connection from outside."""
        with self.connect() as connection:
            return connection.recv(1).decode()

    def swing(self, address: str) -> CommandResult:
        """Run the command as the robot would: as the pair file names it."""
        return run_command(["./nat", "{address}"], folder=self.folder, deadline=20, places={"address": address})

    def rules(self) -> str:
        with self.router.inside():
            return subprocess.run(["nft", "list", "table", "ip", "site"], check=True, capture_output=True, text=True).stdout

    @contextlib.contextmanager
    def watched(self) -> Generator[None]:
        """Connect again and again, and keep when who answered."""
        over = threading.Event()

        def watch() -> None:
            while not over.is_set():
                try:
                    who = self.answers()
                except OSError:
                    who = "-"
                self.seen.append((time.monotonic(), who))

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join(5)


def join(one: Network, address: str, other: Network, other_address: str, number: int) -> None:
    """Lay a cable between two networks."""
    with one.inside():
        ip("link", "add", f"here{number}", "type", "veth", "peer", "name", f"there{number}", "netns", other.path)
        ip("address", "add", f"{address}/24", "dev", f"here{number}")
        ip("link", "set", f"here{number}", "up")
    with other.inside():
        ip("address", "add", f"{other_address}/24", "dev", f"there{number}")
        ip("link", "set", f"there{number}", "up")
        ip("route", "add", "default", "via", address)


@pytest.fixture
def router(tmp_path: Path) -> Iterator[Router]:
    require("nft", "nsenter")
    with networks(4) as (client, between, a, b), contextlib.ExitStack() as held:
        join(between, "203.0.113.1", client, "203.0.113.2", 1)
        join(between, "10.0.0.1", a, A, 2)
        join(between, "10.0.1.1", b, B, 3)
        with between.inside():
            ip("address", "add", f"{PUBLIC}/32", "dev", "lo")
            subprocess.run(["sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"], check=True)
            made = subprocess.run(["nft", "-f", "-"], input=TABLE, capture_output=True, text=True, check=False)
        if made.returncode:
            pytest.skip(f"this kernel has no address translation: {made.stderr.strip()}")
        for name, network, address in (("A", a, A), ("B", b, B)):
            held.enter_context(contextlib.closing(Appliance(name, network, address)))
        shutil.copy(COMMAND, tmp_path)
        inside = f"nsenter --net={between.path}"
        (tmp_path / "nat.conf").write_text(f'PUBLIC={PUBLIC}\nPORT={PORT}\nINSIDE="{inside}"\n', encoding="utf-8")
        yield Router(client, between, tmp_path)


def test_new_connections_reach_b_as_soon_as_the_command_ends_and_a_after_the_swing_back(router: Router) -> None:
    assert router.answers() == "A"
    for address, who in ((B, "B"), (A, "A")):
        router.swing(address).require_success("the swing")
        assert [router.answers() for _ in range(20)] == [who] * 20


def test_what_becomes_of_open_connections_is_said(router: Router) -> None:
    with router.connect() as connection:
        assert connection.recv(1) == b"A"
        said = router.swing(B).output
        if shutil.which("conntrack"):
            assert "states of open connections were cleared" in said
        else:
            assert "open connections stay where they were: conntrack is not installed" in said
            connection.sendall(b"?")
            assert connection.recv(1) == b"A"
    assert router.answers() == "B"


@pytest.mark.parametrize("address", ["not-an-address", "10.0.1.13; flush ruleset", "10.0.1.13.7", ""])
def test_a_failing_command_leaves_it_as_it_was(router: Router, address: str) -> None:
    before = router.rules()
    done = router.swing(address)
    with pytest.raises(Refused, match=r"^the swing: \./nat ended with [12]: "):
        done.require_success("the swing")
    assert router.rules() == before
    assert router.answers() == "A"


def test_no_connection_is_lost_at_the_swing_and_the_gap_is_measured(router: Router, capsys: pytest.CaptureFixture[str]) -> None:
    with router.watched():
        time.sleep(0.2)
        router.swing(B).require_success("the swing")
        time.sleep(0.2)
    said = "".join(who for _, who in router.seen)
    assert "-" not in said, "the rule is replaced in one go"
    assert said == "A" * said.count("A") + "B" * said.count("B"), "never back and forth"
    assert said.count("A") > 5 < said.count("B")
    last_of_a = max(at for at, who in router.seen if who == "A")
    first_of_b = min(at for at, who in router.seen if who == "B")
    with capsys.disabled():
        sys.stdout.write(f"\n  NAT swing: {1000 * (first_of_b - last_of_a):.1f} ms from A's last answer to B's first; ")
        sys.stdout.write(f"{len(said)} connections, none lost\n")
