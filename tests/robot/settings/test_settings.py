"""The pair file: what it says is understood, what it cannot mean is refused in one sentence, and no secret shows."""

import contextlib
import json
import math
import re
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from a_pair_file import ENVIRONMENT, PAIR, write_env
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from robot.domain.errors import UsageError
from robot.domain.masking import Masking
from robot.domain.model import Unit
from robot.settings import Settings, load
from robot.settings.odd_swings import refuse_odd_swing
from robot.settings.secrets import secret_names, secrets
from robot.settings.values import FROM_A_PERSON, Duration, Span, host_and_port

WINDOWS = """
[windows]
first  = { opens = 2026-12-01T22:00:00Z, closes = 2026-12-02T02:00:00Z }
second = { opens = 2026-12-03T22:00:00Z, closes = 2026-12-04T02:00:00Z }
interim = { at_least = "24h", at_most = "72h" }
"""
SHARED_IP = 'method = "shared-ip"\nshared_ip = "192.0.2.20"'
DNS = 'method = "dns"\nserver = "192.0.2.53"\nzone = "example.com"\nrecord = "support"\nttl = 60\ntsig = "TSIG"'
NAT = 'method = "nat"\ncommand = ["./nat", "{address}"]'
PERSON = 'method = "person"'
DURATION, SPAN = TypeAdapter[float](Duration), TypeAdapter[float](Span)


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    monkeypatch.setenv("FAILOVER_ROBOT_POLICY", str(tmp_path / "none.toml"))

    def refuse(old: str = "", new: str = "") -> str:
        assert old in PAIR
        (tmp_path / "pair.toml").write_text(PAIR.replace(old, new, 1) if old else PAIR + new, encoding="utf-8")
        with pytest.raises(UsageError) as refusal:
            load(tmp_path / "pair.toml")
        sentence = str(refusal.value)
        assert refusal.value.code == 2
        assert "\n" not in sentence
        assert "pydantic" not in sentence.lower()
        return sentence.removeprefix(f"{tmp_path / 'pair.toml'}: ")

    return refuse


def written(folder: Path, text: str = PAIR) -> Path:
    (folder / "pair.toml").write_text(text, encoding="utf-8")
    return folder / "pair.toml"


@pytest.mark.proves("RE10")
def test_a_plain_pair_file_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAILOVER_ROBOT_POLICY", str(tmp_path / "none.toml"))
    settings = load(written(tmp_path))
    assert (settings.a.address, settings.b.address, settings.a.port) == ("192.0.2.12", "192.0.2.13", 443)
    assert settings.limits.install == 5400
    assert settings.limits.sync_age == 600
    assert settings.limits.sync == 4 * 3600
    assert settings.path(Path("backups")) == tmp_path / "backups"


def test_update_files_need_not_be_there_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAILOVER_ROBOT_POLICY", str(tmp_path / "none.toml"))
    by_hand = (
        '[update]\nmethod = "manual"\nfiles = { a = ["a/1.nsu"], b = ["b/1.nsu", "b/2.nsu"] }\n'
        'installers = "keep"\naccept_agreement = true\n'
    )
    settings = load(written(tmp_path, PAIR + by_hand))
    assert [settings.path(path) for path in settings.update.files.b] == [tmp_path / "b/1.nsu", tmp_path / "b/2.nsu"]
    assert (settings.update.method, settings.update.installers, settings.update.accept_agreement) == ("manual", "keep", True)


CONTACT = 'agreement_contact = { name = "Service desk", email = "desk@example.com" }\n'
ACCEPTED = f"[update]\naccept_agreement = true\n{CONTACT}"


