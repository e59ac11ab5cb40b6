"""An appliance that installs is asked for a page a second at the most, counted where it is asked; whatever it does meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import takewhile

import pytest
from a_desk import Desk, desk_at

from flows.session import readings
from flows.session.readings import InstallState
from pages.appliance.updates import UpdatesScreen
from robot.domain.errors import Stalled
from robot.domain.waiting import Poller
from robot.network.courtesy import AT_MOST, OVER
from robot.simulator.process import simulation

PACKAGE = "Base Software 3.4.1"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_STATE_HOME", str(folder / "state"))
    with simulation(folder / "pair", instant=True) as simulated, desk_at(simulated, folder) as desk:
        yield desk
    patch.undo()


def watched(desk: Desk, seconds: float) -> list[InstallState]:
    """Every look at B's installation, one right after the other, for so long."""
    looks: list[InstallState] = []

    def look() -> None:
        looks.append(readings.install_state(desk.pair.b, PACKAGE))

    def watch() -> None:
        with suppress(Stalled):
            Poller(poll=0.05).poll_until(look, lambda _: False, what="nothing", within=seconds)

    desk.of(watch)
    return looks


def most_at_once(asked: list[float]) -> int:
    """The most that lie within any ten seconds."""
    return max(len(list(takewhile(lambda each, at=at: each < at + OVER, asked[place:]))) for place, at in enumerate(asked))


def test_the_screens_to_which_signing_in_leads_are_read_there_and_not_asked_for_again(desk: Desk) -> None:
    def look() -> tuple[str, str]:
        return readings.machine(desk.pair.a).serial, readings.site_status(desk.pair.a).product

    told = desk.of(look)
    desk.of(desk.pair.a.afresh)
    asked = len(desk.simulated.requests())
    assert desk.of(look) == told
    gets = [line["path"] for line in desk.simulated.requests()[asked:] if line["method"] == "GET"]
    assert sorted(gets) == sorted(set(gets)), gets


@pytest.mark.parametrize("blank", [False, True], ids=["a 502", "blank"])
def test_a_page_that_does_not_come_for_once_is_read_again_and_no_password_is_given_twice(desk: Desk, *, blank: bool) -> None:
    appliance = desk.pair.a if blank else desk.pair.b  # each appliance fails each of its pages once, and never again

    def look() -> tuple[str, str]:
        appliance.drop()
        return readings.machine(appliance).serial, readings.site_status(appliance).product

    told = desk.of(look)
    asked = len(desk.simulated.requests())
    desk.simulated.set(hiccup_every=1, hiccups_blank=blank)
    assert desk.of(look) == told
    desk.simulated.set(hiccup_every=0, hiccups_blank=False)
    lines = desk.simulated.requests()[asked:]
    gets = [line["path"] for line in lines if line["method"] == "GET"]
    assert len(gets) > len(set(gets)), "none failed"
    given = [line["path"].split("/")[1] for line in lines if line["method"] == "POST"]
    assert given == ["appliance", "login"]


def test_an_appliance_that_installs_is_asked_for_at_most_a_page_a_second_over_any_ten_seconds(desk: Desk) -> None:
    simulated = desk.simulated
    before = watched(desk, 0.0)[-1]
    assert not before.installing
    simulated.set(install_stuck=True)
    began = len(simulated.requests())
    simulated.act("b", "install")
    looks = watched(desk, 14)
    assert not [look for look in looks if not look.installing]
    simulated.set(bad_gateway="b")
    assert not any(look.reachable for look in watched(desk, 12))
    simulated.set(bad_gateway=False)
    assert watched(desk, 12)[-1].installing
    asked = [line["monotonic"] for line in simulated.requests()[began:] if line["unit"] == "b"]
    assert len(asked) > 20, "it was watched"
    assert most_at_once(asked) <= AT_MOST


def test_a_page_that_refreshes_itself_stands_still_until_the_next_look_and_is_then_left_alone(desk: Desk) -> None:
    simulated = desk.simulated
    desk.of(desk.pair.b.drop)
    assert watched(desk, 0.0)[-1].installing
    asked = len(simulated.requests())
    desk.of(Poller().pause, 5.0)  # our progress page refreshes itself every two seconds
    tab = desk.pair.b.shown
    assert tab is not None
    assert "Install" in desk.of(tab.inner_text, "body")
    assert len(simulated.requests()) == asked
    assert desk.of(desk.pair.b.open, UpdatesScreen)

    def has_gone_on() -> bool:
        tab.wait_for_timeout(500)
        return len(simulated.requests()) >= asked + 3

    desk.of(lambda: Poller(poll=0.1).poll_until(has_gone_on, bool, what="it to go on, once somebody looks", within=20))
