"""A pair at one moment, area by area: frozen, plain JSON both ways, without secrets, and with people only as numbers.

What could not be seen is never a default: it is `None`, with the reason, and with the moment at which it will be known.
"""

from collections.abc import Iterator
from typing import Any, Generic, Literal, Self, TypeVar

from pydantic import Field, ValidationError, model_validator

from flows.areas import area_values as seen
from robot.domain.errors import UsageError
from robot.domain.model import Reading, Unit

V = TypeVar("V", bound=Reading)
BY_A_PERSON = "when a person looks: the robot reads no page that tells it"
"""When something becomes known that no page tells."""


class Unknown(Reading):
    """What could not be seen.

    Attributes:
        of: which field of the area; "" for the whole area.
        reason: why, in words.
        known: at which moment it will be known, in words.
        not_pressed: whether only a press would have told it, which this observation was not to make.
    """

    of: str = ""
    reason: str
    known: str
    not_pressed: bool = False


class Area(Reading, Generic[V]):
    """One area of a snapshot: what was seen of it, where, and what was not.

    Attributes:
        value: what was seen; `None` if nothing could be.
        unknown: what could not be seen: one entry for each field of the value that is `None`.
        seq: the number of its line in the record; `None` if no record was kept.
        picture: the picture's path in the evidence folder; "" if there is none.
        no_picture: why there is none; "" if there is one.
    """

    value: V | None = None
    unknown: tuple[Unknown, ...] = ()
    seq: int | None = None
    picture: str = ""
    no_picture: str = ""

    @model_validator(mode="after")
    def _nothing_is_unsaid(self) -> Self:
        gaps = {name for name in type(self.value).model_fields if getattr(self.value, name) is None} if self.value else {""}
        if {each.of for each in self.unknown} != gaps:
            raise ValueError(f"it must be told why these are unknown, and of no others: {sorted(gaps)}")
        if bool(self.picture) == bool(self.no_picture):
            raise ValueError("an area has a picture, or the reason why there is none")
        return self


NOT_ASKED = Area[Any](
    unknown=(Unknown(reason="the API was not asked", known="when it is observed with an API account"),),
    no_picture="it is no page",
)
"""What stands for the API in a snapshot that was made without an account."""


class Areas(Reading):
    """Areas with titles."""

    def areas(self) -> Iterator[tuple[str, str, Area[Any]]]:
        """Yield each area in the order in which people read them.

        Yields:
            Its name, its title in words, and the area.
        """
        for name, field in type(self).model_fields.items():
            if isinstance(area := getattr(self, name), Area):
                yield name, field.title or name, area


class ApplianceSnapshot(Areas):
    """One appliance.

    Attributes:
        api: `None` if the pair file gives no API account.
    """

    address: str
    product: Area[seen.Product] = Field(title="Product")
    base: Area[seen.BaseSoftware] = Field(title="Base software")
    identity: Area[seen.MachineNumbers] = Field(title="Identity")
    relationship: Area[seen.Relationship] = Field(title="Relationship")
    synchronisation: Area[seen.LastSynchronisation] = Field(title="Last synchronisation")
    failover_settings: Area[seen.FailoverSettings] = Field(title="Failover settings")
    shared_ip: Area[seen.SharedIp] = Field(title="Shared IP")
    other_addresses: Area[seen.OtherAddresses] = Field(title="Other addresses")
    key: Area[seen.KeyShown] = Field(title="Inter-Appliance key")
    certificate: Area[seen.ShownCertificate] = Field(title="Certificate")
    licences: Area[seen.Licences] = Field(title="Licences")
    maintenance: Area[seen.Maintenance] = Field(title="Maintenance contract")
    signed_in: Area[seen.SignedIn] = Field(title="Signed in")
    holdings: Area[seen.Holdings] = Field(title="What it holds")
    disks: Area[seen.DisksUsed] = Field(title="Disks")
    health: Area[seen.HealthChecks] = Field(title="Health")
    offered: Area[seen.OfferedUpdates] = Field(title="Offered updates")
    installation: Area[seen.InstalledSoftware] = Field(title="Installation")
    automatic_updates: Area[seen.AutomaticUpdates] = Field(title="Automatic updates")
    clock: Area[seen.Clock] = Field(title="Clock")
    tabs: Area[seen.Menus] = Field(title="Menus")
    reach: Area[seen.OpenPort] = Field(title="Reaches the other")
    cluster: Area[seen.Cluster] = Field(title="Cluster")
    health_page: Area[seen.HealthPage] = Field(title="Health page")
    api: Area[seen.ApiAnswers] | None = Field(default=None, title="API")


class SiteSnapshot(Areas):
    """What the two have in common."""

    hostname: str
    keys: Area[seen.Keys] = Field(title="Inter-Appliance keys")
    name: Area[seen.DnsAnswers] = Field(title="Site's name (DNS)")
    portal: Area[seen.PortalAnswer] = Field(title="Public portal")


class PairSnapshot(Reading):
    """A pair at one moment.

    Attributes:
        version: the version of this document's form.
        utc: when it was begun.
        a: appliance A.
        b: appliance B.
        site: what they have in common.
    """

    version: Literal[1] = 1
    utc: str
    a: ApplianceSnapshot
    b: ApplianceSnapshot
    site: SiteSnapshot

    def of(self, unit: Unit) -> ApplianceSnapshot:
        """Return A or B."""
        return self.a if unit is Unit.A else self.b

    def areas(self) -> Iterator[tuple[str, str, str, Area[Any]]]:
        """Yield every area.

        Yields:
            "a", "b" or "site"; the area's name; its title in words; and the area.
        """
        for unit, part in (("a", self.a), ("b", self.b), ("site", self.site)):
            yield from ((unit, *each) for each in part.areas())

    def as_document(self) -> dict[str, Any]:
        """Return the snapshot as plain JSON values.

        Returns:
            An object that `from_document` reads again.
        """
        return self.model_dump(mode="json")

    @classmethod
    def from_document(cls, document: object) -> Self:
        """Make a snapshot again from its document.

        Args:
            document: what `as_document` returned, perhaps after a way through a file.

        Returns:
            The snapshot.

        Raises:
            UsageError: it is no snapshot, or one of another version.
        """
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            fault = error.errors()[0]
            where = ".".join(map(str, fault["loc"])) or "the document"
            raise UsageError(
                f"this is no snapshot of a pair that this version can read: {where}: {fault['msg']}; observe it again"
            ) from None
