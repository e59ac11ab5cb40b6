"""The files of a run folder that belong into a pack: a fixed list; everything else is left out, and named.

Backups, `.env`, databases and the state of a durable run are not on the list, so no pack can hold them.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

FORMATS: Final = ("failover-robot-pack/1", "failover-robot-pack/2")
"""The formats of packs; the second can be signed."""
RECORD: Final = "evidence.jsonl"
SUMMARY: Final = "summary.json"
REPORT: Final = "report.html"
REPORT_PDF: Final = "report.pdf"
MANIFEST: Final = "manifest.json"
SUMS: Final = "SHA256SUMS"
SEAL: Final = "seal.dsse.json"
"""The signature; together with the manifest and the sums it is what the manifest itself does not name."""
SIGNER: Final = "signer.pem"
VERIFIER: Final = "verify.py"
WORDS: Final = "VERIFYING.txt"
OPEN_MARK: Final = "OPEN.txt"
SHOTS: Final = "shots/"
CAPTIONED: Final = "captioned/"
"""Where earlier versions put a copy of each picture with its caption. The report draws the captions now."""
ATTACHMENTS: Final = "attachments/"
TIMESTAMPS: Final = "timestamps/"
ERASED: Final = "erased/"
"""The signed notices of pictures that were erased after the pack was sealed; no manifest names them."""
EXPORTS: Final = "exports/"
JUNIT: Final = "exports/checks.xml"
EXPORTED: Final = (JUNIT, "exports/timeline.csv", "exports/summary.md")
CUSTODY: Final = "custody.jsonl"
"""The log of where the pack went. It is written after the pack, so that no pack holds it."""

# Only the robot's own names: a letter or digit first keeps dot files, temporary files and path tricks out.
_PICTURE: Final = re.compile(r"(?:shots|captioned)/[0-9]{3,}-[A-Za-z0-9][A-Za-z0-9._-]*\.png")
_ATTACHMENT: Final = re.compile(r"attachments/[A-Za-z0-9][A-Za-z0-9._-]*")
_ERASED: Final = re.compile(r"erased/[0-9]{3,}-[A-Za-z0-9][A-Za-z0-9._-]*\.json")
_TIMESTAMP: Final = re.compile(r"timestamps/[0-9]{3,}-[a-z]+\.tsr")
MADE_BY_THE_SEAL: Final = frozenset({SIGNER, VERIFIER, WORDS, OPEN_MARK})
"""What a pack holds and no run folder: it is made with the pack."""
_PACK: Final = re.compile(r"[^/]+\.zip")


def belongs(name: str) -> bool:
    """Return whether a file with this path (within the run folder, with `/`) belongs into a pack."""
    return (
        name in {RECORD, SUMMARY, REPORT, REPORT_PDF, *EXPORTED}
        or _PICTURE.fullmatch(name) is not None
        or _ATTACHMENT.fullmatch(name) is not None
        or _TIMESTAMP.fullmatch(name) is not None
        or _ERASED.fullmatch(name) is not None
    )


def is_plain(name: str) -> bool:
    """Return whether a path stays within the folder where it is unpacked: relative, no `.`, `..`, drive or control characters."""
    parts = name.split("/")
    return bool(name) and name.isprintable() and not set(name) & set("\\:") and not {"", ".", ".."} & set(parts)


def files_of(run_folder: Path) -> tuple[list[str], list[str]]:
    """List the files of a run folder, by their paths within it, with `/`.

    Returns:
        Those that belong into a pack, and those that are left out, such as links; both sorted. In neither are earlier packs, and
        the log of where they went.
    """
    inside: list[str] = []
    outside: list[str] = []
    for path in _walk(run_folder):
        name = path.relative_to(run_folder).as_posix()
        if path.is_file() and not path.is_symlink() and belongs(name):
            inside.append(name)
        elif name != CUSTODY and not _PACK.fullmatch(name):
            outside.append(name)
    return sorted(inside), sorted(outside)


def _walk(folder: Path) -> Iterator[Path]:
    """Yield every file below a folder, and every link; no link is followed."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        else:
            yield path
