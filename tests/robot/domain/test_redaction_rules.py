"""What a rule of the user's takes out of a text, however a program has written it there."""

from __future__ import annotations

import pytest

from robot.domain.redaction_rules import RedactionRules

NAME = RedactionRules(["(?i)josé smith"])


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("of José Smith.", "of [redacted 1]."),
        ("/login/user?who=Jos%C3%A9%20Smith&tab=2", "/login/user?who=[redacted 1]&tab=2"),
        ("/login/user?who=Jos%25C3%25A9%2520Smith&tab=2", "/login/user?who=[redacted 1]&tab=2"),
        ('{"who": "Jos\\u00e9 Smith"}', '{"who": "[redacted 1]"}'),
        ("<td>Jos&eacute;&#32;Smith</td>", "<td>[redacted 1]</td>"),
        ("José Smith, Jos%C3%A9 Smith", "[redacted 1], [redacted 1]"),
    ],
)
def test_what_a_rule_matches_is_taken_out_however_a_program_has_encoded_it(text: str, redacted: str) -> None:
    assert NAME.redact(text) == redacted
    assert NAME.redact(redacted) == redacted


def test_a_text_that_no_rule_matches_stays_as_it_is_with_its_encodings() -> None:
    text = "/login/failover?back=%2Flogin%2Fstatus&amp;n=50%25 \\u00e9"
    assert NAME.redact(text) == text


def test_two_matches_that_overlap_in_different_encodings_are_taken_out_as_one() -> None:
    assert RedactionRules(["[a-z ]{4,}"]).redact("acme%20corp!") == "[redacted 1]!"


def test_a_match_is_told_by_its_place_in_the_text_as_it_stands() -> None:
    text = "?who=Jos%C3%A9%20Smith&"
    assert {text[begin:end] for _, begin, end in NAME.spans(text)} == {"Jos%C3%A9%20Smith"}
