"""One whole change through real browsers that is a patch, with an agreement before its download that asks for a contact."""

from __future__ import annotations

from pathlib import Path

import pytest
from a_scene import a_scene

from robot.simulator.appliances.updates import PATCH

pytestmark = pytest.mark.rehearsal


def test_a_patch_behind_an_agreement_that_asks_is_installed_on_both_in_the_name_that_a_person_gave(tmp_path: Path) -> None:
    knobs = {"both_upgraded": True, "patch": "alone", "download_agreement": True, "agreement_contact": "asked"}
    with pytest.MonkeyPatch.context() as environment:
        for name in ("XDG_STATE_HOME", "PYTHONPATH", "FAILOVER_ROBOT_POLICY"):
            environment.setenv(name, "")  # what the scene sets is put back
        with a_scene(tmp_path, knobs=knobs) as scene:
            scene.change_section("update", f'patch = "{PATCH}"', "accept_agreement = true")
            assert "give [update] agreement_contact" in scene.robot("doctor", scene.simulated.pair_file).out
            asked = scene.run(ends=6)
            assert 'agreement_contact --by NAME --note "Name <address>"' in asked.err
            assert [action for action in scene.told() if "install" in action] == []
            assert scene.kinds("b-install-bt26-02-rs") == ["intent", "note", "refused"]
            name = scene.state.name
            refused = scene.robot("answer", name, "agreement_contact", "--by", "Ada", "--note", "the desk", ends=2)
            assert 'write the contact as "Name <address>"' in refused.err
            scene.robot("answer", name, "agreement_contact", "--by", "Ada", "--note", "Service desk <desk@example.com>")
            scene.robot("resume", name)
            scene.require_told(
                [
                    "b sync-now", "b break-failover-relationships", f"b install {PATCH}", "a ip-disable shared",
                    "b ip-enable shared", f"a install {PATCH}", "b establish-relationship", "a sync-now",
                ]
            )  # fmt: skip
            given = [line["details"] for line in scene.simulated.changes() if "install" in line["action"]]
            assert [(each["name"], each["email"]) for each in given] == [("Service desk", "desk@example.com")] * 2
            scene.require_over()
            proved = [line["reading"]["said"] for line in scene.lines if line["kind"] == "proved" and "install" in line["step"]]
            assert proved == [PATCH, PATCH]
            accepted = [line for line in scene.lines if "agreement before the download is accepted" in line.get("text", "")]
            assert ['[Contact Name "Service desk"; E-mail Address "desk@example.com"]' in line["text"] for line in accepted] == [
                True, True,
            ]  # fmt: skip
