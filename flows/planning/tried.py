"""What a plan tells of earlier trials: of this release outside production (PL8), and, apart, of its rehearsal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from robot.runs.store import RunState
    from robot.settings import Settings


def tried_before(settings: Settings, told: str, by: str, runs: Iterable[RunState]) -> dict[str, Any]:
    """Return what is known of earlier trials.

    Args:
        settings: the pair file.
        told: where the release was installed outside production, and with what result, in words; "" if nobody says.
        by: who says so.
        runs: every run of this machine, oldest first.

    Returns:
        `elsewhere`, with `text` and `by`, or `None`; and `rehearsal`, with `run`, `ended` and `pack_sha256` of the newest whole
        rehearsal for this site and release, or `None`. A rehearsal is no trial of the release: its appliances are simulated.
    """
    whole = [run for run in runs if run.facts.get("rehearsal") and _is_for(run, settings)]
    summary = whole[-1].summary if whole else None
    return {
        "elsewhere": {"text": told, "by": by} if told else None,
        "rehearsal": summary and {name: summary[name] for name in ("run", "ended", "pack_sha256")},
    }


def _is_for(run: RunState, settings: Settings) -> bool:
    site, wanted = run.facts["settings"]["site"], settings.site
    return (
        (site["hostname"], site["target_version"]) == (wanted.hostname, wanted.target_version)
        and run.summary.get("outcome") == "done"
        and bool(run.summary.get("pack_sha256"))
    )
