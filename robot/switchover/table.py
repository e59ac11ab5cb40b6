"""The swing as a table: what is done next, by where it stands, what is ready, what both sides show, and for how long (OP5).

The *first* side served until now and is switched off; the *second* is switched on. The first row that fits decides. Times are
parts of the swing's deadline (`limits.swing`), counted from where the swing came to where it stands.

- The second half has a quarter of the deadline; a person is called after a quarter too. The way back has as much again.
- No press is made on a guess. The second side is switched on only after the first was read as off, the first is put back only
  after both were read as off, and it is switched off again only after the second was read as on.
- While a state is unknown nothing is pressed: both on would be worse than a gap. The robot reads on, and a person is called.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Flag, auto
from typing import NamedTuple

BELIEVED, WATCHED, DECIDED, WHOLE, AT_LAST = 1 / 20, 1 / 6, 1 / 4, 1.0, 10.0
"""Parts of the deadline. For so long

- BELIEVED: readings must bear out an answer that speaks against the first press;
- WATCHED: a press that was given up may still come through, and is watched for;
- DECIDED: a half may take to be proved, before the way back is taken or a person is called;
- WHOLE: the first side may read as on after its press, before that is taken for its end;
- AT_LAST: the robot reads on, and tries, while nobody may be served. An appliance that restarts is back within that time.
"""
EVER = math.inf
MOST_PRESSES = 3
"""How often one process presses the way back, or switches the first side off again: both set a state."""


class Side(Flag):
    """What was read of a side since the swing came to where it stands."""

    UNREAD = auto()
    UNKNOWN = auto()
    OFF = auto()
    ON = auto()


class Form(Flag):
    """How far the form for the next press is: not tried yet, a try has failed, ready to be pressed, pressed often enough."""

    FRESH = auto()
    FAILED = auto()
    READY = auto()
    SPENT = auto()


class Stage(Flag):
    """Where a swing stands, from the first press on."""

    IN_DOUBT = auto()
    """The first half was pressed by a process that was interrupted."""
    FIRST_PRESSED = auto()
    FIRST_REFUSED = auto()
    """The first half was pressed, and the answer speaks against it."""
    FIRST_OFF = auto()
    """The first half is proved: nobody serves."""
    SECOND_PRESSED = auto()
    GIVEN_UP = auto()
    """The second half was not proved in time; the way back has not been pressed."""
    BACK_PRESSED = auto()
    BACK_IN_DOUBT = auto()
    """The way back was pressed, and not proved in time or before an interruption."""
    FIRST_ON_AGAIN = auto()
    BOTH_ON = auto()
    """The second half has come through after the way back was pressed: both may serve."""
    YIELD_PRESSED = auto()
    """Both may serve, and the first half was pressed again."""


class Action(Flag):
    """What is done next."""

    READ_FIRST = auto()
    READ_SECOND = auto()
    READ_ANEW = auto()
    """Forget both readings, so that both are made again."""
    PROVE_FIRST = auto()
    BEGIN_AGAIN = auto()
    """Make the first press anew, with everything before it: that of an interrupted process had no effect."""
    PREPARE_SECOND = auto()
    PRESS_SECOND = auto()
    GIVE_UP = auto()
    PREPARE_BACK = auto()
    PRESS_BACK = auto()
    PREPARE_YIELD = auto()
    """Open the form that switches the first side off again."""
    PRESS_YIELD = auto()
    YIELD = auto()
    DOUBT = auto()
    """Take the press for unproved: it is read anew."""
    WATCH = auto()
    END_SWUNG = auto()
    """The second side serves."""
    END_PUT_BACK = auto()
    """The first side serves again."""
    END_NOT_BEGUN = auto()
    """The first side serves still."""
    END_UNDONE = auto()
    """Somebody else has switched the first side on again."""
    END_UNKNOWN = auto()
    """Who serves cannot be told, or nobody does, for longer than the robot reads on. A person was called."""


YIELDS = Stage.FIRST_ON_AGAIN | Stage.BOTH_ON | Stage.YIELD_PRESSED
"""Where the next press, if any, switches the first side off again."""
DOUBTED = {
    Stage.FIRST_REFUSED: Stage.FIRST_PRESSED, Stage.BACK_PRESSED: Stage.BACK_IN_DOUBT, Stage.YIELD_PRESSED: Stage.BOTH_ON,
}  # fmt: skip
"""Where the swing stands once a press is doubted, by where it stood."""
PRESSES = Action.PRESS_SECOND | Action.PRESS_BACK | Action.PRESS_YIELD
"""What needs the lease at that moment."""
ENDS = Action.BEGIN_AGAIN | Action.END_SWUNG | Action.END_PUT_BACK | Action.END_NOT_BEGUN | Action.END_UNDONE | Action.END_UNKNOWN
"""What ends the swing, or this attempt to go on with it."""


class State(NamedTuple):
    """Where a swing stands, and how far the form for its next press is."""

    stage: Stage
    form: Form


class Decision(NamedTuple):
    """What is done next, and whether a person must know now that nobody, or both, may be serving."""

    action: Action
    calls: bool


@dataclass(frozen=True)
class Row:
    """One row of the table: it fits if each value is among its own, and if less than `until` has passed."""

    stage: Stage
    form: Form
    of_first: Side
    of_second: Side
    until: float
    action: Action
    calls: bool = False

    def fits(self, state: State, first: Side, second: Side, elapsed: float) -> bool:
        """Return whether this row is about such a moment."""
        within = state.stage in self.stage and state.form in self.form
        return within and first in self.of_first and second in self.of_second and elapsed < self.until


_ANY_FORM, _ANY = ~Form(0), ~Side(0)
_UNREAD, _UNKNOWN, _OFF, _ON = Side
_FRESH, _FAILED, _READY, _SPENT = Form
_NOT_OFF = _UNREAD | _UNKNOWN | _ON
_CALL = True
LOST = Stage.GIVEN_UP | Stage.BACK_IN_DOUBT
"""Where the second half is given up, and the first side must be put back if both read as off."""

TABLE = (
    # where it stands     form               first           second          until     what is done          person
    Row(Stage.IN_DOUBT,       _ANY_FORM,         _OFF,           _ANY,           EVER,     Action.PROVE_FIRST),
    Row(Stage.IN_DOUBT,       _ANY_FORM,         _ON,            _ANY,           EVER,     Action.BEGIN_AGAIN),
    Row(Stage.IN_DOUBT,       _ANY_FORM,         _UNREAD,        _ANY,           EVER,     Action.READ_FIRST),
    Row(Stage.IN_DOUBT,       _ANY_FORM,         _UNKNOWN,       _ANY,           AT_LAST,  Action.READ_FIRST,    _CALL),
    Row(Stage.IN_DOUBT,       _ANY_FORM,         _UNKNOWN,       _ANY,           EVER,     Action.END_UNKNOWN),

    Row(Stage.FIRST_PRESSED,  _ANY_FORM,         _OFF,           _ANY,           EVER,     Action.PROVE_FIRST),
    Row(Stage.FIRST_PRESSED,  _ANY_FORM,         _NOT_OFF,       _ANY,           DECIDED,  Action.READ_FIRST),
    Row(Stage.FIRST_PRESSED,  _ANY_FORM,         _ON,            _ANY,           WHOLE,    Action.READ_FIRST,    _CALL),
    Row(Stage.FIRST_PRESSED,  _ANY_FORM,         _ON,            _ANY,           EVER,     Action.END_NOT_BEGUN),
    Row(Stage.FIRST_PRESSED,  _ANY_FORM,         _UNREAD,        _ANY,           EVER,     Action.READ_FIRST),
    Row(Stage.FIRST_PRESSED,  _ANY_FORM,         _UNKNOWN,       _ANY,           AT_LAST,  Action.READ_FIRST,    _CALL),
    Row(Stage.FIRST_PRESSED,  _ANY_FORM,         _UNKNOWN,       _ANY,           EVER,     Action.END_UNKNOWN),

    Row(Stage.FIRST_REFUSED,  _ANY_FORM,         _OFF,           _ANY,           EVER,     Action.PROVE_FIRST),
    Row(Stage.FIRST_REFUSED,  _ANY_FORM,         _UNKNOWN,       _ANY,           EVER,     Action.DOUBT),
    Row(Stage.FIRST_REFUSED,  _ANY_FORM,         _UNREAD,        _ANY,           EVER,     Action.READ_FIRST),
    Row(Stage.FIRST_REFUSED,  _ANY_FORM,         _ON,            _ANY,           BELIEVED, Action.READ_FIRST),
    Row(Stage.FIRST_REFUSED,  _ANY_FORM,         _ON,            _ANY,           EVER,     Action.END_NOT_BEGUN),

    Row(Stage.FIRST_OFF,      _ANY_FORM,         _ANY,           _ON,            EVER,     Action.END_SWUNG),
    Row(Stage.FIRST_OFF,      _ANY_FORM,         _ON,            _ANY,           EVER,     Action.END_UNDONE),
    Row(Stage.FIRST_OFF,      _READY,            _OFF | _UNKNOWN, _OFF,          EVER,     Action.PRESS_SECOND),
    Row(Stage.FIRST_OFF,      _ANY_FORM,         _ANY,           _UNREAD,        EVER,     Action.READ_SECOND),
    Row(Stage.FIRST_OFF,      _ANY_FORM,         _ANY,           _UNKNOWN,       DECIDED,  Action.READ_SECOND),
    Row(Stage.FIRST_OFF,      _ANY_FORM,         _UNREAD,        _OFF,           EVER,     Action.READ_FIRST),
    Row(Stage.FIRST_OFF,      _FRESH,            _ANY,           _OFF,           EVER,     Action.PREPARE_SECOND),
    Row(Stage.FIRST_OFF,      _FAILED,           _ANY,           _OFF,           DECIDED,  Action.PREPARE_SECOND),
    Row(Stage.FIRST_OFF,      _ANY_FORM,         _ANY,           _ANY,           EVER,     Action.GIVE_UP),

    Row(Stage.SECOND_PRESSED, _ANY_FORM,         _ANY,           _ON,            EVER,     Action.END_SWUNG),
    Row(Stage.SECOND_PRESSED, _ANY_FORM,         _ANY,           _ANY,           DECIDED,  Action.READ_SECOND),
    Row(Stage.SECOND_PRESSED, _ANY_FORM,         _ANY,           _ANY,           EVER,     Action.GIVE_UP),

    Row(Stage.GIVEN_UP,       _ANY_FORM,         _ANY,           _ON,            EVER,     Action.END_SWUNG),
    Row(Stage.BACK_IN_DOUBT,  _ANY_FORM,         _ANY,           _ON,            EVER,     Action.YIELD),
    Row(LOST,                 _ANY_FORM,         _ANY,           _UNREAD,        EVER,     Action.READ_SECOND),
    Row(LOST,                 _ANY_FORM,         _ANY,           _UNKNOWN,       AT_LAST,  Action.READ_SECOND,   _CALL),
    Row(LOST,                 _ANY_FORM,         _ON,            _OFF,           EVER,     Action.WATCH),
    Row(LOST,                 _ANY_FORM,         _UNREAD,        _OFF,           EVER,     Action.READ_FIRST),
    Row(LOST,                 _ANY_FORM,         _UNKNOWN,       _OFF,           AT_LAST,  Action.READ_ANEW,     _CALL),
    Row(LOST,                 _READY,            _OFF,           _OFF,           EVER,     Action.PRESS_BACK),
    Row(LOST,                 _FRESH,            _OFF,           _OFF,           EVER,     Action.PREPARE_BACK),
    Row(LOST,                 _FAILED,           _OFF,           _OFF,           AT_LAST,  Action.PREPARE_BACK,  _CALL),
    Row(LOST,                 _SPENT,            _OFF,           _OFF,           AT_LAST,  Action.READ_ANEW,     _CALL),
    Row(LOST,                 _ANY_FORM,         _ANY,           _ANY,           EVER,     Action.END_UNKNOWN),

    Row(Stage.BACK_PRESSED,   _ANY_FORM,         _ANY,           _ON,            EVER,     Action.YIELD),
    Row(Stage.BACK_PRESSED,   _ANY_FORM,         _ANY,           _UNREAD,        EVER,     Action.READ_SECOND),
    Row(Stage.BACK_PRESSED,   _ANY_FORM,         _ON,            _ANY,           EVER,     Action.WATCH),
    Row(Stage.BACK_PRESSED,   _ANY_FORM,         _ANY,           _ANY,           DECIDED,  Action.READ_FIRST),
    Row(Stage.BACK_PRESSED,   _ANY_FORM,         _ANY,           _ANY,           EVER,     Action.DOUBT),

    Row(Stage.FIRST_ON_AGAIN, _ANY_FORM,         _ANY,           _ON,            EVER,     Action.YIELD),
    Row(Stage.FIRST_ON_AGAIN, _FRESH,            _ANY,           _ANY,           EVER,     Action.PREPARE_YIELD),
    Row(Stage.FIRST_ON_AGAIN, _ANY_FORM,         _ANY,           _UNREAD,        EVER,     Action.READ_SECOND),
    Row(Stage.FIRST_ON_AGAIN, _ANY_FORM,         _ANY,           _ANY,           WATCHED,  Action.READ_SECOND),
    Row(Stage.FIRST_ON_AGAIN, _ANY_FORM,         _ANY,           _ANY,           EVER,     Action.END_PUT_BACK),

    Row(Stage.BOTH_ON,        _ANY_FORM,         _OFF,           _ANY,           EVER,     Action.END_SWUNG),
    Row(Stage.BOTH_ON,        _READY,            _ANY,           _ANY,           EVER,     Action.PRESS_YIELD),
    Row(Stage.BOTH_ON,        _ANY_FORM,         _UNREAD,        _ANY,           EVER,     Action.READ_FIRST),
    Row(Stage.BOTH_ON,        _ANY_FORM,         _UNKNOWN,       _ANY,           AT_LAST,  Action.READ_FIRST,    _CALL),
    Row(Stage.BOTH_ON,        _FRESH,            _ON,            _ANY,           EVER,     Action.PREPARE_YIELD),
    Row(Stage.BOTH_ON,        _FAILED,           _ON,            _ANY,           AT_LAST,  Action.PREPARE_YIELD, _CALL),
    Row(Stage.BOTH_ON,        _SPENT,            _ON,            _ANY,           AT_LAST,  Action.READ_FIRST,    _CALL),
    Row(Stage.BOTH_ON,        _ANY_FORM,         _ANY,           _ANY,           EVER,     Action.END_UNKNOWN),

    Row(Stage.YIELD_PRESSED,  _ANY_FORM,         _OFF,           _ANY,           EVER,     Action.END_SWUNG),
    Row(Stage.YIELD_PRESSED,  _ANY_FORM,         _NOT_OFF,       _ANY,           WATCHED,  Action.READ_FIRST),
    Row(Stage.YIELD_PRESSED,  _ANY_FORM,         _NOT_OFF,       _ANY,           EVER,     Action.DOUBT),
)  # fmt: skip
"""Every moment of a swing has a row."""


def transition(state: State, first: Side, second: Side, elapsed: float) -> Decision:
    """Return what is done next.

    Args:
        state: where the swing stands, and how far the form for its next press is.
        first: what was read of the first side.
        second: what was read of the second side.
        elapsed: parts of the deadline since the swing came to where it stands.

    Returns:
        The action of the first row that fits, and whether a person must be called.
    """
    row = next(row for row in TABLE if row.fits(state, first, second, elapsed))
    return Decision(row.action, row.calls)
