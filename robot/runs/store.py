"""The runs of this machine: their names, their state folder, and which of them are open.

State lives in `$XDG_STATE_HOME/failover-robot/` (0700), never under artifacts. Its record says what a run did; the state
folder only says where the record is and with which settings the run was begun.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets as randomness
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from robot.domain.errors import Refused, UsageError
from robot.domain.masking import Masking
from robot.evidence.record import layout
from robot.evidence.record.chain import DAMAGED, BrokenRecord
from robot.evidence.record.durable import place_once, replace_file
from robot.evidence.record.history import RunHistory
from robot.runs import performance_lock

_NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{4}")


def state_folder() -> Path:
    """Return the folder of this machine's runs; it is made on first use, readable by its owner only.

    Raises:
        UsageError: it cannot be made.
    """
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    folder = Path(base) / "failover-robot"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        (folder / "runs").mkdir(exist_ok=True)
        (folder / "leases").mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written ({error.strerror}); set XDG_STATE_HOME to a folder of yours") from None
    return folder


@dataclass(frozen=True)
class RunState:
    """One run, as its state folder knows it.

    Attributes:
        folder: its state folder.
        facts: `run.json` as plain JSON: `run`, `evidence`, and what `begin` and `change_facts` were given.
        masking: masks its secrets in what is written to its state folder; none, where they are not known.
    """

    folder: Path
    facts: dict[str, Any]
    masking: Masking = field(default_factory=Masking)

    @property
    def name(self) -> str:
        """`YYYYMMDDTHHMMSSZ-xxxx`."""
        return self.folder.name

    @property
    def evidence(self) -> Path:
        """The folder with the record and the pictures."""
        return Path(self.facts["evidence"])

    @property
    def history(self) -> RunHistory:
        """Its history by the record, which may be being written at this moment.

        Raises:
            Refused: it was damaged.
            OSError: it cannot be read.
        """
        record = self.evidence / layout.RECORD
        try:
            return RunHistory.read(record)
        except BrokenRecord as broken:
            refused = Refused(f"{self.name}: {broken}: {DAMAGED}")
            refused.code = 4  # nobody can tell that nothing was pressed
            raise refused from broken

    @property
    def summary(self) -> dict[str, Any]:
        """Its `summary.json` as plain JSON.

        Returns:
            The keys of `robot.evidence.record.summary.Summary`; empty if there is none yet or it cannot be read.
        """
        try:
            summary: dict[str, Any] = json.loads((self.evidence / "summary.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return summary

    @property
    def procedure(self) -> str:
        """The name of the procedure that it was begun with."""
        return str(self.facts.get("procedure", "asynchronous"))

    @property
    def is_open(self) -> bool:
        """Whether something is left to do: it is neither done, nor was it done already, nor is it backed out."""
        summary = self.summary
        return summary.get("outcome") not in {"done", "already"} and not summary.get("backed_out")

    @property
    def is_alive(self) -> bool:
        """Whether a process is performing it now."""
        return performance_lock.is_taken(self.folder / "alive", performance_lock.Mark.HEEDS_STOP)

    @property
    def cut_off_backups(self) -> list[Path]:
        """What a kill has left of a backup while it was fetched, or while this very moment fetches it; perhaps not encrypted."""
        settings: dict[str, Any] = self.facts.get("settings") or {}
        backup: dict[str, Any] = settings.get("backup") or {}
        directory: str = backup.get("directory", "")
        if not directory:
            return []
        return sorted((Path(settings.get("folder", ".")) / Path(directory).expanduser()).glob(f".{self.name}-*.part*"))

    def ask_to_stop(self) -> None:
        """Set the flag that is read at each poll and before each press."""
        (self.folder / "stop").touch()

    def forget_stop(self) -> None:
        """Clear the flag: the run goes on."""
        (self.folder / "stop").unlink(missing_ok=True)

    @property
    def asked_to_stop(self) -> bool:
        """Whether the flag is set."""
        return (self.folder / "stop").exists()


def begin(facts: dict[str, Any], artifacts: Path, ticket: str) -> RunState:
    """Name a new run and make its folders.

    Args:
        facts: plain JSON to keep with it; without secrets.
        artifacts: the folder in which its evidence folder is made, as `<ticket>/<run>`.
        ticket: the change's ticket.

    Returns:
        The run.

    Raises:
        UsageError: a folder cannot be written.
    """
    evidence = new_evidence(artifacts, ticket)
    name = evidence.name
    folder = state_folder() / "runs" / name
    folder.mkdir(mode=0o700)
    write_private(folder / "run.json", json.dumps({**facts, "run": name, "evidence": str(evidence)}, indent=1))
    return RunState(folder, {**facts, "run": name, "evidence": str(evidence)})


def new_evidence(artifacts: Path, ticket: str) -> Path:
    """Name what leaves evidence, and make its folder, `<artifacts>/<ticket>/<name>`.

    Args:
        artifacts: the folder of all evidence.
        ticket: the change's ticket.

    Returns:
        The folder, which can be written.

    Raises:
        UsageError: it cannot be written.
    """
    evidence = artifacts.resolve() / ticket / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{randomness.token_hex(2)}"
    try:
        evidence.mkdir(parents=True)
        probe = evidence / ".writable"
        probe.write_bytes(b"x" * 65536)
        probe.unlink()
    except OSError as error:
        raise UsageError(f"{evidence} cannot be written ({error.strerror}); choose another folder with --artifacts") from None
    return evidence


def remove_cut_off_backups(performed: RunState) -> tuple[list[Path], list[str]]:
    """Remove what kills have left of backups: of this run, and of all runs of this machine that no process performs.

    Args:
        performed: the run that this process performs; nothing fetches a backup for it now.

    Returns:
        The files that are gone, and a sentence for each that could not be removed.
    """
    gone: list[Path] = []
    kept: list[str] = []
    for run in every():
        for part in run.cut_off_backups:
            if run.name != performed.name and run.is_alive:
                break
            try:
                part.unlink()
                gone.append(part)
            except FileNotFoundError:
                continue  # another command was faster
            except OSError as error:
                kept.append(f"{part}, which may be a backup in plain, cannot be removed ({error.strerror}): remove it by hand")
    return gone, kept


def change_facts(state: RunState, facts: dict[str, Any]) -> RunState:
    """Add or replace facts of a run, on disk too, and return the run with them."""
    merged = {**state.facts, **facts}
    write_private(state.folder / "run.json", json.dumps(merged, indent=1))
    return replace(state, facts=merged)


def every() -> list[RunState]:
    """Return all runs that this machine knows, oldest first."""
    return [
        RunState(folder, json.loads((folder / "run.json").read_text(encoding="utf-8")))
        for folder in sorted((state_folder() / "runs").iterdir())
        if _NAME.fullmatch(folder.name) and (folder / "run.json").exists()
    ]


def find(named: str) -> RunState:
    """Return a run by its name or its folder.

    Raises:
        UsageError: there is none.
    """
    name = Path(named.rstrip("/")).name
    for run in every():
        if run.name == name:
            return run
    raise UsageError(f"no run {named} is known on this machine; `failover-robot status` lists them")


def the_open_one() -> RunState:
    """Return the only open run; rehearsals count only if no other run is open.

    Raises:
        UsageError: none is open, or several; the sentence lists them.
    """
    open_ones = [run for run in every() if run.is_open]
    real = [run for run in open_ones if not run.facts.get("rehearsal")]  # the pair of a rehearsal no longer exists
    candidates = real or open_ones
    if not candidates:
        raise UsageError("no run is open on this machine; `failover-robot status` lists all")
    if len(candidates) > 1:
        listed = ", ".join(f"{run.name} ({run.facts.get('ticket', '')})" for run in candidates)
        raise UsageError(f"several runs are open, name one of them: {listed}")
    return candidates[0]


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    replace_file(path, text.encode(), 0o600)


def machine_key() -> bytes:
    """Return this machine's key for digests of what it must recognise but not store; it is made on first use."""
    path = state_folder() / "key"
    with contextlib.suppress(FileExistsError):
        if not path.exists():
            place_once(path, lambda file: file.write(randomness.token_bytes(32)), 0o600)
    return path.read_bytes()
