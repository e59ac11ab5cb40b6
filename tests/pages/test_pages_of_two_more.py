"""Pages of two further pairs that were drawn from the documentation alone: each a few lines that were once misread."""

from collections.abc import Callable

import pytest
from little_site import ORIGIN, Site, quickly
from playwright.sync_api import Page

from pages.appliance.basics import BasicsScreen
from pages.appliance.ip_configuration import AddressForm, IpConfigurationScreen
from pages.appliance.updates import UpdatesScreen
from pages.appliance.utilities import verdict
from pages.engine.actions.guarded_link import GuardedLink
from pages.engine.view.control_query import control_called
from pages.engine.view.page_view import look_at
from pages.login.cluster import is_in_a_cluster
from pages.login.failover import FailoverScreen
from pages.login.my_account import MyAccountScreen
from pages.login.status import StatusScreen
from pages.readings.failover_status import Role
from pages.sign_in import Showing, SignIn
from robot.domain.errors import Surprised, WrongScreen
from robot.network.chromium import NetworkMonitor

Show = Callable[..., Page]
SITE = "<h2>Site Status</h2>"
BUTTONS = "<button>Sync Now</button> <button>Break Failover Relationships</button>"
CHECK = "<button>Check for Updates</button><h2>Available Updates</h2>"
INSTALL = "<form><button>Install This Update</button></form>"
SHARED = "192.0.2.20"


# -- labels and values ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    [
        "<tr><td>{label}</td><td>&nbsp;</td><td>{value}</td></tr>",
        "<tr><td>{label}</td><td>:</td><td>{value}</td></tr>",
        "<tr><td>{label}</td><td>{value}</td><td><a href=#>?</a></td></tr>",
        "<tr><td>{label}</td><td><table><tr><td>{value}</td></tr></table></td></tr>",
        "<tr><td>{label}</td><td>&nbsp;</td><td><table><tr><td>{value}</td></tr></table></td></tr>",
    ],
)
def test_a_table_with_gaps_or_boxes_between_label_and_value_is_read(show: Show, row: str) -> None:
    facts = {"Serial Number": "X1", "GUID": "9b72", "Base Software Version": "6.1.0"}
    rows = "".join(row.format(label=label, value=value) for label, value in facts.items())
    page = f"<table width=100%><tr><td><table><tr><td><b>Appliance Details</b></td></tr></table><table>{rows}</table></td></tr></table>"
    now = BasicsScreen(show(page)).read()
    assert (now.serial, now.guid, now.base) == ("X1", "9b72", "6.1.0")


@pytest.mark.parametrize("line", ["<p><b>{}</b> {}</p>", "<b>{}</b> {}<br>"])
def test_a_bold_word_before_its_value_is_its_label(show: Show, line: str) -> None:
    page = line.format("Serial Number", "X1") + line.format("Base Software Version", "6.1.0")
    assert BasicsScreen(show(page)).read().serial == "X1"


def test_a_menu_of_two_tabs_of_which_one_is_open_is_no_state_of_the_site(show: Show) -> None:
    menu = "<ul class=tabs style='list-style: none'><li style='display: inline'><b>Status</b></li> <li style='display: inline'><a href=/m>Management</a></li></ul>"
    assert not StatusScreen(show(f"{menu}{SITE}<p>Product Version: 15.1.3</p>")).read().state


def test_what_is_announced_on_the_page_is_not_what_runs(show: Show) -> None:
    page = f"<p>Version 17.1.1 is now available.</p>{SITE}<dl><dt>Product Version</dt><dd>15.1.3</dd></dl>"
    assert StatusScreen(show(page)).read().product == "15.1.3"


# -- failover ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mine", "other"), [("Primary", "Backup"), ("Backup", "Primary")])
def test_the_role_of_the_peer_in_a_card_of_its_own_is_not_ours(show: Show, mine: str, other: str) -> None:
    def card(whose: str, role: str) -> str:
        return f"<section><h2>{whose} host's status</h2><dl><dt>Host</dt><dd>h.example.com</dd><dt>Role</dt><dd>{role} Site Instance</dd></dl></section>"

    assert FailoverScreen(show(card("This", mine) + card("Peer", other) + BUTTONS)).read().role is Role(mine.lower())


