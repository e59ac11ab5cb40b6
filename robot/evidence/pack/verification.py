"""Verify a pack offline, on any machine with Python: that it is whole, by whom it is signed, and that its parts agree.

That nobody has made the whole pack anew is proved by the signature of a key that is known from elsewhere, and by nothing in the
pack. Signature and times are checked by the functions of the script that each pack holds; what follows only from reading record,
summary and pictures, here.
"""

import hashlib
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from robot.evidence.pack import agreement, members, verify_alone
from robot.evidence.pack.archive import is_as_sealed, write_archive
from robot.evidence.pack.packing import RESTRICTED
from robot.evidence.pack.read_contents import ReadContents
from robot.evidence.pack.trusted_times import is_trusted_time
from robot.evidence.pack.verify_alone import BROKEN, VERIFIED, KeyRing
from robot.evidence.record import chain, layout
from robot.evidence.record.line import STAMPED, Line
from robot.evidence.record.plain_json import object_in, text_in


@dataclass(frozen=True)
class Verdict:
    """What verifying a pack found.

    Attributes:
        word: the verdict: "verified", "intact, signer unknown", "intact, not signed" or "NOT verified".
        findings: one sentence each; they name the file.
        notices: one sentence each on what is no fault but must be known: that it was packed again, that every digest holds.
        facts: plain JSON about the pack, as far as it could be read: `pack_sha256` (of one that is not verified as it was
            sealed: the signature holds more than that), `bytes`, `run`, `ticket`, `state`
            (`sealed` or `OPEN`), `rehearsal`, `outcome`, `exit_code`, `lines`, `presses`, `pictures`, `first`, `tip`,
            `began`, `ended`, `orphans` (pictures that no line of the record names), `left_out`; `digests_hold` (of every file
            that the manifest names), `repacked`, and `sealed_sha256`: the digest of the archive as this robot packs the contents;
            `signed_by` (the key's id, or ""), `trusted` (where that key is trusted, or ""), and `times`: what authorities have
            attested, each with `event`, `seq` (of the line), `utc`, `authority` and `trusted`; `erased`: what was erased since,
            each with `file`, `by`, `utc`, `reason` and `key`; `grade`, `restricted` (of a shareable pack: the digest of the
            restricted one's manifest) and `kept` (`retention`, `until`, `owner`, `purpose`), as the manifest tells them.
    """

    word: str
    findings: tuple[str, ...]
    notices: tuple[str, ...]
    facts: Mapping[str, Any]

    @property
    def ok(self) -> bool:
        """Whether nothing was found: the pack is intact, whoever has signed it."""
        return self.word != BROKEN

    def with_findings(self, findings: Iterable[str]) -> "Verdict":
        """Return the verdict with what was found besides; it is the same if that is nothing."""
        found = (*self.findings, *findings)
        return replace(self, word=BROKEN if found else self.word, findings=found)

    @property
    def code(self) -> int:
        """The exit code: 0 if somebody who is trusted has signed it, else 7."""
        return 0 if self.word == VERIFIED else 7


def verify(pack: Path, trust: KeyRing | None = None) -> Verdict:
    """Verify a pack by its contents: it may have been packed again on its way. Every fault is a finding, none is an exception.

    Args:
        pack: its path.
        trust: whose signatures count; nobody's if it is None.

    Returns:
        The verdict.
    """
    facts: dict[str, Any] = {"repacked": False, "digests_hold": False, "signed_by": "", "trusted": "", "times": [], "erased": []}
    word, found = BROKEN, list[str]()
    try:
        found.extend(_findings(pack, trust or KeyRing(), facts))
        findings = list(dict.fromkeys(found))
        word = verify_alone.verdict_of(findings, facts)
        if word != VERIFIED and "pack_sha256" not in facts:  # what no trusted signature holds is known by its digest, if at all
            facts["pack_sha256"] = facts["sealed_sha256"] = chain.file_digest(pack)
    except OSError as error:
        findings = [f"{pack.name} cannot be read: {error.strerror or error}."]
    except Exception as error:  # noqa: BLE001 - a stranger's file may be made so that a parser fails: that is told, and is no verdict of 0
        findings = [*dict.fromkeys(found), f"{pack.name} could not be verified to its end: a reader failed at it ({error!r})."]
    return Verdict(word, tuple(findings), tuple(_notices(findings, facts)), MappingProxyType(facts))