def test_a_contact_for_an_agreement_is_a_name_and_one_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAILOVER_ROBOT_POLICY", str(tmp_path / "none.toml"))
    settings = load(written(tmp_path, PAIR + ACCEPTED))
    assert str(settings.update.agreement_contact) == "Service desk <desk@example.com>"
    assert not settings.update.may_lack_contact
    again = Settings.model_validate(settings.model_dump(mode="json"))
    assert again.update.agreement_contact == settings.update.agreement_contact
    assert load(written(tmp_path, PAIR + ACCEPTED.replace(CONTACT, ""))).update.may_lack_contact
    assert not load(written(tmp_path)).update.may_lack_contact


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("accept_agreement = true\n", "", "update.agreement_contact is given and accept_agreement is not true"),
        ("Service desk", "", "update.agreement_contact.name must be a name on one line"),
        ("Service desk", r"Service\u0007desk", "holds a control character"),
        ("Service desk", r"Service\ndesk", "holds a control character"),
        ("Service desk", "Desk <a@b.example>", "update.agreement_contact.name must be a name"),
        (
            "desk@example.com",
            "desk@example",
            "update.agreement_contact.email must be one e-mail address, such as desk@example.com",
        ),
        ("desk@example.com", "desk@example.com, b@example.com", "must be one e-mail address"),
        ("desk@example.com", r"desk\u0000@example.com", "holds a control character"),
        ("desk@example.com", r"desk@example.com\n", "holds a control character"),
        ("desk@example.com", "Desk <desk@example.com>", "must be one e-mail address"),
        (', email = "desk@example.com"', "", "update.agreement_contact.email is missing"),
        ("example.com", 'example.com", mail = "', "update.agreement_contact.mail is not known; did you mean email?"),
    ],
)
def test_a_contact_that_is_none_is_refused(refused: Callable[..., str], old: str, new: str, sentence: str) -> None:
    assert sentence in refused(new=ACCEPTED.replace(old, new))


def test_a_patch_is_the_name_of_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAILOVER_ROBOT_POLICY", str(tmp_path / "none.toml"))
    settings = load(written(tmp_path, f'{PAIR}[update]\npatch = "BT26-02-RS"\n'))
    assert (settings.update.patch, settings.wanted) == ("BT26-02-RS", f"BT26-02-RS on {settings.site.target_version}")


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ('patch = ""', "update.patch must be the name of the patch"),
        ('patch = "25"', "update.patch must be the name of the patch"),
        ('patch = "25.3.2"', "update.patch must be the name of the patch"),
        ('patch = "Remote Support 25.3.2"', "a version belongs in target_version"),
        (r'patch = "BT26\n"', "update.patch holds a control character"),
        (
            'patch = "BT26-02-RS"\nmethod = "manual"\nfiles = { a = ["1.nss"], b = ["2.nss", "3.nss"] }',
            "update.files.b has several files, and update.patch is one package",
        ),
    ],
)
def test_a_patch_that_is_none_is_refused(refused: Callable[..., str], lines: str, sentence: str) -> None:
    assert sentence in refused(new=f"[update]\n{lines}\n")


def test_the_example_that_init_writes_is_a_valid_pair_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAILOVER_ROBOT_POLICY", str(tmp_path / "none.toml"))
    example = Path(__file__).resolve().parents[3] / "robot" / "examples" / "pair.toml"
    (tmp_path / "ca.pem").touch()
    assert load(written(tmp_path, example.read_text(encoding="utf-8"))).change.ticket == "CHG0000000"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("[change]", "[chnage]\nx = 1\n[change]", "chnage is not known; did you mean change?"),
        ("ticket =", 'tickt = "x"\nticket =', "change.tickt is not known; did you mean ticket?"),
        ("hostname =", "host_name = 'x'\nhostname =", "site.host_name is not known; did you mean hostname?"),
        ('credentials = "A"', 'credentials = "A"\nadress = "x"', "a.adress is not known; did you mean address?"),
        ('credentials = "B"', 'credentials = "B"\ntls = { cafile = "x" }', "b.tls.cafile is not known; did you mean ca_file?"),
        ('directory = "backups"', 'directory = "b"\npassord = "X"', "backup.passord is not known; did you mean password?"),
        ("", '[update]\nmetod = "automatic"', "update.metod is not known; did you mean method?"),
        ("", "[update]\nfiles = { c = [] }", "update.files.c is not known; known there: a, b"),
        ("method =", 'shared-ip = "x"\nmethod =', "swing.shared-ip is not known; did you mean shared_ip?"),
        ("", '[checks]\nsnapshot = { skip = "x" }', "checks.snapshot is not known; did you mean snapshots?"),
        ("", '[checks]\nsnapshots = { skipp = "x" }', "checks.snapshots.skipp is not known; did you mean skip?"),
        ("", '[limits]\nsnyc = "1h"', "limits.snyc is not known; did you mean sync?"),
        ("", "[approval]\nrequire = true", "approval.require is not known; did you mean required?"),
        ("", '[notify]\nmail = "x"', "notify.mail is not known; known there: command, smtp, webhook"),
        (
            "",
            '[notify]\nsmtp = { server = "m", from = "a@b.c", to = ["a@b.c"], form = "x" }',
            "notify.smtp.form is not known; did you mean from?",
        ),
        ("", '[notify]\nwebhook = { url = "https://x", tokn = "X" }', "notify.webhook.tokn is not known; did you mean token?"),
    ],
)
def test_an_unknown_key_is_refused_at_every_level_and_the_nearest_named(
    refused: Callable[..., str], old: str, new: str, sentence: str
) -> None:
    assert refused(old, new) == sentence


