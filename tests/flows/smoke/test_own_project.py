"""A user's own pytest project, in this process: what the plugin gives its tests, what it holds meanwhile, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from a_pair_file import ENVIRONMENT, PAIR, write_env

from robot.network.screenshots.screenshot import PICTURE_WITHOUT_WAITING_FOR_FONTS
from robot.runs.lease import MachineLease

LEASE = "192.0.2.13:443"
TESTS = """
from pathlib import Path
import pytest
from robot.domain.errors import Refused
from robot.runs.lease import MachineLease

def test_ground(ground, expected, evidence):
    assert (ground.name, ground.way.host, ground.way.address) == ("B", "support.example.com", "192.0.2.13")
    assert expected.version == "14.1"
    assert "b-login-pa55word" in ground.hide
    assert not ground.troubles.is_watching, "what a user's test does is no fault of the site"
    with pytest.raises(Refused, match="another run is working on"):
        MachineLease().add("192.0.2.13:443")
    Path("ground").write_text(str(ground.spool))
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one test, and a pair file beside it."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv(*PICTURE_WITHOUT_WAITING_FOR_FONTS)  # which the plugin sets
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "pair.toml").write_text(PAIR, encoding="utf-8")
    write_env(tmp_path)
    (folder := tmp_path / "project").mkdir()
    (folder / "test_ours.py").write_text(TESTS, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


def run(*words: str) -> int:
    """Run the project's tests in this process, and return pytest's exit code; no browser is asked for."""
    without = [f"-pno:{each}" for each in ("cacheprovider", "faulthandler", "xdist", "cov", "playwright")]
    return int(pytest.main(["-q", "--import-mode=importlib", *without, *words]))


def test_a_test_is_given_the_ground_while_the_pairs_lease_is_held_and_not_longer(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pictures = project / "pictures"
    options = ["--failover-robot-on=b", "--failover-robot-expect=14.1", f"--failover-robot-pictures={pictures}"]
    assert run("--failover-robot-pair=../pair.toml", *options) == pytest.ExitCode.OK, capfd.readouterr()
    assert (project / "ground").read_text(encoding="utf-8") == str(pictures)
    assert pictures.stat().st_mode & 0o777 == 0o700
    (lease := MachineLease()).add(LEASE)
    lease.release()


def test_without_a_pair_file_pytest_is_left_as_it_was(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run() == pytest.ExitCode.TESTS_FAILED, capfd.readouterr()
    assert "fixture 'ground' not found" in capfd.readouterr().out
    assert not (project / "ground").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--failover-robot-pair=../pair.toml"], "--failover-robot-on is missing: say a or b, the appliance that is tested"),
        (["--failover-robot-pair=nowhere.toml", "--failover-robot-on=b"], "nowhere.toml"),
    ],
    ids=["no appliance", "no pair file"],
)
def test_what_is_missing_is_refused_in_a_sentence(
    project: Path, capfd: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert run(*words) == pytest.ExitCode.USAGE_ERROR
    assert sentence in capfd.readouterr().err
    assert not (project / "ground").exists()


def test_while_a_run_is_at_work_on_the_pair_nothing_is_tested(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (lease := MachineLease()).add(LEASE)
    try:
        assert run("--failover-robot-pair=../pair.toml", "--failover-robot-on=b") == pytest.ExitCode.USAGE_ERROR
    finally:
        lease.release()
    assert f"another run is working on {LEASE}" in capfd.readouterr().err
    assert not (project / "ground").exists()
