"""`make procedures`: every way through the procedures, through real browsers, each to its end, as one table.

Words on the command line choose cases.
"""

import sys
import time
from pathlib import Path

from tests.campaign import GOOD, ROOT, Campaign, Result

sys.path[:0] = [str(ROOT / "tests" / folder) for folder in ("flows", "robot", "faults")]

from procedure_cases import CASES  # noqa: E402 - found there


def perform(name: str, folder: Path) -> Result:
    """Go one case through, in this process."""
    began = time.monotonic()
    scene = CASES[name](folder)
    return Result(name, scene.codes, time.monotonic() - began, len(scene.told()), GOOD)


CAMPAIGN = Campaign(
    "tests.flows.procedures",
    ("robot", "pages", "flows", "tests/flows", "tests/faults", "tests/robot", "tests/campaign.py"),
    perform,
)


def main(words: list[str]) -> int:
    """Run the campaign; its exit code."""
    if words[:1] == ["--alone"]:
        return CAMPAIGN.single(words)
    began = time.monotonic()
    results = CAMPAIGN.run([name for name in CASES if all(word in name for word in words)])
    bad = [result.name for result in results if result.verdict != GOOD]
    rest = f"; NOT: {'; '.join(bad)}" if bad else ""
    took = (time.monotonic() - began) / 60
    passed = len(results) - len(bad)
    print(f"procedures: {passed} of {len(results)} ended as they must, evidence verified, in {took:.1f} min{rest}")  # noqa: T201
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
