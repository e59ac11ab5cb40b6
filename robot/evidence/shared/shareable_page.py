"""The report of a shareable pack: one page without pictures and script, made from its own record and summary alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from robot.evidence import wording
from robot.evidence.record.history import proof_of
from robot.evidence.record.line import Line
from robot.evidence.record.plain_json import object_in, objects, text_in, texts
from robot.evidence.report import brief
from robot.evidence.report.looks import BACKED_OUT, OPEN, OUTCOMES

_NOT_IN_IT: Final = frozenset({"Signed with", "Time from outside"})


@dataclass(frozen=True)
class PageTable:
    """One table of the page."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


def page(summary: Mapping[str, Any], lines: Sequence[Line], manifest_sha256: str) -> str:
    """Return the page as HTML.

    Args:
        summary: what may be told of the run's summary.
        lines: what may be told of its record.
        manifest_sha256: the SHA-256 of the restricted pack's manifest.
    """
    outcome = BACKED_OUT if summary.get("backed_out") else OUTCOMES.get(text_in(summary, "outcome"), OPEN)
    return _template().render(
        outcome=outcome[0],
        rehearsal=summary.get("rehearsal"),
        emergency=object_in(summary, "plan").get("emergency"),
        tables=[table for table in _tables(summary, lines) if table.rows],
        manifest_sha256=manifest_sha256,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("shareable.html")


def _tables(summary: Mapping[str, Any], lines: Sequence[Line]) -> Iterator[PageTable]:
    yield PageTable("In brief", ("Fact", "Value"), list(_facts(summary, lines)))
    yield PageTable(
        "The appliances", ("Appliance", "Address", "Serial number"), _columns(brief.pair(summary, lines), "address", "serial")
    )
    for unit, rows in brief.versions(summary).items():
        known = [(row["kind"], row["before"], row["after"]) for row in rows if row["after"]]
        yield PageTable(f"Versions: {wording.unit(unit)}", ("Software", "Before", "After"), known)
    yield PageTable("Every press, in order", ("Step", "Where", "Pressed", "Proved"), list(_presses(lines)))
    checks = objects(object_in(summary, "smoke").get("checks"))
    yield PageTable("Checks", ("Check", "Result"), [(text_in(check, "name"), text_in(check, "state")) for check in checks])
    yield PageTable("Every step, in order", ("Step", "Where", "State", "Began", "Ended", "Obligations"), list(_steps(summary)))
    backups = objects(summary.get("backups"))
    yield PageTable("Backups, which are in no pack", ("Of", "Bytes", "SHA-256"), _columns(backups, "bytes", "sha256"))
    pictured = [
        (str(line.seq), line.step, line.fields["picture_left_out"]["sha256"])
        for line in lines
        if "picture_left_out" in line.fields
    ]
    yield PageTable("Pictures that the restricted pack holds", ("Line of the record", "Step", "SHA-256"), pictured)


def _facts(summary: Mapping[str, Any], lines: Sequence[Line]) -> Iterator[tuple[str, str]]:
    yield from (row for row in brief.facts(summary, lines) if row[0] not in _NOT_IN_IT)
    yield "Exit code", str(summary.get("exit_code"))
    yield "Nobody served at the swing", brief.gap(summary)[0]
    yield "Without failover", brief.exposure(summary)
    yield "Lines of the record", str(len(lines))


def _columns(rows: Sequence[Mapping[str, Any]], *names: str) -> list[list[str]]:
    return [[wording.unit(text_in(row, "unit")), *(str(row.get(name, "")) for name in names)] for row in rows]


def _presses(lines: Sequence[Line]) -> Iterator[tuple[str, ...]]:
    for place, line in enumerate(lines):
        if line.is_press:
            proof = proof_of(line, lines[place + 1 :])
            yield line.step, wording.unit(line.unit), _moment(line.utc), _moment(proof.utc) if proof else "not proved"


def _steps(summary: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for step in objects(summary.get("steps")):
        name, unit, state, began, ended = (text_in(step, key) for key in ("name", "unit", "state", "began", "ended"))
        yield name, wording.unit(unit), state, _moment(began), _moment(ended), " ".join(texts(step.get("procedure")))


def _moment(utc: str) -> str:
    return wording.moment(utc, seconds=True)
