"""A healthy pair as an observation sees it, and its snapshot: made without a browser, by the functions that make real ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flows.areas.area_values import DnsAnswers, HealthPage, Keys, OpenPort, PortalAnswer
from flows.areas.pair_snapshot import PairSnapshot, SiteSnapshot
from flows.requirements.counts import Counts
from flows.session.readings import Guard, InterApplianceKey, Machine
from flows.survey.appliance_areas import appliance_snapshot, area
from flows.survey.appliance_sights import ApplianceSights, MayPress
from flows.survey.witness import Sight
from pages.readings.available_updates import UpdateOffer, Updates
from pages.readings.failover_status import FailoverStatus, Role
from pages.readings.machine import Addresses, Disks, Health, SharedAddress
from pages.readings.site_status import SiteStatus
from robot.domain.model import Unit
from robot.settings.sections.pair_file import Site

SITE = Site(hostname="support.example.com", target_version="13.1.2")
SHARED = "192.0.2.20"
KEY = Sight(InterApplianceKey(shown=True, fingerprint="one digest"))


def sights(unit: Unit, **changed: Any) -> ApplianceSights:
    """What is seen of one appliance of a healthy pair; `changed` replaces sights by their names."""
    own, other = ("192.0.2.12", "192.0.2.13") if unit is Unit.A else ("192.0.2.13", "192.0.2.12")
    role = Role.PRIMARY if unit is Unit.A else Role.BACKUP
    offers = (
        UpdateOffer(name="Base Software", version="3.4.1"),
        UpdateOffer(name="Remote Support", version="13.1.2", enabled=False, requires="Base Software 3.4.1"),
    )
    healthy = ApplianceSights(
        unit=unit, address=own, may=MayPress(),
        machine=Sight(
            Machine(
                serial=f"SERIAL-{unit}", guid=f"guid-{unit}", base="3.3.2 (21635)", uptime="41 days, 00:10:00",
                system_time="2026-12-01 22:00:00 UTC", zone="UTC", key=f"pin-{unit}", certificate="CN=support.example.com",
                valid_until="2027-11-30T12:00:00Z", names=("support.example.com", own),
            )
        ),
        appliance_menu=Sight(("Status", "Networking")),
        addresses=Sight(Addresses(enabled={own: True, SHARED: unit is Unit.A})),
        shared=Sight(SharedAddress(ip=SHARED, enabled=unit is Unit.A)),
        updates=Sight(Updates(offers=offers, checked=True, by_hand=True, has_automatic=True)),
        disks=Sight(Disks(used_percent={"System": 34, "Data": 41})),
        health=Sight(Health(checks={"Memory": "Pass"})),
        reach=Sight(OpenPort(host=other, port=443, from_appliance=None, from_here=True)),
        site=Sight(
            SiteStatus(
                state="Running", product="12.3.5-39078", clients={"Representatives": 7, "Support Customers": 4},
                licences={"Maximum Concurrent Users": 25}, maintenance="2027-06-18",
            )
        ),
        site_menu=Sight(("Status", "Management")),
        cluster=Sight(Guard(cluster=False)),
        counts=Sight(Counts(users=42, groups=6, jump_items=128, recorded_sessions=1840, jump_clients=120)),
        failover=Sight(
            FailoverStatus(
                role=role, peer=other, last_sync="2026-12-01 17:00:00 UTC", sync_status="Success", settings={"Timeout": "5"}
            )
        ),
        key=KEY,
        health_page=Sight(HealthPage(status=200)),
    )  # fmt: skip
    return replace(healthy, **changed)


def snapshot(a: ApplianceSights | None = None, b: ApplianceSights | None = None) -> PairSnapshot:
    """A snapshot of a healthy pair, or of one of which other things are seen."""
    site = SiteSnapshot(
        hostname=SITE.hostname,
        keys=area(Keys, Sight(Keys(are="equal")), lambda told: told),
        name=area(DnsAnswers, Sight(DnsAnswers(answers={"ns1": (SHARED,)}, leads_to="the shared IP")), lambda told: told),
        portal=area(
            PortalAnswer, Sight(PortalAnswer(address=SHARED, status=200, is_portal=True, health=200)), lambda told: told
        ),
    )  # fmt: skip
    of_a, of_b = (appliance_snapshot(each, SITE) for each in (a or sights(Unit.A), b or sights(Unit.B)))
    return PairSnapshot(utc="2026-12-01T22:00:00.000Z", a=of_a, b=of_b, site=site)
