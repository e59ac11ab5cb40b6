"""`[notify]`: who is notified at each turn of a run, and over which channels."""

from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, Field

from robot.settings.sections.section import PairFileSection
from robot.settings.values import Host, Https, Mailbox, Name, Port


class MailSettings(PairFileSection):
    """`smtp`: the mail server, whose certificate is checked for its name, and the recipients."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)

    server: Host
    port: Port = 25
    sender: Mailbox = Field(alias="from")
    to: tuple[Mailbox, ...]
    tls: Literal["starttls", "tls", "none"] = "starttls"
    username: str | None = None
    password: Name | None = None
    ca_file: Path | None = None


class WebhookSettings(PairFileSection):
    """`webhook`: the URL that messages are posted to, as JSON."""

    url: Https
    token: Name | None = None
    ca_file: Path | None = None


class Notify(PairFileSection):
    """`[notify]`: who is notified at each turn of the run; up to three channels."""

    command: tuple[str, ...] = ()
    smtp: MailSettings | None = None
    webhook: WebhookSettings | None = None
