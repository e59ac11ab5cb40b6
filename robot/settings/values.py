"""The types of the values in a pair file: each is checked as it is read, and its error describes the right form."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, time
from ipaddress import IPv6Address, ip_address
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, ValidationInfo
from pyrage import RecipientError, x25519

from robot.evidence.record.retention import keep_until

_ANY_DAY: Final = "2026-01-01"
"""Only the form of a retention is looked at before the run."""
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


FROM_A_PERSON: Final = {"from": "a person"}
"""The context of validation for what a person has written: there a number without its unit may mean anything."""


def seconds(value: object, info: ValidationInfo) -> float:
    """Parse a duration such as "90s", "15m", "4h" or "2d".

    Args:
        value: the duration; a bare number only in what the robot has written itself, in seconds.
        info: tells by its context who has written it.

    Returns:
        Seconds: finite, and not negative.

    Raises:
        ValueError: the value is no duration; the sentence shows the form.
    """
    if isinstance(value, str) and (match := re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([smhd])", value)):
        amount = float(match[1]) * _UNITS[match[2]]
    elif isinstance(value, int | float) and not isinstance(value, bool) and info.context != FROM_A_PERSON:
        amount = float(value)
    else:
        raise ValueError('is not a duration: write "90s", "15m", "4h" or "2d"')
    if not 0 <= amount < math.inf:
        raise ValueError("is no time that can pass")
    return amount


def _positive_seconds(value: object, info: ValidationInfo) -> float:
    if (amount := seconds(value, info)) == 0:
        raise ValueError('must be longer than nothing: write "90s", "15m", "4h" or "2d"')
    return amount


def _checked_address(host: str) -> str:
    """Refuse what some programs take for another IP address, or for none: 192.0.2.012 leads Python nowhere and libc to .10."""
    last = host.rstrip(".").rpartition(".")[2]
    if not (":" in host or re.fullmatch(r"[0-9]+|0[xX][0-9A-Fa-f]*", last)) or is_ip(host):
        return host  # a name, or an address that is written as everybody reads it
    parts = host.split(".")
    if len(parts) == 4 and all(re.fullmatch(r"0*[0-9]{1,3}", part) for part in parts):
        plain = ".".join(str(int(part)) for part in parts)
        if is_ip(plain):
            raise ValueError(f"has a leading zero; write {plain}")
    raise ValueError("must be a host name or an IP address, such as 192.0.2.12")


def is_ip(text: str) -> bool:
    """Return whether a text is an IP address as everybody reads it."""
    try:
        return bool(ip_address(text))
    except ValueError:
        return False


def _matching(pattern: str, form: str) -> BeforeValidator:
    def check(value: object) -> object:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise ValueError(f"must be {form}")
        return value

    return BeforeValidator(check)


def _host(value: object) -> str:
    """Return a host in the one spelling that Python and Chromium share: lower case; of an IPv6 address the shortest, bare."""
    text = _bare(value)
    if ":" in text:
        return _ipv6(text)
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", text):
        raise ValueError("must be a host name or an IP address")
    return _checked_address(text).lower()


def _bare(value: object) -> str:
    """Return a text without the brackets in which an IPv6 address may stand; "" for what is no text."""
    bracketed = re.fullmatch(r"\[(.*:.*)\]", value) if isinstance(value, str) else None
    return bracketed[1] if bracketed else value if isinstance(value, str) else ""


def _ipv6(text: str) -> str:
    if "%" in text:
        raise ValueError(f"has a zone (%{text.partition('%')[2]}), which no URL can hold: give an address that needs none")
    try:
        address = IPv6Address(text)
    except ValueError:
        raise ValueError("must be a host name or an IP address, such as 192.0.2.12") from None
    if address.ipv4_mapped:
        raise ValueError(f"is an IPv4 address in another notation; write {address.ipv4_mapped}")
    if address.is_link_local:
        raise ValueError("is valid on one link only (fe80::/10), and leads nowhere by itself: give an address that does")
    return str(address)


def _ip(value: object) -> str:
    if ":" in _bare(value):
        return _ipv6(_bare(value))
    if not is_ip(text := str(value)):
        if re.fullmatch(r"[0-9.]+", text):
            _checked_address(text)
        raise ValueError("must be an IP address, such as 192.0.2.20")
    return str(ip_address(text))


def _https(value: object) -> str:
    return _web_address(value, ("https",), "https://chat.example.com/hooks/1")


def _web_place(value: object) -> str:
    return _web_address(value, ("http", "https"), "http://time.example.com/tsa")


def _web_address(value: object, schemes: tuple[str, ...], example: str) -> str:
    try:
        url = urlsplit(str(value))
        is_known = url.scheme in schemes and url.hostname and url.port != 0
    except ValueError:
        is_known = False
        url = urlsplit("")
    if not is_known or "@" in url.netloc or url.fragment or not re.fullmatch(r"[!-~]+", str(value)):
        raise ValueError(f"must be an address such as {example}, with no password in it")
    _checked_address(url.hostname or "")
    return str(value)


def _plain_name(value: object) -> str:
    """Check a person's name: one line, without control characters and without `<` and `>`, which enclose an address."""
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= 100 or not value.isprintable() or re.search(r"[<>]", value):
        raise ValueError("must be a name on one line, without control characters, < and >, such as Service desk")
    return value.strip()


