"""The command that makes, shows and compares plans."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from robot.cli import loans
from robot.cli.options import procedure_option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from robot.approval.rules import ApprovalRules, KeyHolder

_SHOWN = "what people are shown of a plan"


@click.command()
@click.argument("files", metavar="PAIR | PLAN | PLAN PLAN", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", metavar="PLAN", type=click.Path(path_type=Path), help="Write the plan into this new .json file.")
@click.option("--by", metavar="NAME", default="", help="Who makes the plan.")
@click.option("--tested-elsewhere", metavar="TEXT", default="", help="Where this release was tried outside production, and how.")
@click.option("--show", is_flag=True, help="Write a given plan's page and PDF beside it once more.")
@procedure_option
def plan(files: tuple[Path, ...], output: Path | None, by: str, tested_elsewhere: str, procedure: str, *, show: bool) -> None:
    """Tell beforehand all that a run would do.

    Observes the pair, makes every readiness check, and writes PLAN.json with its digest, and the same as PLAN.html and PLAN.pdf;
    the record of the observation is kept in PLAN.observed. It presses only what alters nothing: Check for updates, and each
    appliance's TCP Connection Test. Where a check fails there is no plan (3). With two plans it tells how they differ.
    \f

    Raises:
        UsageError: the arguments do not fit together, or a file is there already.
        Refused: a check fails.
    """  # noqa: D301 - click leaves out of the help what follows this mark
    from robot.domain.errors import UsageError

    if len(files) == 2 and not (output or show or by):
        click.echo(_difference(*files))
    elif len(files) == 1 and show and not output:
        click.echo(_rendered(files[0], _document(files[0])))
    elif len(files) == 1 and output and by and not show:
        _make(files[0], output, by, procedure, " ".join(tested_elsewhere.split()))
    else:
        raise UsageError(
            "a plan is made with `plan PAIR -o PLAN.json --by NAME`, shown with `plan PLAN.json --show`, and two are "
            "compared with `plan A.json B.json`"
        )


def _make(pair: Path, output: Path, by: str, procedure: str, tested_elsewhere: str) -> None:
    from flows.checks.check import Ground
    from flows.planning.plan import make_plan
    from flows.planning.tried import tried_before
    from flows.step_names import STEPS
    from flows.survey.appliance_sights import MayPress
    from flows.survey.observation import observe_pair
    from flows.survey.witness import new_record
    from robot.approval.effective_rules import effective_rules
    from robot.approval.plan_document import digest_of_plan, parse_plan
    from robot.approval.signature_files import write_once
    from robot.domain.clocks import wall_clock
    from robot.domain.errors import UsageError
    from robot.network.chromium import build
    from robot.network.vault import vault_of
    from robot.plan.program import program_here
    from robot.runs import store
    from robot.schedule.press_policy import history_of
    from robot.settings import load
    from robot.settings.secrets import require_own_accounts, secrets

    if output.suffix != ".json":
        raise UsageError(f"{output}: the name of a plan ends with .json; its page and its PDF stand beside it")
    by = _name(by)
    for path in (output, *_beside(output)):
        if os.path.lexists(path):
            raise UsageError(f"{path} is there already; nothing is written over, give a new name")
    alone = procedure == "single"
    settings = load(pair, single=alone)
    known = secrets(settings, vault=vault_of(settings))
    require_own_accounts(settings, known)
    with loans.returned(known), new_record(output.with_suffix(".observed"), known.texts()) as record:
        may = MayPress(check_updates=True, test_connections=not alone)
        observation = observe_pair(settings, known, may, record=record, alone=alone)
    lacks, runs = tuple(observation.lacks), store.every()
    history = history_of(runs, settings, STEPS)
    ground = Ground(observation.snapshot, settings, wall_clock(), procedure, lacks, tested_elsewhere, history)
    tried = tried_before(settings, tested_elsewhere, by, runs)
    made = make_plan(ground, pair, made_by=by, tried=tried)
    made["robot"] |= {**program_here(), "chromium": build()}
    made |= _who_signs_and_decides(effective_rules(settings))
    document = {**made, "digest": digest_of_plan(made)}
    data = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"
    parse_plan(data, str(output))
    write_once(output, data)
    click.echo(_rendered(output, document))
    open_checks = len(document["risks"])
    told = f"{open_checks} of {len(document['checks'])} checks are open or warn" if open_checks else "every check passed"
    click.echo(f"failover-robot: {output}: {told}; to be signed: {document['digest']}", err=True)


def _name(by: str) -> str:
    """Return the name of who makes a plan, before minutes are spent on looking at the pair."""
    from pydantic import TypeAdapter, ValidationError

    from robot.domain.errors import UsageError
    from robot.settings.values import PlainName

    try:
        return TypeAdapter(PlainName).validate_python(by)
    except ValidationError as error:
        raise UsageError(f"--by {error.errors()[0]['msg'].removeprefix('Value error, ')}") from None


def _beside(output: Path) -> tuple[Path, Path]:
    """Return where a plan's page and its PDF stand."""
    return output.with_suffix(".html"), output.with_suffix(".pdf")


def _rendered(output: Path, document: dict[str, Any]) -> Path:
    """Write a plan's page and its PDF beside it.

    Returns:
        The path of the page.

    Raises:
        UsageError: they cannot be written.
    """
    from datetime import UTC, datetime

    from jinja2 import TemplateError

    from robot.domain.errors import UsageError
    from robot.network.pdf import pdf_of
    from robot.plan.sheet import sheet

    html, pdf = _beside(output)
    try:
        page = sheet(document)
    except (TemplateError, LookupError, TypeError, ValueError, AttributeError):
        raise UsageError(f"{output} is no whole plan: it lacks {_SHOWN}; make it anew") from None
    made = datetime.fromisoformat(document["made"]["utc"]).astimezone(UTC)
    try:
        html.write_text(page, encoding="utf-8")
        pdf.write_bytes(pdf_of(page, printed_on=f"{made:%Y%m%d%H%M%S}"))
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be written: {error.strerror}") from None
    return html


def _document(path: Path) -> dict[str, Any]:
    """Return a plan's whole document, once it is seen that nobody has changed it."""
    from robot.approval.plan_document import bytes_of_plan, parse_plan

    data = bytes_of_plan(path)
    parse_plan(data, str(path))
    return json.loads(data)


def _difference(one: Path, other: Path) -> str:
    from robot.domain.errors import UsageError
    from robot.plan.comparison import differences

    documents = _document(one), _document(other)
    try:
        told = differences(*documents)
    except (LookupError, TypeError, AttributeError):
        raise UsageError(f"{one} or {other} is no whole plan: it lacks {_SHOWN}; make it anew") from None
    return "\n".join(told) if told else "they are the same but for when they were made and what was observed"


def _who_signs_and_decides(rules: ApprovalRules | None) -> dict[str, Any]:
    """Return two parts of a plan: who must approve, `None` if nobody must; and in words whose answers to questions count."""
    approval, deciders = None, "Whoever answers by name; no answer must be signed."
    if rules and rules.approvers:
        number = {1: "One", 2: "Two", 3: "Three"}.get(rules.needed, str(rules.needed))
        sentence = f"{number} of: {_names(rules.approvers)}"
        approval = {"sentence": sentence, "needed": rules.needed, "source": rules.source, "required": rules.required}
    if rules and rules.answerers:
        deciders = f"By a signed answer only: {_names(rules.answerers)}."
    return {"approval": approval, "deciders": deciders}


def _names(holders: Iterable[KeyHolder]) -> str:
    return ", ".join(dict.fromkeys(holder.title for holder in holders))
