"""How far this machine's clock may be from true time, as its kernel estimates it: adjtimex(2), which is only asked here."""

from __future__ import annotations

import ctypes
import sys
from typing import Any, Final

_UNKNOWN: Final = {"offset_ms": None, "error_ms": None, "source": "unknown"}
_UNSYNCHRONISED: Final = 0x0040
_NANOSECONDS: Final = 0x2000


class _Timex(ctypes.Structure):
    """The beginning of `struct timex`, with room for what follows."""

    _fields_ = (
        ("modes", ctypes.c_uint), ("offset", ctypes.c_long), ("freq", ctypes.c_long), ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long), ("status", ctypes.c_int), ("rest", ctypes.c_byte * 256),
    )  # fmt: skip


def clock_estimate() -> dict[str, Any]:
    """Return what the kernel says of its clock; it is asked, and nothing is set.

    Returns:
        `offset_ms`, by how much the clock is still to be corrected; `error_ms`, by how much it may be wrong at most; `source`:
        "synchronised" or "not synchronised" by a time service, else "unknown". Where nothing is known the numbers are None.
    """
    if sys.platform != "linux":
        return dict(_UNKNOWN)
    timex = _Timex()
    try:
        answered = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(timex))
    except (OSError, AttributeError):  # another C library
        return dict(_UNKNOWN)
    if answered < 0:  # as in a container that may not ask
        return dict(_UNKNOWN)
    if timex.status & _UNSYNCHRONISED:  # then its numbers mean nothing
        return {"offset_ms": None, "error_ms": None, "source": "not synchronised"}
    parts = 1e6 if timex.status & _NANOSECONDS else 1e3
    return {"offset_ms": round(timex.offset / parts, 3), "error_ms": round(timex.maxerror / 1e3, 3), "source": "synchronised"}
