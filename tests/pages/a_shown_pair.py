"""A pair of any generation, language and seed in a real browser, without sockets: every page comes from the pair itself."""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Route

sys.path.append(str(Path(__file__).parents[1] / "robot" / "simulator"))
from readers import Desk

from pages.engine.actions.navigation import open_url
from pages.engine.view.page_description import describe_page
from pages.sign_in import Showing, SignIn
from robot.network.chromium import Answers


@dataclass
class Shown:
    """One appliance of such a pair, and a tab for each of its interfaces."""

    desk: Desk
    unit: str
    context: BrowserContext
    answers: Answers
    tabs: dict[str, Page] = field(default_factory=dict[str, Page])

    def tab(self, interface: str) -> Page:
        """The tab of an interface, signed in by the words on its pages."""
        if interface in self.tabs:
            return self.tabs[interface]
        secrets = self.desk.pair.secrets
        known = (secrets.login if interface == "login" else secrets.appliance)["a" if self.unit == "a" else "b"]
        tab = self.tabs[interface] = self.context.new_page()
        open_url(tab, f"https://{self.unit}.test/{interface}")
        sign_in = SignIn(tab, self.answers, interface)
        assert sign_in.read().showing is Showing.CREDENTIALS, sign_in.read()
        sign_in.sign_in(known.username, known.password)
        page = sign_in.read()
        assert page.showing is Showing.SCREENS, f"{page.showing.value}: {describe_page(page.view)}"
        return tab


def shown(browser: Browser, desk: Desk, unit: str) -> Shown:
    """Let a browser see one appliance of a pair."""

    def serve(route: Route) -> None:
        asked = route.request
        parts = urlsplit(asked.url)
        url = f"{parts.path}?{parts.query}" if parts.query else parts.path
        page = desk.ask(unit, asked.method, url, dict(parse_qsl(asked.post_data or "", keep_blank_values=True)))
        headers = {name: value for name, value in page.headers.items() if name in {"content-type", "content-disposition"}}
        route.fulfill(status=page.status, headers=headers, body=page.body)

    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(3_000)
    context.route(f"https://{unit}.test/**", serve)
    return Shown(desk, unit, context, Answers.of(context))
