"""A pair of appliances without sockets, and somebody at a desk who reads its pages by what stands on them.

Forms are followed as they are rendered, whatever elements draw them: what a browser would send is sent, and no more.
"""

import asyncio
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.types import ASGIApp, Message, Scope
from visitors import HandClock

from robot.simulator.appearance.generations import names_between
from robot.simulator.appliances.pair import Addresses, Pair
from robot.simulator.domain.clock import Pace
from robot.simulator.domain.journal import Journal
from robot.simulator.domain.names import UNITS
from robot.simulator.faults.knobs import Knobs
from robot.simulator.servers.front import Front

ELSEWHERE = ThreadPoolExecutor(1)
"""A thread without an event loop: where a browser was driven before, one goes on running in the tests' own."""
VOID = {"input", "br", "hr", "meta", "link", "img"}


@dataclass(eq=False)
class Element:
    """An element of a page, and what stands in it."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: list["Element | str"] = field(default_factory=list["Element | str"])

    def __iter__(self) -> "Iterator[Element]":
        """Every element in it, in reading order."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    def has(self, name: str) -> bool:
        return name in self.attributes

    def within(self, tag: str) -> "Element | None":
        """The element of that kind around it."""
        at = self.parent
        while at is not None and at.tag != tag:
            at = at.parent
        return at

    @property
    def text(self) -> str:
        """The words in it, as a person reads them; none of scripts and styles."""
        if self.tag in {"script", "style", "title"}:
            return ""
        said = "".join(child if isinstance(child, str) else f" {child.text} " for child in self.children)
        return " ".join(said.split())

    @property
    def words(self) -> str:
        """The words on a control, without decoration."""
        said = self.get("value") if self.tag == "input" else self.text
        return re.sub(r"^[^\w(]+|[\s:*]+(\d+|\(\d+\))?$", "", " ".join(said.split()))