@given(st.from_regex(r"[a-z]{3,12}x", fullmatch=True))
def test_no_unknown_section_is_ever_ignored(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    folder = tmp_path_factory.mktemp("pair")
    with pytest.raises(UsageError, match=f"{name} is not known"):
        load(written(folder, f"{PAIR}\n[{name}]\n"))


@pytest.mark.proves("BS8", "RE6")
@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('address = "192.0.2.13"', 'address = "192.0.2.12"', "a and b are the same appliance (192.0.2.12)"),
        ('address = "192.0.2.12"', 'address = "192.0.2.20"', "a.address is the shared IP 192.0.2.20"),
        ('address = "192.0.2.13"', 'address = "support.example.com"', "b.address is the site's own hostname"),
        ('credentials = "B"', 'credentials = "B"\npeer_address = "192.0.2.20"', "b.peer_address is the shared IP"),
        ('shared_ip = "192.0.2.20"', "", "swing.shared_ip is missing"),
        ('shared_ip = "192.0.2.20"', 'shared_ip = "shared.example.com"', "swing.shared_ip must be an IP address"),
        ('[backup]\ndirectory = "backups"', "", "[backup] is missing; without a backup nothing is changed (BS8)"),
        ('ticket = "CHG0031337"', 'ticket = "../x"', "change.ticket must be 1 to 64 letters"),
        ('ticket = "CHG0031337"', "", "change.ticket is missing"),
        ('target_version = "15.1.3"', 'target_version = "latest"', "site.target_version must be a version in numbers"),
        ('credentials = "A"', 'credentials = "a"', "a.credentials must be the name of an environment variable"),
        ('credentials = "A"', 'credentials = "A"\nport = 0', "a.port must be greater than or equal to 1"),
        ('credentials = "A"', 'credentials = "A"\nport = "443"', "a.port must be a valid integer"),
        ('credentials = "A"', 'credentials = "A"\ntls = { pin = ["abc"] }', "a.tls.pin.0 must be the base64 SHA-256"),
        ('credentials = "A"', 'credentials = "A"\ntls = { ca_file = "no.pem" }', "a.tls.ca_file"),
        ('method = "shared-ip"', 'method = "magic"', "swing.method must be 'shared-ip', 'dns', 'nat' or 'person', not 'magic'"),
        ("", '[limits]\nsync = "soon"', 'limits.sync is not a duration: write "90s", "15m", "4h" or "2d"'),
        ("", "[limits]\nsessions = -1", "limits.sessions must be greater than or equal to 0"),
        ("", "[checks]\nnotice = {}", "checks.notice needs exactly one of command, person or skip"),
        ("", '[checks]\nnotice = { skip = "x", command = ["y"] }', "checks.notice needs exactly one of command, person or skip"),
        ("[site]", 'site = "x"\n[site_]', "change.site is not known"),
        ("", '[update]\nmethod = "manual"', 'update.files.a is missing; method = "manual" needs each appliance\'s own files'),
        ("", '[update]\nmethod = "manual"\nfiles = { a = ["x.nsu"] }', "update.files.b is missing"),
        ("", '[update]\nfiles = { a = ["x.nsu"], b = ["./x.nsu"] }', "update.files names"),
        ("", '[update]\nfiles = { b = ["x.nsu", "x.nsu"] }', "update.files names"),
    ],
)
def test_nonsense_is_refused_in_one_sentence(refused: Callable[..., str], old: str, new: str, sentence: str) -> None:
    assert refused(old, new).startswith(sentence)


