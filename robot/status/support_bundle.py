"""What the vendor's support needs, in one file, and nothing else (PL13): made from a run's record at any time.

Only what a list here names goes in. Words that must not leave the house are taken out of it besides.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from robot import __version__
from robot.domain.errors import Refused
from robot.evidence.pack.archive import write_archive
from robot.evidence.record import layout
from robot.evidence.record.chain import digest
from robot.evidence.record.durable import replace_file
from robot.runs.custody_log import log_made
from robot.settings import load_kept
from robot.status.redaction import Redactor
from robot.status.run_summary import summarise
from robot.status.support_texts import facts, timeline

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from robot.evidence.record.history import RunHistory
    from robot.evidence.record.line import Line
    from robot.evidence.record.step_names import StepNames
    from robot.evidence.record.summary import RecordSummary
    from robot.runs.store import RunState
    from robot.settings import Settings

_SCREENS_SHOWN = 2
"""How many of the newest pictures go in, for each appliance, of its updates and of its failover status."""
_STOPPED = frozenset({"refused", "stalled"})
_OURS = frozenset({"Look", "Go on", "By hand", "Way back"})
"""Lines of the stop card that are of use on this machine only."""

_README = """\
{mark}FOR THE VENDOR'S SUPPORT

Whom to call    BeyondTrust Technical Support, by the telephone number or the portal of your support contract.
What to say     A failover pair is being upgraded by the asynchronous procedure: {site}, to {target}.
                Serial numbers: A {a}, B {b}.
                State: {state}

DO NOT RESTART THE APPLIANCE, and do not let anybody else do so, unless the vendor's support tells you to. An installation
that looks stuck may be at work; a restart in the middle of it can destroy it.

In this file
  facts.txt      serial numbers, GUIDs, versions, roles, addresses, what the update screens said last
  timeline.txt   what was read, pressed and proved, in UTC by the clock of the machine that the robot runs on
{card}  summary.json   versions and steps, for programs
  shots/         pictures of where it stopped, and the last ones of the update and failover screens

Left out: backups, credentials, the robot's own log, who is connected, who asked for the change, and other changes.
{left_out}"""


@dataclass(frozen=True)
class _Known:
    """A run with its settings, record and summary, as they are now."""

    run: RunState
    settings: Settings
    history: RunHistory
    summary: RecordSummary
    """What the record says so far, in short."""
    ended: dict[str, Any]
    """The summary that the run's last end wrote; empty while the run is in progress, for an earlier end means nothing then."""

    @property
    def state(self) -> str:
        if not self.ended:
            return "in progress" if self.run.is_alive else "it ended without a word"
        return f"{self.ended.get('outcome', 'unknown')} (exit code {self.ended.get('exit_code', 'unknown')})"

    @property
    def reason(self) -> str:
        return str(self.ended.get("reason") or "")

    @property
    def card(self) -> list[list[str]]:
        rows: list[list[str]] = self.ended.get("stop_card") or []
        return [row for row in rows if row[0] not in _OURS]


def make(run: RunState, names: StepNames) -> Path:
    """Make `<run>-support.zip` in the run's evidence folder, in place of an earlier one.

    It is no evidence: no pack includes it, and it may be made again as the run goes on.

    Returns:
        The path of the file.

    Raises:
        Refused: the record cannot be read, or the folder cannot be written.
        UsageError: this version refuses the pair file that the run was begun with.
    """
    bundle = run.evidence / f"{run.name}-support.zip"
    try:
        contents = _contents(_known(run, names))
        stream = io.BytesIO()
        write_archive(stream, contents, contents.__getitem__)
        made = stream.getvalue()
        log_made(run.evidence, bundle.name, digest(made), len(made))  # the line stands first: no file without it
        replace_file(bundle, made)
    except OSError as error:
        raise Refused(f"{bundle} cannot be made: {error.strerror}") from error
    return bundle


