"""Where the site is served, and whether B could serve it."""

from __future__ import annotations

from flows.areas.pair_snapshot import BY_A_PERSON
from flows.checks.check import EVERYWHERE, WITH_A_SWING, Ground, Judgement, ReadinessChecks, fail_with, failed, passed, warned
from flows.requirements.production_readiness import covers, end_of_change, ends_too_early, uncovered
from flows.requirements.reachability import cannot_connect
from flows.requirements.readiness_readings import UNLIKE_KEYS, wrong_shared_ip

CHECKS = ReadinessChecks()


@CHECKS("the shared IP is enabled on A, and on A alone")
def shared_ip(on: Ground) -> Judgement:
    """Read it on both."""
    if on.settings.swing.method != "shared-ip":
        return passed("the site has no shared IP")
    a, b = (on.see(appliance.shared_ip).enabled for _, appliance in on.both)
    ip = str(on.settings.swing.shared_ip)
    return fail_with(wrong_shared_ip(ip, a=a, b=b), otherwise=f"{ip} is enabled on A and disabled on B")


@CHECKS("no other address is enabled on both", until="before the swing")
def no_address_twice(on: Ground) -> Judgement:
    """Compare the addresses of both."""
    a, b = ({ip for ip, state in on.see(each.other_addresses).addresses.items() if state == "enabled"} for _, each in on.both)
    twice = sorted(a & b)
    if twice:
        return failed(f"{', '.join(twice)} is enabled on both: both would answer; disable it on one of them")
    return passed("none is")


@CHECKS("the site's name leads to where A serves", until="after the swing, when the site is asked", procedures=EVERYWHERE)
def name_leads_to_a(on: Ground) -> Judgement:
    """Ask the name servers."""
    leads_to = on.see(on.snapshot.site.name).leads_to
    wanted = "the shared IP" if on.settings.swing.method == "shared-ip" else "A"
    if leads_to == wanted:
        return passed(f"it leads to {wanted}")
    where = f"{on.snapshot.site.hostname} leads {'elsewhere' if leads_to == 'elsewhere' else f'to {leads_to}'}"
    if on.settings.swing.method in {"nat", "person"} and leads_to == "elsewhere":
        return passed("it leads to an address of the network's, as it must for this way of swinging")
    return warned(f"{where}, not to {wanted}, as seen from this machine: users may come by another way")


@CHECKS("a customer gets the site's portal", procedures=EVERYWHERE)
def portal(on: Ground) -> Judgement:
    """Look at the site once, as a customer does."""
    answer = on.see(on.snapshot.site.portal)
    if answer.status != 200:
        return failed(f"the site answers {answer.status}: find out why before it is changed")
    if not answer.is_portal:
        return failed("the site answers with a page that is no portal of the product: find out what it is")
    return passed(f"{answer.address} answers with the portal")


@CHECKS("A says that it is in good health to whoever asks", procedures=EVERYWHERE)
def health_page(on: Ground) -> Judgement:
    """Ask A's health page; a backup may answer otherwise."""
    status = on.see(on.snapshot.a.health_page).status
    return passed("/check_health answers 200") if status == 200 else failed(f"/check_health answers {status} on A")


@CHECKS("B's certificate holds for the site", procedures=WITH_A_SWING)
def certificate_holds(on: Ground) -> Judgement:
    """Compare the names of both certificates with the site's."""
    host = on.settings.site.hostname
    a, b = (on.see(appliance.certificate).names for _, appliance in on.both)
    if fault := uncovered(a, b, host):
        return failed(fault)
    return passed(f"B's holds for {', '.join(b)}") if covers(b, host) else warned(f"neither holds for {host}")


@CHECKS(
    "both certificates are valid to the end of the change",
    procedures=EVERYWHERE,
    of_one="its certificate is valid to the end of the change",
)
def certificate_lasts(on: Ground) -> Judgement:
    """Compare their ends with the end of the second window."""
    until = end_of_change(on.settings, on.now)
    ends = [(name, on.see(each.certificate).valid_until) for name, each in on.both]
    untold = (f"until when {name}'s certificate is valid is not told" for name, end in ends if not end)
    ending = (ends_too_early(name, end, until) for name, end in ends)
    return fail_with(*untold, *ending, otherwise=f"valid beyond {until:%Y-%m-%d %H:%M} UTC")


@CHECKS("B's certificate holds for every name that A's holds for", procedures=WITH_A_SWING)
def certificate_names(on: Ground) -> Judgement:
    """Compare the names of both."""
    a, b = (on.see(appliance.certificate) for _, appliance in on.both)
    own = {on.settings.a.address, on.settings.a.peer_address or ""}
    lost = sorted(name for name in set(a.names) - set(b.names) - own if not covers(b.names, name))
    return warned(f"whoever uses {', '.join(lost)} is warned once B serves") if lost else passed("it does")


@CHECKS("both have the same Inter-Appliance key", until=BY_A_PERSON)
def same_key(on: Ground) -> Judgement:
    """Compare the keys, which are kept nowhere."""
    if on.see(on.snapshot.site.keys).are == "equal":
        return passed("the keys are equal")
    return failed(UNLIKE_KEYS)


@CHECKS("the port of the other is open, for each of them", until="before the break, when the run tests it")
def reaches_the_other(on: Ground) -> Judgement:
    """Read each appliance's own TCP Connection Test."""
    for _, appliance in on.both:
        on.tell(appliance.reach, "from_appliance")
    a, b = (on.see(appliance.reach) for _, appliance in on.both)
    shut = (cannot_connect(*names, reach) for names, reach in ((("A", "B"), a), (("B", "A"), b)) if not reach.from_appliance)
    return fail_with(*shut, otherwise="each reaches the other")