@pytest.mark.parametrize(
    "told", ['<time datetime="2026-11-25T10:00:00Z">{}</time>', '<span title="11/25/2026 10:00:00 AM UTC">{}</span>']
)
def test_a_time_told_by_how_long_ago_it_is_read_by_what_stands_behind_it(show: Show, told: str) -> None:
    status = "<h2>Backup Site Instance Status</h2><dl><dt>Last data sync</dt><dd>{}</dd></dl>" + BUTTONS
    first = FailoverScreen(show(status.format(told.format("2 minutes ago")))).read().last_sync
    later = FailoverScreen(show(status.format(told.format("3 minutes ago")))).read().last_sync
    assert "10:00" in first
    assert first == later


def test_the_form_for_a_new_relationship_is_found_behind_its_folded_head(show: Show) -> None:
    head = "<section><h2><button aria-expanded=false onclick=\"this.setAttribute('aria-expanded', true); f.hidden = false\">Configuration</button></h2>"
    form = "<div id=f hidden><button>Establish Relationship</button></div></section>"
    assert FailoverScreen(show(head + form)).read().role is Role.NONE


def test_a_sync_now_that_is_greyed_out_and_says_so_tells_of_a_running_synchronisation(show: Show) -> None:
    page = "<h2>Backup Site Instance Status</h2><button disabled>Syncing\u2026</button> <button>Break Failover Relationships</button>"
    assert FailoverScreen(show(page)).read().syncing


def test_of_two_sync_now_that_of_the_pairs_own_status_is_meant(show: Show) -> None:
    page = f"<h2>Failover :: Backup Site Instance Status</h2>{BUTTONS}<h2>Cluster :: Status</h2><p>Not part of a cluster.</p><button disabled>Sync Now</button>"
    found = FailoverScreen(show(page)).sync_now(NetworkMonitor()).target
    assert [control.enabled for control in found.all()] == [True]


# -- presses -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("yes", ["Yes", "Break Failover Relationships"])
@pytest.mark.parametrize("question", ["All failover relationships will be removed. Proceed?", "Break?"])
def test_a_question_on_a_page_of_its_own_is_answered_in_whatever_words_it_is_asked(site: Site, question: str, yes: str) -> None:
    ask = f"<h2>Confirm</h2><p>{question}</p><form method=post action=/done><input type=submit value='{yes}'> <input type=submit value=No></form>"
    status = (
        "<h2>Backup Site Instance Status</h2><form method=post action=/ask><button>Break Failover Relationships</button></form>"
    )
    site.pages |= {"/failover": status, "/ask": ask, "/done": "<h2>Failover :: Configuration</h2>"}
    site.tab.goto(f"{ORIGIN}/failover")
    FailoverScreen(site.tab).break_failover_relationships(site.answers).press()
    assert [post.split()[0] for post in site.posts] == ["/ask", "/done"]


@pytest.mark.parametrize("yes", ["Yes", "Save Changes"])
def test_a_form_with_a_cancel_of_its_own_may_lead_to_a_question(site: Site, yes: str) -> None:
    form = (
        f"<form method=post action=/ask><p>IP Address <input value={SHARED}></p><label><input type=checkbox name=e checked> Enabled</label>"
        "<input type=submit value='Save Changes'> <a href=/>Cancel</a></form>"
    )
    question = f"Changing the settings of {SHARED} may interrupt connections to this appliance. Save changes?"
    ask = f"<h2>Confirm</h2><p>{question}</p><form method=post action=/done><input type=submit value='{yes}'> <a href=/>Cancel</a></form>"
    site.pages |= {"/edit": form, "/ask": ask, "/done": "Saved"}
    site.tab.goto(f"{ORIGIN}/edit")
    edit = AddressForm(site.tab, SHARED)
    edit.fill(enabled=False)
    edit.save_changes(site.answers).press()
    assert [post.split()[0] for post in site.posts] == ["/ask", "/done"]


def test_a_question_that_belongs_to_something_else_is_left_alone_and_told(site: Site) -> None:
    ask = "<p>Reboot this appliance?</p><form method=post action=/reboot><input type=submit value=Yes></form><a href=/>No</a>"
    status = (
        "<h2>Backup Site Instance Status</h2><form method=post action=/ask><button>Break Failover Relationships</button></form>"
    )
    site.pages |= {"/failover": status, "/ask": ask}
    site.tab.goto(f"{ORIGIN}/failover")
    with pytest.raises(Surprised, match="Reboot this appliance"):
        FailoverScreen(site.tab).break_failover_relationships(site.answers).press()
    assert [post.split()[0] for post in site.posts] == ["/ask"]


