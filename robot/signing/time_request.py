"""One question to an authority for time (RFC 3161), and its answer as it came: never waited for longer than was said."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from robot.domain.errors import Stop
from robot.evidence.wording import duration
from robot.network.https_exchange import AnswerTooLong, HttpsRequest, connect_to, exchange

if TYPE_CHECKING:
    from urllib.parse import SplitResult

WITHIN_S: Final = 5.0
_LONGEST = 64 * 1024
_HEADERS = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}


class NoTime(Exception):  # noqa: N818 - house rule: an error is named for what happened
    """An authority has given no time; the text says why."""


def ask_authority(authority: str, query: bytes, within_s: float = WITHIN_S) -> bytes:
    """Return what an authority answers to a query; whether it is a time is the caller's question.

    Args:
        authority: the authority's address, http or https.
        query: a TimeStampReq, in DER.
        within_s: seconds after which its answer is no longer waited for.

    Raises:
        NoTime: there is no answer, in time, of a sensible size and with status 200.
    """
    found: dict[str, Any] = {}

    def ask() -> None:
        try:
            found["answer"] = _posted(authority, query, within_s)
        except TimeoutError:
            pass
        except (Stop, OSError, ValueError, http.client.HTTPException, AnswerTooLong) as error:
            found["error"] = getattr(error, "strerror", None) or str(error) or type(error).__name__

    # a thread, since finding the address of a name has no limit of its own
    (asking := threading.Thread(target=ask, daemon=True)).start()
    asking.join(within_s)
    if "answer" in found:
        return found["answer"]
    raise NoTime(found.get("error") or f"no answer within {duration(within_s)}")


def _posted(authority: str, query: bytes, within_s: float) -> bytes:
    until, place = time.monotonic() + within_s, urlsplit(authority)
    target = f"{place.path or '/'}{f'?{place.query}' if place.query else ''}"
    request = HttpsRequest("POST", target, place.netloc.rpartition("@")[2], _HEADERS, query, len(query))
    with _connected(place, within_s) as connection:
        try:
            answer = exchange(connection, request, until=until, longest=_LONGEST)
        except AnswerTooLong:
            raise ValueError(f"it answers with more than {_LONGEST} bytes, which is no time") from None
    if answer.status != 200:
        raise ValueError(f"it answers {answer.status} with {len(answer.body)} bytes, which is no time")
    return answer.body


def _connected(place: SplitResult, within_s: float) -> socket.socket:
    host = place.hostname or ""
    if place.scheme == "https":
        return connect_to(host, place.port or 443, None, timeout_s=within_s, ca_key="[evidence] timestamps")
    return socket.create_connection((host, place.port or 80), timeout=within_s)
