"""The two kinds of picture that a run keeps, as the browser gives them: PNG, and WebP without loss."""

from collections.abc import Callable
from typing import Final

from robot.evidence.pictures import png, webp

_FAULTS: Final[dict[str, Callable[[bytes], str | None]]] = {".png": png.fault_of, ".webp": webp.fault_of}


def is_picture(name: str) -> bool:
    """Return whether a file is a picture by the ending of its name."""
    return name.endswith(tuple(_FAULTS))


def fault_of(name: str, data: bytes) -> str | None:
    """Return what is wrong with a file that is a picture by its name, in a few words; None if it is a whole one of its kind."""
    return next((check(data) for ending, check in _FAULTS.items() if name.endswith(ending)), "its name is not that of a picture")


def ending_of(data: bytes) -> str:
    """Return the ending for the name of a picture: "png" or "webp".

    Raises:
        ValueError: it begins as neither kind does.
    """
    if data.startswith(png.SIGNATURE):
        return "png"
    if webp.is_one(data):
        return "webp"
    raise ValueError("neither PNG nor WebP")
