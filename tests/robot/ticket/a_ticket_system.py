"""Ticket systems over real TLS on loopback, which answer as the public API documents say, and fail where a test wants it."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import os
import re
import signal
import socket
import ssl
import struct
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import HTTP
from functools import cache
from pathlib import Path
from typing import IO, Any, ClassVar, cast
from urllib.parse import parse_qs, urlsplit

from a_tls_server import AUTHORITY, Issued, Wanted, served

TICKET, USER, PASSWORD = "CHG0031337", "failover.robot", "t1cket-pa55word!"
SYS_ID = "1c741bd70b2322007518478d83673af3"
SIGNING_KEY = "whsec_" + base64.b64encode(b"a key of the receiver's own").decode()
BASIC = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
_PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>"
_RESET = struct.pack("ii", 1, 0)


@dataclass
class Call:
    """One request."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.target).query).items()}

    @property
    def has_effect(self) -> bool:
        return self.method != "GET"


@dataclass(frozen=True)
class Fault:
    """What befalls one call: its name says what, before or after the effect.

    Attributes:
        name: one of those that `TicketServer` knows.
        at: which call it is: "effect" or "read".
        skip: how many such calls pass first.
        header: a further header of the answer.
    """

    name: str
    at: str = "effect"
    skip: int = 0
    header: str = ""


