"""Before anything is changed: are these the two appliances, in these roles, with a way to the target?

Every check fails until the opposite is proved, and every failure says why and what to do. What no page tells is asked of a person
where the procedure refuses without it; elsewhere it is noted as not checked, and the report says so.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flows.requirements.nothing_offered import no_chain
from flows.requirements.production_readiness import fit_to_serve
from flows.requirements.reachability import each_reaches_the_other
from flows.requirements.readiness_readings import ApplianceReadings, Readiness
from flows.requirements.update_chain import chain_to_target
from flows.requirements.update_files import files_are_there
from flows.session import readings
from flows.session.automatic_updates import tell_of_automatic_updates
from flows.session.readings import Guard, InterApplianceKey, Machine
from flows.steps.installers import keep_old_installers
from flows.steps.patches import no_patch, nothing_is_left, tell_of_patches
from flows.steps.stale_plan import require_fresh_plan
from flows.steps.update_appliance import beyond_plan
from pages.readings.available_updates import Updates
from pages.readings.failover_status import FailoverStatus, Role
from pages.readings.release import Release
from pages.readings.site_status import SiteStatus
from robot.domain.model import Unit
from robot.evidence.wording import duration
from robot.settings.contact import MAY_ASK

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from pages.readings.machine import SharedAddress
    from robot.changes.run import Run
    from robot.settings.sections import Site


def readiness(pair: Pair, run: Run, *, swings: bool = True) -> Readiness:
    """Read everything, and refuse whatever is not as it must be.

    Args:
        pair: both appliances.
        run: the run.
        swings: whether the site will be swung, so that A's session data could be lost.

    Returns:
        What was read of both.

    Raises:
        Refused: a requirement does not hold; it says which and what to do.
    """
    with run.under("Before anything is changed"):
        a, b = look_at(pair.a, pair, run), look_at(pair.b, pair, run)
        run.steps.require("site-two-appliances", "That A and B are two appliances", same_appliance(a, b), procedure_ids=("PL10",))
        run.tell({"event": "lease", "serials": [a.machine.serial, b.machine.serial]})
        site = pair.settings.site
        roles = {a.failover.role, b.failover.role}
        if a.is_at(site) and b.is_at(site) and roles == {Role.PRIMARY, Role.BACKUP}:
            nothing, more = nothing_is_left({"A": pair.a, "B": pair.b}, run, a.site.product)
            if nothing:
                run.steps.note(
                    "site-nothing-to-do", f"both are at {a.versions} already, and the relationship stands. {more}".strip()
                )
                return Readiness(a, b, nothing_to_do=True, more=more)
        stand_as_before_an_upgrade(pair, run, a, b)
        require_fresh_plan(run, {Unit.A: a, Unit.B: b})
        for appliance in (pair.a, pair.b):
            refuse_cluster(appliance, run)
        if swings:
            run.steps.require(
                "a-session-data", "That A's session data can be extracted", lost_sessions(pair, a), procedure_ids=("MP4",)
            )
            fit_to_serve(pair, run, a, b)
        key = key_before(pair, run)
        each_reaches_the_other(pair, run, before="break")
        for appliance in (pair.a, pair.b):
            keep_old_installers(appliance, pair, run)
        if pair.settings.update.method == "manual":
            files_are_there(pair, run, {"a": a, "b": b})
        else:
            for appliance, initial in ((pair.a, a), (pair.b, b)):
                offered(appliance, initial, pair, run)
            tell_of_agreement(run)
        return Readiness(a, b, key=key)


def stand_as_before_an_upgrade(pair: Pair, run: Run, a: ApplianceReadings, b: ApplianceReadings) -> None:
    """Require that A serves, B is its backup, and nobody has begun this upgrade (PL2, PL10)."""
    site = pair.settings.site
    not_at_target(run, {"A": a, "B": b})
    run.steps.require("site-no-conflict", "That the roles do not conflict", conflict(a, b), procedure_ids=("PL10", "RE12"))
    run.steps.require("site-roles", "That A is the primary and B its backup", wrong_roles(a, b), procedure_ids=("PL10", "OP7"))
    run.steps.require("site-untouched", "That nobody has begun this upgrade", half_done(a, b, site), procedure_ids=("OP8",))
    run.steps.require(
        "site-shared-ip", "That A alone has the shared IP", wrong_shared_ip(a.shared, b.shared), procedure_ids=("PL2", "PL10")
    )


def look_at(appliance: Appliance, pair: Pair, run: Run) -> ApplianceReadings:
    """Read one appliance: its identity, what it runs, its role, and the shared IP; require that identity from now on.

    Args:
        appliance: the appliance.
        pair: both appliances.
        run: the run.

    Returns:
        What was read.
    """
    u, n = appliance.unit.value, appliance.name
    machine = run.steps.observe(
        f"{u}-status-basics", f"Who {n} is: Status > Basics", appliance, Machine, lambda: readings.machine(appliance),
        procedure_ids=("PL10", "OP2", "OP3"),
    )  # fmt: skip
    appliance.expect(machine.identity)
    shared = pair.swing.read_first(appliance, run)
    site = run.steps.observe(
        f"{u}-status-information", f"What {n} runs: Status > Information", appliance, SiteStatus,
        lambda: readings.site_status(appliance), procedure_ids=("PL4",),
    )  # fmt: skip
    failover = run.steps.observe(
        f"{u}-failover", f"{n}'s role: Management > Failover", appliance, FailoverStatus,
        lambda: readings.failover(appliance), procedure_ids=("PL10", "RE12"),
    )  # fmt: skip
    return ApplianceReadings(machine, site, failover, shared)


def same_appliance(a: ApplianceReadings, b: ApplianceReadings) -> str:
    """Say that A and B are one appliance at two addresses; "" if they are two."""
    if a.machine.serial != b.machine.serial:
        return ""
    return f"A and B are the same appliance, with the serial number {a.machine.serial}; correct the pair file"


def conflict(a: ApplianceReadings, b: ApplianceReadings) -> str:
    """Say which appliance shows a role conflict, "" if none; people resolve it: the vendor's button would overwrite one side."""
    unit = next((unit for unit, initial in (("A", a), ("B", b)) if initial.failover.role is Role.CONFLICT), "")
    if not unit:
        return ""
    return (
        f"{unit} shows a role conflict between the two site instances; "
        "have a person resolve it by the vendor's guide, then begin again"
    )


