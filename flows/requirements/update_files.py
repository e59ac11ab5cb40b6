"""The update files of the manual method: each appliance's own, in order, each with the SHA-256 that a person vouches for.

A file is accepted only with its SHA-256 beside it (`<file>.sha256`, as `sha256sum` writes it, or the bare digits), from the
person who downloaded it from the vendor's server. A file without a SHA-256, or with another one, is not accepted.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from flows.requirements.readiness_readings import is_installing
from flows.session import readings
from flows.session.automatic_updates import tell_of_automatic_updates
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
    from robot.domain.model import Unit
    from robot.settings import Settings

_SERVER = "the vendor's update server (update.bomgar.com, or where the vendor has it today)"
_HEX = r"[0-9A-Fa-f]{64}"


class UpdateFile(Reading):
    """One file on this machine, with the SHA-256 that was vouched for; `bytes` is its size."""

    file: str
    folder: str
    bytes: int
    sha256: str


class UpdateFiles(Reading):
    """The files of one appliance.

    Attributes:
        files: those that are accepted, up to the first that is not.
        wanting: what is wrong with the first that is not accepted; "" if all are.
        answered: whether a person has answered for them already; the name then belongs in the record.
    """

    files: tuple[UpdateFile, ...] = ()
    wanting: str = ""
    answered: bool = False


class KeyFile(Reading):
    """The file into which the Appliance Download Key was written, for its owner only. The key itself is in no record."""

    file: str


def sidecar(path: Path) -> Path:
    """Return the path of the file that holds a file's SHA-256."""
    return path.with_name(f"{path.name}.sha256")


