"""Verify and Test: the updated appliance, under the site's own hostname, from two separate browsers.

Both browsers lead the hostname to the appliance (host mapping), with the certificate checked for that hostname. They are
two clients of one machine, and the report says so.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from flows.requirements.named import carry_out_check
from flows.requirements.update_chain import reached
from flows.session import readings
from flows.session.anonymous_client import Answer, Visitor
from flows.smoke.in_a_run import is_verified_by_smoke, make_checks
from flows.steps.installers import keep_new_installers
from pages.readings.site_status import SiteStatus
from robot.domain.errors import Stalled, VerificationFailed
from robot.domain.model import Reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from robot.changes.run import Run


R = TypeVar("R", bound=Reading)


class NotFit(VerificationFailed):
    """The updated appliance is not fit to serve."""

    next_action = "It is not fit to serve: do not swing to it. Have the vendor's support look at it; do not restart it."


class Verification(Reading):
    """What an appliance tells of itself under the site's hostname; `client` is which browser read it, and on which machine."""

    hostname: str
    address: str
    serial: str
    product: str
    base: str
    state: str
    client: str


def verify_and_test(appliance: Appliance, pair: Pair, run: Run) -> None:
    """Verify one appliance (VT1, VT2, AA2), keep its new installers, and carry out the pair file's checks.

    Args:
        appliance: the appliance.
        pair: both appliances.
        run: the run.

    Raises:
        VerificationFailed: it is not at the target, or does not answer as it should.
        Refused: a check failed, or a person answered no.
        Waiting: a person has not answered yet.
    """
    u = appliance.unit.value
    with run.under("Verify and Test"):
        verify_software(appliance, pair, run)
        verify_portal(appliance, pair, run)
        verify_by_smoke_checks(appliance, pair, run)
        keep_new_installers(appliance, pair, run, when="after the update")
        places = {"address": appliance.endpoint.address, "version": pair.settings.site.target_version, "unit": u}
        for check in ("directory_sign_in", "rep_console", "customer_client", "jump_client"):
            carry_out_check(check, run, step=f"{u}-check-{check.replace('_', '-')}", places=places)


def verify_software(appliance: Appliance, pair: Pair, run: Run) -> None:
    """Read, in the first browser, signed in under the site's hostname, the product and base versions."""
    site = pair.settings.site
    client = pair.as_site(appliance, address=appliance.endpoint.address, port=appliance.endpoint.port)

    def look() -> Verification:
        appliance.afresh()  # one session per account at a time
        basics, status = client.basics(), readings.site_status(client)
        return Verification(
            hostname=site.hostname,
            address=client.ip,
            serial=basics.serial,
            product=status.product,
            base=basics.base,
            state=status.state,
            client=f"first browser on {socket.gethostname()}",
        )

    def read() -> Verification:
        return running_or_newest(look, lambda reading: reading.state, pair)

    def objection(reading: Verification) -> str:
        if not reached(site, product=reading.product, base=reading.base):
            return (
                f"{appliance.name} shows {reading.product} on base {reading.base} "
                f"instead of {site.target_version} {site.target_base or ''}"
            )
        return is_not_running(appliance.name, reading.state)

    run.steps.observe(
        f"{appliance.unit.value}-verify-software", f"{appliance.name} under the site's hostname: versions", client, Verification,
        read, procedure_ids=("VT1", "VT2") if appliance.unit == "b" else ("VT1", "VT2", "AA2"), require=objection,
        otherwise=NotFit, afterwards=client.afresh,
    )  # fmt: skip


def running_or_newest(look: Callable[[], R], state: Callable[[R], str], pair: Pair) -> R:
    """Read until the site's state is Running, as after an update that has just ended.

    Args:
        look: makes one reading.
        state: returns the site's state in a reading, in the page's words.
        pair: both appliances.

    Returns:
        The newest reading, whether it runs or not.
    """
    with suppress(Stalled):
        return pair.poller.poll_until(
            look, lambda reading: not is_not_running("", state(reading)), what="the site's state to be Running",
            within=pair.settings.limits.establish,
        )  # fmt: skip
    return look()


def is_not_running(name: str, state: str) -> str:
    """Say that the site does not run on an appliance.

    Args:
        name: the appliance, as a person says it.
        state: the site's state, in the page's words; "" if the page shows none.

    Returns:
        The sentence; "" if the state is Running.
    """
    if SiteStatus(product="", state=state).is_running:
        return ""
    return f'{name} shows the state "{state}" of the site, not Running' if state else f"{name} shows no state of the site"


def verify_portal(appliance: Appliance, pair: Pair, run: Run) -> None:
    """Open, in the second browser, the public portal under the site's hostname, as a customer sees it."""
    way = pair.as_site(appliance, address=appliance.endpoint.address, port=appliance.endpoint.port).endpoint
    visitor = Visitor(appliance.unit.value, way, pair.browsers, run.poller, pair.secrets.texts())
    run.steps.observe(
        f"{appliance.unit.value}-verify-portal", f"{appliance.name} under the site's hostname: the public portal", visitor,
        Answer, visitor.visit, procedure_ids=("VT2", "VT10"), otherwise=NotFit, afterwards=visitor.afresh,
        require=lambda answer: answer.objection and f"{appliance.name}: {answer.objection}",
    )  # fmt: skip


def verify_by_smoke_checks(appliance: Appliance, pair: Pair, run: Run) -> None:
    """Make the smoke checks from two separate clients: all of them, and those that do not sign in (VT1, VT2, VT10).

    Raises:
        NotFit: one of them failed; the sentence names it.
    """
    if not is_verified_by_smoke(run):
        return  # the beginning says why

    def made(client: str, *, signs_in: bool) -> dict[str, Any]:
        results = make_checks(appliance, pair, run, client=client, signs_in=signs_in)
        if not results.is_good:
            raise NotFit(f"{appliance.name} under the site's hostname, {client} client: {results.objection}")
        return {"tally": results.tally}

    for client, signs_in in (("first", True), ("second", False)):
        step, title = f"{appliance.unit.value}-smoke-{client}", f"{appliance.name}: smoke checks from the {client} client"
        run.steps.durably(
            step, title, None, lambda client=client, signs_in=signs_in: made(client, signs_in=signs_in),
            procedure_ids=("VT1", "VT2", "VT10"),
        )  # fmt: skip
