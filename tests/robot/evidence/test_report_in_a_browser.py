"""The report as people use it: opened from a file, by keyboard and by screen reader, at three widths, without its script."""

from __future__ import annotations

import json
import os
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from made_run import CONTROL, MadeRun, a_finished_run, begin
from test_traces_told import found

from robot.evidence.pack import sealing
from robot.evidence.report import html_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

WIDTHS = (1280, 768, 420)
AXE: Any = Axe()
CARD = [["Run", "20261122T220000Z-ab12"], ["State", "stopped"], ["Do NOT", "restart B"], ["Next", "look at B"]]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": os.environ.get("CHROMIUM_PATH", "/usr/bin/chromium-headless-shell")}


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a report from its folder; whatever the browser complains of fails the test."""
    complaints, contexts = list[str](), list[Any]()

    def open_report(folder: Path, *, width: int = 1280, script: bool = True) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=script)
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: complaints.append(message.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("requestfailed", lambda request: complaints.append(request.url))
        tab.goto((folder / "report.html").as_uri())
        return tab

    yield open_report
    for each in contexts:
        each.close()
    assert complaints == []


def a_run_of_every_kind(tmp_path: Path, **summary: Any) -> MadeRun:
    """A run with looks, presses, a failure, a note and a picture that is lost."""
    run = begin(tmp_path / "artifacts", size=(1280, 800))
    run.note("reading", "a-look", unit="a", procedure=["PL10"], reading={"role": "primary"}, **run.shot("a-look", "after"))
    run.note("reading", "b-watched", unit="b", heading="Observation", **run.shot("b-watched", "after"))
    run.change("b-sync-now", "b", ["BS5", "BS6"], {"last_sync": "yesterday"}, {"last_sync": "today"})
    run.note("note", "site-run", text="skipped: that snapshots are taken, because: none")
    run.note("intent", "b-break", unit="b", procedure=["BS7"], control=CONTROL, **run.shot("b-break", "before"), moment="before")
    failed = run.shot("b-break", "failed")
    run.note("refused", "b-break", unit="b", procedure=["BS7"], text="B says no", **failed, moment="failed")
    (run.folder / run.note("reading", "b-lost", unit="b", **run.shot("b-lost", "after"))["file"]).unlink()
    run.summarise(traces=found(1, "A's Status History: not read: it is down"), **summary)
    html_page.write(run.folder)
    return run


def widths_that_scroll_sideways(tab: Page) -> int:
    return tab.evaluate("document.documentElement.scrollWidth - innerWidth")


def test_a_screen_reader_can_read_it_and_no_width_scrolls_sideways(tmp_path: Path, opened: Callable[..., Page]) -> None:
    run = a_run_of_every_kind(tmp_path, outcome="stopped", exit_code=4, stop_card=CARD, rehearsal=True)
    tab = opened(run.folder)
    tab.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 800})
        assert widths_that_scroll_sideways(tab) <= 0, width
        if width != 768:
            found: dict[str, Any] = json.loads(json.dumps(AXE.run(tab).response))
            serious = [each for each in found["violations"] if each["impact"] != "minor"]
            assert [(each["id"], each["nodes"][0]["html"][:200]) for each in serious] == [], width


def test_its_pictures_are_shown_from_the_runs_folder_and_from_the_unpacked_pack(
    tmp_path: Path, opened: Callable[..., Page]
) -> None:
    run = a_finished_run(tmp_path / "artifacts")
    pack = sealing.seal(run.folder)
    with zipfile.ZipFile(pack) as archive:
        archive.extractall(tmp_path / "unpacked")
    for folder in (run.folder, tmp_path / "unpacked"):
        tab = opened(folder)
        pictures = tab.locator(".sheet img")
        assert pictures.count() == 4
        for number in range(4):
            picture = pictures.nth(number)
            picture.scroll_into_view_if_needed()
            tab.wait_for_function("each => each.complete", arg=picture.element_handle())
            assert picture.evaluate("each => each.naturalWidth") == 480


def test_without_its_script_everything_can_be_read_and_nothing_is_offered_that_does_nothing(
    tmp_path: Path, opened: Callable[..., Page]
) -> None:
    tab = opened(a_run_of_every_kind(tmp_path).folder, script=False)
    assert tab.locator(".step").count() == tab.locator(".step:visible").count() == 4
    assert tab.locator(".tools:visible, .compare:visible").count() == 0
    assert tab.locator(".sheet img").count() == 5


def test_steps_are_filtered_by_appliance_by_words_and_by_presses(tmp_path: Path, opened: Callable[..., Page]) -> None:
    tab = opened(a_run_of_every_kind(tmp_path).folder)

    def shown() -> list[str]:
        return [step.get_attribute("id") or "" for step in tab.locator(".step:visible").all()]

    assert shown() == ["step-a-look", "step-b-sync-now", "step-b-break", "step-b-lost"]
    tab.get_by_role("combobox", name="Appliance").select_option("a")
    assert shown() == ["step-a-look"]
    assert tab.locator(".tools output").inner_text() == "1 of 4 steps"
    tab.get_by_role("combobox", name="Appliance").select_option("")
    tab.get_by_label("Step", exact=True).fill("SYNC")
    assert shown() == ["step-b-sync-now"]
    tab.get_by_label("Step", exact=True).fill("")
    tab.get_by_label("only presses").check()
    assert shown() == ["step-b-sync-now", "step-b-break"]


def test_keys_lead_from_step_to_step_and_do_nothing_while_somebody_types_or_has_switched_them_off(
    tmp_path: Path, opened: Callable[..., Page]
) -> None:
    tab = opened(a_run_of_every_kind(tmp_path).folder)

    def here() -> str:
        return tab.evaluate("document.activeElement.id")

    seen: list[str] = []
    for key in "jjjk":
        tab.keyboard.press(key)
        seen.append(here())
    assert seen == ["step-a-look", "step-b-sync-now", "step-b-break", "step-b-sync-now"]
    tab.get_by_label("Step", exact=True).press_sequentially("jk")
    assert tab.get_by_label("Step", exact=True).input_value() == "jk"
    tab.get_by_label("Step", exact=True).fill("")
    tab.get_by_label("J and K lead").uncheck()
    before = here()
    tab.keyboard.press("j")
    assert here() == before


def test_before_and_after_are_laid_over_each_other_and_moved_by_keys(tmp_path: Path, opened: Callable[..., Page]) -> None:
    tab = opened(a_run_of_every_kind(tmp_path).folder)
    step = tab.locator("#step-b-sync-now")
    step.get_by_role("button", name="Compare with a slider").press("Enter")
    before, after = (step.locator(".sheet").nth(number).bounding_box() for number in (0, 1))
    assert before == after
    slider = step.get_by_role("slider")
    assert slider.evaluate("each => each === document.activeElement")
    slider.press("End")
    assert "100%" in step.locator("figure + figure .sheet").evaluate("each => getComputedStyle(each).clipPath")
    step.get_by_role("button", name="Compare with a slider").press("Enter")
    assert slider.count() == 0


def test_a_run_of_ten_thousand_steps_opens_and_fetches_only_the_pictures_that_are_looked_at(
    tmp_path: Path, opened: Callable[..., Page]
) -> None:
    run = begin(tmp_path / "artifacts")
    shots = [run.shot("b-look", "after", title=str(number)) for number in range(50)]
    for number in range(10_000):
        run.note("reading", f"b-look-{number}", unit="b", title="A look", procedure=["VT1"], **shots[number % 50])
    run.summarise(steps=[])
    html_page.write(run.folder)
    tab = opened(run.folder)
    assert tab.locator(".step").count() == 10_000
    assert tab.evaluate("performance.getEntriesByType('resource').length") < 50
    assert tab.evaluate("[...document.images].filter(each => each.complete && each.naturalWidth).length") < 200
