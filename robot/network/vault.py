"""A vault behind the commands of `[secrets]`: a secret is fetched when it is needed, and given back afterwards."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import threading
from typing import TYPE_CHECKING, Final

from robot.domain.errors import Refused, UsageError
from robot.evidence.wording import duration
from robot.network.commands import read_confidential
from robot.runs.store import write_private

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from robot.settings import Settings
    from robot.settings.sections.pair_file import SecretCommands

DEADLINE_S: Final = 30.0
"""Seconds for a command."""


def vault_of(settings: Settings) -> CommandVault | None:
    """Return the vault of a pair file, or `None` if it has no `[secrets]`. Nothing is fetched yet.

    Args:
        settings: the pair file.

    Raises:
        UsageError: one of its commands is not there, or may not be run.
    """
    if settings.secrets is None:
        return None
    for key, words in settings.secrets:
        if words:
            _require_runnable(key, words[0], settings.folder)
    return CommandVault(settings.secrets, settings.folder)


class CommandVault:
    """Lends secrets by running the user's commands; safe to use from several threads.

    Args:
        commands: `[secrets]`.
        folder: the commands' working folder.
    """

    def __init__(self, commands: SecretCommands, folder: Path) -> None:
        self._commands, self._folder = commands, folder
        self._values: dict[str, str] = {}
        self._on_loan: dict[str, None] = {}
        self._ledger: Path | None = None
        self._lock = threading.Lock()

    def keep_ledger(self, path: Path) -> None:
        """Keep the names of what is on loan in a file, and give back what a killed process has left there.

        Args:
            path: the file, of one run alone.
        """
        with self._lock:
            self._ledger = path
            if path.exists():
                self._on_loan |= dict.fromkeys(json.loads(path.read_text(encoding="utf-8")))
        self.give_back()

    def fetch(self, name: str) -> str:
        """Return a secret; "" if the command has ended well and printed nothing. What is on loan already is not fetched again.

        Raises:
            Refused: the command cannot be run, has failed, or took too long; what it prints is in no sentence.
        """
        with self._lock:
            if name not in self._values:
                self._values[name] = self._fetched(name)
            return self._values[name]

    def give_back(self, only: Collection[str] | None = None) -> list[str]:
        """Give back what is on loan, and forget it.

        Args:
            only: the names of what is given back; all if `None`.

        Returns:
            A sentence for each that could not be given back, and still is on loan.
        """
        with self._lock:
            names = [name for name in self._on_loan if only is None or name in only]
            self._values = {} if only is None else {name: self._values[name] for name in self._values if name not in only}
            faults = {name: self._given_back(name) for name in names}
            self._note_left({name: None for name in self._on_loan if faults.get(name, "on loan")})
            return [fault for fault in faults.values() if fault]

    def _fetched(self, name: str) -> str:
        command, before = self._commands.get[0], self._on_loan
        self._note({**before, name: None})  # beforehand: whatever ends this process, it is known what may have been lent
        try:
            code, output = self._run(self._commands.get, name)
        except OSError as error:
            self._note_left(before)
            raise Refused(
                f"{command} cannot be run in {self._folder}: {error.strerror}; correct [secrets] get in the pair file"
            ) from None
        except subprocess.TimeoutExpired:  # it may have been lent all the same
            raise Refused(
                f"{command} did not print {name} within {duration(DEADLINE_S)} and was killed: see that the vault answers"
            ) from None
        if code or not output.strip():
            self._note_left(before)
        if code:
            raise Refused(
                f"{command} ended with {code} for {name}: run it by hand to see why; what it says is not shown here, because it "
                "may hold a secret"
            )
        try:
            return output.decode().removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError:
            raise Refused(f"what {command} has printed for {name} is no text in UTF-8: it must print the secret alone") from None

    def _given_back(self, name: str) -> str:
        """Give back one secret; return why that failed, or "" if it did not."""
        words = self._commands.give_back
        if not words:
            return ""
        try:
            code, _ = self._run(words, name)
        except OSError as error:
            how = f"cannot be run in {self._folder}: {error.strerror}"
        except subprocess.TimeoutExpired:
            how = f"did not end within {duration(DEADLINE_S)} and was killed"
        else:
            how = f"ended with {code}" if code else ""
        return f"{name} was not given back to the vault: {words[0]} {how}; give it back by hand" if how else ""

    def _run(self, words: tuple[str, ...], name: str) -> tuple[int, bytes]:
        return read_confidential(words, folder=self._folder, deadline=DEADLINE_S, places={"name": name})

    def _note(self, on_loan: dict[str, None]) -> None:
        """Note what is about to be on loan.

        Raises:
            Refused: it cannot be written.
        """
        try:
            self._write(on_loan)
        except OSError as error:
            raise Refused(f"{self._ledger} cannot be written: {error.strerror}; make room, then resume") from None
        self._on_loan = on_loan

    def _note_left(self, on_loan: dict[str, None]) -> None:
        """Note what is on loan still; on a full disk the file goes on naming more than that, which does no harm."""
        self._on_loan = on_loan
        with contextlib.suppress(OSError):
            self._write(on_loan)

    def _write(self, on_loan: dict[str, None]) -> None:
        if self._ledger is not None:
            write_private(self._ledger, json.dumps(list(on_loan)))


def _require_runnable(key: str, program: str, folder: Path) -> None:
    if "/" not in program:
        if shutil.which(program) is None:
            raise UsageError(f"[secrets] {key}: there is no command {program} in PATH; install it, or correct the pair file")
        return
    path = folder / program
    if not path.is_file():
        raise UsageError(f"[secrets] {key}: {path} does not exist; put it there, or correct the pair file")
    if not os.access(path, os.X_OK):
        raise UsageError(f"[secrets] {key}: {path} may not be run: chmod +x it, or correct the pair file")