def _reason(value: object) -> str:
    """Check why somebody wants something: one line that says something."""
    if not isinstance(value, str) or not re.search(r"\w", value) or len(value) > 300 or not value.isprintable():
        raise ValueError("must say why, on one line of at most 300 characters")
    return value.strip()


def _patch(value: object) -> str:
    """Check the name of a package that has no version of its own."""
    if (
        not isinstance(value, str)
        or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ._()/-]{1,79}", value)
        or not re.search("[A-Za-z]", value)
    ):
        raise ValueError("must be the name of the patch as the list of updates has it, such as BT26-02-RS")
    if re.search(r"\d+\.\d+", value):
        raise ValueError(
            "must be the name of a package without a version, such as BT26-02-RS; a version belongs in target_version"
        )
    return value.strip()


def _moment(value: object) -> datetime:
    """Convert a date and time, from TOML or from our own JSON, to UTC; it must have an offset."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        moment = None
    if not isinstance(moment, datetime):
        raise ValueError("must be a date and time with its offset, such as 2026-12-01T22:00:00Z")  # noqa: TRY004 - pydantic's
    if moment.utcoffset() is None:
        raise ValueError("has no offset: write Z for UTC, or an offset such as +01:00, after the time")
    if not 2000 <= moment.year < 3000:
        raise ValueError("must lie between the years 2000 and 2999")
    return moment.astimezone(UTC)


def _expiry(value: object) -> datetime:
    """Convert a moment, or a day (until its last second in UTC), to UTC."""
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        day = None  # a moment, in our own JSON
    if isinstance(day, date) and not isinstance(day, datetime):
        return _moment(datetime.combine(day, time(23, 59, 59), tzinfo=UTC))
    try:
        return _moment(value)
    except ValueError as error:
        raise ValueError(f"{error}, or a day, such as 2026-12-31") from None


_SERVER = re.compile(
    r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?))(?::(?P<port>\d{1,5}))?"
    r"|(?P<bare>[0-9A-Fa-f.]*(?::[0-9A-Fa-f.]*){2,})"
)


def host_and_port(text: str) -> tuple[str, int]:
    """Parse a host with a port, as of a name server: "192.0.2.53", "ns1.example.com:5353", "2001:db8::53", "[2001:db8::53]:5353".

    Returns:
        Its host and its port; port 53 if none is given.

    Raises:
        ValueError: the text is no such address; the sentence shows the form.
    """
    match = _SERVER.fullmatch(text)
    port = int((match and match["port"]) or 53)
    if not match or not 1 <= port <= 65535:
        raise ValueError("must be a name server, such as 192.0.2.53, ns1.example.com:53 or [2001:db8::53]:53")
    return _checked_address(match["v6"] or match["host"] or match["bare"]), port


def _retention(value: object) -> object:
    keep_until(value if isinstance(value, str) else "", _ANY_DAY)
    return value


def _age_recipient(value: object) -> object:
    try:
        x25519.Recipient.from_str(str(value))
    except RecipientError:
        raise ValueError("is no age recipient: age-keygen prints one, which begins with age1") from None
    return value


def _server(value: object) -> str:
    host_and_port(str(value))
    return str(value)


def _listening_place(value: object) -> str:
    match = _SERVER.fullmatch(str(value))
    if not match or not match["port"] or not 1 <= int(match["port"]) <= 65535:
        raise ValueError("must be an address of this machine with a port, such as 192.0.2.10:5514")
    host_and_port(str(value))
    return str(value)


_LABELS = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*\.?"
Duration = Annotated[float, BeforeValidator(_positive_seconds)]
Span = Annotated[float, BeforeValidator(seconds)]
"""A duration that may be nothing: "0s"."""
Moment = Annotated[datetime, BeforeValidator(_moment)]
Expiry = Annotated[datetime, BeforeValidator(_expiry)]
Host = Annotated[str, BeforeValidator(_host)]
Ip = Annotated[str, BeforeValidator(_ip)]
AgeRecipient = Annotated[str, BeforeValidator(_age_recipient)]
Retention = Annotated[str, BeforeValidator(_retention)]
"""How long evidence is kept: "7 years"."""
ServerPlace = Annotated[str, BeforeValidator(_server)]
ListeningPlace = Annotated[str, BeforeValidator(_listening_place)]
ZoneName = Annotated[str, _matching(rf"(?=.{{1,254}}$){_LABELS}", "the name of a zone, such as example.com")]
RecordName = Annotated[str, _matching(rf"@|(?=.{{1,254}}$){_LABELS}", "a record's name, such as support or support.example.com")]
Port = Annotated[int, Field(strict=True, ge=1, le=65535)]
Version = Annotated[
    str, _matching(r"\d+(\.\d+){1,3}", "a version in numbers, such as 15.1.3; a patch is named in [update] patch")
]
Mailbox = Annotated[str, _matching(r"[^\s@<>,;:\"()]{1,64}@[A-Za-z0-9.-]{1,253}", "an address such as oncall@example.com")]
_DOMAIN = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
Email = Annotated[
    str,
    _matching(
        rf"(?=.{{3,254}}$)[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~.-]{{1,64}}@{_DOMAIN}(?:\.{_DOMAIN})+",
        "one e-mail address, such as desk@example.com",
    ),
]
PlainName = Annotated[str, BeforeValidator(_plain_name)]
Reason = Annotated[str, BeforeValidator(_reason)]
PatchName = Annotated[str, BeforeValidator(_patch)]
Https = Annotated[str, BeforeValidator(_https)]
WebPlace = Annotated[str, BeforeValidator(_web_place)]
Name = Annotated[str, _matching(r"[A-Z][A-Z0-9_]{0,63}", "the name of an environment variable: capitals, digits, _")]
Ticket = Annotated[str, _matching(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", "1 to 64 letters, digits, dots, dashes or underscores")]
Pin = Annotated[str, _matching(r"[A-Za-z0-9+/]{43}=", "the base64 SHA-256 of a public key")]
TableName = Annotated[str, _matching(r"[a-z][a-z0-9_]{0,79}", "the name of a table, such as change_request")]
Digest = Annotated[str, _matching(r"[0-9a-f]{64}", "a SHA-256 digest: 64 hexadecimal digits")]
OneLine = Annotated[str, _matching(r"[^\x00-\x1f\x7f]{1,500}", "one line of text")]
