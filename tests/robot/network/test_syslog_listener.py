"""The listener for syslog, by real datagrams and connections: only the appliances are heard, and nobody can fill this machine."""

from __future__ import annotations

import errno
import os
import socket
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest

from robot.domain.errors import UsageError
from robot.network.syslog import listener
from robot.network.syslog.listener import LONGEST, SyslogListener
from robot.network.syslog.sockets import address_towards, plain_address

A, B, STRANGER = "127.41.7.1", "127.41.7.2", "127.41.7.3"
SENDERS = {A: "a", B: "b"}


@pytest.fixture
def place() -> tuple[str, int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return "127.0.0.1", free.getsockname()[1]


@dataclass
class Kept:
    """What was kept, and whether there is room."""

    lines: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    is_full: bool = False

    def __call__(self, line: dict[str, Any]) -> None:
        if self.is_full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.lines.append(line)

    def of(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["event"] == event]

    def wait(self, number: int, event: str = "message") -> list[dict[str, Any]]:
        """The lines of one kind, as soon as there are so many."""
        deadline = time.monotonic() + 10
        while len(found := self.of(event)) < number and time.monotonic() < deadline:
            time.sleep(0.01)
        return found


@pytest.fixture
def kept() -> Kept:
    return Kept()


def by_udp(place: tuple[str, int], sender: str, *messages: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sending:
        sending.bind((sender, 0))
        for message in messages:
            sending.sendto(message, place)


def by_tcp(place: tuple[str, int], sender: str, data: bytes) -> None:
    with socket.socket() as sending:
        sending.bind((sender, 0))
        sending.connect(place)
        sending.sendall(data)


def test_what_both_appliances_send_is_kept_with_the_time_of_its_arrival(place: tuple[str, int], kept: Kept) -> None:
    with SyslogListener(place, SENDERS, kept):
        by_udp(place, A, b"<134>one")
        kept.wait(1)
        by_tcp(place, B, "<134>zwölf\n<134>three\n".encode())
        found = kept.wait(3)
    assert [(line["unit"], line["sender"], line["text"]) for line in found] == [
        ("a", A, "<134>one"), ("b", B, "<134>zwölf"), ("b", B, "<134>three"),
    ]  # fmt: skip
    assert [line["utc"] for line in found] == sorted(line["utc"] for line in found)
    assert len(kept.of("listening")) == len(kept.of("ended")) == 1


def test_counted_messages_of_a_connection_and_one_without_an_end_are_kept_too(place: tuple[str, int], kept: Kept) -> None:
    with SyslogListener(place, SENDERS, kept):
        by_tcp(place, A, b"9 <134>o\nne12 <134>counted<134>unended")
        assert [line["text"] for line in kept.wait(3)] == ["<134>o\nne", "<134>counted", "<134>unended"]


def test_a_stranger_is_named_once_and_not_heard(place: tuple[str, int], kept: Kept) -> None:
    with SyslogListener(place, SENDERS, kept):
        by_udp(place, STRANGER, b"<134>no", b"<134>no")
        by_tcp(place, STRANGER, b"<134>no\n")
        kept.wait(1, "stranger")
        by_udp(place, A, b"<134>yes")
        assert [line["text"] for line in kept.wait(1)] == ["<134>yes"]
    assert [line["sender"] for line in kept.of("stranger")] == [STRANGER]


def test_a_message_that_is_too_long_is_cut_or_ends_its_connection_and_others_go_on(place: tuple[str, int], kept: Kept) -> None:
    with SyslogListener(place, SENDERS, kept):
        by_udp(place, A, b"x" * 20_000)
        assert [len(line["text"]) for line in kept.wait(1)] == [LONGEST]
        by_tcp(place, A, b"y" * 1_000_000)
        by_tcp(place, A, b"99999999 <134>")
        by_tcp(place, A, b"9" * 100_000)
        by_tcp(place, B, b"<134>whole\n")
        assert [line["text"] for line in kept.wait(2)[1:]] == ["<134>whole"]


def test_when_enough_is_kept_that_is_told_once_and_a_later_process_goes_on_counting(
    place: tuple[str, int], kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "MOST", 3)
    for already in (0, 4):
        with SyslogListener(place, SENDERS, kept, already):
            by_udp(place, A, *[b"<134>more"] * 4)
            kept.wait(1, "full")
            time.sleep(0.1)
    assert len(kept.of("message")) == 3
    assert len(kept.of("full")) == 1


def test_only_so_many_connections_are_open_at_once(place: tuple[str, int], kept: Kept) -> None:
    with SyslogListener(place, SENDERS, kept), ExitStack() as held:
        for _ in range(16):
            idle = held.enter_context(socket.socket())
            idle.bind((A, 0))
            idle.connect(place)
        time.sleep(0.3)
        with socket.socket() as late:
            late.bind((B, 0))
            late.settimeout(5)
            late.connect(place)
            assert late.recv(1) == b"", "the next one is closed"
        by_udp(place, B, b"<134>by the other way")
        assert len(kept.wait(1)) == 1


def test_what_could_not_be_kept_is_counted_as_soon_as_there_is_room(place: tuple[str, int], kept: Kept) -> None:
    with SyslogListener(place, SENDERS, kept) as listening:
        kept.is_full = True
        listening.hear(b"<134>lost", A)
        listening.hear(b"<134>lost", A)
        kept.is_full = False
        listening.hear(b"<134>kept", A)
    assert [line["count"] for line in kept.of("lost")] == [2]
    assert [line["text"] for line in kept.of("message")] == ["<134>kept"]


def test_a_port_that_another_run_listens_on_is_refused_in_one_sentence(place: tuple[str, int], kept: Kept) -> None:
    with (
        SyslogListener(place, SENDERS, kept),
        pytest.raises(UsageError, match=r"cannot be listened to on 127\.0\.0\.1 port \d+ .*give a free port"),
        SyslogListener(place, SENDERS, kept),
    ):
        pass
    with SyslogListener(place, SENDERS, kept):
        by_udp(place, A, b"<134>it is free again")
        assert len(kept.wait(1)) == 1


def test_addresses_are_compared_in_one_spelling() -> None:
    assert plain_address("::ffff:192.0.2.1") == "192.0.2.1"
    assert plain_address("2001:DB8::1") == "2001:db8::1"
    assert plain_address("fe80::1%eth0") == "fe80::1"
    assert address_towards("127.0.0.1", 443) == "127.0.0.1"
    assert address_towards("no-such-host.invalid", 443) == ""
