"""The Command API of one appliance: a token for an API account, and the two calls that only read (ui.md 4.1, 4.2, 4.4).

A user's password in the query, as before 16.1, is not simulated: nothing should put one there. What is answered while the API is
switched off, to a wrong secret and to an unknown action, is not documented.
"""

import asyncio
import base64
import binascii
from collections.abc import Callable, Mapping
from datetime import UTC, timedelta
from html import escape

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from robot.simulator.appearance.generations import GENERATIONS
from robot.simulator.appliances.api_accounts import TOKEN_LASTS
from robot.simulator.appliances.pair import Pair
from robot.simulator.appliances.relationship import Role
from robot.simulator.domain.journal import VIEWS
from robot.simulator.domain.names import Unit, shown
from robot.simulator.faults.knobs import at
from robot.simulator.pages.interface import not_found

_OLD, _NEW = "https://www.bomgar.com/namespaces/API/command", "https://www.beyondtrust.com/namespaces/API/command"
_TOO_SLOW = 30.0  # seconds
_ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE health_check [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c SYSTEM "file:///etc/passwd">]><health_check><version>&b;&c;</version></health_check>'
)
_INSTEAD: Mapping[str, str] = {
    "garbage": "<html><p>It works!",
    "page": "<html><head><title>Log In</title></head><body><form><input name='login[username]'/></form></body></html>",
    "entities": _ENTITIES,
    "endless": f"<health_check>{' ' * 300_000}</health_check>",
}
"""What is answered instead of what was asked for."""


class CommandApi:
    """The API of one appliance."""

    def __init__(self, pair: Pair, unit: Unit) -> None:
        self._pair = pair
        self._unit: Unit = unit
        self._appliance = pair.appliances[unit]
        self._actions: dict[str, Callable[[], str]] = {"check_health": self._check_health, "get_api_info": self._get_api_info}

    async def give_token(self, request: Request) -> Response:
        """Answer `POST /oauth2/token`."""
        if not self._is_there:
            return not_found()
        if self._fault == "switched off":
            return JSONResponse({"error": "access_denied"}, 403)
        if self._fault == "elsewhere":
            return RedirectResponse("/login", 302)
        await asyncio.sleep(_TOO_SLOW if self._fault == "slow" else 0)
        form = await request.form()
        client_id, _, secret = _basic(request).partition(":")
        token = self._appliance.api_accounts.give_token(client_id, secret, self._pair.agenda.now())
        if token is None or form.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "invalid_client"}, 401)
        return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": int(TOKEN_LASTS)})

    async def command(self, request: Request) -> Response:
        """Answer `/api/command`."""
        if not self._is_there:
            return not_found()
        action = request.query_params.get("action", "")
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        is_open = self._appliance.api_accounts.opens(token, self._pair.agenda.now()) and self._fault != "denied"
        self._pair.journal.write(VIEWS, unit=self._unit, interface="api", account="", page=action, open=is_open)
        if not is_open:
            return Response("", 403)
        if action not in self._actions:
            return Response(self._xml("error", "The given action is not supported."), media_type="text/xml")
        return Response(_INSTEAD.get(self._fault) or self._actions[action](), media_type="text/xml")

    @property
    def _fault(self) -> str:
        return self._pair.knobs.api_fault if at(self._pair.knobs.api_fault_at, self._unit) else ""

    @property
    def _is_there(self) -> bool:
        """Whether this generation has API accounts."""
        return self._appliance.site_running and GENERATIONS[self._pair.generation(self._unit, "site")].api_accounts

    def _check_health(self) -> str:
        fault, pair, appliance = self._fault, self._pair, self._appliance
        role = pair.relationship.roles[self._unit]
        if fault == "other role":
            role = Role.BACKUP if role is Role.PRIMARY else Role.PRIMARY
        version = shown(pair.names.stepping_stone() if fault == "other version" else appliance.product)
        guid = "0badc0ffee" * 3 + "00" if fault == "other guid" else appliance.guid
        told = f'<appliance id="{guid}">{escape(pair.hostname(self._unit))}</appliance><version>{version}</version>'
        told += f"<success>{int(fault != 'unwell')}</success>"
        told += "<error_message>The database is not consistent.</error_message>" if fault == "unwell" else ""
        told += f"<failover_role>{role.value}</failover_role>"
        if appliance.has_enabled(pair.addresses.shared):
            told += f"<enabled_shared_ips><ip>{pair.addresses.shared}</ip></enabled_shared_ips>"
        return self._xml("health_check", told + self._last_sync())

    def _last_sync(self) -> str:
        knobs, last = self._pair.knobs, self._pair.relationship.last_sync_shown
        if last is None or not self._pair.relationship.exists:
            return ""
        last += timedelta(seconds=knobs.clock_skew if at(knobs.clock_skew_at, self._unit) else 0)
        last -= timedelta(days=3) if self._fault == "old sync" else timedelta()
        last = last.replace(tzinfo=UTC)
        return (
            f'<last_data_sync_time ts="{last.timestamp():.0f}">{last.isoformat()}</last_data_sync_time>'
            "<last_data_sync_status>Success</last_data_sync_status>"
        )

    def _get_api_info(self) -> str:
        may = {
            "perm_backup": "0",
            "perm_command": "full" if self._fault == "full" else "read_only",
            "perm_configuration": "0",
            "perm_reporting_license": "1",
        }
        permissions = "".join(f'<permission name="{name}">{value}</permission>' for name, value in may.items())
        told = f"<api_version>1.19.0</api_version><timestamp>{self._pair.agenda.utc().timestamp():.0f}</timestamp>"
        return self._xml("api_information", f"{told}<permissions>{permissions}</permissions>")

    def _xml(self, name: str, inside: str) -> str:
        old = self._pair.generation(self._unit, "site") == "g2"
        return f'<?xml version="1.0" encoding="UTF-8"?><{name} xmlns="{_OLD if old else _NEW}">{inside}</{name}>'


def _basic(request: Request) -> str:
    """Return what an HTTP Basic header holds; nothing where there is none."""
    try:
        return base64.b64decode(request.headers.get("Authorization", "").removeprefix("Basic "), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
