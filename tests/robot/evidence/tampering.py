"""Alterations of a signed pack, by kind. Each is made by somebody who knows the format and has every key but the right one."""

from __future__ import annotations

import io
import json
import random
import re
import struct
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from a_signed_pack import SigningKey
from forging import Contents, rechained, redigest, resign, written

from robot.evidence.pack import archive, verify_alone
from robot.evidence.record import chain

OWNER = SigningKey(7)
"""Who has sealed the pack. A kind may have it sign a notice that no erasure makes."""
FORGER = SigningKey(66)
AS_IT_IS: Mapping[str, str] = MappingProxyType({})
RECORD, MANIFEST, SUMS, SEAL, SUMMARY = "evidence.jsonl", "manifest.json", "SHA256SUMS", "seal.dsse.json", "summary.json"


@dataclass(frozen=True)
class Target:
    """What is altered: the pack's bytes, its files, and those of another pack that the same key has sealed."""

    whole: bytes
    contents: Contents
    other: Contents
    folder: Path

    def packed(self, contents: Contents) -> bytes:
        return written(contents, self.folder / "packing.zip").read_bytes()


Alteration = Callable[[Target, random.Random], bytes]
KINDS: dict[str, Alteration] = {}
ONLY_PACKED_AGAIN = {"packed again", "dates of the archive"}
"""The kinds that leave every file as it was sealed."""


def kind(alteration: Alteration) -> Alteration:
    KINDS[alteration.__name__.strip("_").replace("_", " ")] = alteration
    return alteration


def on_files(change: Callable[[Contents, Target, random.Random], object]) -> Callable[[Contents, Target, random.Random], object]:
    """Add the kinds of one change: of the files alone, with manifest and sums made to agree, and signed by the forger too."""
    name = change.__name__.strip("_").replace("_", " ")

    def alone(target: Target, chance: random.Random) -> bytes:
        change(contents := dict(target.contents), target, chance)
        return target.packed(contents)

    def redigested(target: Target, chance: random.Random) -> bytes:
        change(contents := dict(target.contents), target, chance)
        redigest(contents)
        return target.packed(contents)

    def resigned(target: Target, chance: random.Random) -> bytes:
        change(contents := dict(target.contents), target, chance)
        if chance.random() < 0.5:
            contents["signer.pem"] = FORGER.public.pem.encode()
            told = redigest(contents, signer={"key_id": FORGER.public.key_id, "worth": "A key of a test."})
        else:  # under the name of the right key
            told = redigest(contents)
        resign(contents, told, FORGER.signer.sign)
        return target.packed(contents)

    KINDS[name], KINDS[f"{name}, digested again"], KINDS[f"{name}, signed again"] = alone, redigested, resigned
    return change


# -- bytes -----------------------------------------------------------------------------------------------------------------


@kind
def a_bit(target: Target, chance: random.Random) -> bytes:
    data, place = bytearray(target.whole), chance.randrange(len(target.whole))
    data[place] ^= 1 << chance.randrange(8)
    return bytes(data)


@kind
def a_bit_of_a_header(target: Target, chance: random.Random) -> bytes:
    data = bytearray(target.whole)
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        headers = [entry.header_offset + at for entry in source.infolist() for at in range(30)]
        headers += range(source.start_dir, len(data))
    data[chance.choice(headers)] ^= 1 << chance.randrange(8)
    return bytes(data)


@kind
def bytes_overwritten(target: Target, chance: random.Random) -> bytes:
    place, length = chance.randrange(len(target.whole)), chance.randrange(1, 400)
    return target.whole[:place] + chance.randbytes(length) + target.whole[place + length :]


@kind
def bytes_left_out(target: Target, chance: random.Random) -> bytes:
    place = chance.randrange(len(target.whole))
    return target.whole[:place] + target.whole[place + chance.randrange(1, 400) :]


@kind
def bytes_put_in(target: Target, chance: random.Random) -> bytes:
    place = chance.randrange(len(target.whole))
    return target.whole[:place] + chance.randbytes(chance.randrange(1, 400)) + target.whole[place:]


@kind
def cut_off(target: Target, chance: random.Random) -> bytes:
    return target.whole[: chance.randrange(len(target.whole))]


@kind
def bytes_before(target: Target, chance: random.Random) -> bytes:
    return chance.choice([b"MZ", b"#!/bin/sh\n", chance.randbytes(30)]) + target.whole


