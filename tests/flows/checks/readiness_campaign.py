"""`make readiness`: healthy pairs pass every readiness check, or it is unknown as listed; every fault and story is caught.

Below the browser: 300 varied healthy pairs, and every fault of `faults.py` and story of docs/incidents.md. Through the browser:
a healthy simulated pair in each generation and language, and simulated pairs that are not as they must be.
Words on the command line choose pairs.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from faults import all_faults
from healthy_pairs import document, ground, settings, varied
from test_incident_stories import EDITS, ROWS

from flows.checks.check import CheckResult, CheckVerdict, Ground
from flows.checks.readiness_checks import CHECKS, findings, refusals
from flows.survey.appliance_sights import MayPress
from flows.survey.observation import observe_pair
from robot.domain.clocks import wall_clock
from robot.settings import load
from robot.settings.secrets import secrets
from robot.simulator.process import simulation

HEALTHY_PAIRS = 300
MAY_BE_UNKNOWN = {check.name for check in CHECKS if check.until}
PAIRS: dict[str, tuple[dict[str, Any], dict[str, object], str]] = {
    **{f"healthy {generation}": ({"generation": generation}, {}, "") for generation in ("g1", "g2", "g3", "g4")},
    **{f"healthy {generation} de": ({"generation": generation, "language": "de"}, {}, "") for generation in ("g2", "g3")},
    **{f"healthy {each} with an API": ({"generation": each}, {"api_account": True}, "") for each in ("g2", "g3", "g4")},
    "B's API tells another release": (
        {"generation": "g2"}, {"api_account": True, "api_fault": "other version", "api_fault_at": "b"}, "api-agrees",
    ),
    "A's API cannot be asked": (
        {"generation": "g3"}, {"api_account": True, "api_fault": "switched off", "api_fault_at": "a"}, "api-agrees",
    ),
    "roles exchanged": ({}, {"roles_swapped": True}, "roles"),
    "role conflict": ({}, {"conflict": True}, "no-role-conflict"),
    "broken already": ({}, {"broken": True}, "roles"),
    "B upgraded already": ({}, {"b_upgraded": True}, "untouched"),
    "cluster": ({}, {"cluster": True}, "no-cluster"),
    "maintenance lapsed on B": ({}, {"maintenance_lapsed": "b"}, "maintenance"),
    "nothing offered to B": ({}, {"not_offered": "b"}, "way-to-target"),
    "A does not reach B": ({}, {"peer_blocked": "a"}, "reaches-the-other"),
    "B's clock an hour ahead": ({}, {"clock_skew": 3600}, "clocks"),
}  # fmt: skip
"""For each simulated pair: how it is served, its knobs, and the check that must fail; "" if none may."""


def below_the_browser(folder: Path) -> list[str]:
    """Make the checks of made-up snapshots; give what is wrong, a line each."""
    pair_file = settings(folder)
    wrong = [
        f"healthy pair {seed}: {each.check} stops it: {each.reason}"
        for seed in range(HEALTHY_PAIRS)
        for each in refusals(findings(ground(varied(seed), pair_file)))
    ]
    wanted = [(name, edit, check) for name, edit, check in all_faults()] + [
        (story, EDITS[seen], check) for story, seen, check in ROWS
    ]
    for name, edit, check in wanted:
        made = document()
        edit(made)
        if check not in {each.check for each in refusals(findings(ground(made, pair_file)))}:
            wrong.append(f"{name}: {check} does not stop it")
    print(f"healthy pairs below the browser: {HEALTHY_PAIRS}; faults: {len(EDITS)}; stories: {len(ROWS)}")  # noqa: T201
    return wrong


def observed(folder: Path, served: dict[str, Any], knobs: dict[str, object]) -> tuple[CheckResult, ...]:
    """Observe one simulated pair through the browser, and make the checks."""
    with simulation(folder / "pair", instant=True, knobs=knobs, **served) as pair:
        of = load(pair.pair_file)
        seen = observe_pair(of, secrets(of), MayPress(check_updates=True, test_connections=True))
    return findings(Ground(seen.snapshot, of, wall_clock(), lacks=tuple(seen.lacks)))


def faults_of(name: str, folder: Path) -> list[str]:
    """Judge one simulated pair; give what is wrong, a line each."""
    served, knobs, expected = PAIRS[name]
    began, found = time.monotonic(), observed(folder, served, knobs)
    by_verdict = {verdict: [each for each in found if each.verdict is verdict] for verdict in CheckVerdict}
    told = ", ".join(f"{len(each)} {verdict.value}" for verdict, each in by_verdict.items())
    unknown = ", ".join(each.check for each in by_verdict[CheckVerdict.UNKNOWN]) or "none"
    print(f"{name:26} {told}; unknown: {unknown}; {time.monotonic() - began:.0f} s", flush=True)  # noqa: T201
    failed = {each.check: each.reason for each in by_verdict[CheckVerdict.FAIL]}
    if expected:
        return [] if expected in failed else [f"{name}: {expected} does not fail"]
    wrong = [f"{name}: {check} fails: {reason}" for check, reason in failed.items()]
    return wrong + [
        f"{name}: {each.check} is unknown" for each in by_verdict[CheckVerdict.UNKNOWN] if each.check not in MAY_BE_UNKNOWN
    ]


def main(words: list[str]) -> int:
    """Print everything; give 0 if nothing is wrong."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="readiness-") as name:
        folder = Path(name)
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        os.environ["FAILOVER_ROBOT_POLICY"] = str(folder / "no-policy.toml")
        wrong = below_the_browser(folder)
        chosen = [pair for pair in PAIRS if not words or any(word in pair for word in words)]
        for number, pair in enumerate(chosen):
            odd = faults_of(pair, folder / str(number))
            print("\n".join(odd), end="\n" if odd else "", flush=True)  # noqa: T201 - it may be ended before the rest is seen
            wrong += odd
    print("\n".join(wrong) or "nothing is wrong")  # noqa: T201
    print(f"readiness: {len(CHECKS)} checks, {len(chosen)} pairs through the browser, {time.monotonic() - began:.0f} s")  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
