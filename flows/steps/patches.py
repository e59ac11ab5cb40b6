"""A change that is a patch: a package without a version of its own, installed on both by the same procedure (`[update] patch`).

The versions before and after are the same, which is right. The proof is that the patch has left the list and that the
appliance names it as installed; if the appliance says nothing, a person is asked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flows.requirements.expected_state import ExpectedState, running
from flows.requirements.update_chain import patch_hint
from flows.session import readings
from flows.step_names import slug
from flows.steps.installation import InstallThisUpdate
from flows.steps.update_appliance import BY_HAND, is_idle, shared_ip_stays
from pages.appliance.installation_progress import FAILED, REFUSED
from pages.engine.text.wording import ignorecase
from pages.readings.available_updates import UpdateOffer, Updates, bears
from robot.changes.change import ChangeState
from robot.changes.questions import wait_for_answer
from robot.domain.errors import Surprised, UnknownHand, WrongScreen
from robot.operators.operator_questions import PATCH_INSTALLED, OperatorQuestion

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from flows.session.readings import InstallState
    from robot.changes.run import Run
    from robot.domain.model import Unit


def said_of(patch: str, shown: Updates) -> str:
    """Return the line that names the patch as installed, in the appliance's own words, or ""."""
    return next((line for line in shown.installed if bears(line, patch)), "")


def on_offer(name: str, patch: str, shown: Updates) -> UpdateOffer | str:
    """Find the one package that is this patch and can be installed now.

    Args:
        name: the appliance, as a person says it.
        patch: the patch's name.
        shown: its Updates screen.

    Returns:
        The package; or the sentence that says why there is none.
    """
    matches = [offer for offer in shown.offers if offer.is_called(patch)]
    statement = said_of(patch, shown)
    if len(matches) > 1:
        names = ", ".join(f'"{offer.name}"' for offer in matches)
        return f"{name}: {patch} is offered {len(matches)} times, as {names}; name the one that is meant in [update] patch"
    if not matches:
        offered = ", ".join(f'"{offer.name}"' for offer in shown.offers) or f"nothing{shown.message and f' ({shown.message})'}"
        return (
            f"{name}: {patch} is not offered, and {name} does not say that it is installed; offered is {offered}. Ask the "
            "vendor's support"
        )
    offer = matches[0]
    if not offer.is_patch:
        return f'{name}: "{offer.name}" has a version of its own: a release is named in target_version, not in [update] patch'
    if statement:
        return f'{name} offers "{offer.name}" and says "{statement}": have a person find out which of the two is so'
    if not offer.enabled:
        return (
            f'{name}: "{offer.name}" is greyed out ({offer.requires or "nothing is said beside it"}): what it needs is installed '
            "first, as a change of its own"
        )
    return offer


def no_patch(name: str, patch: str) -> Callable[[Updates], str]:
    """Make the requirement that an appliance is offered this patch and can install it now."""

    def objection(shown: Updates) -> str:
        offer = on_offer(name, patch, shown)
        return offer if isinstance(offer, str) else ""

    return objection


def nothing_is_left(boxes: Mapping[str, Appliance], run: Run, product: str) -> tuple[bool, str]:
    """Find out whether there is nothing to do on appliances that run the target.

    Args:
        boxes: the appliances, by their names: "A", "B".
        run: the run.
        product: the product version that they run.

    Returns:
        Whether there is nothing to do; and what else is offered there, in words, or "".

    Raises:
        Refused: the patch is on one of them only.
    """
    patch, by_hand = run.settings.update.patch, run.settings.update.method == "manual"
    if patch is None and by_hand:
        return True, ""
    shown = {name: _shown(appliance, run, by_hand=by_hand) for name, appliance in boxes.items()}
    if patch is None:
        return True, _also_offered(shown, product)
    statements = {
        name: statement
        for name, reading in shown.items()
        if (statement := said_of(patch, reading)) and not _offers(reading, patch)
    }
    lacking = [name for name in shown if name not in statements]
    have = " and ".join(f'{name} says "{statement}"' for name, statement in statements.items())
    if statements and lacking:
        run.steps.require(
            "site-patch-untouched", "That nobody has begun this change",
            f"{have}, and {' and '.join(lacking)} does not: somebody has begun to install {patch}; find out who, and finish "
            "it by hand",
            procedure_ids=("OP8",),
        )  # fmt: skip
    if statements:
        run.steps.note("site-patch-installed", f"{patch}: {have}")
    return not lacking, ""


def _offers(shown: Updates, patch: str) -> bool:
    return any(offer.is_called(patch) for offer in shown.offers)


def _shown(appliance: Appliance, run: Run, *, by_hand: bool) -> Updates:
    """Read what an appliance at the target shows of updates; if it cannot be read, the message says so, and nothing stops."""

    def read() -> Updates:
        try:
            return readings.updates(appliance) if by_hand else readings.checked_updates(appliance)
        except (WrongScreen, Surprised) as odd:
            return Updates(message=str(odd))

    title = f"What {appliance.name} shows of updates, at the target already"
    return run.steps.observe(
        f"{appliance.unit.value}-updates-at-target", title, appliance, Updates, read, procedure_ids=("UA1", "UA3")
    )


def _also_offered(shown: Mapping[str, Updates], product: str) -> str:
    """Say which patches are offered although nothing is to be done; "" if none is."""
    offered = {name: reading.patches for name, reading in shown.items() if reading.patches}
    if not offered:
        return ""
    patches = list({patch.name: patch for group in offered.values() for patch in group}.values())
    return f"{' and '.join(offered)} {'is' if len(offered) == 1 else 'are'} offered more: {patch_hint(patches, product)}"


