"""Files that can be downloaded from an appliance: of the right kind and size, and marked as simulated."""

import random
import uuid
from datetime import datetime

from starlette.responses import HTMLResponse, Response

from robot.simulator.domain.names import build_of, parts
from robot.simulator.faults.knobs import Spoiling
from robot.simulator.files.windows_installer import windows_installer
from robot.simulator.files.windows_program import windows_program

BACKUP_SIZE = 300_000
MSI_SIZE = 100_000
CLIENT_SIZE = 80_000


def site_backup(serial: str, version: str, moment: datetime) -> Response:
    """Make an ``.nsb`` file: noise behind one line. Its real format is not documented (ui.md 3.3)."""
    line = f"SIMULATED BACKUP {serial} {version}\n".encode()
    noise = random.Random(serial).randbytes(BACKUP_SIZE - len(line))  # noqa: S311 noise, not a secret
    return _attached(line + noise, f"bomgar-{moment:%Y-%m-%d}.nsb", "application/octet-stream")


def short_backup() -> Response:
    """Make the file of an appliance that could not make a backup: a name, and next to nothing in it."""
    return _attached(b"SIMULATED BACKUP\n", "bomgar-backup.nsb", "application/octet-stream")


def half_a_backup(serial: str) -> Response:
    """Make a backup that breaks off: shorter than its announced length."""
    half = _attached(random.Random(serial).randbytes(BACKUP_SIZE // 2), "bomgar-backup.nsb", "application/octet-stream")  # noqa: S311
    half.headers["Content-Length"] = str(BACKUP_SIZE)
    return half


def vault_key(serial: str) -> Response:
    """Make the Vault encryption key, on its own (ui.md 3.3); its real form is not documented."""
    return _attached(f"SIMULATED VAULT KEY {serial}\n".encode(), "vault-encryption-key.nsb", "application/octet-stream")


def console_installer(version: str, spoiling: Spoiling = "") -> Response:
    """Make an installer of the representative console.

    Args:
        version: of the product to which it belongs.
        spoiling: what is wrong with it.

    Returns:
        The answer that hands it out.
    """
    told = _before(version) if spoiling == "old build" else version
    maker = _maker(told)
    content = windows_installer(
        {
            "ProductName": f"{maker} Representative Console",
            "ProductVersion": told,
            "Manufacturer": maker,
            "ProductCode": _code(f"product {told}"),
            "UpgradeCode": _code("upgrade"),
            "ProductLanguage": "1033",
        },
        _noise(told, MSI_SIZE),
    )
    return _spoiled(_attached(content, f"bomgar-rep-console-{version}.msi", "application/x-msi"), spoiling)


def customer_client(version: str, key: str, spoiling: Spoiling = "") -> Response:
    """Make the client that a customer downloads and runs to begin a session.

    Args:
        version: of the product to which it belongs.
        key: of the session; a part of the file's name.
        spoiling: what is wrong with it.

    Returns:
        The answer that hands it out.
    """
    told = _before(version) if spoiling == "old build" else version
    maker = _maker(told)
    numbers = ((*parts(told), 0, 0)[:3], build_of(told))
    texts = {
        "CompanyName": maker,
        "FileDescription": "Support Customer Client",
        "FileVersion": ".".join(map(str, (*numbers[0], numbers[1]))),
        "ProductName": f"{maker} Support Customer Client",
        "ProductVersion": told,
    }
    content = windows_program((*numbers[0], numbers[1]), texts, _noise(told, CLIENT_SIZE))
    return _spoiled(_attached(content, f"bomgar-scc-{key[:8]}.exe", "application/octet-stream"), spoiling)


def _maker(version: str) -> str:
    return "BeyondTrust" if parts(version) >= (19,) else "Bomgar"


def _before(version: str) -> str:
    """Return the version of an older build."""
    major, *rest = parts(version)
    return ".".join(map(str, (major - 1, *rest)))


def _code(text: str) -> str:
    return f"{{{uuid.uuid5(uuid.NAMESPACE_DNS, text)}}}".upper()


def _noise(seed: str, size: int) -> bytes:
    return random.Random(seed).randbytes(size)  # noqa: S311 noise, not a secret


def _spoiled(whole: Response, spoiling: Spoiling) -> Response:
    """Return what goes out instead of a file."""
    content, length = bytes(whole.body), len(whole.body)
    if spoiling == "missing":
        return HTMLResponse("<h1>404 Not Found</h1>", 404)
    if spoiling == "page":
        return HTMLResponse("<!DOCTYPE html><html><head><title>Session expired</title></head><body><h1>Log in</h1></body></html>")
    if spoiling in {"", "old build"}:
        return whole
    changed = {"empty": b"", "garbled": content[: length // 3] + bytes(length - length // 3)}.get(
        spoiling, content[: length // 2]
    )
    answer = Response(changed, headers={"Content-Disposition": whole.headers["Content-Disposition"]}, media_type=whole.media_type)
    answer.headers["Content-Length"] = str(length if spoiling == "breaks off" else len(changed))
    return answer


def _attached(content: bytes, name: str, kind: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
