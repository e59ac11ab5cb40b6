"""The journal of what arrived by syslog: for its owner only, without secrets, whole after a crash and on a full disk."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest
from a_disk import a_disk, fill

from flows.traces.syslog_journal import JOURNAL, SyslogJournal, journal_lines

if TYPE_CHECKING:
    from pathlib import Path


def message(text: str) -> dict[str, str]:
    return {"event": "message", "text": text}


def test_it_is_for_its_owner_only_and_holds_no_secret(tmp_path: Path) -> None:
    with SyslogJournal(tmp_path, lambda text: text.replace("hunter2", "[secret]")) as journal:
        journal.append(message("new_password=hunter2"))
    assert [line["text"] for line in journal_lines(tmp_path)] == ["new_password=[secret]"]
    assert stat.S_IMODE((tmp_path / JOURNAL).stat().st_mode) == 0o600


def test_a_line_that_a_killed_process_has_torn_is_none_and_the_next_process_goes_on_counting(tmp_path: Path) -> None:
    with SyslogJournal(tmp_path, str) as journal:
        journal.append(message("one"))
    with (tmp_path / JOURNAL).open("ab") as file:
        file.write(b'{"event": "mess')
    assert [line["text"] for line in journal_lines(tmp_path)] == ["one"]
    with SyslogJournal(tmp_path, str) as journal:
        assert journal.kept == 1
        journal.append(message("two"))
    assert [line["text"] for line in journal_lines(tmp_path)] == ["one", "two"]


def test_a_full_disk_takes_nothing_of_a_line_and_the_next_ones_whole(tmp_path: Path) -> None:
    with a_disk(tmp_path / "small", "64k") as disk, SyslogJournal(disk, str) as journal:
        journal.append(message("one"))
        fill(disk)
        with pytest.raises(OSError, match="No space left"):
            journal.append(message("x" * 5000))
        (disk / "full").unlink()
        journal.append(message("three"))
        assert [line["text"] for line in journal_lines(disk)] == ["one", "three"]


def test_without_a_journal_nothing_has_arrived(tmp_path: Path) -> None:
    assert journal_lines(tmp_path) == []
