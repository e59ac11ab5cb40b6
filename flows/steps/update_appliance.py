"""Update an appliance, automatically: check, install what is enabled, until the target is reached."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flows.requirements.expected_state import ExpectedState, running
from flows.requirements.nothing_offered import why_nothing_is_offered
from flows.requirements.update_chain import FAQ, chain_to_target, reached
from flows.session import readings
from flows.session.automatic_updates import suspect
from flows.step_names import install_step, package
from flows.steps.installation import InstallThisUpdate, went_wrong
from flows.steps.installers import keep_new_installers
from pages.readings.available_updates import UpdateOffer, Updates
from pages.readings.release import Release
from robot.approval.performable_plan import ANEW
from robot.changes.change import ChangeState
from robot.domain.errors import UnknownHand
from robot.domain.model import Reading, Unit
from robot.domain.versions import are_same_release

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from flows.session.readings import InstallState
    from robot.changes.run import Run

_HOPS = 12
"""The most packages that a chain may have."""
BY_HAND = (
    "Or a person installs the file by hand (Updates :: Manual Installation) and answers for it by name when the resumed run asks"
)


def update_appliance(appliance: Appliance, pair: Pair, run: Run, expected: dict[Unit, ExpectedState]) -> None:
    """Bring one appliance to the target, one package after the other, each installed once (UB1, UA1 to UA5, AA1).

    Args:
        appliance: the appliance; it serves nobody.
        pair: both appliances.
        run: the run.
        expected: how this run left each appliance; nothing is installed if one is not so. It is kept up to date.

    Raises:
        Refused: there is no way to the target.
        UnknownHand: somebody else is at work on the pair.
    """
    u, n, site = appliance.unit.value, appliance.name, pair.settings.site
    with run.under(f"Update Appliance {n}"):
        for hop in range(1, _HOPS + 1):
            product, base = running(appliance, run, expected, hop, procedure_ids=("UA3",))
            if reached(site, product=product, base=base):
                return
            shown = run.steps.observe(
                f"{u}-updates-{hop}", f"What {n} is offered now: Check for updates", appliance, Updates,
                lambda: readings.checked_updates(appliance), procedure_ids=("UA1", "UA2", "UA3", "UA5"),
                require=is_idle(appliance),
                otherwise=UnknownHand,
            )  # fmt: skip
            chain = chain_to_target(shown.offers, product=product, base=base, site=site)
            if isinstance(chain, str):
                versions = f"{product} on base {base}"
                why = why_nothing_is_offered(shown, site, running=versions, by_hand=BY_HAND, tried=tried(appliance, run))
                runs_otherwise(appliance, run, hop, Versions(product=product, base=base), or_else=f"{n}: {why or chain}")
                continue  # somebody has installed it meanwhile: the next reading says what, and asks who
            if hop == 1:
                keep_new_installers(appliance, pair, run, when="before the update")
            reading = run.change(InstallPackage(appliance, chain, pair, run, dict(expected))).reading
            expected[appliance.unit] = replace(expected[appliance.unit], product=reading.product, base=reading.base)
            shared_ip_stays(pair, run, expected, after=f"{u}-{package(chain[0])}")
        text = f"{n}: {_HOPS} packages were installed and the target is still not reached; ask the vendor's support"
        run.steps.require(f"{u}-target", "That the target is reached", text, procedure_ids=("UA5",))


def beyond_plan(appliance: Appliance, chain: Sequence[UpdateOffer], run: Run) -> str:
    """Say which packages of a chain the approved plan does not list; "" if it lists all, or if there is no plan."""
    if run.press_list is None:
        return ""
    unit, planned = appliance.unit.value, run.press_list
    names = [f'"{offer.name}"' for offer in chain if planned.find(install_step(unit, offer, planned)) is None]
    if not names:
        return ""
    return (
        f"{appliance.name} is offered the target by way of {' and '.join(names)}, which the plan does not list: {ANEW}; or begin "
        "again once it is offered as it was"
    )


class Versions(Reading):
    """The product and base versions that an appliance runs."""

    product: str
    base: str


def runs_otherwise(appliance: Appliance, run: Run, hop: int, was: Versions, *, or_else: str) -> None:
    """Require that an appliance runs other versions than were read in this hop, which explains that nothing fits in its list.

    It is read afresh after every stop, because a person may install by hand what is not offered.

    Args:
        appliance: the appliance.
        run: the run.
        hop: 1-based number of the package.
        was: the versions that were read in this hop.
        or_else: the sentence that ends the run if it still runs them.

    Raises:
        Refused: it still runs them, and there is no way to the target.
    """

    def read() -> Versions:
        return Versions(base=appliance.basics().base, product=readings.site_status(appliance).product)

    run.steps.observe(
        f"{appliance.unit.value}-software-again-{hop}", f"{appliance.name}'s software, once more", appliance, Versions, read,
        procedure_ids=("UA3", "UA5", "UM9"), require=lambda reading: or_else if reading == was else "",
    )  # fmt: skip


def is_idle(appliance: Appliance) -> Callable[[Updates], str]:
    """Make the requirement that nothing is being installed that this run did not begin."""

    def objection(shown: Updates) -> str:
        if not shown.installing:
            return ""
        return (
            f"{appliance.name} is installing something that this run did not begin ({shown.progress}); "
            f"wait for it, and see who did it: {suspect(appliance.name, shown.automatic)}"
        )

    return objection


def shared_ip_stays(pair: Pair, run: Run, expected: Mapping[Unit, ExpectedState], *, after: str) -> None:
    """Require after every install, before anything else, that the shared IP is as it was: it may have come back (OP6)."""
    for unit, each in expected.items():
        pair.swing.require(
            pair.appliance(unit), run, f"{unit.value}-shared-ip-after-{after}",
            f"The shared IP on {unit.upper()} after the install",
            serves=each.serves, procedure_ids=("OP6",),
        )  # fmt: skip


class InstallPackage(InstallThisUpdate):
    """Install This Update, for the first package of the chain. The version read afterwards proves it, not an empty list (UM9)."""

    may_be_beyond_plan = True

    def __init__(
        self, appliance: Appliance, chain: Sequence[UpdateOffer], pair: Pair, run: Run, expected: Mapping[Unit, ExpectedState]
    ) -> None:
        name = install_step(appliance.unit.value, chain[0], run.press_list)
        super().__init__(appliance, chain[0], pair, run, expected, name=name, to_come=len(chain))

    def read(self) -> InstallState:
        """Read the installation."""
        return readings.install_state(self._appliance, self._offer.name)

    def state_at_rest(self, before: InstallState | None, current: InstallState) -> ChangeState:
        """Tell by the version whether it is installed; a package without a version is, if the running version has changed."""
        offer = self._offer
        version = Release(text=current.base if offer.is_base else current.product)
        if offer.version:
            is_in = not version.is_before(offer.version)
        else:
            is_in = before is not None and not are_same_release(version.text, before.base if offer.is_base else before.product)
        if is_in:
            return ChangeState.IN_PLACE
        return ChangeState.NOT_YET if current.offered and not went_wrong(before, current) else ChangeState.UNCLEAR

    def explain_at_rest(self, before: InstallState | None, current: InstallState) -> str:
        """Say that it was not taken, or that it has left the list without being installed."""
        if current.offered:
            return self.explain_no_result(before, current)
        appliance, offer = self._appliance, self._offer
        return (
            f"{current.message or f'{offer.name} is gone from the list'}, but {appliance.name} runs {current.product} on base "
            f"{current.base}; what was downloaded does not come back without the vendor's support; see {FAQ}. {BY_HAND}"
        )


def tried(appliance: Appliance, run: Run) -> bool:
    """Return whether this run has pressed an installation on this appliance: what it downloaded has left the list (UM9)."""
    return run.record.history.is_pressed(f"{appliance.unit.value}-install-")
