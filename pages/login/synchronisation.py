"""When the pair was last synchronised, and whether it is synchronising now, as Management > Failover shows it.

Times are compared for change only, never with a clock: their clock and time zone are unknown.
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
"""Words of a time in any form; "Never" or "-" has none of them."""
_BUSY = r"^(data[- ])?(syncing|synchroni[sz]ing|sync (in progress|running))\b"
"""The words of a greyed-out Sync Now while it is at work."""


def last_sync(view: PageView) -> tuple[str, str]:
    """Return when the last synchronisation was completed.

    A failed synchronisation gives no moment: the page may show its time all the same, and if it were taken for a completed one,
    an unsynchronised pair would be broken. A time relative to now ("an hour ago") changes by itself, and a day without a time of
    day does not change: neither is a moment.

    Returns:
        The moment in the page's words, or an empty string if it is not certain; and the page's words about it that are no single
        moment, or an empty string.
    """
    own = view.outside(_PEER)
    result, failed = ignorecase(_RESULT), ignorecase(_NOT_COMPLETED)
    if any(result.search(label) and failed.search(value) for label, value in own.pairs):
        return "", ""
    wanted, other = ignorecase(_LAST_SYNC), ignorecase(rf"{_NOT_A_TIME}|{_NOT_COMPLETED}")
    times = [(label, value) for label, value in own.pairs if wanted.search(label) and not other.search(label)]
    times += [(line, line) for line in own.prose if not times and wanted.search(line) and not other.search(line)]
    if any(failed.search(value) for _, value in times):
        return "", ""
    completed = [each for each in times if ignorecase(_COMPLETED).search(each[0])]
    values = dict.fromkeys(value for _, value in completed or times)
    moments = {moment for value in values if (moment := _moment(value))}
    if len(moments) == 1:
        return moments.pop(), ""
    return "", "; ".join(value for value in values if ignorecase(_LIKE_A_TIME).search(value))


def _moment(value: str) -> str:
    """Return the only moment in these words, or the only one of completion; an empty string if there is no single one."""
    moments = ignorecase(rf"{_COMPLETED}\w*\b.*?({MOMENT})").findall(value) or ignorecase(MOMENT).findall(value)
    return str(moments[0]) if len(moments) == 1 and parse_moment(moments[0]) else ""


def sync_status(view: PageView) -> str:
    """Return the values beside labels such as "Data Sync Status", in whatever words the page has."""
    label = ignorecase(_RESULT)
    return "; ".join(dict.fromkeys(value for each, value in view.outside(_PEER).pairs if label.search(each)))


def syncing(view: PageView) -> str:
    """Return what the page says about a running synchronisation; an empty string if none runs."""
    return (
        view.current_statement(_SYNCING, unlike=_NOT_SYNCING)
        or view.current_statement(rf"{_LAST_SYNC}.*(in progress|under ?way|running|pending|synchroni[sz]ing|syncing|\d ?%)")
        or next((busy.name for busy in view.clickables(_BUSY) if not busy.enabled), "")
    )
