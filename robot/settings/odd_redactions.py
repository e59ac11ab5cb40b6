"""Refuse a rule of `[evidence] redact` that is none, or takes out what a record must say; and an area that nothing can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from robot.domain.errors import UsageError
from robot.domain.redaction_rules import BadRule, RedactionRules, bare_words
from robot.settings.secrets.ordinary import record_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from robot.settings.sections.pair_file import Settings

_FIGURES = (
    "0",
    "2026-12-01T22:00:00.000Z",
    "2026-12-01 22:00:00",
    "12/01/2026 10:00:00 PM",
    "10:00 PM",
    "Tue Dec 1",
    "15.1.3",
    "443",
    "42%",
)
_SHORTEST = 2
"""Letters of a heading or label."""
_MARKS = ("[secret]", "[redacted 1]")


def refuse_odd_redactions(settings: Settings, pair_file: Path) -> None:
    """Refuse the first odd rule or area.

    Args:
        settings: the settings.
        pair_file: where they come from, for the sentence.

    Raises:
        UsageError: a rule is no regular expression, or matches words, figures or names that every record holds; an area is too
            short, or stands there twice.
    """
    if settings.evidence is None:
        return
    _refuse_odd_areas(settings.evidence.redact_areas, pair_file)
    for number, expression in enumerate(settings.evidence.redact, 1):
        where = f"{pair_file}: evidence.redact, rule {number},"
        try:
            rule = RedactionRules([expression])
        except BadRule as bad:
            raise UsageError(f"{where} is no regular expression of RE2: {bad}") from None
        if not expression.strip():
            raise UsageError(f"{where} is empty; remove it")
        if taken := next((word for word in _own_words(settings) if any(rule.spans(word))), ""):
            raise UsageError(f'{where} also matches "{taken}", which a record must say; make it narrower')


def _refuse_odd_areas(areas: Sequence[str], pair_file: Path) -> None:
    for number, words in enumerate(areas, 1):
        where = f"{pair_file}: evidence.redact_areas, area {number},"
        if len(bare_words(words)) < _SHORTEST:
            raise UsageError(f'{where} is "{words}": give the whole heading or label as it is read on the page')
        if bare_words(words) in map(bare_words, areas[: number - 1]):
            raise UsageError(f'{where} is "{words}", which stands there twice; remove one')


def _own_words(settings: Settings) -> Iterator[str]:
    yield from (settings.site.hostname, settings.change.ticket, str(settings.site.target_version))
    yield from (settings.a.address, settings.b.address, settings.swing.shared_ip or "")
    yield from (
        *_FIGURES,
        *_MARKS,
        *(form for word in sorted(record_words()) for form in (word, word.capitalize(), word.upper())),
    )
