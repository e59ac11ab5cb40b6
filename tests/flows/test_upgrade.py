"""The main job, end to end, through real browsers against a simulated pair over real TLS."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from an_upgrade import command
from audit_places import questions, unanswered

from robot.evidence.pack.verification import verify
from robot.evidence.record.plain_json import object_in

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


@pytest.mark.proves(
    "PL1", "BS4", "BS5", "BS7", "UB1", "UA4", "UA5", "MP1", "SI1", "SI2", "SI3", "SI4", "AA1", "RE1", "RE3", "RE7", "RE9"
)
def test_the_appliances_are_told_the_right_changes_in_the_right_order_each_exactly_once(upgrade: Upgrade) -> None:
    shared = upgrade.simulated.addresses["shared"]
    told = [(line["unit"], line["action"]) for line in upgrade.simulated.changes()]
    assert told == [(unit, action.format(shared=shared)) for unit, action in PRESSES]


def test_what_is_pressed_is_the_plans_list_in_its_order_and_nothing_else(upgrade: Upgrade) -> None:
    listed = [press["step"] for press in upgrade.plan["presses"] if not press["way"]]
    assert [line["step"] for line in upgrade.lines if line["kind"] == "intent"] == listed
    assert len(upgrade.simulated.changes()) == len(listed), "and the pair knows of no other change"


def test_one_digest_stands_in_plan_approval_record_summary_report_and_pack(upgrade: Upgrade) -> None:
    digest = upgrade.plan["digest"]
    signature = next(upgrade.folder.glob("plan.json.*.sig"))
    statement = json.loads(base64.b64decode(json.loads(signature.read_bytes())["payload"]))
    on_record = [line["reading"]["plan"] for line in upgrade.lines if line["file"].startswith("attachments/plan.json")]
    assert [statement["plan"], *on_record, upgrade.summary["plan"]["digest"]] == [digest] * 4
    assert f"<dd>{digest}</dd>" in (upgrade.run_folder / "report.html").read_text(encoding="utf-8")
    with zipfile.ZipFile(upgrade.pack) as pack:
        kept = {name: pack.read(name) for name in pack.namelist() if name.startswith("attachments/plan.json")}
    assert list(kept.values()) == [(upgrade.folder / "plan.json").read_bytes(), signature.read_bytes()]


def test_the_pair_is_compared_with_the_plan_three_times_and_what_an_upgrade_changes_is_expected(upgrade: Upgrade) -> None:
    made = {each["step"]: each for each in upgrade.summary["changes_since_plan"]}
    assert list(made) == [f"site-observed-{gate}" for gate in ("b-updated", "a-updated", "end")]
    assert [sentence for each in made.values() for sentence in each["unexpected"]] == []
    assert all(each["numbers"]["expected"] >= 20 for each in made.values())
    looks = [line for line in upgrade.lines if line.get("heading") == "Observation" and line["file"]]
    assert len(looks) > 60
    assert all((upgrade.run_folder / line["file"]).exists() for line in looks)
    page = (upgrade.run_folder / "report.html").read_text(encoding="utf-8")
    assert page.index('id="brief"') < page.index('id="changes"') < page.index("Nothing has changed that nobody planned.")


def test_the_appliances_own_traces_tell_of_nothing_but_what_the_run_has_pressed(upgrade: Upgrade) -> None:
    told = upgrade.summary["traces"]
    assert (told["unexplained"], told["people"], told["unknown"]) == ([], [], [])
    assert told["presses"] == sum(each["events"] for each in told["sources"]) >= 12
    looks = [line for line in upgrade.lines if line["step"] in {"a-status-history", "b-status-history"}]
    assert all(line["reading"]["history"]["events"] and line["file"] for line in looks)
    assert "Nothing is unexplained." in (upgrade.run_folder / "report.html").read_text(encoding="utf-8")


def test_program_browser_machine_and_user_stand_in_plan_record_and_summary_alike(upgrade: Upgrade) -> None:
    (written,) = [line["reading"] for line in upgrade.lines if "written_by" in (line["reading"] or {})]
    told = {name: value for name, value in upgrade.summary["robot"].items() if name != "revision"}
    assert told == written["written_by"] == {name: value for name, value in upgrade.plan["robot"].items() if name != "met"}
    assert all(told.values())
    assert set(told) == {"version", "code_sha256", "python", "host", "user", "chromium"}
    assert re.search(r"\d+(\.\d+){3}", told["chromium"])


def test_twenty_questions_of_an_auditor_are_answered_by_the_pack_where_the_docs_say_so(upgrade: Upgrade) -> None:
    assert list(questions()) == list(range(1, 21))
    assert unanswered(upgrade.pack) == []


def test_a_pack_is_at_most_a_quarter_of_what_it_was_and_each_picture_is_in_it_once(upgrade: Upgrade, tmp_path: Path) -> None:
    with zipfile.ZipFile(upgrade.pack) as pack:
        shots = [pack.read(name) for name in pack.namelist() if name.startswith("shots/")]
        assert len(set(shots)) == len(shots)
        assert not [name for name in pack.namelist() if name.startswith("captioned/")]
        assert b"base64" not in pack.read("report.html")
        assert pack.read("report.pdf").startswith(b"%PDF-"), "made when the run ended"
        pack.extract("report.pdf", tmp_path)
    told = subprocess.run(["pdfsig", tmp_path / "report.pdf"], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in told
    assert "Total document signed" in told
    assert set(upgrade.summary["signer"]) == {"key_id", "worth"}, "nothing is missing in it"
    assert upgrade.pack.stat().st_size < 38_000_000 / 4
    assert len([line for line in upgrade.lines if line["file"].startswith("shots/")]) > 1.5 * len(shots)


@pytest.mark.proves("BS1", "BS2", "UA1", "UA2", "OP4")
def test_everything_fetched_alters_nothing_and_is_what_the_procedure_asks_for(upgrade: Upgrade) -> None:
    fetched = [(line["unit"], line["action"]) for line in upgrade.simulated.fetches()]
    backups = [unit for unit, action in fetched if action == "download-backup"]
    assert backups == ["a", "b"]
    smoke_checks = {"rep-console"}
    assert {action for _, action in fetched} - smoke_checks == {"download-backup", "check-for-updates", "tcp-connection-test"}
    assert fetched.index(("a", "check-for-updates")) < fetched.index(("a", "download-backup"))
    assert fetched.index(("b", "check-for-updates")) < fetched.index(("a", "download-backup"))


@pytest.mark.proves("BS8")
def test_the_backup_is_made_before_the_first_change(upgrade: Upgrade) -> None:
    backup = next(line for line in upgrade.simulated.fetches() if line["action"] == "download-backup")
    assert backup["monotonic"] < upgrade.simulated.changes()[0]["monotonic"]


@pytest.mark.proves("BS3")
def test_backups_are_real_owner_only_and_outside_the_evidence(upgrade: Upgrade) -> None:
    files = sorted((upgrade.simulated.folder / "backups").iterdir())
    assert len(files) == 2
    for file in files:
        assert file.stat().st_mode & 0o077 == 0
        assert file.stat().st_size > 100_000
    assert not list(upgrade.run_folder.rglob("*.nsb"))


def test_no_backup_is_in_the_pack_but_the_digest_of_each_and_where_it_was_put(upgrade: Upgrade) -> None:
    files = {file.name: file.read_bytes() for file in (upgrade.simulated.folder / "backups").iterdir()}
    told = {backup["file"]: backup["sha256"] for backup in upgrade.summary["backups"]}
    assert told == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    with zipfile.ZipFile(upgrade.pack) as archive:
        members = [archive.read(name) for name in archive.namelist()]
        assert json.loads(archive.read("summary.json"))["backups"] == upgrade.summary["backups"]
    for data in files.values():
        piece = data[len(data) // 2 :][:64]
        assert not any(piece in member for member in members)


@pytest.mark.proves("SI5")
def test_at_the_end_b_serves_alone_and_a_is_its_backup(upgrade: Upgrade) -> None:
    serving = [line["serving"] for line in upgrade.simulated.serving()]
    assert "conflict" not in serving
    assert serving[-1] == "b"


@pytest.mark.proves("SI5")
def test_the_swing_gap_measured_from_outside_agrees_with_what_the_pair_itself_logged(upgrade: Upgrade) -> None:
    serving = upgrade.simulated.serving()
    off = next(line["monotonic"] for line in serving if line["serving"] == "none")
    on = next(line["monotonic"] for line in serving if line["serving"] == "b")
    measured = upgrade.summary["swing_gap_ms"]
    assert abs(measured["value"] - (on - off) * 1000) <= measured["error"] + 100


def test_every_change_has_a_picture_before_and_after(upgrade: Upgrade) -> None:
    pictured = {(line["step"], line.get("moment")) for line in upgrade.lines if (upgrade.run_folder / line["file"]).is_file()}
    pressed = [line["step"] for line in upgrade.lines if line["kind"] == "intent"]
    assert len(pressed) == len(PRESSES)
    for step in pressed:
        for when in ("before", "after"):
            assert (step, when) in pictured, "an equal picture of an earlier step may stand for it"


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


def numbered(upgrade: Upgrade, step: str, kind: str = "reading") -> int:
    """The place in the record of a step's line."""
    return next(line["seq"] for line in upgrade.lines if (line["step"], line["kind"]) == (step, kind))


