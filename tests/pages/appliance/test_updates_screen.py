"""Updates, as strangers may draw it."""

from collections.abc import Callable

import pytest
from little_site import ORIGIN, Site, quickly
from playwright.sync_api import Page, Route
from renderings import BUTTONS, HEADINGS, LAYOUTS, mixed

from pages.appliance.updates import UpdatesScreen
from robot.domain.errors import WrongScreen
from robot.network.chromium import NetworkMonitor

Show = Callable[..., Page]
HELP = """<p>If a software upgrade is available, it will appear under Available Updates. Once you select Install This Update, the
appliance will download and automatically install the new version. While an update is being installed, please wait and do not
restart the appliance. If the installation failed or an error occurred, contact support. Once an update has been downloaded,
it will no longer appear. If no updates are listed, you may be up to date. Installation is usually in progress for 15 minutes.</p>
<p>Automatic updates: critical updates are installed at 03:00.</p>"""
CHECK = '<form method="post"><input type="submit" value="Check for updates"></form>'
BASE, SITE, PATCH = "Base Software 3.4.1", "Bomgar 13.1.2-38227", "Bomgar Patch B13-2 13.1.3"
NEEDS = "Requires Base Software 3.4.1 to be installed first"

Package = tuple[str, str, bool]


def _button(name: str, able: bool) -> str:
    return f'<input type="submit" value="Install This Update"{"" if able else " disabled"}>'


LISTS: dict[str, Callable[[list[Package]], str]] = {
    "table": lambda ps: (
        "<table><tr><th>Name</th><th>Notes</th><th></th></tr>"
        + "".join(
            f"<tr><td>{n}</td><td>A release.{f'<br><em>{q}</em>' if q else ''}</td><td>{_button(n, a)}</td></tr>"
            for n, q, a in ps
        )
        + "</table>"
    ),
    "table without head": lambda ps: (
        "<table>"
        + "".join(f"<tr><td>{n}</td><td>{q}</td><td><form>{_button(n, a)}</form></td></tr>" for n, q, a in ps)
        + "</table>"
    ),
    "list": lambda ps: (
        "<ul>" + "".join(f"<li><b>{n}</b><br>{q or 'A release.'} {_button(n, a)}</li>" for n, q, a in ps) + "</ul>"
    ),
    "boxes": lambda ps: "".join(
        f'<div class="package{"" if a else " disabled"}"><div>{n}</div><div>{q}</div><div><button{"" if a else " disabled"}>Install This Update</button></div></div>'
        for n, q, a in ps
    ),
    "boxes without class": lambda ps: (
        "<div>" + "".join(f"<div><h4>{n}</h4><p>{q}</p>{_button(n, a)}</div>" for n, q, a in ps) + "</div>"
    ),
    "flat": lambda ps: "".join(f"<h4>{n}</h4><p>{q}</p>{_button(n, a)}" for n, q, a in ps),
    "flat lines": lambda ps: "".join(f"<b>{n}</b><br>{q}<br>{_button(n, a)}<hr>" for n, q, a in ps),
    "links as buttons": lambda ps: (
        "<table>"
        + "".join(
            f'<tr class="{"" if a else "greyed-out"}"><td>{n}</td><td>{q} <a href="/notes">Release notes</a></td>'
            f'<td><a class="button" href="#{n}">Install This Update</a></td></tr>'
            for n, q, a in ps
        )
        + "</table>"
    ),
    "faded": lambda ps: "".join(
        f'<article style="opacity: {1 if a else 0.5}"><strong>{n}</strong><p>{q}</p><button>Install This Update</button></article>'
        for n, q, a in ps
    ),
    "greyed rows without button": lambda ps: (
        "<table>"
        + "".join(f"<tr><td>{n}</td><td>{q}</td><td>{_button(n, a) if a else ''}</td></tr>" for n, q, a in ps)
        + "</table>"
    ),
    "greyed boxes without button": lambda ps: "".join(
        f'<div class="package {"" if a else "grey"}"><p>{n}</p><p>{q}</p>{_button(n, a) if a else ""}</div>' for n, q, a in ps
    ),
}


