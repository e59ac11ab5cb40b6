"""Why an appliance is offered nothing, and what to do about it: one sentence for each reason that a page can tell (UA6, UM9).

Only the versions that an appliance runs tell whether it is up to date; the caller has read that it is not. An empty list may
then mean that the update was downloaded before, that none was built, that maintenance has lapsed, or that the check itself
failed. The page's own words tell which, and are quoted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.requirements.update_chain import FAQ, chain_to_target
from pages.readings.available_updates import Lack

if TYPE_CHECKING:
    from collections.abc import Callable

    from pages.readings.available_updates import Updates
    from robot.settings.sections.pair_file import Site

_REASONS = {
    Lack.CHECK_FAILED: (
        "the check itself failed, so nothing is known; see that the appliance resolves and reaches the vendor's update server "
        "on port 443, through its proxy where there is one"
    ),
    Lack.DOWNLOADED: (
        "it was downloaded before, and what was downloaded leaves the list; have the vendor's support offer it again"
    ),
    Lack.NOT_BUILT: "it is not built for this appliance; ask the vendor's support to build it for its serial number",
    Lack.MAINTENANCE: "maintenance has lapsed; renew the maintenance contract with the vendor",
    Lack.SAID_CURRENT: (
        "the page calls this up to date, which the version that runs denies; ask the vendor's support whether it was downloaded "
        "before, is not built for this appliance, or maintenance has lapsed"
    ),
    Lack.UNTOLD: (
        "the page does not say why: it was downloaded before, is not built for this appliance, or maintenance has lapsed; "
        "ask the vendor's support which"
    ),
}


def why_nothing_is_offered(shown: Updates, site: Site, *, running: str, by_hand: str, tried: bool = False) -> str:
    """Say why the list is empty and what to do.

    Args:
        shown: the Updates screen after a check.
        site: the target.
        running: the product and base versions that run now, in words.
        by_hand: the sentence that says how the manual method is begun from here.
        tried: whether this run has begun an installation here before, which failed.

    Returns:
        The sentence; "" if the list is not empty.
    """
    if shown.offers:
        return ""
    lack = shown.lack
    if tried and lack in {Lack.UNTOLD, Lack.SAID_CURRENT}:
        lack = Lack.DOWNLOADED
    target = f"{site.target_version}{f' on base {site.target_base}' if site.target_base else ''}"
    quotation = f' ("{shown.message}")' if shown.message else ""
    return f"{target} is wanted, {running} runs, and nothing is offered{quotation}: {_REASONS[lack]}; see {FAQ}. {by_hand}"


def no_chain(name: str, site: Site, *, product: str, base: str, by_hand: str, tried: bool = False) -> Callable[[Updates], str]:
    """Make the requirement that an appliance of these versions is offered a complete chain to the target.

    Args:
        name: the appliance, as a person says it.
        site: the target.
        product: the product version that it runs.
        base: the base version that it runs.
        by_hand: the sentence that says how the manual method is begun from here.
        tried: whether this run has begun an installation here before, which failed.

    Returns:
        Says what is missing of an Updates screen; "" if the chain is complete.
    """

    def objection(shown: Updates) -> str:
        chain = chain_to_target(shown.offers, product=product, base=base, site=site)
        if not isinstance(chain, str):
            return ""
        why = why_nothing_is_offered(shown, site, running=f"{product} on base {base}", by_hand=by_hand, tried=tried)
        return f"{name}: {why or chain}"

    return objection
