"""Fixtures: a clock that stands still until told otherwise, and a visitor who reads pages as a person would."""

from collections.abc import Callable, Iterator

import pytest
from visitors import HandClock, Story

from robot.simulator.appliances.pair import Addresses, Pair
from robot.simulator.domain.clock import Pace
from robot.simulator.domain.journal import Journal
from robot.simulator.domain.names import Names
from robot.simulator.faults.knobs import Knobs
from robot.simulator.process import Simulation, simulation


@pytest.fixture
def story() -> Callable[..., Story]:
    """Begin a story with these knobs, at speed 1."""

    def begin(**knobs: object) -> Story:
        clock = HandClock()
        turned = Knobs()
        turned.change(knobs)
        addresses = Addresses("127.9.9.1", "127.9.9.2", "127.9.9.3", 8443)
        return Story(Pair(Names(), turned, addresses, clock, Pace(1), Journal(clock)), clock)

    return begin


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulation]:
    """A pair over real TLS, for tests that only look or put back what they change."""
    with simulation(tmp_path_factory.mktemp("pair"), instant=True) as running:
        yield running
