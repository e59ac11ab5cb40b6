"""CUPS, a print server: old pages of tables and rows of buttons, drawn by a program in C."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Generator
from pathlib import Path

from tests.real_pages.product import Product, free_port, from_debian, open_to_all, running

_PRINTERS = (
    ("front-desk", "Front desk, ground floor", "Reception"),
    ("accounts-laser", "Accounts laser", "Room 214"),
    ("warehouse-labels", "Label printer", "Warehouse, gate 3"),
    ("old-plotter", "Plotter, retired", "Basement"),
)
"""Queue, description, location."""
_FILES = """
User lp
Group lp
SystemGroup root
FileDevice Yes
ServerRoot {folder}/etc
StateDir {folder}/state
CacheDir {folder}/cache
RequestRoot {folder}/spool
TempDir {folder}/spool/tmp
AccessLog {folder}/access_log
ErrorLog {folder}/error_log
PageLog {folder}/page_log
ServerCertificate {folder}/etc/ssl
"""
_CONFIGURATION = """
Listen 127.0.0.1:{port}
Browsing No
WebInterface Yes
DefaultAuthType None
DefaultEncryption Never
MaxLogSize 0
PreserveJobHistory Yes
<Location />
  Order allow,deny
  Allow localhost
</Location>
<Location /admin>
  Order allow,deny
  Allow localhost
</Location>
<Policy default>
  JobPrivateAccess all
  JobPrivateValues none
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""


def install() -> None:
    """Install Debian's packages."""
    from_debian("/usr/sbin/cupsd", "cups", "cups-client")


@contextlib.contextmanager
def started(folder: Path) -> Generator[str]:
    """Run a print server of our own, with four queues, one of them stopped, one that refuses jobs, and a few jobs."""
    port = free_port()
    for each in ("etc/ssl", "etc/ppd", "state/certs", "cache", "spool/tmp"):
        (folder / each).mkdir(parents=True)
    for each in (folder, *folder.rglob("*")):
        each.chmod(0o777)
    (folder / "etc" / "cups-files.conf").write_text(_FILES.format(folder=folder), encoding="utf-8")
    (folder / "etc" / "cupsd.conf").write_text(_CONFIGURATION.format(port=port), encoding="utf-8")
    command = ["/usr/sbin/cupsd", "-f", "-c", f"{folder}/etc/cupsd.conf", "-s", f"{folder}/etc/cups-files.conf"]
    address = f"http://127.0.0.1:{port}"
    with running(command, folder, address):
        _fill(f"127.0.0.1:{port}", folder)
        yield address


def _fill(server: str, folder: Path) -> None:
    def say(*command: str) -> None:
        """Have one of the server's own commands do its work."""
        subprocess.run(
            [command[0], "-h", server, *command[1:]], check=True, capture_output=True, env={**os.environ, "CUPS_SERVER": server}
        )

    for name, description, location in _PRINTERS:
        say("lpadmin", "-p", name, "-D", description, "-L", location, "-v", "file:///dev/null", "-m", "raw", "-E")
    say("lpadmin", "-p", "accounts-laser", "-c", "office")
    say("lpadmin", "-p", "front-desk", "-o", "printer-is-shared=false")
    say("lpadmin", "-d", "front-desk")
    say("cupsdisable", "-r", "Ribbon is worn", "warehouse-labels")
    say("cupsreject", "-r", "Out of service", "old-plotter")
    letter = folder / "letter.txt"
    letter.write_text("A letter.\n", encoding="utf-8")
    for title in ("Pallet 17", "Pallet 18", "Pallet 19"):
        say("lp", "-U", "dora", "-d", "warehouse-labels", "-t", title, str(letter))
    say("lp", "-i", "warehouse-labels-2", "-H", "hold")


PRODUCT = Product("cups", install, started, open_to_all)
