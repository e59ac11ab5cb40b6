"""The four generations of the product's pages, and what each has that another has not (ui.md 0, 2, 10.4, 12).

How they word things is in ``wording/``, where their pages stand in the menu in ``menus.toml``; what is here decides what
is there at all. The product's own years: g1 Bomgar 10 to 13, g2 14 to 18, g3 BeyondTrust 19 to 22, g4 23 to 25.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from robot.simulator.domain.names import Names


@dataclass(frozen=True)
class Generation:
    """One generation of the pages.

    Attributes:
        name: ``g1`` to ``g4``.
        released: product and base software before and after an update within it, for a pair whose versions are not given.
        areas: sections are called "Area :: Section" (ui.md 1.3).
        left_menu: /login has its menu on the left, and its paths do not end in ``.ns`` (2.2, 2.3).
        single_page: /login draws itself bit by bit, and stays one document (2.3, recalled).
        asks_in_page: a box in the page asks "Are you sure" on /login, not the browser (3.4.3, recalled).
        buttons: how a button is drawn, the usual way first (10.1; variants not documented).
        integrated: "Use Integrated Browser Authentication" at sign-in (3.1).
        method: a drop-down at sign-in chooses how one is known; its entries (3.1).
        chooses_language: a drop-down at sign-in and beside the user's name (2.2, 3.1).
        vault: the Vault encryption key is backed up on its own (3.3).
        confirms_password: the backup's password is typed twice (3.3).
        hosts: the status speaks of "this host" and "peer host" in blocks of their own (3.4.2).
        nic_details: IP Configuration shows each NIC, its details behind a toggle (3.13).
        blocks: Security is split into blocks, the key in the last of them (3.5).
        authentication: an Authentication block is the first of them (3.5).
        api_accounts: API accounts beside Enable XML API (3.6).
        automatic_updates: Updates has settings for them, which do nothing for a failover pair (3.14, recalled).
        representatives: how the portal lists whom a customer may choose: links, a choice, buttons (not documented).
    """

    name: str
    released: tuple[str, str, str, str]
    areas: bool = True
    left_menu: bool = False
    single_page: bool = False
    asks_in_page: bool = False
    buttons: tuple[str, str, str] = ("input", "button", "link")
    integrated: bool = False
    method: tuple[str, ...] = ()
    chooses_language: bool = False
    vault: bool = False
    confirms_password: bool = False
    hosts: bool = False
    nic_details: bool = False
    blocks: bool = False
    authentication: bool = False
    api_accounts: bool = False
    automatic_updates: bool = False
    representatives: str = "links"


_G1 = Generation("g1", ("12.3.5", "13.1.2", "3.3.2", "3.4.1"))
_G2 = replace(
    _G1, name="g2", released=("16.1.4", "17.1.3", "4.4.2", "5.1.1"), integrated=True, api_accounts=True, representatives="choice"
)
_G3 = replace(
    _G2,
    name="g3",
    released=("20.2.1", "21.3.2", "6.0.1", "6.1.2"),
    areas=False,
    left_menu=True,
    asks_in_page=True,
    buttons=("button", "link", "input"),
    method=("Username & Password", "SAML Credentials"),
    chooses_language=True,
    vault=True,
    blocks=True,
    automatic_updates=True,
    representatives="links",
)
_G4 = replace(
    _G3,
    name="g4",
    released=("23.3.4", "24.2.3", "7.1.0", "8.0.1"),
    single_page=True,
    method=("Username & Password", "Passwordless FIDO2"),
    confirms_password=True,
    hosts=True,
    nic_details=True,
    authentication=True,
    representatives="buttons",
)
GENERATIONS: Mapping[str, Generation] = {generation.name: generation for generation in (_G1, _G2, _G3, _G4)}


def before_and_after(text: str) -> tuple[str, str]:
    """Parse ``g2``, or ``g2:g3`` where an update brings another generation.

    Returns:
        The generation before the update, and the one after it.

    Raises:
        ValueError: there is none of that name.
    """
    named = text.split(":")
    if len(named) > 2 or not set(named) <= set(GENERATIONS):
        raise ValueError(f"{text!r} is none of {', '.join(GENERATIONS)}, nor two of them as OLD:NEW")
    return named[0], named[-1]


def names_between(before: str, after: str) -> Names:
    """Make the names of a pair whose update leads from one generation to another, or stays within one."""
    old, new = GENERATIONS[before].released, GENERATIONS[after].released
    return Names(from_version=old[0], target_version=new[1], from_base=old[2], target_base=new[3])
