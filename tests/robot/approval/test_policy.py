"""The policy of a machine: which one counts, who could change it, what it fixes, and what it cannot mean."""

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from a_pair_file import PAIR
from a_plan import holder, openssh_line, public_key_of

from robot.approval import policy as policies
from robot.approval.effective_rules import effective_rules
from robot.approval.policy import rules_of_policy
from robot.domain.errors import UsageError
from robot.settings import PairFileError, load

POLICY = f"""
[approval]
needed = 2

[[approvers]]
name = "Ann Lee"
keys = ["{openssh_line("Ann Lee")}"]

[[approvers]]
name = "Bob May"
key_files = ["keys/bob.pub"]

[[operators]]
name = "John Roe"
keys = ["{openssh_line("John Roe")}"]

[[answerers]]
name = "Cleo Orr"
keys = ["{openssh_line("Cleo Orr")}"]

[[freeze]]
from = 2026-12-20T00:00:00Z
until = 2027-01-04T00:00:00+01:00
reason = "Year's end"
"""
Refused = Callable[..., str]


@pytest.fixture
def etc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine's policy, in a folder that stands for /etc; who runs the tests stands for root."""
    monkeypatch.setattr(policies, "ROOT", os.getuid())
    monkeypatch.setattr(policies, "POLICY_IN_ETC", tmp_path / "etc" / "policy.toml")
    monkeypatch.delenv("FAILOVER_ROBOT_POLICY", raising=False)
    return written(tmp_path / "etc")


def written(folder: Path, text: str = POLICY) -> Path:
    (folder / "keys").mkdir(parents=True, mode=0o755)
    (folder / "keys" / "bob.pub").write_text(public_key_of("Bob May").pem, encoding="utf-8")
    (folder / "policy.toml").write_text(text, encoding="utf-8")
    for path in (folder, folder / "keys", folder / "keys" / "bob.pub", folder / "policy.toml"):
        path.chmod(0o755)
    return folder / "policy.toml"


@pytest.fixture
def refused(etc: Path) -> Refused:
    def refuse(old: str = "", new: str = "") -> str:
        assert old in POLICY
        etc.write_text(POLICY.replace(old, new, 1) if old else POLICY + new, encoding="utf-8")
        with pytest.raises(UsageError) as refusal:
            effective_rules(None)
        assert (refusal.value.code, "\n" in str(refusal.value)) == (2, False)
        return str(refusal.value).removeprefix(f"{etc}: ")

    return refuse


def test_a_policy_fixes_who_may_approve_how_many_must_and_when_nothing_is_changed(etc: Path) -> None:
    rules = effective_rules(None)
    assert rules
    assert (rules.source, rules.required, rules.needed, rules.self_approval) == (f"the policy {etc}", True, 2, False)
    assert rules.approvers == (holder("Ann Lee"), holder("Bob May"))
    assert (rules.operators, rules.answerers, rules.notice) == ((holder("John Roe"),), (holder("Cleo Orr"),), "")
    assert [(each.begins, each.ends, each.reason) for each in rules.freezes] == [
        (datetime(2026, 12, 20, tzinfo=UTC), datetime(2027, 1, 3, 23, tzinfo=UTC), "Year's end")
    ]


