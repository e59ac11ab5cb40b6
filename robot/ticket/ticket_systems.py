"""The ticket of a change in the system that the pair file names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from robot.domain.errors import UsageError
from robot.ticket.jira import JiraTicket
from robot.ticket.servicenow import ServiceNowTicket
from robot.ticket.ticket_client import client_of
from robot.ticket.webhook import WebhookTicket

if TYPE_CHECKING:
    from robot.domain.waiting import Poller
    from robot.settings import Settings
    from robot.settings.secrets import Secrets
    from robot.ticket.ticket_values import TicketSystem


def ticket_of(
    settings: Settings, known: Secrets, run: str = "", *, poller: Poller | None = None, asked_s: float = 30.0
) -> TicketSystem:
    """Return the ticket of a change in the system that the pair file names. Nothing is asked yet.

    Args:
        settings: the pair file.
        known: the secrets.
        run: the run, for a webhook, which is told of it.
        poller: how pauses are made; without anything that interrupts them if `None`.
        asked_s: seconds for an answer.

    Returns:
        The ticket.

    Raises:
        UsageError: the pair file has no [ticket].
        Refused: a secret cannot be had or used.
    """
    if settings.ticket is None:
        raise UsageError("the pair file has no [ticket]: name there the system with the change's ticket, and its address")
    client, ticket = client_of(settings, settings.ticket, known, poller, asked_s=asked_s), settings.change.ticket
    if settings.ticket.system == "servicenow":
        return ServiceNowTicket(client, ticket)
    if settings.ticket.system == "jira":
        return JiraTicket(client, ticket)
    key = known.of_ticket(settings.ticket.signing_key).get_secret_value() if settings.ticket.signing_key else ""
    return WebhookTicket(client, ticket, run, key)
