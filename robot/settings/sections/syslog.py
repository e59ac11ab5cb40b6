"""`[evidence.syslog]`: where the appliances' syslog is listened to, and from where it comes."""

from robot.domain.model import Unit
from robot.settings.sections.section import PairFileSection
from robot.settings.values import Ip, ListeningPlace, host_and_port


class SyslogSettings(PairFileSection):
    """`[evidence.syslog]`: the appliances name this machine as one of their syslog servers.

    Attributes:
        listen: host and port of this machine, UDP and TCP: "192.0.2.10:5514"; each pair has its own.
        a: further IP addresses from which A sends; its own address is known.
        b: those of B.
    """

    listen: ListeningPlace
    a: tuple[Ip, ...] = ()
    b: tuple[Ip, ...] = ()

    @property
    def place(self) -> tuple[str, int]:
        """Host and port."""
        return host_and_port(self.listen)

    def of(self, unit: Unit) -> tuple[str, ...]:
        """Return the further addresses of one appliance."""
        return self.a if unit is Unit.A else self.b