@kind
def bytes_behind(target: Target, chance: random.Random) -> bytes:
    return target.whole + chance.choice([b"\0", b"<html>", target.whole[-22:], chance.randbytes(30)])


# -- archives --------------------------------------------------------------------------------------------------------------


def _archive(contents: Contents, entries: list[tuple[zipfile.ZipInfo, bytes]]) -> bytes:
    stream = io.BytesIO()
    archive.write_archive(stream, contents, contents.__getitem__)
    with zipfile.ZipFile(stream, "a") as changed:
        for entry, data in entries:
            changed.writestr(entry, data, entry.compress_type)
    return stream.getvalue()


@kind
def a_name_that_stands_twice(target: Target, chance: random.Random) -> bytes:
    name = chance.choice(sorted(target.contents))
    entry = zipfile.ZipInfo(chance.choice([name, name.replace("/", "\\")]))
    return _archive(target.contents, [(entry, chance.choice([b"", target.contents[name], b"other"]))])


@kind
def a_link(target: Target, chance: random.Random) -> bytes:
    entry = zipfile.ZipInfo(f"shots/{chance.randrange(100, 999)}-a-x-after.png")
    entry.external_attr = chance.choice([0o120777, 0o060666, 0o010666]) << 16
    return _archive(target.contents, [(entry, b"/etc/passwd")])


@kind
def a_path_that_leads_elsewhere(target: Target, chance: random.Random) -> bytes:
    name = chance.choice(["../x.png", "/etc/x", "shots/../../x", "C:/x", "shots//x", "./x", "x\n", "shots/x/", "__MACOSX/._x"])
    return _archive(target.contents, [(zipfile.ZipInfo(name), b"hidden")])


@kind
def a_file_that_swells(target: Target, chance: random.Random) -> bytes:
    entry = zipfile.ZipInfo(f"shots/{chance.randrange(100, 999)}-a-x-after.png")
    entry.compress_type = zipfile.ZIP_DEFLATED
    return _archive(target.contents, [(entry, bytes(3_000_000))])


@kind
def another_name_in_the_header(target: Target, chance: random.Random) -> bytes:
    data, name = bytearray(target.whole), chance.choice(sorted(target.contents)).encode()
    place = data.rindex(name) if chance.random() < 0.5 else data.index(name, data.index(b"PK\3\4" + data[4:6]))
    data[place] ^= 0x01
    return bytes(data)


@kind
def a_remark_on_the_archive(target: Target, chance: random.Random) -> bytes:
    remark = chance.randbytes(chance.randrange(1, 60))
    return target.whole[:-2] + struct.pack("<H", len(remark)) + remark


@kind
def packed_again(target: Target, chance: random.Random) -> bytes:
    stream, folder = io.BytesIO(), chance.choice(["", "CHG0031337/", "work/CHG 1 (Müller)/"])
    names = sorted(target.contents, key=lambda _: chance.random())
    method = chance.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
    with zipfile.ZipFile(stream, "w", method) as other:
        for name in [f"{folder}shots/", *(f"{folder}{each}" for each in names)]:
            entry = zipfile.ZipInfo(name, (2026, chance.randrange(1, 13), chance.randrange(1, 29), 1, 2, 4))
            other.writestr(entry, target.contents.get(name.removeprefix(folder), b""), method)
    return stream.getvalue()


@kind
def dates_of_the_archive(target: Target, chance: random.Random) -> bytes:
    data = bytearray(target.whole)
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        entry = chance.choice(source.infolist())
    struct.pack_into("<H", data, entry.header_offset + 10, chance.randrange(1, 2048))
    return bytes(data)


# -- files -----------------------------------------------------------------------------------------------------------------


@on_files
def a_file_dropped(contents: Contents, target: Target, chance: random.Random) -> None:
    del target, contents[chance.choice(sorted(contents.keys() - {MANIFEST, SUMS, SEAL}))]


@on_files
def a_file_added(contents: Contents, target: Target, chance: random.Random) -> None:
    name = chance.choice(["shots/900-a-x-after.png", "attachments/more.pdf", ".env", "timestamps/900-break.tsr", "x.txt"])
    contents[name] = chance.choice(sorted(target.other.values()))


@on_files
def a_file_edited(contents: Contents, target: Target, chance: random.Random) -> None:
    name = chance.choice(sorted(target.contents.keys() - {MANIFEST, SUMS, SEAL}))
    place = chance.randrange(len(contents[name]))
    contents[name] = (
        contents[name][:place] + bytes([contents[name][place] ^ (1 << chance.randrange(8))]) + contents[name][place + 1 :]
    )


