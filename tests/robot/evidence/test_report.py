"""The report: one page that refers to the run's own pictures, shows what a page wrote and never runs it."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from made_run import CONTROL, MadeRun, a_finished_run, begin

from robot.evidence.report import html_page, looks

EVIL = "</style></table><script>alert(1)</script><img src=https://example.com/x onerror=alert(2)>'\""


class Reader(HTMLParser):
    """Collects tags, texts and identifiers."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.attributes if key == name]


def read(run: MadeRun) -> Reader:
    return Reader(html_page.write(run.folder).read_text("utf-8"))


def test_a_change_manager_finds_first_what_a_change_manager_asks(run: MadeRun) -> None:
    text = read(run).text
    order = [
        "CHG0031337",
        "Upgrade support.example.com to 15.1.3",
        "Done",
        "3 h 25 min",
        "412 ms ± 25 ms",
        "measured from this machine",
        "What deviates",
        "Site",
        "Service desk",
        "12.3.5-36112",
        "15.1.3-38227",
        "a-2026.nsb",
        "Backup and Sync",
        "What was not done",
        "Every press",
        "The chain",
    ]
    places = [text.index(each, text.index("evidence of one change")) for each in order]
    assert places == sorted(places)


def test_nothing_is_fetched_but_the_runs_own_pictures_and_nothing_runs_but_the_reports_own_script(run: MadeRun) -> None:
    page = read(run)
    targets = {value for name in ("src", "href") for value in page.values(name) if not value.startswith("#")}
    assert targets == {line["file"] for line in run.lines if line["file"]}
    assert all((run.folder / each).is_file() for each in targets)
    assert "style" not in dict(page.attributes)
    assert page.tags.count("script") == 1
    policy = next(value for value in page.values("content") if "default-src" in value)
    assert re.fullmatch(
        r"default-src 'none'; img-src 'self' file:; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; "
        r"base-uri 'none'; form-action 'none'",
        policy,
    )


@pytest.mark.parametrize("tag", ["style", "script"])
def test_the_policy_allows_exactly_our_own_style_and_script(run: MadeRun, tag: str) -> None:
    page = html_page.page(run.folder)
    (own,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(own.encode()).digest()).decode()
    assert f"{tag}-src 'sha256-{digest}'" in page


def test_what_a_page_wrote_is_shown_and_never_run(tmp_path: Path) -> None:
    run = begin(tmp_path)
    reading = {EVIL: EVIL, "list": [EVIL], "deep": [{"x": {"y": EVIL}}]}
    run.change("b-x", "b", [EVIL], reading, {"x": EVIL}, label=EVIL, title=EVIL, heading=EVIL, text=EVIL, screen=EVIL)
    run.note("note", "site-run", text=EVIL)
    run.summarise(
        reason=EVIL, summary_text=EVIL, requested_by=EVIL, notes=[EVIL], stop_card=[[EVIL, EVIL]],
        ticket=EVIL, run=EVIL, site={"hostname": EVIL}, robot={"version": EVIL},
        swing_gap_ms={"value": 1, "error": 1, "from": EVIL}, addresses={"a": EVIL}, serials={"b": EVIL},
        backups=[{"unit": EVIL, "file": EVIL, "bytes": 1, "sha256": EVIL}],
    )  # fmt: skip
    page = read(run)
    assert page.tags.count("script") == 1, "the report's own"
    assert page.tags.count("img") == 2
    assert "onerror" not in [name for name, _ in page.attributes]
    assert page.text.count("alert(1)") > 15
    assert page.tags.count("style") == 1


def test_no_picture_is_in_the_report_and_each_is_referred_to(run: MadeRun) -> None:
    page = read(run)
    assert sorted(page.values("src")) == sorted(line["file"] for line in run.lines if line["file"])
    assert "base64" not in html_page.page(run.folder)


def test_the_report_draws_the_caption_and_the_frame_of_each_picture(run: MadeRun) -> None:
    page = read(run)
    for line in run.lines:
        if line["file"]:
            moment = line["utc"].replace("T", " ")[:19]
            assert f"CHG0031337 · {line['step']} · {moment} UTC · line {line['seq']}" in page.text
            assert f"SHA-256 {line['sha256']}" in page.text
    assert "framed: Break Failover Relationships" in page.text
    assert (CONTROL["x"], CONTROL["y"], CONTROL["width"], CONTROL["height"]) == (40, 150, 110, 24)
    frame = '<rect class="control" x="33" y="143" width="124" height="38"'
    assert html_page.page(run.folder).count(frame) == 2


CONTROLS: list[Any] = [
    None, "Sync Now", {"label": "Sync Now"}, {"x": 0, "y": 0, "width": 4000, "height": 4000},
    {"x": 5000, "y": 5000, "width": 10, "height": 10}, {"x": -50, "y": -50, "width": 10, "height": 10},
    {"x": "1", "y": None, "width": True, "height": []}, {"x": 1e300, "y": 0, "width": 1, "height": 1},
]  # fmt: skip


@pytest.mark.parametrize("control", CONTROLS)
def test_no_control_however_odd_prevents_a_report(tmp_path: Path, control: object) -> None:
    run = begin(tmp_path)
    run.note("intent", "b-x", unit="b", **run.shot("b-x", "before"), control=control)
    run.summarise()
    assert "b-x-before.png" in html_page.page(run.folder)


