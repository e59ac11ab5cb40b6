"""What stands on every page of a run: its ticket, its name, and the mark of an extraordinary run."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from robot.evidence.record import summary
from robot.evidence.record.plain_json import object_in, text_in


@dataclass(frozen=True)
class RunMark:
    """What stands on every page of an extraordinary run.

    Attributes:
        word: in capitals.
        sentences: what it means.
        colour: of the stripe.
    """

    word: str
    sentences: str
    colour: str


_REHEARSAL: Final = RunMark(
    "REHEARSAL", "Performed against a simulated pair. It says nothing about the production appliances.", "#5b2a86"
)


def _emergency(why: str) -> RunMark:
    told = "Windows and freeze dates did not count. The ordinary approval is to be given afterwards."
    return RunMark("EMERGENCY", f"{why}. {told}", "#a11212")


@dataclass(frozen=True)
class Header:
    """The text that all pages of one run show; `emergency` tells why it could not wait, or is empty."""

    ticket: str
    run: str
    rehearsal: bool = False
    emergency: str = ""

    @property
    def mark(self) -> RunMark | None:
        """What stands on every page; None for an ordinary run."""
        return _REHEARSAL if self.rehearsal else _emergency(self.emergency) if self.emergency else None

    @property
    def on_paper(self) -> str:
        """The text for each printed page: only plain characters may get into the style sheet, whatever a ticket holds."""
        text = f"{self.ticket} · run {self.run}"
        return "".join(character for character in text if character.isalnum() or character in " ._-·")

    @classmethod
    def of(cls, run_folder: Path) -> "Header":
        """Return that of a run, by its summary, or by the folders' names if there is no summary."""
        run_summary = summary.read(run_folder)
        emergency = object_in(object_in(run_summary, "plan"), "emergency")
        return cls(
            ticket=str(run_summary.get("ticket") or run_folder.absolute().parent.name),
            run=str(run_summary.get("run") or run_folder.absolute().name),
            rehearsal=run_summary.get("rehearsal") is True,
            emergency=": ".join(text for key in ("incident", "reason") if (text := text_in(emergency, key))),
        )
