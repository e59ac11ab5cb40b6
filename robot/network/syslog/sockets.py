"""Sockets and addresses of this machine, for messages by syslog."""

from __future__ import annotations

import ipaddress
import socket

from robot.domain.errors import UsageError


def bound(place: tuple[str, int], backlog: int) -> tuple[socket.socket, socket.socket]:
    """Bind one port for UDP and for TCP.

    Args:
        place: host and port.
        backlog: how many connections may wait to be accepted.

    Returns:
        The UDP socket, and the listening TCP socket; neither blocks.

    Raises:
        UsageError: the port cannot be had.
    """
    host, port = place
    opened: list[socket.socket] = []
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            opened.append(socket.socket(family, kind))
            if kind == socket.SOCK_STREAM:
                opened[-1].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            opened[-1].bind(address)
            opened[-1].setblocking(False)
        opened[1].listen(backlog)
    except OSError as error:
        for each in opened:
            each.close()
        raise UsageError(
            f"syslog cannot be listened to on {host} port {port} ({error.strerror}): in [evidence.syslog], give a free port of "
            "this machine, each pair its own; ports below 1024 need a privilege"
        ) from None
    return opened[0], opened[1]


def plain_address(text: str) -> str:
    """Return an IP address in its one spelling, an IPv4 address as that."""
    address = ipaddress.ip_address(text.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def address_towards(host: str, port: int) -> str:
    """Return the address that this machine has towards another one; nothing is sent.

    Args:
        host: a name or an IP address.
        port: any port.

    Returns:
        The IP address; "" if there is no way to it.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind) as probe:
            probe.connect(address)
            return plain_address(str(probe.getsockname()[0]))
    except OSError:
        return ""
