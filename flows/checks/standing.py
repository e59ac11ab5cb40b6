"""Which appliances these are, and how they stand to each other."""

from __future__ import annotations

from flows.checks.check import EVERYWHERE, OF_ONE, Ground, Judgement, ReadinessChecks, fail_with, passed, warned
from flows.requirements.readiness_readings import in_a_cluster, in_a_relationship, role_conflict, same_appliance, wrong_roles

CHECKS = ReadinessChecks()


@CHECKS("A and B are two appliances")
def two_appliances(on: Ground) -> Judgement:
    """Compare the serial numbers."""
    a, b = (on.see(appliance.identity).serial for _, appliance in on.both)
    return fail_with(same_appliance(a, b), otherwise=f"the serial numbers differ: {a} and {b}")


@CHECKS("neither shows a role conflict")
def no_role_conflict(on: Ground) -> Judgement:
    """Read both roles."""
    a, b = (on.see(appliance.relationship).role for _, appliance in on.both)
    return fail_with(role_conflict(a, b), otherwise="neither shows one")


@CHECKS("A is the primary, and B its backup")
def roles(on: Ground) -> Judgement:
    """Read both roles."""
    a, b = (on.see(appliance.relationship).role for _, appliance in on.both)
    return fail_with(wrong_roles(a, b), otherwise="A is the primary and B its backup")


@CHECKS("it stands in no failover relationship", procedures=OF_ONE)
def alone(on: Ground) -> Judgement:
    """Read its role."""
    return fail_with(in_a_relationship(on.see(on.snapshot.a.relationship).role), otherwise="in none")


@CHECKS("neither shows a failover alert")
def no_failover_alert(on: Ground) -> Judgement:
    """Read the alerts of both."""
    shown = [f'{name}: "{alert}"' for name, each in on.both for alert in on.see(each.relationship).alerts]
    return fail_with(*shown, otherwise="neither shows one")


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


@CHECKS("neither is in a cluster", until="after the break", procedures=EVERYWHERE, of_one="it is in no cluster")
def no_cluster(on: Ground) -> Judgement:
    """Read Management > Cluster of both."""
    members = (in_a_cluster(name, member=on.see(appliance.cluster).member) for name, appliance in on.both)
    return fail_with(*members, otherwise="neither is")


@CHECKS("the failover settings can be compared afterwards", until="at the end, when both are compared by a person")
def failover_settings(on: Ground) -> Judgement:
    """Read the settings of both."""
    empty = [name for name, appliance in on.both if not on.see(appliance.failover_settings).settings]
    if empty:
        return warned(f"no settings are shown on {' and '.join(empty)}")
    return passed("they are read on both")
