"""What must not be lost is written so that a power cut leaves it whole, or as it was."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from robot.evidence.record.durable import replace_file
from robot.runs import store

WRITERS: list[Callable[[Path, str], None]] = [lambda path, text: replace_file(path, text.encode()), store.write_private]
writers = pytest.mark.parametrize("write", WRITERS, ids=["replace_file", "write_private"])


@writers
def test_on_a_full_disk_the_earlier_file_stays_whole_and_nothing_stands_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path, str], None]
) -> None:
    write(tmp_path / "facts", "before")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write(tmp_path / "facts", "after")
    assert [(path.name, path.read_text("utf-8")) for path in tmp_path.iterdir()] == [("facts", "before")]


@writers
def test_the_content_is_on_the_disk_before_the_name_leads_to_it_and_then_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path, str], None]
) -> None:
    synced: list[tuple[bool, bool]] = []

    def fsync(number: int) -> None:
        synced.append((Path(f"/proc/self/fd/{number}").readlink() == tmp_path, (tmp_path / "facts").exists()))

    monkeypatch.setattr(os, "fsync", fsync)
    write(tmp_path / "facts", "whole")
    assert synced == [(False, False), (True, True)], "(whether it is the folder, whether the name is there)"


def test_what_is_private_is_readable_by_its_owner_alone_whatever_was_there_before(tmp_path: Path) -> None:
    (tmp_path / "facts").touch(0o644)
    store.write_private(tmp_path / "facts", "Zürich")
    assert (tmp_path / "facts").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "facts").read_text("utf-8") == "Zürich"


def test_all_who_need_the_key_of_this_machine_at_once_get_the_same_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with ThreadPoolExecutor(16) as many:
        keys = {each.result() for each in [many.submit(store.machine_key) for _ in range(64)]}
    assert [len(key) for key in keys] == [32]
    assert (store.state_folder() / "key").stat().st_mode & 0o777 == 0o600