@on_files
def pictures_swapped(contents: Contents, target: Target, chance: random.Random) -> None:
    one, two = chance.sample(sorted(name for name in target.contents if name.startswith("shots/")), 2)
    contents[one], contents[two] = contents[two], contents[one]


@on_files
def a_file_of_another_run(contents: Contents, target: Target, chance: random.Random) -> None:
    names = sorted(
        name for name in target.other if target.other[name] != contents.get(name) and name not in {SUMS, SEAL, MANIFEST}
    )
    name = chance.choice(names)
    contents[name] = target.other[name]


@on_files
def lines_moved(contents: Contents, target: Target, chance: random.Random) -> None:
    del target
    lines = chain.split_lines(contents[RECORD])[0]
    way, place = chance.choice(["drop", "double", "swap", "tear"]), chance.randrange(len(lines) - 1)
    if way == "drop":
        del lines[place]
    elif way == "double":
        lines.insert(place, lines[place])
    elif way == "swap":
        lines[place], lines[place + 1] = lines[place + 1], lines[place]
    contents[RECORD] = b"".join(raw + b"\n" for raw in lines)[: -1 if way == "tear" else None]


@on_files
def a_record_with_a_right_chain(contents: Contents, target: Target, chance: random.Random) -> None:
    del target

    def forge(lines: list[dict[str, Any]]) -> None:
        place = chance.randrange(len(lines))
        way = chance.choice(["drop", "other day", "other word", "other picture", "swap"])
        if way == "drop":
            del lines[place]
        elif way == "other day":
            for line in lines:
                line["utc"] = line["utc"].replace("2026-11-22", "2026-11-21")
        elif way == "swap":
            lines[0], lines[place or 1] = lines[place or 1], lines[0]
        else:
            lines[place] |= {"sha256": "0" * 64} if way == "other picture" else {"reading": {"role": "forged"}}

    contents[RECORD] = rechained(contents[RECORD], forge)


@on_files
def another_summary(contents: Contents, target: Target, chance: random.Random) -> None:
    del target
    instead: dict[str, Any] = chance.choice(
        [{"outcome": "stopped", "exit_code": 4}, {"ended": "2026-11-20T22:00:00.000Z"}, {"requested_by": "Nobody"}, {"steps": []}]
    )
    contents[SUMMARY] = json.dumps({**json.loads(contents[SUMMARY]), **instead}).encode()


@on_files
def another_manifest(contents: Contents, target: Target, chance: random.Random) -> None:
    del target
    odd: list[Any] = ["sealed", None, [], "2026", 0, {}]
    name = chance.choice(["run", "ticket", "rehearsal", "left_out", "more"])
    told = {**json.loads(contents[MANIFEST]), name: chance.choice(odd)}
    contents[MANIFEST] = json.dumps(told, indent=2).encode() + b"\n"


@on_files
def the_signer_taken_out(contents: Contents, target: Target, chance: random.Random) -> None:
    del target
    contents[MANIFEST] = json.dumps({**json.loads(contents[MANIFEST]), "signer": None}, indent=2).encode() + b"\n"
    del contents[SEAL]
    if chance.random() < 0.5:
        del contents["signer.pem"]


@kind
def another_seal(target: Target, chance: random.Random) -> bytes:
    contents = dict(target.contents)
    seal = json.loads(contents[SEAL])
    way = chance.choice(["other run's", "none", "signature", "key", "type", "payload", "spaces", "two", "more"])
    if way == "signature":
        seal["signatures"][0]["sig"] = seal["signatures"][0]["sig"][:-4] + chance.choice(["AA==", "Q===", "Zz=="])
    elif way == "key":
        seal["signatures"][0]["keyid"] = FORGER.public.key_id
    elif way == "type":
        seal["payloadType"] = "application/vnd.failover-robot.approval+json"
    elif way == "payload":
        seal["payload"] = json.loads(target.other[SEAL])["payload"]
    elif way == "two":
        seal["signatures"] *= 2
    elif way == "more":
        seal["more"] = chance.random()
    contents[SEAL] = (
        target.other[SEAL] if way == "other run's" else json.dumps(seal, indent=chance.choice([None, 1, 3, 4])).encode()
    )
    if way == "none":
        del contents[SEAL]
    return target.packed(contents)


