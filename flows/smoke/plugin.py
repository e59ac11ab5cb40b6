"""The pytest plugin `failover_robot`: in every pytest of an environment in which the robot is installed, so it imports nothing.

Only where a pair file is given are the fixtures loaded (`fixtures.py`), and the appliances' lease taken. Its version is 1: what
docs/smoke.md says of the fixtures stays true for as long as that number stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

VERSION = 1
"""The version of the fixtures' contract."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("failover-robot", "Failover pairs of Bomgar / BeyondTrust appliances")
    group.addoption(
        "--failover-robot-pair", metavar="FILE", help="The pair file; gives tests `site`, `unit`, `expected`, `evidence`."
    )
    group.addoption("--failover-robot-on", choices=["a", "b"], help="The appliance of the pair that is tested.")
    group.addoption("--failover-robot-expect", metavar="VERSION", default="", help="The version expected; default: the target.")
    group.addoption(
        "--failover-robot-pictures", metavar="DIR", help="Where pictures go; default: a temporary folder of pytest's."
    )


def pytest_configure(config: pytest.Config) -> None:
    """Load the fixtures if a pair file is given."""
    if config.getoption("--failover-robot-pair"):
        from flows.smoke.fixtures.own_project import prepare  # noqa: PLC0415 - every other pytest is left as it was

        prepare(config)
