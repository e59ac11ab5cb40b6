"""A screen is reached by the words of the menu; where they have led once, its address is asked for the next time."""

from collections.abc import Callable

import pytest
from little_site import ORIGIN, Site, quickly
from playwright.sync_api import Page

from pages.appliance.basics import BasicsScreen
from pages.appliance.updates import UpdatesScreen
from pages.engine.actions.guarded_link import GuardedLink
from pages.engine.snapshot.snapshot import Snapshot, take_snapshot
from pages.engine.view.control_query import menu_entry
from pages.engine.view.page_view import look_at
from pages.login.lists import UsersScreen
from robot.domain.errors import WrongScreen

BASICS = "<h2>Basics</h2><table><tr><th>Serial Number</th><td>A1B2C3</td></tr></table>"


def page(body: str, basics: str = "/appliance/basics.ns") -> str:
    menu = f'<nav><a href="/appliance/status.ns">Status</a> <a href="{basics}">Basics</a></nav>'
    return f"<!DOCTYPE html><title>Appliance</title>{menu}{body}"


@pytest.fixture
def asked(site: Site) -> list[str]:
    """Every page that the browser asks for, by its path."""
    paths: list[str] = []
    site.tab.on("request", lambda request: paths.append(request.url.removeprefix(ORIGIN)))
    return paths


@pytest.fixture
def at_the_door(site: Site) -> Callable[..., None]:
    def stand(basics: str = "/appliance/basics.ns") -> None:
        site.pages |= {path: page("", basics) for path in ("/appliance", "/appliance/status.ns")}
        site.pages[basics.split("?", 1)[0]] = page(BASICS, basics)
        site.tab.goto(f"{ORIGIN}/appliance")

    return stand


def test_the_second_time_its_address_is_asked_for_afresh(site: Site, asked: list[str], at_the_door: Callable[..., None]) -> None:
    at_the_door()
    screen = BasicsScreen(site.tab)
    screen.open()
    assert asked == ["/appliance", "/appliance/status.ns", "/appliance/basics.ns"]
    for _ in range(2):
        asked.clear()
        screen.open()
        assert asked == ["/appliance/basics.ns"]


def test_news_in_the_place_of_a_screen_make_no_address_forgotten(
    site: Site, asked: list[str], at_the_door: Callable[..., None]
) -> None:
    at_the_door()
    screen = BasicsScreen(site.tab)
    screen.open()
    news = "<h1>What's new</h1><p>Release 25.1.2 has arrived.</p><a href='/appliance/status.ns'>Continue</a>"
    site.pages["/appliance/basics.ns"] = f"<!DOCTYPE html><title>Appliance</title>{news}"

    def is_over(path: str) -> None:
        if path == "/appliance/status.ns":
            site.pages["/appliance/basics.ns"] = page(BASICS)

    site.tab.on("request", lambda request: is_over(request.url.removeprefix(ORIGIN)))
    asked.clear()
    screen.open()
    assert asked == ["/appliance/basics.ns", "/appliance/status.ns", "/appliance/basics.ns"]
    asked.clear()
    screen.open()
    assert asked == ["/appliance/basics.ns"], "it lasts"


@pytest.mark.parametrize("gone", ["", page("<h2>Something else</h2>")], ids=["404", "another page"])
def test_where_the_address_leads_elsewhere_the_menu_is_followed_again(
    site: Site, at_the_door: Callable[..., None], monkeypatch: pytest.MonkeyPatch, gone: str
) -> None:
    at_the_door()
    screen = BasicsScreen(site.tab)
    screen.open()
    quickly(monkeypatch)
    moved = "/appliance/status/basics.ns"
    site.pages |= {path: page("", moved) for path in ("/appliance", "/appliance/status.ns")}
    site.pages |= {"/appliance/basics.ns": gone, moved: page(BASICS, moved)}
    assert screen.open().value("Serial Number") == "A1B2C3"
    assert site.tab.url == ORIGIN + moved


@pytest.mark.parametrize(("between", "looks"), [("", 0), ("look", 0), ("act", 1), ("wait", 1)])
def test_the_look_with_which_a_screen_was_opened_serves_the_first_reading_unless_something_was_done_since(
    site: Site, at_the_door: Callable[..., None], monkeypatch: pytest.MonkeyPatch, between: str, looks: int
) -> None:
    at_the_door()
    screen = BasicsScreen(site.tab)
    screen.open()
    menu = menu_entry(site.tab, "Basics")
    if between == "act":
        GuardedLink(site.tab, menu, "Basics").point()
    if between == "look":
        menu.count()
    if between == "wait":
        site.tab.wait_for_timeout(300)
    taken: list[Page] = []

    def counted(tab: Page) -> Snapshot:
        taken.append(tab)
        return take_snapshot(tab)

    monkeypatch.setattr("pages.engine.view.page_view.take_snapshot", counted)
    assert screen.look().value("Serial Number") == "A1B2C3"
    assert len(taken) == looks
    assert screen.look().value("Serial Number") == "A1B2C3"
    assert len(taken) == looks + 1, "and no other one"


def test_an_address_with_a_token_is_not_used_again(site: Site, asked: list[str], at_the_door: Callable[..., None]) -> None:
    at_the_door("/appliance/basics.ns?token=1")
    screen = BasicsScreen(site.tab)
    screen.open()
    asked.clear()
    screen.open()
    assert asked == ["/appliance/status.ns", "/appliance/basics.ns?token=1"]