def _notices(findings: list[str], facts: Mapping[str, Any]) -> Iterator[str]:
    erased = facts["erased"]
    for each in erased:
        yield f"{each['file']} was erased by {each['by']} at {each['utc']}, because: {each['reason']}"
    if (until := text_in(object_in(facts, "kept"), "until")) and until < f"{datetime.now(UTC):%Y-%m-%d}":
        yield f"The time for which it is to be kept is over since {until}. Nothing is deleted by itself: its owner decides."
    if not facts["digests_hold"] or not (findings or facts["repacked"] or erased):
        return
    others = "but for what was erased, " if erased else ""
    yield f"Every recorded digest holds: {others}each file that was sealed is there, as it was sealed."
    if facts["repacked"] and not erased:
        yield (
            "The archive is not the one that was sealed: it was packed again on its way. By its contents the sealed one has the "
            f"SHA-256 {facts['sealed_sha256']}: compare that with the ticket's."
        )


def _findings(pack: Path, trust: KeyRing, facts: dict[str, Any]) -> Iterator[str]:
    with pack.open("rb") as stream:
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
        contents = ReadContents()
        yield from contents.read(archive, {layout.MANIFEST: inside[layout.MANIFEST]} if layout.MANIFEST in inside else {})
        manifest, unreadable = contents.parsed(layout.MANIFEST)
        yield from unreadable
        wanted = _named_in(manifest) if manifest else {name for name in inside if layout.belongs(name)}
        wanted |= {name for name in inside if name.startswith(layout.ERASED)}
        unwanted = sorted(inside.keys() - wanted)
        yield from (
            f"{name}: it is additional: it is in the pack, but not in the manifest."
            for name in unwanted
            if name != layout.MANIFEST
        )
        entries = {name: inside[name] for name in sorted(wanted & inside.keys()) if name != layout.MANIFEST}
        spoilt = list(contents.read(archive, entries))
        yield from _check_erasures(manifest, contents, trust, facts)
        yield from _check_manifest(manifest, contents, facts)
        yield from spoilt
        yield from _check_seal(manifest, contents, trust, facts)
        yield from _check_open(pack, manifest, contents)
        yield from _check_record(manifest, contents, trust, facts)
        if additional or unwanted or not is_as_sealed(archive, stream):
            facts |= {"sealed_sha256": _digest_as_sealed(archive, inside, contents), "pack_sha256": chain.file_digest(pack)}
            facts["repacked"] = facts["sealed_sha256"] != facts["pack_sha256"]


def _named_in(manifest: Mapping[str, Any]) -> set[str]:
    """Return the files of a pack with this manifest."""
    names = {layout.MANIFEST, *object_in(manifest, "files")}
    if manifest.get("format") != layout.FORMATS[0]:
        names |= {layout.SUMS, layout.SEAL} if manifest.get("signer") else {layout.SUMS}
    return names


def _check_manifest(manifest: Mapping[str, Any], contents: ReadContents, facts: dict[str, Any]) -> Iterator[str]:
    """Check that every file that the manifest names is there, with its digest and size; add to `facts`."""
    facts |= {name: manifest.get(name) for name in ("run", "ticket", "rehearsal", "state", "left_out")}
    facts |= {name: object_in(manifest, name) for name in ("restricted", "kept")}
    facts["grade"] = manifest.get("grade", RESTRICTED)
    if manifest and manifest.get("format") not in layout.FORMATS:
        yield f"manifest.json: {manifest.get('format')!r} is not a format that this version knows ({layout.FORMATS[-1]})."
    files, altered = object_in(manifest, "files"), False
    for name in sorted(files.keys() - contents.digests.keys()):
        altered = True
        yield f"{name}: the manifest names it, but it is missing or unreadable."
    for name in sorted(contents.digests):
        if name in files and object_in(files, name) != _digest_and_size(*contents.digests[name]):
            altered, before = True, contents.kept.get(name, b"").replace(b"\r\n", b"\n")
            if object_in(files, name) == _digest_and_size(chain.digest(before), len(before)):
                contents.add(name, before)  # so that nothing else is said of it
                yield f"{name}: its line ends were changed to those of Windows (CRLF); apart from them it is as it was sealed."
            else:
                yield f"{name}: its content is not what the manifest says (digest or size differ)."
        if name in files and not layout.belongs(name) and name not in layout.MADE_BY_THE_SEAL:
            yield f"{name}: it does not belong into a pack."
    facts["digests_hold"] = bool(files) and not altered


