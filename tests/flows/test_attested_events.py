"""Which lines of a whole upgrade a time authority is asked about."""

from pathlib import Path

from paper_pair import story

from flows.step_names import STEPS
from robot.signing.time_authority import event_of


def test_an_upgrade_has_its_break_and_its_swing_attested_once_each(tmp_path: Path) -> None:
    with story(tmp_path) as run:
        assert run.perform().stop is None
        attested = [(event, line.step, line.kind) for line in run.history.lines if (event := event_of(line, STEPS))]
    assert attested == [("break", "b-break-failover-relationships", "proved"), ("swing", STEPS.served_by_b, "reading")]
