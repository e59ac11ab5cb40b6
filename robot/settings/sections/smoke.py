"""`[smoke]`: what the smoke verification is told of this site: the words of its portal, and how long it may take."""

from typing import Self

from pydantic import model_validator

from robot.domain.model import Unit
from robot.settings.sections.section import PairFileSection
from robot.settings.values import Duration, OneLine


class SmokeSerials(PairFileSection):
    """`serials`: the serial number or the GUID that each appliance must show."""

    a: OneLine | None = None
    b: OneLine | None = None


class SessionRequest(PairFileSection):
    """`request`: how a session is requested on the portal. It reaches representatives: without this none is requested.

    Attributes:
        press: the words on the control that requests it.
        field: the words beside the field that is filled first; `None` if none is.
        fill: what is filled in there: a session key, a name.
        download: the words on what gives the customer client, if the request leads to a page.
    """

    press: OneLine
    field: OneLine | None = None
    fill: OneLine | None = None
    download: OneLine | None = None

    @model_validator(mode="after")
    def _field_is_filled(self) -> Self:
        if (self.field is None) != (self.fill is None):
            raise ValueError("has only one of field and fill; give both, or none")
        return self


class Smoke(PairFileSection):
    """`[smoke]`: customised portals, and limits.

    Attributes:
        interval: how often it is repeated between the two windows, in seconds.
        limit: how long the whole may take, in seconds.
        slowest_page: how long a page may take, in seconds.
        ways: words on the controls by which a session is begun on the portal; without any, the kind of a control decides.
        words: what the portal must say besides.
        harmless: words of failure that stand on a page of this site all the time, and mean nothing.
        serials: who must answer.
        request: how a session is requested; `None`: it is not.
        skip: why a run leaves the checks out; `None`: it makes them. The command `smoke` makes them in any case.
    """

    interval: Duration = 4 * 3600.0
    limit: Duration = 300.0
    slowest_page: Duration = 5.0
    ways: tuple[OneLine, ...] = ()
    words: tuple[OneLine, ...] = ()
    harmless: tuple[OneLine, ...] = ()
    serials: SmokeSerials = SmokeSerials()
    request: SessionRequest | None = None
    skip: OneLine | None = None

    def serial(self, unit: Unit) -> str:
        """Return the serial number or GUID that an appliance must show; "" if the pair file does not tell."""
        return (self.serials.a if unit is Unit.A else self.serials.b) or ""
