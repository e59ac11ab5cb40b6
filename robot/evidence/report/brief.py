"""The first page of the report, for whoever has three minutes: what, when, with which outcome, who approved, what deviates."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from robot.evidence import wording
from robot.evidence.record import summary
from robot.evidence.record.line import NO_PICTURE, TIMED, WITHDRAWN, Kind, Line
from robot.evidence.record.plain_json import object_in, objects, text_in, texts
from robot.evidence.report.changes import ChangesSincePlan
from robot.evidence.report.story import Press, Step

MOST_UNEXPLAINED: Final = 8
"""Unexplained events that the first page tells one by one; the section on the traces has them all."""


@dataclass(frozen=True)
class Deviation:
    """One thing that went otherwise than a run goes that needs nobody's attention.

    Attributes:
        sentence: what.
        section: the ID of the report's section that tells more.
        grave: whether nobody has answered for it yet.
    """

    sentence: str
    section: str
    grave: bool = False


def facts(run_summary: Mapping[str, Any], lines: Sequence[Line]) -> list[tuple[str, str]]:
    """Return what the change was, and when: label and text of each fact that is known."""
    site = object_in(run_summary, "site")
    if expected := object_in(run_summary, "smoke").get("expected"):
        site = {**site, "target_version": expected} | ({} if expected == site.get("target_version") else {"target_base": ""})
    began = text_in(run_summary, "began") or (lines[0].utc if lines else "")
    ended = text_in(run_summary, "ended")
    took = wording.between(began, ended)
    target = " · ".join(
        f"{word} {site[name]}"
        for word, name in (("product", "target_version"), ("base", "target_base"))
        if isinstance(site.get(name), str) and site[name]
    )
    rows = [
        ("Site", str(site.get("hostname") or "")),
        ("Target", f"patch {patch} · {target}" if (patch := text_in(run_summary, "patch")) else target),
        ("Requested by", text_in(run_summary, "requested_by")),
        ("Approved by", "" if run_summary.get("smoke") else "; ".join(approvals(run_summary))),
        ("Began", wording.moment(began, seconds=True)),
        ("Ended", wording.moment(ended, seconds=True) if ended else "not yet"),
        ("Took", wording.duration(took) if took is not None else ""),
        ("Run", text_in(run_summary, "run")),
        ("Plan", text_in(object_in(run_summary, "plan"), "digest")),
        ("Kept", retention(run_summary)),
        ("Signed with", _signature(object_in(run_summary, "signer"))),
        ("Looked for secrets", _scan(object_in(run_summary, "secret_scan"))),
        ("Redacted", _redactions(objects(run_summary.get("redactions")))),
        ("Time from outside", "\n".join(line.text for line in lines if line.step == TIMED)),
    ]
    return [(label, text) for label, text in rows if text]


def _signature(signer: Mapping[str, Any]) -> str:
    """Return with which key pack and PDF are signed, and what that proves; or that nothing is signed yet."""
    if not signer:
        return "no key: this report is not signed"
    told = f"the key {text_in(signer, 'key_id')[:16]}. {text_in(signer, 'worth')}"
    why = text_in(signer, "no_pdf_signature")
    return f"{told} This report as a PDF is not signed: {why}" if why else told


def _scan(scan: Mapping[str, Any]) -> str:
    """Return what the look before the seal gave, in a sentence; "" if there was none."""
    if not scan:
        return ""
    found = f"{len(texts(scan.get('leaks')))} places hold one" if scan.get("leaks") else "none was found"
    return ". ".join(
        [
            f"{scan.get('secrets')} secrets, {scan.get('pictures')} pictures read: {found}",
            *map(wording.begin_sentence, texts(scan.get("unseen"))),
        ]
    )


def _redactions(redactions: Sequence[Mapping[str, Any]]) -> str:
    """Return how often each rule and area of the pair file took something out; never what."""
    return "\n".join(_redaction(each) for each in redactions)


def _redaction(each: Mapping[str, Any]) -> str:
    if words := text_in(each, "area"):
        places = (
            f"{each.get('pictures')} places in pictures"
            if each.get("pictures")
            else "on no page that was pictured: is it spelt so there?"
        )
        return f'area "{words}": {places}'
    return f"rule {each.get('rule')} of the pair file: {each.get('texts')} places in texts, {each.get('pictures')} in pictures"


def retention(run_summary: Mapping[str, Any]) -> str:
    """Return how long the evidence is kept, by whom and for what; "" if nobody has said so."""
    kept = object_in(run_summary, "kept")
    if not kept:
        return ""
    more = (f"{label}: {text_in(kept, name)}" for name, label in (("owner", "owner"), ("purpose", "purpose")) if kept.get(name))
    return "; ".join((f"{text_in(kept, 'retention')}, until {text_in(kept, 'until')}", *more))


def approvals(run_summary: Mapping[str, Any]) -> list[str]:
    """Return who approved and until when; or in one sentence that nobody did."""
    plan = object_in(run_summary, "plan")
    given = [f"{text_in(each, 'by')}, until {text_in(each, 'until')}" for each in objects(plan.get("approvals"))]
    if given:
        return given
    return ["nobody: no approval is required here" if plan else "nobody on record: it was run without a plan"]


def versions(run_summary: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return by appliance the rows of product and base software: `kind`, `before`, `after`, `changed`."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for unit in ("a", "b"):
        unit_versions = object_in(object_in(run_summary, "versions"), unit)
        before, after = object_in(unit_versions, "before"), object_in(unit_versions, "after")
        for word, name in (("Product", "product"), ("Base software", "base")):
            old, new = str(before.get(name) or ""), str(after.get(name) or "")
            changed = bool(new) and old != new
            rows.setdefault(unit, []).append({"kind": word, "before": old, "after": new, "changed": changed})
    return rows


def gap(run_summary: Mapping[str, Any]) -> tuple[str, str]:
    """Return the swing's gap with its error, and where it was measured from, in words."""
    measured = object_in(run_summary, "swing_gap_ms")
    value, error, place = measured.get("value"), measured.get("error"), measured.get("from")
    if not isinstance(value, int | float):
        return "not measured", "no swing, or nothing to measure it with"
    exact = f" ± {error:g} ms" if isinstance(error, int | float) else ""
    return f"{value:g} ms{exact}", f"measured from {place}" if place else "from where is not known"


