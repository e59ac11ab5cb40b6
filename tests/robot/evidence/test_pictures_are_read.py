"""A run's pictures are read before its pack is made, as people read them: by `tesseract`, which `.ci/setup test` installs."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from a_begun_run import begun
from a_pair_file import PAIR, write_env
from canaries import canary
from PIL import Image, ImageDraw, ImageFont
from spoken import Here

from robot.runs.store import RunState
from robot.settings import Settings, load
from robot.settings.secrets import Secrets, secrets
from robot.status.leak_scan import scan_run

FONT = "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf"


@dataclass(frozen=True)
class Begun:
    """A run of which the secrets are known, and what its pair file says."""

    state: RunState
    settings: Settings
    known: Secrets


def begun_with(folder: Path, lines: str) -> Begun:
    (folder / "pair.toml").write_text(f"{PAIR}{lines}", encoding="utf-8")
    write_env(folder)
    settings = load(folder / "pair.toml")
    known = secrets(settings)
    known.texts().learn(canary(1), "the Inter-Appliance key")
    return Begun(begun(folder / "pair.toml"), settings, known)


def picture(run: Begun, name: str, *lines: str) -> None:
    """A picture among the run's, in letters of the size that pages have."""
    drawn = Image.new("RGB", (640, 160), "white")
    for place, line in enumerate(lines):
        ImageDraw.Draw(drawn).text((20, 20 + 30 * place), line, "black", ImageFont.truetype(FONT, 15))
    folder = run.state.evidence / "shots"
    folder.mkdir(parents=True, exist_ok=True)
    drawn.save(folder / name)


def test_a_secret_that_a_picture_shows_is_found_by_what_is_read_there_and_equal_pictures_are_read_once(
    here: Here, tmp_path: Path
) -> None:
    assert here
    run = begun_with(tmp_path, "")
    for name in ("001-b-key-before.png", "002-b-key-after.png"):
        picture(run, name, "Security", f"Inter-Appliance Key: {canary(1)}")
    picture(run, "003-b-status.png", "Status", "Everything is well with this appliance")
    found = scan_run(run.state, run.settings.evidence, run.known.texts())
    assert found.leaks == ("shots/001-b-key-before.png (in the picture): the Inter-Appliance key",)
    assert found.pictures == 2


@pytest.mark.parametrize("ocr", [True, False])
def test_pictures_are_read_unless_the_pair_file_says_otherwise(here: Here, tmp_path: Path, *, ocr: bool) -> None:
    assert here
    run = begun_with(tmp_path, f"\n[evidence]\nocr = {str(ocr).lower()}\n")
    picture(run, "001-b-key.png", canary(1))
    found = scan_run(run.state, run.settings.evidence, run.known.texts())
    assert (found.pictures, len(found.leaks)) == ((1, 1) if ocr else (0, 0))
    assert ("pictures are not read: [evidence] ocr = false" in found.unseen) is not ocr
