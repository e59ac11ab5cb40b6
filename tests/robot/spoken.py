"""How the tests speak to the command line: in this process, or as a person does, by the console script."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from robot.cli import main

SCRIPT = Path(sys.executable).with_name("failover-robot")
PROXIES = {"http_proxy", "https_proxy", "all_proxy"}


@dataclass(frozen=True)
class Said:
    """What came back."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The one sentence on stderr."""
        assert "Traceback" not in self.err, self.err
        assert self.err.startswith("failover-robot: "), self.err
        assert self.err.count("\n") == 1, f"more than one line: {self.err}"
        return self.err.removeprefix("failover-robot: ").strip()


@dataclass(frozen=True)
class Here:
    """The command line within this process: quick."""

    monkeypatch: pytest.MonkeyPatch
    capfd: pytest.CaptureFixture[str]

    def __call__(self, *words: str | Path) -> Said:
        self.monkeypatch.setattr(sys, "argv", ["failover-robot", *map(str, words)])
        self.capfd.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        out, err = self.capfd.readouterr()
        assert isinstance(end.value.code, int)
        return Said(end.value.code, out, err)


@dataclass(frozen=True)
class Script:
    """The console script, in a process of its own, with a state folder of its own."""

    state: Path

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name.lower() not in PROXIES}
        return {**kept, "XDG_STATE_HOME": str(self.state), **(more or {})}

    def __call__(self, *words: str | Path, cwd: Path | None = None, more: Mapping[str, str] | None = None) -> Said:
        done = subprocess.run(
            [SCRIPT, *map(str, words)],
            env=self.environment(more),
            cwd=cwd or self.state,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        return Said(done.returncode, done.stdout, done.stderr)
