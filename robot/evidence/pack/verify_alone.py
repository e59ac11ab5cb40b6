"""Verify an evidence pack of failover-robot, offline: python3 verify.py PACK [--trust KEYS].

It needs Python 3.11 and `cryptography`. Whoever forges a pack may forge the script in it: take it from somewhere that you trust.
KEYS: a file or folder of Ed25519 public keys and time authorities' certificates (PEM). It ends with 0 if one has signed the pack,
else 7. Only `failover-robot verify` follows intermediate time authorities, says that `kept` is over, and compares the summary.
"""

import base64
import hashlib
import json
import re
import struct
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key, load_ssh_public_key

FORMATS = ("failover-robot-pack/1", "failover-robot-pack/2")
ERASED, ERASABLE, ERASURE = "erased/", r"(shots|captioned)/[^/]+\.png|report\.pdf", "urn:failover-robot:erasure:1"
RECORD, MANIFEST, SUMS, SEAL, SIGNER = "evidence.jsonl", "manifest.json", "SHA256SUMS", "seal.dsse.json", "signer.pem"
PAYLOAD_TYPE, PREDICATE_TYPE = "application/vnd.in-toto+json", "urn:failover-robot:evidence-pack:2"
Facts = dict[str, Any]
VERIFIED, UNKNOWN, UNSIGNED, BROKEN = "verified", "intact, signer unknown", "intact, not signed", "NOT verified"
_PKCS9, _SHA2 = bytes.fromhex("2a864886f70d0109"), bytes.fromhex("6086480165030402")


@dataclass
class KeyRing:
    """Who is trusted: public keys by their ids (SHA-256 of the DER), each with where it was found; and time authorities."""

    keys: dict[str, tuple[ed25519.Ed25519PublicKey, str]] = field(default_factory=dict[str, tuple[ed25519.Ed25519PublicKey, str]])
    authorities: list[x509.Certificate] = field(default_factory=list[x509.Certificate])

    def add(self, path: Path, place: str = "") -> None:
        """Add what a file holds, or each .pem, .pub and .crt file of a folder. Raises: ValueError if it holds other things."""
        files = sorted(each for each in path.iterdir() if each.suffix in {".pem", ".pub", ".crt"}) if path.is_dir() else [path]
        if not sum(self.add_text(file.read_text("utf-8", "replace"), place or str(file)) for file in files):
            raise ValueError(f"{path} holds neither a public key nor a certificate")

    def add_text(self, text: str, place: str) -> int:
        """Add the keys and certificates of a text; return how many there are. Raises: ValueError if it holds other things."""
        blocks = re.findall(r"-----BEGIN [A-Z ]+-----.+?-----END [A-Z ]+-----|^ssh-[^\n]+", text, re.DOTALL | re.MULTILINE)
        for block in blocks:
            try:
                if "BEGIN CERTIFICATE" in block:
                    self.authorities.append(x509.load_pem_x509_certificate(block.encode()))
                    continue
                key = (load_ssh_public_key if block.startswith("ssh-") else load_pem_public_key)(block.encode())
            except Exception:  # noqa: BLE001 - as in read_time
                key = None
            if not isinstance(key, ed25519.Ed25519PublicKey):
                raise ValueError(f"{place} holds something that is neither an Ed25519 public key nor a certificate")
            der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            self.keys.setdefault(hashlib.sha256(der).hexdigest(), (key, place))
        return len(blocks)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(found := dict(pairs)) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def parsed(raw: bytes) -> Facts:
    """Parse one JSON object. Raises: ValueError or RecursionError if it is none, or could be read in two ways."""
    value: Any = json.loads(raw.decode(), object_pairs_hook=_once, parse_constant=int)  # int refuses NaN: it is not JSON
    if not isinstance(value, dict):
        raise ValueError("it is not a JSON object")
    return cast("dict[str, Any]", value)


def sums_of(manifest: Mapping[str, Any], raw: bytes) -> bytes:
    """Return SHA256SUMS, as `sha256sum -c` reads it: every file that the manifest names, and the manifest itself (`raw`)."""
    digests = {name: told["sha256"] for name, told in manifest["files"].items()} | {MANIFEST: hashlib.sha256(raw).hexdigest()}
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode()


def statement(manifest: Mapping[str, Any], manifest_bytes: bytes) -> dict[str, Any]:
    """Return the in-toto statement of a pack: it names the same files, and what the manifest says of the run."""
    lines = sums_of(manifest, manifest_bytes).decode().split("\n")[:-1]
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": line[66:], "digest": {"sha256": line[:64]}} for line in lines],
        "predicateType": PREDICATE_TYPE,
        "predicate": {name: value for name, value in manifest.items() if name not in {"files", "left_out"}},
    }


