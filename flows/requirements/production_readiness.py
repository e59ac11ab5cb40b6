"""Whether B is fit to be production, as far as it can be read: certificate, licences, maintenance contract (OP2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from flows.requirements.counts import unless_owned
from pages.engine.meaning.numbers import parse_days
from robot.domain.errors import Refused
from robot.domain.readiness import LICENCES, MAINTENANCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flows.requirements.readiness_readings import ApplianceReadings
    from flows.session.pair import Pair
    from flows.session.readings import Machine
    from pages.readings.site_status import SiteStatus
    from robot.changes.run import Run
    from robot.settings import Settings

A_RUN = timedelta(days=1)
"""For how long certificates and contracts must be valid if the pair file has no windows."""
_A_DAY = timedelta(days=1)
_STEP = "b-fit-to-serve"


def fit_to_serve(pair: Pair, run: Run, a: ApplianceReadings, b: ApplianceReadings) -> None:
    """Check, before anything is changed, that B can serve in A's place; note what no page tells (OP2).

    Args:
        pair: both appliances.
        run: the run.
        a: what was read of A.
        b: what was read of B.

    Raises:
        Refused: B's certificate would not serve the site, B has fewer licences, or maintenance has lapsed, or may have and nobody
            has answered by name that it has not. What the pair file waives is noted.
    """
    site, both = pair.settings.site, (("A", a), ("B", b))
    own = {pair.settings.a.address, pair.settings.a.peer_address or ""}

    def once() -> dict[str, Any]:
        until = end_of_change(pair.settings, datetime.now(UTC))
        objections = (
            uncovered(a.machine.names, b.machine.names, site.hostname),
            *(ends_too_early(unit, each.machine.valid_until, until) for unit, each in both),
            _unless_waived(run, LICENCES, fewer_licences(a.site.licences, b.site.licences)),
            _unless_waived(run, MAINTENANCE, _joined(lapsed_maintenance(n, each.site.maintenance, until) for n, each in both)),
        )
        if refusal := _joined(objections):
            raise Refused(refusal)
        doubt = _joined(doubtful_maintenance(unit, each.site.maintenance, until) for unit, each in both)
        doubt = _unless_waived(run, MAINTENANCE, doubt)
        if doubt and (open_doubt := unless_owned(run, _STEP, "maintenance", ("OP2",), doubt)):
            raise Refused(open_doubt)
        run.log_note("b-certificate", of_names(a.machine, b.machine, own=own), procedure_ids=("OP2",))
        if unknown := [*what_is_untold(a.site, b.site), *untold_ends(a.machine, b.machine)]:
            run.log_note("b-fit-untold", f"not checked: {'; '.join(unknown)}", procedure_ids=("OP2",))
        return {}

    run.steps.durably(_STEP, "That B is fit to serve the site", None, once, procedure_ids=("OP2",))


def lasts_to_the_end(run: Run, read: Mapping[str, ApplianceReadings]) -> None:
    """Require, where nothing is swung, that certificates and maintenance contracts last to the end of the change.

    Args:
        run: the run.
        read: what was read of each appliance, by its name.

    Raises:
        Refused: one does not, and the pair file does not waive it.
    """
    lines = run.record.history.lines
    until = end_of_change(run.settings, lines[0].at if lines else datetime.now(UTC))  # the same whenever it is resumed
    ending = _joined(ends_too_early(name, each.machine.valid_until, until) for name, each in read.items())
    run.steps.require("site-certificates-last", "That the certificates last", ending, procedure_ids=("OP2",))
    lapsed = _joined(lapsed_maintenance(name, each.site.maintenance, until) for name, each in read.items())
    if lapsed and (waiver := run.settings.waiver_of(MAINTENANCE)):
        run.steps.note("site-waived-maintenance", f"waived ({waiver}): {lapsed}", procedure_ids=("OP2",))
    else:
        run.steps.require("site-maintenance", "That the maintenance contracts last", lapsed, procedure_ids=("OP2",))


def _unless_waived(run: Run, check: str, objection: str) -> str:
    """Return an objection; "" if a waiver of the pair file lifts it, which is noted."""
    if not objection or (waiver := run.settings.waiver_of(check)) is None:
        return objection
    run.log_note(f"site-waived-{check}", f"waived ({waiver}): {objection}", procedure_ids=("OP2",))
    return ""


def _joined(sentences: Iterable[str]) -> str:
    return "; ".join(filter(None, sentences))


def end_of_change(settings: Settings, begins: datetime) -> datetime:
    """Return when a change is over at the latest: at the end of the second window, else a day after it begins."""
    return settings.windows.second.closes if settings.windows else begins + A_RUN


def uncovered(a: tuple[str, ...], b: tuple[str, ...], hostname: str) -> str:
    """Return why B's certificate could not serve the site as A's does; "" if it can. Trust was checked when connecting.

    Args:
        a: the names for which A's certificate holds.
        b: the same of B's.
        hostname: the site's.
    """
    if not covers(a, hostname) or covers(b, hostname):
        return ""
    return (
        f"A's certificate holds for {hostname} and B's does not (it holds for {', '.join(b) or 'no name'}): everybody "
        "would be warned after the swing. Install the site's certificate on B (/appliance > Security > Certificates)"
    )


def ends_too_early(unit: str, valid_until: str, until: datetime) -> str:
    """Return why a certificate does not last long enough; "" if it does, or if its end is not told.

    Args:
        unit: "A" or "B".
        valid_until: its end, in ISO 8601; "" if that is not told.
        until: until when it is needed.
    """
    if not valid_until or datetime.fromisoformat(valid_until).astimezone(UTC) > until:
        return ""
    return (
        f"{unit}'s certificate is valid until {valid_until} only, and it is needed until "
        f"{until:%Y-%m-%d %H:%M} UTC; renew it on both first"
    )


def covers(names: tuple[str, ...], hostname: str) -> bool:
    """Return whether a certificate with these names is valid for a host; a wildcard stands for one label."""
    host = hostname.lower()
    return any(name.lower() in {host, f"*.{host.partition('.')[2]}"} for name in names)


def of_names(a: Machine, b: Machine, *, own: set[str]) -> str:
    """Describe B's certificate, and name what A's covers and B's does not, without the names in `own`."""
    lost = sorted(name for name in set(a.names) - set(b.names) - own if not covers(b.names, name))
    warned = f"; A's also holds for {', '.join(lost)}, and B's does not: whoever uses that name is warned" if lost else ""
    return f"B's certificate is valid until {b.valid_until} and holds for {', '.join(b.names) or 'no name'}{warned}"


