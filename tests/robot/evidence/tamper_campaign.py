"""`make tamper`: ten thousand alterations of a signed pack, and whether each was found; ARGS="500" makes as many."""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
import warnings
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from a_signed_pack import a_signed_pack
from a_time_authority import TimeAuthority
from forging import opened
from tampering import KINDS, ONLY_PACKED_AGAIN, OWNER, Target

from robot.evidence.pack import verify_alone
from robot.evidence.pack.verification import verify
from robot.evidence.pack.verify_alone import BROKEN, UNKNOWN, VERIFIED
from robot.evidence.record import chain

HOLDS = "Every recorded digest holds: each file that was sealed is there, as it was sealed."


@dataclass
class Tampering:
    """What came of the alterations, by kind; what was not found, in sentences."""

    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    unseen: list[str] = field(default_factory=list[str])

    @property
    def number(self) -> int:
        return self.verdicts.total()


def tamper(folder: Path, number: int, seed: int = 1) -> Tampering:
    """Alter a signed pack so many times, each kind as often as the others, and verify each in both ways.

    What is found must be named; what is not found must have been packed again and nothing else, and must be told as that. The
    script that is in the pack must come to the same verdict.
    """
    authority = TimeAuthority(folder / "authority")
    sealed = a_signed_pack(folder / "one", OWNER, authority)
    other = a_signed_pack(folder / "other", OWNER, authority, reason="another run")
    ring, pack = OWNER.trusted(authority.root), folder / sealed.name
    target = Target(sealed.read_bytes(), opened(sealed), opened(other), folder)
    assert verify(sealed, ring).code == 0
    done = Tampering()
    kinds = list(KINDS)
    for turn in range(number):
        kind, chance = kinds[turn % len(kinds)], random.Random(f"{seed} {turn}")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # zipfile warns of a name that stands twice
            altered = KINDS[kind](target, chance)
        if altered == target.whole:
            done.verdicts[kind, "the same bytes"] += 1
            continue
        pack.write_bytes(altered)
        verdict = verify(pack, ring)
        findings, facts = verify_alone.check(pack, ring)
        alone = verify_alone.verdict_of(findings, facts)
        told = verdict.word
        if told == VERIFIED:
            is_told = verdict.facts["repacked"] and verdict.notices[0] == HOLDS
            is_same = verdict.facts.get("sealed_sha256") == chain.file_digest(sealed)
            told = "only packed again, and told so" if is_told and is_same else "NOT FOUND"
        if told == "NOT FOUND" or (kind in ONLY_PACKED_AGAIN and "packed again" not in told):
            done.unseen.append(f"{kind} (turn {turn}): {told}")
        if (told == BROKEN) != bool(verdict.findings) or (alone == BROKEN) != bool(findings):
            done.unseen.append(f"{kind} (turn {turn}): the first thing that is wrong is not named")
        # a forger's record may contradict itself: that is read by the robot alone
        if alone != verdict.word and not (alone == UNKNOWN and told == BROKEN and kind.endswith("signed again")):
            done.unseen.append(f"{kind} (turn {turn}): {verdict.word} by the robot, {alone} by the script: {verdict.findings}")
        done.verdicts[kind, told] += 1
    return done


def main() -> int:
    """Tamper, print what came of each kind, and return 1 if anything was not found."""
    number, began = int(sys.argv[1]) if sys.argv[1:] else 10_000, time.monotonic()
    parts, done = os.cpu_count() or 1, Tampering()
    shares = [len(range(part, number, parts)) for part in range(parts)]
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(parts, get_context("spawn")) as processes:
        folders = [Path(folder) / str(part) for part in range(parts)]
        for part in processes.map(tamper, folders, shares, range(parts)):
            done.verdicts += part.verdicts
            done.unseen += part.unseen
    for (kind, told), times in sorted(done.verdicts.items()):
        print(f"{times:5d}  {told:32s} {kind}")  # noqa: T201 - a campaign
    for sentence in done.unseen:
        print(f"NO  {sentence}")  # noqa: T201 - as above
    took = time.monotonic() - began
    print(f"{done.number} alterations of {len(KINDS)} kinds: {len(done.unseen)} not found or not told, in {took:.0f} s")  # noqa: T201
    return 1 if done.unseen else 0


if __name__ == "__main__":
    sys.exit(main())
