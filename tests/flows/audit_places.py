"""The places that docs/audit.md names, taken out of a pack."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

from robot.evidence.record.plain_json import object_in

AUDIT = Path(__file__).resolve().parents[2] / "docs" / "audit.md"
_QUESTION = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def questions() -> dict[int, tuple[str, list[str]]]:
    """Return the questions by their numbers, each with its places."""
    found = _QUESTION.findall(AUDIT.read_text(encoding="utf-8"))
    return {int(number): (asked, re.findall(r"`([^`]+)`", answer)) for number, asked, answer in found}


def unanswered(pack: Path) -> list[str]:
    """Return each place of each question at which a pack has nothing."""
    with zipfile.ZipFile(pack) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    places = [(number, place) for number, (_, places) in questions().items() for place in places if re.search(r"[./]", place)]
    return [f"question {number}: {place}" for number, place in places if not _answers(contents, place)]


def _answers(contents: dict[str, bytes], place: str) -> bool:
    """Return whether there is something at a place: a section, a folder, members of a file, or fields of a kind of line."""
    name, _, what = place.partition("#" if "#" in place else ": ")
    if not place.endswith("/") and name not in contents:
        return False
    if "#" in place:
        return f'id="{what}"' in contents[name].decode()
    if place.endswith("/"):
        return any(each.startswith(place) for each in contents)
    if name == "evidence.jsonl":
        kind, _, fields = what.partition(": ")
        lines = [line for line in map(json.loads, contents[name].splitlines()) if line["kind"] == kind]
        return bool(lines) and all(_in(line, field) not in (None, "", []) for line in lines for field in fields.split(", "))
    return all(_in(json.loads(contents[name]), member) is not None for member in what.split(", "))


def _in(holder: Any, path: str) -> Any:
    for name in path.split("."):
        holder = object_in({"holder": holder}, "holder").get(name)
    return holder
