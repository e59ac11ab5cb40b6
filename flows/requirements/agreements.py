"""The agreement that may come before a download: accepted if the pair file allows it, in the name that it or a person gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from robot.changes.questions import wait_for_answer
from robot.evidence.wording import begin_sentence
from robot.operators import operator_questions
from robot.operators.operator_questions import AGREEMENT_CONTACT, OperatorQuestion
from robot.settings.sections.contact import Contact

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.session.appliance import Appliance
    from pages.engine.meaning.agreement import AcceptedAgreement
    from robot.changes.run import Run
    from robot.operators.operator_questions import OperatorAnswer

_STEP = "site-agreement-contact"


def accepting_agreement(appliance: Appliance, run: Run, step: str) -> Callable[[AcceptedAgreement], None] | None:
    """Return what to call when an agreement before a download is accepted; `None` if the pair file does not allow that.

    Args:
        appliance: the appliance.
        run: the run.
        step: the step that downloads.

    Returns:
        It proves the appliance's identity, takes a picture, and records the agreement's words.
    """
    if not run.settings.update.accept_agreement:
        return None

    def agree(agreement: AcceptedAgreement) -> None:
        appliance.prove_identity()
        shot = appliance.picture(run.record, step, "agreement")
        reads = f"{f'[{agreement.fields}] ' if agreement.fields else ''}{agreement.words}"
        text = f"the agreement before the download is accepted, as [update] accept_agreement says; it reads: {reads[:2000]}"
        run.record.append("note", step, **appliance.where(), **shot, heading=run.heading, text=text, named=agreement.named)

    return agree


def contact_of(run: Run) -> Contact | None:
    """Return the contact of the pair file, else the one that a person has given in this run; `None` if there is neither."""
    if contact := run.settings.update.agreement_contact:
        return contact
    answer = operator_questions.answer_to(run, _STEP)
    return Contact.from_words(answer.note) if answer and answer.yes and not _not_a_contact(answer) else None


def ask_for_contact(run: Run) -> None:
    """Ask a person for a contact if an agreement of this run has asked for one that nobody had given.

    Raises:
        Waiting: nobody has answered yet.
        Refused: somebody answered that there is none.
    """
    request = next((line.text for line in run.record.history.lines if line.withdrawn == AGREEMENT_CONTACT), "")
    if not request or run.settings.update.agreement_contact:
        return
    question = OperatorQuestion(
        AGREEMENT_CONTACT, _STEP,
        f"In whose name may it be accepted? {begin_sentence(request)}. It is asked once for this run.",
        until=run.hours.until(), note='"Name <address>"',
    )  # fmt: skip
    wait_for_answer(
        run, question, title="Asked of a person: a contact for the agreement", procedure_ids=(), accept=_not_a_contact
    )


def _not_a_contact(answer: OperatorAnswer) -> str:
    """Return why an answer names no contact; "" if it names one."""
    try:
        Contact.from_words(answer.note)
    except ValueError as wrong:
        return f"{answer.by} answered {answer.note!r}: {wrong}."
    return ""
