"""What an operator may try who owns the pair file, the plan, the state folder and the command line, but no approver's key.

Each attempt is typed as commands, in this process. In place of the supervised child stands what the child does first: it binds
the run to its plan. A run that comes through that would go on to its presses, and is counted as if it had pressed.
"""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from a_pair_file import ENVIRONMENT
from a_plan import openssh_line
from a_planned_run import ANN, BOB, EMERGENCY, EVE, OPERATOR, Desk, bound

from robot.approval import planned_run, policy
from robot.approval.plan_document import digest_of_plan
from robot.cli import cli
from robot.cli.lifecycle import beginning
from robot.domain.clocks import Clocks
from robot.domain.errors import Stop
from robot.runs import store
from robot.runs.evidence_log import EvidenceLog
from robot.runs.options import RunOptions
from robot.runs.store import RunState

Words = tuple[str | Path, ...]


@dataclass
class Office:
    """One approved plan under a policy of this machine, and whoever attacks it.

    Attributes:
        desk: the files.
        dice: chooses the details.
        came_through: the runs that would have pressed.
        signed: the signature that counts.
    """

    desk: Desk
    dice: random.Random
    came_through: list[str] = field(default_factory=list[str])
    signed: Path = field(init=False)

    def __post_init__(self) -> None:
        self.desk.write_pair()
        self.desk.write_plan(ticket="CHG0031337")
        self.signed = self.desk.sign(ANN)

    def type(self, *words: str | Path) -> int:
        """Type a command; return its exit code, 0 if it would have pressed."""
        try:
            return int(cli.main([str(word) for word in words], standalone_mode=False) or 0)
        except Stop as stop:
            return stop.code

    def perform(self, state: RunState, *_: Any, manner: RunOptions | None = None, **__: Any) -> int:
        """What a child does before it looks at an appliance."""
        bound(state, goes_back=bool(manner and manner.back_out))
        self.came_through.append(state.name)
        return 0

    def document(self) -> dict[str, Any]:
        return json.loads(self.desk.plan.read_text(encoding="utf-8"))

    def rewrite(self, document: dict[str, Any], *, digest: bool = True) -> None:
        """Put another plan in the place of the approved one."""
        if digest:
            document["digest"] = digest_of_plan(document)
        self.desk.plan.write_text(json.dumps(document), encoding="utf-8")

    def begun(self) -> RunState:
        """The approved plan is begun, as it may be; what follows is done to that run."""
        assert self.type("run", self.desk.plan, "--now") == 0
        self.came_through.clear()
        return store.every()[-1]

    def resume(self, state: RunState, *options: str) -> None:
        self.type("resume", state.name, *options)

    def back_out(self, state: RunState) -> None:
        self.type("back-out", state.name)


Attack = Callable[[Office], None]


def run_plan(office: Office) -> None:
    office.type("run", office.desk.plan, "--now")


# -- another plan, another pair file ---------------------------------------------------------------------------------------


def a_press_is_added(office: Office) -> None:
    document = office.document()
    extra = {**document["presses"][0], "step": f"a-other-{office.dice.random()}", "control": "Reboot"}
    document["presses"].insert(office.dice.randrange(len(document["presses"])), extra)
    office.rewrite(document, digest=office.dice.random() < 0.7)
    run_plan(office)


def a_press_is_exchanged(office: Office) -> None:
    document = office.document()
    press = office.dice.choice(document["presses"])
    key, value = office.dice.choice([("step", "a-reboot"), ("control", "Reboot"), ("way", "back-out: always"), ("restores", "")])
    press[key] = value or not press[key]
    office.rewrite(document, digest=office.dice.random() < 0.7)
    run_plan(office)


def the_plans_settings_and_the_pair_file_are_edited_alike(office: Office) -> None:
    old, new = office.dice.choice([("192.0.2.20", "192.0.2.99"), ("15.1.3", "15.1.4"), ("192.0.2.13", "192.0.2.77")])
    text = office.desk.pair_file.read_text(encoding="utf-8")
    office.desk.pair_file.write_text(text.replace(old, new), encoding="utf-8")
    if office.dice.random() < 0.7:
        office.desk.write_plan()
    run_plan(office)


def another_pair_file_stands_in_its_place(office: Office) -> None:
    other = office.desk.folder / "other.toml"
    text = office.desk.pair_file.read_text(encoding="utf-8").replace("support.example.com", "other.example.com")
    other.write_text(text, encoding="utf-8")
    office.desk.pair_file.unlink()
    if office.dice.random() < 0.5:
        office.desk.pair_file.symlink_to(other)
    else:
        other.rename(office.desk.pair_file)
    run_plan(office)


def a_named_file_is_exchanged(office: Office) -> None:
    (office.desk.folder / "ca.pem").write_text(f"my own authority {office.dice.random()}", encoding="utf-8")
    run_plan(office)


def the_program_is_another(office: Office) -> None:
    document = office.document()
    document["robot"]["code_sha256"] = office.dice.randbytes(32).hex()
    office.rewrite(document)
    office.desk.sign(BOB)  # an approver has signed it: it is stale all the same
    run_plan(office)


