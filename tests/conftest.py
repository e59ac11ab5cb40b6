"""The order of the tests, whole files in turn, so that the longest must come first; and which of them are measured."""

import os
import shutil
import sys
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from coverage.config import CoverageConfig
from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
"""How long one example takes says how busy the machine is, and nothing of what is promised."""

LONGEST = (
    "test_browser_driver.py", "test_api_through_the_browser.py",  # they start Playwright here: no page test may have been before
    "test_upgrade.py", "test_recorded_runs.py", "test_bad_input.py", "test_swing_campaign.py", "test_fault_sweep.py",
    "test_smoke_through_the_browser.py", "test_updates_of_a_pair.py", "test_upgrade_by_hand.py", "test_paper_upgrade.py",
    "test_paper_sisters.py",
    "test_window_schedules.py", "test_mutated_pages.py", "test_four_generations.py", "test_swing_by_dns.py",
    "test_counts_at_a_pair.py", "test_durable_runs.py",
)  # fmt: skip
NOT_MEASURED = {
    "drift", "faults", "test_approval_attacks.py", "test_bad_input.py", "test_counts_at_a_pair.py", "test_courtesy.py",
    "test_every_stop_card.py", "test_faults_of_ours.py", "test_four_generations.py", "test_house_rules.py",
    "test_human_hands.py", "test_nat_router.py", "test_pages_that_draw_themselves.py", "test_paper_sisters.py",
    "test_patch_through_the_browser.py", "test_recorded_runs.py", "test_table.py", "test_traceability.py",
    "test_updates_of_a_pair.py", "test_upgrade_by_hand.py", "test_window_schedules.py",
}  # fmt: skip
"""Folders and files with many cases through what others measure already: measured they take longer, and find no new line."""
_MEASURED_BY_TESTS = ("pages/engine/*", "robot/simulator/*")
"""What tests measure in their own process: measured in a process that drives a browser it took most of its processor time."""
PROCESSES_MEASURED = {
    "test_observing.py": _MEASURED_BY_TESTS,
    "test_plan_command.py": _MEASURED_BY_TESTS,
    "test_smoke_through_the_browser.py": _MEASURED_BY_TESTS,
    "test_simulated_pages.py": (),
    "test_upgrade.py": _MEASURED_BY_TESTS,
}
"""Files of which what they start is measured too, and what not of it: other processes do the same, or what tests measure."""
CASES_MEASURED = {"pages": 2, "flows": 5, "robot": 5}
"""How many cases of one test in these folders are measured, the first ones; for the same reason."""
TESTS = Path(__file__).parent
MEASURED = pytest.StashKey[bool]()
_IN_CHILDREN = "COVERAGE_PROCESS_CONFIG"
"""By this variable the processes that a test starts know that they are measured."""

# What is compiled once, ours and the browser driver's, need not be compiled anew by each of the hundreds of processes.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
os.environ.setdefault("NODE_COMPILE_CACHE", str(TESTS.parent / ".pytest_cache" / "node"))

# Tests write small files by the thousand and wait until each is on disk: in memory, where there is enough, that costs nothing.
_IN_MEMORY = Path("/dev/shm")
if _IN_MEMORY.is_dir() and shutil.disk_usage(_IN_MEMORY).free > 4 << 30:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_IN_MEMORY))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(LONGEST)))
    cases: Counter[tuple[Path, str]] = Counter()
    for item in items:
        case = item.path, item.name.partition("[")[0]
        cases[case] += 1
        listed = NOT_MEASURED & {item.path.parent.name, item.path.name}
        most = CASES_MEASURED.get(item.path.relative_to(TESTS).parts[0])
        item.stash[MEASURED] = not listed and (most is None or cases[case] <= most)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """What is imported for the tests is measured by the first worker: each imports the same."""
    with measuring(session.config, here=os.environ.get("PYTEST_XDIST_WORKER", "gw0") == "gw0"):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """What is not measured is measured neither while its fixtures are made, nor in the processes that it starts."""
    told, here = os.environ.pop(_IN_CHILDREN, None), item.stash[MEASURED]
    if told is not None and here and item.path.name in PROCESSES_MEASURED:
        os.environ[_IN_CHILDREN] = _without(told, PROCESSES_MEASURED[item.path.name])
    try:
        with measuring(item.config, here=here):
            return (yield)
    finally:
        if told is not None:
            os.environ[_IN_CHILDREN] = told


@contextmanager
def measuring(config: pytest.Config, *, here: bool) -> Generator[None]:
    """Measure in this process as long as the block runs, or do not."""
    controller = getattr(config.pluginmanager.getplugin("_cov"), "cov_controller", None)
    if controller is None or here:
        yield
        return
    controller.pause()
    try:
        yield
    finally:
        controller.resume()


def _without(told: str, places: tuple[str, ...]) -> str:
    """What processes are told to measure, without some places."""
    config = CoverageConfig.deserialize(told)
    config.run_omit = [str(TESTS.parent / each) for each in places]
    return config.serialize()


@pytest.fixture(autouse=True)
def without_pdf(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that a test closes in its own process gets no PDF, unless the test is about it: each takes a Chromium."""
    if request.node.get_closest_marker("pdf") is None:
        monkeypatch.setattr("robot.status.report_pdf.write_pdf", _no_pdf)


def _no_pdf(_: Path, __: object = None) -> str:
    return ""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--drawings", type=int, default=0, help="in how many ways each page is drawn; 0: in one")
