"""The plan of a change: one JSON document of everything that a change board must know before it approves, with its digest."""

from __future__ import annotations

import hashlib
from datetime import UTC
from typing import TYPE_CHECKING, Any

from flows.checks.check import CheckVerdict
from flows.checks.readiness_checks import findings, refusals
from flows.planning.gates import gates
from flows.planning.press_list import press_list
from flows.planning.timetable import timetable
from flows.procedures.back_out import WAYS, Branch
from flows.requirements.named import NAMES, filled, is_for_a_person, sentence_for_a_person
from robot import __version__
from robot.approval.plan_document import KIND, VERSION
from robot.domain.clocks import in_utc
from robot.domain.errors import Refused
from robot.domain.model import Unit
from robot.domain.readiness import ADMIN_ACCOUNT
from robot.domain.small_files import read_small_file
from robot.evidence.wording import duration
from robot.plan.named_files import digests_of_named_files
from robot.plan.program import code_digest
from robot.schedule.estimate import Work

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from flows.checks.check import CheckResult, Ground
    from pages.readings.available_updates import UpdateOffer
    from robot.settings import Settings
    from robot.settings.sections.pair_file import Waiver

_CUT_OFF = {
    "asynchronous": (Work.SWING, "Everybody who is connected is cut off once, at the swing; whoever reconnects reaches B."),
    "synchronous": (Work.INSTALL_A, "Everybody is cut off when A's update begins, and the site is down until it is over."),
    "single": (Work.INSTALL_A, "Everybody is cut off when A's update begins, and the site is down until it is over."),
}
_POINTS = {
    "asynchronous": (
        ("before the break", Branch.NOTHING_BROKEN), ("after the break, before B's install", Branch.AS_IT_WAS),
        ("B's install has begun, the site is on A", Branch.A_SERVES_ON), ("in the middle of the swing", Branch.MID_SWING),
        ("the site is on B, A is untouched", Branch.BACK_TO_A), ("A's install has begun", Branch.NONE),
    ),
    "synchronous": (
        ("before the break", Branch.NOTHING_BROKEN), ("after the break, before A's install", Branch.AS_IT_WAS),
        ("A's install has begun", Branch.NONE),
    ),
    "single": (("before A's install", Branch.NOTHING_BROKEN), ("A's install has begun", Branch.NONE)),
}  # fmt: skip
"""How far a run may have come, and the way back from there."""
_MET = "This robot has met no real appliance of this generation yet; it is tried against simulated pairs."
_NOT_TRIED: Mapping[str, Any] = {"elsewhere": None, "rehearsal": None}
_UNLIFTED = {
    CheckVerdict.PASS: "the check passes", CheckVerdict.WARN: "the check only warns",
    CheckVerdict.UNKNOWN: "the check is not known yet, and may fail in the run",
}  # fmt: skip


def make_plan(ground: Ground, pair_file: Path, *, made_by: str, tried: Mapping[str, Any] = _NOT_TRIED) -> dict[str, Any]:
    """Make the plan of a change.

    Args:
        ground: what was observed, the pair file, the time and the procedure.
        pair_file: the pair file's path.
        made_by: who makes the plan.
        tried: what is known of earlier trials, as `flows.planning.tried.tried_before` gives it.

    Returns:
        The document, plain JSON, without its digest.

    Raises:
        Refused: a check has failed that no waiver lifts, or a waiver is over too early: there is nothing to approve.
    """
    settings, found = ground.settings, findings(ground)
    _require_lasting_waivers(settings)
    if faults := refusals(found, frozenset(waiver.check for waiver in settings.waivers)):
        said = "; ".join(f"{each.title}: NO, {each.reason} ({each.check})" for each in faults)
        raise Refused(f"no plan is made, because {len(faults)} of {len(found)} checks failed: {said}")
    chains = {unit: _chain(ground, unit) for unit in Unit}
    packages = max(1, *(len(chain) for chain in chains.values()))
    works = timetable(settings, ground.procedure, packages=packages, history=ground.history)
    cut_off_at, sentence = _CUT_OFF[ground.procedure]
    cut_off = next(each for each in works if each.estimate.work is cut_off_at)
    return {
        **_of_the_change(settings), "kind": KIND, "version": VERSION, "procedure": ground.procedure,
        "pair": _pair(pair_file, settings),
        "made": {"utc": ground.now.astimezone(UTC).isoformat(timespec="seconds"), "by": made_by},
        "robot": {"version": __version__, "code_sha256": code_digest(), "met": _MET},
        "presses": press_list(settings, chains, ground.procedure).as_document(),
        "works": [each.as_document() for each in works],
        "cut_off": {
            "sentence": sentence, "at": cut_off.begins and cut_off.begins.isoformat(), "after_minutes": cut_off.after_s // 60,
        },
        "ways_back": [{"point": point, "way": WAYS[branch]} for point, branch in _POINTS[ground.procedure]],
        "asked": asked_of_people(settings, ground.procedure, told=bool(tried["elsewhere"])), "gates": gates(ground.procedure),
        "tried": dict(tried), "smoke": _smoke(settings),
        "checks": [each.plain() for each in found],
        "waivers": [_waiver(each, found) for each in settings.waivers],
        "risks": _risks(found, settings),
        "files": digests_of_named_files(settings),
        "snapshot": ground.snapshot.as_document(),
    }  # fmt: skip


