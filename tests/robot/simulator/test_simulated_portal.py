"""The public portal in every generation and language: each way to begin a session leads to the customer client."""

import re
from typing import Any

import pytest
from readers import Desk, Page, sends
from test_generations import LOOKS

from robot.simulator.pages.public_portal import REPRESENTATIVES

SEEDS = (0, 4)
BY_LINKS, BY_CHOICE, BY_BUTTONS = ("g1", "g3"), ("g2",), ("g4",)


def portal(desk: Desk) -> Page:
    return desk.ask("a", "GET", "/")


def client(desk: Desk, begun: Page) -> Page:
    (link,) = [href for href in begun.links().values() if href.endswith("/client")]
    return desk.ask("a", "GET", link)


def requests(desk: Desk) -> list[tuple[str, Any]]:
    return [(str(line["action"]), line["details"]) for line in desk.pair.journal.lines["fetches"]]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("generation", "language"), LOOKS)
def test_each_way_to_begin_a_session_leads_to_the_customer_client(generation: str, language: str, seed: int) -> None:
    desk = Desk(generation, language=language, seed=seed)
    named = REPRESENTATIVES[1]
    if generation in BY_LINKS:
        begun = [desk.ask("a", "GET", portal(desk).links()[named])]
    elif generation in BY_CHOICE:
        begun = [desk.press("a", portal(desk), "begin", {"representative": named})]
    else:
        begun = [desk.press("a", portal(desk), "representative", {"representative": named}, which=1)]
    begun.append(desk.press("a", portal(desk), "session[submit]", {"session[key]": "1234567"}))
    begun.append(desk.press("a", portal(desk), "issue[submit]", {"issue[name]": "Jo Doe", "issue[text]": "no sound"}))
    begun.append(desk.ask("a", "GET", "/?ak=0123456789abcdef"))
    assert {client(desk, page).body[:2] for page in begun} == {b"MZ"}
    assert [details["by"] for action, details in requests(desk) if action == "session-requested"] == [
        "representative", "key", "issue", "link",
    ]  # fmt: skip
    assert [details["version"] for action, details in requests(desk) if action == "customer-client"] == [
        desk.pair.appliances["a"].product
    ] * 4
    assert desk.actions() == [], "to request a session changes no appliance"


@pytest.mark.parametrize(("generation", "language"), LOOKS)
def test_what_cannot_begin_a_session_is_told_and_begins_none(generation: str, language: str) -> None:
    desk = Desk(generation, language=language)
    for control, fields in (("session[submit]", {"session[key]": "12"}), ("issue[submit]", {"issue[name]": ""})):
        page = desk.press("a", portal(desk), control, fields)
        assert control in map(sends, page.presses())
        assert not [href for href in page.links().values() if "client" in href]
    gone = desk.ask("a", "GET", "/session/0badc0ffee0badc0")
    assert "issue[submit]" in map(sends, gone.presses())
    assert {action for action, _ in requests(desk)} == {"session-refused"}


def test_the_issue_form_has_an_address_of_its_own() -> None:
    desk = Desk("g3")
    page = desk.ask("a", "GET", "/api/start_session.ns?issue_menu=1")
    assert [sends(each) for each in page.presses()] == ["issue[submit]"]


def test_the_portal_shows_no_version() -> None:
    for generation in ("g1", "g4"):
        desk = Desk(generation)
        begun = desk.press("a", portal(desk), "session[submit]", {"session[key]": "1234567"})
        assert not re.search(r"\d+\.\d+\.\d+", portal(desk).text + begun.text)


@pytest.mark.parametrize(
    ("fault", "status", "says"),
    [
        ("404", 404, "404 Not Found"),
        ("500", 500, "500 Internal Server Error"),
        ("503", 503, "503 Service Unavailable"),
        ("maintenance", 200, "temporarily unavailable"),
        ("nothing to begin", 200, "Welcome to our support"),
        ("empty", 200, ""),
        ("other page", 200, "It works!"),
    ],
)
def test_a_portal_can_be_none(fault: str, status: int, says: str) -> None:
    desk = Desk("g2", portal_fault=fault, portal_fault_at="a")
    page = portal(desk)
    assert page.status == status
    assert says in page.text
    assert page.presses() == []


def test_a_request_can_fail_and_its_page_can_lack_the_download() -> None:
    desk = Desk("g2")
    desk.pair.knobs.change({"portal_fault": "request fails"})
    page = portal(desk)
    assert desk.press("a", page, "session[submit]", {"session[key]": "1234567"}).status == 500
    desk.pair.knobs.change({"portal_fault": "no download"})
    begun = desk.press("a", page, "session[submit]", {"session[key]": "1234567"})
    assert begun.status == 200
    assert begun.links() == {}
