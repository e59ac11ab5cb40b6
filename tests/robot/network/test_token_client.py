"""The client of an appliance's API: what is secret goes to the trusted appliance alone, and no answer can harm or hold it."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from an_api import GIVEN, TOKEN, an_api, ok, response

from robot.domain.errors import LoginRejected, Refused, Stop, Unreachable, Untrusted
from robot.network.token_client import TokenClient

SECRET = "s3cret-of-the-test"
DEAD = "http://127.0.0.1:9"


def asks_for_a_token(folder: Path, answer: bytes, deadline_s: float = 10) -> str:
    with an_api(folder, lambda _: answer) as api:
        return TokenClient(api.endpoint, deadline_s=deadline_s).token("/token", "the-client", SECRET)


def reads(folder: Path, answer: bytes, deadline_s: float = 10) -> str:
    with an_api(folder, lambda _: answer) as api:
        return TokenClient(api.endpoint, deadline_s=deadline_s).read("/read?action=x", TOKEN).tag


def test_a_token_is_asked_for_and_used_as_the_standard_says_on_a_connection_each_and_past_any_proxy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, DEAD)
    with an_api(tmp_path, lambda request: GIVEN if request.startswith("POST") else ok("<good/>")) as api:
        client = TokenClient(api.endpoint)
        assert client.token("/token", "the-client", SECRET) == TOKEN
        assert client.read("/read?action=x", TOKEN).tag == "good"
    first, second = api.asked
    basic = base64.b64encode(f"the-client:{SECRET}".encode()).decode()
    assert first.startswith("POST /token HTTP/1.1\r\n")
    assert first.endswith("\r\n\r\ngrant_type=client_credentials")
    assert f"\r\nAuthorization: Basic {basic}\r\n" in first
    assert "\r\nContent-Type: application/x-www-form-urlencoded\r\n" in first
    assert second.startswith("GET /read?action=x HTTP/1.1\r\n")
    assert f"\r\nAuthorization: Bearer {TOKEN}\r\n" in second
    assert all("\r\nConnection: close\r\n" in each for each in api.asked)


def test_who_is_not_trusted_is_sent_nothing(tmp_path: Path) -> None:
    with an_api(tmp_path, lambda _: GIVEN, trusted=False) as api, pytest.raises(Untrusted):
        TokenClient(api.endpoint).token("/token", "the-client", SECRET)
    assert api.asked == []


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (
            response(401, '{"error": "invalid_client", "error_description": "wrong"}'),
            "/token does not accept the client ID and the client secret (401: invalid_client)",
        ),
        (response(400, f'{{"error": "you sent {SECRET}"}}'), "/token does not accept the client ID and the client secret (400)"),
        (response(401, "<html>"), "/token does not accept the client ID and the client secret (401)"),
    ],
)
def test_a_rejected_client_is_told_by_the_standards_own_word_and_no_other(tmp_path: Path, answer: bytes, sentence: str) -> None:
    with pytest.raises(LoginRejected) as told:
        asks_for_a_token(tmp_path, answer)
    assert str(told.value) == sentence


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (response(302, "", "Location: https://elsewhere.example/login"), "/token sends us elsewhere (302), and is not followed"),
        (response(404), "/token answers 404"),
        (response(429), "/token is asked too often (429)"),
        (response(503), "/token answers 503"),
        (ok("<html>Log In</html>"), "/token answers with no token"),
        (ok("[1]"), "/token answers with no token"),
        (ok(f"{'[' * 20000}"), "/token answers with no token"),
        (ok('{"access_token": 7}'), "/token answers with no token"),
        (ok('{"access_token": "a\\r\\nHost: elsewhere"}'), "/token answers with no token"),
        (ok('{"access_token": ""}'), "/token answers with no token"),
    ],
)
def test_what_is_no_token_is_refused(tmp_path: Path, answer: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as told:
        asks_for_a_token(tmp_path, answer)
    assert str(told.value) == sentence


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;&b;&b;&b;</x>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


@pytest.mark.parametrize(
    "document", [BOMB, OUTSIDE, '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>', "<!DOCTYPE html><html></html>"]
)
def test_xml_that_declares_anything_is_not_read(tmp_path: Path, document: str) -> None:
    with pytest.raises(Refused, match="declares a type or entities of its own; it was not read"):
        reads(tmp_path, ok(document))


@pytest.mark.parametrize(
    "text", ["", "It works!", "<a><b></a>", "<a>&nbsp;</a>", '<?xml version="1.0" encoding="nonsense"?><a/>']
)
def test_what_is_no_xml_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Refused, match="answers with something that is no XML"):
        reads(tmp_path, ok(text))


def test_a_document_may_be_deep_without_harm(tmp_path: Path) -> None:
    assert reads(tmp_path, ok("<a>" * 9000 + "</a>" * 9000)) == "a"


@pytest.mark.parametrize("status", [401, 403])
def test_an_account_that_may_not_is_told(tmp_path: Path, status: int) -> None:
    with pytest.raises(LoginRejected, match=rf"/read\?action=x is not open to this account \({status}\)"):
        reads(tmp_path, response(status))


def test_an_answer_is_taken_in_pieces_and_chunks(tmp_path: Path) -> None:
    assert reads(tmp_path, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n<a/\r\n1\r\n>\r\n0\r\n\r\n") == "a"


@pytest.mark.parametrize(
    "answer",
    [
        ok(f"<a>{' ' * 100_000}</a>"),
        b"HTTP/1.1 200 OK\r\n\r\n<a>" + b" " * 100_000,
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 60_000 + b"\r\nX: " + b"y" * 60_000 + b"\r\n\r\n",
    ],
)
def test_an_answer_without_end_is_not_read(tmp_path: Path, answer: bytes) -> None:
    with pytest.raises(Refused, match="answers with more than 64 KiB, which was not read"):
        reads(tmp_path, answer)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<a>", b"no HTTP\r\n\r\n"])
def test_an_answer_that_breaks_off_is_told(tmp_path: Path, answer: bytes) -> None:
    with pytest.raises(Unreachable, match="broke off its answer"):
        reads(tmp_path, answer)


@pytest.mark.parametrize("begin", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n<a>"])
def test_an_answer_that_drips_is_waited_for_until_its_deadline_and_no_longer(tmp_path: Path, begin: bytes) -> None:
    def drips(_: str) -> Iterator[bytes]:
        yield begin
        for _piece in range(50):
            time.sleep(0.05)
            yield b"x"

    with an_api(tmp_path, drips) as api:
        began = time.monotonic()
        with pytest.raises(Unreachable, match=r"did not answer within 0\.3 seconds"):
            TokenClient(api.endpoint, deadline_s=0.3).read("/read", TOKEN)
        assert time.monotonic() - began < 1.5


@pytest.mark.parametrize(
    "answer",
    [
        response(200, SECRET),
        response(401, f'{{"error": "{SECRET}"}}'),
        response(500, SECRET),
        f"HTTP/1.1 {SECRET}\r\n\r\n".encode(),
        response(302, "", f"Location: /{SECRET}"),
    ],
)
def test_nothing_that_was_answered_is_quoted(tmp_path: Path, answer: bytes) -> None:
    for call in (asks_for_a_token, reads):
        with pytest.raises(Stop) as told:
            call(tmp_path, answer)
        assert SECRET not in repr(told.value)
        assert told.value.__cause__ is None
