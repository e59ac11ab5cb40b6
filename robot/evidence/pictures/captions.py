"""Captioned copies: each picture of a run with what an auditor must know written around the page, never over it.

The original is the browser's own PNG and is not changed; the copy shows its digest, by which the original is found.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError

from robot.evidence import wording
from robot.evidence.record import chain, layout, summary
from robot.evidence.record.durable import replace_file
from robot.evidence.record.line import Line
from robot.evidence.record.plain_json import object_in, text_in

FONTS: Final = Path("/usr/share/fonts/truetype/liberation")
NARROWEST: Final = 720
"""Pixels: below this width the caption could not be read, so a copy is made at least this wide."""

MARGIN: Final = 16
INK: Final = "#16212c"
PAPER: Final = "#f3f5f7"
QUIET: Final = "#4a5866"
RULE: Final = "#c3ccd4"
FRAME: Final = "#d0006f"  # in no admin page's palette
HALO: Final = "#ffffff"
PHASES: Final = {
    "before": ("BEFORE", "#7a4a00"),
    "after": ("AFTER", "#0b5a3c"),
    "failed": ("FAILED", "#a11212"),
}

type_of_font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True)
class RunMark:
    """What stands on every page of an extraordinary run.

    Attributes:
        word: in capitals.
        on_pictures: what it means, in a few words.
        in_report: the same in sentences.
        colour: of the stripe.
    """

    word: str
    on_pictures: str
    in_report: str
    colour: str


_REHEARSAL: Final = RunMark(
    "REHEARSAL",
    "a simulated pair, not the production appliances",
    "Performed against a simulated pair. It says nothing about the production appliances.",
    "#5b2a86",
)


def _emergency(why: str) -> RunMark:
    told = "Windows and freeze dates did not count. The ordinary approval is to be given afterwards."
    return RunMark("EMERGENCY", why, f"{why}. {told}", "#a11212")


@dataclass(frozen=True)
class Header:
    """The text that all pictures of one run show; `emergency` tells why it could not wait, or is empty."""

    ticket: str
    run: str
    rehearsal: bool = False
    emergency: str = ""

    @property
    def mark(self) -> RunMark | None:
        """What stands on every page; None for an ordinary run."""
        return _REHEARSAL if self.rehearsal else _emergency(self.emergency) if self.emergency else None

    @classmethod
    def of(cls, run_folder: Path) -> "Header":
        """Return that of a run, by its summary, or by the folders' names if there is no summary."""
        run_summary = summary.read(run_folder)
        emergency = object_in(object_in(run_summary, "plan"), "emergency")
        return cls(
            ticket=str(run_summary.get("ticket") or run_folder.absolute().parent.name),
            run=str(run_summary.get("run") or run_folder.absolute().name),
            rehearsal=run_summary.get("rehearsal") is True,
            emergency=": ".join(text for key in ("incident", "reason") if (text := text_in(emergency, key))),
        )


def caption(picture: Path, line: Line, header: Header, into: Path) -> Path:
    """Make one captioned copy.

    Args:
        picture: the original PNG.
        line: the line of the record that names it.
        header: the text that all pictures of the run show.
        into: the copy's path, or the folder in which it gets the name of the original.

    Returns:
        The copy's path.

    Raises:
        OSError: the picture cannot be read (`PIL.UnidentifiedImageError` is one), or the copy cannot be written.
    """
    target = into / picture.name if into.is_dir() else into
    raw = picture.read_bytes()
    with Image.open(BytesIO(raw)) as opened:
        page = opened.convert("RGB")
    _frame(page, line.control)

    width = max(page.width, NARROWEST)
    top = _top_band(width, line, header, phase_of(picture.name))
    bottom = _bottom_band(width, line, header, chain.digest(raw))
    copy = Image.new("RGB", (width, top.height + page.height + bottom.height), PAPER)
    copy.paste(top, (0, 0))
    copy.paste(page, (0, top.height))
    copy.paste(bottom, (0, top.height + page.height))

    stream = BytesIO()
    copy.save(stream, "PNG", compress_level=2)  # higher levels cost up to eight times the time and save nothing
    replace_file(target, stream.getvalue())
    return target


def caption_all(run_folder: Path) -> list[Path]:
    """Make the captioned copies that are missing; existing ones are left as they are.

    A file that the record does not name, or that is no picture, gets none: `verify` names it.

    Returns:
        The paths of those made now, in the record's order.
    """
    header = Header.of(run_folder)
    made: list[Path] = []
    folder = run_folder / layout.CAPTIONED
    folder.mkdir(exist_ok=True)
    for name, line in lines_of_pictures(chain.read_lines(run_folder / layout.RECORD)).items():
        picture = run_folder / name
        copy = folder / picture.name
        if copy.exists() or not layout.belongs(name) or picture.is_symlink() or not picture.is_file():
            continue
        try:
            made.append(caption(picture, line, header, copy))
        except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
            continue  # the report says "cannot be shown"
    return made


def lines_of_pictures(lines: Iterable[Line]) -> dict[str, Line]:
    """Return for each picture, by its path, the line with the control about to be pressed, or else the first line."""
    by_picture: dict[str, Line] = {}
    for line in lines:
        known = by_picture.get(line.file)
        if line.file and (known is None or ("control" in line.fields and "control" not in known.fields)):
            by_picture[line.file] = line
    return by_picture


