"""The texts that a pack holds for whoever unpacks it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from robot.evidence.record.layout import MANIFEST
from robot.evidence.record.plain_json import object_in, text_in
from robot.evidence.report.brief import retention

OPEN_TEXT: Final = (
    "OPEN\n\nThis pack was made while its run was still open. It shows how far the run had come by line {lines}\n"
    "of its record, and nothing after. The final pack is {run}.zip, made when the run has ended.\n"
)
_SIGNED: Final = """\
This pack is signed with the Ed25519 key {key_id}.
{worth}

Its public key is in signer.pem, for convenience. A key that comes with a pack proves nothing: compare its id with the one
that you were given in another way, or name the key that you were given with --trust.
"""
_UNSIGNED: Final = """\
This pack is not signed. Its files agree with each other; whoever could write it could have made it anew.
"""
_HOW: Final = """
What is in it
  evidence.jsonl   the record, one line for each thing that was read or pressed; each holds the SHA-256 of the line before
  manifest.json    every file with its SHA-256; what the pack is of
  SHA256SUMS       the same sums, for sha256sum
  seal.dsse.json   the signature: an in-toto statement about all of these, in a DSSE envelope
  erased/          signed notices of pictures that were erased since: by whom, when and why
  timestamps/      when time authorities (RFC 3161) have seen lines of the record
  verify.py        verifies the pack, with Python 3.11 and `cryptography` alone; take it from somewhere that you trust.
                   It follows no intermediate time authorities, does not say that the retention is over, and does not
                   hold record and summary against each other: failover-robot verify does

How to verify it
  failover-robot verify PACK --trust KEYS        or        python3 verify.py PACK --trust KEYS
  By other people's tools alone: unpack it, then
  sha256sum --check --strict SHA256SUMS          every file is as it was listed
  and verify the envelope by a DSSE verifier or by openssl; the steps are in docs/verifying.md of failover-robot.
"""


def verifying_text(key_id: str, worth: str) -> str:
    """Return the text that says by whom a pack is signed, what that is worth, and how to verify it.

    Args:
        key_id: the key's id; "" if the pack is not signed.
        worth: what its signature proves, in a sentence.
    """
    return (_SIGNED.format(key_id=key_id, worth=worth) if key_id else _UNSIGNED) + _HOW


def told(facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield what was verified of a pack, by the facts of its `Verdict`: what it is of, who has signed it, attested times."""
    if facts.get("run"):
        lines = f"{facts.get('lines', 0)} lines, the last of {facts.get('ended')}"
        yield f"run {facts['run']} of {facts['ticket']}, {facts['state']}; {lines}"
    if origin := facts.get("restricted"):
        sha256 = text_in(object_in(origin, MANIFEST), "sha256")
        yield f"shareable: made from the restricted pack whose {MANIFEST} has the SHA-256 {sha256}"
    if kept := facts.get("kept"):
        yield f"kept for {retention({'kept': kept})}"
    if key := facts.get("signed_by"):
        yield f"signed with the key {key}: {facts['trusted'] or 'nobody has named this key as trusted'}"
    for time in facts.get("times", ()):
        known = "" if time["trusted"] else ", which nobody has named as trusted"
        yield f"{time['event']}, line {time['seq']}: existed at {time['utc']}, says {time['authority']}{known}"
