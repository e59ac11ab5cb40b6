"""The signature of a PDF (PAdES): what any PDF program shows, and what `pdfsig` verifies.

The signed PDF is the printed one, byte for byte, and the signature behind it. Nothing may be added to it afterwards.
"""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from asn1crypto import keys, tsp, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from robot.evidence.pack.verify_alone import read_time
from robot.signing.public_keys import parse_public_keys
from robot.signing.time_request import NoTime, ask_authority
from robot.signing.vouched_key import VouchedKey, vouched_key

if TYPE_CHECKING:
    from robot.evidence.pack.packing import PackSigner

_FIELD: Final = "Evidence"
_ROOM: Final = 32 * 1024
"""Characters that are kept free for the signature, its certificates and a time: else an authority is asked twice."""


@dataclass
class PdfSignature:
    """The signature of one PDF.

    Attributes:
        no_time: after `sign`: why it bears no time from outside, though an authority is named; "" otherwise.
    """

    _key: VouchedKey = field(repr=False)
    _reason: str
    _authority: str
    no_time: str = ""

    @classmethod
    def prepare(cls, signer: PackSigner, run: str, authority: str = "") -> PdfSignature:
        """Have everything at hand that a signature needs.

        Args:
            signer: who seals the pack.
            run: the run's name.
            authority: the address of an authority for time; "" if there is none.

        Returns:
            The signature to be made.

        Raises:
            Refused: the key that seals packs does not vouch for one that signs PDFs.
        """
        (public,) = parse_public_keys(signer.pem.encode(), "the signer")
        reason = f"The evidence key {signer.key_id} vouches for this signature. {signer.worth}"
        return cls(vouched_key(public, signer.sign_bytes, f"Report of run {run}"), reason, authority)

    def sign(self, pdf: bytes) -> bytes:
        """Return a PDF with its signature behind it; with a time from outside, if an authority gives one."""
        if self._authority:
            try:
                return self._signed(pdf, _Authority(self._authority))
            except (NoTime, TimestampRequestError, SigningError, ValueError, TypeError) as error:
                self.no_time = str(error)
        return self._signed(pdf, None)

    def _signed(self, pdf: bytes, authority: TimeStamper | None) -> bytes:
        private = self._key.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        own, root = (_loaded(x509.Certificate, each) for each in (self._key.certificate, self._key.root))
        known = SimpleCertificateStore()
        known.register(root)
        signer = SimpleSigner(own, _loaded(keys.PrivateKeyInfo, private), known)
        told = PdfSignatureMetadata(
            field_name=_FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, reason=self._reason, certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        )  # fmt: skip
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        signing = cast("Any", PdfSigner(told, signer, timestamper=authority))
        with ThreadPoolExecutor(1) as thread:  # it starts an event loop: this thread may have one, the browser driver's
            return thread.submit(lambda: signing.sign_pdf(writer, bytes_reserved=_ROOM).getvalue()).result()


class _Authority(TimeStamper):
    """An authority for time, asked once and by our own door."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    async def async_request_tsa_response(self, req: Any) -> Any:
        answer = ask_authority(self._address, req.dump())
        read_time(answer, req["message_imprint"]["hashed_message"].native)
        return _loaded(tsp.TimeStampResp, answer)


def _loaded(kind: Any, der: bytes) -> Any:
    """Return DER as a value of `asn1crypto`, which has no types."""
    return kind.load(der)
