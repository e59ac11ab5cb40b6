"""What the appliance tells of itself, once somebody has signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pages.readings.release import Release
from robot.domain.versions import build_in

if TYPE_CHECKING:
    from flows.smoke.fixtures.evidence import CheckEvidence
    from flows.smoke.fixtures.expected import ExpectedSoftware
    from flows.smoke.fixtures.unit import SmokeUnit


def test_appliance_sign_in(unit: SmokeUnit, evidence: CheckEvidence) -> None:
    """/appliance accepts the account."""
    unit.enter("appliance")
    unit.basics()
    evidence.picture("appliance")


def test_identity(unit: SmokeUnit, expected: ExpectedSoftware, evidence: CheckEvidence) -> None:
    """The appliance that answers is the one that is meant."""
    basics = unit.basics()
    unit.appliance.prove_identity()
    evidence.tell(serial=basics.serial, guid=basics.guid, address=unit.appliance.ip)
    if not expected.serial:
        pytest.skip(
            f"it answers from {unit.appliance.ip} and shows the serial number {basics.serial}; nobody has told which one "
            f"{unit.name} must show: name it in [smoke] serials"
        )
    assert expected.serial in {basics.serial, basics.guid}, (
        f"another appliance answers: it shows the serial number {basics.serial}"
        f"{f' and the GUID {basics.guid}' if basics.guid else ''}, not {expected.serial}"
    )


def test_base(unit: SmokeUnit, expected: ExpectedSoftware, evidence: CheckEvidence) -> None:
    """/appliance shows the expected base software."""
    basics = unit.basics()
    evidence.tell(base=basics.base)
    if not expected.base:
        pytest.skip(f"it shows base {basics.base}; nobody has told which one is expected")
    assert Release(text=basics.base).is_(expected.base), f"{unit.name} shows base {basics.base}, not {expected.base}"


def test_login_sign_in(unit: SmokeUnit, evidence: CheckEvidence) -> None:
    """/login accepts the account."""
    unit.enter("login")
    unit.site_status()
    evidence.picture("login")


def test_product(unit: SmokeUnit, expected: ExpectedSoftware, evidence: CheckEvidence) -> None:
    """/login shows the expected product version."""
    status = unit.site_status()
    build = status.build or build_in(status.product)
    evidence.tell(product=status.product, build=build)
    assert expected.is_met_by(status.product, build=build), (
        f"{unit.name} answers with build {_with_build(status.product, build)}, expected {expected.version}"
    )


def test_running(unit: SmokeUnit, evidence: CheckEvidence) -> None:
    """The site runs."""
    status = unit.site_status()
    evidence.tell(state=status.state)
    if not status.state:
        pytest.skip(f"{unit.name} shows no state of the site")
    assert status.is_running, f'{unit.name} shows the state "{status.state}" of the site, not Running'


def test_hosted_site(unit: SmokeUnit, expected: ExpectedSoftware, evidence: CheckEvidence) -> None:
    """The site that it hosts is this one."""
    status = unit.site_status()
    evidence.tell(hostname=status.hostname)
    if not status.hostname:
        pytest.skip(f"{unit.name} does not show the site's name on /login")
    assert status.hostname.casefold() == expected.hostname.casefold(), (
        f"{unit.name} hosts the site {status.hostname}, not {expected.hostname}"
    )


def _with_build(version: str, build: str) -> str:
    return version if not build or build in version else f"{version} ({build})"
