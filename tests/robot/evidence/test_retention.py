"""How long evidence is kept: the day is reckoned, told by both verifiers, and its end is told and never acted upon."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from a_signed_pack import SigningKey
from forging import opened
from hypothesis import given
from hypothesis import strategies as st
from made_run import MadeRun

from robot.evidence.pack import sealing
from robot.evidence.pack.verification import verify
from robot.evidence.pack.words import told
from robot.evidence.record.retention import keep_until

KEY = SigningKey(7)


@pytest.mark.parametrize(
    ("retention", "utc", "until"),
    [
        ("7 years", "2026-11-22T22:10:00.000Z", "2033-11-22"),
        ("1 year", "2028-02-29T00:00:00.000Z", "2029-02-28"),
        ("4 years", "2028-02-29T00:00:00.000Z", "2032-02-29"),
        ("18 months", "2026-08-31T00:00:00.000Z", "2028-02-29"),
        ("1 month", "2026-12-31T00:00:00.000Z", "2027-01-31"),
        ("90 days", "2026-11-22T00:00:00.000Z", "2027-02-20"),
    ],
)
def test_the_last_day_is_that_day_of_the_calendar_or_the_last_one_of_its_month(retention: str, utc: str, until: str) -> None:
    assert keep_until(retention, utc) == until


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 900), st.sampled_from(["year", "month", "day"]))
def test_the_last_day_is_always_later_and_never_earlier_for_a_longer_time(began: date, count: int, unit: str) -> None:
    first, second = (keep_until(f"{number} {unit}s", began.isoformat()) for number in (count, count + 1))
    assert began.isoformat() < first < second


@pytest.mark.parametrize(
    "retention", ["", "7", "years", "7 y", "0 years", "-1 years", "7 years ", "7,5 years", "9999 years", "\u0667 years"]
)
def test_what_is_no_time_is_refused_with_the_form(retention: str) -> None:
    with pytest.raises(ValueError, match=r"must be a time such as|ends after the year 9999"):
        keep_until(retention, "2026-11-22")


@pytest.mark.parametrize(("until", "is_over"), [("2026-11-23", True), ("2996-11-22", False)])
def test_both_verifiers_tell_how_long_a_pack_is_kept_and_the_robot_when_that_is_over(
    run: MadeRun, tmp_path: Path, until: str, is_over: bool
) -> None:
    kept = {"retention": "7 years", "until": until, "owner": "Change management", "purpose": "Audit of changes"}
    run.summarise(kept=kept)
    pack = sealing.seal(run.folder, signer=KEY.signer)
    verdict = verify(pack, KEY.trusted())
    assert (verdict.word, verdict.facts["kept"]) == ("verified", kept)
    assert any(f"over since {until}. Nothing is deleted by itself" in notice for notice in verdict.notices) is is_over
    words = f"kept for 7 years, until {until}; owner: Change management; purpose: Audit of changes"
    assert words in list(told(verdict.facts))
    (tmp_path / "verify.py").write_bytes(opened(pack)["verify.py"])
    done = subprocess.run([sys.executable, tmp_path / "verify.py", pack], capture_output=True, text=True, check=False)
    assert f"'until': '{until}'" in done.stdout


def test_a_pack_of_a_run_that_does_not_say_so_tells_nothing_of_it(run: MadeRun) -> None:
    verdict = verify(sealing.seal(run.folder, signer=KEY.signer), KEY.trusted())
    assert not verdict.facts["kept"]
    assert not any("kept for" in sentence for sentence in told(verdict.facts))
