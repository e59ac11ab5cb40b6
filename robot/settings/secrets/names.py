"""The names of the variables that hold a pair file's secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from robot.settings.sections.pair_file import Settings

INTERFACES = ("LOGIN", "APPLIANCE")


def secret_names(settings: Settings) -> frozenset[str]:
    """Return the names of all variables that hold a pair file's secrets; no program that we start may see them."""
    accounts = {
        f"{prefix}_{interface}_{kind}"
        for prefix in (settings.a.credentials, settings.b.credentials)
        for interface in INTERFACES
        for kind in ("USERNAME", "PASSWORD", "TOTP")
    }
    others = (
        of_backup(settings),
        of_mail(settings),
        of_webhook(settings),
        *of_keys(settings),
        *of_api(settings),
        *of_ticket(settings),
    )
    return frozenset(accounts | {name for name in others if name})


def of_keys(settings: Settings) -> list[str]:
    """Return the names of the variables that hold the DNS swing's keys."""
    swing = settings.swing
    return [name for name in (swing.tsig, *(view.tsig for view in swing.views)) if name]


def of_api(settings: Settings) -> list[str]:
    """Return the names of the variables that hold the API account, or the two."""
    return settings.api.names() if settings.api else []


def of_ticket(settings: Settings) -> list[str]:
    """Return the names of the variables that hold what the ticket system asks for."""
    return settings.ticket.names() if settings.ticket else []


def of_backup(settings: Settings) -> str | None:
    """Return the name of the variable that holds the backup file's password."""
    return settings.backup.password if settings.backup else None


def of_mail(settings: Settings) -> str | None:
    """Return the name of the variable that holds the mail server's password."""
    return settings.notify.smtp.password if settings.notify and settings.notify.smtp else None


def of_webhook(settings: Settings) -> str | None:
    """Return the name of the variable that holds the webhook's token."""
    return settings.notify.webhook.token if settings.notify and settings.notify.webhook else None
