"""Which runs cover the four generations: every two values of any two traits meet in at least one of them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import combinations, product
from typing import Any

from robot.simulator.appearance.generations import GENERATIONS, names_between
from robot.simulator.appearance.words import LANGUAGES

_DRAW = 38
"""Which of equally good looks are taken: of the first sixty draws the one that needs the fewest runs."""


@dataclass(frozen=True)
class Look:
    """How a pair looks in one run.

    Attributes:
        before: the generation of its pages.
        after: that of an appliance once it is updated.
        language: of all its pages.
        dialogs: how Break and Establish ask; "": as the generation does.
        install_dialog: how Install This Update asks.
        contents: where the numbers of users and sessions stand.
        chain: how many packages are installed on each.
    """

    before: str
    after: str
    language: str
    dialogs: str
    install_dialog: str
    contents: str
    chain: int

    @property
    def is_there(self) -> bool:
        """Whether both generations are there in the language."""
        return all(self.language in LANGUAGES[each] for each in (self.before, self.after))

    @property
    def pairs(self) -> frozenset[tuple[str, Any, str, Any]]:
        """Every two traits of it."""
        traits = [(field.name, getattr(self, field.name)) for field in fields(self)]
        return frozenset((*one, *other) for one, other in combinations(traits, 2))

    def knobs(self, seed: int) -> dict[str, object]:
        """How the simulated pair is set for it."""
        return {
            "dialogs": self.dialogs, "install_dialog": self.install_dialog, "contents_shown": self.contents,
            "chain": self.chain, "seed": seed, "lands_on_news": seed % 2 == 1,
        }  # fmt: skip

    @property
    def names(self) -> dict[str, str]:
        """Versions that rise, whatever the pages look like afterwards."""
        newer = max(self.after, self.before)
        names = names_between(self.before, newer)
        return {
            "generation": f"{self.before}:{self.after}", "language": self.language,
            "from_version": names.from_version, "target_version": names.target_version,
            "from_base": names.from_base, "target_base": names.target_base,
        }  # fmt: skip


def every_look() -> Iterator[Look]:
    """Every look that there is."""
    traits = (GENERATIONS, GENERATIONS, ("en", "de"), ("", "native", "modal", "none"), ("native", "modal", "none"))
    for values in product(*traits, ("status", "lists", "none"), (1, 2)):
        if (look := Look(*values)).is_there:
            yield look


def covering(looks: Iterable[Look]) -> list[Look]:
    """A small part of them in which every two traits meet that meet in any; always the same."""
    pairs = {look: look.pairs for look in looks}
    wanted = frozenset[Any]().union(*pairs.values())
    draw, chosen = random.Random(_DRAW), list[Look]()
    while wanted:
        new = {look: len(own & wanted) for look, own in pairs.items()}
        most = max(new.values())
        chosen.append(draw.choice([look for look, number in new.items() if number == most]))
        wanted -= pairs[chosen[-1]]
    return chosen


def cases() -> dict[str, tuple[Look, int]]:
    """Each run by its name, with the seed by which its pages are drawn: another one for each."""
    named: dict[str, tuple[Look, int]] = {}
    for seed, look in enumerate(covering(every_look()), start=1):
        asks = f"asks by {look.dialogs or 'its own way'}, installs ask {look.install_dialog}"
        rest = f"contents {look.contents}, {look.chain} packages, seed {seed}"
        named[f"{look.before} to {look.after}, {look.language}, {asks}, {rest}"] = (look, seed)
    return named
