"""Record two runs with the code of any checkout, for tests of later code: a finished one, and one that was cut off in its middle.

`.venv/bin/python tests/flows/record_runs.py CHECKOUT` writes `finished.tar.xz` and `interrupted.tar.xz` into `recorded/`. Each
holds the state folder and the artifacts; the second also the state of the simulated pair and what the pair was told to change.
Every picture is made small as it is taken, so that the files are small; everything else is as that checkout makes it.

The two that are kept were recorded from c415838 by this file and `kept_pair.py` as they are in cbc1469: the latter drives the
simulated pair of the checkout, whose modules had other names then.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from robot.simulator.process import found

HERE = Path(__file__).resolve().parent
INTO = HERE / "recorded"
CUT_OFF_AT = "install Bomgar Remote Support 13.1.2"
"""The press after which the second run is cut off, before it is proved: what the pair says of it."""
SMALL_PICTURES = """
from io import BytesIO
from PIL import Image
from playwright.sync_api import Page
save, screenshot = Image.Image.save, Page.screenshot

def save_small(image, stream, kind=None, **_):
    save(image.convert("L").quantize(4), stream, kind, optimize=True)

def screenshot_small(page, **options):
    image, small = Image.open(BytesIO(screenshot(page, **options))), BytesIO()
    image.thumbnail((200, 200))
    image.save(small, "PNG")
    return small.getvalue()

Image.Image.save, Page.screenshot = save_small, screenshot_small
"""


def main(checkout: Path) -> int:
    """Record both runs."""
    with tempfile.TemporaryDirectory(prefix="recorded-") as name:
        root = Path(name)
        (root / "small").mkdir()
        (root / "small" / "sitecustomize.py").write_text(SMALL_PICTURES, encoding="utf-8")
        record_finished(checkout, root / "small", root / "finished")
        record_interrupted(checkout, root / "small", root / "interrupted")
    return 0


def record_finished(checkout: Path, small: Path, folder: Path) -> None:
    """Rehearse to the end."""
    folder.mkdir()
    subprocess.run(words(checkout, "rehearse", "--instant"), cwd=folder, env=environment(small, folder), check=True)
    pack(folder, ["state", "artifacts"])


def record_interrupted(checkout: Path, small: Path, folder: Path) -> None:
    """Run until B's install is pressed, kill the process that performs the run, and let the install go on to its end."""
    pair = folder / "pair"
    pair.mkdir(parents=True)
    env = environment(small, folder)
    python = str(checkout / ".venv" / "bin" / "python")
    serve = [python, str(HERE / "kept_pair.py"), str(pair / "kept.json"), "--dir", str(pair), "--speed", "60"]
    with subprocess.Popen(serve, cwd=folder, env=env) as serving:
        wait((pair / "ready").exists)
        with subprocess.Popen(words(checkout, "run", "pair/pair.toml", "--now"), cwd=folder, env=env) as running:
            wait(lambda: CUT_OFF_AT in told(pair))
            performing = subprocess.run(["pgrep", "-P", str(running.pid)], capture_output=True, text=True, check=True)
            for pid in performing.stdout.split():
                os.killpg(int(pid), signal.SIGKILL)
            running.wait()
        wait(lambda: found(pair).state()["b"]["phase"] == "idle")
        serving.send_signal(signal.SIGTERM)
    pack(folder, ["state", "artifacts", "pair/kept.json", "pair/changes.jsonl", "pair/backups"])


def words(checkout: Path, *arguments: str) -> list[str]:
    """Return a command of a checkout's own command line."""
    return [str(checkout / ".venv" / "bin" / "failover-robot"), *arguments, "--artifacts", "artifacts"]


def environment(small: Path, folder: Path) -> dict[str, str]:
    """Return the environment of everything that is recorded."""
    return {**os.environ, "PYTHONPATH": str(small), "XDG_STATE_HOME": str(folder / "state")}


def told(pair: Path) -> str:
    """Return what the pair was told to change, as text."""
    file = pair / "changes.jsonl"
    return file.read_text(encoding="utf-8") if file.exists() else ""


def wait(until: Callable[[], bool]) -> None:
    """Wait at most ten minutes."""
    deadline_s = time.monotonic() + 600
    while not until():
        if time.monotonic() > deadline_s:
            raise TimeoutError
        time.sleep(0.1)


def pack(folder: Path, names: list[str]) -> None:
    """Write the archive, and say where the run was recorded, so that its paths can be made those of another place."""
    (folder / "root.json").write_text(json.dumps(str(folder)), encoding="utf-8")
    INTO.mkdir(exist_ok=True)
    with tarfile.open(INTO / f"{folder.name}.tar.xz", "w:xz", preset=9) as archive:
        for name in ["root.json", *names]:
            archive.add(folder / name, name, filter=nobodys)


def nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Leave out whose the file was."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
