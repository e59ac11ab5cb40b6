"""Waivers: each names a check, a person, a reason and an end; one that is over, or waives nothing, is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from a_pair_file import PAIR

from robot.domain.errors import UsageError
from robot.settings import Settings, load, load_kept, refusals

GOOD = {"check": '"admin-account"', "by": '"Jo Doe"', "reason": '"no other account yet"', "until": "2026-12-31"}
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "wall_clock", lambda: NOW)


def waived(folder: Path, *waivers: dict[str, str]) -> Settings:
    sections = ["\n".join(["[[waivers]]", *(f"{key} = {value}" for key, value in each.items() if value)]) for each in waivers]
    (folder / "pair.toml").write_text("\n\n".join([PAIR, *sections]), encoding="utf-8")
    return load(folder / "pair.toml")


def test_a_waiver_holds_to_the_end_of_its_day_in_utc(tmp_path: Path) -> None:
    [waiver] = waived(tmp_path, GOOD).waivers
    assert str(waiver) == "admin-account, by Jo Doe until 2026-12-31 23:59:59 UTC: no other account yet"
    assert not waiver.has_expired(datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC))
    assert waiver.has_expired(datetime(2027, 1, 1, tzinfo=UTC))


def test_a_waiver_may_end_at_a_moment(tmp_path: Path) -> None:
    [waiver] = waived(tmp_path, GOOD | {"until": "2026-12-02T04:00:00+01:00"}).waivers
    assert waiver.until == datetime(2026, 12, 2, 3, tzinfo=UTC)


def test_a_check_is_waived_by_its_own_name_only(tmp_path: Path) -> None:
    settings = waived(tmp_path, GOOD)
    assert settings.waiver_of("admin-account") == settings.waivers[0]
    assert settings.waiver_of("admin") is None


def test_waivers_are_the_same_after_a_journey_through_json_and_a_begun_run_keeps_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = waived(tmp_path, GOOD)
    monkeypatch.setattr(refusals, "wall_clock", lambda: datetime(2027, 6, 1, tzinfo=UTC))
    assert load_kept(json.loads(settings.model_dump_json()), "a-run") == settings


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"until": "2026-11-29"},
            "waivers.0: the waiver of admin-account expired at 2026-11-29 23:59:59 UTC; have it renewed by",
        ),
        ({"until": "2026-11-30T11:59:59Z"}, "waivers.0: the waiver of admin-account expired at 2026-11-30 11:59:59 UTC"),
        ({"until": ""}, "waivers.0.until is missing"),
        ({"until": '"soon"'}, "waivers.0.until must be a date and time with its offset, such as 2026-12-01T22:00:00Z, or a day"),
        ({"until": "2026-12-31T10:00:00"}, "waivers.0.until has no offset"),
        ({"reason": '""'}, "waivers.0.reason must say why, on one line"),
        ({"reason": '" -- "'}, "waivers.0.reason must say why, on one line"),
        ({"reason": ""}, "waivers.0.reason is missing"),
        ({"by": '" "'}, "waivers.0.by must be a name on one line"),
        ({"by": ""}, "waivers.0.by is missing"),
        (
            {"check": '"sync-age"'},
            "waivers.0.check 'sync-age' is no check that can be waived; there are: admin-account, api-health, clocks, ",
        ),
        ({"check": ""}, "waivers.0.check is missing"),
        ({"til": "2026-12-31"}, "waivers.0.til is not known; did you mean until?"),
    ],
)
def test_a_waiver_that_is_none_is_refused_in_one_sentence(tmp_path: Path, change: dict[str, str], sentence: str) -> None:
    with pytest.raises(UsageError) as refused:
        waived(tmp_path, GOOD | change)
    assert str(refused.value).startswith(f"{tmp_path / 'pair.toml'}: {sentence}")
    assert "\n" not in str(refused.value)


def test_a_check_is_waived_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"waivers.1 waives admin-account once more: keep one of the two"):
        waived(tmp_path, GOOD, GOOD | {"until": "2027-12-31"})