def the_plan_of_another_change_is_performed_with_these_signatures(office: Office) -> None:
    office.desk.write_plan(ticket=f"CHG{office.dice.randrange(10**7)}")
    run_plan(office)


# -- signatures ------------------------------------------------------------------------------------------------------------


def the_signature_is_taken_away(office: Office) -> None:
    office.signed.unlink()
    run_plan(office)


def somebody_else_signs(office: Office) -> None:
    office.signed.unlink()
    office.desk.sign(office.dice.choice([EVE, OPERATOR]))
    run_plan(office)


def somebody_else_signs_in_an_approvers_name(office: Office) -> None:
    office.signed.unlink()
    office.desk.sign(office.dice.choice([ANN, BOB]), key=office.dice.choice([EVE, OPERATOR]))
    run_plan(office)


def the_signature_is_damaged(office: Office) -> None:
    """One bit of what is signed, or of the signature; the key's id beside them is a hint that nothing rests on."""
    text = office.signed.read_text(encoding="utf-8")
    part = office.dice.choice(list(re.finditer(r'"(?:payload|sig)": "([^"]+)"', text)))
    at = office.dice.randrange(*part.span(1))
    office.signed.write_text(text[:at] + chr(ord(text[at]) ^ 1 << office.dice.randrange(5)) + text[at + 1 :], encoding="utf-8")
    run_plan(office)


def the_signature_is_a_link_to_another_plans(office: Office) -> None:
    other = office.desk.folder / "other"
    shutil.copy(office.signed, other)
    office.desk.write_plan(requested_by=f"Somebody {office.dice.random()}")
    office.signed.unlink()
    office.signed.symlink_to(other)
    run_plan(office)


def an_emergency_is_claimed(office: Office) -> None:
    if office.dice.random() < 0.5:
        office.desk.sign(ANN, emergency=EMERGENCY)  # one of the two that it needs
    office.type("run", office.desk.plan, "--emergency", EMERGENCY.reason, "--incident", EMERGENCY.incident)


# -- the rules -------------------------------------------------------------------------------------------------------------


def the_pair_file_is_run_without_a_plan(office: Office) -> None:
    if office.dice.random() < 0.5:
        with office.desk.pair_file.open("a", encoding="utf-8") as file:
            file.write("\n[approval]\nrequired = false\n")
    office.type("run", office.desk.pair_file, "--now")


