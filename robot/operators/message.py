"""Messages at each turn of a run: told in every way that `[notify]` names, and never a reason to hold a run back."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from robot.domain.errors import Stop
from robot.domain.waiting import Patience, duration
from robot.operators.channels import Command, Mail, Undelivered, Webhook
from robot.settings.secrets import secret_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from robot.operators.channels import Way
    from robot.settings import Settings
    from robot.settings.secrets import Secrets

_PAUSES = (0.0, 2.0, 5.0)
"""Seconds before each attempt."""
_WITHIN = 60.0
"""Seconds for one message, in all its ways together."""
_KEPT = 300
"""Characters of what is said about a failure."""


class Turn(StrEnum):
    """The turns of a run at which people are told."""

    BEFORE_THE_START = "before_the_start"
    NO_FAILOVER_FROM_NOW = "no_failover_from_now"
    SWING_BEGINS = "swing_begins"
    SWING_DONE = "swing_done"
    NOBODY_SERVES = "nobody_serves"
    GATE = "gate"
    STOPPED = "stopped"
    EXPOSURE_50 = "exposure_50"
    EXPOSURE_90 = "exposure_90"
    EXPOSURE_100 = "exposure_100"
    PROTECTED_AGAIN = "protected_again"
    BACKED_OUT = "backed_out"

    @property
    def headline(self) -> str:
        """The turn in a few words, for the top of a phone's screen."""
        return _HEADLINES[self]


_HEADLINES = {
    Turn.BEFORE_THE_START: "About to start",
    Turn.NO_FAILOVER_FROM_NOW: "No failover from now on",
    Turn.SWING_BEGINS: "The swing begins",
    Turn.SWING_DONE: "The swing is done",
    Turn.NOBODY_SERVES: "NOBODY MAY BE SERVED",
    Turn.GATE: "A person is needed",
    Turn.STOPPED: "STOPPED",
    Turn.EXPOSURE_50: "No failover: 50 % of the time is over",
    Turn.EXPOSURE_90: "No failover: 90 % of the time is over",
    Turn.EXPOSURE_100: "No failover: the time is OVER",
    Turn.PROTECTED_AGAIN: "Failover protection is back",
    Turn.BACKED_OUT: "Backed out",
}


