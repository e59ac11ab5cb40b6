"""Tell people at the turns of a run, and record which messages were delivered, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from robot.notification.delivery import Messenger
from robot.notification.message import Message, Turn
from robot.runs.evidence_log import now_utc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from robot.domain.waiting import Poller
    from robot.runs.evidence_log import EvidenceLog
    from robot.runs.store import RunState
    from robot.settings import Settings
    from robot.settings.secrets import Secrets


class Notifier:
    """Tells each turn of one run once, however often the run is resumed.

    Args:
        state: the run.
        settings: its pair file.
        secrets: the secrets; no message shows any of them.
        poller: how it pauses between two attempts.
    """

    def __init__(self, state: RunState, settings: Settings, secrets: Secrets, poller: Poller | None = None) -> None:
        self._state = state
        self._settings = settings
        self._messenger = Messenger(settings, secrets, poller)

    def __call__(
        self, record: EvidenceLog, turn: str, sentence: str, *, deadline: str = "", card: Sequence[Sequence[str]] | None = None
    ) -> None:
        """Tell people of a turn, unless this very sentence was sent before. A failure does not hold the run back.

        Args:
            record: the run's record; what became of the message is written there.
            turn: the value of a `Turn`.
            sentence: what has happened, for a person.
            deadline: until when something must be done, in words.
            card: the stop card's rows, label and text.
        """
        step = f"site-told-{turn.replace('_', '-')}"
        if self._settings.notify is None or any(line.values.get("sentence") == sentence for line in record.history.of_step(step)):
            return
        message = Message(
            run=self._state.name,
            ticket=self._settings.change.ticket,
            site=self._settings.site.hostname,
            turn=Turn(turn),
            utc=now_utc(),
            sentence=sentence,
            deadline=deadline,
            card=None if card is None else tuple((label, text) for label, text in card),
            rehearsal=bool(self._state.facts.get("rehearsal")),
        )
        deliveries = self._messenger.send(message)
        record.append(
            "note", step, unit="site", title=f"Message: {message.turn.headline}", text="; ".join(map(str, deliveries)),
            reading={"sentence": sentence, "delivered": [each.way for each in deliveries if each.delivered]},
        )  # fmt: skip
