"""Networking > IP Configuration, as strangers may draw it."""

from collections.abc import Callable

import pytest
from little_site import ORIGIN, Site, quickly
from playwright.sync_api import Page

from pages.appliance.ip_configuration import AddressForm, IpConfigurationScreen
from robot.domain.errors import WrongScreen
from robot.network.chromium import NetworkMonitor

Show = Callable[..., Page]
ADD = '<form><input type="submit" value="Add New IP"></form>'
IPS = ("10.0.0.20", "10.0.0.2", "10.0.0.22", "110.0.0.2")
HEAD = "<tr><th>Enabled</th><th>IP Address</th><th>Subnet Mask</th><th>Telnet</th></tr>"

LISTS: dict[str, str] = {
    "links": "<table><tr><th>IP Address</th><th>Mask</th><th>Enabled</th></tr>"
    + "".join(f"<tr><td><a href='/edit?ip={i}'>{i}</a></td><td>255.255.255.0</td><td>No</td></tr>" for i in IPS) + "</table>" + ADD,
    "links with a mask": "".join(f"<p><a href='/edit?ip={i}'>{i}/24</a> enabled</p>" for i in IPS) + ADD,
    "plain with edit": "<table>"
    + "".join(f"<tr><td>{i}</td><td>255.255.255.0</td><td>Yes</td><td><a href='/edit?ip={i}'>Edit</a></td></tr>" for i in IPS)
    + "</table>",
    "boxes with edit": "".join(f"<div class=ip><span>{i}/24</span> <a href='/edit?ip={i}'>Edit...</a></div>" for i in IPS) + ADD,
    "disabled boxes in the list": f"<table>{HEAD}"
    + "".join(f"<tr><td><input type=checkbox checked disabled></td><td><a href='/edit?ip={i}'>{i}</a></td><td>255.255.255.0</td><td>Full</td></tr>" for i in IPS)
    + "</table>" + ADD,
    "list items": "<ul>" + "".join(f"<li>eth0: <a href='/edit?ip={i}'>{i}</a> (enabled)</li>" for i in IPS) + "</ul>" + ADD,
    "buttons": "<table>"
    + "".join(f"<tr><td>{i}</td><td><button onclick=\"location='/edit?ip={i}'\">Edit</button> <button>Delete</button></td></tr>" for i in IPS)
    + "</table>",
    "clicked cells": "<table>"
    + "".join(f"<tr><td onclick=\"location='/edit?ip={i}'\">{i}</td><td>255.255.255.0</td></tr>" for i in IPS) + "</table>" + ADD,
}  # fmt: skip


def form(enabled: str, ip: str = "10.0.0.2", save: str = "<input type=submit value='Save Changes'>") -> str:
    return (
        f"<form method=post action='/save'><h3>Edit IP Address</h3>{enabled}<p>IP Address: <input value='{ip}'></p>"
        f"<p>Subnet Mask: <input value=255.255.255.0></p><p><input type=checkbox> Primary</p>{save}</form>"
    )


BOXES: dict[str, str] = {
    "label for": "<input type=checkbox id=e {on}> <label for=e>Enabled</label>",
    "label before": "<label for=e>Enabled?</label> <input type=checkbox id=e {on}>",
    "wrapped": "<label><input type=checkbox {on}> Enabled</label>",
    "row": "<table><tr><td>Enabled:</td><td><input type=checkbox {on}></td></tr><tr><td>Telnet:</td><td><input type=checkbox></td></tr></table>",
    "row with hint": "<table><tr><td>Enabled</td><td><input type=checkbox {on}> <small>Uncheck to take the address down.</small></td></tr></table>",
    "words in the cell": "<table><tr><td>State</td><td><input type=checkbox {on}> Enabled</td></tr></table>",
    "words after": "<input type=checkbox> DHCP <input type=checkbox {on}> Enabled <input type=checkbox> Primary<br>",
    "words before": "DHCP: <input type=checkbox> Enabled: <input type=checkbox {on}> Primary: <input type=checkbox><br>",
    "lead-in, then words after": "Options: <input type=checkbox> DHCP <input type=checkbox {on}> Enabled <input type=checkbox> Primary<br>",
    "one line each": "<input type=checkbox> DHCP<br><input type=checkbox {on}> Enabled<br><input type=checkbox> Primary<br>",
    "terms": "<dl><dt>DHCP</dt><dd><input type=checkbox></dd><dt>Enabled</dt><dd><input type=checkbox {on}></dd></dl>",
    "flex": "<div style='display: flex'><div>DHCP</div><div><input type=checkbox></div><div>Enabled</div><div><input type=checkbox {on}></div></div>",
    "spans after": "<div><span><input type=checkbox {on}></span><span>Enabled</span></div>",
    "aria": "<input type=checkbox aria-label=Enabled {on}>",
    "cells of one row": "<table><tr><td><input type=checkbox></td><td>DHCP</td><td><input type=checkbox {on}></td><td>Enabled</td></tr></table>",
}


@pytest.mark.proves("SI1", "SI3")
@pytest.mark.parametrize("listed", LISTS)
def test_the_form_of_exactly_this_address_is_opened(site: Site, listed: str) -> None:
    site.pages["/list"] = f"<h2>IP Configuration</h2><p>Disable 10.0.0.2 only on purpose.</p>{LISTS[listed]}"
    for ip in IPS:
        site.pages[f"/edit?ip={ip}"] = form(BOXES["wrapped"].format(on="checked"), ip)
    site.tab.goto(f"{ORIGIN}/list")
    now = IpConfigurationScreen(site.tab).edit("10.0.0.2").read()
    assert (now.ip, now.enabled) == ("10.0.0.2", True)
    assert site.tab.url == f"{ORIGIN}/edit?ip=10.0.0.2"


