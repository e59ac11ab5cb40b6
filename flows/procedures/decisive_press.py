"""The press on which the way back depends while nothing proves it: it is read what came of it, before the way is chosen.

A run may have ended between the intent of a press and its effect. The record alone then cannot tell whether the relationship is
broken, an install has begun or the swing has. Only presses whose two readings lead to different ways are asked about: it does not
matter to the way back whether Sync Now came through, and an order to DNS or NAT can be taken back either way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.procedures.back_out import HEADING, decisive_press
from flows.requirements.expected_state import said
from flows.requirements.update_files import files_of
from flows.session.readings import Machine
from flows.step_names import BREAK, STEPS, install_step, installs
from flows.steps.backup_and_sync import BreakFailoverRelationships
from flows.steps.manual_update import UpdateSoftware, UpdateSoftwareToPatch, step_names
from flows.steps.patches import InstallPatch, on_offer
from flows.steps.update_appliance import InstallPackage
from pages.readings.available_updates import UpdateOffer, Updates
from robot.changes.change import ChangeState
from robot.changes.unproved import read_unproved_press
from robot.domain.errors import Surprised
from robot.domain.model import Unit
from robot.evidence.record.line import Kind

if TYPE_CHECKING:
    from flows.session.pair import Pair
    from robot.changes.change import Change
    from robot.changes.run import Run
    from robot.evidence.record.line import Line


def read_decisive_press(pair: Pair, run: Run) -> None:
    """Read what came of the press on which the way back depends, if there is one, and record it. Nothing is pressed.

    Once the way back has begun it is not asked again: what was found then has chosen the way, which is gone to its end.

    Args:
        pair: both appliances.
        run: the run.

    Raises:
        Surprised: B shows neither that the relationship stands nor that it is broken.
        Unreachable: the appliance does not answer.
        WrongScreen: an unexpected page is shown for too long.
    """
    history = run.record.history
    press = None if history.goes_back(STEPS) else decisive_press(history, run.state.procedure)
    change = press and change_of(press, pair, run)
    if press is None or change is None:
        return
    pair.remember_accounts(run.record)
    for appliance in (pair.a, pair.b):
        if (known := history.reading(f"{appliance.unit.value}-status-basics")) is not None:
            appliance.expect(Machine.from_plain(known.reading).identity)
    with run.under(HEADING):
        breaks = press.step == BREAK  # the relationship stands or it does not, whatever was seen in between
        state = read_unproved_press(change, run.change_context(change.name), despite_trace=breaks)
    if breaks and state is ChangeState.UNCLEAR:
        raise Surprised(
            f"{change.title}: pressed, and not proved; now B is {said(change.read().role)}, which the press does not explain: "
            "see who is at work on the pair",
        )


def change_of(press: Line, pair: Pair, run: Run) -> Change[Any] | None:
    """Return the change that has made a press, to be read; `None` if the record does not tell which it was.

    Args:
        press: the press's line.
        pair: both appliances.
        run: the run.

    Returns:
        A break, an installation or the first half of a swing.
    """
    if press.step == BREAK:
        return BreakFailoverRelationships(pair, run, {})
    if STEPS.first_half.fullmatch(press.step):
        return pair.swing.first_half(pair.a, press.step)
    return _installation(press, Unit(press.unit), pair, run) if press.step.startswith(installs(press.unit)) else None


def _installation(press: Line, unit: Unit, pair: Pair, run: Run) -> Change[Any] | None:
    appliance, patch, (_, from_file) = pair.appliance(unit), pair.settings.update.patch, installs(unit.value)
    if press.step.startswith(from_file):
        files = files_of(unit, pair.settings)
        paths = dict(zip(step_names(files), files, strict=True))
        name, was = press.step.removeprefix(from_file), (str(press.values["product"]), str(press.values["base"]))
        kind = UpdateSoftwareToPatch if patch else UpdateSoftware
        return kind(appliance, paths[name], name, pair, run, {}, was=was, to_come=1) if name in paths else None
    shown = [line for line in run.record.history.lines if line.kind == Kind.READING and line.step.startswith(f"{unit}-updates-")]
    updates = Updates.from_plain(shown[-1].reading) if shown else Updates()
    if patch:
        offer = on_offer(unit.upper(), patch, updates)
        return InstallPatch(appliance, offer if isinstance(offer, UpdateOffer) else UpdateOffer(name=patch), pair, run, {})
    chain = [offer for offer in updates.offers if install_step(unit.value, offer, run.press_list) == press.step]
    return InstallPackage(appliance, chain, pair, run, {}) if len(chain) == 1 else None
