"""The process of the checks is believed only as far as it can be read: whatever else it does is a told fault, never a pass."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from a_smoke_order import FAILED, PASSED, UNKNOWN, a_check, a_process, an_order, as_told, forget

from flows.smoke import session
from flows.smoke.order import SmokeOrder
from flows.smoke.results import SmokeCheck, SmokeResults
from robot.domain.errors import UsageError

COLLECTED: dict[str, Any] = {"event": "collected", "checks": ["one"]}
END: dict[str, Any] = {"event": "end", "status": 0}
ONE = as_told(a_check())


def verified(
    folder: Path, monkeypatch: pytest.MonkeyPatch, process: tuple[str, ...], more: str = ""
) -> tuple[SmokeResults, list[SmokeCheck]]:
    monkeypatch.setattr(session, "CHILD", process)
    order, known = an_order(folder, more)
    kept: list[SmokeCheck] = []
    return session.smoke(order, known, keep=lambda check, _spool: kept.append(check)), kept


def test_results_are_kept_as_they_come_and_a_whole_verification_is_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results, kept = verified(
        tmp_path, monkeypatch, a_process(COLLECTED, {"event": "began", "check": "ours/x.py::test_one"}, ONE, END)
    )
    assert results.is_good, results.objection
    assert kept == [a_check()]
    assert (results.serial, results.expected, results.tally) == ("BG-1", "15.1.3", "1 passed")


@pytest.mark.parametrize(
    ("process", "sentence"),
    [
        (a_process(COLLECTED, ONE, then="os._exit(0)"), "ended with 0 before they were over"),
        (a_process(COLLECTED, ONE, then="os.kill(os.getpid(), signal.SIGKILL)"), "ended with -9 before they were over"),
        (
            a_process(COLLECTED, {"event": "began", "check": "a.py::test_shop[chromium]"}, then="os._exit(0)"),
            'before they were over during "test_shop"',
        ),
        (a_process(then="print('no module named flows', file=sys.stderr)"), "before they were over: no module named flows"),
        (a_process(COLLECTED, "everything is fine", ONE, END), "tells what cannot be read: b'everything is fine'"),
        (a_process(COLLECTED, {"event": "result", "check": {}}, END), "tells what cannot be read"),
        (a_process(COLLECTED, {"event": "victory"}, ONE, END), "tells of 'victory', which nobody knows"),
        (a_process({"event": "collected", "checks": []}, {"event": "end", "status": 5}), "there was no check to be made"),
        (a_process({"event": "collected", "checks": ["one", "two"]}, ONE, END), "1 of 2 checks told no result"),
        (a_process(COLLECTED, ONE, {"event": "end", "status": 3}, then="sys.exit(3)"), "pytest ended with 3"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_does_not_come_to_its_end_or_cannot_be_read_is_never_a_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, process: tuple[str, ...], sentence: str
) -> None:
    results, _ = verified(tmp_path, monkeypatch, process)
    assert not results.is_good
    assert sentence in results.objection


def test_checks_that_hang_are_ended_at_the_limit_and_what_they_had_told_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = time.monotonic()
    process = a_process(COLLECTED, ONE, {"event": "began", "check": "a.py::test_two"}, then="time.sleep(60)")
    results, kept = verified(tmp_path, monkeypatch, process, '[smoke]\nlimit = "1s"\n')
    assert time.monotonic() - began < 10
    assert results.objection == 'the checks were not over after 1.0 s, the limit of [smoke], and were ended during "test_two"'
    assert len(kept) == 1


def test_a_process_that_keeps_its_pipe_open_after_its_last_word_is_ended_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = a_process(COLLECTED, ONE, END, then="time.sleep(60)")
    results, _ = verified(tmp_path, monkeypatch, process, '[smoke]\nlimit = "1s"\n')
    assert "were not over after 1.0 s" in results.fault


def test_secrets_reach_the_checks_through_the_pipe_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "told.json"
    then = (
        f"open({str(told)!r}, 'w').write(__import__('json').dumps([order, sys.argv, dict(os.environ), "
        "[p for p in os.listdir(sys.argv[-1])]]))"
    )
    monkeypatch.setenv("B_LOGIN_PASSWORD", "b-login-pa55word")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--nonsense")
    verified(tmp_path, monkeypatch, a_process(COLLECTED, ONE, END, then=then))
    order, words, environment, spool = json.loads(told.read_text(encoding="utf-8"))
    assert json.loads(order)["accounts"]["B_LOGIN_PASSWORD"] == "b-login-pa55word"
    assert "a-login-pa55word" not in json.dumps(json.loads(order)["accounts"]), "the other appliance's accounts are not needed"
    assert "pa55word" not in json.dumps([words, environment])
    assert not {"PYTEST_ADDOPTS", "B_LOGIN_PASSWORD"} & environment.keys()
    assert sorted(spool) == ["ours", "pytest.ini", "stderr"]


def test_a_second_client_that_signs_in_nowhere_is_given_no_account(tmp_path: Path) -> None:
    order, known = an_order(tmp_path, signs_in=False)
    assert order.as_document(None)["accounts"] == {}
    assert order.as_document(known)["accounts"] == {}


def test_an_order_is_the_same_after_its_way_through_the_pipe(tmp_path: Path) -> None:
    order, known = an_order(tmp_path, '[smoke]\nserials = { b = "BG-2" }\n', expect="15.1.4", tests=tmp_path, must_serve=True)
    assert SmokeOrder.from_document(json.loads(json.dumps(order.as_document(known)))) == order
    assert (order.version, order.base, order.must_show) == ("15.1.4", "", "BG-2")


def test_a_folder_of_tests_that_is_not_there_is_refused(tmp_path: Path) -> None:
    order, known = an_order(tmp_path, tests=tmp_path / "none")
    with pytest.raises(UsageError, match="is no folder"):
        session.smoke(order, known, keep=forget)


def test_only_a_failed_check_makes_a_verification_fail_but_one_must_have_passed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for states, sentence in (
        ([PASSED, UNKNOWN], ""),
        ([UNKNOWN, UNKNOWN], "nothing was verified: no check has passed"),
        ([PASSED, FAILED, FAILED], 'B answers with build 14.3.2, expected 15.1.3 (check "The c1 is right") (and 1 more)'),
    ):
        checks = [a_check(f"c{number}", state) for number, state in enumerate(states)]
        collected = {"event": "collected", "checks": [each.title for each in checks]}
        results, _ = verified(tmp_path, monkeypatch, a_process(collected, *map(as_told, checks), END))
        assert results.objection == sentence
