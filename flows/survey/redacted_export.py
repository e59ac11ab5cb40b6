"""A pair's pages as one file that may be sent to the makers: the tree of each page, without anybody's data."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error

from pages.engine.redaction.masking import export_redacted
from robot import __version__
from robot.domain.errors import UsageError
from robot.evidence.pack.archive import write_archive

if TYPE_CHECKING:
    from pathlib import Path

    from flows.session.appliance import Appliance

_README = """\
PAGES OF A FAILOVER PAIR WITHOUT ANYBODY'S DATA, for the makers of failover-robot {version}

One file for each screen that `failover-robot observe` looked for on A and on B: the page's tree as assistive technology reads
it, with the place of each thing, and the words that the product itself says. found.json tells which screens and controls the
robot found.

What is not in it: no other word than those of the robot's own list of the product's words (anything else stands as its shape,
"Aaaa"), no figure but nines, nothing that is typed into a field but its shape, no password field's contents at all, no
addresses, names of hosts, people or files, no keys, serial numbers, versions or times, no scripts, comments or hidden values.

PLEASE LOOK AT IT BEFORE YOU SEND IT: each file is plain text. A word of your own that is also one of the product's (somebody
called "Key", a group called "Support") would stand as it is.
"""


class RedactedExport:
    """Collects pages without anybody's data while a pair is observed, and writes them at the end.

    Args:
        file: the archive to be written; it ends with .zip and must not exist.

    Raises:
        UsageError: the file is there already, or cannot be written.
    """

    def __init__(self, file: Path) -> None:
        if file.suffix != ".zip":
            raise UsageError(f"{file}: give a name that ends with .zip")
        if file.exists():
            raise UsageError(f"{file} is there already; nothing is written over, give another name")
        if not file.parent.is_dir():
            raise UsageError(f"there is no folder {file.parent}")
        self.file = file
        self.pages: dict[str, str] = {}

    def keep(self, appliance: Appliance, title: str) -> None:
        """Keep the page that is shown when this screen was asked for."""
        if appliance.shown is None:
            return
        name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
        try:
            self.pages[f"{appliance.unit.value}/{len(self.pages) + 1:02d}-{name}.yaml"] = export_redacted(appliance.shown)
        except Error:
            return  # the page is being left: it cannot be read any more

    def write(self, observed: dict[str, Any]) -> str:
        """Write the file, as a whole or not at all.

        Args:
            observed: the readings of both appliances, `Observation.units`.

        Returns:
            The sentence that tells a person what to do with the file.

        Raises:
            UsageError: it is there already, or cannot be written.
        """
        inventory = {
            unit: [
                {
                    **{name: place[name] for name in ("screen", "reached", "needed")},
                    "controls": [
                        {"found": each["found"], "looked_for": _known(each["looked_for"])} for each in place["controls"]
                    ],
                }
                for place in appliance["screens"]
            ]
            for unit, appliance in observed.items()
        }
        texts = {
            "README.txt": _README.format(version=__version__),
            "found.json": json.dumps(inventory, ensure_ascii=False, indent=2) + "\n",
            **self.pages,
        }
        parts = {name: text.encode() for name, text in texts.items()}
        whole = io.BytesIO()
        write_archive(whole, parts, parts.__getitem__)
        try:
            with self.file.open("xb") as file:
                file.write(whole.getvalue())
        except OSError as error:
            raise UsageError(f"{self.file} cannot be written: {error.strerror}") from error
        return (
            f"{self.file}: {len(self.pages)} pages, of which only the product's own words are left. "
            "Its README.txt says what is in it; look at it before you send it."
        )


def _known(looked_for: str) -> str:
    """Return what was looked for, with every address replaced by "9": the shared IP is the site's own."""
    return re.sub(r"[\d.]*\d[\d.:]*", "9", looked_for)
