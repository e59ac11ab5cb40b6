"""The handover: during a run a person takes the pair in hand, and gives it back (OP8).

Meanwhile nobody may resume the run. At the take-back the robot reads what was changed, and attributes it to that person by
name.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from robot.domain.errors import Refused, Stalled, UsageError
from robot.domain.waiting import Poller
from robot.operators.question_store import OperatorAnswer, transaction
from robot.operators.signed_answers import envelope_for_record, judge_answer, require_answerer, sign_answer
from robot.runs.evidence_log import EvidenceLog, now_utc
from robot.runs.store import write_private

if TYPE_CHECKING:
    from collections.abc import Sequence

    from robot.approval.rules import KeyHolder
    from robot.evidence.record.history import RunHistory
    from robot.operators.operator_questions import AskingRun
    from robot.runs.store import RunState
    from robot.signing.signer import Signer

HAND_OVER: Final = "site-hand-over"
"""The step of the line that says that a person has the pair in hand from then on."""
_TAKE_BACK = "take_back"
"""What a person answers by a take-back: that they own each change since the hand-over."""
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
        record.append("note", HAND_OVER, unit="site", by=hand.by, text=f"handed over to {hand.by}; the robot presses nothing")
    write_private(state.folder / "in_hand.json", json.dumps(asdict(hand), ensure_ascii=False))
    return hand


def sign_take_back(state: RunState, by: str, signer: Signer | None, answerers: Sequence[KeyHolder]) -> None:
    """Keep a person's signed word that each change since the hand-over is theirs; nothing is kept if nobody signs.

    Args:
        state: the run, which was handed over.
        by: the person's name.
        signer: who signs; `None` if nobody does.
        answerers: whose signed answers count; with none, a name is enough.

    Raises:
        UsageError: nobody signs, and somebody must.
        Refused: the key does not count, or is that of another person; or the signature cannot be made.
    """
    require_answerer(answerers, signer, by)
    if signer:
        word = OperatorAnswer(_TAKE_BACK, HAND_OVER, by, "", True, now_utc(), 0)
        signed = sign_answer(word, state.name, _handed_over_at(state.history), signer)
        with transaction(state.folder) as kept:
            kept.answer(signed, None)


def proof_of_take_back(run: AskingRun, by: str) -> dict[str, Any]:
    """Return what proves that a person has taken the pair back in their own name, as fields of the take-back's line.

    Args:
        run: the run.
        by: the person's name.

    Returns:
        `envelope`, the person's signed word; nothing where a name is enough.

    Raises:
        Refused: the machine's policy wants it to be signed, and it is not.
    """
    if not run.answerers:
        return {}
    asked, objection = _handed_over_at(run.record.history), "it is not signed"
    with transaction(run.state.folder) as kept:
        own = [each for each in kept.answers() if (each.step, each.check, each.by) == (HAND_OVER, _TAKE_BACK, by)]
    for each in reversed(own):
        objection = judge_answer(run.answerers, run.state.name, asked, each, b"")
        if not objection:
            return envelope_for_record(each, run.state.masking)
    raise Refused(
        f"{by} has not taken the pair back in a way that counts: {objection}",
        next_action=f"Take it back with the key of an answerer: failover-robot take-back {run.state.name} --by NAME --key FILE",
    )


def _handed_over_at(history: RunHistory) -> str:
    """Return when the pair was handed over last, by the record; "" if it was not."""
    return next((line.utc for line in reversed(history.of_step(HAND_OVER))), "")


def end_handover(state: RunState) -> None:
    """Note that nobody has the pair in hand any more."""
    (state.folder / "in_hand.json").unlink(missing_ok=True)
