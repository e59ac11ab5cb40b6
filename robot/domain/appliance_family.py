"""What the engine must know of a family of appliances: declared once for each family (`pages/`), and passed in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ApplianceFamily:
    """One family of appliances.

    Attributes:
        health_path: where an appliance says, without a sign-in, whether it serves: with status 200 it does.
        secret_labels: fields with these words are masked on every picture; a regular expression, in any case.
        brands: the names under which the vendor has sold it; one and the same package may be listed under any of them.
        never_do: what nobody may do to an appliance in trouble, as the beginning of a sentence.
    """

    health_path: str
    secret_labels: str
    brands: tuple[str, ...]
    never_do: str