def read(upgrade: Upgrade, step: str, kind: str = "reading") -> dict[str, Any]:
    """What a step read."""
    return next(line["reading"] for line in upgrade.lines if (line["step"], line["kind"]) == (step, kind))


@pytest.mark.proves("BS6", "RE9", "RE11")
@pytest.mark.parametrize("step", ["b-sync-now", "a-sync-now"])
def test_a_synchronisation_is_over_when_a_new_one_is_told_and_none_is_under_way(upgrade: Upgrade, step: str) -> None:
    before, after = read(upgrade, step, "intent"), read(upgrade, step, "proved")
    assert after["last_sync"]
    assert after["last_sync"] != before["last_sync"]
    assert not after["syncing"]


@pytest.mark.proves("BS7")
def test_the_relationship_is_broken_only_after_the_synchronisation_is_proved(upgrade: Upgrade) -> None:
    assert numbered(upgrade, "b-sync-now", "proved") < numbered(upgrade, "b-break-failover-relationships", "intent")


@pytest.mark.proves("OP6")
def test_after_every_install_the_shared_ip_is_read_on_both_before_anything_else(upgrade: Upgrade) -> None:
    lines = upgrade.lines
    installs = [place for place, line in enumerate(lines) if "-install-" in line["step"] and line["kind"] == "proved"]
    assert len(installs) == 4
    for place in installs:
        next_two = lines[place + 1 : place + 3]
        assert [line["unit"] for line in next_two] == ["a", "b"]
        assert {line["reading"]["ip"] for line in next_two} == {upgrade.simulated.addresses["shared"]}
        assert [line["reading"]["enabled"] for line in next_two] == [lines[place]["unit"] == "b", lines[place]["unit"] == "a"]


