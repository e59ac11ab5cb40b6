"""Management > Failover of one appliance: its role, its peer, its last synchronisation."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from robot.domain.model import Reading


class Role(StrEnum):
    """The role that an appliance shows in the failover relationship."""

    PRIMARY = "primary"
    BACKUP = "backup"
    NONE = "none"
    CONFLICT = "conflict"


class FailoverStatus(Reading):
    """The Failover screen of one appliance.

    Attributes:
        last_sync: when the last synchronisation was completed, in the page's words.
        last_sync_unread: the text in its place that could not be read as a time, or "".
        sync_status: the text beside a label such as "Data Sync Status".
        message: what it says of a failure, as far as one reading can tell; "" where it says nothing.
        alerts: its active failover alerts, in its own words.
        complaints: every line that mentions a failure, in help texts and the history too; a later reading tells which are new.
    """

    role: Role
    peer: str = ""
    last_sync: str = ""
    last_sync_unread: str = ""
    sync_status: str = ""
    syncing: bool = False
    progress: str = ""
    conflict: bool = False
    message: str = ""
    alerts: tuple[str, ...] = ()
    complaints: tuple[str, ...] = ()
    settings: dict[str, str] = Field(default_factory=dict[str, str])
