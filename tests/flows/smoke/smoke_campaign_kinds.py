"""The kinds of bad build that `make smoke-campaign` has verified: how each is made, and which words the reason must contain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from robot.simulator.appearance.generations import names_between

LOOKS = (("g1", "en"), ("g2", "en"), ("g2", "de"), ("g3", "en"), ("g3", "de"), ("g4", "en"))
"""Generations of the pages, with a language."""


@dataclass(frozen=True)
class BadBuild:
    """One kind of bad build.

    Attributes:
        name: what is wrong.
        knobs: how the simulated pair is set for it, once it serves.
        says: what a failed check must say, as a pattern; {old}, {new}, {old_base}, {new_base} and {older} are versions.
        begins: how the simulated pair begins besides.
        requests: whether the pair file says how a session is requested.
        smoke: what stands in `[smoke]` of the pair file besides.
        env: what stands in `.env` besides; "=A" is what A has.
    """

    name: str
    knobs: Mapping[str, Any]
    says: str
    begins: Mapping[str, Any] = field(default_factory=dict[str, Any])
    requests: bool = False
    smoke: str = ""
    env: Mapping[str, str] = field(default_factory=dict[str, str])


def portal(fault: str, says: str) -> BadBuild:
    return BadBuild(f"portal: {fault}", {"portal_fault": fault}, says)


def client(fault: str, says: str) -> BadBuild:
    return BadBuild(
        f"customer client: {fault}", {"client_fault": fault}, f"customer client.*{says}|{says}.*customer client", requests=True
    )


def console(fault: str, says: str) -> BadBuild:
    return BadBuild(f"console: {fault}", {"console_fault": fault}, says)


def shown(name: str, mischief: str, on: str, says: str) -> BadBuild:
    return BadBuild(f"{name} on {on}", {"mischief": mischief, "mischief_on": on}, says)


def certificate(way: str, says: str) -> BadBuild:
    return BadBuild(f"certificate: {way}", {"certificate": way}, says)


KINDS: tuple[BadBuild, ...] = (
    BadBuild("old build", {"old_product": "b"}, r"answers with build {old}.*expected {new}"),
    BadBuild("old base", {"old_base": "b"}, r"shows base {old_base}.*not {new_base}"),
    BadBuild("half-installed: the site does not run", {"site_stopped": "b"}, r"upgraded|not healthy"),
    BadBuild("half-installed: told by the site only", {"site_status": "Stopped"}, r'the state "Stopped"'),
    BadBuild(
        "the other appliance answers", {"answers_as_peer": "b"}, r"another appliance answers: .*serial number",
        begins={"same_certificate": True}, env={"B_APPLIANCE_USERNAME": "=A", "B_APPLIANCE_PASSWORD": "=A"},
    ),
    BadBuild(
        "another customer's site, with its certificate", {"other_site": "b", "certificate": "other name"},
        r"certificate.*support\.another-customer\.example",
    ),
    BadBuild("another customer's site, behind our certificate", {"other_site": "b"}, r"hosts the site support\.another-customer"),
    BadBuild("another product answers", {"wrong_product": "b"}, r"Password Vault|no sign-in|not the product"),
    portal("404", r"answers with 404"),
    portal("500", r"answers with 500"),
    portal("503", r"answers with 503"),
    portal("maintenance", r"(?i)maintenance|temporarily unavailable"),
    portal("nothing to begin", r"nothing to begin a session with"),
    portal("empty", r"is empty"),
    portal("redirect", r"another-host\.example"),
    portal("other page", r"nothing to begin a session with|It works"),
    BadBuild("a session request fails", {"portal_fault": "request fails"}, r"500", requests=True),
    BadBuild("a session request leads to no download", {"portal_fault": "no download"}, r"without one download", requests=True),
    client("missing", r"404"),
    client("breaks off", r"whole|broke off|broken off|cancel"),
    client("half", r"broken off"),
    client("page", r"Session expired"),
    client("empty", r"empty"),
    client("garbled", r"damaged"),
    client("old build", r"carries {older}"),
    console("missing", r"(?i)console.*404|404.*console|no file"),
    console("breaks off", r"whole|broke off|broken off|cancel"),
    console("half", r"console.*broken off"),
    console("page", r"(?i)console.*(web page|no file)"),
    console("empty", r"(?i)console.*empty|empty.*console"),
    console("garbled", r"console.*damaged"),
    console("old build", r"console installer .* carries {older}"),
    certificate("other name", r"certificate.*another-customer|not .*for support\.example\.com|mismatch"),
    certificate("expired", r"expired"),
    certificate("not yet valid", r"not yet valid"),
    certificate("no intermediate", r"issuer|chain|incomplete"),
    certificate("self-signed", r"self-signed"),
    shown("error banner", "error-banner", "site", r"could not be upgraded"),
    shown("error banner", "error-banner", "appliance", r"could not be upgraded"),
    shown("error banner", "error-banner", "portal", r"could not be upgraded"),
    shown("script error", "script-error", "site", r"a script of /login.* breaks"),
    shown("script error", "script-error", "portal", r"a script of / breaks"),
    shown("failed script", "failed-script", "appliance", r"the script /content/build\.js is answered with 404"),
    shown("failed style", "failed-style", "site", r"the stylesheet /content/build\.css is answered with 404"),
    shown("failed image", "failed-image", "portal", r"the image /content/build\.png is answered with 404"),
    BadBuild("calls itself unhealthy", {"unhealthy": "b"}, r"/check_health answers with 500"),
    BadBuild(
        "sign-in to /login fails", {"sign_in_fails": "b", "sign_in_fails_on": "site"},
        r"/login.*\bintern\w* error",
    ),
    BadBuild(
        "sign-in to /appliance fails", {"sign_in_fails": "b", "sign_in_fails_on": "appliance"},
        r"/appliance.*\bintern\w* error",
    ),
    BadBuild("another password", {}, r"(?i)rejected|invalid|not accept", env={"B_LOGIN_PASSWORD": "wrong-since-today"}),
    BadBuild("sessions are lost", {"sessions_lost": "b"}, r"(?i)session|sign-in"),
    BadBuild("ten times as slow", {"slow_pages": 3.0}, r"took \d+\.\d s, longer than 2 s", smoke='slowest_page = "2s"'),
    BadBuild("takes requests and never answers", {"hangs": "b"}, r"(?i)(did|does) not answer|no answer|timed out|within"),
    BadBuild("resets connections", {"own_resets": "b"}, r"(?i)reset|broke off"),
    BadBuild("refuses connections", {"own_refuses": "b"}, r"(?i)refuse"),
    BadBuild("only the web server answers", {"bad_gateway": "b"}, r"502"),
)  # fmt: skip


def named(name: str) -> BadBuild:
    return next(kind for kind in KINDS if kind.name == name)


def look_of(kind: BadBuild) -> tuple[str, str, int]:
    """In which generation, language and drawing a kind is made: another one for each."""
    number = KINDS.index(kind)
    return (*LOOKS[number % len(LOOKS)], number // len(LOOKS))


def versions(generation: str) -> dict[str, str]:
    """The versions of a pair of that generation, by the words in `says`."""
    names = names_between(generation, generation)
    major, _, rest = names.target_version.partition(".")
    return {
        "old": names.from_version, "new": names.target_version, "old_base": names.from_base, "new_base": names.target_base,
        "older": f"{int(major) - 1}.{rest}",
    }  # fmt: skip
