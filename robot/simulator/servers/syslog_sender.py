"""Syslog of the simulated appliances: they tell one server on this machine what is done to them.

The form is the vendor's ("Syslog message format"): older generations write `BG:` and send by UDP, newer ones write `BG[98765]:`
and `when`, and send by TCP; what is longer than 1 KB comes in parts. Of the names of events, `login`, `logout`, `backup_created`,
`user_added` and `setting_changed` are the vendor's; those of failover, network and updates are not public, and are made up.
"""

import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress

from robot.simulator.appliances.pair import Pair
from robot.simulator.domain.journal import CHANGES, FETCHES, VIEWS
from robot.simulator.domain.names import Unit

_SEGMENT = 1024
_EVENTS = {
    "sync-now": "failover_sync_started",
    "break-failover-relationships": "failover_relationship_broken",
    "establish-relationship": "failover_relationship_established",
    "exchange-roles": "failover_roles_changed",
    "ip-enable": "network_address_changed",
    "ip-disable": "network_address_changed",
    "install": "software_update_started",
    "add-user": "user_added",
    "reboot": "reboot_started",
}
_PERMISSIONS = 60
"""Fields of a user that was added: enough for two parts."""


class SyslogSender:
    """Sends a message for each line of a pair's journal that tells of a sign-in, a change or a backup."""

    def __init__(self, pair: Pair, port: int) -> None:
        self._pair = pair
        self._port = port
        self._sent = 0

    def send(self, where: str, line: Mapping[str, object]) -> None:
        """Send what a line of the journal tells, if appliances tell that at all; nobody listening is no fault."""
        event = _event(where, line)
        if event is None:
            return
        unit: Unit = "b" if line["unit"] == "b" else "a"
        newer = self._pair.generation(unit, "site") in {"g3", "g4"}
        self._sent += 1
        account = str(line["account"])
        told = {
            "site": self._pair.names.hostname,
            **({"when": f"{self._pair.agenda.utc().timestamp():.0f}"} if newer else {}),
            "who": f"{account.title()}({account}){' using password' if newer else ''}",
            "who_ip": str(line.get("client") or "192.0.2.99"),
            **event,
        }
        tag = f"BG[{1000 + self._sent}]:" if newer else "BG: "
        time = self._pair.agenda.utc().strftime("%b %d %H:%M:%S")
        payload = ";".join(f"{_escaped(name)}={_escaped(value)}" for name, value in told.items())
        pieces = list(_pieces(payload))
        with suppress(OSError):
            for number, piece in enumerate(pieces, 1):
                message = f"<134>{time} {unit} {tag}1427:{number:02}:{len(pieces):02}:{piece}"
                self._deliver(unit, message.encode(), by_tcp=newer)

    def _deliver(self, unit: Unit, message: bytes, *, by_tcp: bool) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM if by_tcp else socket.SOCK_DGRAM) as sending:
            sending.settimeout(0.2)
            sending.bind((self._pair.addresses.of(unit), 0))
            sending.connect(("127.0.0.1", self._port))
            sending.sendall(message + (b"\n" if by_tcp else b""))


def _event(where: str, line: Mapping[str, object]) -> dict[str, str] | None:
    """Return the fields of a line's own, or None if no appliance sends a message for it."""
    if where == VIEWS:
        target = "web/login" if line.get("interface") == "site" else "web/appliance"
        if line["page"] == "Log Out":
            return {"event": "logout", "target": target}
        if line["page"] == "signed in" or (line["page"] == "sign-in attempt" and line.get("outcome") != "accepted"):
            return {"event": "login", "target": target, "status": "success" if line["page"] == "signed in" else "failure"}
        return None
    action = str(line.get("action", ""))
    if where == FETCHES and action == "download-backup":
        return {"event": "backup_created"}
    if where == CHANGES and line.get("status") in {200, 302}:
        event = _EVENTS.get(action.partition(" ")[0], "setting_changed")
        added = {f"new_permissions:{number:02}": "0;1=2" for number in range(_PERMISSIONS)} if event == "user_added" else {}
        return {"event": event, **added}
    return None


def _pieces(payload: str) -> Iterator[str]:
    for begin in range(0, len(payload), _SEGMENT):
        yield payload[begin : begin + _SEGMENT]


def _escaped(text: str) -> str:
    for mark in "\\=;":
        text = text.replace(mark, f"\\{mark}")
    return text
