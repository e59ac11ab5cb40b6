"""An authority for time is asked through the one door for requests: once, over TLS that is proved, within the limit."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from a_tls_server import AUTHORITY, PAGE, Wanted, a_tls_server, ca_file

from robot.signing.time_request import NoTime, ask_authority

sys.path.append(str(Path(__file__).parents[1] / "evidence"))
from a_time_authority import serving

QUERY = b"0\x03\x02\x01\x01"


def test_it_is_asked_over_tls_once_and_its_answer_is_given_as_it_came(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = AUTHORITY.issued_by(None)
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_file(tmp_path, root)))
    with a_tls_server(Wanted(("localhost",)).issued_by(root), folder=tmp_path) as server:
        assert ask_authority(f"https://localhost:{server.port}/tsa?policy=1", QUERY) == PAGE
    assert server.asked == [f"POST /tsa?policy=1 localhost:{server.port}"]


def test_one_whose_certificate_is_not_to_be_trusted_is_sent_nothing(tmp_path: Path) -> None:
    stranger = Wanted(("localhost",)).issued_by(AUTHORITY.issued_by(None))
    words = r"certificate of localhost is not to be trusted: .*correct \[evidence\] timestamps"
    with a_tls_server(stranger, folder=tmp_path) as server, pytest.raises(NoTime, match=words):
        ask_authority(f"https://localhost:{server.port}/", QUERY)
    assert server.asked == []


def test_no_redirect_is_followed() -> None:
    with serving(lambda _: (302, b"elsewhere")) as address, pytest.raises(NoTime, match="it answers 302 with 9 bytes"):
        ask_authority(address, QUERY)


def _says_nothing(_: socket.socket) -> None:
    pass


def _says_a_byte_now_and_then(connection: socket.socket) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc":
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


@pytest.mark.parametrize("say", [_says_nothing, _says_a_byte_now_and_then])
def test_one_that_is_slow_costs_the_limit_and_no_more(say: Callable[[socket.socket], None]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        over = threading.Event()

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                try:
                    say(connection)
                except OSError:  # it was hung up on
                    return
                over.wait(5)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        began = time.monotonic()
        with pytest.raises(NoTime, match=r"no answer within"):
            ask_authority(f"http://127.0.0.1:{listening.getsockname()[1]}/", QUERY, 0.4)
        took = time.monotonic() - began
        over.set()
        thread.join()
    assert took < 3