def test_a_page_on_which_the_pressed_control_still_stands_beside_a_cancel_is_no_question(site: Site) -> None:
    status = "<h2>Backup Site Instance Status</h2><form method=post action=/sync><button>Sync Now</button></form>{}"
    site.pages |= {
        "/failover": status.format(""),
        "/sync": status.format("<p>Data sync has been started.</p><a href=/>Cancel</a>"),
    }
    site.tab.goto(f"{ORIGIN}/failover")
    FailoverScreen(site.tab).sync_now(site.answers).press()
    assert [post.split()[0] for post in site.posts] == ["/sync"]


@pytest.mark.parametrize(
    "other",
    [
        f'<form method=post action=/x><input type=image width=14 height=14 alt="Delete {SHARED}"></form>',
        f'<form method=post action=/x><input type=submit value="Remove {SHARED}"></form>',
        f'<form method=post action=/x><button aria-label="Delete {SHARED}">&#10005;</button></form>',
        f'<form method=post action=/x><input type=submit value="Disable {SHARED}"></form>',
    ],
)
def test_what_takes_an_address_away_is_never_taken_for_what_edits_it(site: Site, other: str) -> None:
    rows = f"<tr><th>Enabled</th><th>IP Address</th><th></th></tr><tr><td>Yes</td><td><a href=/edit>{SHARED}</a></td><td>{other}</td></tr>"
    form = f"<form method=post><p>IP Address <input value={SHARED}></p><label><input type=checkbox checked> Enabled</label><button>Save Changes</button></form>"
    site.pages |= {"/ip": f"<a href=/new>Add New IP</a><table>{rows}</table>", "/edit": form}
    site.tab.goto(f"{ORIGIN}/ip")
    assert IpConfigurationScreen(site.tab).edit(SHARED).read().enabled
    assert not site.posts


def test_an_entry_that_would_take_something_away_is_not_followed(show: Show) -> None:
    tab = show(f"<form method=post action=/ip/delete><button>{SHARED}</button></form>")
    with pytest.raises(WrongScreen, match="would send"):
        GuardedLink(tab, control_called(tab, SHARED), SHARED).follow()


# -- updates -------------------------------------------------------------------------------------------------------------


def test_a_package_is_told_from_what_it_requires_in_the_same_line(show: Show) -> None:
    grey = "<div><strong>Remote Support 24.3.2-80308</strong> 2.1 GB Requires B Series Appliance Base Software 7.1.0-73048</div><form><button disabled>Install This Update</button></form> <a href=#>Release notes</a>"
    free = f"<div><strong>B Series Appliance Base Software 7.1.0-73048</strong> 2.1 GB</div>{INSTALL} <a href=#>Release notes</a>"
    offers = UpdatesScreen(show(f"{CHECK}<ul><li>{grey}</li><li>{free}</li></ul>")).read().offers
    assert [(offer.version, offer.enabled, bool(offer.requires)) for offer in offers] == [
        ("24.3.2-80308", False, True), ("7.1.0-73048", True, False),
    ]  # fmt: skip


def test_a_list_of_definitions_names_its_packages_by_their_terms(show: Show) -> None:
    def package(name: str, what: str) -> str:
        return f"<dt><b>{name}</b></dt><dd><a href=#>Release Notes</a> {what}</dd>"

    tab = show(f"{CHECK}<dl>{package('Bomgar 13.1.2', 'Requires Base 3.4.2')}{package('Base 3.4.2', INSTALL)}</dl>")
    offers = UpdatesScreen(tab).read().offers
    assert [(offer.name, offer.enabled) for offer in offers] == [("Base 3.4.2", True), ("Bomgar 13.1.2", False)]
    assert UpdatesScreen(tab).available.install_this_update(offers[0], NetworkMonitor()).target.count() == 1


def test_one_install_for_a_list_of_which_one_is_ticked_is_not_pressed(show: Show) -> None:
    page = f"{CHECK}<form><label><input type=radio name=p checked> Bomgar 17.9.9</label> <label><input type=radio name=p> Bomgar 13.1.3</label> <button>Install This Update</button></form>"
    with pytest.raises(WrongScreen, match="not pressed"):
        UpdatesScreen(show(page)).read()


def test_a_picture_is_called_by_the_words_for_it_and_not_by_what_it_sends(show: Show) -> None:
    tab = show('<form><input type=image width=90 height=20 name=cmd value=check alt="Check for updates"></form>')
    assert not UpdatesScreen(tab).read().installing


