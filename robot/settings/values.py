"""The types of the values in a pair file: each is checked as it is read, and its error describes the right form."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds(value: object) -> float:
    """Parse a duration such as "90s", "15m", "4h" or "2d".

    Returns:
        Seconds.

    Raises:
        ValueError: the value is no duration; the sentence shows the form.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)  # as in the files that the robot writes itself
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])", value) if isinstance(value, str) else None
    if not match:
        raise ValueError('is not a duration: write "90s", "15m", "4h" or "2d"')
    return float(match[1]) * _UNITS[match[2]]


def _matching(pattern: str, form: str) -> BeforeValidator:
    def check(value: object) -> object:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise ValueError(f"must be {form}")
        return value

    return BeforeValidator(check)


def _ip(value: object) -> str:
    try:
        return str(ip_address(str(value)))
    except ValueError:
        raise ValueError("must be an IP address, such as 192.0.2.20") from None


def _https(value: object) -> str:
    try:
        url = urlsplit(str(value))
        is_https = url.scheme == "https" and url.hostname and url.port != 0
    except ValueError:
        is_https = False
        url = urlsplit("")
    if not is_https or "@" in url.netloc or url.fragment or not re.fullmatch(r"[!-~]+", str(value)):
        raise ValueError("must be an address such as https://chat.example.com/hooks/1, with no password in it")
    return str(value)


def _plain_name(value: object) -> str:
    """Check a person's name: one line, without control characters and without `<` and `>`, which enclose an address."""
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= 100 or not value.isprintable() or re.search(r"[<>]", value):
        raise ValueError("must be a name on one line, without control characters, < and >, such as Service desk")
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


_SERVER = re.compile(
    r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?))(?::(?P<port>\d{1,5}))?"
    r"|(?P<bare>[0-9A-Fa-f.]*(?::[0-9A-Fa-f.]*){2,})"
)


def host_and_port(text: str) -> tuple[str, int]:
    """Parse the address of a name server: "192.0.2.53", "ns1.example.com:5353", "2001:db8::53", "[2001:db8::53]:5353".

    Returns:
        Its host and its port; port 53 if none is given.

    Raises:
        ValueError: the text is no such address; the sentence shows the form.
    """
    match = _SERVER.fullmatch(text)
    port = int((match and match["port"]) or 53)
    if not match or not 1 <= port <= 65535:
        raise ValueError("must be a name server, such as 192.0.2.53, ns1.example.com:53 or [2001:db8::53]:53")
    return match["v6"] or match["host"] or match["bare"], port


def _server(value: object) -> str:
    host_and_port(str(value))
    return str(value)


_LABELS = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*\.?"
Duration = Annotated[float, BeforeValidator(seconds)]
Span = Annotated[Duration, Field(ge=0, allow_inf_nan=False)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Host = Annotated[str, _matching(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?", "a host name or an IP address")]
Ip = Annotated[str, BeforeValidator(_ip)]
ServerPlace = Annotated[str, BeforeValidator(_server)]
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
PatchName = Annotated[str, BeforeValidator(_patch)]
Https = Annotated[str, BeforeValidator(_https)]
Name = Annotated[str, _matching(r"[A-Z][A-Z0-9_]{0,63}", "the name of an environment variable: capitals, digits, _")]
Ticket = Annotated[str, _matching(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", "1 to 64 letters, digits, dots, dashes or underscores")]
Pin = Annotated[str, _matching(r"[A-Za-z0-9+/]{43}=", "the base64 SHA-256 of a public key")]