SMTP = 'server = "mail.example.com", from = "robot@example.com", to = ["oncall@example.com"]'


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ("", "[notify] needs at least one of command, smtp or webhook"),
        ("command = []", "[notify] needs at least one of command, smtp or webhook"),
        ('smtp = { server = "m", to = ["a@b.c"] }', "notify.smtp.from is missing"),
        (f"smtp = {{ {SMTP} }}".replace("robot@example.com", "robot"), "notify.smtp.from must be an address such as oncall@"),
        (f"smtp = {{ {SMTP} }}".replace('["oncall@example.com"]', "[]"), "notify.smtp.to is empty; name at least one address"),
        (f"smtp = {{ {SMTP} }}".replace("oncall@", "a@x,b@"), "notify.smtp.to.0 must be an address such as oncall@example.com"),
        (f'smtp = {{ {SMTP}, tls = "ssl" }}', "notify.smtp.tls must be 'starttls', 'tls' or 'none', not 'ssl'"),
        (f'smtp = {{ {SMTP}, username = "u" }}', "notify.smtp has only one of username and password"),
        (f'smtp = {{ {SMTP}, password = "P" }}', "notify.smtp has only one of username and password"),
        (f'smtp = {{ {SMTP}, username = "u", password = "s3cret" }}', "notify.smtp.password must be the name of an environment"),
        (f'smtp = {{ {SMTP}, tls = "none", username = "u", password = "P" }}', 'notify.smtp.tls = "none" sends everything in cl'),
        (f'smtp = {{ {SMTP}, ca_file = "no.pem" }}', "notify.smtp.ca_file"),
        ('webhook = { url = "http://chat.example.com/x" }', "notify.webhook.url must be an address such as https://"),
        ('webhook = { url = "https://u:p@chat.example.com/x" }', "notify.webhook.url must be an address such as https://"),
        ('webhook = { url = "https://chat.example.com:99999/x" }', "notify.webhook.url must be an address such as https://"),
        ('webhook = { url = "https://chat.example.com/x#y" }', "notify.webhook.url must be an address such as https://"),
        ('webhook = { url = "https://chat.example.com/x y" }', "notify.webhook.url must be an address such as https://"),
        ('webhook = { url = "https:///x" }', "notify.webhook.url must be an address such as https://"),
        ("webhook = { url = 443 }", "notify.webhook.url must be an address such as https://"),
        (
            'webhook = { url = "https://x", token = "abc def" }',
            "notify.webhook.token must be the name of an environment variable",
        ),
        ('webhook = { url = "https://x", ca_file = "no.pem" }', "notify.webhook.ca_file"),
    ],
)
def test_a_notify_section_that_could_not_tell_anybody_safely_is_refused(
    refused: Callable[..., str], section: str, sentence: str
) -> None:
    assert refused("", f"\n[notify]\n{section}\n").startswith(sentence)


def test_a_notify_section_is_the_same_again_after_a_journey_with_its_run(tmp_path: Path) -> None:
    ways = f'command = ["./tell"]\nsmtp = {{ {SMTP} }}\nwebhook = {{ url = "https://[2001:db8::1]:8443/x?y=z" }}'
    settings = load(written(tmp_path, f"{PAIR}\n[notify]\n{ways}\n"))
    assert Settings.model_validate(json.loads(json.dumps(settings.model_dump(mode="json")))) == settings
    assert settings.notify is not None
    assert settings.notify.smtp is not None
    assert (settings.notify.smtp.sender, settings.notify.smtp.port, settings.notify.smtp.tls) == (
        "robot@example.com", 25, "starttls",
    )  # fmt: skip


@pytest.mark.parametrize("missing", ["MAIL_PASSWORD", "HOOK_TOKEN"])
def test_each_missing_secret_of_notify_is_named_and_each_is_one_of_the_secrets(tmp_path: Path, missing: str) -> None:
    mail, hook = f'{SMTP}, username = "u", password = "MAIL_PASSWORD"', 'url = "https://x", token = "HOOK_TOKEN"'
    settings = load(written(tmp_path, f"{PAIR}\n[notify]\nsmtp = {{ {mail} }}\nwebhook = {{ {hook} }}\n"))
    known = {**ENVIRONMENT, "MAIL_PASSWORD": "mail-s3cret", "HOOK_TOKEN": "hook-t0ken"}
    found = secrets(settings, known)
    assert {"mail-s3cret", "hook-t0ken"} < set(found.texts())
    assert Masking(found.texts())(f"{known[missing]}!") == "[secret]!"
    assert known[missing] not in f"{found!r} {settings.model_dump_json()}"
    with pytest.raises(UsageError, match=f"^{missing} is missing"):
        secrets(settings, {name: value for name, value in known.items() if name != missing})
    assert secret_names(settings) == {*ENVIRONMENT, *(f"{u}_{i}_TOTP" for u in "AB" for i in ("LOGIN", "APPLIANCE")), *known}


