"""The simulated appliances send syslog in the vendor's form, each from its own address; newer generations do so by TCP."""

from __future__ import annotations

import socket

import pytest

from flows.traces.syslog_message import ReceivedText, SyslogMessage, messages
from robot.domain.clocks import wall_clock
from robot.simulator.appliances.other_administrator import OtherAdministrator
from robot.simulator.appliances.pair import Addresses, Pair
from robot.simulator.domain.clock import Pace, RealClock
from robot.simulator.domain.journal import Journal
from robot.simulator.domain.names import Names
from robot.simulator.faults.knobs import Knobs
from robot.simulator.servers.syslog_sender import SyslogSender


def sent_by_b(generation: str, kind: socket.SocketKind, deed: str, parts: int) -> tuple[SyslogMessage, set[str]]:
    """What arrives when somebody does something on B, and from which addresses."""
    knobs = Knobs()
    knobs.change({"generation": generation})
    clock = RealClock()
    journal = Journal(clock)
    pair = Pair(Names(), knobs, Addresses("127.8.8.1", "127.8.8.2", "127.8.8.3", 443), clock, Pace(1), journal)
    with socket.socket(socket.AF_INET, kind) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(10)
        if kind == socket.SOCK_STREAM:
            server.listen(parts)
        journal.on_line = SyslogSender(pair, server.getsockname()[1]).send
        assert not OtherAdministrator(pair, "b").act(deed)
        texts: list[str] = []
        senders: set[str] = set()
        for _ in range(parts):
            if kind == socket.SOCK_STREAM:
                connection, (sender, _port) = server.accept()
                with connection:
                    data = connection.recv(4096)
                assert data.endswith(b"\n")
            else:
                data, (sender, _port) = server.recvfrom(4096)
            texts.append(data.decode().rstrip("\n"))
            senders.add(sender)
    (message,), other = messages(ReceivedText(wall_clock(), "b", text) for text in texts)
    assert other == []
    return message, senders


@pytest.mark.parametrize(("generation", "kind"), [("g1", socket.SOCK_DGRAM), ("g4", socket.SOCK_STREAM)])
def test_a_change_is_one_message_and_a_long_one_comes_in_parts(generation: str, kind: socket.SocketKind) -> None:
    message, senders = sent_by_b(generation, kind, "exchange-roles", 1)
    assert (message.value("event"), message.account, senders) == ("failover_roles_changed", "somebody", {"127.8.8.2"})
    assert ("when" in message.fields) == (generation == "g4")
    long, _ = sent_by_b(generation, kind, "add-user", 2)
    assert (long.value("event"), long.lacks, len([name for name in long.fields if name.startswith("new_")])) == (
        "user_added",
        0,
        60,
    )
    assert long.value("new_permissions:59") == "0;1=2"
