"""The shareable pack: made from the restricted one, signed as that is, and bound to it by the digest of its manifest.

It is a pack like another, with a record, a summary and a report: `verify` and the script in it verify it. What it tells is
decided in `derivation.py`. The same restricted pack and key always give the same bytes.
"""

import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from robot.evidence.pack import members
from robot.evidence.pack.archive import write_archive
from robot.evidence.pack.packing import SHAREABLE, PackContents, PackSigner, SealRefused
from robot.evidence.pack.verification import verify
from robot.evidence.pack.verify_alone import KeyRing
from robot.evidence.record import chain, layout, summary
from robot.evidence.record.durable import place_once
from robot.evidence.record.line import Line
from robot.evidence.record.plain_json import object_in
from robot.evidence.shared import shareable_page
from robot.evidence.shared.derivation import derive_record, derive_summary
from robot.evidence.shared.stand_ins import StandIns

_TOLD: Final = ("run", "ticket", "rehearsal")


@dataclass(frozen=True)
class _Restricted:
    """What a shareable pack is made from."""

    manifest_sha256: str
    summary: Mapping[str, Any]
    lines: Sequence[Line]

    @property
    def named(self) -> dict[str, Any]:
        """How a shareable pack names it."""
        return {layout.MANIFEST: {"sha256": self.manifest_sha256}}


def make_shareable(pack: Path, signer: PackSigner, trust: KeyRing) -> Path:
    """Make the shareable pack of a restricted one, beside it, or return the existing one if it is the same.

    Args:
        pack: the restricted pack, `<run>.zip`.
        signer: who signs.
        trust: whose notices of erased pictures count in it.

    Returns:
        The path of `<run>-shareable.zip`.

    Raises:
        SealRefused: the restricted pack is not intact, or not one of a run that has ended; or another file stands there.
        OSError: a file cannot be read or written.
    """
    target = pack.with_name(f"{pack.stem}-{SHAREABLE}.zip")
    contents = _contents(_opened(pack, trust), signer)
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


def _opened(pack: Path, trust: KeyRing) -> _Restricted:
    verdict = verify(pack, trust)
    if verdict.findings:
        raise SealRefused(f"{pack.name} is not intact: {verdict.findings[0]} Nothing is made of it.")
    if verdict.facts["state"] != "sealed" or verdict.facts["grade"] == SHAREABLE:
        raise SealRefused(f"{pack.name} is not the sealed pack of a run: a shareable one is made from that.")
    manifest, told, record = _papers_of(pack)
    lines = [Line(raw, chain.parse_object(raw, layout.RECORD)) for raw in chain.split_lines(record)[0]]
    return _Restricted(chain.digest(manifest), chain.parse_object(told, layout.SUMMARY), lines)


def _contents(restricted: _Restricted, signer: PackSigner) -> PackContents:
    stand_ins = StandIns()
    told = derive_summary(restricted.summary, stand_ins)
    lines = derive_record(restricted.lines, stand_ins)
    made = {
        layout.RECORD: _record_of(lines),
        layout.SUMMARY: summary.written(told, pack_sha256=None),
        layout.REPORT: shareable_page.page(told, lines, restricted.manifest_sha256).encode(),
    }
    contents = PackContents(Path(), (), made)
    manifest: dict[str, Any] = {
        "grade": SHAREABLE,
        "restricted": restricted.named,
        **{name: told.get(name) for name in _TOLD},
        "state": "sealed",
        **({"kept": kept} if (kept := told.get("kept")) else {}),
        "left_out": [],
    }
    contents.add_seal(manifest, lines, signer)
    return contents


def origin_faults(shareable: Path, restricted: Path, trust: KeyRing) -> list[str]:
    """Return why a shareable pack was not made from a restricted one; record and summary are made again and compared.

    Args:
        shareable: the one, which is intact.
        restricted: the other.
        trust: whose notices of erased pictures count in it.

    Returns:
        A sentence for the first thing that is wrong; nothing if all that the one tells is what the other gives.
    """
    try:
        origin, stand_ins = _opened(restricted, trust), StandIns()
    except SealRefused as refused:
        return [str(refused)]
    manifest, told, record = _papers_of(shareable)
    if object_in(chain.parse_object(manifest, layout.MANIFEST), "restricted") != origin.named:
        return [f"{shareable.name}: it names another restricted pack than {restricted.name}, or none."]
    if summary.written(derive_summary(origin.summary, stand_ins), pack_sha256=None) != told:
        return [f"{layout.SUMMARY}: it is not what {restricted.name} gives."]
    if _record_of(derive_record(origin.lines, stand_ins)) != record:
        return [f"{layout.RECORD}: it is not what {restricted.name} gives."]
    return []


def _papers_of(pack: Path) -> Iterator[bytes]:
    """Yield manifest, summary and record of a pack that is intact."""
    with zipfile.ZipFile(pack) as archive:
        inside, _ = members.find_members(archive)
        for name in (layout.MANIFEST, layout.SUMMARY, layout.RECORD):
            yield archive.read(inside[name])


def _record_of(lines: Sequence[Line]) -> bytes:
    return b"".join(line.raw + b"\n" for line in lines)