def vouched(path: Path) -> str:
    """Read the SHA-256 that is vouched for beside a file.

    Returns:
        64 hexadecimal digits, in lower case.

    Raises:
        Refused: there is none for this file.
    """
    beside = sidecar(path)
    try:
        lines = [line.strip() for line in beside.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    except OSError as error:
        raise Refused(f"{beside} cannot be read: {error.strerror}; write there what sha256sum {path.name} says") from None
    for line in lines:
        match = re.fullmatch(rf"\\?({_HEX})(?:\s+\*?(.+))?", line)
        if match and (not match[2] or re.split(r"[/\\]", match[2])[-1] == path.name):
            return match[1].lower()
    raise Refused(f"{beside} holds no SHA-256 of {path.name}; write there what sha256sum {path.name} says")


def taken(path: Path) -> UpdateFile:
    """Check a whole file against the SHA-256 that is vouched for.

    Returns:
        The file, with its size and its SHA-256.

    Raises:
        Refused: it is not there, is empty, or has another SHA-256.
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


def files_of(unit: Unit, settings: Settings) -> tuple[Path, ...]:
    """Return the files of an appliance.

    Returns:
        Their paths, in the order of installation.
    """
    paths: tuple[Path, ...] = dict(settings.update.files)[unit.value]
    return tuple(settings.path(path) for path in paths)


def look_at_files(appliance: Appliance, settings: Settings) -> UpdateFiles:
    """Check every file of an appliance; what is wrong is in the reading, not raised."""
    files: list[UpdateFile] = []
    try:
        files += [taken(path) for path in files_of(appliance.unit, settings)]
    except Refused as refusal:
        return UpdateFiles(files=tuple(files), wanting=str(refusal))
    return UpdateFiles(files=tuple(files))


def files_are_there(pair: Pair, run: Run, initial: dict[str, ApplianceReadings]) -> None:
    """Require that the files of both are there and right before the break (OP4); people are asked for all of them at once.

    Args:
        pair: both appliances.
        run: the run.
        initial: what was read of each appliance that needs files, by its unit: "a", "b".

    Raises:
        Waiting: a person has not brought them yet.
        Refused: an appliance takes no files, or a file is not right.
    """
    boxes = [appliance for appliance in (pair.b, pair.a) if appliance.unit.value in initial]
    wanting = {appliance.unit: _wanting(appliance, pair, run, initial[appliance.unit.value]) for appliance in boxes}
    questions = {unit: question for unit, question in wanting.items() if question is not None}
    announce(run, list(questions.values()))
    for appliance in boxes:
        u, n = appliance.unit.value, appliance.name
        if (question := questions.get(appliance.unit)) is not None:
            ask(
                run, question, title=f"Asked of a person: {n}'s update files", procedure_ids=("UM4", "UM5", "UM8"),
                accept=lambda _, appliance=appliance: look_at_files(appliance, pair.settings).wanting,
            )  # fmt: skip
        noted(f"{u}-update-files", f"{n}'s update files, each with the sum that is vouched for", appliance, pair, run, must=True)


def noted(name: str, title: str, appliance: Appliance, pair: Pair, run: Run, *, must: bool) -> UpdateFiles:
    """Check the files of an appliance, as a durable step, and record the result.

    Args:
        name: the step's name.
        title: the step, in a person's words.
        appliance: the appliance.
        pair: both appliances.
        run: the run.
        must: whether every file must be right.

    Returns:
        The files.

    Raises:
        Refused: they must be right, and one is not.
    """
    procedure_ids = ("OP4", "UM5")

    def once() -> dict[str, object]:
        answer = operator_questions.answer_to(run, asking_step(appliance))
        reading = look_at_files(appliance, pair.settings).model_copy(update={"answered": answer is not None})
        run.record.append(
            "reading", name, unit=appliance.unit.value, title=title, heading=run.heading, procedure=list(procedure_ids),
            reading=reading.plain(),
        )  # fmt: skip
        if must and reading.wanting:
            raise Refused(f"{appliance.name}: {reading.wanting}")
        if not reading.wanting:
            key_path(appliance, run).unlink(missing_ok=True)  # the key is not needed any more
        return reading.plain()

    return UpdateFiles.from_plain(run.steps.durably(name, title, None, once, procedure_ids=procedure_ids))


def _wanting(appliance: Appliance, pair: Pair, run: Run, initial: ApplianceReadings) -> OperatorQuestion | None:
    """Check that an appliance takes files and look for its own; return the question to a person, `None` if none is needed."""
    u, n = appliance.unit.value, appliance.name
    shown = run.steps.observe(
        f"{u}-manual-installation", f"That {n} takes update files: Updates :: Manual Installation", appliance, Updates,
        lambda: readings.updates(appliance), procedure_ids=("UM1", "UM2"),
        require=lambda shown: is_installing(n, shown.running) or takes_no_files(n, takes_files=shown.by_hand),
    )  # fmt: skip
    tell_of_automatic_updates(appliance, run, shown)
    before = noted(f"{u}-update-files-before", f"Whether {n}'s update files are there already", appliance, pair, run, must=False)
    if not before.wanting and not before.answered:
        return None
    if not before.wanting:  # brought and answered for already: asked all the same, so that the answer's name is recorded
        sentence = f"{n}'s update files are there, each with its sum. Are they what was downloaded for {n}?"
        return OperatorQuestion(f"update_files_{u}", asking_step(appliance), sentence, until=run.hours.until())
    key = ""
    if Release(text=initial.machine.base).makes_its_own_download_key:
        key = run.steps.observe(
            f"{u}-appliance-download-key", f"{n}'s Appliance Download Key, for who downloads", appliance, KeyFile,
            lambda: write_key(appliance, run), procedure_ids=("UM3",),
        ).file  # fmt: skip
    sentence = request(
        appliance, pair.settings, base=initial.machine.base, serial=initial.machine.serial, key=key, wanting=before.wanting
    )
    return OperatorQuestion(f"update_files_{u}", asking_step(appliance), sentence, until=run.hours.until())


def takes_no_files(name: str, *, takes_files: bool) -> str:
    """Say that an appliance's Updates page takes no update files; "" if it does."""
    return "" if takes_files else f"{name} shows no Update Software on its Updates page: it takes no files by hand"


def asking_step(appliance: Appliance) -> str:
    """Return the name of the step that waits for a person to bring an appliance's files."""
    return f"{appliance.unit.value}-update-files-fetched"


def key_path(appliance: Appliance, run: Run) -> Path:
    """Return the path of the file that holds the Appliance Download Key while a person needs it."""
    return run.state.folder / f"download-key-{appliance.unit.value}.txt"


def write_key(appliance: Appliance, run: Run) -> KeyFile:
    """Write the Appliance Download Key into a file that only the owner of this run can read. Nothing is changed."""
    path = key_path(appliance, run)
    write_private(path, f"{readings.download_key(appliance)}\n")
    return KeyFile(file=str(path))


def request(appliance: Appliance, settings: Settings, *, base: str, serial: str, key: str, wanting: str) -> str:
    """Tell a person which files to download, with which key, from where, and where to put them (UM4, UM5, UM8, UM9)."""
    if key:
        with_key = f"with the Appliance Download Key in {key}"
    else:
        with_key = (
            f"with {appliance.name}'s Appliance Download Key, which the vendor's support gives for the serial number {serial} "
            f"(base {base} makes none itself; that is so from 3.3.2 on)"
        )
    places = ", ".join(str(path) for path in files_of(appliance.unit, settings))
    return (
        f"{wanting}. Download {appliance.name}'s updates to {settings.wanted} from {_SERVER}, from a system with free access, "
        f"{with_key}, and put them, in the order of installation, here: {places}. Beside each put its SHA-256 as <file>.sha256, "
        "made where it was downloaded. Download only now, when appliances, window and staff are ready to install at once: what "
        "was downloaded leaves the vendor's list, and only the vendor's support brings it back. Are they there?"
    )
