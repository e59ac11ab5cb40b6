"""An authority for time (RFC 3161), asked when a line of the record existed. That it does not answer never stops anything."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from robot.evidence.pack.verify_alone import read_time
from robot.evidence.record import chain
from robot.evidence.record.durable import place_once
from robot.evidence.record.history import BREAK
from robot.evidence.record.layout import TIMESTAMPS
from robot.evidence.record.line import OF_THE_RECORD, STAMPED, TIMED, Kind
from robot.signing.time_request import WITHIN_S, NoTime, ask_authority

if TYPE_CHECKING:
    from datetime import datetime

    from robot.evidence.record.line import Line
    from robot.evidence.record.step_names import StepNames
    from robot.runs.evidence_log import EvidenceLog


def attest_event(record: EvidenceLog, line: Line, authority: str, names: StepNames) -> None:
    """Ask an authority for the time of a line, if it tells of an approval, the break or the swing.

    Args:
        record: the record, open for writing.
        line: its newest line.
        authority: the authority's address.
        names: the flows' step names.
    """
    if event := event_of(line, names):
        attest(record, line, event, authority)


def event_of(line: Line, names: StepNames) -> str:
    """Return which event a line tells of that is attested: "approval", "break", "swing"; "" for any other line.

    Args:
        line: a line of the record.
        names: the flows' step names.
    """
    if line.step == OF_THE_RECORD and "approval" in line.values:
        return "approval"
    if line.kind == Kind.PROVED and BREAK in line.procedure:
        return "break"
    return "swing" if line.step == names.served_by_b and (line.is_settled or line.kind == Kind.READING) else ""


def attest(record: EvidenceLog, line: Line, event: str, authority: str, within_s: float = WITHIN_S) -> None:
    """Ask an authority when a line existed, keep its answer, and note in the record what came of it.

    Args:
        record: the record, open for writing.
        line: the line.
        event: the word for what it tells of, for the name of the file.
        authority: the authority's address.
        within_s: seconds after which its answer is no longer waited for.
    """
    host, name = urlsplit(authority).hostname, f"{TIMESTAMPS}{line.seq:03d}-{event}.tsr"
    try:
        answer, moment = _asked(authority, line.raw, within_s)
        (record.folder / TIMESTAMPS).mkdir(exist_ok=True)
        place_once(record.folder / name, lambda stream: stream.write(answer))
    except (OSError, ValueError, NoTime) as error:
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        record.append(Kind.NOTE, TIMED, unit="site", text=f"no time from outside for {event} (line {line.seq}): {host}: {why}")
        return
    stamp = {"event": event, "seq": line.seq, "file": name, "sha256": chain.digest(answer)}
    text = f"{host} attests that line {line.seq} ({event}) existed at {moment:%Y-%m-%dT%H:%M:%SZ}"
    record.append(Kind.NOTE, TIMED, unit="site", text=text, **{STAMPED: stamp})


def _asked(authority: str, data: bytes, within_s: float) -> tuple[bytes, datetime]:
    """Return an authority's answer about some bytes, verified as far as it can be without trusting it, and its time."""
    query = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).cert_request(cert_request=True).build()
    answer = ask_authority(authority, query.as_bytes(), within_s)
    moment, _ = read_time(answer, bytes.fromhex(chain.digest(data)))
    return answer, moment
