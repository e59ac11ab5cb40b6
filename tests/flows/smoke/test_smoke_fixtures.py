"""What a check is given, below the browser: the same way to the appliance as a run's, and words that name the cause."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from a_smoke_order import an_order
from playwright.sync_api import Error

from flows.smoke.checks import test_portal as portal
from flows.smoke.checks.test_pages import test_banners as banners
from flows.smoke.fixtures import ground as grounds
from flows.smoke.fixtures.definitions import told
from flows.smoke.fixtures.evidence import CheckEvidence
from flows.smoke.fixtures.expected import ExpectedSoftware
from flows.smoke.fixtures.ground import NOT_TRIED, SmokeGround
from flows.smoke.fixtures.page_troubles import PageTroubles
from flows.smoke.fixtures.site import SmokeSite, Visit
from pages.engine.layout.items import Item
from pages.engine.view.page_view import PageView
from robot.domain.errors import LoginRejected, Unreachable, Untrusted
from robot.network.certificates import is_for
from robot.network.chromium import launch_options, session_options
from robot.network.tls import Endpoint, HttpResponse


def a_ground(folder: Path, more: str = "", **changes: str) -> SmokeGround:
    return SmokeGround.of(an_order(folder, more, **changes)[0], {}, ["b-login-pa55word"], folder)


def test_the_browser_leads_the_sites_name_to_the_appliance_and_reaches_nothing_else(tmp_path: Path) -> None:
    options = launch_options(a_ground(tmp_path).way, tmp_path)
    assert "--host-resolver-rules=MAP support.example.com 192.0.2.13, MAP * ~NOTFOUND, EXCLUDE 192.0.2.13" in options["args"]
    assert "--proxy-server=direct://" in options["args"]
    assert options["env"]["HOME"] == str(tmp_path)
    assert "ignore_https_errors" not in session_options()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (AssertionError("B answers with 14.3.2\nassert 1 == 2"), "B answers with 14.3.2"),
        (Unreachable("192.0.2.13 does not answer"), "192.0.2.13 does not answer"),
        (ValueError("no number"), "ValueError: no number"),
        (KeyError(), "KeyError"),
        (
            AssertionError(
                "Locator expected to be visible\nActual value: None\nCall log:\n  - waiting for get_by_text('Imprint')"
            ),
            "Locator expected to be visible (waiting for get_by_text('Imprint'))",
        ),
        (ExceptionGroup("soft", [AssertionError("one"), AssertionError("two")]), "one; two"),
        (Error("net::ERR_CONNECTION_REFUSED at https://x/\nCall log: y"), "net::ERR_CONNECTION_REFUSED at https://x/"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_error_is_told_in_one_sentence(error: BaseException, sentence: str) -> None:
    assert told(error) == sentence


def test_only_where_the_appliance_cannot_be_asked_at_all_nothing_more_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answers(_way: Endpoint, path: str, *, timeout: float) -> HttpResponse:
        asked.append(f"{path} {timeout:g}")
        if len(asked) > 1:
            raise Untrusted("the certificate is for another name")
        return HttpResponse(500, "")

    monkeypatch.setattr(grounds.tls, "get", answers)
    ground = a_ground(tmp_path)
    ground.lose(LoginRejected("wrong"))
    assert not asked, "a rejected password says nothing about the others"
    ground.lose(Unreachable("one page does not come"))
    assert (ground.fault, asked) == ("", ["/check_health 10"])
    ground.lose(Unreachable("one page does not come"))
    assert ground.fault == "the certificate is for another name"


@pytest.mark.parametrize(
    ("expected", "shown", "build", "met"),
    [
        ("15.1.3", "15.1.3", "", True), ("15.1.3", "15.1.3-38227", "", True), ("15.1", "15.1.3", "38227", True),
        ("15.1.3", "15.1.2", "", False), ("15.1.3", "5.15.1.3", "", False), ("15.1.3-38227", "15.1.3-38227", "", True),
        ("15.1.3-38227", "15.1.3", "38228", False), ("15.1.3-38227", "15.1.3", "", True), ("15.1.3", "", "", False),
    ],
)  # fmt: skip
def test_a_version_is_met_by_its_releases_and_its_build_where_both_tell_one(
    tmp_path: Path, expected: str, shown: str, build: str, *, met: bool
) -> None:
    software = ExpectedSoftware.of(a_ground(tmp_path, expect=expected))
    assert software.is_met_by(shown, build=build) is met


@pytest.mark.parametrize(
    ("name", "names", "valid"),
    [
        ("support.example.com", ("support.example.com",), True), ("Support.Example.com", ("support.example.com",), True),
        ("support.example.com", ("*.example.com",), True), ("a.support.example.com", ("*.example.com",), False),
        ("example.com", ("*.example.com",), False), ("support.example.com", ("www.example.com", "192.0.2.1"), False),
        ("support.example.com", (), False),
    ],
)  # fmt: skip
def test_a_pinned_certificate_must_still_be_for_the_sites_name(name: str, names: tuple[str, ...], *, valid: bool) -> None:
    assert is_for(name, names) is valid


def page(*lines: str, pairs: tuple[tuple[str, str], ...] = ()) -> PageView:
    items = [Item("text", text=line) for line in lines]
    return PageView(items=(*items, *(Item("pair", label=label, value=value) for label, value in pairs)))


@pytest.mark.parametrize(
    ("line", "is_error"),
    [
        ("An error occurred while the page was loaded.", True), ("The database is temporarily unavailable.", True),
        ("The last backup failed.", True), ("If a session fails, call us.", False), ("Completed without errors.", False),
        ("This setting is not synchronized.", False), ("Welcome to our portal.", False), ("Chat is unavailable today.", False),
    ],
)  # fmt: skip
def test_a_page_that_tells_of_an_error_is_found_and_what_is_harmless_is_not(line: str, *, is_error: bool) -> None:
    troubles = PageTroubles("support.example.com", harmless=("Chat is unavailable",))
    troubles.read("/", page(line, pairs=(("Failed sign-ins", "3"), ("Last error", "none"))))
    assert bool(troubles.banners) is is_error
    troubles.is_watching = False
    troubles.read("/other", page("A fatal error."))
    assert len(troubles.banners) == is_error, "what a user's own test shows does not count"


def test_what_was_amiss_before_the_change_is_told_and_is_no_failure_and_what_is_new_is_one(tmp_path: Path) -> None:
    old, new = '/login says "disk error"', '/login says "queue error"'
    ground = a_ground(tmp_path)
    ground = replace(ground, order=replace(ground.order, as_before=(old,)))
    ground.troubles.banners.append(old)
    evidence = CheckEvidence(ground, "banners", lambda: None)
    banners(ground, evidence)
    assert (evidence.reading, evidence.notes) == ({"amiss": [old]}, [f"as it was before the change: {old}"])
    ground.troubles.banners.append(new)
    with pytest.raises(AssertionError, match="queue error"):
        banners(ground, CheckEvidence(ground, "banners", lambda: None))


class _Elsewhere(SmokeSite):
    """A site whose address leads to another host."""

    def __init__(self) -> None:  # it has no page
        self.visits = 0

    def visit(self, path: str = "/") -> Visit:
        self.visits += 1
        raise Unreachable(f"https://support.example.com{path} leads to another host, another-host.example")


def test_a_portal_that_leads_elsewhere_fails_one_check_and_what_stands_on_it_is_not_judged(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    asks = '\n[smoke]\nrequest = { field = "Session Key", fill = "1234567", press = "Submit" }\n'
    ground, site = a_ground(tmp_path, asks), _Elsewhere()
    evidence = CheckEvidence(ground, "portal", lambda: None)
    with pytest.raises(Unreachable, match="leads to another host"):
        portal.test_portal(site, ground, evidence, request)
    with pytest.raises(pytest.skip.Exception, match=f"^{NOT_TRIED}it cannot be judged, since the portal does not come"):
        portal.test_ways(site, ground, evidence)
    with pytest.raises(pytest.skip.Exception, match=f"^{NOT_TRIED}it cannot be judged"):
        portal.test_session(site, ground, ExpectedSoftware.of(ground), evidence, tmp_path)
    assert site.visits == 1


def test_a_portal_that_was_there_and_does_not_come_again_fails_the_check_that_wants_it(tmp_path: Path) -> None:
    ground = a_ground(tmp_path)
    with pytest.raises(Unreachable, match="leads to another host"):
        portal.test_ways(_Elsewhere(), ground, CheckEvidence(ground, "ways", lambda: None))