@kind
def another_seal_with_manifest_and_sums(target: Target, chance: random.Random) -> bytes:
    names = chance.choice([(SEAL, MANIFEST), (SEAL, MANIFEST, SUMS), (MANIFEST, SUMS), (MANIFEST,), (SUMS,)])
    return target.packed({**target.contents, **{name: target.other[name] for name in names}})


@kind
def a_line_of_the_sums(target: Target, chance: random.Random) -> bytes:
    lines = target.contents[SUMS].splitlines(keepends=True)
    chance.choice([lines.pop, lines.reverse, lambda: lines.append(lines[0]), lambda: lines.append(b"\n")])()
    return target.packed({**target.contents, SUMS: b"".join(lines)})


# -- erasures --------------------------------------------------------------------------------------------------------------


def _picture(target: Target, chance: random.Random) -> str:
    return chance.choice(sorted(name for name in target.contents if name.startswith("shots/")))


def _erased(contents: Contents, names: list[str], key: SigningKey = OWNER, instead: Mapping[str, str] = AS_IT_IS) -> str:
    """Take files out, and put a notice about them in; return its name."""
    about = {"manifest_sha256": chain.digest(contents[MANIFEST]), "by": "Ada", "reason": "a name", "utc": "2027-01-04T09:30:00Z"}
    told = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": name, "digest": {"sha256": chain.digest(contents[name])}} for name in names],
        "predicateType": verify_alone.ERASURE,
        "predicate": about | dict(instead),
    }
    notice = f"erased/{Path(max(names)).stem}.json"
    contents[notice] = key.signer.sign(verify_alone.PAYLOAD_TYPE, json.dumps(told).encode())
    for name in names:
        del contents[name]
    return notice


@kind
def a_picture_that_is_merely_missing(target: Target, chance: random.Random) -> bytes:
    del (contents := dict(target.contents))[_picture(target, chance)]
    return target.packed(contents)


@kind
def a_forged_erasure(target: Target, chance: random.Random) -> bytes:
    notice = _erased(contents := dict(target.contents), [_picture(target, chance)], FORGER)
    way = chance.choice(["as it is", "under the owner's name", "with the forger's key in the pack"])
    if way == "under the owner's name":
        contents[notice] = contents[notice].replace(FORGER.public.key_id.encode(), OWNER.public.key_id.encode())
    elif way == "with the forger's key in the pack":
        contents["signer.pem"] += FORGER.public.pem.encode()
    return target.packed(contents)


@kind
def an_erasure_of_a_record_or_manifest(target: Target, chance: random.Random) -> bytes:
    contents = dict(target.contents)
    name = chance.choice(sorted(name for name in contents if not re.fullmatch(verify_alone.ERASABLE, name)))
    _erased(contents, chance.choice([[name], [_picture(target, chance), name]]))
    return target.packed(contents)


@kind
def an_erasure_without_a_reason_a_name_or_a_day(target: Target, chance: random.Random) -> bytes:
    instead = {chance.choice(["reason", "by", "utc"]): chance.choice(["", " "])}
    _erased(contents := dict(target.contents), [_picture(target, chance)], OWNER, instead)
    return target.packed(contents)


@kind
def an_erasure_from_another_pack(target: Target, chance: random.Random) -> bytes:
    contents, other, name = dict(target.contents), dict(target.other), _picture(target, chance)
    notice = _erased(other, [name])
    del contents[name]
    return target.packed({**contents, notice: other[notice]})


@kind
def an_erased_picture_that_is_there(target: Target, chance: random.Random) -> bytes:
    contents, name = dict(target.contents), _picture(target, chance)
    _erased(contents, [name])
    contents[name] = chance.choice([target.contents[name], target.contents[_picture(target, chance)], b""])
    return target.packed(contents)


@kind
def an_erasure_whose_words_were_changed(target: Target, chance: random.Random) -> bytes:
    contents = dict(target.contents)
    notice = _erased(contents, [_picture(target, chance)])
    data, place = bytearray(contents[notice]), chance.randrange(len(contents[notice]))
    data[place] ^= 1 << chance.randrange(8)
    contents[notice] = bytes(data)
    return target.packed(contents)


@kind
def an_erasure_under_another_name(target: Target, chance: random.Random) -> bytes:
    contents = dict(target.contents)
    notice = contents.pop(_erased(contents, [_picture(target, chance)]))
    contents[chance.choice(["erased/900-x.json", "erased/x", "erased/", "erased.json"])] = notice
    return target.packed(contents)