def test_a_section_that_is_a_word_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=re.escape("limits must be a section with keys of its own, such as [limits]")):
        load(written(tmp_path, f'limits = "none"\n{PAIR}'))


def test_both_kinds_of_trust_at_once_are_refused(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "ca.pem").touch()
    both = f'credentials = "A"\ntls = {{ ca_file = "ca.pem", pin = ["{"A" * 43}="] }}'
    assert refused('credentials = "A"', both).startswith("a.tls has both ca_file and pin")


def test_two_windows_are_understood_whatever_offset_they_are_written_in(tmp_path: Path) -> None:
    shifted = WINDOWS.replace("2026-12-01T22:00:00Z", "2026-12-02T03:45:00+05:45")
    windows = load(written(tmp_path, PAIR + shifted)).windows
    assert windows
    assert (windows.first.opens, windows.second.closes) == (
        datetime(2026, 12, 1, 22, tzinfo=UTC),
        datetime(2026, 12, 4, 2, tzinfo=UTC),
    )
    assert (windows.interim.at_least, windows.interim.at_most, windows.overtime) == (86400, 3 * 86400, 0)


def test_windows_are_the_same_after_a_journey_through_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAILOVER_ROBOT_POLICY", str(tmp_path / "none.toml"))
    settings = load(written(tmp_path, f'{PAIR}{WINDOWS}overtime = "2h"\n'))
    assert Settings.model_validate(json.loads(json.dumps(settings.model_dump(mode="json")))) == settings


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("2026-12-01T22:00:00Z", "2026-12-01T22:00:00", "windows.first.opens has no offset: write Z for UTC, or an offset"),
        ("2026-12-04T02:00:00Z", "2026-12-04", "windows.second.closes must be a date and time with its offset, such as"),
        ("2026-12-04T02:00:00Z", "02:00:00", "windows.second.closes must be a date and time with its offset, such as"),
        ("2026-12-04T02:00:00Z", "1796349600", "windows.second.closes must be a date and time with its offset, such as"),
        ("2026-12-04T02:00:00Z", '"tomorrow"', "windows.second.closes must be a date and time with its offset, such as"),
        ("2026-12-04T02:00:00Z", "9999-12-31T23:59:59-12:00", "windows.second.closes must lie between the years 2000 and 2999"),
        ("2026-12-04T02:00:00Z", "0001-01-01T00:00:00+12:00", "windows.second.closes must lie between the years 2000 and 2999"),
        ("2026-12-02T02:00:00Z", "2026-12-01T22:00:00Z", "windows.first closes at 2026-12-01 22:00 UTC, and opens only at"),
        ("2026-12-02T02:00:00Z", "2026-12-01T23:00:00+02:00", "windows.first closes at 2026-12-01 21:00 UTC, and opens only"),
        ("opens = 2026-12-03T22:00:00Z", "opens = 2026-12-01T21:00:00Z", "windows are exchanged: second opens at 2026-12-01 21"),
        ("opens = 2026-12-03T22:00:00Z", "opens = 2026-12-02T01:59:59Z", "windows overlap: second opens at 2026-12-02 01:59:59"),
        ('at_most = "72h"', 'at_most = "23h"', "windows.interim has at_least (24 h) longer than at_most (23 h)"),
        ('"72h"', '"43h"', "windows are 44 h apart, longer than interim.at_most (43 h)"),
        ('"24h"', '"53h"', "windows leave no room for interim.at_least (53 h): both are over after 52 h"),
        ('"24h"', '"soon"', "windows.interim.at_least is not a duration"),
        ('"24h"', "-1", "windows.interim.at_least is not a duration"),
        ('"24h"', "nan", "windows.interim.at_least is not a duration"),
        ('"24h"', "86400", "windows.interim.at_least is not a duration"),
        (
            'at_least = "24h", at_most = "72h"',
            'at_least = "0s", at_most = "0s"',
            "windows.interim.at_most must be longer than nothing",
        ),
        ('at_most = "72h" }', 'at_most = "72h" }\novertime = "45h"', "windows are 44 h apart, shorter than overtime (45 h)"),
        ('at_most = "72h" }', 'at_most = "72h" }\novertme = "1h"', "windows.overtme is not known; did you mean overtime?"),
        ("opens = 2026-12-03T22:00:00Z, ", "", "windows.second.opens is missing"),
        (", closes = 2026-12-02T02:00:00Z", "", "windows.first.closes is missing"),
        (', at_most = "72h"', "", "windows.interim.at_most is missing"),
        ('at_least = "24h", ', "", "windows.interim.at_least is missing"),
        ("second = ", "third = ", "windows.second is missing"),
        ("first  = ", "frist  = ", "windows.first is missing"),
        ('interim = { at_least = "24h", at_most = "72h" }', "", "windows.interim is missing"),
    ],
)
def test_windows_that_cannot_be_kept_are_refused_in_one_sentence(
    refused: Callable[..., str], old: str, new: str, sentence: str
) -> None:
    assert WINDOWS.count(old) == 1
    assert refused(new=WINDOWS.replace(old, new)).startswith(sentence)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe\x00", "is not a text file in UTF-8"),
        (b"[change\n", "line 1 is not valid TOML: expected ']' at the end of a table declaration"),
        (b"\nx = [1,\n", "line 2 is not valid TOML: invalid value"),
        (b"", "change is missing"),
        (f'folder = "/"\n{PAIR}'.encode(), "folder is not a section"),
    ],
)
def test_a_pair_file_that_is_none_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "pair.toml").write_bytes(content)
    with pytest.raises(UsageError, match=re.escape(sentence)):
        load(tmp_path / "pair.toml")


