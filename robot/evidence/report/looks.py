"""The words, colours and icons of the report: of outcomes, of the states of steps, of what became of obligations."""

from typing import Final

OUTCOMES: Final = {
    "done": ("Done", "good", "done"),
    "already": ("Nothing to do: it was in place already", "good", "already"),
    "refused": ("Refused before any change", "wait", "refused"),
    "stopped": ("Stopped after a change: a person is needed", "bad", "stopped"),
    "stalled": ("Stalled: an appliance is past its deadline", "bad", "waiting"),
    "waiting": ("Waiting for a window, an approval or an answer", "wait", "waiting"),
    "failed": ("Failed", "bad", "refused"),
}
BACKED_OUT: Final = ("Backed out: the upgrade was not finished", "wait", "stopped")
OPEN: Final = ("Open: this run has not ended", "wait", "running")
STATES: Final = {
    "running": ("not finished", "wait", "running"),
    "done": ("done", "good", "done"),
    "already": ("already in place", "good", "already"),
    "by_person": ("done by a person", "good", "person"),
    "refused": ("refused", "bad", "refused"),
    "stalled": ("past its deadline", "bad", "waiting"),
    "stopped": ("stopped", "bad", "stopped"),
    "asked": ("a person is asked", "wait", "asked"),
    "skipped": ("skipped", "quiet", "skipped"),
}
STATES_OF_CHECKS: Final = STATES | {
    "done": ("passed", "good", "done"),
    "refused": ("failed", "bad", "refused"),
    "skipped": ("unknown", "wait", "asked"),
}
"""The same words of a smoke verification's checks."""
FULFILLED: Final = {
    "refused": ("bad", "refused"),
    "stalled": ("bad", "waiting"),
    "running": ("bad", "stopped"),
    "asked": ("wait", "asked"),
    "partly": ("wait", "partly"),
    "done": ("good", "done"),
    "by_person": ("good", "person"),
    "by_command": ("good", "done"),
    "kept": ("good", "done"),
    "checked": ("good", "done"),
    "already": ("good", "already"),
    "told": ("good", "told"),
    "skipped": ("quiet", "skipped"),
    "not reached": ("quiet", "running"),
    "not in this run": ("quiet", "skipped"),
}
"""The colour and the icon of each state of an obligation."""
