"""The summary of a run to paste into a ticket: short Markdown that reads as well where Markdown is not known."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

from robot.evidence import wording
from robot.evidence.exports.plain_text import without_markup
from robot.evidence.obligations import fulfilment
from robot.evidence.record.line import Line
from robot.evidence.record.plain_json import object_in, objects, text_in, texts
from robot.evidence.report.brief import retention

_OUTCOMES: Final = {
    "done": "done",
    "already": "nothing to do, it was in place already",
    "refused": "refused before any change",
    "stopped": "stopped after a change, a person is needed",
    "stalled": "stalled, an appliance is past its deadline",
    "waiting": "waiting for a window, an approval or an answer",
    "failed": "failed",
}
_FEW: Final = 5
"""Unexplained events that are told one by one."""


def ticket_summary(summary: Mapping[str, Any], lines: Sequence[Line]) -> str:
    """Return the summary: how the run ended first, then the facts, then the stop card where there is one.

    Args:
        summary: the run's summary.
        lines: the record, by which the obligations of the procedure are counted.
    """
    title = f"# {_said(summary, 'ticket')}: {_outcome(summary)}"
    if summary.get("rehearsal"):
        title += " (REHEARSAL: no real appliance was touched)"
    card = _rows(summary.get("stop_card"))
    reason = "" if card else _said(summary, "reason")  # the card says it
    parts = [title, _said(summary, "summary_text"), reason, _list(_facts(summary, lines))]
    parts += ["## Stop card", _list(card)] if card else []
    return "\n\n".join(filter(None, parts)) + "\n"


def _outcome(summary: Mapping[str, Any]) -> str:
    if summary.get("backed_out"):
        return "backed out, the upgrade was not finished"
    return _OUTCOMES.get(text_in(summary, "outcome"), "open, it has not ended")


def _facts(summary: Mapping[str, Any], lines: Sequence[Line]) -> Iterable[tuple[str, str]]:
    """Yield what is known, each with its label; what the summary does not tell is left out."""
    yield "Site", text_in(object_in(summary, "site"), "hostname")
    for unit in ("a", "b"):
        yield wording.unit(unit), _versions(summary, unit)
    began, ended = text_in(summary, "began"), text_in(summary, "ended")
    yield "Time", f"{wording.span(began, ended)} UTC" if began and ended else ""
    exposure, gap = summary.get("exposure_s"), object_in(summary, "swing_gap_ms").get("value")
    yield "Without failover", wording.duration(exposure) if isinstance(exposure, int | float) else ""
    yield "Nobody served at the swing", f"{gap:g} ms" if isinstance(gap, int | float) else ""
    if smoke := object_in(summary, "smoke"):
        yield "Checks", text_in(smoke, "tally")
    else:
        entries = [entry for part in fulfilment.parts(summary, lines) for entry in part.entries]
        tally = fulfilment.tally(entries)
        yield "Obligations of the procedure", ", ".join(f"{count} {fulfilment.STATES[state]}" for state, count in tally.items())
    plan = object_in(summary, "plan")
    yield "Plan", text_in(plan, "digest")
    for approval in objects(plan.get("approvals")):
        yield "Approved by", text_in(approval, "by")
    yield from _traces(object_in(summary, "traces"))
    emergency = object_in(plan, "emergency")
    yield "Emergency", ": ".join(filter(None, (text_in(emergency, "incident"), text_in(emergency, "reason"))))
    for waiver in texts(summary.get("waivers")):
        yield "Waived", waiver
    for backup in objects(summary.get("backups")):
        yield "Backup", f"{wording.unit(text_in(backup, 'unit'))}, SHA-256 {text_in(backup, 'sha256')}"
    yield "Kept", retention(summary)
    yield "Run", f"{text_in(summary, 'run')}, exit code {summary.get('exit_code', 'none yet')}"


def _traces(traces: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    count, unknown = traces.get("unexplained_count"), texts(traces.get("unknown"))
    for each in objects(traces.get("unexplained"))[:_FEW]:
        when = text_in(each, "time") or wording.moment(text_in(each, "utc"), seconds=True)
        yield "Unexplained", f"{text_in(each, 'source')}: {text_in(each, 'text')} ({when})"
    if isinstance(count, int) and (count or not unknown):
        yield "Unexplained events in the appliances' own traces", str(count) if count else "none"
    for sentence in unknown:
        yield "Unknown of the appliances' own traces", sentence


def _versions(summary: Mapping[str, Any], unit: str) -> str:
    change = object_in(object_in(summary, "versions"), unit)
    before, after = (text_in(object_in(change, when), "product") for when in ("before", "after"))
    return before if before == after else f"{before or 'unknown'} to {after or 'unknown'}"


def _rows(card: object) -> list[tuple[str, str]]:
    pairs = [texts(pair) for pair in cast("list[object]", card)] if isinstance(card, list) else []
    return [(pair[0], pair[1]) for pair in pairs if len(pair) == 2]


def _list(rows: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"- {without_markup(label)}: {text}" for label, value in rows if (text := without_markup(value)))


def _said(summary: Mapping[str, Any], name: str) -> str:
    return without_markup(text_in(summary, name))
