"""A synchronisation: the backup pulls the primary's data. Sync Now, and how the end of a synchronisation is recognised."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flows.session import readings
from flows.step_names import SYNC_NOW
from pages.engine.meaning.failure_words import new_lines
from pages.engine.text.moments import may_be_same_moment
from pages.engine.text.wording import quote
from pages.login.failover import FailoverScreen
from pages.readings.failover_status import FailoverStatus, Role
from robot.changes.change import Change, ChangeState
from robot.schedule.estimate import Work

if TYPE_CHECKING:
    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from robot.changes.change import Pressable
    from robot.changes.run import Run

_OVER = (
    r"^$|\b(completed?|success\w*|succeeded|finished|done|ok|idle|none|no|not running|ready|up[ -]to[ -]date|in sync|"
    r"synchroni[sz]ed|synced)\b"
)
"""A status with these words says that no synchronisation runs any more."""
_LAG_S = 90.0
"""Seconds that may pass between a page's last sign of a running synchronisation and its first telling of the new time."""


def synchronised(before: FailoverStatus | None, current: FailoverStatus) -> ChangeState:
    """Tell how far a synchronisation is: in place if the last one has another time, none runs, and no failure is new.

    Clocks are not compared. Every new line about a failure counts, whatever its grammar. A page may also tell the time of a
    synchronisation that failed: so a failure that was shown before counts too, unless it has a date. And it may tell the time
    of one that has only begun: so a status that has changed, and does not say that it is over, is that of one that runs.

    Args:
        before: the reading before the press; `None` if nothing was pressed.
        current: the newest reading.

    Returns:
        The state.
    """
    if current.role is not Role.BACKUP:
        return ChangeState.UNCLEAR
    if before is None:
        return ChangeState.UNDER_WAY if current.syncing else ChangeState.NOT_YET
    if current.syncing:
        return ChangeState.UNDER_WAY
    if failures_anew(before, current) or current.last_sync_unread:
        return ChangeState.UNCLEAR
    if not current.last_sync or (before.last_sync and may_be_same_moment(before.last_sync, current.last_sync)):
        return ChangeState.NOT_YET
    if current.sync_status != before.sync_status and not re.search(_OVER, current.sync_status, re.IGNORECASE):
        return ChangeState.UNDER_WAY
    undated = re.search(r"sync", current.message, re.IGNORECASE) and not re.search(r"\d{1,2}:\d{2}|\b\d{4}\b", current.message)
    return ChangeState.UNCLEAR if undated else ChangeState.IN_PLACE


def failures_anew(before: FailoverStatus, current: FailoverStatus) -> list[str]:
    """Return the lines about a failure that the screen did not show before."""
    messages = [current.message] if current.message and current.message != before.message else []
    new = new_lines(before.complaints, current.complaints)
    return [*new, *(each for each in messages if not any(each in line for line in new))]


def unreadable(appliance: Appliance, current: FailoverStatus) -> str:
    """Say, before Sync Now is pressed, why nobody could tell when it has ended; "" if that can be told."""
    if not current.last_sync_unread:
        return ""
    return (
        f'{appliance.name} tells its last synchronisation as "{current.last_sync_unread}", which cannot be read as '
        "one day with its time: "
        "nobody could tell whether a new one has ended, so Sync Now is not pressed; have a person do this procedure by hand"
    )


class Synchronisation(Change[FailoverStatus]):
    """Sync Now, on a backup.

    Args:
        backup: who is the backup.
        pair: both appliances.
        run: the run.
        first: its earlier reading, with which one that began without a press is compared; `None` if there is none.
    """

    reading = FailoverStatus
    lag_s = _LAG_S

    def __init__(self, backup: Appliance, pair: Pair, run: Run, first: FailoverStatus | None = None) -> None:
        self.place = self._backup = backup
        self.deadline_s = pair.settings.limits.sync
        self._pair, self._run, self._first = pair, run, first

    def read(self) -> FailoverStatus:
        """Read the backup's Failover page."""
        return readings.failover(self._backup)

    def state(self, before: FailoverStatus | None, current: FailoverStatus) -> ChangeState:
        """Tell by the time of the last synchronisation."""
        return synchronised(before or self._first, current)

    def basis(self, current: FailoverStatus) -> FailoverStatus | None:
        """Compare with the reading that first showed it running: its last synchronisation is still the one before."""
        return None if self._first else current

    def objection(self, current: FailoverStatus) -> str:
        """Object unless it is the backup, and its page can tell when the synchronisation has ended."""
        if current.role is Role.BACKUP:
            return unreadable(self._backup, current)
        return f"{self._backup.name} is {current.role.value}, not a backup"

    def open_control(self) -> Pressable:
        """Open the backup's Failover page."""
        return self._backup.open(FailoverScreen).sync_now(self._backup.answers)

    def explain(self, before: FailoverStatus | None, current: FailoverStatus) -> str:
        """Say what an unclear reading shows."""
        before, n = before or self._first, self._backup.name
        if new := failures_anew(before, current) if before else []:
            return f"{n} says: {quote(new[:3])}"
        if current.last_sync_unread:
            return f'{n} tells the last synchronisation as "{current.last_sync_unread}", which cannot be read as one moment'
        text = current.message or current.progress
        return text or f"{n} is {current.role.value}, last sync {current.last_sync or 'unknown'}"

    def explain_no_result(self, before: FailoverStatus | None, current: FailoverStatus) -> str:
        """Say that a synchronisation was seen running and has ended, but is not shown as the last one."""
        last = f'still "{current.last_sync}"' if (before or self._first) and current.last_sync else "told nowhere"
        return (
            f"the synchronisation was seen running on {self._backup.name} and runs no more, but the time of the last one is "
            f"{last}: it cannot be told whether it was completed; have a person see (Status History), then resume"
        )


class SyncNow(Synchronisation):
    """B pulls the most current data from A (BS4 to BS6)."""

    name = SYNC_NOW
    title = "Sync Now on B"
    procedure_ids = ("BS4", "BS5", "BS6")
    awaiting = "the synchronisation of B"

    def objection(self, current: FailoverStatus) -> str:
        """Object if the window is too short, or if a requirement of every synchronisation fails."""
        self._run.hours.require_fit(Work.SYNC)
        return super().objection(current)
