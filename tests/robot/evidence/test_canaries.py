"""Five hundred canary secrets, in every place of a run's record and however they are quoted: an independent scan finds none."""

import json
import zipfile
from pathlib import Path

import pytest
from a_begun_run import begun
from a_pair_file import PAIR, write_env
from canaries import QUOTINGS, canary, found_below, traces_in
from PIL import Image, PngImagePlugin
from spoken import Here

from flows.step_names import STEPS
from pages.appliance_family import FAMILY
from robot.domain.masking import Masking
from robot.evidence.scan.finder import SecretFinder, SecretForms
from robot.evidence.scan.leaks import Leak, LeakScan
from robot.runs.evidence_log import EvidenceLog
from robot.runs.store import RunState, write_private
from robot.runs.supervisor import Ended
from robot.settings import Settings, load
from robot.settings.secrets import Secrets, secrets
from robot.status.finalize import finalize

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


@pytest.mark.parametrize("where", ["a file", "an archive", "the words of a picture", "behind a picture", "a name", "the log"])
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


def test_a_private_key_is_found_whoever_has_it() -> None:
    scan = LeakScan({})
    scan.scan_text("a.log", "LS0tLS1CRUdJTiBPUEVOU1NIIFBSSVZBVEUgS0VZLS0tLS0K -----BEGIN OPENSSH PRIVATE KEY-----")
    assert list(scan.leaks) == [Leak("a.log", "a private key")]
