"""Secrets and the record: whatever they are, free text shows none of them, and nothing that a run goes on by is touched."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import pytest
from an_asking_run import Asking
from hypothesis import given, settings
from hypothesis import strategies as st

from pages.readings.failover_status import FailoverStatus, Role
from robot.domain.errors import Refused
from robot.domain.masking import Masking
from robot.evidence.record.chain import check_chain, split_lines
from robot.operators.operator_questions import OperatorQuestion, ask, open_questions
from robot.runs.evidence_log import EvidenceLog
from robot.runs.store import RunState

WORDS = [
    "primary",
    "backup",
    "switch",
    "b-sync-now",
    "4711",
    "intent",
    "proved",
    "reading",
    "role",
    "shots",
    "2026-1",
    "previous",
    "message",
]
"""Secrets that nobody should choose: words, names and figures that every record holds."""
NOT_A_SURROGATE = st.characters(exclude_categories=("Cs",))
SECRETS = st.lists(st.sampled_from(WORDS) | st.text(NOT_A_SURROGATE, min_size=4, max_size=12), min_size=1, max_size=4)


@settings(max_examples=150, deadline=None)
@given(SECRETS, st.lists(st.text(NOT_A_SURROGATE, max_size=12), max_size=3), st.sampled_from(Role), st.integers(0, 99_999_999))
def test_whatever_the_secrets_a_record_parses_finds_its_presses_goes_on_and_shows_no_secret_in_free_text(
    secrets: list[str], around: list[str], role: Role, size: int
) -> None:
    page = " ".join([*around, *secrets, "".join(secrets), *around])
    before = FailoverStatus(role=role, message=page, complaints=(page,), settings={"backup": page})
    with TemporaryDirectory() as name:
        with EvidenceLog(Path(name), hide=secrets) as record:
            record.append(
                "reading",
                "b-switch",
                unit="b",
                reading=before.plain(),
                bytes=size,
                url=f"https://b/?x={quote(secrets[0], safe='')}",
            )
            true = record.append(
                "intent", "b-sync-now", unit="b", reading=before.plain(), text=page, control={"label": page, "x": 4711}
            )
            assert (true.text, true.values) == (page, before.plain())
        assert (
            FailoverStatus.from_plain(Masking(secrets).plain(before.plain())).role is role
        )  # as the database keeps a step's result
        on_disk = (Path(name) / "evidence.jsonl").read_bytes()
        assert check_chain(split_lines(on_disk)[0]) == []
        with EvidenceLog(Path(name), hide=secrets) as record:
            found = record.history.standing_press("b-sync-now")
            assert found is not None
            assert FailoverStatus.from_plain(found.reading).role is role
            assert record.history.unproved_press() is found
            assert [line.number("bytes") for line in record.history.of_step("b-switch")] == [size]
            assert set(found.values) == set(before.plain())
            for line in record.history.lines:
                shown = "\n".join([line.text, line.string("url"), str(line.control.get("label", "")), line.values["message"],
                                   *line.values["complaints"], *line.values["settings"].values()])  # fmt: skip
                assert not [secret for secret in secrets if secret in shown.replace("[secret]", "\ud800")]


def test_two_secrets_that_overlap_leave_no_half_of_either() -> None:
    assert Masking(["abcd-efgh", "efgh-ijkl"])("<abcd-efgh-ijkl>") == "<[secret]>"
    assert Masking(["hunter", "hunter-and-more"])("hunter-and-more") == "[secret]"


def test_a_secret_is_masked_as_a_program_has_quoted_it() -> None:
    secret = 's"e\\c r&t<é'
    shown = [
        f"{OSError(secret)!r}",
        f"https://b/?p={quote(secret)}",
        '{"p": "s\\"e\\\\c r&t<\\u00e9"}',
        "s&quot;e\\c r&amp;t&lt;é",
    ]
    assert [text for text in shown if Masking([secret])(text) == text] == []


def test_a_question_that_quotes_a_page_is_kept_without_its_secrets(tmp_path: Path) -> None:
    state = RunState(tmp_path, {}, Masking(["hunter-22"]))
    ask(Asking(state), [OperatorQuestion("site-hunter-22", "b-hunter-22", "the page asks: is hunter-22 right?")])
    question = open_questions(RunState(tmp_path, {}))[0]
    assert (question.check, question.step, question.sentence) == (
        "site-hunter-22",
        "b-hunter-22",
        "the page asks: is [secret] right?",
    )


def test_a_line_that_could_not_be_read_again_is_not_written(folder: Path) -> None:
    with EvidenceLog(folder) as record:
        record.append("note", "site-x")
        with pytest.raises(ValueError, match="NaN is not JSON"):
            record.append("note", "site-x", reading={"gap_ms": float("nan")})
    with EvidenceLog(folder) as record:
        assert [line.seq for line in record.history.lines] == [1]


def test_a_record_that_was_damaged_is_refused_in_a_sentence(folder: Path) -> None:
    with EvidenceLog(folder) as record:
        record.append("note", "site-x")
        record.append("note", "site-x")
    record.path.write_bytes(record.path.read_bytes().replace(b'"seq":1', b'"seq":1x'))
    with pytest.raises(Refused, match=r"line 1 of .*evidence\.jsonl is not readable as JSON.*put the file back from a copy"):
        EvidenceLog(folder)
