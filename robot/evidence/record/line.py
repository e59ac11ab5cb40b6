"""One line of a run's record, typed; the names of its fields and kinds are kept here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from robot.evidence.record.plain_json import object_in, text_in, texts


class Kind(StrEnum):
    """What a line is about. A line of an unknown kind is kept and has no meaning."""

    READING = "reading"
    INTENT = "intent"
    PROVED = "proved"
    ALREADY = "already"
    BY_PERSON = "by_person"
    REFUSED = "refused"
    STALLED = "stalled"
    GATE = "gate"
    NOTE = "note"
    TORN = "torn"
    SEALED = "sealed"


KINDS: Final = frozenset(map(str, Kind))
SETTLED: Final = frozenset({Kind.PROVED, Kind.ALREADY, Kind.BY_PERSON})
"""The kinds that end a change well."""
WITHDRAWN: Final = "withdrawn"
"""The field of a line that proves that a press has begun nothing: it led to a question that was left unanswered."""
TRACE: Final = "trace"
"""The field of a note that says which trace of a press was seen."""
OBSERVATION: Final = "Observation"
"""The heading of the lines that tell of one look over the whole pair, each what one page showed."""
ASKED: Final = "asked"
"""The field of a note that says which question was asked of an answerer, and when: `step`, `check`, `at`."""
ENVELOPE: Final = "envelope"
"""The field of a line that holds the signed statement of the person who answered, as a DSSE envelope."""
MOMENT: Final = "moment"
"""The field of a line with a picture that says when in its step it was taken: "before", "after", "failed"; a picture's name
says that of the first line that names it."""
NO_PICTURE: Final = "no_picture"
"""The field of a line that says why it has no picture."""
STAMPED: Final = "stamped"
"""The field of a note that says which line's digest a time authority has attested, and where its answer is: `event`, `seq`,
`file`."""
TIMED: Final = "site-timestamp"
"""The step of the notes that say which time an authority has attested, or why it has not."""
OF_THE_RECORD: Final = "site-record"
"""The step of lines about the record itself: which process writes it, what was torn, when it was sealed."""
WRITTEN_BY: Final = "written_by"
"""What a line about the record itself holds for each process that has written it: program, machine, user, browser."""
CLOCK: Final = "clock"
"""The field of a line that says how far this machine's clock may be wrong: `offset_ms`, `error_ms`, `source`. Lines of earlier
versions have neither this nor `SOURCE`."""
SOURCE: Final = "source"
"""The field of a line that says who says what stands in it: "page", "person" or "robot"."""
FIELDS: Final[Mapping[str, tuple[type, ...]]] = {
    "seq": (int,),
    "utc": (str,),
    "monotonic": (int, float),
    "unit": (str,),
    "address": (str,),
    "serial": (str,),
    "interface": (str,),
    "screen": (str,),
    "url": (str,),
    "step": (str,),
    "procedure": (list,),
    "kind": (str,),
    "reading": (object,),
    "file": (str,),
    "sha256": (str,),
    "bytes": (int,),
    "previous": (str,),
}
"""The contract's fields of a line, with the types that JSON may give them."""

NAMES: Final = (FIELDS.keys() - {"url", "reading"}) | {"heading", "by", "named", "orphans", ASKED, ENVELOPE, WITHDRAWN}
"""The fields of the robot's own names, by which a run goes on. Pages write into the others: what stands there is free text."""