def test_a_folder_is_no_pair_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=re.escape(f"is a folder: name the pair file in it, usually {tmp_path / 'pair.toml'}")):
        load(tmp_path)


@pytest.mark.parametrize("missing", sorted(ENVIRONMENT))
def test_each_missing_credential_is_named(tmp_path: Path, missing: str) -> None:
    settings = load(written(tmp_path))
    known = {name: value for name, value in ENVIRONMENT.items() if name != missing}
    with pytest.raises(UsageError, match=f"^{missing} is missing: set it in the environment or in .*/\\.env$"):
        secrets(settings, known)


def test_a_missing_backup_password_is_named(tmp_path: Path) -> None:
    settings = load(written(tmp_path, PAIR.replace('"backups"', '"backups"\npassword = "SAFE"')))
    with pytest.raises(UsageError, match=r"^SAFE is missing"):
        secrets(settings, ENVIRONMENT)


def test_credentials_come_from_the_pair_files_own_folder_and_the_environment_wins(tmp_path: Path) -> None:
    lines = [f"{name}={value}" for name, value in ENVIRONMENT.items() if name != "B_LOGIN_PASSWORD"]
    write_env(tmp_path, "\n".join([*lines, "B_LOGIN_PASSWORD='s${HOME}#x'"]))
    found = secrets(load(written(tmp_path)), {"A_LOGIN_PASSWORD": "from outside"})
    assert found.a.login.password.get_secret_value() == "from outside"
    assert found.b.login.password.get_secret_value() == "s${HOME}#x", "a password is taken as it stands"


def test_an_env_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    write_env(tmp_path).write_bytes(b"B=x\nA=\xff\xfe\n")
    with pytest.raises(UsageError, match=r"\.env is not a text file in UTF-8, by its line 2"):
        secrets(load(written(tmp_path)), {})


def test_secrets_hide_themselves_however_they_are_printed(tmp_path: Path) -> None:
    found = secrets(load(written(tmp_path)), ENVIRONMENT)
    shown = f"{found} {found!r} {vars(found)} {found.a} {found.a.login} {vars(found.a.login)} {found.a.login.password}"
    assert not [secret for secret in found.texts() if secret in shown]


def test_settings_hold_no_secret(tmp_path: Path) -> None:
    settings = load(written(tmp_path))
    found = secrets(settings, ENVIRONMENT)
    assert not [secret for secret in found.texts() if secret in settings.model_dump_json()]


@pytest.mark.parametrize(("text", "value"), [("90s", 90), ("15m", 900), ("4h", 14400), ("2d", 172800), ("1.5h", 5400)])
def test_durations(text: str, value: float) -> None:
    assert DURATION.validate_python(text, context=FROM_A_PERSON) == value
    assert DURATION.validate_python(value) == value, "as the robot itself writes it into the files of a run"


