"""A downloaded file says what it is and of which version; one that is broken, or was made to harm, is told and nothing more."""

import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from flows.smoke import installer_file, installer_formats
from flows.smoke.installer_file import InstallerFile, read_installer
from robot.simulator.files.compound_file import compound_file
from robot.simulator.files.windows_installer import windows_installer
from robot.simulator.files.windows_program import windows_program
from robot.simulator.pages.downloads import console_installer, customer_client

CONSOLE, CLIENT = bytes(console_installer("15.1.3").body), bytes(customer_client("15.1.3", "0123456789abcdef").body)
PARSED = {"msi": CONSOLE, "pe": CLIENT}
SMALL = {
    "msi": windows_installer(
        {"ProductName": "Console", "ProductVersion": "15.1.3", "Manufacturer": "", "ProductCode": ""}, bytes(5000)
    ),
    "pe": windows_program((15, 1, 3, 0), {"ProductVersion": "15.1.3", "ProductName": "Client"}, bytes(500)),
}


def facts(content: bytes, folder: Path) -> InstallerFile:
    """What the parsers find, in this process."""
    path = folder / "download"
    path.write_bytes(content)
    return InstallerFile(**installer_formats.facts_of(str(path)))


def test_an_installer_and_a_client_tell_their_product_and_version(tmp_path: Path) -> None:
    (tmp_path / "named.txt").write_bytes(CONSOLE)  # the name says nothing
    assert read_installer(tmp_path / "named.txt") == InstallerFile(
        "msi", "15.1.3", "Bomgar Representative Console", signed=False, whole=True
    )
    (tmp_path / "client").write_bytes(CLIENT)
    assert read_installer(tmp_path / "client") == InstallerFile(
        "pe", "15.1.3", "Bomgar Support Customer Client", signed=False, whole=True
    )


@pytest.mark.parametrize("kind", ["msi", "pe"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.9, 0.999])
def test_a_file_that_is_broken_off_is_told_wherever_it_breaks(kind: str, share: float, tmp_path: Path) -> None:
    whole = PARSED[kind]
    found = facts(whole[: int(len(whole) * share)], tmp_path)
    assert found.kind == kind
    assert found.whole is False
    assert "broken off" in found.why


@pytest.mark.parametrize("kind", ["msi", "pe"])
def test_a_file_whose_end_is_lost_to_zeros_is_damaged(kind: str, tmp_path: Path) -> None:
    whole = PARSED[kind]
    found = facts(whole[: len(whole) // 3] + bytes(len(whole) - len(whole) // 3), tmp_path)
    assert found.whole is False
    assert "damaged" in found.why


@pytest.mark.parametrize(
    ("content", "kind", "why"),
    [
        (b"", "other", "it is empty"),
        (b"<!DOCTYPE html><html><head><title>Log\n in</title>", "other", 'it is a web page, no installer, titled "Log in"'),
        (b"\xef\xbb\xbf  <HTML><body>", "other", "it is a web page, no installer"),
        (b"#!/bin/sh\n", "other", "it is no kind of file that is known here"),
        (bytes(2000) + b"koly" + bytes(508), "dmg", "what a disk image of macOS holds is not read"),
        (b"MZ", "pe", "damaged"),
        (CONSOLE[:8], "msi", "damaged"),
    ],
)
def test_what_is_no_installer_is_told_in_words(content: bytes, kind: str, why: str, tmp_path: Path) -> None:
    found = facts(content, tmp_path)
    assert found.kind == kind
    assert why in found.why


def test_a_program_that_tells_no_version_in_words_has_it_in_numbers(tmp_path: Path) -> None:
    assert facts(windows_program((15, 1, 3, 41234), {}, b""), tmp_path).product_version == "15.1.3.41234"
    said = facts(windows_program((1, 0, 0, 0), {"FileVersion": "15, 1, 3, 41234"}, b""), tmp_path)
    assert said.product_version == "15.1.3.41234"


def test_a_signature_is_seen_and_a_lost_one_too(tmp_path: Path) -> None:
    whole = bytearray(CLIENT)
    directory = whole.index(b"PE\0\0") + 24 + 96 + 4 * 8
    whole[directory : directory + 8] = len(CLIENT).to_bytes(4, "little") + (64).to_bytes(4, "little")
    assert facts(bytes(whole) + bytes(64), tmp_path).signed is True
    lost = facts(bytes(whole), tmp_path)
    assert (lost.signed, lost.whole) == (True, False)


def test_a_compound_file_of_another_kind_is_no_installer(tmp_path: Path) -> None:
    found = facts(compound_file({"WordDocument": bytes(5000)}, bytes(16)), tmp_path)
    assert (found.product_version, found.why) == ("", "it is a compound file without the tables of a Windows installer")


def test_a_version_that_was_written_to_deceive_a_reader_is_one_short_line(tmp_path: Path) -> None:
    lies = {"ProductVersion": "15.1.3\n\x1b[2Jpassed" + "x" * 5000}
    found = facts(windows_program((1, 0, 0, 0), lies, b""), tmp_path)
    assert found.product_version.isprintable()
    assert len(found.product_version) <= 120


@settings(max_examples=80, deadline=None)
@given(seed=some.integers(0, 1 << 30), kind=some.sampled_from(["msi", "pe"]), hits=some.integers(1, 60))
def test_no_garbled_file_raises_anything(seed: int, kind: str, hits: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    dice, content = random.Random(seed), bytearray(SMALL[kind])
    for _ in range(hits):
        content[dice.randrange(len(content))] = dice.randrange(256)
    found = facts(bytes(content), tmp_path_factory.getbasetemp())
    assert found.product_version.isprintable()
    assert found.whole is not False or found.why


def test_a_parser_that_does_not_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stuck = tmp_path / "stuck.py"
    stuck.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(installer_file, "_PARSERS", stuck)
    assert "did not end within 0.3 s" in read_installer(tmp_path / "any", within_s=0.3).why


def test_a_parser_that_takes_all_memory_is_ended_and_told(tmp_path: Path) -> None:
    greedy = (
        "import sys; from flows.smoke import installer_formats as parsers\n"
        "parsers._MEMORY = 256 << 20\n"
        "parsers._msi = lambda *_: bytearray(1 << 30)\n"
        "parsers.main(sys.argv[1])"
    )
    (tmp_path / "console").write_bytes(CONSOLE)
    ended: Any = subprocess.run(
        [sys.executable, "-c", greedy, str(tmp_path / "console")], capture_output=True, text=True, check=False, timeout=30
    )
    assert ended.returncode == 0, ended.stderr
    assert "takes more memory than it may" in ended.stdout


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "it cannot be read" in read_installer(tmp_path / "none").why
