"""The site's DNS record: read from the zone's own servers, and changed by a signed dynamic update (RFC 2136, RFC 8945).

A change is a compare-and-swap (RFC 2136, 2.4.2): the server makes it only if the record holds exactly the expected addresses.
So a change that somebody else made is never overwritten, and the same change sent twice does no harm. Only the record of one kind
(A or AAAA) at that name is changed.

An answer counts only if it is authoritative. The configured server is asked with the key: this tries the key long before it is
needed, and gives the right view if views are chosen by key. NS records have no port: the configured server's port is used for
all servers of the zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, NoReturn

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.update

from robot.domain.errors import Refused, UnknownHand, Unreachable
from robot.domain.model import Unit
from robot.network.dns.readings import NameReading, Propagation, ServerAnswer
from robot.network.dns.transport import Server, query, records_of, resolve, send_update
from robot.settings.values import host_and_port

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from robot.settings.tsig import Key

_MAKE_IT = "make the record, leading to the appliance that serves the site now"
_KINDS = {4: dns.rdatatype.A, 6: dns.rdatatype.AAAA}


@dataclass(frozen=True)
class Authority:
    """The servers of a zone, the configured one first; `notes` say which could not be found."""

    servers: tuple[Server, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class NameRecord:
    """The site's record at one server, or in one view of it.

    Attributes:
        place: where the pair file describes it, for sentences: "swing" or "swing.views.0".
        server: host or host:port of the server that takes the change.
        zone: the zone's name.
        name: the record's name: relative to the zone, or fully qualified.
        key: the key that signs the change.
        a: its address while A serves the site; an IPv4 address makes it an A record, an IPv6 address an AAAA record.
        b: its address while B serves the site.
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
        """Return the record's address while `unit` serves the site, spelt as in a reading."""
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
        """The fully qualified name. A name that ends in the zone's is qualified already, with or without a final dot."""
        whole = dns.name.from_text(self.name)
        if self.name != "@" and (self.name.endswith(".") or whole.is_subdomain(self.origin)):
            return whole
        return dns.name.from_text(self.name, self.origin)

    def configured(self) -> tuple[Server, ...]:
        """Return the configured server, once for each of its addresses.

        Raises:
            Unreachable: its name does not resolve.
        """
        host, port = host_and_port(self.server)
        ips = resolve(host)
        if not ips:
            raise Unreachable(f"the name server {host} does not resolve; correct {self.place}.server or write its IP address")
        return tuple(Server(host, ip, port, self.key) for ip in ips)

    def read(self, at: Server | None = None) -> NameReading:
        """Return what a server answers about the record.

        Args:
            at: the server to ask; the configured one if `None`.

        Raises:
            Unreachable: there is no answer.
            Refused: the answer proves nothing: it is not authoritative, an alias or an error, or the key is not accepted.
        """
        return self._read(self.kind, at)

    def other_kind(self) -> NameReading:
        """Return the record of the other kind (AAAA for A): users who are led by it would not follow the swing.

        Raises:
            Refused: as for `read`.
        """
        return self._read(dns.rdatatype.AAAA if self.kind is dns.rdatatype.A else dns.rdatatype.A, None)

    def authoritative_servers(self) -> Authority:
        """Return all servers of the zone, found by its NS records, with all their addresses.

        Raises:
            Refused: the configured server does not answer for the zone.
        """
        configured = self.configured()
        answer = self._ask(self.origin, dns.rdatatype.NS, configured)
        servers = {server.ip: server for server in configured}
        notes: list[str] = []
        names = sorted(records_of(answer, self.origin, dns.rdatatype.NS))
        for name in names:
            text = name.removesuffix(".")
            ips = self._addresses_of(dns.name.from_text(name), answer, configured)
            if not ips:
                notes.append(f"the zone's server {text} has no address that could be found; it was not asked")
            for ip in ips:
                servers.setdefault(ip, Server(text, ip, configured[0].port))
        if len(servers) == len(configured) and (notes or not names):
            notes.append(f"no other server of the zone {self.zone} could be found: {configured[0]} alone was asked")
        return Authority(tuple(servers.values()), tuple(notes))

    def point_to(self, old: Collection[str] | str, new: str, ttl: int) -> None:
        """Point the record to `new` if it points to exactly `old`. The update is sent once.

        Args:
            old: the addresses that the server must hold at the moment of the change.
            new: the address that replaces them.
            ttl: the record's TTL from then on, in seconds.

        Raises:
            UnknownHand: the record pointed elsewhere; nothing was changed.
            Refused: the server did not accept the change or the key; nothing was changed.
            Unreachable: there was no connection, and nothing was changed; or no answer, and it is not known whether it was
                changed.
        """
        self._change([old] if isinstance(old, str) else old, [new], ttl)

    def set_ttl(self, addresses: Collection[str], ttl: int) -> None:
        """Change only the TTL, if the record points to exactly `addresses`.

        Args:
            addresses: the addresses to which the record must point; they stay.
            ttl: the record's TTL from then on, in seconds.

        Raises:
            Refused: as for `point_to`.
        """
        self._change(addresses, addresses, ttl)

    def require_permitted(self) -> NameReading:
        """Prove that the key may change the record, that the server honours conditions, and that it keeps the TTL.

        First a condition that does not hold, with nothing to be changed: a server that takes it would let the swing overwrite
        what another hand has entered. Then the present contents are written again, on the condition that they are still there:
        only a message that would change something shows whether the key may, and this one leaves the zone as it was.

        Returns:
            These contents.

        Raises:
            Refused: as for `read` and `point_to`; or the server cannot be relied upon for one of these.
        """
        reading = self.read()
        if not reading.addresses:
            raise Refused(f"{self} does not exist at {self.server}; {_MAKE_IT}")
        untrue = next(each for each in map(self.address_of, Unit) if reading.addresses != (each,))
        rcode = self._sent(lambda update: update.present(self.whole_name, self.kind, untrue))
        if rcode == dns.rcode.NOERROR:
            raise Refused(
                f"the name server {self.server} takes a change on the condition that {self} leads to {untrue}, and it leads to "
                f"{' and '.join(reading.addresses)}: its conditions cannot be relied upon, and another hand's entry would be "
                "overwritten; have the server mended, or swing by another method"
            )
        if rcode not in {dns.rcode.NXRRSET, dns.rcode.NXDOMAIN}:
            self._refuse(rcode, reading.addresses)
        self._change(reading.addresses, reading.addresses, reading.ttl)
        self.require_ttl(reading.ttl, self.read().ttl)
        return reading

    def require_ttl(self, written: int, kept: int) -> None:
        """Require that the server has kept the TTL that was written.

        Args:
            written: the TTL of the update, in seconds.
            kept: the TTL that the server answers with since.

        Raises:
            Refused: it keeps another one.
        """
        if kept != written:
            limit = "at least" if kept > written else "at most"
            raise Refused(
                f"the name server {self.server} keeps a TTL of {limit} {kept} s for {self}, whatever is written ({written} s); "
                f"set swing.ttl = {kept} in the pair file"
            )

    def propagated(self, to: str, among: Authority | None = None, *, longest: int | None = None) -> Propagation:
        """Ask every authoritative server once whether it answers exactly `to`.

        Args:
            to: the wanted address.
            among: the servers to ask; found anew if `None`.
            longest: the longest TTL that an answer may have, in seconds; any if `None`.

        Returns:
            The answers. A server that does not answer, or not authoritatively, is one of them; it raises nothing.

        Raises:
            Refused: `among` is `None`, and the configured server does not answer for the zone.
        """
        among = among or self.authoritative_servers()
        return Propagation(
            answers=tuple(self._answer(server, str(ip_address(to)), longest) for server in among.servers), notes=among.notes
        )

    def _answer(self, server: Server, wanted: str, longest: int | None) -> ServerAnswer:
        blank = ServerAnswer(view=self.place, name=server.name, server=str(server), wanted=wanted, longest=longest)
        try:
            reading = self.read(server)
            return blank.model_copy(update={"addresses": reading.addresses, "ttl": reading.ttl})
        except Refused as problem:
            return blank.model_copy(update={"problem": str(problem)})

    def _read(self, kind: dns.rdatatype.RdataType, at: Server | None) -> NameReading:
        answer = self._ask(self.whole_name, kind, (at,) if at else self.configured())
        server = str(at) if at else self.server
        if alias := records_of(answer, self.whole_name, dns.rdatatype.CNAME):
            target = alias[0].removesuffix(".")
            raise Refused(f"{self} is an alias (CNAME) of {target} at {server}; name {target} and its zone in [swing]")
        rrset = answer.get_rrset(answer.answer, self.whole_name, dns.rdataclass.IN, kind)
        return NameReading(
            server=server,
            addresses=tuple(sorted(str(ip_address(each)) for each in records_of(answer, self.whole_name, kind))),
            ttl=rrset.ttl if rrset else 0,
        )

    def _ask(self, name: dns.name.Name, kind: dns.rdatatype.RdataType, servers: Sequence[Server]) -> dns.message.Message:
        """Return the answer of the first address that answers; it must be authoritative, and signed if the question was."""
        *others, last_one = servers
        for server in others:
            try:
                return self._ask(name, kind, (server,))
            except Unreachable:
                continue  # the next address is another way to the same server
        question = dns.message.make_query(name, kind, flags=0)
        answer = query(last_one, question)
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

    def _addresses_of(self, name: dns.name.Name, ns_answer: dns.message.Message, configured: Sequence[Server]) -> list[str]:
        """Return a server's addresses: from the answer's glue records, or else from the zone, or from this system's resolver."""
        kinds = (dns.rdatatype.A, dns.rdatatype.AAAA)
        glue = [ip for kind in kinds for ip in records_of(ns_answer, name, kind, "ADDITIONAL")]
        if not glue and name.is_subdomain(self.origin):
            glue = [ip for kind in kinds for ip in records_of(self._ask(name, kind, configured), name, kind)]
        return [str(ip_address(ip)) for ip in glue] or resolve(name.to_text(omit_final_dot=True))

    def _change(self, old: Collection[str], new: Collection[str], ttl: int) -> None:
        def compare_and_swap(update: dns.update.UpdateMessage) -> None:
            update.present(self.whole_name, self.kind, *old)
            update.replace(self.whole_name, ttl, self.kind, *new)

        if (rcode := self._sent(compare_and_swap)) != dns.rcode.NOERROR:
            self._refuse(rcode, old)

    def _sent(self, compose: Callable[[dns.update.UpdateMessage], None]) -> dns.rcode.Rcode:
        """Send one update, and return the code of its answer."""
        update = dns.update.UpdateMessage(self.origin)
        compose(update)
        return send_update(update, self.server, self.key, record=str(self), place=self.place).rcode()

    def _refuse(self, rcode: dns.rcode.Rcode, old: Collection[str]) -> None:
        server, believed = f"the name server {self.server}", " and ".join(sorted(old))
        if rcode in {dns.rcode.NXRRSET, dns.rcode.NXDOMAIN, dns.rcode.YXRRSET, dns.rcode.YXDOMAIN}:
            try:
                reading = self.read()
            except Refused:
                instead = ""
            else:
                if set(reading.addresses) == set(old):
                    self._refuse_true_condition(rcode, believed)
                instead = f" but {'to ' + ' and '.join(reading.addresses) if reading.addresses else 'is gone'}"
            raise UnknownHand(
                f"{self} no longer leads to {believed} at {self.server}{instead}: another hand was at work, and "
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

    def _refuse_true_condition(self, rcode: dns.rcode.Rcode, believed: str) -> NoReturn:
        """Tell why a server answers with the addresses and yet says that it has them not: by a wildcard, or wrongly."""
        if self._sent(lambda update: update.absent(self.whole_name)) == dns.rcode.NOERROR:
            raise Refused(f"{self} does not exist at {self.server}, where a wildcard answers in its place; {_MAKE_IT}")
        raise Refused(
            f"the name server {self.server} leads {self} to {believed} and says that it does not ({dns.rcode.to_text(rcode)}): "
            "its conditions cannot be relied upon, and nothing was changed; have the server mended, or swing by another method"
        )
