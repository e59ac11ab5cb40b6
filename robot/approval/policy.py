"""The policy of a machine: rules for approvals that whoever works with the robot cannot change.

It belongs to root, and so does everything above it. Where a policy comes from the variable instead, whoever starts the robot has
chosen it: then it is only as good as that person, and `notice` says so.
"""

import os
import pwd
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from robot.approval.rules import ApprovalRules, FreezeDates, KeyHolder
from robot.domain.errors import UsageError
from robot.domain.small_files import read_small_file
from robot.settings import PairFileError
from robot.settings.sections.section import PairFileSection
from robot.settings.sentences import sentences
from robot.settings.toml_text import parse_document
from robot.settings.values import FROM_A_PERSON, PlainName
from robot.signing.public_keys import parse_public_keys, read_public_keys

POLICY_IN_ETC = Path("/etc/failover-robot/policy.toml")
ROOT = 0
"""The user whom a policy in /etc, and what stands above it, belongs to."""


class PolicyPerson(PairFileSection):
    """`[[approvers]]`, `[[operators]]`, `[[answerers]]`: a person, with keys as text or in files beside the policy."""

    name: PlainName
    keys: tuple[str, ...] = ()
    key_files: tuple[Path, ...] = ()


class ApprovalDemand(PairFileSection):
    """`[approval]`: how many must approve, and whether one may approve what is one's own."""

    needed: Annotated[int, Field(strict=True, ge=1)] = 1
    self_approval: bool = False


class PolicyFile(PairFileSection):
    """A whole policy."""

    approvers: tuple[PolicyPerson, ...]
    operators: tuple[PolicyPerson, ...] = ()
    answerers: tuple[PolicyPerson, ...] = ()
    approval: ApprovalDemand = ApprovalDemand()
    freeze: tuple[FreezeDates, ...] = ()


def policy_path() -> Path | None:
    """Return the policy that this machine is under: the one in /etc; only where there is none, FAILOVER_ROBOT_POLICY's.

    Returns:
        Its path, or None if there is no policy.

    Raises:
        UsageError: it cannot be told whether there is one.
    """
    named = os.environ.get("FAILOVER_ROBOT_POLICY")
    places = (POLICY_IN_ETC, Path(named).absolute()) if named else (POLICY_IN_ETC,)
    return next(filter(_stands, places), None)


def is_under_policy() -> bool:
    """Return whether this machine is under a policy, or may be: one that cannot be looked at may be there."""
    try:
        return policy_path() is not None
    except UsageError:
        return True


def _stands(path: Path) -> bool:
    try:
        path.lstat()  # a link that leads nowhere is a policy that cannot be read, not the absence of one
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise UsageError(
            f"{path} cannot be looked at ({error.strerror}), so that a policy may be there: make it readable"
        ) from None
    return True


def rules_of_policy(path: Path, *, from_etc: bool) -> ApprovalRules:
    """Read a policy.

    Args:
        path: the file.
        from_etc: whether it is the machine's own, which must belong to root; else it comes from the variable.

    Returns:
        The rules that it fixes.

    Raises:
        PairFileError: it has values that are none, keys that are not known, or contradicts itself; one sentence for each.
        UsageError: others than its owner could change it, or it cannot be read.
    """
    try:
        owner = ROOT if from_etc else path.stat().st_uid
        _require_kept(path, owner)
        document = parse_document(path, read_small_file(path))
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}), and nothing is done without the policy: mend it") from None
    try:
        policy = PolicyFile.model_validate(document, context=FROM_A_PERSON)
    except ValidationError as error:
        raise PairFileError(path, sentences(error, PolicyFile)) from None
    approvers, operators, answerers = (
        tuple(_holders(path, place, people, owner))
        for place, people in (("approvers", policy.approvers), ("operators", policy.operators), ("answerers", policy.answerers))
    )
    rules = ApprovalRules(
        source=f"the policy {path}",
        required=True,
        approvers=approvers,
        needed=policy.approval.needed,
        self_approval=policy.approval.self_approval,
        operators=operators,
        answerers=answerers,
        freezes=policy.freeze,
        notice="" if from_etc else _notice(path, owner),
    )
    if faults := tuple(_contradictions(rules)):
        raise PairFileError(path, faults)
    return rules


def _holders(path: Path, place: str, people: tuple[PolicyPerson, ...], owner: int) -> Iterator[KeyHolder]:
    """Return every key of the people of one list."""
    for number, person in enumerate(people):
        if not person.keys and not person.key_files:
            raise UsageError(f"{path}: {place}.{number} ({person.name}) has neither keys nor key_files; give at least one key")
        for text in person.keys:
            for key in parse_public_keys(text.encode(), f"{path}: {place}.{number}.keys"):
                yield KeyHolder(person.name, key)
        for file in (path.parent / each for each in person.key_files):
            keys = read_public_keys(file)  # what cannot be read is told before what others could change
            for each in (file, *file.iterdir()) if file.is_dir() else (file,):
                _require_kept(each, owner)
            for key in keys:
                yield KeyHolder(person.name, key)


def _contradictions(rules: ApprovalRules) -> Iterator[str]:
    """Describe what would let one person count for two, or nobody be enough."""
    for place, holders in (("approvers", rules.approvers), ("operators", rules.operators), ("answerers", rules.answerers)):
        owners: dict[str, str] = {}
        for holder in holders:
            if owners.setdefault(holder.key.key_id, holder.person) != holder.person:
                yield f"{place} has the key {holder.key.short_id} under two names; a key belongs to one person"
    people = {holder.person for holder in rules.approvers}
    if rules.needed > len(people):
        yield f"approval.needed is {rules.needed}, and approvers names {len(people)}: nothing could ever be approved"
    operators = {mark for each in rules.operators for mark in (each.person, each.key.key_id)}
    for holder in rules.approvers:
        if not rules.self_approval and operators & {holder.person, holder.key.key_id}:
            yield (
                f"approvers names {holder.name} (key {holder.key.short_id}), who is an operator too: whoever makes and runs "
                "plans approves none, unless approval.self_approval is true"
            )


def _require_kept(path: Path, owner: int) -> None:
    """Require that only root and this owner could change a file, or put another one into its place."""
    way = f"chown root {shlex.quote(str(path))}" if owner == ROOT else "let it and what is above it belong to one user"
    if path.resolve() != path.absolute():
        raise UsageError(f"{path} leads to {path.resolve()} by a link, which could lead elsewhere tomorrow: put the file there")
    for each in (path, *path.absolute().parents):
        status = each.stat()
        if status.st_uid not in {ROOT, owner}:
            what = "" if each == path else f" stands below {each}, which"
            raise UsageError(f"{path}{what} belongs to {_user(status.st_uid)}, who could change the rules: {way}")
        is_sticky = stat.S_ISDIR(status.st_mode) and status.st_mode & stat.S_ISVTX  # there nobody touches a file of others
        if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not is_sticky:
            raise UsageError(
                f"{each} can be written by others than its owner (mode {stat.S_IMODE(status.st_mode):04o}), so that they could "
                f"change the rules: chmod go-w {shlex.quote(str(each))}"
            )


def _notice(path: Path, owner: int) -> str:
    return (
        f"the policy {path} comes from FAILOVER_ROBOT_POLICY and belongs to {_user(owner)}: whoever starts the robot could "
        "choose another one; a policy that binds them belongs to root, in /etc/failover-robot/policy.toml"
    )


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"
