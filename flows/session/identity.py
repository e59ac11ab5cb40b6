"""The identity that an appliance must prove, so that nothing is pressed on another appliance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from robot.domain.errors import Refused, Untrusted
from robot.domain.model import Reading

if TYPE_CHECKING:
    from pages.readings.machine import Basics
    from robot.network.certificates import Certificate
    from robot.network.tls import Endpoint

_SIMULATED = "SIM-"
"""What the serial number of a simulated appliance begins with, and that of a real one never."""


class Identity(Reading):
    """What tells one appliance from another.

    Attributes:
        serial: its serial number.
        guid: its GUID, or "".
        key: the public key of its certificate.
        certificate: the certificate's subject.
        valid_until: until when the certificate is valid; ISO 8601.
        names: the names for which the certificate is valid.
    """

    serial: str
    guid: str = ""
    key: str
    certificate: str = ""
    valid_until: str = ""
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, basics: Basics, shown: Certificate, *, browser_key: str) -> Identity:
        """Make the identity from what an appliance says of itself and from the certificate that it shows.

        Args:
            name: the appliance, as a person says it.
            basics: its Status > Basics.
            shown: the certificate that a plain connection is shown.
            browser_key: the public key that the browser was shown, or "".

        Returns:
            The identity.

        Raises:
            Untrusted: the two keys differ.
        """
        if (browser_key or shown.key) != shown.key:
            raise Untrusted(f"{name} shows one certificate to the browser and another to a plain connection")
        return cls(
            serial=basics.serial, guid=basics.guid, key=shown.key,
            certificate=shown.subject, valid_until=shown.valid_until, names=shown.names,
        )  # fmt: skip

    def require_certificate(self, name: str, shown: Certificate) -> None:
        """Check that a certificate has the public key that was read at the beginning.

        Raises:
            Untrusted: it has another.
        """
        if shown.key != self.key:
            raise Untrusted(
                f"{name}'s certificate has changed since this run began (its public key is {shown.key} now); "
                "have somebody confirm it, then begin a new run"
            )

    def require_key(self, name: str, key: str) -> None:
        """Check that the browser was shown the public key that was read at the beginning; "" is not checked.

        Raises:
            Untrusted: it was shown another.
        """
        if key and key != self.key:
            raise Untrusted(f"{name}'s browser was shown another certificate than at the beginning; nothing is pressed")

    def require_serial(self, name: str, endpoint: Endpoint, serial: str) -> None:
        """Check that the serial number is the one that was read at the beginning.

        Raises:
            Untrusted: it is another.
        """
        if serial != self.serial:
            raise Untrusted(
                f"the appliance at {endpoint.address} has the serial number {serial}, "
                f"not {self.serial} as {name} had: nothing is pressed"
            )


def require_simulated(name: str, endpoint: Endpoint, serial: str) -> None:
    """Require that an appliance is a simulated one, by the serial number that it shows.

    Raises:
        Refused: it is not.
    """
    if not serial.startswith(_SIMULATED):
        raise Refused(
            f"{name} at {endpoint.address} has the serial number {serial}, which no simulated appliance has: "
            "a rehearsal presses nothing on it"
        )