@pytest.mark.parametrize("listed", LISTS)
def test_an_address_that_is_not_listed_stops(show: Show, listed: str) -> None:
    with pytest.raises(WrongScreen, match="listed are"):
        IpConfigurationScreen(show(LISTS[listed])).edit("10.0.0.3")


@pytest.mark.proves("SI2", "SI4")
@pytest.mark.parametrize("box", BOXES)
def test_the_enabled_box_is_read_and_ticked_among_others(show: Show, answers: NetworkMonitor, box: str) -> None:
    for on in (True, False):
        screen = AddressForm(show(form(BOXES[box].format(on="checked data-x" if on else "data-x"))), "10.0.0.2")
        assert screen.read().enabled is on
        screen.fill(enabled=not on)
        assert screen.is_filled(enabled=not on)
        assert screen.tab.eval_on_selector_all("input[type=checkbox]:checked", "all => all.length") == (0 if on else 1)
        screen.save_changes(answers).check_actionable()


@pytest.mark.proves("SI2", "SI4")
@pytest.mark.parametrize(
    "around", ["{f}<hr>{o}", "{o}<hr>{f}", "<form>{o}</form>{f}", "<table><tr><td>{f}</td><td>{o}</td></tr></table>"]
)
def test_of_two_forms_with_save_changes_the_one_of_the_address_is_pressed(
    show: Show, answers: NetworkMonitor, around: str
) -> None:
    other = (
        "<div><h3>Global Network Configuration</h3><p>Hostname: <input value=b.example.com></p><p><input type=checkbox checked> Respond to Ping"
        "</p><p>Default Gateway: <input value=10.0.0.1></p><input type=submit value='Save Changes' id=other></div>"
    )
    screen = AddressForm(show(around.format(f=form(BOXES["wrapped"].format(on="")), o=other)), "10.0.0.2")
    assert screen.read().enabled is False
    press = screen.save_changes(answers)
    press.check_actionable()
    [found] = press.target.all()
    assert press.tab.locator(f"aria-ref={found.ref}").get_attribute("id") is None


@pytest.mark.parametrize("ip", ["10.0.0.20", "110.0.0.2", "10.0.0.1"])
def test_the_form_of_another_address_is_never_taken_for_ours(show: Show, ip: str) -> None:
    for listed in ("", LISTS["links"], "<p>The shared IP is 10.0.0.2.</p>", LISTS["disabled boxes in the list"]):
        screen = AddressForm(show(listed + form(BOXES["label for"].format(on="checked"), ip)), "10.0.0.2")
        with pytest.raises(WrongScreen, match="not that of"):
            screen.read()


def test_a_form_below_the_list_on_the_same_page_is_read(show: Show) -> None:
    for listed in LISTS.values():
        screen = AddressForm(show(listed + form(BOXES["row"].format(on="checked"))), "10.0.0.2")
        assert screen.read().enabled is True


@pytest.mark.parametrize(
    "named", ["<h2>Edit 10.0.0.2</h2>", "<h2>IP Configuration :: 10.0.0.2/24</h2>", "<p>Editing 10.0.0.2</p>"]
)
def test_a_form_without_the_address_in_it_is_told_by_its_heading(show: Show, named: str) -> None:
    body = f"{named}<form><label><input type=checkbox checked> Enabled</label><br>Subnet Mask: 255.255.255.0<br><button>Save</button></form>"
    assert AddressForm(show(body), "10.0.0.2").read().enabled is True
    with pytest.raises(WrongScreen):
        AddressForm(show(body.replace("10.0.0.2", "10.0.0.20")), "10.0.0.2").read()


def test_two_enabled_boxes_stop(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    quickly(monkeypatch)
    twice = "<p><label><input type=checkbox> Enabled</label></p>" * 2
    with pytest.raises(WrongScreen):
        AddressForm(show(form(twice)), "10.0.0.2").read()


TRUTH = {
    "links": False,
    "links with a mask": True,
    "plain with edit": True,
    "disabled boxes in the list": True,
    "list items": True,
}


@pytest.mark.parametrize("listed", LISTS)
def test_an_address_is_said_to_be_enabled_or_disabled_only_where_its_list_says_so(show: Show, listed: str) -> None:
    told = IpConfigurationScreen(show(LISTS[listed])).addresses().enabled
    assert set(told) <= set(IPS)
    assert set(told.values()) <= {None, TRUTH.get(listed)}
    if listed == "links":
        assert told == dict.fromkeys(IPS, False)


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [("✔", "", (True, False)), ("Enabled", "Disabled (conflict)", (True, False)), ("", "", (None, None))],
)
def test_an_empty_cell_means_disabled_only_beside_a_tick(show: Show, one: str, other: str, told: tuple[bool | None, ...]) -> None:
    rows = "".join(
        f"<tr><td>NIC 1</td><td><a href=/e>{ip}</a></td><td>{cell}</td></tr>"
        for ip, cell in (("10.0.0.2", one), ("10.0.0.20", other))
    )
    table = f"<table><tr><th>Port</th><th>IP Address</th><th>Enabled</th></tr>{rows}</table>{ADD}"
    assert tuple(IpConfigurationScreen(show(table)).addresses().enabled.values()) == told