def _known(run: RunState, names: StepNames) -> _Known:
    settings = load_kept(run.facts["settings"], run.name)
    history = run.history
    summary = summarise(run, settings, history, names)
    return _Known(run, settings, history, summary, {} if run.is_alive else run.summary)


def _contents(known: _Known) -> dict[str, bytes]:
    redact = Redactor(known.run, known.settings, known.history)
    shown, left_out = _pictures(known.history.lines)
    texts = {
        "README.txt": _read_me(known, left_out),
        "facts.txt": facts(known.settings, known.summary, known.history, state=known.state, reason=known.reason),
        "timeline.txt": timeline(known.history),
    }
    if known.card:
        texts["stop-card.txt"] = "".join(f"{label:<13} {sentence}\n" for label, sentence in known.card)
    contents = {name: redact(text).encode() for name, text in texts.items()}
    contents["summary.json"] = (json.dumps(redact.plain(_reduced(known)), ensure_ascii=False, indent=2) + "\n").encode()
    for name in shown:
        path = known.run.evidence / name
        if path.is_file() and not path.is_symlink():
            contents[name] = path.read_bytes()
    return contents


def _read_me(known: _Known, left_out: Sequence[str]) -> str:
    site, serials = known.settings.site, known.summary["serials"]
    names = "".join(f"  {name}\n" for name in left_out)
    return _README.format(
        mark="REHEARSAL: this was a simulated pair. Do not send it.\n\n" if known.summary["rehearsal"] else "",
        site=site.hostname,
        target=(f"{patch} on " if (patch := known.settings.update.patch) else "")
        + f"product {site.target_version}"
        + (f" on base {site.target_base}" if site.target_base else ""),
        a=serials["a"] or "not read",
        b=serials["b"] or "not read",
        state=": ".join(filter(None, (known.state, " ".join(known.reason.split())))),
        card="  stop-card.txt  how it stands, what must not be done, and what next\n" if known.card else "",
        left_out=f"Pictures that may show people; look at them yourself before you send one:\n{names}" if names else "",
    )


def _pictures(lines: Sequence[Line]) -> tuple[list[str], list[str]]:
    """Return the pictures that go in, and those of a stop that stay out because they may show people.

    Only pictures of screens that this record has read as updates, failover, addresses or the machine go in; never one that shows
    who is connected, a sign-in, or the public portal.
    """
    safe = {_screen(line) for line in lines if _shows(line, "offers", "installing", "role", "enabled", "uptime")}
    safe -= {_screen(line) for line in lines if _shows(line, "clients")}
    stops = [line for line in lines if line.kind in _STOPPED or (line.file and line.moment == "failed")]
    last = [
        line
        for unit in ("a", "b")
        for name in ("installing", "role")
        for line in [each for each in lines if each.unit == unit and _shows(each, name) and _screen(each) in safe][
            -_SCREENS_SHOWN:
        ]
    ]
    wanted = sorted({line.file: line for line in [*stops, *last] if layout.belongs(line.file)}.items())
    return (
        [name for name, line in wanted if _screen(line) in safe],
        [name for name, line in wanted if _screen(line) not in safe],
    )


def _screen(line: Line) -> tuple[str, str]:
    return line.interface, line.screen


def _shows(line: Line, *names: str) -> bool:
    return any(name in line.values for name in names)


def _reduced(known: _Known) -> dict[str, Any]:
    """Return the summary without people, notes, backups, and what only concerns the change request."""
    summary, gap = known.summary, known.summary["swing_gap_ms"]
    return {
        "run": known.run.name,
        "rehearsal": summary["rehearsal"],
        "state": known.state,
        "reason": known.reason,
        "site": summary["site"],
        "addresses": summary["addresses"],
        "serials": summary["serials"],
        "versions": summary["versions"],
        "began": summary["began"],
        "ended": summary["ended"],
        "exposure_s": summary["exposure_s"],
        "swing_gap_ms": gap and {"value": gap["value"], "error": gap["error"]},
        "steps": [{name: value for name, value in step.items() if name != "procedure"} for step in summary["steps"]],
        "robot": __version__,
    }
