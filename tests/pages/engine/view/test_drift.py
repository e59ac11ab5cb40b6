"""Where a page differs from what is known of it: told for a person at three in the morning, never in patterns."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from little_site import ORIGIN, Site, quickly
from playwright.sync_api import Page
from renderings import MENU, MENUS

from pages.appliance.ip_configuration import AddressForm
from pages.engine.view.drift import noted_drifts
from pages.login.failover import FailoverScreen
from pages.login.security import SecurityScreen
from pages.login.software_management import SoftwareManagementScreen
from robot.changes.change import ChangePlace
from robot.domain.drift import Drift, DriftKind
from robot.domain.errors import WrongScreen
from robot.network.chromium import NetworkMonitor

Show = Callable[..., Page]
BACKUP = "<h2>Failover :: Backup Site Instance Status</h2><p>Last sync: 2026-11-01 10:00</p>"


def refusal(show: Show, body: str, answers: NetworkMonitor) -> str:
    with pytest.raises(WrongScreen) as refused:
        FailoverScreen(show(body, title="Failover")).break_failover_relationships(answers).check_actionable()
    refused.value.on(cast("ChangePlace", SimpleNamespace(where=lambda: {"screen": "Management > Failover", "unit": "b"})))
    return str(refused.value)


def test_a_missing_button_is_named_with_its_screen_its_appliance_and_what_is_there_instead(
    show: Show, answers: NetworkMonitor
) -> None:
    told = refusal(show, f"{BACKUP}<button>Sync Now</button><button>Break Pair Relationships</button>", answers)
    assert told == (
        'Management > Failover on B: no button "Break Failover Relationships"; there is instead: a page called "Failover"; '
        'buttons "Break Pair Relationships", "Sync Now"; headings "Failover :: Backup Site Instance Status"'
    )


def test_a_button_that_stands_there_twice_is_not_chosen_from(show: Show, answers: NetworkMonitor) -> None:
    twice = "<p><button>Break Failover Relationships</button></p>" * 2
    told = refusal(show, f"{BACKUP}{twice}", answers)
    assert told.startswith(
        'Management > Failover on B: button "Break Failover Relationships" stands there several times, not once'
    )


def test_a_button_that_is_greyed_out_is_said_to_be_there(show: Show, site: Site) -> None:
    site.tab.set_default_timeout(300)
    told = refusal(show, f"{BACKUP}<button disabled>Break Failover Relationships</button>", site.answers)
    site.tab.set_default_timeout(3_000)
    assert "is there and cannot be pressed: greyed out or covered" in told


def test_a_field_that_is_missing_is_named_with_its_section(show: Show) -> None:
    group = "<fieldset><legend>New Backup Site Connection Details</legend><label>Site <input></label></fieldset>"
    screen = FailoverScreen(show(f"<button>Establish Relationship</button>{group}"))
    with pytest.raises(WrongScreen) as refused:
        screen.new_relationship.fill(backup=("b", 1), reverse=("a", 1))
    assert str(refused.value).startswith(
        'Management > Failover: no field "Host name or IP address" under "New Backup Site Connection Details"; there is instead: '
    )
    assert refused.value.drift is not None
    assert refused.value.drift.found is DriftKind.NOWHERE


def test_a_screen_that_is_not_shown_says_by_what_it_would_be_known(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    quickly(monkeypatch)
    with pytest.raises(WrongScreen) as refused:
        SecurityScreen(show("<h1>Passwords</h1><button>Save</button>", title="Security")).look()
    assert str(refused.value) == (
        'Management > Security is not shown: no Inter-Appliance key; there is instead: a page called "Security"; '
        'buttons "Save"; headings "Passwords"'
    )


def test_a_link_in_a_buttons_place_is_pressed_and_noted(show: Show, answers: NetworkMonitor) -> None:
    tab = show(f"{BACKUP}<a href='#'>Break Failover Relationships</a>")
    FailoverScreen(tab).break_failover_relationships(answers).check_actionable()
    wanted = 'button "Break Failover Relationships"'
    drift = Drift("", "Break Failover Relationships", wanted, DriftKind.FALLBACK, "as a link")
    assert drift in noted_drifts(tab)
    told = drift.on(screen="Management > Failover", unit="b").sentence
    assert told == 'Management > Failover on B: button "Break Failover Relationships" was found only as a link'


def test_a_button_drawn_from_a_link_is_a_button_and_not_noted(show: Show, answers: NetworkMonitor) -> None:
    tab = show(f"{BACKUP}<a role=button href='#'>Sync Now</a>")
    before = noted_drifts(tab)
    FailoverScreen(tab).sync_now(answers).check_actionable()
    assert noted_drifts(tab) == before


def test_a_screen_reached_by_another_place_of_the_menu_is_noted(site: Site) -> None:
    menu = MENUS["list"]((*MENU[:-1], "Failover"), "/login")
    site.pages |= {"/login": menu, "/login/failover": menu + BACKUP + "<button>Sync Now</button>"}
    site.tab.goto(f"{ORIGIN}/login")
    FailoverScreen(site.tab).open()
    assert "elsewhere in the menu: Failover" in [drift.instead for drift in noted_drifts(site.tab)]


def test_a_section_without_its_heading_is_noted_and_the_backup_is_fetched(site: Site, tmp_path: Path) -> None:
    link = '<a role="button" href="data:application/octet-stream,backup" download="x.nsb">Download Backup</a>'
    site.pages["/login"] = f"<h1>Software</h1>{link}"
    site.tab.goto(f"{ORIGIN}/login")
    SoftwareManagementScreen(site.tab).download_backup(tmp_path / "x", password=None, include_history=False)
    assert [drift.control for drift in noted_drifts(site.tab)][-1] == "Backup Settings"


def test_a_field_named_only_by_the_hint_in_it_is_filled_and_noted(show: Show) -> None:
    groups = "".join(
        f"<fieldset><legend>{name}</legend><div><input placeholder='IP Address'></div><div><label>Port <input></label></div></fieldset>"
        for name in ("New Backup Site Connection Details", "Reverse Connection Details to this Primary Site")
    )
    tab = show(f"<button>Establish Relationship</button>{groups}")
    screen = FailoverScreen(tab)
    screen.new_relationship.fill(backup=("192.0.2.1", 1), reverse=("192.0.2.2", 2))
    assert screen.new_relationship.filled()["backup host"] == "192.0.2.1"
    assert 'by the hint in the empty field, "IP Address"' in [drift.instead for drift in noted_drifts(tab)]


def test_an_address_form_without_its_box_says_which_box(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    quickly(monkeypatch)
    with pytest.raises(WrongScreen, match='no single box "Enabled" that can be ticked'):
        AddressForm(show("<h2>192.0.2.9</h2><button>Save Changes</button>"), "192.0.2.9").look()
