"""DNS: the site's entry is edited at its DNS controller (DS1), and proved at every authoritative server (DS2).

The TTL is lowered at least one old TTL before the swing, and restored afterwards: until the old answers have expired, some
clients still reach the other appliance.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

from flows.session.pair import Swing
from flows.step_names import DNS_LOWER_TTL
from flows.swings.external import Order, Outside
from robot.changes.change import Change, ChangeState
from robot.changes.executor import execute
from robot.domain.clocks import steady_clock
from robot.domain.errors import Refused, Stop
from robot.domain.model import Reading, Unit
from robot.network.dns.readings import NameReading, ServerAnswer  # noqa: TC001 - the reading's own fields
from robot.network.dns.site import site_name
from robot.network.tls import Endpoint

if TYPE_CHECKING:
    from flows.session.pair import Pair
    from robot.changes.change import Pressable
    from robot.changes.run import Run
    from robot.domain.waiting import Poller
    from robot.network.dns.site import SiteName
    from robot.settings import Settings
    from robot.settings.secrets import Secrets

_SPREADS = 300.0
"""Seconds for a change to reach every authoritative server."""
_FRESH_S = 1.0
"""Seconds for which the prober goes by the last answer about where the name leads, or by its absence: it asks the site 50 times a
second, and a production name server is not asked that often. A TTL counts whole seconds, so no client hears of a swing sooner."""


class NameNow(Reading):
    """The site's DNS entry in every view.

    Attributes:
        leads_to: "a" or "b"; "" if the views disagree, or lead elsewhere.
        views: what each configured server says.
        mixed: whether the views disagree, and each leads to A or to B: a swing that is half done.
        lagging: the servers that do not answer as wanted yet, a sentence each.
        answers: what every authoritative server answers; empty while the views are not as wanted.
        unasked: the servers that could not be found, a sentence each.
    """

    leads_to: str
    views: tuple[NameReading, ...]
    mixed: bool = False
    lagging: tuple[str, ...] = ()
    answers: tuple[ServerAnswer, ...] = ()
    unasked: tuple[str, ...] = ()

    @property
    def ttl(self) -> int:
        """The longest TTL of any view, in seconds."""
        return max((view.ttl for view in self.views), default=0)

    def told(self) -> str:
        """Say where each view leads."""
        return "; ".join(f"{view.server} leads to {' and '.join(view.addresses) or 'nowhere'}" for view in self.views)


class ByDns(Swing):
    """The swing of the site's DNS entry, in every view of it."""

    procedure_ids = ("DS1",)
    proves = ("DS2", "MP1")
    title = "The site's DNS entry"

    def __init__(self, settings: Settings, known: Secrets) -> None:
        super().__init__(settings, known)
        self.ttl = settings.swing.ttl or 60
        self.place = Outside("dns", settings.swing.server or "")
        self._probed: tuple[float, Endpoint | Stop] | None = None
        self._asking = Lock()

    @property
    def name(self) -> SiteName:
        """The site's name in all its views, with the keys as they are now: a vault may have changed them."""
        return site_name(self.settings, self.known)

    def site(self, pair: Pair) -> Endpoint:
        """Return the site's hostname, with the address to which the first view leads it now.

        Raises:
            Refused: the first view has no address for it.
        """
        view = self.name.views[0].read()
        if not view.addresses:
            raise Refused(f"{view.server} has no address for {self.settings.site.hostname}")
        own = pair.b.endpoint
        return Endpoint(self.settings.site.hostname, view.addresses[0], self.settings.site.port, own.ca_file, own.pins)

    def probed(self, pair: Pair) -> Endpoint:
        """Return the site by an answer of the last `_FRESH_S` seconds; while there is none, raise what `site` raised then."""
        with self._asking:
            newest = self._probed
            if newest is None or steady_clock() - newest[0] >= _FRESH_S:
                try:
                    found: Endpoint | Stop = self.site(pair)
                except Stop as stop:
                    found = stop
                self._probed = newest = (steady_clock(), found)
        if isinstance(newest[1], Stop):
            raise newest[1].with_traceback(None)
        return newest[1]

    def first_press(self, to: Unit) -> str:
        """Return the name of the step that sends the DNS update."""
        return f"site-dns-to-{to.value}"

    def now(self, wanted: Unit | None = None, ttls: list[int] | None = None) -> NameNow:
        """Read every view, and every authoritative server once all views lead to `wanted` (with `ttls` in seconds, if given)."""
        return self._reading(self.name.read(), wanted, ttls)

    def _reading(self, views: tuple[NameReading, ...], wanted: Unit | None = None, ttls: list[int] | None = None) -> NameNow:
        leads_to = self.name.leads_to(views)
        is_so = leads_to is wanted and (ttls is None or [view.ttl for view in views] == ttls)
        spread = self.name.propagated(wanted, ttls=ttls) if wanted is not None and is_so else None
        return NameNow(
            leads_to=leads_to.value if leads_to else "",
            views=views,
            mixed=leads_to is None and self.name.leads_to_either(views),
            lagging=tuple(spread.lagging) if spread else (),
            answers=spread.answers if spread else (),
            unasked=spread.notes if spread else (),
        )

    def before_the_break(self, pair: Pair, run: Run) -> None:  # noqa: ARG002 - the pair is not needed here
        """Check that the key may update the entry and that the name leads to A at every server, and lower the TTL."""
        entry = run.steps.observe(
            "site-dns-before", "The site's DNS entry, and that we may change it", self.place, NameNow, self._permitted,
            procedure_ids=("DS1", "PL2", "MP5"),
            require=_objection,
        )  # fmt: skip
        if entry.ttl > self.ttl:
            run.change(SetTtl(self, DNS_LOWER_TTL, "Lower", Unit.A, [self.ttl] * len(entry.views), run.poller))
        else:
            run.steps.note(DNS_LOWER_TTL, f"the TTL is {entry.ttl} s already, and is left as it is", procedure_ids=("DS1",))

    def immediately_before(self, pair: Pair, run: Run, *, to: Unit) -> None:  # noqa: ARG002 - the record tells
        """Wait until the answers with the old TTL have expired in every resolver."""
        history = run.record.history
        intent, proved = history.intent(DNS_LOWER_TTL), history.proof(DNS_LOWER_TTL)
        if intent is None or proved is None:
            return
        old = NameNow.from_plain(intent.reading).ttl
        self._wait_out(run, "site-dns-old-ttl-over", proved.at, old, "with the old TTL")

    def carry_out(self, pair: Pair, run: Run, *, to: Unit, begun: bool) -> dict[str, Any]:  # noqa: ARG002 - the record tells
        """Send the update, and wait until every authoritative server answers with it and the site answers."""
        with self.until_served(pair, run):
            change = PointDns(self, run, to)
            execute(change, replace(run.change_context(change.name), settle_s=0.0))
            self._probed = None  # where it led before the proof
        return {}

    def proved(self, pair: Pair, run: Run, *, to: Unit) -> None:  # noqa: ARG002 - asked at the name servers alone
        """Wait until the answers that lead to the other appliance, with their TTL before the swing, have expired everywhere."""
        step = self.first_press(to)
        history = run.record.history
        proof, intent = history.proof(step), history.intent(step)
        since = proof.at if proof else datetime.now(UTC)
        ttl = NameNow.from_plain(intent.reading).ttl if intent else self.ttl
        self._wait_out(run, f"site-dns-old-answers-over-{to.value}", since, ttl, f"that lead to {to.other.upper()}")

    def afterwards(self, pair: Pair, run: Run, *, serves: Unit) -> None:  # noqa: ARG002 - as above
        """Restore the TTL."""
        if (intent := run.record.history.intent(DNS_LOWER_TTL)) is None:
            return
        old = [view.ttl for view in NameNow.from_plain(intent.reading).views]
        step = "site-dns-restore-ttl" if serves is Unit.B else "site-dns-restore-ttl-back"
        in_doubt = run.record.history.is_unproved(DNS_LOWER_TTL)
        run.change(SetTtl(self, step, "Restore", serves, old, lowered_in_doubt=in_doubt))

    def _permitted(self) -> NameNow:
        views = self.name.require_permitted()
        return self._reading(views, Unit.A, [view.ttl for view in views])

    def _wait_out(self, run: Run, step: str, since: datetime, seconds: int, which: str) -> None:
        """Wait, as a durable step, until the answers given before a moment have expired.

        Args:
            run: the run.
            step: the step's name.
            since: the moment, UTC.
            seconds: the answers' TTL.
            which: which answers, completing "the answers".
        """
        over = since + timedelta(seconds=seconds)

        def wait() -> dict[str, Any]:
            replace(run.poller, poll=1.0).poll_until(
                lambda: datetime.now(UTC), lambda now: now >= over, what=f"the answers {which} to expire in every resolver",
                within=seconds + 60.0,
            )  # fmt: skip
            run.record.append(
                "reading", step, unit="site", procedure=["DS2"], heading=run.heading, title="The old DNS answers have expired",
                reading={"ttl": seconds, "since": since.isoformat(timespec="seconds")},
            )  # fmt: skip
            return {}

        run.steps.durably(step, f"Wait until the DNS answers {which} have expired", None, wait, procedure_ids=("DS2",))