@dataclass(frozen=True)
class Line:
    """One line of the record.

    Attributes:
        raw: its bytes as they stand on disk, without the LF.
        fields: its fields by name, also those for which there is no property.
    """

    raw: bytes
    fields: Mapping[str, Any]

    def string(self, name: str) -> str:
        """Return a field's text; "" if it is absent, null or no text."""
        return text_in(self.fields, name)

    def number(self, name: str) -> int:
        """Return a field's whole number; 0 if it is absent, null or no whole number."""
        value = self.fields.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else 0

    @property
    def seq(self) -> int:
        """The line's place in the record, from 1."""
        return self.number("seq")

    @property
    def utc(self) -> str:
        """The time of day at which it was written, `2026-12-01T22:00:00.000Z`."""
        return self.string("utc")

    @property
    def at(self) -> datetime:
        """`utc` as a moment.

        Raises:
            ValueError: it is no moment.
        """
        return datetime.fromisoformat(self.utc)

    @property
    def monotonic_s(self) -> float:
        """Seconds by the steady clock of the process that wrote the line."""
        value = self.fields.get("monotonic")
        return float(value) if isinstance(value, int | float) else 0.0

    @cached_property  # asked of every line again and again, as the next two are
    def kind(self) -> str:
        """One of `KINDS`, or a word that this version does not know."""
        return self.string("kind")

    @cached_property
    def step(self) -> str:
        """The step's stable name (`b-sync-now`); empty for a line that belongs to no step."""
        return self.string("step")

    @cached_property
    def unit(self) -> str:
        """`a`, `b`, `site`, or empty."""
        return self.string("unit")

    @property
    def address(self) -> str:
        """The appliance's address, or empty."""
        return self.string("address")

    @property
    def serial(self) -> str:
        """The appliance's serial number, or empty."""
        return self.string("serial")

    @property
    def interface(self) -> str:
        """`login`, `appliance`, or empty."""
        return self.string("interface")

    @property
    def screen(self) -> str:
        """The screen's breadcrumb, or empty."""
        return self.string("screen")

    @property
    def title(self) -> str:
        """The step in words, or empty."""
        return self.string("title")

    @property
    def heading(self) -> str:
        """The procedure's heading under which the step stands, or empty."""
        return self.string("heading")

    @property
    def text(self) -> str:
        """What the line says in a sentence, or empty."""
        return self.string("text")

    @property
    def by(self) -> str:
        """The person who answered or did it, or empty."""
        return self.string("by")

    @property
    def file(self) -> str:
        """The picture's path within the run folder, or empty."""
        return self.string("file")

    @property
    def moment(self) -> str:
        """When in its step the picture was taken: "before", "after", "failed" or another word; "" without a picture.

        Earlier versions told it by the end of the picture's name alone.
        """
        named = self.file.rpartition(".")[0].rpartition("-")[2] if self.file.startswith("shots/") else ""
        return self.string(MOMENT) or named

    @property
    def sha256(self) -> str:
        """The digest of that file, or of what was cut off; or empty."""
        return self.string("sha256")

    @property
    def procedure(self) -> tuple[str, ...]:
        """The procedure IDs that the line fulfils.

        Returns:
            IDs such as "BS5"; empty if there are none.
        """
        return texts(self.fields.get("procedure"))

    @property
    def named(self) -> tuple[str, ...]:
        """The people whom the line names.

        Returns:
            Their names; empty if there are none.
        """
        return texts(self.fields.get("named"))

    @property
    def orphans(self) -> tuple[str, ...]:
        """The pictures that a crash left without a line of their own.

        Returns:
            Their paths within the run folder; empty if there are none.
        """
        return texts(self.fields.get("orphans"))

    @property
    def reading(self) -> Any:
        """The reading as plain JSON, or None."""
        return self.fields.get("reading")

    @property
    def values(self) -> Mapping[str, Any]:
        """The values of the reading by name; empty if it is no object."""
        return object_in(self.fields, "reading")

    @property
    def control(self) -> Mapping[str, Any]:
        """The control about to be pressed: `label`, and `x`, `y`, `width`, `height` on the picture, in pixels; may be empty."""
        return object_in(self.fields, "control")

    def redacted(self, rule: int) -> int:
        """Return how many places of its picture are covered for a rule of redaction, by the rule's number."""
        places = object_in(self.fields, "redacted").get(str(rule))
        return places if isinstance(places, int) else 0

    @property
    def drift(self) -> Mapping[str, Any]:
        """How a page differed from what is known of it, as `Drift.plain()` gives it; empty if it did not."""
        return object_in(self.fields, "drift")

    @property
    def withdrawn(self) -> str:
        """Why the press before this line has begun nothing; empty if nothing proves that."""
        return self.string(WITHDRAWN)

    @property
    def trace(self) -> str:
        """The trace of a press that was seen, or empty."""
        return self.string(TRACE)

    @property
    def is_press(self) -> bool:
        """Whether the line announces a press that alters an appliance."""
        return self.kind == Kind.INTENT

    @property
    def is_settled(self) -> bool:
        """Whether the line ends a change well: proved, in place already, or done by a person."""
        return self.kind in SETTLED
