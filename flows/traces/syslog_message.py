"""Messages of an appliance's syslog, as the vendor documents them ("Syslog message format"): pure functions on texts.

    Oct 12 14:58:35 host BG: 1234:01:01:site=access.example.com;who=John Smith(jsmith);who_ip=192.0.2.1;event=login;status=success

The numbers are the site, the part and how many parts there are: what is longer than 1 KB comes in several. Newer versions write
`BG[98765]`, with the process, and an appliance may also be set to the form of RFC 5424.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

_HEADER: Final = re.compile(
    r"(?:<\d{1,3}>)?(?:"
    r"1 \S{1,64} \S{1,255} BG (?P<id>\S{1,128}) \S{1,32} (?:-|(?:\[(?:[^\]\\]|\\.)*\])+) ?\ufeff?"  # RFC 5424
    r"|(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S{1,32}) \S{1,255} BG(?:\[(?P<pid>\d{1,10})\])?: ?"  # BSD
    r")(?P<site>\d{1,10}):(?P<part>\d{1,4}):(?P<parts>\d{1,4}):(?P<payload>.*)",
    re.DOTALL,
)
_FIELD: Final = re.compile(r"(?:[^;\\]|\\.|\\$)+", re.DOTALL)
_NAME: Final = re.compile(r"((?:[^=\\]|\\.)*)=(.*)", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_LONGEST_NAME: Final = 300
_WHO: Final = re.compile(r"(?P<name>.*?)\s*\((?P<account>[^()]*)\)(?: using .{1,100})?", re.DOTALL)


@dataclass(frozen=True)
class ReceivedText:
    """One text as it arrived.

    Attributes:
        at: this machine's time.
        unit: the appliance.
        text: the text.
    """

    at: datetime
    unit: str
    text: str


@dataclass(frozen=True)
class SyslogMessage:
    """One message, put together from its parts.

    Attributes:
        unit: the appliance.
        began: when the first of its parts arrived.
        ended: when the last one did.
        fields: its fields; of a message that lacks parts, those that stand before the first one missing.
        lacks: how many of its parts did not come.
    """

    unit: str
    began: datetime
    ended: datetime
    fields: Mapping[str, str]
    lacks: int = 0

    def value(self, name: str) -> str:
        """Return a field's value; "" if there is none."""
        return self.fields.get(name, "")

    @property
    def account(self) -> str:
        """The account that it names: `jsmith` of "John Smith(jsmith) using password"."""
        who = self.value("who").strip()[:_LONGEST_NAME]
        return match["account"].strip() if (match := _WHO.fullmatch(who)) else who

    @property
    def person(self) -> str:
        """Whom it names, as people write it: "John Smith (jsmith)"."""
        who = self.value("who").strip()[:_LONGEST_NAME]
        match = _WHO.fullmatch(who)
        return f"{match['name']} ({match['account']})".strip() if match else who


@dataclass
class _Parts:
    whole: int
    times: list[datetime] = field(default_factory=list)
    payloads: dict[int, str] = field(default_factory=dict)


def messages(received: Iterable[ReceivedText]) -> tuple[list[SyslogMessage], list[ReceivedText]]:
    """Put the messages of two appliances together.

    Args:
        received: what has arrived, in that order.

    Returns:
        The messages, by the arrival of their first parts; and the texts of another form, which nobody can judge.
    """
    found: list[tuple[str, _Parts]] = []
    begun: dict[tuple[str, ...], _Parts] = {}
    other: list[ReceivedText] = []
    for each in received:
        match = _HEADER.fullmatch(each.text)
        if match is None or not 1 <= int(match["part"]) <= int(match["parts"]):
            other.append(each)
            continue
        key = (each.unit, match["pid"] or match["id"] or "", match["site"], match["parts"])
        part = int(match["part"])
        parts = begun.get(key)
        if parts is None or part in parts.payloads:
            parts = begun[key] = _Parts(int(match["parts"]))
            found.append((each.unit, parts))
        parts.times.append(each.at)
        parts.payloads[part] = match["payload"]
        if len(parts.payloads) == parts.whole:
            del begun[key]
    return [_message(unit, parts) for unit, parts in found], other


def _message(unit: str, parts: _Parts) -> SyslogMessage:
    before_a_gap = itertools.takewhile(parts.payloads.__contains__, itertools.count(1))
    payload = "".join(parts.payloads[number] for number in before_a_gap)
    return SyslogMessage(unit, min(parts.times), max(parts.times), fields(payload), parts.whole - len(parts.payloads))


def fields(payload: str) -> dict[str, str]:
    r"""Return the fields of a payload: `name=value;name=value`, with `\` before each `=`, `;` and `\` of a value.

    If a name comes twice, all its values are kept, one after the other with commas: none hides another one.
    """
    found: dict[str, str] = {}
    for piece in _FIELD.findall(payload):
        if match := _NAME.fullmatch(piece):
            name, value = (_ESCAPED.sub(r"\1", each).strip() for each in match.groups())
            found[name] = f"{found[name]}, {value}" if name in found else value
    return found
