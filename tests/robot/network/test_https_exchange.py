"""One request over a connection that somebody else has opened: what is sent and what is read, whoever ends it first."""

import http.client
import socket
import struct
import threading
import time
from collections.abc import Callable

import pytest

from robot.network.https_exchange import AnswerTooLong, HttpsAnswer, HttpsRequest, exchange

LARGE = bytes(8 * 2**20)


def asked(
    answer: Callable[[socket.socket], object], request: HttpsRequest, *, within_s: float = 5.0, longest: int = 4096
) -> HttpsAnswer:
    """Exchange a request over a TCP connection, at whose other end this is done."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        ours = socket.create_connection(listening.getsockname())
        theirs, _ = listening.accept()

        def serve() -> None:
            with theirs:
                answer(theirs)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            return exchange(ours, request, until=time.monotonic() + within_s, longest=longest)
        finally:
            ours.close()
            thread.join()


def get() -> HttpsRequest:
    return HttpsRequest("GET", "/", "example.com", {"Accept": "*/*"})


def refuse_early(theirs: socket.socket) -> None:
    """Answer after the head alone, read nothing more, and end the connection hard."""
    theirs.recv(1024)
    theirs.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
    time.sleep(0.2)
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_an_answer_that_comes_before_everything_is_sent_is_read_though_the_connection_breaks() -> None:
    answer = asked(refuse_early, HttpsRequest("POST", "/", "example.com", {}, LARGE, len(LARGE)))
    assert answer.status == 413


def test_a_request_says_how_long_it_is_and_that_it_is_the_only_one() -> None:
    wanted = (
        b"POST /a?b=c HTTP/1.1\r\nHost: example.com:8443\r\nAccept: */*\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody"
    )
    sent: list[bytes] = []

    def answer(theirs: socket.socket) -> None:
        sent.append(theirs.recv(len(wanted), socket.MSG_WAITALL))
        theirs.sendall(b"HTTP/1.1 200 OK\r\nX-One: 1\r\nContent-Length: 2\r\n\r\nok")

    got = asked(answer, HttpsRequest("POST", "/a?b=c", "example.com:8443", {"Accept": "*/*"}, b"body", 4))
    assert (got.status, got.headers["x-one"], got.body) == (200, "1", b"ok")
    assert sent == [wanted]


def test_nobody_answers_for_longer_or_at_greater_length_than_allowed() -> None:
    with pytest.raises(AnswerTooLong):
        asked(lambda theirs: theirs.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + bytes(9000)), get())
    with pytest.raises(TimeoutError):
        asked(lambda _: time.sleep(0.4), get(), within_s=0.2)
    with pytest.raises(http.client.BadStatusLine):
        asked(lambda theirs: theirs.sendall(b"SSH-2.0-OpenSSH\r\n"), get())
