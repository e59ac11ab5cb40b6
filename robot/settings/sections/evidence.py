"""`[evidence]`: who signs the pack, who attests when things happened, what may not be in it, and how long it is kept."""

from pathlib import Path
from typing import Self

from pydantic import model_validator

from robot.domain.redaction_rules import RedactionRules
from robot.evidence.record.retention import keep_until
from robot.settings.sections.section import PairFileSection
from robot.settings.sections.syslog import SyslogSettings
from robot.settings.values import OneLine, Retention, WebPlace


class EvidenceSettings(PairFileSection):
    """`[evidence]`: with neither key nor command, a key that this machine makes on first use signs.

    Attributes:
        key: the file of an Ed25519 private key, without a passphrase.
        command: a command before a device that signs: bytes on its stdin, the raw signature, 64 bytes, on its stdout.
        public_key: the public key of that device.
        timestamps: the address of an authority (RFC 3161) that attests when approval, break, swing and seal were on record.
        redact: regular expressions (RE2) of what no text and no picture may show, such as customers' names.
        redact_areas: headings and labels of the parts of pages that no picture may show, as they are read on the page.
        ocr: whether the pictures of a real run are read before sealing, where this machine can do so.
        retention: how long the evidence is to be kept: "7 years". Nothing is deleted by itself.
        owner: who keeps it, and decides what becomes of it then.
        purpose: what it is kept for.
        syslog: where the appliances' syslog is listened to; `None`: nowhere.
    """

    key: Path | None = None
    command: tuple[str, ...] = ()
    public_key: Path | None = None
    timestamps: WebPlace | None = None
    redact: tuple[str, ...] = ()
    redact_areas: tuple[OneLine, ...] = ()
    ocr: bool = True
    retention: Retention | None = None
    owner: OneLine | None = None
    purpose: OneLine | None = None
    syslog: SyslogSettings | None = None

    @model_validator(mode="after")
    def _kept_for_a_time(self) -> Self:
        if (self.owner or self.purpose) and not self.retention:
            raise ValueError('has an owner or a purpose but no retention: say how long the evidence is kept, such as "7 years"')
        return self

    @property
    def rules(self) -> RedactionRules:
        """What is taken out of texts and pictures."""
        return RedactionRules(self.redact, self.redact_areas)

    def kept(self, utc: str) -> dict[str, str]:
        """Return what summary and pack tell of how long they are kept; empty if the pair file does not say.

        Args:
            utc: the moment from which that counts; "" if there is none yet.

        Returns:
            `retention`, `until`, and `owner` and `purpose` where they are known.
        """
        if self.retention is None or not utc:
            return {}
        told = {"owner": self.owner, "purpose": self.purpose}
        until = keep_until(self.retention, utc)
        return {"retention": self.retention, "until": until, **{name: text for name, text in told.items() if text}}
