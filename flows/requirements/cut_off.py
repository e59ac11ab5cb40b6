"""Who is cut off by the swing or by an update: counted, told, waited for, and then asked about (PL4, AA3).

`limits.sessions` is how many representatives and running sessions may be cut off, both together. Jump Clients are no people: they
come back by themselves, are told, and hold nobody up. What a page does not tell is said, and holds nobody up either.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Protocol, TypeVar

from flows.requirements.named import carry_out_check
from flows.session import readings
from pages.readings.site_status import SiteStatus
from robot.changes.questions import announce, wait_for_answer
from robot.domain.errors import Stalled
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
    """What tells how many are connected; `None` where its page does not."""

    @property
    def representatives(self) -> int | None:
        """Signed-in representatives."""
        ...

    @property
    def sessions(self) -> int | None:
        """Running sessions."""
        ...


T = TypeVar("T", bound=Connected)


def people(now: Connected) -> int:
    """How many are cut off, as far as that is told."""
    return (now.representatives or 0) + (now.sessions or 0)


def who_is_cut_off(now: Connected, name: str, by: str) -> str:
    """Who is cut off, as two numbers."""
    told, untold = _numbers(now)
    sentences = [f"{listed(told)} are cut off {by}"] if told else []
    sentences += [f"{name} does not tell how many {listed(untold)} there are"] if untold else []
    return "; ".join(sentences)


def nobody_is_cut_off_unasked(
    run: Run, now: T, again: Callable[[], T], *, step: str, by: str, work: Work, at_least: float = 0.0
) -> T:
    """Hold, within a step of the caller's own, while more people are connected than may be cut off.

    Whoever still leaves by himself is given `at_least`. Then it waits as long as the window has room for the work, without a
    window not at all; and then somebody is asked, who may also answer before.

    Args:
        run: the run.
        now: who is connected, just read.
        again: reads it once more.
        step: where a person is asked; begins with the unit.
        by: what would cut them off: "the swing".
        work: what would, as the windows know it.
        at_least: seconds that everybody is given to leave, those too who may be cut off.

    Raises:
        Waiting: nobody has answered yet. Refused: somebody answered no.
    """
    limit, poller = run.settings.limits.sessions, run.poller
    what = f"people to leave before {by} cuts them off"
    if at_least and people(now):
        with contextlib.suppress(Stalled):
            poller.poll_until(again, lambda found: not people(found), what=what, within=at_least)
        now = again()
    if people(now) <= limit:
        operator_questions.close_question(run.state, step)  # it may have been asked before they left
        return now
    question = OperatorQuestion(
        CUT_OFF, step,
        f"{listed(_numbers(now)[0])} would be cut off by {by}, more than limits.sessions = {limit} allows. Have them leave, and "
        "resume; or go on all the same, by name.",
        until=run.hours.until(),
    )  # fmt: skip
    announce(run, [question])

    def done(found: T) -> bool:
        return people(found) <= limit or operator_questions.answer_to(run.state, step) is not None or not run.hours.has_room(work)

    with contextlib.suppress(Stalled):
        now = poller.poll_until(again, done, what=what, within=_AS_LONG_AS_IT_FITS)
    if people(now) <= limit:
        operator_questions.close_question(run.state, step)
        return now
    wait_for_answer(run, question, title="Asked of a person: who may be cut off", procedure_ids=("PL4",))
    return again()


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
    """The same as a durable step that reads an appliance's status; it counts anew each time it is begun."""

    def again() -> SiteStatus:
        return readings.site_status(appliance)

    def once() -> dict[str, Any]:
        now = nobody_is_cut_off_unasked(run, again(), again, step=f"{step}-people", by=by, work=work, at_least=at_least)
        return run.steps.observe_now(step, title, appliance, lambda: now, procedure_ids=procedure_ids).plain()

    return SiteStatus.from_plain(run.steps.durably(step, title, appliance, once, procedure_ids=procedure_ids))


def tell_who_is_cut_off(pair: Pair, run: Run) -> None:
    """Where A serves until its update: count who is connected to it, and have them told (PL4, PL12)."""
    count = when_people_have_left(
        run, pair.a, step="a-status-before-cut", title="Who is connected to A, and will be cut off", by="A's update",
        work=Work.INSTALL_A, procedure_ids=("PL4",),
    )  # fmt: skip
    run.steps.note("site-cut-off", who_is_cut_off(count, pair.a.name, "by A's update"), procedure_ids=("PL4",))
    carry_out_check("notice", run, step="site-check-notice", places={"minutes": "0"})


def _numbers(now: Connected) -> tuple[list[str], list[str]]:
    """What is told, a number and its word each, and the words of what is not."""
    both = (("signed-in representatives", now.representatives), ("running sessions", now.sessions))
    return [f"{number} {what}" for what, number in both if number is not None], [what for what, number in both if number is None]


def listed(words: list[str]) -> str:
    """One, two or more things in a sentence."""
    return " and ".join(words) if len(words) < 3 else f"{', '.join(words[:-1])} and {words[-1]}"
