"""One consistent look at a page: Playwright's accessibility snapshot, and what the snapshot leaves out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pages.engine import supplement
from pages.engine.accessibility_tree import Rect, parsed
from pages.engine.supplement import Bounds, Framed, PageFacts

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page

    from pages.engine.accessibility_tree import Node

_SNAPSHOT_MS = 3_000


@dataclass(frozen=True)
class Snapshot:
    """One look, as Playwright and the supplement gave it."""

    root: Node
    facts: PageFacts
    bounds: tuple[Bounds, ...] = ()


def take(tab: Page) -> Snapshot:
    """Look at a page once, frames included.

    Raises:
        playwright Error: the page has moved on meanwhile, or is gone.
    """
    return joined(tab.aria_snapshot(mode="ai", boxes=True, timeout=_SNAPSHOT_MS), _told(tab.main_frame, Rect()))


def joined(snapshot: str, told: Framed) -> Snapshot:
    """Join a snapshot's text and what the script told of the same moment."""
    root = parsed(snapshot)
    facts, bounds = supplement.join(root, told)
    return Snapshot(root, facts, bounds)


def _told(frame: Frame, box: Rect) -> Framed:
    return Framed(frame.evaluate(supplement.script()), box, [_told(child, _box_of(child)) for child in frame.child_frames])


def _box_of(frame: Frame) -> Rect:
    box = frame.frame_element().bounding_box()
    return Rect(*(round(box[side]) for side in ("x", "y", "width", "height"))) if box else Rect()
