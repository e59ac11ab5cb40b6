"""Before anything is changed: are these the two appliances, in these roles, with a way to the target?

Every check is *no* until it is proved otherwise, and every *no* says why and what to do.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flows.checks.found import Found, Readiness
from flows.checks.nothing_offered import no_chain
from flows.checks.production_readiness import fit_to_serve
from flows.checks.reachability import each_reaches_the_other
from flows.checks.update_files import files_are_there
from flows.session import readings
from flows.session.readings import Guard, InterApplianceKey, Machine
from flows.steps.installers import keep_old_installers
from flows.steps.patches import no_patch, nothing_is_left, tell_of_patches
from robot.domain.model import FailoverStatus, Release, Role, SharedAddress, SiteStatus, Updates
from robot.domain.waiting import duration
from robot.settings.contact import MAY_ASK

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from robot.execution.run import Run
    from robot.settings.sections import Site


def readiness(pair: Pair, run: Run, *, swings: bool = True) -> Readiness:
    """Read everything, and refuse whatever is not as it must be.

    Args:
        pair: both.
        run: the run.
        swings: whether the site will be swung, so that A's session data is at stake.

    Raises:
        Refused: with the reason and what to do.
    """
    with run.under("Before anything is changed"):
        a, b = look_at(pair.a, pair, run), look_at(pair.b, pair, run)
        run.steps.require("site-two-appliances", "That A and B are two appliances", same_appliance(a, b), fulfils=("PL10",))
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
        not_at_target(run, {"A": a, "B": b})
        run.steps.require("site-no-conflict", "That the roles do not conflict", conflict(a, b), fulfils=("PL10", "RE12"))
        run.steps.require("site-roles", "That A is the primary and B its backup", wrong_roles(a, b), fulfils=("PL10", "OP7"))
        run.steps.require("site-untouched", "That nobody has begun this upgrade", half_done(a, b, site), fulfils=("OP8",))
        run.steps.require(
            "site-shared-ip", "That A alone has the shared IP", wrong_shared_ip(a.shared, b.shared), fulfils=("PL2", "PL10")
        )
        for box in (pair.a, pair.b):
            refuse_cluster(box, run)
        if swings:
            run.steps.require(
                "a-session-data", "That A's session data can be extracted", lost_sessions(pair, a), fulfils=("MP4",)
            )
            fit_to_serve(pair, run, a, b)
        key = key_before(pair, run)
        each_reaches_the_other(pair, run, before="break")
        for box in (pair.a, pair.b):
            keep_old_installers(box, pair, run)
        if pair.settings.update.method == "manual":
            files_are_there(pair, run, {"a": a, "b": b})
        else:
            for box, found in ((pair.a, a), (pair.b, b)):
                offered(box, found, pair, run)
            tell_of_agreement(run)
        return Readiness(a, b, key=key)


def look_at(box: Appliance, pair: Pair, run: Run) -> Found:
    """Read one appliance: who it is, what it runs, its role, and the shared IP."""
    u, n = box.unit.value, box.name
    machine = run.steps.observe(
        f"{u}-status-basics", f"Who {n} is: Status > Basics", box, Machine, lambda: readings.machine(box),
        fulfils=("PL10", "OP2", "OP3"),
    )  # fmt: skip
    box.expect(machine.identity)
    shared = pair.swing.read_first(box, run)
    site = run.steps.observe(
        f"{u}-status-information", f"What {n} runs: Status > Information", box, SiteStatus,
        lambda: readings.site_status(box), fulfils=("PL4",),
    )  # fmt: skip
    failover = run.steps.observe(
        f"{u}-failover", f"{n}'s role: Management > Failover", box, FailoverStatus,
        lambda: readings.failover(box), fulfils=("PL10", "RE12"),
    )  # fmt: skip
    return Found(machine, site, failover, shared)


def same_appliance(a: Found, b: Found) -> str:
    """Why they are one box under two addresses, or ""."""
    if a.machine.serial != b.machine.serial:
        return ""
    return f"A and B are the same appliance, with the serial number {a.machine.serial}; correct the pair file"


def conflict(a: Found, b: Found) -> str:
    """A role conflict is for people to resolve: the vendor's own button would overwrite one side."""
    unit = next((unit for unit, found in (("A", a), ("B", b)) if found.failover.role is Role.CONFLICT), "")
    if not unit:
        return ""
    return (
        f"{unit} shows a role conflict between the two site instances; "
        "have a person resolve it by the vendor's guide, then begin again"
    )


def wrong_roles(a: Found, b: Found) -> str:
    """A must be the primary and B its backup (PL10); a pair found broken is stale until proved fresh (OP7)."""
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


def age_of_sync(b: Found) -> str:
    """Say how old B's data is, by B's own clock where both times can be read."""
    told = b.failover.last_sync
    if not told:
        return "B tells no last synchronisation"
    then, now = moment(told), moment(b.machine.system_time)
    ago = f" ({duration((now - then).total_seconds())} ago by its own clock)" if then and now and now > then else ""
    return f"B's last synchronisation was {told}{ago}"