def wrong_roles(a: ApplianceReadings, b: ApplianceReadings) -> str:
    """Say why A is not the primary and B not its backup (PL10), "" if they are; B of a broken pair counts as stale (OP7)."""
    roles = (a.failover.role, b.failover.role)
    if roles == (Role.PRIMARY, Role.BACKUP):
        return ""
    if roles == (Role.BACKUP, Role.PRIMARY):
        return "the roles are the other way round: A is the backup and B the primary; exchange [a] and [b]"
    if roles == (Role.NONE, Role.NONE):
        return (
            f"the pair is already broken: neither is in a failover relationship, and {age_of_sync(b)}; B's data is stale until "
            "proved fresh. Re-establish the relationship by hand, or resume the run that broke it"
        )
    return f"A says it is {a.failover.role.value} and B says {b.failover.role.value}; A must be primary and B backup"


def age_of_sync(b: ApplianceReadings) -> str:
    """Say how old B's data is, by B's own clock if both times can be read."""
    last_sync = b.failover.last_sync
    if not last_sync:
        return "B tells no last synchronisation"
    synced_at, clock = moment(last_sync), moment(b.machine.system_time)
    ago = (
        f" ({duration((clock - synced_at).total_seconds())} ago by its own clock)"
        if synced_at and clock and clock > synced_at
        else ""
    )
    return f"B's last synchronisation was {last_sync}{ago}"


def moment(text: str) -> datetime | None:
    """Read a time as appliances word it, as if it were UTC: only differences count; `None` if it cannot be read."""
    match = re.search(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d))?", text)
    return datetime(*(int(part or 0) for part in match.groups()), tzinfo=UTC) if match else None


def half_done(a: ApplianceReadings, b: ApplianceReadings, site: Site) -> str:
    """Say which appliance was updated already while the other was not; "" if neither was alone."""
    for unit, initial, other in (("B", b, a), ("A", a, b)):
        if initial.is_at(site) and not other.is_at(site):
            return (
                f"{unit} is at {initial.versions} already while the other is at {other.versions}: somebody began this "
                "upgrade; find out who, and finish it by hand or bring both to one release first"
            )
    return ""


def wrong_shared_ip(a: SharedAddress | None, b: SharedAddress | None) -> str:
    """Say why the shared IP is not enabled on A alone; "" if it is, or if the site has none."""
    if a is None or b is None or (a.enabled, b.enabled) == (True, False):
        return ""
    words = {True: "enabled", False: "disabled", None: "unreadable"}
    return (
        f"the shared IP {a.ip} is {words[a.enabled]} on A and {words[b.enabled]} on B; it must be enabled "
        "on A and disabled on B before anything is changed"
    )


def lost_sessions(pair: Pair, a: ApplianceReadings) -> str:
    """Say that A's session data would be lost at the swing, "" if not: before 10.6 it must be extracted first."""
    check = pair.settings.checks.session_data
    if Release(text=a.site.product).merges_sessions_made_while_apart or check is None or not check.skip:
        return ""
    return (
        f"A runs {a.site.product}, before 10.6: its session data would be lost at the swing, and [checks] session_data is "
        "skipped; give it a command that extracts it, or a person who does"
    )


