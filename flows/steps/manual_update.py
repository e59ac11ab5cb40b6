"""Update an appliance by hand: its own files, in order, each uploaded and installed once, until the target is reached.

For appliances that cannot update by themselves, as on a restricted network (UM1). A person has brought the files; the robot
carries them to Updates :: Manual Installation.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flows.checks.as_left import Left, running
from flows.checks.chain import reached
from flows.checks.update_files import files_of, taken
from flows.session import readings
from flows.steps.patches import attested, install_patch, patched_by_hand, said_of, unclear
from flows.steps.update_appliance import installation, not_at_rest, shared_ip_stays, slug, update_appliance, went_wrong
from pages.appliance.updates import UpdatesScreen
from robot.domain.errors import Refused
from robot.execution.change import Seen, nobody_attests

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from flows.session.readings import InstallState
    from robot.domain.model import Unit
    from robot.execution.change import Change, Control
    from robot.execution.performing import Run


def update(box: Appliance, pair: Pair, run: Run, left: dict[Unit, Left]) -> None:
    """Bring one appliance to the target, by the method of the pair file."""
    if pair.settings.update.method == "manual":
        update_by_hand(box, pair, run, left)
    elif pair.settings.update.patch:
        install_patch(box, pair, run, left)
    else:
        update_appliance(box, pair, run, left)


def update_by_hand(box: Appliance, pair: Pair, run: Run, left: dict[Unit, Left]) -> None:
    """Install an appliance's files, one after the other, each once (UM6, UM7).

    Args:
        box: the appliance; it serves nobody.
        pair: both.
        run: the run.
        left: how this run left each appliance; nothing is installed where one stands otherwise. It is kept up to date.

    Raises:
        Refused: the last file is installed, and the target is not reached.
    """
    u, n, site, patch = box.unit.value, box.name, pair.settings.site, pair.settings.update.patch
    files = files_of(box, pair.settings)
    with run.under(f"Update Appliance {n}"):
        for number, (path, name) in enumerate(zip([*files, None], [*step_names(files), ""], strict=True), 1):
            product, base = running(box, run, left, number, fulfils=("UM7",))
            if reached(site, product=product, base=base) and not (patch and path):
                if path is not None:
                    others = ", ".join(each.name for each in files[number - 1 :])
                    run.note(f"{u}-files-not-needed", f"{n} is at the target; not needed, not installed: {others}")
                return
            if path is None:
                raise Refused(
                    f"{n}: every file of [update] files.{u} is installed, and {n} runs {product} on base {base}: "
                    f"they do not lead to {site.target_version} {site.target_base or ''}".rstrip()
                    + "; have a person find out which update is missing"
                )
            was, to_come = (product, base), len(files) - number + 1
            now = run.change(update_software(box, path, name, pair, run, dict(left), was=was, to_come=to_come)).reading
            left[box.unit] = replace(left[box.unit], product=now.product, base=now.base)
            shared_ip_stays(pair, run, left, after=f"{u}-{name}")


def step_names(files: Sequence[Path]) -> list[str]:
    """Each file as a part of a step's name; names that would be the same are told apart by their place."""
    plain = [slug(path.name) for path in files]
    return [f"{name}-{place}" if plain.count(name) > 1 else name for place, name in enumerate(plain, 1)]


def installed(was: tuple[str, str]) -> Callable[[InstallState | None, InstallState], Seen]:
    """What a look means: only a version that has changed since `was` (product, base) proves an installation (UM9)."""

    def seen(before: InstallState | None, now: InstallState) -> Seen:
        if (early := not_at_rest(before, now)) is not None:
            return early
        if (now.product, now.base) != was:
            return Seen.IN_PLACE
        said_anew = before is not None and now.message and now.message != before.message
        return Seen.UNCLEAR if said_anew or went_wrong(before, now) else Seen.NOT_YET

    return seen


def update_software(
    box: Appliance,
    path: Path,
    name: str,
    pair: Pair,
    run: Run,
    left: Mapping[Unit, Left],
    *,
    was: tuple[str, str],
    to_come: int,
) -> Change[InstallState]:
    """Update Software, with one file.

    Args:
        box: the appliance.
        path: the file.
        name: the file as a part of the step's name.
        pair: both.
        run: the run.
        left: how this run left each appliance.
        was: product and base before.
        to_come: how many files are still to be installed, with this one.
    """

    def objection(now: InstallState) -> str:
        if not now.offered:
            return f"{box.name} shows no Update Software now"
        try:
            taken(path)
        except Refused as refusal:
            return str(refusal)
        return ""

    patch = pair.settings.update.patch

    def ready() -> Control:
        screen = box.open(UpdatesScreen)
        screen.manual_installation.choose(path)
        return screen.manual_installation.update_software(box.answers, within=pair.settings.limits.install)

    return installation(
        box, pair, run, left,
        name=f"{box.unit.value}-update-software-{name}",
        title=f"Update Software on {box.name}: {path.name}",
        fulfils=("UM6", "UM7"),
        what=path.name,
        read=lambda: readings.manual_state(box, said=lambda shown: said_of(patch, shown) if patch else ""),
        seen=patched_by_hand if patch else installed(was),
        objection=objection,
        to_come=to_come,
        ready=ready,
        attested=attested(box, run, patch) if patch else nobody_attests,
        unclear=unclear(box, patch) if patch else lambda _, now: (
            f"{now.message or 'it says nothing'}; {box.name} still runs {now.product} on base {now.base}: have a person see "
            f"whether {path.name} was made for this appliance; put the right file in its place, with its sum, then resume"
        ),
    )  # fmt: skip
