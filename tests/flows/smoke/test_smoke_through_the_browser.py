"""`smoke` on a simulated pair, by the command: what is good, what is not, and a user's own tests beside ours."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from robot.evidence.pack.verification import verify
from robot.simulator.process import Simulation, simulation

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = Path(sys.executable).with_name("failover-robot")
OWN_TESTS = '''
import pytest
from playwright.sync_api import expect

def test_imprint(page, evidence):
    """The portal has our imprint."""
    page.goto("/")
    print("what a test prints is no result")
    expect(page.get_by_text("Imprint")).to_be_visible(timeout=200)

def test_title(site, evidence, expected):
    assert site.visit("/").status == 200
    evidence.picture("ours")

def test_later():
    pytest.skip("not before spring")
'''
OWN_CONFTEST = "def pytest_configure(config):\n    config.addinivalue_line('markers', 'ours: of our site')\n"
HOSTILE = "raise SystemExit('a conftest.py that nobody named was picked up')\n"
REQUEST = 'request = { field = "Session Key", fill = "1234567", press = "Submit" }'


@dataclass(frozen=True)
class Verified:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        return json.loads(self.out)

    def states(self) -> dict[str, str]:
        return {each["name"]: each["state"] for each in self.document["checks"]}

    def sentences(self) -> dict[str, str]:
        return {each["name"]: each["sentence"] for each in self.document["checks"] if each["sentence"]}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Generator[Simulation]:
    with simulation(tmp_path_factory.mktemp("smoke") / "pair", instant=True) as served:
        yield served


def environment(pair: Simulation) -> dict[str, str]:
    mine = {"XDG_STATE_HOME": str(pair.folder.parent / "state"), "FAILOVER_ROBOT_POLICY": str(pair.folder / "none.toml")}
    return {**os.environ, **mine, "https_proxy": "http://127.0.0.1:9"}


def smoke(pair: Simulation, file: Path, *words: str | Path, cwd: Path | None = None) -> Verified:
    """Type the command."""
    done = subprocess.run(
        [SCRIPT, "smoke", file, "--on", "a", *words, "--artifacts", pair.folder.parent / "artifacts"],
        capture_output=True, text=True, cwd=cwd or pair.folder.parent, env=environment(pair), check=False, timeout=600,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return Verified(done.returncode, done.stdout, done.stderr)


def pair_file(pair: Simulation, smoke: str = "", **replaced: str) -> Path:
    """Write a pair file beside the pair's own, with a section [smoke], and with other words in it."""
    text = pair.pair_file.read_text(encoding="utf-8")
    for old, new in replaced.items():
        text = re.sub(old, new, text)
    path = pair.folder / f"{abs(hash((smoke, *replaced.items())))}.toml"
    patient = 'slowest_page = "60s"\nlimit = "9m"'  # however busy this machine is
    before, _, after = text.partition("[smoke]\n") if "[smoke]\n" in text else (f"{text}\n", "", "")
    path.write_text(f"{before}[smoke]\n{patient}\n{smoke}\n{after}", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def whole(pair: Simulation, tmp_path_factory: pytest.TempPathFactory) -> tuple[Verified, Path]:
    """Every check of ours, with a session requested, and a user's own; in a folder with things that nobody named."""
    folder = tmp_path_factory.mktemp("user")
    (tests := folder / "tests").mkdir()
    (tests / "test_shop.py").write_text(OWN_TESTS, encoding="utf-8")
    (tests / "conftest.py").write_text(OWN_CONFTEST, encoding="utf-8")
    (folder / "conftest.py").write_text(HOSTILE, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --nonsense\n", encoding="utf-8")
    serial = pair.state()["a"]["serial"]
    file = pair_file(pair, f'serials = {{ a = "{serial}" }}\n{REQUEST}')
    verified = smoke(pair, file, "--expect", "12.3.5", "--tests", tests, "--junit", folder / "junit.xml", "--json", cwd=folder)
    assert not list(tests.rglob("__pycache__")), "nothing is left in a user's folder"
    return verified, folder / "junit.xml"


def test_a_good_appliance_passes_every_check_of_ours(whole: tuple[Verified, Path]) -> None:
    ours = {name: state for name, state in whole[0].states().items() if not name.startswith("shop-")}
    unknown = {"base", "hosted-site"}  # no base is expected of that version, and g1 does not show the site's name
    assert {name for name, state in ours.items() if state != "passed"} <= unknown, whole[0].sentences()
    assert len(ours) == 17


def test_a_users_failing_test_ends_7_and_is_named_with_its_picture_in_the_pack(whole: tuple[Verified, Path]) -> None:
    verified, _ = whole
    assert verified.code == 7
    assert verified.states() | {"shop-imprint": "failed", "shop-title": "passed", "shop-later": "unknown"} == verified.states()
    assert "Imprint" in verified.sentences()["shop-imprint"]
    assert re.search(r"^Failed +The portal has our imprint: ", verified.err, re.MULTILINE), verified.err
    assert re.search(r"^Serving now +A ", verified.err, re.MULTILINE)
    with zipfile.ZipFile(verified.document["pack"]) as pack:
        names = pack.namelist()
    pictures = {check["name"]: [each["file"] for each in check["pictures"]] for check in verified.document["checks"]}
    for check in ("shop-imprint", "shop-title", "portal", "login-sign-in"):  # equal ones are in the pack once
        assert pictures[check], check
        assert set(pictures[check]) <= set(names), check
    assert "exports/checks.xml" in names


def test_what_it_leaves_verifies_and_is_no_run(pair: Simulation, whole: tuple[Verified, Path]) -> None:
    assert verify(Path(whole[0].document["pack"])).ok
    listed = subprocess.run([SCRIPT, "status"], capture_output=True, text=True, env=environment(pair), check=True)
    assert listed.stdout.strip() == "no runs yet on this machine"


def test_nothing_that_alters_is_pressed_and_a_session_is_requested_once(pair: Simulation, whole: tuple[Verified, Path]) -> None:
    assert whole[0].states()["session"] == "passed"
    assert pair.changes() == []


def test_junits_xml_has_every_check_with_its_words(whole: tuple[Verified, Path]) -> None:
    suite = ET.parse(whole[1]).getroot()[0]
    assert suite.get("name") == "Smoke verification of A"
    cases = list(suite.iter("testcase"))
    assert len(cases) == len(whole[0].states())
    assert "a-smoke-certificate: The certificate is good for the site's own name" in {case.get("name") for case in cases}
    assert sum(float(case.get("time", 0)) for case in cases) > 1.0, "a check that has opened a page took its time"


def test_the_sites_name_leads_to_the_appliance_in_the_browser_alone(whole: tuple[Verified, Path]) -> None:
    with pytest.raises(OSError, match=r"."):
        socket.getaddrinfo("support.example.com", 443)
    portal = next(each for each in whole[0].document["checks"] if each["name"] == "portal")
    assert portal["reading"]["address"] == whole[0].document["address"]
    assert portal["pictures"][0]["url"].startswith("https://support.example.com:")


def test_an_old_build_ends_7_and_says_both_versions(pair: Simulation) -> None:
    verified = smoke(pair, pair_file(pair), "--json")
    assert verified.code == 7
    assert {name for name, state in verified.states().items() if state == "failed"} == {"product", "base", "console"}
    assert "12.3.5" in verified.sentences()["product"]
    assert "expected 13.1.2" in verified.sentences()["product"]


def test_a_certificate_for_another_name_is_one_failure_and_the_rest_is_not_tried(pair: Simulation) -> None:
    verified = smoke(pair, pair_file(pair, **{'(?m)^hostname = ".*"': 'hostname = "other.example.com"'}), "--json")
    assert verified.code == 7
    states = verified.states()
    assert states.pop("certificate") == "failed"
    assert set(states.values()) == {"not tried"}
    assert "valid for support.example.com" in verified.sentences()["certificate"]
    assert "other.example.com" in verified.sentences()["certificate"]


def test_an_appliance_that_does_not_answer_is_one_failure_with_its_reason(pair: Simulation) -> None:
    verified = smoke(pair, pair_file(pair, **{r"(?m)^port = \d+": "port = 9"}), "--json")
    assert verified.code == 7
    states = list(verified.states().values())
    assert (states.count("failed"), states.count("not tried")) == (1, len(states) - 1)
    assert "does not answer" in verified.document["sentence"]


def test_a_rejected_password_is_a_failed_check_and_is_not_tried_again(pair: Simulation) -> None:
    file = pair_file(pair)
    env = pair.env_file.read_text(encoding="utf-8")
    pair.env_file.write_text(
        re.sub(r"(?m)^A_APPLIANCE_PASSWORD=.*", "A_APPLIANCE_PASSWORD='wr0ng-pa55word'", env), encoding="utf-8"
    )
    try:
        verified = smoke(pair, file, "--json")
    finally:
        pair.env_file.write_text(env, encoding="utf-8")
    assert verified.code == 7
    assert "did not accept" in verified.sentences()["appliance-sign-in"]
    assert {verified.states()[name] for name in ("identity", "base", "login-sign-in", "product", "console")} == {"not tried"}
    assert verified.states()["portal"] == "passed"
    assert "wr0ng-pa55word" not in verified.out + verified.err
    remembered = pair.folder.parent / "state" / "failover-robot" / "rejected.json"
    assert len(json.loads(remembered.read_text(encoding="utf-8"))) == 1, "it was tried once, and is remembered"


def test_the_example_project_runs_in_an_environment_of_its_own(pair: Simulation, tmp_path: Path) -> None:
    """Only what the robot needs from others comes from this environment; the robot itself is installed from its wheel."""
    (source := tmp_path / "source").mkdir()
    for name in ("robot", "pages", "flows", "pyproject.toml", "README.md"):
        (source / name).symlink_to(ROOT / name)
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index", "-w", tmp_path, source)
    [wheel] = tmp_path.glob("*.whl")
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    run(sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--no-compile", "--target", site, wheel)
    (site / "others.pth").write_text(f"{others_without_the_robot(tmp_path)}\n", encoding="utf-8")
    assert Path(run(python, "-c", "import flows.smoke.plugin as p; print(p.__file__)").strip()).is_relative_to(site)
    project = tmp_path / "project"
    run("cp", "-r", ROOT / "docs" / "smoke-example", project)
    options = [
        "--failover-robot-pair",
        pair.pair_file,
        "--failover-robot-on",
        "a",
        "--failover-robot-pictures",
        tmp_path / "shots",
    ]
    said = run(python, "-m", "pytest", "-q", *options, cwd=project, env=environment(pair))
    assert "3 passed" in said, said
    assert len(list((tmp_path / "shots").glob("*.png"))) == 1


def others_without_the_robot(folder: Path) -> Path:
    """A folder with everything that is installed here but the robot itself, which must come from its wheel."""
    (others := folder / "others").mkdir()
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if "failover_robot" not in path.name and path.suffix != ".pth":
            (others / path.name).symlink_to(path)
    return others


def run(*words: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        list(map(str, words)), capture_output=True, text=True, cwd=cwd or "/", env=env, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
