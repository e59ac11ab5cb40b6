"""A hundred and more things that can be wrong with a pair and be seen beforehand: an edit of a healthy one, and who sees it."""

from __future__ import annotations

from collections.abc import Iterator

from healthy_pairs import A, B, Document, Edit

from flows.areas.pair_snapshot import ApplianceSnapshot

Fault = tuple[str, Edit, str]


def put(unit: str, name: str, **values: object) -> Edit:
    """An edit of the value of one area."""

    def edit(made: Document) -> None:
        made[unit][name]["value"].update(values)

    return edit


def hidden(unit: str, name: str) -> Edit:
    """An edit that hides an area."""

    def edit(made: Document) -> None:
        made[unit][name].update(value=None, unknown=[{"of": "", "reason": "it was not read", "known": "later"}])

    return edit


def gap(unit: str, name: str, field: str) -> Edit:
    """An edit that hides one field of an area."""

    def edit(made: Document) -> None:
        made[unit][name]["value"][field] = None
        made[unit][name]["unknown"].append({"of": field, "reason": "it is not told", "known": "later"})

    return edit


def _same_serial(made: Document) -> None:
    made["b"]["identity"]["value"]["serial"] = made["a"]["identity"]["value"]["serial"]


def all_faults() -> Iterator[Fault]:
    """Yield what is wrong, the edit that makes it so, and the name of the check that must fail."""
    yield from _of_the_pair()
    for unit in ("a", "b"):
        yield from _of_one(unit, unit.upper())
    yield from _of_the_site()
    yield from _of_b()
    yield from _unseen()


def _of_the_pair() -> Iterator[Fault]:
    yield "A and B are one appliance", _same_serial, "two-appliances"
    for a in ("primary", "backup", "none", "conflict"):
        for b in ("primary", "backup", "none", "conflict"):
            if (a, b) == ("primary", "backup"):
                continue

            def exchange(made: Document, a: str = a, b: str = b) -> None:
                put("a", "relationship", role=a)(made)
                put("b", "relationship", role=b)(made)

            yield f"A is {a} and B is {b}", exchange, "no-role-conflict" if "conflict" in {a, b} else "roles"
    for a, b in ((True, True), (False, False), (False, True)):

        def switch(made: Document, a: bool = a, b: bool = b) -> None:
            put("a", "shared_ip", enabled=a)(made)
            put("b", "shared_ip", enabled=b)(made)

        yield f"the shared IP is {a} on A and {b} on B", switch, "shared-ip"

    def twice(made: Document) -> None:
        for unit, own in (("a", A), ("b", B)):
            put(unit, "other_addresses", addresses={own: "enabled", "192.0.2.99": "enabled"})(made)

    yield "one more address is enabled on both", twice, "no-address-twice"
    yield "the keys differ", put("site", "keys", are="different"), "same-key"


def _of_one(unit: str, n: str) -> Iterator[Fault]:
    yield f"{n} shows an alert", put(unit, "relationship", alerts=["Data sync failed"]), "no-failover-alert"
    yield f"{n} is in a cluster", put(unit, "cluster", member=True), "no-cluster"
    yield f"{n} installs something", put(unit, "installation", running="Installing 15.1.2 (40%)"), "nothing-installing"
    yield f"{n} is newer than the target", put(unit, "product", version="16.1.1"), "no-downgrade"
    yield f"{n} is at the target alone", put(unit, "product", version="15.1.3"), "untouched"
    yield f"{n} is at another release", put(unit, "product", version="14.9.9"), "same-release"
    yield f"{n} has no way to the target", gap(unit, "offered", "chain"), "way-to-target"
    yield (
        f"{n}'s certificate has ended",
        put(unit, "certificate", valid_until="2026-11-30T00:00:00+00:00"),
        "certificate-lasts",
    )
    yield (
        f"{n}'s certificate ends within the change",
        put(unit, "certificate", valid_until="2026-12-03T23:00:00+00:00"), "certificate-lasts",
    )  # fmt: skip
    yield f"until when {n}'s certificate is valid is not told", put(unit, "certificate", valid_until=""), "certificate-lasts"
    yield f"{n}'s maintenance has lapsed", put(unit, "maintenance", until="2026-11-01"), "maintenance"
    yield f"{n}'s maintenance may lapse", put(unit, "maintenance", until="03/12/2026"), "maintenance"
    yield f"{n}'s disk is full", put(unit, "disks", used_percent={"/": 41, "/data": 97}), "disks"
    yield f"{n}'s clock is wrong", put(unit, "clock", time="2026-12-01 19:42:05 UTC"), "clocks"
    yield f"{n}'s clock is a day behind", put(unit, "clock", time="2026-11-30 20:00:05 UTC"), "clocks"
    yield f"{n} does not reach the other", put(unit, "reach", from_appliance=False), "reaches-the-other"
    for poor in ("Degraded", "Failed", "1 warning", "Not OK", "unknown"):
        yield f"{n}'s health: {poor}", put(unit, "health", checks={"RAID": poor, "Fan": "OK"}), "health"


def _of_the_site() -> Iterator[Fault]:
    for status in (401, 404, 500, 502, 503):
        yield f"the site answers {status}", put("site", "portal", status=status), "portal"
        yield f"A's health page answers {status}", put("a", "health_page", status=status), "health-page"
    yield "another page answers at the site", put("site", "portal", is_portal=False), "portal"


def _of_b() -> Iterator[Fault]:
    yield "B's certificate is its own", put("b", "certificate", names=["b.example.com"]), "certificate-holds"
    yield "B's certificate has no name", put("b", "certificate", names=[]), "certificate-holds"
    yield "B's certificate is another site's", put("b", "certificate", names=["help.example.net"]), "certificate-holds"
    for number in (0, 1, 24):
        yield f"B has {number} licences", put("b", "licences", numbers={"Representatives": number}), "licences"
    yield "B has not synchronised for two days", put("b", "synchronisation", age_s=2 * 86400), "last-sync"
    yield "B tells no synchronisation", gap("b", "synchronisation", "last"), "sync-is-told"
    yield "people work on B", put("b", "signed_in", representatives=2), "nobody-on-b"
    yield "sessions run on B", put("b", "signed_in", sessions=1), "nobody-on-b"


def _unseen() -> Iterator[Fault]:
    must_be_seen = {
        "product": "same-release", "base": "same-base", "identity": "two-appliances", "relationship": "roles",
        "shared_ip": "shared-ip", "certificate": "certificate-lasts", "installation": "nothing-installing",
    }  # fmt: skip
    for name, check in must_be_seen.items():
        assert name in ApplianceSnapshot.model_fields
        for unit in ("a", "b"):
            yield f"{unit.upper()}'s {name} could not be read", hidden(unit, name), check
    yield "B's synchronisation could not be read", hidden("b", "synchronisation"), "sync-is-told"
    yield "nobody answers at the site", hidden("site", "portal"), "portal"
    yield "A's health page does not answer", hidden("a", "health_page"), "health-page"