def test_a_letter_font_for_pictures_is_no_word_of_a_button(show: Show) -> None:
    tab = show('<button><i class="material-icons">link_off</i> <span>Break Failover Relationships</span></button>')
    assert look_at(tab).clickables(r"^Break Failover Relationships$")


# -- other pages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "is_one"),
    [
        ("<h2>Current Status</h2><p>This site is not part of a cluster.</p><button>Sync Now</button>", False),
        ("<h2>Current Status</h2><button disabled>Sync Now</button><button disabled>Disband Cluster</button>", False),
        (
            "<h2>Current Status</h2><p>Primary node: m.example.com</p><button>Sync Now</button><button>Disband Cluster</button>",
            True,
        ),
    ],
)
def test_a_cluster_page_of_a_site_in_none_is_no_cluster(site: Site, page: str, *, is_one: bool) -> None:
    menu = "<nav><a href=/status>Status</a> <a href=/management>Management</a></nav>"
    subs = "<nav><a href=/software>Software</a> <a href=/cluster>Cluster</a> <a href=/failover>Failover</a></nav>"
    site.pages |= {"/status": menu, "/management": menu + subs, "/cluster": menu + subs + page}
    site.tab.goto(f"{ORIGIN}/status")
    assert is_in_a_cluster(site.tab) is is_one


@pytest.mark.parametrize(("words", "is_one"), [("is the primary master of", True), ("is not a member of", False)])
def test_a_cluster_is_looked_for_on_its_own_page_though_the_one_before_stands_long(
    site: Site, words: str, *, is_one: bool
) -> None:
    late = f"<h2>Cluster :: Current Status</h2><p>This site {words} an Atlas cluster.</p><button>Sync Now</button>"
    site.pages["/status"] = f"""<nav><a href="#m">Status</a> <a href="#m">Management</a></nav>
        <nav><a href="#s">Software</a> <a href="#c">Cluster</a></nav>
        <main><h2>Software</h2><p>Enter the same string on both appliances of a failover relationship or cluster.</p></main>
        <script>onhashchange = () => location.hash === "#c" &&
            setTimeout(() => document.querySelector("main").innerHTML = {late!r}, 2500)</script>"""
    site.tab.goto(f"{ORIGIN}/status")
    assert is_in_a_cluster(site.tab) is is_one


