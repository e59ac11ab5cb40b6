"""Masks secrets in free text, and only there: a key, a name, an enumeration's word or a number decides how a run goes on."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Collection

MASK: Final = "[secret]"
SHORTEST: Final = 4
"""The least number of characters of a secret that is masked: a shorter one may be part of any word."""


class Masking:
    """Replaces secrets in free text by "[secret]", also where a program has escaped them.

    Args:
        secrets: the secrets as text; those of fewer than four characters are ignored. They may become more meanwhile, as
            they are fetched from a vault.
    """

    def __init__(self, secrets: Collection[str] = ()) -> None:
        self._secrets, self._masked = secrets, 0
        self._patterns: dict[str, re.Pattern[str]] = {}
        self._learn()

    def _learn(self) -> None:
        """Mask those too that have come since."""
        if len(self._secrets) > self._masked:
            secrets = tuple(self._secrets)
            forms = {form for secret in secrets if len(secret) >= SHORTEST for form in _forms(secret)}
            self._patterns = {form: re.compile(f"(?=({re.escape(form)}))") for form in forms}
            self._masked = len(secrets)

    def __call__(self, text: str) -> str:
        """Return the text with each secret masked; two that overlap are masked as one, so that no half of either is left."""
        self._learn()
        inside = [pattern for form, pattern in self._patterns.items() if form in text]
        if not inside:
            return text
        spans = sorted((found.start(), found.start() + len(found[1])) for pattern in inside for found in pattern.finditer(text))
        masked, kept = "", 0
        for begin, end in spans:
            if begin >= kept:
                masked += f"{text[kept:begin]}{MASK}"
            kept = max(kept, end)
        return masked + text[kept:]

    def plain(self, value: Any) -> Any:
        """Return plain JSON values with every free text in them masked.

        Args:
            value: plain JSON values; an enumeration's word that is still of its own type is no free text.

        Returns:
            The same shape, with the same keys.
        """
        if isinstance(value, dict):
            return {key: self.plain(item) for key, item in cast("dict[Any, Any]", value).items()}
        if isinstance(value, list | tuple):
            return [self.plain(item) for item in cast("list[Any]", value)]
        return self(value) if type(value) is str else value


def _forms(secret: str) -> set[str]:
    """Return how a secret may stand in a text: as it is, as JSON or Python quotes it, in a URL, in HTML."""
    quoted = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1]}
    return {secret, *quoted, quote(secret, safe="", errors="replace"), quote_plus(secret, errors="replace"), html.escape(secret)}
