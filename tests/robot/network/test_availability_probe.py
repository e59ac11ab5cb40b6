"""The promises of the prober: the gap is measured from the last answer before it to the first one after it."""

from __future__ import annotations

import json
import socket
import threading
import time
from pathlib import Path

import pytest

from pages.appliance_family import FAMILY
from robot.domain.errors import Stalled, Unreachable
from robot.domain.waiting import Poller
from robot.network.availability_probe import Gap, Prober, longest_gap
from robot.network.tls import Endpoint, HttpResponse


def journal(path: Path, *seen: tuple[float, bool]) -> Path:
    lines = [{"steady": at, "boot": "one", "t": 1e9 + at, "ok": ok} for at, ok in seen]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_the_gap_lies_between_the_last_answer_and_the_first_one_after_it(tmp_path: Path) -> None:
    seen = journal(tmp_path / "p", (10.0, True), (10.02, False), (10.5, False), (10.54, True))
    assert longest_gap(seen) == Gap(value=510, error=30, answers=2)


def test_of_several_gaps_the_longest_is_told(tmp_path: Path) -> None:
    seen = journal(tmp_path / "p", (1, True), (1.1, False), (1.2, True), (5, True), (5.1, False), (6, True))
    found = longest_gap(seen)
    assert found is not None
    assert found.value > 400


def test_a_wall_clock_that_is_set_in_the_gap_does_not_falsify_it(tmp_path: Path) -> None:
    seen = journal(tmp_path / "p", (10.0, True), (10.02, False), (10.5, False), (10.54, True))
    lines = [json.loads(line) for line in seen.read_text(encoding="utf-8").splitlines()]
    lines[-1]["t"] += 3600
    seen.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert longest_gap(seen) == Gap(value=510, error=30, answers=2)


def test_over_a_reboot_the_gap_is_told_by_the_time_of_day(tmp_path: Path) -> None:
    seen = journal(tmp_path / "p", (900.0, True), (900.02, False))
    after = {"steady": 4.0, "boot": "two", "t": 1e9 + 960.0, "ok": True}
    with seen.open("a", encoding="utf-8") as file:
        file.write(json.dumps(after) + "\n")
    found = longest_gap(seen)
    assert found is not None
    assert found.value + found.error == pytest.approx(60_000, abs=2)


def test_without_any_interruption_the_gap_is_nought_within_the_sampling(tmp_path: Path) -> None:
    found = longest_gap(journal(tmp_path / "p", (1, True), (9, True)))
    assert found is not None
    assert (found.value, found.error) == (0, 20)


def test_when_nobody_ever_answered_there_is_no_gap_to_tell(tmp_path: Path) -> None:
    assert longest_gap(journal(tmp_path / "p", (1, False), (9, False))) is None
    assert longest_gap(tmp_path / "none") is None


def test_a_port_that_nobody_serves_is_not_served(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = threading.Event()
    with Prober(lambda: Endpoint("site.test", "127.0.0.1", port), FAMILY.health_path, tmp_path / "p") as prober:
        done.wait(0.2)
        assert not prober.is_served()
    assert pytest.approx(0) == prober.answers


def test_a_site_that_answers_slowly_is_served_and_not_taken_for_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(_way: Endpoint, _path: str, *, timeout: float) -> HttpResponse:
        time.sleep(min(timeout, 0.8))
        if timeout < 0.8:
            raise Unreachable("no answer yet")
        return HttpResponse(200, "")

    monkeypatch.setattr("robot.network.availability_probe.tls.get", slowly)
    with Prober(lambda: Endpoint("site.test", "127.0.0.1", 443), FAMILY.health_path, tmp_path / "p") as prober:
        Poller(poll=0.1).poll_until(prober.is_served, bool, what="an answer", within=10)
        assert prober.is_served()
    assert any(json.loads(line)["ok"] for line in (tmp_path / "p").read_text(encoding="utf-8").splitlines())


def test_a_slow_answer_to_what_was_asked_before_is_no_answer_of_whoever_serves_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = threading.Event()

    def once_slowly(_way: Endpoint, _path: str, *, timeout: float) -> HttpResponse:
        if timeout < 1 or asked.is_set():
            raise Unreachable("nobody")
        asked.set()
        time.sleep(0.5)
        return HttpResponse(200, "")

    monkeypatch.setattr("robot.network.availability_probe.tls.get", once_slowly)
    with Prober(lambda: Endpoint("site.test", "127.0.0.1", 443), FAMILY.health_path, tmp_path / "p", interval_s=0.02) as prober:
        assert asked.wait(5)
        with pytest.raises(Stalled):
            Poller(poll=0.3).poll_until(lambda: prober.is_served() and prober.is_served(), bool, what="an answer", within=2)
