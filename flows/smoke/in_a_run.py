"""The smoke checks within a run: of A before anything is changed, to compare with, and of each appliance after its update.

Only the run writes its record: the process of the checks hands over what it has found.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from flows.smoke.order import SmokeOrder
from flows.smoke.record import SmokeRecord
from flows.smoke.results import AMISS, CheckState
from flows.smoke.session import smoke
from robot.domain.model import Unit
from robot.evidence.record.line import Kind

if TYPE_CHECKING:
    from pathlib import Path

    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from flows.smoke.results import SmokeCheck, SmokeResults
    from robot.changes.run import Run

BASELINE: Final = "a-smoke-baseline"
"""The step that looks at A, under the site's hostname, before anything is changed."""
_LEFT_OUT: Final = "site-smoke-left-out"
"""The step that says in the beginning that the checks are left out, and why."""
MUCH_SLOWER = 10
"""From how many times the time before on a page is told as much slower."""
_AT_LEAST_S = 0.05
"""A page that came sooner is taken to have needed this long: less is noise."""


def order_of(
    appliance: Appliance, pair: Pair, *, signs_in: bool, expect: str = "", as_before: tuple[str, ...] = ()
) -> SmokeOrder:
    """Return the order for one appliance of a run, as it is now: it must serve whoever comes by the site's hostname.

    Args:
        appliance: the appliance.
        pair: both appliances.
        signs_in: whether the checks that sign in are made too. Only then a session is requested, where the pair file says how:
            it reaches representatives, and once for each update is enough.
        expect: the version that it must run; "" for the target.
        as_before: what was amiss on the site's pages before the change.
    """
    has_accounts_of_a = appliance.login_account == pair.a.login_account
    order = SmokeOrder(
        pair.settings, appliance.unit, expect, signs_in=signs_in, must_serve=True,
        serial=appliance.identity.serial if appliance.identity else "", login_of=Unit.A if has_accounts_of_a else None,
        as_before=as_before,
    )  # fmt: skip
    return order if signs_in else _without_request(order)


def _without_request(order: SmokeOrder) -> SmokeOrder:
    """Return an order by which no session is requested."""
    quiet = order.settings.smoke.model_copy(update={"request": None})
    return replace(order, settings=order.settings.model_copy(update={"smoke": quiet}))


def look_before(pair: Pair, run: Run, *, runs: str) -> None:
    """Make the checks on A before anything is changed: pictures, response times, and what is amiss, which nobody judges.

    Args:
        pair: both appliances.
        run: the run.
        runs: the version that A runs.
    """
    history = run.record.history
    if run.record.anything_pressed and not history.of_step(BASELINE) and not history.of_step(_LEFT_OUT):
        return  # an earlier version began it: it keeps its steps
    if reason := run.settings.smoke.skip:
        run.steps.note(_LEFT_OUT, f"not checked: the smoke checks are left out: {reason}", procedure_ids=("VT2",))
        return
    title = "A under the site's hostname before anything is changed: pictures, response times, what is amiss"

    def look() -> dict[str, Any]:
        pair.a.afresh()  # one session for each account
        order = _without_request(order_of(pair.a, pair, signs_in=True, expect=runs))
        kept = SmokeRecord(order, run.record, moment="before", heading=run.heading)

        def keep(result: SmokeCheck, spool: Path) -> None:
            kept.keep(_not_judged(result), spool)

        results = smoke(order, pair.secrets, keep=keep)
        return _noted(BASELINE, title, kept, results, run)

    run.steps.durably(BASELINE, title, None, look)


def is_verified_by_smoke(run: Run) -> bool:
    """Return whether a run makes the smoke checks: it did so in the beginning, and keeps to it."""
    return bool(run.record.history.of_step(BASELINE)) and not run.settings.smoke.skip


