"""What an appliance tells by its Command API, beside its pages: two calls of the documented ones, and both only read.

Nothing else is ever called: what changes a role, takes a backup or ends a session stands in no list here.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from flows.areas.area_values import ApiAnswers
from pages.engine.text.moments import parse_moment
from robot.domain.errors import Refused, Unreachable, Untrusted
from robot.domain.model import Unit
from robot.domain.versions import build_in, version_in
from robot.network.token_client import TokenClient

if TYPE_CHECKING:
    from collections.abc import Callable
    from xml.etree.ElementTree import Element

    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from flows.survey.witness import Sight, Witness
    from robot.network.tls import Endpoint
    from robot.settings.secrets import ApiAccount

_TOKEN_PATH = "/oauth2/token"  # noqa: S105 - a path
_HINT = "see Management > API Configuration there (Enable XML API; the account, read-only; such accounts exist from 16.1 on)"
_ROLES = frozenset({"none", "primary", "backup"})
_ONLY_READS = re.compile(r"perm_(command=read_only|reporting\w*=.*|real_time_state=.*|\w+=(0|deny)?)")
"""A permission, and its value, by which nothing can be altered or carried away but reports."""
_LONGEST = 200
"""Characters of a text that are kept."""


class ReadOnlyCall(StrEnum):
    """The calls, each with the name of what it answers with."""

    HEALTH = "check_health"
    ACCOUNT = "get_api_info"

    @property
    def path(self) -> str:
        """Where it is made."""
        return f"/api/command?action={self.value}"


_ROOTS = {ReadOnlyCall.HEALTH: frozenset({"health_check"}), ReadOnlyCall.ACCOUNT: frozenset({"api_information", "get_api_info"})}
"""The outermost elements of their answers, whose namespace changes with the release."""


def api_sight(appliance: Appliance, pair: Pair, witness: Witness) -> Sight[ApiAnswers] | None:
    """Ask an appliance's API what it is.

    Args:
        appliance: the appliance.
        pair: both appliances.
        witness: writes down what was told.

    Returns:
        What it tells, or why it tells nothing; `None` if the pair file gives no API account.

    Raises:
        Refused: the account cannot be had from the vault, or the record cannot be written.
    """
    is_of_a = appliance.login_account is pair.a.login_account  # on a synchronised backup it is
    account = pair.secrets.api_account(Unit.A if is_of_a else appliance.unit)
    if account is None:
        return None
    value, says = None, ""
    try:
        value = ask(appliance.endpoint, account, lambda token: pair.secrets.learn(token, "a token of the API"))
    except (Unreachable, Untrusted) as silent:
        says = str(silent)
    except Refused as refusal:
        says = f"{refusal}; {_HINT}"
    return witness.tell_unseen(appliance.unit.value, "API", value, says)


def ask(endpoint: Endpoint, account: ApiAccount, hide: Callable[[str], None], *, deadline_s: float = 10) -> ApiAnswers:
    """Make every call once.

    Args:
        endpoint: the way to the appliance.
        account: its API account.
        hide: masks the token from now on.
        deadline_s: seconds for each call.

    Returns:
        What it tells; `None` in it is what it does not tell.

    Raises:
        Refused: it does not answer as documented; also `LoginRejected`, `Untrusted` and `Unreachable`.
    """
    client = TokenClient(endpoint, deadline_s=deadline_s)
    token = client.token(_TOKEN_PATH, account.client_id.get_secret_value(), account.client_secret.get_secret_value())
    hide(token)
    health, info = (_answer(client, call, token) for call in ReadOnlyCall)
    version, role, success = (_text(health, name) for name in ("version", "failover_role", "success"))
    appliance = _child(health, "appliance")
    return ApiAnswers(
        version=str(version_in(version) or "") or None,
        build=build_in(version) or None,
        guid=_plain(appliance.get("id", "")) or None if appliance is not None else None,
        healthy={"1": True, "0": False}.get(success),
        problem=_text(health, "error_message"),
        role=role if role in _ROLES else None,
        shared_ips=tuple(_plain(each.text) for each in health.iter() if _name(each) == "ip"),
        last_sync=_moment(_child(health, "last_data_sync_time")) or None,
        sync_status=_text(health, "last_data_sync_status") or None,
        api_version=_text(info, "api_version") or None,
        more_than_reading=_more_than_reading(info),
    )


def _answer(client: TokenClient, call: ReadOnlyCall, token: str) -> Element:
    root = client.read(call.path, token)
    if _name(root) not in _ROOTS[call]:
        raise Refused(f"{call.path} answers with something else: <{_name(root)[:40]}>")
    return root


def _name(element: Element) -> str:
    return _plain(element.tag.rpartition("}")[2])


def _plain(text: str | None) -> str:
    """Return a text in one line without control characters, and no longer than a sentence."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text or "")
    return " ".join(printable.split())[:_LONGEST]


def _child(root: Element, name: str) -> Element | None:
    """Return the one child of that name; two that differ would be none."""
    found = [each for each in root if _name(each) == name]
    return found[0] if len(found) == 1 else None


def _text(root: Element, name: str) -> str:
    child = _child(root, name)
    return "" if child is None else _plain(child.text)


def _moment(element: Element | None) -> str:
    """Return a time as pages word it: by the attribute `ts`, seconds since 1970 in UTC, else by the text."""
    if element is None:
        return ""
    if re.fullmatch(r"[0-9]{9,11}", stamp := element.get("ts", "").strip()):
        return f"{datetime.fromtimestamp(int(stamp), UTC):%Y-%m-%d %H:%M:%S} UTC"
    text = _plain(element.text)
    return text if parse_moment(text) else ""


def _more_than_reading(info: Element) -> tuple[str, ...] | None:
    """Return the account's permissions for more than reading; `None` if it does not tell what it may do with the Command API."""
    told = {each.get("name", ""): _plain(each.text) for each in info.iter() if _name(each) == "permission"}
    if "perm_command" not in told:
        return None
    return tuple(f"{_plain(name)}={value}" for name, value in told.items() if not _ONLY_READS.fullmatch(f"{name}={value}"))