def tell_of_patches(appliance: Appliance, run: Run, shown: Updates, product: str) -> None:
    """Note that a patch is offered besides the way to the target, and is not installed.

    Args:
        appliance: the appliance.
        run: the run.
        shown: its Updates screen.
        product: the product version that it runs.
    """
    if shown.patches and run.settings.update.patch is None:
        run.steps.note(f"{appliance.unit.value}-patch-left-alone", f"{appliance.name}: {patch_hint(shown.patches, product)}")


class PatchProof:
    """The proof that a patch is installed on an appliance: the appliance names it; or a person confirms it by name.

    Args:
        appliance: the appliance.
        run: the run.
        patch: the patch's name.
    """

    def __init__(self, appliance: Appliance, run: Run, patch: str) -> None:
        self._appliance, self._run, self._patch = appliance, run, patch

    def said(self, shown: Updates) -> str:
        """Return the line that names the patch as installed, in the appliance's own words, or ""."""
        return said_of(self._patch, shown)

    def explain(self, current: InstallState) -> str:
        """Say that the appliance answers and does not show the patch."""
        return (
            f"{self._appliance.name} runs {current.product} on base {current.base} as before and "
            + (
                f'offers {self._patch} although it says "{current.said}"'
                if current.said
                else f"does not say that {self._patch} is installed"
            )
            + (f' ("{current.message}")' if current.message else "")
            + f". {BY_HAND}"
        )

    def attested_by(self, current: InstallState) -> str:
        """Ask a person whether the patch is installed, if the appliance is idle and says nothing of it.

        Returns:
            The name of the person who answered yes; "" if nobody is asked.

        Raises:
            Waiting: nobody has answered yet.
            Refused: somebody answered no.
        """
        if (
            not current.reachable
            or current.installing
            or current.said
            or ignorecase(f"{FAILED}|{REFUSED}").search(current.message)
        ):
            return ""
        n, patch = self._appliance.name, self._patch
        says = f' (it says "{current.message}")' if current.message else ""
        sentence = (
            f"This run began to install {patch} on {n}. {n} is idle again, runs {current.product} on base {current.base}, as it "
            f"should, and does not say that {patch} is installed{says}. See on its Updates page and Status > Basics, or ask the "
            "vendor's support. Is it installed?"
        )
        step, run = f"{self._appliance.unit.value}-patch-installed", self._run
        question = OperatorQuestion(PATCH_INSTALLED, step, sentence, until=run.hours.until())
        answer = wait_for_answer(
            run, question, title=f"Asked of a person: whether {patch} is installed on {n}", procedure_ids=("UM9",)
        )
        return str(answer["by"])


class InstallPatch(InstallThisUpdate):
    """Install This Update, of the patch. Its absence from the list proves nothing by itself (UM9)."""

    def __init__(
        self, appliance: Appliance, offer: UpdateOffer, pair: Pair, run: Run, expected: Mapping[Unit, ExpectedState]
    ) -> None:
        patch = pair.settings.update.patch or ""
        super().__init__(appliance, offer, pair, run, expected, name=f"{appliance.unit.value}-install-{slug(patch)}", to_come=1)
        self._proof = PatchProof(appliance, run, patch)

    def read(self) -> InstallState:
        """Read the installation, and what the appliance says of the patch."""
        return readings.install_state(self._appliance, self._offer.name, patch_line=self._proof.said)

    def state_at_rest(self, before: InstallState | None, current: InstallState) -> ChangeState:
        """Tell by the list, and by what the appliance says of the patch, whether it is installed."""
        del before
        if current.offered:
            return ChangeState.UNCLEAR if current.said else ChangeState.NOT_YET
        return ChangeState.IN_PLACE if current.said else ChangeState.UNCLEAR

    def explain_at_rest(self, before: InstallState | None, current: InstallState) -> str:
        """Say that the appliance does not show the patch."""
        del before
        return self._proof.explain(current)

    def attested_by(self, current: InstallState) -> str:
        """Ask a person whether it is installed."""
        return self._proof.attested_by(current)


def install_patch(appliance: Appliance, pair: Pair, run: Run, expected: dict[Unit, ExpectedState]) -> None:
    """Install the patch on one appliance, from its list (UA1 to UA4).

    Args:
        appliance: the appliance; it serves nobody.
        pair: both appliances.
        run: the run.
        expected: how this run left each appliance; nothing is installed if one is not so. It is kept up to date.
    """
    u, n, patch = appliance.unit.value, appliance.name, pair.settings.update.patch or ""
    with run.under(f"Update Appliance {n}"):
        running(appliance, run, expected, 1, procedure_ids=("UA3",))
        shown = run.steps.observe(
            f"{u}-updates-1", f"What {n} is offered now: Check for updates", appliance, Updates,
            lambda: readings.checked_updates(appliance),
            procedure_ids=("UA1", "UA2", "UA3"), require=is_idle(appliance), otherwise=UnknownHand,
        )  # fmt: skip
        offer = on_offer(n, patch, shown)
        # if it is gone by now, the change itself reads whether somebody has installed it, and asks who
        package = offer if isinstance(offer, UpdateOffer) else UpdateOffer(name=patch)
        reading = run.change(InstallPatch(appliance, package, pair, run, dict(expected))).reading
        expected[appliance.unit] = replace(expected[appliance.unit], product=reading.product, base=reading.base)
        shared_ip_stays(pair, run, expected, after=f"{u}-{slug(patch)}")