class Message(BaseModel):
    """What is told at one turn: plain enough for a script, short enough for a phone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: str
    ticket: str
    site: str
    turn: Turn
    utc: str
    sentence: str
    card: tuple[tuple[str, str], ...] | None = None
    deadline: str = ""
    rehearsal: bool = False

    @property
    def subject(self) -> str:
        """One line; what matters stands first, for a phone shows no more."""
        mark = "REHEARSAL: " if self.rehearsal else ""
        return " ".join(f"{mark}{self.turn.headline}: {self.site} ({self.ticket})".split())

    @property
    def text(self) -> str:
        """The message for a person: short paragraphs, without columns that a phone would tear apart."""
        parts = ["REHEARSAL: no real appliance is touched."] if self.rehearsal else []
        parts.append(self.sentence)
        parts += [f"UNTIL\n{self.deadline}"] if self.deadline else []
        parts += [f"{label.upper()}\n{said}" for label, said in self.card or ()]
        parts.append(f"{self.site}\n{self.ticket}, run {self.run}\nat {self.utc}")
        return "\n\n".join(parts) + "\n"

    def plain(self) -> dict[str, Any]:
        """Plain JSON for programs; `subject` and `text` spare them the wording (chat services take `text` as it is)."""
        return {**self.model_dump(mode="json"), "subject": self.subject, "text": self.text}

    def masked(self, mask: Callable[[str], str]) -> Message:
        """The same with every free text masked: a page may have said what nobody should read."""
        card = None if self.card is None else tuple((label, mask(said)) for label, said in self.card)
        return self.model_copy(update={"sentence": mask(self.sentence), "deadline": mask(self.deadline), "card": card})


@dataclass(frozen=True)
class Delivery:
    """What became of a message in one way; `said` tells why it was not delivered, without any secret."""

    way: str
    delivered: bool
    attempts: int
    said: str

    def __str__(self) -> str:
        times = f"{self.attempts} attempt{'' if self.attempts == 1 else 's'}"
        return f"told by {self.way} ({times})" if self.delivered else f"NOT told by {self.way} ({times}): {self.said}"


class Messenger:
    """Tells messages in every way that the pair file names; in none where it has no `[notify]`.

    Args:
        settings: the pair file.
        secrets: the mail server's password and the webhook's token are among them; none of them is ever told.
        patience: how it pauses between two attempts. An interruption ends the attempts, not the run.
        within: seconds after which `send` returns, whatever hangs.
    """

    def __init__(
        self, settings: Settings, secrets: Secrets, patience: Patience | None = None, *, within: float = _WITHIN
    ) -> None:
        self._ways = _ways(settings, secrets)
        self._mask = secrets.mask
        self._patience = patience or Patience()
        self._within = within

    def send(self, message: Message) -> list[Delivery]:
        """Tell a message in all ways at once, each up to three times. Never raises: what failed is in what it gives."""
        safe = message.masked(self._mask)
        attempts = [_Attempts(way, safe, self._patience, self._within) for way in self._ways]
        for each in attempts:
            each.start()
        until = time.monotonic() + self._within + 1
        for each in attempts:  # a thread of its own for each: one that hangs in a name server can only be left behind
            each.join(max(until - time.monotonic(), 0))
        return [each.so_far(self._mask) for each in attempts]


class _Attempts(threading.Thread):
    """One message in one way, tried up to three times; it dies with the process, which never waits for it."""

    def __init__(self, way: Way, message: Message, patience: Patience, within: float) -> None:
        super().__init__(name=way.name, daemon=True)
        self._way, self._message, self._patience, self._within = way, message, patience, within
        self._made = 0
        self._delivered = False
        self._said = f"still at it after {duration(within)}"

    def run(self) -> None:
        try:
            self._attempt()
        except Stop:
            self._said += "; not tried again, for the run is to stop"
        except Exception as fault:  # noqa: BLE001 - a message never holds a run back; only the kind is told: a text may quote a token
            self._said = f"a fault of the robot's own: {type(fault).__name__}"

    def so_far(self, mask: Callable[[str], str]) -> Delivery:
        """What has become of it by now."""
        said = "" if self._delivered else mask(" ".join(self._said.split()))[:_KEPT]
        return Delivery(self._way.name, self._delivered, self._made, said)

    def _attempt(self) -> None:
        until = self._patience.clock() + self._within
        for pause in _PAUSES:
            if self._made:
                if self._patience.clock() + pause >= until:
                    return
                self._patience.pause(pause)
            self._made += 1
            try:
                self._way.tell(self._message, until - self._patience.clock())
            except Undelivered as why:
                self._said = str(why)
                if not why.again:
                    return
            else:
                self._delivered = True
                return


def _ways(settings: Settings, secrets: Secrets) -> list[Way]:
    notify = settings.notify
    if notify is None:
        return []
    ways: list[Way] = []
    if notify.command:
        ways.append(Command(notify.command, settings.folder, _environment(settings, secrets)))
    if notify.smtp:
        ways.append(Mail(notify.smtp, settings.path, secrets.mail_password))
    if notify.webhook:
        ways.append(Webhook(notify.webhook, settings.path, secrets.webhook_token))
    return ways


def _environment(settings: Settings, secrets: Secrets) -> dict[str, str]:
    """This process's environment without anything secret: by name, and by value, for a shell may have copied it."""
    ours = {*secret_names(settings), "FAILOVER_ROBOT_DATABASE_URL"}
    return {name: value for name, value in os.environ.items() if name not in ours and secrets.mask(value) == value}
