"""Times from outside: an authority is asked, its answer is kept and proved; that it does not answer is told and stops nothing."""

import threading
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from a_signed_pack import SigningKey
from a_time_authority import TimeAuthority, serving
from cryptography import x509
from made_run import MadeRun
from rfc3161_client import VerifierBuilder, decode_timestamp_response

from flows.step_names import STEPS
from robot.evidence.pack import sealing
from robot.evidence.pack.trusted_times import is_trusted_time
from robot.evidence.pack.verification import verify
from robot.evidence.pack.verify_alone import read_time
from robot.evidence.record import chain
from robot.evidence.record.line import Line
from robot.runs.evidence_log import EvidenceLog
from robot.signing.time_authority import attest, attest_event

KEY = SigningKey(7)
Answer = Callable[[bytes], tuple[int, bytes]]


def asked(run: MadeRun, answer: Answer, within_s: float = 5.0) -> list[Line]:
    """Have the break attested, and return what was written of it."""
    with serving(answer) as address, EvidenceLog(run.folder) as record:
        before = len(record.history.lines)
        attest(record, record.history.lines[5], "break", address, within_s)
        return list(record.history.lines[before:])


def test_an_answer_is_kept_named_in_the_record_and_proved_by_the_pack(run: MadeRun, authority: TimeAuthority) -> None:
    (line,) = asked(run, lambda query: (200, authority.answer(query)))
    assert line.fields["stamped"]["file"] == "timestamps/006-break.tsr"
    assert line.text.startswith("127.0.0.1 attests that line 6 (break) existed at 20")
    verdict = verify(sealing.seal(run.folder, signer=KEY.signer), KEY.trusted(authority.root))
    assert verdict.word == "verified"
    (told,) = verdict.facts["times"]
    assert (told["event"], told["authority"], told["trusted"]) == ("break", "CN=Time of example.com", True)


def refused(_: bytes) -> tuple[int, bytes]:
    return 503, b"closed"


def nonsense(_: bytes) -> tuple[int, bytes]:
    return 200, b"<html>welcome</html>"


def too_much(_: bytes) -> tuple[int, bytes]:
    return 200, bytes(100_000)


@pytest.mark.parametrize(
    ("answer", "words"), [(refused, "answers 503"), (nonsense, "no answer that a time"), (too_much, "no time")]
)
def test_an_authority_that_gives_no_time_is_told_and_stops_nothing(run: MadeRun, answer: Answer, words: str) -> None:
    (line,) = asked(run, answer)
    assert line.text.startswith("no time from outside for break (line 6): 127.0.0.1: ")
    assert words in line.text
    assert not (run.folder / "timestamps").exists()
    assert verify(sealing.seal(run.folder, signer=KEY.signer), KEY.trusted()).word == "verified"


def test_a_time_of_another_line_is_not_taken(run: MadeRun, authority: TimeAuthority) -> None:
    other = authority.stamp(b"another line")
    (line,) = asked(run, lambda _: (200, other))
    assert "is not a time authority's answer about the line" in line.text


def test_an_authority_that_keeps_silent_costs_the_limit_and_no_more(run: MadeRun) -> None:
    release = threading.Event()

    def late(_: bytes) -> tuple[int, bytes]:
        release.wait(10)
        return 200, b""

    with serving(late) as address, EvidenceLog(run.folder) as record:
        began = time.monotonic()
        attest(record, record.history.lines[5], "break", address, 0.3)
        took = time.monotonic() - began
        text = record.history.lines[-1].text
        release.set()
    assert "no time from outside" in text
    assert took < 5


def test_an_address_where_nobody_answers_is_told(run: MadeRun) -> None:
    with EvidenceLog(run.folder) as record:
        attest(record, record.history.lines[5], "seal", "http://127.0.0.1:9/")
        assert "no time from outside for seal (line 6): 127.0.0.1: Connection refused" in record.history.lines[-1].text


