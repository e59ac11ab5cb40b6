"""What stands at the site's address is taken for the public portal only if it is one, whatever its HTTP status."""

from __future__ import annotations

import pytest
from little_site import ORIGIN, Site

from pages.portal.front import open_portal

DOWN = [
    ("Upgrading, please wait", "<h1>Upgrading, please wait</h1><p>Come back soon.</p>"),
    ("Support", "<p>The site is temporarily unavailable.</p>"),
    ("Support", "<h1>Site Unavailable</h1><a href='/'>Try it again</a>"),
    ("Site Unavailable", "<p>This site is being upgraded and is temporarily unavailable. Please try again later.</p>"),
    ("Support", "<p>This is a backup site. It does not accept connections until it takes the primary role.</p>"),
    ("502 Bad Gateway", "<h1>502 Bad Gateway</h1>"),
    ("Not Found", "<h1>Not Found</h1><a href='/'>Home</a>"),
    ("Support", "<p>The system is starting</p>"),
]
PORTALS = [
    ("support.example.com :: Support Portal", "<label>Session Key <input></label><button>Submit</button>"),
    ("ACME Elevator Maintenance", "<h1>How may we help?</h1><p>Planned maintenance on Sunday.</p><a href='/?r=1'>Ada</a>"),
    ("", "<form><input aria-label='Your key'><input type='submit' value='Go'></form>"),
    ("Hilfe", "<h1>Fernwartung</h1><button>Sitzung starten</button><p>Please wait while your client is downloaded.</p>"),
]


def page(title: str, body: str) -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>"


@pytest.mark.proves("VT1", "VT2")
@pytest.mark.parametrize(("title", "body"), DOWN)
def test_a_page_that_stands_in_the_portals_place_while_the_site_is_down_is_no_portal(site: Site, title: str, body: str) -> None:
    site.pages["/"] = page(title, body)
    portal = open_portal(site.tab, ORIGIN)
    assert portal.status == 200
    assert not portal.is_portal
    assert portal.notice


def test_a_page_without_anything_to_begin_a_session_with_is_no_portal(site: Site) -> None:
    site.pages["/"] = page("It works!", "<h1>It works!</h1>")
    assert not open_portal(site.tab, ORIGIN).is_portal


@pytest.mark.parametrize(("title", "body"), PORTALS)
def test_a_portal_is_one_in_whatever_words_its_site_has_put_it(site: Site, title: str, body: str) -> None:
    site.pages["/"] = page(title, body)
    assert open_portal(site.tab, ORIGIN).is_portal