def signed_payload(kept: Mapping[str, bytes], name: str, trust: KeyRing, sealer: str) -> tuple[Facts, str, str]:
    """Return what a DSSE envelope holds, by which key, and where that is trusted; only such a key, or the sealer's, counts."""
    own, envelope = KeyRing(), parsed(kept[name])
    own.add_text(kept[SIGNER].decode() if sealer else "", SIGNER)
    payload, signature = (base64.b64decode(text) for text in (envelope["payload"], envelope["signatures"][0]["sig"]))
    text, identity = base64.b64encode(payload).decode(), envelope["signatures"][0]["keyid"]
    signed = {"keyid": identity, "sig": base64.b64encode(signature).decode()}
    again = json.dumps({"payload": text, "payloadType": PAYLOAD_TYPE, "signatures": [signed]}, indent=2).encode() + b"\n"
    if again != kept[name]:
        raise ValueError("it is not written as it was sealed")
    key, place = trust.keys.get(identity) or (own.keys[sealer if identity == sealer else f"the key {identity[:16]}"][0], "")
    key.verify(signature, b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload))
    return parsed(payload), identity, place


def check_seal(kept: Mapping[str, bytes], manifest: Mapping[str, Any], trust: KeyRing, facts: Facts) -> Iterator[str]:
    """Yield what is wrong with the signature of the key that `facts` name; add to them where that key is trusted."""
    sealer = facts["signed_by"]
    try:
        signed, identity, place = signed_payload(kept, SEAL, trust, sealer)
        expected = statement(manifest, kept[MANIFEST])
        odd = [own["name"] for own, other in zip(expected["subject"], signed["subject"], strict=False) if own != other]
        if (signed, identity) != (expected, sealer):
            yield f"{[*odd, MANIFEST][0]}: it is not what the key {sealer[:16]} has signed."
        facts["trusted"] = place if identity == sealer else ""
    except InvalidSignature:
        yield f"{SEAL}: its signature is not one by the key {sealer[:16]}."
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        yield f"{SEAL}: it is missing, or no seal by the key {sealer[:16]}, which has sealed this pack: {error}."


def check_erasures(kept: Mapping[str, bytes], files: Facts, digests: Facts, trust: KeyRing, facts: Facts) -> Iterator[str]:
    """Yield what is wrong with notices of erasures; what is rightly erased counts as there, and `facts` tell of it."""
    for name in sorted(name for name in kept if name.startswith(ERASED)):
        try:
            told, identity, _ = signed_payload(kept, name, trust, facts["signed_by"])
            about, gone = told["predicate"], {each["name"]: each["digest"]["sha256"] for each in told["subject"]}
            sound = (told["predicateType"], about["manifest_sha256"]) == (ERASURE, hashlib.sha256(kept[MANIFEST]).hexdigest())
            sound = sound and about["by"].strip() and about["reason"].strip() and datetime.fromisoformat(about["utc"])
            sound = sound and all(re.fullmatch(ERASABLE, file) and files[file][0] == gone[file] for file in gone)
            if not (sound and name == f"{ERASED}{Path(max(gone)).stem}.json") or gone.keys() & digests.keys():
                raise ValueError("it is about another pack or file, or names nobody, no time or no reason, or the file is there")
            digests.update({file: files[file] for file in gone})
            facts["erased"] += [{**about, "file": file, "key": identity} for file in gone]
        except (InvalidSignature, LookupError, ValueError, TypeError, AttributeError, RecursionError) as error:
            yield f"{name}: it is no notice of an erasure by anybody whose key counts: {error}."


def _parts(der: bytes) -> list[tuple[int, bytes, bytes]]:
    """Return the values that stand one after the other in DER: the tag, the content and the whole of each."""
    found, place = list[tuple[int, bytes, bytes]](), 0
    while place < len(der):
        length, start = der[place + 1], place + 2
        if length >= 0x80:
            start, length = start + length - 0x80, int.from_bytes(der[start : start + length - 0x80], "big")
        found.append((der[place], der[start : start + length], der[place : start + length]))
        place = start + length
    return found


def _at(der: bytes, *way: int) -> bytes:
    return _at(_parts(der)[way[0]][1], *way[1:]) if way else der


