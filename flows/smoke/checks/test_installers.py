"""Whether the console that the appliance hands out is of the expected build, by what its files say of themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.session import readings
from flows.smoke.installer_file import read_installer
from pages.engine.text.wording import ignorecase
from pages.login.my_account import MyAccountScreen
from robot.domain.errors import WrongScreen

if TYPE_CHECKING:
    from pathlib import Path

    from flows.smoke.fixtures.evidence import CheckEvidence
    from flows.smoke.fixtures.expected import ExpectedSoftware
    from flows.smoke.fixtures.unit import SmokeUnit


def test_console(unit: SmokeUnit, expected: ExpectedSoftware, evidence: CheckEvidence, tmp_path: Path) -> None:
    """The console installers carry the expected build."""
    unit.site_status()
    files = _from_my_account(unit, tmp_path)
    if files is None:
        pytest.skip(f"{unit.name} shows no page My Account, as a backup never does: no console can be had")
    assert files, "My Account hands out no console: its download gave no file"
    told: dict[str, str] = {}
    unread: list[str] = []
    for name, path in files:
        installer = read_installer(path)
        told[name] = f"{installer.product_version or 'no version'}, {path.stat().st_size} bytes"
        evidence.tell(**told)
        assert installer.whole is not False, f"the console installer {name} is not whole: {installer.why}"
        assert installer.kind != "other", (
            f"the console installer {name} is none: {installer.why or 'it is no MSI, program or image'}"
        )
        if not installer.product_version:
            unread.append(f"{name}: {installer.why}")
            continue
        assert expected.is_met_by(installer.product_version), (
            f"the console installer {name} carries {installer.product_version}, expected {expected.version}"
        )
    if unread:
        pytest.skip(f"the version of a console installer cannot be read: {'; '.join(unread)}")


def _from_my_account(unit: SmokeUnit, folder: Path) -> list[tuple[str, Path]] | None:
    """Fetch the console of the release that runs; `None` if the appliance does not show that page."""
    entries = readings.tabs(unit.appliance).entries
    if not any(ignorecase(r"^My Account$|Downloads?$").search(entry) for entry in entries):
        return None
    try:
        return unit.appliance.read(MyAccountScreen, lambda screen: screen.fetch_console(folder))
    except WrongScreen:
        return None
