"""The public portal: ways to begin a session, and the customer client that comes of it (ui.md 3.18).

It shows no version. Every site words it for itself; how its addresses and pages really are is not documented.
"""

import re
import secrets
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from robot.simulator.appliances.relationship import Role
from robot.simulator.faults.knobs import at
from robot.simulator.pages.downloads import customer_client
from robot.simulator.pages.interface import not_found
from robot.simulator.pages.site_pages import SitePages

if TYPE_CHECKING:
    from robot.simulator.domain.names import Unit

PORTAL_PATHS = ("/start{rest:path}", "/session/{rest:path}", "/api/start_session.ns")
REPRESENTATIVES = ("Alex Moreno", "Kim Sato", "Priya Nair")
ISSUES = ("Password", "Printer", "Something else")
_KEY = re.compile(r"\d{7}")
_BROKEN = "<html><head><title>Error</title></head><body><h1>{}</h1></body></html>"
_ANOTHER = (
    "<html><head><title>Welcome</title></head><body><h1>It works!</h1><p>The default page of a web server.</p></body></html>"
)


class PublicPortal:
    """The portal of one appliance."""

    def __init__(self, site: SitePages) -> None:
        self._site = site
        self._pair = site.pair
        self._unit: Unit = site.unit
        self._requested: set[str] = set()

    async def answer(self, request: Request) -> Response:
        """Answer any request to the portal; a backup accepts no connections."""
        if not self._site.appliance.site_running:
            return HTMLResponse(self._site.render("upgrading.html"), 503)
        if self._pair.relationship.roles[self._unit] is Role.BACKUP:
            return HTMLResponse(self._site.render("portal/backup.html"), 503)
        path = request.url.path
        if path.startswith("/session/"):
            return self._session(path.removeprefix("/session/").removesuffix(self._site.look.suffix))
        if path.startswith("/start"):
            return await self._start(request)
        if "ak" in request.query_params:
            return self._begun("link")
        return self._wrong_page() or self._page(only_issues=path != "/")

    @property
    def _fault(self) -> str:
        return self._pair.knobs.portal_fault if at(self._pair.knobs.portal_fault_at, self._unit) else ""

    def _wrong_page(self) -> Response | None:
        """Return what a broken build shows in the portal's place."""
        fault = self._fault
        if fault == "404":
            return not_found()
        if fault in {"500", "503"}:
            words = {"500": "500 Internal Server Error", "503": "503 Service Unavailable"}[fault]
            return HTMLResponse(_BROKEN.format(words), int(fault))
        if fault in {"maintenance", "nothing to begin"}:
            return HTMLResponse(self._site.render("portal/notice.html", hostname=self._hostname, down=fault == "maintenance"))
        if fault == "redirect":
            return RedirectResponse("https://portal.another-host.example/", 302)
        return {"empty": HTMLResponse(""), "other page": HTMLResponse(_ANOTHER)}.get(fault)

    @property
    def _hostname(self) -> str:
        return self._pair.hostname(self._unit)

    def _page(self, *, error: str = "", only_issues: bool = False) -> Response:
        text = self._site.render(
            "portal/portal.html",
            hostname=self._hostname,
            start=f"/start{self._site.look.suffix}",
            representatives=REPRESENTATIVES,
            issues=ISSUES,
            error=error,
            only_issues=only_issues,
        )
        return HTMLResponse(text)

    async def _start(self, request: Request) -> Response:
        """Request a session: by a representative's name, by a key that one has told, or by what the matter is."""
        form = await request.form()
        words = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
        named = words.get("representative") or request.query_params.get("representative", "")
        if named in REPRESENTATIVES:
            return self._begun("representative")
        if "session[key]" in words:
            return (
                self._begun("key")
                if _KEY.fullmatch(words["session[key]"])
                else self._refused("key", "The session key is not valid.")
            )
        if "issue[name]" in words:
            return self._begun("issue") if words["issue[name]"] else self._refused("issue", "Please enter your name.")
        return self._refused("nothing", "Please choose a representative.")

    def _begun(self, by: str) -> Response:
        if self._fault == "request fails":
            self._pair.journal.fetch(self._unit, "", "session-requested", status=500, details={"by": by})
            return HTMLResponse(_BROKEN.format("500 Internal Server Error"), 500)
        token = secrets.token_hex(8)
        self._requested.add(token)
        self._pair.journal.fetch(self._unit, "", "session-requested", status=303, details={"by": by})
        return RedirectResponse(f"/session/{token}{self._site.look.suffix}", 303)

    def _refused(self, by: str, error: str) -> Response:
        self._pair.journal.fetch(self._unit, "", "session-refused", status=200, details={"by": by, "error": error})
        return self._page(error=error)

    def _session(self, asked: str) -> Response:
        """Show where the client is downloaded, or hand it out."""
        token, _, what = asked.partition("/")
        if token not in self._requested:
            return self._page(error="This link has expired.")
        if what != "client":
            client = "" if self._fault == "no download" else f"/session/{token}/client"
            return HTMLResponse(self._site.render("portal/session.html", hostname=self._hostname, client=client))
        knobs, version = self._pair.knobs, self._site.appliance.product
        answer = customer_client(version, token, knobs.client_fault if at(knobs.file_fault_at, self._unit) else "")
        details = {"version": version, "fault": knobs.client_fault}
        self._pair.journal.fetch(self._unit, "", "customer-client", status=answer.status_code, details=details)
        return answer
