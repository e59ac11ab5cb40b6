"""A person swings the site by the failover plan, and confirms it by name; the proof comes from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.session.pair import Swing
from flows.swings.external import public_site
from robot.changes.questions import wait_for_answer
from robot.operators.operator_questions import OperatorQuestion

if TYPE_CHECKING:
    from flows.session.pair import Pair
    from robot.changes.run import Run
    from robot.domain.model import Unit
    from robot.network.tls import Endpoint


class ByPerson(Swing):
    """The swing by a person, for a network that the robot may not change."""

    procedure_ids = ("NS1", "MP5")
    proves = ("NS2", "MP1")
    title = "The site, by a person,"
    is_measured = False

    def site(self, pair: Pair) -> Endpoint:
        """Return the site, where its name leads from outside."""
        return public_site(self.settings, pair)

    def first_press(self, to: Unit) -> str:
        """Return the name of the step that asks the person; the robot presses nothing."""
        return f"site-swing-by-person-to-{to.value}"

    def carry_out(self, pair: Pair, run: Run, *, to: Unit, begun: bool) -> dict[str, Any]:  # noqa: ARG002 - it presses nothing
        """Ask a person to swing, wait for the answer, and then until the site answers; who answers is proved afterwards."""
        new, old = pair.appliance(to), pair.appliance(to.other)
        question = OperatorQuestion(
            "swing",
            self.first_press(to),
            f"Point {self.settings.site.hostname} from {old.name} ({old.endpoint.address}) to {new.name} "
            f"({new.endpoint.address}) now, by the failover plan. Done? The robot then asks the site who answers.",
            until=run.hours.until(),
        )
        answer = wait_for_answer(
            run, question, title=f"Asked of a person: the swing to {new.name}", procedure_ids=self.procedure_ids
        )
        with self.until_served(pair, run):
            pass  # the person has swung it already
        return answer
