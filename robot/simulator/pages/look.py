"""How the pages of one interface look: whose generation, in whose words, laid out and drawn in which way."""

from dataclasses import dataclass
from pathlib import Path

import jinja2

from robot.simulator.appearance.generations import Generation
from robot.simulator.appearance.style import Style
from robot.simulator.appearance.words import words_of
from robot.simulator.faults.knobs import Knobs

TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
    extensions=["jinja2.ext.do"],
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Look:
    """The look of one interface at one moment: an update may bring another.

    Attributes:
        generation: of the product's pages.
        interface: ``site`` or ``appliance``.
        knobs: the pair's.
    """

    generation: Generation
    interface: str
    knobs: Knobs

    @property
    def suffix(self) -> str:
        """Server pages end in ``.ns``; /login of later generations is a path app (ui.md 2.3)."""
        return "" if self._left_menu else ".ns"

    def render(self, template: str, **values: object) -> str:
        """A page in the words of its generation, drawn as the pair's seed has it for that page."""
        words = words_of(self.generation.name, self.knobs.language, self.interface)
        return TEMPLATES.get_template(template).render(
            _=words,
            said=words.said,
            generation=self.generation,
            style=Style(self.knobs.seed, self.generation.name, template),
            layout=f"layouts/{self._layout}.html",
            how_asked=self._how_asked,
            **values,
        )

    @property
    def _left_menu(self) -> bool:
        return self.generation.left_menu and self.interface == "site"

    @property
    def _layout(self) -> str:
        if not self._left_menu:
            return "tabs"
        return "shell" if self.generation.single_page else "left"

    @property
    def _how_asked(self) -> str:
        """How "Are you sure" is asked: as a knob has it, else as the generation does it."""
        in_page = self.generation.asks_in_page and self.interface == "site"
        return self.knobs.dialogs or ("modal" if in_page else "native")
