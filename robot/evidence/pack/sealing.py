"""The pack: one zip with the whole evidence of a run. It is made once; the same folder and key give the same bytes.

Files are read in pieces: first for their digests, then for the archive, where each must still be as it was digested.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from robot.evidence.exports import export_files
from robot.evidence.pack import members, verify_alone
from robot.evidence.pack.archive import write_archive
from robot.evidence.pack.words import OPEN_TEXT, verifying_text
from robot.evidence.record import chain, layout, summary
from robot.evidence.record.durable import place_once, replace_file
from robot.evidence.record.line import Line
from robot.evidence.report import html_page
from robot.evidence.report.header import Header

_PIECE: Final = 1 << 20


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


def pack_path(run_folder: Path, *, partial: bool) -> Path:
    """Return where the pack of a run is, or will be; `<run>-partial-<seq>.zip` if the run is still open."""
    run = run_folder.absolute().name
    return run_folder / (f"{run}-partial-{len(chain.read_lines(run_folder / layout.RECORD))}.zip" if partial else f"{run}.zip")


def seal(run_folder: Path, *, partial: bool = False, signer: PackSigner | None = None, has_report: bool = False) -> Path:
    """Make the run's pack, or return the existing one if it still agrees with the folder; none is ever overwritten.

    Files that are not part of the layout are left out;
    `left_out` and the pack's manifest name them. After a final seal `summary.json` holds the digest as `pack_sha256`.
    Whatever ends this early leaves no pack, or a whole one.

    Args:
        run_folder: `artifacts/<ticket>/<run>`; nobody may be writing its record.
        partial: whether the run is still open: then the pack is `<run>-partial-<seq>.zip`, marked OPEN.
        signer: who signs it; None leaves it unsigned.
        has_report: whether report and exports stand there as they are to be packed; else they are made first, without a PDF.

    Returns:
        The pack's path, within the run folder.

    Raises:
        SealRefused: there is no record, the run has no outcome yet, its record ends in the middle of a line, a file changes
            meanwhile, or the existing pack no longer agrees with the folder.
        robot.evidence.record.chain.BrokenRecord: record or summary cannot be read.
        OSError: a file cannot be read or written.
    """
    record = run_folder / layout.RECORD
    if not record.is_file():
        raise SealRefused(f"{run_folder} holds no {layout.RECORD}: there is nothing to seal.")
    run_summary = summary.read(run_folder)
    lines = chain.read_lines(record)
    run = run_folder.absolute().name
    if not partial:
        _require_ended(run, run_summary, record)
    pack = pack_path(run_folder, partial=partial)
    for cut_off in run_folder.glob(f".{pack.name}.*.tmp"):
        cut_off.unlink()  # a process that was killed while it sealed has left it
    if not pack.exists():
        if not has_report:
            html_page.write(run_folder)
            export_files.write(run_folder)
        contents = _Contents(run_folder, _made(run_folder, lines, signer, partial=partial))
        _add_seal(contents, lines, signer, partial=partial)
        place_once(pack, lambda stream: write_archive(stream, contents.digests, contents.opened))
    if differing := _differences(pack, run_folder):
        raise SealRefused(
            f"{pack.name} was made before and no longer agrees with the folder ({', '.join(differing)}). "
            f"It is left as it is; nothing was made."
        )
    if not partial:
        _name_in_summary(run_folder, run_summary, pack)
    return pack


def left_out(run_folder: Path) -> list[str]:
    """Return the files of the folder that no pack holds, since they are not part of the layout."""
    return layout.files_of(run_folder)[1]


class _Contents:
    """The files of a pack: those that are made with it, in memory, and those of the folder, with the digests of their bytes."""

    def __init__(self, run_folder: Path, made: Mapping[str, bytes]) -> None:
        self.folder = run_folder
        self.made = dict(made)
        names = layout.files_of(run_folder)[0]
        self.digests = {name: _digest_of(run_folder / name) for name in names if name not in made}
        for name, data in made.items():
            self.add(name, data)

    def add(self, name: str, data: bytes) -> None:
        self.made[name] = data
        self.digests[name] = {"sha256": chain.digest(data), "bytes": len(data)}

    def opened(self, name: str) -> bytes | IO[bytes]:
        """Return a file's bytes, or a stream of them that ends with `SealRefused` if they are not those that were digested."""
        return self.made[name] if name in self.made else _Unchanged(self.folder / name, name, self.digests[name])


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


