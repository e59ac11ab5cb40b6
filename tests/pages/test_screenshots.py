"""A picture is had of a page in trouble: of one whose font never comes, and of one that refreshes itself all the while."""

import os
import time
from collections.abc import Iterator
from io import BytesIO

import pytest
from little_site import ORIGIN, Site
from PIL import Image
from playwright.sync_api import Route

from pages.appliance_family import FAMILY
from robot.domain.errors import Refused
from robot.domain.redaction_rules import RedactionRules
from robot.evidence.pictures import png
from robot.network.screenshots.screenshot import PICTURE_WITHOUT_WAITING_FOR_FONTS, photograph

FONT = "<style>@font-face { font-family: X; src: url(/hang.woff2) } h1 { font-family: X }</style><h1>Failover</h1>"


@pytest.fixture
def hanging(site: Site) -> Iterator[list[Route]]:
    """A font that is never answered."""
    held: list[Route] = []
    site.tab.route(f"{ORIGIN}/hang.woff2", lambda route: held.append(route))  # noqa: PLW0108  # Playwright wants a function of ours
    yield held
    for route in held:
        route.abort()
    site.tab.unroute(f"{ORIGIN}/hang.woff2")


def test_a_font_that_never_comes_does_not_cost_the_picture_and_its_line_says_so(site: Site, hanging: list[Route]) -> None:
    assert os.environ.get(PICTURE_WITHOUT_WAITING_FOR_FONTS[0]), "the driver of these tests starts as ours does"
    site.pages["/failover"] = FONT
    site.tab.goto(f"{ORIGIN}/failover", wait_until="domcontentloaded")
    began = time.monotonic()
    shot = photograph(site.tab, [], FAMILY.secret_labels)
    assert time.monotonic() - began < 15
    assert (shot.fields()["without_font"], bool(hanging)) == (True, True)
    assert png.fault_of(shot.png) is None


def test_a_picture_with_its_fonts_says_nothing_of_them(site: Site) -> None:
    site.pages["/failover"] = "<h1>Failover</h1>"
    site.tab.goto(f"{ORIGIN}/failover")
    assert "without_font" not in photograph(site.tab, [], FAMILY.secret_labels).fields()


def test_a_page_that_refreshes_itself_is_photographed_with_its_secrets_masked(site: Site) -> None:
    rows = "<tr><td>Installing</td><td>a secret word</td></tr>" * 200
    site.pages["/progress"] = f'<meta http-equiv="refresh" content="1"><table>{rows}</table>'
    site.tab.goto(f"{ORIGIN}/progress")
    for _ in range(4):
        assert photograph(site.tab, ["secret word"], FAMILY.secret_labels).masked == 200
        site.tab.wait_for_timeout(330)


SECRET = "hunter-2-Winter"
PLACES = {
    "broken by wbr": "<p>hunter-<wbr>2-<wbr>Winter</p>",
    "over elements": "<p>hunter<b>-2-</b><i>Winter</i></p>",
    "with a soft hyphen": "<p>hunter-2&shy;-Winter</p>",
    "without a box": '<p><span style="display: contents">hunter-2-Winter</span></p>',
    "beyond its box": '<p style="width: 10px; white-space: nowrap; overflow: visible">hunter-2-Winter hunter-2-Winter</p>',
    "in a placeholder": '<input placeholder="hunter-2-Winter">',
    "on a button": '<input type="submit" value="hunter-2-Winter">',
    "in a list": "<select><option>hunter-2-Winter</option></select>",
    "in a frame": "<iframe srcdoc='<p>hunter-2-Winter</p>'></iframe>",
    "in a shadow root": "<div id=host></div><script>document.getElementById('host').attachShadow({mode: 'open'})"
    ".innerHTML = 'hunter-<b>2-Winter</b>'</script>",
    "drawn from an attribute": "<style>p::before { content: attr(data-shown) }</style><p data-shown='hunter-2-Winter'>says</p>",
    "in other groups": "<p>HUNTER 2WINTER</p>",
    "as a script quotes it": "<p>/sign-in?password=hunter%2D2%2DWinter</p>",
}
UNMASKABLE = {
    "a closed shadow root": "<div id=host></div><script>document.getElementById('host').attachShadow({mode: 'closed'})"
    ".innerHTML = '<p>hunter-2-<b>Winter</b></p>'</script>",
    "a style": "<style>p::after { content: 'hunter-2-Winter' }</style><p>says</p>",
    "a closed shadow root of a frame": "<iframe srcdoc=\"<div id=h></div><script>h.attachShadow({mode: 'closed'})"
    ".innerHTML = 'hunter-2-Winter'</script>\"></iframe>",
}


def test_a_secret_is_masked_wherever_a_page_shows_it(site: Site) -> None:
    def picture(place: str, secrets: list[str]) -> bytes:
        shot = photograph(site.tab, secrets, FAMILY.secret_labels)
        assert bool(shot.masked) is bool(secrets), place
        return shot.png

    for place, markup in PLACES.items():
        shown, other = (
            f"<style>* {{ font-family: monospace }}</style>{text}"
            for text in (markup, markup.replace("Winter", "Sommer").replace("WINTER", "SOMMER"))
        )
        site.pages["/secret"] = shown
        site.tab.goto(f"{ORIGIN}/secret")
        masked, plain = picture(place, [SECRET]), picture(place, [])
        assert site.tab.locator("[data-failover-robot-mask]").count() == 0
        site.pages["/secret"] = other
        site.tab.goto(f"{ORIGIN}/secret")
        assert ink(plain) != ink(picture(f"{place} other", [])), f"{place}: the page shows it"
        assert ink(masked) == ink(picture(f"{place} other", ["hunter-2-Sommer"])), (
            f"{place}: a picture that tells two secrets apart"
        )


