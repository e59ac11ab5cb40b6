"""A clock that stands still until told otherwise, and a visitor who reads pages as a person would."""

import http.client
import re
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

from robot.simulator.appliances.pair import Pair
from robot.simulator.process import Simulation


class HandClock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds

    def utc(self) -> datetime:
        return datetime(2026, 12, 1, 22, 0, tzinfo=UTC) + timedelta(seconds=self.seconds - 1000)


@dataclass
class Story:
    """A pair below HTTP, and its time."""

    pair: Pair
    clock: HandClock

    def pass_by(self, seconds: float) -> None:
        self.clock.seconds += seconds
        self.pair.agenda.run_due()


class _ByAddress(http.client.HTTPSConnection):
    """A connection to an address, whose certificate must be the site's."""

    def __init__(self, address: str, port: int, name: str, authority: Path, within_s: float) -> None:
        self._trust = ssl.create_default_context(cafile=str(authority))
        self._name, self._within_s = name, within_s
        super().__init__(address, port, timeout=within_s, context=self._trust)

    def connect(self) -> None:
        connected = socket.create_connection((self.host, self.port), self._within_s)
        self.sock = self._trust.wrap_socket(connected, server_hostname=self._name)


@dataclass
class Page:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    path: str

    @property
    def text(self) -> str:
        return unescape(self.body.decode(errors="replace"))

    def buttons(self) -> list[str]:
        return re.findall(r'<input type="submit"[^>]*? value="([^"]+)"', self.text)

    def heading(self) -> str:
        found = re.search(r"<h2>([^<]+)</h2>", self.text)
        return found[1] if found else ""


@dataclass
class Visitor:
    """Somebody with a browser without scripts."""

    running: Simulation
    unit: str
    cookies: dict[str, str] = field(default_factory=dict[str, str])

    def ask(
        self,
        method: str,
        path: str,
        fields: Mapping[str, str] | None = None,
        *,
        body: tuple[str, bytes] | None = None,
        within_s: float = 5,
    ) -> Page:
        connection = _ByAddress(
            self.running.addresses[self.unit],
            self.running.port,
            "support.example.com",
            self.running.folder / "ca.pem",
            within_s,
        )
        try:
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
            if fields is not None:
                body = "application/x-www-form-urlencoded", urlencode(fields).encode()
            if body is not None:
                headers["Content-Type"] = body[0]
            connection.request(method, path, body[1] if body is not None else None, headers)
            answer = connection.getresponse()
            page = Page(answer.status, dict(answer.getheaders()), answer.read(), path)
        finally:
            connection.close()
        if cookie := re.match(r"(\w+)=(\w+)", page.headers.get("set-cookie", "")):
            self.cookies[cookie[1]] = cookie[2]
        if page.status in {302, 303}:
            return self.ask("GET", page.headers["location"])
        return page

    def get(self, path: str) -> Page:
        return self.ask("GET", path)

    def sign_in(self, interface: str, password: str | None = None) -> Page:
        known = dict(line.split("=", 1) for line in self.running.env_file.read_text().splitlines())
        prefix = f"{self.unit.upper()}_{interface.upper()}"
        fields = {
            "login[username]": known[f"{prefix}_USERNAME"],
            "login[password]": password or known[f"{prefix}_PASSWORD"],
        }
        return self.press(self.get(f"/{interface}"), "Login", fields)

    def open(self, page: Page, *names: str) -> Page:
        """Follow links by their words."""
        for name in names:
            links = {words: href for href, words in re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', page.text)}
            page = self.get(links[name])
        return page

    def upload(self, page: Page, file: Path) -> Page:
        """Choose a file under Manual Installation and press Update Software."""
        token = re.search(r'name="token" value="(\w+)"', page.text)
        assert token is not None
        part = '--X\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n{}\r\n'
        whole = (
            part.format("token", "", token[1])
            + part.format("updates[upload]", "", "Update Software")
            + part.format("updates[file]", f'; filename="{file.name}"', file.read_text())
            + "--X--\r\n"
        )
        return self.ask("POST", page.path, body=("multipart/form-data; boundary=X", whole.encode()))

    def press(self, page: Page, button: str, fields: Mapping[str, str] | None = None) -> Page:
        """Submit the form of a button, with its hidden and filled-in fields."""
        forms: list[str] = re.findall(r"<form method=\"post\".*?</form>", page.text, re.DOTALL)
        form = next(form for form in forms if f'value="{button}"' in form)
        name = re.search(rf'<input type="submit" name="([^"]+)" value="{re.escape(button)}"', form)
        action = re.search(r'action="([^"]+)"', form)
        assert name is not None
        assert action is not None
        values = dict(re.findall(r'<input type="(?:hidden|text)"[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', form))
        values |= dict.fromkeys(re.findall(r'<input type="checkbox"[^>]*? name="([^"]+)"[^>]*? checked', form), "1")
        values |= {name[1]: button, **(fields or {})}
        return self.ask("POST", action[1], {key: text for key, text in values.items() if text != "(off)"})
