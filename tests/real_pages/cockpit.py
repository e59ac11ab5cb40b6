"""Cockpit, which looks after one machine: a menu beside a page in a frame of its own, drawn in the browser by PatternFly."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Generator
from pathlib import Path

from tests.real_pages.product import NotAsKnownError, Product, free_port, from_debian, open_to_all, running

_ACCOUNTS = """
root:x:0:0:root:/root:/bin/bash
dora:x:1001:1001:Dora Quay,,,:/home/dora:/bin/bash
ivo:x:1002:1002:Ivo Pilot,,,:/home/ivo:/bin/sh
marlene:x:1003:1003::/home/marlene:/bin/bash
"""
"""An account without a full name is among them."""
_PASSWORDS = """
root:!:19700:0:99999:7:::
dora:$6$harbour$x:19700:0:99999:7:::
ivo:!$6$harbour$x:19700:0:99999:7:::
marlene:$6$harbour$x:19700:0:90:7::84003:
"""
"""One is locked; one must be renewed every 90 days, and its account ends in the last days of 2199."""
_GROUPS = """
root:x:0:
sudo:x:27:dora
cranes:x:900:dora,ivo
lockkeepers:x:901:marlene
dora:x:1001:
ivo:x:1002:
marlene:x:1003:
tugs:x:1200:
"""
_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKc0rVq0Xk3l5Z6zq3mV0s5u1b8nHcX2W7yQpL4t9D2e dora@quay\n"
_FIRST = 1_767_600_000
"""When the first message of the journal was written: at 8 in the morning of 5 January 2026."""
_BOOT = "5c1b6e0d3a9f4c7e8b2d1a0f9e8d7c6b"
_MACHINE = "0123456789abcdef0123456789abcdef"
_JOURNAL = (
    (6, "systemd", "Started Tide gauge"),
    (3, "tide-gauge", "Sensor 4 does not answer"),
    (4, "lock-gate", "Gate 2 closes slowly"),
    (3, "crane-drive", "Brake of crane 7 is worn"),
    (2, "tide-gauge", "No sensor is left"),
    (5, "sshd", "Accepted publickey for dora"),
)
"""Priority, who wrote it, message; each a minute after the one before."""
_MOUNTED = {
    "passwd": "/etc/passwd",
    "shadow": "/etc/shadow",
    "group": "/etc/group",
    "machine-id": "/etc/machine-id",
    "motd": "/etc/motd",
    "home": "/home",
    "log": "/var/log",
}
"""What of ours is seen by it in the place of the machine's own."""


def install() -> None:
    """Install Debian's packages."""
    from_debian("/usr/lib/cockpit/cockpit-ws", "cockpit-ws", "cockpit-system", "cockpit-bridge")
    from_debian("/lib/systemd/systemd-journal-remote", "systemd-journal-remote")


@contextlib.contextmanager
def started(folder: Path) -> Generator[str]:
    """Run it without systemd, among mounts of its own that give it accounts, groups and a journal of ours."""
    _fill(folder)
    port = free_port()
    mounts = " && ".join(f"mount --bind {folder}/{ours} {theirs}" for ours, theirs in _MOUNTED.items())
    served = f"/usr/lib/cockpit/cockpit-ws --no-tls --address 127.0.0.1 --port {port} --local-session=/usr/bin/cockpit-bridge"
    command = ["/usr/bin/unshare", "--mount", "--uts", "sh", "-c", f"{mounts} && hostname harbour-2 && exec {served}"]
    address = f"http://127.0.0.1:{port}"
    with running(command, folder, address, env={"HOME": f"{folder}/home", "LC_ALL": "C.UTF-8", "TZ": "UTC"}):
        yield address


def _fill(folder: Path) -> None:
    keys = folder / "home" / "dora" / ".ssh" / "authorized_keys"
    keys.parent.mkdir(parents=True)
    keys.write_text(_KEY, encoding="utf-8")
    for name, said in (("passwd", _ACCOUNTS), ("shadow", _PASSWORDS), ("group", _GROUPS)):
        (folder / name).write_text(said.lstrip(), encoding="utf-8")
    (folder / "machine-id").write_text(f"{_MACHINE}\n", encoding="utf-8")
    (folder / "motd").write_text("The north lock is closed on Sundays.\n", encoding="utf-8")
    journal = folder / "log" / "journal" / _MACHINE
    journal.mkdir(parents=True)
    (folder / "log" / "lastlog").touch()
    command = ["/lib/systemd/systemd-journal-remote", "-o", f"{journal}/system.journal", "-"]
    done = subprocess.run(command, input=_exported(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotAsKnownError(f"{command[0]} ended {done.returncode}: {done.stderr.strip()[-600:]}")


def _exported() -> str:
    """The journal in the form in which journals are exported."""
    entries = list[str]()
    for number, (priority, program, message) in enumerate(_JOURNAL):
        fields = {
            "__REALTIME_TIMESTAMP": (_FIRST + 60 * number) * 1_000_000,
            "__MONOTONIC_TIMESTAMP": 60 * number * 1_000_000,
            "_BOOT_ID": _BOOT,
            "_MACHINE_ID": _MACHINE,
            "_HOSTNAME": "harbour-2",
            "_PID": 400 + number,
            "PRIORITY": priority,
            "SYSLOG_IDENTIFIER": program,
            "MESSAGE": message,
        }
        entries.append("".join(f"{name}={value}\n" for name, value in fields.items()))
    return "\n".join([*entries, ""])


PRODUCT = Product("cockpit", install, started, open_to_all)
