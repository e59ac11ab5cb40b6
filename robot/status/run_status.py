"""Where a run stands, told from its record and its lock alone: looking never disturbs it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from robot.operators import handover, operator_questions
from robot.schedule.press_policy import exposure_of
from robot.schedule.press_policy import told as told_clock
from robot.schedule.windows import MaintenanceWindows
from robot.settings.windows_section import Windows
from robot.status import stop_card
from robot.status.run_summary import steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from robot.evidence.record.history import RunHistory
    from robot.runs.store import RunState


def summary_row(run: RunState) -> dict[str, Any]:
    """One run in a list."""
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
    """One run: its state, the step it is at, the time without failover, and the stop card where there is one."""
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
            for each in operator_questions.open_questions(run)
        ],
        "in_hand": asdict(hand) if (hand := handover.current_handover(run)) else None,
    }


def told_exposure(run: RunState, history: RunHistory) -> str:
    """The exposure clock in words; "" where nothing was broken."""
    windows = run.facts.get("settings", {}).get("windows")
    timetable = MaintenanceWindows(Windows.model_validate(windows)) if windows else None
    return told_clock(exposure_of(timetable, history, datetime.now(UTC)), history.exposure_s)


def anything_pressed(run: RunState) -> bool:
    """Whether the record holds an intent: from then on a stop needs a person."""
    return bool(run.history.presses)


def format_status(where: dict[str, Any], width: int | None = None) -> str:
    """The same for a person; the stop card folded at a terminal's width."""
    parts = [f"{where['run']}  {where['ticket']}  {where['state']}{'  REHEARSAL' if where['rehearsal'] else ''}"]
    if where["step"]:
        step = where["step"]
        parts.append(f"at       {step['heading']}: {step['title'] or step['name']} ({step['state']}, since {step['began']})")
    if where["exposure"]:
        parts.append(where["exposure"])
    if where["in_hand"]:
        parts.append(f"in the hands of {where['in_hand']['by']} since {where['in_hand']['since']}; the robot presses nothing")
    parts += [f"asked    {each['check']}: {each['sentence']}\n         {each['command']}" for each in where["asked"]]
    parts.append(f"evidence {where['evidence']}")
    if where["stop_card"]:
        parts.append("\n" + stop_card.text(where["stop_card"], width))
    return "\n".join(parts)


def format_list(all_of_them: Sequence[dict[str, Any]]) -> str:
    """All runs, a line each."""
    if not all_of_them:
        return "no runs yet on this machine"
    return "\n".join(f"{each['run']}  {each['ticket']:<16} {each['state']}" for each in all_of_them)
