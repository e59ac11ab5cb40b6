"""The pack: one zip with the whole evidence of a run. It is made once; the same folder and key give the same bytes.

Files are read in pieces: first for their digests, then for the archive, where each must still be as it was digested.
"""

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from robot.evidence.exports import export_files
from robot.evidence.pack import members
from robot.evidence.pack.archive import write_archive
from robot.evidence.pack.packing import RESTRICTED, PackContents, PackSigner, SealRefused
from robot.evidence.pack.words import OPEN_TEXT
from robot.evidence.record import chain, layout, summary
from robot.evidence.record.durable import place_once, replace_file
from robot.evidence.report import html_page
from robot.evidence.report.header import Header

_PIECE: Final = 1 << 20


def pack_path(run_folder: Path, *, partial: bool) -> Path:
    """Return where the pack of a run is, or will be; `<run>-partial-<seq>.zip` if the run is still open."""
    run = run_folder.absolute().name
    return run_folder / (f"{run}-partial-{len(chain.read_lines(run_folder / layout.RECORD))}.zip" if partial else f"{run}.zip")


def seal(run_folder: Path, *, partial: bool = False, signer: PackSigner | None = None, has_report: bool = False) -> Path:
    """Make the run's pack, or return the existing one if it still agrees with the folder; none is ever overwritten.

    Files that are not part of the layout are left out; `left_out` and the pack's manifest name them. After a final seal
    `summary.json` holds the digest as `pack_sha256`. Whatever ends this early leaves no pack, or a whole one.

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
        contents = _contents(run_folder, _as_packed(run_folder))
        if partial:
            contents.add(layout.OPEN_MARK, OPEN_TEXT.format(lines=len(lines), run=run).encode())
        contents.add_seal(_told(run_folder, run_summary, partial=partial), lines, signer)
        place_once(pack, lambda stream: write_archive(stream, contents.digests, contents.opened))
    if differing := _differences(pack, run_folder):
        raise SealRefused(
            f"{pack.name} was made before and no longer agrees with the folder ({', '.join(differing)}). "
            f"It is left as it is; nothing was made."
        )
    if not partial:
        name_in_summary(run_folder, run_summary, pack)
    return pack


def left_out(run_folder: Path) -> list[str]:
    """Return the files of the folder that no pack holds, since they are not part of the layout."""
    return layout.files_of(run_folder)[1]


def _require_ended(run: str, run_summary: Mapping[str, Any], record: Path) -> None:
    if not run_summary.get("outcome"):
        raise SealRefused(f"Run {run} has no outcome yet: only a partial pack can be made of it.")
    _, tail = chain.split_lines(record.read_bytes())
    if tail:
        raise SealRefused(f"The record of run {run} ends in the middle of a line; resume the run, which mends that.")


def _contents(run_folder: Path, made: Mapping[str, bytes]) -> PackContents:
    return PackContents(run_folder, layout.files_of(run_folder)[0], made)


def _told(run_folder: Path, run_summary: Mapping[str, Any], *, partial: bool) -> dict[str, Any]:
    """Return what the manifest tells of the run."""
    header = Header.of(run_folder)
    kept = run_summary.get("kept")
    return {
        "grade": RESTRICTED,
        "run": header.run,
        "ticket": header.ticket,
        "rehearsal": header.rehearsal,
        "state": "OPEN" if partial else "sealed",
        **({"kept": kept} if kept else {}),
        "left_out": left_out(run_folder),
    }


def _as_packed(run_folder: Path) -> dict[str, bytes]:
    """Return the record without a torn tail, and the summary without the digest of the pack."""
    whole, _ = chain.split_lines((run_folder / layout.RECORD).read_bytes())
    packed = {layout.RECORD: b"".join(raw + b"\n" for raw in whole)}
    if (run_folder / layout.SUMMARY).is_file():
        packed[layout.SUMMARY] = summary.written(summary.read(run_folder), pack_sha256=None)
    return packed


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
    current = _contents(run_folder, packed).digests
    own = {layout.MANIFEST, layout.SUMS, layout.SEAL, *layout.MADE_BY_THE_SEAL}
    return sorted(name for name in (sealed.keys() | current.keys()) - own if sealed.get(name) != current.get(name))


def _digest_of_member(archive: zipfile.ZipFile, name: str) -> dict[str, Any]:
    total = hashlib.sha256()
    with archive.open(name) as source:
        while piece := source.read(_PIECE):
            total.update(piece)
    return {"sha256": total.hexdigest(), "bytes": archive.getinfo(name).file_size}


def name_in_summary(run_folder: Path, run_summary: Mapping[str, Any], pack: Path) -> None:
    """Write the digest of a run's pack into the folder's summary.

    Args:
        run_folder: the run's folder.
        run_summary: its summary.
        pack: the pack.
    """
    digest = chain.file_digest(pack)
    if run_summary.get("pack_sha256") != digest:
        replace_file(run_folder / layout.SUMMARY, summary.written(run_summary, pack_sha256=digest))
