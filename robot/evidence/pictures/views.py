"""What of a picture is worth showing: where its page stands, and where two pictures differ. The pictures stay as they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageChops, UnidentifiedImageError

from robot.evidence.pictures.png import fault_of
from robot.evidence.record import chain

UNREADABLE: Final = (UnidentifiedImageError, OSError, Image.DecompressionBombError, ValueError)
_MARGIN: Final = 16
_TILE: Final = 16
_AROUND: Final = 4
"""Pixels between what differs and its mark."""
_MOST_PLACES: Final = 12
_REMEMBERED: Final = 4096
"""What was found in so many pictures is remembered: the report is made at a run's end, and again when it is sealed."""
_ANOTHER_PAGE: Final = 0.5
"""The share of a page from which on it is another page: to mark everything marks nothing."""


@dataclass(frozen=True)
class PictureArea:
    """A rectangle on a picture, in its pixels."""

    x: int
    y: int
    width: int
    height: int

    def around(self, *others: "PictureArea") -> "PictureArea":
        """Return the smallest box that holds this one and others."""
        boxes = (self, *others)
        x, y = min(box.x for box in boxes), min(box.y for box in boxes)
        right, bottom = max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)
        return PictureArea(x, y, right - x, bottom - y)

    def grown(self, by: int, width: int, height: int) -> "PictureArea":
        """Return it larger on each side, as far as a picture of this size reaches."""
        x, y = min(max(0, self.x - by), width), min(max(0, self.y - by), height)
        right, bottom = min(width, self.x + self.width + by), min(height, self.y + self.height + by)
        return PictureArea(x, y, max(0, right - x), max(0, bottom - y))


@dataclass(frozen=True)
class PictureView:
    """One picture: its size in pixels, and the part without the empty page around it."""

    width: int
    height: int
    content: PictureArea


@dataclass(frozen=True)
class PictureDifference:
    """How two pictures differ: the places, and whether so much that they show two pages; then no place is named."""

    places: tuple[PictureArea, ...]
    another_page: bool


def view_of(path: Path) -> PictureView | None:
    """Return what of a picture is shown; None if it is missing, a link, or no whole picture."""
    return _view(path, _digest(path))


def difference(before: Path, after: Path) -> PictureDifference | None:
    """Return where two pictures differ; None if one cannot be read."""
    return _difference(before, after, _digest(before), _digest(after))


@lru_cache(_REMEMBERED)
def _view(path: Path, _: str) -> PictureView | None:
    image = _opened(path)
    return image and PictureView(image.width, image.height, _content(image))


@lru_cache(_REMEMBERED)
def _difference(before: Path, after: Path, *_: str) -> PictureDifference | None:
    first, second = _opened(before), _opened(after)
    if first is None or second is None:
        return None
    size = (max(first.width, second.width), max(first.height, second.height))
    page = _content(first).around(_content(second))
    red, green, blue = ImageChops.difference(_on_canvas(first, size), _on_canvas(second, size)).split()
    mask = _whitened(ImageChops.lighter(ImageChops.lighter(red, green), blue))
    tiles = _tiles(mask, _TILE)
    if len(tiles) * _TILE * _TILE > _ANOTHER_PAGE * page.width * page.height:
        return PictureDifference((), another_page=True)
    tile, places = _TILE, _places(tiles, _TILE, size)
    while len(places) > _MOST_PLACES:
        tile *= 2
        places = _places(_tiles(mask, tile), tile, size)
    return PictureDifference(places, another_page=False)


def _digest(path: Path) -> str:
    """Return a file's digest, by which it is known whether it was looked at before; "" if it cannot be read."""
    try:
        return chain.file_digest(path)
    except OSError:
        return ""


def _opened(path: Path) -> Image.Image | None:
    try:
        if path.is_symlink() or fault_of(path.read_bytes()):
            return None
        with Image.open(path) as opened:
            return opened.convert("RGB")
    except UNREADABLE:
        return None


def _content(image: Image.Image) -> PictureArea:
    """Return the part of a page without its margins: what differs from its lower right corner."""
    ground = Image.new("RGB", image.size, image.getpixel((image.width - 1, image.height - 1)))
    left, top, right, bottom = ImageChops.difference(image, ground).getbbox() or (0, 0, *image.size)
    return PictureArea(left, top, right - left, bottom - top).grown(_MARGIN, *image.size)


def _on_canvas(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    if image.size == size:
        return image
    canvas = Image.new("RGB", size, image.getpixel((image.width - 1, image.height - 1)))
    canvas.paste(image)
    return canvas


def _whitened(mask: Image.Image) -> Image.Image:
    """Return it with every pixel that is not black made white."""
    return ImageChops.add(mask, mask, scale=1 / 255)


def _tiles(mask: Image.Image, tile: int) -> set[tuple[int, int]]:
    """Return the tiles, by column and row, in which any pixel differs."""
    while tile > 1:  # in small steps: the mean of a few pixels of which one differs is not rounded to nothing
        mask, tile = _whitened(mask.reduce(2)), tile // 2
    return {(place % mask.width, place // mask.width) for place, value in enumerate(mask.tobytes()) if value}


def _places(tiles: Iterable[tuple[int, int]], tile: int, size: tuple[int, int]) -> tuple[PictureArea, ...]:
    """Return a box around each group of tiles that touch each other, or have but one tile between them."""
    left, boxes = set(tiles), list[PictureArea]()
    while left:
        group, edge = set[tuple[int, int]](), [min(left, key=lambda each: (each[1], each[0]))]
        while edge:
            column, row = edge.pop()
            near = {(column + x, row + y) for x in range(-2, 3) for y in range(-2, 3)} & left
            left -= near
            group |= near
            edge += near
        first, *others = (PictureArea(column * tile, row * tile, tile, tile) for column, row in group)
        boxes.append(first.around(*others).grown(_AROUND, *size))
    return tuple(boxes)


def paper_copy(path: Path, most_wide: int) -> bytes | None:
    """Return a small copy for the PDF, as a JPEG; None if the picture cannot be read. The pack keeps the picture itself."""
    image = _opened(path)
    if image is None:
        return None
    image.thumbnail((most_wide, image.height), Image.Resampling.LANCZOS)
    stream = BytesIO()
    image.save(stream, "JPEG", quality=50, optimize=True)
    return stream.getvalue()
