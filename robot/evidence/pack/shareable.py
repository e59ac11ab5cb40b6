"""The shareable pack: made from the restricted one, signed as that is, and bound to it by the digest of its manifest.

It is a pack like another, with a record, a summary and a report: `verify` and the script in it verify it. What it tells is
decided in `derivation.py`. The same restricted pack and key always give the same bytes.
"""

import json
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from robot.evidence.pack import members, shareable_page
from robot.evidence.pack.archive import write_archive
from robot.evidence.pack.derivation import derive_record, derive_summary
from robot.evidence.pack.packing import SHAREABLE, PackContents, PackSigner, SealRefused
from robot.evidence.pack.stand_ins import StandIns
from robot.evidence.pack.verification import verify
from robot.evidence.record import chain, layout, summary
from robot.evidence.record.durable import place_once
from robot.evidence.record.line import Line

_TOLD: Final = ("run", "ticket", "rehearsal")


@dataclass(frozen=True)
class _Restricted:
    """What a shareable pack is made from."""

    manifest_sha256: str
    summary: Mapping[str, Any]
    lines: Sequence[Line]


def make_shareable(pack: Path, signer: PackSigner) -> Path:
    """Make the shareable pack of a restricted one, beside it, or return the existing one if it is the same.

    Args:
        pack: the restricted pack, `<run>.zip`.
        signer: who signs.

    Returns:
        The path of `<run>-shareable.zip`.

    Raises:
        SealRefused: the restricted pack is not intact, or not one of a run that has ended; or another file stands there.
        OSError: a file cannot be read or written.
    """
    target = pack.with_name(f"{pack.stem}-{SHAREABLE}.zip")
    contents = _contents(_opened(pack), signer)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / target.name
        with made.open("wb") as stream:
            write_archive(stream, contents.digests, contents.opened)
        if faults := verify(made).findings:
            raise SealRefused(f"What can be shared of {pack.name} is no pack that holds together: {faults[0]} Nothing was made.")
        if not target.exists():
            place_once(target, lambda stream: stream.write(made.read_bytes()))
        elif chain.file_digest(target) != chain.file_digest(made):
            raise SealRefused(f"{target.name} was made before, from another pack or with another key. It is left as it is.")
    return target


def _opened(pack: Path) -> _Restricted:
    verdict = verify(pack)
    if verdict.findings:
        raise SealRefused(f"{pack.name} is not intact: {verdict.findings[0]} Nothing is made of it.")
    if verdict.facts["state"] != "sealed" or verdict.facts["grade"] == SHAREABLE:
        raise SealRefused(f"{pack.name} is not the sealed pack of a run: a shareable one is made from that.")
    with zipfile.ZipFile(pack) as archive:
        inside, _ = members.find_members(archive)
        manifest, told, record = (archive.read(inside[name]) for name in (layout.MANIFEST, layout.SUMMARY, layout.RECORD))
    lines = [Line(raw, chain.parse_object(raw, layout.RECORD)) for raw in chain.split_lines(record)[0]]
    return _Restricted(chain.digest(manifest), chain.parse_object(told, layout.SUMMARY), lines)


def _contents(restricted: _Restricted, signer: PackSigner) -> PackContents:
    stand_ins = StandIns()
    told = derive_summary(restricted.summary, stand_ins)
    lines = derive_record(restricted.lines, stand_ins)
    made = {
        layout.RECORD: b"".join(line.raw + b"\n" for line in lines),
        layout.SUMMARY: summary.written(told, pack_sha256=None),
        layout.REPORT: shareable_page.page(told, lines, restricted.manifest_sha256).encode(),
    }
    contents = PackContents(Path(), (), made)
    contents.add_words(signer)
    manifest: dict[str, Any] = {
        "grade": SHAREABLE,
        "restricted": {layout.MANIFEST: {"sha256": restricted.manifest_sha256}},
        **{name: told.get(name) for name in _TOLD},
        "state": "sealed",
        **({"kept": kept} if (kept := told.get("kept")) else {}),
        "left_out": [],
    }
    contents.add_seal(manifest, lines, signer)
    return contents


def is_made_from(shareable: Path, restricted: Path) -> str:
    """Return why a shareable pack was not made from this restricted one; "" if it was.

    Both must be intact, which is not looked at here. Record and summary are made again and compared.

    Args:
        shareable: the one.
        restricted: the other.

    Returns:
        A sentence; "" if everything that the one tells is what the other tells.

    Raises:
        SealRefused: the restricted pack is not intact, or not one.
    """
    origin, stand_ins = _opened(restricted), StandIns()
    with zipfile.ZipFile(shareable) as archive:
        inside, _ = members.find_members(archive)
        manifest, told, record = (archive.read(inside[name]) for name in (layout.MANIFEST, layout.SUMMARY, layout.RECORD))
    named = json.loads(manifest).get("restricted")
    if named != {layout.MANIFEST: {"sha256": origin.manifest_sha256}}:
        return f"{shareable.name} names another restricted pack: its manifest is not that of {restricted.name}."
    if summary.written(derive_summary(origin.summary, stand_ins), pack_sha256=None) != told:
        return f"{layout.SUMMARY}: it is not what {restricted.name} gives."
    if b"".join(line.raw + b"\n" for line in derive_record(origin.lines, stand_ins)) != record:
        return f"{layout.RECORD}: it is not what {restricted.name} gives."
    return ""
