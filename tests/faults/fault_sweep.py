"""`make faults`: hostile appliances. Each fault strikes a whole run at each of its moments: does it end as it must?

Whole runs by the command line against an instant simulated pair, through real browsers, two at a time. A case is a fault, a
moment, a seed (how the simulated pages are drawn; seeds 0 to 3, and so on, are those of the four generations) and a turn. Each
is run twice, and both must come to the same verdict: exit code, outcome, and what the appliances were told. (The step at which
it ended may be the next one: a fault strikes within a tenth of a second of its moment, while the run goes on.) Of the runs
that go to their very end, which take minutes, one in four (chosen by the seed) is run twice; `--twice` repeats them all,
`--once` none. Words choose cases.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from tests.campaign import GOOD, NOT_BEGUN, ROOT, Campaign, Result, the_rest

sys.path[:0] = [str(ROOT / "tests" / folder) for folder in ("flows", "robot", "faults")]

from a_disk import a_disk, fill  # noqa: E402 - found there
from a_scene import FORBIDDEN, LABELS, Scene, a_scene, meanwhile  # noqa: E402 - found there
from fault_kinds import KINDS, Fault, Moment, named  # noqa: E402 - found there
from moments import PRESSES  # noqa: E402 - found there

from robot.simulator.appearance.generations import GENERATIONS, names_between  # noqa: E402 - needs what stands above
from robot.simulator.domain.names import Names  # noqa: E402 - needs what stands above

WITHIN = 600.0
"""Seconds for one run: on a machine that does other things too."""
_NEVER = re.compile(rf"FORBIDDEN|REFUSED|change-password|accept-eula|save-|cluster|{FORBIDDEN.pattern}", re.IGNORECASE)
"""What the simulated pair writes down of a control that nobody may press."""


@dataclass(frozen=True)
class Case:
    """One run: a fault, the number of one of its moments, a seed, and which turn it is."""

    fault: Fault
    moment: Moment
    seed: int
    turn: int

    @property
    def name(self) -> str:
        """As it stands in the table."""
        return f"{self.fault.name} | {self.moment.name} | seed {self.seed} | {self.turn}"

    @property
    def generation(self) -> str:
        """Whose pages the pair shows."""
        return list(GENERATIONS)[self.seed % len(GENERATIONS)]

    @property
    def names(self) -> Names:
        """What the pair is called, with the versions from which and to which it is taken."""
        return names_between(self.generation, self.generation)

    @classmethod
    def of(cls, name: str) -> Case:
        """The case of that name."""
        kind, when, seed, turn = name.split(" | ")
        fault = named(kind)
        return cls(fault, next(each for each in fault.at if each.name == when), int(seed.split()[1]), int(turn))


def cases(seed: int, twice: str) -> list[Case]:
    """Every case of a seed: each fault's first moment, then the others; all first turns, then the second ones."""
    first = [Case(fault, moment, seed, 1) for fault in KINDS for moment in fault.at]
    first.sort(key=lambda each: each.fault.at.index(each.moment))
    if twice == "none":
        return first
    chosen = [each for each in first if twice == "all" or not each.fault.whole or crc32(each.name.encode()) % 4 == 0]
    return [*first, *(Case(each.fault, each.moment, seed, 2) for each in chosen)]


# -- one run -------------------------------------------------------------------------------------------------------------


def perform(name: str, folder: Path) -> Result:
    """Go one case through, in this process."""
    case, began = Case.of(name), time.monotonic()
    fault = case.fault
    at_once = case.moment.is_the_start
    knobs = {"chain": 1, **fault.always, **(fault.knobs if at_once and not fault.seconds else {})}
    scenery = a_scene(folder, knobs=knobs, seed=case.seed, generation=case.generation, **asdict(case.names))
    with scenery as scene, room_for(case, folder) as artifacts:
        for old, new in fault.pair:
            changed(scene.simulated.pair_file, re.escape(old), new)
        for old, new in fault.env:
            changed(scene.simulated.env_file, old, new)
        strike = Strike(case, scene, artifacts)
        if at_once:
            strike.act()
        command = scene.begin("run", scene.simulated.pair_file, "--now", "--artifacts", artifacts)
        try:
            with meanwhile(strike.if_it_is_time):
                said = scene.end_of(command, within=WITHIN)
        finally:
            command.kill()  # where it took too long: its child ends when it sees that it is alone
        problems = list(objections(case, scene, said.code, said.out + said.err, strike))
        facts = verdict(scene, said.code)
    good = GOOD if not problems else "WRONG"
    return Result(name, scene.codes, time.monotonic() - began, len(facts["told"]), good, "\n    ".join(problems), facts)


