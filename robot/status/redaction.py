"""Takes out of a text the words that must not leave the house, before it goes to the vendor's support."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from robot.domain.errors import UsageError
from robot.domain.masking import Masking
from robot.runs import store
from robot.settings.secrets import secrets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from robot.evidence.record.history import RunHistory
    from robot.runs.store import RunState
    from robot.settings import Settings
    from robot.settings.secrets import Secrets

_SHORT = 3
"""The shortest name, in letters, that is taken out: a shorter one would also take out ordinary words."""
_OWN_WORDS = frozenset({"run", "name", "unit", "state", "heading", "began", "ended"})
"""The keys of a summary whose values are the robot's own: an account may be called "backup", and a person "Sync"."""


class Redactor:
    """Takes out of a text: secrets, people, the site's own clients, other changes' tickets, and this machine's folders.

    Args:
        run: the run that the text is about.
        settings: its pair file.
        history: its record, which also names people and clients.
    """

    def __init__(self, run: RunState, settings: Settings, history: RunHistory) -> None:
        known = _secrets(settings)
        self._mask = Masking(known.texts() if known else ())
        people = {
            settings.change.requested_by.strip(),
            *(line.by.strip() for line in history.lines),
            *(known.usernames().values() if known else ()),
        }
        people |= {name.strip() for line in history.lines for name in line.named}
        if contact := settings.update.agreement_contact:
            people |= {contact.name, contact.email}
        # the words beside which a screen counts who is connected: at some sites they name customers
        clients = {label for line in history.lines for label in line.values.get("clients", ())}
        others = {str(other.facts.get("ticket", "")) for other in store.every()} - {settings.change.ticket}
        folders = {str(run.evidence): "[evidence]", str(settings.folder): "[pair file's folder]", str(Path.home()): "~"}
        words = {
            **dict.fromkeys(people, "[name]"),
            **dict.fromkeys(clients, "[clients]"),
            **dict.fromkeys(others, "[another ticket]"),
        }
        self._taken_out = [(re.compile(re.escape(path)), instead) for path, instead in _longest_first(folders)]
        self._taken_out += [(_word(word), instead) for word, instead in _longest_first(words)]
        self._alike, self._own = _alike(settings.change.ticket), settings.change.ticket

    def __call__(self, text: str) -> str:
        """Return the text with each of these words replaced by a word in brackets."""
        text = self._mask(text)
        for pattern, instead in self._taken_out:
            text = pattern.sub(instead, text)
        if self._alike:
            text = self._alike.sub(lambda match: match[0] if match[0] == self._own else "[another ticket]", text)
        return text

    def plain(self, value: Any) -> Any:
        """Return plain JSON values with every free text in them redacted; keys, names and states are the robot's own and stay."""
        match value:
            case str():
                return self(value)
            case dict():
                return {key: item if key in _OWN_WORDS else self.plain(item) for key, item in _items(value)}
            case list() | tuple():
                return [self.plain(item) for item in _each(value)]
            case _:
                return value


def _secrets(settings: Settings) -> Secrets | None:
    """Return the secrets; None if they cannot be read: the record was masked when it was written."""
    try:
        return secrets(settings)
    except UsageError:
        return None


def _longest_first(words: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(((word, instead) for word, instead in words.items() if len(word) >= _SHORT), key=lambda pair: -len(pair[0]))


def _word(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(text)}(?!\w)", re.IGNORECASE)


def _alike(ticket: str) -> re.Pattern[str] | None:
    """Return a pattern of every ticket of this form; None if the form is too plain to be told from other words."""
    if not re.search(r"[A-Za-z]{2}", ticket) or not re.search(r"\d{3}", ticket):
        return None
    return re.compile(rf"(?<!\w){re.sub(r'[0-9]+', r'[0-9]+', re.escape(ticket))}(?!\w)", re.IGNORECASE)


def _items(value: Any) -> Iterable[tuple[Any, Any]]:
    return value.items()


def _each(value: Any) -> Iterable[Any]:
    return value
