"""What a shareable pack tells of a run: only what a table here lists, and of each value only what its rule lets pass.

Whatever stands in no table is left out, so that a field which comes later is left out too. Texts that people or pages have
written are never searched for names: they are left out whole. Hosts, addresses, serial numbers and people have stand-ins.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

from robot.evidence.record import chain
from robot.evidence.record.line import FIELDS, KINDS, Line
from robot.evidence.shared.stand_ins import LEFT_OUT, StandIns

Rule = Callable[[Any, StandIns], Any]
_NOTHING: Final = object()
"""What a rule gives for a value that it does not let pass."""


def _matching(pattern: str) -> Rule:
    compiled = re.compile(pattern, re.ASCII)
    return lambda value, _: value if isinstance(value, str) and compiled.fullmatch(value) else _NOTHING


def _one_of(*words: str) -> Rule:
    return lambda value, _: value if isinstance(value, str) and value in words else _NOTHING


def _number(value: Any, _: StandIns) -> Any:
    return value if value is None or isinstance(value, bool | int | float) else _NOTHING


def _left_out(value: Any, _: StandIns) -> Any:
    return (LEFT_OUT if value else "") if isinstance(value, str) else _NOTHING


def _worded(value: Any, stand_ins: StandIns) -> Any:
    return stand_ins.in_words(value) if isinstance(value, str) else _NOTHING


def _named(kind: str) -> Rule:
    return lambda value, stand_ins: stand_ins.of(kind, value) if isinstance(value, str) else _NOTHING


def _each(rule: Rule) -> Rule:
    def judge(value: Any, stand_ins: StandIns) -> Any:
        if not isinstance(value, list):
            return _NOTHING
        return [told for each in cast("list[Any]", value) if (told := rule(each, stand_ins)) is not _NOTHING]

    return judge


def _object(table: Mapping[str, Rule]) -> Rule:
    def judge(value: Any, stand_ins: StandIns) -> Any:
        if not isinstance(value, dict):
            return None if value is None else _NOTHING
        fields = cast("dict[str, Any]", value)
        told = {name: rule(fields[name], stand_ins) for name, rule in table.items() if name in fields}
        return {name: each for name, each in told.items() if each is not _NOTHING}

    return judge


_MOMENT: Final = _matching(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?(\.\d{1,6})?(Z|\+00:00| UTC)?)?")
_VERSION: Final = _matching(r"\d{1,3}(\.\d{1,3}){1,2}(\.\d{5})?(-\d{1,8})?( \(\d{1,8}\))?")
_SHA256: Final = _matching(r"[0-9a-f]{64}")
_IDS: Final = _each(_matching(r"[A-Z]{2}\d{1,2}"))
_UNIT: Final = _one_of("a", "b", "site", "")
_BOTH: Final = ("a", "b", "shared")
_READING: Final = _object(
    {
        **dict.fromkeys(
            (
                "answers", "back", "before", "begins_sessions", "by_hand", "bytes", "checked", "cluster", "conflict", "enabled",
                "error_ms", "exit", "has_automatic", "health", "installing", "masked", "offered", "reachable", "reached",
                "seconds", "shown", "status", "swing_gap_ms", "syncing", "yes",
            ),
            _number,
        ),
        **dict.fromkeys(("product", "base"), _VERSION),
        **dict.fromkeys(("last_sync", "system_time"), _MOMENT),
        "role": _one_of("primary", "backup", "none"),
        **dict.fromkeys(("sha256", "plain_sha256"), _SHA256),
    }
)  # fmt: skip
_DIFFERENCE: Final = _object({"unit": _UNIT, "weight": _worded, "owner": _named("person")})
_LINE: Final = _object(
    {
        **dict.fromkeys(("seq", "monotonic", "masked", "seconds"), _number),
        "utc": _MOMENT, "unit": _UNIT, "address": _named("address"), "serial": _named("serial"),
        "interface": _one_of("login", "appliance", ""), "procedure": _IDS, "kind": _one_of(*KINDS), "reading": _READING,
        **dict.fromkeys(("step", "heading", "state", "moment", "when", "asked"), _worded),
        **dict.fromkeys(("text", "withdrawn", "trace", "no_picture"), _left_out),
        "by": _named("person"), "named": _each(_named("person")), "differences": _each(_DIFFERENCE),
    }
)  # fmt: skip
_STEP: Final = _object(
    {
        **dict.fromkeys(("name", "heading", "state"), _worded), "unit": _UNIT, "procedure": _IDS,
        "began": _MOMENT, "ended": _MOMENT,
    }
)  # fmt: skip
_VERSIONS: Final = _object(dict.fromkeys(("before", "after"), _object({"product": _VERSION, "base": _VERSION})))
_PLAN: Final = _object(
    {
        "digest": _SHA256, "made": _MOMENT, "made_by": _named("person"),
        "emergency": _object({"incident": _left_out, "reason": _left_out}),
        "approvals": _each(_object({"by": _named("person"), "until": _MOMENT, "sha256": _SHA256})),
    }
)  # fmt: skip
_SMOKE: Final = _object(
    {
        "unit": _UNIT, "expected": _VERSION, "serial": _named("serial"), "good": _number,
        "checks": _each(_object({"name": _worded, "state": _worded, "seconds": _number})),
    }
)  # fmt: skip
_CHANGES: Final = _object(
    {
        "step": _worded, "when": _worded, "utc": _MOMENT, "line": _number,
        "numbers": _object(dict.fromkeys(("unexpected", "harmless", "expected"), _number)),
        "unexpected": _each(_DIFFERENCE),
    }
)  # fmt: skip
_SUMMARY: Final = _object(
    {
        "run": _matching(r"\d{8}T\d{6}Z-[0-9a-f]{4,8}"), "ticket": _named("ticket"),
        "addresses": _object(dict.fromkeys(_BOTH, _named("address"))),
        "serials": _object(dict.fromkeys(_BOTH, _named("serial"))),
        "site": _object({"hostname": _named("host"), "target_version": _VERSION, "target_base": _VERSION}),
        **dict.fromkeys(("rehearsal", "exit_code", "backed_out", "exposure_s"), _number),
        **dict.fromkeys(("patch", "procedure", "outcome"), _worded),
        "methods": _object({"swing": _worded, "update": _worded}),
        "requested_by": _named("person"), "summary_text": _left_out, "reason": _left_out, "waivers": _each(_left_out),
        "began": _MOMENT, "ended": _MOMENT, "steps": _each(_STEP), "versions": _object({"a": _VERSIONS, "b": _VERSIONS}),
        "swing_gap_ms": _object({"value": _number, "error": _number}), "plan": _PLAN, "smoke": _SMOKE,
        "changes_since_plan": _each(_CHANGES),
        "backups": _each(_object({"unit": _UNIT, "bytes": _number, "sha256": _SHA256, "plain_sha256": _SHA256})),
        "robot": _object({"version": _VERSION, "python": _VERSION, "host": _named("machine"), "revision": _number}),
        "signer": _object({"key_id": _SHA256}),
        "kept": _object({"retention": _worded, "until": _MOMENT}),
    }
)  # fmt: skip
_EMPTY: Final[Mapping[str, Any]] = {name: [] if list in types else "" for name, types in FIELDS.items()}


def derive_summary(summary: Mapping[str, Any], stand_ins: StandIns) -> dict[str, Any]:
    """Return what may be told of a summary.

    Args:
        summary: that of the restricted pack.
        stand_ins: those of the pack that is made.

    Returns:
        The same keys, as far as they are told.
    """
    return {**_SUMMARY(dict(summary), stand_ins), "pack_sha256": None}


def derive_record(lines: Sequence[Line], stand_ins: StandIns) -> list[Line]:
    """Return what may be told of a record: as many lines, in a chain of their own.

    Of a picture its digest and size stay, under another name: the file is not there.

    Args:
        lines: those of the restricted pack.
        stand_ins: those of the pack that is made.

    Returns:
        The lines.
    """
    derived, previous = list[Line](), ""
    for line in lines:
        told: dict[str, Any] = {
            **_EMPTY, "bytes": 0, "reading": None, **_LINE(dict(line.fields), stand_ins), "previous": previous,
        }  # fmt: skip
        if line.file:
            told["picture_left_out"] = {"sha256": line.sha256, "bytes": line.number("bytes")}
        raw = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        derived.append(Line(raw, told))
        previous = chain.digest(raw)
    return derived
