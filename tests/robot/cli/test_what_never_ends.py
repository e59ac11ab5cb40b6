"""A pipe, a device, an endless file, a command that writes for ever: told in one sentence at once, wherever one is named."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from a_pair_file import PAIR, write_env
from a_plan import openssh_line, private_file
from a_planned_run import ANN, Desk
from spoken import Here

from robot.domain.small_files import read_small_file

SIGN = ("approve", "plan.json", "--by", ANN, "--key", "ann")
PLACES: dict[str, tuple[str, tuple[str, ...]]] = {
    "pair file": ("x", ("run", "x", "--now")), "plan": ("x.json", ("run", "x.json", "--now")),
    "plan's pair file": ("pair.toml", ("run", "plan.json", "--now")), "env": (".env", ("run", "pair.toml", "--now")),
    "policy": ("policy.toml", SIGN), "approvers": ("ann.pub", SIGN), "key": ("ann", SIGN),
    "public key": ("x", ("approve", "plan.json", "--import", "ann", "--public-key", "x")),
    "signature": ("x", ("approve", "plan.json", "--import", "x", "--public-key", "ann.pub")),
    "exported": ("x", ("approve", "plan.json", "--import", "ann", "--exported", "x", "--public-key", "ann.pub")),
}  # fmt: skip
"""The file that never ends, and the command that is typed, by what the file is named as."""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    made = Desk(tmp_path)
    (tmp_path / "ann.pub").write_text(openssh_line(ANN), encoding="utf-8")
    private_file(tmp_path / "ann", ANN)
    made.write_pair('\n[approval]\nrequired = true\napprovers = ["ann.pub"]\n')
    made.write_plan()
    return made


def endless(path: Path, kind: str) -> None:
    path.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(path, 0o600)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as end:
            end.bind(path.name)  # relative: a socket's path must be short
    else:
        with path.open("wb") as file:
            file.truncate(2**40)
        path.chmod(0o600)


@pytest.mark.parametrize("kind", ["pipe", "device", "socket", "file without end"])
def test_what_may_never_end_is_never_read_to_its_end(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    endless(tmp_path / "x", kind)
    with pytest.raises(OSError, match=r"it is no file, but a pipe|it has more than 1 MiB|No such device or address"):
        read_small_file(tmp_path / "x")
    (tmp_path / "link").symlink_to("x")
    with pytest.raises(OSError, match=r"it is no file, but a pipe|it has more than 1 MiB|No such device or address"):
        read_small_file(tmp_path / "link")


@pytest.mark.parametrize("place", PLACES)
def test_wherever_a_file_is_named_that_never_ends_it_is_refused_with_one_sentence(
    place: str, here: Here, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, words = PLACES[place]
    if place == "policy":
        monkeypatch.setenv("FAILOVER_ROBOT_POLICY", str(desk.write_policy()))
    if place == "env":
        (desk.folder / "pair.toml").write_text(PAIR, encoding="utf-8")
        write_env(desk.folder)
    for kind in ("pipe", "file without end"):
        endless(desk.folder / name, kind)
        said = here(*words)
        assert said.code == 2, said
        assert name in said.err.splitlines()[-1]
        assert "Traceback" not in said.err


def test_a_signing_command_that_writes_more_than_a_signature_is_killed_at_once(here: Here, desk: Desk) -> None:
    began = time.monotonic()
    said = here("approve", desk.plan, "--by", ANN, "--command", "yes", "--public-key", "ann.pub")
    assert said.code == 3
    assert said.err.splitlines()[-1].endswith(
        "nothing is signed: yes ended with -9: it wrote more than 4096 bytes, and was killed"
    )
    assert time.monotonic() - began < 10


def test_a_run_that_is_ended_while_it_waits_for_approval_says_so(desk: Desk) -> None:
    words = [sys.executable, "-m", "robot", "run", str(desk.plan), "--now", "--wait"]
    env = {**os.environ, "XDG_STATE_HOME": str(desk.folder)}
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=env) as process:
        assert process.stderr
        assert "waiting for approval: 0 of 1" in process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        said = process.stderr.read().strip()
    assert (process.returncode, said) == (3, "failover-robot: interrupted by SIGTERM; nothing was pressed by this command")
