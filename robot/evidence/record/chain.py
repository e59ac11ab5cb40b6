"""The record as a chain: one JSON object a line, each with the digest of the line before.

Only a LF ends a line: JSON escapes line feeds, so the bytes between two of them are one object. Other line separators, such
as U+2028, end none.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, cast

from robot.evidence.record.line import FIELDS, KINDS, Line


class BrokenRecord(ValueError):  # noqa: N818 - house rule: an error is named for what happened
    """The record cannot be read as lines of JSON objects; its text is one sentence for a person."""


DAMAGED = "it was damaged after it was written; put the file back from a copy"
"""What a record that a run has written and that cannot be read means, and what to do."""


def digest(raw: bytes) -> str:
    """Return the SHA-256 of bytes, as 64 lower-case hex digits; a line is digested without its LF."""
    return hashlib.sha256(raw).hexdigest()


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, as 64 lower-case hex digits; it is read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def split_lines(data: bytes) -> tuple[list[bytes], bytes]:
    """Split a record into lines.

    Returns:
        The whole lines, without their LF; and the torn tail: the bytes after the last LF.
    """
    *whole, tail = data.split(b"\n")
    return whole, tail


def read_lines(path: Path) -> list[Line]:
    """Return the whole lines of a record. A torn tail is left out: the next opening of the record cuts it off.

    Raises:
        BrokenRecord: a whole line is no JSON object.
        OSError: the file cannot be read.
    """
    whole, _ = split_lines(path.read_bytes())
    return [Line(raw, parse_object(raw, f"Line {place} of {path.name}")) for place, raw in enumerate(whole, 1)]


def parse_object(raw: bytes, name: str) -> dict[str, Any]:
    """Parse bytes as one JSON object, strictly: different readers would read a doubled key or NaN differently.

    Args:
        raw: UTF-8.
        name: what the bytes are, for the error's sentence.

    Returns:
        The object.

    Raises:
        BrokenRecord: the bytes are no such object.
    """
    try:
        value: object = json.loads(raw.decode(), object_pairs_hook=_without_doubles, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BrokenRecord(f"{name} is not readable as JSON: {error}") from error
    if not isinstance(value, dict):
        raise BrokenRecord(f"{name} is not a JSON object.")
    return cast("dict[str, Any]", value)


def check_chain(raw_lines: Sequence[bytes], parsed: list[Line] | None = None) -> list[str]:
    """Check a chain, from its first line on.

    Args:
        raw_lines: the lines, without their LF.
        parsed: a list to which those lines are added that can be parsed.

    Returns:
        What is wrong with it, one sentence for each finding.
    """
    findings: list[str] = []
    previous = ""
    for place, raw in enumerate(raw_lines, 1):
        try:
            fields = parse_object(raw, f"evidence.jsonl, line {place}")
        except BrokenRecord as error:
            findings.append(str(error))
            previous = digest(raw)
            continue
        if parsed is not None:
            parsed.append(Line(raw, fields))
        if fields.get("seq") != place:
            findings.append(f"evidence.jsonl, line {place}: its number is {fields.get('seq')!r}, not {place}.")
        if fields.get("previous") != previous:
            findings.append(f"evidence.jsonl, line {place}: it does not follow from the line before (chain broken).")
        previous = digest(raw)
    return findings


def check_fields(lines: Iterable[Line]) -> list[str]:
    """Return which lines break the contract of a line, one sentence for each field that is missing or wrong."""
    findings: list[str] = []
    for place, line in enumerate(lines, 1):
        findings += [
            f"evidence.jsonl, line {place}: {name!r} is missing or not of the contract's type."
            for name, types in FIELDS.items()
            if name not in line.fields or not isinstance(line.fields[name], types)
        ]
        if line.kind not in KINDS:
            findings.append(f"evidence.jsonl, line {place}: {line.kind!r} is no kind of line.")
    return findings


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return fields


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
