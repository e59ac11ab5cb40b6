"""Every screen finds its way by the words on the page: in each generation and language, however the page is drawn.

Many more ways to draw them: `pytest tests/pages/test_four_generations.py --drawings 40`.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from a_shown_pair import Shown, shown
from playwright.sync_api import Browser
from readers import Desk

from pages.appliance.basics import BasicsScreen
from pages.appliance.ip_configuration import IpConfigurationScreen
from pages.appliance.storage import HealthScreen, StorageScreen
from pages.appliance.updates import UpdatesScreen
from pages.appliance.utilities import UtilitiesScreen
from pages.engine.snapshot.snapshot import take_snapshot
from pages.engine.view.page_view import look_at
from pages.login.cluster import is_in_a_cluster
from pages.login.failover import FailoverScreen
from pages.login.my_account import MyAccountScreen
from pages.login.security import SecurityScreen
from pages.login.software_management import SoftwareManagementScreen
from pages.login.status import StatusScreen
from pages.login.status_history import StatusHistoryScreen
from pages.readings.failover_status import Role
from pages.readings.status_history import EventKind
from pages.sign_in import Showing, SignIn
from pages.translations import english
from robot.simulator.appearance.generations import GENERATIONS
from robot.simulator.appearance.words import LANGUAGES, words_of
from robot.simulator.pages.site_pages import when

LOOKS = [f"{generation} {language}" for generation in GENERATIONS for language in LANGUAGES[generation]]
SEEDS = {"g1 en": 9, "g2 en": 4, "g3 en": 6, "g4 en": 28, "g2 de": 7, "g3 de": 11}
"""One way to draw them for each; the plain one is what all other tests see."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "desk" in metafunc.fixturenames:
        many = int(metafunc.config.getoption("--drawings") or 0)
        drawn = [(look, seed) for look in LOOKS for seed in (range(many) if many else [SEEDS[look]])]
        ids = [f"{look} {seed}" for look, seed in drawn]
        metafunc.parametrize("desk", drawn, indirect=True, ids=ids, scope="module")


@pytest.fixture(scope="module")
def desk(request: pytest.FixtureRequest) -> Desk:
    look, seed = request.param
    generation, language = look.split()
    return Desk(generation, language=language, seed=seed, shell_delay=0.0)


@pytest.fixture(scope="module")
def boxes(desk: Desk, browser: Browser) -> Iterator[dict[str, Shown]]:
    """Both appliances in one way to be drawn, signed in to once: read first, pressed then, and logged out of in the end."""
    both = {unit: shown(browser, desk, unit) for unit in "ab"}
    yield both
    for box in both.values():
        box.context.close()


def test_what_playwright_tells_of_a_page_and_what_our_script_tells_fit_each_other(desk: Desk, browser: Browser) -> None:
    page = browser.new_page()
    different = (("a", "login"), ("b", "login"), ("a", "appliance"))  # B's /appliance has A's pages, with other numbers
    drawn = {shown.html for unit, interface in different for shown in desk.every_page(unit, interface).values()}
    for html in sorted(drawn):
        page.set_content(re.sub(r"<script>.*?</script>|<meta http-equiv[^>]*>", "", html, flags=re.DOTALL))
        assert take_snapshot(page).apart == (), html
    page.close()
    for cookies in desk.jars.values():
        cookies.clear()  # a browser that comes later signs in by itself


def at(box: Shown, kind: type[Any]) -> Any:
    """A screen, reached by the menu."""
    screen = kind(box.tab(kind.interface))
    screen.open()
    return screen


def press(made: Any) -> None:
    made.check_actionable()
    made.press()


def assert_says_its_failover(box: Shown, role: Role) -> None:
    status = at(box, FailoverScreen).read()
    assert status.role is role
    assert status.last_sync
    assert (status.syncing, status.conflict, status.alerts, status.message) == (False, False, (), "")
    assert len(status.settings) == 7


def assert_says_its_history(desk: Desk, box: Shown) -> None:
    relationship = desk.pair.relationship
    screen = at(box, StatusHistoryScreen)
    posted = len(desk.pair.journal.lines["changes"])
    told = screen.read()
    assert (told.unread, told.goes_on) == ("", False)
    words = words_of(desk.pair.knobs.generation, desk.pair.knobs.language, "site")
    shown = [(when(at), words.said(text)) for at, text in reversed(relationship.history)]
    assert [(each.time, each.text) for each in told.events] == shown, "in the page's own words"
    assert {each.kind for each in told.events} == {EventKind.SYNC_ENDED}
    assert len(desk.pair.journal.lines["changes"]) == posted, "it is opened by a control that alters nothing"


def assert_says_its_updates(desk: Desk, box: Shown) -> None:
    assert at(box, UpdatesScreen).read().has_automatic is (desk.pair.knobs.generation in {"g3", "g4"})