def _require_ended(run: str, run_summary: Mapping[str, Any], record: Path) -> None:
    if not run_summary.get("outcome"):
        raise SealRefused(f"Run {run} has no outcome yet: only a partial pack can be made of it.")
    _, tail = chain.split_lines(record.read_bytes())
    if tail:
        raise SealRefused(f"The record of run {run} ends in the middle of a line; resume the run, which mends that.")


def _made(run_folder: Path, lines: list[Line], signer: PackSigner | None, *, partial: bool) -> dict[str, bytes]:
    """Return the bytes of the files that are not the folder's own, or not as they stand there."""
    made = _as_packed(run_folder)
    made[layout.VERIFIER] = Path(verify_alone.__file__).read_bytes()
    made[layout.WORDS] = verifying_text(signer.key_id if signer else "", signer.worth if signer else "").encode()
    if signer:
        made[layout.SIGNER] = signer.pem.encode()
    if partial:
        made[layout.OPEN_MARK] = OPEN_TEXT.format(lines=len(lines), run=run_folder.absolute().name).encode()
    return made


def _as_packed(run_folder: Path) -> dict[str, bytes]:
    """Return the record without a torn tail, and the summary without the digest of the pack."""
    whole, _ = chain.split_lines((run_folder / layout.RECORD).read_bytes())
    packed = {layout.RECORD: b"".join(raw + b"\n" for raw in whole)}
    if (run_folder / layout.SUMMARY).is_file():
        packed[layout.SUMMARY] = summary.written(summary.read(run_folder), pack_sha256=None)
    return packed


def _add_seal(contents: _Contents, lines: list[Line], signer: PackSigner | None, *, partial: bool) -> None:
    """Add the manifest, the sums, and the signature of both."""
    header = Header.of(contents.folder)
    manifest: dict[str, Any] = {
        "format": layout.FORMATS[-1],
        "run": header.run,
        "ticket": header.ticket,
        "rehearsal": header.rehearsal,
        "state": "OPEN" if partial else "sealed",
        "chain": {"lines": len(lines), "tip": chain.digest(lines[-1].raw) if lines else ""},
        "signer": {"key_id": signer.key_id, "worth": signer.worth} if signer else None,
        "files": {name: contents.digests[name] for name in sorted(contents.digests)},
        "left_out": left_out(contents.folder),
    }
    raw = f"{json.dumps(manifest, ensure_ascii=False, indent=2)}\n".encode()
    contents.add(layout.MANIFEST, raw)
    contents.add(layout.SUMS, verify_alone.sums_of(manifest, raw))
    if signer:
        statement = verify_alone.statement(manifest, raw)
        payload = json.dumps(statement, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        contents.add(layout.SEAL, signer.sign(verify_alone.PAYLOAD_TYPE, payload))


def _differences(pack: Path, run_folder: Path) -> list[str]:
    """Return the files in which a pack and the folder differ; `sealed` lines added to the record since are no difference."""
    try:
        with zipfile.ZipFile(pack) as archive:
            sealed = {name: _digest_of_member(archive, name) for name in archive.namelist()}
    except members.UNREADABLE as error:
        raise SealRefused(f"{pack.name} stands there and is not a readable pack ({error}); it is left as it is.") from error
    packed = _as_packed(run_folder)
    record, count = packed[layout.RECORD], int(sealed.get(layout.RECORD, {}).get("bytes", 0))
    if all(chain.parse_object(raw, layout.RECORD).get("kind") == "sealed" for raw in record[count:].splitlines()):
        packed[layout.RECORD] = record[:count]
    current = _Contents(run_folder, packed).digests
    own = {layout.MANIFEST, layout.SUMS, layout.SEAL, *layout.MADE_BY_THE_SEAL}
    return sorted(name for name in (sealed.keys() | current.keys()) - own if sealed.get(name) != current.get(name))


def _digest_of_member(archive: zipfile.ZipFile, name: str) -> dict[str, Any]:
    total = hashlib.sha256()
    with archive.open(name) as source:
        while piece := source.read(_PIECE):
            total.update(piece)
    return {"sha256": total.hexdigest(), "bytes": archive.getinfo(name).file_size}


def _name_in_summary(run_folder: Path, run_summary: Mapping[str, Any], pack: Path) -> None:
    digest = chain.file_digest(pack)
    if run_summary.get("pack_sha256") != digest:
        replace_file(run_folder / layout.SUMMARY, summary.written(run_summary, pack_sha256=digest))
