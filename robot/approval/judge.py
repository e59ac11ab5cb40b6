"""Whether a plan is approved: a pure function of the plan, the signatures beside it, the rules and the time.

Each signature counts or does not, with one sentence that says why not. What does not count never makes a plan approved, and never
takes the approval away from one that has enough others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from robot.approval.rules import plain_name
from robot.approval.statement import PAYLOAD_TYPE, read_statement
from robot.domain.clocks import JUMP, in_utc
from robot.domain.errors import Refused, Waiting
from robot.signing.envelope import read_envelope

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from robot.approval.plan_document import PlanDocument
    from robot.approval.rules import ApprovalRules, KeyHolder
    from robot.approval.statement import ApprovalStatement, Emergency

_APART = timedelta(seconds=JUMP)
"""By how much the clocks of two machines may differ."""


@dataclass(frozen=True)
class ApprovalCase:
    """What the signatures of a plan are judged by.

    Attributes:
        plan: the plan.
        rules: who may approve, how many must, and when nothing is changed.
        now: the time, from a clock that is not in doubt.
        runner: the name of who wants to perform it; "" where nobody says.
        emergency: why it cannot wait. Then only statements for this emergency count, two different people must sign, and
            neither windows nor freeze dates are looked at.
    """

    plan: PlanDocument
    rules: ApprovalRules
    now: datetime
    runner: str = ""
    emergency: Emergency | None = None

    @property
    def needed(self) -> int:
        """How many different people must sign."""
        return 2 if self.emergency else self.rules.needed

    @property
    def eligible(self) -> dict[str, str]:
        """Who may approve this plan: the title of each by what tells one person from another."""
        return {holder.person: holder.title for holder in self.rules.approvers if not _own_part(self, holder)}


class ApprovalState(StrEnum):
    """Whether a plan is approved."""

    APPROVED = "approved"
    WANTED = "wanted"
    REFUSED = "refused"


@dataclass(frozen=True)
class CountedApproval:
    """A signature that counts.

    Attributes:
        holder: whose key it is.
        statement: what was signed.
        envelope: the envelope's JSON.
        place: the name of its file; "" if it stands in none.
    """

    holder: KeyHolder
    statement: ApprovalStatement
    envelope: bytes
    place: str = ""

    @property
    def by(self) -> str:
        """The approver: as the rules name the key's holder, or else as the statement does."""
        return self.holder.name or self.statement.approver

    def is_by_the_same_person(self, other: CountedApproval) -> bool:
        """Return whether two signatures are one person's: by the same key, or under the same name."""
        return self.holder.person == other.holder.person or plain_name(self.by) == plain_name(other.by)


@dataclass(frozen=True)
class ApprovalVerdict:
    """Whether a plan is approved.

    Attributes:
        state: the answer.
        sentence: the same for a person.
        approvals: the signatures that count, one for each person.
        findings: why the other signatures do not count, one sentence each.
        until: the first moment at which it is approved no more; None if it is not approved.
    """

    state: ApprovalState
    sentence: str
    approvals: tuple[CountedApproval, ...] = ()
    findings: tuple[str, ...] = ()
    until: datetime | None = None

    def require(self) -> None:
        """Require that the plan is approved.

        Raises:
            Waiting: it is not yet, and may still be.
            Refused: it is not.
        """
        if self.state is ApprovalState.WANTED:
            raise Waiting(self.sentence, next_action="Have the plan approved, then begin again.")
        if self.state is ApprovalState.REFUSED:
            raise Refused(self.sentence)


def judge_approvals(case: ApprovalCase, signatures: Mapping[str, bytes]) -> ApprovalVerdict:
    """Judge whether a plan may be performed.

    Args:
        case: the plan, and what its signatures are judged by.
        signatures: what stands beside the plan: the envelopes' JSON by the names of their files.

    Returns:
        The verdict.
    """
    if objection := _clock_objection(case) or _date_objection(case) or _people_objection(case):
        return ApprovalVerdict(ApprovalState.REFUSED, objection)
    counted: list[CountedApproval] = []
    findings: list[str] = []
    for place, data in sorted(signatures.items()):
        try:
            approval = replace(count_signature(case, data), place=place)
        except ValueError as fault:
            findings.append(f"{place} {fault}")
            continue
        if any(map(approval.is_by_the_same_person, counted)):
            findings.append(f"{place} is another signature by {approval.by}, and each person counts once")
        else:
            counted.append(approval)
    approvals, told = tuple(counted), tuple(findings)
    if len(approvals) >= case.needed:
        until = sorted((each.statement.expires for each in approvals), reverse=True)[case.needed - 1]
        sentence = f"approved by {', '.join(each.by for each in approvals)} until {in_utc(until)}"
        return ApprovalVerdict(ApprovalState.APPROVED, sentence, approvals, told, until)
    sentence = f"{len(approvals)} of {case.needed} approvals of this plan {'is' if len(approvals) == 1 else 'are'} there"
    if told:
        return ApprovalVerdict(ApprovalState.REFUSED, f"{sentence}; {told[0]}", approvals, told)
    there = {each.holder.person for each in approvals}
    titles = ", ".join(title for person, title in case.eligible.items() if person not in there)
    return ApprovalVerdict(ApprovalState.WANTED, f"{sentence}; who may still approve it: {titles}", approvals)


