"""Take the pair back from a person: everything is read, and each change since then is recorded under that name (OP8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.session import readings
from flows.session.readings import Machine
from flows.step_names import TAKE_BACK
from robot.changes.ownership import FACTS
from robot.evidence.record.line import Kind
from robot.operators import handover

if TYPE_CHECKING:
    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from robot.changes.run import Run
    from robot.runs.evidence_log import EvidenceLog

_WORDS = {
    "role": "role", "enabled": "shared IP enabled", "product": "product version", "base": "base version",
    "syncing": "synchronising",
}  # fmt: skip
"""The facts that a person changes, in words. A time of a synchronisation is none: appliances synchronise by themselves."""


def take_back(pair: Pair, run: Run, by: str, since: str) -> None:
    """Read both appliances, and record what has changed since they were handed over.

    Args:
        pair: both appliances.
        run: the run.
        by: the name of the person who had them in hand.
        since: when they were handed over, UTC.

    Raises:
        Refused: it is not signed, and must be; or a screen refuses. The pair then stays in that person's hand.
    """
    proof = handover.proof_of_take_back(run, by)
    pair.remember_accounts(run.record)
    recorded = known_of(run.record)
    current = {appliance.unit.value: stands(appliance, pair, run.record) for appliance in (pair.a, pair.b)}
    pair.rest()
    changed_facts = {
        unit: {name: value for name, value in facts.items() if name in _WORDS and recorded[unit].get(name, value) != value}
        for unit, facts in current.items()
    }
    differences = [
        f"{unit.upper()}: {_WORDS[name]} was {recorded[unit][name]} and is {value}"
        for unit, facts in changed_facts.items()
        for name, value in facts.items()
    ]
    changed = "; ".join(differences) or "nothing that the robot reads has changed"
    run.record.append(
        Kind.NOTE, TAKE_BACK, unit="site", by=by, procedure=["OP8"], title="Taken back",
        text=f"taken back from {by}, who had the pair since {since}: {changed}",
        reading={"found": current, "changed": changed_facts, "differences": differences}, **proof,
    )  # fmt: skip
    run.tell({"event": "note", "text": f"since {since}, by {by}: {changed}"})


def known_of(record: EvidenceLog) -> dict[str, dict[str, Any]]:
    """Return the newest value on record of each fact, by unit and by the fact's name."""
    known: dict[str, dict[str, Any]] = {"a": {}, "b": {}}
    for line in record.history.lines:
        if (line.is_settled or line.kind == Kind.READING) and line.unit in known:
            known[line.unit] |= {name: line.values[name] for name in FACTS if line.values.get(name) not in {None, ""}}
    return known


def stands(appliance: Appliance, pair: Pair, record: EvidenceLog) -> dict[str, Any]:
    """Read the facts of one appliance, which must be the one that the run knew.

    Returns:
        `base`, `product`, `role`, `syncing`, `last_sync`, and `enabled` if the site has a shared IP.
    """
    last = record.history.reading(f"{appliance.unit.value}-status-basics")
    if last is not None:
        appliance.expect(Machine.from_plain(last.reading).identity)
    facts: dict[str, Any] = {"base": appliance.basics().base}
    facts |= pair.swing.facts(appliance)
    facts["product"] = readings.site_status(appliance).product
    status = readings.failover(appliance)
    return facts | {"role": status.role, "syncing": status.syncing, "last_sync": status.last_sync}
