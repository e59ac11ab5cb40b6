"""Verify a pack offline, on any machine with Python: that it is whole, and that its parts agree with each other.

It cannot prove that nobody made the whole pack anew. For that the pack's digest must be known from another source (the
ticket, a signature), so the verdict gives it.
"""

import hashlib
import tempfile
import zipfile
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from robot.evidence.pack import agreement, members
from robot.evidence.pack.archive import write_archive
from robot.evidence.pictures import png
from robot.evidence.record import chain, layout
from robot.evidence.record.chain import BrokenRecord
from robot.evidence.record.line import Line
from robot.evidence.record.plain_json import object_in


@dataclass(frozen=True)
class Verdict:
    """What verifying a pack found.

    Attributes:
        ok: whether nothing was found.
        findings: one sentence each; they name the file.
        notices: one sentence each on what is no fault but must be known: that it was packed again, that every digest holds.
        facts: plain JSON about the pack, as far as it could be read: `pack_sha256`, `bytes`, `run`, `ticket`, `state`
            (`sealed` or `OPEN`), `rehearsal`, `outcome`, `exit_code`, `lines`, `presses`, `pictures`, `first`, `tip`,
            `began`, `ended`, `orphans` (pictures that no line of the record names), `left_out`; `digests_hold` (of every file
            that the manifest names), `repacked`, and `sealed_sha256`: the digest of the archive as this robot packs the contents.
    """

    ok: bool
    findings: tuple[str, ...]
    notices: tuple[str, ...]
    facts: Mapping[str, Any]


def verify(pack: Path) -> Verdict:
    """Verify a pack by its contents: it may have been packed again on its way. Every fault is a finding, none is an exception."""
    facts: dict[str, Any] = {"repacked": False, "digests_hold": False}
    try:
        findings = list(dict.fromkeys(_findings(pack, facts)))
    except OSError as error:
        findings = [f"{pack.name} cannot be read: {error.strerror or error}."]
    return Verdict(not findings, tuple(findings), tuple(_notices(findings, facts)), MappingProxyType(facts))


def _notices(findings: list[str], facts: Mapping[str, Any]) -> Iterator[str]:
    if facts["digests_hold"] and (findings or facts["repacked"]):
        yield "Every recorded digest holds: each file that was sealed is there, as it was sealed."
    if facts["digests_hold"] and facts["repacked"]:
        yield (
            "The archive is not the one that was sealed: it was packed again on its way. By its contents the sealed one has the "
            f"SHA-256 {facts['sealed_sha256']}: compare that with the ticket's."
        )


def _findings(pack: Path, facts: dict[str, Any]) -> Iterator[str]:
    with pack.open("rb") as stream:
        facts["pack_sha256"] = chain.file_digest(pack)
        facts["bytes"] = pack.stat().st_size
        try:
            archive = zipfile.ZipFile(stream)
        except members.UNREADABLE as error:
            yield f"{pack.name} is not a whole zip archive (another kind of file, cut off or damaged): {error}."
            return
        tricks = list(members.check_archive(archive, stream))
        yield from tricks
        if tricks:
            return  # neither this robot nor a packing program made it: nothing in it is read
        inside, additional = members.find_members(archive)
        yield from (f"{name}: it is additional: it stands in the archive beside the pack." for name in additional)
        contents = yield from _read(archive, {layout.MANIFEST: inside[layout.MANIFEST]} if layout.MANIFEST in inside else {})
        manifest, unreadable = _parsed(contents, layout.MANIFEST)
        yield from unreadable
        wanted = object_in(manifest, "files").keys() if manifest else {name for name in inside if layout.belongs(name)}
        unwanted = sorted(inside.keys() - wanted - {layout.MANIFEST})
        yield from (f"{name}: it is additional: it is in the pack, but not in the manifest." for name in unwanted)
        contents |= yield from _read(archive, {name: entry for name, entry in inside.items() if name in wanted})
        yield from _check_manifest(manifest, contents, facts)
        yield from _check_open(pack, manifest, contents)
        yield from _check_record(manifest, contents, facts)
        facts["sealed_sha256"] = _digest_as_sealed(contents)
        facts["repacked"] = facts["sealed_sha256"] != facts["pack_sha256"]


