"""Update an appliance, automatically: check, install what is enabled, until the target is reached."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from flows.checks.agreements import accepting_agreement, ask_for_contact, contact_of
from flows.checks.as_left import Left, require_as_left, running
from flows.checks.chain import FAQ, chain_to_target, reached
from flows.checks.nothing_offered import why_nothing_is_offered
from flows.checks.uptime import seconds
from flows.session import readings
from flows.session.readings import InstallState
from flows.steps.installers import keep_new_installers
from pages.appliance.updates import UpdatesScreen
from pages.engine.meaning.failure_words import new_lines
from pages.engine.text.wording import quote
from robot.domain.errors import UnknownHand, Unreachable
from robot.domain.model import Reading, Release, Unit, UpdateOffer, Updates
from robot.execution.change import Change, Seen, nobody_attests
from robot.recording.record import standing_press
from robot.schedule.estimate import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from robot.execution.change import Control
    from robot.execution.performing import Run

_HOPS = 12
"""Packages after which a chain is no chain any more."""
BY_HAND = (
    "Or a person installs the file by hand (Updates :: Manual Installation) and answers for it by name when the resumed run asks"
)


def update_appliance(box: Appliance, pair: Pair, run: Run, left: dict[Unit, Left]) -> None:
    """Bring one appliance to the target, one package after the other, each installed once (UB1, UA1 to UA5, AA1).

    Args:
        box: the appliance; it serves nobody.
        pair: both.
        run: the run.
        left: how this run left each appliance; nothing is installed where one stands otherwise. It is kept up to date.
    """
    u, n, site = box.unit.value, box.name, pair.settings.site
    with run.under(f"Update Appliance {n}"):
        for hop in range(1, _HOPS + 1):
            product, base = running(box, run, left, hop, fulfils=("UA3",))
            if reached(site, product=product, base=base):
                return
            shown = run.look(
                f"{u}-updates-{hop}", f"What {n} is offered now: Check for updates", box, Updates,
                lambda: readings.checked_updates(box), fulfils=("UA1", "UA2", "UA3", "UA5"), require=is_idle(box),
                otherwise=UnknownHand,
            )  # fmt: skip
            chain = chain_to_target(shown.offers, product=product, base=base, site=site)
            if isinstance(chain, str):
                versions = f"{product} on base {base}"
                why = why_nothing_is_offered(shown, site, running=versions, by_hand=BY_HAND, tried=tried(box, run))
                runs_otherwise(box, run, hop, Versions(product=product, base=base), or_else=f"{n}: {why or chain}")
                continue  # somebody has installed it meanwhile: the next look says what, and asks who
            if hop == 1:
                keep_new_installers(box, pair, run, when="before the update")
            now = run.change(install(box, chain, pair, run, dict(left))).reading
            left[box.unit] = replace(left[box.unit], product=now.product, base=now.base)
            shared_ip_stays(pair, run, left, after=f"{u}-{package(chain[0])}")
        text = f"{n}: {_HOPS} packages were installed and the target is still not reached; ask the vendor's support"
        run.require(f"{u}-target", "That the target is reached", text, fulfils=("UA5",))


class Versions(Reading):
    """What an appliance runs."""

    product: str
    base: str


def runs_otherwise(box: Appliance, run: Run, hop: int, was: Versions, *, or_else: str) -> None:
    """See whether an appliance runs something else than was read in this hop: then an empty list is no riddle.

    It is read afresh after every stop, for a person may install by hand what is not offered.

    Raises:
        Refused: it does not, and there is no way to the target.
    """

    def read() -> Versions:
        return Versions(base=box.basics().base, product=readings.site_status(box).product)

    run.look(
        f"{box.unit.value}-software-again-{hop}", f"{box.name}'s software, once more", box, Versions, read,
        fulfils=("UA3", "UA5", "UM9"), require=lambda now: or_else if now == was else "",
    )  # fmt: skip


def is_idle(box: Appliance) -> Callable[[Updates], str]:
    """The requirement that nothing is being installed that this run did not begin."""

    def objection(now: Updates) -> str:
        if not now.installing:
            return ""
        return f"{box.name} is installing something that this run did not begin ({now.progress}); wait for it, and see who did it"

    return objection


def shared_ip_stays(pair: Pair, run: Run, left: Mapping[Unit, Left], *, after: str) -> None:
    """After every install the shared IP is read on both, before anything else: it may have been brought back (OP6)."""
    for unit, each in left.items():
        pair.swing.require(
            pair.box(unit), run, f"{unit.value}-shared-ip-after-{after}", f"The shared IP on {unit.upper()} after the install",
            serves=each.serves, fulfils=("OP6",),
        )  # fmt: skip


def slug(name: str) -> str:
    """A package's name as a part of a step's name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "package"


