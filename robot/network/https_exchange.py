"""One request and its answer over TLS: direct, with an end in time and in size, and no redirect followed.

Nothing is asked twice here, so whoever asks for an effect decides what a missing answer means.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, cast

from robot.domain.errors import Unreachable, Untrusted, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_PIECE = 64 * 1024
"""Bytes that are sent at a time."""


@dataclass(frozen=True)
class HttpsRequest:
    """One request.

    Attributes:
        method: GET, POST and so on.
        target: the path with its query.
        host: the server's host and port, as the header has them.
        headers: further headers.
        body: what is sent, or where it is read from, from its present place on.
        length: bytes of the body.
    """

    method: str
    target: str
    host: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    body: bytes | IO[bytes] = field(default=b"", repr=False)
    length: int = 0

    def pieces(self) -> Iterator[bytes]:
        """Yield what is sent, piece by piece."""
        lines = [f"{self.method} {self.target} HTTP/1.1", f"Host: {self.host}"]
        lines += [f"{name}: {value}" for name, value in {**self.headers, "Connection": "close"}.items()]
        lines += [f"Content-Length: {self.length}"] if self.length or self.method != "GET" else []
        yield "\r\n".join([*lines, "", ""]).encode()
        stream = io.BytesIO(self.body) if isinstance(self.body, bytes) else self.body
        while piece := stream.read(_PIECE):
            yield piece


@dataclass(frozen=True)
class HttpsAnswer:
    """One answer: its status, its headers by their names in lower case, and its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class AnswerTooLong(Exception):  # noqa: N818 - house rule: an error is named for what happened
    """An answer is longer than it may be; it was not read to its end."""


def exchange(tls: socket.socket, request: HttpsRequest, *, until: float, longest: int) -> HttpsAnswer:
    """Send a request and return its answer.

    Args:
        tls: the connection, just opened; the caller closes it.
        request: the request.
        until: when the answer must be there whole, by `time.monotonic`.
        longest: bytes that the answer may have, with its head.

    Returns:
        The answer, whatever its status; also one that came before the whole request was sent.

    Raises:
        AnswerTooLong: it has more bytes.
        TimeoutError: it was not there in time.
        OSError: the connection broke.
        http.client.HTTPException: what came is no answer.
    """
    broken: OSError | None = None
    try:
        for piece in request.pieces():
            tls.settimeout(_left(until))
            tls.sendall(piece)
    except TimeoutError:
        raise
    except OSError as error:  # who does not want to read it all may have answered already, as with 413
        broken = error
    try:
        response = http.client.HTTPResponse(cast("socket.socket", _Bounded(tls, until, longest)), method=request.method)
        response.begin()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return HttpsAnswer(response.status, headers, response.read())
    except (OSError, http.client.HTTPException):
        if broken:
            raise broken from None
        raise


def connect_to(host: str, port: int, ca_file: Path | None, *, timeout_s: float, ca_key: str) -> ssl.SSLSocket:
    """Open a connection to a server that is no appliance.

    Args:
        host: its name, for which its certificate must be valid.
        port: TCP port.
        ca_file: the CA to trust; the system's if `None`.
        timeout_s: seconds for the connection, and for the handshake.
        ca_key: the pair file's key that names the CA file, for the sentence.

    Returns:
        The connection, which the caller closes.

    Raises:
        UsageError: the CA file is none.
        Untrusted: the certificate is not to be trusted; nothing was sent.
        Unreachable: there is no connection.
    """
    try:
        context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except (OSError, ValueError):
        raise UsageError(f"{ca_key}: {ca_file} holds no certificate that can be read") from None
    try:
        plain = socket.create_connection((host, port), timeout=timeout_s)
    except OSError as error:
        raise Unreachable(
            f"{host} port {port} cannot be reached ({error.strerror or error}); check the address and the network"
        ) from None
    try:
        return context.wrap_socket(plain, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        plain.close()
        raise Untrusted(
            f"the certificate of {host} is not to be trusted: {error.verify_message}; correct {ca_key}, there is no way to "
            "ignore it"
        ) from None
    except OSError as error:
        plain.close()
        raise Unreachable(f"{host} port {port} does not speak TLS with us ({error.strerror or type(error).__name__})") from None


def _left(until: float) -> float:
    if (left_s := until - time.monotonic()) <= 0:
        raise TimeoutError
    return left_s


class _Bounded(io.RawIOBase):
    """A connection that gives so many bytes at most, and only until a moment."""

    def __init__(self, tls: socket.socket, until: float, longest: int) -> None:
        self._tls, self._until, self._unread = tls, until, longest

    def makefile(self, *_words: object) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._tls.settimeout(_left(self._until))
        count = self._tls.recv_into(buffer)
        self._unread -= count
        if self._unread < 0:
            raise AnswerTooLong
        return count
