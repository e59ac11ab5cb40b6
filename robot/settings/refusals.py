"""Refuse a pair file that is well-formed, but contradicts itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from robot.domain.clocks import in_utc, wall_clock
from robot.domain.errors import UsageError
from robot.domain.readiness import WAIVABLE
from robot.settings.odd_redactions import refuse_odd_redactions
from robot.settings.odd_swings import refuse_odd_swing

if TYPE_CHECKING:
    from pathlib import Path

    from robot.settings.sections.evidence import EvidenceSettings
    from robot.settings.sections.notify import Notify
    from robot.settings.sections.pair_file import ApplianceSettings, SecretCommands, Settings, Update, Waiver


def refuse_what_cannot_be_meant(settings: Settings, pair_file: Path, *, single: bool) -> None:
    """Refuse a pair file that contradicts itself.

    Args:
        settings: the pair file.
        pair_file: its path, for the sentence.
        single: whether it describes one appliance only; [b] is a copy of [a] then.

    Raises:
        UsageError: the file contradicts itself; the sentence names the key.
    """
    if not single:
        _refuse_two_that_are_one(settings, pair_file)
    refuse_odd_swing(settings, pair_file)
    for name, appliance in (("a", settings.a), ("b", settings.b)):
        _refuse_odd_appliance(name, appliance, settings, pair_file)
    for name, check in settings.checks:
        if check is not None and sum(map(bool, (check.command, check.person, check.skip))) != 1:
            raise UsageError(f"{pair_file}: checks.{name} needs exactly one of command, person or skip")
    if settings.backup is None:
        raise UsageError(f"{pair_file}: [backup] is missing; without a backup nothing is changed (BS8)")
    if settings.notify is not None:
        _refuse_odd_notify(settings.notify, settings, pair_file)
    if settings.evidence is not None:
        _refuse_odd_evidence(settings.evidence, settings, pair_file)
    if settings.ticket and settings.ticket.ca_file and not settings.path(settings.ticket.ca_file).is_file():
        raise UsageError(f"{pair_file}: ticket.ca_file {settings.path(settings.ticket.ca_file)} does not exist")
    refuse_odd_redactions(settings, pair_file)
    if settings.secrets is not None:
        _refuse_odd_commands(settings.secrets, pair_file)
    _refuse_odd_waivers(settings.waivers, pair_file)
    _refuse_odd_update(settings.update, pair_file)
    _refuse_odd_files(settings, pair_file, {"b"} if single else set())


def _refuse_two_that_are_one(settings: Settings, pair_file: Path) -> None:
    a, b = settings.a, settings.b
    if (a.address.lower(), a.port) == (b.address.lower(), b.port):
        raise UsageError(f"{pair_file}: a and b are the same appliance ({a.address}); each needs its own unique address")


def _refuse_odd_appliance(name: str, appliance: ApplianceSettings, settings: Settings, pair_file: Path) -> None:
    for key, address in (("address", appliance.address), ("peer_address", appliance.peer_address)):
        if address is not None and address in {settings.swing.shared_ip, settings.site.hostname}:
            role = "the shared IP" if address == settings.swing.shared_ip else "the site's own hostname"
            raise UsageError(f"{pair_file}: {name}.{key} is {role} {address}; name the appliance's own unique address")
    if appliance.tls.ca_file and appliance.tls.pin:
        raise UsageError(f"{pair_file}: {name}.tls has both ca_file and pin; keep one of them")
    if appliance.tls.ca_file and not settings.path(appliance.tls.ca_file).is_file():
        raise UsageError(f"{pair_file}: {name}.tls.ca_file {settings.path(appliance.tls.ca_file)} does not exist")


def _refuse_odd_notify(notify: Notify, settings: Settings, pair_file: Path) -> None:
    mail, hook = notify.smtp, notify.webhook
    if not (notify.command or mail or hook):
        raise UsageError(f"{pair_file}: [notify] needs at least one of command, smtp or webhook")
    for name, ca_file in (("smtp", mail and mail.ca_file), ("webhook", hook and hook.ca_file)):
        if ca_file and not settings.path(ca_file).is_file():
            raise UsageError(f"{pair_file}: notify.{name}.ca_file {settings.path(ca_file)} does not exist")
    if mail is None:
        return
    if not mail.to:
        raise UsageError(f"{pair_file}: notify.smtp.to is empty; name at least one address")
    if bool(mail.username) != bool(mail.password):
        raise UsageError(f"{pair_file}: notify.smtp has only one of username and password; give both, or none")
    if mail.tls == "none" and (mail.password or mail.ca_file):
        raise UsageError(
            f'{pair_file}: notify.smtp.tls = "none" sends everything in clear; remove password and ca_file, or use TLS'
        )


def _refuse_odd_evidence(evidence: EvidenceSettings, settings: Settings, pair_file: Path) -> None:
    if evidence.key and evidence.command:
        raise UsageError(f"{pair_file}: [evidence] has both key and command; keep one of them")
    if bool(evidence.command) != bool(evidence.public_key):
        raise UsageError(f"{pair_file}: [evidence] command and public_key belong together; give both, or neither")
    for name, path in (("key", evidence.key), ("public_key", evidence.public_key)):
        if path and not settings.path(path).is_file():
            raise UsageError(f"{pair_file}: evidence.{name} {settings.path(path)} does not exist")


def _refuse_odd_commands(commands: SecretCommands, pair_file: Path) -> None:
    for key, words in commands:
        if not any("{name}" in word for word in words[1:]) and (words or key == "get"):
            raise UsageError(
                f"{pair_file}: secrets.{key} must be a command with {{name}} among its arguments, such as "
                '["./checkout", "{name}"]'
            )


def _refuse_odd_waivers(waivers: tuple[Waiver, ...], pair_file: Path) -> None:
    """Refuse a waiver of what is no check, and one that is over; a run that has begun keeps those that it began with."""
    now, known = wall_clock(), ", ".join(sorted(WAIVABLE))
    for number, waiver in enumerate(waivers):
        place = f"{pair_file}: waivers.{number}"
        if waiver.check not in WAIVABLE:
            raise UsageError(f"{place}.check {waiver.check!r} is no check that can be waived; there are: {known}")
        if waiver.check in {each.check for each in waivers[:number]}:
            raise UsageError(f"{place} waives {waiver.check} once more: keep one of the two")
        if waiver.has_expired(now):
            raise UsageError(
                f"{place}: the waiver of {waiver.check} expired at {in_utc(waiver.until)}; have it renewed by {waiver.by}, or "
                "remove it"
            )


def _refuse_odd_update(update: Update, pair_file: Path) -> None:
    if update.agreement_contact and not update.accept_agreement:
        raise UsageError(
            f"{pair_file}: update.agreement_contact is given and accept_agreement is not true, so that no agreement is ever "
            "accepted; set accept_agreement = true, or remove the contact"
        )
    if update.patch and update.method == "manual" and (odd := [name for name, files in update.files if len(files) > 1]):
        raise UsageError(
            f"{pair_file}: update.files.{odd[0]} has several files, and update.patch is one package: name its one file"
        )


def _refuse_odd_files(settings: Settings, pair_file: Path, spared: set[str]) -> None:
    """Refuse contradictory lists of update files. The files need not exist yet: a person may still have to bring them."""
    seen: set[Path] = set()
    for name, paths in settings.update.files:
        if settings.update.method == "manual" and not paths and name not in spared:
            raise UsageError(
                f'{pair_file}: update.files.{name} is missing; method = "manual" needs each appliance\'s own files, in order'
            )
        for path in map(settings.path, paths):
            if path in seen:
                raise UsageError(f"{pair_file}: update.files names {path} twice; each appliance has files made for its own key")
            seen.add(path)