def _check_erasures(manifest: Mapping[str, Any], contents: ReadContents, trust: KeyRing, facts: dict[str, Any]) -> Iterator[str]:
    """Check the notices of erased pictures as the script in the pack does; those pictures count as there. Add to `facts`."""
    facts["signed_by"] = text_in(object_in(manifest, "signer"), "key_id")
    named = object_in(manifest, "files")
    files = {name: (told.get("sha256"), told.get("bytes")) for name in named if (told := object_in(named, name))}
    yield from verify_alone.check_erasures(contents.kept, files, contents.digests, trust, facts)


def _digest_and_size(digest: str, size: int) -> dict[str, Any]:
    return {"sha256": digest, "bytes": size}


def _check_seal(manifest: Mapping[str, Any], contents: ReadContents, trust: KeyRing, facts: dict[str, Any]) -> Iterator[str]:
    """Check the list of sums, and the signature, as the script in the pack does; add to `facts`."""
    if not manifest or manifest.get("format") == layout.FORMATS[0]:
        return
    raw = contents.kept[layout.MANIFEST]
    try:
        if contents.kept.get(layout.SUMS) != verify_alone.sums_of(manifest, raw):
            yield f"{layout.SUMS}: it is missing, or not what the manifest says."
        if bool(manifest.get("signer")) != bool(facts["signed_by"]):
            yield "manifest.json: it does not say with which key the pack was sealed."
        elif facts["signed_by"]:
            yield from verify_alone.check_seal(contents.kept, manifest, trust, facts)
    except (LookupError, TypeError, AttributeError):
        yield "manifest.json: it does not name the files of a pack."


def _check_open(pack: Path, manifest: Mapping[str, Any], contents: ReadContents) -> Iterator[str]:
    """Check that a pack of an open run says so in its manifest, in a file of its own, and in its name."""
    is_open = manifest.get("state") == "OPEN"
    if not is_open and manifest and manifest.get("state") != "sealed":
        yield f"manifest.json: {manifest.get('state')!r} is no state of a pack."
    if is_open != (layout.OPEN_MARK in contents.digests):
        yield f"{layout.OPEN_MARK}: it {'is missing from an open pack' if is_open else 'stands in a sealed pack'}."
    if is_open != ("-partial-" in pack.name):
        yield f"{pack.name}: the name of {'a final pack on an open one' if is_open else 'an open pack on a final one'}."
    expected = [layout.RECORD, layout.REPORT, *([] if is_open else [layout.SUMMARY])]
    for name in expected:
        if name not in contents.digests:
            yield f"{name} is missing."