def _objection(entry: NameNow) -> str:
    """Return why the swing could not be proved at every server of the zone, before anything is changed; "" if it can be."""
    if entry.leads_to != "a":
        return f"the site's name does not lead to A in every view: {entry.told()}"
    if problems := "; ".join((*entry.lagging, *entry.unasked)):
        return (
            f"the swing could not be proved at every server of the zone: {problems}; mend that server, or the zone's NS records"
        )
    return ""


class DnsChange(Change[NameNow]):
    """A change of the site's DNS entry (DS1); it is in place once every authoritative server answers with it."""

    procedure_ids = ("DS1",)
    reading = NameNow
    settle_s = 0.0

    def __init__(self, swing: ByDns, unit: Unit) -> None:
        self.place = swing.place
        self.deadline_s = max(swing.settings.limits.swing, _SPREADS)
        self._swing, self._unit = swing, unit

    def explain(self, before: NameNow | None, current: NameNow) -> str:
        """Say which servers do not answer as wanted yet, or where each view leads."""
        del before
        return "; ".join(current.lagging) or current.told()


class PointDns(DnsChange):
    """The DNS entry is pointed to one appliance."""

    def __init__(self, swing: ByDns, run: Run, to: Unit) -> None:
        super().__init__(swing, to)
        self._address = swing.settings.swung_to(to)
        self.name = swing.first_press(to)
        self.title = f"Point the site's DNS entry to {to.upper()} ({self._address})"
        self.awaiting = f"every authoritative server to lead to {to.upper()}"
        other = swing.first_press(to.other)
        self._has_begun = any(run.record.history.intent(step) for step in (other, self.name))
        self.may_begin_by_itself = run.record.history.is_unproved(other)  # a swing that is undone may never have been sent

    def read(self) -> NameNow:
        """Ask every view."""
        return self._swing.now(self._unit)

    def state(self, before: NameNow | None, current: NameNow) -> ChangeState:
        """Tell by where the views lead, and by the servers that do not answer as wanted yet."""
        if current.leads_to == self._unit.value:
            return ChangeState.UNDER_WAY if current.lagging else ChangeState.IN_PLACE
        if current.leads_to == self._unit.other.value:
            return ChangeState.NOT_YET
        halfway = current.mixed and (
            self._has_begun or before is not None
        )  # then the rest is sent; somebody else's entry is left alone
        return ChangeState.NOT_YET if halfway else ChangeState.UNCLEAR

    def open_control(self) -> Pressable:
        """Return the order that sends the update."""
        swing = self._swing
        return Order(
            f"DNS update: {swing.settings.site.hostname} to {self._address}, TTL {swing.ttl}",
            lambda: None,
            lambda: swing.name.lead_to(self._unit, ttl=swing.ttl),
        )