def moment(told: str) -> datetime | None:
    """Read a time as appliances word it, without regard to its zone; `None` where that fails."""
    found = re.search(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d))?", told)
    return datetime(*(int(part or 0) for part in found.groups()), tzinfo=UTC) if found else None


def half_done(a: Found, b: Found, site: Site) -> str:
    """Neither may have been updated already."""
    for unit, found, other in (("B", b, a), ("A", a, b)):
        if found.is_at(site) and not other.is_at(site):
            return (
                f"{unit} is at {found.versions} already while the other is at {other.versions}: somebody began this "
                "upgrade; find out who, and finish it by hand or bring both to one release first"
            )
    return ""


def wrong_shared_ip(a: SharedAddress | None, b: SharedAddress | None) -> str:
    """Where the site moves with a shared IP, that must be enabled on A and only there."""
    if a is None or b is None or (a.enabled, b.enabled) == (True, False):
        return ""
    said = {True: "enabled", False: "disabled", None: "unreadable"}
    return (
        f"the shared IP {a.ip} is {said[a.enabled]} on A and {said[b.enabled]} on B; it must be enabled "
        "on A and disabled on B before anything is changed"
    )


def lost_sessions(pair: Pair, a: Found) -> str:
    """Before 10.6 A's session data must be extracted before the swing: that it cannot be is said before anything is changed."""
    check = pair.settings.checks.session_data
    if Release(text=a.site.product).merges_sessions_made_while_apart or check is None or not check.skip:
        return ""
    return (
        f"A runs {a.site.product}, before 10.6: its session data would be lost at the swing, and [checks] session_data is "
        "skipped; give it a command that extracts it, or a person who does"
    )


def refuse_cluster(box: Appliance, run: Run) -> None:
    """A cluster is upgraded differently; its page even has a Sync Now of its own."""
    sentence = f"{box.name} belongs to an Atlas cluster, which this procedure does not fit; nothing was changed"
    run.steps.observe(
        f"{box.unit.value}-cluster", f"That {box.name} is in no cluster", box, Guard, lambda: readings.guard(box),
        require=lambda guard: sentence if guard.cluster else "",
    )  # fmt: skip


def key_before(pair: Pair, run: Run) -> InterApplianceKey:
    """A's Inter-Appliance key, and B's where a backup shows it; compared before anything is broken where possible (RE2)."""
    key = inter_appliance_key(pair.a, run, "a-inter-appliance-key")
    inter_appliance_key(pair.b, run, "b-inter-appliance-key", require=lambda b: unlike_keys(key, b))
    return key


def inter_appliance_key(
    box: Appliance, run: Run, step: str, *, require: Callable[[InterApplianceKey], str] | None = None, again: str = ""
) -> InterApplianceKey:
    """Read one appliance's key, which is kept nowhere."""
    return run.steps.observe(
        step, f"{box.name}'s Inter-Appliance key{again}", box, InterApplianceKey,
        lambda: readings.inter_appliance_key(box), fulfils=("RE2",), require=require,
    )  # fmt: skip


def unlike_keys(a: InterApplianceKey, b: InterApplianceKey) -> str:
    """Both keys must be the same, where both are shown."""
    if not a.fingerprint or not b.fingerprint or a.fingerprint == b.fingerprint:
        return ""
    return (
        "the Inter-Appliance keys of A and B differ, so the relationship could not be established again; "
        "set A's key on B too (Management > Security)"
    )


def not_at_target(run: Run, found: Mapping[str, Found]) -> None:
    """A patch is installed on what runs already: that is what target_version must name.

    Raises:
        Refused: an appliance runs something else.
    """
    patch, site = run.settings.update.patch, run.settings.site
    other = [f"{name} runs {each.versions}" for name, each in found.items() if not each.is_at(site)]
    if patch and other:
        target = f"{site.target_version}{f' on base {site.target_base}' if site.target_base else ''}"
        run.steps.require(
            "site-patch-on-target", "That the patch is installed on what runs",
            f"[update] patch = \"{patch}\" is installed on {target} as it runs, and {' and '.join(other)}: name in "
            "target_version what runs on both; a release is a change of its own, before it",
            fulfils=("OP4",),
        )  # fmt: skip


def tell_of_agreement(run: Run) -> None:
    """Say beforehand that an agreement may ask for a contact that nobody has given."""
    if run.settings.update.may_lack_contact:
        run.steps.note("site-agreement-may-ask", MAY_ASK)


def offered(box: Appliance, found: Found, pair: Pair, run: Run) -> None:
    """Today, a complete chain of packages to the target must be offered; or the patch that is the whole change (OP4)."""
    patch = pair.settings.update.patch
    lacking = no_chain(
        box.name, pair.settings.site, product=found.site.product, base=found.machine.base,
        by_hand='Or begin again with [update] method = "manual"',
    )  # fmt: skip
    if patch:
        lacking = no_patch(box.name, patch)
    shown = run.steps.observe(
        f"{box.unit.value}-check-for-updates", f"What {box.name} is offered: Check for updates", box, Updates,
        lambda: readings.checked_updates(box), fulfils=("UA1", "UA2", "UA3", "OP4"), require=lacking,
    )  # fmt: skip
    tell_of_patches(box, run, shown, found.site.product)
