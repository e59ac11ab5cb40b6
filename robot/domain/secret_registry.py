"""All secrets in play in one process: those that it was given, and whatever it learns in mid-run, from that moment on."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

from robot.domain.redaction_rules import NO_RULES, RedactionRules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

GIVEN = "a secret"
"""What a secret is called that nobody has named."""


class SecretRegistry(Sequence[str]):
    """The secrets as a sequence of texts that grows, each once; what is written is masked by it, and pictures and packs too.

    Args:
        secrets: the first of them.
        rules: what else is taken out of texts and pictures.
        is_ordinary: tells of a text that was covered in a picture, and is no secret for sure, whether records hold it anyway.

    Attributes:
        rules: as it was given.
        on_learned: called with the name and the text of each secret that is learned in mid-run; None if nobody is told.
    """

    def __init__(
        self,
        secrets: Iterable[str] = (),
        rules: RedactionRules = NO_RULES,
        is_ordinary: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self.rules, self._is_ordinary = rules, is_ordinary
        self._lock = threading.Lock()
        self._texts, self._names, self._codes = list[str](), dict[str, str](), set[str]()
        self.on_learned: Callable[[str, str], None] | None = None
        for secret in secrets:
            self.add(secret)

    def add(self, text: str, name: str = GIVEN) -> None:
        """Hide a text from now on.

        Args:
            text: the secret.
            name: what it is, as a variable's name or "a session cookie", told where it is found; never its value.
        """
        with self._lock:
            if text and text not in self._names:
                self._names[text] = name
                self._texts.append(text)

    def learn(self, text: str, name: str) -> None:
        """Hide a text that was learned in mid-run, and tell who must know it too.

        Args:
            text: the secret.
            name: what it is, as in `add`.
        """
        if text and text not in self._names:
            self.add(text, name)
            if self.on_learned:
                self.on_learned(name, text)

    def learn_covered(self, texts: Mapping[str, str]) -> bool:
        """Hide from now on what a picture has covered because of where it stands, but for ordinary words.

        Args:
            texts: what each text is, by the text.

        Returns:
            Whether any of them is new: that picture may show it in another place.
        """
        known = len(self)
        for text, name in texts.items():
            if not self._is_ordinary(text):
                self.learn(text, name)
        return len(self) > known

    def add_code(self, code: str) -> None:
        """Hide a code of a second factor, where it stands for itself: its figures may be a part of any number."""
        with self._lock:
            if code not in self._names:
                self._codes.add(code)
                self._names[code] = "a code of a second factor"
                self._texts.append(code)

    @property
    def codes(self) -> frozenset[str]:
        """The codes of second factors."""
        with self._lock:
            return frozenset(self._codes)

    def lasting(self) -> Mapping[str, str]:
        """Return the secrets that are worth something for more than a minute.

        Returns:
            The name of each, by its text.
        """
        with self._lock:
            return {text: name for text, name in self._names.items() if text not in self._codes}

    def __len__(self) -> int:
        return len(self._texts)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        return self._texts[index]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self._texts)} secrets)"
