"""What was read of the pair before anything is changed, and what must be so of it.

The judgements are pure sentences, "" if it is so. The plan's checks and the run's first readings ask the same ones, so that
neither refuses what the other has passed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.requirements.update_chain import reached
from pages.readings.failover_status import Role
from pages.readings.release import Release
from robot.domain.versions import are_same_release

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flows.session.readings import InterApplianceKey, Machine
    from pages.readings.failover_status import FailoverStatus
    from pages.readings.machine import SharedAddress
    from pages.readings.site_status import SiteStatus
    from robot.settings.sections.pair_file import Check, Site

UNLIKE_KEYS = (
    "the Inter-Appliance keys of A and B differ, so the relationship could not be established again; "
    "set A's key on B too (Management > Security)"
)


@dataclass(frozen=True)
class RunningVersions:
    """What one appliance runs, in the words of its pages or of a snapshot."""

    product: str
    base: str

    def __str__(self) -> str:
        return f"{self.product} on base {self.base}"

    def is_at(self, site: Site) -> bool:
        """Return whether this is the target."""
        return reached(site, product=self.product, base=self.base)


@dataclass(frozen=True)
class ApplianceReadings:
    """What was read of one appliance before anything was changed; `shared` is `None` if the site has no shared IP."""

    machine: Machine
    site: SiteStatus
    failover: FailoverStatus
    shared: SharedAddress | None

    @property
    def versions(self) -> RunningVersions:
        """Its product and base versions."""
        return RunningVersions(self.site.product, self.machine.base)

    def is_at(self, site: Site) -> bool:
        """Return whether it runs the target already."""
        return self.versions.is_at(site)


@dataclass(frozen=True)
class Readiness:
    """Both appliances before anything is changed.

    Attributes:
        a: what was read of A.
        b: what was read of B.
        nothing_to_do: whether both run the target and the relationship stands.
        more: what is offered although nothing is to be done, in words; "" if nothing is.
        key: A's Inter-Appliance key; `None` if it was not read.
    """

    a: ApplianceReadings
    b: ApplianceReadings
    nothing_to_do: bool = False
    more: str = ""
    key: InterApplianceKey | None = None


def same_appliance(a: str, b: str) -> str:
    """Say that A and B, by their serial numbers, are one appliance at two addresses; "" if they are two."""
    return f"A and B are the same appliance, with the serial number {a}; correct the pair file" if a == b else ""


def role_conflict(a: Role, b: Role) -> str:
    """Say which appliance shows a role conflict, "" if none; people resolve it: the vendor's button would overwrite one side."""
    units = [unit for unit, role in (("A", a), ("B", b)) if role is Role.CONFLICT]
    if not units:
        return ""
    return (
        f"{' and '.join(units)} shows a role conflict between the two site instances; "
        "have a person resolve it by the vendor's guide, then begin again"
    )


def wrong_roles(a: Role, b: Role, age_of_sync: str = "") -> str:
    """Return why A is not the primary and B not its backup (PL10), "" if they are; B of a broken pair counts as stale (OP7).

    Args:
        a: A's role.
        b: B's role.
        age_of_sync: how old B's data is, as a half sentence; "" if that is not known.
    """
    if (a, b) == (Role.PRIMARY, Role.BACKUP):
        return ""
    if (a, b) == (Role.BACKUP, Role.PRIMARY):
        return "the roles are the other way round: A is the backup and B the primary; exchange [a] and [b]"
    if (a, b) == (Role.NONE, Role.NONE):
        stale = f", and {age_of_sync}" if age_of_sync else ""
        return (
            f"the pair is already broken: neither is in a failover relationship{stale}; B's data is stale until "
            "proved fresh. Re-establish the relationship by hand, or resume the run that broke it"
        )
    return f"A says it is {a.value} and B says {b.value}; A must be primary and B backup"


