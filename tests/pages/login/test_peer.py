"""Which appliance Management > Failover names as the other one, however the page divides what it says of the two."""

import pytest

from pages.engine.layout.items import Item
from pages.engine.view.page_view import PageView
from pages.login.failover_role import peer_of


def pair(label: str, value: str, *around: str) -> Item:
    return Item("pair", label=label, value=value, under=around)


THIS = pair("Hostname", "a.example.com", "Primary site instance status", "This host's status")


@pytest.mark.parametrize(
    "items",
    [
        (pair("This Host", "a.example.com"), pair("Peer Host", "b.example.com")),
        (THIS, pair("Hostname", "b.example.com", "Primary site instance status", "Peer host's status")),
        (
            THIS,
            pair("Host Name", "b.example.com", "The Peer Appliance"),
            pair("Last Status Check", "08:00", "The Peer Appliance"),
        ),
    ],
)
def test_the_other_appliance_is_named_beside_its_label_or_under_its_heading(items: tuple[Item, ...]) -> None:
    assert peer_of(PageView(items=items)) == "b.example.com"


@pytest.mark.parametrize("items", [(THIS,), (THIS, pair("Last Status Check", "08:00", "Peer host's status"))])
def test_this_appliance_is_never_taken_for_the_other(items: tuple[Item, ...]) -> None:
    assert peer_of(PageView(items=items)) == ""