def test_a_screen_that_is_nowhere_is_not_made_up(
    site: Site, at_the_door: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    at_the_door()
    screen = BasicsScreen(site.tab)
    screen.open()
    quickly(monkeypatch)
    site.pages["/appliance/basics.ns"] = page("<h2>Something else</h2>")
    with pytest.raises(WrongScreen):
        screen.open()


APPLICATION = """<!DOCTYPE html><title>Appliance</title><nav><a href="#status">Status</a> <span id="sub"></span></nav><main></main>
    <script>
    const main = document.querySelector('main'), basics = '<h2>Basics</h2><dl><dt>Serial Number</dt><dd>A1B2C3</dd></dl>';
    onhashchange = () => {
        const sub = document.querySelector('#sub');
        if (!(BEFORE && !sessionStorage.read)) sub.innerHTML = '<a href="#basics">Basics</a>';
        if (sessionStorage.read) {
            main.innerHTML = location.hash === '#basics' ? basics : '<h2>Status</h2>';
        } else {
            main.innerHTML = '<div STYLE><h1>What is new</h1><p>Faster clients.</p><button>Close</button></div>';
            main.querySelector('button').onclick = () => { sessionStorage.read = 1; main.innerHTML = '<h2>Welcome</h2>'; sub.innerHTML = ''; };
        }
    };
    </script>"""


@pytest.mark.parametrize(
    ("before", "style"),
    [("true", ""), ("false", "style='position: fixed; inset: 0; background: white'")],
    ids=["in its place", "over it"],
)
def test_where_a_notice_was_put_away_and_the_menu_believes_to_be_there_already_one_comes_in_by_the_front_door_again(
    site: Site, asked: list[str], monkeypatch: pytest.MonkeyPatch, before: str, style: str
) -> None:
    site.pages["/appliance"] = APPLICATION.replace("BEFORE", before).replace("STYLE", style.replace("'", '"'))
    site.tab.goto(f"{ORIGIN}/appliance")
    quickly(monkeypatch)
    assert BasicsScreen(site.tab).open().value("Serial Number") == "A1B2C3"
    assert asked == ["/appliance", "/appliance"]


def test_a_word_of_an_entry_is_no_entry(show: Callable[..., Page]) -> None:
    words = "".join(f"<span>{word}</span> " for word in ("Users", "&amp;", "Security"))
    tab = show(f"<nav><a href=/u>{words}</a> <a href=/m>Management</a></nav>")
    assert menu_entry(tab, r"^Users & Security$").count() == 1
    assert menu_entry(tab, r"^Security$").count() == 0, "it would lead to the users while the real entry is not drawn yet"


def test_the_entries_of_a_menu_of_two_are_known_without_their_counts(site: Site) -> None:
    entries = "".join(f"<li><a href=/{name}>\u25b8 {name} ({count})</a>" for count, name in enumerate(["Status", "Management"]))
    site.tab.set_content(f"<ul>{entries}</ul><h2>Site Status</h2><p>Running</p>")
    assert menu_entry(site.tab, "^Management$").count() == 1


@pytest.mark.parametrize("shell", ["/appliance#/status", "/appliance"])
def test_a_form_that_stands_over_the_menu_is_left_by_the_front_door(site: Site, shell: str) -> None:
    form = "<div role=dialog style='position:fixed;inset:0;background:#eee'><h2>Edit IP</h2><a href='#'>Cancel</a></div>"
    opened = f"<button onclick=\"document.body.insertAdjacentHTML('beforeend', `{form}`)\">Edit</button>"
    later = (
        "<script>const n = document.querySelector('nav'); n.remove(); setTimeout(() => document.body.prepend(n), 900)</script>"
    )
    site.pages |= {"/appliance": page(opened + later, "#/basics"), "/appliance/status.ns": page(BASICS, "#/basics")}
    site.tab.goto(ORIGIN + shell)
    site.tab.get_by_text("Status").wait_for()
    site.tab.get_by_text("Edit").click()
    assert site.tab.get_by_role("dialog").count() == 1
    assert BasicsScreen(site.tab).open().value("Serial Number") == "A1B2C3"
    assert not site.tab.get_by_role("dialog").count()


def test_a_screen_to_which_the_sign_in_has_led_need_not_be_asked_for_again(site: Site, at_the_door: Callable[..., None]) -> None:
    at_the_door()
    assert not BasicsScreen(site.tab).has_just_come()
    site.tab.goto(f"{ORIGIN}/appliance/basics.ns")
    assert BasicsScreen(site.tab).has_just_come()


def test_a_screen_to_which_no_sign_in_leads_is_asked_for_although_the_page_has_something_of_it(site: Site) -> None:
    """Status > Basics names the site's state: while the appliance installs it says "Upgrading", as the Updates screen would."""
    site.pages["/appliance"] = page(
        f"{BASICS}<table><tr><th>Site</th><th>Status</th></tr><tr><td>s</td><td>Upgrading</td></table>"
    )
    site.tab.goto(f"{ORIGIN}/appliance")
    assert UpdatesScreen(site.tab).is_shown(look_at(site.tab))
    assert not UpdatesScreen(site.tab).has_just_come()


def test_a_list_that_may_be_another_one_is_asked_for_by_its_own_entry_all_the_same(site: Site) -> None:
    site.pages["/login"] = page("<h2>Status</h2><table><tr><th>Users</th><td>12</td></tr></table>")
    site.tab.goto(f"{ORIGIN}/login")
    users = UsersScreen(site.tab)
    assert users.is_shown(look_at(site.tab))
    assert not users.has_just_come()
