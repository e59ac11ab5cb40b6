"""Which appliances these are, and how they stand to each other."""

from __future__ import annotations

from flows.checks.check import EVERYWHERE, Ground, Judgement, ReadinessChecks, failed, first_of, passed, warned
from pages.readings.failover_status import Role

CHECKS = ReadinessChecks()


@CHECKS("A and B are two appliances", waivable=False)
def two_appliances(on: Ground) -> Judgement:
    """Compare the serial numbers."""
    a, b = (on.see(appliance.identity).serial for _, appliance in on.both)
    if a == b:
        return failed(f"A and B have the same serial number, {a}: they are one appliance; correct the addresses in the pair file")
    return passed(f"the serial numbers differ: {a} and {b}")


@CHECKS("neither shows a role conflict", waivable=False)
def no_role_conflict(on: Ground) -> Judgement:
    """Read both roles."""
    conflicts = [name for name, appliance in on.both if on.see(appliance.relationship).role is Role.CONFLICT]
    if conflicts:
        return failed(f"{' and '.join(conflicts)} shows a role conflict: have a person resolve it by the vendor's guide")
    return passed("neither shows one")


@CHECKS("A is the primary, and B its backup", waivable=False)
def roles(on: Ground) -> Judgement:
    """Read both roles."""
    a, b = (on.see(appliance.relationship).role for _, appliance in on.both)
    if (a, b) == (Role.PRIMARY, Role.BACKUP):
        return passed("A is the primary and B its backup")
    if (a, b) == (Role.BACKUP, Role.PRIMARY):
        return failed("A is the backup and B the primary: exchange [a] and [b] in the pair file")
    if (a, b) == (Role.NONE, Role.NONE):
        return failed("neither is in a failover relationship: establish it, or resume the run that broke it")
    return failed(f"A is {a.value} and B is {b.value}: have a person establish the relationship as it should be")


@CHECKS("neither shows a failover alert")
def no_failover_alert(on: Ground) -> Judgement:
    """Read the alerts of both."""
    shown = [f'{name}: "{alert}"' for name, each in on.both for alert in on.see(each.relationship).alerts]
    return first_of(*shown, otherwise="neither shows one")


@CHECKS("each names the other as its peer", until="before the relationship is established again")
def peers(on: Ground) -> Judgement:
    """Compare what each page says of its peer with the pair file."""
    settings, odd = on.settings, list[str]()
    for (name, appliance), other in zip(on.both, (settings.b, settings.a), strict=True):
        peer = str(on.tell(appliance.relationship, "peer"))
        if not any(place.lower() in peer.lower() for place in (other.address, other.peer_address or other.address)):
            odd.append(f"{name} names {peer}, and the pair file says {other.peer_address or other.address}")
    if odd:
        return warned(f"{'; '.join(odd)}: see that it is the same appliance, and set peer_address")
    return passed("each names the address of the other")


@CHECKS("neither is in a cluster", until="after the break", procedures=EVERYWHERE)
def no_cluster(on: Ground) -> Judgement:
    """Read Management > Cluster of both."""
    members = [name for name, appliance in on.both if on.see(appliance.cluster).member]
    if members:
        return failed(f"{' and '.join(members)} belongs to an Atlas cluster, which this procedure does not fit")
    return passed("neither is")


@CHECKS("the failover settings can be compared afterwards", until="at the end, when both are compared by a person")
def failover_settings(on: Ground) -> Judgement:
    """Read the settings of both."""
    empty = [name for name, appliance in on.both if not on.see(appliance.failover_settings).settings]
    if empty:
        return warned(f"no settings are shown on {' and '.join(empty)}")
    return passed("they are read on both")
