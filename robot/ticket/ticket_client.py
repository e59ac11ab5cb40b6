"""Asks a ticket system's API: one connection for each request, with credentials that go to its own host only.

No answer is ever quoted: it may hold anything. Rejected credentials are remembered, and not tried again until they change.
"""

from __future__ import annotations

import base64
import http.client
import json
import re
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import IO, TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from robot.domain.clocks import wall_clock
from robot.domain.errors import LoginRejected, Refused, Unreachable
from robot.domain.waiting import Poller
from robot.evidence.record.plain_json import objects
from robot.evidence.wording import duration
from robot.network.https_exchange import AnswerTooLong, HttpsRequest, connect_to, exchange
from robot.network.tls import bracketed
from robot.runs.login_memory import remember_rejected, was_rejected
from robot.ticket.ticket_values import NotYet, Unclear

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from robot.network.https_exchange import HttpsAnswer
    from robot.settings import Settings
    from robot.settings.secrets import Secrets
    from robot.settings.sections.ticket import TicketSettings

_LONGEST = 4 * 2**20
"""Bytes of an answer: a ticket with all its notes."""
_ASKED_S = 30.0
_SENT_BYTES_A_SECOND = 50_000
"""Seconds for an answer; a file has more, as if its line were as slow as this."""
_TIMES = 3
_PAUSE_S = 2.0
"""How often what only reads is asked, and how long between, where the system has asked for no other pause."""
LONGEST_PAUSE_S = 60.0
"""A system that asks for a longer pause is asked again by a person."""
_TOKEN = re.compile(r"[!-~]+")


@dataclass(frozen=True)
class TicketCredentials:
    """What the robot shows; empty if nothing.

    Attributes:
        header: the value of the Authorization header.
        parts: what is remembered, as a keyed digest, if it is rejected.
    """

    header: str = ""
    parts: tuple[str, ...] = ()


class TicketClient:
    """A ticket system as the pair file names it.

    Args:
        settings: `[ticket]`.
        ca_file: the CA to trust; the system's if `None`.
        credentials: what is shown.
        poller: how pauses are made.
        asked_s: seconds for an answer.
    """

    def __init__(
        self,
        settings: TicketSettings,
        ca_file: Path | None,
        credentials: TicketCredentials,
        poller: Poller,
        *,
        asked_s: float = _ASKED_S,
    ) -> None:
        self.settings, self.poller = settings, poller
        url = urlsplit(settings.address)
        self.host, self._port, self._base, self._query = url.hostname or "", url.port or 443, url.path.rstrip("/"), url.query
        self._ca_file, self._credentials, self._asked_s = ca_file, credentials, asked_s

    def read(self, path: str) -> tuple[int, dict[str, Any]]:
        """Read a JSON object; what is not answered is asked again a few times.

        Args:
            path: the path below the system's address, with its query.

        Returns:
            The status, 200 or 404, and the object; an empty one with 404.

        Raises:
            LoginRejected: the credentials are not accepted.
            Refused: it may not be read, or is no JSON; also `Untrusted`.
            Unreachable: it was not answered.
        """
        failed, pause_s = "", 0.0
        for _ in range(_TIMES):
            self.poller.pause(pause_s)
            try:
                answer = self._exchange("GET", path, {}, b"", 0)
                self._require_answer(answer)
            except NotYet as later:
                failed, pause_s = f"{later}; it wants to be asked again in {duration(later.after_s)}", later.after_s
                if pause_s > LONGEST_PAUSE_S:
                    break
            except (Unclear, Unreachable) as lost:
                failed, pause_s = str(lost), _PAUSE_S
            else:
                return (404, {}) if answer.status == 404 else (200, self.document(answer))
        raise Unreachable(failed)

    def send(
        self, method: str, path: str | None, headers: Mapping[str, str], body: bytes | IO[bytes], length: int
    ) -> HttpsAnswer:
        """Send something that has an effect, once.

        Args:
            method: POST or PATCH.
            path: the path below the system's address, with its query; None for the address itself.
            headers: further headers.
            body: what is sent.
            length: its bytes.

        Returns:
            The answer, with a status of success.

        Raises:
            Unclear: it is not known whether it was done.
            NotYet: it was not done, and may be done later.
            Refused: it was not done, and will not be; also `LoginRejected` and `Untrusted`.
        """
        try:
            answer = self._exchange(method, path, headers, body, length)
        except Unreachable as unreached:  # there was no connection: nothing was sent
            raise NotYet(str(unreached), _PAUSE_S) from None
        self._require_answer(answer)
        if answer.status == 404:
            raise Refused(f"{self.host} does not know the ticket any more (404)")
        return answer

    def document(self, answer: HttpsAnswer) -> dict[str, Any]:
        """Return an answer's JSON object.

        Raises:
            Refused: it is none.
        """
        try:
            document = json.loads(answer.body)
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            raise Refused(f"{self.host} answers with something that is no JSON object; check [ticket] system and address")
        return cast("dict[str, Any]", document)

    def require_done(self, answer: HttpsAnswer, name: str) -> None:
        """Require that an answer of success comes from the API itself, and from no page that stands before it.

        Args:
            answer: the answer to what has an effect.
            name: a key of the JSON object, or of each object of the list, with which the API answers.

        Raises:
            Unclear: it is another answer.
        """
        try:
            document = json.loads(answer.body)
        except (ValueError, RecursionError):
            document = None
        told = objects(cast("list[object]", document) if isinstance(document, list) else [document])
        if not told or not all(name in each for each in told):
            raise Unclear(f"{self.host} answers {answer.status} with something else than its API does")

    def _exchange(
        self, method: str, path: str | None, headers: Mapping[str, str], body: bytes | IO[bytes], length: int
    ) -> HttpsAnswer:
        shown = self._credentials
        if shown.parts and was_rejected(self.settings.address, *shown.parts):
            raise LoginRejected(
                f"{self.host} has rejected these credentials before; they are not tried again until they change: correct the "
                "variables that [ticket] names"
            )
        own = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "failover-robot", **headers}
        own |= {"Authorization": shown.header} if shown.header else {}
        target = f"{self._base}{path}" if path is not None else f"{self._base or '/'}{f'?{self._query}' if self._query else ''}"
        host = bracketed(self.host) if self._port == 443 else f"{bracketed(self.host)}:{self._port}"
        within_s = self._asked_s + length / _SENT_BYTES_A_SECOND
        until = time.monotonic() + within_s
        with connect_to(self.host, self._port, self._ca_file, timeout_s=self._asked_s, ca_key="ticket.ca_file") as tls:
            try:
                return exchange(tls, HttpsRequest(method, target, host, own, body, length), until=until, longest=_LONGEST)
            except AnswerTooLong:
                raise Unclear(f"{self.host} answers with more than {_LONGEST // 2**20} MiB, which was not read") from None
            except TimeoutError:
                raise Unclear(f"{self.host} did not answer within {within_s:.0f} seconds") from None
            except (OSError, http.client.HTTPException) as error:
                raise Unclear(f"{self.host} broke off its answer ({type(error).__name__})") from None

    def _require_answer(self, answer: HttpsAnswer) -> None:
        """Require a status of success, or 404."""
        status = answer.status
        if 200 <= status < 300 or status == 404:
            return
        if status == 401:
            if self._credentials.parts:
                remember_rejected(self.settings.address, *self._credentials.parts)
            raise LoginRejected(f"{self.host} does not accept the credentials of [ticket] (401); they are not tried again")
        if status == 403:
            captcha = ": it wants to see a person sign in first" if "captcha" in _denied(answer) else ""
            raise Refused(f"{self.host} does not let this account do that (403){captcha}; have its rights set")
        if 300 <= status < 400:
            raise Refused(f"{self.host} sends us elsewhere ({status}), and is not followed: correct [ticket] address")
        if status == 413:
            raise Refused(f"{self.host} takes no file of this size (413): have its limit raised, or attach without the pack")
        if status == 429:
            raise NotYet(f"{self.host} is asked too often (429)", _retry_after_s(answer))
        if status >= 500 or status == 408:
            raise Unclear(f"{self.host} answers {status}")
        raise Refused(f"{self.host} does not take what it is sent ({status}): check [ticket], and which kinds of files it takes")


