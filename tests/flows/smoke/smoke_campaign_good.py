"""The good builds that `make smoke-campaign` has verified: every two values of any two traits meet in at least one pair."""

from __future__ import annotations

import random
from dataclasses import dataclass, fields
from itertools import combinations, product
from typing import Any

from smoke_campaign_kinds import LOOKS, versions

PAIRS = 50
_DRAW = 7
REQUESTS = {
    ("key", "en"): 'request = { field = "Session Key", fill = "1234567", press = "Submit" }',
    ("key", "de"): 'request = { field = "Sitzungsschlüssel", fill = "1234567", press = "Senden" }',
    ("issue", "en"): 'request = { field = "Your Name", fill = "Jo Doe", press = "Submit Issue" }',
    ("issue", "de"): 'request = { field = "Ihr Name", fill = "Jo Doe", press = "Problem senden" }',
    ("choice", "en"): 'request = { press = "Request Support" }',
    ("choice", "de"): 'request = { press = "Support anfordern" }',
    ("name", "en"): 'request = { press = "Kim Sato" }',
    ("name", "de"): 'request = { press = "Kim Sato" }',
}
"""How a session is requested, by the way and the language."""


@dataclass(frozen=True)
class GoodPair:
    """A pair whose appliances are as they must be.

    Attributes:
        look: generation and language of its pages.
        seed: how they are drawn.
        roles: A serves; B does; both stand apart.
        upgraded: both run the target; or both run the old release, and that is what is expected.
        hostname: the site's name.
        certificate: what is special about the certificates.
        signing_in: what is special about signing in.
        request: how a session is requested, if at all.
    """

    look: tuple[str, str]
    seed: int
    roles: str
    upgraded: bool
    hostname: str
    certificate: str
    signing_in: str
    request: str

    @property
    def traits(self) -> frozenset[tuple[str, Any, str, Any]]:
        """Every two traits of it."""
        own = [(each.name, getattr(self, each.name)) for each in fields(self)]
        return frozenset((*one, *other) for one, other in combinations(own, 2))

    @property
    def name(self) -> str:
        """All of it in words."""
        generation, language = self.look
        return (
            f"good: {generation} {language}, drawing {self.seed}, {self.roles}, {'upgraded' if self.upgraded else 'as before'}, "
            f"{self.hostname}, {self.certificate or 'a plain'} certificate, {self.signing_in or 'a plain'} sign-in, "
            f"{self.request or 'no'} request"
        )

    @property
    def begins(self) -> dict[str, Any]:
        """How the simulated pair begins."""
        generation, language = self.look
        return {
            "generation": generation, "language": language, "seed": self.seed, "both_upgraded": self.upgraded,
            "roles_swapped": self.roles == "B serves", "broken": self.roles == "apart",
            "same_certificate": self.certificate == "same", "totp": self.signing_in == "code",
            "agreement": self.signing_in == "agreement", "lands_on_news": self.signing_in == "news",
        }  # fmt: skip

    @property
    def knobs(self) -> dict[str, Any]:
        """How it is set once it serves."""
        return {"certificate": self.certificate} if self.certificate == "with intermediate" else {}

    @property
    def expected(self) -> str:
        """The version that both run."""
        return versions(self.look[0])["new" if self.upgraded else "old"]

    @property
    def request_line(self) -> str:
        """How the pair file says that a session is requested; "" if none is."""
        way = "choice" if self.request == "name" and self.look[0] == "g2" else self.request
        return REQUESTS[way, self.look[1]] if way else ""

    @property
    def serving(self) -> str:
        """The appliances that serve a site."""
        return {"A serves": "a", "B serves": "b", "apart": "ab"}[self.roles]


VALUES: dict[str, tuple[Any, ...]] = {
    "look": LOOKS,
    "seed": tuple(range(6)),
    "roles": ("A serves", "B serves", "apart"),
    "upgraded": (True, False),
    "hostname": ("support.example.com", "help.some-university.example", "a.b-c.example"),
    "certificate": ("", "with intermediate", "same"),
    "signing_in": ("", "code", "agreement", "news"),
    "request": ("", "key", "issue", "name"),
}
"""What each trait may be; every combination is possible."""


def every_two_traits() -> frozenset[tuple[str, Any, str, Any]]:
    """Every two traits that can meet."""
    return frozenset(
        (one, value, other, another)
        for (one, values), (other, others) in combinations(VALUES.items(), 2)
        for value, another in product(values, others)
    )


def good_pairs() -> list[GoodPair]:
    """So many of them that every two traits meet; always the same."""
    draw, missing, chosen = random.Random(_DRAW), every_two_traits(), list[GoodPair]()
    while len(chosen) < PAIRS or missing:
        some = [GoodPair(**{name: draw.choice(values) for name, values in VALUES.items()}) for _ in range(60)]
        best = max((pair for pair in some if pair not in chosen), key=lambda pair: len(pair.traits & missing))
        chosen.append(best)
        missing -= best.traits
    return chosen
