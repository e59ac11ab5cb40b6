"""`[backup] recipient`: a backup is encrypted as it is fetched, the plain file is gone, and both digests are known."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pyrage
import pytest
from a_pair_file import PAIR
from pyrage import x25519

from flows.requirements.kept_files import encrypted
from flows.steps.backup_and_sync import kept
from robot.domain.errors import Refused, UsageError
from robot.evidence.record.chain import digest
from robot.settings import Settings, load, load_kept

A = cast("Any", SimpleNamespace(name="A"))
BACKUP = b"a backup of settings " * 400


def part(folder: Path, data: bytes = BACKUP) -> Path:
    path = folder / ".run-a.part"
    path.write_bytes(data)
    return path


def test_only_the_recipient_can_read_the_backup_and_no_plain_byte_of_it_is_left(tmp_path: Path) -> None:
    identity = x25519.Identity.generate()
    told = kept(part(tmp_path), tmp_path / "run-a-backup.nsb.age", A, str(identity.to_public()))
    (only,) = tmp_path.iterdir()
    data = only.read_bytes()
    assert (told.file, told.bytes, told.sha256, told.plain_sha256) == (
        "run-a-backup.nsb.age", len(data), digest(data), digest(BACKUP),
    )  # fmt: skip
    assert BACKUP[:40] not in data
    assert pyrage.decrypt(data, [identity]) == BACKUP
    assert only.stat().st_mode & 0o777 == 0o600
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(data, [x25519.Identity.generate()])


def test_without_a_recipient_it_is_kept_as_it_came(tmp_path: Path) -> None:
    told = kept(part(tmp_path), tmp_path / "run-a-backup.nsb", A)
    assert ((tmp_path / "run-a-backup.nsb").read_bytes(), told.sha256, told.plain_sha256) == (BACKUP, digest(BACKUP), "")


def no_room(*_: object) -> None:
    raise OSError(28, "No space left on device")


def not_now(*_: object) -> None:
    raise pyrage.EncryptError("not now")


@pytest.mark.parametrize("fault", [no_room, not_now])
def test_a_backup_that_cannot_be_encrypted_is_refused_and_not_kept_in_plain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Callable[..., None]
) -> None:
    monkeypatch.setattr(pyrage, "encrypt_file", fault)
    with pytest.raises(Refused, match="cannot be encrypted, and is not kept in plain"):
        encrypted(part(tmp_path), str(x25519.Identity.generate().to_public()))
    assert not list(tmp_path.iterdir())


def test_a_web_page_is_no_backup_encrypted_or_not(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="gave a web page"):
        kept(part(tmp_path, b"<html>" * 400), tmp_path / "x.age", A, str(x25519.Identity.generate().to_public()))
    assert not list(tmp_path.iterdir())


def pair_file(folder: Path, recipient: str) -> Settings:
    section = f'[backup]\nrecipient = "{recipient}"'
    (folder / "pair.toml").write_text(PAIR.replace("[backup]", section), encoding="utf-8")
    return load(folder / "pair.toml")


def test_the_recipient_is_kept_for_the_whole_run_and_a_mistyped_or_a_private_one_is_refused_at_once(tmp_path: Path) -> None:
    identity = x25519.Identity.generate()
    good = str(identity.to_public())
    settings = pair_file(tmp_path, good)
    again = load_kept(settings.model_dump(mode="json"), "a run")
    assert again.backup
    assert again.backup.recipient == good
    for bad in ("age1", good[:-1], good[:-1] + ("q" if good[-1] != "q" else "p"), "ada@example.com", str(identity)):
        with pytest.raises(UsageError, match="is no age recipient") as refused:
            pair_file(tmp_path, bad)
        assert str(identity) not in str(refused.value)
