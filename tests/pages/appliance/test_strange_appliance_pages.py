"""Status > Basics and Networking > IP Configuration, as five strangers draw them from the product's documentation.

Each case is drawn in one style; in all five: `pytest tests/pages/appliance/test_strange_appliance_pages.py --drawings 1`.
"""

from collections.abc import Callable

import pytest
from packaging.version import Version
from playwright.sync_api import Page
from strange_places import BASICS, IP_CONFIGURATION
from strange_styles import Style, in_every_style_if_asked, style_of_the_case

from pages.appliance.basics import BasicsScreen
from pages.appliance.ip_configuration import AddressForm, IpConfigurationScreen
from pages.readings.release import Release
from robot.network.chromium import NetworkMonitor

Show = Callable[..., Page]
pytest_generate_tests = in_every_style_if_asked
style = pytest.fixture(style_of_the_case)


# -- Basics --------------------------------------------------------------------------------------------------------------------


def test_a_machines_facts_are_read_and_not_its_firmwares_or_its_sites(show: Show, style: Style) -> None:
    statistics = style.facts(
        [
            ("Appliance Model", "B300 v2"),
            ("Serial Number", "8A2F-11C0-77"),
            ("Appliance GUID", "0123456789abcdef0123456789abcdef"),
            ("Base Software Version", "6.1.0 (41022)"),
            ("System Architecture", "x86_64"),
            ("Firmware Version", "2.4.1"),
            ("Firmware Build Date", "2019-03-04"),
            ("System Up-Time", "12 days, 4:05"),
            ("Current System Time", "2027-03-04 10:22:33 CST"),
        ]
    )
    zone = "<label>Time Zone</label> <select><option>America/Chicago</option></select>" + style.button("Save")
    heads = ("Site Name", "Host Names", "Version", "Status")
    sites = style.table(heads, [("support", "support.example.com", "22.1.3-61234", style.chip("Running"))])
    body = (
        style.section(style.words("Status :: Basics", "Appliance Statistics"), statistics)
        + style.section("Time Zone", style.form(zone))
        + style.section("Hosted Sites", sites)
        + style.section("Power", style.command("Reboot This Appliance") + style.command("Shut Down This Appliance"))
    )
    now = BasicsScreen(show(style.page(BASICS, body))).read()
    assert (now.serial, now.guid) == ("8A2F-11C0-77", "0123456789abcdef0123456789abcdef")
    assert Release(text=now.base).version == Version("6.1.0")
    assert (now.uptime, now.system_time) == ("12 days, 4:05", "2027-03-04 10:22:33 CST")


def test_a_machines_facts_are_read_under_shorter_labels(show: Show, style: Style) -> None:
    machine = style.facts(
        [
            ("Model", "RS Virtual Appliance"),
            ("Serial #", "VM-99"),
            ("GUID", "AB12"),
            ("Base Version", "Base 7.0.2"),
            ("Uptime", "3 hours"),
            ("System Time", "Thu Mar 4 10:22:33 2027"),
        ]
    )
    site = style.facts([("Site", "support.example.com"), ("Product Version", "23.2.1"), ("Status", style.chip("Running"))])
    body = style.section("Appliance", machine) + style.section("Site Status", site)
    now = BasicsScreen(show(style.page(BASICS, body))).read()
    assert (now.serial, now.guid, now.uptime) == ("VM-99", "AB12", "3 hours")
    assert Release(text=now.base).version == Version("7.0.2")


# -- IP Configuration ----------------------------------------------------------------------------------------------------------

MASK = "255.255.255.0"
ADDRESSES = [("Yes", "10.0.0.11", "Yes"), ("No", "10.0.0.1", "No"), ("Yes", "10.0.0.10", "No")]
"""Whether it is enabled, the address, whether it is the port's first; one address begins as another does."""


def listed_by_address(style: Style) -> str:
    rows = [
        (enabled, "eth0", f'<a href="/ip?id={number}">{ip}</a>', MASK, first)
        for number, (enabled, ip, first) in enumerate(ADDRESSES)
    ]
    return style.table(("Enabled", "Network Port", "IP Address", "Subnet Mask", "Primary"), rows)


def listed_with_edit(style: Style) -> str:
    rows = [
        (ip, "eth0", enabled, MASK, first, f'<a href="/ip?id={number}">Edit</a>')
        for number, (enabled, ip, first) in enumerate(ADDRESSES)
    ]
    return style.table(("IP Address", "Network Port", "Enabled", "Subnet Mask", "Primary", "Actions"), rows)


@pytest.mark.parametrize("listed", [listed_by_address, listed_with_edit])
def test_each_address_of_a_list_has_its_own_link(show: Show, style: Style, listed: Callable[[Style], str]) -> None:
    settings = (
        style.field("Hostname", "rs1.example.com")
        + style.field("Default Gateway", "10.0.0.254")
        + style.tick("Respond to Ping", on=True)
        + style.button("Save Changes")
    )
    title = style.words("Networking :: IP Configuration", "IP addresses")
    body = style.section(title, listed(style) + '<a href="/ip?new=1">Add New IP</a>')
    body += style.section("Global Network Configuration", style.form(settings))
    screen = IpConfigurationScreen(show(style.page(IP_CONFIGURATION, body)))
    screen.look()
    links = [expected.query for _, ip, _ in ADDRESSES for expected in screen.controls(ip)]
    assert [link.count() for link in links] == [1, 1, 1]
    assert [entry.href.removeprefix("http://appliance.test") for link in links for entry in link.all()] == [
        "/ip?id=0",
        "/ip?id=1",
        "/ip?id=2",
    ]


def chosen(label: str, own: str, *choices: str) -> str:
    """A drop-down list, which every style leaves to the browser."""
    options = "".join(f"<option>{each}</option>" for each in choices)
    return f"<div><label for={own}>{label}</label> <select id={own}>{options}</select></div>"


@pytest.mark.parametrize("enabled", [True, False], ids=["enabled", "disabled"])
@pytest.mark.parametrize("where", ["alone", "below the list", "with a fixed address"])
def test_an_address_is_enabled_or_disabled_by_its_own_box(
    show: Show, answers: NetworkMonitor, style: Style, where: str, *, enabled: bool
) -> None:
    fixed = where == "with a fixed address"
    fields = (
        style.tick("Enabled", on=enabled, hint="Disabled addresses are not served.")
        + chosen("Network Port", "port", "eth0")
        + (style.facts([("IP Address", "10.0.0.10")]) if fixed else style.field("IP Address", "10.0.0.10"))
        + style.field("Subnet Mask", MASK)
        + style.tick("Primary", on=False)
        + style.tick("Respond to Ping", on=True)
        + chosen("Telnet Server", "telnet", "Disabled", "Full")
        + style.button("Save Changes")
        + ' <a href="/go/Networking">Cancel</a>'
    )
    rows = [("Yes", '<a href="/ip?0">10.0.0.11</a>', MASK), ("No", '<a href="/ip?2">10.0.0.10</a>', MASK)]
    above = style.section("IP addresses", style.table(("Enabled", "IP Address", "Subnet Mask"), rows))
    title = style.words("Networking :: IP Configuration :: Edit", "Edit IP address")
    body = (above if where == "below the list" else "") + style.section(title, style.form(fields))
    screen = AddressForm(show(style.page(IP_CONFIGURATION, body)), "10.0.0.10")
    assert screen.read().enabled is enabled
    screen.fill(enabled=not enabled)
    assert screen.is_filled(enabled=not enabled)
    screen.save_changes(answers).check_actionable()
