"""What Chromium and Playwright report, in words for a person: why it did not start, and why it does not trust an appliance."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from robot.domain.errors import Refused
from robot.network.commands import run_command

if TYPE_CHECKING:
    from pathlib import Path

_WITHIN_S = 10.0
_ANOTHER = "install another version, or name another Chromium in CHROMIUM_PATH"
_LIBRARY = re.compile(r"error while loading shared libraries: ([^:\s]+)")
_SAID = re.compile(r"^\[pid=\d+\]\[err\] (.*\S)", re.MULTILINE)
_EXIT = re.compile(r"<process did exit: exitCode=(\w+), signal=(\w+)>")
_ISSUE_ANEW = "have a new one issued and installed on the appliance"
_DISTRUST = {
    "ERR_CERT_COMMON_NAME_INVALID": (
        "it does not have this name among its names (subjectAltName; a CN does not count); set tls.name to a name that it has, "
        "or have a new one issued for this one"
    ),
    "ERR_CERT_DATE_INVALID": f"it has expired, or is not valid yet; {_ISSUE_ANEW}, or set this machine's clock right",
    "ERR_CERT_AUTHORITY_INVALID": (
        "Chromium does not know who issued it; name in tls.ca_file a file with that CA, and with every CA between that the "
        "appliance does not send"
    ),
    "ERR_SSL_KEY_USAGE_INCOMPATIBLE": (
        "it does not allow digital signatures (its key usage lacks digitalSignature), which Chromium refuses whatever is "
        f"trusted; {_ISSUE_ANEW}, with digitalSignature"
    ),
    "ERR_CERT_REVOKED": f"it is revoked; {_ISSUE_ANEW}",
    "ERR_CERT_WEAK_SIGNATURE_ALGORITHM": f"it is signed by a weak algorithm (such as SHA-1); {_ISSUE_ANEW}",
    "ERR_CERT_WEAK_KEY": f"its key is too short; {_ISSUE_ANEW}",
    "ERR_CERT_INVALID": f"it is malformed, or of a kind that no server may have; {_ISSUE_ANEW}",
}


def why_not_started(path: Path, report: str, *, within_s: float) -> str:
    """Say why Chromium did not start, and what to do.

    Args:
        path: the program.
        report: the message of Playwright's error, with the browser's own log.
        within_s: how many seconds it was given.

    Returns:
        One sentence.
    """
    if library := _LIBRARY.search(report):
        return (
            f"Chromium at {path} does not start, since the shared library {library[1]} is missing: "
            "`failover-robot browser install` gets Chromium with all that it needs; or name another Chromium in CHROMIUM_PATH"
        )
    named = f"{_version(path) or 'Chromium'} at {path}"
    if re.search(r"Timeout \d+ms exceeded", report):
        return f"{named} did not start within {within_s:.0f} s: if this machine is not overloaded, {_ANOTHER}"
    said = _SAID.findall(report)
    if end := _EXIT.search(report):
        how = f"ended with exit code {end[1]}" if end[2] == "null" else f"was ended by {end[2]}"
        return f"{named} {how} when it was started{f' ({said[-1][:200]})' if said else ''}: {_ANOTHER}"
    return f"{named} does not start ({report.splitlines()[0].removeprefix('BrowserType.launch: ')[:200]}): {_ANOTHER}"


def why_distrusted(report: str) -> str:
    """Say why Chromium refuses a server's certificate or its TLS, and what to do; "" if the report tells of something else."""
    if not (code := re.search(r"net::(ERR_(?:CERT|SSL|TLS|BAD_SSL)_\w+)", report)):
        return ""
    if code[1] == "ERR_SSL_PROTOCOL_ERROR":
        return ""  # what broke off the handshake may be gone in a moment
    if reason := _DISTRUST.get(code[1]):
        return f"Chromium does not accept the certificate ({code[1]}): {reason}"
    return f"Chromium does not accept the certificate or the TLS that is spoken ({code[1]}): have the appliance's TLS set right"


def _version(path: Path) -> str:
    """Return what the program itself says of its version; "" if it does not."""
    try:
        done = run_command([str(path.absolute()), "--version"], folder=path.absolute().parent, deadline=_WITHIN_S, places={})
    except Refused:
        return ""
    return "" if done.exit else done.last_line
