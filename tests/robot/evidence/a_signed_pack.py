"""A signed pack with attested times, and the keys that belong to it."""

from dataclasses import dataclass
from pathlib import Path

from a_pdf import PDF
from a_time_authority import TimeAuthority, serving
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from made_run import MadeRun, a_finished_run

from robot.evidence.pack import sealing
from robot.evidence.pack.packing import PackSigner
from robot.evidence.pack.verify_alone import KeyRing
from robot.evidence.record import chain
from robot.signing.pdf_signature import PdfSignature
from robot.signing.public_keys import PublicKey
from robot.signing.signer import Signer


@dataclass(frozen=True)
class SigningKey:
    """A key of a test's: the same seed gives the same key."""

    seed: int

    @property
    def private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(bytes([self.seed]) * 32)

    @property
    def public(self) -> PublicKey:
        return PublicKey.of(self.private.public_key())

    @property
    def signer(self) -> PackSigner:
        own = Signer(self.public, self.private.sign)

        def sign(kind: str, payload: bytes) -> bytes:
            return own.sign(kind, payload).as_json()

        return PackSigner(self.public.key_id, self.public.pem, "A key of a test.", sign, self.private.sign)

    def trusted(self, *authorities: Path) -> KeyRing:
        """Trust this key, and these authorities."""
        ring = KeyRing()
        ring.add_text(self.public.pem, "the test")
        for each in authorities:
            ring.add(each)
        return ring


def stamp(run: MadeRun, seq: int, event: str, authority: TimeAuthority) -> None:
    """Have a line attested, as `robot/signing/time_authority.py` does."""
    raw = (run.folder / "evidence.jsonl").read_bytes().splitlines()[seq - 1]
    name = f"timestamps/{seq:03d}-{event}.tsr"
    (run.folder / "timestamps").mkdir(exist_ok=True)
    (run.folder / name).write_bytes(authority.stamp(raw))
    told = {"event": event, "seq": seq, "file": name, "sha256": chain.file_digest(run.folder / name)}
    run.note("note", "site-timestamp", text=f"line {seq} is attested", stamped=told)


def a_signed_pack(folder: Path, key: SigningKey, authority: TimeAuthority, **summary: object) -> Path:
    """Seal a finished run with a signed PDF, whose break and end are attested."""
    run = a_finished_run(folder, **summary)
    (run.folder / "attachments").mkdir()
    (run.folder / "attachments" / "plan.json").write_bytes(b'{"digest": "0"}\n')
    stamp(run, 6, "break", authority)
    with serving(lambda query: (200, authority.answer(query))) as address:
        (run.folder / "report.pdf").write_bytes(PdfSignature.prepare(key.signer, run.folder.name, address).sign(PDF))
    run.note("sealed", "site-record", text="the run has ended: done")
    stamp(run, 8, "seal", authority)
    return sealing.seal(run.folder, signer=key.signer)
