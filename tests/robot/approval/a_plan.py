"""A plan as it may stand in a file, people with keys, and what they sign."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from robot.approval.plan_document import PlanDocument, digest_of_plan, parse_plan
from robot.approval.rules import KeyHolder
from robot.approval.statement import PAYLOAD_TYPE, Emergency, statement_about
from robot.signing.public_keys import PublicKey
from robot.signing.signer import Signer

MADE = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
NOW = MADE + timedelta(hours=2)
WINDOWS: dict[str, Any] = {
    "first": {"opens": "2026-12-01T22:00:00Z", "closes": "2026-12-02T02:00:00Z"},
    "second": {"opens": "2026-12-03T22:00:00Z", "closes": "2026-12-04T02:00:00Z"},
    "interim": {"at_least": 86400.0, "at_most": 259200.0},
    "overtime": 0.0,
}


def plan_fields(**changed: Any) -> dict[str, Any]:
    """A plan's document; with its digest."""
    document: dict[str, Any] = {
        "kind": "failover-robot plan",
        "version": 1,
        "ticket": "CHG0031337",
        "requested_by": "Service desk",
        "pair": {"file": "pair.toml", "sha256": "ab" * 32, "site": "support.example.com"},
        "windows": WINDOWS,
        "made": {"utc": "2026-11-30T12:00:00Z", "by": "John Roe"},
        "changes": [{"step": "b-sync-now"}, {"step": "b-break"}],
        **changed,
    }
    return {**document, "digest": digest_of_plan(document)}


def plan(**changed: Any) -> PlanDocument:
    return read(plan_fields(**changed))


def read(document: Mapping[str, Any]) -> PlanDocument:
    return parse_plan(json.dumps(document).encode(), "plan.json")


@cache
def key_of(name: str) -> Ed25519PrivateKey:
    """Everybody's own key, which is always the same."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


def public_key_of(name: str) -> PublicKey:
    return PublicKey.of(key_of(name).public_key())


def holder(name: str) -> KeyHolder:
    return KeyHolder(name, public_key_of(name))


def signature(
    about: PlanDocument,
    name: str,
    *,
    key: str = "",
    signed: datetime = NOW,
    expires: datetime | None = None,
    emergency: Emergency | None = None,
) -> bytes:
    """What somebody signs about a plan; with a key of somebody else's where one is named."""
    payload = statement_about(about, name, signed, expires, emergency).payload()
    return envelope(payload, key or name)


def envelope(payload: bytes, name: str, payload_type: str = PAYLOAD_TYPE) -> bytes:
    return Signer(public_key_of(name), key_of(name).sign).sign(payload_type, payload).as_json()


def private_file(path: Path, name: str) -> Path:
    path.touch(mode=0o600)
    path.write_bytes(key_of(name).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


def openssh_line(name: str) -> str:
    return key_of(name).public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