@pytest.mark.proves("UA3", "UA4")
@pytest.mark.parametrize(("listed", "head"), mixed(LISTS, ["h2", "bold line", "title box", "table of its own"], every=2))
def test_each_package_is_read_from_its_own_place_in_the_list(show: Show, answers: NetworkMonitor, listed: str, head: str) -> None:
    for packages in (
        [(SITE, "", True)],
        [(BASE, "", True), (SITE, NEEDS, False)],
        [(BASE, "", True), (PATCH, "", True), (SITE, NEEDS, False)],
    ):
        screen = UpdatesScreen(
            show(
                HEADINGS["h2"]("Updates :: Check") + HELP + CHECK + HEADINGS[head]("Available Updates") + LISTS[listed](packages)
            )
        )
        now = screen.read()
        assert [(o.name, o.requires, o.enabled) for o in now.offers] == packages
        assert [o.version for o in now.offers] == [n.split()[-1] for n, _, _ in packages]
        assert (now.installing, now.checked) == (False, True)
        for offer in now.offers:
            if offer.enabled:
                screen.available.install_this_update(offer, answers).check_actionable()


@pytest.mark.proves("UA4")
def test_what_stands_beside_every_package_is_no_reason_why_one_is_greyed_out(show: Show) -> None:
    both = "Requires at least Base 3.0.0"
    packages = [(BASE, both, True), (SITE, f"{both}<br>Another package must be installed first", False)]
    now = UpdatesScreen(show(CHECK + "<h3>Available Updates</h3>" + LISTS["boxes"](packages))).read()
    assert [offer.requires for offer in now.offers] == [both, "Another package must be installed first"]


@pytest.mark.proves("UA5")
def test_a_greyed_out_package_cannot_be_pressed(show: Show, answers: NetworkMonitor) -> None:
    screen = UpdatesScreen(show(CHECK + "<h3>Available Updates</h3>" + LISTS["table"]([(BASE, "", True), (SITE, NEEDS, False)])))
    with pytest.raises(WrongScreen):
        screen.available.install_this_update(screen.read().offers[1], answers).check_actionable()


@pytest.mark.parametrize(("button", "layout"), mixed(BUTTONS, LAYOUTS, every=2))
def test_before_a_check_nothing_is_known_and_nothing_is_installing(show: Show, site: Site, button: str, layout: str) -> None:
    body = (
        HEADINGS["h2"]("Updates :: Check")
        + HELP
        + BUTTONS[button]("Check for Updates")
        + "<progress value=41 max=100></progress>"
    )
    screen = UpdatesScreen(show(LAYOUTS[layout](body)))
    now = screen.read()
    assert (now.offers, now.installing, now.message, now.checked) == ((), False, "", False)


@pytest.mark.parametrize(
    "words", ["No updates available", "Your appliance is up to date.", "<b>Result:</b> No new updates were found."]
)
def test_that_there_is_nothing_is_told(show: Show, words: str) -> None:
    now = UpdatesScreen(show(HELP + CHECK + f"<p>{words}</p>")).read()
    assert now.message
    assert (now.checked, now.installing) == (True, False)


@pytest.mark.parametrize(
    "words",
    [
        "An error occurred building your update. Please visit the support site.",
        "Installation failed: disk full",
        "The update could not be installed.",
    ],
)
def test_a_failure_is_a_message_and_no_progress(show: Show, words: str) -> None:
    now = UpdatesScreen(show(CHECK + f"<div class=error>{words}</div>")).read()
    assert now.message
    assert not now.installing


