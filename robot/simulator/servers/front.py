"""The web server of one appliance: it routes each request, and answers by the power state of the machine."""

import asyncio
from email.utils import formatdate

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from robot.simulator.appliances.appliance import Power
from robot.simulator.appliances.pair import Pair
from robot.simulator.domain.journal import REQUESTS
from robot.simulator.domain.names import Unit
from robot.simulator.faults.knobs import at
from robot.simulator.faults.mischief import befall
from robot.simulator.pages.appliance_pages import AppliancePages
from robot.simulator.pages.command_api import CommandApi
from robot.simulator.pages.interface import not_found
from robot.simulator.pages.look import TEMPLATES
from robot.simulator.pages.public_portal import PORTAL_PATHS, PublicPortal
from robot.simulator.pages.site_pages import SitePages

_ICON = bytes.fromhex(
    "0000010001000101000001001800300000001600000028000000010000000200000001001800000000000000000000000000000000000000000000000000"
) + bytes.fromhex("7a4a1f0000000000")  # one blue pixel


_BLANK = "<!DOCTYPE html><title>Remote Support</title><div id=app></div>"
_FURNITURE = frozenset({"/favicon.ico", "/content/admin.css"})


class Front:
    """The web server of one appliance."""

    def __init__(self, pair: Pair, unit: Unit) -> None:
        self._pair = pair
        self._unit: Unit = unit
        self._appliance = pair.appliances[unit]
        self._site = SitePages(pair, unit)
        self._machine = AppliancePages(pair, unit)
        self._portal = PublicPortal(self._site)
        api = CommandApi(pair, unit)
        self._asked = 0
        self._hiccuped: set[str] = set()
        both = ["GET", "POST"]
        self.app = Starlette(
            routes=[
                Route("/", self._public, methods=both),
                *(Route(path, self._public, methods=both) for path in PORTAL_PATHS),
                Route("/check_health", self._check_health),
                Route("/oauth2/token", api.give_token, methods=["POST"]),
                Route("/api/command", api.command, methods=both),
                Route("/api/command.ns", api.command, methods=both),
                Route("/favicon.ico", self._icon),
                Route("/content/admin.css", self._style),
                Route("/login", self._login, methods=both),
                Route("/login/{rest:path}", self._login, methods=both),
                Route("/appliance", self._administration, methods=both),
                Route("/appliance/{rest:path}", self._administration, methods=both),
                Route("/{rest:path}", self._unknown, methods=both),
            ],
            middleware=[Middleware(BaseHTTPMiddleware, dispatch=self._at_the_door)],
        )

    async def _at_the_door(self, request: Request, go_on: RequestResponseEndpoint) -> Response:
        """Answer for the whole machine where its state leaves no other answer."""
        self._pair.agenda.run_due()
        if request.url.path not in _FURNITURE:
            self._pair.journal.write(REQUESTS, unit=self._unit, method=request.method, path=request.url.path)
        if at(self._pair.knobs.hangs, self._unit):
            await asyncio.Event().wait()
        if at(self._pair.knobs.wrong_product, self._unit):
            response: Response = HTMLResponse(TEMPLATES.get_template("wrong_product.html").render())
            response.headers["Server"] = "Microsoft-IIS/10.0"
        else:
            hiccups = False
            if (
                self._appliance.power is Power.BAD_GATEWAY
                or at(self._pair.knobs.bad_gateway, self._unit)
                or (hiccups := self._hiccups(request))
            ):
                blank = hiccups and self._pair.knobs.hiccups_blank
                response = HTMLResponse(_BLANK) if blank else HTMLResponse("<h1>502 Bad Gateway</h1>", 502)
            else:
                if request.method == "GET" and request.url.path not in _FURNITURE:
                    await asyncio.sleep(self._pair.knobs.slow_pages if at(self._pair.knobs.slow_pages_at, self._unit) else 0)
                response = await go_on(request)
            response.headers["Server"] = "Bomgar"
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Date"] = formatdate(usegmt=True)
        return response

    def _hiccups(self, request: Request) -> bool:
        """Say whether this page fails this time."""
        every = self._pair.knobs.hiccup_every
        path = request.url.path
        if not every or request.method != "GET" or path in _FURNITURE | self._hiccuped:
            return False
        self._asked += 1
        if self._asked % every:
            return False
        self._hiccuped.add(path)
        return True

    async def _login(self, request: Request) -> Response:
        if not self._appliance.site_running:
            return HTMLResponse(self._site.render("upgrading.html"), 503)
        return self._befallen(await self._site.answer(request), request, "site")

    async def _administration(self, request: Request) -> Response:
        if self._pair.knobs.cloud:
            return not_found()
        return self._befallen(await self._machine.answer(request), request, "appliance")

    async def _public(self, request: Request) -> Response:
        return self._befallen(await self._portal.answer(request), request, "portal")

    def _befallen(self, answer: Response, request: Request, which: str) -> Response:
        """Return an answer as the set faults distort it."""
        knobs = self._pair.knobs
        struck = which == knobs.mischief_on or (knobs.mischief_on == "interfaces" and which != "portal")
        return befall(knobs.mischief, answer, str(request.url)) if struck and at(knobs.mischief_at, self._unit) else answer

    async def _check_health(self, _request: Request) -> Response:
        """200 or 500 and a short text, without a sign-in (ui.md 4.2)."""
        if self._appliance.site_running and not at(self._pair.knobs.unhealthy, self._unit):
            return PlainTextResponse("The site is healthy.\n")
        return PlainTextResponse("The site is not healthy.\n", 500)

    async def _icon(self, _request: Request) -> Response:
        return Response(_ICON, media_type="image/x-icon", headers={"Cache-Control": "max-age=86400"})

    async def _style(self, _request: Request) -> Response:
        return Response(
            TEMPLATES.get_template("admin.css").render(), media_type="text/css", headers={"Cache-Control": "max-age=86400"}
        )

    async def _unknown(self, _request: Request) -> Response:
        return not_found()
