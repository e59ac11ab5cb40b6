"""docs/verifying.md: its commands, which are other people's tools alone, verify a pack of ours, and find what was altered."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from a_pdf import PDF
from a_signed_pack import SigningKey, a_signed_pack
from a_time_authority import TimeAuthority
from cryptography import x509
from forging import Contents, opened, redigest, resign, written

from robot.evidence.pack import verify_alone
from robot.evidence.pack.verification import verify
from robot.evidence.record import chain
from robot.signing.pdf_signature import PdfSignature

DOCS = Path(__file__).resolve().parents[3] / "docs" / "verifying.md"
KEY, FORGER = SigningKey(7), SigningKey(66)


def by_the_docs(pack: Path, authority: TimeAuthority, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run every command of the page, in its order."""
    blocks = re.findall(r"^```(sh|python)\n(.*?)^```", DOCS.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert [kind for kind, _ in blocks] == ["sh", "sh", "sh", "python", "sh", "sh", "python", "sh"]
    (folder / "key.pem").write_text(KEY.public.pem, "ascii")
    for number, (_, text) in enumerate(blocks):
        (folder / f"{number}.py").write_text(text, "utf-8")
    script = "\n".join(
        f"{sys.executable} ../{number}.py" if kind == "python" else text for number, (kind, text) in enumerate(blocks)
    )
    given = {"PACK": str(pack), "KEY": str(folder / "key.pem"), "AUTHORITY": str(authority.root)}
    words = ["bash", "-eu", "-o", "pipefail", "-c", script]
    return subprocess.run(words, cwd=folder, env={**os.environ, **given}, capture_output=True, text=True, check=False)


def test_the_commands_of_the_docs_follow_a_time_through_an_intermediate_authority(tmp_path: Path) -> None:
    far = TimeAuthority(tmp_path / "authority", between=x509.BasicConstraints(ca=True, path_length=None))
    done = by_the_docs(a_signed_pack(tmp_path / "sealed", KEY, far), far, tmp_path)
    assert done.returncode == 0, done.stderr


def test_the_commands_of_the_docs_verify_a_pack(sealed: Path, authority: TimeAuthority, tmp_path: Path) -> None:
    done = by_the_docs(sealed, authority, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Verification: OK") + done.stderr.count("Verification: OK") == 2, "both times"
    assert done.stdout.count("Time stamp:") == 2
    assert "Signature is Valid" in done.stdout
    assert len(re.findall("certificate[12]: OK", done.stdout)) == 2, "the one in the PDF, and the key's own"
    assert re.search(r"^PDF: INTACT:TRUSTED,TIMESTAMP_TOKEN<INTACT:TRUSTED>,UNTOUCHED 20", done.stdout, re.MULTILINE), done.stdout


def _nothing(_: Contents) -> None:
    pass


def _picture(contents: Contents) -> None:
    contents["shots/001-b-sync-now-before.png"] += b" "


def _more(contents: Contents) -> None:
    contents["shots/900-a-x-after.png"] = b"x"


def _digested(contents: Contents) -> None:
    _picture(contents)
    redigest(contents)


def _signed(contents: Contents) -> None:
    _picture(contents)
    resign(contents, redigest(contents), FORGER.signer.sign)


@pytest.mark.parametrize("change", [_picture, _more, _digested, _signed])
def test_the_commands_of_the_docs_find_what_was_altered(
    sealed: Path, authority: TimeAuthority, tmp_path: Path, change: Callable[[Contents], None]
) -> None:
    change(contents := opened(sealed))
    assert by_the_docs(written(contents, tmp_path / sealed.name), authority, tmp_path).returncode != 0


def test_the_commands_of_the_docs_tell_a_pdf_that_the_given_key_has_not_vouched_for_as_it_is(
    sealed: Path, authority: TimeAuthority, tmp_path: Path
) -> None:
    """All these packs are sealed with the right key: what is found is found on the PDF itself."""
    signed = opened(sealed)["report.pdf"]
    pdfs = {
        "": signed,
        "certificate": PdfSignature.prepare(FORGER.signer, "a run").sign(PDF),
        "altered": signed.replace(b"/MediaBox [0 0 200", b"/MediaBox [0 0 300"),
        "not signed": PDF,
    }
    ended: dict[str, str] = {}
    for name, pdf in pdfs.items():
        contents = {**opened(sealed), "report.pdf": pdf}
        resign(contents, redigest(contents), KEY.signer.sign)
        (folder := tmp_path / name / "by hand").mkdir(parents=True)
        done = by_the_docs(written(contents, folder / sealed.name), authority, folder)
        valid, vouched = "Signature is Valid" in done.stdout, "certificate2: OK" in done.stdout
        ended[name] = f"{done.returncode == 0} {valid} {vouched}"
    assert ended == {
        "": "True True True",
        "certificate": "False True False",
        "altered": "False False False",
        "not signed": "False False False",
    }


def test_the_commands_of_the_docs_find_a_time_of_somebody_else_in_the_pdf_and_in_the_pack(
    sealed: Path, authority: TimeAuthority, tmp_path: Path
) -> None:
    contents = opened(a_signed_pack(tmp_path / "other", KEY, TimeAuthority(tmp_path / "authority", name="Somebody")))
    ended: list[tuple[bool, bool]] = []
    for name, pdf in (("first", contents["report.pdf"]), ("second", opened(sealed)["report.pdf"])):
        contents["report.pdf"] = pdf
        resign(contents, redigest(contents), KEY.signer.sign)
        (folder := tmp_path / name / "by hand").mkdir(parents=True)
        done = by_the_docs(written(contents, folder / sealed.name), authority, folder)
        assert done.returncode != 0
        assert "Signature verification: OK" not in done.stderr
        ended.append(("somebody else's signature" in done.stderr, "certificate verify error" in done.stderr))
    assert ended == [(True, False), (False, True)]


def test_the_script_of_a_pack_gives_the_robots_verdicts_where_the_robot_is_not_installed(
    sealed: Path, authority: TimeAuthority, tmp_path: Path
) -> None:
    (tmp_path / "verify.py").write_bytes(opened(sealed)["verify.py"])
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "theirs.pem").write_text(KEY.public.pem, "ascii")
    (keys / "root.crt").write_bytes(authority.root.read_bytes())
    ring = verify_alone.KeyRing()
    ring.add(keys)
    verdicts: dict[str, tuple[str, int]] = {}
    for change in (_nothing, _picture, _digested, _signed):
        contents, name = opened(sealed), change.__name__
        change(contents)
        pack = written(contents, tmp_path / f"{name}.zip")
        program = [sys.executable, "-I", "-c", _ALONE, str(tmp_path / "verify.py"), str(pack), "--trust", str(keys)]
        done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False)
        verdict = verify(pack, ring)
        assert (done.stdout.splitlines()[-1], done.returncode) == (f"{verdict.word}: {pack}", verdict.code), done
        verdicts[name] = verdict.word, done.returncode
    assert verdicts.pop("_nothing") == ("verified", 0)
    assert {code for _, code in verdicts.values()} == {7}


