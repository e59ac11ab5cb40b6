"""Update an appliance by hand: its own files, in order, each uploaded and installed once, until the target is reached.

For appliances that cannot update by themselves, as on a restricted network (UM1). A person has brought the files; the robot
carries them to Updates :: Manual Installation.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flows.requirements.expected_state import ExpectedState, running
from flows.requirements.update_chain import reached
from flows.requirements.update_files import files_of, taken
from flows.session import readings
from flows.step_names import slug
from flows.steps.installation import Installation, went_wrong
from flows.steps.patches import PatchProof, install_patch
from flows.steps.update_appliance import shared_ip_stays, update_appliance
from pages.appliance.updates import UpdatesScreen
from robot.changes.change import ChangeState
from robot.domain.errors import Refused
from robot.domain.versions import are_same_release

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from flows.session.readings import InstallState
    from robot.changes.change import Pressable
    from robot.changes.run import Run
    from robot.domain.model import Unit


def update(appliance: Appliance, pair: Pair, run: Run, expected: dict[Unit, ExpectedState]) -> None:
    """Bring one appliance to the target, by the method of the pair file.

    Args:
        appliance: the appliance; it serves nobody.
        pair: both appliances.
        run: the run.
        expected: how this run left each appliance; nothing is installed if one is not so. It is kept up to date.

    Raises:
        Refused: there is no way to the target.
        UnknownHand: an appliance is not as this run left it.
    """
    if pair.settings.update.method == "manual":
        update_by_hand(appliance, pair, run, expected)
    elif pair.settings.update.patch:
        install_patch(appliance, pair, run, expected)
    else:
        update_appliance(appliance, pair, run, expected)


def update_by_hand(appliance: Appliance, pair: Pair, run: Run, expected: dict[Unit, ExpectedState]) -> None:
    """Install an appliance's files, one after the other, each once (UM6, UM7).

    Args:
        appliance: the appliance; it serves nobody.
        pair: both appliances.
        run: the run.
        expected: how this run left each appliance; nothing is installed if one is not so. It is kept up to date.

    Raises:
        Refused: the last file is installed, and the target is not reached.
    """
    u, n, site, patch = appliance.unit.value, appliance.name, pair.settings.site, pair.settings.update.patch
    files = files_of(appliance.unit, pair.settings)
    with run.under(f"Update Appliance {n}"):
        for number, (path, name) in enumerate(zip([*files, None], [*step_names(files), ""], strict=True), 1):
            product, base = running(appliance, run, expected, number, procedure_ids=("UM7",))
            if reached(site, product=product, base=base) and not (patch and path):
                if path is not None:
                    others = ", ".join(each.name for each in files[number - 1 :])
                    run.steps.note(f"{u}-files-not-needed", f"{n} is at the target; not needed, not installed: {others}")
                return
            if path is None:
                raise Refused(
                    f"{n}: every file of [update] files.{u} is installed, and {n} runs {product} on base {base}: "
                    f"they do not lead to {site.target_version} {site.target_base or ''}".rstrip()
                    + "; have a person find out which update is missing"
                )
            was, to_come = (product, base), len(files) - number + 1
            kind = UpdateSoftwareToPatch if patch else UpdateSoftware
            reading = run.change(kind(appliance, path, name, pair, run, dict(expected), was=was, to_come=to_come)).reading
            expected[appliance.unit] = replace(expected[appliance.unit], product=reading.product, base=reading.base)
            shared_ip_stays(pair, run, expected, after=f"{u}-{name}")


def step_names(files: Sequence[Path]) -> list[str]:
    """Return each file as a part of a step's name; files whose names would be the same also get their number."""
    plain = [slug(path.name) for path in files]
    return [f"{name}-{number}" if plain.count(name) > 1 else name for number, name in enumerate(plain, 1)]


class UpdateSoftware(Installation):
    """Update Software, with one file (UM6, UM7). Only a version that has changed proves an installation (UM9).

    Args:
        appliance: the appliance.
        path: the file.
        name: the file as a part of the step's name.
        pair: both appliances.
        run: the run.
        expected: how this run left each appliance.
        was: the product and base versions before.
        to_come: how many files are still to be installed, with this one.
    """

    def __init__(
        self,
        appliance: Appliance,
        path: Path,
        name: str,
        pair: Pair,
        run: Run,
        expected: Mapping[Unit, ExpectedState],
        *,
        was: tuple[str, str],
        to_come: int,
    ) -> None:
        super().__init__(
            appliance, pair, run, expected,
            name=f"{appliance.unit.value}-update-software-{name}",
            title=f"Update Software on {appliance.name}: {path.name}",
            procedure_ids=("UM6", "UM7"),
            item=path.name,
            to_come=to_come,
        )  # fmt: skip
        self._path, self._was = path, was

    def read(self) -> InstallState:
        """Read the installation."""
        return readings.manual_state(self._appliance)

    def state_at_rest(self, before: InstallState | None, current: InstallState) -> ChangeState:
        """Tell by the version whether it is installed; a new message without a new version is unclear."""
        product, base = self._was
        if not (are_same_release(current.product, product) and are_same_release(current.base, base)):
            return ChangeState.IN_PLACE
        says_anew = before is not None and current.message and current.message != before.message
        return ChangeState.UNCLEAR if says_anew or went_wrong(before, current) else ChangeState.NOT_YET

    def explain_at_rest(self, before: InstallState | None, current: InstallState) -> str:
        """Say that the version is the old one."""
        del before
        return (
            f"{current.message or 'it says nothing'}; {self._appliance.name} still runs {current.product} on base "
            f"{current.base}: have a person see whether {self._path.name} was made for this appliance; put the right file in "
            "its place, with its sum, then resume"
        )

    def objection_of_method(self, current: InstallState) -> str:
        """Object unless the page takes a file, and the file has the SHA-256 that is vouched for."""
        if not current.offered:
            return f"{self._appliance.name} shows no Update Software now"
        try:
            taken(self._path)
        except Refused as refusal:
            return str(refusal)
        return ""

    def open_control(self) -> Pressable:
        """Choose the file, and return the button."""
        screen = self._appliance.open(UpdatesScreen)
        screen.manual_installation.choose(self._path)
        return screen.manual_installation.update_software(self._appliance.answers, within=self.deadline_s)


class UpdateSoftwareToPatch(UpdateSoftware):
    """Update Software, with the file of a patch, which changes no version."""

    @property
    def _proof(self) -> PatchProof:
        return PatchProof(self._appliance, self._run, self._pair.settings.update.patch or "")

    def read(self) -> InstallState:
        """Read the installation, and what the appliance says of the patch."""
        return readings.manual_state(self._appliance, patch_line=self._proof.said)

    def state_at_rest(self, before: InstallState | None, current: InstallState) -> ChangeState:
        """Tell by what the appliance says whether it is installed: no list names a file that was uploaded."""
        if current.said:
            return ChangeState.IN_PLACE
        return ChangeState.NOT_YET if before is None else ChangeState.UNCLEAR

    def explain_at_rest(self, before: InstallState | None, current: InstallState) -> str:
        """Say that the appliance does not show the patch."""
        del before
        return self._proof.explain(current)

    def attested_by(self, current: InstallState) -> str:
        """Ask a person whether it is installed."""
        return self._proof.attested_by(current)
