"""One press of one control, and exactly the confirmation that belongs to it; the menus that lead there."""

import pytest
from little_site import ORIGIN, Site, quickly
from renderings import MENU, MENUS, around

from pages.engine.actions.guarded_click import GuardedClick
from pages.engine.actions.navigation import menu_words
from pages.engine.view.control_query import control_called
from pages.login.failover import FailoverScreen
from pages.login.security import SecurityScreen
from robot.domain.errors import PressLost, Surprised, WrongScreen

ASK = "Are you sure you want to break the failover relationships?"
BREAK = "<button id=go>Break Failover Relationships</button>"
SEND = "document.getElementById('f').submit()"
BACKUP = "<h2>Backup Site Instance Status</h2>"


def overlay(message: str, buttons: str, attributes: str = "class='modal'") -> str:
    return (
        f"{BACKUP}<form id=f method=post action=/done></form>{BREAK}<div {attributes} id=m style='display: none; position: fixed; top: 90px; background: #fff'>"
        f"<p>{message}</p>{buttons}</div><script>go.onclick = () => {{ m.style.display = 'block' }}</script>"
    )


YES = f'<button onclick="{SEND}">Yes</button> <button>No</button>'
WAYS = {
    "no question": f"{BACKUP}<form method=post action=/done><input type=submit value='Break Failover Relationships'></form>",
    "native": f"{BACKUP}<form method=post action=/done onsubmit=\"return confirm('{ASK}')\"><input type=submit value='Break Failover Relationships'></form>",
    "native, bare": f"{BACKUP}<form method=post action=/done onsubmit=\"return confirm('Are you sure?')\"><button>Break Failover Relationships</button></form>",
    "native, roles": f"{BACKUP}<form method=post action=/done onsubmit=\"return confirm('Break failover? Both sites will become primary.')\"><button>Break Failover Relationships</button></form>",
    "role dialog": overlay(ASK, YES, "role=dialog"),
    "class modal": overlay(ASK, YES),
    "same words": overlay(ASK, f'<button>Cancel</button><a class=button href=# onclick="{SEND}">Break Failover Relationships</a>', "class='popup-window'"),
    "in the page": overlay(ASK, YES, "class=question").replace("position: fixed", "position: static"),
    "page": f"{BACKUP}<form method=post action=/ask>{BREAK}</form>",
    "script": f"{BACKUP}{BREAK}<script>go.onclick = async () => {{ await fetch('/done', {{method: 'POST', body: 'x'}}); document.body.append('Done') }}</script>",
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_press_is_made_once_and_confirmed_however_the_page_asks(site: Site, way: str) -> None:
    ask = f"<p>{ASK}</p><form method=post action=/done><input type=submit value=Continue></form><a href=/>Cancel</a>"
    site.pages |= {"/failover": WAYS[way], "/ask": ask, "/done": "<h2>Failover :: Configuration</h2>"}
    site.tab.goto(f"{ORIGIN}/failover")
    press = FailoverScreen(site.tab).break_failover_relationships(site.answers)
    press.check_actionable()
    press.press()
    assert [post.split()[0] for post in site.posts if "/done" in post] == ["/done"]


@pytest.mark.parametrize(
    "page",
    [
        WAYS["native"].replace(ASK, "The appliance will reboot. Break failover relationships?"),
        WAYS["native"].replace(ASK, "Delete all session recordings?"),
        overlay("Shut down this appliance and its failover?", YES, "role=dialog"),
        overlay("Restore settings?", YES),
    ],
)
def test_another_question_is_declined(site: Site, page: str) -> None:
    site.pages["/failover"] = page
    site.tab.goto(f"{ORIGIN}/failover")
    with pytest.raises(Surprised):
        FailoverScreen(site.tab).break_failover_relationships(site.answers).press()
    assert site.posts == []


@pytest.mark.parametrize("buttons", ["", BREAK + BREAK, BREAK.replace("id=go", "disabled"), BREAK.replace("id=go", "hidden")])
def test_what_is_not_there_exactly_once_is_not_pressed(site: Site, buttons: str) -> None:
    site.tab.set_content(BACKUP + buttons)
    with pytest.raises(WrongScreen):
        FailoverScreen(site.tab).break_failover_relationships(site.answers).check_actionable()


SUB = ("Software Management", "Security", "Site Configuration", "Cluster", "Failover (1)")
KEY = "<p>Inter-Appliance Key: <input value=k></p>"


@pytest.mark.parametrize("menu", MENUS)
def test_the_menu_leads_to_the_screen_however_it_is_drawn(site: Site, menu: str) -> None:
    top = MENUS[menu](MENU, "/login")
    sub = MENUS[menu](SUB, "/login/management")
    here = MENUS[menu](tuple(name for name in SUB if name != "Security"), "/login/management") + "<b>Security</b>"
    site.pages |= {
        "/login": around("<h2>Status</h2>", top),
        "/login/management": around(sub + "<p>Choose <a href='/elsewhere'>Security</a> to see the key.</p>", top),
        "/login/management/security": around(here + KEY, top),
    }
    for start in ("/login", "/login/management", "/login/management/security"):
        site.tab.goto(f"{ORIGIN}{start}")
        SecurityScreen(site.tab).open()
        assert site.tab.url == f"{ORIGIN}/login/management/security"
    site.tab.goto(f"{ORIGIN}/login")
    assert set(MENU) <= set(menu_words(site.tab))


def test_a_menu_that_drops_down_is_followed(site: Site) -> None:
    items = "".join(
        f"<li><a href='/login/management/{name.lower()}'>{name}</a></li>" for name in ("Security", "Cluster", "Failover")
    )
    drop = (
        "<style>li ul { display: none } li:hover ul { display: block }</style><ul class=menu><li><a href=/login>Status</a></li>"
        f"<li><a href='#'>Management</a><ul>{items}</ul></li><li><a href=/r>Reports</a></li></ul>"
    )
    site.pages |= {"/login": drop, "/login/management/security": drop + KEY}
    site.tab.goto(f"{ORIGIN}/login")
    SecurityScreen(site.tab).open()


def test_a_menu_that_leads_elsewhere_stops(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    quickly(monkeypatch)
    top = MENUS["list"](MENU, "/login")
    site.pages |= {"/login": top, "/login/management": top + MENUS["list"](("Software", "Failover", "Cluster"), "/x")}
    site.tab.goto(f"{ORIGIN}/login")
    with pytest.raises(WrongScreen, match="there is instead"):
        SecurityScreen(site.tab).open()


@pytest.mark.parametrize(
    "control",
    [
        "<form method=post action=/done><button name='failover[fix]'>Break Failover Relationships</button></form>",
        "<form method=post action='/appliance/reboot.ns'><button>Break Failover Relationships</button></form>",
        "<form method=post action=/done><button name=command value=become_backup>Break Failover Relationships</button></form>",
        "<form method=post action=/done><button formaction='?do=shutdown'>Break Failover Relationships</button></form>",
        "<form id=f method=post action=/done></form><a role=button href='#' data-press='site[restart]'>Break Failover Relationships</a>",
    ],
)
def test_a_control_that_would_send_a_forbidden_command_is_not_pressed(site: Site, control: str) -> None:
    site.pages |= {"/failover": f"{BACKUP}{control}", "/done": ""}
    site.tab.goto(f"{ORIGIN}/failover")
    press = FailoverScreen(site.tab).break_failover_relationships(site.answers)
    with pytest.raises(Surprised, match="which is not what stands on it: it is not pressed"):
        press.check_actionable()
    assert site.posts == []


def test_a_press_that_the_sign_in_page_answers_may_be_lost(site: Site) -> None:
    sign_in = "<form><label>Username <input></label><label>Password <input type=password></label><button>Login</button></form>"
    site.pages |= {"/failover": WAYS["no question"], "/done": sign_in}
    site.tab.goto(f"{ORIGIN}/failover")
    press = FailoverScreen(site.tab).break_failover_relationships(site.answers)
    press.check_actionable()
    with pytest.raises(PressLost, match="the session had ended"):
        press.press()
    assert len(site.posts) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504, 0])
