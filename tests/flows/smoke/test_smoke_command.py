"""The command `smoke` below the browser: what it refuses, and that it is no other's to work on a pair."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import pytest
from a_pair_file import ENVIRONMENT, PAIR
from a_smoke_order import FAILED, PASSED, PICTURE, a_check
from PIL import Image
from spoken import Here

from flows.smoke import session
from flows.smoke.order import SmokeOrder
from flows.smoke.results import CheckState, SmokeCheck, SmokeResults
from robot.evidence.pack.verification import verify
from robot.evidence.record.summary import read
from robot.network.tls import Endpoint
from robot.runs import store
from robot.runs.lease import MachineLease
from robot.settings.secrets import Secrets
from robot.status import stop_card


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Here:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.delenv("FAILOVER_ROBOT_ARTIFACTS", raising=False)
    monkeypatch.chdir(tmp_path)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "pair.toml").write_text(PAIR, encoding="utf-8")
    (tmp_path / "empty").mkdir()
    return Here(monkeypatch, capfd)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--expect", "the newest"], "--expect the newest is no version: write it as 15.1.3"),
        (["--tests", "nowhere"], "--tests nowhere is no folder; name one with test_*.py in it"),
        (["--tests", "empty"], "--tests empty holds no test_*.py"),
        (["--junit", "nowhere/junit.xml"], "--junit nowhere/junit.xml cannot be written"),
        (["--junit", "empty"], "--junit empty cannot be written"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_meant_is_refused_in_one_sentence_before_anything_is_asked(
    here: Here, words: list[str], sentence: str
) -> None:
    said = here("smoke", "pair.toml", "--on", "b", *words)
    assert said.code == 2
    assert said.sentence.startswith(sentence)
    assert not Path("artifacts").exists()


@pytest.mark.parametrize("words", [[], ["--on", "c"]], ids=str)
def test_an_appliance_must_be_named(here: Here, words: list[str]) -> None:
    said = here("smoke", "pair.toml", *words)
    assert said.code == 2
    assert "--on" in said.err


def test_while_a_run_is_at_work_on_the_pair_it_is_refused_with_3(here: Here) -> None:
    lease = MachineLease()
    lease.add("192.0.2.12:443")
    try:
        said = here("smoke", "pair.toml", "--on", "b")
    finally:
        lease.release()
    assert said.code == 3
    assert "another run is working on 192.0.2.12:443" in said.sentence


def verified(
    monkeypatch: pytest.MonkeyPatch, *checks: SmokeCheck, fault: str = "", end: BaseException | None = None
) -> list[SmokeOrder]:
    """Let a verification find this, and then be ended by `end`; give the orders that are given."""
    orders: list[SmokeOrder] = []

    def smoke(order: SmokeOrder, _known: Secrets, **told: object) -> SmokeResults:
        spool = Path("spool")
        spool.mkdir(exist_ok=True)
        Image.new("RGB", (80, 60), "white").save(spool / PICTURE.file)
        orders.append(order)
        for check in checks:
            told["keep"](check, spool)  # type: ignore[operator]
        if end:
            raise end
        place: dict[str, Any] = {
            "unit": order.unit.value,
            "address": "192.0.2.13",
            "hostname": "support.example.com",
            "expected": order.version,
        }
        return SmokeResults(**place, checks=checks, fault=fault)

    def nobody(*_asked: object) -> str:
        return "unknown"

    monkeypatch.setattr(session, "smoke", smoke)
    monkeypatch.setattr(stop_card, "serving", nobody)
    return orders


def test_the_path_of_the_pack_is_the_only_line_on_stdout_and_junits_xml_is_where_it_was_asked_for(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = verified(monkeypatch, a_check(state=PASSED, pictures=(PICTURE,)))
    said = here("smoke", "pair.toml", "--on", "b", "--junit", "junit.xml", "--expect", "15.1")
    assert said.code == 0, said.err
    assert Path(said.out.strip()).is_file()
    (checks,) = Path("artifacts").glob("*/*/exports/checks.xml")
    assert Path("junit.xml").read_bytes() == checks.read_bytes()
    assert [(each.unit.value, each.version, each.base) for each in orders] == [("b", "15.1", "")]
    assert "smoke verification of B: it runs 15.1, and whether it serves support.example.com is unknown; 1 passed" in said.err
    assert store.every() == []


def test_checks_that_broke_off_end_7_with_the_card(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    verified(monkeypatch, a_check(), fault="the process of the checks ended with -9 before they were over")
    said = here("smoke", "pair.toml", "--on", "b")
    assert said.code == 7
    assert "Failed        the process of the checks ended with -9 before they were over" in said.err
    assert "Again         failover-robot smoke" in said.err


@pytest.mark.parametrize(
    ("state", "end", "code", "outcome"),
    [(PASSED, KeyboardInterrupt("SIGTERM"), 3, "stopped"), (FAILED, KeyboardInterrupt(), 7, "failed")],
    ids=["SIGTERM", "Ctrl-C after a failed check"],
)
def test_what_ends_it_early_leaves_a_summary_and_a_pack_of_what_was_found_until_then(
    here: Here, monkeypatch: pytest.MonkeyPatch, state: CheckState, end: KeyboardInterrupt, code: int, outcome: str
) -> None:
    verified(monkeypatch, a_check(state=state), end=end)
    said = here("smoke", "pair.toml", "--on", "b")
    assert said.code == code
    verdict = verify(pack := Path(said.out.strip()))
    assert (verdict.word, verdict.findings) == ("intact, signer unknown", ())
    summary = read(pack.parent)
    assert (summary["outcome"], summary["exit_code"]) == (outcome, code)
    assert [each["state"] for each in summary["smoke"]["checks"]] == [str(state)]
    by = f"it was ended by {str(end) or 'hand'} before the checks were over"
    assert by in summary["smoke"]["fault"]
    assert by in html.unescape((pack.parent / "report.html").read_text("utf-8"))
    assert f"State         {outcome} (exit code {code})" in said.err
    (lease := MachineLease()).add("192.0.2.13:443")
    lease.release()


def test_nothing_reached_means_the_endpoint_of_the_sites_own_name(tmp_path: Path) -> None:
    from a_smoke_order import an_order

    from flows.smoke.fixtures.ground import SmokeGround

    order, _ = an_order(tmp_path)
    way = SmokeGround.of(order, {}, [], tmp_path).way
    assert way == Endpoint("support.example.com", "192.0.2.13", 443, None, ())
