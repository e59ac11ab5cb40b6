"""Erasing a picture from a pack that is sealed: a signed notice stands in its place, and nothing else is changed.

The manifest, which is signed, keeps naming the picture by its digest. A verifier takes the notice for the file, if a key that
counts has signed it and it tells who has erased what, when and why. Nothing but pictures and what shows them can be erased.
"""

import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from robot.evidence.pack import members, verify_alone
from robot.evidence.pack.archive import write_archive
from robot.evidence.pack.packing import PackSigner, SealRefused
from robot.evidence.pack.verification import verify
from robot.evidence.pack.verify_alone import KeyRing
from robot.evidence.record import chain, layout
from robot.evidence.record.durable import move_into_place
from robot.evidence.record.plain_json import object_in

_HOLDS_PICTURES: Final = b"data:image/"


@dataclass(frozen=True)
class ErasureOrder:
    """What somebody wants to be erased.

    Attributes:
        picture: its path in the pack, its name, or its number.
        by: the name of the person.
        reason: why.
        utc: when, as the record writes a moment.
    """

    picture: str
    by: str
    reason: str
    utc: str


@dataclass(frozen=True)
class Erasure:
    """What is erased from one pack.

    Attributes:
        files: the files that are gone from it: the picture, and what shows it.
        sha256: the digest of the picture.
        name: the notice's path in the pack.
        notice: the notice, signed.
        is_new: whether this has erased it; it may have been erased before.
    """

    files: tuple[str, ...]
    sha256: str
    name: str
    notice: bytes
    is_new: bool


def erase_from(pack: Path, order: ErasureOrder, signer: PackSigner, trust: KeyRing) -> Erasure:
    """Erase a picture from a pack; the pack is replaced whole or not at all.

    Args:
        pack: the pack, of whatever state.
        order: which picture, by whom and why.
        signer: who signs the notice.
        trust: whose notices count besides those of the pack's own signer.

    Returns:
        What is erased; if it was erased before, what was erased then.

    Raises:
        SealRefused: the pack is not intact, there is no such picture, or its report holds copies of its pictures.
        OSError: the pack cannot be read or replaced.
    """
    if faults := verify(pack, trust).findings:
        raise SealRefused(f"{pack.name} is not intact: {faults[0]} Nothing was erased.")
    with zipfile.ZipFile(pack) as archive:
        inside, _ = members.find_members(archive)
        raw = archive.read(inside[layout.MANIFEST])
        named = object_in(chain.parse_object(raw, layout.MANIFEST), "files")
        picture = _named(named, order.picture, pack)
        name = f"{layout.ERASED}{PurePosixPath(picture).stem}.json"
        sha256 = str(object_in(named, picture).get("sha256"))
        if name in inside:
            return Erasure((), sha256, name, archive.read(inside[name]), is_new=False)
        if _HOLDS_PICTURES in archive.read(inside[layout.REPORT]):
            raise SealRefused(f"The report in {pack.name} holds copies of its pictures: none can be erased. Nothing was changed.")
        gone = {
            each: str(object_in(named, each).get("sha256")) for each in _shown_in(picture) if each in named and each in inside
        }
        notice = signer.sign_statement(_statement(gone, chain.digest(raw), order))
        rest = {each: entry for each, entry in inside.items() if each not in gone}
        with tempfile.TemporaryDirectory(prefix=".", dir=pack.parent) as folder:
            made = Path(folder) / pack.name
            with made.open("w+b") as stream:
                write_archive(stream, [*rest, name], lambda each: notice if each == name else archive.open(rest[each]))
            if faults := verify(made, trust).findings:
                raise SealRefused(f"Without {picture}, {pack.name} would not hold together: {faults[0]} Nothing was erased.")
            move_into_place(made, pack)
    return Erasure(tuple(gone), sha256, name, notice, is_new=True)


def holds(pack: Path, picture: str) -> bool:
    """Return whether a zip archive, a pack or not, has a file with this path; False if it cannot be read."""
    try:
        with zipfile.ZipFile(pack) as archive:
            return picture in members.find_members(archive)[0]
    except members.UNREADABLE:
        return False


def _named(files: Mapping[str, Any], wanted: str, pack: Path) -> str:
    found = sorted(name for name in files if name.startswith(layout.SHOTS) and wanted in _names_of(name))
    if len(found) != 1:
        many = f"{len(found)} pictures" if found else "no picture"
        raise SealRefused(f"{pack.name} holds {many} {wanted!r}: name one as its report does, such as {layout.SHOTS}012-...png.")
    return found[0]


def _names_of(name: str) -> Iterator[str]:
    path = PurePosixPath(name)
    yield from (name, path.name, path.stem, path.name.partition("-")[0])


def _shown_in(picture: str) -> tuple[str, ...]:
    """Return a picture and what else shows it: the copy with a caption of earlier versions, and the paper, which shows many."""
    return picture, picture.replace(layout.SHOTS, layout.CAPTIONED, 1), layout.REPORT_PDF


def _statement(gone: Mapping[str, str], manifest_sha256: str, order: ErasureOrder) -> dict[str, Any]:
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": name, "digest": {"sha256": sha256}} for name, sha256 in gone.items()],
        "predicateType": verify_alone.ERASURE,
        "predicate": {
            "manifest_sha256": manifest_sha256, "by": order.by, "reason": order.reason, "utc": order.utc,
        },
    }  # fmt: skip
