"""A ticket in ServiceNow, by its Table API and its Attachment API."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from robot.domain.errors import Refused
from robot.evidence.record.plain_json import object_in, objects, text_in
from robot.ticket.ticket_values import FileExport, NoteExport, TicketReading

if TYPE_CHECKING:
    from robot.ticket.ticket_client import TicketClient
    from robot.ticket.ticket_values import Export

_IDENTITY = re.compile(r"[0-9a-f]{32}")
_MOST = 100
"""Attachments of one name that are looked at."""


class ServiceNowTicket:
    """One record of a table, such as a change request.

    Args:
        client: the system.
        ticket: its number.
    """

    def __init__(self, client: TicketClient, ticket: str) -> None:
        self._client, self._ticket, self._table = client, ticket, f"/api/now/table/{client.settings.table}"

    @property
    def name(self) -> str:
        """The system and its host."""
        return f"servicenow {self._client.host}"

    @property
    def knows_it_again(self) -> bool:
        """Whether an export that is sent once more is known again: it is not."""
        return False

    def read(self) -> TicketReading:
        """Read the record. A query that a system does not understand is left out by it, so the number is compared here."""
        fields = {"sysparm_fields": "sys_id,number,state,active,approval", "sysparm_display_value": "all"}
        _, document = self._client.read(
            f"{self._table}?{urlencode({'sysparm_query': f'number={self._ticket}', **fields, 'sysparm_limit': 2})}"
        )
        found = [each for each in objects(document.get("result")) if _value(each, "number").casefold() == self._ticket.casefold()]
        if not found:
            raise Refused(
                f"{self._client.host} shows no {self._ticket} in {self._client.settings.table}: correct [change] ticket, or let "
                "this account read it"
            )
        record = found[0]
        if len(found) > 1 or not _IDENTITY.fullmatch(identity := _value(record, "sys_id")):
            raise Refused(
                f"{self._client.host} does not show one {self._ticket} in {self._client.settings.table}, but several or none"
            )
        state = object_in(record, "state")
        return TicketReading(
            key=self._ticket, identity=identity,
            states=tuple(filter(None, (text_in(state, "display_value"), _value(record, "state")))),
            is_over=_value(record, "active") == "false" or _value(record, "approval") == "rejected",
        )  # fmt: skip

    def limit_bytes(self) -> int | None:
        """Return None: ServiceNow tells nobody but its administrators."""
        return None

    def holds(self, ticket: TicketReading, export: Export) -> bool | None:
        """Return whether the record holds an export; None if no notes are shown: to whom they are hidden they look like none."""
        if isinstance(export, FileExport):
            query = f"table_sys_id={ticket.identity}^file_name={export.name}"
            _, document = self._client.read(f"/api/now/attachment?{urlencode({'sysparm_query': query, 'sysparm_limit': _MOST})}")
            return any(_is_same(each, ticket, export) for each in objects(document.get("result")))
        fields = {"sysparm_fields": "work_notes", "sysparm_display_value": "true"}
        _, document = self._client.read(f"{self._table}/{ticket.identity}?{urlencode(fields)}")
        notes = object_in(document, "result").get("work_notes")
        return export.reference in notes if isinstance(notes, str) and notes else None

    def send(self, ticket: TicketReading, export: Export) -> None:
        """Attach a file, or add a work note."""
        if isinstance(export, NoteExport):
            body = json.dumps({"work_notes": export.text}).encode()
            path = f"{self._table}/{ticket.identity}?{urlencode({'sysparm_fields': 'number'})}"
            answer = self._client.send("PATCH", path, {"Content-Type": "application/json"}, body, len(body))
            self._client.require_done(answer, "result")
            return
        where = {"table_name": self._client.settings.table, "table_sys_id": ticket.identity, "file_name": export.name}
        with export.open() as stream:
            answer = self._client.send(
                "POST", f"/api/now/attachment/file?{urlencode(where)}", {"Content-Type": export.content_type}, stream, export.size
            )
        self._client.require_done(answer, "result")
        kept = text_in(object_in(self._client.document(answer), "result"), "size_bytes")
        if kept and kept != str(export.size):
            raise Refused(f"{self._client.host} has kept {kept} of the {export.size} bytes of {export.name}: remove it there")


def _value(record: dict[str, Any], name: str) -> str:
    return text_in(object_in(record, name), "value")


def _is_same(attachment: dict[str, Any], ticket: TicketReading, export: FileExport) -> bool:
    """Return whether this attachment is the file: by record, name and size, and by its digest where the system tells it."""
    told = text_in(attachment, "hash")
    return (
        text_in(attachment, "table_sys_id") == ticket.identity
        and text_in(attachment, "file_name") == export.name
        and str(attachment.get("size_bytes")) == str(export.size)
        and (len(told) != len(export.sha256) or told == export.sha256)
    )
