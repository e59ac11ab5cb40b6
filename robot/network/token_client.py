"""Reads an appliance's web API: it is given a token for a client's own credentials (OAuth 2, RFC 6749 4.4), and asks with that.

Each request has a connection of its own, direct and with the trust of `tls`. No redirect is followed, so that nothing secret goes
elsewhere; nothing is asked twice; no answer is longer or slower than it may be, and none is ever quoted: it may hold anything.
"""

from __future__ import annotations

import base64
import http.client
import json
import re
import time
from typing import TYPE_CHECKING, Any, cast
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from robot.domain.errors import LoginRejected, Refused, Unreachable
from robot.network.https_exchange import AnswerTooLong, HttpsRequest, exchange
from robot.network.tls import bracketed, connect

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element

    from robot.network.tls import Endpoint

_LONGEST = 64 * 1024
"""Bytes of an answer, with its head."""
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{1,4096}={0,2}")
"""The form of a token (RFC 6750 2.1): nothing else may stand in a header."""
_WORD = re.compile(r"[a-z_]{1,40}")
"""The form of an error's code (RFC 6749 5.2)."""


class TokenClient:
    """One client of one appliance's API.

    Args:
        endpoint: the appliance, and what is trusted there.
        deadline_s: seconds for each request, from its first byte to its answer's last one.
    """

    def __init__(self, endpoint: Endpoint, *, deadline_s: float = 10) -> None:
        self._endpoint, self._deadline_s = endpoint, deadline_s

    def token(self, path: str, client_id: str, client_secret: str) -> str:
        """Return a token for a client's own credentials.

        Args:
            path: where tokens are given.
            client_id: the client's name.
            client_secret: its secret.

        Returns:
            The token, which is as secret as the secret.

        Raises:
            LoginRejected: the credentials are not accepted.
            Refused: there is another answer than a token; also `Untrusted` and `Unreachable`.
        """
        basic = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
        status, body = self._exchange("POST", path, headers, "grant_type=client_credentials")
        document = _json(body)
        if status in {400, 401}:
            word = document.get("error")
            code = f": {word}" if isinstance(word, str) and _WORD.fullmatch(word) else ""
            raise LoginRejected(f"{path} does not accept the client ID and the client secret ({status}{code})")
        _require_success(path, status)
        token = document.get("access_token")
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            raise Refused(f"{path} answers with no token")
        return token

    def read(self, path: str, token: str) -> Element:
        """Return the document of XML that stands at a path.

        Args:
            path: the path with its query, which only reads.
            token: what `token` returned.

        Raises:
            LoginRejected: the token does not open it.
            Refused: there is another answer than a document of XML, or one that declares a type; also `Untrusted` and
                `Unreachable`.
        """
        status, body = self._exchange("GET", path, {"Authorization": f"Bearer {token}"})
        if status in {401, 403}:
            raise LoginRejected(f"{path} is not open to this account ({status})")
        _require_success(path, status)
        try:
            return fromstring(body, forbid_dtd=True)
        except DefusedXmlException:
            raise Refused(f"{path} answers with XML that declares a type or entities of its own; it was not read") from None
        except (ParseError, ValueError, LookupError):  # the last two: an encoding that is none
            raise Refused(f"{path} answers with something that is no XML") from None

    def _exchange(self, method: str, path: str, headers: Mapping[str, str], body: str = "") -> tuple[int, bytes]:
        """Return the status and the body of an answer."""
        where, until = self._endpoint.address, time.monotonic() + self._deadline_s
        host, data = f"{bracketed(self._endpoint.host)}:{self._endpoint.port}", body.encode()
        with connect(self._endpoint, self._deadline_s) as tls:
            try:
                answer = exchange(tls, HttpsRequest(method, path, host, headers, data, len(data)), until=until, longest=_LONGEST)
            except AnswerTooLong:
                raise Refused(f"{path} on {where} answers with more than {_LONGEST // 1024} KiB, which was not read") from None
            except TimeoutError:
                raise Unreachable(f"{path} on {where} did not answer within {self._deadline_s:g} seconds") from None
            except (OSError, http.client.HTTPException) as error:
                raise Unreachable(f"{path} on {where} broke off its answer ({type(error).__name__})") from None
        return answer.status, answer.body


def _require_success(path: str, status: int) -> None:
    if 300 <= status < 400:
        raise Refused(f"{path} sends us elsewhere ({status}), and is not followed")
    if status == 429:
        raise Refused(f"{path} is asked too often (429)")
    if not 200 <= status < 300:
        raise Refused(f"{path} answers {status}")


def _json(body: bytes) -> dict[str, Any]:
    """Return an object of JSON; an empty one for anything else."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", document) if isinstance(document, dict) else {}
