"""The short form of `make approvals`: what nobody has approved as it is, is never taken for approved."""

import re
from collections import Counter

from approval_attacks import ATTACKS, attempts

from robot.approval.judge import ApprovalState, judge_approvals

ROUNDS = 35


def test_of_a_thousand_attempts_to_get_round_an_approval_none_is_taken_for_approved_and_each_fails_for_its_own_reason() -> None:
    came_through: list[str] = []
    made: Counter[str] = Counter()
    for honest, attempt in attempts(seed=20, rounds=ROUNDS):
        assert judge_approvals(honest.case, honest.signatures).state is ApprovalState.APPROVED, attempt.kind
        verdict = judge_approvals(attempt.case, attempt.signatures)
        made[attempt.kind] += 1
        if verdict.state is ApprovalState.APPROVED or not re.search(attempt.reason, verdict.sentence):
            came_through.append(f"{attempt.kind}: {verdict}")
    assert not came_through
    assert set(made.values()) == {ROUNDS}
    assert len(made) * ROUNDS > 1000
    assert len(made) == len(ATTACKS)