@contextmanager
def room_for(case: Case, folder: Path) -> Generator[Path]:
    """The folder for the run's evidence; on a small disk of its own where that is to be filled."""
    if not case.fault.disk:
        yield folder / "artifacts"
        return
    with a_disk(folder / "disk", "310m") as disk:
        yield disk / "artifacts"


def changed(path: Path, old: str, new: str) -> None:
    """Change a line of a file, where it is."""
    text = path.read_text(encoding="utf-8")
    again = re.sub(old, new, text)
    if again == text:
        raise ValueError(f"{old} is not in {path.name}")
    path.write_text(again, encoding="utf-8")


@dataclass
class Strike:
    """A fault that waits for its moment, and strikes."""

    case: Case
    scene: Scene
    artifacts: Path
    struck: int = 0
    read: int = 0
    proved: int = 0
    stopped: bool = False

    @property
    def enough(self) -> int:
        """After how many proved presses the run has been seen to go on, and is stopped."""
        return self.case.moment.told + self.case.fault.presses

    def if_it_is_time(self) -> None:
        """Strike as soon as the record tells that the moment has come."""
        lines = self._lines()
        new, self.read = lines[self.read :], len(lines)
        self.proved += sum(line["kind"] == "proved" for line in new)
        if not self.struck and (any(map(self.case.moment.is_at, new)) or self.pair_is_there()):
            self.act()
        if self.struck and self.case.fault.is_stopped and not self.stopped and self.proved >= self.enough:
            self.scene.robot("stop", self.scene.state.name)
            self.stopped = True

    def pair_is_there(self) -> bool:
        """Whether the pair itself says that the moment has come."""
        state = self.case.moment.state
        return bool(state) and bool(self.scene.simulated.state()[state])

    def act(self) -> None:
        """Turn the knobs, and let somebody act."""
        self.struck += 1
        fault, simulated = self.case.fault, self.scene.simulated
        if fault.knobs and (not self.case.moment.is_the_start or fault.seconds):
            simulated.set(fault.seconds, **fault.knobs)
        for unit, action in fault.acts:
            simulated.act(unit, action)
        if fault.disk:
            fill(self.artifacts.parent)

    def _lines(self) -> list[dict[str, Any]]:
        found = list(self.artifacts.glob("*/*/evidence.jsonl"))
        data = found[0].read_bytes() if found else b""
        return [json.loads(line) for line in data[: data.rfind(b"\n") + 1].splitlines()]


# -- how it must end -----------------------------------------------------------------------------------------------------


def verdict(scene: Scene, code: int) -> dict[str, Any]:
    """What two runs of one case must have in common."""
    summary = scene.state.summary or {}
    stopped = [line["step"] for line in scene.lines if line["kind"] in {"refused", "stalled"}]
    return {
        "code": code,
        "outcome": summary.get("outcome", ""),
        "ended at": stopped[-1] if stopped else "",
        "told": scene.told(),
        "reason": summary.get("reason", ""),
    }


def objections(case: Case, scene: Scene, code: int, said: str, strike: Strike) -> Iterator[str]:
    """Everything that is not as it must be."""
    fault, moment, simulated = case.fault, case.moment, scene.simulated
    if not strike.struck:
        yield f"the moment never came: {moment.name}"
    if code != fault.code_at(moment):
        yield f"it ended with {code} and not with {fault.code_at(moment)}: {said[-1500:]}"
    told = verdict(scene, code)
    if not fault.disk and told["outcome"] != fault.outcome_at(moment):
        yield f"its outcome is {told['outcome']} and not {fault.outcome_at(moment)}"
    words = said if fault.disk else told["reason"]
    tells = "stopped by hand; nothing is under way" if fault.is_stopped else fault.tells
    if tells and not re.search(tells, words):
        yield f"the person is told {words!r}, not /{tells}/"
    if "Traceback" in said:
        yield f"a traceback is shown: {said[-1500:]}"
    yield from not_on_the_card(case, scene)
    yield from wrongly_told(case, scene, strike)
    yield from passwords_tried_again(simulated.views())
    if not fault.both and "conflict" in [line["serving"] for line in simulated.serving()]:
        yield "both served"
    yield from secrets_kept(scene, said, strike.artifacts)


def not_on_the_card(case: Case, scene: Scene) -> Iterator[str]:
    """What the stop card lacks, where there must be one."""
    code = case.fault.code_at(case.moment)
    if not code or case.fault.disk:
        return
    card = dict(scene.state.summary.get("stop_card") or [])
    lacking = [label for label in LABELS if not card.get(label)]
    if lacking:
        yield f"the stop card lacks {lacking}"
    if f"exit code {code}" not in card.get("State", ""):
        yield f"the stop card says {card.get('State')}"


