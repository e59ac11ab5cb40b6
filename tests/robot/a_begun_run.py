"""A run in mid-way, as an earlier process left it: its state folder, and a record with what it has pressed."""

from pathlib import Path

from robot.runs import durable, store
from robot.runs.evidence_log import EvidenceLog
from robot.runs.store import RunState
from robot.settings import load


def begun(pair: Path, *pressed: str, rehearsal: bool = False) -> RunState:
    """Begin a run with a pair file, beside which its evidence goes; it has pressed these steps, and proved all but the last."""
    settings = load(pair)
    facts = {
        "pair_file": str(pair), "ticket": settings.change.ticket, "settings": settings.model_dump(mode="json"),
        "revision": durable.REVISION, "rehearsal": rehearsal, "procedure": "asynchronous", "pace": 1.0,
    }  # fmt: skip
    state = store.begin(facts, pair.parent / "artifacts", settings.change.ticket)
    with EvidenceLog(state.evidence) as record:
        for step in pressed:
            procedure = ["BS7"] if "break" in step else []
            record.append("intent", step, unit=step[0], reading={}, procedure=procedure, title=step)
            if step != pressed[-1]:
                record.append("proved", step, unit=step[0], reading={}, procedure=procedure)
    return state
