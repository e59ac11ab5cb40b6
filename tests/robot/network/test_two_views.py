"""Python and Chromium see the same of an appliance: whether its certificate is trusted, and where its address leads.

A run asks by both, so that what one trusts and the other does not would stop it in mid-way. Only what they once judged
differently is tried in a real Chromium here.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from a_tls_server import AUTHORITY, HOST, Issued, Wanted, a_tls_server, ca_file
from cryptography.hazmat.primitives.serialization import Encoding
from playwright.sync_api import Error

from flows.session.browser_driver import Browsers, end_session
from pages.engine.actions.navigation import open_url
from robot.domain.errors import Untrusted
from robot.network import tls
from robot.network.certificates import authorities
from robot.network.chromium import CertificateObserver, NetworkMonitor
from robot.network.tls import Endpoint

ROOT = AUTHORITY.issued_by(None)
BETWEEN = Wanted(names=(), common_name="Example CA between", is_ca=True).issued_by(ROOT)
STRANGER = Wanted(names=(), common_name="Example stranger", is_ca=True).issued_by(None)
OWN = Wanted(is_ca=False).issued_by(None)


@dataclass(frozen=True)
class Case:
    """A server, and what a pair file says of it.

    Attributes:
        shown: its certificate, and those that it sends along.
        trusted: what the CA file holds; none: its key is pinned.
        address: where it listens.
        host: the name that the certificate is checked for.
        refused: what both say against it; "" if both trust it.
    """

    shown: tuple[Issued, ...]
    trusted: tuple[Issued, ...] = (ROOT,)
    address: str = "127.0.0.1"
    host: str = HOST
    refused: str = ""
    in_chromium: str = field(default="")

    @contextlib.contextmanager
    def served(self, folder: Path) -> Generator[Endpoint]:
        with a_tls_server(*self.shown, folder=folder, address=self.address) as server:
            ca = ca_file(folder, *self.trusted) if self.trusted else None
            yield Endpoint(self.host, self.address, server.port, ca, () if ca else (self.shown[0].pin,))


CASES = {
    "a CA file with several CAs": Case((Wanted().issued_by(ROOT),), (STRANGER, ROOT)),
    "a CA between in the CA file, without the root": Case((Wanted().issued_by(BETWEEN),), (BETWEEN,)),
    "a CA between that the appliance does not send": Case((Wanted().issued_by(BETWEEN),), (ROOT, BETWEEN)),
    "its own certificate, which is no CA's": Case((OWN,), (OWN,)),
    "a CN and no other name": Case(
        (Wanted(names=()).issued_by(ROOT),), refused="it has no name in its subjectAltName, and a CN does not count",
        in_chromium="ERR_CERT_COMMON_NAME_INVALID): it does not have this name among its names",
    ),
    "a key that may not sign, pinned": Case(
        (Wanted(may_sign=False).issued_by(ROOT),), (), refused="its key usage lacks digitalSignature",
        in_chromium="its key usage lacks digitalSignature",
    ),
    "IPv6, for another name": Case((Wanted().issued_by(ROOT),), address="::1"),
    "IPv6, for the address itself": Case((Wanted(names=("::1",)).issued_by(ROOT),), address="::1", host="::1"),
}  # fmt: skip


@pytest.fixture(params=CASES.values(), ids=list(CASES))
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    if ":" in found.address and not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    return found


def test_python_and_chromium_judge_alike(case: Case, tmp_path: Path) -> None:
    with case.served(tmp_path) as way, ThreadPoolExecutor(1) as thread:
        chromium = thread.submit(seen_by_chromium, way)  # in a thread of its own: other tests may have a driver in this one
        if not case.refused:
            assert chromium.result() == tls.certificate(way).key == case.shown[0].pin
            return
        with pytest.raises(Untrusted, match=case.refused):
            tls.certificate(way)
        with pytest.raises(Untrusted) as there:
            chromium.result()
        assert case.in_chromium in str(there.value)


def seen_by_chromium(way: Endpoint) -> str:
    """The key of the certificate that a run's own browser is shown, once the answer is known to come from there."""
    with contextlib.closing(Browsers()) as browsers:
        context = browsers.begin_session(way)
        try:
            answers, tab = NetworkMonitor.of(context), context.new_page()
            certificate = CertificateObserver(tab)
            assert open_url(tab, f"{way.origin}/login") == 200
            assert answers.verify_remote_address(way)
            return certificate.key(way.origin)
        finally:
            end_session(context)


