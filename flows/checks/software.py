"""What runs, what is offered, and whether it leads to the target."""

from __future__ import annotations

from flows.areas.pair_snapshot import BY_A_PERSON
from flows.checks.check import EVERYWHERE, WITH_A_SWING, Ground, Judgement, ReadinessChecks, failed, first_of, passed, warned
from flows.requirements.update_files import files_of, sidecar
from pages.readings.release import Release
from robot.domain.model import Unit

CHECKS = ReadinessChecks()
_BEFORE_THE_BREAK = "before the break, when the run checks for updates"


@CHECKS("both run the same product release", waivable=False)
def same_release(on: Ground) -> Judgement:
    """Compare the product versions."""
    a, b = (on.see(appliance.product).version for _, appliance in on.both)
    if a == b:
        return passed(f"both run {a}")
    return failed(f"A runs {a} and B {b}: somebody began an upgrade; find out who, and bring both to one release first")


@CHECKS("both run the same base software")
def same_base(on: Ground) -> Judgement:
    """Compare the base versions."""
    a, b = (on.see(appliance.base).version for _, appliance in on.both)
    return (
        passed(f"both run {a}") if a == b else warned(f"A runs base {a} and B base {b}: each is brought to the target by itself")
    )


@CHECKS("the target is no older release", waivable=False, procedures=EVERYWHERE)
def no_downgrade(on: Ground) -> Judgement:
    """Compare the target with what runs."""
    target = on.settings.site.target_version
    newer = [
        f"{name} runs {version} already, which is newer than {target}"
        for name, appliance in on.both
        if Release(text=target).is_before(version := on.see(appliance.product).version) and not Release(text=version).is_(target)
    ]
    return first_of(*newer, otherwise=f"{target} is not older than what runs")


@CHECKS("the target is not reached yet on one alone", waivable=False)
def untouched(on: Ground) -> Judgement:
    """See whether somebody began this upgrade."""
    target = on.settings.site.target_version
    there = [name for name, each in on.both if Release(text=on.see(each.product).version).is_(target)]
    if len(there) == 1:
        return failed(f"{there[0]} is at {target} already, and the other is not: find out who began this upgrade")
    return passed("neither is, or both are")


@CHECKS("each is offered a complete way to the target", until=_BEFORE_THE_BREAK, procedures=EVERYWHERE)
def way_to_target(on: Ground) -> Judgement:
    """See that the offered packages lead there; by the manual method a person has brought them."""
    if on.settings.update.method == "manual":
        return passed("by the manual method the files are brought by a person")
    if patch := on.settings.update.patch:
        lacking = [name for name, each in on.both if not any(offer.is_called(patch) for offer in on.see(each.offered).offers)]
        return first_of(*(f"{patch} is not offered on {name}" for name in lacking), otherwise=f"{patch} is offered on both")
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


@CHECKS("the update files are there, each with its SHA-256 beside it", procedures=EVERYWHERE)
def update_files(on: Ground) -> Judgement:
    """Look at the files of the manual method."""
    if on.settings.update.method != "manual":
        return passed("no files are needed: each appliance downloads its updates")
    paths = [(unit, path) for unit in Unit for path in files_of(unit, on.settings)]
    missing = [f"{path} for {unit.upper()} does not exist" for unit, path in paths if not path.is_file()]
    unproved = [f"{sidecar(path)} does not exist" for _, path in paths if path.is_file() and not sidecar(path).exists()]
    empty = [f"no file is named for {unit.upper()}" for unit in Unit if not files_of(unit, on.settings)]
    return first_of(*empty, *missing, *unproved, otherwise=f"{len(paths)} files are there")


@CHECKS("nothing is being installed", waivable=False, procedures=EVERYWHERE)
def nothing_installing(on: Ground) -> Judgement:
    """Read the Updates page of both."""
    busy = [f"{name}: {running}" for name, each in on.both if (running := on.see(each.installation).running)]
    return first_of(*busy, otherwise="neither installs anything")


@CHECKS("neither installs updates by itself while the pair is apart", until=BY_A_PERSON)
def no_automatic_updates(on: Ground) -> Judgement:
    """Read the setting of both."""
    on_by_itself = [name for name, appliance in on.both if on.see(appliance.automatic_updates).on]
    if on_by_itself:
        names = " and ".join(on_by_itself)
        return warned(f"{names} installs updates by itself, also while the pair is apart: switch that off for the change")
    return passed("neither does")


@CHECKS("A's session data is not lost at the swing", waivable=False, procedures=WITH_A_SWING)
def session_data(on: Ground) -> Judgement:
    """Before 10.6 session data must be extracted (MP4)."""
    version, check = on.see(on.snapshot.a.product).version, on.settings.checks.session_data
    if Release(text=version).merges_sessions_made_while_apart:
        return passed(f"{version} merges the sessions that were made while apart")
    if check is not None and check.skip:
        return failed(
            f"A runs {version}, before 10.6: give [checks] session_data a command that extracts it, or a person who does"
        )
    return passed(f"A runs {version}, before 10.6: the session data is extracted before the swing")