def _of_the_change(settings: Settings) -> dict[str, Any]:
    """Return what the pair file itself tells of the change."""
    change, site, windows = settings.change, settings.site, settings.windows
    return {
        "ticket": change.ticket, "summary": change.summary, "requested_by": change.requested_by,
        "target": {"product": site.target_version, "base": site.target_base, "patch": settings.update.patch},
        "windows": windows.model_dump(mode="json") if windows else None,
        "settings": settings.for_readers(),
    }  # fmt: skip


def _smoke(settings: Settings) -> str:
    """Return in a sentence or two what the smoke checks do in the run, or why they are left out."""
    smoke = settings.smoke
    if smoke.skip:
        return f"The smoke checks are left out: {smoke.skip}."
    return (
        "After each update the appliance is checked under the site's hostname from two clients, and compared with A before; that "
        f"takes about a minute each time. Between the windows the site is looked at every {duration(smoke.interval)}, where the "
        "run stays (--wait)."
    )


def _pair(pair_file: Path, settings: Settings) -> dict[str, str]:
    digest = hashlib.sha256(read_small_file(pair_file)).hexdigest()
    return {"file": str(pair_file.resolve()), "sha256": digest, "site": settings.site.hostname}


def _chain(ground: Ground, unit: Unit) -> list[UpdateOffer]:
    """Return the packages that were observed to lead one appliance to the target, in order."""
    offered = ground.snapshot.of(unit).offered.value
    if offered is None or offered.chain is None:
        return []
    by_title = {offer.title: offer for offer in offered.offers}
    return [by_title[title] for title in offered.chain]


def _require_lasting_waivers(settings: Settings) -> None:
    opens = settings.windows.named("first").opens if settings.windows else None
    if opens and (over := next((each for each in settings.waivers if each.has_expired(opens)), None)):
        raise Refused(
            f"no plan is made, because the waiver of {over.check} is over at {in_utc(over.until)}, before the first window opens "
            f"at {in_utc(opens)}, and no run is begun with it then; have it renewed by {over.by}, or remove it"
        )


def _waiver(waiver: Waiver, found: tuple[CheckResult, ...]) -> dict[str, str]:
    """Return a waiver of the pair file, with what it lifts today."""
    result = next((each for each in found if each.check == waiver.check), None)
    if result is None:
        lifts = (
            "no check of this plan; it is judged when a run begins" if waiver.check == ADMIN_ACCOUNT else "no check of this plan"
        )
    elif result.verdict is CheckVerdict.FAIL:
        lifts = result.reason
    else:
        lifts = f"nothing today: {_UNLIFTED[result.verdict]} ({result.reason})"
    return {
        "check": waiver.check, "by": waiver.by, "reason": waiver.reason, "until": waiver.until.isoformat(), "lifts": lifts,
    }  # fmt: skip


def _risks(found: tuple[CheckResult, ...], settings: Settings) -> list[dict[str, str]]:
    """List what somebody must know: waived failures with who answers for each, warnings, and what is not known yet."""
    words = {CheckVerdict.FAIL: "waived", CheckVerdict.WARN: "warning", CheckVerdict.UNKNOWN: "not known yet"}
    risks: list[dict[str, str]] = []
    for each in found:
        if each.verdict not in words:
            continue
        waiver = settings.waiver_of(each.check) if each.verdict is CheckVerdict.FAIL else None
        reason = f"{each.reason}. Waived by {waiver.by} until {in_utc(waiver.until)}: {waiver.reason}" if waiver else each.reason
        kind = words[each.verdict]
        risks.append({"kind": kind, "check": each.check, "title": each.title, "reason": reason, "known": each.known})
    return risks


def asked_of_people(settings: Settings, procedure: str, *, told: bool = False) -> list[dict[str, str]]:
    """List what people are asked in a run: each check of the pair file that no command makes and nothing skips.

    Args:
        settings: the pair file.
        procedure: the procedure.
        told: whether the plan tells already where the release was tried.

    Returns:
        `check` and `sentence` of each, in order; places in a sentence that only the run knows stand in braces.
    """
    apart = {"session_data", "notice", "jump_client"} if procedure != "asynchronous" else set[str]()
    apart |= {"tested_elsewhere"} if told else set()
    places = {"hostname": settings.site.hostname, "version": settings.site.target_version}
    return [
        {"check": check, "sentence": filled(sentence_for_a_person(check, settings), places)}
        for check in NAMES
        if check not in apart and is_for_a_person(check, settings)
    ]
