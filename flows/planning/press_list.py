"""Every press that a run can make, in the order of the procedure, and behind them those of the ways back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.procedures.back_out import Branch
from flows.requirements.update_files import files_of
from flows.step_names import BREAK, DNS_LOWER_TTL, FIRST_SYNC, STEPS, SYNC_NOW, installs, package, slug
from flows.steps.manual_update import step_names
from robot.domain.model import Unit
from robot.plan.press_list import ListedPress, PressList

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pages.readings.available_updates import UpdateOffer
    from robot.settings import Settings

FAILOVER, UPDATES, ADDRESSES = (
    "/login > Management > Failover", "/appliance > Updates", "/appliance > Networking > IP Configuration",
)  # fmt: skip
PUT_BACK = "the swing is undone: B did not take the site"
PUT_BACK_ON_B = "the swing back is undone: A did not take the site"
AS_IT_WAS, BACK_TO_A = f"back-out: {Branch.AS_IT_WAS}", f"back-out: {Branch.BACK_TO_A}"

_BACK = "failover-robot back-out leads the site back to A; what was done on B since the swing is lost."
_NO_DOWNGRADE = {
    Unit.B: "There is no downgrade: A serves on with the old release, without failover, until B is repaired or the upgrade ends.",
    Unit.A: "There is no way back: from here the upgrade is finished.",
}


def press_list(settings: Settings, chains: Mapping[Unit, Sequence[UpdateOffer]], procedure: str) -> PressList:
    """List every press of a procedure.

    Args:
        settings: the pair file.
        chains: the packages to be installed on each appliance, in order; not used by the manual method, nor for a patch.
        procedure: "asynchronous", "synchronous" or "single".

    Returns:
        The presses on the way to the target in their order; behind them those of the ways back.
    """
    on_a, on_b = (list(_installs(settings, unit, chains.get(unit, ()))) for unit in Unit)
    if procedure == "single":
        return PressList(tuple(on_a))
    parting = [*_before_the_break(settings, procedure), _sync_now(), _break()]
    if procedure == "synchronous":
        presses = [*parting, *on_a, *on_b, *_protect(Unit.A)]
        return PressList((*presses, *_put_off(AS_IT_WAS, _protect(Unit.A), presses)))
    presses = [*parting, *on_b, *_swing(settings, Unit.B), *on_a, *_protect(Unit.B), *_afterwards(settings, Unit.B)]
    back = [
        *_put_back(settings, Unit.B),
        *_put_off(AS_IT_WAS, _protect(Unit.A), presses),
        *_put_off(BACK_TO_A, _swing(settings, Unit.A), presses),
        *_put_back(settings, Unit.A),
        *_put_off("back-out", _afterwards(settings, Unit.A), presses),
    ]
    return PressList((*presses, *back))


def _put_off(way: str, presses: Iterable[ListedPress], listed: Sequence[ListedPress]) -> list[ListedPress]:
    """Return presses as those of a way back; one that the way to the target has as well is not listed again."""
    steps = {press.step for press in listed}
    return [press.model_copy(update={"way": way, "restores": True}) for press in presses if press.step not in steps]


def _before_the_break(settings: Settings, procedure: str) -> Iterable[ListedPress]:
    if procedure == "asynchronous" and settings.swing.method == "dns":
        yield _dns(
            settings, DNS_LOWER_TTL, "DNS update: TTL",
            "The TTL of the site's DNS entry is lowered, so that clients follow the swing soon. It leads to A as before.",
            "The TTL is restored at the end, and by every way back.",
        )  # fmt: skip


def _sync_now() -> ListedPress:
    return ListedPress(
        step=SYNC_NOW, unit="b", place=FAILOVER, control="Sync Now",
        effect="B pulls A's configuration and data once more. A serves on; nobody is cut off.",
        undo="Nothing to undo: B's copy is newer than before.",
    )  # fmt: skip


def _break() -> ListedPress:
    return ListedPress(
        step=BREAK, unit="b", place=FAILOVER, control="Break Failover Relationships",
        effect="The appliances part. A serves on; from here to the first synchronisation at the end a failure is not covered.",
        undo="Until B's install begins: failover-robot back-out establishes the relationship again, from A. Nothing is lost.",
    )  # fmt: skip


def _installs(settings: Settings, unit: Unit, chain: Sequence[UpdateOffer]) -> Iterable[ListedPress]:
    """List the installs on one appliance, by the method of the pair file."""
    from_list, from_file = installs(unit.value)
    update = settings.update
    if update.method == "manual":
        files = files_of(unit, settings)
        wanted = [(f"{from_file}{step}", path.name) for step, path in zip(step_names(files), files, strict=True)]
    elif update.patch:
        wanted = [(f"{from_list}{slug(update.patch)}", update.patch)]
    else:
        wanted = [(f"{from_list}{package(offer)}", offer.name) for offer in chain]
    for step, what in wanted:
        yield ListedPress(
            step=step, unit=unit.value, place=UPDATES,
            control="Update Software" if update.method == "manual" else "Install This Update",
            effect=f"{unit.upper()} installs {what} and restarts by itself.",
            undo=_NO_DOWNGRADE[unit],
        )  # fmt: skip


def _swing(settings: Settings, to: Unit) -> list[ListedPress]:
    """List what leads the site to an appliance."""
    new, old, back = to.upper(), to.other.upper(), to is Unit.A
    undo = "failover-robot resume asks by name whether to swing again." if back else _BACK
    match settings.swing.method:
        case "shared-ip":
            ip, tail = settings.swing.shared_ip, "-back" if back else ""
            off = f"{'b' if back else 'a'}-disable-shared-ip{tail}"
            on = f"a-enable-shared-ip{tail}" if back else STEPS.second_half
            return [
                _save(
                    off, to.other, f"{old} does not answer at {ip} any more: everybody connected is cut off.",
                    f"If {new} does not take {ip}, it is enabled on {old} again at once.", cuts_off=True,
                ),
                _save(on, to, f"{new} answers at {ip}: it serves users.", undo, restores=True),
            ]  # fmt: skip
        case "dns":
            address = settings.swung_to(to)
            effect = f"The site's name leads to {new} ({address}). Whoever is connected to {old} stays there until they leave."
            return [_dns(settings, f"site-dns-to-{to.value}", f"DNS update: {settings.site.hostname} to {address}", effect, undo)]
        case "nat":
            address = settings.swung_to(to)
            return [
                ListedPress(
                    step=f"site-nat-to-{to.value}", unit="site", place="the router's NAT entry",
                    control=f"{settings.swing.command[0]} {address}",
                    effect=f"The site's address leads to {new} ({address}). Whoever was connected to {old} is cut off.",
                    undo=undo, cuts_off=True,
                )
            ]  # fmt: skip
        case _:
            return []


def _put_back(settings: Settings, to: Unit) -> list[ListedPress]:
    """List what undoes the first half of a swing to an appliance that did not take the site."""
    if settings.swing.method != "shared-ip":
        return []
    old, step = to.other, f"{to.other.value}-enable-shared-ip{'' if to is Unit.B else '-back'}"
    effect = f"{old.upper()} answers at {settings.swing.shared_ip} again: it serves as before the swing."
    press = _save(step, old, effect, "A person is asked by name whether to swing again.", restores=True)
    return [press.model_copy(update={"way": PUT_BACK if to is Unit.B else PUT_BACK_ON_B})]


def _save(step: str, unit: Unit, effect: str, undo: str, *, cuts_off: bool = False, restores: bool = False) -> ListedPress:
    """Return Save Changes of the shared IP's own form; each further attempt at a swing is asked of a person."""
    return ListedPress(
        step=step,
        unit=unit.value,
        place=ADDRESSES,
        control="Save Changes",
        effect=effect,
        undo=undo,
        cuts_off=cuts_off,
        repeated=True,
        restores=restores,
    )


