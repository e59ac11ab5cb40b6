"""Fetching files: a link that gives one, or that leads to a page of links that do. Alters nothing."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from playwright.sync_api import Error
from playwright.sync_api import TimeoutError as TooLate

from pages.menu import born
from pages.screen import BRIEFLY
from pages.sight import control_called, literally, see, words
from robot.errors import Stalled, Unreachable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from playwright.sync_api import Download, Locator, Page, Response

_A_FILE = r"\.(msi|exe|dmg|zip)\b|\bMSI\b|\b(32|64)[ -]?bit\b|\b(installer|console)\b.*\b(windows|mac|linux)\b"
_COMES_BY_ITSELF = (
    r"(download|file|backup)\b.*\b(will (start|begin)|automatically|shortly|in a moment|being (prepared|generated|created))\b"
)
_BY_ITSELF_WITHIN = 60.0
_WITHIN = 120.0
"""Seconds for a file to begin to come."""


def fetched(tab: Page, link: Locator, into: Path) -> list[tuple[str, Path]]:
    """Press a link and keep the file that it gives, or every file of the page that it leads to.

    Args:
        tab: the page it stands on.
        link: finds it, strictly.
        into: the folder for the files; each gets a name of its own there, which begins with a dot.

    Returns:
        The name that the appliance suggests, and where the file is; nothing where neither file nor page of files came.

    Raises:
        Unreachable: a file did not come whole.
    """
    name, landed = one_file(tab, link, into)
    if landed:
        return [(name, landed)]
    found: list[tuple[str, Path]] = []
    for control in {each.name: each for each in see(tab).controls if words(_A_FILE).search(f"{each.name} {each.href}")}.values():
        if control.kind not in {"link", "button"} or not control.enabled or control.menu:
            continue
        name, landed = one_file(tab, control_called(tab, f"^{literally(control.name)}$"), into)
        found += [(name, landed)] if landed else []
    return found


def one_file(tab: Page, link: Locator, into: Path) -> tuple[str, Path | None]:
    """Press one link or button: its file, or nothing where another page came instead.

    Args:
        tab: the page it stands on.
        link: finds it, strictly.
        into: the folder for the file, which gets a name of its own there that begins with a dot.

    Raises:
        Unreachable: the file did not come whole.
    """
    coming: list[Download] = []
    promised: list[int] = []
    stamp = tab.evaluate("performance.timeOrigin")

    def comes(download: Download) -> None:
        coming.append(download)

    def answers(response: Response) -> None:
        headers = response.headers
        if "attachment" in headers.get("content-disposition", "") and "content-encoding" not in headers:
            promised.extend(int(size) for name, size in headers.items() if name == "content-length")

    def settled(_: object) -> bool:
        return bool(coming) or born(tab) not in {None, stamp}

    tab.on("download", comes)
    tab.on("response", answers)
    try:
        link.click(timeout=10_000, no_wait_after=True)
        with contextlib.suppress(Stalled):
            BRIEFLY.until(lambda: None, settled, what="a file", within=_WITHIN)
        if not coming:
            tab.wait_for_load_state("load", timeout=10_000)
            with contextlib.suppress(Stalled):  # a page may say that the file comes by itself in a moment
                if see(tab).says(_COMES_BY_ITSELF):
                    BRIEFLY.until(lambda: born(tab), lambda _: bool(coming), what="a file", within=_BY_ITSELF_WITHIN)
        if not coming:
            return "", None
        name = re.sub(r"[^\w. -]+", "-", coming[0].suggested_filename).strip(". ")[-100:] or "installer"
        landed = into / f".{name}.part"
        coming[0].save_as(landed)
        _require_whole(landed, promised, tab.url)
    except TooLate as error:
        raise Unreachable(f"a file could not be fetched from {tab.url}: {error.message.splitlines()[0]}") from error
    except Error as error:
        raise Unreachable(f"a file did not come whole from {tab.url}: {error.message.splitlines()[0]}") from error
    finally:
        tab.remove_listener("download", comes)
        tab.remove_listener("response", answers)
    landed.chmod(0o600)
    return name, landed


def _require_whole(landed: Path, promised: Sequence[int], url: str) -> None:
    """See that as many bytes came as the first answer promised, where one did.

    Chromium asks by itself for the address of a file that broke off again, with GET; where a form had fetched it, what comes
    then is the form's page, and is saved in the file's place.

    Raises:
        Unreachable: it did not.
    """
    came = landed.stat().st_size
    if promised and came != promised[0]:
        landed.unlink()
        raise Unreachable(f"a file did not come whole from {url}: {promised[0]} bytes were promised, and {came} came in the end")