def wrongly_told(case: Case, scene: Scene, strike: Strike) -> Iterator[str]:
    """Presses that are forbidden, repeated, missing or too many."""
    fault = case.fault
    own = [line for line in scene.simulated.changes() if line["account"] != "somebody"]
    for line in own:
        if _NEVER.search(line["action"]):
            yield f"FORBIDDEN: {line}"
        if line["status"] >= 400 or (line["details"].get("error") and not fault.forgiven):
            yield f"an appliance refused {line}"
    told = scene.told()
    yield from (f"pressed {number} times: {press}" for press, number in Counter(told).items() if number > 1)
    wanted = [press.format(target=case.names.target_version) for press in (PRESSES if fault.whole else PRESSES[: strike.enough])]
    if not fault.always.get("chain") and told != wanted:
        yield f"the appliances were told {told} and not {wanted}"


def passwords_tried_again(views: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Attempts to sign in after a refusal."""
    refusals: Counter[tuple[str, str, str]] = Counter()
    for view in views:
        if view["page"] != "sign-in attempt":
            continue
        who = (view["unit"], view["interface"], view["account"])
        if refusals[who]:
            yield f"a password was tried again after a refusal: {who}"
        refusals[who] += view["outcome"] != "accepted"


def secrets_kept(scene: Scene, said: str, artifacts: Path) -> Iterator[str]:
    """Secrets that stand in what the run leaves, or was said."""
    lines = scene.simulated.env_file.read_text(encoding="utf-8").splitlines()
    known = {line.partition("=")[2] for line in lines if not line.partition("=")[0].endswith("USERNAME")}
    known.add(str(scene.simulated.state()["key"]))
    yield from (f"a secret was printed: {secret[:3]}..." for secret in known if secret in said)
    for folder in (artifacts, scene.folder / "state"):
        for path in folder.rglob("*"):
            if path.is_file() and path.suffix not in {".png", ".zip"} and path.name != "full":
                data = path.read_bytes()
                yield from (f"a secret stands in {path.name}" for secret in known if secret.encode() in data)


# -- the campaign --------------------------------------------------------------------------------------------------------

CAMPAIGN = Campaign(
    "tests.faults.fault_sweep",
    ("robot", "pages", "flows", "tests/flows/a_scene.py", "tests/faults", "tests/campaign.py"),
    perform,
)


def unlike(results: Sequence[Result]) -> list[str]:
    """Cases whose two turns did not come to the same verdict."""
    compared = ("code", "outcome", "told")
    seen: dict[str, Result] = {}
    found: list[str] = []
    for result in results:
        key = result.name.rpartition(" | ")[0]
        if (first := seen.setdefault(key, result)) is result or NOT_BEGUN in {first.verdict, result.verdict}:
            continue
        differ = [name for name in compared if first.facts.get(name) != result.facts.get(name)]
        found += [f"{key}: {name}: {first.facts.get(name)} and then {result.facts.get(name)}" for name in differ]
    return found


def totals(results: Sequence[Result], took: float) -> str:
    """The last line."""
    kinds = {result.name.partition(" | ")[0] for result in results if result.facts}
    good = sum(result.verdict == GOOD for result in results)
    twice = sum(result.name.endswith(" | 2") and bool(result.facts) for result in results)
    text = "\n".join(result.problem for result in results)
    forbidden, repeated = text.count("FORBIDDEN"), len(re.findall(r"pressed \d+ times", text))
    again = text.count("tried again after a refusal")
    return (
        f"faults: {len(kinds)} kinds, {good} of {len(results)} runs ended as they must; {forbidden} forbidden presses, "
        f"{repeated} repeated, {again} passwords tried again; {len(unlike(results))} of {twice} repeats unlike the first; "
        f"{took / 60:.1f} min{the_rest(results)}"
    )


def main(words: list[str]) -> int:
    """Run the campaign; its exit code."""
    if words[:1] == ["--alone"]:
        return CAMPAIGN.single(words)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="only cases with all of these words in their names")
    parser.add_argument("--seed", type=int, default=0)
    how_often = parser.add_mutually_exclusive_group()
    how_often.add_argument("--twice", dest="twice", action="store_const", const="all", default="sampled")
    how_often.add_argument("--once", dest="twice", action="store_const", const="none")
    given = parser.parse_args(words)
    began = time.monotonic()
    chosen = [case.name for case in cases(given.seed, given.twice) if all(word in case.name for word in given.words)]
    results = CAMPAIGN.run(chosen)
    differ = unlike(results)
    for each in differ:
        print(f"NOT the same twice: {each}")  # noqa: T201 - a campaign
    print(totals(results, time.monotonic() - began))  # noqa: T201 - a campaign
    return 0 if not differ and all(result.verdict == GOOD for result in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
