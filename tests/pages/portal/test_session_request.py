"""A session requested on a portal in anybody's words, up to the download of the customer client."""

from __future__ import annotations

from pathlib import Path

import pytest
from little_site import ORIGIN, Site

from pages.engine.actions.navigation import open_url
from pages.portal.session_request import SessionRequestWords, request_client
from robot.domain.errors import Refused

PORTAL = '<form action="/start"><button>Start now</button></form>'
WORDS = SessionRequestWords("Start now")


def shown(body: str, title: str = "Help") -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>"


@pytest.mark.parametrize("link", ["Download the customer client", "Kunden-Client herunterladen"])
def test_a_download_that_leads_to_a_page_is_told_by_what_stands_there(site: Site, tmp_path: Path, link: str) -> None:
    site.pages |= {"/": shown(PORTAL), "/start": shown(f'<a href="/client">{link}</a>'), "/client": shown("", "Log in again")}
    open_url(site.tab, f"{ORIGIN}/")
    with pytest.raises(Refused, match=r'gave no file, the customer client, but a page called "Log in again"'):
        request_client(site.tab, WORDS, tmp_path)


def test_a_page_without_a_download_is_told(site: Site, tmp_path: Path) -> None:
    site.pages |= {"/": shown(PORTAL), "/start": shown("<p>Thank you. Somebody will call you.</p>")}
    open_url(site.tab, f"{ORIGIN}/")
    with pytest.raises(Refused, match="without one download of the customer client"):
        request_client(site.tab, WORDS, tmp_path)


def test_what_the_portal_says_against_the_request_is_quoted(site: Site, tmp_path: Path) -> None:
    site.pages |= {"/": shown(PORTAL), "/start": shown("<p>Your session could not be started.</p>" + PORTAL)}
    open_url(site.tab, f"{ORIGIN}/")
    with pytest.raises(Refused, match=r'it says "Your session could not be started\."'):
        request_client(site.tab, WORDS, tmp_path)
