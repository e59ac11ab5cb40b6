"""One consistent snapshot of a page: Playwright's accessibility snapshot, and the supplement, which has what it leaves out.

The two are taken one after the other. If the page has changed between them, they do not match, and both are taken again.
"""

from __future__ import annotations

import contextlib
import re
import time
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from playwright.sync_api import Error

from pages.engine.snapshot.accessibility_tree import Rect, parse_snapshot
from pages.engine.snapshot.supplement import join_supplement
from pages.engine.snapshot.supplement_entries import Framed, script
from pages.engine.snapshot.tab_memory import TabMemory
from robot.domain.errors import Stalled, WrongScreen
from robot.domain.waiting import Poller

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Frame, Page

    from pages.engine.snapshot.accessibility_tree import Node
    from pages.engine.snapshot.supplement import Apart
    from pages.engine.snapshot.supplement_entries import Bounds, PageFacts

_SNAPSHOT_MS = 3_000
_MOVED_ON = re.compile(r"context was destroyed|because of a navigation|aria_snapshot: Timeout|Frame was detached")
_STANDS_STILL_WITHIN_S = 10.0
"""Seconds within which a page that keeps changing must stay the same for one snapshot."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One snapshot of a page, joined from Playwright's and the supplement.

    Attributes:
        root: the accessibility tree.
        facts: the facts about the document.
        bounds: the parts of the document.
        apart: what only one of the two has.
        digest: a digest of both texts: two snapshots with the same digest are the same.
    """

    root: Node
    facts: PageFacts
    bounds: tuple[Bounds, ...] = ()
    apart: tuple[Apart, ...] = ()
    digest: bytes = b""


_LAST = TabMemory[Snapshot]()
_DOCUMENTS: WeakKeyDictionary[BrowserContext, dict[float, Snapshot]] = WeakKeyDictionary()
"""The last snapshot of each document that a browser has shown in any tab, the newest last."""
_KEPT = 24
"""The most documents whose last snapshot is kept."""
_TAKEN = TabMemory[float]()
"""When the last snapshot of a tab was taken, by the monotonic clock; only as long as nothing was done on the page since."""
_NEW_S = 0.09
"""Seconds for which a snapshot serves instead of a new one."""


def take_snapshot(tab: Page) -> Snapshot:
    """Return a snapshot of a page with its frames; if the page changes meanwhile, try again for ten seconds at most.

    Raises:
        WrongScreen: the page keeps changing.
        playwright Error: the page is gone.
    """

    def look() -> Snapshot | None:
        try:
            return _take_once(tab)
        except Error as error:
            if not _MOVED_ON.search(error.message):
                raise
            return None

    with contextlib.suppress(Stalled):
        snapshot = Poller(poll=0.05).poll_until(look, bool, what="a page to stand still", within=_STANDS_STILL_WITHIN_S)
        if snapshot:
            return snapshot
    if snapshot := _take_once(tab):  # an error is now the reason, and is raised
        return snapshot
    moving = ", ".join(each.description for each in _LAST[tab].apart[:3])
    raise WrongScreen(f"the page at {tab.url} does not stand still: {moving} changed in every look; look at it by hand")


def _take_once(tab: Page) -> Snapshot | None:
    """Return one snapshot; None if its two parts may be of two moments.

    A difference between the two parts counts as the page's own if the snapshot before had the same one, in the same document.
    """
    began = time.monotonic()
    snapshot, supplement = tab.aria_snapshot(mode="ai", boxes=True, timeout=_SNAPSHOT_MS), _ask_supplement(tab.main_frame, Rect())
    digest = blake2b(f"{snapshot}{supplement}".encode(errors="replace")).digest()
    before = _LAST.get(tab)
    if before is not None and before.digest == digest:
        _TAKEN[tab] = began
        return before
    _TAKEN.pop(tab, None)
    taken = _LAST[tab] = join_snapshot(snapshot, supplement, digest)
    _keep(tab.context, taken)
    stands = before is not None and before.facts.stamp == taken.facts.stamp and before.apart == taken.apart
    if not stands and taken.apart:
        return None
    _TAKEN[tab] = began
    return taken


def invalidate_snapshot(tab: Page) -> None:
    """Forget the snapshot of a page on which something is about to be done: it no longer shows the page."""
    _TAKEN.pop(tab, None)


def recent_snapshot(tab: Page) -> Snapshot | None:
    """Return the last snapshot, if it was taken just now, at the same address, and nothing has been done on the page since."""
    taken = _TAKEN.get(tab)
    is_recent = taken is not None and time.monotonic() - taken < _NEW_S
    return last if is_recent and (last := _LAST[tab]).facts.url == tab.url else None


def previous_snapshots(tab: Page) -> list[Snapshot]:
    """Return the last snapshot of each earlier document of the same interface, the newest first.

    Documents of other tabs count too: a tab may be closed and another one opened in the same session.
    """
    current = _LAST[tab].facts
    others = [each for each in _DOCUMENTS[tab.context].values() if each.facts.stamp != current.stamp]
    return [each for each in reversed(others) if _interface(each.facts.url) == _interface(current.url)]


def _interface(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.netloc, parts.path.split("/")[1] if "/" in parts.path else ""


def _keep(context: BrowserContext, taken: Snapshot) -> None:
    kept = _DOCUMENTS.setdefault(context, {})
    kept.pop(taken.facts.stamp, None)
    kept[taken.facts.stamp] = taken
    while len(kept) > _KEPT:
        del kept[next(iter(kept))]


def join_snapshot(snapshot: str, supplement: Framed, digest: bytes = b"") -> Snapshot:
    """Return the snapshot joined from the text of Playwright's and the script's output of the same moment.

    Args:
        snapshot: the text of Playwright's accessibility snapshot.
        supplement: the output of `supplement.js` for each frame.
        digest: a digest of both texts.

    Raises:
        ValueError: Playwright's text has an unknown form.
    """
    root = parse_snapshot(snapshot)
    joined = join_supplement(root, supplement)
    return Snapshot(root, joined.facts, joined.bounds, joined.apart, digest)


def _ask_supplement(frame: Frame, box: Rect) -> Framed:
    return Framed(frame.evaluate(script()), box, [_ask_supplement(child, _box_of(child)) for child in frame.child_frames])


def _box_of(frame: Frame) -> Rect:
    box = frame.frame_element().bounding_box()
    return Rect(*(round(box[side]) for side in ("x", "y", "width", "height"))) if box else Rect()
