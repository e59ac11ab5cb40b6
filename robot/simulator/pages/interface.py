"""What /login and /appliance have in common: sessions, menus, forms with hidden tokens, and the journal.

A screen is reached through its menu only: its path is made up at start. A post without the token of the very form
that this visitor was shown is refused (ui.md 2.4, recalled).
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from robot.simulator.appearance.generations import GENERATIONS
from robot.simulator.appliances.accounts import CODES_UNTIL_A_NEW_ONE, Accounts, Session, Stage
from robot.simulator.appliances.pair import Pair
from robot.simulator.domain.journal import VIEWS
from robot.simulator.domain.names import Unit
from robot.simulator.faults.knobs import at
from robot.simulator.pages.look import Look
from robot.simulator.pages.screens import Outcome, Screen, Visit, placed

if TYPE_CHECKING:
    from robot.simulator.appliances.appliance import Appliance


class Interface:
    """One of an appliance's two web interfaces; /login and /appliance say what is in it."""

    folder: str
    prefix: str
    cookie: str
    product: str

    def __init__(self, pair: Pair, unit: Unit) -> None:
        self.pair = pair
        self.unit: Unit = unit
        self.appliance: Appliance = pair.appliances[unit]
        self.updates = pair.updates[unit]
        self._sessions: dict[str, Session] = {}
        self._epoch = 0
        self._menus: dict[tuple[str, str], list[Screen]] = {}

    @property
    def accounts(self) -> Accounts:
        """Who may sign in."""
        raise NotImplementedError

    @property
    def epoch(self) -> int:
        """A number that grows whenever the interface forgets who was signed in."""
        raise NotImplementedError

    @property
    def screens(self) -> Mapping[str, Screen]:
        """The screens that have more than a template, by the template's name."""
        raise NotImplementedError

    @property
    def look(self) -> Look:
        """How its pages look at this moment."""
        return Look(GENERATIONS[self.pair.generation(self.unit, self.folder)], self.folder, self.pair.knobs)

    def utc(self) -> datetime:
        """What its own clock says."""
        return self.pair.agenda.utc() + self.skew

    @property
    def skew(self) -> timedelta:
        """How many seconds its clock is ahead."""
        knobs = self.pair.knobs
        return timedelta(seconds=knobs.clock_skew if at(knobs.clock_skew_at, self.unit) else 0)

    def menu(self) -> list[Screen]:
        """Return the screens in the menu at this moment, in its order."""
        return self.placed(self.folder)

    @property
    def landing(self) -> Screen:
        """The screen on which one lands; also where one is led from a page that has gone."""
        return self.menu()[0]

    def placed(self, which: str) -> list[Screen]:
        """Return the screens of one of this generation's menus."""
        generation = self.pair.generation(self.unit, self.folder)
        if (generation, which) not in self._menus:
            self._menus[generation, which] = placed(self.screens, generation, which)
        return [screen for screen in self._menus[generation, which] if screen.template != self.pair.knobs.menu_lacks]

    def path(self, screen: Screen) -> str:
        """Return a screen's address, which cannot be guessed."""
        digest = hashlib.sha256(f"{self.pair.paths}{self.folder}{screen.tab}{screen.name}".encode()).hexdigest()
        return f"{self.prefix}/{digest[:10]}{self.look.suffix}"

    @property
    def sign_in_path(self) -> str:
        """The address of the sign-in form (ui.md 2.3: ``/appliance/login.ns``)."""
        return f"{self.prefix}/login{self.look.suffix}"

    def render(self, template: str, **values: object) -> str:
        """Render a page of this appliance as it looks at this moment."""
        return self.look.render(
            template,
            product=self.product,
            prefix=self.prefix,
            log_out=f"{self.prefix}/logout{self.look.suffix}",
            appliance=self.appliance,
            pair=self.pair,
            **values,
        )

    async def answer(self, request: Request) -> Response:
        """Answer any request below the prefix."""
        if self._epoch != self.epoch:
            self._sessions.clear()
            self._epoch = self.epoch
        session = self._sessions.get(request.cookies.get(self.cookie, ""))
        if session is not None and session.stage is Stage.SIGNED_IN and at(self.pair.knobs.sessions_lost, self.unit):
            session = None
        signed_in = session is not None and session.stage is Stage.SIGNED_IN
        if session is not None and request.client is not None:
            session.client = request.client.host
        path = request.url.path.rstrip("/")
        if session is not None and path == f"{self.prefix}/logout{self.look.suffix}":
            del self._sessions[session.number]
            self._viewed(session, "Log Out")
            return RedirectResponse(self.sign_in_path, 302)
        screen = next((screen for screen in self.menu() if self.path(screen) == path), None)
        if screen is not None and session is not None and signed_in:
            return await self._on_screen(request, session, screen)
        if screen is None and path not in {self.prefix, self.sign_in_path}:
            return not_found()
        if session is not None and signed_in:
            return RedirectResponse(self.path(self.landing), 302)
        if screen is not None or path != self.sign_in_path:
            return RedirectResponse(self.sign_in_path, 302)
        return await self._signing_in(request, session)

    async def _on_screen(self, request: Request, session: Session, screen: Screen) -> Response:
        visit = Visit(request, session, screen)
        if request.method == "POST":
            visit.form = await request.form()
            if at(self.pair.knobs.posts_end_sessions, self.unit):
                del self._sessions[session.number]
                return RedirectResponse(self.sign_in_path, 302)
            return self._posted(visit)
        link = screen.links.get(visit.query("do"))
        if link is not None:
            return self._performed(visit, link(visit))
        session.pages += 1
        if 0 < self.pair.knobs.sessions_last < session.pages:
            del self._sessions[session.number]
            return RedirectResponse(self.sign_in_path, 302)
        self._viewed(session, f"{screen.tab} > {screen.name}")
        notice, session.notice = session.notice, ""
        return self._shown(visit, notice=notice)

    def _posted(self, visit: Visit) -> Response:
        pressed = next((name for name in visit.screen.posts if name in visit.form), None)
        if pressed is None:
            return self._refused(visit, "an unknown control")
        if not visit.session.token_fits(self.path(visit.screen), visit.value("token")):
            return self._refused(visit, pressed)
        return self._performed(visit, visit.screen.posts[pressed](visit))

    def _refused(self, visit: Visit, pressed: str) -> Response:
        self.pair.journal.change(
            self.unit, visit.session.account, f"REFUSED {pressed}", status=403, details={"why": "no valid token"}
        )
        return HTMLResponse("<h1>403 Forbidden</h1><p>This form is not valid any more.</p>", 403)

    def _performed(self, visit: Visit, outcome: Outcome) -> Response:
        if outcome.answer is not None:
            response = outcome.answer
        elif outcome.error:
            response = self._shown(visit, error=outcome.error)
        else:
            visit.session.notice = outcome.notice
            response = RedirectResponse(self.path(visit.screen) + outcome.query, 302)
        details = {**outcome.details, "error": outcome.error} if outcome.error else outcome.details
        line = self.pair.journal.fetch if outcome.fetch else self.pair.journal.change
        session = visit.session
        line(self.unit, session.account, outcome.action, status=response.status_code, details=details, client=session.client)
        return response

    def _shown(self, visit: Visit, *, notice: str = "", error: str = "") -> HTMLResponse:
        menu = self.menu()
        if visit.screen not in menu:  # what was just pressed took the page out of the menu
            visit.screen = self.landing
        tabs = {screen.tab: self.path(screen) for screen in reversed(menu)}
        text = self.render(
            f"{self.folder}/{visit.screen.template}.html",
            session=visit.session,
            screen=visit.screen,
            here=self.path(visit.screen),
            token=visit.session.token(self.path(visit.screen)),
            tabs=dict(reversed(tabs.items())),
            sub_tabs={screen.name: self.path(screen) for screen in menu if screen.tab == visit.screen.tab},
            notice=notice,
            error=error,
            form=visit.form,
            **visit.screen.view(visit),
        )
        return HTMLResponse(text)

    # -- signing in ------------------------------------------------------------------------------------------------

    async def _signing_in(self, request: Request, session: Session | None) -> Response:
        form = await request.form()
        if session is None:  # before the agreement there is no cookie yet
            session = self._sessions.get(str(form.get("agreement[visitor]", "")))
        if session is None or request.method != "POST":
            session = session or Session(client=request.client.host if request.client else "")
            self._sessions[session.number] = session
            if session.stage is Stage.AGREEMENT and not self.pair.knobs.agreement:
                session.stage = Stage.CREDENTIALS
            self._viewed(session, "sign-in", stage=str(session.stage))
            return self._sign_in_page(session)
        visit = Visit(request, session, self.menu()[0], form)
        if not session.token_fits(self.sign_in_path, visit.value("token")):
            return HTMLResponse("<h1>403 Forbidden</h1><p>This form is not valid any more.</p>", 403)
        error = {
            Stage.AGREEMENT: self._accepted,
            Stage.CREDENTIALS: self._gave_password,
            Stage.CODE: self._gave_code,
            Stage.EXPIRED: self._gave_new_password,
            Stage.EULA: self._accepted_licence,
        }[session.stage](visit)
        if session.stage is Stage.SIGNED_IN:
            return RedirectResponse(self.path(self.landing), 302)
        return self._sign_in_page(session, error=error)

    def _sign_in_page(self, session: Session, *, error: str = "") -> HTMLResponse:
        page = {
            Stage.AGREEMENT: "agreement.html",
            Stage.CREDENTIALS: "sign_in.html",
            Stage.CODE: "code.html",
            Stage.EXPIRED: "expired.html",
            Stage.EULA: "eula.html",
        }[session.stage]
        text = self.render(
            page,
            here=self.sign_in_path,
            token=session.token(self.sign_in_path),
            visitor=session.number,
            error=error,
            may_keep=self.prefix == "/appliance",  # login[use_curr] was seen there (ui.md 2.5)
        )
        response = HTMLResponse(text)
        if session.stage is not Stage.AGREEMENT:
            response.set_cookie(self.cookie, session.number, secure=True, httponly=True)
        return response

    def _accepted(self, visit: Visit) -> str:
        if not visit.ticked("agreement[accept]"):
            return "You must accept the agreement to continue."
        visit.session.stage = Stage.CREDENTIALS
        return ""

    def _gave_password(self, visit: Visit) -> str:
        username = visit.value("login[username]")
        found = visit.form.get("login[password]", "")
        account, outcome = self.accounts.sign_in(username, found if isinstance(found, str) else "")
        if at(self.pair.knobs.account_locked, self.unit):
            account, outcome = None, "locked"
        elif at(self.pair.knobs.sign_in_fails, self.unit) and self.pair.knobs.sign_in_fails_on in {"interfaces", self.folder}:
            account, outcome = None, "failed"
        self._viewed(visit.session, "sign-in attempt", account=username, outcome=outcome)
        if account is None:
            return {
                "locked": "Your account has been locked out. Please contact your administrator.",
                "rejected": "Invalid username or password.",
                "failed": "An internal error occurred during sign-in. Please contact your administrator.",
            }[outcome]
        visit.session.account = username
        mailed = self.pair.knobs.email_code and self.folder == "site"
        visit.session.stage = Stage.CODE if account.totp or mailed else self._after_factors(visit)
        return ""

    def _gave_code(self, visit: Visit) -> str:
        fits = self.accounts.code_fits(visit.session.account, visit.value("login[code]"))
        self._viewed(visit.session, "sign-in code", outcome="accepted" if fits else "rejected")
        if not fits:
            visit.session.wrong_codes += 1
            if not self.pair.knobs.email_code or visit.session.wrong_codes % CODES_UNTIL_A_NEW_ONE:
                return "Invalid authentication code."
            visit.session.stage = Stage.CREDENTIALS
            return "Please enter your credentials again to get a new email code."
        visit.session.stage = self._after_factors(visit)
        return ""

    def _after_factors(self, visit: Visit) -> Stage:
        if at(self.pair.knobs.password_expired, self.unit):
            return Stage.EXPIRED
        if at(self.pair.knobs.eula, self.unit):
            return Stage.EULA
        self._viewed(visit.session, "signed in")
        return Stage.SIGNED_IN

    def _accepted_licence(self, visit: Visit) -> str:
        """Whoever accepts it binds the appliance's owner."""
        if not visit.ticked("eula[accept]"):
            return "You must accept the agreement to continue."
        self.pair.journal.change(self.unit, visit.session.account, "accept-eula", status=302)
        visit.session.stage = Stage.SIGNED_IN
        return ""

    def _gave_new_password(self, visit: Visit) -> str:
        """The password stays as it was: a robot that comes here has already gone too far."""
        self.pair.journal.change(self.unit, visit.session.account, "change-password", status=200)
        return "The password could not be changed."

    def _viewed(self, session: Session, page: str, **more: object) -> None:
        account = more.pop("account", session.account)
        self.pair.journal.write(
            VIEWS, unit=self.unit, interface=self.folder, account=account, page=page, session=session.number[:6],
            client=session.client, **more,
        )  # fmt: skip


def not_found() -> Response:
    """Return the answer of an unknown address."""
    return HTMLResponse("<h1>404 Not Found</h1>", 404)
