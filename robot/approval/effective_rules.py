"""Which rules hold on this machine: those of its policy, or else those of the pair file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from robot.approval import policy
from robot.approval.policy import rules_of_policy
from robot.approval.rules import ApprovalRules, KeyHolder
from robot.domain.errors import UsageError
from robot.signing.public_keys import PublicKey, read_public_keys

if TYPE_CHECKING:
    from robot.settings import Settings


def effective_rules(settings: Settings | None) -> ApprovalRules | None:
    """Return the rules for approvals that hold on this machine. A policy wins over the pair file.

    Args:
        settings: the pair file; None where it is not at hand.

    Returns:
        The rules; None if there is neither a policy nor a pair file.

    Raises:
        UsageError: the policy, or a file that it or the pair file names, is not as it must be.
    """
    if path := policy.policy_path():
        return rules_of_policy(path, from_etc=path == policy.POLICY_IN_ETC)
    return _rules_of_pair_file(settings) if settings else None


def answerers_here() -> tuple[KeyHolder, ...]:
    """Return whose signed answers to a run's questions count on this machine; nobody where a name is enough.

    Raises:
        UsageError: the policy, or a file that it names, is not as it must be.
    """
    rules = effective_rules(None)  # only a policy names answerers
    return rules.answerers if rules else ()


def answerers_of_run(*, begun: bool, goes_back: bool) -> tuple[KeyHolder, ...]:
    """Return whose signed answers count for a run, also where the policy cannot be read.

    Args:
        begun: whether it has pressed something.
        goes_back: whether it goes the way back. Then a name is enough while nobody can tell who may sign: what restores waits for
            no paper. On the way forward nobody's answer counts then.

    Returns:
        As `answerers_here` does.

    Raises:
        UsageError: the policy cannot be read, and nothing is pressed yet.
    """
    try:
        return answerers_here()
    except UsageError:
        if not begun:
            raise
    if goes_back:
        return ()
    nobody = PublicKey.of(Ed25519PrivateKey.generate().public_key())  # nobody has the private one
    return (KeyHolder("nobody, since the policy cannot be read", nobody),)


def _rules_of_pair_file(settings: Settings) -> ApprovalRules:
    section = settings.approval
    keys = dict.fromkeys(key for path in (section.approvers if section else ()) for key in read_public_keys(settings.path(path)))
    if section and section.required and not keys:
        raise UsageError("approval.required is true in the pair file, and approval.approvers names no key: nobody could approve")
    return ApprovalRules(
        source="[approval] of the pair file",
        required=bool(section and section.required),
        approvers=tuple(KeyHolder("", key) for key in keys),
    )
