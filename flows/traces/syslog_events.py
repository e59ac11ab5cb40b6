"""Whose doing a message of the appliances' syslog is: the run's, a person's by name, the appliance's own, or unexplained.

Only few names of the vendor's events are known, so nothing is judged by them but a sign-in. It is judged by account, address and
time: what the robot's own account did, from this machine's address, while a step of the run did something there, is the run's.
The time is that of the arrival. A sender's name and address can be forged (UDP), so a message only ever adds a question.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from flows.traces.causes import while_pressed
from robot.evidence.record.line import Kind
from robot.evidence.traces.events import Attribution, Owner, Span, TraceEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from flows.traces.syslog_message import SyslogMessage
    from robot.evidence.record.history import RunHistory
    from robot.evidence.traces.events import InHand

SIGN_IN: Final = "sign-in"
"""To what the run's own sign-ins are put down."""
_ON_THE_WAY: Final = timedelta(seconds=5)
"""How long a message may take until it arrives."""
_SIGN_INS: Final = frozenset({"login", "logout"})
_ADMINISTRATION: Final = ("", "web/login", "web/appliance", "web/api")
"""The targets of a sign-in that administers; the others are consoles, which representatives use all day long."""
_NOBODY: Final = frozenset({"", "unknown", "none", "-"})
_SYSTEM: Final = "system"
_MOST_NAMES: Final = 5
_LONGEST_TEXT: Final = 500
"""Characters that are told of one message: its parts together may be as long as a sender likes."""


@dataclass(frozen=True)
class RobotHere:
    """The robot, as an appliance sees it.

    Attributes:
        accounts: the names of its accounts, in small letters.
        addresses: the IP addresses from which it comes.
        uses_api: whether it signs in to the API, where accounts have other names.
    """

    accounts: frozenset[str]
    addresses: frozenset[str]
    uses_api: bool = False

    def owns(self, message: SyslogMessage) -> bool:
        """Tell whether a message names an account of the robot's."""
        return message.account.lower() in self.accounts or (
            self.uses_api and message.value("target") == "web/api" and message.value("who_ip") in self.addresses
        )


def is_administrative(message: SyslogMessage) -> bool:
    """Tell whether a message is of anything but a sign-in to a console."""
    return message.value("event") not in _SIGN_INS or message.value("target") in _ADMINISTRATION


def attributions(
    found: Iterable[SyslogMessage], robot: RobotHere, history: RunHistory, in_hand: Sequence[InHand] = ()
) -> list[Attribution]:
    """Put each message down to whom it belongs.

    Args:
        found: the messages that administer.
        robot: the robot, as the appliances see it.
        history: the run's record.
        in_hand: the times for which people had the pair in hand.

    Returns:
        One attribution for each message, in the same order.
    """
    at_work = [*while_pressed(history), *_downloads(history)]
    return [_attribution(message, _event(message), robot, at_work, in_hand) for message in found]


def _attribution(
    message: SyslogMessage, event: TraceEvent, robot: RobotHere, at_work: Sequence[tuple[str, Span]], hands: Sequence[InHand]
) -> Attribution:
    account = message.account.lower()
    if message.lacks and not account:
        return _nobody(event, "a part of its message did not arrive")
    if message.value("status") == "failure":
        return _nobody(event, "it failed, so that nobody knows who it was")
    if account == _SYSTEM:
        return Attribution(event, Owner.ITSELF)
    if account not in _NOBODY and not robot.owns(message):
        return Attribution(event, Owner.PERSON, message.person)
    (span,) = event.spans
    for hand in hands:
        if hand.during.covers(span):
            return Attribution(event, Owner.PERSON, hand.by)
    return _by_the_robot(message, event, robot, at_work) if robot.owns(message) else _nobody(event, "it names nobody")


def _by_the_robot(
    message: SyslogMessage, event: TraceEvent, robot: RobotHere, at_work: Sequence[tuple[str, Span]]
) -> Attribution:
    """Put down what the robot's own account did: to a sign-in, or to what the run did at that time; from elsewhere, to nobody."""
    address = message.value("who_ip")
    if address not in robot.addresses:
        return _nobody(event, f"it was the robot's account, from {address or 'an unknown address'}, which is not this machine")
    if message.value("event") in _SIGN_INS:
        return Attribution(event, Owner.PRESS, SIGN_IN)
    step = next((step for step, during in at_work if during.overlaps(event.spans[0])), "")
    if not step:
        return _nobody(event, "it was the robot's account, while this run pressed nothing")
    return Attribution(event, Owner.PRESS, step)


def _nobody(event: TraceEvent, doubt: str) -> Attribution:
    return Attribution(event, Owner.NOBODY, doubt=doubt)


def _event(message: SyslogMessage) -> TraceEvent:
    return TraceEvent(
        source=source_name(message.unit),
        unit=message.unit,
        time="",
        text=_told(message),
        spans=(Span(message.began - _ON_THE_WAY, message.ended),),
        kind=message.value("event"),
        arrived=message.began,
    )


def source_name(unit: str) -> str:
    """Return what people call an appliance's syslog."""
    return f"{unit.upper()}'s syslog"


def _told(message: SyslogMessage) -> str:
    """Return a message in a few words: what, who and from where; of what was changed the names, and no value."""
    parts = [message.value("event") or "an event without a name"]
    if message.person:
        parts.append(f"by {message.person}")
    if message.value("who_ip"):
        parts.append(f"from {message.value('who_ip')}")
    if message.value("target"):
        parts.append(f"at {message.value('target')}")
    if message.value("status"):
        parts.append(f"({message.value('status')})")
    names = [name.removeprefix("new_") for name in message.fields if name.startswith("new_")]
    if names:
        more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
        parts.append(f"of {', '.join(names[:_MOST_NAMES])}{more}")
    return " ".join(parts)[:_LONGEST_TEXT]


def _downloads(history: RunHistory) -> Iterator[tuple[str, Span]]:
    """Yield when the run fetched a backup, which no press announces: since the line before the one that tells of it."""
    for before, line in zip(history.lines, history.lines[1:], strict=False):
        if line.kind == Kind.READING and line.step.endswith("-download-backup"):
            yield line.step, Span(before.at, line.at)
