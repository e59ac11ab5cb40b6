"""`[evidence]`: what is left out of the evidence, and how it is looked through before it is sealed."""

from robot.settings.sections.section import PairFileSection


class EvidenceSettings(PairFileSection):
    """`[evidence]`: the evidence of a run.

    Attributes:
        ocr: whether the pictures of a real run are read before sealing, where this machine can do so.
    """

    ocr: bool = True
