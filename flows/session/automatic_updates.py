"""Whether an appliance updates itself, which it does only out of a failover pair: from the break to the new relationship."""

from __future__ import annotations

from typing import TYPE_CHECKING

from robot.changes.change import SOMEBODY

if TYPE_CHECKING:
    from flows.session.appliance import Appliance
    from pages.readings.available_updates import Updates
    from robot.changes.run import Run


def tell_of_automatic_updates(appliance: Appliance, run: Run, shown: Updates) -> None:
    """Note before the break that the appliance could update itself while the pair is apart.

    Args:
        appliance: the appliance.
        run: the run.
        shown: its Updates screen.
    """
    if shown.automatic:
        run.steps.note(
            f"{appliance.unit.value}-automatic-updates",
            f'{appliance.name} has "{shown.automatic}" on: nothing comes of it in a failover pair, but from the break until the '
            "pair is established again it counts, and the run stops where something was installed that it did not press; switch "
            "it off for that time",
        )


def suspect(name: str, automatic: str) -> str:
    """Say who may have installed what this run did not press.

    Args:
        name: the appliance, as a person says it.
        automatic: the words of the box by which it updates itself; "" if it does not.

    Returns:
        The end of a sentence.
    """
    if not automatic:
        return SOMEBODY
    return f'{name} updates itself while the pair is apart, for "{automatic}" is on there; switch that off'
