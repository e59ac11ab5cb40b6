"""The checks of the pair file: by a command of the user's, by a person who answers by name, or skipped with a reason.

A person is asked about every check that the pair file does not mention, with the sentence of this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.requirements.by_command import run_command
from robot.changes.questions import announce, ask
from robot.operators.operator_questions import OperatorQuestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from robot.changes.run import Run
    from robot.settings import Settings


@dataclass(frozen=True)
class Named:
    """One check.

    Attributes:
        what: what is checked, completing "Check by command:" or "Asked of a person:".
        procedure_ids: procedure IDs.
        question: the sentence for a person where the pair file has none; `{names}` in it are replaced.
    """

    what: str
    procedure_ids: tuple[str, ...]
    question: str


_HOSTS = 'On one machine add the line "{address} {hostname}" to its hosts file'
NAMES = {
    "tested_elsewhere": Named(
        "that this release was installed elsewhere before", ("PL8",),
        "Where was {version} installed before on an appliance outside production, by whom, with what result? A rehearsal "
        "against a simulated pair does not count.",
    ),
    "notice": Named(
        "that representatives are told", ("PL12",),
        "Tell the representatives that they are cut off in {minutes} minutes (the product's message page, or another way). Done?",
    ),
    "snapshots": Named(
        "that snapshots are taken", ("OP3",),
        "Are the appliances virtual? Then say who took their snapshots, and when they are deleted. A snapshot of an appliance "
        "that was primary is never reverted to while it is connected.",
    ),
    "directory_sign_in": Named(
        "that a directory account can sign in through the updated appliance", ("OP2",),
        _HOSTS + ", and sign in to https://{hostname}/login with a directory or SAML account. Does it work?",
    ),
    "rep_console": Named(
        "the representative console's build", ("VT3", "VT4"),
        _HOSTS + ", run the representative console there and sign in; it upgrades itself. Does Help > About show the build of "
        "{version}? Remove the line afterwards.",
    ),
    "customer_client": Named(
        "a support session by the customer client", ("VT10",),
        _HOSTS + ", open https://{hostname}/, request a support session and run the customer client. Is a connection made? "
        "Remove the line afterwards.",
    ),
    "jump_client": Named(
        "a Jump Client from before the upgrade", ("VT11",),
        "On the machine whose hosts file leads {hostname} to {address}: can a Jump Client that was installed before the upgrade "
        "be used?",
    ),
    "integration_client": Named(
        "that the Integration Client can extract data", ("MP2",),
        "Is an Integration Client configured by IP address? Then see that it can extract data from {address}. Does it?",
    ),
    "session_data": Named(
        "that A's session data is extracted", ("MP4",),
        "Extract A's session data now (Integration Client or API): before 10.6 what is not extracted is lost at the swing, "
        "which follows your answer within minutes. Done?",
    ),
    "same_key": Named(
        "that the Inter-Appliance keys are the same", ("RE2",),
        "The pages mask the Inter-Appliance key. Is the same key set on both (/login > Management > Security)? It is attested "
        "by you, not verified.",
    ),
}  # fmt: skip


def question_of(check: str, run: Run, *, step: str, places: Mapping[str, str]) -> OperatorQuestion:
    """Return the question to a person for a check: the pair file's sentence, else the one in `NAMES`.

    Args:
        check: its key under `[checks]`.
        run: the run.
        step: the step's name.
        places: the values of `{names}` in the sentence.
    """
    sentence = sentence_for_a_person(check, run.settings)
    return OperatorQuestion(
        check, step, filled(sentence, {"hostname": run.settings.site.hostname, **places}), until=run.hours.until()
    )


def sentence_for_a_person(check: str, settings: Settings) -> str:
    """Return what a person is asked for a check: the pair file's sentence, else the one in `NAMES`; its places in braces."""
    entry = settings.checks.named(check)
    return entry.person if entry and entry.person else NAMES[check].question


def is_for_a_person(check: str, settings: Settings) -> bool:
    """Return whether a person has to answer: the pair file asks for one, or does not mention the check."""
    entry = settings.checks.named(check)
    return entry is None or bool(entry.person)


def announce_checks(checks: Iterable[tuple[str, str, Mapping[str, str]]], run: Run) -> None:
    """Announce together the questions that people will be asked one after the other.

    Args:
        checks: the key, the step's name and the values of `{names}` of each check.
        run: the run.
    """
    announce(
        run,
        [
            question_of(check, run, step=step, places=places)
            for check, step, places in checks
            if is_for_a_person(check, run.settings) and check not in run.told_in_plan
        ],
    )


def carry_out_check(check: str, run: Run, *, step: str, places: Mapping[str, str]) -> None:
    """Carry out one check of the pair file.

    Args:
        check: its key under `[checks]`.
        run: the run.
        step: the step's name.
        places: the values of `{names}` in the command or in the sentence.

    Raises:
        Refused: the command failed or took too long, or a person answered no.
        Waiting: a person has not answered yet.
    """
    definition = NAMES[check]
    entry = run.settings.checks.named(check)
    if entry is not None and entry.skip:
        run.steps.note(step, f"skipped: {definition.what}, because: {entry.skip}", procedure_ids=definition.procedure_ids)
    elif entry is not None and entry.command:
        command = [filled(word, places) for word in entry.command]
        title = f"Check by command: {definition.what}"
        run.steps.durably(
            step,
            title,
            None,
            lambda: run_command(command, run, step, definition.what, definition.procedure_ids),
            procedure_ids=definition.procedure_ids,
        )
    elif check in run.told_in_plan:
        text, by = run.told_in_plan[check]
        run.steps.done_by_person(step, f"told in the approved plan: {text}", by, procedure_ids=definition.procedure_ids)
    else:
        question = question_of(check, run, step=step, places=places)
        ask(run, question, title=f"Asked of a person: {definition.what}", procedure_ids=definition.procedure_ids)


def before_the_start(run: Run, *, keys_hidden: bool = False) -> None:
    """Carry out the checks that must be done before anything is pressed; people are shown all their questions at once.

    Args:
        run: the run.
        keys_hidden: whether A does not show its Inter-Appliance key, so that a person must attest that both have the same (RE2).
    """
    places = {"version": run.settings.wanted if run.settings.update.patch else run.settings.site.target_version}
    checks = ["tested_elsewhere", "snapshots", *(["same_key"] if keys_hidden or run.settings.checks.same_key is not None else [])]
    entries = [(check, f"site-check-{check.replace('_', '-')}", places) for check in checks]
    with run.under("Before anything is changed"):
        announce_checks(entries, run)
        for check, step, where in entries:
            carry_out_check(check, run, step=step, places=where)


def filled(text: str, places: Mapping[str, str]) -> str:
    """Replace each `{name}` in the text that `places` has a value for; leave the others."""
    for name, value in places.items():
        text = text.replace(f"{{{name}}}", value)
    return text