def refuse_cluster(appliance: Appliance, run: Run) -> None:
    """Refuse a cluster, which is upgraded differently; its page even has its own Sync Now."""
    sentence = f"{appliance.name} belongs to an Atlas cluster, which this procedure does not fit; nothing was changed"
    run.steps.observe(
        f"{appliance.unit.value}-cluster", f"That {appliance.name} is in no cluster", appliance, Guard,
        lambda: readings.guard(appliance),
        require=lambda guard: sentence if guard.cluster else "",
    )  # fmt: skip


def key_before(pair: Pair, run: Run) -> InterApplianceKey:
    """Read A's Inter-Appliance key, and compare B's if B shows it, before anything is broken (RE2); return A's."""
    key = inter_appliance_key(pair.a, run, "a-inter-appliance-key")
    inter_appliance_key(pair.b, run, "b-inter-appliance-key", require=lambda b: unlike_keys(key, b))
    return key


def inter_appliance_key(
    appliance: Appliance, run: Run, step: str, *, require: Callable[[InterApplianceKey], str] | None = None, again: str = ""
) -> InterApplianceKey:
    """Read the fingerprint of one appliance's Inter-Appliance key, as a durable step.

    Args:
        appliance: the appliance.
        run: the run.
        step: the step's name.
        require: the sentence that ends the run, or "".
        again: what the title ends with, if this is not the first reading.

    Returns:
        The reading; the key itself is kept nowhere.
    """
    return run.steps.observe(
        step, f"{appliance.name}'s Inter-Appliance key{again}", appliance, InterApplianceKey,
        lambda: readings.inter_appliance_key(appliance), procedure_ids=("RE2",), require=require,
    )  # fmt: skip


def unlike_keys(a: InterApplianceKey, b: InterApplianceKey) -> str:
    """Say that the keys of A and B differ; "" if they are the same, or if either is not shown."""
    if not a.fingerprint or not b.fingerprint or a.fingerprint == b.fingerprint:
        return ""
    return (
        "the Inter-Appliance keys of A and B differ, so the relationship could not be established again; "
        "set A's key on B too (Management > Security)"
    )


def not_at_target(run: Run, initial: Mapping[str, ApplianceReadings]) -> None:
    """Require, if the change is a patch, that every appliance runs the target version already.

    Raises:
        Refused: an appliance runs something else.
    """
    patch, site = run.settings.update.patch, run.settings.site
    other = [f"{name} runs {each.versions}" for name, each in initial.items() if not each.is_at(site)]
    if patch and other:
        target = f"{site.target_version}{f' on base {site.target_base}' if site.target_base else ''}"
        run.steps.require(
            "site-patch-on-target", "That the patch is installed on what runs",
            f"[update] patch = \"{patch}\" is installed on {target} as it runs, and {' and '.join(other)}: name in "
            "target_version what runs on both; a release is a change of its own, before it",
            procedure_ids=("OP4",),
        )  # fmt: skip


def tell_of_agreement(run: Run) -> None:
    """Note beforehand that an agreement may ask for a contact that nobody has given."""
    if run.settings.update.may_lack_contact:
        run.steps.note("site-agreement-may-ask", MAY_ASK)


def offered(appliance: Appliance, initial: ApplianceReadings, pair: Pair, run: Run) -> None:
    """Require that a complete chain of packages to the target, or the patch, is offered today (OP4).

    Args:
        appliance: the appliance.
        initial: what was read of it.
        pair: both appliances.
        run: the run.

    Raises:
        Refused: it is not offered.
    """
    patch = pair.settings.update.patch
    site, product, base = pair.settings.site, initial.site.product, initial.machine.base
    complete = no_chain(
        appliance.name, site, product=product, base=base, by_hand='Or begin again with [update] method = "manual"'
    )

    def as_planned(shown: Updates) -> str:
        chain = chain_to_target(shown.offers, product=product, base=base, site=site)
        return complete(shown) if isinstance(chain, str) else beyond_plan(appliance, chain, run)

    requirement = no_patch(appliance.name, patch) if patch else as_planned
    shown = run.steps.observe(
        f"{appliance.unit.value}-check-for-updates", f"What {appliance.name} is offered: Check for updates", appliance, Updates,
        lambda: readings.checked_updates(appliance), procedure_ids=("UA1", "UA2", "UA3", "OP4"), require=requirement,
    )  # fmt: skip
    tell_of_patches(appliance, run, shown, initial.site.product)
    tell_of_automatic_updates(appliance, run, shown)
