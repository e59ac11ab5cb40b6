"""The report: one page, made from a run's folder, by which a change board can decide.

It uses no network. Its pictures are the run's own, referred to by their paths, so it opens from the run's folder and from
the unpacked pack; a Content Security Policy forbids everything else but its one style and its one script, by their digests.
Without the script it can be read whole. The same folder always gives the same bytes.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from robot.evidence import wording
from robot.evidence.obligations import catalogue, fulfilment
from robot.evidence.record import chain, layout, summary
from robot.evidence.record.durable import replace_file
from robot.evidence.record.line import Line
from robot.evidence.record.plain_json import object_in, objects, texts
from robot.evidence.report import audit, brief, story
from robot.evidence.report.changes import ChangesSincePlan, changes_since_plan
from robot.evidence.report.gallery import Exhibit, Gallery
from robot.evidence.report.header import Header
from robot.evidence.report.looks import BACKED_OUT, FULFILLED, OPEN, OUTCOMES, STATES, STATES_OF_CHECKS
from robot.evidence.report.story import ReportSection

TEMPLATES: Final = Path(__file__).with_name("templates")
SHORT: Final = 8
"""Rows of a reading that are shown at once; the others are folded away."""
FEW: Final = 3
"""Steps of an obligation that are shown at once; the others are folded away."""
MOST_ON_PAPER: Final = 400
"""So many pictures are printed at most: those of presses and failures. Of a run that has more, none is."""


def write(run_folder: Path) -> Path:
    """Write `report.html` anew from the folder's record, summary and pictures.

    Returns:
        The report's path.

    Raises:
        robot.evidence.record.chain.BrokenRecord: record or summary cannot be read.
        OSError: a file cannot be read or written.
    """
    target = run_folder / layout.REPORT
    replace_file(target, page(run_folder).encode())
    return target


def page(run_folder: Path) -> str:
    """Return the report as HTML."""
    run_summary = summary.read(run_folder)
    lines = chain.read_lines(run_folder / layout.RECORD)
    header, gallery = Header.of(run_folder), Gallery(run_folder)
    sections = story.sections(run_summary, lines)
    steps = {step.name: step for section in sections for step in section.steps}
    presses = story.presses(lines)
    procedure = fulfilment.parts(run_summary, lines)
    changes = changes_since_plan(run_summary, lines)
    exhibits = _exhibits(gallery, sections)
    environment = _environment()
    pictures = {line.file for line in lines if line.file.startswith(layout.SHOTS)}
    body = environment.get_template("body.html").render(
        header=header,
        outcome=BACKED_OUT if run_summary.get("backed_out") else OUTCOMES.get(str(run_summary.get("outcome") or ""), OPEN),
        short=SHORT,
        few=FEW,
        summary=run_summary,
        **_first_page(run_summary, lines),
        deviations=brief.deviations(run_summary, lines, list(steps.values()), presses, changes),
        sections=sections,
        steps=steps,
        exhibits=exhibits,
        **_pictured(exhibits),
        gallery=gallery,
        unexpected=_unexpected(gallery, lines, changes),
        procedure=procedure,
        kinds=catalogue.KINDS,
        fulfilled=fulfilment.tally(entry for part in procedure for entry in part.entries),
        looks={state: (words, *FULFILLED[state]) for state, words in fulfilment.STATES.items()},
        changes=changes,
        remarks=story.remarks(run_summary, lines),
        drifts=story.drifts(lines),
        presses=presses,
        chain=_chain(lines, len(pictures)),
        requirements=audit.requirements(run_summary, compared=bool(changes and changes.newest)),
        audit_sections=audit.SECTIONS,
        audit_items=audit.ITEMS,
        robot=object_in(run_summary, "robot"),
        traces=object_in(run_summary, "traces"),
    )
    style = environment.get_template("report.css").render(header=header, run_mark=header.mark, rules=gallery.rules())
    script = (TEMPLATES / "report.js").read_text("utf-8")
    return environment.get_template("report.html").render(
        header=header, title=_title(run_summary), body=body,
        style=style, style_hash=_digest(style), script=script, script_hash=_digest(script),
    )  # fmt: skip


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "moment": _moment,
        "clock": wording.clock,
        "duration": wording.duration,
        "size": wording.size,
        "unit": wording.unit,
        "number": _number,
        "event": brief.told_event,
    }
    return environment


def _first_page(run_summary: Mapping[str, Any], lines: Sequence[Line]) -> dict[str, Any]:
    smoke = object_in(run_summary, "smoke")
    return {
        "smoke": smoke,
        "states": STATES_OF_CHECKS if smoke else STATES,
        "facts": brief.facts(run_summary, lines),
        "versions": brief.versions(run_summary),
        "gap": brief.gap(run_summary),
        "exposure": brief.exposure(run_summary),
        "pair": brief.pair(run_summary, lines),
        "backups": objects(run_summary.get("backups")),
        "stop_card": _stop_card(run_summary),
    }


def _title(run_summary: Mapping[str, Any]) -> str:
    outcome = BACKED_OUT if run_summary.get("backed_out") else OUTCOMES.get(str(run_summary.get("outcome") or ""), OPEN)
    return outcome[0]


def _exhibits(gallery: Gallery, sections: Sequence[ReportSection]) -> dict[str, list[Exhibit]]:
    """Return by step what is pictured; of single looks nothing is, they are only named."""
    told = [step for section in sections for step in section.told]
    pressed = {step.name for step in told if step.pressed or any(line.moment == "failed" for line in step.shots)}
    few = sum(len(step.shots) for step in told if step.name in pressed) <= MOST_ON_PAPER
    return {step.name: gallery.exhibits(step.shots, on_paper=few and step.name in pressed) for step in told}


def _unexpected(gallery: Gallery, lines: Sequence[Line], changes: ChangesSincePlan | None) -> dict[str, list[Exhibit]]:
    """Return each picture of what nobody planned, by its path and by the line that tells of it: a look, which no step shows."""
    told = {each.picture: each.seq for each in (changes.unexpected if changes else ()) if each.picture}
    named = {line.file: line for line in lines if told.get(line.file) == line.seq}
    return {name: gallery.exhibits([line], on_paper=True) for name, line in named.items()}


def _pictured(exhibits: Mapping[str, Sequence[Exhibit]]) -> dict[str, Any]:
    """Return of the pictures that are shown the numbers of their lines and their paths."""
    shown = [picture for each in exhibits.values() for exhibit in each for picture in exhibit.pictures if picture.view]
    return {
        "pictured": {seq for picture in shown for seq in (picture.line.seq, *picture.also)},
        "pictured_files": {picture.name for picture in shown},
    }


def _stop_card(run_summary: Mapping[str, Any]) -> list[tuple[str, str]]:
    card = run_summary.get("stop_card")
    pairs = [texts(pair) for pair in cast("list[object]", card)] if isinstance(card, list) else []
    return [(pair[0], pair[1]) for pair in pairs if len(pair) == 2]


def _chain(lines: Sequence[Line], pictures: int) -> dict[str, Any]:
    return {
        "lines": len(lines),
        "pictures": pictures,
        "first": chain.digest(lines[0].raw) if lines else "",
        "last": chain.digest(lines[-1].raw) if lines else "",
    }


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _number(name: str) -> str:
    """Return the number in a picture's name, by which it is found on paper too."""
    return Path(name).name.partition("-")[0]


def _moment(utc: str) -> str:
    return wording.moment(utc, seconds=True)
