"""The key that seals packs: the user's own, or one that this machine makes on first use; and the keys that are trusted here."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, NoReturn

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from robot.domain.errors import UsageError
from robot.evidence.pack.packing import PackSigner
from robot.evidence.pack.verify_alone import KeyRing
from robot.evidence.record.durable import place_once
from robot.runs.store import state_folder
from robot.settings.sections.evidence import EvidenceSettings
from robot.signing.public_keys import read_public_keys
from robot.signing.signer import signer_by_command, signer_with_key

if TYPE_CHECKING:
    from pathlib import Path

    from robot.signing.signer import Signer

OF_THIS_MACHINE = (
    "The robot's machine made this key itself, on first use. The signature proves that nobody without that machine's state "
    "folder has altered the pack since. It does not prove whose machine that was: name a key in [evidence] for that."
)
OF_A_FILE = "The key was named by the pair file. The signature is worth as much as the care with which that file is kept."
OF_A_DEVICE = "The key is behind a command of the pair file. The signature is worth as much as the device that answers there."
_KEY = "evidence-key.pem"
_TRUSTED = "trusted"


def pack_signer(evidence: EvidenceSettings | None, folder: Path) -> PackSigner:
    """Return who seals packs. What it has sealed with is trusted on this machine from then on.

    Args:
        evidence: the pair file's section; None if it has none.
        folder: the pair file's folder, at which its paths begin and in which its command is run.

    Raises:
        UsageError: the key cannot be read, is open to others, or is no Ed25519 key.
    """
    signer, worth = _signer(evidence or EvidenceSettings(), folder)
    public, trusted = signer.public, state_folder() / _TRUSTED
    trusted.mkdir(exist_ok=True, mode=0o700)
    with contextlib.suppress(FileExistsError):
        place_once(trusted / f"{public.short_id}.pem", lambda file: file.write(public.pem.encode()))
    return PackSigner(
        public.key_id, public.pem, worth, lambda kind, payload: signer.sign(kind, payload).as_json(), signer.make_signature
    )


def trusted_here() -> KeyRing:
    """Return the keys with which this machine has sealed, and what its owner has put beside them.

    Raises:
        UsageError: a file in that folder is neither a public key nor a certificate.
    """
    ring = KeyRing()
    try:
        folder = state_folder() / _TRUSTED
    except UsageError:  # a machine that cannot keep runs has sealed nothing; packs are verified there all the same
        return ring
    if folder.is_dir() and any(folder.iterdir()):
        try:
            ring.add(folder, f"trusted on this machine ({folder})")
        except (OSError, ValueError) as error:
            raise UsageError(f"{error}; take it out of {folder}") from None
    return ring


def _signer(evidence: EvidenceSettings, folder: Path) -> tuple[Signer, str]:
    if evidence.key:
        path = folder / evidence.key.expanduser()
        return signer_with_key(path, lambda: _refuse_passphrase(path)), OF_A_FILE
    if evidence.command and evidence.public_key:
        keys = read_public_keys(folder / evidence.public_key.expanduser())
        if len(keys) != 1:
            raise UsageError(f"{evidence.public_key} holds {len(keys)} public keys: name the file of the one that signs")
        return signer_by_command(evidence.command, keys[0], folder), OF_A_DEVICE
    path = state_folder() / _KEY
    if not path.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        with contextlib.suppress(FileExistsError):  # another run makes it at this moment
            place_once(path, lambda file: file.write(pem), 0o600)
    return signer_with_key(path, lambda: _refuse_passphrase(path)), OF_THIS_MACHINE


def _refuse_passphrase(path: Path) -> NoReturn:
    raise UsageError(
        f"{path} is encrypted, and a pack is sealed when nobody may be there: name a key without a passphrase that only the "
        "robot's user can read, or a command"
    )
