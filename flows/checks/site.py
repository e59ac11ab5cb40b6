"""Where the site is served, and whether B could serve it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flows.areas.pair_snapshot import BY_A_PERSON
from flows.checks.check import EVERYWHERE, WITH_A_SWING, Ground, Judgement, ReadinessChecks, failed, first_of, passed, warned
from flows.requirements.production_readiness import covers

if TYPE_CHECKING:
    from flows.areas.pair_snapshot import ApplianceSnapshot

CHECKS = ReadinessChecks()
_A_DAY = timedelta(days=1)


def end_of(on: Ground) -> datetime:
    """Return when the change is over at the latest: at the end of the second window, else in a day."""
    return on.settings.windows.second.closes if on.settings.windows else on.now + _A_DAY


@CHECKS("the shared IP is enabled on A, and on A alone", waivable=False)
def shared_ip(on: Ground) -> Judgement:
    """Read it on both."""
    if on.settings.swing.method != "shared-ip":
        return passed("the site has no shared IP")
    a, b = (on.see(appliance.shared_ip).enabled for _, appliance in on.both)
    if (a, b) == (True, False):
        return passed(f"{on.settings.swing.shared_ip} is enabled on A and disabled on B")
    words = {True: "enabled", False: "disabled"}
    return failed(
        f"{on.settings.swing.shared_ip} is {words[a]} on A and {words[b]} on B: set it right by hand, enabled on A alone"
    )


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
    a, b = (on.see(appliance.certificate) for _, appliance in on.both)
    if covers(a.names, host) and not covers(b.names, host):
        names = ", ".join(b.names) or "no name"
        return failed(f"A's holds for {host} and B's does not (it holds for {names}): install the site's certificate on B")
    return passed(f"B's holds for {', '.join(b.names)}") if covers(b.names, host) else warned(f"neither holds for {host}")


@CHECKS("both certificates are valid to the end of the change", procedures=EVERYWHERE)
def certificate_lasts(on: Ground) -> Judgement:
    """Compare their ends with the end of the second window."""
    until = end_of(on)
    ending = [
        f"{name}'s is valid until {shown.valid_until}"
        for name, each in on.both
        if _ends(shown := on.see(each.certificate), until)
    ]
    return first_of(*ending, otherwise=f"both are valid beyond {until:%Y-%m-%d %H:%M} UTC")


@CHECKS("B's certificate holds for every name that A's holds for", procedures=WITH_A_SWING)
def certificate_names(on: Ground) -> Judgement:
    """Compare the names of both."""
    a, b = (on.see(appliance.certificate) for _, appliance in on.both)
    own = {on.settings.a.address, on.settings.a.peer_address or ""}
    lost = sorted(name for name in set(a.names) - set(b.names) - own if not covers(b.names, name))
    return warned(f"whoever uses {', '.join(lost)} is warned once B serves") if lost else passed("it does")


@CHECKS("both have the same Inter-Appliance key", until=BY_A_PERSON, waivable=False)
def same_key(on: Ground) -> Judgement:
    """Compare the keys, which are kept nowhere."""
    if on.see(on.snapshot.site.keys).are == "equal":
        return passed("the keys are equal")
    return failed("the keys differ: the relationship could not be established again; set A's key on B (Management > Security)")


@CHECKS("the port of the other is open, for each of them", until="before the break, when the run tests it")
def reaches_the_other(on: Ground) -> Judgement:
    """Read each appliance's own TCP Connection Test."""
    shut = [_shut(name, each) for name, each in on.both if not on.tell(each.reach, "from_appliance")]
    return first_of(*shut, otherwise="each reaches the other")


def _shut(name: str, appliance: ApplianceSnapshot) -> str:
    reach = appliance.reach.value
    place = f"{reach.host} port {reach.port}" if reach else "the other"
    return f"{name} does not reach {place}: have the firewall opened both ways"


def _ends(shown: object, until: datetime) -> bool:
    told = str(getattr(shown, "valid_until", ""))
    return not told or datetime.fromisoformat(told).astimezone(UTC) <= until