def phase_of(name: str) -> str:
    """Return "before", "after" or "failed" by the name of a picture; "" for another name."""
    last = Path(name).stem.rpartition("-")[2]
    return last if last in PHASES else ""


def _top_band(width: int, line: Line, header: Header, phase: str) -> Image.Image:
    mark = header.mark
    stripe = 26 if mark else 0
    band = Image.new("RGB", (width, stripe + 70), PAPER)
    draw = ImageDraw.Draw(band)
    if mark:
        draw.rectangle((0, 0, width, stripe - 1), fill=mark.colour)
        text, font = f"{mark.word}  ·  {mark.on_pictures}", _font(14, bold=True)
        _write(
            draw,
            (max(MARGIN, (width - draw.textlength(text, font)) / 2), stripe / 2),
            text,
            width - 2 * MARGIN,
            14,
            PAPER,
            bold=True,
        )
    word, colour = PHASES.get(phase, ("", INK))
    left = MARGIN
    if word:
        right = left + draw.textlength(word, _font(15, bold=True)) + 16
        draw.rounded_rectangle((left, stripe + 9, right, stripe + 33), 4, fill=colour)
        draw.text(((left + right) / 2, stripe + 21), word, "#ffffff", _font(15, bold=True), anchor="mm")
        left = round(right) + 12
    moment = wording.moment(line.utc, seconds=True)
    room = width - MARGIN - left - draw.textlength(moment, _font(15, bold=True)) - 16
    _write(draw, (left, stripe + 21), f"{header.ticket}  ·  {line.step or line.screen}", room, 17, INK, bold=True)
    draw.text((width - MARGIN, stripe + 21), moment, INK, _font(15, bold=True), anchor="rm")
    _write(draw, (MARGIN, stripe + 51), "  ·  ".join(_particulars(line)), width - 2 * MARGIN, 14, QUIET)
    draw.line((0, band.height - 1, width, band.height - 1), RULE)
    return band


def _bottom_band(width: int, line: Line, header: Header, digest: str) -> Image.Image:
    band = Image.new("RGB", (width, 36), PAPER)
    draw = ImageDraw.Draw(band)
    draw.line((0, 0, width, 0), RULE)
    text = f"SHA-256 of the original  {digest}"
    if line.sha256 not in {"", digest}:
        text = f"DIFFERS FROM THE RECORD  ·  {text}"
    end = f"run {header.run}  ·  line {line.seq}"
    room = width - 2 * MARGIN
    beside = _font(12).getlength(text) + 24 + _font(12).getlength(end) <= room
    _write(draw, (MARGIN, 18), text, room, 12, QUIET)
    if beside:
        draw.text((width - MARGIN, 18), end, QUIET, _font(12), anchor="rm")
    return band


def _particulars(line: Line) -> list[str]:
    """Return unit and address, serial, screen, the control about to be pressed, masks: those that are known."""
    words = [wording.unit(line.unit)]
    if line.address:
        words.append(line.address)
    if line.serial:
        words.append(f"serial {line.serial}")
    if line.screen:
        words.append(line.screen)
    if label := text_in(line.control, "label"):
        words.append(f"framed: {label}")
    if masked := line.number("masked"):
        words.append(f"{masked} masked" if masked > 1 else "1 place masked")
    if line.fields.get("without_font"):
        words.append("a font of the page did not come")
    return [text for text in words if text]


def _frame(page: Image.Image, control: Mapping[str, Any]) -> None:
    """Frame the control about to be pressed, just outside its edges, with a light halo against dark pages."""
    sizes = [control.get(name) for name in ("x", "y", "width", "height")]
    x, y, width, height = (size if isinstance(size, int | float) else -1.0 for size in sizes)
    if width <= 0 or height <= 0:
        return
    draw = ImageDraw.Draw(page)
    for distance, thickness, colour in ((8, 6, HALO), (7, 4, FRAME)):
        left, top = max(0, x - distance), max(0, y - distance)
        right, bottom = min(page.width - 1, x + width + distance), min(page.height - 1, y + height + distance)
        if right - left > 2 * thickness and bottom - top > 2 * thickness:
            draw.rounded_rectangle((left, top, right, bottom), 6, outline=colour, width=thickness)


def _write(
    draw: ImageDraw.ImageDraw,
    place: tuple[float, float],
    text: str,
    room: float,
    size: int,
    colour: str,
    *,
    bold: bool = False,
) -> None:
    """Write one line of text from its left middle: smaller if the room is narrow, and cut if that is not enough."""
    while size > 10 and _font(size, bold=bold).getlength(text) > room:
        size -= 1
    font = _font(size, bold=bold)
    if font.getlength(text) > room:
        while text and font.getlength(f"{text}…") > room:
            text = text[:-1]
        text = f"{text}…"
    draw.text(place, text, colour, font, anchor="lm")


@cache
def _font(size: int, *, bold: bool = False) -> type_of_font:
    """Return Liberation Sans, or Pillow's own font if that is not installed: a caption never fails for a font."""
    try:
        return ImageFont.truetype(FONTS / f"LiberationSans-{'Bold' if bold else 'Regular'}.ttf", size)
    except OSError:
        return ImageFont.load_default(size)
