"""`erase` and `seal --grade shareable` on a run that has ended: its folder, its packs, its custody log."""

import json
import zipfile
from pathlib import Path

import pytest
from a_begun_run import begun
from a_pair_file import PAIR
from PIL import Image

from flows.step_names import STEPS
from pages.appliance_family import FAMILY
from robot.domain.errors import Refused, UsageError
from robot.evidence.pack.verification import verify
from robot.evidence.record import chain
from robot.evidence.record.summary import read
from robot.runs.custody_log import ERASED, ERASING, SENT, CustodyLog
from robot.runs.evidence_log import EvidenceLog
from robot.runs.store import RunState
from robot.runs.supervisor import Ended
from robot.settings import load
from robot.signing.evidence_key import trusted_here
from robot.status.finalize import finalize, seal_by_hand, share_by_hand
from robot.status.picture_erasure import erase_of_pack, erase_of_run

PICTURE = "shots/001-a-look-after.png"
KEPT = '\n[evidence]\nretention = "7 years"\nowner = "Change management"\npurpose = "Audit"\n'


@pytest.fixture(autouse=True)
def _machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def run(tmp_path: Path) -> RunState:
    """A run with one picture that has ended and is sealed; what support needs was made of it too."""
    (tmp_path / "pair.toml").write_text(PAIR + KEPT, encoding="utf-8")
    state = begun(tmp_path / "pair.toml")
    (state.evidence / "shots").mkdir(exist_ok=True)
    Image.new("RGB", (90, 60), "#123456").save(state.evidence / PICTURE)
    data = (state.evidence / PICTURE).read_bytes()
    with EvidenceLog(state.evidence) as record:
        shot = {"file": PICTURE, "sha256": chain.digest(data), "bytes": len(data)}
        record.append("reading", "a-look", unit="a", title="A", reading={"role": "primary"}, **shot)
    seal_by_hand(state, lambda: "they are not known here")  # a partial one, on the way
    finalize(state, load(tmp_path / "pair.toml"), Ended("already", 0, ""), STEPS, FAMILY)
    return state


def packs(state: RunState) -> list[Path]:
    return sorted(state.evidence.glob("*.zip"))


def test_a_picture_goes_from_the_folder_and_from_every_pack_of_the_run_and_all_of_it_verifies(run: RunState) -> None:
    data = (run.evidence / PICTURE).read_bytes()
    (run.evidence / f"{run.name}-support.zip").touch()
    with zipfile.ZipFile(run.evidence / f"{run.name}-support.zip", "w") as support:
        support.writestr(PICTURE, data)
    report = erase_of_run(run, "001", " Ada Example ", "a customer's name")
    assert len(report.packs) == 2
    assert {verify(pack, trusted_here()).word for pack in packs(run)} == {"verified"}
    holding = [path for path in run.evidence.rglob("*") if path.is_file() and data[30:] in path.read_bytes()]
    assert holding == []
    assert not (run.evidence / "report.pdf").exists()
    assert any("-support.zip held the picture and is gone" in sentence for sentence in report.sentences)
    final = run.evidence / f"{run.name}.zip"
    assert read(run.evidence)["pack_sha256"] == chain.file_digest(final)
    assert seal_by_hand(run, lambda: "they are not known here") == final, "folder and pack still agree"


def test_the_custody_log_tells_of_it_before_and_after(run: RunState) -> None:
    erase_of_run(run, "001", "Ada Example", "a customer's name")
    first, last = (json.loads(raw) for raw in (run.evidence / "custody.jsonl").read_bytes().splitlines())
    assert (first["kind"], last["kind"]) == (ERASING, ERASED)
    assert {line["asked_by"] for line in (first, last)} == {"Ada Example"}
    assert {line["reason"] for line in (first, last)} == {"a customer's name"}
    assert PICTURE in last["files"]
    assert last["packs"][f"{run.name}.zip"] == chain.file_digest(run.evidence / f"{run.name}.zip")


def test_an_erasure_that_was_killed_half_way_is_finished_by_the_same_command(run: RunState) -> None:
    data = (run.evidence / PICTURE).read_bytes()
    erase_of_run(run, "001", "Ada Example", "a customer's name")
    (run.evidence / PICTURE).write_bytes(data)
    (run.evidence / "erased" / "001-a-look-after.json").unlink()
    report = erase_of_run(run, "001", "Ada Example", "a customer's name")
    assert not (run.evidence / PICTURE).exists()
    assert any("was erased before" in sentence for sentence in report.sentences)
    assert seal_by_hand(run, lambda: "they are not known here")