def test_each_screen_is_reached_and_says_the_same(desk: Desk, boxes: dict[str, Shown]) -> None:
    shared = desk.pair.addresses.shared
    box, truth = boxes["a"], desk.pair.appliances["a"]
    listed = at(box, IpConfigurationScreen)
    assert listed.addresses().enabled == {truth.address: True, shared: True}
    form = listed.edit(shared)
    assert form.read().enabled
    form.fill(enabled=False)
    assert form.is_filled(enabled=False)
    form.save_changes(box.answers).check_actionable()
    assert_says_its_failover(box, Role.PRIMARY)
    assert_says_its_history(desk, box)
    assert_says_its_updates(desk, box)
    machine = at(box, BasicsScreen).read()
    assert (machine.serial, machine.guid) == (truth.serial, truth.guid)
    assert machine.base.startswith(truth.base)
    assert machine.zone == "UTC"
    site = at(box, StatusScreen).read()
    assert site.hostname == desk.pair.names.hostname
    assert truth.product in site.product
    assert len(site.clients) == 3
    assert len(site.licences) == 2
    assert site.maintenance
    assert site.is_running
    assert site.contents.users == truth.data.users
    assert sorted(at(box, StorageScreen).read().used_percent.values()) == [34, 41]
    if desk.pair.knobs.generation in {"g3", "g4"}:
        assert len(at(box, HealthScreen).read().checks) == 2
    at(box, UtilitiesScreen)
    assert at(box, SecurityScreen).inter_appliance_key() == truth.key
    at(box, SoftwareManagementScreen)
    at(box, MyAccountScreen)
    assert is_in_a_cluster(box.tab("login")) is False
    assert desk.actions() == []


def test_everything_that_a_run_presses_is_found_and_does_what_it_says(desk: Desk, boxes: dict[str, Shown]) -> None:
    box = boxes["b"]
    assert_says_its_failover(box, Role.BACKUP)
    failover = FailoverScreen(box.tab("login"))
    before = failover.read().last_sync
    press(failover.sync_now(box.answers))
    assert failover.read().syncing
    desk.pass_by(4000)
    failover.open()
    assert failover.read().last_sync not in {"", before}
    press(failover.break_failover_relationships(box.answers))
    failover.open()
    assert failover.read().role is Role.NONE
    failover.new_relationship.fill(backup=("192.0.2.1", 443), reverse=("192.0.2.2", 8443))
    held = {"backup host": "192.0.2.1", "backup port": "443", "reverse host": "192.0.2.2", "reverse port": "8443"}
    assert failover.new_relationship.filled() == held
    failover.new_relationship.establish_relationship(box.answers).check_actionable()

    assert_says_its_updates(desk, box)
    updates = UpdatesScreen(box.tab("appliance"))
    press(updates.available.check_for_updates(box.answers))
    offered = updates.await_result().offers
    assert [offer.enabled for offer in offered] == [True, False]
    assert offered[1].requires
    assert updates.download_key.read(box.answers) in desk.pair.appliances["b"].download_key
    press(updates.available.install_this_update(offered[0], box.answers))
    desk.pass_by(30)
    updates.open()
    assert updates.read().installing

    shared, own = desk.pair.addresses.shared, desk.pair.appliances["a"].address
    listed = at(boxes["a"], IpConfigurationScreen)
    form = listed.edit(shared)
    form.fill(enabled=False)
    press(form.save_changes(boxes["a"].answers))
    listed.open()
    assert listed.addresses().enabled == {own: True, shared: False}
    assert [action.split()[0] for action in desk.actions()] == [
        "sync-now",
        "break-failover-relationships",
        "install",
        "ip-disable",
    ]


def test_one_logs_out_wherever_it_stands(desk: Desk, boxes: dict[str, Shown]) -> None:
    box = boxes["a"]
    sign_in = SignIn(box.tab("login"), box.answers)
    with box.tab("login").expect_navigation():
        sign_in.sign_out()
    assert sign_in.read().showing is Showing.CREDENTIALS


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_site_that_opens_on_whats_new_is_read_all_the_same(generation: str, browser: Browser) -> None:
    desk = Desk(generation, both_upgraded=True, lands_on_news=True, shell_delay=0.0)
    box = shown(browser, desk, "a")
    tab = box.tab("login")
    assert "What's New" in tab.title() + tab.inner_text("body")
    assert not StatusScreen(tab).is_shown(look_at(tab))
    assert desk.pair.names.target_version in at(box, StatusScreen).read().product
    assert at(box, FailoverScreen).read().role is Role.PRIMARY
    box.context.close()


def test_no_word_of_another_language_is_an_english_one_on_a_page() -> None:
    """A table that took an English word for a foreign one would read something that does not stand there."""
    said = "\n".join(
        page.text.lower()
        for generation in GENERATIONS
        for interface in ("login", "appliance")
        for page in Desk(generation).every_page("a", interface).values()
    )
    taken = [word for word in english() if re.search(rf"(?<![\w.@-]){re.escape(word)}(?![\w@-])", said)]
    assert taken == []
