"""DNS messages to and from one name server: signed queries over UDP or TCP, and signed updates over TCP.

Servers are asked directly, without a resolver, a proxy or a search list.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import dns.exception
import dns.message
import dns.name
import dns.query
import dns.rdatatype
import dns.rrset
import dns.tsig
import dns.update

from robot.domain.errors import Refused, Unreachable
from robot.settings.values import host_and_port

if TYPE_CHECKING:
    from robot.settings.tsig import Key

_UDP_TIMEOUT_S = 2.0
_TCP_TIMEOUT_S = 5.0
_UNKNOWN = "whether the record was changed is not known; resume: it is read first"

_UNSIGNED: dict[type[dns.tsig.PeerError], str] = {
    dns.tsig.PeerBadKey: "does not know the key {key} with this algorithm; correct {variable}, or have the key added there",
    dns.tsig.PeerBadSignature: "knows the key {key} with another secret; correct {variable}",
    dns.tsig.PeerBadTime: "has a clock that differs from ours by more than a signature allows; set both clocks right",
}


@dataclass(frozen=True)
class Server:
    """One address of a name server; with a `key` it is asked with signed messages."""

    name: str
    ip: str
    port: int
    key: Key | None = None

    def __str__(self) -> str:
        ip = f"[{self.ip}]" if ":" in self.ip else self.ip
        place = self.ip if self.port == 53 else f"{ip}:{self.port}"
        return place if self.name == self.ip else f"{self.name} ({place})"


def query(server: Server, question: dns.message.QueryMessage) -> dns.message.Message:
    """Return one server's answer: over UDP, or over TCP if that answer is truncated or does not come.

    Raises:
        Refused: the server does not accept the key.
        Unreachable: there is no answer, or none that can be used.
    """
    if server.key:
        question.use_tsig(_signing(server.key))
    try:
        try:
            answer = dns.query.udp(
                question, server.ip, timeout=_UDP_TIMEOUT_S, port=server.port, ignore_unexpected=True, raise_on_truncation=True
            )
        except (dns.exception.Timeout, dns.message.Truncated):
            answer = dns.query.tcp(question, server.ip, timeout=_TCP_TIMEOUT_S, port=server.port)
    except dns.tsig.PeerError as error:
        raise Refused(f"the name server {server} {_key_trouble(error, server.key)}") from None
    except (dns.exception.DNSException, OSError, EOFError) as error:
        raise Unreachable(
            f"the name server {server} gives no answer of use ({_reason(error)}); check its address and that UDP and TCP are open"
        ) from None
    return answer


def send_update(update: dns.update.UpdateMessage, server: str, key: Key, *, record: str, place: str) -> dns.message.Message:
    """Sign an update and send it once, over TCP.

    Args:
        update: what is to be changed (RFC 2136).
        server: host or host:port of the server that takes it.
        key: what signs it (RFC 8945).
        record: the record's name and kind, for sentences.
        place: where the pair file names the server, for sentences.

    Returns:
        The server's answer, whatever its code.

    Raises:
        Refused: the server does not accept the key; nothing was changed.
        Unreachable: there was no connection, and nothing was changed; or no answer, and it is not known whether it was changed.
    """
    update.use_tsig(_signing(key))
    host, port = host_and_port(server)
    try:
        connection = socket.create_connection((host, port), timeout=_TCP_TIMEOUT_S)
    except (OSError, UnicodeError) as error:
        raise Unreachable(
            f"the name server {server} takes no connection ({_reason(error)}), and {record} was not changed; "
            f"check {place}.server and that TCP is open"
        ) from None
    with connection:
        connection.setblocking(False)
        try:
            return dns.query.tcp(update, host, timeout=_TCP_TIMEOUT_S, sock=connection)
        except dns.tsig.PeerError as error:
            raise Refused(f"the name server {server} {_key_trouble(error, key)}; {record} was not changed") from None
        except (dns.exception.DNSException, OSError, EOFError) as error:
            raise Unreachable(
                f"the name server {server} took the change and gave no answer of use ({_reason(error)}); {_UNKNOWN}"
            ) from None


def _signing(key: Key) -> dns.tsig.Key:
    return dns.tsig.Key(key.name, key.secret, key.algorithm)


def _key_trouble(error: dns.tsig.PeerError, key: Key | None) -> str:
    """Return in our words what is wrong with the key: dnspython's own keys print their secrets."""
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


def resolve(host: str) -> list[str]:
    """Return every address that this system knows for a host, IPv4 first; for an address itself that address."""
    try:
        addresses = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return []
    return sorted(addresses, key=lambda ip: (":" in ip, ip))


def records_of(section: list[dns.rrset.RRset], name: dns.name.Name, kind: dns.rdatatype.RdataType) -> list[Any]:
    """Return the records of one name and kind in a section of an answer.

    Args:
        section: such as `answer.answer` or `answer.additional`.
        name: the fully qualified name.
        kind: the record type.

    Returns:
        dnspython's records; each kind has fields of its own.
    """
    return [record for each in section if each.name == name and each.rdtype == kind for record in list[Any](each)]
