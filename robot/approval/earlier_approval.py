"""What shows that a run's plan was approved when the run began, where the present rules do not know any more who signed it.

A key is replaced, an approver leaves, a policy is mistyped: none of that may keep a pair apart. So a signature by a key that
is not known any more still lets a run restore what it has changed, and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from robot.approval.statement import PAYLOAD_TYPE, read_statement
from robot.signing.envelope import read_envelope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from robot.signing.public_keys import PublicKey


def who_had_approved(
    signatures: Mapping[str, bytes], plan: str, at: datetime, known: Iterable[PublicKey], *, by_known: bool = True
) -> list[str]:
    """Return who had approved a plan at a moment, by signatures that need not count any more.

    Args:
        signatures: the envelopes' JSON by the names of their files.
        plan: the plan's digest.
        at: the moment.
        known: the keys that the present rules know: a signature in the name of one of them must be by it.
        by_known: whether those count too that are by one of them.

    Returns:
        The approver's name and the key's id of each.
    """
    keys = list(known)
    found: list[str] = []
    for data in signatures.values():
        try:
            envelope = read_envelope(data)
            statement = read_statement(envelope.payload)
        except ValueError:
            continue
        signer = envelope.signer(keys)
        counts = by_known if signer else envelope.key_id not in {key.key_id for key in keys}  # else it was altered
        is_of_then = statement.plan == plan and statement.signed <= at < statement.expires
        if counts and is_of_then and envelope.payload_type == PAYLOAD_TYPE:
            found.append(f"{statement.approver} (key {envelope.key_id[:16]})")
    return found
