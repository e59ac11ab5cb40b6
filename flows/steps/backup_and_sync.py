"""Backup and Sync: a backup of the settings, B synchronised from A, and the relationship broken."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from flows.requirements.counts import at_the_sync
from flows.requirements.expected_state import ExpectedState, require_expected_state, said
from flows.requirements.kept_files import backup_folder
from flows.session import readings
from flows.step_names import BREAK, SYNC_NOW
from flows.steps.readiness import inter_appliance_key, unlike_keys
from flows.steps.synchronisation import SyncNow
from pages.engine.text.moments import tells_seconds
from pages.login.failover import FailoverScreen
from pages.login.software_management import SoftwareManagementScreen
from pages.readings.failover_status import FailoverStatus, Role
from robot.changes.change import Change, ChangeState
from robot.domain.errors import Refused, UnknownHand
from robot.domain.model import Reading, Unit
from robot.domain.waiting import duration
from robot.schedule.estimate import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from flows.session.readings import InterApplianceKey
    from robot.changes.change import Pressable
    from robot.changes.run import Run

HEADING = "Backup and Sync"
_A_MINUTE = 60.0
"""Seconds between a synchronisation and the next, where the page tells minutes only: else both may end in the same one."""
_LEAST = 1024
"""Bytes below which a file cannot be a backup of anybody's settings."""


class BackupFile(Reading):
    """A backup as it lies on this machine. It holds no recordings, no Vault key and no TLS private key."""

    file: str
    folder: str
    bytes: int
    sha256: str


def download_backup(appliance: Appliance, pair: Pair, run: Run) -> BackupFile:
    """Fetch one appliance's backup, keep it owner-only, and see that it is a real one (BS1, BS2, BS3, BS8)."""

    def fetch() -> BackupFile:
        folder = backup_folder(pair)
        screen = appliance.open(SoftwareManagementScreen)
        part = folder / f".{run.state.name}-{appliance.unit.value}.part"
        password = pair.secrets.backup_password
        name = screen.download_backup(
            part,
            password=password.get_secret_value() if password else None,
            include_history=pair.settings.backup is not None and pair.settings.backup.include_history,
        )
        return kept(part, free_name(folder, f"{run.state.name}-{appliance.unit.value}", Path(name).name), appliance)

    procedure_ids = ("BS1", "BS2", "BS3", "BS8") if appliance.unit == "a" else ("AA4", "BS3")
    return run.steps.observe(
        f"{appliance.unit.value}-download-backup",
        f"Download Backup on {appliance.name}",
        appliance,
        BackupFile,
        fetch,
        procedure_ids=procedure_ids,
    )


def free_name(folder: Path, stem: str, name: str) -> Path:
    """A name that no backup has yet: none is ever overwritten, also when a run begins its readings anew."""
    candidates = [folder / f"{stem}-{name}", *(folder / f"{stem}-{number}-{name}" for number in range(2, 1000))]
    return next(path for path in candidates if not path.exists())


def kept(part: Path, target: Path, appliance: Appliance) -> BackupFile:
    """Look at what was downloaded, and give it its name for good."""
    part.chmod(0o600)
    size = part.stat().st_size
    with part.open("rb") as file:
        head = file.read(2048).lstrip().lower()
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if head.startswith((b"<!doctype", b"<html", b"<head", b"<body")):
        part.unlink()
        raise Refused(f"Download Backup on {appliance.name} gave a web page instead of a backup; look at the page by hand")
    if size < _LEAST:
        part.unlink()
        raise Refused(f"Download Backup on {appliance.name} gave a file of {size} bytes, too small to be a backup")
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(target)
    return BackupFile(file=target.name, folder=str(target.parent), bytes=size, sha256=digest)


def backup_and_sync(
    pair: Pair, run: Run, key: InterApplianceKey | None, expected: Mapping[Unit, ExpectedState], *, swings: bool = True
) -> None:
    """Everything under the guide's heading. After its last change there is no failover.

    Args:
        pair: both.
        run: the run.
        key: A's Inter-Appliance key, as it was read.
        expected: how both are to stand once they are parted.
        swings: whether B will serve with what it is given here.
    """
    a, b = pair.a, pair.b
    with run.under(HEADING):
        download_backup(a, pair, run)
        pair.swing.before_the_break(pair, run)
        quiet(b, pair, run)
        if swings:
            at_the_sync(pair, run)
        run.change(SyncNow(b, pair, run))
        b.login_account = a.login_account  # a synchronised backup has the primary's accounts
        run.change(BreakFailoverRelationships(pair, run, expected))
        run.notify(
            "no_failover_from_now", f"{pair.settings.site.hostname} has no failover from now on", deadline=run.hours.until()
        )
        run.steps.observe(
            "b-failover-after-break", "That B stands alone", b, FailoverStatus, lambda: readings.failover(b),
            procedure_ids=("BS7",), require=is_alone(b), otherwise=UnknownHand,
        )  # fmt: skip
        run.steps.observe(
            "a-failover-after-break", "That A stands alone", a, FailoverStatus, lambda: stands_alone(a, b, pair),
            procedure_ids=("BS7",), require=is_alone(a), otherwise=UnknownHand,
        )  # fmt: skip
        found = inter_appliance_key(
            b, run, "b-inter-appliance-key-after-break", again=", now that B shows it",
            require=lambda now: unlike_keys(key, now) if key else "",
        )  # fmt: skip
        if key is None or not key.fingerprint or not found.fingerprint:
            text = "not checked: the Inter-Appliance keys are masked and were not compared"
            run.steps.note("site-keys-not-compared", text, procedure_ids=("RE2",))


