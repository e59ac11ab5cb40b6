"""Deliver messages over every channel that `[notify]` names. A failure never holds a run back."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from robot.domain.errors import Refused, Stop
from robot.domain.masking import Masking
from robot.domain.waiting import Poller
from robot.evidence.wording import duration
from robot.notification.channels import CommandChannel, MailChannel, Undelivered, WebhookChannel

if TYPE_CHECKING:
    from collections.abc import Callable

    from robot.notification.channels import Channel
    from robot.notification.message import Message
    from robot.settings import Settings
    from robot.settings.secrets import Secrets

_PAUSES = (0.0, 2.0, 5.0)
"""Seconds before each attempt."""
_WITHIN = 60.0
"""Seconds for one message, over all channels together."""
_KEPT = 300
"""Characters of the text about a failure that are kept."""


@dataclass(frozen=True)
class Delivery:
    """What became of a message on one channel.

    Attributes:
        way: the channel's name.
        delivered: whether it was delivered.
        attempts: how many were made.
        said: why it was not delivered, without any secret; "" if it was.
    """

    way: str
    delivered: bool
    attempts: int
    said: str

    def __str__(self) -> str:
        times = f"{self.attempts} attempt{'' if self.attempts == 1 else 's'}"
        return f"told by {self.way} ({times})" if self.delivered else f"NOT told by {self.way} ({times}): {self.said}"


class Messenger:
    """Sends messages over every channel that the pair file names; over none if it has no `[notify]`.

    Args:
        settings: the pair file.
        secrets: the mail server's password and the webhook's token are among them; no message shows any of them.
        poller: how it pauses between two attempts. An interruption ends the attempts, not the run.
        within: seconds after which `send` returns, whatever hangs.
    """

    def __init__(self, settings: Settings, secrets: Secrets, poller: Poller | None = None, *, within: float = _WITHIN) -> None:
        self._channels = _channels(settings, secrets)
        self._secrets, self._mask = secrets, Masking(secrets.texts())
        self._poller = poller or Poller()
        self._within = within

    def send(self, message: Message) -> list[Delivery]:
        """Send a message over all channels at once, each with up to three attempts. It never raises; the result shows failures.

        Returns:
            What became of it, one for each channel.
        """
        safe = message.masked(self._mask)
        attempts = [_Attempts(channel, safe, self._poller, self._within) for channel in self._channels]
        for each in attempts:
            each.start()
        until = time.monotonic() + self._within + 1
        for each in attempts:  # a thread for each: one that hangs in the look-up of a name can only be abandoned
            each.join(max(until - time.monotonic(), 0))
        self._secrets.give_back_what_messages_need()
        return [each.so_far(self._mask) for each in attempts]


class _Attempts(threading.Thread):
    """One message on one channel, tried up to three times. The thread ends with the process, which does not wait for it."""

    def __init__(self, channel: Channel, message: Message, poller: Poller, within: float) -> None:
        super().__init__(name=channel.name, daemon=True)
        self._channel, self._message, self._poller, self._within = channel, message, poller, within
        self._made = 0
        self._delivered = False
        self._said = f"still at it after {duration(within)}"

    def run(self) -> None:
        try:
            self._attempt()
        except Stop:
            self._said += "; not tried again, for the run is to stop"
        except Exception as fault:  # noqa: BLE001 - a message never holds a run back; only the kind is kept: a text may quote a token
            self._said = f"a fault of the robot's own: {type(fault).__name__}"

    def so_far(self, mask: Callable[[str], str]) -> Delivery:
        """Return what has become of it so far."""
        reason = "" if self._delivered else mask(" ".join(self._said.split()))[:_KEPT]
        return Delivery(self._channel.name, self._delivered, self._made, reason)

    def _attempt(self) -> None:
        until = self._poller.clock() + self._within
        for pause in _PAUSES:
            if self._made:
                if self._poller.clock() + pause >= until:
                    return
                self._poller.pause(pause)
            self._made += 1
            try:
                self._channel.tell(self._message, until - self._poller.clock())
            except Undelivered as why:
                self._said = str(why)
                if not why.again:
                    return
            except Refused as refused:  # the vault does not lend what the channel needs
                self._said = str(refused)
                return
            else:
                self._delivered = True
                return


def _channels(settings: Settings, secrets: Secrets) -> list[Channel]:
    notify = settings.notify
    if notify is None:
        return []
    channels: list[Channel] = []
    if notify.command:
        channels.append(CommandChannel(notify.command, settings.folder))
    if notify.smtp:
        channels.append(MailChannel(notify.smtp, settings.path, lambda: secrets.mail_password))
    if notify.webhook:
        channels.append(WebhookChannel(notify.webhook, settings.path, lambda: secrets.webhook_token))
    return channels