def test_a_cluster_page_that_does_not_come_up_is_no_answer(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    quickly(monkeypatch)
    menu = "<nav><a href=/status>Status</a> <a href=/status>Management</a> <a href=/cluster>Cluster</a></nav>"
    site.pages |= {"/status": menu, "/cluster": f"{menu}<div class=skeleton></div>"}
    site.tab.goto(f"{ORIGIN}/status")
    with pytest.raises(WrongScreen, match="Cluster"):
        is_in_a_cluster(site.tab)


def test_a_menu_entry_for_the_console_is_not_its_download(show: Show) -> None:
    menu = "<nav><a href=/a>Status</a> <a href=/b>My Account</a> <a href=/c>Rep Console</a></nav>"
    tab = show(f"{menu}<h2>My Account</h2>")
    assert not MyAccountScreen(tab).is_shown(look_at(tab))


@pytest.mark.parametrize("said", ["The connection was successful. No errors.", "Connection successful (12 ms, timeout 5 s)"])
def test_a_connection_that_came_about_without_errors_is_one(said: str) -> None:
    assert verdict([said]).reached


# -- signing in ----------------------------------------------------------------------------------------------------------


def test_a_name_is_given_before_the_page_that_asks_for_the_password(site: Site) -> None:
    first = "<title>BeyondTrust Login</title><form method=post action=/second><label>Username <input name=u></label><button>Next</button></form><a href=#>Forgot your password?</a>"
    second = "<title>BeyondTrust Login</title><form method=post action=/in><p>robot</p><label>Password <input type=password name=p></label><button>Log In</button></form>"
    site.pages |= {"/login": first, "/second": second, "/in": "<a href=/out>Log Out</a>"}
    site.tab.goto(f"{ORIGIN}/login")
    sign_in = SignIn(site.tab, site.answers, "login")
    assert sign_in.read().showing is Showing.USERNAME
    sign_in.give_username("robot")
    assert sign_in.read().showing is Showing.CREDENTIALS
    sign_in.sign_in("robot", "secret-1")
    assert sign_in.read().showing is Showing.SCREENS
    assert [post.split()[0] for post in site.posts] == ["/second", "/in"]


def test_a_code_asked_for_beside_the_password_is_given_with_it(site: Site) -> None:
    form = "<form method=post action=/in><label>Username <input name=u></label><label>Password <input type=password name=p></label><label>Authenticator code <input name=c></label><button>Log In</button></form>"
    site.pages |= {"/login": form, "/in": "<a href=/out>Log Out</a>"}
    site.tab.goto(f"{ORIGIN}/login")
    sign_in = SignIn(site.tab, site.answers, "login")
    page = sign_in.read()
    assert page.showing is Showing.CREDENTIALS
    assert page.asks_for_code
    sign_in.sign_in("robot", "secret-1", "123456")
    assert "c=123456" in site.posts[0]


@pytest.mark.parametrize("answer", ["Accept", "Continue"])
def test_a_licence_is_not_taken_for_a_question(site: Site, answer: str) -> None:
    terms = f"<p>Before the update is downloaded, read the software license terms.</p><form method=post action=/dl><button>{answer}</button></form><a href=/>Decline</a>"
    package = "<p>Base 6.2.0</p><form method=post action=/inst><button>Install This Update</button></form>"
    site.pages |= {"/updates": f"{CHECK}{package}", "/inst": terms, "/dl": "Downloading"}
    site.tab.goto(f"{ORIGIN}/updates")
    screen = UpdatesScreen(site.tab)
    screen.available.install_this_update(screen.read().offers[0], site.answers).press()
    assert [post.split()[0] for post in site.posts] == ["/inst"]


def test_the_cancel_of_what_is_under_way_makes_no_answer_of_the_control_that_still_stands_there(site: Site) -> None:
    status = "<h2>Backup Site Instance Status</h2><form method=post action=/sync><button>Sync Now</button></form>{}"
    site.pages |= {"/failover": status.format(""), "/sync": status.format("<p>Taking too long?</p><a href=/>Cancel</a>")}
    site.tab.goto(f"{ORIGIN}/failover")
    FailoverScreen(site.tab).sync_now(site.answers).press()
    assert [post.split()[0] for post in site.posts] == ["/sync"]


def test_what_stands_between_the_sign_in_and_the_screens_is_no_question_of_the_press(site: Site) -> None:
    form = "<form method=post action=/in><label>Username <input name=u></label><label>Password <input type=password name=p></label><button>Login</button></form>"
    code = "<form method=post action=/code><label>Verification code <input name=c></label><button>OK</button></form><a href=/>Cancel</a>"
    site.pages |= {"/login": form, "/in": code}
    site.tab.goto(f"{ORIGIN}/login")
    sign_in = SignIn(site.tab, site.answers, "login")
    sign_in.sign_in("robot", "secret-1")
    assert sign_in.read().showing is Showing.CODE


def test_a_password_under_a_heading_that_speaks_of_authentication_is_no_code(show: Show) -> None:
    page = "<fieldset><legend>Authentication</legend><label>Username <input></label><label>Password <input type=password></label></fieldset><button>Continue</button>"
    now = SignIn(show(page), NetworkMonitor(), "login").read()
    assert now.showing is Showing.CREDENTIALS
    assert not now.asks_for_code


def test_a_refusal_below_a_notice_that_always_stands_there_is_heard(show: Show) -> None:
    notice = "<p>Unauthorized access is denied and will be prosecuted.</p>"
    form = "<form><label>Username <input></label><label>Password <input type=password></label><button>Login</button></form>"
    tab = show(notice + form)
    sign_in = SignIn(tab, NetworkMonitor(), "login")
    sign_in.disregard(sign_in.read().view)
    assert not sign_in.read().refusal
    tab.set_content(f"{notice}<p>Invalid username or password.</p>{form}")
    assert "Invalid" in sign_in.read().refusal


def test_a_value_that_begins_in_bold_is_no_label(show: Show) -> None:
    page = f"{SITE}<dl><dt>Product Version</dt><dd><b>13.1.2</b> (build 38227)</dd></dl>"
    assert "13.1.2" in StatusScreen(show(page)).read().product


def test_bold_words_in_a_note_tell_no_role(show: Show) -> None:
    page = f"<h2>Backup Site Instance Status</h2><p><b>This host</b> takes over when the primary is lost.</p>{BUTTONS}"
    assert FailoverScreen(show(page)).read().role is Role.BACKUP


@pytest.mark.parametrize("said", ["Port 443 (open): timeout 5 s", "Connection timeout 30 seconds"])
def test_a_connection_that_timed_out_is_none(said: str) -> None:
    assert verdict([said]).reached is not True
