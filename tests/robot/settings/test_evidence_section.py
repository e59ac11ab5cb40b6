"""`[evidence]`: who signs the pack, and which authority attests times."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from a_pair_file import PAIR

from robot.domain.errors import UsageError
from robot.domain.masking import Masking
from robot.domain.model import Unit
from robot.domain.redaction_rules import RedactionRules
from robot.settings import Settings, load, load_kept
from robot.settings.secrets import registry_of


def pair_file(folder: Path, more: str) -> Settings:
    (folder / "pair.toml").write_text(f"{PAIR}\n[evidence]\n{more}\n", encoding="utf-8")
    return load(folder / "pair.toml")


def test_a_key_and_an_authority_are_kept_for_the_whole_run(tmp_path: Path) -> None:
    (tmp_path / "key.pem").touch()
    settings = pair_file(tmp_path, 'key = "key.pem"\ntimestamps = "http://time.example.com/tsa"')
    assert settings.evidence
    assert (settings.evidence.key, settings.evidence.timestamps) == (Path("key.pem"), "http://time.example.com/tsa")
    assert load_kept(settings.model_dump(mode="json"), "a run").evidence == settings.evidence


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('key = "key.pem"\ncommand = ["./sign"]\npublic_key = "key.pem"', "has both key and command"),
        ('command = ["./sign"]', "command and public_key belong together"),
        ('public_key = "key.pem"', "command and public_key belong together"),
        ('key = "gone.pem"', "gone.pem does not exist"),
        ('command = ["./sign"]\npublic_key = "gone.pub"', "gone.pub does not exist"),
        ('timestamps = "ftp://time.example.com"', "must be an address such as http://time.example.com/tsa"),
        ('timestamps = "http://ada:secret@time.example.com"', "with no password in it"),
        ('keys = "key.pem"', "keys"),
        ('redact = ["Acme", "(Acme"]', "evidence.redact, rule 2, is no regular expression of RE2: missing )"),
        ('redact = ["(?=Acme)A"]', "rule 1, is no regular expression of RE2"),
        ('redact = [""]', "rule 1, is empty"),
        ('redact = [".*"]', 'rule 1, also matches "'),
        ("redact = ['\\d+']", 'rule 1, also matches "'),
        ('redact = ["F[a-z]+over"]', 'rule 1, also matches "Failover"'),
        (r'redact = ["support\\.example"]', 'rule 1, also matches "support.example.com"'),
        ('redact_areas = [" : "]', 'redact_areas, area 1, is " : ": give the whole heading or label as it is read on the page'),
        ('redact_areas = ["Peer Host", "peer  host:"]', 'area 2, is "peer  host:", which stands there twice; remove one'),
        ('redact_areas = "Peer Host"', "redact_areas"),
        ('retention = "seven years"', 'must be a time such as "7 years", "18 months" or "90 days"'),
        ("retention = 7", 'must be a time such as "7 years", "18 months" or "90 days"'),
        ('retention = "9999 years"', "ends after the year 9999"),
        ('owner = "Change management"', "has an owner or a purpose but no retention"),
        ("syslog = {}", "evidence.syslog.listen is missing"),
        ('syslog = { listen = "192.0.2.10" }', "must be an address of this machine with a port, such as 192.0.2.10:5514"),
        ('syslog = { listen = "192.0.2.10:0" }', "must be an address of this machine with a port"),
        ('syslog = { listen = "192.0.2.10:70000" }', "must be an address of this machine with a port"),
        ("syslog = { listen = 5514 }", "must be an address of this machine with a port"),
        ('syslog = { listen = "192.0.2.10:5514", a = ["no address"] }', "must be an IP address"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_sentence(tmp_path: Path, more: str, words: str) -> None:
    (tmp_path / "key.pem").touch()
    with pytest.raises(UsageError, match=r"pair\.toml: ") as refused:
        pair_file(tmp_path, more)
    assert words in str(refused.value)
    assert "secret@" not in str(refused.value)


def test_rules_of_redaction_are_kept_for_the_run_and_told_to_others_by_their_digests_alone(tmp_path: Path) -> None:
    settings = pair_file(tmp_path, 'redact = ["(?i)acme (corp|gmbh)", "Initech"]')
    assert load_kept(settings.model_dump(mode="json"), "a run") == settings
    told = json.dumps(settings.for_readers())
    assert "acme" not in told
    assert "Initech" not in told
    assert (
        load_kept({**settings.for_readers(), "folder": settings.folder}, "a plan").for_readers().keys()
        == settings.for_readers().keys()
    )


def test_rules_take_names_out_of_every_text_that_is_masked_and_tell_which_rule_it_was(tmp_path: Path) -> None:
    settings = pair_file(tmp_path, 'redact = ["(?i)acme (corp|gmbh)", "Initech"]')
    masking = Masking(registry_of(settings, ["Wint3r-Pass"]))
    assert masking("ACME GmbH, Initech and acmex: Wint3r-Pass") == "[redacted 1], [redacted 2] and acmex: [secret]"
    assert masking.plain({"a": ["Initech", 7, None]}) == {"a": ["[redacted 2]", 7, None]}


def test_a_rule_that_would_take_for_ever_elsewhere_takes_no_time() -> None:
    began = time.monotonic()
    assert RedactionRules(["(a+)+b"]).redact("a" * 100_000 + "c") == "a" * 100_000 + "c"
    assert time.monotonic() - began < 5


def test_how_long_the_evidence_is_kept_by_whom_and_for_what_is_kept_with_the_run(tmp_path: Path) -> None:
    settings = pair_file(tmp_path, 'retention = "18 months"\nowner = "Change management"\npurpose = "Audit"')
    section = load_kept(settings.model_dump(mode="json"), "a run").evidence
    assert section
    assert section.kept("2026-11-22T22:00:00.000Z") == {
        "retention": "18 months", "until": "2028-05-22", "owner": "Change management", "purpose": "Audit",
    }  # fmt: skip
    assert pair_file(tmp_path, "").evidence


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("192.0.2.10:5514", ("192.0.2.10", 5514)),
        ("[2001:db8::1]:514", ("2001:db8::1", 514)),
        ("log.example:6514", ("log.example", 6514)),
    ],
)
def test_where_syslog_is_listened_to_is_a_host_and_a_port(tmp_path: Path, text: str, place: tuple[str, int]) -> None:
    settings = pair_file(tmp_path, f'syslog = {{ listen = "{text}", b = ["2001:DB8::7"] }}')
    assert settings.evidence
    assert settings.evidence.syslog
    assert settings.evidence.syslog.place == place
    assert (settings.evidence.syslog.of(Unit.A), settings.evidence.syslog.of(Unit.B)) == ((), ("2001:db8::7",))


def test_what_stood_in_an_area_is_hidden_from_then_on_unless_the_record_must_say_it(tmp_path: Path) -> None:
    known = registry_of(pair_file(tmp_path, 'redact_areas = ["Customer"]'))
    told: list[tuple[str, str]] = []
    known.on_learned = lambda name, text: told.append((name, text))
    name = 'what stands under "Customer" on a page'
    known.learn_covered(dict.fromkeys(["Acme Corp", "primary", "15.1.3", "support.example.com", "Ada"], name))
    assert Masking(known)("Acme Corp, primary, 15.1.3, support.example.com, Ada") == (
        "[secret], primary, 15.1.3, support.example.com, Ada"
    )
    assert told == [(name, "Acme Corp")], "the process that seals knows it too"
    assert known.lasting()["Acme Corp"] == name