_ALONE = """
import runpy, sys
sys.modules["robot"] = None  # the robot cannot be imported
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_a_pack_without_trusted_keys_is_intact_and_of_an_unknown_signer(sealed: Path, authority: TimeAuthority) -> None:
    verdict = verify(sealed)
    assert (verdict.word, verdict.code, verdict.findings) == ("intact, signer unknown", 7, ())
    assert verdict.facts["signed_by"] == KEY.public.key_id
    trusted = verify(sealed, KEY.trusted(authority.root))
    assert (trusted.word, trusted.code, trusted.facts["trusted"]) == ("verified", 0, "the test")
    assert [(time["event"], time["seq"], time["trusted"]) for time in trusted.facts["times"]] == [
        ("break", 6, True),
        ("seal", 8, True),
    ]
    assert not any(time["trusted"] for time in verify(sealed, KEY.trusted()).facts["times"]), "a time is told, and whose it is"


def test_the_page_tells_every_verdict() -> None:
    words = re.findall(r"^\| `(.+?)` \| ([07]) \|", DOCS.read_text("utf-8"), re.MULTILINE)
    alone = verify_alone
    assert words == [(alone.VERIFIED, "0"), (alone.UNKNOWN, "7"), (alone.UNSIGNED, "7"), (alone.BROKEN, "7")]


def test_the_statement_is_one_of_in_toto_about_every_file(sealed: Path) -> None:
    contents = opened(sealed)
    payload = json.loads(verify_alone.base64.b64decode(json.loads(contents["seal.dsse.json"])["payload"]))
    assert payload["_type"] == "https://in-toto.io/Statement/v1"
    assert payload["predicateType"] == "urn:failover-robot:evidence-pack:2"
    named = {subject["name"]: subject["digest"]["sha256"] for subject in payload["subject"]}
    assert named == {name: chain.digest(data) for name, data in contents.items() if name not in {"SHA256SUMS", "seal.dsse.json"}}
    assert payload["predicate"]["state"] == "sealed"
