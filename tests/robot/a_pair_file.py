"""A pair file as small as it may be, and the environment with its credentials."""

from pathlib import Path

PAIR = """\
[change]
ticket = "CHG0031337"

[site]
hostname = "support.example.com"
target_version = "15.1.3"

[a]
address = "192.0.2.12"
credentials = "A"

[b]
address = "192.0.2.13"
credentials = "B"

[backup]
directory = "backups"

[swing]
method = "shared-ip"
shared_ip = "192.0.2.20"
"""
ENVIRONMENT = {
    f"{unit}_{interface}_{kind}": f"{unit}-{interface}-{kind}".lower().replace("password", "pa55word")
    for unit in "AB"
    for interface in ("LOGIN", "APPLIANCE")
    for kind in ("USERNAME", "PASSWORD")
}


def write_env(folder: Path, text: str | None = None) -> Path:
    """Write a `.env` as it must be: readable by its owner only; without a text, with every credential."""
    path = folder / ".env"
    path.touch(mode=0o600)
    lines = (f"{name}={value}\n" for name, value in ENVIRONMENT.items())
    path.write_text("".join(lines) if text is None else text, encoding="utf-8")
    return path
