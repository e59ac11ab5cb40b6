"""A ticket behind a webhook of the user's: each export is one signed POST of JSON, by the Standard Webhooks specification.

It cannot be asked for anything. Each export has one `webhook-id` in every call, by which the receiver takes it once.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import tempfile
from typing import IO, TYPE_CHECKING

from robot.domain.clocks import wall_clock
from robot.domain.errors import Refused
from robot.ticket.ticket_values import NoteExport, TicketReading

if TYPE_CHECKING:
    from robot.ticket.ticket_client import TicketClient
    from robot.ticket.ticket_values import Export

_IN_MEMORY = 2**20
_PIECE = 57 * 1024
"""Bytes that are written as base64 at a time: a multiple of three, so that the pieces are one whole."""


class WebhookTicket:
    """A ticket at somebody's own receiver.

    Args:
        client: the receiver.
        ticket: the ticket.
        run: the run that is told of.
        signing_key: by which the receiver proves who posts; "" for none.
    """

    def __init__(self, client: TicketClient, ticket: str, run: str, signing_key: str) -> None:
        self._client, self._ticket, self._run = client, ticket, run
        self._key = _key_of(signing_key)

    @property
    def name(self) -> str:
        """The system and its host: the rest of such an address is often as good as a password."""
        return f"webhook {self._client.host}"

    @property
    def knows_it_again(self) -> bool:
        """Whether an export that is sent once more is known again: by its `webhook-id`."""
        return True

    def read(self) -> TicketReading:
        """Return what is known: the ticket's key."""
        return TicketReading(self._ticket, self._ticket)

    def limit_bytes(self) -> int | None:
        """Return None: it cannot be asked."""
        return None

    def holds(self, ticket: TicketReading, export: Export) -> bool | None:  # noqa: ARG002 - as any ticket system
        """Return None: it cannot be asked."""
        return None

    def send(self, ticket: TicketReading, export: Export) -> None:
        """Post an export."""
        told = {"ticket": ticket.key, "run": self._run, "name": export.name, "sha256": export.sha256, "bytes": export.size}
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as whole:
            if isinstance(export, NoteExport):
                whole.write(json.dumps({"type": "run.note", "data": {**told, "text": export.text}}).encode())
            else:
                event = {"type": "run.file", "data": {**told, "content_type": export.content_type, "content_base64": ""}}
                head, tail = json.dumps(event).encode().rsplit(b'""', 1)
                whole.write(head + b'"')
                with export.open() as stream:
                    while piece := stream.read(_PIECE):
                        whole.write(base64.b64encode(piece))
                whole.write(b'"' + tail)
            length = whole.tell()
            headers = {"Content-Type": "application/json", **self._proof(export, whole)}
            whole.seek(0)
            self._client.send("POST", None, headers, whole, length)

    def _proof(self, export: Export, whole: IO[bytes]) -> dict[str, str]:
        """Return the headers by which the receiver knows the event, and who has posted it."""
        identity = f"msg_{hashlib.sha256(f'{self._run}/{export.name}/{export.sha256}'.encode()).hexdigest()[:32]}"
        moment = str(int(wall_clock().timestamp()))
        headers = {"webhook-id": identity, "webhook-timestamp": moment}
        if self._key:
            mac = hmac.new(self._key, f"{identity}.{moment}.".encode(), hashlib.sha256)
            whole.seek(0)
            while piece := whole.read(_PIECE):
                mac.update(piece)
            headers["webhook-signature"] = f"v1,{base64.b64encode(mac.digest()).decode()}"
        return headers


def _key_of(text: str) -> bytes:
    """Return the key: what stands in base64 behind "whsec_", or else the text itself."""
    if not text.startswith("whsec_"):
        return text.encode()
    try:
        return base64.b64decode(text.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise Refused("[ticket] signing_key: behind whsec_ there is no base64") from None
