"""What each appliance tells by its API, held against its pages, where the pair file gives an API account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.areas.pair_snapshot import BY_A_PERSON, NOT_ASKED
from flows.checks.check import EVERYWHERE, Ground, Judgement, ReadinessChecks, UnseenError, fail_with, passed, warned
from pages.engine.text.moments import may_be_same_moment
from robot.domain.versions import are_same_release

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.areas.area_values import ApiAnswers
    from flows.areas.pair_snapshot import ApplianceSnapshot, Area

CHECKS = ReadinessChecks()
_NO_ACCOUNT = "no API account is given"


@CHECKS("what the API tells agrees with the pages", procedures=EVERYWHERE)
def api_agrees(on: Ground) -> Judgement:
    """Compare release, build, identity, role and last synchronisation of both."""
    if on.settings.api is None:
        return passed(_NO_ACCOUNT)
    odd = [fault for name, appliance in on.both for fault in _disagreements(on, name, appliance)]
    return fail_with(*odd, otherwise="it does")


@CHECKS("the API says that both are in good health", procedures=EVERYWHERE, of_one="the API says that it is in good health")
def api_health(on: Ground) -> Judgement:
    """Read the result of both health checks."""
    if on.settings.api is None:
        return passed(_NO_ACCOUNT)
    poor: list[str] = []
    for name, appliance in on.both:
        told = on.see(_answers(appliance))
        if not on.tell(_answers(appliance), "healthy") or told.problem:
            poor.append(f"{name} is not well: {told.problem or 'its API does not say why; see its Status pages'}")
    return fail_with(*poor, otherwise="in good health")


@CHECKS("the API account may only read", until=BY_A_PERSON, procedures=EVERYWHERE)
def api_account(on: Ground) -> Judgement:
    """Read the account's permissions on both; what may alter a site is no danger here, and was not needed."""
    if on.settings.api is None:
        return passed(_NO_ACCOUNT)
    more = [f"{name}: {', '.join(given)}" for name, each in on.both if (given := on.tell(_answers(each), "more_than_reading"))]
    if more:
        return warned(f"it may do more ({'; '.join(more)}): take from it what is not needed for reading")
    return passed("it may")


def _answers(appliance: ApplianceSnapshot) -> Area[ApiAnswers]:
    if appliance.api is None:
        raise UnseenError("API", NOT_ASKED.unknown[0])
    return appliance.api


def _disagreements(on: Ground, name: str, appliance: ApplianceSnapshot) -> Iterator[str]:
    """Yield what differs, each with both readings; what only one of the two tells is no difference, but for what must be told."""
    api = _answers(appliance)
    version, guid, role = (on.tell(api, field) for field in ("version", "guid", "role"))
    told = on.see(api)
    product, shown, sync = on.see(appliance.product), on.see(appliance.relationship), on.see(appliance.synchronisation)
    told = on.see(api)
    if not are_same_release(version, product.version):
        yield _differ(name, "release", version, product.version)
    if told.build and product.build and told.build != product.build:
        yield _differ(name, "build", told.build, product.build)
    if role != shown.role.value:
        yield _differ(name, "role", role, shown.role.value)
    own = on.see(appliance.identity).guid
    if own and _digits(own) != _digits(guid):
        yield _differ(name, "GUID", guid, own)
    when = sync.plain()["last"]
    if told.last_sync and when and not sync.running and not may_be_same_moment(told.last_sync, when):
        yield _differ(name, "last synchronisation", told.last_sync, when)


def _differ(name: str, what: str, by_api: str, by_page: str) -> str:
    return f"{name}, {what}: the API says {by_api}, and the page {by_page}; find out which is true before anything is changed"


def _digits(guid: str) -> str:
    """Return a GUID without how it is written: braces, dashes, capitals."""
    return "".join(filter(str.isalnum, guid)).lower()
