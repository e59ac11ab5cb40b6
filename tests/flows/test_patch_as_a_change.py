"""A security patch without a version: in the way of a release, beside one, or the change itself (F05, F24)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from paper_pair import Flow, Killed, Story, story
from paper_world import World

from flows.procedures.single import single
from flows.procedures.synchronous import synchronous
from flows.procedures.upgrade import asynchronous
from flows.session.pair import Pair
from flows.step_names import STEPS
from flows.survey.checklist import remaining
from robot.changes.run import Run
from robot.domain.errors import Refused, Stop, Surprised, UnknownHand, Waiting
from robot.evidence.pack.agreement import check_summary
from robot.evidence.record.chain import read_lines
from robot.evidence.record.summary import Summary
from robot.evidence.report import html_page
from robot.operators import handover, operator_questions
from robot.simulator.appliances.updates import PATCH
from robot.simulator.domain.names import Unit
from robot.status.run_report import write_summary
from robot.status.run_summary import summarise

INSTALL = "b-install-bt26-02-rs"
BOTH = [("b", f"install {PATCH}"), ("a", f"install {PATCH}")]
AT_TARGET: dict[str, object] = {"both_upgraded": True, "patch": "alone"}


def wanting(*lines: str) -> Callable[[str], str]:
    return lambda text: text.replace("[update]", "\n".join(["[update]", *lines]))


PATCHING = wanting(f'patch = "{PATCH}"')


def by_hand(text: str) -> str:
    files = ", ".join(f'{unit} = ["updates/{unit}/1-patch-{PATCH}.nss"]' for unit in "ab")
    return PATCHING(text).replace('method = "automatic"', f'method = "manual"\nfiles = {{ {files} }}')


def installs(run: Story) -> list[tuple[str, str]]:
    return [(unit, action) for unit, action in run.world.presses if action.startswith("install")]


def patched(run: Story) -> list[Unit]:
    return [unit for unit, appliance in run.world.pair.appliances.items() if PATCH in appliance.patches]


def told(run: Story, step: str) -> str:
    return " ".join(line["text"] for line in run.lines if line["step"] == step and line.get("text"))


# -- a release, and a patch in the list ------------------------------------------------------------------------------------


def test_a_target_greyed_out_without_a_reason_is_refused_before_the_break_with_the_patchs_name(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs={"chain": 1, "patch": "greys_target"})) as run:
        ending = run.perform()
        assert isinstance(ending.stop, Refused)
        assert (
            '"Bomgar Remote Support 13.1.2" is greyed out and it cannot be told which package it needs first' in ending.sentence
        )
        assert f'"{PATCH}" has no version of its own' in ending.sentence
        assert f'target_version = "12.3.5" and [update] patch = "{PATCH}"' in ending.sentence
        assert run.world.presses == []


@pytest.mark.parametrize("chain", [1, 2, 3])
def test_beside_a_patch_the_release_is_installed_and_the_patch_left_alone_and_told(chain: int, tmp_path: Path) -> None:
    with story(tmp_path, World(knobs={"chain": chain, "patch": "beside_target"})) as run:
        assert run.perform().outcome == "done"
        assert len(installs(run)) == 2 * chain
        assert patched(run) == []
        assert f"{PATCH} Security Patch for Bomgar Remote Support 13.1.2" in told(run, "b-patch-left-alone")


def test_where_only_the_patch_is_offered_the_release_is_refused_before_the_break(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs={"chain": 1, "patch": "alone"})) as run:
        ending = run.perform()
        assert isinstance(ending.stop, Refused)
        assert f'13.1.2 is not offered; offered are "{PATCH}"' in ending.sentence
        assert f'[update] patch = "{PATCH}"' in ending.sentence
        assert run.world.presses == []


def test_at_the_target_a_patch_on_offer_is_told_and_how_to_ask_for_it(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs=AT_TARGET)) as run:
        assert run.perform().outcome == "already"
        said = told(run, "site-nothing-to-do")
        assert f'A and B are offered more: "{PATCH}" has no version of its own' in said
        assert f'target_version = "13.1.2" and [update] patch = "{PATCH}"' in said
        assert run.world.presses == []


@pytest.mark.parametrize("flow", [asynchronous, synchronous, single])
def test_what_else_is_offered_is_the_reason_that_the_command_and_the_summary_tell(flow: Flow, tmp_path: Path) -> None:
    ended: dict[str, Any] = {}

    def kept(pair: Pair, run: Run) -> dict[str, Any]:
        ended.update(flow(pair, run))
        return ended

    with story(tmp_path, World(knobs={**AT_TARGET, "broken": flow is single}), flow=kept) as run:
        assert run.perform().outcome == "already"
        who = "A is" if flow is single else "A and B are"
        assert ended["reason"].startswith(f'{who} offered more: "{PATCH}" has no version of its own')


def test_at_the_target_without_a_patch_nothing_more_is_told(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs={"both_upgraded": True})) as run:
        assert run.perform().outcome == "already"
        assert told(run, "site-nothing-to-do").endswith("already, and the relationship stands.")


def test_at_the_target_a_check_that_fails_stops_nothing(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs={"both_upgraded": True, "check_fails": True})) as run:
        assert run.perform().outcome == "already"


# -- the patch is the change -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["list", "message"])
def test_it_is_installed_on_both_by_the_same_procedure_and_proved_by_what_the_appliance_says(where: str, tmp_path: Path) -> None:
    with story(tmp_path, World(knobs={**AT_TARGET, "patch_told": where}), change=PATCHING) as run:
        assert run.perform().outcome == "done"
        assert installs(run) == BOTH
        assert patched(run) == ["a", "b"]
        proved = next(line for line in run.lines if line["step"] == INSTALL and line["kind"] == "proved")
        assert PATCH in proved["reading"]["said"]
        assert (proved["reading"]["offered"], proved["reading"]["product"].split("-")[0]) == (False, "13.1.2")
        assert run.of("intent") == [
            "b-sync-now", "b-break-failover-relationships", INSTALL, "a-disable-shared-ip", "b-enable-shared-ip",
            "a-install-bt26-02-rs", "b-establish-relationship", "a-sync-now",
        ]  # fmt: skip


def test_summary_report_and_checklist_name_the_patch(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs=AT_TARGET), change=PATCHING) as run:
        assert run.perform(before="b-updates-1").stop
        assert f"to {PATCH} on 13.1.2" in remaining(run.state)
        assert run.perform().outcome == "done"
        told = summarise(run.state, run.settings, run.history, STEPS)
        summary: Summary = {**told, "outcome": "done", "exit_code": 0, "reason": "", "backed_out": False}
        write_summary(run.state.evidence, summary)
        html_page.write(run.state.evidence)
        assert f"patch {PATCH} · product 13.1.2" in (run.state.evidence / "report.html").read_text(encoding="utf-8")
        assert check_summary(summary, read_lines(run.state.evidence / "evidence.jsonl")) == []


def test_where_it_is_installed_on_both_there_is_nothing_to_do_in_the_appliances_words(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs=AT_TARGET), change=PATCHING) as run:
        for appliance in run.world.pair.appliances.values():
            appliance.patches.add(PATCH)
        assert run.perform().outcome == "already"
        assert told(run, "site-patch-installed") == f'{PATCH}: A says "{PATCH}" and B says "{PATCH}"'
        assert run.world.presses == []


def test_where_one_has_it_somebody_has_begun(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs=AT_TARGET), change=PATCHING) as run:
        run.world.pair.appliances["b"].patches.add(PATCH)
        ending = run.perform()
        assert isinstance(ending.stop, Refused)
        assert f'B says "{PATCH}", and A does not: somebody has begun to install {PATCH}' in ending.sentence
        assert run.world.presses == []


def test_where_it_is_neither_offered_nor_said_to_be_installed_it_is_refused(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs={**AT_TARGET, "not_offered": "a"}), change=PATCHING) as run:
        ending = run.perform()
        assert isinstance(ending.stop, Refused)
        assert f"A: {PATCH} is not offered, and A does not say that it is installed; offered is nothing" in ending.sentence
        assert run.world.presses == []


def test_the_target_must_be_what_runs(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs={"chain": 1, "patch": "alone"}), change=PATCHING) as run:
        ending = run.perform()
        assert isinstance(ending.stop, Refused)
        assert "A runs 12.3.5" in ending.sentence
        assert "name in target_version what runs on both" in ending.sentence
        assert run.world.presses == []


def test_a_release_is_not_named_as_a_patch(tmp_path: Path) -> None:
    with story(
        tmp_path, World(knobs={"both_upgraded": True, "patch": "beside_target"}), change=wanting('patch = "BT26-02-RSX"')
    ) as run:
        assert "BT26-02-RSX is not offered" in run.perform().sentence
        assert run.world.presses == []


@pytest.mark.parametrize("flow", [synchronous, single])
def test_the_other_procedures_install_it_too(flow: Flow, tmp_path: Path) -> None:
    alone = flow is single
    knobs: dict[str, object] = {**AT_TARGET, "broken": alone}
    with story(tmp_path, World(knobs=knobs), flow=flow, change=PATCHING) as run:
        assert run.perform().outcome == "done"
        assert sorted(installs(run)) == sorted(BOTH[1:] if alone else BOTH)


# -- where the appliance says nothing ----------------------------------------------------------------------------------------


SILENT = {**AT_TARGET, "patch_told": "none"}


def test_where_the_appliance_says_nothing_a_person_is_asked_by_name_for_each(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs=SILENT), change=PATCHING) as run:
        for unit in ("b", "a"):
            stop = run.perform().stop
            assert isinstance(stop, Waiting)
            assert stop.code == 6
            (question,) = operator_questions.open_questions(run.state)
            assert (question.check, question.step) == ("patch_installed", f"{unit}-patch-installed")
            assert "as it should, and does not say that BT26-02-RS is installed" in question.sentence
            pressed = len(run.world.presses)
            assert isinstance(run.perform().stop, Waiting)
            assert len(run.world.presses) == pressed, "unanswered means hold"
            run.answer("patch_installed", by="Ada")
        assert run.perform().outcome == "done"
        assert installs(run) == BOTH
        lines = [line for line in run.lines if line["step"] == INSTALL]
        assert [line["kind"] for line in lines] == ["intent", "by_person"]
        assert (lines[1]["by"], lines[1]["reading"]["said"]) == ("Ada", "")
        assert "attested by Ada" in lines[1]["text"]


def test_a_no_stops_the_run_and_nothing_is_pressed_again(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs=SILENT), change=PATCHING) as run:
        run.perform()
        run.answer("patch_installed", yes=False)
        stop = run.perform().stop
        assert isinstance(stop, Refused)
        assert "Alex answered NO" in str(stop)
        assert installs(run) == BOTH[:1]


def test_an_installation_that_failed_is_nobodys_to_attest(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs={**SILENT, "install_fails": "b"}), change=PATCHING) as run:
        stop = run.perform().stop
        assert isinstance(stop, Surprised)
        assert "An error occurred installing BT26-02-RS" in str(stop)
        assert operator_questions.open_questions(run.state) == []
        assert patched(run) == []


def test_what_somebody_else_installs_in_between_is_another_hand(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs=AT_TARGET), change=PATCHING) as run:
        assert run.perform(before="a-updates-1").stop
        run.world.pair.appliances["a"].patches.add(PATCH)
        stop: Stop | None = run.perform().stop
        assert isinstance(stop, UnknownHand)
        assert installs(run) == BOTH[:1]


@pytest.mark.parametrize("when", ["in hand", "afterwards"])
def test_a_patch_found_after_a_take_back_is_owned_by_name_only_since_no_version_tells_whose_it_is(
    when: str, tmp_path: Path
) -> None:
    with story(tmp_path, World(knobs=AT_TARGET), change=PATCHING) as run:
        assert run.perform(before="b-updates-1").stop
        handover.hand_over(run.state, "Ada")
        b = run.world.pair.appliances["b"]
        if when == "in hand":
            b.patches.add(PATCH)
        assert run.perform(taken_back_by="Ada", before="b-updates-1").stop
        b.patches.add(PATCH)
        assert isinstance(run.perform().stop, UnknownHand)
        run.answer(operator_questions.UNKNOWN_HAND, by="Bob")
        ended = run.perform()
        assert ended.outcome == "done", ended.stop
        assert installs(run) == BOTH[1:]
        assert [line["by"] for line in run.lines if line["step"] == INSTALL and line["kind"] == "by_person"] == ["Bob"]


# -- by hand -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["list", "message"])
def test_by_hand_its_file_is_uploaded_whatever_its_ending_and_proved_by_what_the_appliance_says(
    where: str, tmp_path: Path
) -> None:
    with story(tmp_path, World(knobs={**AT_TARGET, "patch_told": where}), change=by_hand) as run:
        assert run.perform().outcome == "done"
        assert installs(run) == BOTH
        assert run.of("intent")[2] == "b-update-software-1-patch-bt26-02-rs-nss"
        assert patched(run) == ["a", "b"]


def test_by_hand_a_person_is_asked_where_the_appliance_says_nothing(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs=SILENT), change=by_hand) as run:
        for _ in "ba":
            assert isinstance(run.perform().stop, Waiting)
            run.answer("patch_installed", by="Ada")
        assert run.perform().outcome == "done"
        assert installs(run) == BOTH


# -- killed anywhere ---------------------------------------------------------------------------------------------------------


@pytest.mark.no_cover
@pytest.mark.parametrize("change", [PATCHING, by_hand], ids=["from the list", "by hand"])
def test_killed_at_every_point_of_the_patch_and_resumed_it_is_installed_once_on_each(
    change: Callable[[str], str], tmp_path: Path
) -> None:
    points: list[tuple[str, str]] = []
    with story(tmp_path / "first", World(knobs=AT_TARGET), change=change) as run:
        run.perform(checkpoint=lambda step, point: points.append((step, point)))
    own = list(
        dict.fromkeys(each for each in points if each[0].startswith(("a-install", "b-install", "a-update-s", "b-update-s")))
    )
    assert len(own) > 10
    for number, where in enumerate(own):
        left = [where]

        def checkpoint(step: str, point: str, left: list[tuple[str, str]] = left) -> None:
            if left and (step, point) == left[0]:
                left.clear()
                raise Killed

        with story(tmp_path / str(number), World(knobs=AT_TARGET), change=change) as run:
            with pytest.raises(Killed):
                run.perform(checkpoint=checkpoint)
            ending = run.perform()
            while isinstance(ending.stop, Waiting):  # by hand: whether an upload that left no trace came through, a person says
                run.answer("patch_installed")
                ending = run.perform()
            assert len(installs(run)) == len(set(installs(run))), where
            if where[1] != "after-intent" or change is PATCHING:
                assert ending.outcome == "done", f"killed at {where}: {ending}"
                assert patched(run) == ["a", "b"], where
