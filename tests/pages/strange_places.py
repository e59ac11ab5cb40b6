"""Where the product's pages stand, and the help beside them: it speaks of all that a page could say, and says none of it."""

from collections.abc import Sequence
from dataclasses import dataclass

_LOGIN = ("Status", "My Account", "Configuration", "Users & Security", "Reports", "Management")
_LOGIN_OF_A_BACKUP = ("Status", "Management")
_APPLIANCE = ("Status", "Users", "Networking", "Storage", "Security", "Updates", "Support")
_MANAGEMENT = (
    "Software", "Security", "Site Configuration", "Email Configuration", "Cluster", "Failover", "API Configuration", "Support",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A page's place in the menu of its interface and among the screens of one of the menu's areas."""

    menu: Sequence[str]
    screens: Sequence[str]
    area: str
    screen: str
    help_text: str


_STATUS_HELP = (
    "From this page you can view the software version and restart the Bomgar software. "
    "Licenses are consumed by logged in representatives. If the site status is not Running, contact support."
)
STATUS = Place(_LOGIN, ("Information", "Users", "What's New"), "Status", "Information", _STATUS_HELP)
STATUS_OF_REPRESENTATIVES = Place(_LOGIN, ("Information", "Representatives", "What's New"), "Status", "Information", _STATUS_HELP)
SOFTWARE = Place(
    _LOGIN, _MANAGEMENT, "Management", "Software",
    "You can restore a backup here. Logged session reporting data may be large.",
)  # fmt: skip
SECURITY = Place(
    _LOGIN, _MANAGEMENT, "Management", "Security",
    "The pre-shared key must match on both appliances.",
)  # fmt: skip
_FAILOVER_HELP = (
    "Sync Now forces a data sync with the primary. Break Failover Relationships removes this relationship. "
    "When data sync is in progress, other operations are unavailable. You can close the page without stopping the data sync. "
    "If this is the backup site instance, enable backup operations. The primary site instance serves requests. "
    "While synchronization is running, please wait."
)
FAILOVER = Place(_LOGIN, _MANAGEMENT, "Management", "Failover", _FAILOVER_HELP)
FAILOVER_OF_A_BACKUP = Place(_LOGIN_OF_A_BACKUP, _MANAGEMENT, "Management", "Failover", _FAILOVER_HELP)
FAILOVER_OF_NOBODY = Place(
    _LOGIN, _MANAGEMENT, "Management", "Failover",
    f"To establish a relationship the Inter-appliance Communication Pre-shared Key must match. {_FAILOVER_HELP}",
)  # fmt: skip
BASICS = Place(
    _APPLIANCE, ("Basics", "Health"), "Status", "Basics",
    "View appliance details such as the serial number and the base software version. If you experience any issues during "
    "the Base update, do not restart the appliance. You may reboot the appliance with Reboot This Appliance.",
)  # fmt: skip
IP_CONFIGURATION = Place(
    _APPLIANCE, ("IP Configuration", "Static Routes", "SNMP"), "Networking", "IP Configuration",
    "Click on an IP address to edit it. The unique IP of each appliance should remain enabled at all times. "
    "Use Add New IP to add a shared IP. Uncheck Enabled to disable an address.",
)  # fmt: skip
UPDATES = Place(
    _APPLIANCE, (), "Updates", "Updates",
    "If a software upgrade is available, it will appear under Available Updates. Some packages may be grayed out and require "
    "another package to be installed first. Select Install This Update on the available package to enable the dependent one. "
    "Once an update has been downloaded, it will no longer appear in your list of available updates. Should you need to "
    "re-download, contact support. Before Base 3.3.2 the Appliance Download Key must be obtained from support. "
    "Automatic updates do not apply to a failover configuration or an ATLAS deployment.",
)  # fmt: skip
