"""What the screens of /login tell of a site's contents, licences and clients, however they are drawn; else it is not guessed."""

from collections.abc import Callable

import pytest
from little_site import quickly
from playwright.sync_api import Page
from renderings import FACTS, HEADINGS, mixed

from pages.engine.meaning.numbers import parse_days, parse_integer
from pages.login.lists import (
    GroupPoliciesScreen,
    JumpClientsScreen,
    JumpItemsScreen,
    ListScreen,
    SupportReportsScreen,
    UsersScreen,
)
from pages.login.status import StatusScreen
from pages.readings.site_status import Contents, SiteStatus
from robot.domain.errors import WrongScreen

Show = Callable[..., Page]
VERSION = [("Status", "Running"), ("Product Version", "13.1.2-38227")]
HELD = [("Users", "42"), ("Group Policies", "6"), ("Jump Items", "1,128"), ("Recorded Support Sessions", "1 840")]
CONNECTED = [("Representatives", "7"), ("Support Customers", "4"), ("Jump Clients", "120")]


@pytest.mark.proves("OP1", "MP3", "PL4")
@pytest.mark.parametrize(("told", "head"), mixed(FACTS, HEADINGS, every=2))
def test_contents_and_connected_clients_are_told_apart(show: Show, told: str, head: str) -> None:
    body = (
        HEADINGS[head]("Site Status") + FACTS[told](VERSION) + HEADINGS[head]("Site Contents") + FACTS[told](HELD)
        + HEADINGS[head]("Connected Clients") + FACTS[told](CONNECTED)
    )  # fmt: skip
    now = StatusScreen(show(body)).read()
    assert now.contents == Contents(users=42, groups=6, jump_items=1128, recorded_sessions=1840)
    assert (now.representatives, now.sessions, now.jump_clients) == (7, 4, 120)


@pytest.mark.proves("PL4")
@pytest.mark.parametrize(
    ("clients", "numbers"),
    [
        ({"Representatives": 7, "Support Sessions": 3, "Support Customers": 4}, (7, 3, None)),
        ({"Users": 5, "Access Sessions": 2, "Jump Clients": 9, "Jump Client Users": 1}, (5, 2, 10)),
        ({"Support Customers": 4, "Presentation Attendees": 2}, (None, 6, None)),
        ({"Jump Clients": 9}, (None, None, 9)),
        ({}, (None, None, None)),
    ],
)
def test_representatives_and_sessions_are_two_numbers(clients: dict[str, int], numbers: tuple[int | None, ...]) -> None:
    now = SiteStatus(product="13.1.2", clients=clients)
    assert (now.representatives, now.sessions, now.jump_clients) == numbers


def test_a_page_that_tells_nothing_of_it_is_not_asked_for_more(show: Show) -> None:
    now = StatusScreen(show(FACTS["two td"]([*VERSION, ("Maximum Session Length", "60"), ("Offline Jump Clients", "3")]))).read()
    assert (now.contents, now.clients, now.licences, now.maintenance) == (Contents(), {}, {}, "")


@pytest.mark.proves("OP2")
@pytest.mark.parametrize(("told", "head"), mixed(FACTS, HEADINGS, every=1))
def test_licences_and_maintenance_are_read_and_nothing_that_only_sounds_so(show: Show, told: str, head: str) -> None:
    facts = [
        *VERSION, ("Maximum Concurrent Users", "25"), ("Jump Client Licenses", "500"), ("Licenses In Use", "7"),
        ("License Version", "2"), ("Software Maintenance Expires", "2027.01.31"), ("Build Date", "2026.10.10"),
    ]  # fmt: skip
    now = StatusScreen(show(HEADINGS[head]("Site Status") + FACTS[told](facts))).read()
    assert now.licences == {"Jump Client Licenses": 500, "Maximum Concurrent Users": 25}
    assert now.maintenance == "2027.01.31"


@pytest.mark.proves("OP2")
@pytest.mark.parametrize(
    "table",
    [
        "<tr><th>License</th><th>Version</th><th>Count</th></tr><tr><td>Support Representative</td><td>12.0.1</td><td>25</td></tr><tr><td>Jump Client</td><td>11.4</td><td>500</td></tr>",
        "<tr><th>License</th><th>Total</th><th>In use</th></tr><tr><td>Support Representative</td><td>25</td><td>3</td></tr><tr><td>Jump Client</td><td>500</td><td>40</td></tr>",
        "<tr><td>Support Representative</td><td>25</td></tr><tr><td>Jump Client</td><td>500</td></tr>",
    ],
)
def test_a_table_of_licences_is_read_by_its_column(show: Show, table: str) -> None:
    now = StatusScreen(show(f"<h2>Site Status</h2>{FACTS['two td'](VERSION)}<h2>Licenses</h2><table>{table}</table>")).read()
    assert now.licences == {"Jump Client": 500, "Support Representative": 25}


