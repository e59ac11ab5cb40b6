"""The pair file and its `.env`, as frozen settings.

Data goes one way: text (`toml_text`) -> kinds of value (`values`) -> `sections` -> what is refused (`sentences`, `refusals`) ->
`load`. The secrets (`secrets`, and `env_file` for their text) are fetched apart, when they are needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from robot.domain.errors import UsageError
from robot.settings.refusals import refuse_what_cannot_be_meant
from robot.settings.sections.pair_file import Settings
from robot.settings.sentences import sentences
from robot.settings.toml_text import read_document
from robot.settings.values import FROM_A_PERSON

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["PairFileError", "Settings", "load", "load_kept"]


class PairFileError(UsageError):
    """A pair file, or a policy, with values that are none.

    Attributes:
        sentences: one for each of its faults; the first is this error's own.
    """

    def __init__(self, pair_file: Path, faults: tuple[str, ...]) -> None:
        self.sentences = tuple(f"{pair_file}: {fault}" for fault in faults)
        super().__init__(self.sentences[0])


def load(pair_file: Path, *, single: bool = False) -> Settings:
    """Read and check a pair file.

    Args:
        pair_file: its path.
        single: whether it describes one appliance only, in [a], without [b] and [swing].

    Returns:
        The settings; relative paths in them start at the pair file's folder.

    Raises:
        PairFileError: it has values that are none, or keys that are not known.
        UsageError: it is missing, malformed, or contradicts itself; one sentence names the place.
    """
    document = read_document(pair_file)
    if single:
        document = _of_one(document, pair_file)
    if "folder" in document:
        raise UsageError(f"{pair_file}: folder is not a section of a pair file; remove it")
    try:
        settings = Settings.model_validate({**document, "folder": pair_file.resolve().parent}, context=FROM_A_PERSON)
    except ValidationError as error:
        raise PairFileError(pair_file, sentences(error)) from None
    refuse_what_cannot_be_meant(settings, pair_file, single=single)
    return settings


def load_kept(document: object, run: str) -> Settings:
    """Return the settings that a run was begun with, by whatever version.

    Args:
        document: the settings as plain JSON, as the run's state folder keeps them.
        run: its name, for the sentence.

    Returns:
        The settings.

    Raises:
        UsageError: they hold what this version refuses.
    """
    try:
        return Settings.model_validate(document)
    except ValidationError as error:
        raise UsageError(
            f"this version refuses the pair file that {run} was begun with: {sentences(error)[0]}; "
            "resume it with the version that began it"
        ) from None


def _of_one(document: dict[str, Any], pair_file: Path) -> dict[str, Any]:
    """Complete the document of a single appliance: [b] is [a] again. Sections that need two appliances are refused."""
    for section in ("b", "swing", "windows"):
        if section in document:
            raise UsageError(f"{pair_file}: --procedure single works on one appliance, in [a]; leave out [{section}]")
    if document.get("update", {}).get("files", {}).get("b"):
        raise UsageError(f"{pair_file}: --procedure single works on one appliance, in [a]; leave out update.files.b")
    if isinstance(api := document.get("api"), dict) and "b" in api:
        raise UsageError(f"{pair_file}: --procedure single works on one appliance, in [a]; leave out api.b")
    return {**document, "b": document["a"], "swing": {"method": "person"}} if "a" in document else document
