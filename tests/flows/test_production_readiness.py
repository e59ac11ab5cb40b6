"""Below the browser: what makes B fit to serve, what is a difference, and which uptime has run backwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.requirements.counts import Counts, differences
from flows.requirements.cut_off import who_is_cut_off
from flows.requirements.production_readiness import (
    covers,
    doubtful_maintenance,
    ends_too_early,
    fewer_licences,
    lapsed_maintenance,
    of_names,
    uncovered,
    untold_ends,
    what_is_untold,
)
from flows.requirements.readiness_readings import unlike_releases
from flows.requirements.uptime import ran_backwards, seconds
from flows.session.readings import Machine
from pages.readings.site_status import Contents, SiteStatus
from robot.domain.model import Unit
from robot.runs.evidence_log import EvidenceLog

END = datetime(2026, 12, 4, 2, 0, tzinfo=UTC)


def machine(*names: str, until: datetime = END + timedelta(days=1)) -> Machine:
    return Machine(serial="1", base="3.4.1", names=names, valid_until=until.isoformat().replace("+00:00", "Z"))


def site(maintenance: str = "", **licences: int) -> SiteStatus:
    return SiteStatus(product="13.1.2", maintenance=maintenance, licences=licences)


# -- OP2 -----------------------------------------------------------------------------------------------------------------


@pytest.mark.proves("OP2")
def test_a_certificate_of_b_that_is_not_the_sites_or_ends_too_early_is_refused() -> None:
    good = machine("support.example.com", "192.0.2.13")

    def said(a: Machine, b: Machine) -> str:
        ends = (ends_too_early(unit, each.valid_until, END) for unit, each in (("B", b), ("A", a)))
        return uncovered(a.names, b.names, "support.example.com") or next(filter(None, ends), "")

    assert said(machine("support.example.com", "192.0.2.12"), good) == ""
    assert said(good, machine("*.example.com")) == ""
    assert said(good, machine("*.support.example.com")).startswith(
        "A's certificate holds for support.example.com and B's does not"
    )
    assert said(good, machine()).endswith("Install the site's certificate on B (/appliance > Security > Certificates)")
    assert said(machine("a.example.com"), machine("b.example.com")) == "", "pinned keys: neither names the site"
    assert said(good, machine("support.example.com", until=END)).startswith("B's certificate is valid until 2026-12-04T02:00:00Z")
    assert said(machine("support.example.com", until=END), good).startswith("A's certificate is valid until")


def test_a_wildcard_stands_for_one_label_only() -> None:
    assert covers(("*.example.com",), "Support.Example.com")
    assert not covers(("*.example.com",), "a.support.example.com")
    assert not covers(("*.example.com",), "example.com")


@pytest.mark.proves("OP2")
def test_a_name_that_only_a_has_is_said_and_its_own_address_is_none() -> None:
    a, b = machine("support.example.com", "help.example.com", "192.0.2.12"), machine("support.example.com", "192.0.2.13")
    assert "A's also holds for help.example.com, and B's does not" in of_names(a, b, own={"192.0.2.12"})
    assert "A's also" not in of_names(b, b, own=set())


@pytest.mark.proves("OP2")
def test_fewer_licences_on_b_are_refused_and_what_is_not_told_is_no_difference() -> None:
    assert "Users: 25 on A, 10 on B" in fewer_licences({"Users": 25, "Jump": 5}, {"Users": 10, "Jump": 5})
    assert fewer_licences({"Users": 25}, {"Users": 30}) == fewer_licences({"Users": 25}, {}) == ""


@pytest.mark.proves("OP2")
@pytest.mark.parametrize(
    ("said", "lapsed", "doubtful"),
    [
        ("2026-12-03", True, False),
        ("2026-12-04", False, False),
        ("December 31, 2026", False, False),
        ("04/12/2026", False, True),
        ("03/12/2026", True, False),
        ("31/12/2026", False, False),
        ("never", False, False),
        ("", False, False),
    ],
)
def test_a_maintenance_contract_must_run_to_the_end_of_the_change_however_its_date_is_read(
    said: str, lapsed: bool, doubtful: bool
) -> None:
    assert bool(lapsed_maintenance("B", said, END)) is lapsed
    assert bool(doubtful_maintenance("B", said, END)) is doubtful


@pytest.mark.proves("OP2")
def test_a_date_with_two_readings_of_which_one_is_too_early_is_put_to_a_person_with_both() -> None:
    sentence = doubtful_maintenance("B", "04/12/2026", END)
    assert "until 04/12/2026, which may be 12 April 2026 or 04 December 2026: see which it is" in sentence


@pytest.mark.proves("OP2")
def test_what_the_pages_do_not_tell_of_it_is_said() -> None:
    assert what_is_untold(site("2027-01-31", Users=1), site("2027-01-31", Users=1)) == []
    assert what_is_untold(site("2027-01-31"), site(Seats=1)) == [
        "A and B do not tell their licences in the same words", "the maintenance contract, which B does not tell",
    ]  # fmt: skip
    both = what_is_untold(site("2027-01-31", Users=1, Jump=5), site("2027-01-31", Users=1))
    assert both == ["how many of these licences B has: Jump"]
    unknown = Machine(serial="1", base="3.4.1")
    assert untold_ends(machine(), unknown) == ["until when B's certificate is valid"]


# -- OP1, PL4 ------------------------------------------------------------------------------------------------------------


@pytest.mark.proves("OP1")
def test_only_what_the_first_count_told_can_differ_and_recorded_sessions_come_by_themselves() -> None:
    then = Contents(users=42, groups=6, jump_items=None, recorded_sessions=10)
    assert differences(then, Contents(users=42, groups=6, jump_items=3, recorded_sessions=12)) == []
    assert differences(then, Contents(users=41, groups=7)) == ["users were 42 and are 41", "group policies were 6 and are 7"]


@pytest.mark.proves("OP1")
def test_a_count_that_is_not_told_any_more_is_a_difference() -> None:
    then = Contents(users=42, groups=6)
    assert differences(then, Contents(users=42)) == ["group policies were 6 and it does not tell how many there are now"]


@pytest.mark.proves("PL4")
def test_who_is_cut_off_is_two_numbers_and_what_is_not_told_is_said() -> None:
    said = [
        who_is_cut_off(Counts(representatives=reps, sessions=n), "A", "by the swing")
        for reps, n in ((7, 4), (0, None), (None, None))
    ]
    assert said == [
        "7 signed-in representatives and 4 running sessions are cut off by the swing",
        "0 signed-in representatives are cut off by the swing; A does not tell how many running sessions there are",
        "A does not tell how many signed-in representatives and running sessions there are",
    ]


# -- OP3 -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("41 days, 03:12:05", 41 * 86400 + 3 * 3600 + 12 * 60 + 5),
        ("41 days, 3:12", 41 * 86400 + 3 * 3600 + 12 * 60),
        ("2 hours 5 minutes", 7500),
        ("1 week, 2 days, 1 hour", 9 * 86400 + 3600),
        ("3d 4h 10m 2s", 3 * 86400 + 4 * 3600 + 602),
        ("0 days, 00:00:09", 9),
        ("12:33:11 up 3 days, 4:12, 1 user, load average: 0.00", 3 * 86400 + 4 * 3600 + 12 * 60),
        ("5 min", 300),
        ("45 secs", 45),
        ("unknown", None),
        ("", None),
    ],
)
def test_an_uptime_is_read_as_pages_word_it(told: str, expected: float | None) -> None:
    assert seconds(told) == expected


@pytest.mark.proves("OP3")
def test_an_uptime_runs_backwards_only_where_no_installation_of_ours_lies_between(tmp_path: Path) -> None:
    with EvidenceLog(tmp_path) as record:
        assert ran_backwards(record, Unit.B, "0 days, 00:00:01") == "", "nothing was read before"
        record.append("reading", "b-status-basics", unit="b", reading={"uptime": "41 days, 00:00:00"})
        record.append("reading", "a-status-basics", unit="a", reading={"uptime": "2 days, 00:00:00"})
        assert ran_backwards(record, Unit.B, "40 days, 23:59:00") == "", "two pages may round differently"
        assert ran_backwards(record, Unit.B, "unknown") == ""
        assert ran_backwards(record, Unit.A, "2 days, 00:10:00") == ""
        said = ran_backwards(record, Unit.B, "40 days, 12:00:00")
        assert (
            said
            == 'B has been up for "40 days, 12:00:00", and this run read "41 days, 00:00:00" before: it was restarted or put back'
        )
        record.append("intent", "b-install-base-software-3-4-1", unit="b", reading={"reachable": True})
        assert ran_backwards(record, Unit.B, "0 days, 00:00:20") == "", "an installation restarts it"
        assert ran_backwards(record, Unit.A, "0 days, 00:00:20") != "", "but not the other one"
        record.append("reading", "b-base-2", unit="b", reading={"uptime": "0 days, 01:00:00"})
        assert ran_backwards(record, Unit.B, "0 days, 00:00:20") != ""
        record.append("reading", "b-base-3", unit="b", reading={"uptime": "0 days, 00:10:00"})
        assert ran_backwards(record, Unit.B, "0 days, 00:11:00") != "", "another look does not make it good"
        record.append("note", "site-take-back", unit="site", reading={"found": {}})
        assert ran_backwards(record, Unit.B, "0 days, 00:11:00") == "", "a person had the pair in hand"


@pytest.mark.proves("RE3")
@pytest.mark.parametrize(
    ("a", "b", "alike"),
    [
        ("11.1.2-23267", "11.1.2-23267", True),
        ("11.1.2-23267", "11.1.2 (build 23267)", True),
        ("11.1.2, Build 23267", "11.1.2", True),
        ("11.1", "11.1.0", True),
        ("11.1.2-23270", "11.1.2-23267", False),
        ("11.1.2 (Build 23270)", "11.1.2-23267", False),
        ("11.1.2-23267", "11.1.3-23267", False),
    ],
)
def test_a_pair_runs_one_release_and_one_build_where_both_tell_theirs(a: str, b: str, *, alike: bool) -> None:
    assert (unlike_releases(a, b) == "") is alike
