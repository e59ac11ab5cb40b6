"""Whether something on a picture is covered by a mask."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from PIL import Image, ImageColor

MASK_COLOUR: Final = "#26323f"


def is_covered(picture: Path, box: Mapping[str, float]) -> bool:
    """Tell whether every dot of a place on a picture has the colour of the masks.

    Args:
        picture: the picture's file.
        box: `x`, `y`, `width` and `height` of the place, in pixels.

    Returns:
        False too if the place is not on the picture.

    Raises:
        OSError: it cannot be read.
    """
    left, top = int(box["x"]), int(box["y"])
    with Image.open(picture) as opened:
        right, bottom = min(int(left + box["width"]), opened.width), min(int(top + box["height"]), opened.height)
        if left < 0 or top < 0 or right <= left or bottom <= top:
            return False
        colours = opened.crop((left, top, right, bottom)).convert("RGB").getcolors(1)
    return bool(colours) and colours[0][1] == ImageColor.getrgb(MASK_COLOUR)
