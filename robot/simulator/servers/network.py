"""Sockets: which appliance listens on which address, and how connections are cut.

Each listener is uvicorn's own HTTP protocol on a socket of ours, so that it can be opened and closed from one moment to
the next: closing resets every open connection at once, and afterwards the address refuses.
"""

import asyncio
import contextlib
import secrets
import socket
import ssl
import struct
from collections.abc import Callable
from typing import Any, cast

from starlette.types import ASGIApp
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from robot.simulator.appliances.appliance import Power
from robot.simulator.appliances.pair import Addresses, Pair
from robot.simulator.domain.names import UNITS, Unit, peer_of
from robot.simulator.faults.knobs import at
from robot.simulator.servers.certificates import Certificates

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER: on, 0 s


class NoAddress(Exception):  # noqa: N818 the house names an error for what happened
    """No three addresses of this machine have that port free."""


def find_addresses(port: int = 0) -> Addresses:
    """Find three random addresses of 127.0.0.0/8, not in 127.0.0.x, on which one port is free.

    Returns:
        The addresses, each with that port.

    Raises:
        NoAddress: when none were found.
    """
    for _ in range(200):
        candidate = port or 20000 + secrets.randbelow(12000)  # below the range that outgoing connections use
        second, third = 1 + secrets.randbelow(254), 1 + secrets.randbelow(254)
        hosts = [f"127.{second}.{third}.{last}" for last in secrets.SystemRandom().sample(range(10, 250), 3)]
        with contextlib.suppress(OSError), contextlib.ExitStack() as held:
            for host in hosts:
                held.enter_context(contextlib.closing(_listening(host, candidate)))
            return Addresses(hosts[0], hosts[1], hosts[2], candidate)
    raise NoAddress(f"No three addresses of 127.0.0.0/8 have port {port or 'any'} free.")


def _listening(host: str, port: int) -> socket.socket:
    """Open a socket that listens."""
    # asyncio switches Nagle's delay off only for sockets that say TCP themselves: else each page takes 40 ms more.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(100)
    except OSError:
        listening.close()
        raise
    listening.setblocking(False)
    return listening


class Listener:
    """One address that can listen or not."""

    def __init__(self, app: ASGIApp, host: str, port: int, context: ssl.SSLContext | None = None) -> None:
        self._where = host, port
        self._context = context
        self._config = Config(app, lifespan="off", log_config=None, access_log=False, server_header=False, timeout_keep_alive=60)
        self._config.load()
        self._state = ServerState()
        self._socket: socket.socket | None = None
        self._server: asyncio.Server | None = None
        self._starting: asyncio.Task[None] | None = None
        self._resetting = False

    @property
    def resetting(self) -> bool:
        """Whether it takes connections only to reset them."""
        return self._resetting

    @resetting.setter
    def resetting(self, resets: bool) -> None:
        self._resetting = resets
        if resets:
            self.reset()

    @property
    def open(self) -> bool:
        """Whether it takes connections."""
        return self._socket is not None

    @property
    def port(self) -> int:
        """The port really listened on."""
        return self._socket.getsockname()[1] if self._socket is not None else self._where[1]

    def start(self) -> None:
        """Start listening."""
        if self._socket is None:
            self._socket = _listening(*self._where)
            self._starting = asyncio.get_running_loop().create_task(self._serve(self._socket))

    def stop(self) -> None:
        """Reset every connection, and refuse new ones."""
        if self._socket is None:
            return
        if self._starting is not None:
            self._starting.cancel()
        if self._server is not None:
            self._server.close()
        self._socket.close()
        self._socket = self._server = self._starting = None
        self.reset()

    def reset(self) -> None:
        """Drop every connection."""
        for connection in list(self._state.connections):
            _reset(connection.transport)

    async def _serve(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Connection(self._config, self._state, lambda: self._socket is listening and not self._resetting),
            sock=listening,
            ssl=self._context,
        )


class _Connection(H11Protocol):
    """A connection that does not survive its listener, even if it was still shaking hands when that closed."""

    def __init__(self, config: Config, state: ServerState, still_wanted: Callable[[], bool]) -> None:
        super().__init__(config, state, cast("dict[str, Any]", {}))
        self._still_wanted = still_wanted

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] as uvicorn's own
        super().connection_made(transport)
        if not self._still_wanted():
            _reset(transport)


def _reset(transport: asyncio.Transport) -> None:
    """Drop a connection with a reset, as a machine does that goes down."""
    raw = transport.get_extra_info("socket")
    if raw is not None:
        with contextlib.suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()


class Network:
    """The pair's four listeners: each appliance on its own address, and each on the shared one while it holds it."""

    def __init__(self, pair: Pair, apps: dict[Unit, ASGIApp], certificates: Certificates) -> None:
        where, contexts = pair.addresses, certificates.contexts
        self._pair = pair
        self._apps, self._certificates = apps, certificates
        self._wrong: dict[tuple[Unit, str], Listener] = {}
        self._own = {unit: Listener(apps[unit], where.of(unit), where.port, contexts[unit]) for unit in UNITS}
        self._other = {unit: Listener(apps[unit], where.of(unit), where.port, certificates.others[unit]) for unit in UNITS}
        self._peer = {u: Listener(apps[peer_of(u)], where.of(u), where.port, contexts[peer_of(u)]) for u in UNITS}
        self._shared = {unit: Listener(apps[unit], where.shared, where.port, contexts[unit]) for unit in UNITS}

    def follow(self) -> None:
        """Listen where the state of the pair says so; close before opening."""
        wanted: dict[Listener, bool] = {}
        for unit in UNITS:
            knobs = self._pair.knobs
            refuses = self._pair.appliances[unit].power is Power.REFUSING or at(knobs.down, unit) or at(knobs.own_refuses, unit)
            for listener in self._at_its_own_address(unit):
                wanted[listener] = False
                listener.resetting = at(knobs.own_resets, unit)
            if not refuses:
                wanted[self._answering(unit)] = True
            wanted[self._shared[unit]] = self._pair.shared.holder == unit
        for listener, listens in wanted.items():
            if not listens:
                listener.stop()
        for listener, listens in wanted.items():
            if listens:
                listener.start()

    def _at_its_own_address(self, unit: Unit) -> list[Listener]:
        wrong = [listener for (whose, _), listener in self._wrong.items() if whose == unit]
        return [self._own[unit], self._other[unit], self._peer[unit], *wrong]

    def _answering(self, unit: Unit) -> Listener:
        """Return who answers at an appliance's own address."""
        knobs = self._pair.knobs
        if at(knobs.answers_as_peer, unit):
            return self._peer[unit]
        if knobs.certificate and at(knobs.certificate_at, unit):
            key: tuple[Unit, str] = (unit, knobs.certificate)
            if key not in self._wrong:
                context, where = self._certificates.wrong(unit, knobs.certificate), self._pair.addresses
                self._wrong[key] = Listener(self._apps[unit], where.of(unit), where.port, context)
                self._wrong[key].resetting = at(knobs.own_resets, unit)
            return self._wrong[key]
        return self._other[unit] if at(knobs.other_certificate, unit) else self._own[unit]

    def drop(self, unit: Unit) -> None:
        """Reset every connection to an appliance's own address, as when its network is configured anew."""
        for listener in self._at_its_own_address(unit):
            listener.reset()

    def stop(self) -> None:
        """Stop all listeners."""
        for listener in (
            *self._own.values(),
            *self._other.values(),
            *self._peer.values(),
            *self._shared.values(),
            *self._wrong.values(),
        ):
            listener.stop()
