"""Bad builds: each thing that may be wrong with an appliance after its update is set, is seen from outside, and goes away."""

import ssl
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from visitors import Visitor

from robot.simulator.faults.knobs import Knobs
from robot.simulator.process import Simulation, simulation

READ_TIMEOUT_S = 1.0


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulation]:
    """A pair that has its update behind it."""
    with simulation(tmp_path_factory.mktemp("pair"), instant=True, knobs={"both_upgraded": True}) as running:
        yield running


@contextmanager
def wrong(pair: Simulation, **knobs: Any) -> Generator[None]:
    """Set knobs for as long as the block runs."""
    pair.set(**knobs)
    try:
        yield
    finally:
        pair.set(**{name: getattr(Knobs(), name) for name in knobs})


def somebody(pair: Simulation) -> Visitor:
    return Visitor(pair, "a")


@pytest.mark.parametrize(
    ("way", "objection"),
    [
        ("other name", "Hostname mismatch"),
        ("expired", "certificate has expired"),
        ("not yet valid", "not yet valid"),
        ("no intermediate", "unable to get local issuer certificate"),
        ("self-signed", "self-signed certificate"),
    ],
)
def test_a_certificate_can_be_wrong_in_each_way_and_is_right_again(upgraded: Simulation, way: str, objection: str) -> None:
    with wrong(upgraded, certificate=way), pytest.raises(ssl.SSLCertVerificationError, match=objection):
        somebody(upgraded).get("/")
    assert somebody(upgraded).get("/").status == 200


def test_a_certificate_may_come_with_its_intermediate(upgraded: Simulation) -> None:
    with wrong(upgraded, certificate="with intermediate"):
        assert somebody(upgraded).get("/").status == 200


def status_page(pair: Simulation) -> str:
    return somebody(pair).sign_in("login").text


def machine_page(pair: Simulation) -> str:
    return somebody(pair).sign_in("appliance").text


def front_page(pair: Simulation) -> str:
    return somebody(pair).get("/").text


def health(pair: Simulation) -> str:
    answer = somebody(pair).get("/check_health")
    return f"{answer.status} {answer.text}"


def console(pair: Simulation) -> str:
    visitor = somebody(pair)
    return str(visitor.open(visitor.sign_in("login"), "My Account", "Download Representative Console").headers)


def next_page(pair: Simulation) -> str:
    visitor = somebody(pair)
    visitor.sign_in("login")
    return visitor.get("/login").text


KINDS: list[tuple[str, dict[str, Any], Callable[[Simulation], str], str]] = [
    ("old product", {"old_product": "a"}, status_page, "12.3.5"),
    ("old product handed out", {"old_product": "a"}, console, "console-12.3.5.msi"),
    ("old base", {"old_base": "a"}, machine_page, "3.3.2"),
    ("half-installed", {"site_stopped": "a"}, front_page, "being upgraded"),
    ("half-installed, told by the machine", {"site_stopped": "a"}, machine_page, "Upgrading"),
    ("half-installed, told by the site", {"site_status": "Stopped"}, status_page, "Stopped"),
    ("another customer's site", {"other_site": "a"}, front_page, "support.another-customer.example"),
    ("unhealthy", {"unhealthy": "a"}, health, "500 The site is not healthy"),
    ("portal 503", {"portal_fault": "503"}, front_page, "503 Service Unavailable"),
    ("console is a page", {"console_fault": "page"}, console, "text/html"),
    ("banner on /login", {"mischief": "error-banner", "mischief_on": "site"}, status_page, "could not be upgraded"),
    ("banner on /appliance", {"mischief": "error-banner", "mischief_on": "appliance"}, machine_page, "could not be upgraded"),
    ("banner on the portal", {"mischief": "error-banner", "mischief_on": "portal"}, front_page, "could not be upgraded"),
    ("script error", {"mischief": "script-error", "mischief_on": "portal"}, front_page, "window.started.begin()"),
    ("failed script", {"mischief": "failed-script", "mischief_on": "site"}, status_page, "/content/build.js"),
    ("failed style", {"mischief": "failed-style", "mischief_on": "site"}, status_page, "/content/build.css"),
    ("failed image", {"mischief": "failed-image", "mischief_on": "site"}, status_page, "/content/build.png"),
    ("sign-in to /login", {"sign_in_fails": "a", "sign_in_fails_on": "site"}, status_page, "internal error"),
    ("sign-in to /appliance", {"sign_in_fails": "a", "sign_in_fails_on": "appliance"}, machine_page, "internal error"),
    ("session lost", {"sessions_lost": "a"}, next_page, "Password"),
    ("wrong appliance", {"answers_as_peer": "a"}, front_page, "does not accept connections"),
]


@pytest.mark.parametrize(("knobs", "look", "seen"), [kind[1:] for kind in KINDS], ids=[kind[0] for kind in KINDS])
def test_a_bad_build_is_seen_while_it_is_set_and_not_before_or_after(
    upgraded: Simulation, knobs: dict[str, Any], look: Callable[[Simulation], str], seen: str
) -> None:
    assert seen not in look(upgraded)
    with wrong(upgraded, **knobs):
        assert seen in look(upgraded)
    assert seen not in look(upgraded)


def test_what_failed_pages_ask_for_is_not_there(upgraded: Simulation) -> None:
    assert {somebody(upgraded).get(f"/content/build.{kind}").status for kind in ("js", "css", "png")} == {404}


def test_an_error_at_one_interface_is_none_at_the_other(upgraded: Simulation) -> None:
    with wrong(upgraded, sign_in_fails="a", sign_in_fails_on="site"):
        assert "internal error" not in machine_page(upgraded)


def test_an_appliance_that_hangs_takes_a_request_and_answers_when_it_is_over(upgraded: Simulation) -> None:
    began = time.monotonic()
    with wrong(upgraded, hangs="a"), pytest.raises(TimeoutError):
        Visitor(upgraded, "a").ask("GET", "/", within_s=READ_TIMEOUT_S)
    assert time.monotonic() - began >= READ_TIMEOUT_S
    assert somebody(upgraded).get("/").status == 200


def test_a_wrong_certificate_stays_with_its_own_appliance(upgraded: Simulation) -> None:
    with wrong(upgraded, certificate="expired", certificate_at="b"):
        assert somebody(upgraded).get("/").status == 200