def package(offer: UpdateOffer) -> str:
    """A package as a part of a step's name: two that share a name differ in their version."""
    return slug(offer.name if offer.version in offer.name else f"{offer.version} {offer.name}")


def not_at_rest(before: InstallState | None, now: InstallState) -> Seen | None:
    """What a look means, by either method, while the appliance is silent or at work; `None` where it is neither."""
    if before is None and not now.reachable:
        return Seen.UNCLEAR  # nothing was pressed: that it is silent is no sign of another hand
    return Seen.UNDER_WAY if not now.reachable or now.installing else None


def went_wrong(before: InstallState | None, now: InstallState) -> bool:
    """Whether an appliance that runs the old version has something against it: it says so, or has restarted for nothing."""
    return before is not None and (has_begun_anew(before, now) or bool(new_lines(before.complaints, now.complaints)))


def has_begun_anew(before: InstallState, now: InstallState) -> bool:
    """Whether an appliance has restarted since the press: its uptime has begun anew."""
    then, since = seconds(before.uptime), seconds(now.uptime)
    return then is not None and since is not None and since < then


def not_taken(box: Appliance, what: str, before: InstallState | None, now: InstallState) -> str:
    """What to say of an appliance that answers, runs what it ran before, and takes the same once more."""
    said = new_lines(before.complaints, now.complaints) if before else []
    runs = f"{now.product} on base {now.base}"
    how = f"still runs {runs} and offers {what}"
    if before is not None and has_begun_anew(before, now):
        how = f"has restarted, runs {runs} again and offers {what} again"
    words = f", and says {quote(said[:3])}" if said else ""
    return (
        f"{box.name} {how}: it did not take the update{words}. It is not restarted and not pressed again: have the vendor's "
        "support see why"
    )


def installed(offer: UpdateOffer) -> Callable[[InstallState | None, InstallState], Seen]:
    """What a look at an installation means. Only the version read afterwards counts, never an empty list (UM9)."""

    def seen(before: InstallState | None, now: InstallState) -> Seen:
        if (early := not_at_rest(before, now)) is not None:
            return early
        version = Release(text=now.base if offer.is_base else now.product)
        if offer.version:
            there = not version.is_before(offer.version)
        else:
            there = before is not None and version.text != (before.base if offer.is_base else before.product)
        if there:
            return Seen.IN_PLACE
        return Seen.NOT_YET if now.offered and not went_wrong(before, now) else Seen.UNCLEAR

    return seen


def tried(box: Appliance, run: Run) -> bool:
    """Whether this run has pressed an installation on this appliance: what was downloaded then has left the list (UM9)."""
    steps = {line["step"] for line in run.record.lines if line["step"].startswith(f"{box.unit.value}-install-")}
    return any(standing_press(run.record.lines, step) for step in steps)


def install(
    box: Appliance, chain: Sequence[UpdateOffer], pair: Pair, run: Run, left: Mapping[Unit, Left]
) -> Change[InstallState]:
    """Install This Update, for the first package of the chain."""
    offer = chain[0]
    return install_from_list(
        box, offer, pair, run, left,
        name=f"{box.unit.value}-install-{package(offer)}",
        read=lambda: readings.install_state(box, offer.name),
        seen=installed(offer),
        to_come=len(chain),
        unclear=lambda before, now: (
            not_taken(box, offer.name, before, now)
            if now.offered
            else f"{now.message or f'{offer.name} is gone from the list'}, but {box.name} runs {now.product} on base {now.base}; "
            f"what was downloaded does not come back without the vendor's support; see {FAQ}. {BY_HAND}"
        ),
    )  # fmt: skip


