"""Run folders, and a signed pack, for the tests of everything that is made from them."""

from pathlib import Path

import pytest
from a_signed_pack import SigningKey, a_signed_pack
from a_time_authority import TimeAuthority
from made_run import MadeRun, a_finished_run


@pytest.fixture
def run(tmp_path: Path) -> MadeRun:
    """A finished run: a look, two presses, a summary that says done."""
    return a_finished_run(tmp_path / "artifacts")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> TimeAuthority:
    """An authority for time of this machine's own."""
    return TimeAuthority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory, authority: TimeAuthority) -> Path:
    """A pack that the key of seed 7 has signed, with times of that authority."""
    return a_signed_pack(tmp_path_factory.mktemp("sealed"), SigningKey(7), authority)
