"""`approve`: what is shown, signed and kept, by a key, a command, or from elsewhere; and what is refused, with which code."""

import hashlib
import json
import os
import subprocess
from pathlib import Path

import pytest
from a_pair_file import PAIR
from a_plan import key_of, openssh_line, plan_fields, private_file, public_key_of
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from spoken import Here, Said

from robot.approval.judge import ApprovalCase, ApprovalState, judge_approvals
from robot.approval.plan_document import read_plan
from robot.approval.rules import ApprovalRules, KeyHolder
from robot.approval.signature_files import read_signatures
from robot.domain.clocks import wall_clock

ANN = "Ann Lee"
ID = public_key_of(ANN).short_id
WORD = "a long passphrase"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A plan without windows, made by this clock, from a pair file that names Ann's key."""
    pair = f'{PAIR}\n[approval]\nrequired = true\napprovers = ["ann.pub"]\n'
    (tmp_path / "pair.toml").write_text(pair, encoding="utf-8")
    (tmp_path / "ann.pub").write_text(openssh_line(ANN), encoding="utf-8")
    (tmp_path / "eve.pub").write_text(openssh_line("Eve Kay"), encoding="utf-8")
    private_file(tmp_path / "ann", ANN)
    private_file(tmp_path / "eve", "Eve Kay")
    pair_facts = {"file": "pair.toml", "sha256": hashlib.sha256(pair.encode()).hexdigest(), "site": "support.example.com"}
    made = {"utc": wall_clock().isoformat(), "by": "John Roe"}
    document = plan_fields(windows=None, pair=pair_facts, made=made)
    (tmp_path / "plan.json").write_text(json.dumps(document, indent=2), encoding="utf-8")
    return tmp_path / "plan.json"


def is_approved(plan: Path) -> bool:
    rules = ApprovalRules("[approval]", required=True, approvers=(KeyHolder("", public_key_of(ANN)),))
    verdict = judge_approvals(ApprovalCase(read_plan(plan), rules, wall_clock()), read_signatures(plan))
    return verdict.state is ApprovalState.APPROVED


def refused(said: Said, code: int, sentence: str) -> None:
    assert said.code == code, said
    assert sentence in said.err.splitlines()[-1]
    assert "Traceback" not in said.err
    assert said.out == ""


def test_what_is_approved_is_shown_then_signed_and_kept_beside_the_plan(here: Here, plan: Path) -> None:
    said = here("approve", plan, "--by", ANN, "--key", "ann", "--expires", "4h")
    assert (said.code, said.out) == (0, f"{plan}.{ID}.sig\n")
    for row in (
        "ticket    CHG0031337",
        "site      support.example.com",
        f"digest    {read_plan(plan).digest}",
        "approver  Ann Lee",
    ):
        assert row in said.err
    assert "windows   none: it is performed when somebody says that it is time" in said.err
    assert said.err.splitlines()[-1].endswith(f"; approved by Ann Lee until {said.err.split(' until ')[1].split(';')[0]}")
    assert is_approved(plan)


def test_a_second_signature_by_the_same_key_overwrites_nothing(here: Here, plan: Path) -> None:
    here("approve", plan, "--by", ANN, "--key", "ann")
    first = Path(f"{plan}.{ID}.sig").read_bytes()
    refused(here("approve", plan, "--by", ANN, "--key", "ann"), 2, f"{plan}.{ID}.sig is there already")
    assert Path(f"{plan}.{ID}.sig").read_bytes() == first


def test_a_passphrase_comes_from_a_variable_that_is_named_and_is_told_nowhere(
    here: Here, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encrypted = key_of(ANN).private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, BestAvailableEncryption(WORD.encode()))
    (tmp_path / "ann").write_bytes(encrypted)
    refused(here("approve", plan, "--by", ANN, "--key", "ann"), 2, "ann is encrypted and its passphrase is missing")
    said = here("approve", plan, "--by", ANN, "--key", "ann", "--passphrase-variable", WORD)
    refused(said, 2, "--passphrase-variable takes the name of a variable that is set, never the passphrase itself")
    assert WORD not in said.err
    monkeypatch.setenv("ANN_PASSPHRASE", WORD)
    said = here("approve", plan, "--by", ANN, "--key", "ann", "--passphrase-variable", "ANN_PASSPHRASE")
    assert said.code == 0
    assert WORD not in said.err + said.out
    assert is_approved(plan)


def test_a_command_in_front_of_a_device_signs(here: Here, plan: Path, tmp_path: Path) -> None:
    (tmp_path / "device").write_text(
        "#!/bin/sh\ncat > to-sign\nexec openssl pkeyutl -sign -rawin -inkey ann -in to-sign\n", encoding="utf-8"
    )
    (tmp_path / "device").chmod(0o700)
    words = ("approve", plan, "--by", ANN, "--command", "./device 'slot 1'")
    refused(here(*words), 2, "approve --command needs --public-key too")
    refused(here(*words, "--public-key", "eve.pub"), 3, "the signature is not one of these bytes by the key")
    said = here(*words, "--public-key", "ann.pub")
    assert said.code == 0, said
    assert is_approved(plan)


