"""Writes the next pair file from the one of a run that is done: roles exchanged, ticket and windows to be filled in (OP10)."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from robot.domain.errors import UsageError

if TYPE_CHECKING:
    from robot.runs.store import RunState

_HEADER = re.compile(r"^\s*\[+\s*([A-Za-z_.]+)\s*\]+")


def next_pair(run: RunState) -> str:
    """Return the text of the next pair file.

    Raises:
        UsageError: the run is not done, or its pair file is gone or is written in a way that cannot be exchanged.
    """
    if run.summary.get("outcome") != "done":
        raise UsageError(f"{run.name} is not done, so its pair's roles are not known; finish it, or exchange [a] and [b] by hand")
    path = Path(run.facts["pair_file"])
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{path}, the pair file of {run.name}, cannot be read: {error.strerror}; put it back, or begin with `init`"
        ) from None
    before = tomllib.loads(text)
    exchanged = run.procedure == "asynchronous"
    parts = _sections(text)
    if exchanged:
        parts = [(_other(name), _own_header(header, parts, name), body) for name, header, body in parts]
        parts = _in_first_order(parts, [name for name, _, _ in _sections(text)])
    new = "".join(header + _filled_in(name, body) for name, header, body in parts)
    written = tomllib.loads(new)
    wanted = {"a": before["b"], "b": before["a"]} if exchanged else {"a": before["a"], "b": before.get("b")}
    if {name: written.get(name) for name in wanted} != wanted:
        raise UsageError(f"{path} is written in a way that cannot be exchanged; exchange [a] and [b] by hand")
    roles = f"A is what was B in {run.name}" if exchanged else f"the roles are as in {run.name}"
    return f"# Written from {run.name}: {roles}. Fill in ticket, target_version, files and windows.\n{new}"


def _sections(text: str) -> list[tuple[str, str, str]]:
    """Return name, header line and body of each section, in order; the text before the first has an empty name and header."""
    parts: list[tuple[str, str, str]] = [("", "", "")]
    for line in text.splitlines(keepends=True):
        if match := _HEADER.match(line):
            parts.append((match[1], line, ""))
        else:
            name, header, body = parts[-1]
            parts[-1] = (name, header, body + line)
    return parts


def _other(name: str) -> str:
    head, dot, rest = name.partition(".")
    return {"a": "b", "b": "a"}.get(head, head) + dot + rest


def _own_header(header: str, parts: list[tuple[str, str, str]], name: str) -> str:
    """Return the other appliance's header line of a section, with its comment; a new one if there is none."""
    other = _other(name)
    if other == name:
        return header
    return next((line for each, line, _ in parts if each == other), f"[{other}]\n")


def _in_first_order(parts: list[tuple[str, str, str]], order: list[str]) -> list[tuple[str, str, str]]:
    """Sort the sections into the order of the first file, in which people expect [a] before [b]."""
    return sorted(parts, key=lambda part: order.index(part[0]) if part[0] in order else len(order))


def _filled_in(name: str, body: str) -> str:
    """Return the body of a section without what belongs to the change that is done: ticket, patch, windows."""
    if name == "change":
        body = re.sub(r'(?m)^(\s*ticket\s*=\s*)"[^"]*"', r'\1"FILL-IN"', body)
        return re.sub(r'(?m)^(\s*summary\s*=\s*)"[^"]*"', r'\1""', body)
    if name == "update":
        return re.sub(r"(?m)^(?=\s*patch\s*=)", "# ", body)
    if name == "windows":
        return re.sub(r"(?m)^(?=\s*[^#\s])", "# ", body)
    return body
