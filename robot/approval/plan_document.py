"""A plan as it is approved: the few fields that an approval rests on, and the digest by which one plan is told from another."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from robot.domain.errors import UsageError
from robot.domain.small_files import read_small_file
from robot.settings.sections.windows import Window, Windows
from robot.settings.sentences import sentences
from robot.settings.values import Digest, Host, Moment, OneLine, PlainName, Ticket
from robot.signing.canonical_json import digest, read_json

KIND = "failover-robot plan"
VERSION = 1
_LONGEST = 16 * 2**20
"""Bytes that are read of a plan; a real one has some hundred thousand."""


class PlanPart(BaseModel):
    """A part of a plan, which may say more than an approval rests on."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class PlannedPair(PlanPart):
    """The pair that a plan is for.

    Attributes:
        file: the pair file's path, where the plan was made.
        sha256: the digest of its bytes.
        site: the hostname that the pair serves.
    """

    file: OneLine
    sha256: Digest
    site: Host


class PlanMade(PlanPart):
    """When a plan was made, and by whom."""

    utc: Moment
    by: PlainName


class PlanDocument(PlanPart):
    """What an approval rests on.

    Attributes:
        digest: the SHA-256 of everything else in the plan, in the canonical form: what is signed.
        ticket: the change.
        requested_by: who asked for it; "" where the pair file does not say.
        procedure: by which procedure, as the command line names it.
        pair: the pair that it is for.
        windows: when it may be performed; None where somebody says when it is time.
        made: when it was made, and by whom.
    """

    digest: Digest
    ticket: Ticket
    requested_by: str = ""
    procedure: str = "asynchronous"
    pair: PlannedPair
    windows: Windows | None = None
    made: PlanMade

    @field_validator("windows", mode="before")
    @classmethod
    def _none_where_empty(cls, value: object) -> object:
        return value or None

    @property
    def spans(self) -> tuple[tuple[str, Window], ...]:
        """The windows by their names."""
        return (("first", self.windows.named("first")), ("second", self.windows.second)) if self.windows else ()

    @property
    def last_close(self) -> datetime | None:
        """When the last window closes; None without windows."""
        return self.windows.second.closes if self.windows else None


P = TypeVar("P", bound=PlanDocument)


def digest_of_plan(document: Mapping[str, Any]) -> str:
    """Return the digest of a plan: the SHA-256 of the canonical form of all that it holds beside its own `digest`.

    Raises:
        ValueError: a value in it has no canonical form.
    """
    return digest({key: value for key, value in document.items() if key != "digest"})


def looks_like_a_plan(path: Path) -> bool:
    """Return whether a file is meant as a plan and not as a pair file: by its name's ending, or because it is JSON."""
    if path.suffix == ".json":
        return True
    try:
        return read_small_file(path, most=_LONGEST).lstrip()[:1] == b"{"
    except OSError:
        return False


def read_plan(path: Path) -> PlanDocument:
    """Read a plan.

    Args:
        path: the JSON file.

    Returns:
        What an approval rests on.

    Raises:
        UsageError: it cannot be read, or `parse_plan` refuses it.
    """
    return parse_plan(bytes_of_plan(path), str(path))


def bytes_of_plan(path: Path) -> bytes:
    """Read the file of a plan, whatever it may turn out to be.

    Returns:
        Its bytes.

    Raises:
        UsageError: it is no file, cannot be read, or is longer than any plan.
    """
    try:
        return read_small_file(path, most=_LONGEST)
    except FileNotFoundError:
        raise UsageError(f"{path} does not exist: name the JSON file of a plan") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}; name the JSON file of a plan") from None


def parse_plan(data: bytes, place: str) -> PlanDocument:
    """Parse a plan, as far as an approval rests on it; as for `parse_plan_as`."""
    return parse_plan_as(PlanDocument, data, place)


def parse_plan_as(kind: type[P], data: bytes, place: str) -> P:
    """Parse a plan.

    Args:
        kind: what is wanted of it.
        data: the JSON.
        place: where it stands, as the beginning of the sentence.

    Returns:
        What is wanted of it.

    Raises:
        UsageError: it is no plan, of another version, or was changed after it was made.
    """
    try:
        document = read_json(data)
    except ValueError as fault:
        raise UsageError(f"{place} is no plan: it {fault}") from None
    fields = cast("dict[str, Any]", document) if isinstance(document, dict) else {}
    if fields.get("kind") != KIND:
        raise UsageError(f'{place} is no plan: its kind is not "{KIND}"; name the JSON file of a plan')
    if fields.get("version") != VERSION:
        raise UsageError(
            f"{place} is a plan of another version ({fields.get('version')!r:.20}), and this robot reads version {VERSION}: make "
            "the plan anew with this robot, or use the one that made it"
        )
    try:
        plan, found = kind.model_validate(fields), digest_of_plan(fields)
    except ValidationError as error:
        raise UsageError(f"{place} is no whole plan: {sentences(error, kind)[0]}; make it anew") from None
    except ValueError as fault:
        raise UsageError(f"{place} is no plan: {fault}") from None
    if found != plan.digest:
        raise UsageError(
            f"{place} was changed after it was made: its digest says {plan.digest[:16]}, and it is {found[:16]}; make the plan "
            "anew, and have that approved"
        )
    return plan
