"""What goes into a pack: files of a run folder and files that are made with it, and the seal over all of them."""

import hashlib
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from robot.evidence.pack import verify_alone
from robot.evidence.pack.words import verifying_text
from robot.evidence.record import chain, layout
from robot.evidence.record.line import Line

RESTRICTED: Final = "restricted"
"""The grade of a pack that holds everything."""
SHAREABLE: Final = "shareable"
"""The grade of a pack that was made from a restricted one, without what names or shows anybody or any machine."""


class SealRefused(Exception):  # noqa: N818 - house rule: an error is named for what happened
    """No pack was made or changed; its text is one sentence for a person."""


@dataclass(frozen=True)
class PackSigner:
    """Who seals a pack.

    Attributes:
        key_id: the SHA-256 of the DER of the public key.
        pem: the public key.
        worth: what a signature with it proves, in a sentence.
        sign: gives the DSSE envelope of a payload of this type, as JSON.
        sign_bytes: gives the raw signature of these bytes.
    """

    key_id: str
    pem: str
    worth: str
    sign: Callable[[str, bytes], bytes]
    sign_bytes: Callable[[bytes], bytes]

    def for_summary(self) -> dict[str, str]:
        """Return what a run's summary tells of its signer: `key_id` and `worth`."""
        return {"key_id": self.key_id, "worth": self.worth}

    def sign_statement(self, statement: Mapping[str, Any]) -> bytes:
        """Return the envelope of an in-toto statement; the same statement always gives the same bytes."""
        payload = json.dumps(statement, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        return self.sign(verify_alone.PAYLOAD_TYPE, payload)


class PackContents:
    """The files of a pack: those that are made with it, in memory, and those of a folder, with the digests of their bytes.

    Args:
        folder: the folder of the others.
        names: the others, by their paths within it.
        made: what is made with the pack, by its path within it; it takes the place of a file of the folder.
    """

    def __init__(self, folder: Path, names: Iterable[str], made: Mapping[str, bytes]) -> None:
        self._folder = folder
        self._made = dict(made)
        self.digests = {name: _digest_of(folder / name) for name in names if name not in made}
        for name, data in made.items():
            self.add(name, data)

    def add(self, name: str, data: bytes) -> None:
        """Add a file that is made with the pack."""
        self._made[name] = data
        self.digests[name] = {"sha256": chain.digest(data), "bytes": len(data)}

    def opened(self, name: str) -> bytes | IO[bytes]:
        """Return a file's bytes, or a stream of them that ends with `SealRefused` if they are not those that were digested."""
        return self._made[name] if name in self._made else _Unchanged(self._folder / name, name, self.digests[name])

    def add_seal(self, told: Mapping[str, Any], lines: list[Line], signer: PackSigner | None) -> None:
        """Add what every pack holds for whoever unpacks it, the manifest, the sums, and the signature of both.

        Args:
            told: what the manifest tells besides the record's tip, the signer and the files.
            lines: the record.
            signer: who signs; None leaves it unsigned.
        """
        self._add_words(signer)
        manifest: dict[str, Any] = {
            "format": layout.FORMATS[-1],
            **told,
            "chain": {"lines": len(lines), "tip": chain.digest(lines[-1].raw) if lines else ""},
            "signer": signer.for_summary() if signer else None,
            "files": {name: self.digests[name] for name in sorted(self.digests)},
        }
        raw = f"{json.dumps(manifest, ensure_ascii=False, indent=2)}\n".encode()
        self.add(layout.MANIFEST, raw)
        self.add(layout.SUMS, verify_alone.sums_of(manifest, raw))
        if signer:
            self.add(layout.SEAL, signer.sign_statement(verify_alone.statement(manifest, raw)))

    def _add_words(self, signer: PackSigner | None) -> None:
        """Add what a pack holds for whoever unpacks it: the script that verifies it, how to, and the public key."""
        self.add(layout.VERIFIER, Path(verify_alone.__file__).read_bytes())
        self.add(layout.WORDS, verifying_text(signer.key_id if signer else "", signer.worth if signer else "").encode())
        if signer:
            self.add(layout.SIGNER, signer.pem.encode())


class _Unchanged(io.FileIO):
    """A file that is read once, and must be what it was."""

    def __init__(self, path: Path, name: str, told: Mapping[str, Any]) -> None:
        super().__init__(path)
        self._title, self._told, self._digest, self._size = name, told, hashlib.sha256(), 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(-1 if size is None else size) or b""
        self._digest.update(data)
        self._size += len(data)
        if not data and self._told != {"sha256": self._digest.hexdigest(), "bytes": self._size}:
            raise SealRefused(f"{self._title} was changed while the pack was made; nothing was made.")
        return data


def _digest_of(path: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        return {"sha256": hashlib.file_digest(stream, "sha256").hexdigest(), "bytes": stream.tell()}
