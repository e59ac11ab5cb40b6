"""A run by a plan: the plan and its signatures are copied into the evidence, and judged anew each time that it matters.

What is on this machine belongs to whoever runs the robot, the state folder and the evidence too. So nothing is believed that
stands there: the digest is computed, the signatures are verified, and the rules are read from the policy, each time.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

from robot.approval.earlier_approval import who_had_approved
from robot.approval.effective_rules import effective_rules
from robot.approval.judge import ApprovalCase, ApprovalState, judge_approvals
from robot.approval.kept_plan import PLAN, copy_of_plan, plan_of_run
from robot.approval.performable_plan import PerformablePlan
from robot.approval.plan_document import bytes_of_plan, parse_plan_as
from robot.approval.policy import is_under_policy
from robot.approval.rules import ApprovalRules
from robot.approval.signature_files import signatures_beside
from robot.approval.statement import Emergency
from robot.domain.clocks import Clocks, in_utc
from robot.domain.errors import Refused, UsageError, Waiting
from robot.evidence.record.chain import digest
from robot.evidence.record.durable import place_once
from robot.evidence.record.layout import ATTACHMENTS
from robot.evidence.record.line import OF_THE_RECORD, Kind
from robot.runs.store import every

if TYPE_CHECKING:
    from datetime import datetime

    from robot.approval.judge import ApprovalVerdict
    from robot.runs.evidence_log import EvidenceLog
    from robot.runs.store import RunState
    from robot.settings import Settings

_AGAIN = "Have the plan approved again, then resume."


@dataclass(frozen=True)
class PlannedRun:
    """The plan that a run performs, and by which rules it must be approved.

    Attributes:
        plan: the plan.
        path: where it stood when the run was begun: new signatures come there.
        rules: the rules that hold on this machine.
        runner: who runs it, by the machine's own name for that user.
        emergency: why it cannot wait; None for an ordinary change.
        data: the plan's bytes, as they were read.
    """

    plan: PerformablePlan
    path: Path
    rules: ApprovalRules | None
    runner: str
    emergency: Emergency | None = None
    data: bytes = field(default=b"", repr=False)

    @property
    def must_be_approved(self) -> bool:
        """Whether nothing is pressed without approval."""
        return bool(self.emergency or (self.rules and self.rules.required))

    def facts(self) -> dict[str, Any]:
        """Return what the run's state folder keeps of it, as plain JSON."""
        emergency = self.emergency and self.emergency.model_dump(mode="json")
        return {"digest": self.plan.digest, "path": str(self.path), "runner": self.runner, "emergency": emergency}

    def verdict(self, now: datetime, *copies: Path) -> ApprovalVerdict:
        """Judge the signatures that stand beside the plan now.

        Args:
            now: the time, from a clock that is not in doubt.
            copies: where else the plan stands, with signatures beside it.

        Returns:
            The verdict.

        Raises:
            UsageError: nobody can approve on this machine; or a signature cannot be read.
        """
        if self.rules is None or not self.rules.approvers:
            raise UsageError(nobody_is_known(self.rules))
        found = signatures_beside(*copies, self.path)
        return judge_approvals(ApprovalCase(self.plan, self.rules, now, self.runner, self.emergency), found)


