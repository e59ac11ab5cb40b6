"""The site's name in the DNS: read from the zone's own servers, and changed by a signed update (RFC 2136, RFC 8945).

A change is a compare-and-swap: it is made only where the record is exactly what it was believed to be, so a change made by
another hand is never overwritten, and the same change sent twice does no harm. Only the record of one kind (A or AAAA) at
that name is touched.

Servers are asked directly, without a resolver, a proxy or a search list; an answer counts only if it is authoritative. The
configured server is asked with the key, which tries the key long before it is needed, and shows the view that the key
chooses where views are chosen by key. NS records tell no port: the configured server's is used for all of them.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import dns.tsig
import dns.update

from robot.domain.errors import Refused, UnknownHand, Unreachable
from robot.domain.model import Reading, Unit
from robot.settings.values import host_and_port

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from robot.settings.tsig import Key

_PATIENCE = {"UDP": 2.0, "TCP": 5.0}
"""Seconds for one answer."""
_KINDS = {4: dns.rdatatype.A, 6: dns.rdatatype.AAAA}
_UNKNOWN = "whether the record was changed is not known; resume: it is read first"

_UNSIGNED: dict[type[dns.tsig.PeerError], str] = {
    dns.tsig.PeerBadKey: "does not know the key {key} with this algorithm; correct {variable}, or have the key added there",
    dns.tsig.PeerBadSignature: "knows the key {key} with another secret; correct {variable}",
    dns.tsig.PeerBadTime: "has a clock that differs from ours by more than a signature allows; set both clocks right",
}


class NameReading(Reading):
    """What one server says of the record.

    Attributes:
        server: which one.
        addresses: in order; empty where there is no such record.
        ttl: seconds that others may keep the answer; 0 where there is none.
    """

    server: str
    addresses: tuple[str, ...]
    ttl: int


class ServerAnswer(Reading):
    """One look at one address of one authoritative server.

    Attributes:
        view: the place in the pair file that the server belongs to.
        name: the server's name.
        server: its name and address, to be shown.
        wanted: the address that it is to answer.
        longest: the longest TTL with which it may answer, in seconds; `None` where that does not matter.
        addresses: what it answered.
        ttl: with which TTL, in seconds.
        problem: why it did not answer; empty if it did.
    """

    view: str
    name: str
    server: str
    wanted: str
    longest: int | None = None
    addresses: tuple[str, ...] = ()
    ttl: int = 0
    problem: str = ""

    @property
    def has_it(self) -> bool:
        """Whether it answers exactly what it should."""
        return not self.problem and self.addresses == (self.wanted,) and not self._is_kept_too_long

    @property
    def _is_kept_too_long(self) -> bool:
        return self.longest is not None and self.ttl > self.longest

    @property
    def sentence(self) -> str:
        """What is wrong with the answer."""
        if self.addresses == (self.wanted,) and self._is_kept_too_long:
            return f"{self.server} still answers with a TTL of {self.ttl} s"
        return self.problem or f"{self.server} still answers {' and '.join(self.addresses) or 'nothing'}"


class Propagation(Reading):
    """How far a change has come.

    Attributes:
        answers: of every authoritative server, at each of its addresses.
        notes: which servers could not be asked, and why.
    """

    answers: tuple[ServerAnswer, ...]
    notes: tuple[str, ...] = ()

    @property
    def lagging(self) -> tuple[str, ...]:
        """Who does not answer as wanted yet, in sentences.

        A server with several addresses may be silent at some of them (a machine without IPv6 reaches none of those), not at all.
        """
        heard = {(answer.view, answer.name) for answer in self.answers if not answer.problem}
        return tuple(
            answer.sentence
            for answer in self.answers
            if not answer.has_it and not (answer.problem and (answer.view, answer.name) in heard)
        )

    @property
    def is_everywhere(self) -> bool:
        """Whether every server answers the wanted address, and nothing else."""
        return bool(self.answers) and not self.lagging


@dataclass(frozen=True)
class Server:
    """One address of a name server; `key` where it is asked signed."""

    name: str
    ip: str
    port: int
    key: Key | None = None

    def __str__(self) -> str:
        ip = f"[{self.ip}]" if ":" in self.ip else self.ip
        place = self.ip if self.port == 53 else f"{ip}:{self.port}"
        return place if self.name == self.ip else f"{self.name} ({place})"


@dataclass(frozen=True)
class Authority:
    """Who answers for a zone: the configured server first. `notes` tell which of its servers could not be found."""

    servers: tuple[Server, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class NameRecord:
    """The site's record as one server, or one view of it, tells it.

    Attributes:
        place: where the pair file says so, for sentences: "swing" or "swing.views.0".
        server: host or host:port of the server that takes the change.
        zone: the zone's name.
        name: the record's: relative to the zone, or whole.
        key: what signs the change.
        a: the address that it shows while A serves the site; IPv4 makes it an A record, IPv6 an AAAA record.
        b: the same for B.
    """

    place: str
    server: str
    zone: str
    name: str
    key: Key
    a: str
    b: str

    def __str__(self) -> str:
        return f"{self.whole_name.to_text(omit_final_dot=True)} {self.kind.name}"

    def address_of(self, unit: Unit) -> str:
        """What the record shows while `unit` serves the site, spelt as readings spell it."""
        return str(ip_address(self.a if unit is Unit.A else self.b))

    @property
    def kind(self) -> dns.rdatatype.RdataType:
        """A or AAAA."""
        return _KINDS[ip_address(self.a).version]

    @property
    def origin(self) -> dns.name.Name:
        """The zone's name."""
        return dns.name.from_text(self.zone)

    @property
    def whole_name(self) -> dns.name.Name:
        """The record's whole name. What ends in the zone's name is whole already, with or without a dot at the end."""
        whole = dns.name.from_text(self.name)
        if self.name != "@" and (self.name.endswith(".") or whole.is_subdomain(self.origin)):
            return whole
        return dns.name.from_text(self.name, self.origin)

    def configured(self) -> tuple[Server, ...]:
        """Every address of the configured server.

        Raises:
            Unreachable: its name does not resolve.
        """
        host, port = host_and_port(self.server)
        ips = _looked_up(host)
        if not ips:
            raise Unreachable(f"the name server {host} does not resolve; correct {self.place}.server or write its IP address")
        return tuple(Server(host, ip, port, self.key) for ip in ips)

    def read(self, at: Server | None = None) -> NameReading:
        """Ask for the record; at the configured server unless told where.

        Raises:
            Unreachable: no answer.
            Refused: an answer that proves nothing: not authoritative, an alias, an error, a key that is not accepted.
        """
        return self._read(self.kind, at)

    def other_kind(self) -> NameReading:
        """Ask for the record of the other kind, AAAA for A: where it exists, part of the users would not follow the swing.

        Raises:
            Refused: as for `read`.
        """
        return self._read(dns.rdatatype.AAAA if self.kind is dns.rdatatype.A else dns.rdatatype.A, None)

    def authoritative_servers(self) -> Authority:
        """Find the zone's servers, as the configured one tells them, with all their addresses.

        Raises:
            Refused: the configured server does not answer for the zone.
        """
        configured = self.configured()
        answer = self._asked(self.origin, dns.rdatatype.NS, configured)
        found = {server.ip: server for server in configured}
        notes: list[str] = []
        names = sorted(record.target for record in _records(answer.answer, self.origin, dns.rdatatype.NS))
        for name in names:
            text = name.to_text(omit_final_dot=True)
            ips = self._addresses_of(name, answer, configured)
            if not ips:
                notes.append(f"the zone's server {text} has no address that could be found; it was not asked")
            for ip in ips:
                found.setdefault(ip, Server(text, ip, configured[0].port))
        if len(found) == len(configured) and (notes or not names):
            notes.append(f"no other server of the zone {self.zone} could be found: {configured[0]} alone was asked")
        return Authority(tuple(found.values()), tuple(notes))

    def point_to(self, old: Collection[str] | str, new: str, ttl: int) -> None:
        """Make the record lead to `new`, if it leads to exactly `old` now. Nothing is sent twice.

        Args:
            old: every address that it must lead to at the server, at the moment of the change.
            new: the one address that it shall lead to.
            ttl: seconds that others may keep it.

        Raises:
            UnknownHand: it led elsewhere; nothing was changed.
            Refused: the server did not accept the change or the key; nothing was changed.
            Unreachable: no connection, and nothing was changed; or no answer, and it is not known.
        """
        self._change([old] if isinstance(old, str) else old, [new], ttl)

    def set_ttl(self, addresses: Collection[str], ttl: int) -> None:
        """Change the TTL alone, if the record leads to exactly `addresses`.

        Raises:
            Refused: as for `point_to`.
        """
        self._change(addresses, addresses, ttl)

    def require_permitted(self) -> NameReading:
        """Prove that the key may change the record, by writing what stands there already: nothing changes by it.

        Raises:
            Refused: as for `read` and `point_to`.
        """
        now = self.read()
        self._change(now.addresses, now.addresses, now.ttl)
        return now

    def propagated(self, to: str, among: Authority | None = None, *, longest: int | None = None) -> Propagation:
        """Ask every authoritative server once, whether it answers exactly `to`, with a TTL of at most `longest` seconds.

        Silence and lame answers are part of the reading.

        Raises:
            Refused: `among` is not told, and the configured server does not answer for the zone.
        """
        among = among or self.authoritative_servers()
        return Propagation(
            answers=tuple(self._answer(server, str(ip_address(to)), longest) for server in among.servers), notes=among.notes
        )

    def _answer(self, server: Server, wanted: str, longest: int | None) -> ServerAnswer:
        looked = ServerAnswer(view=self.place, name=server.name, server=str(server), wanted=wanted, longest=longest)
        try:
            now = self.read(server)
            return looked.model_copy(update={"addresses": now.addresses, "ttl": now.ttl})
        except Refused as problem:
            return looked.model_copy(update={"problem": str(problem)})

    def _read(self, kind: dns.rdatatype.RdataType, at: Server | None) -> NameReading:
        answer = self._asked(self.whole_name, kind, (at,) if at else self.configured())
        server = str(at) if at else self.server
        if alias := _records(answer.answer, self.whole_name, dns.rdatatype.CNAME):
            target = alias[0].target.to_text(omit_final_dot=True)
            raise Refused(f"{self} is an alias (CNAME) of {target} at {server}; name {target} and its zone in [swing]")
        found = _records(answer.answer, self.whole_name, kind)
        ttl = answer.get_rrset(answer.answer, self.whole_name, dns.rdataclass.IN, kind)
        return NameReading(
            server=server, addresses=tuple(sorted(str(ip_address(each.address)) for each in found)), ttl=ttl.ttl if ttl else 0
        )

    def _asked(self, name: dns.name.Name, kind: dns.rdatatype.RdataType, servers: Sequence[Server]) -> dns.message.Message:
        """Ask until one address answers, and require that the answer is authoritative and signed where it was asked signed."""
        *others, last_one = servers
        for server in others:
            try:
                return self._asked(name, kind, (server,))
            except Unreachable:
                continue  # the next address is another way to the same server
        question = dns.message.make_query(name, kind, flags=0)
        answer = _answer_from(last_one, question)
        if answer.rcode() not in {dns.rcode.NOERROR, dns.rcode.NXDOMAIN}:
            word = dns.rcode.to_text(answer.rcode())
            raise Refused(
                f"the name server {last_one} answers {word} for {name.to_text(omit_final_dot=True)}; "
                f"check that it serves the zone {self.zone} to this machine"
            )
        if not answer.flags & dns.flags.AA:
            raise Refused(
                f"the name server {last_one} is not authoritative for the zone {self.zone}; "
                f"name one of the zone's own in {self.place}.server"
            )
        return answer

    def _addresses_of(self, name: dns.name.Name, told: dns.message.Message, configured: Sequence[Server]) -> list[str]:
        """Find a server's addresses: told along with its name, or asked for where it was told, or by this system."""
        kinds = (dns.rdatatype.A, dns.rdatatype.AAAA)
        glue = [record.address for kind in kinds for record in _records(told.additional, name, kind)]
        if not glue and name.is_subdomain(self.origin):
            answers = [(kind, self._asked(name, kind, configured)) for kind in kinds]
            glue = [record.address for kind, answer in answers for record in _records(answer.answer, name, kind)]
        return [str(ip_address(ip)) for ip in glue] or _looked_up(name.to_text(omit_final_dot=True))

    def _change(self, old: Collection[str], new: Collection[str], ttl: int) -> None:
        if not old:
            raise Refused(f"{self} does not exist at {self.server}; make it, leading to the appliance that serves the site now")
        update = dns.update.UpdateMessage(self.origin)
        update.present(self.whole_name, self.kind, *old)
        update.replace(self.whole_name, ttl, self.kind, *new)
        update.use_tsig(_signing(self.key))
        answer = self._sent(update)
        if answer.rcode() != dns.rcode.NOERROR:
            self._refuse(answer.rcode(), old)

    def _sent(self, update: dns.update.UpdateMessage) -> dns.message.Message:
        host, port = host_and_port(self.server)
        try:
            connection = socket.create_connection((host, port), timeout=_PATIENCE["TCP"])
        except (OSError, UnicodeError) as error:
            raise Unreachable(
                f"the name server {self.server} takes no connection ({_reason(error)}), and {self} was not changed; "
                f"check {self.place}.server and that TCP is open"
            ) from None
        with connection:
            connection.setblocking(False)
            try:
                return dns.query.tcp(update, host, timeout=_PATIENCE["TCP"], sock=connection)
            except dns.tsig.PeerError as error:
                raise Refused(f"the name server {self.server} {_key_trouble(error, self.key)}; {self} was not changed") from None
            except (dns.exception.DNSException, OSError, EOFError) as error:
                raise Unreachable(
                    f"the name server {self.server} took the change and gave no answer of use ({_reason(error)}); {_UNKNOWN}"
                ) from None

    def _refuse(self, rcode: dns.rcode.Rcode, old: Collection[str]) -> None:
        server, believed = f"the name server {self.server}", " and ".join(sorted(old))
        if rcode in {dns.rcode.NXRRSET, dns.rcode.NXDOMAIN, dns.rcode.YXRRSET, dns.rcode.YXDOMAIN}:
            raise UnknownHand(
                f"{self} no longer leads to {believed} at {self.server}{self._instead()}: another hand was at work, and "
                "nothing was changed; find out who and why before going on"
            )
        if rcode == dns.rcode.REFUSED:
            raise Refused(
                f"{server} does not let the key {self.key.name} change {self}; have its update policy "
                f"allow exactly that, or name the server where the zone is kept in {self.place}.server"
            )
        if rcode in {dns.rcode.NOTAUTH, dns.rcode.NOTZONE, dns.rcode.NOTIMP}:
            raise Refused(
                f"{server} takes no changes of {self} in the zone {self.zone} ({dns.rcode.to_text(rcode)}); "
                f"name the server where the zone is kept in {self.place}.server, and check {self.place.split('.')[0]}.zone"
            )
        raise Refused(f"{server} did not change {self} ({dns.rcode.to_text(rcode)}); look in its log")

    def _instead(self) -> str:
        try:
            now = self.read()
        except Refused:
            return ""
        return f" but {'to ' + ' and '.join(now.addresses) if now.addresses else 'is gone'}"


