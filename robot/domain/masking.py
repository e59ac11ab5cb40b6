"""Masks secrets in free text, and only there: a key, a name, an enumeration's word or a number decides how a run goes on."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final, cast

from robot.domain.secret_registry import SecretRegistry
from robot.evidence.scan.finder import SHORTEST, SecretFinder, SecretForms

if TYPE_CHECKING:
    from collections.abc import Collection

MASK: Final = "[secret]"
_REMEMBERED: Final = 2048
"""How many masked texts are kept: most of what a record says, it says again and again."""


class Masking:
    """Replaces secrets in free text by "[secret]", also where a program has quoted or encoded them; then what the rules take out.

    Args:
        secrets: the secrets as text; those of fewer than four characters are ignored. They may become more meanwhile, as
            they are fetched from a vault or read off a page.
    """

    def __init__(self, secrets: Collection[str] = ()) -> None:
        self._secrets, self._masked = secrets, 0
        self._forms: dict[str, SecretForms] = {}
        self._finder = SecretFinder(())
        self._masked_text = functools.lru_cache(_REMEMBERED)(self._mask)

    def _learn(self) -> None:
        """Mask those too that have come since."""
        if len(self._secrets) > self._masked:
            secrets = tuple(self._secrets)
            codes = self._secrets.codes if isinstance(self._secrets, SecretRegistry) else frozenset[str]()
            for secret in secrets:
                if len(secret) >= SHORTEST and secret not in codes and secret not in self._forms:
                    self._forms[secret] = SecretForms.of(secret)
            self._finder = SecretFinder(self._forms.values(), (("", code) for code in codes))
            self._masked = len(secrets)
            self._masked_text.cache_clear()

    def __call__(self, text: str) -> str:
        """Return the text with each secret masked; two that overlap are masked as one, so that no half of either is left."""
        self._learn()
        return self._masked_text(text)

    def _mask(self, text: str) -> str:
        masked, kept = "", 0
        for found in sorted(self._finder.find(text), key=lambda found: (found.begin, found.end)):
            if found.begin >= kept:
                masked += f"{text[kept : found.begin]}{MASK}"
            kept = max(kept, found.end)
        masked += text[kept:]
        return self._secrets.rules.redact(masked) if isinstance(self._secrets, SecretRegistry) else masked

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
