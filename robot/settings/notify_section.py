"""`[notify]`: who is told at each turn of a run, and in which way."""

from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, Field

from robot.settings.section import Section
from robot.settings.values import Host, Https, Mailbox, Name, Port


class Mail(Section):
    """`smtp`: a mail server, by name, and who is written to. Its certificate is checked for that name."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)

    server: Host
    port: Port = 25
    sender: Mailbox = Field(alias="from")
    to: tuple[Mailbox, ...]
    tls: Literal["starttls", "tls", "none"] = "starttls"
    username: str | None = None
    password: Name | None = None
    ca_file: Path | None = None


class Webhook(Section):
    """`webhook`: where messages are posted as JSON."""

    url: Https
    token: Name | None = None
    ca_file: Path | None = None


class Notify(Section):
    """`[notify]`: who is told at each turn of the run, in any of three ways."""

    command: tuple[str, ...] = ()
    smtp: Mail | None = None
    webhook: Webhook | None = None
