"""Processes that ask and answer at the same time, as a run and several people do; each does so many rounds."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from pathlib import Path
from typing import Any

from an_asking_run import Asking

from robot.domain.errors import UsageError
from robot.domain.waiting import Poller
from robot.operators import operator_questions
from robot.operators.operator_questions import OperatorQuestion
from robot.runs.store import RunState

PATIENCE_S = 120.0


def as_processes(*calls: tuple[Callable[..., None], tuple[Any, ...]]) -> list[int | None]:
    """Make each call in a process of its own, all at the same time; return how they exited."""
    context = multiprocessing.get_context("spawn")
    children = [context.Process(target=body, args=arguments) for body, arguments in calls]
    for child in children:
        child.start()
    for child in children:
        child.join(PATIENCE_S)
    return [child.exitcode for child in children]


def asks(folder: Path, beginning: str, rounds: int) -> None:
    """Ask one question after the other, each of a step of its own, as a run does."""
    for number in range(rounds):
        operator_questions.ask(Asking(RunState(folder, {})), [OperatorQuestion("unknown_hand", f"{beginning}-{number}", "Who?")])


def answers_each(folder: Path, beginning: str, rounds: int, by: str) -> None:
    """Answer each of the questions that `asks` asks, with a proof, as soon as it is asked."""
    run, poller = RunState(folder, {}), Poller(poll=0.02)
    proof = folder / f"{by}.txt"
    proof.write_text(f"by {by}", encoding="utf-8")
    for number in range(rounds):
        step = f"{beginning}-{number}"

        def given(step: str = step) -> bool:
            try:
                operator_questions.submit_answer(run, step, by=by, note=step, yes=True, attach=proof)
            except UsageError:
                return False
            return True

        poller.poll_until(given, bool, what=step, within=PATIENCE_S)