def half_done(a: RunningVersions, b: RunningVersions, site: Site) -> str:
    """Return which appliance was updated already while the other was not; "" if neither was alone.

    Args:
        a: what A runs.
        b: what B runs.
        site: the target.
    """
    for unit, each, other in (("B", b, a), ("A", a, b)):
        if each.is_at(site) and not other.is_at(site):
            return (
                f"{unit} is at {each} already while the other is at {other}: somebody began this "
                "upgrade; find out who, and finish it by hand or bring both to one release first"
            )
    return ""


def unlike_releases(a: str, b: str) -> str:
    """Say why A and B do not run one product release, of one build if both tell theirs; "" if they do."""
    if are_same_release(a, b):
        return ""
    return (
        f"A runs {a} and B {b}; a pair must run one release: find out who updated one alone, and bring both to one release first"
    )


def downgrade(products: Mapping[str, str], target: str) -> str:
    """Say which appliances run a newer product release than the target, by their names; "" if none does."""
    newer = [
        f"{name} runs {version} already, which is newer than {target}"
        for name, version in products.items()
        if Release(text=target).is_before(version) and not Release(text=version).is_(target)
    ]
    return f"{'; '.join(newer)}: there is no downgrade; correct the target" if newer else ""


def not_on_target(running: Mapping[str, RunningVersions], patch: str | None, site: Site) -> str:
    """Return, if the change is a patch, which appliances do not run the target version already; "" if all do.

    Args:
        running: what each appliance runs, by its name.
        patch: the patch's name; `None` if the change is none.
        site: the target.

    Returns:
        The sentence, with what to do.
    """
    other = [f"{name} runs {versions}" for name, versions in running.items() if not versions.is_at(site)]
    if not patch or not other:
        return ""
    target = f"{site.target_version}{f' on base {site.target_base}' if site.target_base else ''}"
    return (
        f'[update] patch = "{patch}" is installed on {target} as it runs, and {" and ".join(other)}: name in '
        "target_version what runs on both; a release is a change of its own, before it"
    )


def wrong_shared_ip(ip: str, *, a: bool | None, b: bool | None) -> str:
    """Return why the shared IP is not enabled on A alone; "" if it is.

    Args:
        ip: the shared IP.
        a: whether it is enabled on A; `None` if that cannot be read.
        b: the same of B.
    """
    if (a, b) == (True, False):
        return ""
    words = {True: "enabled", False: "disabled", None: "unreadable"}
    return (
        f"the shared IP {ip} is {words[a]} on A and {words[b]} on B; it must be enabled "
        "on A and disabled on B before anything is changed"
    )


def lost_sessions(product: str, check: Check | None) -> str:
    """Return that A's session data would be lost at the swing, "" if not: before 10.6 it must be extracted first.

    Args:
        product: the product version that A runs.
        check: the pair file's `session_data`.
    """
    if Release(text=product).merges_sessions_made_while_apart or check is None or not check.skip:
        return ""
    return (
        f"A runs {product}, before 10.6: its session data would be lost at the swing, and [checks] session_data is "
        "skipped; give it a command that extracts it, or a person who does"
    )


def in_a_cluster(name: str, *, member: bool) -> str:
    """Say that an appliance is in a cluster, which is upgraded differently; "" if it is not."""
    return f"{name} belongs to an Atlas cluster, which this procedure does not fit; nothing was changed" if member else ""


def is_installing(name: str, running: str) -> str:
    """Return that an appliance is installing something; "" if it is not.

    Args:
        name: the appliance, as a person says it.
        running: what it says of the installation that runs; "" if none does.
    """
    return f"{name} is installing something ({running}): wait for its end, and see who began it" if running else ""


def in_a_relationship(role: Role) -> str:
    """Say why an appliance is not a single one; "" if it is."""
    if role is Role.NONE:
        return ""
    return (
        f"A is {role.value} in a failover relationship; a single upgrade would leave the other one behind: use the asynchronous "
        "or the synchronous procedure"
    )
