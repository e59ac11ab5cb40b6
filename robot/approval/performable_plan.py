"""A plan as it is performed: exactly what was approved, of this pair file, by this program, once."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from robot.approval.plan_document import PlanDocument, PlanPart
from robot.domain.errors import Refused, UsageError
from robot.domain.small_files import read_small_file
from robot.plan.named_files import digests_of_named_files
from robot.plan.press_list import ListedPress, PressList
from robot.plan.program import code_digest
from robot.settings import load, load_kept
from robot.settings.values import Digest, PlainName  # noqa: TC001 - pydantic reads it when the class is made

if TYPE_CHECKING:
    from collections.abc import Iterable

    from robot.runs.store import RunState
    from robot.settings import Settings

ANEW = "make the plan anew, and have that approved"


class PlanningProgram(PlanPart):
    """The program by which a plan was made."""

    version: str
    code_sha256: Digest


class ToldTrial(PlanPart):
    """Where the release was tried outside production, as somebody tells it."""

    text: str
    by: PlainName


class EarlierTrials(PlanPart):
    """What is known of earlier trials, as far as a run needs it."""

    elsewhere: ToldTrial | None


class PerformablePlan(PlanDocument):
    """What a run by a plan rests on, besides what its approval rests on.

    Attributes:
        presses: everything that may be pressed.
        settings: the pair file's values, without the folder in which it stands.
        files: the SHA-256 of the files that the pair file names, by its words for them.
        robot: the program that made it.
        snapshot: the pair as it was observed, as a `flows.areas.pair_snapshot.PairSnapshot` in plain JSON.
        tried: where the release was tried before, as `flows.planning.tried.tried_before` gives it.
    """

    presses: tuple[ListedPress, ...]
    settings: dict[str, Any]
    files: dict[str, Digest]
    robot: PlanningProgram
    snapshot: dict[str, Any]
    tried: EarlierTrials

    @property
    def press_list(self) -> PressList:
        """The presses, beside which nothing is pressed."""
        return PressList(self.presses)

    def settings_of_pair_file(self, plan: Path) -> Settings:
        """Read the pair file that the plan was made from.

        Args:
            plan: where the plan stands: a relative path of its pair file starts there.

        Returns:
            The settings.

        Raises:
            UsageError: it is not on this machine, or not as it must be.
            Refused: it has changed.
        """
        pair_file = plan.parent / self.pair.file
        require_same_pair_file(pair_file, self)
        settings = load(pair_file, single=self.procedure == "single")
        self.require_same_settings(settings)
        return settings

    def require_same_settings(self, settings: Settings) -> None:
        """Require that a run has the very settings that the plan was made for.

        Raises:
            Refused: it has others; the sentence names the keys.
            UsageError: this version refuses the plan's.
        """
        now = settings.for_readers()
        then = load_kept({**self.settings, "folder": settings.folder}, "the plan").model_dump(mode="json", exclude={"folder"})
        differing = sorted(key for key in now if now[key] != then[key])
        if differing:
            raise Refused(f"the settings have changed since the plan was made, in {', '.join(differing)}: {ANEW}")

    def require_same_files(self, settings: Settings) -> None:
        """Require that each file that the pair file names is the one of the plan. Update files may have been brought since.

        Raises:
            Refused: one has changed, is gone, or was not there.
        """
        now, brought = digests_of_named_files(settings), {str(path) for _, paths in settings.update.files for path in paths}
        for word in sorted({*now, *self.files}):
            if now.get(word) == self.files.get(word) or (word not in self.files and word in brought):
                continue
            what = "is gone" if word not in now else "has changed" if word in self.files else "was not there"
            since = "when" if what == "was not there" else "since"
            raise Refused(f"{settings.path(Path(word))} {what} {since} the plan was made: {ANEW}")

    def require_same_program(self) -> None:
        """Require that this program is the one that made the plan.

        Raises:
            Refused: it is another one.
        """
        if (mine := code_digest()) != self.robot.code_sha256:
            raise Refused(
                f"the plan was made by another program (version {self.robot.version}, code {self.robot.code_sha256[:16]}) than "
                f"this one (code {mine[:16]}): perform it with that one, or {ANEW}"
            )

    def require_not_performed(self, runs: Iterable[RunState]) -> None:
        """Require that no run of this machine performs the plan or has performed it.

        Args:
            runs: every run.

        Raises:
            Refused: there is one.
        """
        for run in runs:
            performed: dict[str, Any] = run.facts.get("plan") or {}
            if performed.get("digest") == self.digest:
                if run.is_open:
                    raise Refused(f"{run.name} performs this plan already: go on with failover-robot resume {run.name}")
                raise Refused(f"{run.name} has performed this plan, and a plan is performed once: make a new one")


def require_same_pair_file(pair_file: Path, plan: PlanDocument) -> None:
    """Require that a pair file is, byte for byte, the one that a plan was made from.

    Raises:
        UsageError: it cannot be read.
        Refused: it has changed.
    """
    try:
        found = hashlib.sha256(read_small_file(pair_file)).hexdigest()
    except OSError as error:
        raise UsageError(f"{pair_file}, the pair file of this plan, cannot be read: {error.strerror}") from None
    if found != plan.pair.sha256:
        raise Refused(f"{pair_file} has changed since the plan was made from it: {ANEW}")
