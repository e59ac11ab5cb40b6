"""Three channels for messages: a command, a mail, a webhook. Each tries once, in bounded time, and says why it failed."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import smtplib
import ssl
import subprocess
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from robot import __version__
from robot.evidence.wording import duration
from robot.network.commands import run_to_end

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pydantic import SecretStr

    from robot.notification.message import Message
    from robot.settings.sections import notify

_COMMAND = 30.0
"""Seconds for a command."""
_ANSWER = 10.0
"""Seconds for each answer of a server."""
_LATER = frozenset({408, 425, 429})
"""HTTP statuses below 500 after which another attempt may succeed."""


class Undelivered(Exception):  # noqa: N818 - house rule: an error is named for what happened
    """One attempt failed; its text says why.

    Attributes:
        again: whether another attempt may succeed. With a refused password or an unknown certificate none does.
    """

    def __init__(self, reason: str, *, again: bool) -> None:
        super().__init__(reason)
        self.again = again


class Channel(Protocol):
    """One way to send a message."""

    @property
    def name(self) -> str:
        """Its kind and where it leads to, for the record: "smtp mail.example.com"."""
        ...

    def tell(self, message: Message, within: float) -> None:
        """Send a message once.

        Args:
            message: the message.
            within: seconds after which the attempt is given up, roughly.

        Raises:
            Undelivered: it was not delivered, or not to everybody.
        """
        ...


@dataclass(frozen=True)
class CommandChannel:
    """A program of the user's, run without a shell in the pair file's folder; the message is JSON on its stdin."""

    words: tuple[str, ...]
    folder: Path

    @property
    def name(self) -> str:
        """The kind and the first word of the command: the others may be confidential."""
        return f"command {self.words[0]}"

    def tell(self, message: Message, within: float) -> None:
        """Run the command; the message is delivered if it ends with 0."""
        at_most = min(within, _COMMAND)
        stdin = json.dumps(message.plain(), ensure_ascii=False).encode()
        try:
            done = run_to_end(self.words, folder=self.folder, deadline=at_most, stdin=stdin)
        except OSError as error:
            raise Undelivered(f"it cannot be run: {error.strerror}; correct [notify] command", again=False) from error
        except subprocess.TimeoutExpired:
            raise Undelivered(f"it did not end within {duration(at_most)}", again=True) from None
        if done.exit:
            raise Undelivered(f"it ended with {done.exit}: {done.last_line}", again=True)


@dataclass(frozen=True)
class MailChannel:
    """A mail through the user's server. Its certificate is checked; if STARTTLS is configured, nothing is sent without it."""

    by: notify.MailSettings
    path: Callable[[Path], Path] = field(repr=False)
    password: Callable[[], SecretStr | None] = field(repr=False, default=lambda: None)

    @property
    def name(self) -> str:
        """The kind and the server."""
        return f"smtp {self.by.server}"

    def tell(self, message: Message, within: float) -> None:
        """Send the mail; it is delivered if the server has accepted it for every recipient."""
        try:
            refused = self._send(self._compose(message), min(within, _ANSWER))
        except smtplib.SMTPAuthenticationError as error:  # the server's answer may repeat the password
            raise Undelivered(f"it does not accept username and password ({error.smtp_code})", again=False) from error
        except UnicodeError:
            raise Undelivered("its username or password holds a letter that a mail login cannot carry", again=False) from None
        except smtplib.SMTPRecipientsRefused as error:
            raise Undelivered(_rejections(error.recipients), again=_is_temporary(error.recipients)) from error
        except smtplib.SMTPResponseException as error:
            raise Undelivered(
                f"it answered {error.smtp_code} {_decode(error.smtp_error)}", again=error.smtp_code < 500
            ) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Undelivered(f"{error} Correct notify.smtp", again=False) from error
        except ssl.SSLCertVerificationError as error:
            raise Undelivered(_distrust(error, "notify.smtp"), again=False) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Undelivered(_reason(error), again=True) from error
        if refused:  # not tried again: the other recipients would get it twice
            raise Undelivered(f"{_rejections(refused)}; the others are told", again=False)

    def _send(self, mail: EmailMessage, timeout: float) -> dict[str, tuple[int, bytes]]:
        context = _ssl_context(self.by.ca_file, self.path)
        if self.by.tls == "tls":
            smtp = smtplib.SMTP_SSL(self.by.server, self.by.port, timeout=timeout, context=context)
        else:
            smtp = smtplib.SMTP(self.by.server, self.by.port, timeout=timeout)
        try:
            if self.by.tls == "starttls":
                smtp.starttls(context=context)
            if self.by.username and (password := self.password()):
                smtp.login(self.by.username, password.get_secret_value())
            refused = smtp.send_message(mail, self.by.sender, self.by.to)
            with contextlib.suppress(smtplib.SMTPException, OSError):  # it has the mail: a failure afterwards does not matter
                smtp.quit()
            return refused
        finally:
            smtp.close()

    def _compose(self, message: Message) -> EmailMessage:
        """Return the mail. Its Message-ID is the same at each attempt, so that a mail accepted twice is shown once."""
        mail = EmailMessage(SMTP)
        mail["From"] = self.by.sender
        mail["To"] = ", ".join(self.by.to)
        mail["Subject"] = message.subject
        mail["Date"] = format_datetime(datetime.fromisoformat(message.utc))
        moment, domain = re.sub(r"\D", "", message.utc), self.by.sender.rpartition("@")[2]
        mail["Message-ID"] = f"<{message.run}.{message.turn}.{moment}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text, cte="quoted-printable")
        return mail


