"""`make smoke-campaign`: bad builds are caught by the command, each with a reason that names the cause, and good ones are not.

A bad build is made of an appliance that stands apart after its update, and verified as a person does: `failover-robot smoke`,
through real Chromium. Good builds are verified by the same checks in the same browsers, several on each simulated pair: each
appliance by a client that signs in, and whoever serves the site by clients that do not. Words on the command line choose cases.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.campaign import GOOD, NOT_BEGUN, ROOT, Campaign, Result, the_rest

sys.path[:0] = [str(ROOT / "tests" / folder) for folder in ("flows/smoke",)]

from smoke_campaign_good import GoodPair, good_pairs  # noqa: E402 - found there
from smoke_campaign_kinds import KINDS, BadBuild, look_of, named, versions  # noqa: E402 - found there

from flows.smoke.order import SmokeOrder  # noqa: E402 - as above
from flows.smoke.session import smoke  # noqa: E402 - as above
from robot.domain.model import Unit  # noqa: E402 - as above
from robot.settings import load  # noqa: E402 - as above
from robot.settings.secrets import secrets  # noqa: E402 - as above
from robot.simulator.process import Simulation, simulation  # noqa: E402 - as above

VERIFICATIONS = 6
"""How often a good pair is verified: whole on each appliance, else without signing in, where the site is served."""
GOOD_PAIRS = {pair.name: pair for pair in good_pairs()}
CASES = (*(f"bad: {kind.name}" for kind in KINDS), *GOOD_PAIRS)
REQUEST = {
    "en": 'request = { field = "Session Key", fill = "1234567", press = "Submit" }',
    "de": 'request = { field = "Sitzungsschlüssel", fill = "1234567", press = "Senden" }',
}


def perform(name: str, folder: Path) -> Result:
    """Go one case through, in this process."""
    os.environ["XDG_STATE_HOME"] = str(folder / "state")
    kind, _, rest = name.partition(": ")
    return verified_bad(named(rest), folder) if kind == "bad" else verified_good(GOOD_PAIRS[name], folder)


# -- bad builds ----------------------------------------------------------------------------------------------------------


def verified_bad(kind: BadBuild, folder: Path) -> Result:
    """Make a bad build, and have the command verify it."""
    began = time.monotonic()
    generation, language, seed = look_of(kind)
    begins = {"both_upgraded": True, "broken": True, "seed": seed, **kind.begins}
    with simulation(folder / "pair", instant=True, knobs=begins, generation=generation, language=language) as pair:
        lines = [REQUEST[language]] if kind.requests else []
        tell_robot(pair, [*lines, kind.smoke])
        change_env(pair.env_file, kind.env)
        pair.set(**kind.knobs)
        code, told = typed("smoke", pair.pair_file, "--on", "b", "--json", "--artifacts", folder / "artifacts")
        presses = len(pair.changes())
    problem = "" if presses == 0 else f"{presses} changes were pressed"
    problem = problem or why_not_caught(kind, generation, code, told)
    reasons = failures(told)
    first = bool(reasons) and bool(re.search(said_by(kind, generation), reasons[0]))
    facts = {"reasons": reasons, "first": first, "generation": generation}
    return Result(f"bad: {kind.name}", [code], time.monotonic() - began, presses, "MISSED" if problem else GOOD, problem, facts)


def why_not_caught(kind: BadBuild, generation: str, code: int, told: Mapping[str, Any]) -> str:
    """Why a bad build does not count as caught; "" if it does."""
    if code != 7:
        return f"it ended with {code}: {told.get('sentence')}"
    if not any(re.search(said_by(kind, generation), reason) for reason in failures(told)):
        return "no reason names the cause:\n    " + "\n    ".join(failures(told))
    return ""


def said_by(kind: BadBuild, generation: str) -> str:
    """What the reason must say."""
    says = kind.says
    for word, version in versions(generation).items():
        says = says.replace(f"{{{word}}}", re.escape(version))
    return says


def failures(told: Mapping[str, Any]) -> list[str]:
    """The reasons of the checks that failed, and why they did not come to their end."""
    found = [str(check["sentence"]) for check in told.get("checks", ()) if check["state"] == "failed"]
    return [*found, *([str(told["fault"])] if told.get("fault") else [])]


def typed(*words: str | Path) -> tuple[int, dict[str, Any]]:
    """Type a command; give how it ended, and its one JSON document."""
    command = [str(Path(sys.executable).with_name("failover-robot")), *map(str, words)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=500)
    sys.stderr.write(ended.stderr)
    return ended.returncode, json.loads(ended.stdout) if ended.stdout.strip() else {"sentence": ended.stderr[-1000:]}


# -- good builds ---------------------------------------------------------------------------------------------------------


def verified_good(pair: GoodPair, folder: Path) -> Result:
    """Serve a good pair, and verify it several times."""
    began = time.monotonic()
    alarms: list[str] = []
    states: Counter[str] = Counter()
    served = {name: value for name, value in pair.begins.items() if name in {"generation", "language", "seed"}}
    knobs = {name: value for name, value in pair.begins.items() if name not in served}
    with simulation(folder / "pair", instant=True, knobs=knobs, hostname=pair.hostname, **served) as simulated:
        tell_robot(simulated, [pair.request_line])
        simulated.set(**pair.knobs)
        settings = load(simulated.pair_file)
        known = secrets(settings)
        whole = [SmokeOrder(settings, unit, pair.expected) for unit in Unit]
        clients = [SmokeOrder(settings, Unit(unit), pair.expected, signs_in=False) for unit in pair.serving]
        for order in (whole + clients * VERIFICATIONS)[:VERIFICATIONS]:
            results = smoke(order, known if order.signs_in else None, keep=lambda _check, _spool: None)
            states.update(f"{check.name} {check.state}" for check in results.checks)
            if not results.is_good:
                alarms.append(f"{order.unit}, {'signed in' if order.signs_in else 'a client'}: {results.objection}")
        presses = len(simulated.changes())
    problem = "\n".join(alarms) or ("" if presses == 0 else f"{presses} changes were pressed")
    facts = {"verifications": VERIFICATIONS, "alarms": len(alarms), "states": dict(states)}
    return Result(pair.name, [], time.monotonic() - began, presses, "FALSE ALARM" if problem else GOOD, problem, facts)


# -- both ----------------------------------------------------------------------------------------------------------------


def tell_robot(pair: Simulation, lines: list[str]) -> None:
    """Add `[smoke]` to the pair file: who must answer, the site's name on the portal, and these lines."""
    state = pair.state()
    serials = ", ".join(f'{unit} = "{state[unit]["serial"]}"' for unit in ("a", "b"))
    text = pair.pair_file.read_text(encoding="utf-8")
    before, _, after = text.partition("[smoke]\n") if "[smoke]\n" in text else (f"{text}\n", "", "")
    own = "\n".join([f"serials = {{ {serials} }}", *filter(None, lines)])
    pair.pair_file.write_text(f"{before}[smoke]\n{own}\n{after}", encoding="utf-8")