@given(
    st.one_of(
        st.text().filter(lambda text: not re.fullmatch(r"[0-9]+(?:\.[0-9]+)?[smhd]", text)),
        st.integers(), st.floats(), st.booleans(), st.none(), st.lists(st.just("90s")),
    )
)  # fmt: skip
def test_nothing_else_is_a_duration_and_a_number_without_its_unit_is_none(value: object) -> None:
    for duration in (DURATION, SPAN):
        with pytest.raises(ValidationError, match="is not a duration"):
            duration.validate_python(value, context=FROM_A_PERSON)


@pytest.mark.parametrize("value", [0, -5, math.inf, -math.inf, math.nan, "0s", "0.0m", f"{'9' * 400}d"])
def test_no_limit_is_nothing_negative_or_without_end_whoever_has_written_it(value: object) -> None:
    with pytest.raises(ValidationError, match=r"is no time that can pass|must be longer than nothing"):
        DURATION.validate_python(value)


@pytest.mark.parametrize("limit", ["sync", "sync_age", "install", "swing", "establish", "poll", "settle"])
@pytest.mark.parametrize("value", ["30", "0", "-5", "inf", "nan", '"0s"', '"-5s"', "true"])
def test_every_limit_is_a_time_with_its_unit(refused: Callable[..., str], limit: str, value: str) -> None:
    words = r"(is not a duration|must be longer than nothing): write \"90s\", \"15m\", \"4h\" or \"2d\""
    assert re.fullmatch(rf"limits\.{limit} {words}", refused(new=f"[limits]\n{limit} = {value}\n"))


# -- the swing, by its methods -------------------------------------------------------------------------------------------

KEY = "support-key:c2VjcmV0LXNlY3JldC1zZWNyZXQ="
VIEW = 'views = [{ server = "10.0.0.53", tsig = "INNER" }]'


def swung(swing: str) -> Settings:
    """A pair file with another `[swing]`."""
    settings = Settings.model_validate(tomllib.loads(PAIR.replace(SHARED_IP, swing)))
    refuse_odd_swing(settings, Path("pair.toml"))
    return settings


@pytest.mark.parametrize("swing", [SHARED_IP, DNS, f"{DNS}\n{VIEW}", NAT, f'{NAT}\naddress = "198.51.100.20"', PERSON])
def test_each_way_to_swing_is_understood(swing: str) -> None:
    assert swung(swing)


@pytest.mark.parametrize("key", ["server", "zone", "record", "ttl", "tsig"])
def test_what_the_dns_swing_cannot_do_without_is_named(refused: Callable[..., str], key: str) -> None:
    without = "\n".join(line for line in DNS.splitlines() if not line.startswith(key))
    assert refused(SHARED_IP, without).startswith(f"swing.{key} is missing; the dns method needs ")


@pytest.mark.parametrize(
    ("swing", "sentence"),
    [
        (
            'method = "nat"',
            "swing.command is missing; the nat method needs the command that points the site's entry to {address}",
        ),
        ('method = "nat"\ncommand = ["./nat", "192.0.2.13"]', "swing.command must have {address} in it"),
        (f"{NAT}\nttl = 60", "swing.ttl means nothing to the nat method; remove it"),
        (f'{PERSON}\nshared_ip = "192.0.2.20"', "swing.shared_ip means nothing to the person method; remove it"),
        (f'{SHARED_IP}\naddress = "192.0.2.20"', "swing.address means nothing to the shared-ip method; remove it"),
        (f'{DNS}\ncommand = ["./nat"]', "swing.command means nothing to the dns method; remove it"),
        (DNS.replace("60", "0"), "swing.ttl must be greater than or equal to 1"),
        (DNS.replace("60", '"60"'), "swing.ttl must be a valid integer"),
        (DNS.replace("192.0.2.53", "192.0.2.53:0"), "swing.server must be a name server, such as 192.0.2.53"),
        (DNS.replace("192.0.2.53", "the server"), "swing.server must be a name server, such as 192.0.2.53"),
        (DNS.replace('"example.com"', '"example..com"'), "swing.zone must be the name of a zone, such as example.com"),
        (DNS.replace('"support"', '"support/x"'), "swing.record must be a record's name"),
        (DNS.replace('"support"', '"support.example.org."'), "swing.record support.example.org. is not in the zone example.com"),
        (DNS.replace('"TSIG"', '"tsig"'), "swing.tsig must be the name of an environment variable"),
        (f'{DNS}\nviews = [{{ server = "10.0.0.53" }}]', "swing.views.0.tsig is missing"),
        (
            f'{DNS}\nviews = [{{ server = "10.0.0.53", tsig = "T", c = "x" }}]',
            "swing.views.0.c is not known; known there: server, tsig, a, b",
        ),
        (f'{DNS}\nviews = [{{ server = "192.0.2.53", tsig = "TSIG" }}]', "swing.views.0 is there twice"),
        (f'{DNS}\na = "192.0.2.13"', "swing leads to 192.0.2.13 for A and for B"),
        (f'{DNS}\na = "2001:db8::12"', "swing mixes IPv4 and IPv6 (2001:db8::12, 192.0.2.13)"),
        (f'{PERSON}\naddress = "support"', "swing.address must be an IP address"),
    ],
)
def test_a_swing_that_cannot_be_meant_is_refused_in_one_sentence(refused: Callable[..., str], swing: str, sentence: str) -> None:
    assert refused(SHARED_IP, swing).startswith(sentence)


