"""A ticket in Jira, by version 2 of its REST API, which Cloud and Data Center share."""

from __future__ import annotations

import json
import secrets as randomness
import shutil
import tempfile
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from robot.domain.errors import Refused
from robot.evidence.record.plain_json import object_in, objects, text_in
from robot.ticket.ticket_values import FileExport, NoteExport, TicketReading

if TYPE_CHECKING:
    from robot.ticket.ticket_client import TicketClient
    from robot.ticket.ticket_values import Export

_ISSUE = "/rest/api/2/issue"
_IN_MEMORY = 2**20
_PAGE, _PAGES = 100, 50
"""Comments of one answer, and how many answers are looked through."""


class JiraTicket:
    """One issue.

    Args:
        client: the system.
        ticket: its key.
    """

    def __init__(self, client: TicketClient, ticket: str) -> None:
        self._client, self._ticket = client, ticket

    @property
    def name(self) -> str:
        """The system and its host."""
        return f"jira {self._client.host}"

    @property
    def knows_it_again(self) -> bool:
        """Whether an export that is sent once more is known again: it is not."""
        return False

    def read(self) -> TicketReading:
        """Read the issue. One that was moved is found under the key that it has now."""
        status, issue = self._client.read(f"{_ISSUE}/{self._ticket}?{urlencode({'fields': 'status,attachment'})}")
        key, fields = text_in(issue, "key"), object_in(issue, "fields")
        if status == 404 or not key:
            raise Refused(
                f"{self._client.host} shows no {self._ticket} (404): correct [change] ticket, or [ticket]: who is not "
                "signed in, or may not see it, is told the same"
            )
        state = object_in(fields, "status")
        files = tuple(
            (text_in(each, "filename"), each["size"])
            for each in objects(fields.get("attachment"))
            if isinstance(each.get("size"), int)
        )
        is_over = text_in(object_in(state, "statusCategory"), "key") == "done"
        return TicketReading(key, key, tuple(filter(None, (text_in(state, "name"),))), is_over, files)

    def limit_bytes(self) -> int | None:
        """Return what Jira's own settings say."""
        _, told = self._client.read("/rest/api/2/attachment/meta")
        if told.get("enabled") is False:
            raise Refused(f"{self._client.host} takes no attachments at all: have them enabled, or attach without files")
        limit = told.get("uploadLimit")
        return limit if isinstance(limit, int) else None

    def holds(self, ticket: TicketReading, export: Export) -> bool | None:
        """Return whether the issue holds an export."""
        if isinstance(export, FileExport):
            return (export.name, export.size) in self.read().files
        for page in range(_PAGES):
            where = {"startAt": page * _PAGE, "maxResults": _PAGE, "orderBy": "-created"}
            _, document = self._client.read(f"{_ISSUE}/{ticket.identity}/comment?{urlencode(where)}")
            comments = objects(document.get("comments"))
            if any(export.reference in text_in(each, "body") for each in comments):
                return True
            total = document.get("total")
            if not comments or not isinstance(total, int) or total <= (page + 1) * _PAGE:
                return False
        return None

    def send(self, ticket: TicketReading, export: Export) -> None:
        """Attach a file, or add a comment, which Jira shows as it stands."""
        path = f"{_ISSUE}/{ticket.identity}"
        if isinstance(export, NoteExport):
            body = json.dumps({"body": f"{{noformat}}\n{export.text}\n{{noformat}}"}).encode()
            answer = self._client.send("POST", f"{path}/comment", {"Content-Type": "application/json"}, body, len(body))
            self._client.require_done(answer, "id")
            return
        boundary = f"failover-robot-{randomness.token_hex(16)}"
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{export.name}"\r\n'
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as whole:
            whole.write(f"{head}Content-Type: {export.content_type}\r\n\r\n".encode())
            with export.open() as stream:
                shutil.copyfileobj(stream, whole)
            whole.write(f"\r\n--{boundary}--\r\n".encode())
            length = whole.tell()
            whole.seek(0)
            headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "X-Atlassian-Token": "no-check"}
            self._client.require_done(self._client.send("POST", f"{path}/attachments", headers, whole, length), "filename")
