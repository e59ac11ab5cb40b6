"""The only door: only these functions act on an appliance's page, each on one element that a view has just shown.

A house rule enforces it: nothing else acts on a page, and nothing outside this room calls these functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.engine.snapshot.snapshot import invalidate_snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from pages.engine.view.page_view import PageControl

_FIELD_MS = 5_000


def try_click(tab: Page, control: PageControl) -> None:
    """Check that an element can be clicked, without clicking it.

    Raises:
        playwright TimeoutError: it cannot, within a second.
    """
    _element(tab, control).click(trial=True, timeout=1_000)


def click(tab: Page, control: PageControl, *, timeout_ms: int = 10_000) -> None:
    """Click an element, once, without waiting for what it leads to.

    Raises:
        playwright TimeoutError: it cannot be clicked.
    """
    _element(tab, control).click(timeout=timeout_ms, no_wait_after=True)


def click_through(tab: Page, control: PageControl) -> None:
    """Click an element that leads to another page, and wait until that page begins to load.

    Raises:
        playwright TimeoutError: it cannot be clicked within two seconds, or the page does not begin to load.
    """
    _element(tab, control).click(timeout=2_000)


def point_at(tab: Page, control: PageControl) -> None:
    """Move the pointer over an element."""
    _element(tab, control).hover(timeout=5_000)


def fill(tab: Page, field: PageControl, text: str, *, timeout_ms: int | None = None) -> None:
    """Replace the text in a field."""
    _element(tab, field).fill(text, timeout=timeout_ms)


def set_checked(tab: Page, box: PageControl, *, on: bool) -> None:
    """Tick or untick a box."""
    _element(tab, box).set_checked(on, timeout=_FIELD_MS)


def select_option(tab: Page, field: PageControl, option: str) -> None:
    """Choose the entry of a list with these words."""
    _element(tab, field).select_option(label=option, timeout=_FIELD_MS)


def choose_file(tab: Page, field: PageControl, path: Path) -> None:
    """Choose a file in a field. The browser gets only its path, so that a large file takes no memory."""
    _element(tab, field).set_input_files(path)


def chosen_files(tab: Page, field: PageControl) -> list[tuple[str, int]]:
    """Return the name and the size in bytes of each file that a field holds."""
    files: list[tuple[str, int]] = _element(tab, field).evaluate("e => [...e.files].map(f => [f.name, f.size])")
    return [(name, size) for name, size in files]


def box_on_page(tab: Page, control: PageControl) -> dict[str, float] | None:
    """Return an element's rectangle on the picture of the whole page: x, y, width and height in CSS pixels."""
    if (box := _element(tab, control).bounding_box()) is None:
        return None
    right, down = tab.evaluate("[scrollX, scrollY]")
    return {"x": box["x"] + right, "y": box["y"] + down, "width": box["width"], "height": box["height"]}


def _element(tab: Page, control: PageControl) -> Locator:
    """Return the element that was read, to act on it; the refs are valid only for the newest snapshot."""
    invalidate_snapshot(tab)
    return tab.locator(f"aria-ref={control.ref or 'none'}")
