"""The questions that a run may ask besides the checks of the pair file, and when it asks each of them."""

from typing import Final

from flows.steps.changed_since_plan import UNEXPECTED_CHANGE
from robot.operators import operator_questions as asked

GATES: Final = {
    asked.UNKNOWN_HAND: "something was done in mid-run without the robot: who owns it?",
    asked.PRESS_AGAIN: "a press was lost twice, or has left a trace and no effect: may it be made once more?",
    asked.CUT_OFF: "more people would be cut off than is tolerated, or no page tells how many: is the run to go on nevertheless?",
    asked.BEYOND_PLAN: (
        "once the pair is apart, the target is offered only behind a package that the plan does not list: may it be installed?"
    ),
    UNEXPECTED_CHANGE: "something has changed that nobody planned, at the start, before the swing or Establish: is it right?",
    asked.SWING_AGAIN: "B did not take the site, and A was made to serve again: is the cause mended, and is it swung once more?",
    asked.AGREEMENT_CONTACT: "the agreement before a download asks for a contact: which name and address?",
    asked.PATCH_INSTALLED: "an appliance does not say whether a patch is in: is it?",
    "jump_clients_back": "fewer Jump Clients are back than wanted, or no page tells how many: is A updated nevertheless?",
    "recorded_sessions": "fewer recorded sessions are there than before: is that known and right?",
    "reachable": "an appliance has no connection test, and the other does not answer from the robot's machine: does it reach it?",
    "maintenance": "the end of a maintenance contract can be read in two ways: does it last?",
    "failover_alert": "an alert stands once the relationship is established again: is it known and right?",
}
"""When each question is asked, by its name."""
_WITHOUT_A_SWING = frozenset({asked.SWING_AGAIN, "jump_clients_back", "recorded_sessions"})


def gates(procedure: str) -> list[dict[str, str]]:
    """Return the questions that a run by this procedure may ask: `check` and `when` of each."""
    left_out = frozenset[str]() if procedure == "asynchronous" else _WITHOUT_A_SWING
    return [{"check": check, "when": when} for check, when in GATES.items() if check not in left_out]
