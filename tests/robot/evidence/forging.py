"""What somebody does to a pack who knows its format: unpacks it, changes it, and makes everything agree that needs no key."""

import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from robot.evidence.pack import archive, verify_alone
from robot.evidence.record import chain

Contents = dict[str, bytes]


def opened(path: Path) -> Contents:
    """Every file of a pack, by its name."""
    with zipfile.ZipFile(path) as source:
        return {name: source.read(name) for name in source.namelist()}


def written(contents: Contents, target: Path) -> Path:
    """Write an archive as the robot writes it."""
    with target.open("wb") as stream:
        archive.write_archive(stream, contents, contents.__getitem__)
    return target


def redigest(contents: Contents, **instead: Any) -> dict[str, Any]:
    """Make manifest and sums agree with the files again; the signature, if there is one, stays what it was."""
    told: dict[str, Any] = {**json.loads(contents["manifest.json"]), **instead}
    lines, _ = chain.split_lines(contents.get("evidence.jsonl", b""))
    told["chain"] = {"lines": len(lines), "tip": chain.digest(lines[-1]) if lines else ""}
    own = {"manifest.json", "SHA256SUMS", "seal.dsse.json"}
    told["files"] = {
        name: {"sha256": chain.digest(data), "bytes": len(data)} for name, data in sorted(contents.items()) if name not in own
    }
    contents["manifest.json"] = f"{json.dumps(told, ensure_ascii=False, indent=2)}\n".encode()
    contents["SHA256SUMS"] = verify_alone.sums_of(told, contents["manifest.json"])
    return told


def resign(contents: Contents, told: Mapping[str, Any], sign: Callable[[str, bytes], bytes]) -> None:
    """Sign what manifest and sums say now."""
    statement = verify_alone.statement(told, contents["manifest.json"])
    payload = json.dumps(statement, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    contents["seal.dsse.json"] = sign(verify_alone.PAYLOAD_TYPE, payload)


def rechained(data: bytes, change: Callable[[list[dict[str, Any]]], object]) -> bytes:
    """Change the record's lines and mend its chain."""
    lines = [json.loads(raw) for raw in chain.split_lines(data)[0]]
    change(lines)
    previous, whole = "", b""
    for seq, line in enumerate(lines, 1):
        raw = json.dumps({**line, "seq": seq, "previous": previous}, ensure_ascii=False, separators=(",", ":")).encode()
        previous, whole = chain.digest(raw), whole + raw + b"\n"
    return whole
