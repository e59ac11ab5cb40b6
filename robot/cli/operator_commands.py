"""Commands for a person's part in a run: answer, hand-over, take-back."""

from __future__ import annotations

from pathlib import Path

import click

from robot.cli.lifecycle.recorded_exit_code import exit_code_by_record
from robot.cli.options import SigningChoice, confirm_option, quiet_option, run_argument, signing_options, wait_option


@click.command()
@run_argument
@click.argument("check")
@click.option("--by", required=True, metavar="NAME", help="Who answers.")
@click.option("--note", default="", metavar="TEXT", help="What was found or done, in your words.")
@click.option("--attach", type=click.Path(path_type=Path), metavar="FILE", help="A picture or a document as proof.")
@click.option("--no", "no", is_flag=True, help="It is not so, or was not done.")
@signing_options
def answer(run_name: str, check: str, by: str, note: str, attach: Path | None, no: bool, signing: SigningChoice) -> None:
    """Answer what a run asks of a person.

    Works while the run is alive, asleep or down. CHECK is the name that the run asks for (failover-robot status RUN lists
    them); the answer goes into the evidence with the name, the note and the attached file. For agreement_contact the note is the
    contact: --note "Name <address>". Where the machine's policy names answerers, an answer must be signed by one of them.
    """
    from flows.step_names import STEPS
    from robot.approval.effective_rules import answerers_of_run
    from robot.evidence.record.history import RunHistory
    from robot.operators import operator_questions
    from robot.operators.counted_answers import judged_answers, the_one_that_counts
    from robot.runs import store

    state = store.find(run_name)
    answerers = answerers_of_run(begun=bool(state.history.presses), goes_back=state.history.goes_back(STEPS))
    given = operator_questions.submit_answer(
        state, check, by=by, note=note, yes=not no, attach=attach, signer=signing.signer_if_any(), answerers=answerers
    )
    still_open = operator_questions.open_questions(state, answerers)
    sentence = f"{given.check}: {'no' if no else 'yes'}, by {given.by}"
    history = state.history if answerers else RunHistory()
    counts = the_one_that_counts(judged_answers(state, history, answerers, given.step), given.check)
    if counts and counts != given:
        sentence += f"; but {counts.by} answered no to the same question, and that counts until it is asked again"
    if still_open:
        sentence += f"; still asked: {', '.join(each.check for each in still_open)}"
    elif not state.is_alive:
        sentence += f"; go on with: failover-robot resume {state.name}"
    click.echo(f"failover-robot: {sentence}", err=True)


@click.command("hand-over")
@run_argument
@click.option("--by", required=True, metavar="NAME", help="Who takes the pair in hand.")
@exit_code_by_record
def hand_over(run_name: str, by: str) -> None:
    """Give the pair to a person in mid-run.

    The run stops before its next press and lets go of both appliances. Prints what is left to be done, as a checklist.
    """
    from flows.survey.checklist import remaining
    from robot.operators import handover
    from robot.runs import store

    state = store.find(run_name)
    hand = handover.hand_over(state, by)
    click.echo(remaining(state))
    click.echo(
        f"failover-robot: {hand.by} has the pair in hand; the robot presses nothing until: "
        f"failover-robot take-back {state.name} --by NAME",
        err=True,
    )


@click.command("take-back")
@run_argument
@click.option("--by", required=True, metavar="NAME", help="Who had it in hand, and owns what was changed.")
@wait_option
@confirm_option
@quiet_option
@signing_options
@exit_code_by_record
def take_back(run_name: str, by: str, wait: bool, confirm_each: bool, quiet: bool, signing: SigningChoice) -> int:
    """Take the pair back from a person, and go on.

    Everything is read; each change since the hand-over is put down to NAME, and not done again. Where the machine's policy names
    answerers, NAME is one of them and signs it.
    \f

    Returns:
        The exit code.

    Raises:
        UsageError: the run was not handed over to anybody, or it is not signed and must be.
        Refused: the key does not count, or is that of another person.
    """  # noqa: D301 - click leaves out of the help what follows this mark
    from robot.approval.effective_rules import answerers_here
    from robot.cli.lifecycle import beginning
    from robot.domain.errors import UsageError
    from robot.operators import handover
    from robot.runs import store
    from robot.runs.options import RunOptions

    state = store.find(run_name)
    if handover.current_handover(state) is None:
        raise UsageError(f"{state.name} was not handed over to anybody; `failover-robot resume {state.name}` goes on")
    name = handover.require_name(by)
    handover.sign_take_back(state, name, signing.signer_if_any(), answerers_here())
    return beginning.resume(state, RunOptions(wait, confirm_each, taken_back_by=name), quiet=quiet)
