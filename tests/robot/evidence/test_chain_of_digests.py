"""The record as a chain of lines."""

import json
import subprocess
import sys

import pytest
from made_run import MadeRun

from robot.evidence.record import chain


def raw_lines(run: MadeRun) -> list[bytes]:
    return [line.raw for line in chain.read_lines(run.folder / "evidence.jsonl")]


def test_an_untouched_record_is_an_unbroken_chain(run: MadeRun) -> None:
    lines = chain.read_lines(run.folder / "evidence.jsonl")
    assert [line.seq for line in lines] == [1, 2, 3, 4, 5, 6]
    assert chain.check_chain([line.raw for line in lines]) == []
    assert chain.check_fields(lines) == []


@pytest.mark.parametrize("place", range(5))
def test_a_dropped_line_breaks_the_chain_where_it_was(run: MadeRun, place: int) -> None:
    lines = raw_lines(run)
    del lines[place]
    assert any(f"line {place + 1}:" in finding for finding in chain.check_chain(lines))


def test_two_swapped_lines_break_the_chain(run: MadeRun) -> None:
    first, second, *rest = raw_lines(run)
    assert chain.check_chain([second, first, *rest])


def test_a_changed_word_breaks_the_chain_at_the_next_line(run: MadeRun) -> None:
    first, *rest = raw_lines(run)
    findings = chain.check_chain([first.replace(b"primary", b"primaxy"), *rest])
    assert findings == ["evidence.jsonl, line 2: it does not follow from the line before (chain broken)."]


def test_a_torn_tail_is_no_line(run: MadeRun) -> None:
    run.edit("evidence.jsonl", lambda data: data + b'{"seq":7,"ut')
    assert len(chain.read_lines(run.folder / "evidence.jsonl")) == 6


def test_a_line_separator_inside_a_text_ends_no_line(run: MadeRun) -> None:
    run.note("note", "site-run", text="one\u2028two\r\x85three")
    assert chain.read_lines(run.folder / "evidence.jsonl")[-1].text == "one\u2028two\r\x85three"


@pytest.mark.parametrize("raw", [b"[]", b"nonsense", b'{"seq":1,"seq":2}', b'{"seq":NaN}', b"\xff\xfe", b"[" * 200_000, b""])
def test_what_two_readers_might_read_differently_is_refused(raw: bytes) -> None:
    with pytest.raises(chain.BrokenRecord, match=r"^it "):
        chain.parse_object(raw, "it")
    assert len(chain.check_chain([raw])) == 1


@pytest.mark.parametrize("name", list(chain.FIELDS))
def test_a_missing_field_is_named(run: MadeRun, name: str) -> None:
    (line, *_) = chain.read_lines(run.folder / "evidence.jsonl")
    less = {key: value for key, value in line.fields.items() if key != name}
    assert any(repr(name) in finding for finding in chain.check_fields([chain.Line(b"", less)]))


def test_an_unknown_kind_of_line_is_named(run: MadeRun) -> None:
    run.note("pressed", "a-x")
    assert chain.check_fields(chain.read_lines(run.folder / "evidence.jsonl"))[0].endswith("is no kind of line.")


def test_verifying_needs_the_standard_library_and_cryptography_only() -> None:
    program = "import sys, json, robot.evidence.pack.verification; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    loaded = {name.partition(".")[0] for name in json.loads(done.stdout)}
    assert not loaded & {"PIL", "jinja2", "pydantic", "playwright", "dbos"}
