"""What acts on a page: one press of what was read, a question only where both answers stand, a way that sends nothing."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from little_site import ORIGIN, Site, quickly
from playwright.sync_api import Page

from pages.appliance.console_installers import ConsoleInstallers
from pages.appliance.updates import UpdatesScreen
from pages.engine.actions.dismissal import put_away
from pages.engine.actions.downloads import is_download
from pages.engine.actions.guarded_link import GuardedLink
from pages.engine.meaning import obstacles
from pages.engine.meaning.obstacles import Obstacle, find_obstacle, report_dismissals_to
from pages.engine.view.boxes import Box, describe_box
from pages.engine.view.control_query import control_called, menu_entry
from pages.engine.view.page_view import PageControl, look_at
from pages.login.failover import FailoverScreen
from pages.login.security import SecurityScreen
from pages.sign_in import Showing, SignIn
from robot.domain.errors import Refused, Surprised, WrongScreen
from robot.network.chromium import NetworkMonitor

Show = Callable[..., Page]
BACKUP = "<h2>Backup Site Instance Status</h2>"
SYNC = "<form method=post action=/sync><button>Sync Now</button></form>"
BREAK = "<form method=post action=/break><button>Break Failover Relationships</button></form>"
MENU = "<nav><a href=/status>Status</a> <a href=/management>Management</a> <a href=/users>Users</a></nav>"


# -- questions: one box, both answers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "elsewhere",
    [
        "<p>Please confirm that this appliance may send usage statistics</p><form method=post action=/usage><button>Confirm</button></form>",
        "<p>Are you sure that all data is synchronized?</p><form method=post action=/usage><button>OK</button></form>",
        "<section><p>Are you sure you want to sync the data?</p></section><form method=post action=/usage><button>Yes</button></form>",
        "<p>Sync data is never lost. Are you sure?</p><form method=post action=/usage><button>Continue</button></form>",
    ],
)
def test_what_stands_elsewhere_on_the_page_with_one_answer_is_left_alone(site: Site, elsewhere: str) -> None:
    site.pages |= {
        "/failover": BACKUP + SYNC,
        "/sync": f"{BACKUP}{SYNC}<p>Data sync has been started.</p>{elsewhere}",
        "/usage": "",
    }
    site.tab.goto(f"{ORIGIN}/failover")
    FailoverScreen(site.tab).sync_now(site.answers).press()
    assert [post.split()[0] for post in site.posts] == ["/sync"]


@pytest.mark.parametrize(
    "box",
    [
        "<p>Send usage statistics of this site?</p><form method=post action=/usage><button>Yes</button><button>No</button></form>",
        "<p>Sync all data?</p><form method=post action=/usage>All of this backup will be erased. <button>Yes</button><button>No</button></form>",
        "<p>All data of the primary will be erased.</p><form method=post action=/usage>Sync the data? <button>Yes</button><button>No</button></form>",
        "<form method=post action=/usage><p>Sync the data?</p><p>Type SYNC: <input name=t></p><button>Yes</button><button>No</button></form>",
        "<form method=post action=/usage><p>Sync the data?</p><button>Yes</button><button>OK</button><button>No</button></form>",
    ],
)
def test_a_question_that_is_not_the_press_s_own_stops_and_is_left_alone(site: Site, box: str) -> None:
    site.pages |= {"/failover": BACKUP + SYNC, "/sync": box, "/usage": ""}
    site.tab.goto(f"{ORIGIN}/failover")
    with pytest.raises(Surprised, match="left alone"):
        FailoverScreen(site.tab).sync_now(site.answers).press()
    assert [post.split()[0] for post in site.posts] == ["/sync"]


def test_a_second_question_is_left_alone(site: Site) -> None:
    def ask(to: str, said: str) -> str:
        return f"<p>{said}</p><form method=post action={to}><button>Yes</button><button>No</button></form>"

    site.pages |= {"/failover": BACKUP + SYNC, "/sync": ask("/again", "Sync the data?"), "/again": ask("/done", "Sync it now?")}
    site.tab.goto(f"{ORIGIN}/failover")
    with pytest.raises(Surprised, match="more than one question"):
        FailoverScreen(site.tab).sync_now(site.answers).press()
    assert [post.split()[0] for post in site.posts] == ["/sync", "/again"]


def test_a_box_of_the_browser_s_that_wants_words_is_dismissed_and_stops(site: Site) -> None:
    asks = BREAK.replace("<form ", "<form onsubmit=\"return prompt('Break the failover relationship? Type BREAK')=='BREAK'\" ")
    site.pages |= {"/failover": BACKUP + asks, "/break": ""}
    site.tab.goto(f"{ORIGIN}/failover")
    with pytest.raises(Surprised, match="more than a yes"):
        FailoverScreen(site.tab).break_failover_relationships(site.answers).press()
    assert site.posts == []


def test_a_german_question_of_the_browser_s_is_read_in_english(site: Site) -> None:
    ask = "M\u00f6chten Sie die Failover-Beziehungen zwischen diesen Site-Instanzen wirklich aufheben?"
    asks = BREAK.replace("<form ", f"<form onsubmit=\"return confirm('{ask}')\" ")
    site.pages |= {"/failover": BACKUP + asks, "/break": ""}
    site.tab.goto(f"{ORIGIN}/failover")
    FailoverScreen(site.tab).break_failover_relationships(site.answers).press()
    assert [post.split()[0] for post in site.posts] == ["/break"]


# -- the control pressed is the control read --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "drawn_anew",
    [
        "<h2>Cluster :: Status</h2><button>Sync Now</button>",
        "<h2>Backup Site Instance Status</h2><button disabled>Sync Now</button>",
        "<h2>Backup Site Instance Status</h2><form action=/reboot><button>Sync Now</button></form>",
        "<h2>Backup Site Instance Status</h2><a href=/x>Sync Now</a>",
        "<h2>Backup Site Instance Status</h2><button>Sync Now</button><button>Sync Now</button>",
        "<h2>Backup Site Instance Status</h2>",
    ],
)
def test_what_is_drawn_anew_and_is_not_the_same_is_not_pressed(site: Site, show: Show, drawn_anew: str) -> None:
    tab = show("<main id=m><h2>Backup Site Instance Status</h2><button>Sync Now</button></main>")
    press = FailoverScreen(tab).sync_now(site.answers)
    press.check_actionable()
    tab.evaluate("said => { m.innerHTML = said; document.body.onclick = () => { document.title = 'pressed' } }", drawn_anew)
    with pytest.raises(Refused, match=r"drawn anew|would send"):
        press.press()
    assert tab.title() != "pressed"


def test_what_is_drawn_anew_and_is_the_same_is_pressed(site: Site, show: Show) -> None:
    page = "<h2>Backup Site Instance Status</h2><button onclick=\"document.title = 'pressed'\">Sync Now</button>"
    tab = show(f"<main id=m>{page}</main>")
    press = FailoverScreen(tab).sync_now(site.answers)
    press.check_actionable()
    tab.evaluate("said => { m.innerHTML = said }", page)
    press.press()
    assert tab.title() == "pressed"


# -- a step of the way sends nothing ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "entry",
    [
        "<form method=post action=/logout><button>Management</button></form>",
        "<form id=f method=post action=/management></form><a href='#' onclick=\"f.submit(); return false\">Management</a>",
        '<form id=f method=post action=/management></form><a role=menuitem tabindex=0 onclick="f.submit()">Management</a>',
    ],
)
def test_an_entry_of_the_menu_that_sends_a_form_is_cut_off_before_anything_is_sent(site: Site, entry: str) -> None:
    site.pages |= {"/login": f"<nav><a href=/s>Status</a> {entry} <a href=/r>Reports</a></nav>", "/management": "", "/logout": ""}
    site.tab.goto(f"{ORIGIN}/login")
    with pytest.raises(WrongScreen, match=r"would have sent a form \(POST .*nothing was sent"):
        GuardedLink(site.tab, menu_entry(site.tab, "^Management$"), "Management").follow()
    assert site.posts == []


def test_a_form_that_only_asks_for_a_page_is_a_way_to_it(site: Site) -> None:
    site.pages |= {"/login": "<form action=/management><button>Management</button></form>", "/management": "<h1>Here</h1>"}
    site.tab.goto(f"{ORIGIN}/login")
    GuardedLink(site.tab, control_called(site.tab, "^Management$"), "Management").follow()
    assert site.tab.url.startswith(f"{ORIGIN}/management")


# -- a download presses what downloads --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "path", "is_one"),
    [
        ("Windows (64-bit) MSI", "/dl/1", True),
        ("rep-console.exe", "/x", True),
        ("Download", "/files/rep.msi", True),
        ("Delete", "/installers/delete?file=rep.msi", False),
        ("Revoke", "/installers/rep.msi", False),
        ("E-mail", "/mail/rep.msi", False),
        ("Renew", "/renew?rep.exe", False),
        ("Delete 64-bit MSI", "/x", False),
        ("Release notes", "/notes.zip", False),
    ],
)
def test_only_what_gives_a_file_is_fetched(name: str, path: str, *, is_one: bool) -> None:
    assert is_download(PageControl("link", name, href=f"{ORIGIN}{path}")) is is_one


def test_what_takes_an_installer_away_is_never_pressed_beside_it(site: Site, tmp_path: Path) -> None:
    delete = "<a href='/installers/delete?file=rep.msi'>Delete</a> <a href='/installers/revoke?file=rep.msi'>Revoke</a>"
    form = "<form method=post action='/installers/delete?f=rep.msi'><button>Download MSI</button></form>"
    site.pages |= {
        "/updates": "<button>Check for updates</button><a href=/installers>Rep Console Installers</a>",
        "/installers": delete + form,
        "/installers/delete": "<h1>Gone</h1>",
    }
    site.tab.goto(f"{ORIGIN}/updates")
    with pytest.raises(Surprised, match="downloads nothing"):
        ConsoleInstallers(UpdatesScreen(site.tab)).fetch(tmp_path)
    assert site.posts == []
    assert site.tab.url == f"{ORIGIN}/installers"


# -- signing out ------------------------------------------------------------------------------------------------------------


def test_nothing_is_pressed_because_it_bears_the_name_of_the_account(site: Site) -> None:
    who = "<header><details><summary>failover</summary><a href=/out>Log Out</a></details></header>"
    site.pages |= {"/failover": f"{who}{MENU}{BACKUP}{SYNC}{BREAK}", "/out": "<p>Bye</p>", "/break": "", "/sync": ""}
    site.tab.goto(f"{ORIGIN}/failover")
    SignIn(site.tab, site.answers).sign_out()
    site.tab.wait_for_url(f"{ORIGIN}/out")
    assert site.posts == []


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<header><form method=post action=/break><button aria-haspopup=menu>failover</button></form></header>",
        "<header><button aria-haspopup=menu>Help</button><button aria-haspopup=menu>failover</button></header>",
        "<main style='margin-top: 300px'><table><tr><td>Rep A</td><td><form method=post action=/x><button>Log Out</button></form></td></tr></table></main>",
        "<header><a href=/a>Log Out</a><a href=/b>Log Out</a></header>",
    ],
)
def test_where_no_log_out_of_our_own_stands_the_session_is_only_dropped(site: Site, page: str) -> None:
    site.pages |= {"/failover": f"{page}{MENU}{BACKUP}{SYNC}{BREAK}"}
    site.tab.goto(f"{ORIGIN}/failover")
    SignIn(site.tab, site.answers).sign_out()
    assert site.posts == []
    assert site.tab.url == f"{ORIGIN}/failover"


# -- what stands in the way -------------------------------------------------------------------------------------------------

NEWS = "<h1>What's New</h1><p>This site is running version 24.3. We removed the old console.</p><form method=post action=/ack><button>Continue</button></form>"
SURVEY = (
    "<div id=o style='position: fixed; inset: 0; background: #000c'><div style='background: #fff; margin: 99px'><b>Customer survey</b>"
    "<p>Tell us how you like the release.</p>{}</div></div>"
)
CLOSE = '<button onclick="o.remove()">Close</button>'


def test_an_entry_that_the_page_draws_anew_is_followed_as_soon_as_it_stays(site: Site) -> None:
    entry = "<a href=/management>Management</a>"
    redrawn = f"""<nav id=n>{entry}</nav><script>const until = performance.now() + 1500;
        (function draw() {{ n.innerHTML = '{entry}'; if (performance.now() < until) setTimeout(draw, 20) }})()</script>"""
    site.pages |= {"/login": redrawn, "/management": "<h1>Management</h1>"}
    site.tab.goto(f"{ORIGIN}/login")
    began = time.monotonic()
    GuardedLink(site.tab, menu_entry(site.tab, "^Management$"), "Management").follow()
    assert site.tab.url == f"{ORIGIN}/management"
    assert time.monotonic() - began < 8


KEY = "<p>Inter-Appliance Key: <input value=k></p>"


def test_news_in_the_place_of_every_page_are_put_away_once_pictured(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    quickly(monkeypatch)
    site.pages |= {"/login": MENU + NEWS, "/management": MENU + NEWS}
    told: list[Obstacle] = []

    def picture(found: Obstacle) -> None:
        assert not site.posts, "before it is put away"
        told.append(found)
        subs = "<nav><a href=/management>Software</a> <a href=/key>Security</a> <a href=/f>Failover</a></nav>"
        site.pages |= {"/ack": MENU, "/management": MENU + subs, "/key": MENU + KEY}

    report_dismissals_to(site.tab, picture)
    site.tab.goto(f"{ORIGIN}/login")
    SecurityScreen(site.tab).open()
    assert [post.split()[0] for post in site.posts] == ["/ack"]
    assert [found.control for found in told] == ["Continue"]
    assert "running version 24.3" in told[0].words


@pytest.mark.parametrize(
    "button",
    [
        CLOSE,
        '<a href="#" onclick="o.remove(); return false">No thanks</a>',
        "<div role=button tabindex=0 aria-label=Close onclick='o.remove()'>&#10005;</div>",
    ],
)
def test_a_survey_over_the_sign_in_page_is_closed(site: Site, button: str) -> None:
    form = "<form method=post action=/in><label>Username <input name=u></label><label>Password <input type=password name=p></label><button>Login</button></form>"
    told: list[Obstacle] = []
    report_dismissals_to(site.tab, told.append)
    site.pages |= {"/login": form + SURVEY.format(button), "/in": "<a href=/out>Log Out</a>"}
    site.tab.goto(f"{ORIGIN}/login")
    sign_in = SignIn(site.tab, site.answers, "login")
    sign_in.sign_in("robot", "secret-1")
    assert sign_in.read().showing is Showing.SCREENS
    assert len(told) == 1


def test_what_comes_back_each_time_is_for_a_person(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    quickly(monkeypatch)
    tab = site.tab.context.new_page()
    site.pages |= {"/login": MENU + NEWS, "/management": MENU + NEWS, "/ack": MENU + NEWS}
    told: list[Obstacle] = []
    report_dismissals_to(tab, told.append)
    tab.goto(f"{ORIGIN}/login")
    with pytest.raises(WrongScreen):
        SecurityScreen(tab).open()
    assert len(told) == obstacles.AT_MOST
    assert len(site.posts) == obstacles.AT_MOST
    tab.close()


def test_without_its_picture_nothing_is_put_away(site: Site) -> None:
    def no_picture(_: Obstacle) -> None:
        raise Refused("no room for a picture")

    tab = site.tab.context.new_page()
    report_dismissals_to(tab, no_picture)
    site.pages |= {"/login": NEWS}
    tab.goto(f"{ORIGIN}/login")
    with pytest.raises(Refused, match="no room"):
        put_away(tab)
    assert site.posts == []
    tab.close()


@pytest.mark.parametrize(
    "page",
    [
        "<h1>License Agreement</h1><p>You agree to these terms.</p>{}",
        "<h1>Your details</h1><p>Tell us who you are.</p><input name=mail>{}",
        "<h1>Maintenance</h1><p>Delete all data of this site?</p>{}",
        "<h1>Restart</h1><p>The appliance will restart when you continue.</p>{}",
        "<h1>Updates</h1><p>Enable automatic updates?</p>{}",
        "<h1>Break</h1><p>The relationship is parted.</p>{}<button>Cancel</button>",
        "<h1>Settings</h1><p>News of the week</p><label><input type=checkbox> Send statistics</label>{}",
        "<h1>Update</h1><p>Installing 45%</p>{}",
        "<h1>News</h1><p>Two ways</p>{}<button>Close</button>",
        "<h1>Bomgar</h1><p>You are already logged in from another location.</p>{}",
        "<h1>Your licence has expired</h1><p>Shut down this appliance now?</p><button>Yes</button> <button>Later</button>",
    ],
)
def test_what_asks_agrees_or_changes_something_is_left_to_a_person(site: Site, page: str) -> None:
    site.pages |= {"/login": page.format("<form method=post action=/ack><button>Continue</button></form>")}
    site.tab.goto(f"{ORIGIN}/login")
    assert not put_away(site.tab)
    assert site.posts == []


@pytest.mark.parametrize("action", ["/appliance/reboot", "/ip/delete"])
def test_a_harmless_word_on_what_would_send_a_command_is_not_pressed(site: Site, action: str) -> None:
    site.pages |= {"/login": NEWS.replace("/ack", action)}
    site.tab.goto(f"{ORIGIN}/login")
    assert not put_away(site.tab)
    assert site.posts == []


# -- a page of a start-up ---------------------------------------------------------------------------------------------------

PUT_AWAY = [
    ("Your licence expires in 30 days.", ["Buy now", "Remind me later"], "Remind me later"),
    ("We use cookies to make this site better. Learn more in our privacy policy.", ["OK", "Learn more"], "OK"),
    ("Your session ends in 2 minutes. Unsaved changes will be lost.", ["Stay signed in", "Log Out"], "Stay signed in"),
    ("Would you like to take part in a survey?", ["Yes, start", "No thanks"], "No thanks"),
    ("Did you know? Jump Clients can be grouped.", ["Next tip", "Got it"], "Got it"),
    ("Planned maintenance of the portal on Sunday.", ["\u2715"], "\u2715"),
    ("Restarts are faster in this release.", ["Continue", "Release notes"], "Continue"),
]


@pytest.mark.parametrize(("said", "presses", "way"), PUT_AWAY)
def test_notices_of_every_kind_have_one_harmless_way_past_them(said: str, presses: list[str], way: str) -> None:
    assert find_obstacle(Box((said,), tuple(presses))) == Obstacle(said, way)
    assert find_obstacle(Box((said,), tuple(presses), fields=1)) is None
    assert find_obstacle(Box((said,), (*presses, "Close"))) is None, "several ways: none is picked"
    assert find_obstacle(Box((said, "By going on you agree to our terms of use."), tuple(presses))) is None
    assert find_obstacle(Box((said,), tuple(presses), checkboxes=("Do not show this again",)))
    assert find_obstacle(Box((said,), tuple(presses), checkboxes=("Send statistics",))) is None


def test_a_box_is_read_whole(show: Show) -> None:
    page = """<h1>Networking</h1><div role=dialog aria-label="Apply: changes?"><h2>Apply: changes?</h2>
    <p>Connections "through" it may be interrupted: wait.</p>Really<button>It's: OK</button><a href="/">Cancel</a>
    <label>Reason <input value=x></label><label><input type=checkbox checked> Do not show again</label>
    <label><input type=checkbox role=switch disabled> Statistics</label></div>"""
    layout = look_at(show(page)).layout
    assert layout is not None
    box = describe_box(layout, next(node for node in layout.root.below() if node.role == "dialog"))
    assert [word in box.words for word in ("Apply: changes?", 'Connections "through" it', "Really", "Reason")] == [True] * 4
    assert box.clickables == ("It's: OK", "Cancel")
    assert (box.fields, box.checkboxes) == (1, ("Do not show again", "Statistics"))


STARTS = [
    "<h1>Please wait while the interface starts.</h1><p>Please do not reboot your device.</p><p style='display: none'>Startup complete.</p>{}",
    "<p>The appliance is starting.</p>{}",
    "<p>Services are being started</p><progress></progress>{}",
]


@pytest.mark.parametrize("page", STARTS)
@pytest.mark.parametrize("hidden", ["", "hidden"])
def test_a_start_up_page_is_no_sign_in_form_though_one_stands_on_it(
    answers: NetworkMonitor, show: Show, page: str, hidden: str
) -> None:
    form = f"<form action=/login {hidden}>Username <input name=username> Password <input type=password name=password><input type=submit value='Log in'></form>"
    assert SignIn(show(page.format(form)), answers).read().showing is Showing.STARTING
