"""A zone on real name servers (BIND) of the test's own, on loopback addresses of a network of its own, and a high port.

`ns1` keeps the zone `example.test` (the outer view), `ns2` is its real secondary, and on a third address `ns1` shows an inner
view of the same zone with other addresses.
"""

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path

import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.query
import dns.tsig
import dns.update
import pytest
from a_network import ip, networks

from robot.network.dns.record import NameRecord
from robot.settings.tsig import key as parse_key

NAMED = shutil.which("named", path="/usr/sbin:/usr/local/sbin:/usr/bin")
A, B = "192.0.2.12", "192.0.2.13"
INNER_A, INNER_B = "10.0.0.12", "10.0.0.13"
SECRETS = {  # base64 of 32 bytes each
    "outer-key": "b3V0ZXItb3V0ZXItb3V0ZXItb3V0ZXItb3V0ZXItMDA=",
    "inner-key": "aW5uZXItaW5uZXItaW5uZXItaW5uZXItaW5uZXItMDA=",
    "stranger-key": "c3RyYW5nZXItc3RyYW5nZXItc3RyYW5nZXItMDAwMDA=",
    "keeper-key": "a2VlcGVyLWtlZXBlci1rZWVwZXIta2VlcGVyLTAwMDA=",
}

_OPTIONS = """
options {{
  directory "{folder}"; pid-file "named.pid"; session-keyfile "session.key"; lock-file none;
  listen-on port {port} {{ {addresses} }}; listen-on-v6 {{ none; }};
  recursion no; dnssec-validation no; notify-delay 0; minimal-responses no; allow-query {{ any; }};
}};
controls {{ }};
{keys}
"""
_KEPT = """
view "inner" {{
  match-destinations {{ {inner}; }};
  zone "example.test" {{
    type primary; file "inner.db"; notify no;
    update-policy {{ grant inner-key name support.example.test. A AAAA; grant keeper-key zonesub ANY; }};
  }};
}};
view "outer" {{
  match-clients {{ any; }};
  zone "example.test" {{
    type primary; file "outer.db"; notify {notify}; also-notify {{ {ns2} port {port}; }}; notify-source {ns1};
    allow-transfer {{ {ns2}; }};
    update-policy {{
      grant outer-key name support.example.test. A AAAA; grant outer-key name six.example.test. AAAA;
      grant outer-key name both.example.test. A; grant keeper-key zonesub ANY;
    }};
  }};
}};
"""
_COPIED = """
zone "example.test" {{
  type secondary; file "copy.db"; primaries {{ {ns1} port {port}; }}; transfer-source {ns2}; allow-notify {{ any; }};
}};
"""
_ZONE = """$TTL 3600
@ SOA ns1 hostmaster 1 3600 600 86400 60
{servers}
support 300 A {a}
support 300 TXT "kept by the service desk"
support 300 MX 10 mail
six 300 AAAA 2001:db8::12
alias CNAME support
"""