class ApprovalGate:
    """Whether a run may go on by its plan's approval.

    Args:
        planned: the run's plan.
        record: the run's record, which holds the copies.
        clocks: this process's own if `None`.
    """

    def __init__(self, planned: PlannedRun, record: EvidenceLog, clocks: Clocks | None = None) -> None:
        self._planned, self._record = planned, record
        self._clocks = clocks or Clocks()
        self._copy = copy_of_plan(record.folder)

    def require(self) -> None:
        """Require that the plan is approved at this moment, and keep the approvals that count in the evidence.

        Raises:
            Waiting: it is not approved, or not any more, and may still be.
            Refused: it cannot be approved; or the clock is in doubt.
        """
        if not self._planned.must_be_approved:
            return
        try:
            verdict = self._planned.verdict(self._now(), self._copy)
        except UsageError as fault:
            raise Refused(str(fault), next_action=_AGAIN) from None
        if verdict.state is not ApprovalState.APPROVED and self._record.anything_pressed:
            kind = Waiting if verdict.state is ApprovalState.WANTED or verdict.findings else Refused
            raise kind(f"{verdict.sentence}; what was begun before is not taken back by that", next_action=_AGAIN)
        verdict.require()
        self._keep(verdict)

    def holds(self) -> bool:
        """Return whether it is certain that the plan is approved at this moment."""
        try:
            return not self._planned.must_be_approved or (
                self._planned.verdict(self._now(), self._copy).state is ApprovalState.APPROVED
            )
        except (Refused, UsageError):  # the clock is in doubt, or nobody is known any more who may approve
            return False

    def require_begun(self) -> str:
        """Require that somebody had approved the plan when the run made its first press, ordinarily or as an emergency.

        That is enough for what restores, on the way back too. Rules that have become stricter since, such as a freeze, must not
        keep a pair apart; nor must a key that was replaced, or a policy that cannot be read.

        Returns:
            Why it cannot be proved by the present rules, so that only what restores is pressed; "" if it is proved.

        Raises:
            Refused: nobody had.
        """
        presses, rules = self._record.history.presses, self._planned.rules
        if not (self._planned.must_be_approved and presses):
            return ""
        if rules is None or not rules.approvers:
            return nobody_is_known(rules)
        milder = replace(self._planned, rules=replace(rules, needed=1, freezes=()))
        ways = [replace(milder, emergency=each) for each in (*self._emergencies(), None)]
        verdicts = [each.verdict(presses[0].at, self._copy) for each in ways]
        if any(verdict.approvals for verdict in verdicts):
            return ""
        at, known = presses[0].at, {holder.key for holder in rules.approvers}
        signatures = signatures_beside(self._copy, self._planned.path)
        if strangers := who_had_approved(signatures, self._planned.plan.digest, at, known, by_known=False):
            return f"{rules.source} does not know the key any more by which {', '.join(strangers)} had approved the plan"
        raise Refused(
            f"the record says that this run made its first press at {in_utc(at)}, when its plan was not approved "
            f"({verdicts[-1].sentence}): it is not gone on with; whoever keeps the policy can set it aside"
        )

    def _emergencies(self) -> list[Emergency]:
        """Return every emergency as which the run says that it was performed; each counts only with what was signed for it."""
        told = self._record.history.of_the_record("emergency")
        return [Emergency.model_validate(values["emergency"]) for values in told]

    def _now(self) -> datetime:
        lines = self._record.history.lines
        return self._clocks.now(not_before=lines[-1].at if lines else None)

    def note_plan(self) -> None:
        """Write into the record which plan the run performs, if that is not there yet."""
        plan, history = self._planned.plan, self._record.history
        if not history.of_the_record("plan_made"):
            text = f"performs the plan {plan.digest}, which {plan.made.by} made at {in_utc(plan.made.utc)}"
            text += "" if self._planned.must_be_approved else "; no approval is required here"
            reading = {"plan": plan.digest, "plan_made": in_utc(plan.made.utc), "by": plan.made.by}
            self._attach(self._copy, text, reading)
        if emergency := self._planned.emergency:
            reading = {"emergency": emergency.model_dump(mode="json")}
            if reading not in history.of_the_record("emergency"):
                text = f"EMERGENCY {emergency.incident}: {emergency.reason}. Windows and freeze dates are lifted"
                self._record.append(Kind.NOTE, OF_THE_RECORD, text=text, reading=reading)

    def _keep(self, verdict: ApprovalVerdict) -> None:
        known = {values["approval"] for values in self._record.history.of_the_record("approval")}
        for approval in verdict.approvals:
            identity = digest(approval.envelope)
            if identity in known:
                continue
            path = self._copy.with_name(f"{PLAN}.{identity[:16]}.sig")
            if not path.exists():
                place_once(path, lambda stream, data=approval.envelope: stream.write(data))
            until = in_utc(approval.statement.expires)
            text = f"approved by {approval.by} until {until}, with the key {approval.holder.key.short_id} ({approval.place})"
            self._attach(path, text, {"approval": identity, "plan": approval.statement.plan, "by": approval.by, "until": until})

    def _attach(self, path: Path, text: str, reading: dict[str, Any]) -> None:
        data = path.read_bytes()
        self._record.append(
            Kind.NOTE, OF_THE_RECORD, text=text, reading=reading, file=f"{ATTACHMENTS}{path.name}", sha256=digest(data),
            bytes=len(data),
        )  # fmt: skip


def note_doubt(record: EvidenceLog, doubt: str) -> str:
    """Write into the record that only what restores is pressed, and why.

    Args:
        record: the run's record.
        doubt: why the approval cannot be proved any more.

    Returns:
        The sentence; "" if it stands there already.
    """
    if {"in_doubt": doubt} in record.history.of_the_record("in_doubt"):
        return ""
    text = f"{doubt}: only what restores is pressed, until the plan and its approval are proved again"
    record.append(Kind.NOTE, OF_THE_RECORD, text=text, reading={"in_doubt": doubt})
    return text


