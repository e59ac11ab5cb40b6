"""Shows the progress of a run: its step, on which appliance, for how long so far, and what it waits for."""

from __future__ import annotations

import contextlib
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from robot.evidence.wording import duration

if TYPE_CHECKING:
    from types import TracebackType

    from rich.status import Status
    from rich.text import Text

    from robot.runs.events import Event, StepBegun, StepEnded, WaitGoesOn

_WHERE = {"a": "A", "b": "B", "site": "site"}
_REPEAT_S = 300.0
"""Seconds after which a log tells again that the run still waits for the same."""


class SoFar:
    """The present step with its running time, which goes on between two polls.

    Args:
        what: the step, and what it waits for.
        within: seconds that it may take; None if there is no limit.
        so_far: seconds that it has taken already.
    """

    def __init__(self, what: str, within: float | None, so_far: float = 0.0) -> None:
        self._what, self._within, self._since = what, within, time.monotonic() - so_far

    def __rich__(self) -> Text:
        """Return the line for the terminal, with the time so far."""
        from rich.text import Text

        so_far = duration(time.monotonic() - self._since)
        return Text(f"{self._what}, {so_far}" + ("" if self._within is None else f" so far of at most {duration(self._within)}"))


class Progress:
    """Prints the events of a run on stderr.

    A terminal gets a line that is updated; anything else gets one plain line with a time for each step, fit for a log.

    Args:
        quiet: whether only headings, notes and the end are printed.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._live = sys.stderr.isatty() and not quiet
        self._status: Status | None = None
        self._heading = ""
        self._step = ""
        self._began = time.monotonic()
        self._waits = ""
        self._told_s = 0.0

    def __enter__(self) -> Self:
        if self._live:
            from rich.console import Console

            self._console = Console(stderr=True, highlight=False)
            self._status = self._console.status("starting")
            self._status.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._status:
            with contextlib.suppress(OSError):  # the terminal is gone: that must not replace how the run ended
                self._status.stop()

    def __call__(self, event: Event) -> None:
        """Show one event of a run, as `RunContext.tell` sends it."""
        if event["event"] == "step":
            self._step_began(event)
        elif event["event"] == "done":
            self._step_ended(event)
        elif event["event"] == "waiting":
            self._waiting(event)
        elif event["event"] == "note":
            self._say(f"   note   {event['text']}")

    def _step_began(self, event: StepBegun) -> None:
        if event["heading"] and event["heading"] != self._heading:
            self._heading = event["heading"]
            self._say(f"\n{self._heading}" if self._live else f"== {self._heading}")
        self._step, self._began, self._waits = event["title"], time.monotonic(), ""
        self._show(SoFar(f"{_unit(event['step'])}  {event['title']}", None))

    def _step_ended(self, event: StepEnded) -> None:
        if not self._quiet:
            took = duration(time.monotonic() - self._began)
            self._say(f"   {_unit(event['step']):4}   {event['title']}  ({took})")

    def _waiting(self, event: WaitGoesOn) -> None:
        self._show(SoFar(f"{self._step}: waiting for {event['what']}", event["within"], event["so_far"]))
        if self._live or self._quiet:
            return
        if event["what"] != self._waits:
            self._waits, self._told_s = event["what"], 0.0
            self._say(f"          waiting for {event['what']}, at most {duration(event['within'])}")
        elif event["so_far"] - self._told_s >= _REPEAT_S:
            self._told_s = event["so_far"]
            self._say(f"          still waiting for {event['what']}, {duration(event['so_far'])} so far")

    def _show(self, step: SoFar) -> None:
        if self._status:
            self._status.update(step)

    def _say(self, text: str) -> None:
        if self._live:
            from rich.markup import escape

            self._console.print(escape(text))
        else:
            stamp = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
            sys.stderr.write(f"{stamp} {text.lstrip(chr(10))}\n")
            sys.stderr.flush()


def _unit(step: str) -> str:
    return _WHERE.get(step.split("-", 1)[0], "")
