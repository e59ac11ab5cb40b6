"""Updates, as five strangers draw it from the product's documentation.

Each case is drawn in one style; in all five: `pytest tests/pages/appliance/test_strange_updates_pages.py --drawings 1`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page
from strange_places import UPDATES
from strange_styles import Style, in_every_style_if_asked, joined, style_of_the_case

from pages.appliance.updates import UpdatesScreen
from pages.readings.available_updates import Lack
from robot.network.chromium import NetworkMonitor

Show = Callable[..., Page]
pytest_generate_tests = in_every_style_if_asked
style = pytest.fixture(style_of_the_case)


def updates(style: Style, main: str = "", *, key: str = "", can_check: bool = True) -> str:
    """The screen: `main` between the check and all that may be mistaken for it."""
    check = (
        style.paragraph("Click the button to have the appliance contact the update server.")
        + style.command("Check for Updates", enabled=can_check)
        + style.facts([("Last checked", "2027-03-04 09:00")])
    )
    automatic = (
        style.tick("Automatically install critical security updates", on=True, hint="Updates are installed at the chosen time.")
        + style.field("Install time", "03:00")
        + style.button("Save Changes")
    )
    by_hand = (
        style.paragraph("Browse to the update file and click Update Software.")
        + '<input type=file name="update[file]"> '
        + style.button("Update Software")
    )
    key_title = style.words("Updates :: Appliance Download Key", "Appliance Download Key")
    return style.page(
        UPDATES,
        style.section(style.words("Updates :: Check", "Check for Updates"), check)
        + main
        + style.section("Automatic Updates", style.form(automatic))
        + style.section(style.words("Updates :: Manual Installation", "Manual Installation"), style.form(by_hand))
        + style.section(key_title, key or '<a href="?key=1">Appliance Download Key</a>'),
    )


# -- what is offered -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Package:
    """What stands in a list of packages; one that requires another cannot be installed yet."""

    name: str
    told: str
    requires: str = ""

    def button(self, style: Style) -> str:
        return style.command("Install This Update", enabled=not self.requires)


BASE = Package("Base Software 7.1.0", "Base operating system update. Released 2027-02-01. <a href=/notes>Release notes</a>")
PRODUCT = Package(
    "BeyondTrust Remote Support 23.3.2",
    "Product update. <a href=/notes>Release notes</a>",
    "Requires Base Software 7.1.0 to be installed first.",
)


def in_a_table(style: Style, packages: Sequence[Package]) -> str:
    rows = [
        (each.name, each.told + (f" <i>{each.requires}</i>" if each.requires else ""), each.button(style)) for each in packages
    ]
    return style.section("Available Updates", style.table(("Package", "Description", "Action"), rows))


def in_sections(style: Style, packages: Sequence[Package]) -> str:
    sections = joined(
        style.section(
            each.name,
            style.paragraph(each.told) + (style.paragraph(each.requires) if each.requires else "") + each.button(style),
        )
        for each in packages
    )
    if style.nests_sections:
        return style.section("Available Updates", sections)
    return style.section("Available Updates", style.paragraph("The following updates are available.")) + sections


def in_boxes(style: Style, packages: Sequence[Package]) -> str:
    boxes = joined(
        f'<div class="update-item"><div class="u-name"><b>{each.name}</b></div><div class="u-desc">{each.told}</div>'
        + (f'<div class="u-dep"><em>{each.requires}</em></div>' if each.requires else "")
        + f"{each.button(style)}</div>"
        for each in packages
    )
    return style.section("Available Updates", boxes)


@pytest.mark.parametrize("listed", [in_a_table, in_sections, in_boxes])
def test_each_package_has_its_name_and_tells_whether_it_can_be_installed(
    show: Show, answers: NetworkMonitor, style: Style, listed: Callable[[Style, Sequence[Package]], str]
) -> None:
    screen = UpdatesScreen(show(updates(style, listed(style, (BASE, PRODUCT)))))
    now = screen.read()
    assert [(each.name, each.version, each.enabled) for each in now.offers] == [
        ("Base Software 7.1.0", "7.1.0", True), ("BeyondTrust Remote Support 23.3.2", "23.3.2", False),
    ]  # fmt: skip
    assert not now.offers[0].requires
    assert "Base Software 7.1.0" in now.offers[1].requires
    assert (now.installing, now.checked, now.by_hand) == (False, True, True)
    screen.available.install_this_update(now.offers[0], answers).check_actionable()
    screen.available.check_for_updates(answers).check_actionable()
    screen.manual_installation.update_software(answers, within=5).check_actionable()


def test_a_table_of_one_package_is_a_table_of_packages(show: Show, answers: NetworkMonitor, style: Style) -> None:
    screen = UpdatesScreen(show(updates(style, in_a_table(style, (BASE,)))))
    offers = screen.read().offers
    assert [(each.name, each.version, each.enabled) for each in offers] == [("Base Software 7.1.0", "7.1.0", True)]
    screen.available.install_this_update(offers[0], answers).check_actionable()


def test_before_a_check_nothing_is_offered_and_nothing_is_said_to_lack(show: Show, answers: NetworkMonitor, style: Style) -> None:
    screen = UpdatesScreen(show(updates(style)))
    now = screen.read()
    assert (now.offers, now.installing, now.message, now.lack) == ((), False, "", Lack.UNTOLD)
    screen.available.check_for_updates(answers).check_actionable()


@pytest.mark.parametrize(
    "text", ["No updates available", "No updates are available at this time.", "Your appliance is up to date."]
)
def test_that_there_is_nothing_is_the_result_of_a_check(show: Show, style: Style, text: str) -> None:
    now = UpdatesScreen(show(updates(style, style.section("Available Updates", style.paragraph(text))))).read()
    assert (now.offers, now.installing, now.checked, bool(now.message)) == ((), False, True, True)


# -- what is being installed ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["Downloading Base Software 7.1.0", "Installing..."])
@pytest.mark.parametrize("on_its_own", [True, False], ids=["on a page of its own", "among the rest"])
def test_an_installation_that_runs_is_told_and_nothing_is_offered(
    show: Show, style: Style, text: str, *, on_its_own: bool
) -> None:
    warning = style.paragraph("Do not restart the appliance while the update is installing.")
    running = style.section("Installation Progress", style.paragraph(text) + style.progress(45) + warning)
    page = style.page(UPDATES, running) if on_its_own else updates(style, running, can_check=False)
    now = UpdatesScreen(show(page)).read()
    assert (now.installing, now.offers) == (True, ())


def test_an_installation_that_runs_may_be_told_in_facts(show: Show, style: Style) -> None:
    facts = [("Package", "Base Software 7.1.0"), ("Status", "Installing"), ("Progress", "45%"), ("Started", "2027-03-04 10:00")]
    running = style.section("Current Installation", style.facts(facts))
    now = UpdatesScreen(show(updates(style, running, can_check=False))).read()
    assert (now.installing, now.offers) == (True, ())


@pytest.mark.parametrize(
    "text",
    [
        "An error occurred building your update. Please visit www.beyondtrust.com/support for more information.",
        "Installation of Base Software 7.1.0 failed.",
    ],
)
def test_an_installation_that_failed_is_told_and_runs_no_more(show: Show, style: Style, text: str) -> None:
    now = UpdatesScreen(show(updates(style, style.note(text)))).read()
    assert (bool(now.message), now.installing) == (True, False)


# -- the key -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shown", ["as a fact", "in a field", "in a sentence"])
def test_the_download_key_is_read_and_known_as_a_secret(show: Show, answers: NetworkMonitor, style: Style, shown: str) -> None:
    key = "B1F0-77AC-91DE-0042"
    told = {
        "as a fact": style.facts([("Appliance Download Key", key)]),
        "in a field": style.field("Appliance Download Key", key),
        "in a sentence": f"<p>Your appliance download key is: <code>{key}</code></p>",
    }[shown]
    screen = UpdatesScreen(show(updates(style, key=told)))
    assert screen.secrets() == (key,)
    assert screen.download_key.read(answers) == key
