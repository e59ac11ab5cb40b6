"""The files of the manual method: taken only whole, and only with the sum that a person vouches for."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from flows.requirements.update_files import sidecar, taken
from flows.session.readings import InstallState
from flows.steps.manual_update import UpdateSoftware, step_names
from pages.readings.release import Release
from robot.changes.change import ChangeState
from robot.domain.errors import Refused
from robot.domain.model import Unit

if TYPE_CHECKING:
    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from robot.changes.run import Run

CONTENT = b"an update" * 1000
SUM = hashlib.sha256(CONTENT).hexdigest()
OLD = ("12.3.5-36112", "3.3.2")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "base 3.4.1.nsu"
    path.write_bytes(CONTENT)
    return path


@pytest.mark.parametrize(
    "beside",
    [SUM, f"{SUM}\n", SUM.upper(), f"{SUM}  base 3.4.1.nsu\n", f"{SUM} *base 3.4.1.nsu", f"\\{SUM}  /media/stick/base 3.4.1.nsu",
     f"{'0' * 64}  other.nsu\n{SUM}  base 3.4.1.nsu\n", f"{SUM}  D:\\stick\\base 3.4.1.nsu\r\n"],
)  # fmt: skip
def test_a_file_with_its_sum_is_taken_however_the_sum_is_written(file: Path, beside: str) -> None:
    sidecar(file).write_text(beside, encoding="utf-8")
    found = taken(file)
    assert (found.file, found.bytes, found.sha256) == (file.name, len(CONTENT), SUM)


@pytest.mark.parametrize(
    ("beside", "sentence"),
    [
        (None, "cannot be read: No such file"),
        ("", "holds no SHA-256 of"),
        ("hello", "holds no SHA-256 of"),
        (f"{SUM}  other.nsu", "holds no SHA-256 of"),
        (SUM[:-1], "holds no SHA-256 of"),
        ("0" * 64, "is vouched for beside it"),
    ],
)
def test_a_file_without_its_sum_or_with_another_is_not_taken(file: Path, beside: str | None, sentence: str) -> None:
    if beside is not None:
        sidecar(file).write_text(beside, encoding="utf-8")
    with pytest.raises(Refused, match=sentence):
        taken(file)


def test_what_is_not_there_or_empty_is_not_taken(file: Path) -> None:
    with pytest.raises(Refused, match="is not there or is empty"):
        taken(file.with_name("missing.nsu"))
    file.write_bytes(b"")
    with pytest.raises(Refused, match="is not there or is empty"):
        taken(file)


def test_each_file_has_a_step_of_its_own() -> None:
    assert step_names([Path("b/1-Base 3.4.1.nsu"), Path("b/2.nsu")]) == ["1-base-3-4-1-nsu", "2-nsu"]
    assert step_names([Path("x/u.nsu"), Path("y/u.nsu"), Path("z.nsu")]) == ["u-nsu-1", "u-nsu-2", "z-nsu"]


def an_update() -> UpdateSoftware:
    """Give Update Software on a B that ran `OLD` before."""
    limits = SimpleNamespace(install=600.0)
    appliance, pair = SimpleNamespace(unit=Unit.B, name="B"), SimpleNamespace(settings=SimpleNamespace(limits=limits))
    return UpdateSoftware(
        cast("Appliance", appliance), Path("u.nsu"), "u-nsu", cast("Pair", pair), cast("Run", None), {}, was=OLD, to_come=1
    )


def state(product: str = OLD[0], base: str = OLD[1], **more: object) -> InstallState:
    return InstallState.model_validate({"reachable": True, "product": product, "base": base, "offered": True, **more})


@pytest.mark.proves("UM9")
def test_only_a_changed_version_proves_an_installation() -> None:
    seen = an_update().state
    before = state()
    assert seen(before, state(base="3.4.1")) is ChangeState.IN_PLACE
    assert seen(before, state(product="13.1.2-38227")) is ChangeState.IN_PLACE
    assert seen(before, state(message="")) is ChangeState.NOT_YET
    assert seen(before, state(base="3.4.1", installing=True)) is ChangeState.UNDER_WAY
    assert seen(before, InstallState(reachable=False)) is ChangeState.UNDER_WAY


@pytest.mark.proves("UM9")
def test_the_old_version_in_other_words_proves_nothing() -> None:
    for product in (f"{OLD[0]}.0", f"{OLD[0]} (build 38227)"):
        assert an_update().state(state(), state(product=product)) is ChangeState.NOT_YET


def test_a_new_word_of_the_page_without_a_new_version_is_unclear_and_an_old_one_says_nothing() -> None:
    seen = an_update().state
    assert seen(state(), state(message="not a valid update")) is ChangeState.UNCLEAR
    assert seen(state(message="an old error"), state(message="an old error")) is ChangeState.NOT_YET
    assert seen(None, state(message="an old error")) is ChangeState.NOT_YET


def test_a_version_that_changed_before_our_press_is_told_as_in_place_and_so_as_an_unknown_hand() -> None:
    assert an_update().state(None, state(base="3.4.1")) is ChangeState.IN_PLACE


@pytest.mark.parametrize(
    ("base", "makes"), [("3.3.1", False), ("3.3.2", True), ("Base 3.4.1 (41022)", True), ("4.0", True), ("2.9.9", False)]
)
def test_from_base_3_3_2_on_an_appliance_makes_its_own_download_key(base: str, makes: bool) -> None:
    assert Release(text=base).makes_its_own_download_key is makes
