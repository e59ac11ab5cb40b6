"""What of a picture is shown, and where two pictures differ: judged on pictures whose content is known."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from robot.evidence.pictures.views import PictureArea, PictureDifference, difference, paper_copy, view_of

GROUND, PAGE = "#e4e8ee", "#ffffff"


def page(path: Path, *marks: tuple[int, int, int, int], size: tuple[int, int] = (640, 480), ink: str = "#102030") -> Path:
    """A page of 400 x 240 in the middle of an empty ground, with marks on it."""
    image = Image.new("RGB", size, GROUND)
    draw = ImageDraw.Draw(image)
    draw.rectangle((100, 40, 499, 279), fill=PAGE)
    for mark in marks:
        draw.rectangle(mark, fill=ink)
    image.save(path)
    return path


def test_the_empty_page_around_is_cut_and_the_picture_stays_as_it_is(tmp_path: Path) -> None:
    picture = page(tmp_path / "a.png")
    before = picture.read_bytes()
    view = view_of(picture)
    assert view
    assert (view.width, view.height) == (640, 480)
    assert view.content == PictureArea(84, 24, 432, 272), "the page, and a little of the ground"
    assert picture.read_bytes() == before


def test_an_empty_page_is_shown_whole(tmp_path: Path) -> None:
    Image.new("RGB", (64, 48), GROUND).save(tmp_path / "a.png")
    view = view_of(tmp_path / "a.png")
    assert view
    assert view.content == PictureArea(0, 0, 64, 48)


def test_what_is_no_whole_picture_has_no_view(tmp_path: Path) -> None:
    whole = page(tmp_path / "a.png")
    (tmp_path / "cut.png").write_bytes(whole.read_bytes()[:200])
    (tmp_path / "link.png").symlink_to(whole)
    for name in ("cut.png", "link.png", "none.png"):
        assert view_of(tmp_path / name) is None, name
        assert difference(whole, tmp_path / name) is None, name
        assert paper_copy(tmp_path / name, 900) is None, name


@pytest.mark.parametrize("ink", ["#102030", "#fffffe"])
def test_each_place_that_differs_is_boxed_even_a_single_pixel_of_the_faintest_colour(tmp_path: Path, ink: str) -> None:
    before = page(tmp_path / "a.png")
    found = difference(before, page(tmp_path / "b.png", (120, 60, 180, 70), (400, 250, 400, 250), ink=ink))
    assert found
    assert not found.another_page
    upper, lower = found.places
    assert (upper.x <= 120, upper.y <= 60, upper.x + upper.width > 180, upper.y + upper.height > 70) == (True,) * 4
    assert (lower.x <= 400 < lower.x + lower.width, lower.y <= 250 < lower.y + lower.height) == (True, True)
    assert max(lower.width, lower.height) <= 24


def test_equal_pages_differ_nowhere_and_another_page_is_not_marked_all_over(tmp_path: Path) -> None:
    before = page(tmp_path / "a.png")
    assert difference(before, page(tmp_path / "b.png")) == PictureDifference((), another_page=False)
    assert difference(before, page(tmp_path / "c.png", (100, 40, 499, 279))) == PictureDifference((), another_page=True)


def test_many_places_are_drawn_together_until_they_can_be_taken_in(tmp_path: Path) -> None:
    marks = [(x, y, x, y) for x in range(110, 490, 60) for y in range(50, 270, 60)]
    found = difference(page(tmp_path / "a.png"), page(tmp_path / "b.png", *marks))
    assert found
    assert 1 <= len(found.places) <= 12
    for x, y, *_ in marks:
        assert any(box.x <= x < box.x + box.width and box.y <= y < box.y + box.height for box in found.places)


def test_a_page_that_has_grown_is_compared_with_the_one_before(tmp_path: Path) -> None:
    found = difference(page(tmp_path / "a.png"), page(tmp_path / "b.png", (120, 500, 140, 510), size=(640, 560)))
    assert found
    assert [box.y >= 470 for box in found.places] == [True]


def test_what_is_printed_is_a_small_copy(tmp_path: Path) -> None:
    copy = paper_copy(page(tmp_path / "a.png", size=(1280, 960)), 900)
    assert copy
    (tmp_path / "copy.jpg").write_bytes(copy)
    with Image.open(tmp_path / "copy.jpg") as printed:
        assert printed.size == (900, 675)
