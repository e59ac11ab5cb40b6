"""A name server of a few lines on a loopback address, which does what a test says that some servers do."""

import socketserver
import threading
from dataclasses import dataclass, field
from typing import cast

import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdatatype
import dns.rrset
import dns.tsigkeyring
import dns.update
from a_zone import SECRETS, A, B

from robot.network.dns.record import NameRecord
from robot.settings.tsig import key as parse_key

NAME, ZONE = "support.example.test.", "example.test."
RING = dns.tsigkeyring.from_text({"outer-key": ("hmac-sha256", SECRETS["outer-key"])})


@dataclass
class NameServer:
    """The zone's only server: `support` leads to A.

    Attributes:
        unsigned: the code of its unsigned answer to whatever is signed; `None` if it knows the key.
        knows_queries: whether `unsigned` is for updates alone.
        condition: its code for every condition; `None` if it looks.
        floor: the shortest TTL that it keeps.
        asked: how many messages came.
        updates: what would have changed something.
    """

    unsigned: dns.rcode.Rcode | None = None
    knows_queries: bool = False
    condition: dns.rcode.Rcode | None = None
    floor: int = 0
    ttl: int = 300
    address: str = A
    ip: str = "127.0.0.1"
    asked: int = 0
    updates: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self.tcp = socketserver.ThreadingTCPServer((self.ip, 0), _over_tcp(self))
        self.port = int(self.tcp.server_address[1])
        self.udp = socketserver.ThreadingUDPServer((self.ip, self.port), _over_udp(self))
        for server in (self.tcp, self.udp):
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        for server in (self.tcp, self.udp):
            server.shutdown()
            server.server_close()

    def record(self) -> NameRecord:
        key = parse_key("TSIG", f"outer-key:{SECRETS['outer-key']}")
        return NameRecord("swing", f"{self.ip}:{self.port}", ZONE, "support", key, A, B)

    def answer(self, wire: bytes) -> bytes:
        self.asked += 1
        message = dns.message.from_wire(wire, keyring=RING)
        is_update = message.opcode() == dns.opcode.UPDATE
        if self.unsigned is not None and (is_update or not self.knows_queries):
            message.use_tsig(RING)
            refusal = dns.message.make_response(message)
            refusal.tsig, refusal.want_tsig_sign = None, False  # type: ignore[attr-defined]
            refusal.set_rcode(self.unsigned)
            return refusal.to_wire()
        response = dns.message.make_response(message)
        response.flags |= dns.flags.AA
        if is_update:
            response.set_rcode(self._update(cast("dns.update.UpdateMessage", message)))
        else:
            self._query(message, response)
        return response.to_wire()

    def _query(self, message: dns.message.Message, response: dns.message.Message) -> None:
        question = message.question[0]
        if question.rdtype == dns.rdatatype.NS:
            response.answer.append(dns.rrset.from_text(ZONE, 60, "IN", "NS", "ns." + ZONE))
            response.additional.append(dns.rrset.from_text("ns." + ZONE, 60, "IN", "A", self.ip))
        elif question.rdtype == dns.rdatatype.A:
            response.answer.append(dns.rrset.from_text(NAME, self.ttl, "IN", "A", self.address))

    def _update(self, message: dns.update.UpdateMessage) -> dns.rcode.Rcode:
        for condition in message.prerequisite:
            if self.condition is not None:
                if self.condition != dns.rcode.NOERROR:
                    return self.condition
            elif condition.deleting is not None:
                return dns.rcode.YXDOMAIN
            elif _values(condition) != [self.address]:
                return dns.rcode.NXRRSET
        for new in message.update:
            if new.deleting is None:
                self.address, self.ttl = _values(new)[0], max(new.ttl, self.floor)
                self.updates.append(f"{self.address} {new.ttl}")
        return dns.rcode.NOERROR


def _values(rrset: dns.rrset.RRset) -> list[str]:
    return sorted(str(each) for each in list[object](rrset))


def _over_udp(server: NameServer) -> type[socketserver.BaseRequestHandler]:
    class Datagram(socketserver.DatagramRequestHandler):
        def handle(self) -> None:
            self.wfile.write(server.answer(self.rfile.read()))

    return Datagram


def _over_tcp(server: NameServer) -> type[socketserver.BaseRequestHandler]:
    class Connection(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            wire = server.answer(self.rfile.read(int.from_bytes(self.rfile.read(2), "big")))
            self.wfile.write(len(wire).to_bytes(2, "big") + wire)

    return Connection
