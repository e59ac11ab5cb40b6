"""Tells where a run stands, from its state folder, record and lock alone: asking never disturbs the run."""

from __future__ import annotations

import contextlib
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from robot.approval.effective_rules import answerers_here
from robot.domain.errors import Refused, UsageError
from robot.operators import handover, operator_questions
from robot.schedule.press_policy import exposure_of
from robot.schedule.press_policy import told as told_clock
from robot.schedule.windows import MaintenanceWindows
from robot.settings.sections.windows import Windows
from robot.status import stop_card
from robot.status.run_summary import steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from robot.approval.rules import KeyHolder
    from robot.evidence.record.history import RunHistory
    from robot.runs.store import RunState


def summary_row(run: RunState) -> dict[str, Any]:
    """Return what a list of runs shows of one.

    Returns:
        `run`, `ticket`, `state`, `rehearsal` and `evidence` (the folder), as plain JSON.
    """
    summary = run.summary
    state = "running" if run.is_alive else summary.get("outcome", "open: it ended without a word")
    return {
        "run": run.name,
        "ticket": run.facts.get("ticket", ""),
        "state": state,
        "rehearsal": bool(run.facts.get("rehearsal")),
        "evidence": str(run.evidence),
    }


def run_status(run: RunState) -> dict[str, Any]:
    """Return where a run stands.

    Returns:
        Plain JSON: the fields of `summary_row`, with `step` (the newest) and `steps`, `exposure_s` (seconds) and `exposure`
        (words), `stop_card` and `exit_code` (None while the run is alive), `asked_to_stop`, `asked` (the open questions),
        `cut_off_backups` (the paths of what a kill has left of a backup) and `in_hand` (the hand-over, or None).
    """
    history = run.history
    all_steps = steps(history.lines)
    alive = run.is_alive
    return {
        **summary_row(run),
        "step": all_steps[-1] if all_steps else None,
        "steps": [{name: step[name] for name in ("name", "state", "began", "ended")} for step in all_steps],
        "exposure_s": history.exposure_s,
        "exposure": told_exposure(run, history),
        "stop_card": None if alive else run.summary.get("stop_card"),
        "exit_code": None if alive else run.summary.get("exit_code"),
        "asked_to_stop": run.asked_to_stop,
        "asked": [
            {
                "check": each.check,
                "step": each.step,
                "sentence": each.sentence,
                "since": each.since,
                "until": each.until,
                "command": each.command(run.name),
            }
            for each in operator_questions.open_questions(run, _answerers())
        ],
        "cut_off_backups": [] if alive else [str(part) for part in run.cut_off_backups],
        "in_hand": asdict(hand) if (hand := handover.current_handover(run)) else None,
    }


def _answerers() -> tuple[KeyHolder, ...]:
    """Return whose answers count; nobody if the policy cannot be read: that is told by who performs the run."""
    try:
        return answerers_here()
    except UsageError:
        return ()


def told_exposure(run: RunState, history: RunHistory) -> str:
    """Return the time without failover in words; an empty string if the relationship was never broken."""
    timetable = None
    if windows := run.facts.get("settings", {}).get("windows"):
        with contextlib.suppress(ValidationError):  # an earlier version took them; the time is told without its limit then
            timetable = MaintenanceWindows(Windows.model_validate(windows))
    return told_clock(exposure_of(timetable, history, datetime.now(UTC)), history.exposure_s)


def anything_pressed(run: RunState) -> bool:
    """Tell whether the record holds an intent, or cannot be read: from then on a stop needs a person."""
    try:
        return bool(run.history.presses)
    except (OSError, Refused):
        return True  # as long as nobody can tell, a person is needed


def format_status(status: dict[str, Any], width: int | None = None) -> str:
    """Return the result of `run_status` as text for a person, with the stop card folded at `width` characters if given."""
    parts = [f"{status['run']}  {status['ticket']}  {status['state']}{'  REHEARSAL' if status['rehearsal'] else ''}"]
    if status["step"]:
        step = status["step"]
        parts.append(f"at       {step['heading']}: {step['title'] or step['name']} ({step['state']}, since {step['began']})")
    if status["exposure"]:
        parts.append(status["exposure"])
    if status["in_hand"]:
        parts.append(f"in the hands of {status['in_hand']['by']} since {status['in_hand']['since']}; the robot presses nothing")
    parts += [f"asked    {each['check']}: {each['sentence']}\n         {each['command']}" for each in status["asked"]]
    parts += [
        f"backup   {part} is left of one that was cut off, perhaps in plain; `resume`, or any run that begins, removes it"
        for part in status["cut_off_backups"]
    ]
    parts.append(f"evidence {status['evidence']}")
    if status["stop_card"]:
        parts.append("\n" + stop_card.text(status["stop_card"], width))
    return "\n".join(parts)


def format_list(rows: Sequence[dict[str, Any]]) -> str:
    """Return the rows of `summary_row` as text for a person, a line for each run."""
    if not rows:
        return "no runs yet on this machine"
    return "\n".join(f"{row['run']}  {row['ticket']:<16} {row['state']}" for row in rows)