@pytest.mark.parametrize(
    "body",
    [
        "<h2>Updates :: Installation Progress</h2><p>Installing... 45 %</p>",
        "<h1>Installing Bomgar 13.1.2</h1><progress value=4 max=9></progress>",
        "<h1>Software Update</h1><div role=progressbar aria-valuenow=12 style='height: 9px'></div>",
        "<p>Please wait while the update is being installed. Do not restart the appliance.</p>",
        "<table><tr><td>Downloading</td><td>12%</td></tr></table><p>Update of the appliance</p>",
        "<p>Your update is currently being downloaded and will be installed automatically.</p>",
        "<p>Status: installation in progress</p>",
        f"{HELP}{CHECK}<p>Installing Bomgar 13.1.2 (45%)</p>",
        "<p>An installation is already in progress.</p><input type=submit value='Check for updates' disabled>",
    ],
)
def test_a_running_installation_is_seen(show: Show, body: str) -> None:
    now = UpdatesScreen(show(body)).read()
    assert now.installing
    assert now.progress
    assert not now.offers


@pytest.mark.parametrize(
    "body",
    [
        "<h1>Storage</h1><progress value=41 max=100></progress><p>Disk used: 41 %</p>",
        "<h1>License Agreement</h1><p>Read the license agreement before you download the update.</p><button>Agree - Begin Download</button>",
        "<h1>Not Found</h1>",
        "<h1>Installation failed</h1><p>The update could not be installed.</p>",
    ],
)
def test_what_is_neither_list_nor_progress_stops(show: Show, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    quickly(monkeypatch)
    with pytest.raises(WrongScreen, match="there is instead"):
        UpdatesScreen(show(body)).read()


ASKING = f"<h1>Updates</h1><p>Checking for updates...</p>{HELP}"


@pytest.mark.parametrize(("every", "times"), [(1, 3), (0, 8)], ids=["each second", "all the time"])
def test_a_page_that_says_that_it_checks_and_refreshes_itself_is_waited_for(site: Site, every: int, times: int) -> None:
    asked: list[str] = []

    def serve(route: Route) -> None:
        asked.append(route.request.url)
        done = f"<h1>Updates</h1>{CHECK}{LISTS['table']([(BASE, '', True)])}"
        page = done if len(asked) > times else f'<meta http-equiv="refresh" content="{every}">{ASKING}'
        route.fulfill(status=200, content_type="text/html", body=f"<!DOCTYPE html><title>Updates</title>{page}")

    site.tab.route(f"{ORIGIN}/updates", serve)
    try:
        site.tab.goto(f"{ORIGIN}/updates", wait_until="commit")
        screen = UpdatesScreen(site.tab)
        assert not screen.read().installing
        assert [offer.name for offer in screen.await_result().offers] == [BASE]
    finally:
        site.tab.unroute(f"{ORIGIN}/updates")
    assert site.posts == []


def test_an_installation_that_checks_something_is_an_installation(show: Show) -> None:
    page = "<h1>Updates</h1><p>Installing Base Software 3.4.1: checking the package...</p><p>Please wait.</p>"
    assert UpdatesScreen(show(page, "Updates")).read().installing


@pytest.mark.parametrize(
    "label",
    [
        "Apply Critical Updates Automatically",
        "Automatically install critical updates",
        "Install security patches automatically at the chosen time",
        "Kritische Aktualisierungen automatisch installieren",
    ],
)
@pytest.mark.parametrize("ticked", [True, False])
def test_whether_it_updates_itself_is_read_from_the_box_and_its_tick(show: Show, label: str, ticked: bool) -> None:
    box = f"<form><label><input type=checkbox{' checked' if ticked else ''}> {label}</label></form>"
    screen = UpdatesScreen(show(f"{CHECK}<h2>Automatic Updates</h2>{box}"))
    assert bool(screen.read().automatic) is ticked


@pytest.mark.parametrize("label", ["Check for updates automatically", "Automatically download updates", "Automatic logout"])
def test_a_ticked_box_that_lets_it_install_nothing_by_itself_is_no_automatic_update(show: Show, label: str) -> None:
    box = f"<form><label><input type=checkbox checked> {label}</label></form>"
    assert UpdatesScreen(show(CHECK + box)).read().automatic == ""
