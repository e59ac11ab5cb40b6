"""An order of a smoke verification below the browser, results of it, and a process that plays the one of the checks."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from a_pair_file import ENVIRONMENT, PAIR, write_env

from flows.smoke.order import SmokeOrder
from flows.smoke.results import CheckPicture, CheckState, SmokeCheck, SmokeResults
from robot.domain.model import Unit
from robot.settings import load
from robot.settings.secrets import Secrets, secrets

PASSED, FAILED, UNKNOWN, NOT_TRIED = CheckState


def an_order(folder: Path, more: str = "", **changes: Any) -> tuple[SmokeOrder, Secrets]:
    """An order for B, and its secrets."""
    (folder / "pair.toml").write_text(PAIR + more, encoding="utf-8")
    write_env(folder)
    settings = load(folder / "pair.toml")
    return SmokeOrder(settings, Unit.B, **changes), secrets(settings, ENVIRONMENT)


def a_check(name: str = "product", state: CheckState = PASSED, **more: Any) -> SmokeCheck:
    """A result."""
    sentence = "" if state is PASSED else "B answers with build 14.3.2, expected 15.1.3"
    check = SmokeCheck(name, f"The {name} is right", state, 0.5, sentence)
    return replace(check, **more)


def results_of(*checks: SmokeCheck, **more: Any) -> SmokeResults:
    """The results of a whole verification."""
    ground: dict[str, Any] = {"unit": "b", "address": "192.0.2.13", "hostname": "support.example.com", "expected": "15.1.3"}
    return SmokeResults(**ground, checks=checks, **more)


def as_told(check: SmokeCheck) -> dict[str, Any]:
    """A result as the process of the checks tells it."""
    pictures = [vars(each) for each in check.pictures]
    return {"event": "result", "check": {**vars(check), "pictures": pictures}, "serial": "BG-1"}


def a_process(*events: dict[str, Any] | str, then: str = "") -> tuple[str, ...]:
    """The arguments of a Python that reads its order, tells these lines, and does something else then."""
    lines = [each if isinstance(each, str) else json.dumps(each) for each in events]
    program = f"import sys, os, time, signal; order = sys.stdin.read(); [print(line, flush=True) for line in {lines!r}]"
    return ("-c", f"{program}; {then or 'pass'}")


def forget(_check: SmokeCheck, _spool: Path) -> None:
    """Keep nothing."""


PICTURE = CheckPicture("portal", "portal.png", "https://support.example.com/", 1)
