"""What is remembered across runs about sign-ins, as keyed digests: no secret is stored.

A rejected password is not tried again until it changes; a code of a second factor is used once per account.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

from robot.runs.store import machine_key, state_folder, write_private

if TYPE_CHECKING:
    from collections.abc import Generator


def keyed_digest(*parts: str) -> str:
    """Return a digest that shows only whether two texts are the same: HMAC-SHA-256 with this machine's own key, in hex."""
    return hmac.new(machine_key(), "\0".join(parts).encode(), hashlib.sha256).hexdigest()


def was_rejected(*credentials: str) -> bool:
    """Return whether exactly this account and password have been rejected before."""
    with _stored("rejected.json") as rejected:
        return keyed_digest(*credentials) in rejected


def remember_rejected(*credentials: str) -> None:
    """Remember that these were rejected, so that they are not tried again."""
    with _stored("rejected.json") as rejected:
        rejected[keyed_digest(*credentials)] = 1


def spend_code(seed: str, counter: int) -> bool:
    """Mark the code of one time step as used; return `False` if this or a later one was used already, by any process."""
    with _stored("codes.json") as counters:
        key = keyed_digest("totp", seed)
        if counters.get(key, -1) >= counter:
            return False
        counters[key] = counter
        return True


@contextmanager
def _stored(name: str) -> Generator[dict[str, int]]:
    path = state_folder() / name
    with (state_folder() / f"{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = path.read_text(encoding="utf-8") if path.exists() else "{}"
        stored: dict[str, int] = json.loads(before)
        yield stored
        if (after := json.dumps(stored)) != before:
            write_private(path, after)
