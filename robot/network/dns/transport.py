"""DNS messages to and from one name server: signed queries over UDP or TCP, and signed updates over TCP.

Servers are asked directly, without a resolver, a proxy or a search list.
"""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.tsig
import dns.update

from robot.domain.errors import Refused, Unreachable
from robot.settings.values import host_and_port

if TYPE_CHECKING:
    from robot.settings.tsig import Key

_UDP_TIMEOUT_S = 2.0
_TCP_TIMEOUT_S = 5.0
_UNKNOWN = "whether the record was changed is not known; resume: it is read first"

_UNSIGNED_ERRORS = {dns.rcode.NOTAUTH, dns.rcode.REFUSED, dns.rcode.FORMERR}
"""What a server that does not know a key may answer without a TSIG record; FORMERR is that of old ones that know no TSIG."""


class _Unsigned(Exception):  # noqa: N818 - it is an answer
    """One of `_UNSIGNED_ERRORS`, which a server answered without a signature although the question had one."""


_KEY_ERRORS: dict[type[Exception], str] = {
    dns.tsig.PeerBadKey: "does not know the key {key} with this algorithm; correct {variable}, or have the key added there",
    dns.tsig.PeerBadSignature: "knows the key {key} with another secret; correct {variable}",
    dns.tsig.PeerBadTime: "has a clock that differs from ours by more than a signature allows; set both clocks right",
    _Unsigned: (
        "answers {error} without a signature, which is how some servers say that they do not know the key {key} or its "
        "algorithm; correct {variable}, or have the key added there"
    ),
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
    """Return one server's answer: over UDP, or over TCP if that answer is truncated, does not come, or cannot be used.

    Raises:
        Refused: the server does not accept the key.
        Unreachable: there is no answer, or none that can be used.
    """
    if server.key:
        question.use_tsig(server.key.ring)
    try:
        try:
            answer, _ = dns.query.udp_with_fallback(
                question, server.ip, timeout=_UDP_TIMEOUT_S, port=server.port, ignore_unexpected=True
            )
        except (dns.exception.Timeout, dns.exception.FormError):  # dnspython does not tell what an unsigned answer said
            with socket.create_connection((server.ip, server.port), timeout=_TCP_TIMEOUT_S) as connection:
                answer = _exchange(question, connection)
    except (dns.tsig.PeerError, _Unsigned) as error:
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
    update.use_tsig(key.ring)
    try:
        connection = socket.create_connection(host_and_port(server), timeout=_TCP_TIMEOUT_S)
    except (OSError, UnicodeError) as error:
        raise Unreachable(
            f"the name server {server} takes no connection ({_reason(error)}), and {record} was not changed; "
            f"check {place}.server and that TCP is open"
        ) from None
    with connection:
        try:
            return _exchange(update, connection)
        except (dns.tsig.PeerError, _Unsigned) as error:
            raise Refused(f"the name server {server} {_key_trouble(error, key)}; {record} was not changed") from None
        except (dns.exception.DNSException, OSError, EOFError) as error:
            raise Unreachable(
                f"the name server {server} took the change and gave no answer of use ({_reason(error)}); {_UNKNOWN}"
            ) from None


def _exchange(message: dns.message.Message, connection: socket.socket) -> dns.message.Message:
    """Send one message over TCP and return its answer, which is first read without its signature: an error may have none."""
    connection.setblocking(False)
    until = time.time() + _TCP_TIMEOUT_S
    dns.query.send_tcp(connection, message, until)
    unchecked: Any = False  # as `from_wire` takes it; the type of `receive_tcp` is narrower
    answer, _ = dns.query.receive_tcp(connection, until, keyring=unchecked)
    mine = answer.id == message.id and answer.flags & dns.flags.QR
    if mine and message.had_tsig and not answer.had_tsig and answer.rcode() in _UNSIGNED_ERRORS:
        raise _Unsigned(dns.rcode.to_text(answer.rcode()))
    answer = dns.message.from_wire(answer.wire or b"", keyring=message.keyring, request_mac=message.mac)
    if not message.is_response(answer):
        raise dns.query.BadResponse
    return answer


def _key_trouble(error: dns.tsig.PeerError | _Unsigned, key: Key | None) -> str:
    """Return in our words what is wrong with the key: dnspython's own keys print their secrets."""
    sentence = _KEY_ERRORS.get(type(error), "does not accept the key {key} ({error}); correct {variable}")
    word = str(error) if isinstance(error, _Unsigned) else type(error).__name__
    return sentence.format(key=key.name if key else "", variable=key.variable if key else "the key's variable", error=word)


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


def records_of(
    answer: dns.message.Message, name: dns.name.Name, kind: dns.rdatatype.RdataType, section: str = "ANSWER"
) -> list[str]:
    """Return the records of one name and kind in a section of an answer, as texts; empty if there are none.

    Args:
        answer: the answer.
        name: the fully qualified name.
        kind: the record type.
        section: "ANSWER", "AUTHORITY" or "ADDITIONAL".
    """
    return [str(each) for each in list[object](answer.get_rrset(section, name, dns.rdataclass.IN, kind) or ())]
