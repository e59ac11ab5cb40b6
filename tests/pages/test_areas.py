"""What stands under a heading or beside a label that the pair file names is on no picture, however a page is drawn."""

from __future__ import annotations

from io import BytesIO

import pytest
from little_site import ORIGIN, Site
from PIL import Image
from playwright.sync_api import FloatRect

from pages.appliance_family import FAMILY
from robot.domain.redaction_rules import RedactionRules
from robot.network.screenshots.screenshot import Screenshot, photograph

AREA = RedactionRules(areas=["Customer Name"])
LOOK = "<style>* { font-family: monospace } .row { display: flex; gap: 2em } .name { font-weight: bold }</style>"
PAGES = {
    "the column of a head": "<table><tr><th>No</th><th><a href=#>Customer Name</a></th></tr><tr><td>1</td><td>NAME</td></tr></table>",
    "the column of a head without markup": "<table><tr><td>No<td>Customer Name<td>Kind<tr><td>1<td>NAME<td>gold</table>",
    "a head over two columns": "<table><thead><tr><td>No<td colspan=2>Customer Name<tbody><tr><td>1<td>NAME<td>NAME</table>",
    "the label of a row": "<table><tr><td>Role</td><td>primary</td></tr><tr><td>Customer Name:</td><td>NAME</td></tr></table>",
    "the head of a row": "<table><tr><th>Customer Name</th><td>NAME</td></tr><tr><th>Role</th><td>primary</td></tr></table>",
    "roles": "<div role=table><div role=row><b role=columnheader>Customer Name</b></div><div role=row><i role=cell>NAME</i></div></div>",
    "a list of terms": "<dl><dt>Customer Name<dd>NAME<dd>NAME<dt>Role<dd>primary</dl>",
    "a field": "<p><label for=x>Customer Name</label> <input id=x value='NAME'></p>",
    "a field within its label": "<label>Customer Name <input value='NAME'></label>",
    "a field that is named": "<input aria-label='Customer Name' value='NAME'>",
    "a field named by another": "<p id=y>Customer Name *</p><hr><div><select aria-labelledby=y><option>NAME</select></div>",
    "a box with a title": "<fieldset><legend>Customer Name</legend><p>NAME</p></fieldset>",
    "a table with a title": "<table><caption>Customer  Name</caption><tr><td>NAME</td></tr></table>",
    "under a heading": "<h2>Customer Name</h2><p>a</p><h3>More</h3><div>NAME</div>",
    "under a heading in a bar of its own": "<section><div class=bar><h2>Customer Name</h2></div><div><ul><li>NAME</ul></div></section>",
    "what is unfolded": "<details open><summary>Customer Name</summary><p>NAME</p></details>",
    "beside a text": "<div class=row><span>Customer Name</span><span>NAME</span></div>",
    "beside a text in a cell of its own": "<div class=row><div><b>Customer</b> Name:</div><div>NAME</div></div>",
    "behind a bold word": "<p><b>Customer Name:</b> NAME</p>",
    "in one text": "<p>Customer Name: NAME</p>",
    "in a frame": "<iframe srcdoc='<style>*{font-family:monospace}</style><h2>Customer Name</h2><p>NAME</p>'></iframe>",
    "in an open shadow root": "<div id=h></div><script>h.attachShadow({mode:'open'}).innerHTML='<h2>Customer Name</h2><p>NAME</p>'</script>",
    "in a closed one": "<div id=h></div><script>h.attachShadow({mode:'closed'}).innerHTML='<h2>Customer Name</h2><p>NAME</p>'</script>",
    "a picture": "<h2>Customer Name</h2><svg width=90 height=20><text x=2 y=15>NAME</text></svg>",
}


def shown(site: Site, markup: str, rules: RedactionRules = AREA) -> Screenshot:
    site.pages["/area"] = f"{LOOK}<main>{markup}</main><footer>Sync Now</footer>"
    site.tab.goto(f"{ORIGIN}/area")
    return photograph(site.tab, [], FAMILY.secret_labels, rules)


def ink(shot: Screenshot) -> bytes:
    return Image.open(BytesIO(shot.png)).convert("RGB").tobytes()


@pytest.mark.parametrize("place", PAGES)
def test_what_stands_there_is_covered_and_learned_and_the_rest_stays(site: Site, place: str) -> None:
    one, other = (shown(site, PAGES[place].replace("NAME", name)) for name in ("Acme Corp", "Intl Firm"))
    assert ink(one) == ink(other)
    assert one.fields()["redacted"]["1"] >= 1
    assert any("Acme Corp" in text for text in one.under_areas)
    foot = site.tab.locator("footer").bounding_box()
    assert foot
    assert not is_blank(one, foot), "the foot of the page is covered too"


def is_blank(shot: Screenshot, box: FloatRect) -> bool:
    left, top = int(box["x"]), int(box["y"])
    place = (left, top, int(left + box["width"]), int(top + box["height"]))
    return len(Image.open(BytesIO(shot.png)).convert("RGB").crop(place).getcolors(1 << 20) or ()) == 1


OTHERS = {
    "a link to it in a menu": "<nav><a href=#>Customer Name</a><a href=#>Reports</a></nav><p>primary</p>",
    "a button": "<button>Customer Name</button><p>primary</p>",
    "a sentence": "<p>Each Customer Name is kept.</p><p>primary</p>",
    "a longer label": "<table><tr><td>Customer Name Prefix</td><td>primary</td></tr></table>",
    "nothing under it": "<div><h2>Customer Name</h2></div><h2>Role</h2><p>primary</p>",
    "it is not drawn": "<div hidden><h2>Customer Name</h2><p>primary</p></div><p>primary</p>",
    "the value of another": "<table><tr><td>Sort by</td><td><input value='Customer Name'></td><td>primary</td></tr></table>",
}


@pytest.mark.parametrize("place", OTHERS)
def test_what_only_has_the_words_covers_nothing(site: Site, place: str) -> None:
    covered = shown(site, OTHERS[place])
    assert "redacted" not in covered.fields()
    assert ink(covered) == ink(shown(site, OTHERS[place], RedactionRules()))


def test_what_comes_into_an_area_while_the_picture_is_taken_is_not_on_it(site: Site) -> None:
    shot = shown(
        site, "<h2>Customer Name</h2><p id=x></p><script>setInterval(() => x.outerHTML = '<p id=x>Acme</p>', 5)</script>"
    )
    assert len(Image.open(BytesIO(shot.png)).convert("RGB").getcolors(1 << 20) or ()) == 1, "all is covered"
