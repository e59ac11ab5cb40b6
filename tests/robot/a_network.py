"""Networks of a test's own (Linux network namespaces): nothing of this machine's network is touched, all is gone afterwards."""

import contextlib
import ctypes
import os
import shutil
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest

_CLONE_NEWNET = 0x40000000
_HERE = Path("/proc/thread-self/ns/net")
_libc = ctypes.CDLL(None, use_errno=True)


def ip(*words: str) -> None:
    """Run `ip` in the network that the thread is in."""
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


def require(*tools: str) -> None:
    """Skip, saying what is missing."""
    if missing := [tool for tool in tools if not shutil.which(tool)]:
        pytest.skip(f"not installed here, or not in PATH: {', '.join(missing)}")


class Network:
    """A network namespace, which lives as long as this is open."""

    def __init__(self) -> None:
        require("ip")
        with _back_afterwards():
            if _libc.unshare(_CLONE_NEWNET):
                pytest.skip(
                    f"no network of its own may be made here ({os.strerror(ctypes.get_errno())}): only root may, as a rule"
                )
            self.handle = os.open(_HERE, os.O_RDONLY)
            ip("link", "set", "lo", "up")

    @property
    def path(self) -> str:
        """How another process of this machine may name it."""
        return f"/proc/{os.getpid()}/fd/{self.handle}"

    @contextlib.contextmanager
    def inside(self) -> Generator[None]:
        """Be in it: sockets opened and processes started by this thread belong there."""
        with _back_afterwards():
            _enter(self.handle)
            yield

    def close(self) -> None:
        """Let it go."""
        os.close(self.handle)


@contextlib.contextmanager
def networks(count: int) -> Generator[list[Network]]:
    """Make some networks, and let them go."""
    with contextlib.ExitStack() as held:
        yield [held.enter_context(contextlib.closing(Network())) for _ in range(count)]


@contextlib.contextmanager
def _back_afterwards() -> Generator[None]:
    here = os.open(_HERE, os.O_RDONLY)
    inode = os.fstat(here).st_ino
    try:
        yield
    finally:
        if _HERE.stat().st_ino != inode:  # who may not leave may not come back either
            _enter(here)
        os.close(here)


def _enter(handle: int) -> None:
    if _libc.setns(handle, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")
