"""The `.env`: what would silently mean something else is refused by its line and its variable, and no value is ever shown."""

import re
import shlex
from pathlib import Path

import pytest
from a_pair_file import ENVIRONMENT, PAIR, write_env
from hypothesis import given
from hypothesis import strategies as st

from robot.domain.errors import UsageError
from robot.settings import Settings, load
from robot.settings.env_file import read_env_file
from robot.settings.secrets import secrets

NAME = "A_LOGIN_PASSWORD"
OTHERS = "".join(f"{name}={value}\n" for name, value in ENVIRONMENT.items() if name != NAME)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("FAILOVER_ROBOT_POLICY", str(tmp_path / "none.toml"))
    (tmp_path / "pair.toml").write_text(PAIR, encoding="utf-8")
    return load(tmp_path / "pair.toml")


def refusal(settings: Settings, text: str) -> str:
    env_file = write_env(settings.folder, text)
    with pytest.raises(UsageError) as refused:
        secrets(settings, {})
    sentence = str(refused.value)
    assert refused.value.code == 2
    assert "\n" not in sentence
    return sentence.removeprefix(str(env_file)).lstrip(": ")


UNCLOSED = f"line 2 ({NAME}) cannot be read: a quote is not closed on its line"
BEHIND = f"line 2 ({NAME}) cannot be read: more follows the closing quote; write one variable on a line"
FORM = f"line 2 ({NAME}) cannot be read: write NAME='value', one variable on a line"
ANOTHER = f"line 2 ({NAME}) has another variable behind the value: write one variable on a line, or the value in single quotes"
CUT = (
    f"line 2 ({NAME}) has text after a #, which was taken for a comment: put the whole value in single quotes, or the comment "
    "on a line of its own"
)
TWICE = f"line 5: {NAME} stands in line 2 too, with another value: keep one of them"


def holds(character: str, way: str = "write the value in single quotes") -> str:
    return f"line 2 ({NAME}) holds a control character ({character}): {way}"


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (r'="CORP\nadine"', holds("a newline")),
        (r'="CORP\robert"', holds("a carriage return")),
        (r'="C:\alpha"', holds("a bell")),
        (r'="C:\victor"', holds("a vertical tab")),
        (r'="C:\temporary"', holds("a tab")),
        (r'="C:\backups"', holds("U+0008")),
        ("=with\ta-tab", holds("a tab", "remove it")),
        ("='nul\0inside'", holds("U+0000", "remove it")),
        ('="hunter22', UNCLOSED),
        ("='hunter22", UNCLOSED),
        ('="hunter22\nA_APPLIANCE_USERNAME="robot-a"', UNCLOSED),
        ('="hunter22\n\n# it was \\"old\\" once\n', UNCLOSED),
        ("='hunter22\nhunter23'", UNCLOSED),
        ('="C:\\hunter22\\"', UNCLOSED),
        ("='hunter22'; B=1", BEHIND),
        ("='hunter22'hunter23", BEHIND),
        ('="hunter22" old', BEHIND),
        (": hunter22", FORM),
        (":hunter22", FORM),
        (" : hunter22", FORM),
        ("=hunter22; B_LOGIN_PASSWORD=hunter23", ANOTHER),
        ("=hunter22 B_LOGIN_PASSWORD=hunter23", ANOTHER),
        ("=hunter22 #dor", CUT),
        ("=hunter22\t# dor", CUT),
        ('="hunter22" #old: "other"', CUT),
        ("='hunter22' # since May", CUT),
        ("=hunter22\n\n\nexport A_LOGIN_PASSWORD='hunter23'", TWICE),
    ],
)  # fmt: skip
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_what_would_mean_another_value_is_refused_by_line_and_name_and_the_value_not_shown(
    settings: Settings, written: str, sentence: str, newline: str
) -> None:
    text = f"# accounts of the robot\n{NAME}{written}\n{OTHERS}".replace("\n", newline)
    shown = refusal(settings, text)
    assert shown == sentence
    assert not [part for part in ("hunter", "adine", "CORP", "dor ", "since") if part in shown]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("=hunter22", "hunter22"),
        ("  =  'hunter22'  ", "hunter22"),
        ("=hunter#22", "hunter#22"),
        ("='hunter #22'", "hunter #22"),
        ('="hunter #22"', "hunter #22"),
        (r"='CORP\nadine'", r"CORP\nadine"),
        (r"=CORP\nadine", r"CORP\nadine"),
        (r'="CORP\\nadine"', r"CORP\nadine"),
        (r"='it\'s hunter'", "it's hunter"),
        ('=it"s-hunter', 'it"s-hunter'),
        ("=hunter22\nexport A_LOGIN_PASSWORD='hunter22'", "hunter22"),
        ("=${HOME}$(id)", "${HOME}$(id)"),
    ],
)
def test_a_value_is_taken_as_it_was_meant(settings: Settings, written: str, value: str) -> None:
    write_env(settings.folder, f"\ufeff# accounts\n{NAME}{written}\n{OTHERS}")
    assert secrets(settings, {}).a.login.password.get_secret_value() == value


