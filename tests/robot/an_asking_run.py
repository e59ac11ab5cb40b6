"""A run that asks, as far as questions and answers know one."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from robot.approval.rules import KeyHolder
from robot.evidence.record.history import RunHistory
from robot.runs.store import RunState


@dataclass(frozen=True)
class Asking:
    """A run that asks; without a record of its own nothing is on record."""

    state: RunState
    record: Any = field(default_factory=lambda: SimpleNamespace(history=RunHistory()))
    answerers: tuple[KeyHolder, ...] = ()
    is_critical: bool = False
