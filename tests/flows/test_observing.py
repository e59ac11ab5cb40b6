"""`observe`: what it tells of every screen and control, what it makes of one that is missing, and the outlines it exports."""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Generator
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Page
from spoken import Here

from flows.areas.pair_snapshot import PairSnapshot
from flows.survey.control_inventory import lacking, told
from pages.appliance.ip_configuration import AddressForm, IpConfigurationScreen
from pages.appliance.updates import UpdatesScreen
from pages.engine.redaction.snapshot_text import load_snapshot
from pages.engine.view.page_view import build_view
from pages.login.failover import FailoverScreen
from pages.login.failover_role import role_of
from pages.login.software_management import SoftwareManagementScreen
from pages.readings.failover_status import Role
from robot.simulator.process import Simulation, simulation

ROOT = Path(__file__).resolve().parents[2]
DEAD = "http://127.0.0.1:9"
PROXIES = {name: DEAD for way in ("http_proxy", "https_proxy", "all_proxy") for name in (way, way.upper())}


def observe(simulated: Simulation, *words: str) -> subprocess.CompletedProcess[str]:
    """Type the command."""
    state = {
        "XDG_STATE_HOME": str(simulated.folder.parent / "state"),
        "FAILOVER_ROBOT_POLICY": str(simulated.folder / "none.toml"),
    }
    return subprocess.run(
        [sys.executable, "-m", "robot", "observe", str(simulated.pair_file), *words],
        capture_output=True, text=True, cwd=ROOT, env={**os.environ, **PROXIES, **state, "PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Generator[Simulation]:
    with simulation(tmp_path_factory.mktemp("observed") / "pair", instant=True) as served:
        yield served


def evidence_of(pair: Simulation) -> Path:
    return pair.folder.parent / "evidence"


@pytest.fixture(scope="module")
def seen(pair: Simulation) -> tuple[subprocess.CompletedProcess[str], zipfile.ZipFile]:
    """What is told of an ordinary pair, and what is exported of it."""
    file = pair.folder.parent / "outlines.zip"
    said = observe(pair, "--json", "--export-redacted", str(file), "--evidence", str(evidence_of(pair)))
    return said, zipfile.ZipFile(io.BytesIO(file.read_bytes()))


Seen = tuple[subprocess.CompletedProcess[str], zipfile.ZipFile]


def test_every_screen_and_control_of_the_procedure_is_told_for_the_role_that_was_read(seen: Seen) -> None:
    assert seen[0].returncode == 0, seen[0].stderr
    of = json.loads(seen[0].stdout)
    found = {
        unit: {place["screen"]: [control["control"] for control in place["controls"]] for place in of[unit]["screens"]}
        for unit in "ab"
    }
    assert found["b"]["Management > Failover"] == ["Sync Now", "Break Failover Relationships"]
    assert found["a"]["Management > Failover"] == []
    assert found["a"]["Networking > IP Configuration > Edit"] == ["Enabled", "Save Changes"]
    assert found["a"]["Updates"] == ["Check for updates"]
    assert all(control["found"] == "once" for unit in "ab" for place in of[unit]["screens"] for control in place["controls"])


def test_the_readings_keep_their_places_in_the_document(seen: Seen) -> None:
    of = json.loads(seen[0].stdout)["a"]
    names = ["address", "machine", "shared_ip", "updates", "site", "failover", "inter_appliance_key", "cluster", "screens"]
    assert list(of) == names
    assert of["failover"]["role"] == "primary"
    assert of["shared_ip"]["enabled"] is True
    assert of["inter_appliance_key"] == "shown"
    assert of["cluster"] is False


def test_a_backup_that_hides_the_key_lacks_nothing_that_is_needed(seen: Seen) -> None:
    [place] = [each for each in json.loads(seen[0].stdout)["b"]["screens"] if each["screen"] == "Management > Security"]
    assert (place["reached"], place["needed"]) == (False, False)
    assert place["says"].startswith("Management > Security on B is not shown: no Inter-Appliance key; there is instead: ")


def snapshot_of(seen: Seen) -> PairSnapshot:
    return PairSnapshot.from_document(json.loads(seen[0].stdout)["snapshot"])


def test_every_area_is_seen_but_those_that_such_pages_do_not_tell(seen: Seen) -> None:
    unknown = {(unit, name, gap.of) for unit, name, _, area in snapshot_of(seen).areas() for gap in area.unknown}
    both = {
        ("synchronisation", "result"), ("health", ""), ("offered", ""), ("automatic_updates", ""), ("reach", "from_appliance"),
    }  # fmt: skip
    hidden = {("b", "key", ""), ("site", "keys", ""), ("site", "name", "")}
    assert unknown == {(unit, *each) for unit in "ab" for each in both} | hidden


def test_the_areas_tell_what_the_pair_is(seen: Seen, pair: Simulation) -> None:
    of, now = snapshot_of(seen), pair.state()
    for unit, shown in (("a", of.a), ("b", of.b)):
        values: dict[str, Any] = {name: area.value for name, _, area in shown.areas()}
        truth = now[unit]
        assert (values["identity"].serial, values["identity"].guid) == (truth["serial"], truth["guid"])
        assert (values["product"].version, values["base"].version) == (truth["product"], truth["base"])
        assert values["relationship"].role == ("primary" if unit == "a" else "backup")
        assert values["shared_ip"].enabled is (unit == "a")
        assert values["other_addresses"].addresses == {truth["address"]: "enabled"}
        assert "support.example.com" in values["certificate"].names
        assert values["disks"].used_percent == {"System": 34, "Data": 41}
        assert "Management" in values["tabs"].login
        assert values["reach"].from_here
    assert of.a.signed_in.value
    assert (of.a.signed_in.value.representatives, of.a.signed_in.value.sessions) == (7, 4)
    assert of.site.portal.value
    assert of.site.portal.value.is_portal


def test_every_area_has_its_line_in_the_record_and_its_picture_or_the_reason_why_there_is_none(
    seen: Seen, pair: Simulation
) -> None:
    lines = [json.loads(line) for line in (evidence_of(pair) / "evidence.jsonl").read_text("utf-8").splitlines()]
    for unit, name, _, area in snapshot_of(seen).areas():
        assert area.seq, name
        line = lines[area.seq - 1]
        assert (line["seq"], line["unit"], line["file"]) == (area.seq, unit, area.picture), name
        if area.picture:
            assert hashlib.sha256((evidence_of(pair) / area.picture).read_bytes()).hexdigest() == line["sha256"]
    no_page = {name for _, name, _, area in snapshot_of(seen).areas() if area.no_picture}
    assert no_page == {"reach", "health_page", "keys", "name"}


def test_no_secret_stands_in_a_snapshot_or_in_its_record(seen: Seen, pair: Simulation) -> None:
    environment = dict(line.split("=", 1) for line in pair.env_file.read_text("utf-8").splitlines())
    secret = [value.strip("'") for name, value in environment.items() if not name.endswith("USERNAME")] + [pair.state()["key"]]
    left = seen[0].stdout + (evidence_of(pair) / "evidence.jsonl").read_text("utf-8")
    assert [each for each in secret if each in left] == []


def test_a_proxy_in_the_environment_is_not_used(seen: Seen) -> None:
    assert seen[0].returncode == 0, seen[0].stderr
    of = json.loads(seen[0].stdout)
    assert [of[unit]["failover"]["role"] for unit in "ab"] == ["primary", "backup"]


def test_nothing_is_pressed_by_observing(seen: Seen, pair: Simulation) -> None:
    assert seen[0].returncode == 0
    assert pair.changes() == []
    assert pair.fetches() == []


def test_what_is_missing_is_listed_and_it_goes_on() -> None:
    lost = {"control": "Sync Now", "looked_for": 'button "Sync Now"', "found": "nowhere", "says": 'no button "Sync Now"'}
    by_link = {**lost, "found": "by a fallback", "says": "only as a link"}
    place: dict[str, Any] = {"screen": "x", "reached": True, "needed": True, "says": "", "controls": [lost, by_link]}
    shut: dict[str, Any] = {"screen": "y", "reached": False, "needed": True, "says": "y is not shown", "controls": []}
    spare = {**shut, "screen": "z", "needed": False, "says": "z is not shown"}
    assert lacking([place, shut, spare]) == ['no button "Sync Now"', "y is not shown"]
    assert told([place, shut, spare]) == [
        "screens: 1 of 3 reached; controls: 1 of 2 found",
        'NOT FOUND  no button "Sync Now"',
        "NOT FOUND  y is not shown",
        "can be done without  z is not shown",
        "differs  only as a link",
    ]


def test_an_export_holds_a_page_of_each_screen_on_either_appliance_and_says_what_it_is(seen: Seen) -> None:
    names = seen[1].namelist()
    assert [name for name in names if "/" not in name] == ["README.txt", "found.json"]
    assert sum(name.startswith("a/") for name in names) == sum(name.startswith("b/") for name in names) == 9
    assert "PLEASE LOOK AT IT BEFORE YOU SEND IT" in seen[1].read("README.txt").decode()
    assert "look at it before you send it" in seen[0].stderr


def test_an_export_tells_nothing_of_the_pair(seen: Seen, pair: Simulation) -> None:
    now, text = pair.state(), "".join(seen[1].read(name).decode() for name in seen[1].namelist() if name != "README.txt")
    environment = dict(line.split("=", 1) for line in pair.env_file.read_text("utf-8").splitlines())
    known = [*environment.values(), now["key"], "support.example.com", "example", *pair.addresses.values(), str(pair.port)]
    known += [now[unit][name] for unit in "ab" for name in ("serial", "guid", "product", "base", "address")]
    assert [each for each in known if str(each) in text] == []
    pages = [seen[1].read(name).decode() for name in seen[1].namelist() if name.endswith(".yaml")]
    told = [f"{node.name} {node.text}" for page in pages for node in load_snapshot(page).root.below()]
    assert [each for each in told if re.search(r"[1-8]{3,}", each)] == []


def test_an_exported_page_is_read_like_the_page_itself(seen: Seen) -> None:
    kinds = {
        "b/16-management-failover": FailoverScreen, "a/08-management-software-management": SoftwareManagementScreen,
        "a/04-updates": UpdatesScreen, "a/02-networking-ip-configuration": IpConfigurationScreen,
    }  # fmt: skip
    pages = {name: build_view(load_snapshot(seen[1].read(f"{name}.yaml").decode())) for name in kinds}
    nowhere = cast("Page", None)
    assert [name for name, kind in kinds.items() if not kind(nowhere).is_shown(pages[name])] == []
    assert role_of(pages["b/16-management-failover"]) is Role.BACKUP
    form = build_view(load_snapshot(seen[1].read("a/03-networking-ip-configuration-edit.yaml").decode()))
    assert AddressForm(nowhere, "999.999.999.999").is_shown(form)


def test_an_export_is_never_written_over_anything(
    pair: Simulation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    here = Here(monkeypatch, capfd)
    taken = tmp_path / "taken.zip"
    taken.write_text("mine")
    for name, why in (
        (str(taken), "is there already"),
        (str(tmp_path / "x.txt"), "ends with .zip"),
        (str(tmp_path / "no" / "x.zip"), "no folder"),
    ):
        said = here("observe", pair.pair_file, "--export-redacted", name)
        assert (said.code, why in said.sentence) == (2, True)
    assert taken.read_text() == "mine"


def test_evidence_is_kept_in_a_new_folder_only(pair: Simulation, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    for name in (tmp_path, tmp_path / "mine"):
        said = observe(pair, "--evidence", str(name))
        assert (said.returncode, "give the name of a new folder" in said.stderr) == (2, True), said.stderr
