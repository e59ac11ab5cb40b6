"""Listen to the syslog of two appliances: each message is kept with the time at which it arrived.

Whoever can reach the address can send. So only messages from the appliances' own addresses are kept, and all is bounded: how long
a message is, how many are kept, how many connections are open. UDP tells neither who has really sent nor what was lost.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, Final, Self

from robot.network.syslog.sockets import bound, plain_address
from robot.runs.evidence_log import now_utc

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

LONGEST: Final = 4096
"""Bytes of one message. What is longer is cut (UDP), or ends the connection (TCP)."""
MOST: Final = 20_000
"""Messages that are kept for one run."""
_CONNECTIONS: Final = 16
_STRANGERS: Final = 20
"""Addresses of other senders that are kept; of these, the messages are not."""


class SyslogListener:
    """Listens on one port, UDP and TCP, in a thread of its own.

    What it gives to `keep` is a JSON object with `event` and `utc`: `listening` (with `place`); `message` (with `unit`,
    `sender`, `text`); `stranger` (once for each `sender`); `lost` (`count` could not be kept); `full`, when no more is; `ended`.

    Args:
        place: host and port.
        senders: the unit, by each IP address from which its messages may come.
        keep: keeps one object; it may raise OSError, and is called by one thread at a time.
        kept: how many are kept already.
    """

    def __init__(
        self, place: tuple[str, int], senders: Mapping[str, str], keep: Callable[[dict[str, Any]], None], kept: int = 0
    ) -> None:
        self._place = place
        self._senders = {plain_address(address): unit for address, unit in senders.items()}
        self._keep = keep
        self._strangers: set[str] = set()
        self._connections = 0
        self._kept, self._lost = kept, 0
        self._thread = threading.Thread(target=self._listen, name="syslog", daemon=True)

    def __enter__(self) -> Self:
        """Begin to listen.

        Returns:
            Itself.

        Raises:
            UsageError: the address cannot be listened on.
        """
        self._sockets = bound(self._place, _CONNECTIONS)
        self._note("listening", place=f"{self._place[0]} port {self._place[1]}")
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with suppress(RuntimeError):  # the thread has ended by a fault of its own, which the line that it did not write tells
            self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(timeout=5)

    def _listen(self) -> None:
        asyncio.set_event_loop(self._loop)
        with closing(self._loop):
            self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        datagrams, streams = self._sockets
        transport, _ = await self._loop.create_datagram_endpoint(lambda: _Datagrams(self.hear), sock=datagrams)
        server = await asyncio.start_server(self._converse, sock=streams, limit=LONGEST)
        await self._ended.wait()
        self._note("ended")
        transport.close()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sender = str(writer.get_extra_info("peername")[0])
        self._connections += 1
        try:
            known = self._unit_of(sender) is not None and self._connections <= _CONNECTIONS
            while known and (message := await _next_message(reader)) is not None:
                self.hear(message, sender)
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # what is no syslog, or breaks off, ends its connection; what had come whole is kept
        finally:
            self._connections -= 1
            writer.close()

    def hear(self, message: bytes, sender: str) -> None:
        """Keep one message if it comes from an appliance's address.

        Args:
            message: its bytes.
            sender: the IP address from which it came.
        """
        unit = self._unit_of(sender)
        text = message[:LONGEST].decode("utf-8", "replace").strip("\r\n\0 ")
        if unit is None or not text or self._kept > MOST:
            return
        self._kept += 1
        if self._kept > MOST:
            self._note("full")
        else:
            self._note("message", unit=unit, sender=plain_address(sender), text=text)

    def _unit_of(self, sender: str) -> str | None:
        address = plain_address(sender)
        if address not in self._senders and address not in self._strangers and len(self._strangers) < _STRANGERS:
            self._strangers.add(address)
            self._note("stranger", sender=address)
        return self._senders.get(address)

    def _note(self, event: str, **more: Any) -> None:
        utc = now_utc()
        try:
            if self._lost:
                self._keep({"event": "lost", "utc": utc, "count": self._lost})
                self._lost = 0
            self._keep({"event": event, "utc": utc, **more})
        except OSError:  # a full disk: how many were lost is told as soon as there is room
            self._lost += 1


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, heard: Callable[[bytes, str], None]) -> None:
        self._heard = heard

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        self._heard(data, str(addr[0]))


async def _next_message(reader: asyncio.StreamReader) -> bytes | None:
    """Return the next message of a connection, counted or ended by a newline (RFC 6587); None at the end."""
    first = await reader.read(1)
    if not first:
        return None
    if first.isdigit():
        length = int(first + await reader.readuntil(b" "))
        if length > LONGEST:
            raise ValueError(length)
        return await reader.readexactly(length)
    try:
        return first + await reader.readuntil(b"\n")
    except asyncio.IncompleteReadError as end:
        return first + end.partial