def quiet(b: Appliance, pair: Pair, run: Run) -> None:
    """Wait until no scheduled synchronisation runs, so that the one to come is ours, and is told by another time."""
    first_told: dict[str, float] = {}

    def at_rest(now: FailoverStatus) -> bool:
        if now.syncing:
            return False
        if not now.last_sync or tells_seconds(now.last_sync):
            return True
        clock = pair.poller.clock
        return clock() - first_told.setdefault(now.last_sync, clock()) >= _A_MINUTE

    run.steps.observe(
        "b-failover-quiet", "That no synchronisation runs on B", b, FailoverStatus,
        lambda: pair.poller.poll_until(
            lambda: readings.failover(b), at_rest,
            what="a running synchronisation of B to end", within=pair.settings.limits.sync + 2 * _A_MINUTE,
        ),
        procedure_ids=("BS4",),
    )  # fmt: skip


class BreakFailoverRelationships(Change[FailoverStatus]):
    """The pair is parted: from here to the end of the re-establishing there is no failover (BS7).

    Args:
        pair: both.
        run: the run.
        expected: how this run left each appliance; they must stand so at the last moment.
    """

    name = BREAK
    title = "Break Failover Relationships on B"
    procedure_ids = ("BS7",)
    reading = FailoverStatus
    awaiting = "B to stand alone"
    reaction_timeout_s = 120

    def __init__(self, pair: Pair, run: Run, expected: Mapping[Unit, ExpectedState]) -> None:
        self.place = self._b = pair.b
        self.deadline_s = pair.settings.limits.establish
        self._pair, self._run, self._expected = pair, run, expected

    def read(self) -> FailoverStatus:
        """Look at B's Failover page."""
        return readings.failover(self._b)

    def state(self, before: FailoverStatus | None, current: FailoverStatus) -> ChangeState:
        """Tell by B's role: it is broken when B is in no relationship."""
        del before
        by_role = {Role.NONE: ChangeState.IN_PLACE, Role.BACKUP: ChangeState.NOT_YET}
        return by_role.get(current.role, ChangeState.UNCLEAR)

    def objection(self, current: FailoverStatus) -> str:
        """See that B is a backup at rest, both stand as they were left, and the synchronisation is young enough."""
        run, expected = self._run, self._expected
        if current.role is not Role.BACKUP:
            return f"B is {current.role.value}, not a backup"
        if current.syncing:
            return "B is synchronising again; wait for it"
        run.hours.require_fit(Work.BREAK)
        still = {Unit.A: replace(expected[Unit.A], role=Role.PRIMARY), Unit.B: replace(expected[Unit.B], role=Role.BACKUP)}
        require_expected_state(self._pair, run, still, self.name)
        proved = run.record.history.proof(SYNC_NOW)
        if proved is None:
            return "the synchronisation of B is not on record"
        age = (datetime.now(UTC) - proved.at).total_seconds()
        if age > self._pair.settings.limits.sync_age:
            return (
                f"the synchronisation ended {duration(age)} ago, longer than limits.sync_age allows; "
                "nothing is broken yet: begin a new run, which synchronises again"
            )
        return ""

    def open_control(self) -> Pressable:
        """Open the Failover page."""
        return self._b.open(FailoverScreen).break_failover_relationships(self._b.answers)


def stands_alone(appliance: Appliance, other: Appliance, pair: Pair) -> FailoverStatus:
    """The role after the break; this side may take a moment to learn of it, while the other one stands alone."""
    return pair.poller.poll_until(
        lambda: readings.failover(appliance),
        lambda now: now.role is Role.NONE or readings.failover(other).role is not Role.NONE,
        what=f"{appliance.name} to stand alone",
        within=pair.settings.limits.establish,
    )


def is_alone(appliance: Appliance) -> Callable[[FailoverStatus], str]:
    """The requirement that an appliance is in no relationship."""

    def objection(now: FailoverStatus) -> str:
        if now.role is Role.NONE:
            return ""
        return f"{appliance.name} is {said(now.role)}, and this run has just parted them: somebody else is at work on the pair"

    return objection
