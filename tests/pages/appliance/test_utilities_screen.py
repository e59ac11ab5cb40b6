"""Support > Utilities as strangers may draw it: the TCP Connection Test is found by its words, and its answer is read."""

from collections.abc import Callable

import pytest
from little_site import ORIGIN, Site, quickly
from playwright.sync_api import Page
from renderings import FIELDS, GROUPS, HEADINGS, field, mixed

from pages.appliance import utilities
from pages.appliance.utilities import UtilitiesScreen, verdict
from pages.readings.machine import TcpConnection
from robot.domain.errors import WrongScreen

Show = Callable[..., Page]
HOST, PORT = "10.0.0.13", 443
SCRIPT = """<script>
async function go() {
  const typed = [...document.querySelectorAll('input[data-of=tcp]')].map(e => e.value).join(' port ');
  await fetch('/asked', { method: 'POST' });
  document.getElementById('out').innerHTML = `%s`.replace('TYPED', typed);
}
</script><div id=out></div>"""
BUTTONS = {
    "button": "<button type=button onclick='go()'>Test</button>",
    "submit": "<form onsubmit='go(); return false'><input type=submit value='Test Connection'></form>",
    "input": "<input type=button value='Go' onclick='go()'>",
    "role": "<div role=button tabindex=0 onclick='go()'>Run TCP Connection Test</div>",
}
OTHERS = (
    "<div><h3>Ping</h3><p>Host: <input></p><button>Ping</button>"
    "<h3>Traceroute</h3><p>Host: <input></p><p>Port: <input></p><button>Trace</button></div>"
)


def fields(style: str, labels: tuple[str, str] = ("Host Name or IP Address", "Port")) -> str:
    return "".join(field(label, '<input data-of="tcp">', style) for label in labels)


def asked(site: Site, body: str) -> TcpConnection:
    """Show a page, and make the test on it."""
    site.pages |= {"/utilities": body, "/asked": "ok"}
    site.tab.goto(f"{ORIGIN}/utilities")
    return UtilitiesScreen(site.tab).tcp_connection_test(HOST, PORT, site.answers)


@pytest.mark.proves("RE13")
@pytest.mark.parametrize(("style", "group"), mixed(FIELDS, GROUPS, every=1))
def test_it_is_made_with_its_own_fields_and_its_own_button(site: Site, style: str, group: str) -> None:
    own = GROUPS[group]("TCP Connection Test", fields(style) + BUTTONS["button"])
    found = asked(site, f"<h2>Utilities</h2>{OTHERS}{own}<hr>{SCRIPT % 'Connected to TYPED'}")
    assert found == TcpConnection(reached=True, said=f"Connected to {HOST} port {PORT}")


@pytest.mark.proves("RE13")
def test_what_it_says_is_told_once(site: Site) -> None:
    own = GROUPS["fieldset"]("TCP Connection Test", fields("for") + BUTTONS["button"])
    assert (
        asked(site, own + SCRIPT % "<table><tr><td colspan=3><pre>Connection succeeded.</pre></td></tr></table>").said
        == "Connection succeeded."
    )


@pytest.mark.proves("RE13")
@pytest.mark.parametrize(("head", "button"), mixed(HEADINGS, BUTTONS, every=1))
@pytest.mark.parametrize("labels", [("Host", "TCP Port"), ("IP Address", "Port Number")])
def test_it_is_found_under_any_heading_by_any_words(site: Site, head: str, button: str, labels: tuple[str, str]) -> None:
    body = HEADINGS[head]("TCP Connection Test") + fields("for", labels) + BUTTONS[button]
    assert asked(site, body + SCRIPT % "Connection to TYPED failed").reached is False


@pytest.mark.proves("RE13")
@pytest.mark.parametrize(
    ("said", "reached"),
    [
        (["Connection to 10.0.0.13 443 port [tcp/https] succeeded!"], True),
        (["Success"], True),
        (["Trying 10.0.0.13...", "Connected to 10.0.0.13.", "Connection closed by foreign host."], True),
        (["Port 443 is open"], True),
        (["The connection was established."], True),
        (["Could not connect to 10.0.0.13: Connection refused"], False),
        (["Unable to connect"], False),
        (["Connection timed out"], False),
        (["No route to host"], False),
        (["10.0.0.13 could not be reached"], False),
        (["Port 443 is not open"], False),
        (["Port 443 is closed"], False),
        (["Unsuccessful"], False),
        (["nc: connect to 10.0.0.13 port 443 (tcp) failed: Connection refused"], False),
        (["Test run at 12:00"], None),
        (["Connected to the relay.", "The host could not be reached."], None),
        ([], None),
    ],
)
def test_what_it_says_is_a_yes_or_a_no_or_it_is_not_told(said: list[str], reached: bool | None) -> None:
    assert verdict(said).reached is reached


@pytest.mark.proves("RE13")
def test_only_what_the_press_has_brought_is_its_answer(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(utilities, "_WITHIN", 0.3)
    head = "<h2>TCP Connection Test</h2><p>A good connection says: connected. The last test failed.</p>" + fields("for")
    body = head + BUTTONS["button"]
    assert asked(site, body + SCRIPT % "").reached is None
    assert asked(site, body + SCRIPT % "<textarea>Connected to TYPED</textarea>").reached is True


def test_an_answer_that_comes_late_is_waited_for(site: Site) -> None:
    body = "<h2>TCP Connection Test</h2>" + fields("for") + "<button onclick='setTimeout(go, 3500)'>Test</button>"
    assert asked(site, body + SCRIPT % "Connected").reached is True


def test_an_answer_in_a_box_of_the_browsers_is_read_and_closed(site: Site) -> None:
    body = "<h2>TCP Connection Test</h2>" + fields("for") + "<button onclick='alert(\"Connection failed\")'>Test</button>"
    assert asked(site, body) == TcpConnection(reached=False, said="Connection failed")


def test_an_answer_on_a_page_of_its_own_is_read_and_asked_for_once(site: Site) -> None:
    form = f"<h2>Utilities :: TCP Connection Test</h2><form method=post action=/done>{fields('wrapped')}<input type=submit value=Test></form>"
    site.pages["/done"] = f"<p class=notice>Connection succeeded.</p>{form}"
    assert asked(site, form) == TcpConnection(reached=True, said="Connection succeeded.")
    assert len(site.posts) == 1


@pytest.mark.parametrize(
    "body",
    [
        fields("for") + "<button>Test</button><button>Clear</button>",
        field("Host and port", "<input>", "for") + "<button>Test</button>",
        field("Host", "<input>", "for") + "<button>Test</button>",
        fields("for") + fields("wrapped") + "<button>Test</button>",
        fields("for") + "<button disabled>Test</button>",
        fields("for") + "<button>Restart</button>",
    ],
)
def test_where_it_cannot_be_told_what_belongs_to_it_nothing_is_pressed(site: Site, body: str) -> None:
    with pytest.raises(WrongScreen):
        asked(site, f"<script>onclick = () => document.title = 'pressed'</script><h2>TCP Connection Test</h2>{body}")
    assert site.tab.title() != "pressed"


def test_a_page_without_it_is_another_screen(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    quickly(monkeypatch)
    with pytest.raises(WrongScreen, match="Support > Utilities is not shown"):
        asked(site, f"<h2>Utilities</h2>{OTHERS}")