def a_policy_of_ones_own_is_named(office: Office) -> None:
    path = office.desk.folder / "mine.toml"
    path.write_text(f'[[approvers]]\nname = "{EVE}"\nkeys = ["{openssh_line(EVE)}"]\n', encoding="utf-8")
    office.signed.unlink()
    office.desk.sign(EVE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FAILOVER_ROBOT_POLICY", str(path))
        run_plan(office)


def approvers_of_ones_own_stand_in_the_pair_file(office: Office) -> None:
    (office.desk.folder / "eve.pub").write_text(openssh_line(EVE), encoding="utf-8")
    office.desk.write_pair('\n[approval]\nrequired = true\napprovers = ["eve.pub"]\n')
    office.desk.write_plan()
    office.signed.unlink()
    office.desk.sign(EVE)
    run_plan(office)


# -- once ------------------------------------------------------------------------------------------------------------------


def a_plan_is_performed_again(office: Office) -> None:
    state = office.begun()
    if office.dice.random() < 0.5:
        (state.evidence / "summary.json").write_text('{"outcome": "done"}', encoding="utf-8")
    if office.dice.random() < 0.5:
        shutil.copy(office.desk.plan, office.desk.folder / "again.json")
        shutil.copy(office.signed, office.desk.folder / office.signed.name.replace("plan.json", "again.json"))
        office.type("run", office.desk.folder / "again.json", "--now")
    run_plan(office)


# -- the state folder, and the evidence ------------------------------------------------------------------------------------


def the_kept_settings_are_edited(office: Office) -> None:
    state = office.begun()
    settings = state.facts["settings"]
    key, values = office.dice.choice([
        ("swing", {**settings["swing"], "shared_ip": "192.0.2.99"}), ("site", {**settings["site"], "target_version": "99.1.1"}),
        ("b", {**settings["b"], "address": "192.0.2.88"}), ("checks", {**settings["checks"], "notice": {"skip": "why not"}}),
    ])  # fmt: skip
    store.change_facts(state, {"settings": {**settings, key: values}})
    office.resume(state)


def the_plan_is_forgotten(office: Office) -> None:
    state = office.begun()
    store.change_facts(state, {"plan": None, "rehearsal": office.dice.random() < 0.5})
    office.resume(state)


def a_run_without_a_plan_is_forged(office: Office) -> None:
    state = office.begun()
    facts = {key: value for key, value in state.facts.items() if key not in {"plan", "run", "evidence"}}
    forged = store.begin(facts, office.desk.folder / "artifacts", "CHG0031337")
    if office.dice.random() < 0.5:
        press(forged, "b-sync-now", "b-break-failover-relationships")
    (office.back_out if office.dice.random() < 0.5 else office.resume)(forged)


def the_copied_plan_is_exchanged(office: Office) -> None:
    state = office.begun()
    copy = state.evidence / "attachments" / "plan.json"
    document = json.loads(copy.read_text(encoding="utf-8"))
    document["presses"][0]["control"] = "Reboot"
    document["digest"] = digest_of_plan(document)
    copy.write_text(json.dumps(document), encoding="utf-8")
    if office.dice.random() < 0.5:
        store.change_facts(state, {"plan": {**state.facts["plan"], "digest": document["digest"]}})
    office.resume(state)


def an_emergency_is_written_into_the_state(office: Office) -> None:
    state = office.begun()
    emergency = EMERGENCY.model_dump(mode="json")
    store.change_facts(state, {"plan": {**state.facts["plan"], "emergency": emergency}})
    office.resume(state)


def the_approval_has_expired_meanwhile(office: Office) -> None:
    office.signed.unlink()
    office.desk.sign(ANN, lasts=timedelta(minutes=5))
    state = office.begun()
    office.desk.shift = timedelta(minutes=office.dice.randint(6, 500))
    office.resume(state)


def every_signature_is_taken_away_in_mid_run(office: Office) -> None:
    state = office.begun()
    for path in (*office.desk.folder.glob("*.sig"), *(state.evidence / "attachments").glob("*.sig")):
        path.unlink()
    if office.dice.random() < 0.5:
        press(state, "b-sync-now")
    (office.back_out if office.dice.random() < 0.5 else office.resume)(state)


def the_plan_is_taken_away_too(office: Office) -> None:
    state = office.begun()
    press(state, "b-sync-now")
    for path in (office.desk.plan, *office.desk.folder.glob("*.sig"), *(state.evidence / "attachments").iterdir()):
        path.unlink()
    (office.back_out if office.dice.random() < 0.5 else office.resume)(state)


def presses_of_before_the_approval_are_forged(office: Office) -> None:
    """A record that tells of a press before anybody had signed, so that the way back might be open without approval."""
    office.signed.unlink()
    office.signed = office.desk.sign(BOB)
    state = office.begun()
    press(state, "b-break-failover-relationships", utc="2020-01-01T00:00:00.000Z")
    (office.back_out if office.dice.random() < 0.5 else office.resume)(state)


def press(state: RunState, *steps: str, utc: str = "") -> None:
    with EvidenceLog(state.evidence) as record:
        for step in steps:
            record.append("intent", step, unit=step[0], reading={}, **({"utc": utc} if utc else {}))


ATTACKS: tuple[Attack, ...] = (
    a_press_is_added, a_press_is_exchanged, the_plans_settings_and_the_pair_file_are_edited_alike,
    another_pair_file_stands_in_its_place, a_named_file_is_exchanged, the_program_is_another,
    the_plan_of_another_change_is_performed_with_these_signatures, the_signature_is_taken_away, somebody_else_signs,
    somebody_else_signs_in_an_approvers_name, the_signature_is_damaged, the_signature_is_a_link_to_another_plans,
    an_emergency_is_claimed, the_pair_file_is_run_without_a_plan, a_policy_of_ones_own_is_named,
    approvers_of_ones_own_stand_in_the_pair_file, a_plan_is_performed_again, the_kept_settings_are_edited, the_plan_is_forgotten,
    a_run_without_a_plan_is_forged, the_copied_plan_is_exchanged, an_emergency_is_written_into_the_state,
    the_approval_has_expired_meanwhile, every_signature_is_taken_away_in_mid_run, the_plan_is_taken_away_too,
    presses_of_before_the_approval_are_forged,
)  # fmt: skip


def offices(folder: Path, seed: int, rounds: int) -> Iterator[tuple[Attack, Office]]:
    """Every attack, so many times, each on an office of its own, which is open while the attack is made.

    Args:
        folder: where the files go.
        seed: the same one gives the same attacks.
        rounds: how often each is made.

    Yields:
        The attack, not made yet, and the office.
    """
    dice = random.Random(seed)
    for number in range(rounds):
        for attack in ATTACKS:
            with pytest.MonkeyPatch.context() as patch:
                here = folder / f"{number}-{attack.__name__}"
                here.mkdir(parents=True)
                yield attack, office(Desk(here), dice, patch)
            shutil.rmtree(here)


def office(desk: Desk, dice: random.Random, patch: pytest.MonkeyPatch) -> Office:
    """An office with a policy that stands in /etc, as far as this process can tell."""
    made = Office(desk, dice)
    patch.setattr(policy, "ROOT", desk.write_policy().stat().st_uid)
    patch.setattr(policy, "POLICY_IN_ETC", desk.folder / "policy.toml")
    patch.setattr(beginning, "perform", made.perform)
    patch.setattr(planned_run, "Clocks", lambda: Clocks(wall=desk.now))
    patch.setattr(beginning, "wall_clock", desk.now)
    patch.setenv("XDG_STATE_HOME", str(desk.folder / "state"))
    patch.setenv("FAILOVER_ROBOT_ARTIFACTS", str(desk.folder / "artifacts"))
    for name in ENVIRONMENT:
        patch.delenv(name, raising=False)
    return made
