"""Five hundred canary secrets, in every place of a run's record and however they are quoted: an independent scan finds none."""

import html
import json
import zipfile
import zlib
from pathlib import Path

import pytest
from a_begun_run import begun
from a_pair_file import PAIR, write_env
from canaries import QUOTINGS, canary, found_below, traces_in
from PIL import Image, PngImagePlugin
from spoken import Here

from flows.step_names import STEPS
from pages.appliance_family import FAMILY
from robot.domain.errors import Refused
from robot.domain.masking import Masking
from robot.evidence.pack.verification import verify
from robot.evidence.record.summary import read
from robot.evidence.scan.finder import SecretFinder, SecretForms
from robot.evidence.scan.leaks import Leak, LeakScan
from robot.runs.evidence_log import EvidenceLog
from robot.runs.store import RunState, write_private
from robot.runs.supervisor import Ended
from robot.settings import Settings, load
from robot.settings.secrets import Secrets, secrets
from robot.settings.secrets.ordinary import why_ordinary
from robot.signing.evidence_key import trusted_here
from robot.status import leak_scan
from robot.status.finalize import finalize, seal_by_hand

NUMBER = 500


@pytest.fixture
def run(here: Here, tmp_path: Path) -> tuple[RunState, Settings, Secrets]:
    """A run of whose secrets one in ten was given, and the others are learned in mid-run."""
    assert here
    (tmp_path / "pair.toml").write_text(f"{PAIR}\n[evidence]\nocr = false\n", encoding="utf-8")
    write_env(tmp_path)
    state, settings = begun(tmp_path / "pair.toml"), load(tmp_path / "pair.toml")
    return state, settings, secrets(settings)


@pytest.mark.parametrize("quoted", QUOTINGS)
def test_a_secret_is_masked_and_found_however_a_program_has_quoted_it(quoted: str) -> None:
    text = f"The page says ({QUOTINGS[quoted](canary(1))}), and goes on."
    assert traces_in(text.encode("utf-8")), "the independent scan sees it"
    masked = Masking([canary(1)])(text)
    assert not traces_in(masked.encode())
    assert masked.startswith("The page says (")
    assert masked.endswith("), and goes on.")
    assert SecretFinder([SecretForms.of(canary(1), "A_LOGIN_PASSWORD")]).names_in(text) == {"A_LOGIN_PASSWORD"}


def test_five_hundred_secrets_leave_no_trace_in_record_summary_report_state_or_pack(
    run: tuple[RunState, Settings, Secrets],
) -> None:
    state, settings, known = run
    quotings = list(QUOTINGS.values())
    with EvidenceLog(state.evidence, hide=known.texts()) as record:
        for number in range(NUMBER):
            secret, quoted = canary(number), quotings[number % len(quotings)](canary(number))
            known.texts().learn(secret, f"canary {number}")
            if number % 10 == 0:
                reading = {"message": quoted, "complaints": [quoted, secret], "settings": {"key": f"<{quoted}>"}}
                control = {"label": quoted, "x": 1, "y": 1, "width": 1, "height": 1}
                record.append(
                    "reading", "b-failover", unit="b", url=f"https://b/?k={quoted}", text=quoted, title=quoted, reading=reading,
                    control=control, drift={"sentence": quoted}, no_picture=quoted,
                )  # fmt: skip
        late = Masking(known.texts())
        write_private(state.folder / "questions.json", json.dumps([late(f"{quoting(canary(7))}?") for quoting in quotings]))
    summary = finalize(state, settings, Ended("done", 0, " ".join(map(canary, range(9)))), STEPS, FAMILY, known)
    assert summary.get("secret_scan", {}).get("leaks") == []
    assert summary.get("secret_scan", {}).get("secrets", 0) > NUMBER
    assert summary["pack_sha256"]
    assert found_below(state.evidence) == found_below(state.folder) == []


