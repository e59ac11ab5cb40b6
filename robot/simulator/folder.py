"""The folder that a simulated pair is driven from: its pair file, its credentials, its authority."""

import hashlib
import json
import math
import os
from pathlib import Path

from robot.simulator.appliances.api_accounts import ApiClient
from robot.simulator.appliances.clients import CUSTOMERS, REPRESENTATIVES
from robot.simulator.appliances.pair import Pair
from robot.simulator.domain.names import UNITS

PAIR_FILE, ENV_FILE, CA_FILE, READY_FILE = "pair.toml", ".env", "ca.pem", "ready"


class AlreadyThere(Exception):  # noqa: N818 the house names an error for what happened
    """The folder holds a pair's files already; they are never written over."""


def require_free(folder: Path) -> None:
    """Require that no file of a pair would be overwritten.

    Raises:
        AlreadyThere: and says which file is in the way.
    """
    for name in (PAIR_FILE, ENV_FILE, CA_FILE):
        if (folder / name).exists():
            raise AlreadyThere(f"{folder / name} exists already; give a folder without it.")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / READY_FILE).unlink(missing_ok=True)


def write(folder: Path, pair: Pair, authority: bytes) -> None:
    """Write everything that a person or a test needs to drive the pair."""
    (folder / CA_FILE).write_bytes(authority)
    _write_private(folder / ENV_FILE, _environment(pair))
    (folder / PAIR_FILE).write_text(_pair_file(pair), encoding="utf-8")
    for unit in UNITS:
        # A person brings these on a stick in the manual method (the guide); each fits one appliance only.
        below = folder / "updates" / unit
        below.mkdir(parents=True, exist_ok=True)
        for number, package in enumerate(pair.updates[unit].packages, 1):
            text = f"SIMULATED-UPDATE {pair.appliances[unit].serial} {package.number}\n"
            file = below / f"{number}-{package.number}.{'nss' if package.kind == 'patch' else 'nsu'}"
            file.write_text(text, encoding="utf-8")
            # As sha256sum writes it where the file was downloaded: what must arrive.
            digest = hashlib.sha256(text.encode()).hexdigest()
            file.with_name(f"{file.name}.sha256").write_text(f"{digest}  {file.name}\n", encoding="utf-8")


def of_one(pair_file: Path) -> Path:
    """Write a pair file of A alone beside the other: for the upgrade of a single appliance."""
    whole = pair_file.read_text(encoding="utf-8")
    before, _, rest = whole.partition("[b]\n")
    _, _, after = rest.partition("[backup]")
    update, _, checks = after.partition("[swing]")
    alone = pair_file.with_name("single.toml")
    alone.write_text(f"{before}[backup]{update}[checks]{checks.partition('[checks]')[2]}", encoding="utf-8")
    return alone


def write_ready(folder: Path, pair: Pair, control: str) -> None:
    """Write the file that says that the pair serves, atomically."""
    at = pair.addresses
    ready = {
        "pid": os.getpid(),
        "addresses": {"a": at.a, "b": at.b, "shared": at.shared},
        "port": at.port,
        "control": control,
    }
    beside = folder / f"{READY_FILE}.new"
    beside.write_text(json.dumps(ready) + "\n", encoding="utf-8")
    beside.replace(folder / READY_FILE)


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, from its first byte on."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def _environment(pair: Pair) -> str:
    lines: list[str] = []
    for unit in UNITS:
        login, machine = pair.secrets.login[unit], pair.secrets.appliance[unit]
        prefix = unit.upper()
        lines += [f"{prefix}_LOGIN_USERNAME={login.username}", f"{prefix}_LOGIN_PASSWORD={login.password}"]
        if login.totp:
            lines.append(f"{prefix}_LOGIN_TOTP={login.totp}")
        lines += [
            f"{prefix}_APPLIANCE_USERNAME={machine.username}",
            f"{prefix}_APPLIANCE_PASSWORD={machine.password}",
        ]
    for prefix, client in _api_clients(pair).items():
        lines += [f"{prefix}API_CLIENT_ID={client.client_id}", f"{prefix}API_CLIENT_SECRET={client.client_secret}"]
    return "\n".join([*lines, f"BACKUP_PASSWORD={pair.secrets.backup}"]) + "\n"