def _read(archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> Generator[str, None, dict[str, bytes]]:
    """Read members of the archive; yield which of them cannot be read."""
    contents: dict[str, bytes] = {}
    for name, entry in entries.items():
        try:
            contents[name] = archive.read(entry)
        except members.UNREADABLE as error:
            yield f"{name}: it is damaged and cannot be read: {error}."
    return contents


def _parsed(contents: Mapping[str, bytes], name: str) -> tuple[dict[str, Any], list[str]]:
    if name not in contents:
        return {}, [f"{name} is missing."]
    try:
        return chain.parse_object(contents[name], name), []
    except BrokenRecord as error:
        return {}, [str(error)]


def _check_manifest(manifest: Mapping[str, Any], contents: dict[str, bytes], facts: dict[str, Any]) -> Iterator[str]:
    """Check that every file that the manifest names is there, with its digest and size; add to `facts`."""
    facts |= {name: manifest.get(name) for name in ("run", "ticket", "rehearsal", "state", "left_out")}
    if manifest and manifest.get("format") != layout.FORMAT:
        yield f"manifest.json: {manifest.get('format')!r} is not a format that this version knows ({layout.FORMAT})."
    files, altered = object_in(manifest, "files"), False
    for name in sorted(files.keys() - contents.keys()):
        altered = True
        yield f"{name}: the manifest names it, but it is missing or unreadable."
    for name, data in sorted(contents.items()):
        if name in files and object_in(files, name) != _digest_and_size(data):
            altered, before = True, data.replace(b"\r\n", b"\n")
            if object_in(files, name) == _digest_and_size(before):
                contents[name] = before  # so that nothing else is said of it
                yield f"{name}: its line ends were changed to those of Windows (CRLF); apart from them it is as it was sealed."
            else:
                yield f"{name}: its content is not what the manifest says (digest or size differ)."
        if not layout.belongs(name) and name not in {layout.MANIFEST, layout.OPEN_MARK}:
            yield f"{name}: it does not belong into a pack."
        if name.endswith(".png") and (fault := png.fault_of(data)):
            yield f"{name}: {fault}."
    facts["digests_hold"] = bool(files) and not altered


def _digest_and_size(data: bytes) -> dict[str, Any]:
    return {"sha256": chain.digest(data), "bytes": len(data)}


def _check_open(pack: Path, manifest: Mapping[str, Any], contents: Mapping[str, bytes]) -> Iterator[str]:
    """Check that a pack of an open run says so in its manifest, in a file of its own, and in its name."""
    is_open = manifest.get("state") == "OPEN"
    if not is_open and manifest and manifest.get("state") != "sealed":
        yield f"manifest.json: {manifest.get('state')!r} is no state of a pack."
    if is_open != (layout.OPEN_MARK in contents):
        yield f"{layout.OPEN_MARK}: it {'is missing from an open pack' if is_open else 'stands in a sealed pack'}."
    if is_open != ("-partial-" in pack.name):
        yield f"{pack.name}: the name of {'a final pack on an open one' if is_open else 'an open pack on a final one'}."
    expected = [layout.RECORD, layout.REPORT, *([] if is_open else [layout.SUMMARY])]
    for name in expected:
        if name not in contents:
            yield f"{name} is missing."


def _check_record(manifest: Mapping[str, Any], contents: Mapping[str, bytes], facts: dict[str, Any]) -> Iterator[str]:
    """Check the chain, that every picture is what the record says, and that the summary agrees with it; add to `facts`."""
    raw, tail = chain.split_lines(contents.get(layout.RECORD, b""))
    if tail:
        yield f"evidence.jsonl: it ends in the middle of a line ({len(tail)} bytes)."
    yield from chain.check_chain(raw)
    lines = list(_whole(raw))
    yield from chain.check_fields(lines)
    tip = chain.digest(raw[-1]) if raw else ""
    facts |= {
        "lines": len(raw),
        "presses": sum(line.is_press for line in lines),
        "pictures": sum(name.startswith(layout.SHOTS) for name in contents),
        "first": chain.digest(raw[0]) if raw else "",
        "tip": tip,
        "began": lines[0].utc if lines else "",
        "ended": lines[-1].utc if lines else "",
    }
    if manifest and object_in(manifest, "chain") != {"lines": len(raw), "tip": tip}:
        yield "evidence.jsonl: the number of lines or the last line's digest is not what the manifest says."
    yield from _check_files(lines, contents, facts)
    yield from agreement.check_times(lines)

    summary, unreadable = _parsed(contents, layout.SUMMARY)
    facts |= {name: summary.get(name) for name in ("outcome", "exit_code")}
    is_open = manifest.get("state") == "OPEN"
    yield from agreement.check_presses(lines, done=summary.get("outcome") == "done")
    if is_open and layout.SUMMARY not in contents:
        return
    yield from unreadable
    if summary:
        if not (is_open and summary.get("outcome") is None):
            yield from agreement.check_summary(summary, lines)
        for name in ("run", "ticket"):
            if summary.get(name) != manifest.get(name):
                yield f"summary.json: its {name} {summary.get(name)!r} is not the manifest's {manifest.get(name)!r}."


def _check_files(lines: list[Line], contents: Mapping[str, bytes], facts: dict[str, Any]) -> Iterator[str]:
    """Check that every file is as the record names it, and that the record names or explains every picture."""
    named = {line.file: line for line in lines if line.file}
    for line in lines:
        data = contents.get(line.file)
        if not line.file:
            continue
        if not layout.is_plain(line.file):
            yield f"Line {line.seq} names the file {line.file!r}, which no run could have written."
        elif data is None:
            yield f"{line.file}: line {line.seq} of the record names it, but it is not in the pack."
        elif (line.sha256, line.fields.get("bytes")) != (chain.digest(data), len(data)):
            yield f"{line.file}: it is not the file that line {line.seq} of the record names (digest or size differ)."
    orphans = sorted(name for name in contents if name.startswith(layout.SHOTS) and name not in named)
    facts["orphans"] = orphans
    explained = "\n".join(line.raw.decode() for line in lines if line.kind in {"note", "torn"})
    for name in orphans:
        if Path(name).name not in explained:
            yield f"{name}: no line of the record names this picture or explains it."
    for name in contents:
        shot = name.replace(layout.CAPTIONED, layout.SHOTS, 1)
        if name.startswith(layout.CAPTIONED) and shot not in contents:
            yield f"{name}: a captioned copy without its original."


def _digest_as_sealed(contents: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of the archive that this robot makes of the contents."""
    with tempfile.TemporaryFile() as again:
        write_archive(again, contents, contents.__getitem__)
        again.seek(0)
        return hashlib.file_digest(again, "sha256").hexdigest()


def _whole(raw_lines: list[bytes]) -> Iterator[Line]:
    """Yield the lines that can be parsed; those that cannot are findings of `chain.check_chain`."""
    for raw in raw_lines:
        try:
            yield Line(raw, chain.parse_object(raw, layout.RECORD))
        except BrokenRecord:
            continue
