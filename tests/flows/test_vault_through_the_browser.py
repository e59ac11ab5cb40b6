"""An upgrade through real browsers with every secret in a vault, whose worker is killed (kill -9), and the way back."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Generator
from pathlib import Path

import psutil
import pytest
from a_scene import Scene, a_scene, meanwhile
from a_vault import LENDING, LendingVault

from robot.settings.env_file import read_env_file

pytestmark = pytest.mark.rehearsal
WAIVED = "admin-account, by Jo Doe until 2999-12-31 23:59:59 UTC: no other account yet"
WAIVER = '\n[[waivers]]\ncheck = "admin-account"\nby = "Jo Doe"\nreason = "no other account yet"\nuntil = 2999-12-31\n'


@pytest.fixture
def scene(tmp_path: Path) -> Generator[Scene]:
    with a_scene(tmp_path) as scene:
        yield scene


def moved_to_a_vault(scene: Scene) -> tuple[LendingVault, set[str]]:
    """Move what `.env` has, but the user names, to a vault beside the pair file; give the vault and the secrets."""
    pair_file, env_file = scene.simulated.pair_file, scene.simulated.env_file
    known = read_env_file(env_file, ())
    values = {name: value for name, value in known.items() if not name.endswith("_USERNAME")}
    env_file.write_text("".join(f"{name}={known[name]}\n" for name in known if name not in values), encoding="utf-8")
    pair_file.write_text(pair_file.read_text(encoding="utf-8") + LENDING + WAIVER, encoding="utf-8")
    return LendingVault(pair_file.parent, values), set(values.values())


def shown_by_processes(parent: int) -> str:
    """The arguments and the environment of a process and of all that it has started."""
    shown: list[str] = []
    with contextlib.suppress(psutil.Error):
        for process in [psutil.Process(parent), *psutil.Process(parent).children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                shown += [*process.cmdline(), *process.environ().values()]
    return "\n".join(shown)


def killed_in_mid_run(scene: Scene, begun: subprocess.Popen[str]) -> None:
    """Kill the worker, and nothing else, once the relationship is broken."""
    scene.wait(lambda: "proved" in scene.kinds("b-break-failover-relationships"), "the break to be proved")
    [worker] = [each for each in psutil.Process(begun.pid).children() if "_perform" in each.cmdline()]
    os.kill(worker.pid, signal.SIGKILL)


def test_everything_lent_comes_back_though_the_worker_is_killed_and_nothing_shows_a_secret(scene: Scene) -> None:
    vault, values = moved_to_a_vault(scene)
    begun = scene.begin("run", scene.simulated.pair_file, "--now", "--artifacts", scene.artifacts)
    seen: set[str] = set()

    def look() -> None:
        shown = shown_by_processes(begun.pid)
        seen.update(value for value in values if value in shown)

    with meanwhile(look):
        scene.wait(lambda: vault.lent, "a password to be lent")
        killed_in_mid_run(scene, begun)
        said = scene.end_of(begun)
    assert said.code == 1, said.err
    assert "ended by signal 9 without a word" in said.err
    assert vault.lent == {}, "the parent gave back what the killed worker had"

    scene.robot("back-out", scene.state.name)
    assert vault.lent == {}
    assert not seen, "in the arguments or the environment of a process"
    files = [
        path
        for folder in ("artifacts", "state", "terminal.log")
        for path in [scene.folder / folder, *(scene.folder / folder).rglob("*")]
    ]
    assert not [path for path in files if path.is_file() for value in values if value.encode() in path.read_bytes()]
    assert scene.lines[0]["text"] == f"waived: {WAIVED}"
    assert scene.state.summary["waivers"] == [WAIVED]
    assert f"Waived: {WAIVED}" in (scene.state.evidence / "report.html").read_text(encoding="utf-8")