@pytest.mark.proves("VT1", "VT2", "AA2")
@pytest.mark.parametrize("unit", ["b", "a"])
def test_an_updated_appliance_is_asked_under_the_sites_name_by_two_browsers(upgrade: Upgrade, unit: str) -> None:
    signed_in, visited = read(upgrade, f"{unit}-verify-software"), read(upgrade, f"{unit}-verify-portal")
    own = upgrade.simulated.addresses[unit]
    assert (signed_in["hostname"], signed_in["address"], visited["ip"]) == ("support.example.com", own, own)
    assert signed_in["product"].startswith("13.1.2")
    assert signed_in["base"].startswith("3.4.1")
    assert visited["status"] == 200
    assert "first browser on " in signed_in["client"], "the report says where it ran"
    last = max(line["seq"] for line in upgrade.lines if line["step"].startswith(f"{unit}-install-"))
    assert numbered(upgrade, f"{unit}-verify-software") > last


@pytest.mark.proves("AA3", "AA4")
def test_before_a_is_updated_b_serves_nobody_is_left_on_a_and_b_is_backed_up(upgrade: Upgrade) -> None:
    begins = next(line["seq"] for line in upgrade.lines if line["step"].startswith("a-install-") and line["kind"] == "intent")
    steps = ("site-served-before-a", "a-shared-ip-before-update", "a-quiet", "b-download-backup")
    swung = numbered(upgrade, "b-enable-shared-ip", "proved")
    assert all(swung < numbered(upgrade, step) < begins for step in steps)
    assert read(upgrade, "site-served-before-a")["serial"] == read(upgrade, "b-status-basics")["serial"]
    assert read(upgrade, "a-shared-ip-before-update")["enabled"] is False
    assert set(read(upgrade, "a-quiet")["clients"].values()) == {0}


@pytest.mark.proves("PL4", "OP1", "VT12", "MP3")
def test_what_was_counted_on_a_before_the_swing_is_found_on_b(upgrade: Upgrade) -> None:
    then, now = read(upgrade, "a-counts-at-the-sync"), read(upgrade, "a-counts-before-swing")
    assert then == now
    assert (now["users"], now["representatives"], now["sessions"], now["jump_clients"]) == (42, 7, 4, 120)
    assert numbered(upgrade, "a-counts-at-the-sync") < numbered(upgrade, "b-sync-now", "intent")
    assert numbered(upgrade, "a-counts-before-swing") < numbered(upgrade, "a-disable-shared-ip", "intent")
    installs = [line["seq"] for line in upgrade.lines if line["step"].startswith("a-install-") and line["kind"] == "intent"]
    assert numbered(upgrade, "b-jump-clients-back") < min(installs)
    assert read(upgrade, "b-jump-clients-back") == {"before": 120, "back": 120}
    assert read(upgrade, "b-counts-at-the-end")["recorded_sessions"] >= now["recorded_sessions"]
    told = {line["step"]: line["text"] for line in upgrade.lines if line["kind"] == "note"}
    assert told["site-cut-off"] == "7 signed-in representatives and 4 running sessions are cut off by the swing"
    assert told["a-cut-off"] == "0 signed-in representatives and 0 running sessions are cut off by A's update"


