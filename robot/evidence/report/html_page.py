"""The report: one self-contained page, made from a run's folder, by which a change board can decide.

It uses no network and runs no script: pictures are data: URIs, a Content Security Policy forbids the rest, and a picture is
enlarged by a link to it (`:target`). The same folder always gives the same bytes.
"""

import base64
import hashlib
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from robot.evidence import wording
from robot.evidence.obligations import catalogue, fulfilment
from robot.evidence.pictures import captions, png
from robot.evidence.record import chain, layout, summary
from robot.evidence.record.durable import replace_file
from robot.evidence.record.line import Line
from robot.evidence.record.plain_json import object_in, objects, text_in, texts
from robot.evidence.report import story
from robot.evidence.report.changes import changes_since_plan

TEMPLATES: Final = Path(__file__).with_name("templates")

OUTCOMES: Final = {
    "done": ("Done", "good", "done"),
    "already": ("Nothing to do: it was in place already", "good", "already"),
    "refused": ("Refused before any change", "wait", "refused"),
    "stopped": ("Stopped after a change: a person is needed", "bad", "stopped"),
    "stalled": ("Stalled: an appliance is past its deadline", "bad", "waiting"),
    "waiting": ("Waiting for a window, an approval or an answer", "wait", "waiting"),
    "failed": ("Failed", "bad", "refused"),
}
BACKED_OUT: Final = ("Backed out: the upgrade was not finished", "wait", "stopped")
OPEN: Final = ("Open: this run has not ended", "wait", "running")
STATES: Final = {
    "running": ("not finished", "wait", "running"),
    "done": ("done", "good", "done"),
    "already": ("already in place", "good", "already"),
    "by_person": ("done by a person", "good", "person"),
    "refused": ("refused", "bad", "refused"),
    "stalled": ("past its deadline", "bad", "waiting"),
    "stopped": ("stopped", "bad", "stopped"),
    "asked": ("a person is asked", "wait", "asked"),
    "skipped": ("skipped", "quiet", "skipped"),
}
STATES_OF_CHECKS: Final = STATES | {
    "done": ("passed", "good", "done"),
    "refused": ("failed", "bad", "refused"),
    "skipped": ("unknown", "wait", "asked"),
}
"""The same words of a smoke verification's checks."""
FULFILLED: Final = {
    "refused": ("bad", "refused"),
    "stalled": ("bad", "waiting"),
    "running": ("bad", "stopped"),
    "asked": ("wait", "asked"),
    "partly": ("wait", "partly"),
    "done": ("good", "done"),
    "by_person": ("good", "person"),
    "by_command": ("good", "done"),
    "kept": ("good", "done"),
    "checked": ("good", "done"),
    "already": ("good", "already"),
    "told": ("good", "told"),
    "skipped": ("quiet", "skipped"),
    "not reached": ("quiet", "running"),
    "not in this run": ("quiet", "skipped"),
}
"""The colour and the icon of each state of an obligation."""
SHORT: Final = 8
"""Rows of a reading that are shown at once; the others are folded away."""
FEW: Final = 3
"""Steps of an obligation that are shown at once; the others are folded away."""


@dataclass(frozen=True)
class Picture:
    """One picture of the report.

    Attributes:
        ident: its ID on the page.
        name: the original's path within the run folder.
        phase: "before", "after", "failed" or "".
        source: the captioned copy, or the original, as a data: URI; "" if it cannot be shown.
        width: of the source, in pixels; 0 without one.
        height: of the source, in pixels; 0 without one.
        digest: the original's SHA-256 by the record.
    """

    ident: str
    name: str
    phase: str
    source: str
    width: int
    height: int
    digest: str

    @property
    def number(self) -> str:
        """The number in its name, by which it is found on paper too: `shots/014-b-sync-now-before.png` -> "014"."""
        return Path(self.name).name.partition("-")[0]


def write(run_folder: Path) -> Path:
    """Write `report.html` anew from the folder's record and summary; captioned copies that are missing are made first.

    Returns:
        The report's path.

    Raises:
        robot.evidence.record.chain.BrokenRecord: record or summary cannot be read.
        OSError: a file cannot be read or written.
    """
    captions.caption_all(run_folder)
    target = run_folder / layout.REPORT
    replace_file(target, page(run_folder).encode())
    return target


def page(run_folder: Path) -> str:
    """Return the report as HTML."""
    run_summary = summary.read(run_folder)
    lines = chain.read_lines(run_folder / layout.RECORD)
    header = captions.Header.of(run_folder)
    environment = _environment()
    style = environment.get_template("report.css").render(mark=_mark(header), run_mark=header.mark)
    lines_by_picture = captions.lines_of_pictures(lines)
    outcome = BACKED_OUT if run_summary.get("backed_out") else OUTCOMES.get(str(run_summary.get("outcome") or ""), OPEN)
    sections = story.sections(run_summary, lines)
    procedure = fulfilment.parts(run_summary, lines)
    changes, smoke = changes_since_plan(run_summary, lines), object_in(run_summary, "smoke")
    named_only = {name for section in sections for step in section.looks for name in step.files}
    shown = [name for name in lines_by_picture if name not in named_only or (changes and name in changes.pictures)]
    return environment.get_template("report.html").render(
        header=header,
        style=style,
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        outcome=outcome,
        states=STATES if not smoke else STATES_OF_CHECKS,
        smoke=smoke,
        short=SHORT,
        few=FEW,
        summary=run_summary,
        facts=_facts(run_summary, lines),
        site=object_in(run_summary, "site"),
        versions=_versions(run_summary),
        gap=_gap(run_summary),
        exposure=_exposure(run_summary),
        backups=objects(run_summary.get("backups")),
        stop_card=_stop_card(run_summary),
        sections=sections,
        steps={step.name: step for section in sections for step in section.steps},
        procedure=procedure,
        kinds=catalogue.KINDS,
        fulfilled=fulfilment.tally(entry for part in procedure for entry in part.entries),
        looks={state: (words, *FULFILLED[state]) for state, words in fulfilment.STATES.items()},
        changes=changes,
        pictures={name: _picture(run_folder, name, lines_by_picture[name]) for name in shown},
        remarks=story.remarks(run_summary, lines),
        drifts=story.drifts(lines),
        presses=story.presses(lines),
        pair=_pair(run_summary, lines),
        chain=_chain(lines, lines_by_picture),
        robot=object_in(run_summary, "robot"),
    )


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
    }
    return environment


