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


if __name__ == "__main__":
    sys.exit(CAMPAIGN.main(sys.argv[1:], CASES))