def make_checks(appliance: Appliance, pair: Pair, run: Run, *, client: str, signs_in: bool) -> SmokeResults:
    """Make the checks of an appliance that was updated, from one client, and tell how it compares with A before.

    Args:
        appliance: the appliance.
        pair: both appliances.
        run: the run.
        client: "first" or "second".
        signs_in: whether the checks that sign in are made too; the run's own session ends for them.

    Returns:
        What was found; the caller judges it.
    """
    step = f"{appliance.unit.value}-smoke-{client}"
    if signs_in:
        appliance.afresh()  # one session for each account
    order = order_of(appliance, pair, signs_in=signs_in, as_before=amiss_before(run))
    kept = SmokeRecord(order, run.record, moment=client, heading=run.heading)
    results = smoke(order, pair.secrets if signs_in else None, keep=kept.keep)
    found = _noted(step, f"{appliance.name} under the site's hostname, {client} client: smoke checks", kept, results, run)
    if not signs_in and (before := run.record.history.latest(BASELINE, {Kind.READING})):
        text = "; ".join(differences(before.values, found)) or "nothing to compare with"
        compared = f"{appliance.unit.value}-smoke-compared"
        run.log_note(compared, f"compared with A before the change: {text}", reading=found)
        _show_what_changed(compared, before.values, found, run)
    return results


def amiss_before(run: Run) -> tuple[str, ...]:
    """Return what was amiss on the pages of A before anything was changed, a sentence each."""
    before = run.record.history.latest(BASELINE, {Kind.READING})
    return tuple(before.values.get(AMISS, ())) if before else ()


def differences(before: Any, now: Any) -> list[str]:
    """Return how the pages compare with those of A before the change, a sentence each; nobody judges that.

    Args:
        before: what `a-smoke-baseline` found: `times` in seconds by path, `pictures` and their `digests` by name.
        now: the same of the appliance now.
    """
    told: list[str] = []
    for path, took_s in now["times"].items():
        if (was_s := before["times"].get(path)) is not None:
            times = took_s / max(was_s, _AT_LEAST_S)
            slower = f", {times:.0f} times as long: MUCH SLOWER" if times >= MUCH_SLOWER else ""
            told.append(f"{path} took {took_s:.2f} s, and {was_s:.2f} s before{slower}")
    for name, digest in now["digests"].items():
        if name in before["digests"]:
            same = "is the same" if before["digests"][name] == digest else "has changed"
            told.append(f"the picture of the {name} {same} ({before['pictures'][name]}, {now['pictures'][name]})")
    return told


def _show_what_changed(step: str, before: Any, now: Any, run: Run) -> None:
    """Name each picture that has changed beside the one from before, in one step: so the report shows where they differ."""
    kept = {line.file: line for line in run.record.history.lines if line.file}
    for name, digest in now["digests"].items():
        if before["digests"].get(name, digest) == digest:
            continue
        for moment, found in (("before", before), ("after", now)):
            line = kept[found["pictures"][name]]
            run.record.append(
                Kind.NOTE, step, unit="site", heading=run.heading, moment=moment, screen=line.screen,
                text=f"the {name} of {line.unit.upper()} {'before the change' if found is before else 'now'}",
                **{each: line.fields.get(each) for each in ("address", "url", "file", "sha256", "bytes", "masked")},
            )  # fmt: skip


def _not_judged(result: SmokeCheck) -> SmokeCheck:
    """Return the result of a check of the old release, which may fail: it is there to compare with."""
    if result.state is not CheckState.FAILED:
        return result
    return replace(result, state=CheckState.UNKNOWN, sentence=f"before the change, and not judged: {result.sentence}")


def _noted(step: str, title: str, kept: SmokeRecord, results: SmokeResults, run: Run) -> dict[str, Any]:
    """Write what a verification found into the record, in short.

    Returns:
        `tally`, `seconds`, `times` (seconds by path), `amiss` (a sentence each), `pictures` (files by name), and `digests` of
        these.
    """
    times = next((each.reading for each in results.checks if each.name == "times"), dict[str, Any]())
    pictures = {picture.name: picture.file for each in kept.kept for picture in each.pictures}
    found: dict[str, Any] = {
        "tally": results.tally, "seconds": results.seconds,
        "times": {path: float(match[1]) for path, took in times.items() if (match := re.match(r"([\d.]+) s", str(took)))},
        AMISS: [sentence for each in results.checks for sentence in each.reading.get(AMISS, ())],
        "pictures": pictures, "digests": {name: kept.digests[file] for name, file in pictures.items()},
    }  # fmt: skip
    run.record.append(Kind.READING, step, **run.step_fields(step, title, ("VT2",)), reading=found)
    return found
