"""The pictures of a run as the report shows them: by reference, the empty page around them cut away, what changed marked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from robot.evidence.pictures.views import PictureArea, PictureDifference, PictureView, difference, view_of
from robot.evidence.record import chain, layout
from robot.evidence.record.line import Kind, Line
from robot.evidence.record.plain_json import text_in

_WORDS: Final = {"before": "Before", "after": "After", "failed": "Failed"}
_FRAME: Final = 7
"""Pixels between a control about to be pressed and the frame round it."""


@dataclass(frozen=True)
class Picture:
    """One picture of one line.

    Attributes:
        line: the line.
        word: when in its step it was taken, in a word.
        view: its size and its content; None if it cannot be shown.
        altered: whether its bytes are not those that the line names.
        also: the numbers of further lines of the step that name the same picture at the same moment.
    """

    line: Line
    word: str
    view: PictureView | None
    altered: bool
    also: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """Its path within the run folder, by which the report refers to it."""
        return self.line.file

    @property
    def framed(self) -> PictureArea | None:
        """The frame round the control about to be pressed, or None."""
        control = self.line.control
        values = [control.get(name) for name in ("x", "y", "width", "height")]
        sizes = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
        if self.view is None or len(sizes) < 4 or min(sizes[2:]) <= 0 or max(map(abs, sizes)) > 10**6:
            return None
        box = PictureArea(*(round(size) for size in sizes)).grown(_FRAME, self.view.width, self.view.height)
        return box if box.width and box.height else None

    @property
    def particulars(self) -> list[str]:
        """What must be known of it besides, in a few words each."""
        line, words = self.line, list[str]()
        if label := text_in(line.control, "label"):
            words.append(f"framed: {label}")
        if masked := line.number("masked"):
            words.append(f"{masked} places masked" if masked > 1 else "1 place masked")
        if line.moment and not Path(self.name).stem.endswith(f"-{line.step}-{line.moment}"):
            words.append("equal to an earlier picture, which is kept once and under its first name")
        if line.fields.get("without_font"):
            words.append("a font of the page did not come")
        if self.altered:
            words.append("IT DIFFERS FROM THE RECORD")
        return words


@dataclass(frozen=True)
class Exhibit:
    """One picture, or those before and after a press with what differs.

    Attributes:
        pictures: one or two.
        frame: the part of them that is shown.
        differs: how the second differs from the first; None if there is nothing to compare.
        on_paper: whether they are printed too.
    """

    pictures: tuple[Picture, ...]
    frame: PictureArea
    differs: PictureDifference | None
    on_paper: bool

    @property
    def is_one_page(self) -> bool:
        """Whether the page looked the same before and after: one picture is shown for both."""
        return len({picture.line.sha256 for picture in self.pictures}) == 1 < len(self.pictures)

    @property
    def compared(self) -> str:
        """What the comparison found, in a sentence; "" if nothing was compared."""
        if self.is_one_page:
            return "Before and after the page looked the same, pixel by pixel: one picture stands for both."
        match self.differs:
            case None:
                return ""
            case PictureDifference(another_page=True):
                return "Most of the page differs afterwards; nothing is marked."
            case PictureDifference(places=(_,)):
                return "One place differs afterwards; it is marked."
            case PictureDifference(places=places):
                return f"{len(places)} places differ afterwards; they are marked."


class Gallery:
    """Makes the exhibits of a run, and the style rules by which they are laid out.

    Args:
        run_folder: the run's folder.
    """

    def __init__(self, run_folder: Path) -> None:
        self._folder = run_folder
        self._views: dict[str, tuple[PictureView | None, str]] = {}
        self._differences: dict[tuple[str, str], PictureDifference | None] = {}
        self._frames: dict[PictureArea, int] = {}
        self._places: dict[tuple[int, int, PictureArea], int] = {}

    def exhibits(self, lines: Sequence[Line], *, on_paper: bool) -> list[Exhibit]:
        """Return the pictures of one step in order, each "before" with the "after" or "failed" that follows on its unit.

        Args:
            lines: the step's lines.
            on_paper: whether they are printed.
        """
        groups: list[list[Picture]] = []
        waiting: dict[str, list[Picture]] = {}
        for picture in self._pictures(lines):
            unit, moment = picture.line.unit, picture.line.moment
            if moment in {"after", "failed"} and (group := waiting.pop(unit, None)):
                group.append(picture)
                continue
            groups.append([picture])
            if moment == "before":
                waiting[unit] = groups[-1]
        return [self._exhibit(group, on_paper=on_paper) for group in groups]

    def picture(self, line: Line) -> Picture:
        """Return the picture that a line names."""
        view, digest = self._view(line.file)
        word = "As read" if line.kind == Kind.READING and line.moment == "after" else _WORDS.get(line.moment)
        return Picture(line, word or line.moment.capitalize() or "Picture", view, bool(view) and digest != line.sha256)

    def frame_class(self, exhibit: Exhibit) -> str:
        """Return the class of what holds a picture."""
        return f"frame-{self._frames.setdefault(exhibit.frame, len(self._frames))}"

    def place_class(self, exhibit: Exhibit, picture: Picture) -> str:
        """Return the class of a picture, by which the empty page around it is cut away."""
        width, height = (picture.view.width, picture.view.height) if picture.view else (1, 1)
        key = (width, height, exhibit.frame)
        return f"place-{self._places.setdefault(key, len(self._places))}"

    def rules(self) -> str:
        """Return the style rules of the classes given out so far. They hold numbers only."""
        frames = (
            f".frame-{number}{{--ratio:{box.width / box.height:.4f};max-width:{box.width}px}}"
            for box, number in self._frames.items()
        )
        places = (
            f".place-{number}{{width:{100 * width / box.width:.3f}%;left:{-100 * box.x / box.width:.3f}%;"
            f"top:{-100 * box.y / box.height:.3f}%}}"
            for (width, _, box), number in self._places.items()
        )
        return "\n".join((*frames, *places))

    def _pictures(self, lines: Sequence[Line]) -> list[Picture]:
        found: dict[tuple[str, str, str], Picture] = {}
        for line in lines:
            if not line.file.startswith(layout.SHOTS):
                continue
            key = (line.file, line.moment, line.unit)
            known = found.get(key)
            if known is None or (line.is_press and not known.line.is_press):
                also = (*known.also, known.line.seq) if known else ()
                found[key] = replace(self.picture(line), also=also)
            else:
                found[key] = replace(known, also=(*known.also, line.seq))
        return list(found.values())

    def _exhibit(self, group: list[Picture], *, on_paper: bool) -> Exhibit:
        views = [picture.view for picture in group if picture.view]
        frames = [frame for picture in group if (frame := picture.framed)]
        first, *others = [*(view.content for view in views), *frames] or [PictureArea(0, 0, 1, 1)]
        differs = self._compared(group[0], group[1]) if len(group) == len(views) == 2 else None
        return Exhibit(tuple(group), first.around(*others), differs, on_paper)

    def _compared(self, before: Picture, after: Picture) -> PictureDifference | None:
        key = (before.line.file, after.line.file)
        if key[0] == key[1]:
            return PictureDifference((), another_page=False)
        if key not in self._differences:
            self._differences[key] = difference(self._folder / key[0], self._folder / key[1])
        return self._differences[key]

    def _view(self, name: str) -> tuple[PictureView | None, str]:
        if name not in self._views:
            path = self._folder / name
            view = view_of(path) if layout.belongs(name) else None
            self._views[name] = view, chain.file_digest(path) if view else ""
        return self._views[name]
