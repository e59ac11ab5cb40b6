"""An API over real TLS on the loopback address, which answers as a test wants: byte by byte, if need be."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from a_tls_server import AUTHORITY, HOST, Wanted, ca_file, served

from robot.network.tls import Endpoint

TOKEN = "t0ken-of-the-test"
Answer = Callable[[str], bytes | Iterable[bytes]]
"""Given a request, as text: what is sent back, perhaps piece by piece."""


def ok(body: str, kind: str = "text/xml") -> bytes:
    """An answer with status 200."""
    return response(200, body, f"Content-Type: {kind}")


def response(status: int, body: str = "", *headers: str) -> bytes:
    """An answer with its length."""
    head = [f"HTTP/1.1 {status} Something", *headers, f"Content-Length: {len(body.encode())}"]
    return "\r\n".join([*head, "", body]).encode()


GIVEN = ok(f'{{"access_token": "{TOKEN}", "token_type": "Bearer", "expires_in": 3600}}', "application/json")


@dataclass
class Api:
    """It runs; `asked` is each request, whole, and each came on a connection of its own."""

    endpoint: Endpoint
    asked: list[str] = field(default_factory=list[str])

    @property
    def lines(self) -> list[str]:
        return [each.splitlines()[0] for each in self.asked]


@contextlib.contextmanager
def an_api(folder: Path, answer: Answer, *, trusted: bool = True) -> Generator[Api]:
    """Serve answers; `trusted`: the endpoint names the CA that has issued its certificate."""
    authority = AUTHORITY.issued_by(None)
    shown = Wanted(names=(HOST,)).issued_by(authority)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        ca = ca_file(folder, authority if trusted else Wanted(common_name="another").issued_by(None), name="api-ca.pem")
        api = Api(Endpoint(HOST, "127.0.0.1", listening.getsockname()[1], ca))

        def serve(tls: ssl.SSLSocket) -> None:
            api.asked.append(request := _request(tls))
            given = answer(request)
            for piece in [given] if isinstance(given, bytes) else given:
                tls.sendall(piece)

        with served(listening, shown, serve, file=folder / "api.pem"):
            yield api


def _request(tls: ssl.SSLSocket) -> str:
    text = ""
    while "\r\n\r\n" not in text or len(text.partition("\r\n\r\n")[2]) < _length(text):
        if not (part := tls.recv(65536).decode()):
            break
        text += part
    return text


def _length(text: str) -> int:
    found = re.search(r"Content-Length: (\d+)", text)
    return int(found[1]) if found else 0
