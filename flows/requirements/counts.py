"""What is counted before the swing and must be found again afterwards: people, sessions, Jump Clients, and what the site holds.

A number that no page tells is `None`. Where a limit of the user's or the run's own earlier count depends on it, a person is
asked; elsewhere it is noted as not checked.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from flows.requirements.cut_off import listed, nobody_is_cut_off_unasked, who_is_cut_off
from flows.session import readings
from flows.step_names import SWING
from pages.login.lists import (
    GroupPoliciesScreen,
    JumpClientsScreen,
    JumpItemsScreen,
    ListScreen,
    SupportReportsScreen,
    UsersScreen,
)
from pages.login.status import StatusScreen
from pages.readings.site_status import Contents
from robot.domain.errors import Stalled, UnknownHand, VerificationFailed, WrongScreen
from robot.domain.model import Reading
from robot.operators import operator_questions
from robot.schedule.estimate import Work

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from pages.readings.release import Release
    from robot.changes.run import Run

AT_THE_SYNC, BEFORE_THE_SWING = "a-counts-at-the-sync", "a-counts-before-swing"
LISTS: Mapping[str, type[ListScreen]] = {
    "users": UsersScreen,
    "groups": GroupPoliciesScreen,
    "jump_items": JumpItemsScreen,
    "recorded_sessions": SupportReportsScreen,
    "jump_clients": JumpClientsScreen,
}
"""The screens that tell what the Status screen does not."""


class Counts(Contents):
    """What one appliance holds, and how many are connected to it; `None` if its pages do not tell."""

    representatives: int | None = None
    sessions: int | None = None
    jump_clients: int | None = None


class Returned(Reading):
    """How many Jump Clients were online on A before the swing, and are online on B now; `None` if it does not tell."""

    before: int | None
    back: int | None

    def is_enough(self, share: int) -> bool:
        """Return whether so many per cent have come back; not if either number is needed and not told."""
        if 0 in {share, self.before}:
            return True
        return self.back is not None and self.before is not None and 100 * self.back >= self.before * share

    def told(self) -> str:
        """Return in words what speaks against going on."""
        if self.before is None:
            return "A did not tell how many Jump Clients were online before the swing"
        if self.back is None:
            return f"{self.before} Jump Clients were online on A before the swing, and B does not tell how many are"
        return f"only {self.back} of {self.before} Jump Clients are online on B again"


def at_the_sync(pair: Pair, run: Run) -> None:
    """Count what the synchronisation will carry over; from now on nothing may be configured on A (OP1)."""
    counts = run.steps.observe(
        AT_THE_SYNC,
        "How much there is on A, right before Sync Now",
        pair.a,
        Counts,
        lambda: counted(pair.a),
        procedure_ids=("OP1",),
    )
    if missing := [name for name, number in counts.configured.items() if number is None]:
        text = f"not checked: A does not tell how many {listed(missing)} there are; what is changed there would be lost unnoticed"
        run.steps.note("a-counts-untold", text, procedure_ids=("OP1",))
    run.steps.note(
        "site-configure-nothing",
        "from the synchronisation to the swing configure nothing on A, and until failover is established again configure only "
        "the appliance that serves: everything else would be lost",
        procedure_ids=("OP1",),
    )  # fmt: skip


def before_the_swing(pair: Pair, run: Run) -> None:
    """Count who is cut off and what must be found again; stop if something was configured on A meanwhile (PL4, OP1, MP3).

    It is part of the swing's own step, so that it is done again after a stop and a resume: anything may have changed.

    Raises:
        UnknownHand: A does not hold what it held at the synchronisation, and nobody has answered for that by name.
    """
    at_sync = on_record(run, AT_THE_SYNC)
    counts = run.steps.observe_now(
        BEFORE_THE_SWING, "How much there is on A, and who is connected, right before the swing", pair.a,
        lambda: counted(pair.a, at_sync), procedure_ids=("PL4", "OP1", "MP3", "VT12"),
    )  # fmt: skip
    counts = nobody_is_cut_off_unasked(
        run, counts, lambda: counted(pair.a, at_sync), step="a-people-at-the-swing", by="the swing", work=Work.SWING
    )
    run.log_note("site-cut-off", who_is_cut_off(counts, "A", "by the swing"), procedure_ids=("PL4",))
    if at_sync is None:
        text = "not checked: how much A held at the synchronisation is not on record; what was changed there since would be lost"
        run.log_note("site-changed-on-a", text, procedure_ids=("OP1",))
        return
    if not (changed := differences(at_sync, counts)):
        return
    sentence = f"since the synchronisation A has changed: {'; '.join(changed)}. B does not have that, and it would be lost"
    if owner := run.ownership.owner_by_answer(SWING, title="What was changed on A", procedure_ids=("OP1",)):
        run.log_note("site-changed-on-a", f"{sentence}; {owner} owns it by name", procedure_ids=("OP1",))
        return
    raise UnknownHand(
        sentence,
        next_action=(
            "Undo it on A; or have whoever owns it say so (failover-robot answer RUN unknown_hand --by NAME --note WHAT), to "
            "enter it on B after the swing. Then resume."
        ),
        procedure_ids=("OP1",),
    )


def jump_clients_are_back(pair: Pair, run: Run) -> None:
    """Hold the second window's work until enough Jump Clients are online on B (VT12).

    Raises:
        Refused: too few are, or that is not told, and nobody has answered by name that the run goes on all the same.
    """
    counts, check = on_record(run, BEFORE_THE_SWING), pair.settings.checks.jump_client
    before = counts.jump_clients if counts else None
    if before is None and check is not None and check.skip:
        text = f"not checked: A did not tell how many Jump Clients were online; [checks] skips them, because: {check.skip}"
        run.steps.note("b-jump-clients", text, procedure_ids=("VT12",))
        return
    b, share, step = pair.b, pair.settings.limits.jump_clients_back, "b-jump-clients-back"

    def read() -> Returned:
        def once() -> Returned:
            return Returned(before=before, back=jump_clients_online(b))

        with contextlib.suppress(Stalled):
            return pair.poller.poll_until(
                once, lambda reading: reading.is_enough(share) or None in {reading.back, reading.before},
                what="the Jump Clients to come back", within=pair.settings.limits.establish,
            )  # fmt: skip
        return once()

    def objection(reading: Returned) -> str:
        if reading.is_enough(share):
            return ""
        return unless_owned(
            run, step, "jump_clients_back", ("VT12",),
            f"{reading.told()}, and limits.jump_clients_back asks for {share} per cent; A is not touched. Find out why and "
            "resume, or go on by name all the same",
        )  # fmt: skip

    result = run.steps.observe(
        step, "That the Jump Clients have come back, to B", b, Returned, read, procedure_ids=("VT12",), require=objection
    )
    text = "not checked: how many Jump Clients have come back is not told"
    if result.back is not None and before is not None:
        rest = max(before - result.back, 0)
        missing = f"{rest} have not come back" if rest else "all have come back"
        text = f"{result.back} Jump Clients are online on B, and {before} were before the swing: {missing}"
    run.steps.note("b-jump-clients", text, procedure_ids=("VT12",))


def sessions_are_found(appliance: Appliance, run: Run, *, old_release: Release) -> None:
    """Check at the end that no recorded session of before the swing is missing; before 10.6 they were extracted instead (MP3).

    Args:
        appliance: the primary.
        run: the run.
        old_release: the release that A ran before the upgrade.

    Raises:
        VerificationFailed: there are fewer, and nobody has answered for that by name.
    """
    at_swing = on_record(run, BEFORE_THE_SWING)
    if at_swing is None or not old_release.merges_sessions_made_while_apart:
        return
    before, step = at_swing.recorded_sessions, f"{appliance.unit.value}-counts-at-the-end"

    def objection(counts: Counts) -> str:
        if before is None or counts.recorded_sessions is None or counts.recorded_sessions >= before:
            return ""
        return unless_owned(
            run, step, "recorded_sessions", ("MP3",),
            f"{appliance.name} has {counts.recorded_sessions} recorded sessions, and A had {before} before the swing: look for "
            "the missing ones in the reports of both. Old ones may have been deleted by age; then account for them by name",
        )  # fmt: skip

    at_end = run.steps.observe(
        step, f"How much there is on {appliance.name} at the end", appliance, Counts, lambda: counted(appliance, at_swing),
        procedure_ids=("MP3",),
        require=objection, otherwise=VerificationFailed,
    )  # fmt: skip
    if before is None or at_end.recorded_sessions is None:
        who = "A did" if before is None else f"{appliance.name} does"
        run.steps.note("site-sessions", f"not checked: {who} not tell how many sessions are recorded", procedure_ids=("MP3",))


def counted(appliance: Appliance, known: Counts | None = None) -> Counts:
    """Count on one appliance: on the Status screen, and on other screens only what the Status screen does not tell.

    Args:
        appliance: the appliance.
        known: what was counted before; what no screen told then is not looked for again.

    Returns:
        The counts; the Status screen is open again, so that no picture shows a list of people.
    """
    status = readings.site_status(appliance)
    counts = {
        **status.contents.plain(),
        **{name: getattr(status, name) for name in ("representatives", "sessions", "jump_clients")},
    }
    missing = [name for name in LISTS if counts[name] is None and (known is None or getattr(known, name) is not None)]
    if missing:
        counts |= {name: number_on(appliance, LISTS[name]) for name in missing}
        appliance.open(StatusScreen)  # no picture shows a list of people
    return Counts(**counts)


def number_on(appliance: Appliance, screen: type[ListScreen]) -> int | None:
    """Count the entries of one list; `None` if the list is not there or does not tell."""
    if not screen(appliance.enter("login")).is_offered:
        return None
    try:
        return appliance.read(screen, lambda opened: opened.count())
    except WrongScreen:
        return None


def jump_clients_online(appliance: Appliance) -> int | None:
    """Read how many Jump Clients are online on one appliance; `None` if no page tells."""
    number = readings.site_status(appliance).jump_clients
    if number is None:
        number = number_on(appliance, JumpClientsScreen)
        appliance.open(StatusScreen)  # as above
    return number


def on_record(run: Run, step: str) -> Counts | None:
    """Return what was counted at a step of this run; `None` if nothing is on record."""
    line = run.record.history.reading(step)
    return Counts.from_plain(line.reading) if line else None


def differences(earlier: Contents, later: Contents) -> list[str]:
    """Return what was configured meanwhile, one sentence for each number.

    A number that was told and is not told any more counts as a difference; one that was not told then is not compared.
    """
    return [
        f"{name} were {before} and {'it does not tell how many there are now' if after is None else f'are {after}'}"
        for (name, before), after in zip(earlier.configured.items(), later.configured.values(), strict=True)
        if before is not None and before != after
    ]


def unless_owned(run: Run, step: str, check: str, procedure_ids: tuple[str, ...], objection: str) -> str:
    """Return the objection, and ask a person about it; "" if a person has answered for it by name since, which is recorded.

    Args:
        run: the run.
        step: the step at which it is asked.
        check: the question's key for `failover-robot answer`.
        procedure_ids: procedure IDs.
        objection: the sentence that ends the run.
    """
    if owner := run.ownership.owner_by_answer(step, check, title="Who goes on all the same", procedure_ids=procedure_ids):
        run.log_note(step, f"{owner} goes on all the same: {objection}", procedure_ids=procedure_ids)
        return ""
    operator_questions.ask(run, [operator_questions.OperatorQuestion(check, step, objection)])
    return objection
