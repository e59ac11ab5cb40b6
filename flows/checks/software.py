"""What runs, what is offered, and whether it leads to the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.areas.pair_snapshot import BY_A_PERSON, Unknown
from flows.checks.check import (
    EVERYWHERE,
    WITH_A_SWING,
    CheckVerdict,
    Ground,
    Judgement,
    ReadinessChecks,
    UnseenError,
    fail_with,
    failed,
    passed,
    warned,
)
from flows.requirements.readiness_readings import (
    RunningVersions,
    downgrade,
    half_done,
    is_installing,
    lost_sessions,
    not_on_target,
    unlike_releases,
)
from flows.requirements.update_files import files_of, sidecar, taken, takes_no_files
from flows.steps.patches import no_patch
from pages.readings.available_updates import Updates
from pages.readings.release import Release
from robot.domain.errors import Refused
from robot.domain.model import Unit

if TYPE_CHECKING:
    from pathlib import Path

    from flows.areas.pair_snapshot import ApplianceSnapshot

CHECKS = ReadinessChecks()
_ASKED_FOR = "before the break, when a person is asked for them"
_BEFORE_THE_BREAK = "before the break, when the run checks for updates"


@CHECKS("both run the same product release")
def same_release(on: Ground) -> Judgement:
    """Compare the product versions."""
    a, b = (on.see(appliance.product).version for _, appliance in on.both)
    return fail_with(unlike_releases(a, b), otherwise=f"both run {a}")


@CHECKS("both run the same base software")
def same_base(on: Ground) -> Judgement:
    """Compare the base versions."""
    a, b = (on.see(appliance.base).version for _, appliance in on.both)
    return (
        passed(f"both run {a}") if a == b else warned(f"A runs base {a} and B base {b}: each is brought to the target by itself")
    )


@CHECKS("the target is no older release", procedures=EVERYWHERE)
def no_downgrade(on: Ground) -> Judgement:
    """Compare the target with what runs."""
    target = on.settings.site.target_version
    newer = downgrade({name: on.see(appliance.product).version for name, appliance in on.both}, target)
    return fail_with(newer, otherwise=f"{target} is not older than what runs")


@CHECKS("the target is not reached yet on one alone")
def untouched(on: Ground) -> Judgement:
    """See whether somebody began this upgrade."""
    a, b = (_running(each, on) for _, each in on.both)
    return fail_with(half_done(a, b, on.settings.site), otherwise="neither is at the target, or both are")


@CHECKS("a patch is installed on what runs", procedures=EVERYWHERE)
def patch_on_target(on: Ground) -> Judgement:
    """See that both run the target already, if the change is a patch."""
    running = {name: _running(each, on) for name, each in on.both}
    other = not_on_target(running, on.settings.update.patch, on.settings.site)
    return fail_with(other, otherwise="they run the target" if on.settings.update.patch else "the change is no patch")


@CHECKS(
    "each is offered a complete way to the target",
    until=_BEFORE_THE_BREAK,
    procedures=EVERYWHERE,
    of_one="it is offered a complete way to the target",
)
def way_to_target(on: Ground) -> Judgement:
    """See that the offered packages lead there; by the manual method a person has brought them."""
    if on.settings.update.method == "manual":
        return passed("by the manual method the files are brought by a person")
    if patch := on.settings.update.patch:
        wanting = (no_patch(name, patch)(_shown(each, on)) for name, each in on.both)
        return fail_with(*wanting, otherwise=f"{patch} is offered on both")
    ways: list[str] = []
    for name, appliance in on.both:
        offered = on.see(appliance.offered)
        if offered.chain is None:
            return failed(f"{name}: {appliance.offered.unknown[0].reason}")
        ways.append(f"{name}: {', then '.join(offered.chain) or 'nothing to install'}")
    return passed("; ".join(ways))


@CHECKS("both are offered the same packages", until=_BEFORE_THE_BREAK)
def same_packages(on: Ground) -> Judgement:
    """Compare the ways to the target."""
    if on.settings.update.method == "manual":
        return passed("by the manual method each has files of its own")
    a, b = (on.tell(appliance.offered, "chain") for _, appliance in on.both)
    return passed("they are the same") if a == b else warned(f"A is offered {list(a)}, and B {list(b)}")


@CHECKS("each update file that is there has the SHA-256 that is vouched for", until=_ASKED_FOR, procedures=EVERYWHERE)
def update_files(on: Ground) -> Judgement:
    """Look at the files of the manual method; those that are not there yet are asked of a person, who is to bring them late."""
    if on.settings.update.method != "manual":
        return passed("no files are needed: each appliance downloads its updates")
    deaf = (takes_no_files(name, takes_files=on.see(each.installation).takes_files) for name, each in on.both)
    paths = [(unit, path) for unit in Unit for path in files_of(unit, on.settings)]
    missing = [f"{path} for {unit.upper()}" for unit, path in paths if not path.is_file() or not sidecar(path).exists()]
    empty = (f"no file is named for {unit.upper()}" for unit in Unit if not files_of(unit, on.settings))
    wrong = (_untaken(path) for _, path in paths if path.is_file() and sidecar(path).exists())
    judgement = fail_with(*deaf, *empty, *wrong, otherwise=f"{len(paths)} files are there")
    if missing and judgement.verdict is CheckVerdict.PASS:
        reason = f"not there yet, with its SHA-256 beside it: {', '.join(missing)}"
        raise UnseenError("The update files", Unknown(reason=reason, known="when a person brings them"))
    return judgement


@CHECKS("nothing is being installed", procedures=EVERYWHERE)
def nothing_installing(on: Ground) -> Judgement:
    """Read the Updates page of both."""
    busy = (is_installing(name, on.see(each.installation).running) for name, each in on.both)
    return fail_with(*busy, otherwise="neither installs anything")


@CHECKS("neither installs updates by itself while the pair is apart", until=BY_A_PERSON)
def no_automatic_updates(on: Ground) -> Judgement:
    """Read the setting of both."""
    on_by_itself = [name for name, appliance in on.both if on.see(appliance.automatic_updates).on]
    if on_by_itself:
        names = " and ".join(on_by_itself)
        return warned(f"{names} installs updates by itself, also while the pair is apart: switch that off for the change")
    return passed("neither does")


@CHECKS("A's session data is not lost at the swing", procedures=WITH_A_SWING)
def session_data(on: Ground) -> Judgement:
    """Before 10.6 session data must be extracted (MP4)."""
    version = on.see(on.snapshot.a.product).version
    merges = Release(text=version).merges_sessions_made_while_apart
    well = "merges the sessions that were made while apart" if merges else "loses it, so that it is extracted before the swing"
    return fail_with(lost_sessions(version, on.settings.checks.session_data), otherwise=f"{version} {well}")


def _running(appliance: ApplianceSnapshot, on: Ground) -> RunningVersions:
    return RunningVersions(on.see(appliance.product).version, on.see(appliance.base).version)


def _shown(appliance: ApplianceSnapshot, on: Ground) -> Updates:
    """Return its Updates screen, as far as the snapshot holds it."""
    offered, installed = on.see(appliance.offered), on.see(appliance.installation).installed
    return Updates(offers=offered.offers, message=offered.message, installed=installed)


def _untaken(path: Path) -> str:
    """Return why a file is not accepted; "" if it is."""
    try:
        taken(path)
    except Refused as refusal:
        return str(refusal)
    return ""
