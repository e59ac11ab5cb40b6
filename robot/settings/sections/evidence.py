"""`[evidence]`: who signs the pack, who attests when things happened, and how it is looked through before it is sealed."""

from pathlib import Path

from robot.domain.redaction_rules import RedactionRules
from robot.settings.sections.section import PairFileSection
from robot.settings.values import WebPlace


class EvidenceSettings(PairFileSection):
    """`[evidence]`: with neither key nor command, a key that this machine makes on first use signs.

    Attributes:
        key: the file of an Ed25519 private key, without a passphrase.
        command: a command before a device that signs: bytes on its stdin, the raw signature, 64 bytes, on its stdout.
        public_key: the public key of that device.
        timestamps: the address of an authority (RFC 3161) that attests when approval, break, swing and seal were on record.
        redact: regular expressions (RE2) of what no text and no picture may show, such as customers' names.
        ocr: whether the pictures of a real run are read before sealing, where this machine can do so.
    """

    key: Path | None = None
    command: tuple[str, ...] = ()
    public_key: Path | None = None
    timestamps: WebPlace | None = None
    redact: tuple[str, ...] = ()
    ocr: bool = True

    @property
    def rules(self) -> RedactionRules:
        """What is taken out of texts and pictures."""
        return RedactionRules(self.redact)
