"""Who is cut off by the swing or by an update: they are counted and told, waited for, and then a person is asked (PL4, AA3).

`limits.sessions` is how many representatives and running sessions, taken together, may be cut off. Jump Clients are not
counted here: they come back by themselves, are noted, and delay nothing. A number that no page tells may be any: then a person
is asked at once.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Protocol, TypeVar

from flows.requirements.named import carry_out_check
from flows.session import readings
from pages.readings.site_status import SiteStatus
from robot.changes.questions import put_up, wait_for_answer
from robot.domain.errors import Stalled
from robot.evidence.wording import begin_sentence
from robot.operators import operator_questions
from robot.operators.operator_questions import CUT_OFF, OperatorQuestion
from robot.schedule.estimate import Work

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from robot.changes.run import Run

_AS_LONG_AS_IT_FITS = 30 * 86400.0


class Connected(Protocol):
    """A reading that tells how many are connected; `None` if its page does not tell."""

    @property
    def representatives(self) -> int | None:
        """Signed-in representatives."""
        ...

    @property
    def sessions(self) -> int | None:
        """Running sessions."""
        ...


T = TypeVar("T", bound=Connected)


def people(counts: Connected) -> int | None:
    """Return how many would be cut off: representatives and sessions; `None` if either number is not told."""
    if counts.representatives is None or counts.sessions is None:
        return None
    return counts.representatives + counts.sessions


def who_is_cut_off(counts: Connected, name: str, by: str) -> str:
    """Return in words who is cut off, as two numbers, and which numbers are not told.

    Args:
        counts: who is connected.
        name: the appliance, as a person says it.
        by: what cuts them off, as "by the swing".
    """
    known, unknown = _numbers(counts)
    sentences = [f"{listed(known)} are cut off {by}"] if known else []
    sentences += [f"{name} does not tell how many {listed(unknown)} there are"] if unknown else []
    return "; ".join(sentences)


def nobody_is_cut_off_unasked(
    run: Run, counts: T, again: Callable[[], T], *, step: str, by: str, work: Work, at_least: float = 0.0
) -> T:
    """Return the newest reading, once no more people are connected than may be cut off, or a person has agreed.

    It holds within the caller's own step. First it waits up to `at_least`. Then people are told who is connected, and it waits
    as long as the window has room for the work (not at all without a window, or if a number is not told). Then it ends, or
    waits, for the answer of a person, who may also answer earlier.

    Args:
        run: the run.
        counts: who is connected, just read.
        again: reads that once more.
        step: the step at which a person is asked; its name begins with the unit.
        by: what would cut them off, as "the swing".
        work: the work that would cut them off, for the estimate of the window.
        at_least: seconds for which everybody may leave, also those who may be cut off.

    Raises:
        Waiting: nobody has answered yet.
        Refused: somebody answered no.
    """
    limit, poller = run.settings.limits.sessions, run.poller
    awaited = f"people to leave before {by} cuts them off"
    if at_least and people(counts):
        with contextlib.suppress(Stalled):
            poller.poll_until(again, lambda later: not people(later), what=awaited, within=at_least)
        counts = again()
    if not too_many(counts, limit):
        operator_questions.close_question(run.state, step)  # it may have been asked before they left
        return counts
    question = OperatorQuestion(CUT_OFF, step, who_would_be_cut_off(counts, step, by, limit), until=run.hours.until())
    title, procedure_ids = "Asked of a person: who may be cut off", ("PL4",)
    if operator_questions.answer_to(run, step) is None:
        put_up(run, question, run.step_fields(step, title, procedure_ids))

    def done(later: T) -> bool:
        answered = operator_questions.answer_to(run, step) is not None
        return not too_many(later, limit) or people(later) is None or answered or not run.hours.has_room(work)

    if not done(counts):
        with contextlib.suppress(Stalled):
            counts = poller.poll_until(again, done, what=awaited, within=_AS_LONG_AS_IT_FITS)
    if not too_many(counts, limit):
        operator_questions.close_question(run.state, step)
        run.log_note(step, f"they have left before {by}; nobody needs to answer any more", procedure_ids=procedure_ids)
        return counts
    wait_for_answer(run, question, title=title, procedure_ids=procedure_ids)
    return again()


def too_many(counts: Connected, limit: int) -> bool:
    """Return whether more may be connected than may be cut off."""
    number = people(counts)
    return number is None or number > limit


def who_would_be_cut_off(counts: Connected, step: str, by: str, limit: int) -> str:
    """Return the question to a person where more would be cut off than may be, or where that is not known.

    Args:
        counts: who is connected.
        step: the step at which it is asked; its name begins with the unit.
        by: what would cut them off, as "the swing".
        limit: how many may be cut off.
    """
    known, unknown = _numbers(counts)
    sentences = [f"{listed(known)} would be cut off by {by}"] if known else []
    if unknown:
        name = step[0].upper()
        sentences.append(f"how many {listed(unknown)} {name} has, which {by} would cut off, none of its pages tells")
    allowed = f"limits.sessions allows {limit}" if unknown else f"more than limits.sessions = {limit} allows"
    separator = "; " if unknown else ", "
    sentence = f"{'; '.join(sentences)}{separator}{allowed}"
    return f"{begin_sentence(sentence)}. Have them leave, and resume; or go on all the same, by name."


def when_people_have_left(
    run: Run,
    appliance: Appliance,
    *,
    step: str,
    title: str,
    by: str,
    work: Work,
    procedure_ids: tuple[str, ...],
    at_least: float = 0.0,
) -> SiteStatus:
    """Hold while too many people are connected to one appliance, as a durable step that reads its status.

    Args:
        run: the run.
        appliance: the appliance.
        step: the step's name.
        title: the step, in a person's words.
        by: what would cut them off, as "A's update".
        work: the work that would cut them off, for the estimate of the window.
        procedure_ids: procedure IDs.
        at_least: seconds for which everybody may leave, also those who may be cut off.

    Returns:
        The newest status; it is read anew each time the step is begun.

    Raises:
        Waiting: nobody has answered yet.
        Refused: somebody answered no.
    """

    def again() -> SiteStatus:
        return readings.site_status(appliance)

    def once() -> dict[str, Any]:
        status = nobody_is_cut_off_unasked(run, again(), again, step=f"{step}-people", by=by, work=work, at_least=at_least)
        return run.steps.observe_now(step, title, appliance, lambda: status, procedure_ids=procedure_ids).plain()

    return SiteStatus.from_plain(run.steps.durably(step, title, appliance, once, procedure_ids=procedure_ids))


def tell_who_is_cut_off(pair: Pair, run: Run) -> None:
    """Count who is connected to A, which serves until its update, and have them told (PL4, PL12)."""
    count = when_people_have_left(
        run, pair.a, step="a-status-before-cut", title="Who is connected to A, and will be cut off", by="A's update",
        work=Work.INSTALL_A, procedure_ids=("PL4",),
    )  # fmt: skip
    run.steps.note("site-cut-off", who_is_cut_off(count, pair.a.name, "by A's update"), procedure_ids=("PL4",))
    carry_out_check("notice", run, step="site-check-notice", places={"minutes": "0"})


def _numbers(counts: Connected) -> tuple[list[str], list[str]]:
    """Return the two numbers in words.

    Returns:
        A number and its noun for each that is told, and the noun alone for each that is not.
    """
    both = (("signed-in representatives", counts.representatives), ("running sessions", counts.sessions))
    return [f"{number} {noun}" for noun, number in both if number is not None], [noun for noun, number in both if number is None]


def listed(words: list[str]) -> str:
    """Join words as in a sentence: "x", "x and y", "x, y and z"."""
    return " and ".join(words) if len(words) < 3 else f"{', '.join(words[:-1])} and {words[-1]}"