def test_a_press_that_no_page_of_the_appliance_answers_may_be_lost(site: Site, status: int) -> None:
    site.pages |= {"/failover": WAYS["no question"]}
    site.errors["/done"] = status
    site.tab.goto(f"{ORIGIN}/failover")
    press = FailoverScreen(site.tab).break_failover_relationships(site.answers)
    press.check_actionable()
    with pytest.raises(PressLost, match=f"HTTP status {status}" if status else "the connection broke off"):
        press.press()
    assert len(site.posts) == 1


def test_a_box_that_only_tells_is_closed_and_belongs_to_no_press(site: Site) -> None:
    asks = WAYS["native"].replace("return confirm", "alert('A break takes a minute.'); return confirm")
    site.pages |= {"/failover": asks, "/done": "<script>alert('Your session was extended.')</script>"}
    site.tab.goto(f"{ORIGIN}/failover")
    press = FailoverScreen(site.tab).break_failover_relationships(site.answers)
    assert press.press() == ""
    assert len(site.posts) == 1


@pytest.mark.parametrize(
    ("answer", "against"),
    [
        ("<p class=x>There is not enough free disk space for this.</p>", '"There is not enough free disk space for this."'),
        ("<script>alert('Could not contact the peer.')</script>", '"Could not contact the peer."'),
        ("<p>An error occurred while it was done.</p>", '"An error occurred while it was done."'),
        ("<h2>Done</h2><p>The last check failed.</p>", ""),
        ("<h2>Done</h2><p>No errors.</p>", ""),
        (
            "<p>The peer cannot be reached while a break is in progress.</p>",
            '"The peer cannot be reached while a break is in progress."',
        ),
    ],
)
def test_what_the_page_that_answers_newly_says_against_a_press_is_told(site: Site, answer: str, against: str) -> None:
    site.pages |= {"/failover": WAYS["no question"] + "<p>The last check failed.</p>", "/done": answer}
    site.tab.goto(f"{ORIGIN}/failover")
    assert FailoverScreen(site.tab).break_failover_relationships(site.answers).press() == against


