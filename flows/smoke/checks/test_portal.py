"""What a customer gets at the site's address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.smoke.fixtures.ground import NOT_TRIED
from flows.smoke.installer_file import read_installer
from pages.portal.front import portal_on
from pages.portal.session_request import SessionRequestWords, request_client
from pages.readings.failover_status import Role
from pages.translations import in_english
from robot.domain.errors import Unreachable

if TYPE_CHECKING:
    from pathlib import Path

    from flows.smoke.fixtures.evidence import CheckEvidence
    from flows.smoke.fixtures.expected import ExpectedSoftware
    from flows.smoke.fixtures.ground import SmokeGround
    from flows.smoke.fixtures.site import SmokeSite, Visit


def test_portal(site: SmokeSite, ground: SmokeGround, evidence: CheckEvidence, request: pytest.FixtureRequest) -> None:
    """The site's address shows the portal."""
    try:
        visit = site.visit("/")
    except Unreachable:
        ground.has_no_portal = True
        raise
    portal = portal_on(visit.status, visit.view)
    evidence.picture("portal")
    evidence.tell(status=portal.status, title=portal.title, address=visit.ip, seconds=round(visit.seconds, 2))
    said = portal.notice or next((line for line in visit.view.text.splitlines() if line.strip()), "") or portal.title
    if portal.status == 503 and ground.order.signs_in and not ground.order.must_serve:
        unit = request.getfixturevalue("unit")
        if unit.failover().role is Role.BACKUP:
            pytest.skip(f'{ground.name} is the backup, which accepts no connections until it takes over: it says "{said}"')
    assert portal.status == 200, f"the page at the site's address answers with {portal.status}" + (f': "{said}"' if said else "")
    assert not portal.notice, f'the page at the site\'s address says "{portal.notice}"'
    assert visit.view.controls or visit.view.text.strip(), "the page at the site's address is empty"
    for words in ground.order.settings.smoke.words:
        assert in_english(words).casefold() in f"{visit.view.text}\n{portal.title}".casefold(), (
            f'the portal does not say "{words}"; it says "{said}"'
        )


def test_ways(site: SmokeSite, ground: SmokeGround, evidence: CheckEvidence) -> None:
    """The portal has its ways to begin a session."""
    visit = _portal_again(site, ground)
    controls = [each for each in visit.view.controls if each.enabled]
    names = [each.name or each.kind for each in controls]
    evidence.tell(controls=names[:20])
    there = f"there is: {', '.join(names[:8]) or 'no control at all'}"
    if wanted := ground.order.settings.smoke.ways:
        text = "\n".join([*names, visit.view.text]).casefold()
        missing = [words for words in wanted if in_english(words).casefold() not in text]
        assert not missing, f'the portal does not show "{missing[0]}"; {there}'
        return
    assert controls, f"the portal offers nothing to begin a session with; {there}"
    if all(each.kind == "link" for each in controls):
        pytest.skip(f"the portal has only links ({', '.join(names[:8])}); name in [smoke] ways those that begin a session")


def test_session(
    site: SmokeSite, ground: SmokeGround, expected: ExpectedSoftware, evidence: CheckEvidence, tmp_path: Path
) -> None:
    """A session can be requested, up to the customer client."""
    if (how := ground.order.settings.smoke.request) is None:
        pytest.skip(
            "none was requested, for it would reach representatives: [smoke] request in the pair file says how it is done"
        )
    _portal_again(site, ground)
    words = SessionRequestWords(how.press, how.field or "", how.fill or "", how.download or "")
    name, path = request_client(site.page, words, tmp_path)
    evidence.picture("request")
    client = read_installer(path)
    evidence.tell(file=name, bytes=path.stat().st_size, kind=client.kind, version=client.product_version, signed=client.signed)
    assert client.kind != "other", f"the customer client {name} is none: {client.why or 'it is no program'}"
    assert client.whole is not False, f"the customer client {name} is not whole: {client.why}"
    assert not client.product_version or expected.is_met_by(client.product_version), (
        f"the customer client {name} carries {client.product_version}, expected {expected.version}"
    )
    if not client.product_version:
        pytest.skip(f"the customer client came whole, and its version cannot be read: {client.why or 'it tells none'}")


def _portal_again(site: SmokeSite, ground: SmokeGround) -> Visit:
    """Open the portal for what stands on it; why it does not come is told once, by its own check."""
    if ground.has_no_portal:
        pytest.skip(f"{NOT_TRIED}it cannot be judged, since the portal does not come; its own check says why")
    visit = site.visit("/")
    if visit.status != 200 or portal_on(visit.status, visit.view).notice:
        pytest.skip(f"{NOT_TRIED}there is no portal")
    return visit