def change_env(path: Path, env: Mapping[str, str]) -> None:
    """Change secrets; "=A" is what A has."""
    known = dict(line.split("=", 1) for line in path.read_text(encoding="utf-8").splitlines())
    known |= {name: known[f"A{name[1:]}"] if value == "=A" else value for name, value in env.items()}
    path.write_text("".join(f"{name}={value}\n" for name, value in known.items()), encoding="utf-8")


def summary(results: list[Result], seconds: float) -> str:
    """What was covered, and how long it took."""
    bad = [each for each in results if each.name.startswith("bad") and each.verdict != NOT_BEGUN]
    good = [each for each in results if not each.name.startswith("bad") and each.verdict != NOT_BEGUN]
    caught, first = sum(each.verdict == GOOD for each in bad), sum(bool(each.facts.get("first")) for each in bad)
    verified = sum(each.facts.get("verifications", 0) for each in good)
    alarms = sum(each.facts.get("alarms", 0) for each in good) + sum("verifications" not in each.facts for each in good)
    states: Counter[str] = Counter()
    for each in good:
        states.update(each.facts.get("states", {}))
    untold = {name: number for name, number in sorted(states.items()) if not name.endswith(("passed", "failed"))}
    work = sum(each.seconds for each in results)
    return (
        f"bad builds: {caught} of {len(bad)} kinds caught, each with a reason that names the cause (in {first} it is the first)\n"
        f"good builds: {verified} verified on {len(good)} pairs, {alarms} false alarms; not passed and no alarm: {untold}\n"
        f"smoke-campaign: {work:.0f} s of work, this time {seconds:.0f} s{the_rest(results)}"
    )


CAMPAIGN = Campaign(
    "tests.flows.smoke.smoke_campaign", ("robot", "pages", "flows", "tests/flows/smoke", "tests/campaign.py"), perform
)


def main(words: list[str]) -> int:
    """Go through the chosen cases; 0 if nothing is wrong."""
    if words[:1] == ["--alone"]:
        return CAMPAIGN.single(words)
    began = time.monotonic()
    results = CAMPAIGN.run([name for name in CASES if all(word in name for word in words)])
    for result in results:
        if result.verdict not in {GOOD, NOT_BEGUN}:
            print(f"{result.name}: {result.verdict}: {result.problem}")  # noqa: T201 - a campaign
    print(summary(results, time.monotonic() - began))  # noqa: T201 - as above
    return 0 if all(result.verdict == GOOD for result in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
