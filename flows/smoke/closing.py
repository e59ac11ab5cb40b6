"""A smoke verification by itself: it leaves what a run leaves, and is none: nothing of it could be resumed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, cast

from flows.smoke.results import CheckState, SmokeResults
from flows.step_names import STEPS
from pages.appliance_family import FAMILY
from robot.domain.masking import Masking
from robot.evidence.pack import sealing
from robot.evidence.record import layout
from robot.evidence.record.line import OF_THE_RECORD, Kind
from robot.network.site_location import whereabouts
from robot.network.tls import endpoint_of
from robot.runs.evidence_log import EvidenceLog, now_utc
from robot.runs.store import RunState
from robot.signing.evidence_key import pack_signer
from robot.status import stop_card
from robot.status.run_report import write_summary
from robot.status.run_summary import summarise

if TYPE_CHECKING:
    from pathlib import Path

    from flows.smoke.order import SmokeOrder
    from flows.smoke.record import SmokeRecord
    from robot.evidence.record.history import RunHistory
    from robot.evidence.record.summary import Summary
    from robot.settings.secrets import Secrets

_CODES: Final = {"done": 0, "stopped": 3, "failed": 7}


@dataclass(frozen=True)
class SmokeEvidence:
    """The folder of one verification that stands by itself.

    Attributes:
        folder: the evidence folder.
        order: what is verified.
        known: the secrets.
    """

    folder: Path
    order: SmokeOrder
    known: Secrets

    @property
    def pack(self) -> Path:
        """The path of its pack."""
        return self.folder / f"{self.folder.name}.zip"

    def open(self) -> EvidenceLog:
        """Open its record."""
        return EvidenceLog(self.folder, hide=self.known.texts())

    def broken_off(self, record: EvidenceLog, kept: SmokeRecord, by: str) -> Summary:
        """Write summary, report and pack of a verification that somebody has ended before its checks were over.

        Args:
            record: the record, which is closed then.
            kept: the results that there were until then, as they stand in the record.
            by: what has ended it, as "SIGTERM".

        Returns:
            The summary: stopped (3), or failed (7) if a check had failed already.
        """
        results = SmokeResults(
            self.order.unit.value, endpoint_of(self.order.settings, self.order.unit).address,
            self.order.settings.site.hostname, self.order.version, tuple(kept.kept),
            fault=f"it was ended by {by} before the checks were over; what was not checked is not known",
        )  # fmt: skip
        return self.close(results, record, kept, "failed" if results.of(CheckState.FAILED) else "stopped")

    def close(self, results: SmokeResults, record: EvidenceLog, kept: SmokeRecord, word: str = "") -> Summary:
        """Write summary, report and pack.

        Args:
            results: what was found.
            record: the record, which is closed then.
            kept: the results as they stand in the record.
            word: the outcome; by default "done" or "failed", as the results are.

        Returns:
            The summary.
        """
        results = replace(results, checks=tuple(kept.kept))
        word = word or ("done" if results.is_good else "failed")
        if results.fault:
            record.append(
                Kind.REFUSED, f"{results.unit}-smoke-checks", unit=results.unit, address=results.address, text=results.fault,
                title="The checks come to their end", heading=kept.heading,
            )  # fmt: skip
        record.append(Kind.SEALED, OF_THE_RECORD, text=f"the verification has ended: {word}, {results.tally}")
        history = record.history
        record.close()
        summary = self._summary(results, history, word, kept.steps)
        if summary["exit_code"]:
            summary["stop_card"] = self._card(results, summary, history)
        summary = cast("Summary", Masking(self.known.texts()).plain(summary))  # whatever a check has said
        signer = pack_signer(self.order.settings.evidence, self.order.settings.folder)
        summary["signer"] = signer.for_summary()
        write_summary(self.folder, summary)
        sealing.seal(self.folder, signer=signer)  # makes the report first
        return summary

    def _summary(self, results: SmokeResults, history: RunHistory, word: str, steps: list[str]) -> Summary:
        state = RunState(self.folder, {"evidence": str(self.folder), "procedure": "smoke"})
        name = results.unit.upper()
        document: dict[str, Any] = {**results.as_document(), "tally": results.tally}
        document["checks"] = [{**each, "step": step} for each, step in zip(document["checks"], steps, strict=True)]
        found = summarise(state, self.order.settings, history, STEPS)
        found["serials"] = {**found["serials"], results.unit: results.serial}
        serves = any(each.name == "portal" for each in results.of(CheckState.PASSED))  # a good backup does not
        good = f"it serves {results.hostname} with {results.expected}" if serves else f"it runs {results.expected}"
        good += f"{'' if serves else f', and whether it serves {results.hostname} is unknown'}; {results.tally}"
        reason = f"smoke verification of {name}: {good if results.is_good else results.objection}"
        return {
            **found, "summary_text": f"Smoke verification of {name}: {results.hostname} on {results.expected}",
            "outcome": word, "exit_code": _CODES[word], "reason": reason, "backed_out": False, "smoke": document,
        }  # fmt: skip

    def _card(self, results: SmokeResults, summary: Summary, history: RunHistory) -> list[list[str]]:
        """Return the stop card: which check has failed, who serves, what to do; rows of a label and a text."""
        order, name = self.order, results.unit.upper()
        where = whereabouts(order.settings, self.known)
        failed = [f"{each.title}: {each.sentence}" for each in results.of(CheckState.FAILED)]
        seen = [*failed, *([results.fault] if results.fault else [])] or [results.objection]
        again = f"failover-robot smoke PAIR --on {results.unit}"
        serving = stop_card.serving(order.settings, summary, history, STEPS, where, FAMILY.health_path)
        if serving.startswith(f"{name} ("):
            kept_away, on_duty = "", "It serves the site now: call who is on duty"
        else:
            kept_away, on_duty = (
                f"let {name} take the site over while it is so. ",
                "If it serves the site now, call who is on duty",
            )
        return [
            ["State", f"{summary['outcome']} (exit code {summary['exit_code']}) at {now_utc()}"],
            ["Verified", f"{name} ({results.address}) for {results.hostname}, expected {results.expected}"],
            ["Change", f"{order.settings.change.ticket}, {self.folder.name}"],
            ["Serving now", serving],
            *(["Failed", sentence] for sentence in seen[:6]),
            ["The robot", "has ended; it pressed nothing that alters an appliance"],
            ["Do NOT", f"{kept_away}{FAMILY.never_do}"],
            ["Next", f"Set right what is named above, then verify {name} again. {on_duty}"],
            ["Again", again],
            ["Look", str(self.folder / layout.REPORT)],
        ]  # fmt: skip
