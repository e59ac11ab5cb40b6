"""The appliances' syslog in a run: listened to while it is performed, and read at its end."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from flows.traces.causes import in_hand
from flows.traces.syslog_events import RobotHere, attributions, is_administrative, source_name
from flows.traces.syslog_journal import SyslogJournal, journal_lines
from flows.traces.syslog_message import ReceivedText, messages
from robot.domain.errors import Stop, UsageError
from robot.domain.model import Unit
from robot.evidence.traces.events import Owner
from robot.evidence.traces.findings import TraceSource
from robot.evidence.wording import duration
from robot.network.syslog.listener import MOST, SyslogListener
from robot.network.syslog.sockets import address_towards
from robot.network.tls import endpoint_of
from robot.runs.evidence_log import now_utc

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
    from pathlib import Path

    from flows.session.pair import Pair
    from flows.traces.syslog_message import SyslogMessage
    from robot.changes.run import Run
    from robot.evidence.record.history import RunHistory
    from robot.evidence.traces.events import Attribution
    from robot.settings import Settings
    from robot.settings.sections.syslog import SyslogSettings

DEAF: Final = "deaf"
"""The event of a line that says why nobody could listen."""
_NOTICEABLE_S: Final = 10.0


@contextmanager
def syslog_heard(settings: Settings, folder: Path, mask: Callable[[str], str], *, has_pressed: bool) -> Generator[None]:
    """Listen to the appliances' syslog, if the pair file asks for it.

    Args:
        settings: the pair file's.
        folder: the run's state folder.
        mask: takes secrets out of a text.
        has_pressed: whether the run has pressed something: then nothing here holds it up, and what fails is told at the end.

    Raises:
        UsageError: the address cannot be listened on, and nothing has been pressed yet.
    """
    asked = settings.evidence.syslog if settings.evidence else None
    if asked is None:
        yield
        return
    with ExitStack() as listening:
        journal = listening.enter_context(SyslogJournal(folder, mask))
        try:
            listening.enter_context(SyslogListener(asked.place, _senders(settings, asked), journal.append, journal.kept))
        except UsageError as fault:
            if not has_pressed:
                raise
            journal.append({"event": DEAF, "utc": now_utc(), "why": str(fault)})
        yield


def _senders(settings: Settings, asked: SyslogSettings) -> dict[str, str]:
    """Return the unit, by each address from which its messages may come; an address of both is neither's."""
    units = (Unit.A,) if settings.a == settings.b else tuple(Unit)
    of: dict[str, set[str]] = {}
    for unit in units:
        of[unit.value] = set(asked.of(unit))
        with suppress(Stop):  # a name that does not resolve: what comes from there is a stranger's, and that is told
            of[unit.value] |= endpoint_of(settings, unit).ips
    both = of["a"] & of.get("b", set())
    return {address: unit for unit, addresses in of.items() for address in addresses - both}


@dataclass(frozen=True)
class SyslogRead:
    """What the appliances' syslog tells of a run.

    Attributes:
        sources: one for each appliance.
        attributed: the events that administer, put down to whom they belong.
    """

    sources: tuple[TraceSource, ...] = ()
    attributed: tuple[Attribution, ...] = ()


def read_syslog(pair: Pair, units: Sequence[str], run: Run) -> SyslogRead:
    """Read what has arrived.

    Args:
        pair: both appliances.
        units: the appliances of this run.
        run: the run.

    Returns:
        What it tells; nothing at all if the pair file does not ask for it.
    """
    if pair.settings.evidence is None or pair.settings.evidence.syslog is None:
        return SyslogRead()
    history = run.record.history
    lines = journal_lines(run.state.folder)
    received = [ReceivedText(_at(line), line["unit"], line["text"]) for line in lines if line["event"] == "message"]
    found, other = messages(received)
    found = [each for each in found if is_administrative(each)]
    robot, translated = _robot(pair, units, found)
    attributed = attributions(found, robot, history, in_hand(history))
    common = [*_not_heard(lines, history), *_amiss(lines), *translated]
    sources = [
        TraceSource(
            source_name(unit), unit,
            "; ".join([*_missing(unit, received, other, attributed), *common]),
            read=any(each.unit == unit for each in received),
        )
        for unit in units
    ]  # fmt: skip
    return SyslogRead(tuple(sources), tuple(attributed))


def _robot(pair: Pair, units: Sequence[str], found: Sequence[SyslogMessage]) -> tuple[RobotHere, list[str]]:
    """Return the robot as the appliances see it; and what there is to say of that.

    Behind address translation they see another address than this machine has. If all that its accounts did came from one address,
    that is taken for this machine; from several of them none is.
    """
    boxes = [pair.settings.of(unit) for unit in Unit if unit.value in units]
    accounts = pair.account_names
    own = frozenset(address for box in boxes if (address := address_towards(box.address, box.port)))
    robot = RobotHere(accounts, own, uses_api=pair.settings.api is not None)
    seen = {each.value("who_ip") for each in found if each.account.lower() in accounts and each.value("who_ip")}
    if len(seen) == 1 and not seen & own:
        (address,) = seen
        sentence = f"the appliances see the robot at {address}, which this machine does not have; it was taken for this machine's"
        return replace(robot, addresses=frozenset(seen)), [sentence]
    return robot, []


def _at(line: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(line["utc"])


def _not_heard(lines: Sequence[Mapping[str, Any]], history: RunHistory) -> Iterator[str]:
    """Yield for how long nobody listened between the run's beginning and its end, and why not."""
    silent, heard_until, listens = 0.0, history.lines[0].at, False
    for line in lines:
        if line["event"] == "listening":
            if listens:  # the process was killed: it listened until its record ends
                heard_until = max([heard_until, *(each.at for each in history.lines if each.at < _at(line))])
            silent += max(0.0, (_at(line) - heard_until).total_seconds())
        listens = line["event"] == "listening" or (listens and line["event"] not in {"ended", DEAF})
        if line["event"] == DEAF:
            yield str(line["why"])
        else:
            heard_until = max(heard_until, _at(line))
    if not listens:
        silent += max(0.0, (history.lines[-1].at - heard_until).total_seconds())
    if silent >= _NOTICEABLE_S:
        yield f"it was not listened to for {duration(silent)} of this run"


def _amiss(lines: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what did not come into the journal."""
    if lost := sum(line["count"] for line in lines if line["event"] == "lost"):
        yield f"{lost} messages could not be written down"
    if any(line["event"] == "full" for line in lines):
        yield f"after {MOST} messages no more were kept"
    if strangers := list(dict.fromkeys(str(line["sender"]) for line in lines if line["event"] == "stranger")):
        yield (
            f"messages came from {', '.join(strangers)} too and were not kept; if an appliance sends from there, name "
            "the address in [evidence.syslog]"
        )


def _missing(
    unit: str, received: Sequence[ReceivedText], other: Sequence[ReceivedText], attributed: Sequence[Attribution]
) -> Iterator[str]:
    """Yield what the syslog of one appliance does not tell."""
    if not any(each.unit == unit for each in received):
        yield "nothing has come from it: see whether this appliance sends its syslog to this machine"
        return
    if odd := sum(each.unit == unit for each in other):
        yield f"{odd} of its messages have another form than the vendor documents, and were not judged"
    own = [each for each in attributed if each.event.unit == unit and each.owner is Owner.PRESS]
    if not own:
        yield "it tells of nothing that this run has done, so that it may not tell of others either"
