"""A patch through a real browser, with an agreement before its download that asks for a contact; a whole run is on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_updates_of_a_pair import left, staged

from flows.steps.manual_update import update
from robot.domain.errors import UsageError, Waiting
from robot.operators import operator_questions
from robot.simulator.appliances.updates import PATCH

CONTACT = "Service desk <desk@example.com>"


def patched(text: str) -> str:
    return text.replace("accept_agreement = false", f'accept_agreement = true\npatch = "{PATCH}"')


def test_a_patch_behind_an_agreement_that_asks_is_installed_on_both_in_the_name_that_a_person_gave(tmp_path: Path) -> None:
    knobs: dict[str, object] = {"both_upgraded": True, "patch": "alone", "download_agreement": True, "agreement_contact": "asked"}
    with staged(tmp_path, patched, knobs) as stage:
        pair, run = stage.pair, stage.run
        with pytest.raises(Waiting, match="a person's answer to agreement_contact"):
            update(pair.b, pair, run, left())
        assert stage.simulated.changes() == []
        steps = [line for line in run.record.history.lines if line.step == "b-install-bt26-02-rs"]
        assert [line.kind for line in steps if line.kind != "reading"] == ["intent", "note", "refused"]
        with pytest.raises(UsageError, match='write the contact as "Name <address>"'):
            operator_questions.submit_answer(run.state, "agreement_contact", by="Ada", note="the desk", yes=True, attach=None)
        operator_questions.submit_answer(run.state, "agreement_contact", by="Ada", note=CONTACT, yes=True, attach=None)
        for appliance in (pair.b, pair.a):
            update(appliance, pair, run, left())
        told = [(line["unit"], line["action"], line["details"]) for line in stage.simulated.changes()]
        assert [(unit, action) for unit, action, _ in told] == [("b", f"install {PATCH}"), ("a", f"install {PATCH}")]
        assert [(each["name"], each["email"]) for _, _, each in told] == [("Service desk", "desk@example.com")] * 2
        lines = run.record.history.lines
        assert [line.reading["said"] for line in lines if line.kind == "proved" and "install" in line.step] == [PATCH, PATCH]
        accepted = [line.text for line in lines if "agreement before the download is accepted" in line.text]
        assert ['[Contact Name "Service desk"; E-mail Address "desk@example.com"]' in text for text in accepted] == [True, True]
