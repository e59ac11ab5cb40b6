"""`observe`: what it tells of every screen and control, what it makes of one that is missing, and the outlines it exports."""

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


@pytest.fixture(scope="module")
def seen(pair: Simulation) -> tuple[subprocess.CompletedProcess[str], zipfile.ZipFile]:
    """What is told of an ordinary pair, and what is exported of it."""
    file = pair.folder.parent / "outlines.zip"
    said = observe(pair, "--json", "--export-redacted", str(file))
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
