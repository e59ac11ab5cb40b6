"""The PDF is signed: others' programs verify it, by the key that seals packs; what was altered or added is found."""

import asyncio
import io
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from a_pdf import PDF
from a_signed_pack import SigningKey
from a_time_authority import TimeAuthority, serving
from cryptography import x509
from pyhanko import keys
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator.context import ValidationContext

from robot.domain.errors import Refused
from robot.evidence.pack.packing import PackSigner
from robot.signing.pdf_signature import PdfSignature
from robot.signing.vouched_key import vouched_key

RUN = "20261122T220000Z-0a1b"
KEY, FORGER = SigningKey(7), SigningKey(66)


@pytest.fixture(scope="module")
def signed() -> bytes:
    return PdfSignature.prepare(KEY.signer, RUN).sign(PDF)


def signature_in(pdf: bytes) -> Any:
    (found,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    return found


def by_pyhanko(pdf: bytes, folder: Path, key: SigningKey = KEY, authority: TimeAuthority | None = None) -> Any:
    """Return what pyHanko's validator says of the only signature, if it knows one key, and an authority for time."""
    root = folder / "root.der"
    root.write_bytes(vouched_key(key.public, key.private.sign, "any").root)
    known: Any = cast("Any", keys).load_certs_from_pemder([root, *([authority.root] if authority else [])])
    with ThreadPoolExecutor(1) as thread:  # it starts an event loop, and a page test before this one may have left its own here
        return thread.submit(validate_pdf_signature, signature_in(pdf), ValidationContext(trust_roots=list(known))).result()


def is_believed_by_pyhanko(pdf: bytes, folder: Path) -> bool:
    try:
        return by_pyhanko(pdf, folder).bottom_line
    except Exception:  # noqa: BLE001 - it may refuse what is no PDF any more, in whatever way
        return False


def by_pdfsig(pdf: bytes, folder: Path) -> str:
    """Return what `pdfsig` says: it knows nobody, and tells whether the signature is one of these bytes."""
    (folder / "report.pdf").write_bytes(pdf)
    return subprocess.run(["pdfsig", "report.pdf"], cwd=folder, capture_output=True, text=True, check=False).stdout


def is_whole(told: str) -> bool:
    return "Signature is Valid" in told and "Total document signed" in told


def test_two_verifiers_of_others_find_it_valid_and_the_key_that_seals_packs_vouches_for_it(signed: bytes, tmp_path: Path) -> None:
    told = by_pyhanko(signed, tmp_path)
    assert told.bottom_line, told.pretty_print_details()
    assert is_whole(by_pdfsig(signed, tmp_path))
    assert signed.startswith(PDF), "what was printed stays as it is"


def test_it_is_signed_where_an_event_loop_runs_too(tmp_path: Path) -> None:
    async def within_a_loop() -> bytes:
        return PdfSignature.prepare(KEY.signer, RUN).sign(PDF)

    with ThreadPoolExecutor(1) as thread:  # this one may have a loop already
        signed = thread.submit(lambda: asyncio.run(within_a_loop())).result()
    assert is_whole(by_pdfsig(signed, tmp_path))


def test_it_says_which_key_vouches_and_what_that_is_worth(signed: bytes) -> None:
    reason = str(signature_in(signed).sig_object["/Reason"])
    assert reason == f"The evidence key {KEY.public.key_id} vouches for this signature. A key of a test."
    assert signature_in(signed).signer_cert.subject.native == {"common_name": f"Report of run {RUN}"}


def test_a_signature_for_which_another_key_vouches_is_one_of_a_stranger(tmp_path: Path) -> None:
    forged = by_pyhanko(PdfSignature.prepare(FORGER.signer, RUN).sign(PDF), tmp_path)
    assert (forged.valid, forged.trusted, forged.bottom_line) == (True, False, False)


def test_whatever_byte_is_altered_is_found(signed: bytes, tmp_path: Path) -> None:
    _, start, end, _ = (int(each) for each in signature_in(signed).byte_range)
    covered = [*range(start), *range(end, len(signed))]
    for place in covered[:: len(covered) // 25]:
        altered = signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]
        assert not is_whole(by_pdfsig(altered, tmp_path)), place
        assert not is_believed_by_pyhanko(altered, tmp_path), place


def test_what_is_added_behind_the_signature_is_found(signed: bytes, tmp_path: Path) -> None:
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(signed))
    writer.root["/Lang"] = writer.root["/Type"]
    writer.update_root()
    writer.write(added := io.BytesIO())
    assert added.getvalue().startswith(signed)
    assert not is_whole(by_pdfsig(added.getvalue(), tmp_path))
    assert not by_pyhanko(added.getvalue(), tmp_path).bottom_line


def test_it_bears_the_time_of_an_authority_which_is_asked_once(authority: TimeAuthority, tmp_path: Path) -> None:
    queries = list[bytes]()

    def answer(query: bytes) -> tuple[int, bytes]:
        queries.append(query)
        return 200, authority.answer(query)

    with serving(answer) as address:
        signature = PdfSignature.prepare(KEY.signer, RUN, address)
        timed = signature.sign(PDF)
    told = by_pyhanko(timed, tmp_path, authority=authority)
    assert told.bottom_line, told.pretty_print_details()
    assert told.timestamp_validity.trusted
    assert abs(told.timestamp_validity.timestamp - datetime.now(UTC)) < timedelta(minutes=5)
    assert is_whole(by_pdfsig(timed, tmp_path))
    assert (len(queries), signature.no_time) == (1, "")


def test_an_authority_that_gives_no_time_of_this_signature_costs_the_time_alone(authority: TimeAuthority, tmp_path: Path) -> None:
    other = authority.stamp(b"another signature")
    refusals = {
        "answers 503": (503, b"closed"), "no answer that a time authority has signed": (200, b"<html>welcome</html>"),
        "is not a time authority's answer about": (200, other), "no time": (200, bytes(100_000)),
    }  # fmt: skip
    for words, answer in refusals.items():
        with serving(lambda _, answer=answer: answer) as address:
            signature = PdfSignature.prepare(KEY.signer, RUN, address)
            made = signature.sign(PDF)
        assert words in signature.no_time
        assert by_pyhanko(made, tmp_path).bottom_line
        assert by_pyhanko(made, tmp_path).timestamp_validity is None


def test_a_key_vouches_by_the_same_root_each_time_and_for_another_key_each_time() -> None:
    one, other = (vouched_key(KEY.public, KEY.private.sign, "a run") for _ in range(2))
    assert one.root == other.root
    assert one.private.private_numbers() != other.private.private_numbers()
    root, own = (x509.load_der_x509_certificate(each) for each in (one.root, one.certificate))
    root.verify_directly_issued_by(root)
    own.verify_directly_issued_by(root)
    assert root.public_key() == KEY.public.key
    assert "private" not in repr(one)


def test_a_device_that_signs_packs_and_no_certificate_leaves_the_pdf_unsigned_and_says_why() -> None:
    def refuse(_: bytes) -> bytes:
        raise Refused("./sign ended with 1: nothing is signed")

    def nonsense(data: bytes) -> bytes:
        return FORGER.private.sign(data)

    for sign, words in ((refuse, "ended with 1"), (nonsense, "is no signature of a certificate by the key")):
        signer = PackSigner(KEY.public.key_id, KEY.public.pem, "A key of a test.", KEY.signer.sign, sign)
        with pytest.raises(Refused, match=words):
            PdfSignature.prepare(signer, RUN)