def test_the_policy_in_etc_wins_over_the_variable_and_over_the_pair_file(
    etc: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pair.toml").write_text(f'{PAIR}\n[approval]\nrequired = true\napprovers = ["a.pub"]\n', encoding="utf-8")
    (tmp_path / "a.pub").write_text(openssh_line("Dan Poe"), encoding="utf-8")
    settings = load(tmp_path / "pair.toml")
    mine = written(tmp_path / "mine", POLICY.replace("needed = 2", "needed = 1"))
    monkeypatch.setenv("FAILOVER_ROBOT_POLICY", str(mine))
    rules = effective_rules(settings)
    assert rules
    assert (rules.needed, rules.notice) == (2, "")
    etc.unlink()
    rules = effective_rules(settings)
    assert rules
    assert rules.needed == 1
    assert rules.notice.startswith(f"the policy {mine} comes from FAILOVER_ROBOT_POLICY and belongs to ")
    monkeypatch.delenv("FAILOVER_ROBOT_POLICY")
    rules = effective_rules(settings)
    assert rules
    assert (rules.source, rules.required, rules.needed) == ("[approval] of the pair file", True, 1)
    assert [each.key for each in rules.approvers] == [public_key_of("Dan Poe")]
    assert effective_rules(None) is None


def test_no_variable_hides_the_policy_in_etc_from_a_run(etc: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pair.toml").write_text(PAIR, encoding="utf-8")
    monkeypatch.setenv("FAILOVER_ROBOT_POLICY", str(tmp_path / "none.toml"))
    rules = effective_rules(load(tmp_path / "pair.toml"))
    assert rules
    assert (rules.source, rules.required) == (f"the policy {etc}", True)


def test_a_link_that_leads_nowhere_and_a_policy_that_cannot_be_read_are_no_absence_of_a_policy(etc: Path) -> None:
    etc.unlink()
    etc.symlink_to("nowhere")
    with pytest.raises(UsageError, match="nowhere by a link"):
        effective_rules(None)
    etc.unlink()
    etc.mkdir()
    with pytest.raises(UsageError, match="cannot be read"):
        effective_rules(None)


@pytest.mark.parametrize("place", ["policy.toml", "keys/bob.pub", "keys", "."])
def test_what_others_could_change_is_refused_with_the_command_that_mends_it(place: str, etc: Path) -> None:
    path = (etc.parent / place).resolve()
    path.chmod(0o775)
    with pytest.raises(UsageError, match=re.escape(f"{path} can be written by others than its owner (mode 0775)")):
        effective_rules(None)
    path.chmod(0o755)
    assert effective_rules(None)


def test_a_policy_of_anybody_but_root_binds_nobody_and_one_of_the_variable_only_who_chose_it(
    etc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policies, "ROOT", os.getuid() + 1)
    with pytest.raises(UsageError, match=r"belongs to .*, who could change the rules: chown root") as refusal:
        effective_rules(None)
    assert refusal.value.code == 2
    monkeypatch.setattr(policies, "ROOT", 0)
    rules = rules_of_policy(etc, from_etc=False)
    assert rules.notice.endswith("a policy that binds them belongs to root, in /etc/failover-robot/policy.toml")


def test_a_policy_behind_a_link_is_refused(etc: Path) -> None:
    etc.rename(etc.with_name("real.toml"))
    etc.symlink_to("real.toml")
    with pytest.raises(UsageError, match=r"leads to .*real\.toml by a link, which could lead elsewhere tomorrow"):
        effective_rules(None)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("needed = 2", "neded = 2", "approval.neded is not known; did you mean needed?"),
        ("needed = 2", "needed = 0", "approval.needed must be greater than or equal to 1"),
        ("needed = 2", 'needed = "2"', "approval.needed must be a valid integer"),
        ("needed = 2", "needed = 3", "approval.needed is 3, and approvers names 2: nothing could ever be approved"),
        ("[[operators]]", "[[operator]]", "operator is not known; did you mean operators?"),
        ("until =", "to =", "freeze.0.until is missing"),
        ("2027-01-04", "2026-01-04", "freeze.0 lasts until 2026-01-03 23:00 UTC, and begins only at 2026-12-20 00:00 UTC"),
        ("2026-12-20T00:00:00Z", "2026-12-20", "freeze.0.from must be a date and time with its offset"),
        ('key_files = ["keys/bob.pub"]', "", "approvers.1 (Bob May) has neither keys nor key_files; give at least one key"),
        ("keys/bob.pub", "keys/none.pub", "keys/none.pub does not exist"),
        (
            openssh_line("Ann Lee"),
            "ssh-rsa AAAA",
            "approvers.0.keys holds a key of another kind (ssh-rsa): only Ed25519 keys count",
        ),
        (
            openssh_line("Ann Lee"),
            openssh_line("Bob May"),
            f"approvers has the key {public_key_of('Bob May').short_id} under two names; a key belongs to one person",
        ),
        (
            openssh_line("Ann Lee"),
            openssh_line("John Roe"),
            f"approvers names Ann Lee (key {public_key_of('John Roe').short_id}), who is an operator too",
        ),
        ('"Ann Lee"', '"john  roe"', "approvers names john  roe"),
        ("[approval]", "[approval", " line 2 is not valid TOML"),
    ],
)
def test_what_a_policy_cannot_mean_is_refused_in_one_sentence_with_its_place(
    old: str, new: str, sentence: str, refused: Refused, etc: Path
) -> None:
    assert refused(old, new).replace(f"{etc.parent}/", "").replace(etc.name, "").startswith(sentence)


def test_every_fault_of_a_policy_has_a_sentence(etc: Path) -> None:
    etc.write_text(POLICY.replace("needed", "neded").replace("reason", "why"), encoding="utf-8")
    with pytest.raises(PairFileError) as refusal:
        effective_rules(None)
    assert len(refusal.value.sentences) == 3


def test_without_approvers_there_is_no_policy(etc: Path) -> None:
    etc.write_text("[approval]\nneeded = 1\n", encoding="utf-8")
    with pytest.raises(UsageError, match="approvers is missing"):
        effective_rules(None)


def test_a_pair_file_that_requires_what_nobody_can_give_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAILOVER_ROBOT_POLICY", str(tmp_path / "none.toml"))
    for section, sentence in (
        ("required = true", "approval.approvers names no key: nobody could approve"),
        ('required = true\napprovers = ["none.pub"]', "none.pub does not exist"),
    ):
        (tmp_path / "pair.toml").write_text(f"{PAIR}\n[approval]\n{section}\n", encoding="utf-8")
        with pytest.raises(UsageError, match=sentence):
            effective_rules(load(tmp_path / "pair.toml"))
    (tmp_path / "pair.toml").write_text(PAIR, encoding="utf-8")
    rules = effective_rules(load(tmp_path / "pair.toml"))
    assert rules
    assert (rules.required, rules.approvers) == (False, ())