def read_time(response: bytes, imprint: bytes) -> tuple[datetime, x509.Certificate]:
    """Return what an authority's answer (RFC 3161) about a SHA-256 tells, and who signed it. Raises: ValueError if it is none."""
    try:
        signed = _parts(_at(response, 0, 1, 1, 0))
        told = _at(signed[2][1], 1, 0)
        info, signer = _parts(_at(told, 0)), _parts(_at(signed[-1][1], 0))
        attributes = {_at(each, 0): _at(each, 1) for _, each, _ in _parts(signer[3][1])}
        digest = {1: hashes.SHA256(), 2: hashes.SHA384(), 3: hashes.SHA512()}[_at(signer[2][1], 0)[-1]]
        ess = next(attributes[_PKCS9 + end] for end in (b"\x10\x02\x0c", b"\x10\x02\x2f") if _PKCS9 + end in attributes)
        named = next(content for tag, content, _ in _parts(_at(ess, 0, 0, 0)) if tag == 4)
        moment = datetime.strptime(info[4][1].decode()[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        found = [x509.load_der_x509_certificate(whole) for _, _, whole in _parts(signed[3][1])]
        kinds = hashes.SHA1(), hashes.SHA256(), hashes.SHA384(), hashes.SHA512()  # noqa: S303 - it names a certificate, no more
        authority = next(each for each in found if named in {each.fingerprint(kind) for kind in kinds})
        key: Any = authority.public_key()
        way: Any = (ec.ECDSA(digest),) if isinstance(key, ec.EllipticCurvePublicKey) else (padding.PKCS1v15(), digest)
        key.verify(signer[5][1], b"\x31" + signer[3][2][1:], *way)
        uses = authority.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        holds = x509.oid.ExtendedKeyUsageOID.TIME_STAMPING in uses
        holds &= authority.not_valid_before_utc <= moment <= authority.not_valid_after_utc
        holds &= _at(attributes[_PKCS9 + b"\x03"], 0) == _PKCS9 + b"\x10\x01\x04"
        holds &= _at(attributes[_PKCS9 + b"\x04"], 0) == hashlib.new(digest.name, told).digest()
        holds &= (_at(info[2][1], 0, 0), _at(info[2][1], 1)) == (_SHA2 + b"\x01", imprint)
    except Exception:  # noqa: BLE001 - whatever a stranger's bytes make of the parsers: no list of their errors stays complete
        raise ValueError("it is no answer that a time authority has signed") from None
    if not holds:
        raise ValueError("it is not a time authority's answer about the line that the record names")
    return moment, authority


def is_vouched_for(certificate: x509.Certificate, authorities: list[x509.Certificate]) -> bool:
    """Return whether a certificate is one of these authorities', or was issued by one of them."""
    for each in authorities:
        try:
            return certificate.verify_directly_issued_by(each) is None
        except Exception:  # noqa: BLE001, S112 - as in read_time: one that cannot be compared has not issued it
            continue
    return certificate in authorities


def check_record(kept: Mapping[str, bytes], digests: Facts, trust: KeyRing, facts: Facts) -> Iterator[str]:
    """Yield where the record's chain is broken, and which file or time it names is not there as it names it."""
    previous, chain = "", [""]
    *lines, tail = kept.get(RECORD, b"").split(b"\n")
    for place, raw in enumerate(lines, 1):
        try:
            told = parsed(raw)
            if (told.get("seq"), told.get("previous")) != (place, previous):
                yield f"{RECORD}, line {place}: it does not follow from the line before (chain broken)."
            if told.get("file") and digests.get(told["file"]) != (told.get("sha256"), told.get("bytes")):
                yield f"{told['file']}: it is not there as line {place} of the record names it."
            chain.append(previous := hashlib.sha256(raw).hexdigest())
            if stamp := told.get("stamped"):
                moment, authority = read_time(kept[stamp["file"]], bytes.fromhex(chain[int(stamp["seq"])]))
                known, name = is_vouched_for(authority, trust.authorities), authority.subject.rfc4514_string()
                facts["times"].append({**stamp, "utc": moment.isoformat(), "authority": name, "trusted": known})
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            yield f"{RECORD}, line {place}: {error}."
    if tail or facts["chain"] != {"lines": len(lines), "tip": previous}:
        yield f"{RECORD}: its number of lines, or its last one, is not what the manifest says."


def check_archive(archive: zipfile.ZipFile, stream: IO[bytes]) -> Iterator[str]:
    """Yield which files of an archive no packing program makes, and where bytes stand that belong to none."""
    seen, place, gaps = set[str](), 0, {0}
    for entry in sorted(archive.infolist(), key=lambda each: each.header_offset):
        stream.seek(entry.header_offset)
        _, _, flags, method, _, _, *told, length, extra = struct.unpack("<4s5H3I2H", stream.read(30))
        name, kind = entry.orig_filename.replace("\\", "/"), entry.external_attr >> 28
        odd = name in seen or name != entry.filename.replace("\\", "/") or not name.isprintable() or ":" in name
        odd = odd or {"", ".", ".."} & set(name.removesuffix("/").split("/")) or (name[-1] == "/" and entry.file_size)
        odd = odd or kind not in {0, 4, 8} or entry.file_size > 200 * entry.compress_size + (1 << 20)
        odd = odd or method != entry.compress_type or entry.header_offset - place not in gaps
        if odd or (not flags & 8 and told != [entry.CRC, entry.compress_size, entry.file_size]):
            yield f"{entry.orig_filename!r}: it stands there twice, leads elsewhere, is no plain file, or hides bytes."
        seen.add(name)
        gaps = {12, 16, 20, 24} if flags & 8 else {0}
        place = entry.header_offset + 30 + length + extra + entry.compress_size
    stream.seek(-22, 2)
    if archive.start_dir - place not in gaps or not stream.read().startswith(b"PK\5\6"):
        yield "bytes before the archive's table of contents, or behind its end, belong to no file."


def check(pack: Path, trust: KeyRing) -> tuple[list[str], Facts]:
    """Verify a pack; return what is wrong, the first thing first, and what is known of it, with the verdict in words."""
    facts: Facts = {"signed_by": "", "trusted": "", "times": [], "erased": [], "manifest": {}}
    kept, digests, findings = dict[str, bytes](), Facts(), list[str]()
    try:
        with pack.open("rb") as stream, zipfile.ZipFile(stream) as archive:
            if findings := list(check_archive(archive, stream)):
                return findings, facts
            names = {entry.filename.replace("\\", "/"): entry for entry in archive.infolist() if entry.filename[-1] not in "/\\"}
            manifests = [name for name in names if name.rpartition("/")[2] == MANIFEST]
            folder = min(manifests, key=len, default="").removesuffix(MANIFEST)
            for whole, entry in names.items():
                name = whole.removeprefix(folder) if whole.startswith(folder) else f"/{whole}"
                with archive.open(entry) as source:
                    digests[name] = (hashlib.file_digest(cast("Any", source), "sha256").hexdigest(), entry.file_size)
                if name in {RECORD, MANIFEST, SUMS, SEAL, SIGNER} or name.startswith(("timestamps/", ERASED)):
                    kept[name] = archive.read(entry)
        manifest = parsed(kept[MANIFEST])
        files = {name: (told["sha256"], told["bytes"]) for name, told in manifest["files"].items()}
        facts |= {name: manifest[name] for name in ("run", "ticket", "state", "chain")} | {"manifest": manifest}
        facts["signed_by"] = str(manifest["signer"]["key_id"]) if manifest.get("signer") else ""
        own = {MANIFEST, SEAL if facts["signed_by"] else MANIFEST, SUMS if FORMATS.index(manifest["format"]) else MANIFEST}
    except Exception as error:  # noqa: BLE001 - whatever a stranger's file makes of zipfile: it is no pack
        return [f"{pack.name} is no pack, or its {MANIFEST} is none: {error!r}."], facts
    own |= {name for name in kept if name.startswith(ERASED)}
    findings += [f"{name}: it is additional: no manifest names it." for name in sorted(digests.keys() - files.keys() - own)]
    findings += check_erasures(kept, files, digests, trust, facts)
    findings += [f"{name}: it is not what the manifest says." for name in sorted(files) if digests.get(name) != files[name]]
    sums = sums_of(manifest, kept[MANIFEST]) if SUMS in own else None
    findings += [f"{SUMS}: it is not what the manifest says."] if kept.get(SUMS) != sums else []
    odd = (facts["state"] == "OPEN") != ("-partial-" in pack.name)
    findings += [f"{pack.name}: it has not the name of a pack whose state is {facts['state']}."] if odd else []
    findings += check_seal(kept, manifest, trust, facts) if facts["signed_by"] else []
    findings += check_record(kept, digests, trust, facts)
    return findings, facts


def verdict_of(findings: Sequence[str], facts: Mapping[str, Any]) -> str:
    """Return the verdict in words; only the first of them ends with 0."""
    return BROKEN if findings else (VERIFIED if facts["trusted"] else UNKNOWN) if facts["signed_by"] else UNSIGNED


if __name__ == "__main__":
    given = KeyRing()
    if len(sys.argv) not in {2, 4} or sys.argv[2:3] not in ([], ["--trust"]):
        sys.exit(__doc__)
    for keys in sys.argv[3:]:
        given.add(Path(keys))
    wrong, known = check(Path(sys.argv[1]), given)
    said = [f"NO  {finding}" for finding in wrong]
    said += [f"signed with the key {known['signed_by']}, {known['trusted'] or 'not trusted'}"] if known["signed_by"] else []
    said += [f"{t['event']} at {t['utc']}, by {t['authority']}, {'' if t['trusted'] else 'not '}trusted" for t in known["times"]]
    said += [f"{each['file']} was erased by {each['by']} at {each['utc']}, because {each['reason']}" for each in known["erased"]]
    said += [f"{name}: {told}" for name, told in known["manifest"].items() if name in {"grade", "restricted", "kept"}]
    print("".join(f"{ascii(each)[1:-1]}\n" for each in said) + f"{verdict_of(wrong, known)}: {sys.argv[1]}")
    sys.exit(0 if verdict_of(wrong, known) == VERIFIED else 7)
