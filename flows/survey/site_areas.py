"""What the two appliances have in common: their keys, where the site's name leads, and what a customer gets there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Error

from flows.areas import area_values as seen
from flows.areas.pair_snapshot import Area, SiteSnapshot, Unknown
from flows.session.anonymous_client import Answer, Visitor
from flows.survey.appliance_areas import AFTER_THE_BREAK, READ_AGAIN, area
from flows.survey.witness import Sight
from robot.domain.errors import Refused
from robot.domain.model import Unit
from robot.network.dns.site import site_name
from robot.network.tls import Endpoint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flows.session.pair import Pair
    from flows.survey.appliance_sights import ApplianceSights
    from flows.survey.witness import Witness
    from robot.settings import Settings

_KEYS = "Inter-Appliance keys"


def site_snapshot(pair: Pair, witness: Witness, a: ApplianceSights, b: ApplianceSights, *, alone: bool = False) -> SiteSnapshot:
    """See what the two have in common.

    Args:
        pair: both appliances.
        witness: writes down each look.
        a: what was seen of A.
        b: what was seen of B.
        alone: whether A stands alone: then it is asked for the portal itself, wherever the site's name leads.

    Returns:
        Its areas.
    """
    return SiteSnapshot(
        hostname=pair.settings.site.hostname,
        keys=keys_compared(a, b, witness),
        name=_name(pair, witness),
        portal=_portal(pair, witness, alone=alone),
    )


def keys_compared(a: ApplianceSights, b: ApplianceSights, witness: Witness) -> Area[seen.Keys]:
    """Compare the two Inter-Appliance keys, where both can be read.

    Args:
        a: what was seen of A.
        b: what was seen of B.
        witness: writes down the result, without a key.

    Returns:
        Whether they are equal; or which cannot be read, and when that will be known.
    """
    sights = {"A": a, "B": b}
    hidden = [name for name, each in sights.items() if each.key.value is None]
    masked = [name for name, each in sights.items() if each.key.value is not None and each.key.value.masked]
    unknown: Unknown | None = None
    if masked:
        reason = f"{' and '.join(masked)} {'mask' if len(masked) > 1 else 'masks'} the key"
        unknown = Unknown(reason=reason, known="when a person who knows both keys answers the check same_key")
    elif hidden:
        backup = any(sights[name].is_backup for name in hidden)
        reason = f"{' and '.join(hidden)} {'do' if len(hidden) > 1 else 'does'} not show the key"
        unknown = Unknown(reason=reason, known=AFTER_THE_BREAK if backup else READ_AGAIN)
    if unknown:
        sight = witness.tell_unseen("site", _KEYS, None, unknown.reason)
        return area(seen.Keys, Sight(True, "", sight.seq, sight.picture, sight.no_picture), lambda _: unknown)
    equal = len({each.key.value.fingerprint for each in sights.values() if each.key.value}) == 1
    keys = seen.Keys(are="equal" if equal else "different")
    return area(seen.Keys, witness.tell_unseen("site", _KEYS, keys), lambda told: told)


def _name(pair: Pair, witness: Witness) -> Area[seen.DnsAnswers]:
    """Ask where the site's name leads: its own name servers where the pair file names them, else this machine's resolver."""
    settings, value, says = pair.settings, None, ""
    try:
        if settings.swing.method == "dns":
            answers = {each.server: each.addresses for each in site_name(settings, pair.secrets).read()}
        else:
            host = settings.site.hostname
            answers = {"this machine's resolver": tuple(sorted(Endpoint(host, host, settings.site.port).ips))}
        value = seen.DnsAnswers(answers=answers, leads_to=leads_to(answers, settings))
    except Refused as silent:
        says = str(silent)
    sight = witness.tell_unseen("site", "DNS", value, says)
    return area(seen.DnsAnswers, sight, lambda told: told, known="when it is asked again, from a machine that resolves the name")


def leads_to(answers: Mapping[str, tuple[str, ...]], settings: Settings) -> str:
    """Say whose the addresses are to which the site's name leads.

    Args:
        answers: the addresses that each name server answers.
        settings: the pair file.

    Returns:
        "the shared IP", "A" or "B"; "elsewhere" for any other address, or for several.
    """
    own = {unit: {settings.of(unit).address, settings.swung_to(unit)} for unit in Unit}
    for *_, addresses in settings.record_places():
        for unit, address in addresses.items():
            own[unit].add(address)
    owners = {settings.swing.shared_ip or "": "the shared IP"}
    owners |= {address: unit.upper() for unit, addresses in own.items() for address in addresses}
    found = {owners.get(ip, "elsewhere") for ips in answers.values() for ip in ips}
    return found.pop() if len(found) == 1 else "elsewhere"


def _portal(pair: Pair, witness: Witness, *, alone: bool) -> Area[seen.PortalAnswer]:
    """Look at the site once, as a customer does."""
    visitor: Visitor | None = None
    try:
        own, site = pair.a.endpoint, pair.settings.site
        way = Endpoint(site.hostname, own.address, site.port, own.ca_file, own.pins) if alone else pair.swing.site(pair)
        visitor = Visitor("site", way, pair.browsers, pair.poller, pair.secrets.texts())
        sight = witness.tell(visitor, "Public portal", visitor.look())
    except (Refused, Error) as silent:
        sight = witness.tell_unseen("site", "Public portal", None, str(silent).splitlines()[0])
    finally:
        if visitor:
            visitor.afresh()
    return area(seen.PortalAnswer, sight, _answer)


def _answer(answer: Answer) -> seen.PortalAnswer:
    return seen.PortalAnswer(address=answer.ip, status=answer.status, is_portal=answer.is_portal, health=answer.health)
