"""What an appliance must prove to be, so that nothing is pressed on another appliance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from robot.domain.errors import Untrusted
from robot.domain.model import Reading

if TYPE_CHECKING:
    from pages.readings.machine import Basics
    from robot.network import tls
    from robot.network.tls import Endpoint


class Identity(Reading):
    """What tells one appliance from another: serial number, GUID, public key of its certificate; and what else that says."""

    serial: str
    guid: str = ""
    key: str
    certificate: str = ""
    valid_until: str = ""
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, basics: Basics, shown: tls.Certificate, *, browser_key: str) -> Identity:
        """Join what an appliance says of itself with the certificate that it shows.

        Args:
            name: the appliance, as a person says it.
            basics: its Status > Basics.
            shown: the certificate that a plain connection is shown.
            browser_key: the public key that the browser was shown, or "".

        Raises:
            Untrusted: the two keys differ.
        """
        if (browser_key or shown.key) != shown.key:
            raise Untrusted(f"{name} shows one certificate to the browser and another to a plain connection")
        return cls(
            serial=basics.serial, guid=basics.guid, key=shown.key,
            certificate=shown.subject, valid_until=shown.valid_until, names=shown.names,
        )  # fmt: skip

    def require_certificate(self, name: str, shown: tls.Certificate) -> None:
        """See that a certificate holds the public key of the beginning.

        Raises:
            Untrusted: it does not.
        """
        if shown.key != self.key:
            raise Untrusted(
                f"{name}'s certificate has changed since this run began (its public key is {shown.key} now); "
                "have somebody confirm it, then begin a new run"
            )

    def require_key(self, name: str, key: str) -> None:
        """See that the browser was shown the public key of the beginning, where it has been shown one.

        Raises:
            Untrusted: it was shown another.
        """
        if key and key != self.key:
            raise Untrusted(f"{name}'s browser was shown another certificate than at the beginning; nothing is pressed")

    def require_serial(self, name: str, endpoint: Endpoint, serial: str) -> None:
        """See that the serial number is that of the beginning.

        Raises:
            Untrusted: it is another.
        """
        if serial != self.serial:
            raise Untrusted(
                f"the appliance at {endpoint.address} has the serial number {serial}, "
                f"not {self.serial} as {name} had: nothing is pressed"
            )
