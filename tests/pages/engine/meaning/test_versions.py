"""A version beside its label; and what stands there while an appliance has only just come up."""

import pytest

from pages.engine.layout.items import Item
from pages.engine.meaning.versions import untold_version, version_beside
from pages.engine.view.page_view import PageView
from pages.login.status import StatusScreen
from robot.domain.errors import Unreachable, WrongScreen

BASE = (r"\bbase\b|software version", r"api|available")


def page(*pairs: tuple[str, str], prose: tuple[str, ...] = ()) -> PageView:
    items = [Item("pair", label=label, value=value) for label, value in pairs]
    items += [Item("text", text=line) for line in prose]
    return PageView(items=tuple(items))


@pytest.mark.parametrize(
    "value", ["0.0.0", "0.0", "v0.0.0", "-", "\u2014", "Loading...", "n/a", "unknown", "...", "not yet available"]
)
def test_what_stands_in_the_place_of_a_version_is_none_and_is_named_with_its_label(value: str) -> None:
    view = page(("Base Software", value), ("API Version", "1.2.3"))
    with pytest.raises(Unreachable, match="and no version yet") as told:
        version_beside(view, *BASE, screen="Status > Basics")
    assert f'Status > Basics: "Base Software" is "{value}"' in str(told.value)


def test_a_label_without_anything_beside_it_is_named_as_well() -> None:
    with pytest.raises(Unreachable, match='"Software Version:" is empty'):
        version_beside(page(prose=("Software Version:",)), *BASE, screen="Status > Basics")


def test_a_page_without_such_a_label_is_another_page() -> None:
    with pytest.raises(WrongScreen, match="version"):
        version_beside(page(("Uptime", "-"), prose=("The base version follows.",)), *BASE, screen="Status > Basics")


def test_a_version_that_is_told_is_read_whatever_else_is_not_told_yet() -> None:
    view = page(("Base Software", "3.4.1"), ("Software Version", "-"))
    assert version_beside(view, *BASE, screen="Status > Basics") == "3.4.1"
    assert untold_version(page(("Base Software", "10.0.0")), *BASE) == ""


@pytest.mark.parametrize("value", ["-", "0.0.0", "Loading..."])
def test_the_status_of_a_site_is_known_before_its_version_is_told(value: str) -> None:
    assert StatusScreen.is_shown(StatusScreen.__new__(StatusScreen), page(("Product Version", value)))