def test_a_record_needs_an_address_where_the_appliance_has_a_name() -> None:
    named = PAIR.replace(SHARED_IP, DNS).replace('"192.0.2.13"', '"b.example.com"')
    with pytest.raises(UsageError, match=r"swing.b is missing; the record needs an IP address, and b.example.com is a name"):
        refuse_odd_swing(Settings.model_validate(tomllib.loads(named)), Path("pair.toml"))
    told = f'{DNS}\nb = "192.0.2.13"'
    refuse_odd_swing(Settings.model_validate(tomllib.loads(named.replace(DNS, told))), Path("pair.toml"))


def test_each_view_shows_its_own_addresses_and_the_appliances_own_where_it_says_nothing() -> None:
    views = 'views = [{ server = "10.0.0.53", tsig = "INNER", a = "10.0.0.12", b = "10.0.0.13" }, { server = "ns", tsig = "T" }]'
    settings = swung(f'{DNS}\na = "203.0.113.12"\n{views}')
    assert [(place, list(addresses.values())) for place, _, _, addresses in settings.record_places()] == [
        ("swing", ["203.0.113.12", "192.0.2.13"]),
        ("swing.views.0", ["10.0.0.12", "10.0.0.13"]),
        ("swing.views.1", ["203.0.113.12", "192.0.2.13"]),
    ]
    assert settings.swung_to(Unit.A) == "203.0.113.12"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("192.0.2.53", ("192.0.2.53", 53)),
        ("ns1.example.com:5353", ("ns1.example.com", 5353)),
        ("2001:db8::53", ("2001:db8::53", 53)),
        ("[2001:db8::53]:5353", ("2001:db8::53", 5353)),
    ],
)
def test_a_name_servers_place_is_read(text: str, place: tuple[str, int]) -> None:
    assert host_and_port(text) == place


@given(st.text())
def test_nothing_else_is_a_name_servers_place(text: str) -> None:
    with contextlib.suppress(ValueError):
        host, port = host_and_port(text)
        assert host
        assert 1 <= port <= 65535
        assert host in text


def test_the_keys_of_the_swing_are_secrets_whole_and_bare() -> None:
    found = secrets(
        swung(f"{DNS}\n{VIEW}"), ENVIRONMENT | {"TSIG": KEY, "INNER": "hmac-sha512:inner:aW5uZXItaW5uZXItaW5uZXItMDA="}
    )
    assert {KEY, KEY.rpartition(":")[2], "aW5uZXItaW5uZXItaW5uZXItMDA="} <= set(found.texts())
    assert not [secret for secret in found.texts() if secret in f"{found} {found!r} {found.key('TSIG')!r}"]


@pytest.mark.parametrize(("value", "sentence"), [({}, "^INNER is missing"), ({"INNER": "no:b@se64"}, "^INNER holds no secret")])
def test_a_key_that_is_missing_or_none_is_named_before_anything_begins(value: dict[str, str], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        secrets(swung(f"{DNS}\n{VIEW}"), ENVIRONMENT | {"TSIG": KEY} | value)
