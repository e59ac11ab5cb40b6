"""An uptime that has become shorter: somebody else restarted the appliance, or reverted it to an older snapshot (OP3)."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from flows.step_names import TAKE_BACK, installs

if TYPE_CHECKING:
    from robot.domain.model import Unit
    from robot.evidence.record.line import Line
    from robot.runs.evidence_log import EvidenceLog

_SLACK = 120.0
"""Seconds by which two pages may differ about the same uptime: some round to minutes."""
_UNITS = {"w": 7 * 86400.0, "d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0}
_SAID = r"(\d+)\s*(w|d|h|m|s)(?:eeks?|ays?|ours?|rs?|in(?:ute)?s?|ec(?:ond)?s?)?\b"
_CLOCK = r"(?<![\d:])(\d{1,3}):(\d{2})(?::(\d{2}))?(?![\d:])"


@functools.lru_cache(maxsize=256)
def seconds(words: str) -> float | None:
    """Read an uptime as pages word it, as "41 days, 03:12:05", "2 hours 5 minutes" or "up 3 days, 4:12".

    Returns:
        Seconds; `None` if the text is no uptime.
    """
    text = words.lower()
    if match := re.search(r"\bup\b(.*?)(,\s*\d+ users?\b|,\s*load|$)", text):  # as in the line that the command `uptime` prints
        text = match[1]
    parts = [(float(number), unit) for number, unit in re.findall(_SAID, text)]
    clock = re.search(_CLOCK, text)
    if not parts and clock is None:
        return None
    total = sum(number * _UNITS[unit] for number, unit in parts)
    return total + (int(clock[1]) * 3600.0 + int(clock[2]) * 60.0 + int(clock[3] or 0) if clock else 0.0)


def ran_backwards(record: EvidenceLog, unit: Unit, words: str) -> str:
    """Return the sentence that an appliance was restarted, if its uptime is less than this run has read before; else "".

    Args:
        record: the run's record.
        unit: the appliance.
        words: its uptime now, in the page's words.
    """
    current, longest, longest_words = seconds(words), 0.0, ""
    for line in record.history.lines:
        if was_let_down(line, unit):
            longest, longest_words = 0.0, ""
        if line.is_press:
            continue  # its reading is from before the press
        earlier_words = str(line.values.get("uptime") or "") if line.unit == unit.value else ""
        if (uptime := seconds(earlier_words)) is not None and uptime >= longest:
            longest, longest_words = uptime, earlier_words
    if current is None or current + _SLACK >= longest:
        return ""
    return f'{unit.upper()} has been up for "{words}", and this run read "{longest_words}" before: it was restarted or put back'


def was_let_down(line: Line, unit: Unit) -> bool:
    """Return whether a line of the record explains a restart of an appliance; only uptimes read after such a line count.

    An installation of this run or of a person, a restart that somebody has answered for, or a time in which a person had the
    pair in hand.

    Args:
        line: the line.
        unit: the appliance.

    Returns:
        Whether it explains a restart.
    """
    u, step = unit.value, line.step
    ours = line.is_press and step.startswith(installs(u))
    return ours or step in {f"{u}-restarted", TAKE_BACK} or step.startswith(f"{u}-updated-by-hand-")