def _check_record(manifest: Mapping[str, Any], contents: ReadContents, trust: KeyRing, facts: dict[str, Any]) -> Iterator[str]:
    """Check the chain, that every picture is what the record says, and that the summary agrees with it; add to `facts`."""
    raw, tail = chain.split_lines(contents.kept.get(layout.RECORD, b""))
    if tail:
        yield f"evidence.jsonl: it ends in the middle of a line ({len(tail)} bytes)."
    lines = list[Line]()
    yield from chain.check_chain(raw, lines)
    yield from chain.check_fields(lines)
    tip = chain.digest(raw[-1]) if raw else ""
    facts |= {
        "lines": len(raw),
        "presses": sum(line.is_press for line in lines),
        "pictures": sum(name.startswith(layout.SHOTS) for name in contents.digests),
        "first": chain.digest(raw[0]) if raw else "",
        "tip": tip,
        "began": lines[0].utc if lines else "",
        "ended": lines[-1].utc if lines else "",
    }
    if manifest and object_in(manifest, "chain") != {"lines": len(raw), "tip": tip}:
        yield "evidence.jsonl: the number of lines or the last line's digest is not what the manifest says."
    yield from _check_files(lines, contents, facts)
    yield from _check_stamps(raw, lines, contents, trust, facts)
    yield from agreement.check_times(lines)

    summary, unreadable = contents.parsed(layout.SUMMARY)
    facts |= {name: summary.get(name) for name in ("outcome", "exit_code")}
    is_open = manifest.get("state") == "OPEN"
    yield from agreement.check_presses(lines, done=summary.get("outcome") == "done")
    if is_open and layout.SUMMARY not in contents.digests:
        return
    yield from unreadable
    if summary:
        if not (is_open and summary.get("outcome") is None):
            yield from agreement.check_summary(summary, lines)
        for name in ("run", "ticket"):
            if summary.get(name) != manifest.get(name):
                yield f"summary.json: its {name} {summary.get(name)!r} is not the manifest's {manifest.get(name)!r}."


def _check_files(lines: list[Line], contents: ReadContents, facts: dict[str, Any]) -> Iterator[str]:
    """Check that every file is as the record names it, and that the record names or explains every picture."""
    named = {line.file: line for line in lines if line.file}
    for line in lines:
        found = contents.digests.get(line.file)
        if not line.file:
            continue
        if not layout.is_plain(line.file):
            yield f"Line {line.seq} names the file {line.file!r}, which no run could have written."
        elif found is None:
            yield f"{line.file}: line {line.seq} of the record names it, but it is not in the pack."
        elif (line.sha256, line.fields.get("bytes")) != found:
            yield f"{line.file}: it is not the file that line {line.seq} of the record names (digest or size differ)."
    orphans = sorted(name for name in contents.digests if name.startswith(layout.SHOTS) and name not in named)
    facts["orphans"] = orphans
    explained = "\n".join(line.raw.decode() for line in lines if line.kind in {"note", "torn"})
    for name in orphans:
        if Path(name).name not in explained:
            yield f"{name}: no line of the record names this picture or explains it."
    for name in contents.digests:
        shot = name.replace(layout.CAPTIONED, layout.SHOTS, 1)
        if name.startswith(layout.CAPTIONED) and shot not in contents.digests:
            yield f"{name}: a captioned copy without its original."


def _check_stamps(
    raw: list[bytes], lines: list[Line], contents: ReadContents, trust: KeyRing, facts: dict[str, Any]
) -> Iterator[str]:
    """Check the answers of time authorities about lines of the record; add to `facts`."""
    stamps = [object_in(line.fields, STAMPED) for line in lines if line.fields.get(STAMPED)]
    for stamp in stamps:
        try:
            line = dict(enumerate(raw, 1))[stamp["seq"]]
            answer = contents.kept[stamp["file"]]
            moment, authority = verify_alone.read_time(answer, hashlib.sha256(line).digest())
            name = authority.subject.rfc4514_string()
        except (LookupError, TypeError, ValueError) as error:
            yield f"{text_in(stamp, 'file') or layout.TIMESTAMPS}: {error}."
            continue
        facts["times"].append(
            {
                **stamp,
                "utc": moment.isoformat().replace("+00:00", "Z"),
                "authority": name,
                "trusted": is_trusted_time(answer, moment, authority, trust.authorities),
            }
        )
    named = {text_in(stamp, "file") for stamp in stamps}
    for name in sorted(name for name in contents.kept if name.startswith(layout.TIMESTAMPS) and name not in named):
        yield f"{name}: no line of the record names this time."


def _digest_as_sealed(archive: zipfile.ZipFile, inside: Mapping[str, zipfile.ZipInfo], contents: ReadContents) -> str:
    """Return the SHA-256 of the archive that this robot makes of the contents."""
    with tempfile.TemporaryFile() as again:
        try:
            write_archive(again, contents.digests, lambda name: contents.kept.get(name) or archive.open(inside[name]))
        except members.UNREADABLE:
            return ""
        again.seek(0)
        return hashlib.file_digest(again, "sha256").hexdigest()
