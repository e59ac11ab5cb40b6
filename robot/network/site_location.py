"""Where the site's name leads at this moment, as far as this machine knows: for the stop card, never for a decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from robot.domain.errors import Stop
from robot.network.dns.site import site_name

if TYPE_CHECKING:
    from robot.settings import Settings
    from robot.settings.secrets import Secrets


@dataclass(frozen=True)
class Whereabouts:
    """Where the site can be reached.

    Attributes:
        address: an address, or the hostname if only a resolver knows the address; "" if it is unknown.
        remark: what a reader must also know: which views disagree, or why the address is unknown; "" if nothing.
    """

    address: str
    remark: str = ""


def whereabouts(settings: Settings, secrets: Secrets | None) -> Whereabouts:
    """Return where the site's name leads now.

    Args:
        settings: the pair file.
        secrets: the secrets, whose keys are needed to ask the zone's own servers; `None` if they could not be fetched.
    """
    swing = settings.swing
    if swing.method == "dns" and secrets is not None:
        return _by_name(settings, secrets)
    return Whereabouts(swing.shared_ip or swing.address or settings.site.hostname)


def _by_name(settings: Settings, secrets: Secrets) -> Whereabouts:
    try:
        name = site_name(settings, secrets)
        views = name.read()
    except Stop as stop:
        return Whereabouts("", f"unknown: {stop}")
    answers = "; ".join(f"{view.server} leads to {' and '.join(view.addresses) or 'nowhere'}" for view in views)
    if not views[0].addresses:
        return Whereabouts("", f"NOBODY can be reached: the site's name leads nowhere ({answers})")
    return Whereabouts(
        views[0].addresses[0], "" if name.leads_to(views) else f"; the name does not lead to one appliance: {answers}"
    )