def exposure(run_summary: Mapping[str, Any]) -> str:
    """Return how long there was no failover, from the break until it was back, in words."""
    seconds = run_summary.get("exposure_s")
    return wording.duration(seconds) if isinstance(seconds, int | float) else "not measured"


def pair(run_summary: Mapping[str, Any], lines: Sequence[Line]) -> list[dict[str, str]]:
    """Return the rows of A and B (`unit`, `address`, `serial`), by the summary or else by the record's lines."""
    rows: list[dict[str, str]] = []
    for unit in summary.units_of(run_summary):
        own = [line for line in lines if line.unit == unit]
        address = str(object_in(run_summary, "addresses").get(unit) or "") or _last(own, "address")
        serial = str(object_in(run_summary, "serials").get(unit) or "") or _last(own, "serial")
        rows.append({"unit": unit, "address": address, "serial": serial})
    return rows


def deviations(
    run_summary: Mapping[str, Any],
    lines: Sequence[Line],
    steps: Sequence[Step],
    presses: Sequence[Press],
    changes: ChangesSincePlan | None,
) -> list[Deviation]:
    """Return what deviates, the gravest first: what nobody has answered for, then what somebody has, then what was left out."""
    found = [
        *_of_the_presses(run_summary, lines, presses),
        *_of_the_pair(changes),
        *_of_the_traces(object_in(run_summary, "traces")),
        *_of_the_approval(run_summary),
        *_of_the_steps(steps),
        *_of_the_evidence(lines),
    ]
    return sorted(found, key=lambda each: not each.grave)


