"""The update files of the manual method: each appliance's own, in order, each with the sum that a person vouches for.

A file is taken only with its SHA-256 beside it (`<file>.sha256`, as `sha256sum` writes it, or the bare digits): whoever
carried it from the vendor's server says by that what must arrive. A file without its sum, or with another one, is not taken.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from flows.session import readings
from pages.readings.available_updates import Updates
from pages.readings.release import Release
from robot.changes.questions import announce, ask
from robot.domain.errors import Refused
from robot.domain.model import Reading
from robot.operators import operator_questions
from robot.operators.operator_questions import OperatorQuestion
from robot.runs.store import write_private

if TYPE_CHECKING:
    from pathlib import Path

    from flows.requirements.readiness_readings import ApplianceReadings
    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from robot.changes.run import Run
    from robot.settings import Settings

_SERVER = "the vendor's update server (update.bomgar.com, or where the vendor has it today)"
_HEX = r"[0-9A-Fa-f]{64}"


class UpdateFile(Reading):
    """One file as it lies on this machine, of the sum that was vouched for; bytes."""

    file: str
    folder: str
    bytes: int
    sha256: str


class UpdateFiles(Reading):
    """The files of one appliance.

    `wanting` says what is amiss with the first that cannot be taken, "" where all are right; `answered` is whether a person
    has answered for them already, whose name belongs in the record.
    """

    files: tuple[UpdateFile, ...] = ()
    wanting: str = ""
    answered: bool = False


class KeyFile(Reading):
    """Where the Appliance Download Key was written, for its owner only. The key itself is in no record."""

    file: str


def sidecar(path: Path) -> Path:
    """Where the sum of a file stands."""
    return path.with_name(f"{path.name}.sha256")


def vouched(path: Path) -> str:
    """The sum that stands beside a file, in small letters.

    Raises:
        Refused: there is none for it.
    """
    beside = sidecar(path)
    try:
        lines = [line.strip() for line in beside.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    except OSError as error:
        raise Refused(f"{beside} cannot be read: {error.strerror}; write there what sha256sum {path.name} says") from None
    for line in lines:
        found = re.fullmatch(rf"\\?({_HEX})(?:\s+\*?(.+))?", line)
        if found and (not found[2] or re.split(r"[/\\]", found[2])[-1] == path.name):
            return found[1].lower()
    raise Refused(f"{beside} holds no SHA-256 of {path.name}; write there what sha256sum {path.name} says")


def taken(path: Path) -> UpdateFile:
    """Look at one file, whole.

    Raises:
        Refused: it is not there, is empty, or is not what was vouched for.
    """
    try:
        if not path.is_file() or not path.stat().st_size:
            raise Refused(f"{path} is not there or is empty; put the update file there")
        sum_ = vouched(path)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = path.stat().st_size
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}") from None
    if digest != sum_:
        raise Refused(
            f"{path} has the SHA-256 {digest[:16]}..., and {sum_[:16]}... is vouched for beside it: it did not arrive whole, "
            "or is another file; carry it over again"
        )
    return UpdateFile(file=path.name, folder=str(path.parent), bytes=size, sha256=digest)


def files_of(appliance: Appliance, settings: Settings) -> tuple[Path, ...]:
    """The files of an appliance, in the order in which they are installed."""
    named: tuple[Path, ...] = dict(settings.update.files)[appliance.unit.value]
    return tuple(settings.path(path) for path in named)


def look_at_files(appliance: Appliance, settings: Settings) -> UpdateFiles:
    """Look at every file of an appliance; what is amiss is said, not raised."""
    found: list[UpdateFile] = []
    try:
        found += [taken(path) for path in files_of(appliance, settings)]
    except Refused as refusal:
        return UpdateFiles(files=tuple(found), wanting=str(refusal))
    return UpdateFiles(files=tuple(found))


def files_are_there(pair: Pair, run: Run, found: dict[str, ApplianceReadings]) -> None:
    """Before the break the files of both must be there and right (OP4); who is asked for them is told all at once.

    Raises:
        Waiting: a person has not brought them yet.
        Refused: an appliance takes no files, or what was brought is not right.
    """
    boxes = [appliance for appliance in (pair.b, pair.a) if appliance.unit.value in found]
    wanting = {appliance.unit: _wanting(appliance, pair, run, found[appliance.unit.value]) for appliance in boxes}
    asked = {unit: question for unit, question in wanting.items() if question is not None}
    announce(run, list(asked.values()))
    for appliance in boxes:
        u, n = appliance.unit.value, appliance.name
        if (question := asked.get(appliance.unit)) is not None:
            ask(
                run, question, title=f"Asked of a person: {n}'s update files", procedure_ids=("UM4", "UM5", "UM8"),
                accept=lambda _, appliance=appliance: look_at_files(appliance, pair.settings).wanting,
            )  # fmt: skip
        noted(f"{u}-update-files", f"{n}'s update files, each with the sum that is vouched for", appliance, pair, run, must=True)


def noted(name: str, title: str, appliance: Appliance, pair: Pair, run: Run, *, must: bool) -> UpdateFiles:
    """Look at the files of an appliance, as a durable step, and record what was found.

    Raises:
        Refused: `must`, and one is not right.
    """
    procedure_ids = ("OP4", "UM5")

    def once() -> dict[str, object]:
        answer = operator_questions.answer_to(run.state, asking_step(appliance))
        reading = look_at_files(appliance, pair.settings).model_copy(update={"answered": answer is not None})
        run.record.append(
            "reading", name, unit=appliance.unit.value, title=title, heading=run.heading, procedure=list(procedure_ids),
            reading=reading.plain(),
        )  # fmt: skip
        if must and reading.wanting:
            raise Refused(f"{appliance.name}: {reading.wanting}")
        if not reading.wanting:
            key_path(appliance, run).unlink(missing_ok=True)  # it has done its work
        return reading.plain()

    return UpdateFiles.from_plain(run.steps.durably(name, title, None, once, procedure_ids=procedure_ids))


def _wanting(appliance: Appliance, pair: Pair, run: Run, found: ApplianceReadings) -> OperatorQuestion | None:
    """Look whether an appliance takes files and has its own; give the question for a person where they are not there."""
    u, n = appliance.unit.value, appliance.name
    run.steps.observe(
        f"{u}-manual-installation", f"That {n} takes update files: Updates :: Manual Installation", appliance, Updates,
        lambda: readings.updates(appliance), procedure_ids=("UM1", "UM2"),
        require=lambda now: "" if now.by_hand else f"{n} shows no Update Software on its Updates page: it takes no files by hand",
    )  # fmt: skip
    before = noted(f"{u}-update-files-before", f"Whether {n}'s update files are there already", appliance, pair, run, must=False)
    if not before.wanting and not before.answered:
        return None
    if not before.wanting:  # brought and answered for: the name belongs in the record
        sentence = f"{n}'s update files are there, each with its sum. Are they what was downloaded for {n}?"
        return OperatorQuestion(f"update_files_{u}", asking_step(appliance), sentence, until=run.hours.until())
    key = ""
    if Release(text=found.machine.base).makes_its_own_download_key:
        key = run.steps.observe(
            f"{u}-appliance-download-key", f"{n}'s Appliance Download Key, for who downloads", appliance, KeyFile,
            lambda: write_key(appliance, run), procedure_ids=("UM3",),
        ).file  # fmt: skip
    sentence = request(
        appliance, pair.settings, base=found.machine.base, serial=found.machine.serial, key=key, wanting=before.wanting
    )
    return OperatorQuestion(f"update_files_{u}", asking_step(appliance), sentence, until=run.hours.until())


def asking_step(appliance: Appliance) -> str:
    """The step that waits for a person to bring an appliance's files."""
    return f"{appliance.unit.value}-update-files-fetched"