@dataclass(frozen=True)
class WebhookChannel:
    """A POST of JSON.

    It uses `http.client` on purpose, which follows no redirect, so that the token goes nowhere else. It also uses no proxy:
    the environment's is ignored here as everywhere in the robot, so that there is one rule to remember. Whoever needs a
    proxy configures a `command`, such as curl, and names the proxy in it.
    """

    to: notify.WebhookSettings
    path: Callable[[Path], Path] = field(repr=False)
    token: Callable[[], SecretStr | None] = field(repr=False, default=lambda: None)

    @property
    def name(self) -> str:
        """The kind and the host: the rest of such an address is often as good as a password."""
        return f"webhook {urlsplit(self.to.url).hostname}"

    def tell(self, message: Message, within: float) -> None:
        """Post the message; it is delivered if the status is 2xx."""
        url = urlsplit(self.to.url)
        headers = {"Content-Type": "application/json", "User-Agent": f"failover-robot/{__version__}"}
        if token := self.token():
            headers["Authorization"] = f"Bearer {token.get_secret_value()}"
        target = (url.path or "/") + (f"?{url.query}" if url.query else "")
        body = json.dumps(message.plain(), ensure_ascii=False).encode()
        try:
            context = _ssl_context(self.to.ca_file, self.path)
            connection = http.client.HTTPSConnection(url.hostname or "", url.port, timeout=min(within, _ANSWER), context=context)
            with contextlib.closing(connection):
                connection.request("POST", target, body, headers)
                status = connection.getresponse().status
        except ssl.SSLCertVerificationError as error:
            raise Undelivered(_distrust(error, "notify.webhook"), again=False) from error
        except (http.client.HTTPException, OSError) as error:
            raise Undelivered(_reason(error), again=True) from error
        except ValueError:  # the error's text would quote the token
            raise Undelivered("its token holds a letter that a header cannot carry", again=False) from None
        if 300 <= status < 400:
            raise Undelivered(f"it sends us elsewhere ({status}), and is not followed: correct notify.webhook.url", again=False)
        if not 200 <= status < 300:
            raise Undelivered(f"it answered {status}", again=status >= 500 or status in _LATER)


def _ssl_context(ca_file: Path | None, path: Callable[[Path], Path]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(path(ca_file)) if ca_file else None)


def _distrust(error: ssl.SSLCertVerificationError, place: str) -> str:
    return f"its certificate is not to be trusted: {error.verify_message}; correct {place}, there is no way to ignore it"


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else "") or str(error) or type(error).__name__


def _decode(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer


def _rejections(refused: Mapping[str, tuple[int, bytes]]) -> str:
    return "; ".join(f"it takes nothing for {address} ({code} {_decode(answer)})" for address, (code, answer) in refused.items())


def _is_temporary(refused: Mapping[str, tuple[int, bytes]]) -> bool:
    return all(code < 500 for code, _ in refused.values())
