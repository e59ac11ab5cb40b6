"""A small but real run folder, made as `robot/runs/evidence_log.py` makes one: chained lines, real pictures, a summary."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from robot.evidence.record.chain import digest

BEGAN = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
ADDRESSES = {"a": "192.0.2.12", "b": "192.0.2.13", "shared": "192.0.2.20"}
SERIALS = {"a": "BG-4711-A", "b": "BG-4711-B"}
CONTROL = {"x": 40, "y": 150, "width": 110, "height": 24, "label": "Sync Now"}


@dataclass
class MadeRun:
    """A run folder under `artifacts`, growing line by line."""

    folder: Path
    size: tuple[int, int] = (480, 320)
    lines: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    pictures: int = 0
    previous: str = ""

    def note(self, kind: str, step: str, *, unit: str = "", **fields: Any) -> dict[str, Any]:
        """Append one line, half a minute after the one before."""
        seq = len(self.lines) + 1
        moment = BEGAN + timedelta(seconds=31.25 * seq)
        line: dict[str, Any] = {
            "seq": seq,
            "utc": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "monotonic": 1000.0 + 31.25 * seq,
            "unit": unit,
            "address": ADDRESSES.get(unit, ""),
            "serial": SERIALS.get(unit, ""),
            "interface": "login" if unit in SERIALS else "",
            "screen": "Management > Failover" if unit in SERIALS else "",
            "url": "https://support.example.com/login/management" if unit in SERIALS else "",
            "procedure": [],
            "reading": None,
            "file": "",
            "sha256": "",
            "bytes": 0,
            **fields,
            "kind": kind,
            "step": step,
            "previous": self.previous,
        }
        raw = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode()
        with (self.folder / "evidence.jsonl").open("ab") as stream:
            stream.write(raw + b"\n")
        self.previous = digest(raw)
        self.lines.append(line)
        return line

    def shot(self, step: str, when: str, title: str = "", rows: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Take a picture of a page that looks a little like an admin page; give the fields of its line."""
        self.pictures += 1
        name = f"shots/{self.pictures:03d}-{step}-{when}.png"
        page = Image.new("RGB", self.size, "#eef0f3")
        draw = ImageDraw.Draw(page)
        draw.rectangle((0, 0, self.size[0], 40), fill="#3b4a5c")
        draw.text((16, 12), title or step, "#ffffff", font_size=16)
        draw.rectangle((20, 60, self.size[0] - 20, self.size[1] - 20), fill="#ffffff", outline="#b8c1ca")
        for place, (label, value) in enumerate((rows or {"Role": when}).items()):
            draw.text((40, 80 + 24 * place), f"{label}: {value}", "#222222", font_size=14)
        draw.rectangle((40, 150, 150, 174), fill="#e3e7eb", outline="#8d98a3")
        draw.text((62, 154), "Sync Now", "#111111", font_size=13)
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        page.save(path)
        raw = path.read_bytes()
        return {"file": name, "sha256": digest(raw), "bytes": len(raw), "masked": 0}

    def change(
        self,
        step: str,
        unit: str,
        procedure: list[str],
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        *,
        label: str = "Sync Now",
        **extras: Any,
    ) -> None:
        """One press: an intent with its picture, and its proof with another."""
        given = {"unit": unit, "procedure": procedure, **extras}
        control = {**CONTROL, "label": label}
        self.note("intent", step, **given, **self.shot(step, "before"), reading=before, control=control)
        self.note("proved", step, **given, **self.shot(step, "after"), reading=after)

    def summarise(self, **instead: Any) -> None:
        """Write `summary.json` as the contract has it."""
        names = list(dict.fromkeys(line["step"] for line in self.lines if line["kind"] not in {"note", "torn"}))
        steps: list[dict[str, Any]] = []
        for name in names:
            own = [line for line in self.lines if line["step"] == name]
            steps.append(
                {
                    "name": name,
                    "unit": own[0]["unit"],
                    "procedure": own[0]["procedure"],
                    "state": "done",
                    "began": own[0]["utc"],
                    "ended": own[-1]["utc"],
                    "heading": own[0].get("heading", ""),
                    "title": own[0].get("title", ""),
                }
            )
        older, newer = {"product": "12.3.5-36112", "base": "4.0.0"}, {"product": "15.1.3-38227", "base": "4.2.1"}
        told: dict[str, Any] = {
            "run": self.folder.name,
            "ticket": self.folder.parent.name,
            "outcome": "done",
            "exit_code": 0,
            "reason": "",
            "steps": steps,
            "versions": {unit: {"before": older, "after": newer} for unit in ("a", "b")},
            "swing_gap_ms": {"value": 412, "error": 25, "from": "this machine"},
            "exposure_s": 12345,
            "pack_sha256": None,
            "summary_text": "Upgrade support.example.com to 15.1.3",
            "requested_by": "Service desk",
            "site": {"hostname": "support.example.com", "target_version": "15.1.3", "target_base": "4.2.1"},
            "addresses": ADDRESSES,
            "serials": SERIALS,
            "rehearsal": False,
            "began": self.lines[0]["utc"] if self.lines else "",
            "ended": self.lines[-1]["utc"] if self.lines else "",
            "stop_card": None,
            "notes": ["jump_client: skipped, no Jump Clients at this site"],
            "backups": [{"unit": "a", "file": "a-2026.nsb", "bytes": 312345, "sha256": digest(b"backup")}],
            "robot": {"version": "0.1.0", "python": "3.11.2", "chromium": "156.0"},
            **instead,
        }
        (self.folder / "summary.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")

    def edit(self, name: str, change: Callable[[bytes], bytes]) -> None:
        """Change a file behind the record's back."""
        path = self.folder / name
        path.write_bytes(change(path.read_bytes()))


def begin(artifacts: Path, ticket: str = "CHG0031337", run: str = "20261122T220000Z-ab12", **kind: Any) -> MadeRun:
    """An empty run folder."""
    folder = artifacts / ticket / run
    folder.mkdir(parents=True)
    return MadeRun(folder, **kind)


def a_finished_run(artifacts: Path, **summary: Any) -> MadeRun:
    """A run of a look and two presses, summarised as done."""
    run = begin(artifacts)
    run.note("reading", "a-look", unit="a", procedure=["PL10"], reading={"role": "primary", "peer": ADDRESSES["b"]})
    run.change("b-sync-now", "b", ["BS5", "BS6"], {"last_sync": "yesterday"}, {"last_sync": "today"})
    run.note("note", "site-run", text="The run was resumed.")
    run.change("b-break", "b", ["BS7"], {"role": "backup"}, {"role": "none"}, label="Break Failover Relationships")
    run.summarise(**summary)
    return run
