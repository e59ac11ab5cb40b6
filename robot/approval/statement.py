"""What an approver signs: this plan, by name, until then. It travels as a DSSE envelope beside the plan."""

from datetime import datetime, timedelta
from typing import Literal, Self

from pydantic import TypeAdapter, ValidationError, model_validator

from robot.approval.plan_document import PlanDocument
from robot.evidence.wording import duration
from robot.settings.sections.section import PairFileSection
from robot.settings.sections.windows import Windows
from robot.settings.sentences import sentences
from robot.settings.values import FROM_A_PERSON, Digest, Duration, Host, Moment, OneLine, PlainName, Ticket
from robot.signing.canonical_json import canonical, read_json

PAYLOAD_TYPE = "application/vnd.failover-robot.approval+json"
EMERGENCY_LASTS = timedelta(hours=4)
WITHOUT_WINDOWS = timedelta(hours=24)
"""How long an approval lasts if nobody says otherwise and the plan has no windows."""

_DURATION, _MOMENT = TypeAdapter[float](Duration), TypeAdapter[datetime](Moment)


class Emergency(PairFileSection):
    """Why a change cannot wait for its ordinary approval.

    It lifts windows and freeze dates. It never lifts the obligations BS7, BS8, MP4 and RE3: without a fresh synchronisation, a
    backup, the session data and the right roles something is lost for ever.

    Attributes:
        reason: in the words of those who sign.
        incident: the incident's ticket.
    """

    reason: OneLine
    incident: Ticket


class ApprovalStatement(PairFileSection):
    """One person's approval of one plan.

    Attributes:
        version: of this form.
        plan: the plan's digest; the rest of what is copied from the plan is there for those who read the statement alone.
        ticket: the change.
        site: the hostname of the pair.
        windows: the plan's windows.
        approver: the name of who approves.
        signed: when.
        expires: the first moment at which it holds no more.
        emergency: why it could not wait; None for an ordinary approval.
    """

    version: Literal[1] = 1
    plan: Digest
    ticket: Ticket
    site: Host
    windows: Windows | None = None
    approver: PlainName
    signed: Moment
    expires: Moment
    emergency: Emergency | None = None

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.expires <= self.signed:
            raise ValueError("expires before it is signed")
        if self.emergency and self.expires - self.signed > EMERGENCY_LASTS:
            raise ValueError(f"lasts longer than the {duration(EMERGENCY_LASTS.total_seconds())} of an emergency")
        return self

    def payload(self) -> bytes:
        """Return the bytes of the statement that are put into the envelope."""
        return canonical(self.model_dump(mode="json"))


def statement_about(
    plan: PlanDocument, approver: str, signed: datetime, expires: datetime | None = None, emergency: Emergency | None = None
) -> ApprovalStatement:
    """Return the statement by which somebody approves a plan.

    Args:
        plan: the plan.
        approver: the name of who approves.
        signed: the time.
        expires: until when it holds; None for the close of the last window, or a day without windows; four hours in an emergency.
        emergency: why it cannot wait for an ordinary approval.

    Returns:
        The statement.

    Raises:
        ValueError: it would not hold at all, or too long for an emergency, or the name is none; the text is one sentence.
    """
    signed = signed.replace(microsecond=0)
    usual = signed + EMERGENCY_LASTS if emergency else plan.last_close or signed + WITHOUT_WINDOWS
    return _validated(
        {
            "plan": plan.digest,
            "ticket": plan.ticket,
            "site": plan.pair.site,
            "windows": plan.windows,
            "approver": approver,
            "signed": signed,
            "expires": expires or usual,
            "emergency": emergency,
        }
    )


def expiry(text: str, now: datetime) -> datetime:
    """Return the end of an approval as a person writes it.

    Args:
        text: a duration such as 4h, or a date and time with its offset.
        now: the time.

    Returns:
        The moment.

    Raises:
        ValueError: it is neither.
    """
    try:
        return now + timedelta(seconds=_DURATION.validate_python(text, context=FROM_A_PERSON))
    except (ValidationError, OverflowError):
        pass
    try:
        return _MOMENT.validate_python(text)
    except ValidationError:
        raise ValueError(
            "when it expires cannot be read: write 4h or 2d, or a date and time with its offset, such as 2026-12-04T02:00:00Z"
        ) from None


def read_statement(payload: bytes) -> ApprovalStatement:
    """Parse the payload of an approval's envelope.

    Args:
        payload: the bytes.

    Returns:
        The statement.

    Raises:
        ValueError: it is none; the text says what is wrong with it.
    """
    return _validated(read_json(payload))


def _validated(fields: object) -> ApprovalStatement:
    try:
        return ApprovalStatement.model_validate(fields)
    except ValidationError as error:
        raise ValueError(sentences(error, ApprovalStatement)[0].strip()) from None
