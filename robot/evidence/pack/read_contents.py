"""What a verifier reads of a pack in one pass, whoever has packed it."""

import hashlib
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from robot.evidence.pack import members
from robot.evidence.pictures import png
from robot.evidence.record import chain, layout
from robot.evidence.record.chain import BrokenRecord

_PIECE: Final = 1 << 20
_LARGEST_PICTURE: Final = 1 << 25
"""Bytes of a picture above which it is only digested: none of the robot's has as many."""
_KEPT: Final = frozenset(
    {layout.RECORD, layout.SUMMARY, layout.MANIFEST, layout.SUMS, layout.SEAL, layout.SIGNER, layout.OPEN_MARK}
)
_KEPT_FOLDERS: Final = (layout.TIMESTAMPS, layout.ERASED)


@dataclass
class ReadContents:
    """What was read of a pack in one pass: the digest and the size of each file, and the few files that are read on."""

    digests: dict[str, tuple[str, int]] = field(default_factory=dict[str, tuple[str, int]])
    kept: dict[str, bytes] = field(default_factory=dict[str, bytes])

    def read(self, archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> Iterator[str]:
        """Read members of the archive, one after the other; yield which of them cannot be read, and which picture is none."""
        for name, entry in entries.items():
            try:
                is_picture = name.endswith(".png") and entry.file_size <= _LARGEST_PICTURE
                if is_picture or name in _KEPT or name.startswith(_KEPT_FOLDERS):
                    data = archive.read(entry)
                    self.add(name, data)
                    if is_picture and (fault := png.fault_of(data)):
                        yield f"{name}: {fault}."
                else:
                    total = hashlib.sha256()
                    with archive.open(entry) as source:
                        while piece := source.read(_PIECE):
                            total.update(piece)
                    self.digests[name] = (total.hexdigest(), entry.file_size)
            except members.UNREADABLE as error:
                yield f"{name}: it is damaged and cannot be read: {error}."

    def add(self, name: str, data: bytes) -> None:
        """Take a file's bytes as what was read."""
        self.digests[name] = (chain.digest(data), len(data))
        if name in _KEPT or name.startswith(_KEPT_FOLDERS):
            self.kept[name] = data

    def parsed(self, name: str) -> tuple[dict[str, Any], list[str]]:
        """Return a file that was kept as a JSON object, and what is wrong with it."""
        if name not in self.kept:
            return {}, [f"{name} is missing."]
        try:
            return chain.parse_object(self.kept[name], name), []
        except BrokenRecord as error:
            return {}, [str(error)]
