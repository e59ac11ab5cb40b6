"""What the simulated pair hands out is real: other people's readers read it. And each way in which it can be spoiled."""

import io
from typing import Any, cast

import olefile
import pefile
import pytest
from starlette.responses import Response

from robot.simulator.domain.names import build_of
from robot.simulator.files.compound_file import compound_file
from robot.simulator.pages.downloads import CLIENT_SIZE, MSI_SIZE, console_installer, customer_client

VERSIONS = ("10.2.1", "12.3.5", "20.2.1", "24.2.3")


def body(answer: Response) -> bytes:
    return bytes(answer.body)


def compound(content: bytes) -> Any:
    """A compound file, opened by a reader that objects to every flaw."""
    return cast("Any", olefile.OleFileIO(io.BytesIO(content), raise_defects=olefile.DEFECT_UNSURE))


@pytest.mark.parametrize("version", VERSIONS)
def test_the_customer_client_is_a_program_with_a_version_resource(version: str) -> None:
    program: Any = pefile.PE(data=body(customer_client(version, "0123456789abcdef")))
    assert program.get_warnings() == []
    texts = program.FileInfo[0][0].StringTable[0].entries
    assert texts[b"ProductVersion"].decode() == version
    assert texts[b"FileVersion"].decode() == f"{version}.{build_of(version)}"
    assert (b"BeyondTrust" in texts[b"CompanyName"]) is (version >= "19")
    numbers = program.VS_FIXEDFILEINFO[0]
    assert f"{numbers.FileVersionMS >> 16}.{numbers.FileVersionMS & 0xFFFF}.{numbers.FileVersionLS >> 16}" == version
    assert numbers.FileVersionLS & 0xFFFF == build_of(version)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_console_installer_is_a_compound_file_without_a_flaw(version: str) -> None:
    whole = body(console_installer(version))
    with compound(whole) as opened:
        assert opened.parsing_issues == []
        assert opened.get_metadata().title == b"Installation Database"
        streams = {name: opened.openstream(name).read() for (name,) in opened.listdir()}
    assert max(map(len, streams.values())) == MSI_SIZE
    assert any(version.encode() in stream for stream in streams.values())


def test_the_same_build_hands_out_the_same_file_each_time_and_another_another() -> None:
    assert body(console_installer("12.3.5")) == body(console_installer("12.3.5"))
    assert body(console_installer("12.3.5")) != body(console_installer("13.1.2"))


@pytest.mark.parametrize("sizes", [(0,), (1, 63, 64, 65), (4095, 4096, 4097), (700_000,)])
def test_a_compound_file_gives_back_what_was_put_in(sizes: tuple[int, ...]) -> None:
    streams = {f"stream {size}": bytes(number % 251 for number in range(size)) for size in sizes}
    with compound(compound_file(streams, bytes(16))) as opened:
        assert {name: opened.openstream(name).read() for (name,) in opened.listdir()} == streams


def test_a_compound_file_that_would_be_too_long_is_not_made() -> None:
    with pytest.raises(ValueError, match="too long"):
        compound_file({"stream": bytes(8_000_000)}, bytes(16))


def test_a_file_is_spoiled_in_each_of_the_ways() -> None:
    whole = customer_client("12.3.5", "key")
    assert len(whole.body) > CLIENT_SIZE
    assert customer_client("12.3.5", "key", "missing").status_code == 404
    assert b"<html" in body(customer_client("12.3.5", "key", "page"))
    assert body(customer_client("12.3.5", "key", "empty")) == b""
    for spoiling in ("breaks off", "half"):
        half = customer_client("12.3.5", "key", spoiling)
        assert body(half) == body(whole)[: len(whole.body) // 2]
        assert half.headers["content-length"] == str(len(whole.body) if spoiling == "breaks off" else len(half.body))
        assert half.headers["content-disposition"] == whole.headers["content-disposition"]
    garbled = body(customer_client("12.3.5", "key", "garbled"))
    assert len(garbled) == len(whole.body)
    assert garbled[:1000] == body(whole)[:1000] != garbled[-1000:]
    assert body(customer_client("12.3.5", "key", "old build")) == body(customer_client("11.3.5", "key"))
