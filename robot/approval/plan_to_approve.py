"""An approval as a person gives it: what is approved, in words; the statement; and whether the signature will count.

The approver's key need not be on the robot's machine: the bytes to sign are exported, and the signature, or a whole envelope that
was made elsewhere, is imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from robot.approval.effective_rules import effective_rules
from robot.approval.judge import ApprovalCase, ApprovalState, CountedApproval, count_signature, judge_approvals
from robot.approval.performable_plan import require_same_pair_file
from robot.approval.rules import ApprovalRules, KeyHolder
from robot.approval.signature_files import read_signatures, write_once, write_signature
from robot.approval.statement import PAYLOAD_TYPE, ApprovalStatement
from robot.domain.clocks import in_utc
from robot.domain.errors import Refused, UsageError
from robot.domain.small_files import read_small_file
from robot.settings import load
from robot.signing.envelope import SIGNATURE_BYTES, bytes_to_sign, read_bytes_to_sign, read_envelope, verified_envelope
from robot.signing.public_keys import read_public_keys

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from robot.approval.plan_document import PlanDocument
    from robot.approval.statement import Emergency
    from robot.settings import Settings
    from robot.signing.envelope import Envelope
    from robot.signing.public_keys import PublicKey

_LAST = "~"
"""The place of a signature that stands in no file yet: each place has another name, and this one is judged last."""
_UNKNOWN_HERE = "whether it counts is judged where the plan is performed: this machine does not know who may approve"


@dataclass(frozen=True)
class PlanToApprove:
    """A plan that somebody approves by hand.

    Attributes:
        path: its file, beside which the signature is written.
        plan: what it says.
        rules: the rules for approvals; None where this machine knows none, or they name no approver.
        emergency: why it cannot wait; None for an ordinary approval.
    """

    path: Path
    plan: PlanDocument
    rules: ApprovalRules | None
    emergency: Emergency | None = None

    def _case(self, rules: ApprovalRules, now: datetime) -> ApprovalCase:
        return ApprovalCase(self.plan, rules, now, emergency=self.emergency)

    def require_approvable(self, now: datetime) -> None:
        """Require that a signature could count at all.

        Raises:
            Refused: by the clock, a freeze, or for want of people, none could.
        """
        if self.rules:
            verdict = judge_approvals(self._case(self.rules, now), {})
            if verdict.state is ApprovalState.REFUSED:
                verdict.require()

    def describe(self, statement: ApprovalStatement) -> str:
        """Return what is approved, for the eyes of who approves it."""
        plan = self.plan
        windows = [f"{name}: {in_utc(span.opens)} to {in_utc(span.closes)}" for name, span in plan.spans]
        rows = {
            "ticket": plan.ticket,
            "site": plan.pair.site,
            "plan": f"{self.path}, made at {in_utc(plan.made.utc)} by {plan.made.by}",
            "digest": plan.digest,
            "windows": "; ".join(windows) or "none: it is performed when somebody says that it is time",
            "approver": statement.approver,
            "signed": in_utc(statement.signed),
            "expires": in_utc(statement.expires),
        }
        if emergency := statement.emergency:
            rows["EMERGENCY"] = f"{emergency.incident}, {emergency.reason}: windows and freeze dates are lifted"
        return "\n".join(f"{name:<10}{value}" for name, value in rows.items())

    def export(self, statement: ApprovalStatement, path: Path) -> Path:
        """Write the bytes to sign into a new file, for a machine without the robot; the file is returned."""
        return write_once(path, bytes_to_sign(PAYLOAD_TYPE, statement.payload()))

    def read_imported(self, path: Path, exported: Path | None, public: PublicKey) -> Envelope:
        """Return the envelope of what came back from elsewhere.

        Args:
            path: a whole envelope, or the raw signature of what was exported.
            exported: the file that was exported, for a raw signature.
            public: the key that should have signed.

        Returns:
            The envelope; this key has signed it.

        Raises:
            UsageError: the file is neither, or of the exported file the signature cannot be told.
            Refused: another key has signed, or something else was signed.
        """
        data = _read(path)
        try:
            if len(data) != SIGNATURE_BYTES and exported is None:
                envelope = read_envelope(data)
                if envelope.signer([public]) is None:
                    raise Refused(f"{path} is not signed with the key {public.short_id}: name the public key of who has signed")
                return envelope
            if exported is None:
                raise UsageError(f"{path} is a raw signature: name what was signed too, with --exported FILE")
            kind, payload = read_bytes_to_sign(_read(exported))
        except ValueError as fault:
            raise UsageError(
                f"{exported or path} {fault}: name the file that --export has written, or a whole envelope"
            ) from None
        return verified_envelope(kind, payload, data, public)

    def add(self, envelope: Envelope, public: PublicKey, now: datetime) -> tuple[Path, CountedApproval, str]:
        """Write a signature beside the plan, if it counts.

        Args:
            envelope: the signed statement.
            public: the key that has signed it.
            now: the time.

        Returns:
            The new file, the approval, and in one sentence whether the plan is approved by now.

        Raises:
            Refused: the signature would not count; the sentence says why.
            UsageError: there is one by this key already that counts.
        """
        case = self._case(self.rules or ApprovalRules("--public-key", required=True, approvers=(KeyHolder("", public),)), now)
        try:
            approval = count_signature(case, envelope.as_json())
        except ValueError as fault:
            raise Refused(f"this signature would not count, and is not kept: it {fault}") from None
        verdict = judge_approvals(case, read_signatures(self.path) | {_LAST: envelope.as_json()})
        if before := next((each for each in verdict.approvals if each.place != _LAST and each.holder.key == public), None):
            raise UsageError(
                f"{self.path.with_name(before.place)} is there already: {before.by} has approved this plan until "
                f"{in_utc(before.statement.expires)}, and each person counts once"
            )
        standing = verdict.sentence if self.rules else _UNKNOWN_HERE
        return write_signature(self.path, envelope, public), approval, standing


def plan_to_approve(path: Path, plan: PlanDocument, emergency: Emergency | None = None) -> PlanToApprove:
    """Return a plan with the rules for its approval, as far as they are known on this machine.

    Args:
        path: the plan's file.
        plan: what it says.
        emergency: why it cannot wait; None for an ordinary approval.

    Returns:
        Both, with the rules of the policy, or else of the pair file if that stands where the plan says.

    Raises:
        UsageError: the policy, or the pair file's approvers, are not as they must be.
        Refused: the pair file has changed since the plan was made.
    """
    rules = effective_rules(_pair_file(path, plan))
    return PlanToApprove(path, plan, rules if rules and rules.approvers else None, emergency)


def one_public_key(path: Path) -> PublicKey:
    """Read a file that holds one public key.

    Args:
        path: the file.

    Returns:
        The key.

    Raises:
        UsageError: it holds several, or something else.
    """
    key, *others = read_public_keys(path)
    if others:
        raise UsageError(f"{path} holds {len(others) + 1} keys: name a file with the one that signs")
    return key


def _pair_file(path: Path, plan: PlanDocument) -> Settings | None:
    """Return the pair file that a plan was made from, if it is on this machine."""
    pair_file = path.parent / plan.pair.file
    try:
        if not pair_file.is_file():
            return None
    except OSError as error:  # a name that is too long, a folder that may not be looked into
        raise UsageError(f"{pair_file}, the pair file of this plan, cannot be read: {error.strerror}") from None
    require_same_pair_file(pair_file, plan)
    return load(pair_file, single=plan.procedure == "single")


def _read(path: Path) -> bytes:
    try:
        return read_small_file(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
