"""Reads pictures as people do, by `tesseract` where it is installed, and finds secrets in what it may have misread."""

import math
import os
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image

PROGRAM: Final = "tesseract"
_LONGEST_S: Final = 60
_LARGER: Final = 2
"""Pages are written in letters of some ten dots, of which it reads few; twice as large it reads most."""
_ALIKE: Final = {
    ord(letter): alike
    for alike, letters in {"0": "oqd", "1": "|il!jt", "5": "$s", "2": "z", "8": "b&", "9": "g", "v": "uy", "c": "e("}.items()
    for letter in letters
}
"""What is told apart by a dot or two counts as one letter."""
_GRAM: Final = 4
_ENOUGH: Final = 0.7
"""So many of a secret's groups of letters must stand in their places for it to be seen."""
_SHORTEST: Final = 8
"""Letters. Of a shorter secret each must be read."""
_DRIFT: Final = 4
"""Letters by which a place may be off, as where one letter was read as two."""


def can_read() -> bool:
    """Return whether pictures can be read on this machine."""
    return shutil.which(PROGRAM) is not None


class Eyes:
    """Sees secrets in pictures.

    Args:
        secrets: the name of each, by its text.
    """

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._wanted = [(name, outline) for secret, name in secrets.items() if len(outline := outline_of(secret)) > _GRAM]

    def look_at(self, pictures: Iterable[Path], until: float = math.inf) -> Iterator[tuple[Path, set[str]]]:
        """Read pictures, as many at once as there are processors.

        Args:
            pictures: their files.
            until: by the monotonic clock: no picture is begun after it.

        Yields:
            Each picture that could be read, and the names of the secrets that it shows.
        """
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            for picture, names in pool.map(partial(self._seen_on, until), pictures):
                if names is not None:
                    yield picture, names

    def _seen_on(self, until: float, picture: Path) -> tuple[Path, set[str] | None]:
        try:
            return picture, self.seen_in(read_picture(picture)) if time.monotonic() < until else None
        except (OSError, ValueError, Image.DecompressionBombError):
            return picture, None

    def seen_in(self, text: str) -> set[str]:
        """Return which secrets stand in a text that was read off a picture, by their names."""
        outline = outline_of(text)
        places: dict[str, list[int]] = {}
        for place in range(len(outline) - _GRAM + 1):
            places.setdefault(outline[place : place + _GRAM], []).append(place)
        return {name for name, wanted in self._wanted if wanted in outline or _nearly(wanted, places)}


def outline_of(text: str) -> str:
    """Return a text by the outlines of its letters and figures: what is easily misread is one and the same."""
    return "".join(filter(str.isalnum, text.casefold().replace("rn", "m").replace("vv", "w").translate(_ALIKE)))


def _nearly(wanted: str, places: Mapping[str, list[int]]) -> bool:
    """Return whether most groups of a secret's letters stand about where they would stand in it."""
    if len(wanted) < _SHORTEST:
        return False
    groups = [wanted[at : at + _GRAM] for at in range(len(wanted) - _GRAM + 1)]
    begins: Counter[int] = Counter()
    for at, group in enumerate(groups):
        for begin in {(place - at) // _DRIFT for place in places.get(group, ())}:
            begins[begin] += 1
    return any(number + begins.get(begin + 1, 0) >= _ENOUGH * len(groups) for begin, number in begins.items())


def read_picture(picture: Path) -> str:
    """Return the text that stands in a picture.

    Raises:
        OSError: it cannot be read.
    """
    stream = BytesIO()
    with Image.open(picture) as image:
        larger = (image.width * _LARGER, image.height * _LARGER)
        image.convert("L").transform(larger, Image.Transform.EXTENT, (0, 0, *image.size), Image.Resampling.BICUBIC).save(
            stream, "PPM"
        )
    try:
        done = subprocess.run(
            [PROGRAM, "stdin", "stdout", "--psm", "11"], input=stream.getvalue(), capture_output=True, check=True,
            timeout=_LONGEST_S, env={"PATH": os.environ.get("PATH", os.defpath), "OMP_THREAD_LIMIT": "1"},  # no secret of ours
        )  # fmt: skip
    except subprocess.SubprocessError as failed:
        raise OSError(f"{PROGRAM} could not read {picture.name}: {type(failed).__name__}") from None
    return done.stdout.decode(errors="replace")
