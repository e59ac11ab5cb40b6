"""The handover: during a run a person takes the pair in hand, and gives it back (OP8).

Meanwhile nobody may resume the run. At the take-back the robot reads what was changed, and attributes it to that person by
name.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from robot.domain.errors import Refused, Stalled, UsageError
from robot.domain.waiting import Poller
from robot.runs.evidence_log import EvidenceLog, now_utc
from robot.runs.store import write_private

if TYPE_CHECKING:
    from robot.runs.store import RunState

_LETS_GO = 300.0
"""Seconds within which a run stops when it is asked to: it finishes a swing first."""


@dataclass(frozen=True)
class Handover:
    """Who has the pair in hand, and since when (UTC)."""

    by: str
    since: str


def current_handover(state: RunState) -> Handover | None:
    """Return who has the pair in hand now, or `None`."""
    path = state.folder / "in_hand.json"
    return Handover(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def require_name(by: str) -> str:
    """Return a person's name as it goes into the record.

    Raises:
        UsageError: it is empty, or holds control characters.
    """
    if not by.strip() or not by.isprintable():
        raise UsageError("--by needs the name of the person")
    return by.strip()


def require_no_handover(state: RunState) -> None:
    """Require that no person has the pair in hand.

    Raises:
        Refused: somebody has.
    """
    if hand := current_handover(state):
        raise Refused(
            f"{hand.by} has the pair in hand since {hand.since}; the run goes on after "
            f"`failover-robot take-back {state.name} --by NAME`"
        )


def hand_over(state: RunState, by: str) -> Handover:
    """Stop the run where it is, and give the pair to a person, by name.

    Returns:
        Who has it from now on.

    Raises:
        UsageError: the run has ended, or the name is empty.
        Refused: somebody has the pair already, or the run does not stop in time.
    """
    if not state.is_open:
        raise UsageError(f"{state.name} has ended ({state.summary['outcome']}); there is nothing to hand over")
    require_no_handover(state)
    if state.is_alive:
        state.ask_to_stop()
        try:
            Poller(poll=0.2).poll_until(
                lambda: state.is_alive, lambda alive: not alive, what=f"{state.name} to let go", within=_LETS_GO
            )
        except Stalled as stalled:
            raise Refused(f"{state.name} does not let go ({stalled}); look at `failover-robot status {state.name}`") from stalled
    hand = Handover(require_name(by), now_utc())
    with EvidenceLog(state.evidence) as record:
        record.append(
            "note", "site-hand-over", unit="site", by=hand.by, text=f"handed over to {hand.by}; the robot presses nothing"
        )
    write_private(state.folder / "in_hand.json", json.dumps(asdict(hand), ensure_ascii=False))
    return hand


def end_handover(state: RunState) -> None:
    """Note that nobody has the pair in hand any more."""
    (state.folder / "in_hand.json").unlink(missing_ok=True)
