"""What an appliance puts before its screens, as strangers may draw it."""

from collections.abc import Callable

import pytest
from little_site import ORIGIN, Site
from playwright.sync_api import Page
from renderings import BUTTONS, FIELDS, LAYOUTS, field

from pages.engine.meaning.sign_in_forms import asks_for_sign_in
from pages.engine.view.control_query import control_called
from pages.engine.view.page_view import look_at
from pages.sign_in import Showing, SignIn
from robot.domain.errors import WrongScreen
from robot.network.chromium import NetworkMonitor

Show = Callable[..., Page]
POLICY = "<p>Accounts are locked after 5 failed attempts. If your password has expired, contact an administrator.</p>"


def form(style: str, button: str = "<input type=submit value=Login>", said: str = "") -> str:
    return (
        f"<h1>Bomgar Login</h1>{said}<form method=post action='/next'>"
        + field("Username", "<input name=u>", style)
        + field("Password", "<input type=password name=p>", style)
        + "<p><input type=checkbox name=r> Remember my username</p><p><input type=checkbox name=s> Show password</p>"
        f"{button}</form>{POLICY}<p><a href='/forgot'>Forgot your password?</a> <a href='/krb'>Use Integrated Browser Authentication</a></p>"
    )


@pytest.mark.parametrize("style", FIELDS)
def test_the_sign_in_form_is_recognised_and_filled(site: Site, style: str) -> None:
    site.pages["/login"] = form(style)
    site.pages["/next"] = LAYOUTS["plain"]("<h2>Status</h2>")
    site.tab.goto(f"{ORIGIN}/login")
    sign_in = SignIn(site.tab, site.answers)
    page = sign_in.read()
    assert (page.showing, page.refusal) == (Showing.CREDENTIALS, "")
    sign_in.sign_in("robot", "pass")
    assert site.posts == ["/next u=robot&p=pass"]
    assert sign_in.read().showing is Showing.SCREENS


@pytest.mark.parametrize("button", ["submit", "button", "role"])
@pytest.mark.parametrize("word", ["Login", "Log In", "Sign In"])
def test_the_button_is_found_beside_a_link_with_the_same_words(show: Show, site: Site, word: str, button: str) -> None:
    del site
    own = BUTTONS[button](word).replace('<form method="post">', "").replace("</form>", "")
    tab = show(f"<p><a href='/help'>{word}</a></p>{form('for', own)}")
    assert control_called(tab, f"^{word}$").count() == 1


@pytest.mark.parametrize(
    "said",
    [
        "<p class=error>Invalid username or password.</p>",
        "<div>The credentials you entered are incorrect</div>",
        "<table><tr><td>Your account has been locked out</td></tr></table>",
    ],
)
def test_a_refusal_is_told_and_rules_are_none(show: Show, answers: NetworkMonitor, said: str) -> None:
    page = SignIn(show(form("for", said=said)), answers).read()
    assert page.showing is Showing.CREDENTIALS
    assert page.refusal


PAGES = [
    (Showing.AGREEMENT, "<h1>Login Agreement</h1><p>This system is for authorized use only.</p><form method=post action=/next><input type=submit value=Accept></form>"),
    (Showing.AGREEMENT, "<h1>Prerequisite Login Agreement</h1><p>Terms</p><form method=post action=/next><p><input type=checkbox required> I have read the terms</p><button>I Agree</button> <button type=button>Decline</button></form>"),
    (Showing.CODE, "<p>Enter the code from the authenticator app.</p><form method=post action=/next>Authentication Code: <input name=c><input type=submit value=Verify></form>"),
    (Showing.CODE, "<form method=post action=/next><dl><dt>Code<dd><input name=c></dl><button>Log in</button></form>"),
    (Showing.PASSWORD_CHANGE, "<p>You must change your password.</p>Current <input type=password> New <input type=password> Confirm <input type=password><button>Change Password</button>"),
    (Showing.PASSWORD_CHANGE, "<p>New Password <input type=password></p><p><input type=checkbox> Use current password</p><input type=submit value='Change Password'>"),
    (Showing.LICENCE, "<h1>End-User License Agreement</h1><p>Read on.</p><button>I Accept</button>"),
    (Showing.CONFLICTING_SESSION, "<p>You are already logged in from another location.</p><button>Continue</button>"),
    (Showing.SCREENS, LAYOUTS["table layout"]("<h2>Status :: Site Status</h2>")),
    (Showing.SCREENS, "<div><a href=/s>Status</a> <a href=/n>Networking</a> <a href=/u>Updates</a></div><h2>Basics</h2>"),
    (Showing.OTHER, "<h1>Not Found</h1><p>The requested page was not found.</p>"),
    (Showing.STARTING, "<p>This site is being upgraded and is temporarily unavailable.</p>"),
    (Showing.OTHER, "<h1>Describe your issue</h1><form>Session Key <input><button>Submit</button></form>"),
]  # fmt: skip


