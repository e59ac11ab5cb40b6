"""The short form of `make kill-sweep`: the points where a crash could do most harm."""

from __future__ import annotations

from pathlib import Path

import pytest
from kill_sweep import Sweep, sweep

POINTS = [  # right after a press that must not be made twice; test_swing_campaign.py kills between the halves of the swing,
    "b-break-failover-relationships:after-press",  # and test_paper_upgrade.py at every point
    "b-install-bomgar-remote-support-13-1-2:after-press",
]


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    patch = pytest.MonkeyPatch()
    folder: Path = tmp_path_factory.mktemp("sweep")
    patch.setenv("XDG_STATE_HOME", str(folder / "state"))
    try:
        return sweep(folder, only=POINTS, packages=1)
    finally:
        patch.undo()


def test_killed_at_the_worst_points_an_upgrade_still_ends_done(swept: Sweep) -> None:
    assert sorted(swept.kills) == sorted(POINTS)
    assert swept.outcome == "done"


def test_no_press_is_repeated(swept: Sweep) -> None:
    assert swept.repeated == []
    assert len(swept.pressed) == 8


@pytest.mark.proves("OP5")
def test_never_do_both_serve_and_in_the_end_b_does(swept: Sweep) -> None:
    assert "conflict" not in [line["serving"] for line in swept.serving]
    assert swept.serving[-1]["serving"] == "b"


def test_the_evidence_of_a_run_that_died_often_verifies(swept: Sweep) -> None:
    assert swept.verdict.ok, swept.verdict.findings