def key_path(appliance: Appliance, run: Run) -> Path:
    """Where the Appliance Download Key lies while somebody needs it."""
    return run.state.folder / f"download-key-{appliance.unit.value}.txt"


def write_key(appliance: Appliance, run: Run) -> KeyFile:
    """Write the Appliance Download Key where only the owner of this run can read it. Alters nothing."""
    path = key_path(appliance, run)
    write_private(path, f"{readings.download_key(appliance)}\n")
    return KeyFile(file=str(path))


def request(appliance: Appliance, settings: Settings, *, base: str, serial: str, key: str, wanting: str) -> str:
    """What a person is asked to fetch, with which key, from where, to where (UM4, UM5, UM8, UM9)."""
    if key:
        with_key = f"with the Appliance Download Key in {key}"
    else:
        with_key = (
            f"with {appliance.name}'s Appliance Download Key, which the vendor's support gives for the serial number {serial} "
            f"(base {base} makes none itself; that is so from 3.3.2 on)"
        )
    places = ", ".join(str(path) for path in files_of(appliance, settings))
    return (
        f"{wanting}. Download {appliance.name}'s updates to {settings.wanted} from {_SERVER}, from a system with free access, "
        f"{with_key}, and put them, in the order of installation, here: {places}. Beside each put its SHA-256 as <file>.sha256, "
        "made where it was downloaded. Download only now, when appliances, window and staff are ready to install at once: what "
        "was downloaded leaves the vendor's list, and only the vendor's support brings it back. Are they there?"
    )