def test_it_says_to_which_ticket_the_picture_has_gone_already(run: RunState) -> None:
    with CustodyLog(run.evidence) as log:
        log.append(SENT, to="ServiceNow", ticket="CHG0031337", name=f"{run.name}.zip", sha256="0" * 64)
    report = erase_of_run(run, "001", "Ada Example", "a customer's name")
    assert "it was sent to CHG0031337 (ServiceNow) before: have it erased there too" in report.sentences


def test_a_pack_in_the_folder_of_its_run_is_erased_with_the_run_and_a_copy_elsewhere_by_itself(
    run: RunState, tmp_path: Path
) -> None:
    final = run.evidence / f"{run.name}.zip"
    (tmp_path / "elsewhere").mkdir()
    copy = tmp_path / "elsewhere" / final.name
    copy.write_bytes(final.read_bytes())
    erase_of_pack(copy, PICTURE, "Ada Example", "a customer's name")
    assert {each["by"] for each in verify(copy, trusted_here()).facts["erased"]} == {"Ada Example"}
    assert (run.evidence / PICTURE).exists()
    assert (copy.parent / "custody.jsonl").is_file()
    erase_of_pack(final, PICTURE, "Ada Example", "a customer's name")
    assert not (run.evidence / PICTURE).exists()


@pytest.mark.parametrize(
    ("by", "reason", "option"),
    [("", "why", "--by"), (" ", "why", "--by"), ("Ada", "", "--reason"), ("Ada", "a\nb", "--reason")],
)
def test_who_erases_says_so_and_why(run: RunState, by: str, reason: str, option: str) -> None:
    before = [pack.read_bytes() for pack in packs(run)]
    with pytest.raises(UsageError, match=option):
        erase_of_run(run, "001", by, reason)
    assert [pack.read_bytes() for pack in packs(run)] == before
    assert not (run.evidence / "custody.jsonl").exists()


def test_nothing_is_erased_of_an_open_run_or_of_a_picture_that_is_not_there(run: RunState, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="holds no picture '017'"):
        erase_of_run(run, "017", "Ada Example", "a customer's name")
    with pytest.raises(Refused, match="has no final pack yet"):
        erase_of_run(begun(tmp_path / "pair.toml"), "001", "Ada Example", "a customer's name")


def test_the_shareable_pack_lies_beside_the_restricted_one_and_no_later_pack_holds_it(run: RunState) -> None:
    shareable = share_by_hand(run, lambda: "they are not known here")
    assert shareable.name == f"{run.name}-shareable.zip"
    verdict = verify(shareable, trusted_here())
    assert (verdict.word, verdict.facts["grade"], verdict.facts["kept"]["retention"]) == ("verified", "shareable", "7 years")
    assert "owner" not in verdict.facts["kept"]
    assert seal_by_hand(run, lambda: "they are not known here") == run.evidence / f"{run.name}.zip"
    erase_of_run(run, "001", "Ada Example", "a customer's name")
    assert share_by_hand(run, lambda: "they are not known here") == shareable, "an erasure changes nothing of what is shared"


def test_nothing_is_shared_of_a_run_that_has_not_ended(run: RunState, tmp_path: Path) -> None:
    del run
    with pytest.raises(Refused, match="has not ended"):
        share_by_hand(begun(tmp_path / "pair.toml"), lambda: "they are not known here")


def test_how_long_it_is_kept_by_whom_and_for_what_stands_in_summary_report_exports_and_pack(run: RunState) -> None:
    told = read(run.evidence)["kept"]
    assert (told["retention"], told["owner"], told["purpose"]) == ("7 years", "Change management", "Audit")
    assert told["until"].startswith(str(int(read(run.evidence)["ended"][:4]) + 7))
    verdict = verify(run.evidence / f"{run.name}.zip", trusted_here())
    assert verdict.facts["kept"] == told
    words = f"7 years, until {told['until']}; owner: Change management; purpose: Audit"
    for name in ("report.html", "exports/summary.md"):
        assert words in (run.evidence / name).read_text("utf-8"), name