def _api_clients(pair: Pair) -> dict[str, ApiClient]:
    """Return the API accounts that the pair file names, by the prefix of their variables."""
    if not pair.knobs.api_account:
        return {}
    of_a, of_b = pair.secrets.api["a"], pair.secrets.api["b"]
    return {"": of_a, "B_": of_b} if pair.knobs.own_accounts else {"": of_a}


def _api_section(pair: Pair) -> str:
    lines = ["[api]"]
    for prefix in _api_clients(pair):
        named = [f'client_id = "{prefix}API_CLIENT_ID"', f'client_secret = "{prefix}API_CLIENT_SECRET"']
        lines += [f"b = {{ {', '.join(named)} }}"] if prefix else named
    return "\n".join([*lines, "", ""]) if pair.knobs.api_account else ""


def _syslog_section(pair: Pair) -> str:
    port = pair.knobs.syslog_port
    return f'[evidence.syslog]\nlisten = "127.0.0.1:{port}"\n\n' if port else ""


def _smoke_section(pair: Pair) -> str:
    """Leave the smoke checks out of a run over an instant pair: they take longer than all the rest of it."""
    return '[smoke]\nskip = "an instant pair"\n\n' if math.isinf(pair.pace.speed) else ""


def _pair_file(pair: Pair) -> str:
    """Return the text of the pair file, by the contract in the design, section 6."""
    names, at = pair.names, pair.addresses
    tls = f'tls = {{ ca_file = "{CA_FILE}", name = {_quoted(names.hostname)} }}'
    skipped = "\n".join(f'{check} = {{ skip = "simulated pair" }}' for check in _CHECKS)
    base = f"target_base = {_quoted(names.target_base)}\n" if pair.knobs.chain > 1 else ""
    units = "\n".join(
        f'[{unit}]\naddress = "{at.of(unit)}"\nport = {at.port}\ncredentials = "{unit.upper()}"\n{tls}\n' for unit in UNITS
    )
    return f"""\
# A simulated pair: written by robot.simulator, and good only while that serves.
[change]
ticket = {_quoted(names.ticket)}
summary = {_quoted(names.summary)}
requested_by = {_quoted(names.requested_by)}

[site]
hostname = {_quoted(names.hostname)}
port = {at.port}
target_version = {_quoted(names.target_version)}
{base}
{units}
[backup]
directory = "backups"
password = "BACKUP_PASSWORD"
include_history = true

[update]
method = "automatic"
installers = "none"
accept_agreement = false

[swing]
method = "shared-ip"
shared_ip = "{at.shared}"

[checks]
{skipped}

[evidence]
ocr = false

{_syslog_section(pair)}{_api_section(pair)}{_smoke_section(pair)}[limits]
{_limits(pair.pace.speed)}
"""


_CHECKS = (
    "tested_elsewhere",
    "notice",
    "snapshots",
    "directory_sign_in",
    "rep_console",
    "customer_client",
    "jump_client",
    "integration_client",
    "session_data",
    "same_key",
)


def _limits(speed: float) -> str:
    """Return limits that suit the speed: several times what things take, and never less than a slow machine needs."""

    def within(seconds: float) -> str:
        return f'"{max(60, math.ceil(0.0 if math.isinf(speed) else 4 * seconds / speed))}s"'

    settle = '"30s"' if speed <= 1 else '"1s"'
    poll = '"0.2s"' if math.isinf(speed) else settle
    return "\n".join(
        [
            f"sync = {within(3600)}",
            'sync_age = "10m"',
            f"install = {within(1350)}",
            'swing = "60s"',
            f"establish = {within(150)}",
            f"poll = {poll}",
            f"settle = {settle}",
            f"sessions = {REPRESENTATIVES + CUSTOMERS}",
            "jump_clients_back = 95",
        ]
    )


def _quoted(text: str) -> str:
    """Quote a TOML basic string: JSON's escapes are a subset of TOML's."""
    return json.dumps(text, ensure_ascii=False)