def test_approval_break_and_swing_are_attested_once_they_are_on_record_and_nothing_else(
    tmp_path: Path, authority: TimeAuthority
) -> None:
    asked_about = list[bytes]()

    def answer(query: bytes) -> tuple[int, bytes]:
        asked_about.append(query)
        return 200, authority.answer(query)

    with serving(answer) as address, EvidenceLog(tmp_path) as record:
        record.after_line = lambda line: attest_event(record, line, address, STEPS)
        record.append("note", "site-record", text="approved", reading={"approval": "0", "by": "Ada"})
        record.append("intent", "b-break", unit="b", procedure=["BS7"])
        record.append("proved", "b-break", unit="b", procedure=["BS7"])
        record.append("reading", "a-look", unit="a", reading={"approval": "none"})
        record.append("note", STEPS.served_by_b, unit="b", text="read again")
        record.append("reading", STEPS.served_by_b, unit="b")
        told = [line.fields["stamped"]["event"] for line in record.history.lines if "stamped" in line.fields]
        raw = [line.raw for line in record.history.lines]
    assert told == ["approval", "break", "swing"]
    assert len(asked_about) == 3
    assert chain.check_chain(raw) == []


@pytest.mark.parametrize(("is_rsa", "ess"), [(False, "sha256"), (True, "sha256"), (True, "sha1"), (True, "sha512")])
def test_the_script_and_a_library_of_others_read_the_same_time(tmp_path: Path, ess: str, *, is_rsa: bool) -> None:
    authority, line = TimeAuthority(tmp_path, is_rsa=is_rsa, ess=ess), b'{"seq":1}'
    answer = authority.stamp(line)
    moment, certificate = read_time(answer, bytes.fromhex(chain.digest(line)))
    response = decode_timestamp_response(answer)
    root = x509.load_pem_x509_certificate(authority.root.read_bytes())
    assert VerifierBuilder().add_root_certificate(root).build().verify(response, bytes.fromhex(chain.digest(line)))
    assert response.tst_info.gen_time == moment
    assert certificate == x509.load_pem_x509_certificate(authority.certificate.read_bytes())


CA, NO_CA = (x509.BasicConstraints(ca=ca, path_length=None) for ca in (True, False))
LINE = b'{"seq":1}'


def is_trusted(answering: TimeAuthority, *given: Path) -> bool:
    """Whether a time is trusted by somebody who was given some certificates."""
    answer = answering.stamp(LINE)
    moment, signer = read_time(answer, bytes.fromhex(chain.digest(LINE)))
    return is_trusted_time(answer, moment, signer, [x509.load_pem_x509_certificate(each.read_bytes()) for each in given])


def test_a_time_is_trusted_through_the_intermediate_authority_that_its_answer_brings_along(
    tmp_path: Path, authority: TimeAuthority
) -> None:
    far = TimeAuthority(tmp_path, between=CA)
    assert {is_trusted(far, far.root) for _ in range(4)} == {True}, "in whatever order its certificates come"
    assert is_trusted(far, authority.root, far.root), "whoever else is trusted"
    assert is_trusted(far, far.along)
    assert is_trusted(far, far.certificate)
    assert not is_trusted(far, authority.root)
    assert not is_trusted(far)


@pytest.mark.parametrize(("between", "days"), [(NO_CA, 30), (CA, -1)], ids=["that is none", "that was over by then"])
def test_no_time_is_trusted_through_an_authority(tmp_path: Path, between: x509.BasicConstraints, days: int) -> None:
    far = TimeAuthority(tmp_path, between=between, days=days)
    assert not is_trusted(far, far.root)
    assert is_trusted(far, far.certificate)


def test_a_pack_whose_time_came_through_an_intermediate_tells_it_as_trusted(run: MadeRun, tmp_path: Path) -> None:
    far = TimeAuthority(tmp_path / "far", between=CA)
    asked(run, lambda query: (200, far.answer(query)))
    verdict = verify(sealing.seal(run.folder, signer=KEY.signer), KEY.trusted(far.root))
    assert [(told["event"], told["trusted"]) for told in verdict.facts["times"]] == [("break", True)]


def test_no_answer_with_a_changed_byte_is_taken(authority: TimeAuthority) -> None:
    answer = authority.stamp(b"a line")
    imprint = bytes.fromhex(chain.digest(b"a line"))
    moment, certificate = read_time(answer, imprint)
    for place, bit in product(range(0, len(answer), 2), (1, 4, 0x80)):  # among them versions and tags that no parser knows
        changed = answer[:place] + bytes([answer[place] ^ bit]) + answer[place + 1 :]
        try:
            read = read_time(changed, imprint)
        except ValueError:
            continue
        assert read == (moment, certificate), f"byte {place} says another time"
