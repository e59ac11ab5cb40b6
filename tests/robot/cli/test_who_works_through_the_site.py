"""Whoever works through the site is cut off by the swing: a connection to it is found, whichever way it goes."""

from __future__ import annotations

import socket
from collections.abc import Generator
from contextlib import closing, contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from robot.cli import doctor
from robot.domain.errors import Refused


@contextmanager
def connected(family: socket.AddressFamily, address: str) -> Generator[None]:
    """A connection of this machine, to an address of its own."""
    with closing(socket.socket(family)) as listener, closing(socket.socket(family)) as client:
        listener.bind((address, 0))
        listener.listen()
        client.connect((address, listener.getsockname()[1]))
        accepted, _ = listener.accept()
        with closing(accepted):
            yield


def site(shared_ip: str | None, hostname: str = "site.invalid") -> Any:
    """As much of a pair file as says where the site is."""
    return SimpleNamespace(swing=SimpleNamespace(shared_ip=shared_ip), site=SimpleNamespace(hostname=hostname))


@pytest.mark.parametrize(
    ("family", "address", "shared_ip"),
    [
        (socket.AF_INET, "127.7.7.7", "127.7.7.7"),
        (socket.AF_INET6, "::ffff:127.7.7.7", "127.7.7.7"),
        (socket.AF_INET6, "::1", "::1"),
    ],
    ids=["IPv4", "IPv4 by a socket of IPv6", "IPv6"],
)
def test_a_connection_to_the_site_is_found_over_either_protocol(
    family: socket.AddressFamily, address: str, shared_ip: str
) -> None:
    with connected(family, address), pytest.raises(Refused, match="the swing cuts you off") as refused:
        doctor.not_through_the_site(site(shared_ip))
    assert f"({shared_ip})" in str(refused.value)


def test_so_is_one_to_what_the_sites_name_leads_to() -> None:
    with connected(socket.AF_INET, "127.0.0.1"), pytest.raises(Refused, match=r"127\.0\.0\.1"):
        doctor.not_through_the_site(site(None, "localhost"))


def test_a_connection_to_anybody_else_is_nobodys_business() -> None:
    with connected(socket.AF_INET, "127.7.7.8"):
        assert "no connection" in doctor.not_through_the_site(site("127.7.7.9"))
