"""Check that each appliance can connect to the other: the TLS port is open both ways (RE13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from flows.requirements.counts import unless_owned
from pages.appliance.utilities import UtilitiesScreen
from pages.readings.machine import TcpConnection
from robot.domain.errors import Unreachable, Untrusted, WrongScreen
from robot.evidence.wording import begin_sentence
from robot.network import tls
from robot.network.tls import Endpoint

if TYPE_CHECKING:
    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from robot.changes.run import Run


class Reach(TcpConnection):
    """Whether one appliance reaches the other's TLS port.

    Attributes:
        host: the other appliance's host name or address.
        port: its TCP port.
        from_here: whether that port answers TLS from this machine; `None` if the appliance itself could be asked.
    """

    host: str
    port: int
    from_here: bool | None = None


def each_reaches_the_other(pair: Pair, run: Run, *, before: str) -> None:
    """Have each appliance connect to the other, by its own TCP Connection Test, as the relationship will (RE13).

    Args:
        pair: both appliances.
        run: the run.
        before: what comes next, as a part of the steps' names.

    Raises:
        Refused: one of them says that it cannot; or it does not tell, the port does not answer from here either, and nobody has
            answered by name that the run goes on all the same.
    """
    for appliance in (pair.a, pair.b):
        other = pair.appliance(appliance.unit.other)
        step = f"{appliance.unit.value}-reaches-{other.unit.value}-before-{before}"
        result = run.steps.observe(
            step, f"That {appliance.name} can connect to {other.name}: TCP Connection Test", appliance, Reach,
            lambda appliance=appliance, other=other: reach(appliance, other, pair), procedure_ids=("RE13",),
            require=lambda reading, appliance=appliance, other=other, step=step: (
                objection(appliance, other, reading) or in_doubt(appliance, other, reading, run, step)
            ),
        )  # fmt: skip
        if result.reached is None:
            run.steps.note(f"{step}-untold", untold(appliance, other, result), procedure_ids=("RE13",))


def reach(appliance: Appliance, other: Appliance, pair: Pair) -> Reach:
    """Test the connection from one appliance to the other; if that gives no result, test the port from this machine.

    Args:
        appliance: the appliance that connects.
        other: the appliance that is connected to.
        pair: both appliances.

    Returns:
        What the test told, and where it told nothing clear, whether the port answers from here.
    """
    way = as_peer(other, pair)
    try:
        answer = appliance.open(UtilitiesScreen).tcp_connection_test(way.address, way.port, appliance.answers)
    except WrongScreen as missing:
        answer = TcpConnection(reached=None, said=str(missing)[:300])
    from_here = answers_tls(way) if answer.reached is None else None
    return Reach(reached=answer.reached, said=answer.said, host=way.address, port=way.port, from_here=from_here)


def as_peer(appliance: Appliance, pair: Pair) -> Endpoint:
    """Return the way on which the other appliance of the pair reaches this one."""
    settings, own = pair.settings.of(appliance.unit), appliance.endpoint
    return Endpoint(own.host, settings.peer_address or settings.address, settings.port, own.ca_file, own.pins)


def answers_tls(endpoint: Endpoint) -> bool:
    """Return whether a port answers TLS from this machine, with a trusted certificate."""
    try:
        tls.certificate(endpoint)
    except (Unreachable, Untrusted):
        return False
    return True


def objection(appliance: Appliance, other: Appliance, reading: Reach) -> str:
    """Say why the relationship could not work; "" if nothing is known against it."""
    if reading.reached is not False:
        return ""
    said = f'its TCP Connection Test says "{reading.said}"'
    return f"{cannot_connect(appliance.name, other.name, reading, said)}, then resume"


class _Port(Protocol):
    """An address with a port."""

    host: str
    port: int


def cannot_connect(name: str, other: str, at: _Port, why: str = "its TCP Connection Test says so") -> str:
    """Return that one appliance cannot connect to the other, and what to do.

    Args:
        name: the one, as a person says it.
        other: the other.
        at: where it was tried.
        why: how that is known.
    """
    return (
        f"{name} cannot connect to {other} at {at.host} port {at.port}: {why}; open that port between the two in both directions"
    )


def in_doubt(appliance: Appliance, other: Appliance, reading: Reach, run: Run, step: str) -> str:
    """Object, until a person answers for it by name, if neither the appliance nor this machine shows that the port is open."""
    if reading.reached or reading.from_here:
        return ""
    sentence = untold(appliance, other, reading).removeprefix("not checked: ")
    return unless_owned(
        run, step, "reachable", ("RE13",),
        f"{begin_sentence(sentence)}: see that the port is open both ways, and resume; or go on by name all the same",
    )  # fmt: skip


def untold(appliance: Appliance, other: Appliance, reading: Reach) -> str:
    """Say what is known if the appliance itself could not be asked."""
    phrase = "answers TLS" if reading.from_here else "does not answer TLS"
    return (
        f"not checked: whether {appliance.name} can connect to {other.name} was not checked from the appliances themselves "
        f"({reading.said or 'its TCP Connection Test gave no result'}); "
        f"from this machine {reading.host} port {reading.port} {phrase}"
    )