def _facts(run_summary: Mapping[str, Any], lines: Sequence[Line]) -> list[tuple[str, str]]:
    """Return what the change was, and when: label and text of each fact that is known."""
    site = object_in(run_summary, "site")
    if expected := object_in(run_summary, "smoke").get("expected"):
        site = {**site, "target_version": expected} | ({} if expected == site.get("target_version") else {"target_base": ""})
    began = text_in(run_summary, "began") or (lines[0].utc if lines else "")
    ended = text_in(run_summary, "ended")
    took, plan = wording.between(began, ended), object_in(run_summary, "plan")
    target = " · ".join(
        f"{word} {site[name]}"
        for word, name in (("product", "target_version"), ("base", "target_base"))
        if isinstance(site.get(name), str) and site[name]
    )
    rows = [
        ("Site", str(site.get("hostname") or "")),
        ("Target", f"patch {patch} · {target}" if (patch := text_in(run_summary, "patch")) else target),
        ("Requested by", text_in(run_summary, "requested_by")),
        *(("Waived", waiver) for waiver in texts(run_summary.get("waivers"))),
        ("Began", wording.moment(began, seconds=True)),
        ("Ended", wording.moment(ended, seconds=True) if ended else "not yet"),
        ("Took", wording.duration(took) if took is not None else ""),
        ("Run", text_in(run_summary, "run")),
        ("Plan", text_in(plan, "digest")),
        *(("Approved by", f"{text_in(each, 'by')}, until {text_in(each, 'until')}") for each in objects(plan.get("approvals"))),
    ]
    return [(label, text) for label, text in rows if text]


def _versions(run_summary: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
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


def _gap(run_summary: Mapping[str, Any]) -> tuple[str, str]:
    """Return the swing's gap with its error, and where it was measured from, in words."""
    gap = object_in(run_summary, "swing_gap_ms")
    value, error, place = gap.get("value"), gap.get("error"), gap.get("from")
    if not isinstance(value, int | float):
        return "not measured", "no swing, or nothing to measure it with"
    exact = f" ± {error:g} ms" if isinstance(error, int | float) else ""
    return f"{value:g} ms{exact}", f"measured from {place}" if place else "from where is not known"


def _exposure(run_summary: Mapping[str, Any]) -> str:
    """Return how long there was no failover, from the break until it was back, in words."""
    seconds = run_summary.get("exposure_s")
    return wording.duration(seconds) if isinstance(seconds, int | float) else "not measured"


def _stop_card(run_summary: Mapping[str, Any]) -> list[tuple[str, str]]:
    card = run_summary.get("stop_card")
    pairs = [texts(pair) for pair in cast("list[object]", card)] if isinstance(card, list) else []
    return [(pair[0], pair[1]) for pair in pairs if len(pair) == 2]


def _pair(run_summary: Mapping[str, Any], lines: Sequence[Line]) -> list[dict[str, str]]:
    """Return the rows of A and B (`unit`, `address`, `serial`), by the summary or else by the record's lines."""
    rows: list[dict[str, str]] = []
    for unit in summary.units_of(run_summary):
        own = [line for line in lines if line.unit == unit]
        address = str(object_in(run_summary, "addresses").get(unit) or "") or _last(own, "address")
        serial = str(object_in(run_summary, "serials").get(unit) or "") or _last(own, "serial")
        rows.append({"unit": unit, "address": address, "serial": serial})
    return rows


def _chain(lines: Sequence[Line], lines_by_picture: Mapping[str, Line]) -> dict[str, Any]:
    return {
        "lines": len(lines),
        "pictures": len(lines_by_picture),
        "first": chain.digest(lines[0].raw) if lines else "",
        "last": chain.digest(lines[-1].raw) if lines else "",
    }


def _picture(run_folder: Path, name: str, line: Line) -> Picture:
    """Embed the captioned copy, or the original if there is no copy; nothing if neither is a picture."""
    stem = Path(name).name
    source, width, height = "", 0, 0
    for path in (run_folder / layout.CAPTIONED / stem, run_folder / name):
        if layout.belongs(path.relative_to(run_folder).as_posix()) and path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            if png.fault_of(data) is None:
                width, height = struct.unpack_from(">II", data, 16)
                source = f"data:image/png;base64,{base64.b64encode(data).decode()}"
                break
    return Picture(
        ident=f"picture-{stem.removesuffix('.png')}",
        name=name,
        phase=captions.phase_of(name),
        source=source,
        width=width,
        height=height,
        digest=line.sha256,
    )


def _mark(header: captions.Header) -> str:
    """Return the text for each printed page: only plain characters may get into the style sheet, whatever a ticket holds."""
    text = f"{header.ticket} · run {header.run}"
    return "".join(character for character in text if character.isalnum() or character in " ._-·")


def _moment(utc: str) -> str:
    return wording.moment(utc, seconds=True)


def _last(lines: Sequence[Line], name: str) -> str:
    return next((line.string(name) for line in reversed(lines) if line.string(name)), "")