@pytest.mark.parametrize(
    "where", ["a file", "an archive", "the words of a picture", "behind a picture", "a PDF", "a name", "the log"]
)
def test_what_holds_a_secret_is_not_sealed_and_the_upgrades_outcome_stays(
    run: tuple[RunState, Settings, Secrets], where: str
) -> None:
    state, settings, known = run
    known.texts().learn(canary(1), "the Inter-Appliance key")
    shots = state.evidence / "shots"
    shots.mkdir()
    match where:
        case "a file":
            (state.evidence / "notes.txt").write_text(f"more {QUOTINGS['basic'](canary(1))}", encoding="utf-8")
        case "an archive":
            with zipfile.ZipFile(state.evidence / "more.zip", "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("inside.txt", QUOTINGS["UTF-16"](canary(1)))
        case "the words of a picture":
            words = PngImagePlugin.PngInfo()
            words.add_text("Comment", canary(1), zip=True)
            Image.new("RGB", (4, 4)).save(shots / "001-b-x-after.png", pnginfo=words)
        case "behind a picture":
            Image.new("RGB", (4, 4)).save(shots / "001-b-x-after.png")
            with (shots / "001-b-x-after.png").open("ab") as file:
                file.write(canary(1).encode())
        case "a PDF":
            packed = zlib.compress(f"BT ({canary(1)}) Tj ET".encode())
            (state.evidence / "more.pdf").write_bytes(
                b"%PDF-1.4\n1 0 obj\n<</Filter/FlateDecode>>\nstream\n" + packed + b"\nendstream\nendobj"
            )
        case "a name":
            (state.evidence / f"{canary(1)}.txt").touch()
        case _:
            (state.folder / "robot.log").write_text(QUOTINGS["escapes"](canary(1)), encoding="utf-8")
    summary = finalize(state, settings, Ended("done", 0, ""), STEPS, FAMILY, known)
    assert (summary["outcome"], summary["exit_code"], summary["pack_sha256"]) == ("done", 0, None)
    [leak] = {leak.rpartition(": ")[2] for leak in summary.get("secret_scan", {})["leaks"]}
    assert leak == "the Inter-Appliance key"
    card = {label: text for label, text in summary.get("stop_card", [])}  # noqa: C416 - lists, not pairs
    assert card["State"].startswith("done; no pack was made (exit code 7)")
    assert f"failover-robot seal {state.name}" in card["Next"]
    assert not list(state.evidence.glob(f"{state.name}*.zip"))
    assert canary(1) not in json.dumps(summary)


def test_what_could_not_be_looked_through_in_time_is_not_sealed_and_sealed_later(
    run: tuple[RunState, Settings, Secrets], monkeypatch: pytest.MonkeyPatch
) -> None:
    state, settings, known = run
    with monkeypatch.context() as patch:
        patch.setattr(leak_scan, "TEXTS_WITHIN_S", -1.0)
        summary = finalize(state, settings, Ended("already", 0, ""), STEPS, FAMILY, known)
    assert (summary["outcome"], summary["exit_code"], summary["pack_sha256"]) == ("already", 0, None)
    assert summary.get("secret_scan", {})["no_pack"] == "the evidence could not be looked through within -1 s"
    assert dict(summary.get("stop_card", []))["Next"] == f"failover-robot seal {state.name}"
    assert verify(seal_by_hand(state, lambda: known), trusted_here()).findings == ()
    assert "stop_card" not in read(state.evidence)


def test_a_database_that_is_down_is_told_and_the_pack_is_made(
    run: tuple[RunState, Settings, Secrets], monkeypatch: pytest.MonkeyPatch
) -> None:
    state, settings, known = run
    monkeypatch.setenv("FAILOVER_ROBOT_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    summary = finalize(state, settings, Ended("done", 0, ""), STEPS, FAMILY, known)
    assert summary["pack_sha256"]
    assert "the database could not be looked through (OperationalError)" in summary.get("secret_scan", {})["unseen"]


def test_a_secret_that_was_found_is_not_passed_over_by_taking_it_out_of_the_environment(
    run: tuple[RunState, Settings, Secrets],
) -> None:
    state, settings, known = run
    (state.evidence / "notes.txt").write_text(canary(1), encoding="utf-8")
    known.texts().learn(canary(1), "the Inter-Appliance key")
    finalize(state, settings, Ended("done", 0, ""), STEPS, FAMILY, known)
    with pytest.raises(Refused, match=r"no pack is made of .*notes\.txt: the Inter-Appliance key; and it cannot be looked again"):
        seal_by_hand(state, lambda: "B_LOGIN_PASSWORD is missing")
    with pytest.raises(Refused, match=r"notes\.txt: the Inter-Appliance key"):
        seal_by_hand(state, lambda: secrets(settings))
    assert seal_by_hand(state, lambda: secrets(settings), "Ada").exists()
    assert any("Ada says that what was found before" in line.text for line in state.history.lines)


def test_a_name_that_a_rule_matches_stands_nowhere_and_the_report_counts_by_rule_and_area(here: Here, tmp_path: Path) -> None:
    assert here
    rules = '\n[evidence]\nocr = false\nredact = ["Nobody", "(?i)acme corp"]\nredact_areas = ["Custmer", "Peer Host"]\n'
    (tmp_path / "pair.toml").write_text(f"{PAIR}{rules}", encoding="utf-8")
    write_env(tmp_path)
    state, settings = begun(tmp_path / "pair.toml"), load(tmp_path / "pair.toml")
    known = secrets(settings)
    with EvidenceLog(state.evidence, hide=known.texts()) as record:
        for text in ("a session of Acme Corp and one of ACME CORP", "nothing"):
            record.append("note", "a-counts", unit="a", text=text, reading={"sites": [text]}, redacted={"2": 3, "4": 1})
    summary = finalize(state, settings, Ended("done", 0, "Acme Corp was served"), STEPS, FAMILY, known)
    assert summary["reason"] == "[redacted 2] was served"
    assert summary.get("redactions") == [
        {"rule": 1, "texts": 0, "pictures": 0},
        {"rule": 2, "texts": 4, "pictures": 6},
        {"area": "Custmer", "pictures": 0},
        {"area": "Peer Host", "pictures": 2},
    ]
    report = html.unescape((state.evidence / "report.html").read_text("utf-8"))
    assert "rule 2 of the pair file: 4 places in texts, 6 in pictures" in report
    assert 'area "Custmer": on no page that was pictured: is it spelt so there?' in report
    assert 'area "Peer Host": 2 places in pictures' in report
    with zipfile.ZipFile(state.evidence / f"{state.name}.zip") as pack:
        assert not [name for name in pack.namelist() if b"acme" in pack.read(name).lower()]


@pytest.mark.parametrize("secret", ["Bomgar-15!", "failover.status#2"])
def test_a_secret_that_reads_like_words_of_a_page_refuses_no_seal_for_its_pictures(secret: str) -> None:
    assert not why_ordinary(secret), "it is masked in texts"
    assert leak_scan.reads_like_words(secret)
    assert not leak_scan.reads_like_words(canary(1))


def test_a_private_key_is_found_whoever_has_it() -> None:
    scan = LeakScan({})
    scan.scan_text("a.log", "LS0tLS1CRUdJTiBPUEVOU1NIIFBSSVZBVEUgS0VZLS0tLS0K -----BEGIN OPENSSH PRIVATE KEY-----")
    assert list(scan.leaks) == [Leak("a.log", "a private key")]
