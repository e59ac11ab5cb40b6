"""Packs of long runs: verified in little more time than they take to be unzipped, sealed and verified in little memory."""

import hashlib
import io
import random
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from a_signed_pack import SigningKey
from made_run import MadeRun, begin
from PIL import Image

from robot.evidence.pack import sealing
from robot.evidence.pack.verification import verify
from robot.evidence.record import chain
from robot.evidence.report import html_page

KEY = SigningKey(7)


@pytest.fixture(autouse=True)
def _pack_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the report out: it has tests of its own."""

    def short(folder: Path) -> None:
        (folder / "report.html").write_bytes(b"<!doctype html>")

    monkeypatch.setattr(html_page, "write", short)


def a_long_run(folder: Path, steps: int) -> MadeRun:
    """A run of so many presses, each with two pictures of noise."""
    run, stream = begin(folder), io.BytesIO()
    Image.frombytes("RGB", (100, 30), random.Random(1).randbytes(9000)).save(stream, "png")
    shot = {"sha256": chain.digest(stream.getvalue()), "bytes": len(stream.getvalue())}
    (run.folder / "shots").mkdir()
    for number in range(steps):
        for place, (kind, when) in enumerate((("intent", "before"), ("proved", "after"))):
            name = f"shots/{2 * number + place + 1:05d}-a-step-{number}-{when}.png"
            (run.folder / name).write_bytes(stream.getvalue())
            run.note(kind, f"a-step-{number}", unit="a", file=name, **shot)
    state: dict[str, Any] = {"unit": "a", "procedure": [], "state": "done", "began": "", "ended": ""}
    lines, run.lines = run.lines, []
    run.summarise(steps=[{"name": line["step"], **state} for line in lines[::2]])
    return run


def seconds(work: Callable[[], object]) -> float:
    """How long this process works on it, at best of two."""
    took = list[float]()
    for _ in range(2):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return min(took)


def unzipped_and_hashed(pack: Path, folder: Path) -> None:
    with zipfile.ZipFile(pack) as archive:
        archive.extractall(folder)
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as stream:
                hashlib.file_digest(stream, "sha256")


def test_a_pack_of_thousands_of_steps_is_verified_in_at_most_twice_the_time_of_unzipping_and_hashing_it(tmp_path: Path) -> None:
    pack = sealing.seal(a_long_run(tmp_path, 1500).folder, signer=KEY.signer)
    verdict = verify(pack, KEY.trusted())
    assert (verdict.word, verdict.findings, verdict.facts["pictures"]) == ("verified", (), 3000)
    baseline = seconds(lambda: unzipped_and_hashed(pack, tmp_path / "unzipped"))
    assert seconds(lambda: verify(pack, KEY.trusted())) <= 2 * baseline


def test_sealing_and_verifying_hold_no_large_file_in_memory(tmp_path: Path) -> None:
    run = a_long_run(tmp_path, 2)
    (run.folder / "attachments").mkdir()
    for name in ("one.bin", "two.bin"):
        with (run.folder / "attachments" / name).open("wb") as stream:
            stream.truncate(48 << 20)
    tracemalloc.start()
    try:
        pack = sealing.seal(run.folder, signer=KEY.signer)
        assert verify(pack, KEY.trusted()).word == "verified"
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 16 << 20