def fewer_licences(a: Mapping[str, int], b: Mapping[str, int]) -> str:
    """Say which licences B has fewer of than A; "" if none. Only licences that both name in the same words are compared."""
    fewer = [f"{name}: {a[name]} on A, {b[name]} on B" for name in sorted(a.keys() & b.keys()) if b[name] < a[name]]
    if not fewer:
        return ""
    return f"B has fewer licences than A ({'; '.join(fewer)}) and could not serve everybody; ask the vendor's support"


def lapsed_maintenance(unit: str, told: str, until: datetime) -> str:
    """Return why the maintenance contract ends too early; "" if it does not, or if it depends on how its date is read.

    Args:
        unit: "A" or "B".
        told: until when it runs, in the page's words.
        until: when the change is over.
    """
    days = parse_days(told)
    if not days or days[-1] + _A_DAY > until:
        return ""
    return (
        f"{unit} says that its maintenance contract runs until {told}: it is not current to the end of the change, "
        "and the vendor's support, which may be needed, depends on it; renew it first"
    )


def doubtful_maintenance(unit: str, told: str, until: datetime) -> str:
    """Return that the maintenance contract may end too early, as its date can be read in two ways; "" if it is certain.

    Args:
        unit: "A" or "B".
        told: until when it runs, in the page's words.
        until: when the change is over.
    """
    days = parse_days(told)
    if not days or days[0] + _A_DAY > until or days[-1] + _A_DAY <= until:
        return ""
    return (
        f"{unit} says that its maintenance contract runs until {told}, which may be {days[0]:%d %B %Y} or "
        f"{days[-1]:%d %B %Y}: see which it is. Renew it first if it ends before the change does; else go on by name"
    )


def untold_ends(a: Machine, b: Machine) -> list[str]:
    """Return which certificates could not be checked because it is not told until when they are valid."""
    return [f"until when {unit}'s certificate is valid" for unit, each in (("A", a), ("B", b)) if not each.valid_until]


def what_is_untold(a: SiteStatus, b: SiteStatus) -> list[str]:
    """Return what could not be checked because the pages do not tell it."""
    both = a.licences.keys() & b.licences.keys()
    only_a = sorted(a.licences.keys() - b.licences.keys()) if both else []
    silent = [unit for unit, status in (("A", a), ("B", b)) if not parse_days(status.maintenance)]
    return [
        *([] if both else ["A and B do not tell their licences in the same words"]),
        *([f"how many of these licences B has: {', '.join(only_a)}"] if only_a else []),
        *([f"the maintenance contract, which {' and '.join(silent)} does not tell"] if silent else []),
    ]
