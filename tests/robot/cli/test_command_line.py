"""The command line below the browser: its words, its exit codes, and that `--help` answers at once."""

import json
import os
import re
import subprocess
import sys
import time
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from a_pair_file import PAIR, write_env
from spoken import SCRIPT, Here, Script

from robot.cli import LATER, cli, doctor
from robot.runs import store
from robot.settings import load

HEAVY = (
    "playwright", "dbos", "pydantic", "jinja2", "PIL", "cryptography", "starlette", "uvicorn", "rich", "pyotp", "sqlalchemy",
    "dotenv", "flows", "pages", "robot.simulator", "robot.settings", "robot.runs.store",
)  # fmt: skip


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "pair.toml").write_text(PAIR, encoding="utf-8")
    write_env(folder)
    return folder / "pair.toml"


def no_run_was_begun(folder: Path) -> bool:
    return not list(folder.glob("state/failover-robot/runs/*")) and not list(folder.glob("artifacts/*"))


# -- help ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["run", "--help"], ["rehearse", "-h"], ["plan"], ["no-such"]])
def test_help_imports_none_of_the_heavy_packages(words: list[str]) -> None:
    code = (
        "import atexit, json, sys\n"
        f"sys.argv = ['failover-robot', *{words!r}]\n"
        "atexit.register(lambda: sys.stderr.write('\\n' + json.dumps(sorted(sys.modules))))\n"
        "from robot.cli import main\nmain()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    loaded: list[str] = json.loads(done.stderr.splitlines()[-1])
    assert "robot.cli" in loaded
    assert not [name for name in HEAVY if name in loaded or any(each.startswith(f"{name}.") for each in loaded)]


def test_the_time_of_help_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    def took(*command: str | Path) -> float:
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - began

    ours, bare = (
        min(took(*command) for _ in range(5)) for command in ((SCRIPT, "--help"), (sys.executable, "-c", "import click"))
    )
    with capsys.disabled():
        sys.stdout.write(f"\n--help takes {ours * 1000:.0f} ms, {ours / bare:.1f} times a bare `import click`\n")
    assert ours > 0


def test_every_commands_help_fits_a_terminal_and_is_told_whole_in_the_list() -> None:
    # a context with the group's own settings: click keeps the help option that the first one makes
    context = cli.make_context("failover-robot", [], resilient_parsing=True, terminal_width=80)
    listed = cli.get_help(context)
    assert not [line for line in listed.splitlines()[1:] if line.endswith("...")]
    assert max(map(len, listed.splitlines())) <= 100
    for code in range(8):
        assert re.search(rf"^ +{code}  \w", listed, re.MULTILINE), f"exit code {code} is not told"


def test_the_console_script_and_the_module_are_the_same(script: Script) -> None:
    module = subprocess.run(
        [sys.executable, "-m", "robot", "--version"], capture_output=True, text=True, check=True, cwd=script.state
    )
    assert script("--version").out == module.stdout == "failover-robot, version 0.1.0\n"


# -- usage ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", LATER)
def test_a_command_that_is_still_to_come_says_so(here: Here, command: str) -> None:
    said = here(command, "x", "--by", "me")
    assert said.code == 2
    assert said.sentence.startswith(f"{command} is not in this version yet")


@pytest.mark.parametrize(
    "words",
    [["no-such"], ["run"], ["run", "x", "--no-such"], ["stop"], ["seal"], ["support-bundle"], ["verify"],
     ["rehearse", "--generation", "g9"], ["rehearse", "--generation", "g2:g3:g4"], ["rehearse", "--speed", "0"], ["simulate"],
     ["observe"]],
)  # fmt: skip
def test_wrong_usage_is_2(here: Here, words: list[str]) -> None:
    said = here(*words)
    assert said.code == 2
    assert "Error: " in said.err


@pytest.mark.parametrize(("generation", "other"), [("g1", "g1"), ("g4", "g4"), ("g2:g4", "g4")])
@pytest.mark.parametrize("command", [["rehearse"], ["simulate", "--dir", "x"]])
def test_pages_that_are_not_there_in_german_are_refused(
    here: Here, tmp_path: Path, command: list[str], generation: str, other: str
) -> None:
    said = here(*command, "--generation", generation, "--language", "de")
    assert (said.code, said.sentence) == (2, f"--language de: the pages of {other} are not there in it")
    assert not (tmp_path / "x").exists()


def test_confirming_each_press_needs_a_terminal(script: Script, pair: Path, tmp_path: Path) -> None:
    said = script("run", pair, "--now", "--confirm-each")
    assert (said.code, said.sentence) == (2, "--confirm-each asks a person at the terminal, and there is none")
    assert no_run_was_begun(tmp_path)


def test_run_without_now_is_refused_by_the_console_script_too(script: Script, pair: Path, tmp_path: Path) -> None:
    said = script("run", pair)
    assert said.code == 2
    assert said.sentence.endswith("it has no [windows]: add them, or say that now is the time with --now")
    assert no_run_was_begun(tmp_path)


# -- what is found before an appliance is ---------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["run", "--now"], ["observe"], ["rehearse"]])
def test_a_missing_pair_file_is_one_sentence(here: Here, tmp_path: Path, command: list[str]) -> None:
    said = here(*command, "missing.toml")
    assert (said.code, said.sentence) == (2, "missing.toml does not exist: `failover-robot init` writes one to fill in")
    assert no_run_was_begun(tmp_path)


def test_an_unknown_key_is_told_by_the_console_script(script: Script, pair: Path) -> None:
    pair.write_text(PAIR.replace("shared_ip", "share_ip"), encoding="utf-8")
    said = script("run", pair, "--now")
    assert (said.code, said.sentence) == (2, f"{pair}: swing.share_ip is not known; did you mean shared_ip?")


@pytest.mark.parametrize("command", [["run", "--now"], ["observe"]])
def test_missing_credentials_are_named(here: Here, pair: Path, tmp_path: Path, command: list[str]) -> None:
    (pair.parent / ".env").unlink()
    said = here(*command, pair)
    assert said.code == 2
    assert said.sentence.startswith("A_LOGIN_USERNAME is missing: set it in the environment or in")
    assert no_run_was_begun(tmp_path)


@pytest.mark.parametrize("command", [["run", "--now"], ["observe"]])
@pytest.mark.parametrize(
    ("mode", "last", "sentence"),
    [
        (0o644, "", "is open to others than its owner (mode 0644): chmod 600 "),
        (0o600, "A_LOGIN_PASSWORD: x", "line 9 (A_LOGIN_PASSWORD) cannot be read: write NAME='value', one variable on a line"),
        (0o600, "A_LOGIN_PASSWORD=other", "line 9: A_LOGIN_PASSWORD stands in line 2 too, with another value: keep one of them"),
    ],
)
def test_an_env_file_that_is_not_as_it_must_be_is_refused_before_any_sign_in(
    here: Here, pair: Path, tmp_path: Path, command: list[str], mode: int, last: str, sentence: str
) -> None:
    env_file = pair.parent / ".env"
    env_file.write_text(f"{env_file.read_text(encoding='utf-8')}{last}\n", encoding="utf-8")
    env_file.chmod(mode)
    said = here(*command, pair)
    assert said.code == 2
    assert said.sentence.startswith(f"{env_file} {sentence}")
    assert no_run_was_begun(tmp_path)


def test_a_key_that_cannot_seal_is_told_before_anything_is_begun(here: Here, pair: Path, tmp_path: Path) -> None:
    (tmp_path / "key.pem").touch(0o600)
    pair.write_text(f"{pair.read_text('utf-8')}\n[evidence]\nkey = '{tmp_path / 'key.pem'}'\n", "utf-8")
    said = here("run", pair, "--now")
    assert (said.code, "is no private key in PEM" in said.sentence) == (2, True)
    assert no_run_was_begun(tmp_path)


def test_no_chromium_is_told_before_anything_is_begun(
    here: Here, pair: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    said = here("run", pair, "--now")
    assert (said.code, said.sentence) == (2, "no Chromium here: run `failover-robot browser install`, or set CHROMIUM_PATH")
    assert no_run_was_begun(tmp_path)


def test_a_chromium_path_that_is_no_program_is_told(script: Script, pair: Path, tmp_path: Path) -> None:
    said = script("run", pair, "--now", more={"CHROMIUM_PATH": str(tmp_path / "gone")})
    assert said.code == 2
    assert said.sentence.startswith(f"CHROMIUM_PATH names {tmp_path / 'gone'}, which is no program")
    assert no_run_was_begun(tmp_path)


@pytest.mark.proves("BS3")
def test_a_backup_inside_the_artifacts_is_refused(here: Here, pair: Path, tmp_path: Path) -> None:
    said = here("run", pair, "--now", "--artifacts", pair.parent)
    assert said.code == 2
    assert "lies inside the artifacts folder; a backup never goes into evidence" in said.sentence
    assert no_run_was_begun(tmp_path)


@pytest.mark.parametrize("which", ["artifacts", "backups", "state"])
def test_a_folder_that_cannot_be_written_is_refused(
    here: Here, pair: Path, tmp_path: Path, which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()  # root may write everywhere, but nobody can make a folder in a file
    options: list[str | Path] = []
    if which == "artifacts":
        options = ["--artifacts", tmp_path / "file" / "artifacts"]
    elif which == "backups":
        pair.write_text(PAIR.replace('"backups"', '"../file/backups"'), encoding="utf-8")
    else:
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    said = here("run", pair, "--now", *options)
    assert said.code == 2
    assert "cannot be written" in said.sentence
    assert no_run_was_begun(tmp_path)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    if (
        os.geteuid() != 0
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True, check=False).returncode
    ):
        pytest.skip("only root in a machine of its own may mount a small disk")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("which", ["artifacts", "backups", "state"])
def test_a_full_disk_is_told_before_anything_is_begun(
    here: Here, pair: Path, small_disk: Path, which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    options: list[str | Path] = []
    if which == "artifacts":
        options = ["--artifacts", small_disk / "artifacts"]
    elif which == "backups":
        pair.write_text(PAIR.replace('"backups"', f'"{small_disk}/backups"'), encoding="utf-8")
    else:
        monkeypatch.setenv("XDG_STATE_HOME", str(small_disk))
    said = here("run", pair, "--now", *options)
    assert said.code == 2
    assert re.search(r"has \d MiB left and a run needs 300: make room, or choose another folder$", said.sentence)
    assert not list(small_disk.glob("**/*.json*"))


# -- runs ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["resume", "status", "stop", "seal", "support-bundle"])
def test_an_unknown_run_is_2(here: Here, command: str) -> None:
    said = here(command, "20261201T220000Z-1a2b")
    assert said.code == 2
    assert said.sentence.startswith("no run 20261201T220000Z-1a2b is known on this machine")


def test_resume_without_any_run_is_2(script: Script) -> None:
    said = script("resume")
    assert (said.code, said.sentence) == (2, "no run is open on this machine; `failover-robot status` lists all")


def test_resume_with_several_open_runs_lists_them(here: Here, tmp_path: Path) -> None:
    names = [store.begin({"ticket": ticket, "rehearsal": False}, tmp_path / "artifacts", ticket).name for ticket in ("C1", "C2")]
    said = here("resume")
    assert said.code == 2
    assert said.sentence.startswith("several runs are open, name one of them: ")
    assert all(f"{name} ({ticket})" in said.sentence for name, ticket in zip(names, ("C1", "C2"), strict=True))


def test_a_rehearsal_whose_pair_is_gone_is_not_resumed(here: Here, pair: Path, tmp_path: Path) -> None:
    settings = {**load(pair).model_dump(mode="json"), "folder": str(tmp_path / "gone")}
    state = store.begin({"ticket": "C1", "rehearsal": True, "settings": settings}, tmp_path / "artifacts", "C1")
    said = here("resume", state.name)
    assert said.code == 2
    assert said.sentence.startswith(f"{state.name} is a rehearsal whose simulated pair is gone")


def test_status_of_nothing_is_an_empty_list(here: Here) -> None:
    assert (here("status").out, here("status", "--json").out) == ("no runs yet on this machine\n", "[]\n")


def test_status_finds_a_run_by_its_name_and_by_its_folder_and_gives_one_document(here: Here, tmp_path: Path) -> None:
    state = store.begin({"ticket": "C1", "rehearsal": True}, tmp_path / "artifacts", "C1")
    for named in (state.name, state.evidence, f"{state.evidence}/"):
        said = here("status", named, "--json")
        where = json.loads(said.out)
        assert (said.code, said.err) == (0, "")
        assert (where["run"], where["state"], where["rehearsal"]) == (state.name, "open: it ended without a word", True)
    assert "REHEARSAL" in here("status", state.name).out


def test_stopping_what_does_not_run_leaves_no_flag_behind(here: Here, tmp_path: Path) -> None:
    state = store.begin({"ticket": "C1", "rehearsal": False}, tmp_path / "artifacts", "C1")
    said = here("stop", state.name)
    assert (said.code, said.sentence) == (0, f"{state.name} is not running; nothing needs to be stopped")
    assert not state.asked_to_stop


def test_sealing_a_run_without_a_record_is_refused(here: Here, tmp_path: Path) -> None:
    state = store.begin({"ticket": "C1", "rehearsal": False}, tmp_path / "artifacts", "C1")
    said = here("seal", state.name)
    assert said.code == 3
    assert said.sentence.startswith(f"{state.name} cannot be sealed: ")


def test_state_is_for_its_owner_only(here: Here, tmp_path: Path) -> None:
    here("status")
    assert (tmp_path / "state" / "failover-robot").stat().st_mode & 0o777 == 0o700


# -- packs ---------------------------------------------------------------------------------------------------------------


def test_verifying_no_file_is_2(here: Here) -> None:
    said = here("verify", "missing.zip")
    assert (said.code, said.sentence) == (
        2, "missing.zip is no file; name a pack, such as artifacts/<ticket>/<run>/<run>.zip, or the folder of a run",
    )  # fmt: skip


def test_verifying_something_else_is_7(here: Here, tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_text("no zip", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    for name in ("text.zip", "empty.zip"):
        said = here("verify", tmp_path / name)
        assert said.code == 7
        assert said.err.startswith("NO  ")
        assert said.out == f"NOT verified: {tmp_path / name}\n"


def test_a_strangers_pack_writes_no_control_characters_to_the_terminal(here: Here, tmp_path: Path) -> None:
    manifest: dict[str, Any] = {
        "format": "failover-robot-pack/1",
        "run": "\x1b]0;owned\x07",
        "ticket": "\x1b[2J",
        "state": "sealed",
        "files": {"\x1b": {}},
    }
    with zipfile.ZipFile(tmp_path / "odd.zip", "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
    said = here("verify", tmp_path / "odd.zip")
    assert said.code == 7
    assert "owned" in said.err
    assert "\x1b" not in said.err + said.out


def test_keys_in_a_device_are_refused(here: Here) -> None:
    said = here("verify", "missing.zip", "--trust", "/dev/zero")
    assert (said.code, said.sentence) == (2, "--trust /dev/zero is neither a file nor a folder")


def test_keys_that_cannot_be_read_are_refused_by_name(here: Here, tmp_path: Path) -> None:
    (tmp_path / "none.pem").write_text("no key", encoding="utf-8")
    for keys, words in (("missing", "No such file or directory"), ("none.pem", "none.pem holds neither a public key nor a cert")):
        said = here("verify", "missing.zip", "--trust", tmp_path / keys)
        assert said.code == 2
        assert f"--trust {tmp_path / keys} cannot be read: " in said.sentence
        assert words in said.sentence


# -- init, browser -------------------------------------------------------------------------------------------------------


def test_init_writes_two_files_and_never_over_others(here: Here, tmp_path: Path) -> None:
    said = here("init", "new")
    assert (said.code, said.out) == (0, "new/pair.toml\nnew/.env.example\n")
    for name in ("pair.toml", ".env.example"):
        (tmp_path / "new" / name).write_text("mine", encoding="utf-8")
        again = here("init", "new")
        assert again.code == 2
        assert "exists already and is not overwritten" in again.sentence
        assert (tmp_path / "new" / name).read_text(encoding="utf-8") == "mine"
        (tmp_path / "new" / name).unlink()
        (tmp_path / "new" / ".env.example").touch()


def test_init_in_a_folder_that_cannot_be_made_is_2(here: Here, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot be written" in here("init", "file/new").sentence


PAIR_OF_A_RUN = """\
[change]
ticket = "CHG1"   # goes on every page
summary = "first"

[site]
hostname = "support.example.com"
target_version = "15.1.3"

[a]                # serves
address = "192.0.2.12"
credentials = "A"

[b]                # stands by
address = "192.0.2.13"
credentials = "B"
tls = { pin = ["x"] }

[windows]
first = { opens = 2026-12-01T22:00:00Z, closes = 2026-12-02T02:00:00Z }
"""


def a_run_that_is(outcome: str, pair: Path, tmp_path: Path, procedure: str = "asynchronous") -> str:
    state = store.begin({"ticket": "CHG1", "pair_file": str(pair), "procedure": procedure}, tmp_path / "artifacts", "CHG1")
    (state.evidence / "summary.json").write_text(json.dumps({"outcome": outcome}), encoding="utf-8")
    return state.name


@pytest.mark.proves("OP10")
def test_init_from_a_run_exchanges_the_roles_and_names_who_else_must_know(here: Here, tmp_path: Path) -> None:
    pair = tmp_path / "own.toml"
    pair.write_text(PAIR_OF_A_RUN, encoding="utf-8")
    said = here("init", tmp_path / "next", "--from", a_run_that_is("done", pair, tmp_path))
    assert said.code == 0
    text = (tmp_path / "next" / "pair.toml").read_text(encoding="utf-8")
    before, after = tomllib.loads(PAIR_OF_A_RUN), tomllib.loads(text)
    assert (after["a"], after["b"]) == (before["b"], before["a"])
    assert after["change"]["ticket"] == "FILL-IN"
    assert after["windows"] == {}
    assert text.index("[a]") < text.index("[b]")
    for word in ("monitoring", "firewall", "MSI", "snapshots"):
        assert word in said.err


def test_init_from_a_synchronous_run_leaves_the_roles(here: Here, tmp_path: Path) -> None:
    pair = tmp_path / "own.toml"
    pair.write_text(PAIR_OF_A_RUN, encoding="utf-8")
    assert here("init", tmp_path / "next", "--from", a_run_that_is("done", pair, tmp_path, "synchronous")).code == 0
    after = tomllib.loads((tmp_path / "next" / "pair.toml").read_text(encoding="utf-8"))
    assert after["a"] == tomllib.loads(PAIR_OF_A_RUN)["a"]


def test_init_from_a_run_that_is_not_done_is_refused_and_writes_nothing(here: Here, tmp_path: Path) -> None:
    pair = tmp_path / "own.toml"
    pair.write_text(PAIR_OF_A_RUN, encoding="utf-8")
    said = here("init", tmp_path / "next", "--from", a_run_that_is("stopped", pair, tmp_path))
    assert said.code == 2
    assert "is not done" in said.sentence
    assert not (tmp_path / "next").exists()


def test_installing_a_browser_without_the_right_to_tells_the_one_command(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor.os, "geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", str(tmp_path))
    said = here("browser", "install")
    assert said.code == 2
    assert "Run once: sudo apt-get install -y --no-install-recommends chromium-headless-shell" in said.sentence