class _Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.at = Element("page", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.children.append(element)
        if tag not in VOID:
            self.at = element

    def handle_endtag(self, tag: str) -> None:
        assert self.at.tag == tag, f"</{tag}> closes <{self.at.tag}>"
        assert self.at.parent is not None
        self.at = self.at.parent

    def handle_data(self, data: str) -> None:
        self.at.children.append(data)


@dataclass
class Page:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes
    path: str

    @property
    def html(self) -> str:
        return self.body.decode(errors="replace")

    @cached_property
    def root(self) -> Element:
        reading = _Reading()
        reading.feed(self.html)
        assert reading.at is reading.root, f"<{reading.at.tag}> is never closed"
        return reading.root

    @property
    def text(self) -> str:
        return self.root.text

    def presses(self) -> list[Element]:
        """Everything that submits a form."""
        return [e for e in self.root if sends(e) and e.within("form") is not None]

    def links(self) -> dict[str, str]:
        return {e.words: e.get("href") for e in self.root if e.tag == "a" and not sends(e)}


def sends(control: Element) -> str:
    """What a submit control sends its words under; empty for any other element."""
    if control.has("data-press"):
        return control.get("data-press")
    submits = control.tag in {"input", "button"} and control.get("type") == "submit"
    return control.get("name") if submits else ""


def sent(form: Element) -> dict[str, str]:
    """What a form holds, as a browser would send it."""
    values: dict[str, str] = {}
    for e in form:
        if e.has("disabled") or not e.get("name"):
            continue
        if e.tag == "input" and e.get("type") in {"checkbox", "radio"}:
            values |= {e.get("name"): e.get("value")} if e.has("checked") else {}
        elif e.tag == "input" and e.get("type") not in {"submit", "file"}:
            values[e.get("name")] = e.get("value")
        elif e.tag == "select":
            options = [o for o in e if o.tag == "option"]
            chosen = next((o for o in options if o.has("selected")), options[0])
            values[e.get("name")] = chosen.get("value") or chosen.text
    return values


class Desk:
    """Both appliances of a pair, and a cookie jar for each."""

    def __init__(self, generation: str = "g1", after: str = "", **knobs: object) -> None:
        self.clock = HandClock()
        turned = Knobs()
        turned.change({"generation": generation, "generation_after": after, **knobs})
        names = names_between(generation, after or generation)
        addresses = Addresses("127.9.9.1", "127.9.9.2", "127.9.9.3", 8443)
        self.pair = Pair(names, turned, addresses, self.clock, Pace(1), Journal(self.clock))
        self.fronts = {unit: Front(self.pair, unit).app for unit in UNITS}
        self.jars: dict[str, dict[str, str]] = {unit: {} for unit in UNITS}
        self.found: dict[tuple[str, str, str], str] = {}

    def pass_by(self, seconds: float) -> None:
        self.clock.seconds += seconds
        self.pair.agenda.run_due()

    def ask(self, unit: str, method: str, url: str, fields: Mapping[str, str] | None = None) -> Page:
        """One request, and where it leads."""
        parts = urlsplit(url)
        jar = self.jars[unit]
        headers = [(b"cookie", "; ".join(f"{name}={value}" for name, value in jar.items()).encode())]
        body = urlencode(fields or {}).encode()
        if method == "POST":
            headers.append((b"content-type", b"application/x-www-form-urlencoded"))
        scope: Scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "https",
            "path": parts.path, "raw_path": parts.path.encode(), "query_string": parts.query.encode(), "root_path": "",
            "headers": headers, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 443),
        }  # fmt: skip
        asked = ELSEWHERE.submit(lambda: asyncio.run(_exchange(self.fronts[unit], scope, body)))
        status, answered, content = asked.result()
        if cookie := re.match(r"(\w+)=(\w+)", answered.get("set-cookie", "")):
            jar[cookie[1]] = cookie[2]
        if status in {302, 303}:
            return self.ask(unit, "GET", answered["location"])
        return Page(status, answered, content, url)

    def sign_in(self, unit: str, interface: str) -> Page:
        """The page where one lands."""
        page = self.ask(unit, "GET", f"/{interface}")
        if "login[submit]" not in map(sends, page.presses()):
            return page  # signed in already
        secrets = self.pair.secrets
        known = (secrets.login if interface == "login" else secrets.appliance)["a" if unit == "a" else "b"]
        return self.press(unit, page, "login[submit]", {"login[username]": known.username, "login[password]": known.password})

    def press(self, unit: str, page: Page, name: str, fields: Mapping[str, str] | None = None, *, which: int = 0) -> Page:
        """Press the control of that name; of several the n-th."""
        control = [e for e in page.presses() if sends(e) == name][which]
        form = control.within("form")
        assert form is not None
        assert form.get("method") == "post"
        values = {**sent(form), name: control.words, **(fields or {})}
        return self.ask(unit, "POST", form.get("action"), {key: text for key, text in values.items() if text != "(off)"})

    def follow(self, unit: str, page: Page, *names: str) -> Page:
        """Follow links by the words on them."""
        for name in names:
            page = self.ask(unit, "GET", page.links()[name])
        return page

    def page_with(self, unit: str, interface: str, control: str) -> Page:
        """The first page of a menu on which there is a control of that name; where it was the last time, if it is there still."""
        known = self.found.get((unit, interface, control), "")
        page = self.sign_in(unit, interface)
        page = self.ask(unit, "GET", known) if known else page
        if control not in map(sends, page.presses()):
            page = next(page for page in self.pages(unit, interface) if control in map(sends, page.presses()))
        self.found[unit, interface, control] = page.path
        return page

    def every_page(self, unit: str, interface: str) -> dict[str, Page]:
        """Each page that the menu leads to, by its address."""
        return {page.path: page for page in self.pages(unit, interface)}

    def pages(self, unit: str, interface: str) -> Iterator[Page]:
        """Each page that the menu leads to, asked for in turn."""
        waiting, seen = [self.sign_in(unit, interface)], set[str]()
        while waiting:
            for path in filter(_a_screen, waiting.pop(0).links().values()):
                if path not in seen:
                    seen.add(path)
                    page = self.ask(unit, "GET", path)
                    waiting.append(page)
                    yield page

    def actions(self) -> list[str]:
        """What altered an appliance so far, in order."""
        return [str(line["action"]) for line in self.pair.journal.lines["changes"]]


def _a_screen(href: str) -> bool:
    return bool(re.fullmatch(r"/(login|appliance)/[0-9a-f]{10}(\.ns)?", href)) and not parse_qsl(urlsplit(href).query)


async def _exchange(app: ASGIApp, scope: Scope, body: bytes) -> tuple[int, dict[str, str], bytes]:
    given: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
    said: list[Message] = []

    async def receive() -> Message:
        return given.pop() if given else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        said.append(message)

    await app(scope, receive, send)
    headers = {name.decode().lower(): value.decode() for name, value in said[0]["headers"]}
    return said[0]["status"], headers, b"".join(message.get("body", b"") for message in said[1:])
