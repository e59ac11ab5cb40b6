"""What editors, mail programs and habits do wrong with a pair file: 2, the line, and one hint."""

import tomllib
from pathlib import Path

import pytest
from a_pair_file import PAIR

from robot.domain.errors import UsageError
from robot.settings import load

DNS = 'method = "dns"\nserver = "{0}"\nzone = "example.com"\nrecord = "support"\nttl = 60\ntsig = "TSIG"\n'
SHARED_IP = 'method = "shared-ip"\nshared_ip = "192.0.2.20"\n'


@pytest.fixture
def pair_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FAILOVER_ROBOT_POLICY", str(tmp_path / "none.toml"))
    return tmp_path / "pair.toml"


def refusal(pair_file: Path, content: str | bytes) -> str:
    pair_file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UsageError) as refused:
        load(pair_file)
    sentence = str(refused.value)
    assert refused.value.code == 2
    assert "\n" not in sentence
    return sentence.removeprefix(str(pair_file)).lstrip(": ")


@pytest.mark.parametrize("text", [f"\ufeff{PAIR}", PAIR.replace("\n", "\r\n"), f"\ufeff{PAIR}".replace("\n", "\r\n")])
def test_a_pair_file_from_another_system_is_read(pair_file: Path, text: str) -> None:
    pair_file.write_bytes(text.encode())
    assert load(pair_file).change.ticket == "CHG0031337"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_pair_file_in_utf_16_is_refused_by_that_name(pair_file: Path, encoding: str) -> None:
    assert refusal(pair_file, PAIR.encode(encoding)) == (
        "is not a text file in UTF-8 but in UTF-16, from line 1 on: save it as UTF-8"
    )


ESCAPED = "write it in single quotes, or a path with / in place of \\"
ONE_LINE = "what stands in { } must be on one line: join the lines, or make a section of it"


@pytest.mark.parametrize(
    ("old", "new", "line", "hint"),
    [
        ('"CHG0031337"', "\u201cCHG0031337\u201d", 2, 'it has curly quotes: write straight ones, as in "text"'),
        ('"CHG0031337"', "\u2018CHG0031337\u2019", 2, 'it has curly quotes: write straight ones, as in "text"'),
        ('"backups"', r'"C:\users\x"', 17, f"in double quotes a backslash begins an escape: {ESCAPED}"),
        ('"backups"', r'"D:\Backups"', 17, f"in double quotes a backslash begins an escape: {ESCAPED}"),
        ('"backups"', '"backups\\"', 17, f"in double quotes a backslash begins an escape: {ESCAPED}"),
        ('credentials = "A"', 'tls = {\n  name = "x"\n}', 10, ONE_LINE),
        ('credentials = "A"', 'tls = { name = "x",  # the name\n  ca_file = "y" }', 10, ONE_LINE),
        ('credentials = "A"', 'tls = { name = "x"\n}', 10, ONE_LINE),
        ("[b]", "[site]", 12, "[site] stands here again: keep one of the two"),
        ('credentials = "A"', 'tls = { name = "x" }\n[a.tls]', 11, "[a.tls] stands here again: keep one of the two"),
        ("ticket =", 'ticket = "X"\nticket =', 3, "this key stands here again: keep one of the two"),
        ('"CHG0031337"', '"CHG0031337', 2, "a quote is not closed on this line"),
        ('"15.1.3"', "latest", 6, "invalid value"),
    ],
)
def test_a_slip_of_the_keyboard_is_refused_with_its_line_and_one_hint(
    pair_file: Path, old: str, new: str, line: int, hint: str
) -> None:
    assert PAIR.count(old) == 1
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(PAIR.replace(old, new))
    assert refusal(pair_file, PAIR.replace(old, new)) == f"line {line} is not valid TOML: {hint}"


@pytest.mark.parametrize("path", [r"C:\backups", r"C:\new", r"C:\root", r"C:\tmp", r"\u0007"])
def test_a_path_whose_backslashes_make_other_characters_is_refused(pair_file: Path, path: str) -> None:
    text = PAIR.replace('"backups"', f'"{path}"')
    tomllib.loads(text)
    assert refusal(pair_file, text) == (
        f"line 17: backup.directory holds a control character, such as \\n or \\b in double quotes: {ESCAPED}"
    )


def test_a_question_to_a_person_may_have_several_lines(pair_file: Path) -> None:
    pair_file.write_text(f'{PAIR}[checks]\nsame_key = {{ person = "Look.\\nThe same?" }}\n', encoding="utf-8")
    assert load(pair_file).checks.same_key
    assert "holds a control character" in refusal(pair_file, f'{PAIR}[checks]\nsame_key = {{ person = "Look.\\u0007" }}\n')


