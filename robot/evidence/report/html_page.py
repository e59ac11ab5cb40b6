"""The report: one self-contained page, made from a run's folder, that a change board can approve from.

It asks nothing of a network and runs no script: pictures are data: URIs, a Content Security Policy forbids the rest,
and enlarging a picture is a link to it (`:target`). The same folder always gives the same bytes.
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
    "stopped": ("stopped", "bad", "stopped"),
    "asked": ("a person is asked", "wait", "asked"),
    "skipped": ("skipped", "quiet", "skipped"),
}
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
"""How each state of an obligation looks: its colour and its icon."""
SHORT: Final = 8
"""Rows of a reading that are shown at once; more are folded away."""
FEW: Final = 3
"""Steps of an obligation that are shown at once; more are folded away."""


@dataclass(frozen=True)
class Picture:
    """One picture of the report; `source` is empty where it cannot be shown."""

    ident: str
    name: str
    phase: str
    source: str
    width: int
    height: int
    digest: str

    @property
    def number(self) -> str:
        """`shots/014-b-sync-now-before.png` -> `014`, by which it is found on paper too."""
        return Path(self.name).name.partition("-")[0]


def write(run_folder: Path) -> Path:
    """Write `report.html` anew from the folder's record and summary; captioned copies that are missing are made first.

    Raises:
        robot.evidence.record.chain.BrokenRecord: record or summary cannot be read.
        OSError: a file cannot be read or written.
    """
    captions.caption_all(run_folder)
    target = run_folder / layout.REPORT
    replace_file(target, page(run_folder).encode())
    return target


def page(run_folder: Path) -> str:
    """The report as HTML."""
    told = summary.read(run_folder)
    lines = chain.read_lines(run_folder / layout.RECORD)
    header = captions.Header.of(run_folder)
    environment = _environment()
    style = environment.get_template("report.css").render(mark=_mark(header), rehearsal=header.rehearsal)
    named = captions.lines_of_pictures(lines)
    outcome = BACKED_OUT if told.get("backed_out") else OUTCOMES.get(str(told.get("outcome") or ""), OPEN)
    sections = story.sections(told, lines)
    procedure = fulfilment.parts(told, lines)
    return environment.get_template("report.html").render(
        header=header,
        style=style,
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        outcome=outcome,
        states=STATES,
        short=SHORT,
        few=FEW,
        told=told,
        facts=_facts(told, lines),
        site=object_in(told, "site"),
        versions=_versions(told),
        gap=_gap(told),
        exposure=_exposure(told),
        backups=objects(told.get("backups")),
        stop_card=_stop_card(told),
        sections=sections,
        steps={step.name: step for section in sections for step in section.steps},
        procedure=procedure,
        kinds=catalogue.KINDS,
        fulfilled=fulfilment.tally(entry for part in procedure for entry in part.entries),
        looks={state: (words, *FULFILLED[state]) for state, words in fulfilment.STATES.items()},
        pictures={name: _picture(run_folder, name, line) for name, line in named.items()},
        remarks=story.remarks(told, lines),
        drifts=story.drifts(lines),
        presses=story.presses(lines),
        pair=_pair(told, lines),
        chain=_chain(lines, named),
        robot=object_in(told, "robot"),
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


def _facts(told: Mapping[str, Any], lines: Sequence[Line]) -> list[tuple[str, str]]:
    """What the change was, and when: those that are known."""
    site = object_in(told, "site")
    began = text_in(told, "began") or (lines[0].utc if lines else "")
    ended = text_in(told, "ended")
    took = wording.between(began, ended)
    target = " · ".join(
        f"{word} {site[name]}"
        for word, name in (("product", "target_version"), ("base", "target_base"))
        if isinstance(site.get(name), str) and site[name]
    )
    found = [
        ("Site", str(site.get("hostname") or "")),
        ("Target", f"patch {patch} · {target}" if (patch := text_in(told, "patch")) else target),
        ("Requested by", text_in(told, "requested_by")),
        ("Began", wording.moment(began, seconds=True)),
        ("Ended", wording.moment(ended, seconds=True) if ended else "not yet"),
        ("Took", wording.duration(took) if took is not None else ""),
        ("Run", text_in(told, "run")),
    ]
    return [(label, text) for label, text in found if text]


def _versions(told: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """For each appliance its product and its base software: before, after, and whether they differ."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for unit in ("a", "b"):
        seen = object_in(object_in(told, "versions"), unit)
        before, after = object_in(seen, "before"), object_in(seen, "after")
        for word, name in (("Product", "product"), ("Base software", "base")):
            then, now = str(before.get(name) or ""), str(after.get(name) or "")
            changed = bool(now) and then != now
            rows.setdefault(unit, []).append({"kind": word, "before": then, "after": now, "changed": changed})
    return rows


def _gap(told: Mapping[str, Any]) -> tuple[str, str]:
    """The swing's gap with its error, and where it was measured from."""
    gap = object_in(told, "swing_gap_ms")
    value, error, place = gap.get("value"), gap.get("error"), gap.get("from")
    if not isinstance(value, int | float):
        return "not measured", "no swing, or nothing to measure it with"
    exact = f" ± {error:g} ms" if isinstance(error, int | float) else ""
    return f"{value:g} ms{exact}", f"measured from {place}" if place else "from where is not known"


def _exposure(told: Mapping[str, Any]) -> str:
    """How long there was no failover, from the break until protected again."""
    seconds = told.get("exposure_s")
    return wording.duration(seconds) if isinstance(seconds, int | float) else "not measured"


def _stop_card(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    card = told.get("stop_card")
    pairs = [texts(pair) for pair in cast("list[object]", card)] if isinstance(card, list) else []
    return [(pair[0], pair[1]) for pair in pairs if len(pair) == 2]


def _pair(told: Mapping[str, Any], lines: Sequence[Line]) -> list[dict[str, str]]:
    """Who is A and who is B: by the summary, else by what the record's lines say."""
    rows: list[dict[str, str]] = []
    for unit in ("a",) if told.get("procedure") == "single" else ("a", "b"):
        own = [line for line in lines if line.unit == unit]
        address = str(object_in(told, "addresses").get(unit) or "") or _last(own, "address")
        serial = str(object_in(told, "serials").get(unit) or "") or _last(own, "serial")
        rows.append({"unit": unit, "address": address, "serial": serial})
    return rows


def _chain(lines: Sequence[Line], named: Mapping[str, Line]) -> dict[str, Any]:
    return {
        "lines": len(lines),
        "pictures": len(named),
        "first": chain.digest(lines[0].raw) if lines else "",
        "last": chain.digest(lines[-1].raw) if lines else "",
    }


def _picture(run_folder: Path, name: str, line: Line) -> Picture:
    """The captioned copy, embedded as it is; the original where there is no copy; empty where neither is a picture."""
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
    """What stands on each printed page; only plain characters get into the style sheet, whatever a ticket holds."""
    text = f"{header.ticket} · run {header.run}"
    return "".join(character for character in text if character.isalnum() or character in " ._-·")


def _moment(utc: str) -> str:
    return wording.moment(utc, seconds=True)


def _last(lines: Sequence[Line], name: str) -> str:
    return next((line.string(name) for line in reversed(lines) if line.string(name)), "")
