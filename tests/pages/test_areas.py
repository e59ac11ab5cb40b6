"""What stands under a heading or beside a label that the pair file names is on no picture, however a page is drawn."""

from __future__ import annotations

from io import BytesIO

import pytest
from little_site import ORIGIN, Site
from PIL import Image, ImageChops
from playwright.sync_api import FloatRect

from pages.appliance_family import FAMILY
from robot.domain.redaction_rules import RedactionRules
from robot.domain.secret_registry import SecretRegistry
from robot.network.screenshots.screenshot import Screenshot, photograph, photograph_and_learn

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


DRAWN = (
    "<table><tr><td>No<td>Customer Name<tr><td>1<td>NAME</table>",
    "<table><tr><td colspan=3>Accounts<tr><td>No<td>Customer Name<td>Kind<tr><td>1<td>NAME<td>gold</table>",
    "<table><tr><td>Role<td>primary<td>Customer Name<td>NAME<tr><td>x<td>y<td>z<td>gold</table>",
    "<table><tr><th>Customer Name<td>NAME<th>Role<td>gold</table>",
    "<table><tr><th>No<th>Customer Name \u25b2<th>Kind<tr><td>1<td>NAME<td>gold</table>",
    "<div><div class=row><i>No</i><i>Customer Name</i><i>Kind</i></div></div><div class=row><i>1</i><i>NAME</i><i>gold</i></div>",
    "<div style='display: grid; grid-template-columns: 9em 19em 9em'><i>No</i><i>Customer Name</i><i>Kind</i><i>1</i><i>NAME</i></div>",
    "<div><span style='float: right'>NAME</span>Customer Name:</div>",
    "<div style='display: flex; flex-direction: column-reverse'><b>NAME</b><span>Customer Name</span></div>",
    "<ul><li><span>Customer Name</span> <span>NAME</span></ul>",
    "<p><b>Customer Name</b></p><p>a</p><p>NAME</p>",
    "<pre>Role: primary\nCustomer Name   NAME</pre>",
    "<p>Role: primary, Customer Name \uff1a NAME</p>",
    "<p>Customer Name - NAME</p>",
    "<dl><dt>Customer Name<dt>Alias<dd>NAME</dl>",
    "<div><div>Customer Name</div><div><input value='NAME'></div></div>",
    "<div><label>Customer Name</label><div><select multiple><option>NAME</select></div></div>",
    "<label for=z>Customer Name</label><select id=z style='display: none'></select><span>NAME</span>",
    "<input placeholder='Customer Name' value='NAME'>",
    "<div><div><span>Customer Name</span><button>Edit</button></div><div>NAME</div></div>",
    "<h2><a href=#x>Customer Name</a> <button>Edit</button></h2><p>a</p><p>NAME</p>",
    "<h2><button aria-controls=p>Customer Name</button></h2><div><div id=p>NAME</div></div>",
    "<style>.v:after { content: ' NAME' }</style><p class=v>Customer Name:</p>",
    "<p style='text-transform: uppercase'><span>Customer Name</span> <span>NAME</span></p>",
)


def test_what_stands_there_is_covered_and_learned_by_itself_however_a_page_draws_it(site: Site) -> None:
    def sections(name: str) -> str:
        drawn = (each.replace("NAME", f"{name} {number}").replace("=z", f"=z{number}") for number, each in enumerate(DRAWN))
        return "".join(f"<section>{each}</section>" for each in drawn)

    one, other = shown(site, sections("Acme Corp")), shown(site, sections("Intl Firm"))
    seen = ImageChops.difference(*(Image.open(BytesIO(shot.png)).convert("RGB") for shot in (one, other)))
    boxes = [each.bounding_box() for each in site.tab.locator("section").all()]
    seen_in = [DRAWN[at] for at, box in enumerate(boxes) if box and seen.crop(corners(box)).getbbox()]
    assert not seen_in
    assert seen.getbbox() is None
    assert {f"Acme Corp {number}" for number in range(len(DRAWN))} <= {*one.under_areas}
    foot = site.tab.locator("footer").bounding_box()
    assert foot
    assert not is_blank(one, foot)


def test_what_a_picture_finds_in_an_area_is_on_no_other_place_of_that_picture_either(site: Site) -> None:
    def picture(name: str) -> bytes:
        site.pages["/area"] = f"{LOOK}<p>Welcome, {name}</p><section><h2>Customer Name</h2><p>{name}</p></section>"
        site.tab.goto(f"{ORIGIN}/area")
        return ink(photograph_and_learn(site.tab, SecretRegistry(rules=AREA), FAMILY.secret_labels))

    assert picture("Acme Corp") == picture("Intl Firm")


def corners(box: FloatRect) -> tuple[int, int, int, int]:
    left, top = int(box["x"]), int(box["y"])
    return left, top, int(left + box["width"]), int(top + box["height"])


def is_blank(shot: Screenshot, box: FloatRect) -> bool:
    return len(Image.open(BytesIO(shot.png)).convert("RGB").crop(corners(box)).getcolors(1 << 20) or ()) == 1


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
