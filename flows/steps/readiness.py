"""Before anything is changed: are these the two appliances, in these roles, with a way to the target?

Every check fails until the opposite is proved, and every failure says why and what to do. What no page tells is asked of a person
where the procedure refuses without it; elsewhere it is noted as not checked, and the report says so.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flows.requirements.nothing_offered import no_chain
from flows.requirements.production_readiness import fit_to_serve, lasts_to_the_end
from flows.requirements.reachability import each_reaches_the_other
from flows.requirements.readiness_readings import (
    UNLIKE_KEYS,
    ApplianceReadings,
    Readiness,
    downgrade,
    half_done,
    in_a_cluster,
    is_installing,
    lost_sessions,
    not_on_target,
    role_conflict,
    same_appliance,
    unlike_releases,
    wrong_roles,
    wrong_shared_ip,
)
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
from robot.settings.sections.contact import MAY_ASK

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from robot.changes.run import Run


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
        serials, site, roles = (a.machine.serial, b.machine.serial), pair.settings.site, {a.failover.role, b.failover.role}
        run.steps.require(
            "site-two-appliances", "That A and B are two appliances", same_appliance(*serials), procedure_ids=("PL10",)
        )
        run.tell({"event": "lease", "serials": list(serials)})
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
            lost = lost_sessions(a.site.product, pair.settings.checks.session_data)
            run.steps.require("a-session-data", "That A's session data can be extracted", lost, procedure_ids=("MP4",))
            fit_to_serve(pair, run, a, b)
        else:
            lasts_to_the_end(run, {"A": a, "B": b})
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
    site, roles, versions = pair.settings.site, (a.failover.role, b.failover.role), (a.versions, b.versions)
    not_at_target(run, {"A": a, "B": b})
    no_downgrade(run, {"A": a, "B": b})
    run.steps.require("site-no-conflict", "That the roles do not conflict", role_conflict(*roles), procedure_ids=("PL10", "RE12"))
    run.steps.require(
        "site-roles", "That A is the primary and B its backup", wrong_roles(*roles, age_of_sync(b)), procedure_ids=("PL10", "OP7")
    )
    run.steps.require("site-untouched", "That nobody has begun this upgrade", half_done(*versions, site), procedure_ids=("OP8",))
    unlike = unlike_releases(*(Release(text=each.site.product).dotted or each.site.product for each in (a, b)))
    run.steps.require("site-same-release", "That both run the same release", unlike, procedure_ids=("OP8",))
    if a.shared and b.shared:
        odd = wrong_shared_ip(a.shared.ip, a=a.shared.enabled, b=b.shared.enabled)
        run.steps.require("site-shared-ip", "That A alone has the shared IP", odd, procedure_ids=("PL2", "PL10"))


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


def refuse_cluster(appliance: Appliance, run: Run) -> None:
    """Refuse a cluster; its page even has its own Sync Now."""
    run.steps.observe(
        f"{appliance.unit.value}-cluster", f"That {appliance.name} is in no cluster", appliance, Guard,
        lambda: readings.guard(appliance),
        require=lambda guard: in_a_cluster(appliance.name, member=guard.cluster),
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
    return UNLIKE_KEYS


def not_at_target(run: Run, initial: Mapping[str, ApplianceReadings]) -> None:
    """Require, if the change is a patch, that every appliance runs the target version already.

    Raises:
        Refused: an appliance runs something else.
    """
    versions = {name: each.versions for name, each in initial.items()}
    other = not_on_target(versions, run.settings.update.patch, run.settings.site)
    run.steps.require("site-patch-on-target", "That the patch is installed on what runs", other, procedure_ids=("OP4",))


def no_downgrade(run: Run, initial: Mapping[str, ApplianceReadings]) -> None:
    """Require that no appliance runs a newer release than the target.

    Raises:
        Refused: one does.
    """
    newer = downgrade({name: each.site.product for name, each in initial.items()}, run.settings.site.target_version)
    run.steps.require("site-no-downgrade", "That the target is no older release", newer, procedure_ids=("OP4",))


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
        lambda: readings.checked_updates(appliance), procedure_ids=("UA1", "UA2", "UA3", "OP4"),
        require=lambda shown: is_installing(appliance.name, shown.running) or requirement(shown),
    )  # fmt: skip
    tell_of_patches(appliance, run, shown, initial.site.product)
    tell_of_automatic_updates(appliance, run, shown)
