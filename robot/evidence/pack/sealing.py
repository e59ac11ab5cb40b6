"""The pack: one zip with the whole evidence of a run. It is made once; the same folder gives the same bytes."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from robot.evidence.pack.archive import write_archive
from robot.evidence.record import chain, layout, summary
from robot.evidence.record.durable import place_once, replace_file
from robot.evidence.record.line import Line
from robot.evidence.report import html_page
from robot.evidence.report.header import Header

OPEN_TEXT: Final = (
    "OPEN\n\nThis pack was made while its run was still open. It shows how far the run had come by line {lines}\n"
    "of its record, and nothing after. The final pack is {run}.zip, made when the run has ended.\n"
)


class SealRefused(Exception):  # noqa: N818 - house rule: an error is named for what happened
    """No pack was made or changed; its text is one sentence for a person."""


def seal(run_folder: Path, *, partial: bool = False) -> Path:
    """Make the run's pack, or return the existing one if it still agrees with the folder; none is ever overwritten.

    The report is made first. Files that are not part of the layout are left out;
    `left_out` and the pack's manifest name them. After a final seal `summary.json` holds the digest as `pack_sha256`.

    Args:
        run_folder: `artifacts/<ticket>/<run>`; nobody may be writing its record.
        partial: whether the run is still open: then the pack is `<run>-partial-<seq>.zip`, marked OPEN.

    Returns:
        The pack's path, within the run folder.

    Raises:
        SealRefused: there is no record, the run has no outcome yet, its record ends in the middle of a line, or the
            existing pack no longer agrees with the folder.
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
    pack = run_folder / (f"{run}-partial-{len(lines)}.zip" if partial else f"{run}.zip")
    if not pack.exists():
        html_page.write(run_folder)
        contents = _contents(run_folder)
        if partial:
            contents[layout.OPEN_MARK] = OPEN_TEXT.format(lines=len(lines), run=run).encode()
        contents[layout.MANIFEST] = _manifest(run_folder, contents, lines, partial=partial)
        place_once(pack, lambda stream: write_archive(stream, contents, contents.__getitem__))
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


def _require_ended(run: str, run_summary: Mapping[str, Any], record: Path) -> None:
    if not run_summary.get("outcome"):
        raise SealRefused(f"Run {run} has no outcome yet: only a partial pack can be made of it.")
    _, tail = chain.split_lines(record.read_bytes())
    if tail:
        raise SealRefused(f"The record of run {run} ends in the middle of a line; resume the run, which mends that.")


def _contents(run_folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file of the pack by name: read once, so that digests and archive are of the same bytes."""
    contents = {name: (run_folder / name).read_bytes() for name in layout.files_of(run_folder)[0]}
    whole, _ = chain.split_lines(contents[layout.RECORD])
    contents[layout.RECORD] = b"".join(raw + b"\n" for raw in whole)
    if layout.SUMMARY in contents:
        contents[layout.SUMMARY] = summary.written(summary.read(run_folder), pack_sha256=None)
    return contents


def _manifest(run_folder: Path, contents: Mapping[str, bytes], lines: list[Line], *, partial: bool) -> bytes:
    header = Header.of(run_folder)
    text = json.dumps(
        {
            "format": layout.FORMAT,
            "run": header.run,
            "ticket": header.ticket,
            "rehearsal": header.rehearsal,
            "state": "OPEN" if partial else "sealed",
            "chain": {"lines": len(lines), "tip": chain.digest(lines[-1].raw) if lines else ""},
            "files": {name: {"sha256": chain.digest(data), "bytes": len(data)} for name, data in sorted(contents.items())},
            "left_out": left_out(run_folder),
        },
        ensure_ascii=False,
        indent=2,
    )
    return f"{text}\n".encode()


def _differences(pack: Path, run_folder: Path) -> list[str]:
    """Return the files in which a pack and the folder differ; `sealed` lines added to the record since are no difference."""
    current = _contents(run_folder)
    try:
        with zipfile.ZipFile(pack) as archive:
            sealed = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise SealRefused(f"{pack.name} stands there and is not a readable pack ({error}); it is left as it is.") from error
    for name in (layout.MANIFEST, layout.OPEN_MARK):
        sealed.pop(name, None)
    sealed_record, record = sealed.get(layout.RECORD, b""), current[layout.RECORD]
    if record.startswith(sealed_record) and all(
        chain.parse_object(raw, layout.RECORD).get("kind") == "sealed" for raw in record[len(sealed_record) :].splitlines()
    ):
        current[layout.RECORD] = sealed_record
    return sorted(name for name in sealed.keys() | current.keys() if sealed.get(name) != current.get(name))


def _name_in_summary(run_folder: Path, run_summary: Mapping[str, Any], pack: Path) -> None:
    digest = chain.file_digest(pack)
    if run_summary.get("pack_sha256") != digest:
        replace_file(run_folder / layout.SUMMARY, summary.written(run_summary, pack_sha256=digest))
