"""A run by a plan through real browsers: the pair is observed three times, and what nobody planned holds the swing."""

from __future__ import annotations

import json
from pathlib import Path

from a_scene import a_scene

from robot.evidence.record.comparisons import comparisons
from robot.runs import durable, store
from robot.settings import load


def test_a_licence_that_went_since_the_plan_holds_the_swing_until_somebody_owns_it_and_opens_the_report(tmp_path: Path) -> None:
    with a_scene(tmp_path, knobs={"chain": 1}) as scene:
        observed = scene.robot("observe", scene.simulated.pair_file, "--json", "--check-updates", "--test-connections")
        snapshot = json.loads(observed.out)["snapshot"]
        snapshot["b"]["licences"]["value"]["numbers"]["Jump Client Licenses"] += 50
        settings = load(scene.simulated.pair_file)
        facts = {
            "pair_file": str(scene.simulated.pair_file), "ticket": settings.change.ticket, "rehearsal": False,
            "settings": settings.model_dump(mode="json"), "revision": durable.REVISION, "procedure": "asynchronous",
            "plan": {"snapshot": snapshot},
        }  # fmt: skip
        run = store.begin(facts, scene.artifacts, settings.change.ticket)
        waits = scene.robot("resume", run.name, ends=6)
        assert "Before the swing: after B's update the pair differs from what the plan observed" in waits.err
        assert "B: Licences, Jump Client Licenses: it was 550 and is 500" in waits.err
        pressed = scene.told()
        assert pressed[-1].startswith("b install")
        scene.robot("answer", run.name, "unexpected_change", "--by", "Olga Owner", "--note", "ordered so")
        scene.robot("resume", run.name)
        made = {each["step"]: each for each in run.summary["changes_since_plan"]}
        assert list(made) == [f"site-observed-{gate}" for gate in ("b-updated", "a-updated", "end")]
        found = {(each["sentence"].partition(";")[0], each["owner"]) for step in made.values() for each in step["unexpected"]}
        assert found == {("B: Licences, Jump Client Licenses: it was 550 and is 500", "Olga Owner")}
        assert run.summary["reason"] == ""
        [after_b, *_] = comparisons(run.history.lines)
        assert (run.evidence / after_b.of_weight("unexpected")[0]["picture"]).exists()
        page = (run.evidence / "report.html").read_text(encoding="utf-8")
        assert page.index('id="changes"') < page.index("Olga Owner has answered for it") < page.index('id="brief"')
        scene.require_over()