def install_from_list(
    box: Appliance,
    offer: UpdateOffer,
    pair: Pair,
    run: Run,
    left: Mapping[Unit, Left],
    *,
    name: str,
    read: Callable[[], InstallState],
    seen: Callable[[InstallState | None, InstallState], Seen],
    to_come: int,
    unclear: Callable[[InstallState | None, InstallState], str],
    attested: Callable[[InstallState], str] = nobody_attests,
) -> Change[InstallState]:
    """Install This Update, of one package, a release or a patch; the arguments are those of `installation`."""

    def ready() -> Control:
        agree, contact = accepting_agreement(box, run, name), contact_of(run)
        return box.open(UpdatesScreen).available.install_this_update(offer, box.answers, agree=agree, contact=contact)

    return installation(
        box, pair, run, left,
        name=name,
        title=f"Install This Update on {box.name}: {offer.name}",
        fulfils=("UA4", "UA5"),
        what=offer.name,
        read=read,
        seen=seen,
        objection=lambda now: "" if now.offered else f'"{offer.name}" is not offered any more',
        to_come=to_come,
        ready=ready,
        unclear=unclear,
        attested=attested,
    )  # fmt: skip


def installation(
    box: Appliance,
    pair: Pair,
    run: Run,
    left: Mapping[Unit, Left],
    *,
    name: str,
    title: str,
    fulfils: tuple[str, ...],
    what: str,
    read: Callable[[], InstallState],
    seen: Callable[[InstallState | None, InstallState], Seen],
    objection: Callable[[InstallState], str],
    to_come: int,
    ready: Callable[[], Control],
    unclear: Callable[[InstallState | None, InstallState], str],
    attested: Callable[[InstallState], str] = nobody_attests,
) -> Change[InstallState]:
    """One installation, by either method. An appliance in trouble is never restarted (PL9).

    Args:
        box: the appliance.
        pair: both.
        run: the run.
        left: how this run left each appliance; they must stand so at the last moment.
        name: the step's name.
        title: what a person would say.
        fulfils: procedure IDs of the method.
        what: the package or the file.
        read: one look at the installation.
        seen: what a look means.
        objection: what the method itself has against the press, or "".
        to_come: how many are still to be installed, with this one; the window must hold them all.
        ready: the control.
        unclear: what to say of an appliance that answers and does not show the installation, given the look before the press.
        attested: asks a person whether it is in, where no look tells.
    """

    def require(now: InstallState) -> str:
        if said := objection(now):
            return said
        run.hours.require_fit(Work.INSTALL_B if box.unit is Unit.B else Work.INSTALL_A, to_come)
        require_as_left(pair, run, left, name)
        return ""

    def explain(before: InstallState | None, now: InstallState) -> str:
        if now.installing:
            return f"{box.name} says: {quote([now.progress])}"
        if now.reachable:
            return unclear(before, now)
        if now.message:
            return f"{box.name} cannot be read: {now.message}; resume once it can"
        return f"{box.name} does not answer; resume once it does"

    def meaning(before: InstallState | None, now: InstallState) -> Seen:
        if before is None and not now.reachable:  # nothing was pressed: it is asked for again, as any other page
            raise Unreachable(explain(before, now))
        return seen(before, now)

    return Change(
        name=name,
        title=title,
        fulfils=("UB1" if box.unit is Unit.B else "AA1", *fulfils, "PL9"),
        stage=box,
        reading=InstallState,
        read=read,
        seen=meaning,
        require=require,
        ready=ready,
        within=pair.settings.limits.install,
        awaiting=f"{box.name} to install {what}",
        explain=explain,
        ask=lambda: ask_for_contact(run),
        attested=attested,
        undone=lambda before, now: not_taken(box, what, before, now),
    )