def _dns(settings: Settings, step: str, control: str, effect: str, undo: str) -> ListedPress:
    place = f"the DNS entry of {settings.site.hostname}"
    return ListedPress(step=step, unit="site", place=place, control=control, effect=effect, undo=undo)


def _afterwards(settings: Settings, serves: Unit) -> Iterable[ListedPress]:
    if settings.swing.method == "dns":
        step = f"site-dns-restore-ttl{'' if serves is Unit.B else '-back'}"
        press = _dns(settings, step, "DNS update: TTL", "The site's DNS entry has its old TTL again.", "Nothing to undo.")
        yield press.model_copy(update={"restores": True})


def _protect(leading: Unit) -> list[ListedPress]:
    """List what makes the pair protected again, with `leading` as the primary."""
    lead, other = leading.upper(), leading.other.upper()
    first_sync = FIRST_SYNC if leading is Unit.B else "b-first-sync-now"
    return [
        ListedPress(
            step=f"{leading.value}-establish-relationship", unit=leading.value, place=FAILOVER, control="Establish Relationship",
            effect=f"{lead} becomes the primary and {other} its backup. From now on {other} takes over {lead}'s data.",
            undo="Not undone: it is what protects the pair.", restores=True,
        ),
        ListedPress(
            step=first_sync, unit=leading.other.value, place=FAILOVER, control="Sync Now",
            effect=f"{other} pulls everything from {lead}; when it is complete, the pair is protected again.",
            undo="Nothing to undo.", restores=True,
        ),
    ]  # fmt: skip
