"""From looks to areas: one appliance's part of a snapshot. Pure functions; they say of everything unknown why, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from flows.areas import area_values as seen
from flows.areas.pair_snapshot import BY_A_PERSON, ApplianceSnapshot, Area, Unknown
from flows.requirements.update_chain import chain_to_target
from flows.requirements.uptime import seconds
from flows.survey.appliance_sights import NO_SUCH_PAGE, ApplianceSights
from flows.survey.witness import Sight
from pages.engine.text.moments import parse_moment
from pages.readings.failover_status import Role
from robot.domain.model import Reading
from robot.domain.versions import build_in, version_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.session.readings import InterApplianceKey, Machine
    from pages.readings.available_updates import Updates
    from pages.readings.failover_status import FailoverStatus
    from pages.readings.machine import Addresses, SharedAddress
    from pages.readings.site_status import SiteStatus
    from robot.settings.sections.pair_file import Site

V = TypeVar("V", bound=Reading)
T = TypeVar("T")
READ_AGAIN = "when it is observed again, once that page can be read"
AFTER_THE_BREAK = "after the break, when the backup shows its tabs again"
WITH_A_RELATIONSHIP = "once a failover relationship is established"
BY_CHECKING = "when Check for updates is pressed: with observe --check-updates, and in a run before the break"
BY_TESTING = "when its TCP Connection Test is pressed: with observe --test-connections, and in a run before the break"
_UNTOLD = Unknown(reason="its pages do not tell it", known=BY_A_PERSON)
_HIDDEN = Unknown(reason="a backup hides its tabs, and what it shows does not tell it", known=AFTER_THE_BREAK)
_UNTOLD_BY_API = tuple(
    Unknown(of=name, reason="its API does not tell it", known=BY_A_PERSON) for name in seen.ApiAnswers.model_fields
)
_WORDS = {True: "enabled", False: "disabled", None: "not told"}


def area(
    kind: type[V],
    sight: Sight[T],
    make: Callable[[T], V | Unknown],
    *gaps: Unknown,
    hidden: bool = False,
    known: str = READ_AGAIN,
) -> Area[V]:
    """Make one area of one look.

    Args:
        kind: the type of the area's value.
        sight: the look.
        make: makes the value of what was read; or says why it is unknown.
        gaps: why fields are unknown, by their names; if none is given for a field, its pages do not tell it.
        hidden: whether the appliance hides tabs, and so what no page tells.
        known: when it will be known, if nothing was read.

    Returns:
        The area.
    """
    place: dict[str, Any] = {"seq": sight.seq, "picture": sight.picture, "no_picture": sight.no_picture}
    if sight.value is None:
        reason = sight.says.partition("; there is instead")[0] or "it was not read"
        known = BY_A_PERSON if reason == NO_SUCH_PAGE else AFTER_THE_BREAK if hidden else known
        unknown = Unknown(reason=reason, known=known)
        return Area[kind](unknown=(unknown,), **place)
    value = make(sight.value)
    if isinstance(value, Unknown):
        return Area[kind](unknown=(value,), **place)
    why = {gap.of: gap for gap in gaps}
    otherwise = _HIDDEN if hidden else _UNTOLD
    unsaid = [name for name in kind.model_fields if getattr(value, name) is None]
    told = tuple(why.get(name, otherwise.model_copy(update={"of": name})) for name in unsaid)
    return Area[kind](value=value, unknown=told, **place)


def appliance_snapshot(sights: ApplianceSights, site: Site) -> ApplianceSnapshot:
    """Make one appliance's part of a snapshot.

    Args:
        sights: what was seen of it.
        site: the target.

    Returns:
        Its areas.
    """
    failover, hides = sights.failover, sights.is_backup
    return ApplianceSnapshot(
        address=sights.address,
        **_machine_areas(sights),
        **_site_areas(sights),
        relationship=area(seen.Relationship, failover, _relationship, _no_relationship("peer")),
        synchronisation=area(seen.LastSynchronisation, failover, lambda shown: _synchronisation(shown, sights.machine.value)),
        failover_settings=area(seen.FailoverSettings, failover, _failover_settings),
        shared_ip=_shared_ip(sights),
        other_addresses=area(seen.OtherAddresses, sights.addresses, lambda listed: _others(listed, sights)),
        key=area(seen.KeyShown, sights.key, _key, hidden=hides),
        offered=area(seen.OfferedUpdates, sights.updates, lambda shown: _offered(shown, sights, site), *_no_chain(sights, site)),
        installation=area(seen.InstalledSoftware, sights.updates, _installation),
        automatic_updates=area(seen.AutomaticUpdates, sights.updates, _automatic),
        tabs=_tabs(sights),
        reach=area(seen.OpenPort, sights.reach, _same, _not_tested(sights)),
        cluster=area(seen.Cluster, sights.cluster, lambda guard: seen.Cluster(member=guard.cluster), hidden=hides),
        health_page=area(seen.HealthPage, sights.health_page, _same),
        api=sights.api and area(seen.ApiAnswers, sights.api, _same, *_UNTOLD_BY_API),
    )


def areas_of_first_readings(
    machine: Machine, site: SiteStatus, failover: FailoverStatus, shared: SharedAddress | None
) -> dict[str, Area[Any]]:
    """Make the areas of what a run reads first of an appliance, as they are made of an observation.

    Args:
        machine: who it is.
        site: what it runs.
        failover: its role.
        shared: the shared IP on it; `None` if the site has none.

    Returns:
        The areas by their names in a snapshot.
    """
    who, runs, role = Sight(machine), Sight(site), Sight(failover)
    areas: dict[str, Area[Any]] = {
        "identity": area(seen.MachineNumbers, who, _numbers),
        "certificate": area(seen.ShownCertificate, who, _certificate),
        "base": area(seen.BaseSoftware, who, _base),
        "product": area(seen.Product, runs, _product),
        "relationship": area(seen.Relationship, role, _relationship, _no_relationship("peer")),
        "failover_settings": area(seen.FailoverSettings, role, _failover_settings),
    }
    return areas if shared is None else {**areas, "shared_ip": area(seen.SharedIp, Sight(shared), _enabled)}


def _machine_areas(sights: ApplianceSights) -> dict[str, Any]:
    machine = sights.machine
    return {
        "base": area(seen.BaseSoftware, machine, _base),
        "identity": area(seen.MachineNumbers, machine, _numbers),
        "certificate": area(seen.ShownCertificate, machine, _certificate),
        "clock": area(seen.Clock, machine, _clock),
        "disks": area(
            seen.DisksUsed, sights.disks,
            lambda disks: seen.DisksUsed(used_percent=disks.used_percent) if disks.used_percent else _UNTOLD,
        ),
        "health": area(
            seen.HealthChecks, sights.health, lambda health: seen.HealthChecks(checks=health.checks) if health.checks else _UNTOLD
        ),
    }  # fmt: skip


def _site_areas(sights: ApplianceSights) -> dict[str, Any]:
    site, hides = sights.site, sights.is_backup
    return {
        "product": area(seen.Product, site, _product),
        "licences": area(
            seen.Licences, site, lambda status: seen.Licences(numbers=status.licences) if status.licences else _UNTOLD
        ),
        "maintenance": area(
            seen.Maintenance, site, lambda status: seen.Maintenance(until=status.maintenance) if status.maintenance else _UNTOLD
        ),
        "signed_in": area(
            seen.SignedIn, site,
            lambda status: seen.SignedIn(representatives=status.representatives, sessions=status.sessions), hidden=hides,
        ),
        "holdings": area(
            seen.Holdings, sights.counts,
            lambda held: seen.Holdings(
                users=held.users, group_policies=held.groups, jump_items=held.jump_items, jump_clients=held.jump_clients,
                recorded_sessions=held.recorded_sessions,
            ), hidden=hides,
        ),
    }  # fmt: skip


def _same(value: V) -> V:
    return value


def _version(text: str) -> str:
    return str(version_in(text) or text)


def _base(shown: Machine) -> seen.BaseSoftware:
    return seen.BaseSoftware(version=_version(shown.base), build=build_in(shown.base) or None)


def _numbers(shown: Machine) -> seen.MachineNumbers:
    return seen.MachineNumbers(serial=shown.serial, guid=shown.guid or None)


def _certificate(shown: Machine) -> seen.ShownCertificate:
    return seen.ShownCertificate(
        subject=shown.certificate, names=shown.names, valid_until=shown.valid_until, public_key=shown.key
    )


def _product(status: SiteStatus) -> seen.Product:
    build = status.build or build_in(status.product)
    return seen.Product(version=_version(status.product), build=build or None, state=status.state or None)


def _relationship(shown: FailoverStatus) -> seen.Relationship:
    return seen.Relationship(role=shown.role, peer=shown.peer or None, alerts=shown.alerts)


def _no_relationship(field: str) -> Unknown:
    return Unknown(of=field, reason="the page names no other appliance", known=WITH_A_RELATIONSHIP)


def _synchronisation(shown: FailoverStatus, machine: Machine | None) -> seen.LastSynchronisation:
    age = _age_s(shown.last_sync, machine.system_time if machine else "")
    return seen.LastSynchronisation(
        last=shown.last_sync or None, age_s=age, running=shown.syncing, result=shown.sync_status or None
    )  # fmt: skip


def _age_s(synced: str, clock: str) -> int | None:
    """Return how long ago a moment was, by a clock of the same appliance; `None` if one of them can be read in several ways."""
    then, now = parse_moment(synced), parse_moment(clock)
    if then is None or now is None or len(then.ways) != 1 or len(now.ways) != 1 or then.offset != now.offset:
        return None
    [at], [until] = then.ways, now.ways
    age = int((until - at).total_seconds()) + (now.seconds or 0) - (then.seconds or 0)
    return age if age >= 0 else None


def _failover_settings(shown: FailoverStatus) -> seen.FailoverSettings | Unknown:
    if shown.settings:
        return seen.FailoverSettings(settings=shown.settings)
    if shown.role is Role.NONE:
        return Unknown(reason="without a relationship the page has no settings", known=WITH_A_RELATIONSHIP)
    return _UNTOLD


def _shared_ip(sights: ApplianceSights) -> Area[seen.SharedIp]:
    if sights.shared is None:
        none = Unknown(reason="the site has no shared IP: it is swung in another way", known="never: there is none to be seen")
        return area(seen.SharedIp, sights.addresses, lambda _: none)
    return area(seen.SharedIp, sights.shared, _enabled)


def _enabled(form: SharedAddress) -> seen.SharedIp | Unknown:
    return _UNTOLD if form.enabled is None else seen.SharedIp(ip=form.ip, enabled=form.enabled)


def _others(listed: Addresses, sights: ApplianceSights) -> seen.OtherAddresses | Unknown:
    shared = sights.shared.value.ip if sights.shared and sights.shared.value else ""
    others = {ip: _WORDS[enabled] for ip, enabled in listed.enabled.items() if ip != shared}
    return seen.OtherAddresses(addresses=others) if others else _UNTOLD


def _key(read: InterApplianceKey) -> seen.KeyShown:
    return seen.KeyShown(key="masked" if read.masked else "shown")


def _offered(shown: Updates, sights: ApplianceSights, site: Site) -> seen.OfferedUpdates | Unknown:
    if not shown.checked and not shown.offers:
        reason = "Check for updates was not pressed, and the page lists nothing"
        return Unknown(reason=reason, known=BY_CHECKING, not_pressed=not sights.may.check_updates)
    chain = _chain(shown, sights, site)
    names = None if isinstance(chain, str) else tuple(offer.title for offer in chain)
    return seen.OfferedUpdates(offers=shown.offers, chain=names, message=shown.message)


def _chain(shown: Updates, sights: ApplianceSights, site: Site) -> Any:
    """Return the packages that lead to the target, in order; or the sentence that says why none do."""
    if sights.site.value is None or sights.machine.value is None:
        return "what it runs could not be read"
    return chain_to_target(shown.offers, product=sights.site.value.product, base=sights.machine.value.base, site=site)


def _no_chain(sights: ApplianceSights, site: Site) -> tuple[Unknown, ...]:
    chain = _chain(sights.updates.value, sights, site) if sights.updates.value else ()
    return (Unknown(of="chain", reason=chain, known=BY_CHECKING),) if isinstance(chain, str) else ()


def _installation(shown: Updates) -> seen.InstalledSoftware:
    return seen.InstalledSoftware(running=shown.running, installed=shown.installed, takes_files=shown.by_hand)


def _automatic(shown: Updates) -> seen.AutomaticUpdates | Unknown:
    if shown.has_automatic:
        return seen.AutomaticUpdates(on=bool(shown.automatic))
    return Unknown(reason="its Updates page has no such setting", known=BY_A_PERSON)


def _clock(machine: Machine) -> seen.Clock:
    moment = parse_moment(machine.system_time)
    return seen.Clock(
        time=machine.system_time or None, zone=machine.zone or (moment.zone if moment else "") or None,
        uptime=machine.uptime or None, uptime_s=None if (up := seconds(machine.uptime)) is None else int(up),
    )  # fmt: skip


def _tabs(sights: ApplianceSights) -> Area[seen.Menus]:
    appliance = sights.appliance_menu.value
    return area(
        seen.Menus,
        sights.site_menu,
        lambda login: seen.Menus(login=login, appliance=appliance) if login and appliance else _UNTOLD,
    )


def _not_tested(sights: ApplianceSights) -> Unknown:
    if sights.may.test_connections:
        return Unknown(of="from_appliance", reason="its TCP Connection Test told nothing clear", known=BY_A_PERSON)
    reason = "its TCP Connection Test was not pressed"
    return Unknown(of="from_appliance", reason=reason, known=BY_TESTING, not_pressed=True)
