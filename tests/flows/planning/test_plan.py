"""A plan tells everything that a change board must know, and is made only of a pair on which every check holds."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from healthy_pairs import NOW, document, ground, settings, varied

from flows.planning.gates import GATES
from flows.planning.plan import make_plan
from flows.step_names import STEPS
from robot.domain.clocks import Clocks
from robot.domain.errors import Refused, UsageError
from robot.evidence.wording import duration
from robot.plan.press_list import PressList
from robot.plan.sheet import sheet
from robot.runs.evidence_log import EvidenceLog
from robot.schedule.estimate import Work
from robot.schedule.press_policy import PressPolicy
from robot.settings import Settings

ROOT = Path(__file__).parents[3]
PRESSES = [
    "b-sync-now", "b-break-failover-relationships", "b-install-bomgar-remote-support-15-1-3", "a-disable-shared-ip",
    "b-enable-shared-ip", "a-install-bomgar-remote-support-15-1-3", "b-establish-relationship", "a-sync-now",
]  # fmt: skip


def plan(folder: Path, seed: int | None = None, **more: Any) -> dict[str, Any]:
    made = document() if seed is None else varied(seed)
    return make_plan(ground(made, settings(folder), **more), folder / "pair.toml", made_by="Alex")


def test_a_plan_lists_the_presses_in_order_with_the_ways_back_behind_them(tmp_path: Path) -> None:
    presses = PressList.of(plan(tmp_path)["presses"])
    assert [press.step for press in presses.presses if not press.way] == PRESSES
    assert presses.objection("a-enable-shared-ip", unit="a", control="Save Changes") == ""


def test_the_minute_at_which_users_are_cut_off_is_told(tmp_path: Path) -> None:
    cut_off = plan(tmp_path)["cut_off"]
    assert cut_off == {
        "sentence": "Everybody who is connected is cut off once, at the swing; whoever reconnects reaches B.",
        "at": "2026-12-01T23:33:00+00:00", "after_minutes": 93,
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_a_plan_of_any_healthy_pair_is_plain_json_and_gives_the_same_page_each_time(seed: int, tmp_path: Path) -> None:
    made = json.loads(json.dumps(plan(tmp_path, seed)))
    page = sheet({**made, "digest": "d" * 64, "approval": None, "deciders": "Whoever answers."})
    assert page == sheet({**made, "digest": "d" * 64, "approval": None, "deciders": "Whoever answers."})
    assert not re.search(r"None|Undefined|\{\{|<script", page)


def test_no_plan_is_made_of_a_pair_on_which_a_check_fails(tmp_path: Path) -> None:
    broken = document()
    broken["b"]["relationship"]["value"]["alerts"] = ["Data sync failed"]
    with pytest.raises(Refused, match=r'no plan is made, because 1 of \d+ checks failed: .*B: "Data sync failed"'):
        make_plan(ground(broken, settings(tmp_path)), tmp_path / "pair.toml", made_by="Alex")
    waived = make_plan(ground(broken, waiving(tmp_path, "no-failover-alert")), tmp_path / "pair.toml", made_by="Alex")
    assert [(risk["kind"], risk["reason"]) for risk in waived["risks"]] == [
        ("waived", 'B: "Data sync failed". Waived by Jo Doe until 2999-12-31 23:59:59 UTC: it is known')
    ]
    assert [waiver["lifts"] for waiver in waived["waivers"]] == ['B: "Data sync failed"']


def waiving(folder: Path, *checks: str) -> Settings:
    waivers = (f'[[waivers]]\ncheck = "{each}"\nby = "Jo Doe"\nreason = "it is known"\nuntil = 2999-12-31\n' for each in checks)
    return settings(folder, old="[windows]", new=f"{''.join(waivers)}[windows]")


def test_a_waiver_that_lifts_nothing_today_is_told_as_such_in_the_plan_and_on_its_page(tmp_path: Path) -> None:
    pair_file = waiving(tmp_path, "portal", "admin-account")
    made = make_plan(ground(document(), pair_file), tmp_path / "pair.toml", made_by="Alex")
    assert [(each["check"], each["lifts"]) for each in made["waivers"]] == [
        ("portal", "nothing today: the check passes (192.0.2.20 answers with the portal)"),
        ("admin-account", "no check of this plan; it is judged when a run begins"),
    ]
    page = sheet({**made, "digest": "d" * 64, "approval": None, "deciders": "Whoever answers."})
    assert "What is waived" in page
    assert "nothing today: the check passes" in page


def test_no_plan_is_made_with_a_waiver_that_is_over_before_the_first_window_opens(tmp_path: Path) -> None:
    lasting = waiving(tmp_path, "portal")
    short = lasting.model_copy(update={"waivers": (lasting.waivers[0].model_copy(update={"until": NOW + timedelta(hours=1)}),)})
    with pytest.raises(
        Refused, match=r"the waiver of portal is over at .*, before the first window opens at .* renewed by Jo Doe"
    ):
        make_plan(ground(document(), short), tmp_path / "pair.toml", made_by="Alex")


def test_a_failure_that_nobody_may_waive_is_no_waivers_to_lift(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'roles' is no check that can be waived"):
        waiving(tmp_path, "roles")


@pytest.mark.parametrize("procedure", ["synchronous", "single"])
def test_each_procedure_has_a_plan_of_its_own(procedure: str, tmp_path: Path) -> None:
    made = plan(tmp_path, procedure=procedure)
    assert made["procedure"] == procedure
    assert "swing" not in {work["work"] for work in made["works"]}
    assert sheet({**made, "digest": "d" * 64, "approval": None, "deciders": "Whoever answers."})


def test_the_plan_tells_every_question_that_the_readme_lists() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.partition("| check | asked when |")[2].partition("\n\n")[0]
    listed = {check for row in table.splitlines()[2:] for check in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert listed == set(GATES)


def test_what_the_plan_tells_of_earlier_trials_is_not_asked_again(tmp_path: Path) -> None:
    tried = {"elsewhere": {"text": "CHG0029, the lab pair, no findings", "by": "Alex"}, "rehearsal": None}
    told = make_plan(ground(document(), settings(tmp_path)), tmp_path / "pair.toml", made_by="Alex", tried=tried)
    assert "tested_elsewhere" not in {each["check"] for each in told["asked"]}
    page = sheet({**told, "digest": "d" * 64, "approval": None, "deciders": "Whoever answers."})
    assert "CHG0029, the lab pair, no findings" in page
    assert "tested_elsewhere" in {each["check"] for each in plan(tmp_path)["asked"]}


@pytest.mark.parametrize("procedure", ["asynchronous", "synchronous"])
def test_a_plan_and_the_run_by_it_tell_the_same_about_what_is_left_of_a_window(procedure: str, tmp_path: Path) -> None:
    history = {"install-b": 1200.0, "install-a": 1500.0}
    made = plan(tmp_path, procedure=procedure, history=history)
    with EvidenceLog(tmp_path / "evidence") as record:
        hours = PressPolicy(settings(tmp_path), record, history, Clocks(wall=lambda: NOW), steps=STEPS, procedure=procedure)
        hours.looks = True
        told = hours.require_fit(Work.BACKUP)
    works = [work for work in made["works"] if work["part"] == "first"]
    assert f"what is left takes about {duration(sum(work['minutes'] for work in works) * 60)}" in told
    assert [f"{duration(work['minutes'] * 60)} ({work['source']})" in told for work in works] == [True] * len(works)
    assert {work["source"] for work in works} > {"after the guide", "as this pair took before"}