def count_signature(case: ApprovalCase, data: bytes) -> CountedApproval:
    """Return the approval that a signature is.

    Args:
        case: the plan, and what the signature is judged by.
        data: the envelope's JSON.

    Returns:
        The approval.

    Raises:
        ValueError: it does not count; the text goes on after the signature's name, and says why.
    """
    if not data:
        raise ValueError("is empty, or cannot be read")
    envelope, approvers = read_envelope(data), case.rules.approvers
    key = envelope.signer(holder.key for holder in approvers)
    if key is None:
        hinted = next((holder for holder in approvers if holder.key.key_id == envelope.key_id), None)
        if hinted:
            raise ValueError(f"is not what {hinted.title} has signed: it was changed afterwards, or another key was used")
        raise ValueError(f"is not signed by any of the approvers that {case.rules.source} names")
    if envelope.payload_type != PAYLOAD_TYPE:
        raise ValueError(f"is a signature of something else ({envelope.payload_type!r:.80}), and no approval")
    try:
        statement = read_statement(envelope.payload)
    except ValueError as fault:
        raise ValueError(f"holds no statement that this version can read: {fault}") from None
    holder = next(each for each in approvers if each.key == key)
    if fault := (
        _another_plan(case.plan, statement)
        or _another_time(case, statement)
        or _another_person(holder, statement)
        or _own_part(case, holder)
        or _another_emergency(case.emergency, statement.emergency)
    ):
        raise ValueError(fault)
    return CountedApproval(holder, statement, data)


# -- why no signature could help ------------------------------------------------------------------------------------------


def _clock_objection(case: ApprovalCase) -> str:
    made = case.plan.made.utc
    if made <= case.now + _APART:
        return ""
    return f"the plan was made at {in_utc(made)}, and this machine's clock says {in_utc(case.now)}: set the clock right"


def _date_objection(case: ApprovalCase) -> str:
    plan, closed = case.plan, case.plan.last_close
    if case.emergency:
        return ""
    if closed and plan.windows and case.now >= closed + timedelta(seconds=plan.windows.overtime):
        return f"the last window of this plan closed at {in_utc(closed)}: make a plan with new windows, and have that approved"
    spans = [(f"the {name} window", span.opens, span.closes) for name, span in plan.spans] or [
        ("this moment", case.now, case.now)
    ]
    for name, opens, closes in spans:
        for freeze in case.rules.freezes:
            if freeze.meets(opens, closes):
                return (
                    f"{name} lies in a freeze ({freeze.reason}): {case.rules.source} allows no change from "
                    f"{in_utc(freeze.begins)} until {in_utc(freeze.ends)}"
                )
    return ""


def _people_objection(case: ApprovalCase) -> str:
    number = len(case.eligible)
    if number >= case.needed:
        return ""
    own = "" if case.rules.self_approval else " (nobody approves what is their own)"
    return f"{case.needed} must approve, and {case.rules.source} names {number} who may approve this plan{own}"


# -- why one signature does not count -------------------------------------------------------------------------------------


def _another_plan(plan: PlanDocument, statement: ApprovalStatement) -> str:
    if statement.site != plan.pair.site:
        return f"approves a plan for another pair ({statement.site}), and not this one for {plan.pair.site}"
    if statement.ticket != plan.ticket:
        return f"approves a plan of another change ({statement.ticket}), and not this one of {plan.ticket}"
    if statement.plan != plan.digest:
        return f"approves another plan of this change ({statement.plan[:16]}), and not this one ({plan.digest[:16]})"
    return "" if statement.windows == plan.windows else "names other windows than this plan"


def _another_time(case: ApprovalCase, statement: ApprovalStatement) -> str:
    signed, made = statement.signed, case.plan.made.utc
    if signed > case.now + _APART:
        return f"was signed at {in_utc(signed)}, and this machine's clock says {in_utc(case.now)}: one of the two clocks is wrong"
    if signed < made - _APART:
        return f"was signed at {in_utc(signed)}, before the plan was made at {in_utc(made)}"
    if case.now >= statement.expires:
        return f"expired at {in_utc(statement.expires)}: have the plan approved again"
    return ""


def _another_person(holder: KeyHolder, statement: ApprovalStatement) -> str:
    if not holder.name or plain_name(holder.name) == plain_name(statement.approver):
        return ""
    return f"says that {statement.approver} approves, and is signed with the key of {holder.name}"


def _own_part(case: ApprovalCase, holder: KeyHolder) -> str:
    """Return why a holder's approval would be one of their own plan; "" where it would not."""
    if case.rules.self_approval:
        return ""
    if any(operator.key == holder.key or operator.person == holder.person for operator in case.rules.operators):
        return f"is signed with the key of an operator ({holder.title}): whoever makes and runs plans approves none"
    parts = {"made": case.plan.made.by, "asked for": case.plan.requested_by, "runs": case.runner}
    own = next((part for part, name in parts.items() if holder.name and plain_name(name) == plain_name(holder.name)), "")
    return f"is by {holder.name}, who {own} this plan: nobody approves what is their own" if own else ""


def _another_emergency(emergency: Emergency | None, signed: Emergency | None) -> str:
    if signed == emergency:
        return ""
    if emergency is None:
        return "approves an emergency, and counts for nothing else"
    if signed is None:
        return f"is an ordinary approval: the emergency {emergency.incident} needs one of its own"
    return f"approves another emergency ({signed.incident}, {signed.reason}), and not {emergency.incident}, {emergency.reason}"
