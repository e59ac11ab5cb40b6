"""Updates, below HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from robot.simulator.appliances.appliance import Power
from robot.simulator.appliances.updates import Phase, catalogue
from robot.simulator.domain.names import Names
from robot.simulator.faults.knobs import Knobs, UnknownKnob

Begin = Callable[..., Any]
BASE, SITE = "base-3.4.1", "site-13.1.2"


def offers(tale: Any, unit: str = "b") -> dict[str, bool]:
    updates, appliance = tale.pair.updates[unit], tale.pair.appliances[unit]
    updates.check()
    return {package.number: not package.needs_first(appliance) for package in updates.offered}


def test_a_package_is_greyed_out_until_its_base_is_there(story: Begin) -> None:
    tale = story()
    assert offers(tale) == {BASE: True, SITE: False}
    assert "Requires Base Software 3.4.1" in tale.pair.updates["b"].install(SITE)
    assert tale.pair.updates["b"].install(BASE) is None
    tale.pass_by(1200)
    assert offers(tale) == {SITE: True}


def test_nothing_is_installed_that_was_not_offered(story: Begin) -> None:
    assert story().pair.updates["b"].install(BASE) == "This update is not available."


def test_one_install_at_a_time(story: Begin) -> None:
    tale = story()
    offers(tale)
    tale.pair.updates["b"].install(BASE)
    assert tale.pair.updates["b"].install(BASE) == "Another update is being installed."


def test_a_base_install_ends_in_silence_then_502_then_a_fresh_start(story: Begin) -> None:
    tale = story()
    b, updates = tale.pair.appliances["b"], tale.pair.updates["b"]
    offers(tale)
    updates.install(BASE)
    seen = [(updates.phase, b.power)]
    for seconds in (200, 700, 200, 100):
        tale.pass_by(seconds)
        seen.append((updates.phase, b.power))
    assert seen == [
        (Phase.DOWNLOADING, Power.UP),
        (Phase.INSTALLING, Power.UP),
        (Phase.REBOOTING, Power.REFUSING),
        (Phase.REBOOTING, Power.BAD_GATEWAY),
        (Phase.IDLE, Power.UP),
    ]
    assert b.base == "3.4.1"
    assert b.booted_at == tale.pair.agenda.now()
    assert updates.base_epoch == 1


def test_a_site_install_takes_the_site_away_but_not_the_machine(story: Begin) -> None:
    tale = story(chain=1)
    b, updates = tale.pair.appliances["b"], tale.pair.updates["b"]
    offers(tale)
    updates.install(SITE)
    tale.pass_by(150)
    assert (b.site_running, b.power) == (False, Power.UP)
    tale.pass_by(750)
    assert (b.site_running, b.product, updates.base_epoch) == (True, "13.1.2", 0)


def test_an_install_of_who_serves_cuts_everybody_off_at_once(story: Begin) -> None:
    tale = story(chain=1)
    offers(tale, "a")
    tale.pair.updates["a"].install(SITE)
    tale.pass_by(150)
    assert not tale.pair.appliances["a"].connected.anybody()
    tale.pass_by(760)
    assert tale.pair.appliances["a"].connected.representatives == 7


def test_a_failed_install_leaves_the_old_version_and_an_empty_list(story: Begin) -> None:
    tale = story(chain=1, install_fails="b")
    offers(tale)
    tale.pair.updates["b"].install(SITE)
    tale.pass_by(900)
    assert tale.pair.appliances["b"].product == "12.3.5"
    assert "error" in tale.pair.updates["b"].message
    assert offers(tale) == {}


def test_an_install_may_be_rolled_back_by_the_appliance_itself(story: Begin) -> None:
    tale = story(install_rolled_back="b")
    offered = offers(tale)
    tale.pair.updates["b"].install(BASE)
    tale.pass_by(2000)
    assert tale.pair.appliances["b"].base != "3.4.1"
    assert offers(tale) == offered


def test_a_stuck_install_never_ends_until_released(story: Begin) -> None:
    tale = story(install_stuck=True)
    offers(tale)
    tale.pair.updates["b"].install(BASE)
    tale.pass_by(99999)
    assert tale.pair.updates["b"].phase is Phase.INSTALLING
    tale.pair.knobs.change({"install_stuck": "no"}, running=True)
    tale.pair.knobs_changed()
    tale.pass_by(1000)
    assert tale.pair.appliances["b"].base == "3.4.1"


def test_an_install_may_bring_the_shared_address_back(story: Begin) -> None:
    tale = story(chain=1, broken=True, install_enables_shared_ip=True)
    offers(tale)
    tale.pair.updates["b"].install(SITE)
    tale.pass_by(900)
    assert tale.pair.shared.serving == "conflict"


def test_a_failing_check_offers_nothing(story: Begin) -> None:
    tale = story(check_fails=True)
    assert not tale.pair.updates["b"].check()
    assert "error" in tale.pair.updates["b"].message


def test_an_empty_offer_says_so(story: Begin) -> None:
    tale = story(not_offered="b")
    assert offers(tale) == {}
    assert tale.pair.updates["b"].message == "No updates available"
    assert offers(tale, "a")


def test_nobody_listens_on_the_shared_address_while_its_holder_restarts(story: Begin) -> None:
    tale = story()
    tale.pair.updates["a"].reboot()
    assert tale.pair.shared.serving == "none"
    tale.pass_by(300)
    assert tale.pair.shared.serving == "a"


@pytest.mark.parametrize(("hops", "length"), [(1, 1), (2, 2), (3, 3)])
def test_a_chain_is_as_long_as_asked(hops: int, length: int) -> None:
    assert len(catalogue(Names(), hops)) == length


def test_a_chain_of_three_is_walked_one_by_one(story: Begin) -> None:
    tale = story(chain=3)
    for number in (BASE, "site-13.1.0", SITE):
        assert [name for name, enabled in offers(tale).items() if enabled] == [number]
        assert tale.pair.updates["b"].install(number) is None
        tale.pass_by(1200)
    assert tale.pair.appliances["b"].product == "13.1.2"


@pytest.mark.parametrize("settings", [{"nonsense": 1}, {"chain": 4}, {"agreement": "maybe"}, {"not_offered": "c"}])
def test_a_knob_that_makes_no_sense_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(UnknownKnob):
        Knobs().change(settings)


def test_a_knob_of_the_beginning_is_refused_later() -> None:
    with pytest.raises(UnknownKnob, match="at start"):
        Knobs().change({"broken": True}, running=True)


def test_knobs_are_set_all_or_none() -> None:
    knobs = Knobs()
    with pytest.raises(UnknownKnob):
        knobs.change({"agreement": True, "nonsense": 1})
    assert not knobs.agreement


# -- a patch without a version ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "offered"),
    [
        ("greys_target", {"patch-BT26-02-RS": True, SITE: False}),
        ("beside_target", {"patch-BT26-02-RS": True, SITE: True}),
        ("alone", {"patch-BT26-02-RS": True}),
    ],
)
def test_a_patch_stands_in_the_list_in_three_shapes(story: Begin, shape: str, offered: dict[str, bool]) -> None:
    tale = story(chain=1, patch=shape)
    updates = tale.pair.updates["b"]
    updates.check()
    assert {package.number: not updates.needs_first(package) for package in updates.offered} == offered


def test_a_patch_leaves_the_list_and_both_versions_as_they_are_and_cuts_nobody_off(story: Begin) -> None:
    tale = story(chain=1, patch="greys_target")
    b, updates = tale.pair.appliances["b"], tale.pair.updates["b"]
    stood = (b.product, b.base)
    updates.check()
    assert updates.install(SITE) == "This package is not available."
    assert updates.install("patch-BT26-02-RS") is None
    tale.pass_by(300)
    assert b.site_running
    tale.pass_by(1200)
    updates.check()
    assert ((b.product, b.base), b.patches) == (stood, {"BT26-02-RS"})
    assert {package.number: updates.needs_first(package) for package in updates.offered} == {SITE: ""}
