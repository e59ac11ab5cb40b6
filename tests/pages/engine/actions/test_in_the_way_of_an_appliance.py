"""What stands in the way is pictured and noted before it is put away; where it comes back again and again, one signs in anew."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from little_site import ORIGIN, Site

from flows.session.appliance import Appliance
from flows.session.browser_driver import Browsers
from flows.session.page_evidence import PageEvidence
from pages.engine.actions.dismissal import put_away
from pages.engine.meaning import obstacles
from pages.engine.meaning.obstacles import Obstacle
from pages.engine.view.page_view import look_at
from pages.login.failover import FailoverScreen
from pages.login.lists import UsersScreen
from robot.domain.errors import Refused, WrongScreen
from robot.domain.model import Unit
from robot.domain.secret_registry import SecretRegistry
from robot.domain.waiting import Poller
from robot.network.tls import Endpoint
from robot.runs.evidence_log import EvidenceLog
from robot.settings.secrets import Account, Credentials
from robot.settings.secrets.variables import Variables

NEWS = "<h1>What's New</h1><p>Faster Jump Clients.</p><form method=post action=/ack><button>Continue</button></form>"


@pytest.fixture
def box() -> Appliance:
    account = Account("A", Variables({"A_USERNAME": "failover", "A_PASSWORD": "secret-1"}, Path()))
    way = Endpoint("appliance.test", "127.0.0.1", 443)
    return Appliance(
        Unit.A, way, Credentials(login=account, appliance=account), Browsers(), SecretRegistry(["secret-1"]), Poller()
    )


def test_what_is_put_away_stands_in_the_record_with_its_words_and_its_picture(site: Site, box: Appliance, tmp_path: Path) -> None:
    site.pages |= {"/login": NEWS, "/ack": "<p>Thank you</p>"}
    site.tab.goto(f"{ORIGIN}/login")
    with EvidenceLog(tmp_path) as record:
        box.keep_evidence(record)
        obstacles.report_dismissals_to(site.tab, lambda found: box.tell_in_the_way(site.tab, found))
        assert put_away(site.tab)
        [line] = record.history.lines
    assert line.step == "a-in-the-way"
    assert "on A something stood in the way" in line.text
    assert "Faster Jump Clients" in line.text
    assert (tmp_path / line.file).stat().st_size > 1_000
    assert [post.split()[0] for post in site.posts] == ["/ack"]


def test_what_comes_back_is_noted_each_time_and_pictured_once(site: Site, box: Appliance, tmp_path: Path) -> None:
    site.pages |= {"/login": NEWS, "/ack": NEWS}
    site.tab.goto(f"{ORIGIN}/login")
    with EvidenceLog(tmp_path) as record:
        box.keep_evidence(record)
        obstacles.report_dismissals_to(site.tab, lambda found: box.tell_in_the_way(site.tab, found))
        assert put_away(site.tab)
        assert put_away(site.tab)
        first, second = record.history.lines
    assert first.file
    assert second.text == f"{first.text}; it came back, as in {first.file}"
    assert not second.file


def test_from_a_list_of_people_on_until_another_screen_is_open_no_picture_is_taken_of_the_tab(site: Site, tmp_path: Path) -> None:
    evidence = PageEvidence(Unit.A, SecretRegistry())
    with EvidenceLog(tmp_path) as record:
        with evidence.opening(UsersScreen(site.tab)):
            site.tab.set_content("<h1>Users</h1><table><tr><td>Jane Roe</td></tr></table>")
        with pytest.raises(Refused, match="no picture shows a list of people"):
            evidence.photograph(site.tab, record, "a-counts", "after")
        evidence.tell_in_the_way(site.tab, Obstacle("Your session ends soon", "Stay signed in"), record, {})
        with pytest.raises(WrongScreen), evidence.opening(FailoverScreen(site.tab)):
            raise WrongScreen("it did not come, so that the list may still be shown")
        with pytest.raises(Refused, match="no picture shows a list of people"):
            evidence.photograph(site.tab, record, "a-failover", "after")
        with evidence.opening(FailoverScreen(site.tab)):
            site.tab.set_content("<h1>Failover</h1>")
        assert evidence.photograph(site.tab, record, "a-failover", "after")["file"]
        told = [
            (line.text.partition(":")[0], line.file, line.fields["no_picture"]) for line in record.history.of_step("a-in-the-way")
        ]
    words = 'on A something stood in the way, and was put away with "Stay signed in"'
    assert told == [(words, "", "no picture shows a list of people or of customers' computers: it is only counted")]


SIGN_IN = "<form><label>Username <input></label><label>Password <input type=password></label><button>Login</button></form>"
BANNER = "<p>Robots: before you continue you must reboot this appliance.</p>"


def test_a_banner_that_stood_on_the_page_before_announces_nothing_of_the_news_below_it(site: Site) -> None:
    site.pages |= {"/login": f"{BANNER}{SIGN_IN}", "/login/news": BANNER + NEWS, "/ack": "<p>Thank you</p>"}
    site.tab.goto(f"{ORIGIN}/login")
    assert not put_away(site.tab)
    for _ in range(2):  # it may stand in the place of two pages, one after the other
        site.tab.goto(f"{ORIGIN}/login/news")
        look_at(site.tab)
    assert put_away(site.tab)


def test_what_stood_on_the_pages_before_is_known_in_another_tab_of_the_same_session_too(site: Site) -> None:
    site.pages |= {
        "/login": f"{BANNER}{SIGN_IN}", "/login/status": BANNER + NEWS, "/ack": "<p>Thank you</p>",
        "/appliance": "<h1>Appliance</h1>",
    }  # fmt: skip
    for path in ("/login", "/appliance"):  # another interface may have no banner
        site.tab.goto(f"{ORIGIN}{path}")
        look_at(site.tab)
    tab = site.tab.context.new_page()
    tab.goto(f"{ORIGIN}/login/status")
    assert put_away(tab)


@pytest.mark.parametrize(
    "before",
    [SIGN_IN, BANNER + NEWS, BANNER + NEWS.partition("<form")[0]],
    ids=["another page", "the same page", "half of it"],
)
def test_what_announces_harm_is_left_where_the_page_before_did_not_say_it_too_without_the_button(site: Site, before: str) -> None:
    site.pages |= {"/login": before, "/login/news": BANNER + NEWS}
    for path in ("/login", "/login/news"):
        site.tab.goto(f"{ORIGIN}{path}")
        assert not put_away(site.tab)
    assert site.posts == []


@pytest.mark.parametrize("too_often", [True, False])
def test_what_comes_back_again_and_again_is_left_by_a_new_sign_in_once(
    site: Site, box: Appliance, monkeypatch: pytest.MonkeyPatch, *, too_often: bool
) -> None:
    opened: list[str] = []

    def opens(kind: type[FailoverScreen]) -> Any:
        opened.append(kind.title)
        raise WrongScreen("the news again")

    left: list[str] = []
    monkeypatch.setattr(box, "_opened", opens)
    monkeypatch.setattr(box, "_leave", left.append)
    monkeypatch.setattr(vars(box)["_browser"], "tabs", {"login": SimpleNamespace(page=site.tab)})

    def came_back(_: object) -> bool:
        return too_often

    monkeypatch.setattr("flows.session.appliance.has_come_back_too_often", came_back)
    with pytest.raises(WrongScreen):
        box.read(FailoverScreen, lambda screen: screen)
    assert left == ["login"] * too_often
    assert len(opened) == 1 + too_often
