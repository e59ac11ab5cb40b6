"""The two stand-in vaults of the docs, filled and looked at; and a command of one's own in their place."""

from __future__ import annotations

import shutil
from pathlib import Path

DOCS = Path(__file__).resolve().parents[3] / "docs" / "vaults"
LENDING = """
[secrets]
get = ["./lending-vault", "checkout", "{name}"]
give_back = ["./lending-vault", "checkin", "{name}"]
"""
"""The section of a pair file with the lending vault beside it."""


class LendingVault:
    """A vault that counts what it has lent, in a folder."""

    def __init__(self, folder: Path, secrets: dict[str, str]) -> None:
        self._vault = folder / "vault"
        self._vault.mkdir()
        shutil.copy(DOCS / "lending-vault", folder)
        for name, value in secrets.items():
            self.put(name, value)

    def put(self, name: str, value: str) -> None:
        """Put a secret into it."""
        (self._vault / name).write_text(f"{value}\n", encoding="utf-8")

    @property
    def lent(self) -> dict[str, int]:
        """What is lent now, and how often."""
        counts = {path.stem: int(path.read_text(encoding="ascii")) for path in self._vault.glob("*.lent")}
        return {name: number for name, number in counts.items() if number}

    @property
    def journal(self) -> list[str]:
        """What was asked of it, in order."""
        path = self._vault / "journal"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def write_command(folder: Path, name: str, script: str) -> None:
    """Write a shell command."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o700)
