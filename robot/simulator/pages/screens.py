"""What a page of the menu is: what it shows, what its controls do, and where the menu of a generation has it."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from robot.simulator.appliances.accounts import Session

MENUS: Mapping[str, Mapping[str, Mapping[str, Mapping[str, str]]]] = tomllib.loads(
    Path(__file__).with_name("menus.toml").read_text(encoding="utf-8")
)
"""By generation and menu: the tabs, and in each the names of its pages with their templates."""


@dataclass
class Visit:
    """One request by somebody signed in."""

    request: Request
    session: Session
    screen: "Screen"
    form: FormData = field(default_factory=FormData)

    def value(self, name: str) -> str:
        """A text field of the posted form; empty when it is not there."""
        found = self.form.get(name, "")
        return found.strip() if isinstance(found, str) else ""

    def ticked(self, name: str) -> bool:
        """Whether a checkbox of the posted form was ticked."""
        return name in self.form

    def file(self, name: str) -> UploadFile | None:
        """An uploaded file."""
        found = self.form.get(name)
        return found if isinstance(found, UploadFile) and found.filename else None

    def query(self, name: str) -> str:
        """A parameter of the address."""
        return self.request.query_params.get(name, "")


@dataclass(frozen=True)
class Outcome:
    """What a request did, for the journal and for the visitor.

    Without an answer of its own, a success leads back to the screen with its notice, and an error is shown on it.
    """

    action: str
    details: Mapping[str, object] = field(default_factory=dict[str, object])
    notice: str = ""
    error: str = ""
    fetch: bool = False
    answer: Response | None = None
    query: str = ""


Act = Callable[[Visit], Outcome]


@dataclass(frozen=True)
class Screen:
    """One page of the menu.

    Attributes:
        template: its file below ``templates/<interface>/``, without its ending.
        view: what the template shows besides.
        posts: what each submit control does, by its name.
        links: what following a link on it does, by the link's ``do`` parameter.
        tab: its top tab; a menu says which.
        name: its sub tab.
    """

    template: str
    view: Callable[[Visit], dict[str, object]]
    posts: Mapping[str, Act] = field(default_factory=dict[str, Act])
    links: Mapping[str, Act] = field(default_factory=dict[str, Act])
    tab: str = ""
    name: str = ""


def nothing(_visit: Visit) -> dict[str, object]:
    """Nothing besides: for a screen whose template says it all."""
    return {}


def forbidden(label: str) -> Act:
    """A control that is there and that nobody may press here: it does nothing, and is not forgotten."""

    def pressed(_visit: Visit) -> Outcome:
        return Outcome(f"FORBIDDEN {label}", error=f"{label}: this simulated appliance does not do that.")

    return pressed


def placed(screens: Mapping[str, Screen], generation: str, which: str) -> list[Screen]:
    """The pages of a menu in its order: that of this generation, or of the last before it that has one.

    Args:
        screens: what there is to a page besides its template, by the template's name.
        generation: its name.
        which: the menu: ``site``, ``backup`` or ``appliance``.
    """
    named = next(name for name in sorted(MENUS, reverse=True) if name <= generation and which in MENUS[name])
    return [
        replace(screens.get(template, Screen(template, nothing)), tab=tab, name=name)
        for tab, entries in MENUS[named][which].items()
        for name, template in entries.items()
    ]
