"""A page that stands in the place of every other while an appliance comes up is no sign-in, whatever form it has."""

import pytest

from pages.engine.layout.items import Item, PageControl
from pages.engine.meaning.startup import startup_notice
from pages.engine.view.page_view import PageView

FORM = [PageControl("text", "Username"), PageControl("password", "Password"), PageControl("button", "Log in")]
MENU = [PageControl("link", "Status", menu=True)]


def page(line: str, controls: list[PageControl]) -> PageView:
    return PageView(items=(Item("text", text=line), *(Item("control", controls=(control,)) for control in controls)))


@pytest.mark.parametrize(
    "line",
    [
        "Please wait while the interface starts.", "Please do not reboot your device.", "The appliance is restarting.",
        "System starting up...", "The services are still starting", "This site is temporarily unavailable.", "Rebooting, please wait",
        "An update is being installed. Do not restart the appliance.",
    ],
)  # fmt: skip
@pytest.mark.parametrize("controls", [[], FORM], ids=["alone", "beside a form"])
def test_an_appliance_that_starts_says_so(line: str, controls: list[PageControl]) -> None:
    assert startup_notice(page(line, controls)) == line


@pytest.mark.parametrize(
    "line",
    [
        "Welcome to Remote Support", "Getting started", "Restart the session to continue", "Please wait",
        "While an update is being installed, do not restart the appliance. If it takes long, call support.",
    ],
)  # fmt: skip
def test_a_sign_in_page_says_nothing_of_the_kind(line: str) -> None:
    assert not startup_notice(page(line, FORM))


def test_a_page_with_a_menu_is_one_of_the_screens() -> None:
    assert not startup_notice(page("Do not restart the appliance while an update is installed.", MENU))