@pytest.mark.parametrize("address", ["192.0.2.012", "192.000.2.12", "0192.0.2.12"])
@pytest.mark.parametrize(
    ("place", "old", "new"),
    [
        ("a.address", 'address = "192.0.2.12"', 'address = "{0}"'),
        ("b.address", 'address = "192.0.2.13"', 'address = "{0}"'),
        ("b.peer_address", 'credentials = "B"', 'credentials = "B"\npeer_address = "{0}"'),
        ("a.tls.name", 'credentials = "A"', 'credentials = "A"\ntls = {{ name = "{0}" }}'),
        ("site.hostname", '"support.example.com"', '"{0}"'),
        ("swing.shared_ip", '"192.0.2.20"', '"{0}"'),
        ("swing.server", SHARED_IP, DNS),
        ("swing.server", SHARED_IP, DNS.replace("{0}", "{0}:5353")),
        ("swing.a", SHARED_IP, f'{DNS.replace("{0}", "192.0.2.53")}a = "{{0}}"\n'),
        ("swing.b", SHARED_IP, f'{DNS.replace("{0}", "192.0.2.53")}b = "{{0}}"\n'),
        ("swing.views.0.server", SHARED_IP, f'{DNS.replace("{0}", "ns")}views = [{{{{ server = "{{0}}", tsig = "T" }}}}]\n'),
        ("swing.views.0.a", SHARED_IP, f'{DNS.replace("{0}", "ns")}views = [{{{{ server = "x", tsig = "T", a = "{{0}}" }}}}]\n'),
        ("swing.address", SHARED_IP, 'method = "person"\naddress = "{0}"\n'),
        ("notify.webhook.url", SHARED_IP, f'{SHARED_IP}[notify]\nwebhook = {{{{ url = "https://{{0}}/x" }}}}\n'),
        (
            "notify.smtp.server",
            SHARED_IP,
            f'{SHARED_IP}[notify]\nsmtp = {{{{ server = "{{0}}", from = "a@b.example", to = ["a@b.example"] }}}}\n',
        ),
    ],
)
def test_an_address_that_some_programs_read_by_eights_is_refused_wherever_it_stands(
    pair_file: Path, address: str, place: str, old: str, new: str
) -> None:
    assert PAIR.count(old) == 1
    plain = ".".join(str(int(part)) for part in address.split("."))
    assert refusal(pair_file, PAIR.replace(old, new.format(address))) == f"{place} has a leading zero; write {plain}"


@pytest.mark.parametrize("address", ["192.0.2", "3221225994", "0xC000020C", "0x7f.1", "192.0.2.300", "1:2", "2001:db8::12::1"])
def test_a_name_that_some_programs_take_for_an_address_is_refused(pair_file: Path, address: str) -> None:
    sentence = refusal(pair_file, PAIR.replace('"192.0.2.12"', f'"{address}"'))
    assert sentence == "a.address must be a host name or an IP address, such as 192.0.2.12"


@pytest.mark.parametrize("address", ["2001:db8::12", "a1.example.com", "a", "192-0-2-012.example.com", "10.example"])
def test_names_and_plain_addresses_are_read(pair_file: Path, address: str) -> None:
    pair_file.write_text(PAIR.replace('"192.0.2.12"', f'"{address}"'), encoding="utf-8")
    assert load(pair_file).a.address == address


@pytest.mark.parametrize("address", ["2001:db8::12", "[2001:db8::12]", "2001:DB8::12", "2001:0db8:0:0:0:0:0:12"])
def test_an_ipv6_address_is_the_same_in_every_spelling(pair_file: Path, address: str) -> None:
    pair_file.write_text(PAIR.replace('"192.0.2.12"', f'"{address}"').replace('"192.0.2.20"', f'"{address}"'), encoding="utf-8")
    assert refusal(pair_file, pair_file.read_text(encoding="utf-8")).startswith("a.address is the shared IP 2001:db8::12")
    pair_file.write_text(PAIR.replace('"192.0.2.12"', f'"{address}"'), encoding="utf-8")
    assert load(pair_file).a.address == "2001:db8::12"


@pytest.mark.parametrize("place", ["192.0.2.12", "192.0.2.20"])
@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("fe80::1%eth0", "has a zone (%eth0), which no URL can hold: give an address that needs none"),
        ("[fe80::1]", "is valid on one link only (fe80::/10), and leads nowhere by itself: give an address that does"),
        ("::ffff:192.0.2.99", "is an IPv4 address in another notation; write 192.0.2.99"),
    ],
)
def test_an_ipv6_address_that_a_browser_could_not_be_led_to_is_refused(
    pair_file: Path, place: str, address: str, why: str
) -> None:
    assert why in refusal(pair_file, PAIR.replace(f'"{place}"', f'"{address}"'))


def test_a_host_name_is_read_in_small_letters_as_the_browser_has_it(pair_file: Path) -> None:
    pair_file.write_text(PAIR.replace('"192.0.2.12"', '"A1.Example.COM"'), encoding="utf-8")
    assert load(pair_file).a.address == "a1.example.com"