def test_a_press_after_which_the_page_looks_the_same_shows_one_picture_for_both(tmp_path: Path) -> None:
    run = begin(tmp_path)
    shot = run.shot("b-x", "before")
    run.note("intent", "b-x", unit="b", **shot, moment="before", control=CONTROL)
    run.note("proved", "b-x", unit="b", **shot, moment="after")
    run.summarise()
    page = read(run)
    assert page.values("src") == [shot["file"]]
    assert "the page looked the same, pixel by pixel" in page.text
    assert {"picture-1", "picture-2"} <= set(page.values("id"))


def test_what_changed_is_told_and_marked(run: MadeRun) -> None:
    page = html_page.page(run.folder)
    assert "One place differs afterwards; it is marked." in page
    assert page.count('class="changed"') >= 2


def test_a_picture_that_differs_from_the_record_says_so(run: MadeRun) -> None:
    other = (run.folder / "shots/001-b-sync-now-before.png").read_bytes()
    run.edit("shots/002-b-sync-now-after.png", lambda _: other)
    assert read(run).text.count("IT DIFFERS FROM THE RECORD") == 1


def test_every_link_leads_somewhere(run: MadeRun) -> None:
    page = read(run)
    targets = [value[1:] for value in page.values("href") if value.startswith("#")]
    identifiers = page.values("id")
    assert set(targets) <= set(identifiers)
    assert len(identifiers) == len(set(identifiers))


def test_a_rehearsal_says_so_on_every_section_and_on_paper(tmp_path: Path) -> None:
    page = html_page.write(a_finished_run(tmp_path, rehearsal=True).folder).read_text("utf-8")
    headings = re.findall(r"<h[12]>.*?</h[12]>", page)
    assert len(headings) > 5
    assert all("REHEARSAL" in heading for heading in headings)
    assert 'content: "REHEARSAL"' in page


def test_a_real_run_says_nothing_of_rehearsals(run: MadeRun) -> None:
    assert "REHEARSAL" not in html_page.page(run.folder)


@pytest.mark.parametrize("outcome", looks.OUTCOMES)
def test_each_outcome_is_told_in_words_and_by_an_icon(tmp_path: Path, outcome: str) -> None:
    run = a_finished_run(tmp_path, outcome=outcome, stop_card=[["Do NOT", "restart B"]])
    word, _, icon = looks.OUTCOMES[outcome]
    page = html_page.page(run.folder)
    assert word in page
    assert f"#icon-{icon}" in page
    assert page.index("restart B") < page.index("In brief")


def test_an_unproved_press_is_said_to_be_one(tmp_path: Path) -> None:
    run = begin(tmp_path)
    run.note("intent", "b-x", unit="b", **run.shot("b-x", "before"), reading={"role": "backup"})
    run.summarise(outcome="stopped", exit_code=4)
    text = read(run).text
    assert "not proved" in text
    assert "0 of them proved" in text


def test_a_picture_that_is_lost_is_named_not_hidden(run: MadeRun) -> None:
    (run.folder / "shots/003-b-break-before.png").unlink()
    run.edit("shots/004-b-break-after.png", lambda data: data[:100])
    assert read(run).text.count("This picture cannot be shown") == 2


def test_a_run_that_has_only_begun_has_a_report(tmp_path: Path) -> None:
    run = begin(tmp_path)
    (run.folder / "evidence.jsonl").touch()
    assert "this run has not ended" in read(run).text


CONTRACT = ("run", "ticket", "outcome", "exit_code", "reason", "steps", "versions")


@pytest.mark.parametrize("odd", [None, [], {}, "words", 7, True, [[]], [None], {"a": None}, {"a": {"before": []}}])
def test_no_odd_extra_prevents_a_report(run: MadeRun, odd: Any) -> None:
    told = json.loads((run.folder / "summary.json").read_text("utf-8"))
    for name in told:
        changed = {**told, name: odd}
        (run.folder / "summary.json").write_text(json.dumps(changed), "utf-8")
        assert html_page.page(run.folder)
        if name not in CONTRACT:
            del changed[name]
            (run.folder / "summary.json").write_text(json.dumps(changed), "utf-8")
            assert html_page.page(run.folder)


def test_the_same_folder_gives_the_same_report(run: MadeRun) -> None:
    assert html_page.write(run.folder).read_bytes() == html_page.write(run.folder).read_bytes()


def test_where_a_page_differs_from_what_is_known_stands_in_a_section_of_its_own(run: MadeRun) -> None:
    assert "Pages that differ from what is known" not in read(run).text
    drift = {"screen": "Management > Failover", "control": "Sync Now", "looked_for": 'button "Sync Now"', "unit": "b"}
    by_link = {**drift, "found": "by a fallback", "instead": "as a link"}
    run.note("note", "b-sync-now", unit="b", text="found only as a link", drift=by_link)
    run.note("refused", "b-sync-now", unit="b", text="it is gone", drift={**drift, "found": "nowhere", "instead": 'buttons "Go"'})
    text = read(run).text
    assert text.count("Pages that differ from what is known") == 2
    assert 'button "Sync Now" only as a link' in text
    assert 'nowhere; there is: buttons "Go"' in text
    assert "found only as a link (line" not in text