def credentials_of(settings: TicketSettings, known: Secrets) -> TicketCredentials:
    """Return what the robot shows to a ticket system.

    Args:
        settings: `[ticket]`.
        known: the secrets.

    Raises:
        Refused: the token holds what no header can carry; also what the vault does not give.
    """
    if settings.token:
        token = known.of_ticket(settings.token).get_secret_value()
        if not _TOKEN.fullmatch(token):
            raise Refused(f"{settings.token} holds a letter that no header can carry: set it as the ticket system has given it")
        return TicketCredentials(f"Bearer {token}", (token,))
    if not (settings.username and settings.password):
        return TicketCredentials()
    password = known.of_ticket(settings.password).get_secret_value()
    basic = base64.b64encode(f"{settings.username}:{password}".encode()).decode()
    known.learn(basic, "the sign-in of the ticket system")
    return TicketCredentials(f"Basic {basic}", (settings.username, password))


def client_of(
    settings: Settings, ticket: TicketSettings, known: Secrets, poller: Poller | None = None, *, asked_s: float = _ASKED_S
) -> TicketClient:
    """Return the client of a ticket system.

    Args:
        settings: the pair file, for its folder.
        ticket: its `[ticket]`.
        known: the secrets.
        poller: how pauses are made; without anything that interrupts them if `None`.
        asked_s: seconds for an answer.

    Raises:
        Refused: a secret cannot be had or used.
    """
    ca_file = settings.path(ticket.ca_file) if ticket.ca_file else None
    return TicketClient(ticket, ca_file, credentials_of(ticket, known), poller or Poller(), asked_s=asked_s)


def _denied(answer: HttpsAnswer) -> str:
    return answer.headers.get("x-authentication-denied-reason", "").lower()


def _retry_after_s(answer: HttpsAnswer) -> float:
    """Return the pause that is asked for, in seconds (RFC 9110 10.2.3)."""
    told = answer.headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,6}", told):
        return float(told)
    try:
        return max((parsedate_to_datetime(told) - wall_clock()).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return _PAUSE_S
