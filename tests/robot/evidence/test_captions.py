"""Captioned copies: around the page, never over it."""

from pathlib import Path

import pytest
from made_run import CONTROL, MadeRun, a_finished_run, begin
from PIL import Image, ImageChops

from robot.evidence.pictures import captions, png
from robot.evidence.pictures.captions import Header
from robot.evidence.record import chain
from robot.evidence.record.line import Line

HEADER = Header("CHG0031337", "20261122T220000Z-ab12")


def the_page(copy: Image.Image, original: Image.Image, top: int) -> Image.Image:
    return copy.crop((0, top, original.width, top + original.height))


@pytest.mark.parametrize("rehearsal", [False, True])
def test_the_page_itself_is_unchanged_but_for_the_frame(tmp_path: Path, rehearsal: bool) -> None:
    run = begin(tmp_path)
    line = run.note("proved", "b-sync-now", unit="b", **run.shot("b-sync-now", "after"))
    picture = run.folder / line["file"]
    before = picture.read_bytes()
    copy = captions.caption(picture, Line(b"", line), Header("CHG1", "r", rehearsal=rehearsal), tmp_path / "copy.png")
    with Image.open(copy) as captioned, Image.open(picture) as original:
        page = the_page(captioned, original, 96 if rehearsal else 70)
        assert ImageChops.difference(page, original.convert("RGB")).getbbox() is None
        assert captioned.width == captions.NARROWEST  # the little test page is widened, so that the caption fits
    assert picture.read_bytes() == before
    assert png.fault_of(copy.read_bytes()) is None


def test_the_control_about_to_be_pressed_is_framed_just_outside_its_edges(tmp_path: Path) -> None:
    run = begin(tmp_path)
    line = run.note("intent", "b-sync-now", unit="b", **run.shot("b-sync-now", "before"), control=CONTROL)
    copy = captions.caption(run.folder / line["file"], Line(b"", line), HEADER, tmp_path)
    assert copy == tmp_path / "001-b-sync-now-before.png"
    with Image.open(copy) as captioned, Image.open(run.folder / line["file"]) as original:
        changed = ImageChops.difference(the_page(captioned, original, 70), original.convert("RGB"))
        assert changed.getbbox() == (33, 143, 158, 182)  # the halo is white on this white page
        inside = changed.crop((40, 150, 150, 174))
        assert inside.getbbox() is None, "the control itself stays readable"


@pytest.mark.parametrize(
    "control",
    [
        None,
        "Sync Now",
        {"label": "Sync Now"},
        {"x": 0, "y": 0, "width": 4000, "height": 4000},
        {"x": 5000, "y": 5000, "width": 10, "height": 10},
        {"x": -50, "y": -50, "width": 10, "height": 10},
        {"x": "1", "y": None, "width": True, "height": []},
    ],
)
def test_no_control_however_odd_prevents_a_caption(tmp_path: Path, control: object) -> None:
    run = begin(tmp_path)
    line = run.note("intent", "b-x", unit="b", **run.shot("b-x", "before"), control=control)
    assert captions.caption(run.folder / line["file"], Line(b"", line), HEADER, tmp_path).exists()


def test_a_caption_survives_long_words_a_bare_line_and_missing_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captions, "FONTS", tmp_path / "none")
    captions._font.cache_clear()  # pyright: ignore[reportPrivateUsage]
    run = begin(tmp_path, size=(90, 90))
    shot = run.shot("b-x", "failed")
    long = Header("C" * 64, "r" * 200, rehearsal=True)
    assert captions.caption(
        run.folder / shot["file"], Line(b"", {"step": "s" * 300, "screen": "n" * 500}), long, tmp_path
    ).exists()
    assert captions.caption(run.folder / shot["file"], Line(b"", {}), long, tmp_path).exists()
    captions._font.cache_clear()  # pyright: ignore[reportPrivateUsage]


def test_only_missing_copies_are_made(run: MadeRun) -> None:
    made = captions.caption_all(run.folder)
    assert [path.name for path in made] == [Path(line["file"]).name for line in run.lines if line["file"]]
    assert captions.caption_all(run.folder) == []
    made[1].unlink()
    assert captions.caption_all(run.folder) == [made[1]]


def test_a_damaged_a_missing_and_a_foreign_picture_get_no_copy(run: MadeRun) -> None:
    run.edit("shots/001-b-sync-now-before.png", lambda data: data[:50])
    (run.folder / "shots/002-b-sync-now-after.png").unlink()
    run.note("note", "site-x", file="../outside.png")
    Image.new("RGB", (5, 5)).save(run.folder.parent / "outside.png")
    assert len(captions.caption_all(run.folder)) == 2


def test_the_same_picture_gives_the_same_copy(tmp_path: Path) -> None:
    one, other = (a_finished_run(tmp_path / name) for name in ("one", "other"))
    for run in (one, other):
        captions.caption_all(run.folder)
    copies = [sorted((run.folder / "captioned").iterdir()) for run in (one, other)]
    assert [chain.file_digest(path) for path in copies[0]] == [chain.file_digest(path) for path in copies[1]]