def test_a_key_that_is_never_on_this_machine_signs_what_was_exported(here: Here, plan: Path, tmp_path: Path) -> None:
    said = here("approve", plan, "--by", ANN, "--export", "to-sign")
    assert (said.code, said.out) == (0, "to-sign\n")
    assert "--import SIGNATURE --exported to-sign --public-key PUBLIC_KEY" in said.err
    command = ["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", "ann", "-in", "to-sign", "-out", "raw"]
    subprocess.run(command, cwd=tmp_path, check=True)
    refused(here("approve", plan, "--import", "raw", "--public-key", "ann.pub"), 2, "name what was signed too, with --exported")
    refused(
        here("approve", plan, "--import", "raw", "--exported", "to-sign", "--public-key", "eve.pub"),
        3,
        "is not one of these bytes",
    )
    said = here("approve", plan, "--import", "raw", "--exported", "to-sign", "--public-key", "ann.pub")
    assert said.code == 0, said
    assert "approver  Ann Lee" in said.err
    assert is_approved(plan)
    Path(f"{plan}.{ID}.sig").rename(tmp_path / "envelope")
    refused(here("approve", plan, "--import", "envelope", "--public-key", "eve.pub"), 3, "is not signed with the key")
    assert here("approve", plan, "--import", "envelope", "--public-key", "ann.pub").code == 0
    assert is_approved(plan)


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["--by", ANN], 2, "approve needs exactly one of --key, --command, --export, --import"),
        (["--by", ANN, "--key", "ann", "--export", "x"], 2, "approve needs exactly one of"),
        (["--key", "ann"], 2, "approve --key needs --by too"),
        (["--import", "raw", "--by", ANN, "--public-key", "ann.pub"], 2, "--by means nothing together with --import"),
        (["--by", "  ", "--key", "ann"], 2, "this approval cannot be given: approver must be a name on one line"),
        (["--by", ANN, "--key", "ann", "--expires", "soon"], 2, "when it expires cannot be read: write 4h or 2d"),
        (["--by", ANN, "--key", "ann", "--expires", "2026-01-01T00:00:00Z"], 2, "expires before it is signed"),
        (["--by", ANN, "--key", "none"], 2, "none cannot be read: No such file or directory"),
        (["--by", ANN, "--key", "ann.pub"], 2, "holds a public key, which signs nothing"),
        (["--by", ANN, "--key", "eve"], 3, "is not signed by any of the approvers that [approval] of the pair file names"),
        (["--by", ANN, "--command", "'", "--public-key", "ann.pub"], 2, "--command cannot be read"),
        (["--by", ANN, "--command", "./none", "--public-key", "ann.pub"], 3, "./none cannot be run in"),
        (["--import", "pair.toml", "--public-key", "ann.pub"], 2, "pair.toml is no JSON, by its line 1: name the file that"),
    ],
)
def test_what_cannot_be_approved_is_told_in_one_sentence_and_nothing_is_kept(
    words: list[str], code: int, sentence: str, here: Here, plan: Path
) -> None:
    refused(here("approve", plan, *words), code, sentence)
    assert not list(plan.parent.glob("plan.json.*"))


def test_a_file_that_is_not_as_it_must_be_is_named_and_nothing_is_kept(here: Here, plan: Path, tmp_path: Path) -> None:
    def is_refused(code: int, sentence: str) -> None:
        refused(here("approve", plan, "--by", ANN, "--key", "ann"), code, sentence)

    (tmp_path / "ann").chmod(0o644)
    is_refused(2, "ann is open to others than its owner (mode 0644): chmod 600 ann")
    (tmp_path / "ann.pub").unlink()
    is_refused(2, "ann.pub does not exist: name a file with a public key")
    (tmp_path / "pair.toml").write_text(PAIR, encoding="utf-8")
    is_refused(3, "pair.toml has changed since the plan was made from it: make the plan anew")
    plan.write_text(plan.read_text(encoding="utf-8").replace("b-break", "a-break"), encoding="utf-8")
    is_refused(2, "plan.json was changed after it was made")
    plan.unlink()
    is_refused(2, "plan.json does not exist: name the JSON file of a plan")
    assert not list(tmp_path.glob("plan.json.*"))


def test_under_a_policy_the_approver_is_held_to_it_and_told_where_it_comes_from(
    here: Here, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(f'[[approvers]]\nname = "John Roe"\nkeys = ["{openssh_line("John Roe")}"]\n', encoding="utf-8")
    os.chmod(tmp_path, 0o755)  # noqa: PTH101 - a folder of pytest's is closed already; here it is as people have it
    monkeypatch.setenv("FAILOVER_ROBOT_POLICY", str(policy))
    private_file(tmp_path / "john", "John Roe")
    said = here("approve", plan, "--by", "John Roe", "--key", "john")
    refused(
        said, 3, f"1 must approve, and the policy {policy} names 0 who may approve this plan (nobody approves what is their own)"
    )
    assert "comes from FAILOVER_ROBOT_POLICY" in said.err
    policy.write_text("[[approver]]\n", encoding="utf-8")
    refused(here("approve", plan, "--by", "John Roe", "--key", "john"), 2, f"{policy}: ")


def test_where_nobody_says_who_may_approve_the_signature_is_kept_and_judged_elsewhere(here: Here, plan: Path) -> None:
    plan.with_name("pair.toml").unlink()
    said = here("approve", plan, "--by", ANN, "--key", "ann")
    assert said.code == 0
    assert "this machine does not know who may approve" in said.err
