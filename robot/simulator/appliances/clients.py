"""Representatives, customers and Jump Clients: they follow whoever serves the site, with a delay.

After the shared address moves they drop from one appliance and appear on the other some seconds later; an install cuts
them off at once (the guide: "All logged in representatives and active sessions will be terminated").
"""

from collections.abc import Callable, Mapping

from robot.simulator.appliances.appliance import Appliance, Connected
from robot.simulator.domain.clock import Agenda, Entry, Pace, Span
from robot.simulator.domain.names import Unit
from robot.simulator.faults.knobs import Knobs

REPRESENTATIVES = 7
CUSTOMERS = 4
JUMP_CLIENTS = 120


class Clients:
    """Who is connected where."""

    def __init__(
        self,
        appliances: Mapping[Unit, Appliance],
        apart: Callable[[], bool],
        agenda: Agenda,
        pace: Pace,
        knobs: Knobs,
    ) -> None:
        self._appliances = appliances
        self._apart = apart
        self._agenda = agenda
        self._pace = pace
        self._knobs = knobs
        self._home: Unit | None = None
        self._move: Entry | None = None
        self._moved = False

    def begin_on(self, unit: Unit | None) -> None:
        """Be connected there already."""
        self._home = unit
        if unit is not None:
            self._appliances[unit].connected = Connected(REPRESENTATIVES, CUSTOMERS, JUMP_CLIENTS)

    def follow(self, serving: Unit | None) -> None:
        """Go to whoever accepts connections on the shared address now."""
        for appliance in self._appliances.values():
            if not appliance.site_running:
                self._drop(appliance)
        target = serving if serving is not None and self._appliances[serving].site_running else None
        if target != self._home:
            self._home = target
            if self._move is not None:
                self._move.cancel()
            self._move = self._agenda.after(self._pace.of(Span.CLIENTS_MOVE), self._arrive)

    def _arrive(self) -> None:
        for unit, appliance in self._appliances.items():
            if unit != self._home:
                self._drop(appliance)
                continue
            back = JUMP_CLIENTS * self._knobs.jump_clients_back // 100
            appliance.connected = Connected(REPRESENTATIVES, CUSTOMERS, back)

    def _drop(self, appliance: Appliance) -> None:
        """Cut everybody off; their running sessions end there and are kept there."""
        ended = appliance.connected.customers
        appliance.connected = Connected()
        appliance.data.sessions += ended
        if self._apart():
            appliance.data.sessions_while_apart += ended