@pytest.mark.proves("OP2")
@pytest.mark.parametrize(
    ("label", "value", "licences"),
    [
        ("Concurrent Representative Licenses", "25 (0 in use)", {"Concurrent Representative Licenses": 25}),
        ("Concurrent users", "0 of 25 licenses in use", {"Concurrent users": 25}),
        ("Licenses in use", "3/1,025", {"Licenses in use": 1025}),
        ("License Expires", "3/25/2027", {}),
        ("Concurrent users", "0 of 25 minutes", {}),
    ],
)
def test_licences_are_read_where_it_is_told_how_many_of_them_are_in_use(
    show: Show, label: str, value: str, licences: dict[str, int]
) -> None:
    assert StatusScreen(show(FACTS["two td"]([*VERSION, (label, value)]))).read().licences == licences


LISTED = (
    "<table><tr><th>User</th><th></th></tr>"
    + "".join(f"<tr><td>user{i}</td><td><a href='#e{i}'>Edit</a> <a href='#d{i}'>Delete</a></td></tr>" for i in range(3))
    + "</table>"
)


@pytest.mark.proves("OP1")
@pytest.mark.parametrize(
    ("body", "number"),
    [
        (FACTS["two td"]([("User Accounts", "42"), ("Maximum Users", "50")]), 42),
        (FACTS["definition list"]([("Total Users", "1,042")]), 1042),
        (LISTED, 3),
        (LISTED + "<p>Showing 1-3 of 42</p>", 42),
        (LISTED + "<p>1 to 3 of 1,042 entries</p><a href='#n'>Next</a>", 1042),
        (LISTED + "<a href='#1'>1</a> <a href='#2'>2</a>", None),
        (LISTED + "<a href='#n'>Next page</a>", None),
        ("<p>user1, user2, user3</p>", None),
        ("<p>Password expires for 3 of 5 and 4 of 6</p>", None),
    ],
)
def test_a_list_is_counted_whole_or_not_at_all(show: Show, body: str, number: int | None) -> None:
    assert UsersScreen(show(f"<h2>Users</h2>{body}")).count() == number


@pytest.mark.proves("OP1", "MP3", "VT12")
@pytest.mark.parametrize(
    ("kind", "head", "facts", "number"),
    [
        (GroupPoliciesScreen, "Group Policies", [("Group Policies", "6")], 6),
        (JumpItemsScreen, "Jump :: Jump Items", [("Jump Items", "128")], 128),
        (JumpItemsScreen, "Jump Clients :: Statistics", [("Jump Clients", "128"), ("Online", "120")], 128),
        (JumpClientsScreen, "Jump Clients :: Statistics", [("Jump Clients", "128"), ("Online", "120")], 120),
        (JumpClientsScreen, "Jump Clients", [("Installed", "128"), ("Jump Clients Online", "119")], 119),
        (SupportReportsScreen, "Reports :: Support Sessions", [("Recorded Support Sessions", "1840")], 1840),
        (SupportReportsScreen, "Support Sessions", [("Running Sessions", "4")], None),
    ],
)
def test_the_lists_of_login(
    show: Show, kind: type[ListScreen], head: str, facts: list[tuple[str, str]], number: int | None
) -> None:
    for told in FACTS.values():
        assert kind(show(f"<h2>{head}</h2>{told(facts)}")).count() == number


def test_another_page_is_not_counted(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    quickly(monkeypatch)
    with pytest.raises(WrongScreen):
        GroupPoliciesScreen(show("<h2>Security Providers</h2><p>Local</p>")).count()


def test_numbers_and_days_are_read_as_people_write_them() -> None:
    assert [parse_integer(text) for text in ("1840", "1,840", "1 840", "1'840'000", "12.5", "1,84", "7 of 9", "")] == [
        1840, 1840, 1840, 1840000, None, None, None, None,
    ]  # fmt: skip
    said = ("2027-01-31", "until 2027.1.31", "January 31, 2027", "31 Jan 2027", "31. January 2027", "31/01/2027", "01/31/2027")
    assert {text: [f"{day:%Y-%m-%d}" for day in parse_days(text)] for text in said} == {text: ["2027-01-31"] for text in said}
    assert [f"{day:%m-%d}" for day in parse_days("03/04/2027")] == ["03-04", "04-03"]
    assert parse_days("never") == parse_days("31/31/2027") == []
