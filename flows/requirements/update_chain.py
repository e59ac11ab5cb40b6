"""The chain of packages that leads to the target; a greyed-out package needs another one first.

A patch has no version of its own and is never part of a chain: the vendor says and a person decides whether it is needed. It
is a change of its own (`[update] patch`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pages.readings.release import Release
from robot.domain.versions import DOTTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pages.readings.available_updates import UpdateOffer
    from robot.settings.sections.pair_file import Site

FAQ = "the vendor's Check for Updates troubleshooting FAQ (www.bomgar.com/help/SolutionFAQ.aspx?id=377)"


def reached(site: Site, *, product: str, base: str) -> bool:
    """Return whether these versions are the target.

    Args:
        site: the target.
        product: the product version, as a page tells it.
        base: the base version, as a page tells it; it does not matter if the target has no base version.
    """
    return Release(text=product).is_(site.target_version) and (
        site.target_base is None or Release(text=base).is_(site.target_base)
    )


def chain_to_target(offers: Sequence[UpdateOffer], *, product: str, base: str, site: Site) -> list[UpdateOffer] | str:
    """Find the packages to install, in order.

    A greyed-out package needs another one first. The words beside it name that one; if they name none of the packages, the
    only enabled one is meant.

    Args:
        offers: what the appliance is offered.
        product: the product version that it runs.
        base: the base version that it runs.
        site: the target.

    Returns:
        The packages, the first to be installed first; or the sentence that says why there is no such chain.
    """
    chain = _chain(offers, product=product, base=base, site=site)
    hint = patch_hint([offer for offer in offers if offer.is_patch], product)
    return f"{chain}. {hint}" if isinstance(chain, str) and hint else chain


def patch_hint(patches: Sequence[UpdateOffer], product: str) -> str:
    """Tell the person who decides on it how an offered patch is installed; "" if none is offered."""
    if not patches:
        return ""
    names = " and ".join(f'"{patch.name}"' for patch in patches)
    single = len(patches) == 1
    return (
        f"{names} {'has no version of its own and is' if single else 'have no versions of their own and are'} never installed on "
        "the way to a release. Whether it is to be installed, a person decides with the vendor's support; then it is a change of "
        f'its own: target_version = "{Release(text=product).dotted}" and [update] patch = "{patches[0].called}"'
    )


def _chain(offers: Sequence[UpdateOffer], *, product: str, base: str, site: Site) -> list[UpdateOffer] | str:
    wanted: list[UpdateOffer] = []
    versioned = [offer for offer in offers if not offer.is_patch]
    if site.target_base and not Release(text=base).is_(site.target_base):
        matches = [offer for offer in versioned if offer.is_base and _release(offer).is_(site.target_base)]
        if len(matches) != 1:
            return _missing(f"base {site.target_base}", offers, matches)
        wanted += matches
    if not Release(text=product).is_(site.target_version):
        matches = [offer for offer in versioned if not offer.is_base and _release(offer).is_(site.target_version)]
        if len(matches) != 1:
            return _missing(site.target_version, offers, matches)
        wanted += matches
    chain: list[UpdateOffer] = []
    for offer in wanted:
        links = _with_needs(offer, offers, [])
        if isinstance(links, str):
            return links
        chain += [each for each in links if each not in chain]
    return chain


def _with_needs(offer: UpdateOffer, offers: Sequence[UpdateOffer], above: list[UpdateOffer]) -> list[UpdateOffer] | str:
    """Return a package after all the packages it needs, in order; or the sentence that says why that cannot be told."""
    if offer.enabled:
        return [offer]
    if offer in above:
        return f'the packages need each other in a circle at "{offer.name}"; ask the vendor\'s support'
    others = [each for each in offers if each != offer and each not in above]
    needed = [each for each in others if _names(offer.requires, each)]
    if not needed:
        needed = [each for each in others if each.enabled]
    if len(needed) != 1 or needed[0].is_patch:
        return (
            f'"{offer.name}" is greyed out and it cannot be told which package it needs first '
            f"({offer.requires or 'nothing is said beside it'}); ask the vendor's support"
        )
    before = _with_needs(needed[0], offers, [*above, offer])
    return before if isinstance(before, str) else [*before, offer]


def _names(requires: str, offer: UpdateOffer) -> bool:
    """Return whether the words beside a greyed-out package name this one, by its name or by kind and version."""
    if not requires:
        return False
    if offer.name.lower() in requires.lower() or (offer.is_patch and offer.called.lower() in requires.lower()):
        return True
    if offer.is_patch:
        return False
    version = _release(offer).version
    mentioned = {Release(text=each).version for each in re.findall(DOTTED, requires)}
    return (
        version is not None and version in mentioned and (offer.is_base == bool(re.search(r"\bbase\b", requires, re.IGNORECASE)))
    )


def _release(offer: UpdateOffer) -> Release:
    return Release(text=offer.version or offer.name)


def _missing(target: str, offers: Sequence[UpdateOffer], matches: Sequence[UpdateOffer]) -> str:
    names = ", ".join(f'"{offer.name}"' for offer in matches or offers)
    if matches:
        return (
            f"{target} is offered {len(matches)} times, as {names}, and it cannot be told which is meant; "
            "ask the vendor's support"
        )
    if names:
        return (
            f"{target} is not offered; offered are {names}. Correct the target, or ask the vendor to build it for this appliance"
        )
    return (
        f"{target} is not offered, and nothing else is: an empty list may mean that it was downloaded before, is not built "
        f"for this appliance yet, or that maintenance has lapsed; see {FAQ}"
    )