def ask_for_approval_afterwards(record: EvidenceLog) -> str:
    """Note at the end of a run whose emergency lifted something that the ordinary approval is still to be given.

    Returns:
        The sentence; "" for an ordinary run.
    """
    urgent = record.history.of_the_record("emergency")
    if not urgent:
        return ""
    incident = urgent[0]["emergency"]["incident"]
    sentence = (
        f"It was performed as the emergency {incident}: those who approve ordinary changes are asked for their approval "
        "afterwards, by this report"
    )
    record.append(Kind.NOTE, OF_THE_RECORD, text=sentence)
    return sentence


def plan_to_perform(path: Path, runner: str, emergency: Emergency | None = None) -> tuple[PlannedRun, Settings]:
    """Read a plan that is to be performed now, and require that it still fits to its pair file and this program.

    Args:
        path: the plan.
        runner: who runs it.
        emergency: why it cannot wait; None for an ordinary change.

    Returns:
        The plan with the rules for its approval, and its settings.

    Raises:
        UsageError: the plan, its pair file or the policy is not as it must be.
        Refused: one of them has changed since.
    """
    data = bytes_of_plan(path)
    plan = parse_plan_as(PerformablePlan, data, str(path))
    settings = plan.settings_of_pair_file(path)
    plan.require_same_files(settings)
    plan.require_same_program()
    return PlannedRun(plan, path.resolve(), effective_rules(settings), runner, emergency, data), settings


def planned_run(state: RunState, settings: Settings, *, begun: bool) -> PlannedRun | None:
    """Return the plan that a run performs, once it is proved that nobody has put another one, or other settings, in its place.

    Args:
        state: the run.
        settings: the settings that its state folder keeps.
        begun: whether it has pressed something: then the program may have been mended since.

    Returns:
        The plan; None for a run without one.

    Raises:
        UsageError: the plan or the policy is not as it must be.
        Refused: something has changed; or this machine requires an approved plan, and there is none.
    """
    facts, rules = state.facts.get("plan"), _rules(settings, begun=begun)
    if facts is None:
        if rules and rules.required and not is_rehearsal(state, settings):
            raise Refused(f"{rules.source} requires an approved plan, and {state.name} was begun without one")
        return None
    plan = plan_of_run(state, begun=begun)
    if plan.procedure != state.procedure:
        raise Refused(f"{state.name} was begun by another procedure than its plan's")
    emergency = Emergency.model_validate(facts["emergency"]) if facts["emergency"] else None
    plan.require_same_settings(settings)
    if not begun:
        plan.require_same_files(settings)
        plan.require_same_program()
        plan.require_not_performed(each for each in every() if each.name != state.name and each.history.presses)
    return PlannedRun(plan, Path(facts["path"]), rules, facts["runner"], emergency)


def require_signed_once(state: RunState, settings: Settings) -> None:
    """Require that somebody had signed the plan of a run that goes back, although the plan itself is gone.

    Raises:
        Refused: nobody had, and somebody must.
    """
    facts, rules, presses = state.facts["plan"], _rules(settings, begun=True), state.history.presses
    if not (facts["emergency"] or (rules and rules.required)):
        return
    signatures = signatures_beside(copy_of_plan(state.evidence), Path(facts["path"]))
    known = [holder.key for holder in (rules.approvers if rules else ())]
    if not (presses and who_had_approved(signatures, facts["digest"], presses[0].at, known)):
        raise Refused(f"{state.name} has lost its plan, and no signature is left that had approved it")


def nobody_is_known(rules: ApprovalRules | None) -> str:
    """Return the sentence that nobody is known here who may approve, and why."""
    why = rules.notice if rules and rules.notice else "name approvers in the policy, or in [approval] of the pair file"
    return f"nobody is known who may approve: {why}"


def _rules(settings: Settings, *, begun: bool) -> ApprovalRules | None:
    """Return the rules that hold; where they cannot be read, a run that has pressed begins nothing new."""
    try:
        return effective_rules(settings)
    except UsageError as fault:
        if not begun:
            raise
        is_required = is_under_policy() or bool(settings.approval and settings.approval.required)
        return ApprovalRules("rules that cannot be read", required=is_required, approvers=(), notice=str(fault))


def is_rehearsal(state: RunState, settings: Settings) -> bool:
    """Return whether a run only rehearses: with appliances of this machine's own, which are simulated."""
    return bool(state.facts.get("rehearsal")) and all(_is_loopback(each.address) for each in (settings.a, settings.b))


def _is_loopback(address: str) -> bool:
    """Return whether this is an address of this machine's own; a name, such as 127.example.com, could lead anywhere."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
