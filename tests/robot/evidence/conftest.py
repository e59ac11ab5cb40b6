"""Run folders for the tests of everything that is made from them."""

from pathlib import Path

import pytest
from made_run import MadeRun, a_finished_run


@pytest.fixture
def run(tmp_path: Path) -> MadeRun:
    """A finished run: a look, two presses, a summary that says done."""
    return a_finished_run(tmp_path / "artifacts")
