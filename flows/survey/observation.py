"""Read a whole pair without pressing anything: for a first look at real appliances, and before a change."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from flows.session import readings
from flows.survey.control_inventory import Survey, lacking, nobody_keeps
from flows.survey.control_inventory import told as survey_told
from flows.swings import pair_of
from pages.appliance.basics import BasicsScreen
from pages.appliance.ip_configuration import AddressForm, IpConfigurationScreen
from pages.appliance.updates import UpdatesScreen
from pages.appliance.utilities import UtilitiesScreen
from pages.login.failover import FailoverScreen
from pages.login.security import SecurityScreen
from pages.login.software_management import SoftwareManagementScreen
from pages.login.status import StatusScreen
from robot.domain.waiting import Poller
from robot.runs.lease import lease_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from robot.runs.lease import Lease
    from robot.settings import Settings
    from robot.settings.secrets import Secrets

_CLUSTER = {True: "yes", False: "no", None: "not read"}


def observe_pair(
    settings: Settings, known: Secrets, *, check_updates: bool, keep: Callable[[Appliance, str], None] | None = None
) -> dict[str, Any]:
    """Read both appliances, and look for every screen and control of the procedure.

    Args:
        settings: the pair file.
        known: its secrets.
        check_updates: whether Check for updates is pressed, which alters nothing.
        keep: if given, called with the appliance and a screen's title while that screen, or another page in its place, is shown.

    Returns:
        Plain JSON for each unit, "a" and "b": `address`, `machine`, `shared_ip`, `updates`, `site`, `failover`,
        `inter_appliance_key`, `cluster`, and `screens` as in `Survey`; `null` or empty for what could not be read.

    Raises:
        Refused: a run is working on the pair (there is one session per account), or a screen refuses.
    """
    lease = lease_for(os.environ.get("FAILOVER_ROBOT_DATABASE_URL"))
    pair = pair_of(settings, known, Poller())
    try:
        for appliance in (settings.a, settings.b):
            lease.add(f"{appliance.address.lower()}:{appliance.port}")
        return {
            appliance.unit.value: _observed(appliance, pair, lease, keep, check_updates=check_updates)
            for appliance in (pair.a, pair.b)
        }
    finally:
        pair.close()
        lease.release()


def _observed(
    appliance: Appliance, pair: Pair, lease: Lease, keep: Callable[[Appliance, str], None] | None, *, check_updates: bool
) -> dict[str, Any]:
    survey = Survey(appliance, (lambda title: keep(appliance, title)) if keep else nobody_keeps)
    machine = survey.of(BasicsScreen, lambda _: readings.machine(appliance))
    if machine:
        appliance.expect(machine.identity)
        lease.add(f"serial {machine.serial}")  # a run may be at work on it under another name
    shared = _shared_ip(appliance, survey, pair.settings.swing.shared_ip)
    updates = survey.of(
        UpdatesScreen,
        lambda screen: readings.checked(screen, appliance) if check_updates else screen.read(),
        lambda screen, reading: () if reading.installing else screen.available.controls(reading.offers, appliance.answers),
    )
    survey.of(UtilitiesScreen, lambda _: None, needed=False)
    site = survey.of(StatusScreen, lambda screen: screen.read())
    cluster = readings.guard(appliance).cluster if site else None
    failover = survey.of(
        FailoverScreen, lambda screen: screen.read(), lambda screen, reading: screen.controls(reading.role, appliance.answers)
    )
    hidden = failover is not None and failover.role == "backup"  # a backup may show neither of the two
    survey.of(SoftwareManagementScreen, lambda _: None, lambda screen, _: screen.controls(), needed=not hidden)
    masked = survey.of(SecurityScreen, lambda screen: screen.inter_appliance_key() is None, needed=False)
    return {
        "address": appliance.endpoint.address,
        "machine": machine and machine.plain(),
        "shared_ip": shared,
        "updates": updates and updates.plain(),
        "site": site and site.plain(),
        "failover": failover and failover.plain(),
        "inter_appliance_key": "not shown" if masked is None else ("masked" if masked else "shown"),
        "cluster": cluster,
        "screens": survey.screens,
    }


def _shared_ip(appliance: Appliance, survey: Survey, ip: str | None) -> dict[str, Any]:
    """Read whether the shared IP is enabled there.

    Returns:
        `ip` and `enabled`; empty if the site has no shared IP, or if it cannot be read.
    """
    if ip is None:
        return {}
    listed = survey.of(IpConfigurationScreen, lambda screen: screen, lambda screen, _: screen.controls(ip))
    if listed is None:
        return {}
    form = survey.of(
        AddressForm, lambda form: form.read(), lambda form, _: form.controls(appliance.answers), opened=lambda: listed.edit(ip)
    )
    return {"ip": ip, "enabled": form.enabled} if form else {}


def lacks(observed: dict[str, Any]) -> list[str]:
    """Return what a run needs of either appliance and was not found, a sentence each."""
    return [sentence for appliance in observed.values() for sentence in lacking(appliance["screens"])]


def told(observed: dict[str, Any]) -> str:
    """Tell a person what was read of both appliances, line by line."""
    parts: list[str] = []
    for unit, appliance in observed.items():
        machine: dict[str, Any] = appliance["machine"] or {}
        site: dict[str, Any] = appliance["site"] or {}
        failover: dict[str, Any] = appliance["failover"] or {}
        updates: dict[str, Any] = appliance["updates"] or {}
        runs = f"product {site.get('product', 'not read')}, base {machine.get('base', 'not read')}"
        parts += [
            f"{unit.upper()}  {appliance['address']}  serial {machine.get('serial', 'not read')}",
            f"   {runs}, {site.get('state') or 'state unknown'}",
            f"   failover: {failover.get('role', 'not read')}, last synchronisation {failover.get('last_sync') or 'unknown'}",
            *(
                [f"   shared IP: {'enabled' if appliance['shared_ip']['enabled'] else 'disabled'}"]
                if appliance["shared_ip"]
                else []
            ),
            f"   connected clients: {site.get('clients') or 'unknown'}",
            f"   Inter-Appliance key: {appliance['inter_appliance_key']}; cluster: {_CLUSTER[appliance['cluster']]}",
        ]
        parts += [
            f"   offered: {offer['name']}{'' if offer['enabled'] else ' (greyed out)'}" for offer in updates.get("offers", ())
        ]
        parts += [f"   {line}" for line in survey_told(appliance["screens"])]
    return "\n".join(parts)