@pytest.mark.parametrize("place", UNMASKABLE)
def test_a_page_that_shows_a_secret_where_it_cannot_be_masked_has_no_picture(site: Site, place: str) -> None:
    site.pages["/secret"] = UNMASKABLE[place]
    site.tab.goto(f"{ORIGIN}/secret")
    assert photograph(site.tab, ["another-secret"], FAMILY.secret_labels).masked == 0
    with pytest.raises(Refused, match="it shows a secret where it cannot be masked") as refusal:
        photograph(site.tab, [SECRET], FAMILY.secret_labels)
    assert SECRET not in str(refusal.value)
    assert site.tab.locator("[data-failover-robot-mask]").count() == 0


NAMES = {
    "in a table": "<table><tr><td>1</td><td>Acme Corp</td></tr></table><p>Sync Now</p>",
    "over elements": "<p>Ac<b>me Co</b>rp</p><p>Sync Now</p>",
    "in a field": "<input value='to Acme Corp'><p>Sync Now</p>",
    "in a field's place": "<input placeholder='Acme Corp'><p>Sync Now</p>",
    "in a list": "<select><option>Acme Corp</option></select><p>Sync Now</p>",
    "in a frame": "<iframe srcdoc='<p>Acme Corp</p>'></iframe><p>Sync Now</p>",
    "in a closed shadow root": "<div id=host></div><script>document.getElementById('host').attachShadow({mode: 'closed'})"
    ".innerHTML = '<p>Acme Corp</p>'</script><p>Sync Now</p>",
    "of a style": "<style>h2::after { content: 'Acme Corp' }</style><h2>says</h2><p>Sync Now</p>",
}


def test_a_field_that_shows_nothing_is_not_taken_to_show_another_text_of_the_page(site: Site) -> None:
    """A file input has no value: the browser gives a number that stands for no text, and not for the last text of all."""
    site.pages["/updates"] = f"<h1>Updates</h1><form><input type=file></form><div>Copyright {SECRET}</div>"
    site.tab.goto(f"{ORIGIN}/updates")
    assert photograph(site.tab, [SECRET], FAMILY.secret_labels).masked == 1


def test_what_a_rule_of_the_users_matches_is_covered_and_counted_and_the_rest_stays(site: Site) -> None:
    rules, other = RedactionRules(["Nobody", "Acme Corp"]), RedactionRules(["Acme Firm"])
    for place, markup in NAMES.items():
        site.pages["/named"], site.pages["/other"] = (
            f"<style>* {{ font-family: monospace }}</style>{text}"
            for text in (markup, markup.replace("Corp", "Firm").replace("Co</b>rp", "Fi</b>rm"))
        )
        site.tab.goto(f"{ORIGIN}/named")
        plain, covered = (photograph(site.tab, [], FAMILY.secret_labels, each) for each in (RedactionRules(), rules))
        site.tab.goto(f"{ORIGIN}/other")
        assert covered.fields()["redacted"] == {"2": 1}, place
        assert ink(covered.png) == ink(photograph(site.tab, [], FAMILY.secret_labels, other).png), place
        assert ink(covered.png) != ink(plain.png), place
        assert colours(covered.png) > 2, f"{place}: all is covered"
        assert site.tab.locator("[data-failover-robot-mask]").count() == 0


def test_a_page_that_draws_a_name_beside_every_mask_is_covered_whole(site: Site) -> None:
    site.pages["/anew"] = (
        "<p id=x></p><script>setInterval(() => { x.innerHTML = '<b>Acme</b><b> Corp</b>' }, 20)</script><p>Sync Now</p>"
    )
    site.tab.goto(f"{ORIGIN}/anew")
    shot = photograph(site.tab, [], FAMILY.secret_labels, RedactionRules(["Acme Corp"]))
    assert colours(shot.png) == 1


def colours(picture: bytes) -> int:
    return len(Image.open(BytesIO(picture)).convert("RGB").getcolors(1 << 20) or ())


def ink(picture: bytes) -> bytes:
    return Image.open(BytesIO(picture)).convert("RGB").tobytes()


def test_a_page_that_draws_itself_anew_all_the_while_is_never_shown_without_its_masks(site: Site) -> None:
    site.pages["/anew"] = f"<div id=x></div><script>setInterval(() => x.innerHTML = '<p>{SECRET}</p>', 5)</script>"
    site.tab.goto(f"{ORIGIN}/anew")
    with pytest.raises(Refused, match="the page moved on"):
        photograph(site.tab, [SECRET], FAMILY.secret_labels)


def test_a_page_that_refreshes_itself_three_times_a_second_is_photographed_in_bounded_time(site: Site) -> None:
    site.pages["/restless"] = "<h1>Restarting</h1><script>setTimeout(() => location.reload(), 300)</script>"
    site.tab.goto(f"{ORIGIN}/restless")
    began = time.monotonic()
    shots = [photograph(site.tab, [SECRET], FAMILY.secret_labels) for _ in range(6)]
    assert time.monotonic() - began < 60
    assert all(0 <= shot.spoilt < 5 for shot in shots)
