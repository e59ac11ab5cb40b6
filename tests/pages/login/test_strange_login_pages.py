"""The screens of /login but Failover, and the sign-in, as five strangers draw them from the product's documentation.

Each case is drawn in one style; in all five: `pytest tests/pages/login/test_strange_login_pages.py --drawings 1`.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from little_site import ORIGIN, Site
from packaging.version import Version
from playwright.sync_api import Page
from strange_places import SECURITY, SOFTWARE, STATUS, STATUS_OF_REPRESENTATIVES
from strange_styles import Style, document, in_every_style_if_asked, style_of_the_case

from pages.login.security import SecurityScreen
from pages.login.software_management import SoftwareManagementScreen
from pages.login.status import StatusScreen
from pages.readings.release import Release
from pages.sign_in import Showing, SignIn
from robot.domain.errors import Refused
from robot.network.chromium import NetworkMonitor

Show = Callable[..., Page]
pytest_generate_tests = in_every_style_if_asked
style = pytest.fixture(style_of_the_case)


# -- Status ------------------------------------------------------------------------------------------------------------------


def test_a_sites_version_state_and_connections_are_read(show: Show, style: Style) -> None:
    site_status = style.facts(
        [
            ("Site Status", style.chip("Running")),
            ("Host Name", "support.example.com"),
            ("Product Version", "22.1.3 (61234)"),
            ("API Version", "1.22.0"),
            ("Time Zone", "America/Chicago"),
            ("Total Licenses", "25"),
            ("Maintenance Expires", "2027-12-31"),
        ]
    )
    client_software = style.paragraph("Client software is built to connect to support.example.com. Build 61234.")
    clients = style.table(["Type", "Connected"], [["Representatives", "3"], ["Customers", "1"], ["Jump Clients", "120"]])
    body = (
        style.section("Site Status", site_status + style.command("Restart"))
        + style.section("Client Software", client_software)
        + style.section("Connected Clients", clients)
    )
    now = StatusScreen(show(style.page(STATUS, body))).read()
    assert Release(text=now.product).version == Version("22.1.3")
    assert (now.state, now.hostname) == ("Running", "support.example.com")
    assert (now.representatives, now.sessions, now.jump_clients) == (3, 1, 120)


def test_a_version_told_as_software_and_connections_told_as_facts_are_read(show: Show, style: Style) -> None:
    information = style.facts(
        [
            ("Status", style.chip("&#9679; Running")),
            ("Software", "BeyondTrust Remote Support 23.2.1-77812"),
            ("Company API Name", "example"),
            ("Appliance", "rs1.example.com"),
            ("Last Update", "2027-01-02 03:04:05"),
        ]
    )
    clients = style.facts([("Logged in representatives", "0"), ("Active sessions", "0"), ("Jump Clients online", "1,204")])
    body = style.section("Status :: Information", information) + style.section("Connected Clients", clients)
    now = StatusScreen(show(style.page(STATUS_OF_REPRESENTATIVES, body))).read()
    assert Release(text=now.product).version == Version("23.2.1")
    assert now.is_running
    assert (now.representatives, now.sessions, now.jump_clients) == (0, 0, 1204)


# -- Management --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "read"), [("text", "s3cr3tKey!"), ("password", None)])
def test_the_key_between_appliances_is_read_only_where_a_person_could_read_it(
    show: Show, style: Style, kind: str, read: str | None
) -> None:
    hint = "Enter the same string on both appliances of a failover relationship or cluster."
    fields = (
        style.field("Minimum Password Length", "8")
        + style.tick("Require Complex Passwords", on=True)
        + style.field("Account Lockout After", "5")
        + style.field("Inter-appliance Communication Pre-shared Key", "s3cr3tKey!", kind, hint=hint)
    )
    body = style.section(style.words("Security :: Options", "Miscellaneous"), style.form(fields + style.button("Save")))
    assert SecurityScreen(show(style.page(SECURITY, body))).inter_appliance_key() == read


@pytest.mark.parametrize("confirmed", [True, False], ids=["password twice", "password once"])
@pytest.mark.parametrize("vault", [True, False], ids=["vault key", "no vault key"])
def test_a_backup_is_asked_for_once_and_nothing_else_on_its_page(
    site: Site, style: Style, tmp_path: Path, *, vault: bool, confirmed: bool
) -> None:
    told = "A backup includes all configuration and excludes session recordings and the Vault encryption key."
    backup = (
        style.paragraph(told)
        + style.field("Backup Password", kind="password", hint="Optional")
        + (style.field("Confirm Backup Password", kind="password") if confirmed else "")
        + style.tick("Include logged session reporting data", on=False)
        + style.button("Download Backup")
    )
    key = style.field("Password", kind="password") + style.button("Download Key")
    restore = "<input type=file name=r>" + style.field("Backup Password", kind="password") + style.button("Upload Backup")
    upload = "<input type=file name=u>" + style.button("Upload")
    body = (
        style.section(style.words("Software :: Backup Settings", "Backup Settings"), style.form(backup, "/backup"))
        + (style.section("Backup Vault Encryption Key", style.form(key, "/vault")) if vault else "")
        + style.section(style.words("Software :: Restore Settings", "Restore Settings"), style.form(restore, "/restore"))
        + style.section("Upload Update", style.form(upload, "/upload"))
    )
    site.pages["/software"] = document(style.page(SOFTWARE, body))
    site.tab.goto(f"{ORIGIN}/software")
    with pytest.raises(Refused, match="gave a page instead"):
        SoftwareManagementScreen(site.tab).download_backup(tmp_path / "b.nsb", password="pw123", include_history=True)
    assert [each.split()[0] for each in site.posts] == ["/backup"]


# -- the sign-in -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("interface", ["login", "appliance"])
def test_a_form_of_credentials_is_known_whatever_stands_around_it(
    show: Show, answers: NetworkMonitor, style: Style, interface: str
) -> None:
    ways = "<option>Username &amp; Password</option><option>SAML Credentials</option>"
    way = f"<div><label for=way>Authenticate Using</label> <select id=way>{ways}</select></div>" if interface == "login" else ""
    fields = style.field("Username") + style.field("Password", kind="password") + style.button(style.log_in)
    below = """<a href="/forgot">Forgot your password?</a> <a href="/kerberos">Use Integrated Browser Authentication</a>
        <div><label for=tongue>Language</label>
        <select id=tongue><option>English (US)</option><option>Deutsch</option></select></div>"""
    rule = style.paragraph("After 5 failed attempts the account will be locked.")
    form = style.section(style.words("Login", "Log in"), style.form(way + fields) + below + rule)
    foot = "<footer>BeyondTrust 22.1.1. Redistribution Prohibited.</footer>"
    tab = show(f'<div style="width: 500px; margin: auto">{style.css}<h1>BeyondTrust</h1>{form}{foot}</div>')
    now = SignIn(tab, answers, interface).read()
    assert (now.showing, now.refusal) == (Showing.CREDENTIALS, "")


def test_a_page_that_asks_for_a_code_is_the_second_factor(show: Show, answers: NetworkMonitor, style: Style) -> None:
    fields = style.paragraph("Enter the code from the authenticator app.") + style.field("Code") + style.button("Verify")
    form = style.form(fields) + '<a href="/back">Back to login</a>'
    tab = show(style.css + style.section("Two-Factor Authentication", form))
    assert SignIn(tab, answers, "login").read().showing is Showing.CODE


def test_a_screen_with_a_password_on_it_is_no_sign_in(show: Show, answers: NetworkMonitor, style: Style) -> None:
    key = style.field("Inter-appliance Communication Pre-shared Key", "x", "password")
    tab = show(style.page(SECURITY, style.section("Security :: Options", style.form(key))))
    assert SignIn(tab, answers, "login").read().showing is Showing.SCREENS