@dataclass
class Zone:
    """The running servers, and what a test may do to them behind the robot's back."""

    folder: Path
    notify: bool = True
    port: int = 5353
    ns1: str = "127.0.0.1"
    ns2: str = "127.0.0.2"
    inner: str = "127.0.0.3"
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict[str, subprocess.Popen[bytes]])

    def start(self) -> None:
        keys = "".join(f'key "{name}" {{ algorithm hmac-sha256; secret "{text}"; }};\n' for name, text in SECRETS.items())
        places = {"ns1": self.ns1, "ns2": self.ns2, "inner": self.inner, "port": self.port}
        kept = _KEPT.format(**places, notify="explicit" if self.notify else "no")
        self._write("one", keys + kept, self.ns1, self.inner)
        self._write("two", keys + _COPIED.format(**places), self.ns2)
        outer = f"@ NS ns1\n@ NS ns2\nns1 A {self.ns1}\nns2 A {self.ns2}\nmail A {A}\nboth A {A}\nboth AAAA 2001:db8::12"
        (self.folder / "one" / "outer.db").write_text(_ZONE.format(servers=outer, a=A), encoding="utf-8")
        inner = f"@ NS ns1\nns1 A {self.inner}\nmail A {INNER_A}"
        (self.folder / "one" / "inner.db").write_text(_ZONE.format(servers=inner, a=INNER_A), encoding="utf-8")
        self.run("one")
        self.run("two")
        self.wait_for_copy()

    def _write(self, name: str, rest: str, *addresses: str) -> None:
        (self.folder / name).mkdir()
        options = _OPTIONS.format(
            folder=self.folder / name, port=self.port, addresses=" ".join(f"{each};" for each in addresses), keys=""
        )
        (self.folder / name / "named.conf").write_text(options + rest, encoding="utf-8")

    def run(self, name: str) -> None:
        assert NAMED
        with (self.folder / f"{name}.log").open("ab") as log:
            command = [NAMED, "-g", "-n", "1", "-4", "-c", str(self.folder / name / "named.conf")]
            self.processes[name] = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.wait(lambda: self.listens(self.ns1 if name == "one" else self.ns2), f"the name server {name} to start")

    def stop(self, name: str) -> None:
        process = self.processes.pop(name)
        process.terminate()
        process.wait(10)

    def stop_all(self) -> None:
        for name in list(self.processes):
            self.stop(name)

    def wait(self, done: Callable[[], object], what: str) -> None:
        until = time.monotonic() + 10
        while not done():
            assert time.monotonic() < until, f"waited in vain for {what}: {self.log()[-2000:]}"
            time.sleep(0.02)

    def log(self) -> str:
        return "".join(path.read_text(encoding="utf-8") for path in sorted(self.folder.glob("*.log")))

    def listens(self, server: str) -> bool:
        with contextlib.suppress(OSError), socket.create_connection((server, self.port), timeout=1):
            return True
        return False

    def says(self, server: str, name: str = "support", kind: str = "A") -> list[str]:
        """What a server says, asked with nothing of the robot's own; empty while it is silent or lame."""
        question = dns.message.make_query(f"{name}.example.test." if name != "@" else "example.test.", kind)
        try:
            answer = dns.query.udp(question, server, timeout=1, port=self.port)
        except (dns.exception.Timeout, OSError):
            return []
        return sorted(str(each) for found in answer.answer for each in list[object](found)) if answer.flags & dns.flags.AA else []

    def serial(self, server: str) -> str:
        return self.says(server, "@", "SOA")[0].split()[2]

    def change(self, kind: str, *values: str, name: str = "support", server: str = "", ttl: int = 300) -> None:
        """Another hand at work, with the keeper's key."""
        update = dns.update.UpdateMessage("example.test")
        update.delete(name, kind)
        for value in values:
            update.add(name, ttl, kind, value)
        update.use_tsig(dns.tsig.Key("keeper-key", SECRETS["keeper-key"]))
        assert dns.query.tcp(update, server or self.ns1, timeout=5, port=self.port).rcode() == 0

    @contextlib.contextmanager
    def also_served_by(self, target: str, address: str = "", *, server: str = "") -> Generator[None]:
        """Have the zone name one more server, for a while."""
        server = server or self.ns1
        try:
            if address:
                self.change("A", address, name=target, server=server)
            self.change("NS", target, name="@", server=server)  # of the zone's own NS records none is ever deleted as a set
            yield
        finally:
            undo = dns.update.UpdateMessage("example.test")
            undo.delete("@", "NS", target)
            undo.use_tsig(dns.tsig.Key("keeper-key", SECRETS["keeper-key"]))
            assert dns.query.tcp(undo, server, timeout=5, port=self.port).rcode() == 0

    def wait_for_copy(self) -> None:
        self.wait(lambda: self.says(self.ns2, "@", "SOA") == self.says(self.ns1, "@", "SOA") != [], "the secondary's copy")

    def tell_secondary(self) -> None:
        """Send the NOTIFY that a lagging secondary waits for."""
        message = dns.message.make_query("example.test.", "SOA", flags=dns.flags.AA)
        message.set_opcode(dns.opcode.NOTIFY)
        dns.query.udp(message, self.ns2, timeout=2, port=self.port)

    def as_it_was(self) -> None:
        self.change("A", A)
        self.change("AAAA")
        self.change("A", INNER_A, server=self.inner)
        if self.notify:
            self.wait_for_copy()

    def record(self, name: str = "support", key: str = "outer-key", **other: str) -> NameRecord:
        """The record of the outer view, as a pair file would describe it."""
        given = {"server": f"{self.ns1}:{self.port}", "a": A, "b": B, "zone": "example.test", "place": "swing", **other}
        return NameRecord(name=name, key=parse_key("TSIG", f"{key}:{SECRETS[key]}"), **given)

    def inner_record(self, **other: str) -> NameRecord:
        """The record of the inner view."""
        given = {"server": f"{self.inner}:{self.port}", "a": INNER_A, "b": INNER_B, "place": "swing.views.0", **other}
        return self.record(key="inner-key", **given)


@contextlib.contextmanager
def a_zone(folder: Path, *, notify: bool = True) -> Generator[Zone]:
    """Start the servers; skip where BIND is not installed."""
    if NAMED is None:
        pytest.skip("no real name server to try it on: `named` is missing (Debian: apt-get install bind9)")
    zone = Zone(folder, notify)
    with networks(1) as [network], network.inside():
        for address in (zone.ns2, zone.inner):  # BIND listens on what an interface has, and lo has 127.0.0.1 alone
            ip("address", "add", f"{address}/8", "dev", "lo")
        try:
            zone.start()
            yield zone
        finally:
            zone.stop_all()
