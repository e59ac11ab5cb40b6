"""Whether B is fit to be production, as far as it can be read: certificate, licences, maintenance contract (OP2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from flows.requirements.counts import unless_owned
from pages.engine.meaning.numbers import parse_days
from robot.domain.errors import Refused

if TYPE_CHECKING:
    from flows.requirements.readiness_readings import ApplianceReadings
    from flows.session.pair import Pair
    from flows.session.readings import Machine
    from pages.readings.site_status import SiteStatus
    from robot.changes.run import Run

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
            has answered by name that it has not.
    """
    site, windows = pair.settings.site, pair.settings.windows
    own = {pair.settings.a.address, pair.settings.a.peer_address or ""}

    def once() -> dict[str, Any]:
        until = windows.second.closes if windows else datetime.now(UTC) + A_RUN
        objections = (
            of_certificate(a.machine, b.machine, hostname=site.hostname, until=until),
            of_licences(a.site, b.site),
            *(of_maintenance(each.site, unit, until=until) for unit, each in (("A", a), ("B", b))),
        )
        if refusal := "; ".join(filter(None, objections)):
            raise Refused(refusal)
        doubts = (doubtful_maintenance(each.site, unit, until=until) for unit, each in (("A", a), ("B", b)))
        doubt = "; ".join(filter(None, doubts))
        if doubt and (open_doubt := unless_owned(run, _STEP, "maintenance", ("OP2",), doubt)):
            raise Refused(open_doubt)
        run.log_note("b-certificate", of_names(a.machine, b.machine, own=own), procedure_ids=("OP2",))
        if unknown := [*what_is_untold(a.site, b.site), *untold_ends(a.machine, b.machine)]:
            run.log_note("b-fit-untold", f"not checked: {'; '.join(unknown)}", procedure_ids=("OP2",))
        return {}

    run.steps.durably(_STEP, "That B is fit to serve the site", None, once, procedure_ids=("OP2",))


def of_certificate(a: Machine, b: Machine, *, hostname: str, until: datetime) -> str:
    """Say why B's certificate could not serve the site; "" if it can. Trust was checked when connecting."""
    if covers(a.names, hostname) and not covers(b.names, hostname):
        return (
            f"A's certificate holds for {hostname} and B's does not (it holds for {', '.join(b.names) or 'no name'}): everybody "
            "would be warned after the swing. Install the site's certificate on B (/appliance > Security > Certificates)"
        )
    for unit, machine in (("B", b), ("A", a)):
        if machine.valid_until and datetime.fromisoformat(machine.valid_until) <= until:
            return (
                f"{unit}'s certificate is valid until {machine.valid_until} only, and it is needed until "
                f"{until:%Y-%m-%d %H:%M} UTC; renew it on both first"
            )
    return ""


def covers(names: tuple[str, ...], hostname: str) -> bool:
    """Return whether a certificate with these names is valid for a host; a wildcard stands for one label."""
    host = hostname.lower()
    return any(name.lower() in {host, f"*.{host.partition('.')[2]}"} for name in names)


def of_names(a: Machine, b: Machine, *, own: set[str]) -> str:
    """Describe B's certificate, and name what A's covers and B's does not, without the names in `own`."""
    lost = sorted(name for name in set(a.names) - set(b.names) - own if not covers(b.names, name))
    warned = f"; A's also holds for {', '.join(lost)}, and B's does not: whoever uses that name is warned" if lost else ""
    return f"B's certificate is valid until {b.valid_until} and holds for {', '.join(b.names) or 'no name'}{warned}"


def of_licences(a: SiteStatus, b: SiteStatus) -> str:
    """Say which licences B has fewer of than A; "" if none. Only licences that both name in the same words are compared."""
    fewer = [
        f"{name}: {a.licences[name]} on A, {b.licences[name]} on B"
        for name in sorted(a.licences.keys() & b.licences.keys())
        if b.licences[name] < a.licences[name]
    ]
    if not fewer:
        return ""
    return f"B has fewer licences than A ({'; '.join(fewer)}) and could not serve everybody; ask the vendor's support"


def of_maintenance(status: SiteStatus, unit: str, *, until: datetime) -> str:
    """Say why the maintenance contract ends too early; "" if it does not, or if it depends on how its date is read."""
    days = parse_days(status.maintenance)
    if not days or days[-1] + _A_DAY > until:
        return ""
    return (
        f"{unit} says that its maintenance contract runs until {status.maintenance}: it is not current to the end of the change, "
        "and the vendor's support, which may be needed, depends on it; renew it first"
    )


def doubtful_maintenance(status: SiteStatus, unit: str, *, until: datetime) -> str:
    """Say that the maintenance contract may end too early, because its date can be read in two ways; "" if it is certain."""
    days = parse_days(status.maintenance)
    if not days or days[0] + _A_DAY > until or days[-1] + _A_DAY <= until:
        return ""
    return (
        f"{unit} says that its maintenance contract runs until {status.maintenance}, which may be {days[0]:%d %B %Y} or "
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
