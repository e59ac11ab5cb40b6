"""`make approvals`: attempts to have something performed that nobody has approved as it is; and what came through."""

from __future__ import annotations

import contextlib
import io
import sys
import tempfile
from collections import Counter
from pathlib import Path

from approval_attacks import attempts
from operator_attacks import offices

from robot.approval.judge import ApprovalState, judge_approvals

JUDGED, TYPED = 40, 40
"""How often each attack on the signatures, and each by an operator, is made."""


def main() -> int:
    """Make every attack, print what came of each kind, and return 1 if one came through."""
    made: Counter[str] = Counter()
    through: Counter[str] = Counter()
    for honest, attempt in attempts(seed=1, rounds=JUDGED):
        if judge_approvals(honest.case, honest.signatures).state is not ApprovalState.APPROVED:
            through["an approved plan that is not taken for approved"] += 1
        made[attempt.kind] += 1
        through[attempt.kind] += judge_approvals(attempt.case, attempt.signatures).state is ApprovalState.APPROVED
    with tempfile.TemporaryDirectory() as folder:
        for attack, attacked in offices(Path(folder), seed=1, rounds=TYPED):
            with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
                attack(attacked)
            made[attack.__name__] += 1
            through[attack.__name__] += bool(attacked.came_through)
    for kind, number in made.items():
        print(f"{number:4d}  {through[kind]:3d} came through  {kind.replace('_', ' ')}")  # noqa: T201 - a campaign
    total = sum(through.values())
    print(f"{sum(made.values())} attempts of {len(made)} kinds: {total} presses")  # noqa: T201 - a campaign
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
