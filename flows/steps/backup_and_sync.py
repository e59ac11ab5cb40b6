"""Backup and Sync: a backup of the settings, B synchronised from A, and the relationship broken."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from flows.requirements.counts import at_the_sync
from flows.requirements.expected_state import ExpectedState, require_expected_state, said
from flows.requirements.kept_files import backup_folder, encrypted
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
from robot.evidence.record.chain import file_digest
from robot.evidence.record.durable import move_into_place
from robot.evidence.wording import duration
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
"""Seconds between two synchronisations if the page tells minutes only: otherwise both may have the same time."""
_LEAST = 1024
"""The fewest bytes that a backup of settings can have."""


class BackupFile(Reading):
    """A backup file on this machine. It holds no recordings, no Vault key and no TLS private key."""

    file: str
    folder: str
    bytes: int
    sha256: str
    plain_sha256: str = ""
    """The digest of the file before it was encrypted; "" if it was not. The plain file is gone."""


def download_backup(appliance: Appliance, pair: Pair, run: Run) -> BackupFile:
    """Fetch one appliance's backup, check that it is one, and keep it for its owner only (BS1, BS2, BS3, BS8).

    Args:
        appliance: the appliance.
        pair: both appliances.
        run: the run.

    Returns:
        The file.

    Raises:
        Refused: what came is not a backup, or it cannot be kept.
    """

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
        recipient = pair.settings.backup.recipient if pair.settings.backup else None
        name = f"{Path(name).name}{'.age' if recipient else ''}"
        return kept(part, free_name(folder, f"{run.state.name}-{appliance.unit.value}", name), appliance, recipient)

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
    """Return a path that no backup has yet: none is overwritten, even if a run begins its readings anew."""
    numbered = (folder / f"{stem}-{number}-{name}" for number in itertools.count(2))
    return next(path for path in itertools.chain([folder / f"{stem}-{name}"], numbered) if not path.exists())


def kept(part: Path, target: Path, appliance: Appliance, recipient: str | None = None) -> BackupFile:
    """Check that a downloaded file is a backup, encrypt it if that is asked for, and give it its final name.

    Args:
        part: the downloaded file; removed if it is not a backup.
        target: its final name.
        appliance: the appliance that it comes from.
        recipient: the age recipient to whom it is encrypted; the plain file is gone then.

    Returns:
        The file.

    Raises:
        Refused: it is a web page, too small, or cannot be encrypted.
    """
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
    if recipient is None:
        move_into_place(part, target)
        return BackupFile(file=target.name, folder=str(target.parent), bytes=size, sha256=digest)
    move_into_place(encrypted(part, recipient), target)
    return BackupFile(
        file=target.name, folder=str(target.parent), bytes=target.stat().st_size, sha256=file_digest(target), plain_sha256=digest
    )


def backup_and_sync(
    pair: Pair, run: Run, key: InterApplianceKey | None, expected: Mapping[Unit, ExpectedState], *, swings: bool = True
) -> None:
    """Do everything under the guide's heading. After its last change there is no failover.

    Args:
        pair: both appliances.
        run: the run.
        key: A's Inter-Appliance key, as it was read; `None` if it was not.
        expected: the state of both once the relationship is broken.
        swings: whether B will serve with the data that it is given here.

    Raises:
        Refused: there is no backup, or a requirement does not hold.
        UnknownHand: somebody else is at work on the pair.
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
        b_key = inter_appliance_key(
            b, run, "b-inter-appliance-key-after-break", again=", now that B shows it",
            require=lambda reading: unlike_keys(key, reading) if key else "",
        )  # fmt: skip
        if key is None or not key.fingerprint or not b_key.fingerprint:
            text = "not checked: the Inter-Appliance keys are masked and were not compared"
            run.steps.note("site-keys-not-compared", text, procedure_ids=("RE2",))


def quiet(b: Appliance, pair: Pair, run: Run) -> None:
    """Wait until no scheduled synchronisation runs on B, so that the next one is this run's, and has another time."""
    first_told: dict[str, float] = {}

    def at_rest(reading: FailoverStatus) -> bool:
        if reading.syncing:
            return False
        if not reading.last_sync or tells_seconds(reading.last_sync):
            return True
        clock = pair.poller.clock
        return clock() - first_told.setdefault(reading.last_sync, clock()) >= _A_MINUTE

    run.steps.observe(
        "b-failover-quiet", "That no synchronisation runs on B", b, FailoverStatus,
        lambda: pair.poller.poll_until(
            lambda: readings.failover(b), at_rest,
            what="a running synchronisation of B to end", within=pair.settings.limits.sync + 2 * _A_MINUTE,
        ),
        procedure_ids=("BS4",),
    )  # fmt: skip


class BreakFailoverRelationships(Change[FailoverStatus]):
    """The relationship is broken: from here until it is re-established there is no failover (BS7).

    Args:
        pair: both appliances.
        run: the run.
        expected: how this run left each appliance; they must be so at the last moment, but for their roles.
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
        """Read B's Failover page."""
        return readings.failover(self._b)

    def state(self, before: FailoverStatus | None, current: FailoverStatus) -> ChangeState:
        """Tell by B's role: the relationship is broken if B is in none."""
        del before
        by_role = {Role.NONE: ChangeState.IN_PLACE, Role.BACKUP: ChangeState.NOT_YET}
        return by_role.get(current.role, ChangeState.UNCLEAR)

    def objection(self, current: FailoverStatus) -> str:
        """Object unless B is a backup at rest, both are as they were left, and the synchronisation is recent enough."""
        run, expected = self._run, self._expected
        if unrest := self._unrest(current):
            return unrest
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
        """Return the control on B's Failover page, opened afresh.

        Returns:
            The control.

        Raises:
            Refused: a synchronisation has begun on B since everything else was read; the break would cut it off.
        """
        page = self._b.open(FailoverScreen)
        if unrest := self._unrest(page.read()):  # reading both appliances has taken time
            raise Refused(f"{self.title}: {unrest}")
        return page.break_failover_relationships(self._b.answers)

    @staticmethod
    def _unrest(current: FailoverStatus) -> str:
        """Say why B is no backup at rest; "" if it is."""
        if current.role is not Role.BACKUP:
            return f"B is {current.role.value}, not a backup"
        return "B is synchronising again; wait for it" if current.syncing else ""


def stands_alone(appliance: Appliance, other: Appliance, pair: Pair) -> FailoverStatus:
    """Read an appliance after the break; wait until it is in no relationship, as long as the other one is in none either.

    Args:
        appliance: the appliance.
        other: the other one.
        pair: both appliances.

    Returns:
        The newest reading.
    """
    return pair.poller.poll_until(
        lambda: readings.failover(appliance),
        lambda reading: reading.role is Role.NONE or readings.failover(other).role is not Role.NONE,
        what=f"{appliance.name} to stand alone",
        within=pair.settings.limits.establish,
    )


def is_alone(appliance: Appliance) -> Callable[[FailoverStatus], str]:
    """Make the requirement that an appliance is in no relationship."""

    def objection(reading: FailoverStatus) -> str:
        if reading.role is Role.NONE:
            return ""
        return (
            f"{appliance.name} is {said(reading.role)}, and this run has just parted them: somebody else is at work on the pair"
        )

    return objection
