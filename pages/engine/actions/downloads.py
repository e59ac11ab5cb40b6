"""Downloads files: from a link that gives one, or from the links of the page that it leads to. It alters nothing."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playwright.sync_api import Error
from playwright.sync_api import TimeoutError as TooLate

from pages.engine.actions.answer_wait import BRIEFLY
from pages.engine.actions.click_target import ClickTarget
from pages.engine.actions.conversation import Conversation
from pages.engine.actions.element_actions import click
from pages.engine.meaning.forbidden_words import LEADS_TO_NO_FILE, forbidden_submit_targets
from pages.engine.text.wording import ignorecase, quote
from pages.engine.view.control_query import control_called
from pages.engine.view.page_view import look_at
from robot.domain.errors import Stalled, Surprised, Unreachable
from robot.network.chromium import document_id

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from playwright.sync_api import Download, Page, Response

    from pages.engine.view.control_query import ControlQuery
    from pages.engine.view.page_view import PageControl, PageView

_A_FILE = r"\.(msi|exe|dmg|zip)\b|\bMSI\b|\b(32|64)[ -]?bit\b|\b(installer|console)\b.*\b(windows|mac|linux)\b"
_A_PATH = r"\.(msi|exe|dmg|zip)$"
_DOES_ELSE = (
    r"\b(delet\w*|remov\w*|eras\w*|revok\w*|edit|change|rename|replace|upload|send|e-?mail|share|disable|enable|deactivate|activate|"
    r"expire|renew|regenerate|create|reset|restore|restart|reboot|uninstall|unassign|release|notes|help|details|checksum)\b"
)
"""Words of controls beside an installer that give no file, although their address may name it."""
_COMES_BY_ITSELF = (
    r"(download|file|backup)\b.*\b(will (start|begin)|automatically|shortly|in a moment|being (prepared|generated|created))\b"
)
_BY_ITSELF_WITHIN_S = 60.0
"""Seconds within which a file that the page announces must begin to arrive."""
_FILE_WITHIN_S = 120.0
"""Seconds within which a file must begin to arrive."""


def download_all(tab: Page, link: ControlQuery, name: str, into: Path) -> list[tuple[str, Path]]:
    """Press a link and keep the file that it gives, or every file of the page that it leads to.

    Args:
        tab: the page.
        link: the query that finds the link.
        name: the words on the link.
        into: the folder for the files; each gets a name of its own there, which begins with a dot.

    Returns:
        The name that the appliance suggests for each file, and its path; nothing if neither a file nor a page with files came.

    Raises:
        Unreachable: a file did not arrive completely.
    """
    suggested, path = GuardedDownload(tab, link, name).fetch(into)
    if path:
        return [(suggested, path)]
    files: list[tuple[str, Path]] = []
    for each in {control.name: control for control in look_at(tab).controls if is_download(control)}.values():
        click = GuardedDownload(tab, control_called(tab, f"^{re.escape(each.name)}$"), each.name)
        suggested, path = click.fetch(into)
        files += [(suggested, path)] if path else []
    return files


def is_download(control: PageControl) -> bool:
    """Tell whether a control gives a file: its words or its address say so, and its words mean nothing else."""
    if (
        control.kind not in {"link", "button"}
        or not control.enabled
        or control.menu
        or ignorecase(_DOES_ELSE).search(control.name)
    ):
        return False
    return bool(ignorecase(_A_FILE).search(control.name) or ignorecase(_A_PATH).search(urlsplit(control.href).path))


@dataclass
class GuardedDownload(ClickTarget):
    """A control that gives a file, and may do nothing else."""

    def fetch(self, into: Path) -> tuple[str, Path | None]:
        """Press the control and keep the file that it gives.

        Args:
            into: the folder for the file, which gets a name of its own there that begins with a dot.

        Returns:
            The file name that the appliance suggests, and the path of the file; ("", None) if another page came instead.

        Raises:
            Unreachable: the file did not arrive completely.
            Surprised: the control would do something else, or the page asked something.
        """
        coming: list[Download] = []
        promised: list[int] = []
        try:
            with self._receiving(coming, promised), contextlib.ExitStack() as unless_whole:
                self._ask_for_a_file(coming)
                if not coming:
                    return "", None
                name = re.sub(r"[^\w. -]+", "-", coming[0].suggested_filename).strip(". ")[-100:] or "installer"
                path = _new_file(into)  # not by that name: another file may be suggested the same one
                unless_whole.callback(path.unlink)
                coming[0].save_as(path)
                _require_whole(path, promised, self.tab.url)
                unless_whole.pop_all()
        except TooLate as error:
            raise Unreachable(f"a file could not be fetched from {self.tab.url}: {error.message.splitlines()[0]}") from error
        except Error as error:
            raise Unreachable(f"a file did not come whole from {self.tab.url}: {error.message.splitlines()[0]}") from error
        path.chmod(0o600)
        return name, path

    def _require_to_download(self, view: PageView) -> None:
        if odd := forbidden_submit_targets(self.only(view), LEADS_TO_NO_FILE):
            raise Surprised(f'"{self.label}" would send {quote(odd)}, which downloads nothing: it is not pressed')

    @contextlib.contextmanager
    def _receiving(self, coming: list[Download], promised: list[int]) -> Generator[None]:
        """Collect meanwhile the downloads that begin, and how many bytes each answer promises."""

        def note_download(download: Download) -> None:
            coming.append(download)

        def note_size(response: Response) -> None:
            headers = response.headers
            if "attachment" in headers.get("content-disposition", "") and "content-encoding" not in headers:
                promised.extend(int(size) for name, size in headers.items() if name == "content-length")

        self.tab.on("download", note_download)
        self.tab.on("response", note_size)
        try:
            yield
        finally:
            self.tab.remove_listener("download", note_download)
            self.tab.remove_listener("response", note_size)

    def _ask_for_a_file(self, coming: list[Download]) -> None:
        """Press, and wait until a file begins to arrive, or another page has come that announces none."""
        document = document_id(self.tab)
        with Conversation(self.label).listening(self.tab) as declined:
            control, _ = self.reach(self._require_to_download)
            click(self.tab, control)
            with contextlib.suppress(Stalled):
                BRIEFLY.poll_until(
                    lambda: bool(coming or declined) or document_id(self.tab) not in {None, document}, bool,
                    what="a file", within=_FILE_WITHIN_S,
                )  # fmt: skip
        if coming:
            return
        self.tab.wait_for_load_state("load", timeout=10_000)
        with contextlib.suppress(Stalled):  # a page may say that the file comes by itself in a moment
            if look_at(self.tab).find_line(_COMES_BY_ITSELF):
                BRIEFLY.poll_until(
                    lambda: document_id(self.tab), lambda _: bool(coming), what="a file", within=_BY_ITSELF_WITHIN_S
                )


def _new_file(folder: Path) -> Path:
    """Make an empty file with a name that nothing else there has."""
    handle, path = tempfile.mkstemp(prefix=".", suffix=".part", dir=folder)
    os.close(handle)
    return folder / path


def _require_whole(path: Path, promised: Sequence[int], url: str) -> None:
    """Require that a file has as many bytes as the first answer promised, if one did.

    If a file breaks off, Chromium asks for its address again by itself, with GET; if a form had fetched the file, the answer is
    the form's page, which Chromium saves in place of the file.

    Raises:
        Unreachable: it has not.
    """
    size_bytes = path.stat().st_size
    if promised and size_bytes != promised[0]:
        raise Unreachable(
            f"a file did not come whole from {url}: {promised[0]} bytes were promised, and {size_bytes} came in the end"
        )
