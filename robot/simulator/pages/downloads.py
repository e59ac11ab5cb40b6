"""Files that an appliance hands out: of the right kind and size, and honest about what they are."""

import random
from datetime import datetime

from starlette.responses import Response

BACKUP_SIZE = 300_000
MSI_SIZE = 120_000
CLIENT_SIZE = 80_000
_MSI_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")  # an OLE compound file, as every .msi is


def site_backup(serial: str, version: str, moment: datetime) -> Response:
    """An ``.nsb`` file: noise behind one line. Its real format is not documented (ui.md 3.3)."""
    line = f"SIMULATED BACKUP {serial} {version}\n".encode()
    noise = random.Random(serial).randbytes(BACKUP_SIZE - len(line))  # noqa: S311 noise, not a secret
    return _attached(line + noise, f"bomgar-{moment:%Y-%m-%d}.nsb", "application/octet-stream")


def short_backup() -> Response:
    """What an appliance gives that could not make one: a name, and next to nothing in it."""
    return _attached(b"SIMULATED BACKUP\n", "bomgar-backup.nsb", "application/octet-stream")


def half_a_backup(serial: str) -> Response:
    """One that breaks off: less comes than its length promises."""
    half = _attached(random.Random(serial).randbytes(BACKUP_SIZE // 2), "bomgar-backup.nsb", "application/octet-stream")  # noqa: S311
    half.headers["Content-Length"] = str(BACKUP_SIZE)
    return half


def vault_key(serial: str) -> Response:
    """The Vault encryption key, on its own (ui.md 3.3); its real form is not documented."""
    return _attached(f"SIMULATED VAULT KEY {serial}\n".encode(), "vault-encryption-key.nsb", "application/octet-stream")


def console_installer(version: str) -> Response:
    """An installer of the representative console of one version."""
    content = _MSI_MAGIC + f"SIMULATED CONSOLE {version}\n".encode()
    return _attached(content.ljust(MSI_SIZE, b"\0"), f"bomgar-rep-console-{version}.msi", "application/x-msi")


def customer_client() -> Response:
    """What a customer downloads and runs to begin a session."""
    content = b"MZ SIMULATED CUSTOMER CLIENT\n".ljust(CLIENT_SIZE, b"\0")
    return _attached(content, "bomgar-scc.exe", "application/octet-stream")


def _attached(content: bytes, name: str, kind: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
