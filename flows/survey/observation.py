"""Observe a whole pair without pressing anything: for a first look at real appliances, before a change, and between changes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.areas.pair_snapshot import PairSnapshot
from flows.areas.snapshot_table import table
from flows.survey.appliance_areas import appliance_snapshot
from flows.survey.appliance_sights import look_over
from flows.survey.control_inventory import Survey, lacking, nobody_keeps
from flows.survey.control_inventory import told as survey_told
from flows.survey.site_areas import site_snapshot
from flows.survey.witness import Witness
from flows.swings import pair_of
from robot.domain.masking import Masking
from robot.domain.waiting import Poller
from robot.runs.evidence_log import now_utc
from robot.runs.lease import lease_for

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from flows.session.readings import InterApplianceKey, Machine
    from flows.survey.appliance_sights import ApplianceSights, MayPress
    from pages.readings.machine import SharedAddress
    from robot.runs.evidence_log import EvidenceLog
    from robot.settings import Settings
    from robot.settings.secrets import Secrets


@dataclass(frozen=True)
class Observation:
    """What was seen of a pair.

    Attributes:
        snapshot: the pair, area by area.
        units: for each unit, "a" and "b", plain JSON: `address`, `machine`, `shared_ip`, `updates`, `site`, `failover`,
            `inter_appliance_key`, `cluster`, and `screens` as in `Survey`; `null` or empty for what could not be read.
    """

    snapshot: PairSnapshot
    units: dict[str, dict[str, Any]]

    @property
    def lacks(self) -> list[str]:
        """What a run needs of either appliance and was not found, a sentence each."""
        return [sentence for appliance in self.units.values() for sentence in lacking(appliance["screens"])]

    def as_document(self) -> dict[str, Any]:
        """Return everything as plain JSON.

        Returns:
            "a" and "b" as in `units`, and the `snapshot`.
        """
        return {**self.units, "snapshot": self.snapshot.as_document()}


def observe_pair(
    settings: Settings,
    known: Secrets,
    may: MayPress,
    *,
    record: EvidenceLog | None = None,
    keep: Callable[[Appliance, str], None] | None = None,
    alone: bool = False,
) -> Observation:
    """Read both appliances, and look for every screen and control of the procedure, while no run works on the pair.

    Args:
        settings: the pair file.
        known: its secrets.
        may: what may be pressed.
        record: where each look is written down, with its picture; `None` if it is not.
        keep: if given, called with the appliance and a screen's title while that screen, or another page in its place, is shown.
        alone: whether A stands alone: then it is observed once, and stands in the snapshot in B's place too.

    Returns:
        What was seen.

    Raises:
        Refused: a run is working on the pair (there is one session per account), or a screen refuses.
    """
    lease = lease_for(os.environ.get("FAILOVER_ROBOT_DATABASE_URL"))
    pair = pair_of(settings, known, Poller())
    try:
        for appliance in (settings.a, settings.b):
            lease.add(f"{appliance.address.lower()}:{appliance.port}")
        if record:
            pair.keep_evidence(record)
        return observe(
            pair, may, record=record, keep=keep, known=lambda machine: lease.add(f"serial {machine.serial}"), alone=alone
        )
    finally:
        pair.close()
        lease.release()


def observe(
    pair: Pair,
    may: MayPress,
    *,
    record: EvidenceLog | None,
    moment: str = "observed",
    keep: Callable[[Appliance, str], None] | None = None,
    known: Callable[[Machine], None] | None = None,
    alone: bool = False,
) -> Observation:
    """Read both appliances of a pair that is the caller's own.

    Args:
        pair: both appliances.
        may: what may be pressed.
        record: where each look is written down, with its picture; `None` if it is not.
        moment: the name of this observation, a part of the names of its lines and pictures.
        keep: as for `observe_pair`.
        known: called with each appliance's identity once it is read: a run may be at work on it under another name.
        alone: as for `observe_pair`.

    Returns:
        What was seen.

    Raises:
        Refused: a screen refuses, or the record cannot be written.
    """
    began, witness = now_utc(), Witness(record, moment)
    sights: list[ApplianceSights] = []
    units: dict[str, dict[str, Any]] = {}
    for appliance in (pair.a,) if alone else (pair.a, pair.b):
        survey = Survey(appliance, witness, (lambda title, of=appliance: keep(of, title)) if keep else nobody_keeps)

        def meet(machine: Machine, of: Appliance = appliance) -> None:
            if of.identity is None:  # in a run it has proved already who it is, and may not become another
                of.expect(machine.identity)
            if known:
                known(machine)

        sights.append(look_over(survey, pair, may, meet))
        units[appliance.unit.value] = _readings(sights[-1], survey)
    snapshot = PairSnapshot(
        utc=began,
        a=appliance_snapshot(sights[0], pair.settings.site),
        b=appliance_snapshot(sights[-1], pair.settings.site),
        site=site_snapshot(pair, witness, sights[0], sights[-1], alone=alone),
    )
    return _masked(snapshot, units, pair.secrets.texts())


def _masked(snapshot: PairSnapshot, units: dict[str, dict[str, Any]], secrets: Sequence[str]) -> Observation:
    """Return what was seen without any secret. It is the last line of defence, as in a record: a page may show anything."""
    shown = Masking(secrets).plain({"snapshot": snapshot.as_document(), "units": units})
    return Observation(PairSnapshot.from_document(shown["snapshot"]), shown["units"])


def told(observation: Observation, width: int | None = None) -> str:
    """Tell a person what was seen: the areas, and then the screens and controls of each appliance.

    Args:
        observation: what was seen.
        width: the most characters in a line of the table; `None` for a width that fits most lines.

    Returns:
        The table, and then how much was found of each appliance.
    """
    inventory = [
        f"{unit.upper()}  {line}" for unit, appliance in observation.units.items() for line in survey_told(appliance["screens"])
    ]
    return "\n".join((table(observation.snapshot, width), "", *inventory))


def _readings(sights: ApplianceSights, survey: Survey) -> dict[str, Any]:
    """Return the readings of one appliance as plain JSON, as `Observation.units` tells them."""
    machine, updates, site, failover = sights.machine.value, sights.updates.value, sights.site.value, sights.failover.value
    return {
        "address": sights.address,
        "machine": machine and machine.plain(),
        "shared_ip": _shared_ip(sights.shared.value if sights.shared else None),
        "updates": updates and updates.plain(),
        "site": site and site.plain(),
        "failover": failover and failover.plain(),
        "inter_appliance_key": _key(sights.key.value),
        "cluster": sights.cluster.value and sights.cluster.value.cluster,
        "screens": survey.screens,
    }


def _shared_ip(form: SharedAddress | None) -> dict[str, Any]:
    return {"ip": form.ip, "enabled": form.enabled} if form else {}


def _key(key: InterApplianceKey | None) -> str:
    return "not shown" if key is None else "masked" if key.masked else "shown"
