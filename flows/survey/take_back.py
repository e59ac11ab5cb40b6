"""Taking the pair back from a person: everything is read, and each change since is put down to that person (OP8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.session import readings
from flows.session.readings import Machine
from flows.step_names import TAKE_BACK
from robot.changes.ownership import FACTS
from robot.evidence.record.line import Kind

if TYPE_CHECKING:
    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from robot.changes.run import Run
    from robot.runs.evidence_log import EvidenceLog

_WORDS = {"role": "role", "enabled": "shared IP enabled", "product": "product version", "base": "base version"}


def take_back(pair: Pair, run: Run, by: str, since: str) -> None:
    """Read both appliances, and write down what is different since they were handed over.

    Args:
        pair: both.
        run: the run.
        by: who had them in hand.
        since: when they were handed over, UTC.

    Raises:
        Refused: as told by any screen; the pair then stays in that person's hand.
    """
    pair.remember_accounts(run.record)
    known = known_of(run.record)
    found = {appliance.unit.value: stands(appliance, pair, run.record) for appliance in (pair.a, pair.b)}
    pair.rest()
    differences = [
        f"{unit.upper()}: {_WORDS[name]} was {known[unit][name]} and is {value}"
        for unit, facts in found.items()
        for name, value in facts.items()
        if name in known.get(unit, {}) and known[unit][name] != value
    ]
    changed = "; ".join(differences) or "nothing that the robot reads has changed"
    run.record.append(
        Kind.NOTE, TAKE_BACK, unit="site", by=by, procedure=["OP8"], title="Taken back",
        text=f"taken back from {by}, who had the pair since {since}: {changed}",
        reading={"found": found, "differences": differences},
    )  # fmt: skip
    run.tell({"event": "note", "text": f"since {since}, by {by}: {changed}"})


def known_of(record: EvidenceLog) -> dict[str, dict[str, Any]]:
    """What the record last knew of each appliance, fact by fact."""
    known: dict[str, dict[str, Any]] = {"a": {}, "b": {}}
    for line in record.history.lines:
        if (line.is_settled or line.kind == Kind.READING) and line.unit in known:
            known[line.unit] |= {name: line.values[name] for name in FACTS if line.values.get(name) not in {None, ""}}
    return known


def stands(appliance: Appliance, pair: Pair, record: EvidenceLog) -> dict[str, Any]:
    """What stands on one appliance now; it must be the one that the run knew."""
    last = record.history.reading(f"{appliance.unit.value}-status-basics")
    if last is not None:
        appliance.expect(Machine.from_plain(last.reading).identity)
    facts: dict[str, Any] = {"base": appliance.basics().base}
    facts |= pair.swing.facts(appliance)
    facts["product"] = readings.site_status(appliance).product
    facts["role"] = readings.failover(appliance).role.value
    return facts
