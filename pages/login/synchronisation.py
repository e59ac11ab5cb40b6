"""When the pair was last synchronised, and whether it is being so now, as Management > Failover tells it.

Times are compared for change only, never with a clock: whose clock and zone they are in is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.engine.text.moments import MOMENT, parse_moment
from pages.engine.text.wording import ignorecase

if TYPE_CHECKING:
    from pages.engine.view.page_view import PageView

_PEER = r"\bpeer\b|\bremote (host|site)|\bother (host|site|appliance)"
_LAST_SYNC = r"((?:last|latest|most recent)\b.*\bsync|sync\w*\b.*\b(completed|finished|date|time)\b)"
_NOT_A_TIME = r"status|result|interval|limit|timeout|next|bandwidth|schedule|duration|attempt|started|begun|size|check"
_COMPLETED = r"(?:complete|success|finish)"
_RESULT = r"sync\w*\b.*\b(status|state|result|outcome)$|^(last )?(result|outcome)$"
_NOT_COMPLETED = (
    r"\b(fail\w*|errors?|unsuccessful\w*|incomplete|not (been )?(complete\w*|successful)|abort\w*|cancel\w*|timed? ?out)\b"
)
_SYNCING = (
    r"sync\w*:?( process)?( (status|state))?( is| has)?( been)?( currently| now| being| still)*:? "
    r"(in progress|under ?way|running|active|busy|started|begun|initiated|requested|queued|pending|ongoing)\b(?!:)|"
    r"(is|being|currently|now) sync|synchroni[sz]ing\b(?!:)|syncing\b(?!: no)|sync\w*\b.*\b\d{1,2} ?%|"
    r"(first|data)[- ].*sync\w* .*about to begin|"
    r"sync\w*\b.*\bin progress\b(?!:)|sync\w*\b.*\b(in progress|running|active)\b:? (yes|true)\b|"
    r"\b(performing|starting|running|waiting for)\b.*\bsync|"
    r"^(?!last)([\w -]{1,30}: )?(copying|transferring|replicating)\b.*\b(data|settings|recordings|primary|peer)\b"
)
_NOT_SYNCING = (
    r"^((?!in progress|running).)*\b(no|not|last|completed|finished|failed|enabled?|disabled?)\b.*sync|"
    r"sync\w*\b(?!.*\b(in progress|under ?way|\d{1,2} ?%|\d+ of \d+)).*\b(not|completed?|finished|failed|enabled|disabled)\b|"
    r"sync\w*.*\b(no|not)\b( \w+)? (in progress|under ?way|running)|\binterval\b|"
    r"\bautomatic\b.*\bsync\w*\b.*\b(active|enabled)\b|sync\w*\b.*\bfailed\b(?!.*\bin progress)"
)
_LIKE_A_TIME = r"\d|\b(ago|now|today|yesterday|moments?)\b"
"""What tells a time, in whatever words: "Never" or "-" does not."""
_BUSY = r"^(data[- ])?(syncing|synchroni[sz]ing|sync (in progress|running))\b"
"""What a greyed-out Sync Now may say of itself."""


def last_sync(view: PageView) -> tuple[str, str]:
    """Return when the last synchronisation was completed, as worded; and what is told of it that cannot be read as one moment.

    The moment is "" where it cannot be told for certain, or where it failed: of one that failed the time may be told all the
    same, and taken for a completed one it would part an unsynchronised pair. A time that is told relative to now changes by
    itself, and a day without a time of day does not change: neither is read.
    """
    own = view.outside(_PEER)
    result, failed = ignorecase(_RESULT), ignorecase(_NOT_COMPLETED)
    if any(result.search(label) and failed.search(value) for label, value in own.pairs):
        return "", ""
    wanted, other = ignorecase(_LAST_SYNC), ignorecase(rf"{_NOT_A_TIME}|{_NOT_COMPLETED}")
    found = [(label, value) for label, value in own.pairs if wanted.search(label) and not other.search(label)]
    found += [(line, line) for line in own.prose if not found and wanted.search(line) and not other.search(line)]
    if any(failed.search(value) for _, value in found):
        return "", ""
    completed = [each for each in found if ignorecase(_COMPLETED).search(each[0])]
    values = dict.fromkeys(value for _, value in completed or found)
    moments = {moment for value in values if (moment := _moment(value))}
    if len(moments) == 1:
        return moments.pop(), ""
    return "", "; ".join(value for value in values if ignorecase(_LIKE_A_TIME).search(value))


def _moment(value: str) -> str:
    """Return the one point in time that these words tell; of several the one of completion."""
    moments = ignorecase(rf"{_COMPLETED}\w*\b.*?({MOMENT})").findall(value) or ignorecase(MOMENT).findall(value)
    return str(moments[0]) if len(moments) == 1 and parse_moment(moments[0]) else ""


def sync_status(view: PageView) -> str:
    """Return what stands beside labels such as "Data Sync Status", in words that nobody may have heard of."""
    label = ignorecase(_RESULT)
    return "; ".join(dict.fromkeys(value for each, value in view.outside(_PEER).pairs if label.search(each)))


def syncing(view: PageView) -> str:
    """Return what is said of a running synchronisation; "" where none runs."""
    return (
        view.current_statement(_SYNCING, unlike=_NOT_SYNCING)
        or view.current_statement(rf"{_LAST_SYNC}.*(in progress|under ?way|running|pending|synchroni[sz]ing|syncing|\d ?%)")
        or next((busy.name for busy in view.clickables(_BUSY) if not busy.enabled), "")
    )