def test_a_box_that_tells_a_refusal_stops(site: Site) -> None:
    site.pages |= {"/ip": "<form method=post action=/done><button>Save Changes</button></form>"}
    site.pages |= {"/done": "<script>alert('Error: the address could not be saved')</script>"}
    site.tab.goto(f"{ORIGIN}/ip")
    press = GuardedClick(site.tab, control_called(site.tab, "."), "Save Changes", site.answers, refusal="could not be saved")
    with pytest.raises(Surprised, match='was answered: "Error: the address could not be saved"; set right'):
        press.press()


@pytest.mark.parametrize(
    "role", ["", "role=dialog", "role=dialog aria-modal=true", "role=alertdialog", "role=region aria-label=Reminder"]
)
def test_all_words_of_what_covers_a_control_are_told(site: Site, role: str) -> None:
    cover = f"<div {role} style='position: fixed; inset: 0; background: #ffd'><h2>Your licence has expired</h2><p>Shut down this appliance now?</p><button>Yes</button> <button>Later</button></div>"
    site.pages |= {"/failover": f"{WAYS['no question']}{cover}"}
    site.tab.goto(f"{ORIGIN}/failover")
    press = FailoverScreen(site.tab).break_failover_relationships(site.answers)
    with pytest.raises(WrongScreen, match=r'which says "Your licence has expired Shut down this appliance now\?'):
        press.check_actionable()
    assert site.posts == []


def test_what_covers_a_control_is_named(site: Site) -> None:
    cover = "<div style='position: fixed; inset: 0; background: #ffd'><h2>Our web site is closed on Sunday</h2><button>OK</button></div>"
    site.pages |= {"/failover": f"{WAYS['no question']}{cover}"}
    site.tab.goto(f"{ORIGIN}/failover")
    press = FailoverScreen(site.tab).break_failover_relationships(site.answers)
    with pytest.raises(WrongScreen, match=r'something covers it, which says "Our web site is closed on Sunday'):
        press.check_actionable()
    assert site.posts == []