@pytest.mark.proves("RE13")
def test_each_was_asked_for_the_other_before_the_break_and_before_establishing(upgrade: Upgrade) -> None:
    presses = {"break": "b-break-failover-relationships", "establishing": "b-establish-relationship"}
    for before, press in presses.items():
        for step in (f"a-reaches-b-before-{before}", f"b-reaches-a-before-{before}"):
            assert read(upgrade, step)["reached"] is True
            assert numbered(upgrade, step) < numbered(upgrade, press, "intent")


@pytest.mark.proves("RE2")
def test_the_inter_appliance_keys_are_compared_after_the_break_and_again_before_establishing(upgrade: Upgrade) -> None:
    steps = [
        "a-inter-appliance-key",
        "b-inter-appliance-key-after-break",
        "a-inter-appliance-key-again",
        "b-inter-appliance-key-again",
    ]
    prints = {read(upgrade, step)["fingerprint"] for step in steps}
    assert len(prints) == 1
    assert prints != {""}
    assert numbered(upgrade, steps[1]) > numbered(upgrade, "b-break-failover-relationships", "proved")
    assert numbered(upgrade, steps[3]) < numbered(upgrade, "b-establish-relationship", "intent")


@pytest.mark.proves("RE3", "RE8", "RE12")
def test_at_the_end_the_roles_are_exchanged_and_everything_else_is_as_before(upgrade: Upgrade) -> None:
    a, b = read(upgrade, "a-failover-at-the-end"), read(upgrade, "b-failover-at-the-end")
    assert (a["role"], b["role"]) == ("backup", "primary")
    assert a["settings"] == read(upgrade, "b-failover")["settings"]
    assert b["settings"] == read(upgrade, "a-failover")["settings"]
    assert a["settings"]
    assert [read(upgrade, f"{unit}-shared-ip-at-the-end")["enabled"] for unit in "ab"] == [False, True]
    assert not a["message"] + b["message"]
    alone, at_the_end = (set(read(upgrade, step)["entries"]) for step in ("a-tabs-alone", "a-tabs-at-the-end"))
    assert at_the_end < alone


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
    risky = ("inter-appliance-key", "management-security", "download-backup", "sync-now", "status-basics", "establish")
    pictured = [
        line for line in upgrade.lines if line["file"].startswith("shots/") and any(word in line["step"] for word in risky)
    ]
    assert len(pictured) > 10
    for shot in sorted({upgrade.run_folder / line["file"] for line in pictured}):
        read = subprocess.run(
            ["tesseract", str(shot), "-", "--psm", "11"],
            capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin", "OMP_THREAD_LIMIT": "1"},
        ).stdout  # fmt: skip
        said = folded(read)
        assert len(said) > 30
        assert not [secret for secret in wanted if secret in said], shot.name


def test_the_inter_appliance_key_is_masked_visibly_and_counted(upgrade: Upgrade) -> None:
    shown = [line for line in upgrade.lines if object_in(line, "reading").get("shown")]
    keys = [line for line in shown if "key" in line["step"] or "security" in line["step"]]
    assert len(keys) > 6, "the run's own readings, and those of each comparison with the plan"
    assert all(line["masked"] >= 1 for line in keys)


def test_a_second_run_finds_nothing_to_do_and_presses_nothing(upgrade: Upgrade) -> None:
    before = len(upgrade.simulated.changes())
    pair = upgrade.simulated.pair_file
    again = subprocess.run(
        [*command("run"), str(pair), "--now", "--artifacts", str(upgrade.folder / "again")],
        capture_output=True, text=True, env=upgrade.env, check=False, timeout=120,
    )  # fmt: skip
    assert again.returncode == 0, again.stderr
    assert "nothing to do: the target is reached and the relationship stands" in again.stderr
    assert len(upgrade.simulated.changes()) == before
    pack = Path(again.stdout.strip())
    assert json.loads((pack.parent / "summary.json").read_text(encoding="utf-8"))["outcome"] == "already"
    assert verify(pack).findings == ()
    resumed = subprocess.run(command("resume", str(pack.parent)), capture_output=True, text=True, env=upgrade.env, check=False)
    assert resumed.returncode == 0, "an ended run has nothing to resume"


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
