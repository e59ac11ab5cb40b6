"""The main job, end to end, through real browsers against a simulated pair over real TLS."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from an_upgrade import command

from robot.evidence.verification import verify

if TYPE_CHECKING:
    from an_upgrade import Upgrade

PRESSES = [
    ("b", "sync-now"),
    ("b", "break-failover-relationships"),
    ("b", "install Base Software 3.4.1"),
    ("b", "install Bomgar Remote Support 13.1.2"),
    ("a", "ip-disable {shared}"),
    ("b", "ip-enable {shared}"),
    ("a", "install Base Software 3.4.1"),
    ("a", "install Bomgar Remote Support 13.1.2"),
    ("b", "establish-relationship"),
    ("a", "sync-now"),
]
"""The procedure, as the appliances are told it: BS5, BS7, UA4 twice, SI2, SI4, AA1 twice, RE7, RE9."""


def test_it_ends_with_0_and_prints_the_path_of_its_pack(upgrade: Upgrade) -> None:
    assert upgrade.code == 0, upgrade.stderr
    assert upgrade.pack == upgrade.run_folder / f"{upgrade.run_folder.name}.zip"
    assert upgrade.pack.is_file()


def test_the_appliances_are_told_the_right_changes_in_the_right_order_each_exactly_once(upgrade: Upgrade) -> None:
    shared = upgrade.simulated.addresses["shared"]
    told = [(line["unit"], line["action"]) for line in upgrade.simulated.changes()]
    assert told == [(unit, action.format(shared=shared)) for unit, action in PRESSES]


def test_everything_fetched_alters_nothing_and_is_what_the_procedure_asks_for(upgrade: Upgrade) -> None:
    fetched = [(line["unit"], line["action"]) for line in upgrade.simulated.fetches()]
    backups = [unit for unit, action in fetched if action == "download-backup"]
    assert backups == ["a", "b"]
    assert {action for _, action in fetched} == {"download-backup", "check-for-updates"}
    assert fetched.index(("a", "check-for-updates")) < fetched.index(("a", "download-backup"))
    assert fetched.index(("b", "check-for-updates")) < fetched.index(("a", "download-backup"))


def test_the_backup_is_made_before_the_first_change(upgrade: Upgrade) -> None:
    backup = next(line for line in upgrade.simulated.fetches() if line["action"] == "download-backup")
    assert backup["monotonic"] < upgrade.simulated.changes()[0]["monotonic"]


def test_backups_are_real_owner_only_and_outside_the_evidence(upgrade: Upgrade) -> None:
    files = sorted((upgrade.simulated.folder / "backups").iterdir())
    assert len(files) == 2
    for file in files:
        assert file.stat().st_mode & 0o077 == 0
        assert file.stat().st_size > 100_000
    assert not list(upgrade.run_folder.rglob("*.nsb"))


def test_at_the_end_b_serves_alone_and_a_is_its_backup(upgrade: Upgrade) -> None:
    serving = [line["serving"] for line in upgrade.simulated.serving()]
    assert "conflict" not in serving
    assert serving[-1] == "b"


def test_the_swing_gap_measured_from_outside_agrees_with_what_the_pair_itself_logged(upgrade: Upgrade) -> None:
    serving = upgrade.simulated.serving()
    off = next(line["monotonic"] for line in serving if line["serving"] == "none")
    on = next(line["monotonic"] for line in serving if line["serving"] == "b")
    measured = upgrade.summary["swing_gap_ms"]
    assert abs(measured["value"] - (on - off) * 1000) <= measured["error"] + 100


def test_every_change_has_a_picture_before_and_after(upgrade: Upgrade) -> None:
    shots = [path.name for path in (upgrade.run_folder / "shots").iterdir()]
    pressed = [line["step"] for line in upgrade.lines if line["kind"] == "intent"]
    assert len(pressed) == len(PRESSES)
    for step in pressed:
        for when in ("before", "after"):
            assert any(re.fullmatch(rf"\d{{3,}}-{step}-{when}\.png", name) for name in shots), (step, when)


def test_the_control_about_to_be_pressed_is_framed(upgrade: Upgrade) -> None:
    for line in upgrade.lines:
        if line["kind"] == "intent":
            assert line["control"]["label"]
            assert line["control"]["width"] > 10


def test_every_line_names_the_appliance_that_really_answered(upgrade: Upgrade) -> None:
    serials = {line["unit"]: line["serial"] for line in upgrade.lines if line["kind"] == "intent"}
    for line in upgrade.lines:
        if line["kind"] in {"intent", "proved"}:
            assert line["address"] == upgrade.simulated.addresses[line["unit"]]
            assert line["serial"] == serials[line["unit"]] != ""


def test_the_summary_keeps_the_contract(upgrade: Upgrade) -> None:
    summary = upgrade.summary
    assert (summary["outcome"], summary["exit_code"]) == ("done", 0)
    assert summary["versions"]["a"]["before"]["product"].startswith("12.3.5")
    assert summary["versions"]["b"]["after"]["product"].startswith("13.1.2")
    assert summary["versions"]["a"]["after"]["base"].startswith("3.4.1")
    assert {step["state"] for step in summary["steps"]} <= {"done", "already", "skipped"}
    assert summary["exposure_s"] > 0
    assert re.fullmatch(r"[0-9a-f]{64}", summary["pack_sha256"])


def test_the_pack_verifies_offline_and_a_changed_byte_is_found(
    upgrade: Upgrade, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert verify(upgrade.pack).ok, verify(upgrade.pack).findings
    data = bytearray(upgrade.pack.read_bytes())
    data[len(data) // 2] ^= 1
    other = tmp_path_factory.mktemp("enemy") / upgrade.pack.name
    other.write_bytes(data)
    assert not verify(other).ok


def test_nothing_that_a_run_leaves_holds_a_secret(upgrade: Upgrade) -> None:
    secrets = secrets_of(upgrade)
    found = [
        f"{name} in {path}"
        for path in upgrade.folder.rglob("*")
        if path.is_file() and path != upgrade.simulated.env_file and upgrade.simulated.folder not in path.parents
        for name, secret in secrets.items()
        if secret.encode() in path.read_bytes()
    ]
    assert found == []


def test_no_process_list_and_no_browser_environment_holds_a_secret(upgrade: Upgrade) -> None:
    assert len(upgrade.process_lists) > 5
    for name, secret in secrets_of(upgrade).items():
        assert not any(secret in listed for listed in upgrade.process_lists), name


def test_no_picture_shows_a_secret_to_a_reader(upgrade: Upgrade) -> None:
    if shutil.which("tesseract") is None:
        pytest.fail("tesseract is missing: .ci/setup test installs it")
    wanted = [folded(secret) for secret in secrets_of(upgrade).values()]
    risky = ("inter-appliance-key", "download-backup", "sync-now", "status-basics", "establish")
    shots = [
        path for path in sorted((upgrade.run_folder / "shots").iterdir())
        if any(word in path.name for word in risky)
    ]  # fmt: skip
    assert len(shots) > 10
    for shot in shots:
        read = subprocess.run(
            ["tesseract", str(shot), "-", "--psm", "11"],
            capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin", "OMP_THREAD_LIMIT": "1"},
        ).stdout  # fmt: skip
        said = folded(read)
        assert len(said) > 30
        assert not [secret for secret in wanted if secret in said], shot.name


def test_the_inter_appliance_key_is_masked_visibly_and_counted(upgrade: Upgrade) -> None:
    keys = [line for line in upgrade.lines if "inter-appliance-key" in line["step"] and line["reading"]["shown"]]
    assert keys
    assert all(line["masked"] >= 1 for line in keys)


def test_a_second_run_finds_nothing_to_do_and_presses_nothing(upgrade: Upgrade) -> None:
    before = len(upgrade.simulated.changes())
    pair = upgrade.simulated.pair_file
    again = subprocess.run(
        [*command("run"), str(pair), "--now", "--artifacts", str(upgrade.folder / "again")],
        capture_output=True, text=True, env=upgrade.env, check=False, timeout=120,
    )  # fmt: skip
    assert again.returncode == 0, again.stderr
    assert "nothing to do" in again.stderr
    assert len(upgrade.simulated.changes()) == before
    summary = json.loads(next((upgrade.folder / "again").glob("*/*/summary.json")).read_text(encoding="utf-8"))
    assert summary["outcome"] == "already"


def secrets_of(upgrade: Upgrade) -> dict[str, str]:
    """Every password, and the Inter-Appliance key."""
    lines = upgrade.simulated.env_file.read_text(encoding="utf-8").splitlines()
    known = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    found = {name: value.strip("'\"") for name, value in known.items() if not name.endswith("USERNAME")}
    assert len(found) >= 5
    return {**found, "key": upgrade.simulated.state()["key"]}


def folded(text: str) -> str:
    """Letters that a reader confuses, made one."""
    return re.sub(r"\s+", "", text).lower().translate(str.maketrans("oil|", "0111"))
