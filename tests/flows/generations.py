"""`make generations`: whole upgrades over the four generations of pages, mixed, in both languages, each drawn another way.

Each is made by a plan, and the pair is compared with what the plan observed: no generation, and no change of generation by the
update, shows anything that nobody planned. In whatever language its Status History is, each of its events is put down to a press.

Words on the command line choose cases.
"""

import sys
import time
from pathlib import Path

from tests.campaign import GOOD, ROOT, Campaign, Result

sys.path[:0] = [str(ROOT / "tests" / folder) for folder in ("flows", "robot", "faults")]

from a_scene import a_scene  # noqa: E402 - found there
from generation_cases import cases  # noqa: E402 - found there
from procedure_cases import asynchronously  # noqa: E402 - found there

CASES = cases()


def perform(name: str, folder: Path) -> Result:
    """Go one case through, in this process."""
    began = time.monotonic()
    look, seed = CASES[name]
    with a_scene(folder, knobs=look.knobs(seed), **look.names) as scene:
        plan = scene.folder / "plan.json"
        scene.robot("plan", scene.simulated.pair_file, "-o", plan, "--by", "John Roe")
        scene.run(pair=plan)
        product, base = f"Bomgar Remote Support {look.names['target_version']}", f"Base Software {look.names['target_base']}"
        scene.require_told(asynchronously(*([base, product] if look.chain == 2 else [product])))
        scene.require_over()
        unexpected = [each["sentence"] for made in scene.state.summary["changes_since_plan"] for each in made["unexpected"]]
        assert not unexpected, unexpected
        traces = scene.state.summary["traces"]
        assert (traces["unexplained"], traces["unknown"]) == ([], []), traces
    return Result(name, scene.codes, time.monotonic() - began, len(scene.told()), GOOD)


CAMPAIGN = Campaign("tests.flows.generations", ("robot", "pages", "flows", "tests/flows", "tests/campaign.py"), perform)


if __name__ == "__main__":
    sys.exit(CAMPAIGN.main(sys.argv[1:], CASES))