def test_a_comment_beside_an_empty_value_is_a_comment(tmp_path: Path) -> None:
    path = write_env(tmp_path, "A_LOGIN_TOTP=          # the seed, where there is one\nA='' # none\nB=\n# C=x # y\n")
    assert read_env_file(path, ()) == {"A_LOGIN_TOTP": "", "A": "", "B": ""}
    example = Path(__file__).resolve().parents[3] / "robot" / "examples" / "env.example"
    filled = write_env(
        tmp_path, example.read_text(encoding="utf-8").replace("# A_", "A_").replace("# B", "B").replace("# TSIG", "TSIG")
    )
    assert not any(read_env_file(filled, ()).values()), "nothing in the example is taken for a value"


def test_what_begins_an_unreadable_line_is_named_only_if_the_pair_file_names_it(settings: Settings) -> None:
    assert refusal(settings, f"{OTHERS}\nHUNTER22: x\n").startswith("line 9 cannot be read: ")
    assert refusal(settings, f"{OTHERS}HUNTER22=a1\nHUNTER22=a2\n").startswith("line 9: a variable stands in line 8 too")


SECRET = st.text(st.characters(exclude_categories=["Cs"]), min_size=6)


@given(SECRET, st.sampled_from(["{}", "'{}'", '"{}"', "{} # {}", "'{}' # {}", '"{}', "'{}", ": {}", "{}; B={}"]))
def test_no_sentence_about_a_line_shows_what_stands_in_it(
    tmp_path_factory: pytest.TempPathFactory, secret: str, form: str
) -> None:
    path = write_env(tmp_path_factory.getbasetemp(), "")
    path.write_bytes(f"{NAME}={form.format(secret, secret)}\n".encode())
    sentences = [UNCLOSED, BEHIND, FORM, ANOTHER, CUT, holds("X"), holds("X", "remove it")]
    forms = [re.escape(each.partition(") ")[2]).replace("X", "[A-Za-z0-9+ ]+") for each in sentences]
    said = ""
    try:
        read_env_file(path, {NAME})
    except UsageError as refused:
        said = str(refused)
    assert re.fullmatch(rf"({re.escape(str(path))} line \d+ (\({NAME}\) )?({'|'.join(forms)}))?", said)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o666, 0o620, 0o777])
def test_an_env_file_that_others_may_open_is_refused_with_the_command_that_mends_it(settings: Settings, mode: int) -> None:
    env_file = write_env(settings.folder)
    env_file.chmod(mode)
    command = f"chmod 600 {shlex.quote(str(env_file))}"
    with pytest.raises(UsageError) as refused:
        secrets(settings, {})
    assert refused.value.code == 2
    assert str(refused.value) == f"{env_file} is open to others than its owner (mode {mode:04o}): {command}"
    env_file.chmod(0o600)
    assert secrets(settings, {})


@pytest.mark.parametrize("mode", [0o400, 0o600, 0o700])
def test_an_env_file_of_its_owner_alone_is_read(settings: Settings, mode: int) -> None:
    write_env(settings.folder).chmod(mode)
    assert secrets(settings, {})


def test_a_control_character_from_the_environment_is_refused_as_well(settings: Settings) -> None:
    for name in (NAME, "A_LOGIN_USERNAME"):
        with pytest.raises(UsageError, match=rf"^{name} holds a control character \(a carriage return\): set it without$"):
            secrets(settings, ENVIRONMENT | {name: "hunter22\r"})