def _of_the_presses(run_summary: Mapping[str, Any], lines: Sequence[Line], presses: Sequence[Press]) -> Iterator[Deviation]:
    if run_summary.get("backed_out"):
        yield Deviation("The upgrade was not finished: the run went the way back.", "notes", grave=True)
    withdrawn = sum(bool(line.string(WITHDRAWN)) for line in lines)
    if unproved := max(0, sum(not press.proof for press in presses) - withdrawn):
        yield Deviation(
            f"{_count(unproved, 'press is', 'presses are')} not proved by a reading afterwards.", "presses", grave=True
        )
    if withdrawn:
        yield Deviation(f"{_count(withdrawn, 'press has', 'presses have')} begun nothing, as a reading shows.", "presses")
    if torn := sum(line.kind == Kind.TORN for line in lines):
        yield Deviation(f"The record was torn off {_count(torn, 'time', 'times')}, as when a machine loses its power.", "notes")


def _of_the_pair(changes: ChangesSincePlan | None) -> Iterator[Deviation]:
    for each in changes.unexpected if changes else ():
        answered = f"{each.owner} has answered for it" if each.owner else "nobody has answered for it"
        yield Deviation(f"Nobody planned this: {each.sentence} ({answered}).", "changes", grave=not each.owner)


def _of_the_traces(traces: Mapping[str, Any]) -> Iterator[Deviation]:
    """Yield each event that nobody explains, and what could not be known: an unread trace is never an empty one."""
    unexplained = objects(traces.get("unexplained"))
    for each in unexplained[:MOST_UNEXPLAINED]:
        yield Deviation(f"Unexplained: {told_event(each)}.", "traces", grave=True)
    count = traces.get("unexplained_count")
    if isinstance(count, int) and count > (shown := len(unexplained[:MOST_UNEXPLAINED])):
        yield Deviation(f"{_count(count - shown, 'more event is', 'more events are')} unexplained.", "traces", grave=True)
    for sentence in texts(traces.get("unknown")):
        yield Deviation(f"Whether all that was done is explained is unknown. {wording.begin_sentence(sentence)}.", "traces")


def told_event(event: Mapping[str, Any]) -> str:
    """Return what a trace tells of one event, in a sentence without its full stop."""
    utc = wording.moment(text_in(event, "utc"), seconds=True)
    told = f'{text_in(event, "source")} says "{text_in(event, "text").strip().rstrip(".")}"'
    if not (time := text_in(event, "time")):
        return f"{told} in a message that arrived at {utc}"
    return f"{told} at {time}" + (f", which is {utc} by this machine's clock" if utc else "")


def _of_the_approval(run_summary: Mapping[str, Any]) -> Iterator[Deviation]:
    emergency = object_in(object_in(run_summary, "plan"), "emergency")
    if emergency:
        yield Deviation("It was performed as an emergency: windows and freeze dates did not count.", "audit")
    for waiver in texts(run_summary.get("waivers")):
        yield Deviation(f"Waived: {waiver}", "notes")


def _of_the_steps(steps: Sequence[Step]) -> Iterator[Deviation]:
    for state, words, grave in (
        ("stalled", "past its deadline", True),
        ("by_person", "done by a person and not by the robot", False),
    ):
        for step in steps:
            if step.state == state:
                yield Deviation(f"{step.title}: {words}.", f"step-{step.name}", grave)


def _of_the_evidence(lines: Sequence[Line]) -> Iterator[Deviation]:
    notes = list(dict.fromkeys(line.text for line in lines if line.kind == Kind.NOTE))
    if skipped := sum(text.startswith("skipped:") for text in notes):
        yield Deviation(f"{_count(skipped, 'verification was', 'verifications were')} left out, each with its reason.", "notes")
    if unread := sum("could not be read" in text for text in notes):
        yield Deviation(f"{_count(unread, 'thing', 'things')} could not be read on the pages.", "notes")
    if drifts := sum(bool(line.drift) for line in lines):
        yield Deviation(f"{_count(drifts, 'control was', 'controls were')} not where the known pages have it.", "drift")
    without = sum(line.is_press and bool(line.string(NO_PICTURE)) for line in lines)
    if without:
        yield Deviation(f"{_count(without, 'press has', 'presses have')} no picture before it.", "presses")


def _count(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def _last(lines: Sequence[Line], name: str) -> str:
    return next((line.string(name) for line in reversed(lines) if line.string(name)), "")
