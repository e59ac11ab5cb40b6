"""A page as Playwright's accessibility snapshot gives it: the form of the snapshot, what joins it, and what is found in it.

The first tests hold the form of the snapshot, which no standard does: a new Playwright that words it otherwise is noticed here.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from pages.appliance.updates import UpdatesScreen
from pages.engine.layout.page_items import items_of
from pages.engine.layout.page_layout import Layout
from pages.engine.redaction.snapshot_text import dump_snapshot, load_snapshot
from pages.engine.snapshot.accessibility_tree import Node, parse_snapshot
from pages.engine.snapshot.snapshot import take_snapshot
from pages.engine.view.control_query import control_called, menu_entry
from pages.engine.view.page_view import look_at

Show = Callable[..., Page]
ONE_OF_EACH = """
<nav><ul><li><a href="/status">Status</a></li></ul></nav>
<h2>Failover :: Status</h2>
<p>This is the <b>backup</b> site.</p>
<table><caption>Licences</caption><tr><th>Kind</th><th>Count</th></tr><tr><td>Full</td><td>25</td></tr></table>
<form><label>User <input value="robot"></label> <label>Password <input type="password" value="hunter2"></label>
<label><input type="checkbox" checked> Enabled</label> <label><input type="radio" name="r"> Slow</label>
<select aria-label="Port"><option>NIC 1</option><option selected>NIC 2</option></select>
<textarea aria-label="Note">12:30:45</textarea><input type="file" aria-label="File"><button disabled>Save</button></form>
<fieldset><legend>Remote Support 23.3.2</legend><button>Install This Update</button></fieldset>
<dl><dt>Serial Number</dt><dd>yes</dd></dl>
<details><summary>More</summary><p>Folded away.</p></details>
<div role="tree"><div role="treeitem" aria-expanded="true">Management</div></div>
<div role="switch" aria-checked="true" tabindex="0">On</div>
<div role="tablist"><div role="tab" aria-selected="true">One</div></div>
<div role="progressbar" aria-valuenow="40" style="width: 9em; height: 1em"></div>
<dialog open><p>Are you sure?</p><button>Yes</button><button>No</button></dialog>
"""


def roles(root: Node) -> set[str]:
    return {node.role for node in root.below()}


def named(root: Node, role: str) -> list[str]:
    return [node.name for node in root.below() if node.role == role]


def test_the_snapshot_has_the_form_that_is_read(show: Show) -> None:
    root = parse_snapshot(show(ONE_OF_EACH).aria_snapshot(mode="ai", boxes=True))
    assert roles(root) >= {
        "navigation", "list", "listitem", "link", "heading", "paragraph", "table", "caption", "row", "columnheader", "cell", "textbox",
        "checkbox", "radio", "combobox", "option", "button", "group", "term", "definition", "tree", "treeitem", "switch", "tablist",
        "tab", "progressbar", "dialog", "text",
    }  # fmt: skip
    assert named(root, "heading") == ["Failover :: Status"]
    assert "Remote Support 23.3.2" in named(root, "group")
    states = {node.name: node.states for node in root.below() if node.name}
    assert {"disabled", "ref", "box"} <= states["Save"].keys()
    assert "checked" in states["Enabled"]
    assert "checked" not in states["Slow"]
    assert states["Failover :: Status"]["level"] == "2"
    assert "selected" in states["NIC 2"]
    values = {node.name: node.value for node in root.below() if node.role == "textbox"}
    assert values["User"] == "robot"
    assert values["Note"] == "12:30:45", "no time, no number and no yes is made of a text"


def test_the_same_element_keeps_its_ref_and_is_found_by_it(show: Show) -> None:
    tab = show(ONE_OF_EACH)
    [first], [second] = (control_called(tab, "^Install This Update$").all() for _ in range(2))
    assert first.ref == second.ref
    assert tab.locator(f"aria-ref={second.ref}").inner_text() == "Install This Update"


def test_a_form_of_the_snapshot_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="form that is not known"):
        parse_snapshot('- button <"Sync Now"> {ref: e1}')


def test_words_that_a_line_break_parts_are_two_lines(show: Show) -> None:
    tab = show("<b>Serial:</b> A1<br>GUID: 77<br>Last sync: 2026-11-29 06:09:10")
    assert look_at(tab).pairs == [("Serial", "A1"), ("GUID", "77"), ("Last sync", "2026-11-29 06:09:10")]


def test_what_a_password_field_holds_stands_neither_in_a_reading_nor_in_a_recorded_page(show: Show) -> None:
    tab = show(ONE_OF_EACH)
    assert [field.value for field in look_at(tab).fields("Password")] == ["********"]
    assert "hunter2" not in dump_snapshot(take_snapshot(tab))
    assert "hunter2" not in repr(look_at(tab))


def test_a_recorded_page_reads_as_the_page_itself(show: Show) -> None:
    snapshot = take_snapshot(show(ONE_OF_EACH))
    again = items_of(Layout(load_snapshot(dump_snapshot(snapshot))))
    told = [(item.what, item.under, item.text, item.label, item.value, item.cells) for item in items_of(Layout(snapshot))]
    assert [(item.what, item.under, item.text, item.label, item.value, item.cells) for item in again] == told
    names = [control.name for item in items_of(Layout(snapshot)) for control in item.controls]
    assert [control.name for item in again for control in item.controls] == names


def test_custom_elements_with_shadow_roots_are_read_and_pressed(show: Show) -> None:
    tab = show("""<status-card></status-card><script>customElements.define('status-card', class extends HTMLElement {
        connectedCallback() { this.attachShadow({ mode: 'open' }).innerHTML =
            '<h2>Backup Site Instance Status</h2><dl><dt>Last Data Sync</dt><dd>2026-11-29 06:09:10</dd></dl>' +
            '<button onclick="document.title = \\'pressed\\'">Sync Now</button>'; } })</script>""")
    view = look_at(tab)
    assert view.section("Backup Site Instance Status").value("Last Data Sync") == "2026-11-29 06:09:10"
    [button] = control_called(tab, "^Sync Now$").all()
    tab.locator(f"aria-ref={button.ref}").click()
    assert tab.title() == "pressed"


def test_what_stands_in_a_frame_is_read_where_the_frame_stands(show: Show) -> None:
    frame = "<table><tr><td>Last Data-Sync</td><td>11/29/2026 06:47:13 AM</td></tr></table>"
    tab = show(f'<h2>Backup Site Instance Status</h2><iframe srcdoc="{frame}"></iframe><h2>Backup Settings</h2><p>None.</p>')
    tab.frames[1].wait_for_load_state()
    assert look_at(tab).section("Backup Site Instance Status").value("Last Data-Sync") == "11/29/2026 06:47:13 AM"
    assert not look_at(tab).section("Backup Settings").value("Last Data-Sync")


def test_a_menu_drawn_as_a_tree_is_a_menu(show: Show) -> None:
    tab = show('<div role="tree"><div role="treeitem">Status</div><div role="treeitem">Management</div></div><h2>Status</h2>')
    assert menu_entry(tab, "^Management$").count() == 1


GREYED = {
    "fieldset": "<fieldset class=grey><legend>Remote Support 16.2.1</legend><p>612 MB.</p>{b}</fieldset>",
    "group": "<div role=group aria-label='Remote Support 16.2.1'><div>612 MB</div>{b}</div>",
    "row": "<table><tr><td>Remote Support 16.2.1</td><td>{b}</td></tr></table>",
    "card": "<div class=card><h4>Remote Support 16.2.1</h4><p>612 MB.</p>{b}</div>",
    "item": "<ul><li>Remote Support 16.2.1 {b}</li></ul>",
}
DISABLED = {
    "disabled": "<button disabled>Install This Update</button>",
    "aria": "<div role=button aria-disabled=true>Install This Update</div>",
    "span": "<span role=button aria-disabled=true class='button disabled'>Install This Update</span>",
    "link": "<a href='#' style='pointer-events: none; opacity: .5'>Install This Update</a>",
}


@pytest.mark.parametrize("drawn", DISABLED)
@pytest.mark.parametrize("box", GREYED)
def test_a_greyed_out_offer_keeps_its_name_by_the_group_in_which_it_stands(show: Show, box: str, drawn: str) -> None:
    enabled = GREYED[box].replace("Remote Support 16.2.1", "Base Software 4.4.0").replace(" class=grey", "")
    page = enabled.format(b="<button>Install This Update</button>") + GREYED[box].format(b=DISABLED[drawn])
    now = UpdatesScreen(show(f"<button>Check for Updates</button><h2>Available Updates</h2>{page}")).read()
    assert [(offer.name, offer.enabled) for offer in now.offers] == [
        ("Base Software 4.4.0", True),
        ("Remote Support 16.2.1", False),
    ]
