"""`verify RUN-FOLDER`: the pack in it, and the log of where that pack went."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from spoken import Here

from robot.runs.custody_log import CustodyLog

sys.path.append(str(Path(__file__).parents[1] / "evidence"))
from a_signed_pack import SigningKey
from made_run import a_finished_run

from robot.evidence.pack import sealing

KEY = SigningKey(7)
OTHER = "20260101T000000Z-ffff"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run's folder with a sealed pack, which went somewhere; its key is trusted here."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    run = a_finished_run(tmp_path / "artifacts").folder
    sealing.seal(run, signer=KEY.signer)
    (tmp_path / "key.pem").write_text(KEY.public.pem, "ascii")
    with CustodyLog(run) as log:
        for kind in ("intent", "sent", "found"):
            log.append(kind, to="jira example.com", name=f"{run.name}.zip")
    return run


@pytest.fixture
def verified(folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[[], tuple[int, str]]:
    """Verify the folder; give the exit code, and what was said, the verdict last."""
    here = Here(monkeypatch, capfd)

    def verify() -> tuple[int, str]:
        said = here("verify", folder, "--trust", folder.parents[2] / "key.pem")
        return said.code, said.err + said.out

    return verify


def test_a_folder_with_a_pack_and_its_log_is_verified(folder: Path, verified: Callable[[], tuple[int, str]]) -> None:
    code, said = verified()
    assert code == 0, said
    assert f"verified: {folder / folder.name}.zip\n" in said
    assert "custody.jsonl: 3 lines, each of which follows from the line before." in said
    (folder / "custody.jsonl").unlink()
    assert verified()[0] == 0, "what went nowhere has no log"


def _other_kind(log: bytes) -> bytes:
    return log.replace(b'"kind":"sent"', b'"kind":"found"')


def _no_object(log: bytes) -> bytes:
    return log.replace(log.splitlines()[-1], b"[]")


def _first_line_gone(log: bytes) -> bytes:
    return b"".join(log.splitlines(keepends=True)[1:])


@pytest.mark.parametrize(
    ("alter", "words"),
    [
        (_other_kind, "line 3, does not follow from the line before: somebody has changed it"),
        (_no_object, "line 3 is not a JSON object"),
        (_first_line_gone, "line 1, does not follow from the line before"),
    ],
)
def test_a_log_that_somebody_changed_is_named_and_left_as_it_is(
    folder: Path, verified: Callable[[], tuple[int, str]], alter: Callable[[bytes], bytes], words: str
) -> None:
    log = folder / "custody.jsonl"
    log.write_bytes(altered := alter(log.read_bytes()))
    code, said = verified()
    assert code == 7
    assert re.search(rf"^NO  custody\.jsonl, {words}", said, re.MULTILINE), said
    assert f"NOT verified: {folder / folder.name}.zip" in said
    assert log.read_bytes() == altered


def test_a_log_of_another_run_is_named(folder: Path, verified: Callable[[], tuple[int, str]]) -> None:
    with CustodyLog(folder) as log:
        log.append("sent", run=OTHER, name=f"{OTHER}.zip")
    code, said = verified()
    assert (code, "NO  custody.jsonl, line 4, tells of another run." in said) == (7, True)


def test_a_log_whose_last_line_is_torn_off_is_told_and_verified(folder: Path, verified: Callable[[], tuple[int, str]]) -> None:
    with (folder / "custody.jsonl").open("ab") as log:
        log.write(b'{"seq"')
    code, said = verified()
    assert (code, "its last line is torn off" in said) == (0, True)


def test_of_an_open_run_the_newest_partial_pack_is_verified_and_a_folder_without_one_is_refused(
    folder: Path, verified: Callable[[], tuple[int, str]]
) -> None:
    (folder / f"{folder.name}.zip").unlink()
    pack = sealing.seal(folder, partial=True, signer=KEY.signer)
    (folder / f"{folder.name}-partial-1.zip").write_bytes(b"an earlier one")
    assert f"verified: {pack}\n" in verified()[1]
    for each in folder.glob("*.zip"):
        each.unlink()
    code, said = verified()
    assert (code, f"{folder} holds no pack: `failover-robot seal` makes that of a run" in said) == (2, True)