@pytest.mark.parametrize(
    ("wanted", "trusted", "refused"),
    [
        (Wanted(), (ROOT,), ""),
        (Wanted(days=(-40, -1)), (ROOT,), "certificate has expired"),
        (Wanted(days=(5, 30)), (ROOT,), "certificate is not yet valid"),
        (Wanted(names=("other.example.test",)), (ROOT,), "it is valid for other.example.test only"),
        (Wanted(), (STRANGER,), "unable to get local issuer certificate"),
        (Wanted(may_sign=False), (ROOT,), "its key usage lacks digitalSignature"),
        (Wanted(may_sign=None), (ROOT,), ""),
        (Wanted(days=(-40, -1), names=()), (), ""),
    ],
)
def test_what_both_have_always_judged_alike_stays_so(
    wanted: Wanted, trusted: tuple[Issued, ...], refused: str, tmp_path: Path
) -> None:
    """By Python's view alone: a pinned key is trusted for itself, and anything else only for what its certificate says."""
    with Case((wanted.issued_by(ROOT),), trusted).served(tmp_path) as way:
        if not refused:
            assert tls.certificate(way).names == tuple(wanted.names)
            return
        with pytest.raises(Untrusted, match=refused):
            tls.certificate(way)


@pytest.mark.parametrize("form", ["PEM", "DER"])
def test_a_ca_file_may_be_pem_or_der(form: str, tmp_path: Path) -> None:
    with Case((Wanted().issued_by(ROOT),)).served(tmp_path) as way:
        assert way.ca_file
        if form == "DER":
            way.ca_file.write_bytes(b"".join(each.public_bytes(Encoding.DER) for each in authorities(way.ca_file)))
        assert tls.certificate(way).issuer == "CN=Example authority"


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
@pytest.mark.parametrize(("address", "host"), [("::1", "[::1]"), ("127.0.0.1", "127.0.0.1")])
def test_a_request_names_its_host_as_an_address_bar_does(address: str, host: str, tmp_path: Path) -> None:
    issued = Wanted(names=(address,)).issued_by(ROOT)
    with a_tls_server(issued, folder=tmp_path, address=address) as server:
        way = Endpoint(address, address, server.port, ca_file(tmp_path, ROOT))
        assert tls.get(way, "/check_health").status == 200
        assert server.asked == [f"GET /check_health {host}:{server.port}"]
        assert way.origin == f"https://{host}:{server.port}"


@pytest.mark.parametrize("end", ["RST", "FIN"])
def test_an_order_after_which_the_connection_breaks_off_is_sent_once(end: str, tmp_path: Path) -> None:
    """Left to itself Chromium sends it again, over a new connection, and tells nobody."""
    with a_tls_server(Wanted().issued_by(ROOT), folder=tmp_path, resets=end) as server, ThreadPoolExecutor(1) as thread:
        way = Endpoint(HOST, server.address, server.port, ca_file(tmp_path, ROOT))
        assert "net::ERR_" in thread.submit(posted, way).result(), "the browser knows that it was not answered"
        assert [line.split()[0] for line in server.asked] == ["GET", "GET", "POST"]


def posted(way: Endpoint) -> str:
    """Open two pages, so that a connection could have been kept, send a form, and return what the browser says then."""
    with contextlib.closing(Browsers()) as browsers:
        tab = browsers.begin_session(way).new_page()
        for path in ("login", "status"):
            open_url(tab, f"{way.origin}/{path}")
        tab.get_by_role("button").click(no_wait_after=True)
        with pytest.raises(Error) as broke_off:
            tab.wait_for_url("**/nowhere", timeout=10_000)
        return broke_off.value.message
