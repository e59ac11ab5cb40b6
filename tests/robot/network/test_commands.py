"""A command of the user's: what it is told, what is kept of it, and what it never gets to see."""

import os
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from robot.domain.errors import Refused
from robot.network.commands import CommandResult, run_command


@pytest.fixture
def ran(tmp_path: Path) -> Callable[..., CommandResult]:
    def run(script: str, *words: str, deadline: float = 10, **places: str) -> CommandResult:
        path = tmp_path / "command"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return run_command(["./command", *words], folder=tmp_path, deadline=deadline, places=places)

    return run


def test_a_command_runs_in_the_pair_files_folder_and_its_places_are_filled_in(
    ran: Callable[..., CommandResult], tmp_path: Path
) -> None:
    done = ran('pwd; echo "$1|$2"', "{address}:{port}", "{other}", address="192.0.2.13", port="443")
    assert done == CommandResult(command="./command", exit=0, output=f"{tmp_path}\n192.0.2.13:443|{{other}}\n")
    done.require_success("the swing")


def test_no_shell_looks_at_the_words(ran: Callable[..., CommandResult], tmp_path: Path) -> None:
    word = "$(touch made); `touch made` && touch made"
    assert ran('echo "$1"', "{address}", address=word).output == f"{word}\n"
    assert not (tmp_path / "made").exists()


def test_a_failing_command_is_told_by_what_it_said_last(ran: Callable[..., CommandResult]) -> None:
    done = ran("echo one; echo 'no route' >&2; exit 3")
    assert (done.exit, done.last_line) == (3, "no route")
    with pytest.raises(Refused, match=r"^the swing: ./command ended with 3: no route$"):
        done.require_success("the swing")
    with pytest.raises(Refused, match="it said nothing"):
        ran("exit 1").require_success("the swing")


def test_the_end_of_a_long_output_is_kept(ran: Callable[..., CommandResult]) -> None:
    output = ran("yes 'é and more' | head -c 3000000; printf ' the end'").output
    assert len(output) == 4000
    assert output.endswith(" the end")


def test_a_command_that_never_stops_writing_is_killed_at_once_and_says_why(ran: Callable[..., CommandResult]) -> None:
    began = time.monotonic()
    done = ran("exec yes")
    assert (done.exit, done.last_line) == (-9, "it wrote more than 16777216 bytes, and was killed")
    assert time.monotonic() - began < 5


def test_output_that_is_no_text_is_kept_as_far_as_it_goes(ran: Callable[..., CommandResult]) -> None:
    assert ran(r"printf 'a\377b'").output == "a\ufffdb"


def test_no_secret_is_in_its_environment(ran: Callable[..., CommandResult], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("A_LOGIN_PASSWORD", "TSIG", "BACKUP_PASSWORD", "FAILOVER_ROBOT_DATABASE_URL", "anything_else"):
        monkeypatch.setenv(name, "s3cret-" + name)
    monkeypatch.setenv("LC_TIME", "C.UTF-8")
    said = ran("env").output
    assert "s3cret" not in said
    assert f"PATH={os.environ['PATH']}" in said, "tools are found"
    assert "LC_TIME=C.UTF-8" in said


def test_at_the_deadline_all_that_it_started_is_killed(ran: Callable[..., CommandResult], tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(Refused, match=r"^./command did not end within 0.5 s and was killed; look what it has done, then resume$"):
        ran("(sleep 2; touch late) & echo $! > child; sleep 20", deadline=0.5)
    assert time.monotonic() - began < 5
    child = int((tmp_path / "child").read_text(encoding="utf-8"))
    until = time.monotonic() + 5
    while Path(f"/proc/{child}/cmdline").exists() and Path(f"/proc/{child}/cmdline").read_bytes():
        assert time.monotonic() < until, "its child lives on"
        time.sleep(0.02)
    assert not (tmp_path / "late").exists()


def test_what_it_leaves_behind_is_not_waited_for(ran: Callable[..., CommandResult]) -> None:
    began = time.monotonic()
    assert ran("sleep 3 & echo done").output == "done\n"
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(("word", "reason"), [("./absent", "No such file"), ("./plain", "Permission denied"), ("./a\0b", "NUL")])
def test_what_cannot_be_run_is_refused_in_a_sentence(tmp_path: Path, word: str, reason: str) -> None:
    (tmp_path / "plain").touch()
    with pytest.raises(Refused, match=f"cannot be run in {tmp_path}: .*{reason}.*; correct the command"):
        run_command([word], folder=tmp_path, deadline=5, places={})