class SetTtl(DnsChange):
    """The DNS entry gets another TTL in each view, and still leads to the same appliance.

    Args:
        swing: the swing whose entry it is.
        name: the step's name.
        verb: "Lower" or "Restore", for the title.
        unit: the appliance to which it leads.
        ttls: the TTL of each view, in seconds.
        kept: how to wait until the servers that took the TTL answer with it; `None` not to require that.
        lowered_in_doubt: whether nothing proves that the TTL was lowered, so that the old one may stand as it was.
    """

    awaiting = "every authoritative server to answer with the TTL"

    def __init__(
        self,
        swing: ByDns,
        name: str,
        verb: str,
        unit: Unit,
        ttls: list[int],
        kept: Poller | None = None,
        *,
        lowered_in_doubt: bool = False,
    ) -> None:
        super().__init__(swing, unit)
        self._kept = kept
        self.name, self.title, self._ttls = name, f"{verb} the TTL of the site's DNS entry", ttls
        self.may_begin_by_itself = lowered_in_doubt

    def read(self) -> NameNow:
        """Ask every view."""
        return self._swing.now(self._unit, self._ttls)

    def state(self, before: NameNow | None, current: NameNow) -> ChangeState:
        """Tell by the TTLs, and by the servers that do not answer as wanted yet."""
        del before
        if current.leads_to != self._unit.value:
            return ChangeState.UNCLEAR
        if [view.ttl for view in current.views] != self._ttls:
            return ChangeState.NOT_YET
        return ChangeState.UNDER_WAY if current.lagging else ChangeState.IN_PLACE

    def open_control(self) -> Pressable:
        """Return the order that sends the update."""
        return Order(
            f"DNS update: TTL {', '.join(map(str, self._ttls))}",
            lambda: None,
            lambda: self._swing.name.set_ttls(self._unit, self._ttls, kept=self._kept),
        )
