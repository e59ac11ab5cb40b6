"""One whole upgrade of an instant simulated pair, made once and looked at by many tests."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from an_upgrade import Upgrade, upgraded


@pytest.fixture(scope="session")
def upgrade(tmp_path_factory: pytest.TempPathFactory) -> Generator[Upgrade]:
    with upgraded(tmp_path_factory.mktemp("upgrade")) as made:
        yield made