@dataclass
class TicketServer:
    """It runs; what it holds is the truth about what was done, and how often."""

    port: int = 0
    ca_file: Path = Path()
    calls: list[Call] = field(default_factory=list[Call])
    files: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    notes: list[str] = field(default_factory=list[str])
    faults: list[Fault] = field(default_factory=list[Fault])
    state: str = "Implement"
    is_over: bool = False
    shows_notes: bool = True
    limit: int | None = None
    accepts: str = BASIC
    kill: int = 0

    system: ClassVar[str] = ""

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def effects(self) -> list[Call]:
        return [call for call in self.calls if call.has_effect]

    @property
    def names(self) -> list[str]:
        return [each["name"] for each in self.files]

    def answer(self, call: Call) -> tuple[int, Any]:
        """The status and the document for a call whose credentials are accepted."""
        raise NotImplementedError

    def keep(self, name: str, data: bytes, kind: str) -> dict[str, Any]:
        """Keep a file, as many times as it is sent."""
        kept = {"name": name, "data": data, "kind": kind, "sha256": hashlib.sha256(data).hexdigest()}
        self.files.append(kept)
        return kept

    def serve(self, tls: ssl.SSLSocket) -> None:
        """Answer one call."""
        with tls.makefile("rb") as stream:
            self._serve(tls, stream)

    def _serve(self, tls: ssl.SSLSocket, stream: IO[bytes]) -> None:
        lines = iter(stream.readline, b"\r\n")
        if not (first := next(lines)):
            return None  # it has given up before it has asked
        method, target, _ = first.decode().split()
        pairs = (line.decode().strip().split(": ", 1) for line in lines)
        call = Call(method, target, {name.lower(): value for name, value in pairs})
        length = int(call.headers.get("content-length", "0"))
        fault = self._next_fault(call)
        if fault.name in {"reset at once", "413 at once"}:
            self.calls.append(call)
            if "reset" in fault.name:
                return self._end(tls, b"")
            tls.sendall(_response(413, {}))
            stream.read(length)  # what is not read would end the connection before the answer has come
            return None
        call.body = stream.read(length // 2 if fault.name == "reset in the middle" else length)
        self.calls.append(call)
        if fault.name in {"reset in the middle", "reset before"}:
            return self._end(tls, b"")
        if fault.name == "page before":
            return self._end(tls, _PAGE)
        if re.fullmatch(r"\d{3}", fault.name):
            headers = [fault.header] if fault.header else []
            return self._end(tls, _response(int(fault.name), {"error": {"message": f"no, {call.headers}"}}, *headers))
        status, document = self._judged(call)
        whole = _response(status, document)
        self._befall(tls, fault, whole)
        return None

    def _befall(self, tls: ssl.SSLSocket, fault: Fault, whole: bytes) -> None:
        """Send the answer of a call that has had its effect, or what befalls it."""
        match fault.name.split():
            case ["killed", "after"]:
                os.kill(self.kill, signal.SIGKILL)
            case ["reset", "after"]:
                self._end(tls, b"")
            case ["half", "after"]:
                self._end(tls, whole[: len(whole) - 3])
            case [status, "after"]:
                self._end(tls, _response(int(status), {}))
            case ["html"]:
                tls.sendall(_PAGE)
            case ["slow" | "drip" | "huge" as word]:
                _send_badly(tls, word, whole)
            case _:
                tls.sendall(whole)

    def _judged(self, call: Call) -> tuple[int, Any]:
        if self.accepts and call.headers.get("authorization") != self.accepts:
            return 401, {"error": {"message": "User Not Authenticated"}}
        return self.answer(call)

    def _next_fault(self, call: Call) -> Fault:
        at = "effect" if call.has_effect else "read"
        for number, fault in enumerate(self.faults):
            if fault.at == at:
                del self.faults[number]
                if not fault.skip:
                    return fault
                self.faults.insert(number, Fault(fault.name, fault.at, fault.skip - 1, fault.header))
                return Fault("none")
        return Fault("none")

    @staticmethod
    def _end(tls: ssl.SSLSocket, last: bytes) -> None:
        if last:
            tls.sendall(last)
            with contextlib.suppress(OSError):
                tls.unwrap()
        else:
            tls.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        tls.close()


class ServiceNow(TicketServer):
    """The Table API and the Attachment API."""

    system = "servicenow"

    def answer(self, call: Call) -> tuple[int, Any]:
        if call.method == "GET" and call.path == "/api/now/table/change_request":
            wanted = call.query["sysparm_query"]
            return 200, {"result": [self._record()] if wanted == f"number={TICKET}" else []}
        if call.path == f"/api/now/table/change_request/{SYS_ID}":
            if call.method == "PATCH":
                self.notes.append(json.loads(call.body)["work_notes"])
                return 200, {"result": {"number": TICKET}}
            notes = [*reversed(self.notes), "Discussed by the change board."] if self.shows_notes else []
            return 200, {"result": {"work_notes": "\n\n".join(f"2026-11-30 - Robot (Work notes)\n{note}" for note in notes)}}
        if call.path == "/api/now/attachment/file" and call.method == "POST":
            assert (call.query["table_name"], call.query["table_sys_id"]) == ("change_request", SYS_ID)
            kept = self.keep(call.query["file_name"], call.body, call.headers["content-type"])
            return 201, {"result": self._attachment(kept)}
        if call.path == "/api/now/attachment":
            table, name = call.query["sysparm_query"].split("^")
            assert table == f"table_sys_id={SYS_ID}"
            return 200, {"result": [self._attachment(each) for each in self.files if f"file_name={each['name']}" == name]}
        return 404, {"error": {"message": "No Record found"}, "status": "failure"}

    def _record(self) -> dict[str, Any]:
        def shown(display: str, value: str) -> dict[str, str]:
            return {"display_value": display, "value": value}

        return {
            "sys_id": shown(SYS_ID, SYS_ID), "number": shown(TICKET, TICKET), "state": shown(self.state, "-1"),
            "active": shown("", str(not self.is_over).lower()), "approval": shown("Approved", "approved"),
        }  # fmt: skip

    @staticmethod
    def _attachment(kept: dict[str, Any]) -> dict[str, str]:
        return {
            "sys_id": "41f9dad09783111084d57e121153af94", "table_name": "change_request", "table_sys_id": SYS_ID,
            "file_name": kept["name"], "size_bytes": str(len(kept["data"])), "hash": kept["sha256"], "state": "pending",
        }  # fmt: skip


class Jira(TicketServer):
    """Version 2 of the REST API."""

    system = "jira"

    def answer(self, call: Call) -> tuple[int, Any]:
        issue = f"/rest/api/2/issue/{TICKET}"
        if call.path == "/rest/api/2/attachment/meta":
            return 200, {"enabled": True, "uploadLimit": self.limit or 10485760}
        if call.path == issue:
            attached = [{"id": str(n), "filename": each["name"], "size": len(each["data"])} for n, each in enumerate(self.files)]
            category = {"key": "done" if self.is_over else "indeterminate"}
            return 200, {
                "key": TICKET,
                "fields": {"status": {"name": self.state, "statusCategory": category}, "attachment": attached},
            }
        if call.path == f"{issue}/comment" and call.method == "POST":
            self.notes.append(json.loads(call.body)["body"])
            return 201, {"id": "10000"}
        if call.path == f"{issue}/comment":
            begin, most = int(call.query["startAt"]), int(call.query["maxResults"])
            page = list(reversed(self.notes))[begin : begin + most]
            return 200, {"startAt": begin, "total": len(self.notes), "comments": [{"body": body} for body in page]}
        if call.path == f"{issue}/attachments":
            if call.headers.get("x-atlassian-token") != "no-check":
                return 403, "XSRF check failed"
            if self.limit and len(call.body) > self.limit:
                return 413, {"errorMessages": ["too large"]}
            part = _only_part(call)
            data = cast("bytes", part.get_payload(decode=True))
            kept = self.keep(str(part.get_filename()), data, part.get_content_type())
            return 200, [{"filename": kept["name"], "size": len(data)}]
        return 404, {"errorMessages": ["Issue does not exist or you do not have permission to see it."]}


class Webhook(TicketServer):
    """A receiver that takes each `webhook-id` once, and only what is signed with its key."""

    system = "webhook"

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.accepts = ""
        self.known: set[str] = set()

    def answer(self, call: Call) -> tuple[int, Any]:
        identity, moment = call.headers["webhook-id"], call.headers["webhook-timestamp"]
        mac = hmac.new(
            base64.b64decode(SIGNING_KEY.removeprefix("whsec_")), f"{identity}.{moment}.".encode() + call.body, "sha256"
        )
        if (
            call.headers["webhook-signature"] != f"v1,{base64.b64encode(mac.digest()).decode()}"
            or abs(time.time() - int(moment)) > 300
        ):
            return 401, {}
        if identity not in self.known:
            self.known.add(identity)
            event = json.loads(call.body)
            assert event["data"]["ticket"] == TICKET
            if event["type"] == "run.note":
                self.notes.append(event["data"]["text"])
            else:
                data = base64.b64decode(event["data"]["content_base64"], validate=True)
                assert (hashlib.sha256(data).hexdigest(), len(data)) == (event["data"]["sha256"], event["data"]["bytes"])
                self.keep(event["data"]["name"], data, event["data"]["content_type"])
        return 202, {}


SYSTEMS = {each.system: each for each in (ServiceNow, Jira, Webhook)}


def _send_badly(tls: ssl.SSLSocket, word: str, whole: bytes) -> None:
    """Send an answer late, or byte by byte, or one without end."""
    if word == "slow":
        time.sleep(1.0)
        tls.sendall(whole)
    for byte in whole if word == "drip" else b"":
        tls.sendall(bytes([byte]))
        time.sleep(0.05)
    if word == "huge":
        tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")
        while True:
            tls.sendall(b" " * 65536)


def _only_part(call: Call) -> Any:
    """The one part of a multipart form, whose name must be "file"."""
    whole = message_from_bytes(f"Content-Type: {call.headers['content-type']}\r\n\r\n".encode() + call.body, policy=HTTP)
    (part,) = whole.iter_parts()  # pyright: ignore[reportAttributeAccessIssue]
    assert part.get_param("name", header="content-disposition") == "file"
    return part


def _response(status: int, document: Any, *headers: str) -> bytes:
    body = json.dumps(document).encode()
    head = [f"HTTP/1.1 {status} Something", "Content-Type: application/json", *headers, f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, "", ""]).encode() + body


@cache
def _certificates() -> tuple[Issued, Issued]:
    authority = AUTHORITY.issued_by(None)
    return authority, Wanted(names=("127.0.0.1",), common_name="tickets").issued_by(authority)


@contextlib.contextmanager
def a_ticket_system(kind: str, folder: Path, **given: Any) -> Generator[TicketServer]:
    """Serve a ticket system; its CA is `ticket-ca.pem` in the folder."""
    authority, shown = _certificates()
    (folder / "ticket-ca.pem").write_bytes(authority.pem)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = SYSTEMS[kind](port=listening.getsockname()[1], ca_file=folder / "ticket-ca.pem", **given)
        with served(listening, shown, server.serve, file=folder / "ticket.pem"):
            yield server


def ticket_section(server: TicketServer, **more: str) -> str:
    """`[ticket]` of a pair file for this system."""
    keys = {"system": server.system, "address": server.address, "ca_file": "ticket-ca.pem"}
    own = {"signing_key": "TICKET_KEY"} if server.system == "webhook" else {"username": USER, "password": "TICKET_PASSWORD"}
    rows = "".join(f"{name} = {json.dumps(value)}\n" for name, value in {**keys, **own, **more}.items())
    return f"\n[ticket]\n{rows}"