def _answer_from(server: Server, question: dns.message.QueryMessage) -> dns.message.Message:
    """Ask over UDP; over TCP where that was cut short or lost."""
    if server.key:
        question.use_tsig(_signing(server.key))
    try:
        try:
            answer = dns.query.udp(
                question, server.ip, timeout=_PATIENCE["UDP"], port=server.port, ignore_unexpected=True, raise_on_truncation=True
            )
        except (dns.exception.Timeout, dns.message.Truncated):
            answer = dns.query.tcp(question, server.ip, timeout=_PATIENCE["TCP"], port=server.port)
    except dns.tsig.PeerError as error:
        raise Refused(f"the name server {server} {_key_trouble(error, server.key)}") from None
    except (dns.exception.DNSException, OSError, EOFError) as error:
        raise Unreachable(
            f"the name server {server} gives no answer of use ({_reason(error)}); check its address and that UDP and TCP are open"
        ) from None
    return answer


def _signing(key: Key) -> dns.tsig.Key:
    return dns.tsig.Key(key.name, key.secret, key.algorithm)


def _key_trouble(error: dns.tsig.PeerError, key: Key | None) -> str:
    """Say in our words what is wrong with the key; dnspython's own keys print their secrets."""
    sentence = _UNSIGNED.get(type(error), "does not accept the key {key} ({error}); correct {variable}")
    return sentence.format(
        key=key.name if key else "", variable=key.variable if key else "the key's variable", error=type(error).__name__
    )


def _reason(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, dns.exception.FormError):
        return "not signed, or malformed"  # dnspython takes no unsigned answer to a signed message
    word = type(error).__name__
    return {"Timeout": "none in time", "TimeoutError": "none in time", "EOFError": "it hung up"}.get(word, word)


def _looked_up(host: str) -> list[str]:
    """Every address that this system knows for a host, IPv4 first; an address is its own."""
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return []
    return sorted(found, key=lambda ip: (":" in ip, ip))


def _records(section: list[dns.rrset.RRset], name: dns.name.Name, kind: dns.rdatatype.RdataType) -> list[Any]:
    """The records of one name and kind; each kind has fields of its own."""
    return [record for each in section if each.name == name and each.rdtype == kind for record in list[Any](each)]
