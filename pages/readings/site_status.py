"""Status > Information of /login: the site's software, who is connected, how much it holds."""

from __future__ import annotations

import re

from pydantic import Field

from robot.domain.model import Reading


class Contents(Reading):
    """How much a site holds; `None` where its pages do not show it."""

    users: int | None = None
    groups: int | None = None
    jump_items: int | None = None
    recorded_sessions: int | None = None

    @property
    def configured(self) -> dict[str, int | None]:
        """What people configure, by its name in words: without the recorded sessions, which accumulate by themselves."""
        return {"users": self.users, "group policies": self.groups, "Jump Items": self.jump_items}


_RUNNING = r"\W*running\b(?!.*\b(upgrad|updat|install|migrat|restor|maint|stop|shut|fail|error|degrad|not\b))"
_JUMP_CLIENTS = r"jump clients?"
_REPRESENTATIVES = (r"representatives?", r"\busers?\b")
_SESSIONS = (r"sessions?", r"customers?|attendees?")


class SiteStatus(Reading):
    """Status > Information of /login: the site's software.

    Attributes:
        state: its status, in its own words.
        product: the version of the product.
        build: its build number; "" where it is not shown.
        hostname: the site's name.
        clients: how many clients are connected, by the page's words for them.
        contents: how much the site holds.
        licences: how many of each licence there are, by the page's words for them.
        maintenance: the end of the maintenance contract, in the page's words; "" where it is not shown.
    """

    state: str = ""
    product: str
    build: str = ""
    hostname: str = ""
    clients: dict[str, int] = Field(default_factory=dict[str, int])
    contents: Contents = Contents()
    licences: dict[str, int] = Field(default_factory=dict[str, int])
    maintenance: str = ""

    @property
    def is_running(self) -> bool:
        """Whether its state says that it runs; not where the page shows no state."""
        return bool(re.match(_RUNNING, self.state.strip(), re.IGNORECASE))

    @property
    def representatives(self) -> int | None:
        """How many representatives are signed in; `None` where the page does not show it."""
        return self._clients_called(*_REPRESENTATIVES)

    @property
    def sessions(self) -> int | None:
        """How many sessions are running, or else their customers; `None` where the page does not show it."""
        return self._clients_called(*_SESSIONS)

    @property
    def jump_clients(self) -> int | None:
        """How many Jump Clients are online; `None` where the page does not show it."""
        found = [number for label, number in self.clients.items() if re.search(_JUMP_CLIENTS, label, re.IGNORECASE)]
        return sum(found) if found else None

    def _clients_called(self, *ways: str) -> int | None:
        """Return how many are connected under the first of these patterns that matches a label of the page."""
        people = {label: n for label, n in self.clients.items() if not re.search(_JUMP_CLIENTS, label, re.IGNORECASE)}
        found = ([n for label, n in people.items() if re.search(way, label, re.IGNORECASE)] for way in ways)
        return next((sum(numbers) for numbers in found if numbers), None)