SIGNED_OUT = {Showing.AGREEMENT, Showing.CREDENTIALS}


@pytest.mark.parametrize(
    ("showing", "body"), [*PAGES, (Showing.CREDENTIALS, "Username <input> Password <input type=password><button>Login</button>")]
)
def test_in_place_of_a_screen_the_agreement_and_the_form_say_that_the_session_has_ended(
    show: Show, showing: Showing, body: str
) -> None:
    assert asks_for_sign_in(look_at(show(body))) is (showing in SIGNED_OUT)


@pytest.mark.parametrize(
    "body",
    [
        "<h1>License Agreement</h1><p>Read the license agreement before you download the update.</p><button>Accept</button>",
        "<p>By going on you accept the agreement.</p><button>OK</button> <a href=/out>Log out</a>",
        "<nav><a href=/s>Status</a> <a href=/u>Users</a></nav><p>Authorized use only.</p><button>Continue</button>",
        "<p>Are you sure you want to break the failover relationship?</p><button>OK</button>",
    ],
)
def test_what_is_asked_within_a_session_does_not(show: Show, body: str) -> None:
    assert not asks_for_sign_in(look_at(show(body)))


@pytest.mark.parametrize(("showing", "body"), PAGES)
def test_what_stands_before_the_screens_is_told_apart(show: Show, answers: NetworkMonitor, showing: Showing, body: str) -> None:
    assert SignIn(show(body), answers).read().showing is showing


@pytest.mark.parametrize("body", [body for showing, body in PAGES if showing is Showing.AGREEMENT])
def test_an_agreement_is_accepted_once(site: Site, body: str) -> None:
    site.pages |= {"/login": body, "/next": form("for")}
    site.tab.goto(f"{ORIGIN}/login")
    sign_in = SignIn(site.tab, site.answers)
    sign_in.accept_agreement()
    assert len(site.posts) == 1
    assert sign_in.read().showing is Showing.CREDENTIALS


@pytest.mark.parametrize("body", [body for showing, body in PAGES if showing is Showing.CODE])
def test_a_code_is_given_once(site: Site, body: str) -> None:
    site.pages |= {"/login": body, "/next": LAYOUTS["plain"]("")}
    site.tab.goto(f"{ORIGIN}/login")
    SignIn(site.tab, site.answers).give_code("123456")
    assert site.posts == ["/next c=123456"]


def test_two_ways_to_go_on_stop(show: Show, answers: NetworkMonitor) -> None:
    tab = show("Username <input><br>Password <input type=password><br><button>Login</button><button>Continue</button>")
    with pytest.raises(WrongScreen, match="no single button"):
        SignIn(tab, answers).sign_in("robot", "pass")


METHODS = """<form method=post action=/next><label>{label} <select onchange="pw.hidden = this.value === 'key'" name=m>
    {options}</select></label><label>Username <input name=u></label><label id=pw {hidden}>Password <input type=password name=p></label>
    <button>Login</button></form>"""
KEY, PASSWORD = "<option value=key {}>Passwordless FIDO2</option>", "<option value=pw>Username &amp; Password</option>"


@pytest.mark.parametrize("label", ["Authentication method", "Authenticate Using", "Sign-in method"])
def test_where_a_method_without_a_password_stands_chosen_that_with_one_is_chosen_first(site: Site, label: str) -> None:
    site.pages["/login"] = METHODS.format(label=label, options=KEY.format("selected") + PASSWORD, hidden="hidden")
    site.tab.goto(f"{ORIGIN}/login")
    sign_in = SignIn(site.tab, site.answers)
    assert sign_in.read().showing is Showing.METHOD
    sign_in.choose_password_method()
    assert sign_in.read().showing is Showing.CREDENTIALS
    sign_in.sign_in("robot", "pass")
    assert site.posts == ["/next m=pw&u=robot&p=pass"]


def test_where_no_method_with_a_password_is_offered_nothing_is_given(site: Site) -> None:
    site.pages["/login"] = METHODS.format(
        label="Method", options=KEY.format("selected") + "<option>SAML Credentials</option>", hidden="hidden"
    )
    site.tab.goto(f"{ORIGIN}/login")
    with pytest.raises(WrongScreen, match='there is: "Passwordless FIDO2", "SAML Credentials"'):
        SignIn(site.tab, site.answers).choose_password_method()
    assert site.posts == []


def test_a_method_with_a_password_that_stands_chosen_is_left(site: Site) -> None:
    site.pages["/login"] = METHODS.format(label="Authenticate Using", options=PASSWORD + KEY.format(""), hidden="")
    site.tab.goto(f"{ORIGIN}/login")
    assert SignIn(site.tab, site.answers).read().showing is Showing.CREDENTIALS


def test_that_a_method_is_not_set_up_is_a_refusal(show: Show, answers: NetworkMonitor) -> None:
    page = SignIn(show(form("for", said="<p>This sign-in method is not set up for your account.</p>")), answers).read()
    assert page.refusal == "This sign-in method is not set up for your account."
