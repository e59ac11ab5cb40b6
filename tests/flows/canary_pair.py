"""`python -m tests.flows.canary_pair PLANTED.jsonl --dir ...`: a simulated pair that is full of canary secrets.

Every password, seed, key, token and session number of it is a canary. Each page says some of those that the robot knows, each
time quoted in another way, in its title, texts, table, attributes and headers; and holds new ones that nobody may take along: in
a cookie, a header, a comment, a script, hidden fields, and a field that is labelled as a secret. What was planted is written into
the file.
"""

from __future__ import annotations

import itertools
import json
import re
import secrets
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from canaries import QUOTINGS, canary, seed
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from robot.simulator import __main__ as simulated
from robot.simulator.appliances import accounts, api_accounts, pair
from robot.simulator.domain import names
from robot.simulator.pages import appliance_pages
from robot.simulator.servers.front import Front

_NUMBERS, _TURNS = itertools.count(), itertools.count()
_WAYS = list(QUOTINGS.values())
_OF_THE_PAIR = 18
"""Bytes of the Inter-Appliance key, which the robot does not know before it has read it."""
_QUOTED_IN_A_HEADER = QUOTINGS["percent"]


class Planting:
    """Notes each canary that is planted, and where."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.known = list[str]()
        self._shown = False

    def new(self, where: str, made: str = "") -> str:
        planted = made or canary(next(_NUMBERS))
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"canary": planted, "where": where}) + "\n")
        return planted

    def secret(self, where: str) -> str:
        """A canary that the robot is given."""
        planted = self.new(where)
        self.known.append(planted)
        return planted

    def token(self, size: int = 0) -> str:
        """What the pair makes up: given to the robot, but for the pair's own key and the tokens that it gives in mid-run."""
        if size == _OF_THE_PAIR or self._shown:
            return self.new("a key or a token")
        return self.secret("a password or a client secret")

    def echo(self) -> str:
        """One of those that the robot knows, quoted in one of the ways."""
        turn = next(_TURNS)
        return _WAYS[turn % len(_WAYS)](self.known[turn % len(self.known)])

    def said(self) -> str:
        """The same, but not with percent signs: the pages' own tell by them how far an installation is."""
        return next(echo for echo in iter(self.echo, "") if "%" not in echo)

    def page(self, text: str) -> str:
        """A page with canaries on it."""
        self._shown = True
        shown = [_escaped(say()) for say in (self.echo, self.echo, self.said, self.said, self.echo)]
        hidden = (
            f"<!-- {self.new('comment')} --><script>window.token = '{self.new('script')}'</script>"
            f"<input type=hidden name=api_key value={self.new('hidden field')}><meta name=token content={self.new('meta')}>"
        )
        said = (
            f"<p title='{shown[0]}' data-note='{shown[1]}'>Reference {shown[2]}</p>"
            f"<table><tr><td>Reference</td><td>{shown[3]}</td></tr></table>"
            f"<p>API secret <input readonly name=api_secret value={self.new('field labelled as a secret')}></p>"
        )
        text = text.replace("</title>", f" {shown[4]}</title>", 1)
        return text.replace("</body>", f"{said}{hidden}</body>", 1)


def _escaped(text: str) -> str:
    return re.sub(r"[<>&'\"\x00]", lambda match: f"&#{ord(match[0]) or 0xFFFD};", text)


def plant(planting: Planting) -> None:
    """Have the pair make canaries of its secrets, and put more on its pages."""
    urlsafe = SimpleNamespace(
        token_urlsafe=planting.token,
        token_hex=secrets.token_hex,
        token_bytes=secrets.token_bytes,
    )
    names.secrets = pair.secrets = api_accounts.secrets = urlsafe
    names.pyotp = SimpleNamespace(random_base32=lambda: planting.new("a seed", seed(next(_NUMBERS))))
    accounts.secrets = SimpleNamespace(token_hex=lambda _=0: planting.new("a session cookie"), token_bytes=secrets.token_bytes)
    appliance_pages.secrets = SimpleNamespace(token_hex=lambda _=0: planting.new("a download key"))

    class CanaryFront(Front):
        def __init__(self, *parts: Any) -> None:
            super().__init__(*parts)
            self.app.add_middleware(BaseHTTPMiddleware, dispatch=self._with_canaries)

        async def _with_canaries(self, request: Request, go_on: RequestResponseEndpoint) -> Response:
            answer = await go_on(request)
            answer.headers["X-Request-Token"] = planting.new("header")
            answer.headers["X-Note"] = _QUOTED_IN_A_HEADER(planting.known[0])
            if "text/html" not in answer.headers.get("content-type", ""):
                return answer
            pieces = cast("StreamingResponse", answer).body_iterator
            body = b"".join([piece.encode() if isinstance(piece, str) else bytes(piece) async for piece in pieces])
            new = Response(planting.page(body.decode()), answer.status_code)
            new.raw_headers = [(name, value) for name, value in answer.raw_headers if name != b"content-length"]
            new.headers["content-length"] = str(len(new.body))
            new.set_cookie("visit", planting.new("cookie"), path="/", secure=True, httponly=True)
            return new

    simulated.Front = CanaryFront


if __name__ == "__main__":
    plant(Planting(Path(sys.argv[1])))
    sys.exit(simulated.main(sys.argv[2:]))
