"""Pages that other hands draw: kinds of lists, labels and controls that the admin pages of other products have."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from pages.engine.view.page_view import TableRow, look_at

Show = Callable[..., Page]


def rows(tab: Page) -> list[TableRow]:
    return look_at(tab).rows


def test_the_options_of_a_closed_list_take_no_words_away_that_stand_elsewhere(show: Show) -> None:
    tab = show("""<label>Site <select><option>All</option><option>plant</option></select></label>
        <p>User: operator</p><table><tr><th>Name</th><th>Site</th></tr><tr><td>readings</td><td>plant</td></tr></table>""")
    assert [row.cells for row in rows(tab)] == [("Name", "Site"), ("readings", "plant")]
    assert look_at(tab).value("User") == "operator"


def test_in_the_head_of_a_table_cells_of_every_kind_name_columns(show: Show) -> None:
    tab = show("""<table><thead><tr><td><input type="checkbox"></td><th>Package</th><td>Version</td><td>Size</td></tr></thead>
        <tbody><tr><td><input type="checkbox"></td><th>Base</th><td>4.4.0</td><td>612 MB</td></tr></tbody></table>""")
    assert [(row.cells, row.head) for row in rows(tab)] == [
        (("", "Package", "Version", "Size"), True),
        (("", "Base", "4.4.0", "612 MB"), False),
    ]
    assert look_at(tab).value("Version") == "4.4.0"


def test_a_row_with_a_head_of_its_own_names_no_columns_outside_the_head_of_a_table(show: Show) -> None:
    tab = show(
        """<table><tr><th>Serial</th><td>A1</td><td>A2</td></tr><tr><th>Version</th><td>23.3</td><td>23.2</td></tr></table>"""
    )
    assert not any(row.head for row in rows(tab))


def test_a_head_row_may_begin_with_an_empty_corner(show: Show) -> None:
    tab = show("""<table><tr><td></td><th>Total</th><th>Ready</th></tr><tr><th>Messages</th><td>7</td><td>3</td></tr>
        <tr><th>Bytes</th><td>70</td><td>30</td></tr></table>""")
    assert [(row.cells, row.head) for row in rows(tab)][:2] == [(("", "Total", "Ready"), True), (("Messages", "7", "3"), False)]


def test_a_row_of_a_list_stays_one_where_a_cell_holds_a_small_table_of_values(show: Show) -> None:
    small = "<table><tr><th>ttl:</th><td>86400</td></tr><tr><th>length:</th><td>5</td></tr></table>"
    tab = show(f"""<table><tr><th>Name</th><th>Definition</th><th>Notes</th><th>Priority</th></tr>
        <tr><td>short</td><td>{small}</td><td><table></table></td><td>7</td></tr>
        <tr><td>long</td><td></td><td></td><td>9</td></tr></table>""")
    assert [row.cells for row in rows(tab)][1:] == [("short", "ttl: 86400 length: 5", "", "7"), ("long", "", "", "9")]


def test_a_table_that_lays_out_the_page_is_no_list_though_its_first_row_has_heads(show: Show) -> None:
    form = "<table><tr><td>Address</td><td><input></td></tr><tr><td>Port</td><td><input></td></tr></table>"
    tab = show(f"<table><tr><th>Primary</th><th>Backup</th></tr><tr><td>{form}</td><td>{form}</td></tr></table>")
    assert [field.columns for field in look_at(tab).fields("Port")] == [("Primary",), ("Backup",)]
    role = "<table><tr><th>Role</th><td>{}</td></tr><tr><th>Sync</th><td>done</td></tr></table>"
    cells = f"<td>{role.format('primary')}</td><td>{role.format('backup')}</td>"
    tab = show(f"<table><tr><th>A</th><th>B</th></tr><tr>{cells}</tr></table>")
    assert look_at(tab).values("Role") == ["primary", "backup"]


def test_a_link_and_what_touches_it_are_one_word(show: Show) -> None:
    tab = show("""<table><tr><th>ID</th><th>Title</th></tr><tr><td><a href="/q">labels</a>-3</td><td>Pallet</td></tr>
        <tr><td><a href="/q">labels</a> -4</td><td><a href="/p">Pallet</a><i style="margin-left: 6px">new</i></td></tr></table>
        <p>See <a href="/x">the notes</a>.</p>""")
    assert [row.cells for row in rows(tab)][1:] == [("labels-3", "Pallet"), ("labels -4", "Pallet new")]
    assert look_at(tab).find_line("notes") == "See the notes."
    assert not look_at(show('<p><a href="/q">labels</a>-3</p>')).pairs
    assert look_at(show('<p>Status:<a href="/q">Installed</a></p>')).value("Status") == "Installed"


def test_a_link_that_tells_a_label_and_its_value_is_read_as_both_and_is_no_entry_of_the_menu(show: Show) -> None:
    links = "".join(f"<li style='display: inline'><a href='/{n}'>{n}: <b>{n}0</b></a></li> " for n in ("Jobs", "Queues", "Sites"))
    view = look_at(show(f"<div><h2>Counts</h2><ul>{links}</ul></div>"))
    assert [view.value(label) for label in ("Jobs", "Queues", "Sites")] == ["Jobs0", "Queues0", "Sites0"]
    assert [control.menu for control in view.clickables("^Queues: ")] == [False]
    marked = look_at(show(f"<nav><ul>{links}</ul></nav>"))
    assert [control.menu for control in marked.clickables("^Queues: ")] == [True]


def test_a_label_with_nothing_beside_it_is_read_and_has_no_value(show: Show) -> None:
    view = look_at(show("<table><tr><td>Policy</td><td></td></tr><tr><td>Type</td><td>topic</td></tr></table>"))
    assert view.pairs == [("Type", "topic")]
    assert view.find_line("^Policy$") == "Policy"
    assert not view.current_statement("Policy")


def test_words_that_are_their_own_title_are_the_name_of_an_entry_without_the_button_beside_them(show: Show) -> None:
    entry = (
        '<div role="tab"><div title="{0}" style="display: flex"><span>{0}</span><button aria-label="Close">x</button></div></div>'
    )
    view = look_at(show(f'<div role="tablist">{entry.format("Statistics")}{entry.format("Updates")}</div>'))
    assert [control.name for control in view.controls if control.menu and control.kind == "link"] == ["Statistics", "Updates"]


def test_a_field_that_is_read_only_cannot_be_used(show: Show) -> None:
    view = look_at(show('<label>Name <input readonly value="Hall 3"></label> <label>Port <input value="443"></label>'))
    assert [(field.name, field.enabled) for field in view.fields("Name|Port")] == [("Name", False), ("Port", True)]
    assert view.value("Name") == "Hall 3"


def test_a_combobox_as_narrow_as_a_caret_holds_the_choice_that_is_drawn_beside_it(show: Show) -> None:
    field = '<input role="combobox" style="width: 2px; border: 0; padding: 0">'
    tab = show(f"""<div style="display: flex"><div style="width: 9em">Server group</div>
        <div style="display: flex"><div>Hall 3</div>{field}</div></div><p>Site {field}</p>""")
    assert [(each.name, each.value) for each in look_at(tab).fields(".")] == [("Server group", "Hall 3"), ("Site", "")]


def test_of_headings_in_one_row_each_heads_its_own_column_and_the_first_all_else(show: Show) -> None:
    tab = show("""<table><tr><td><h3>This Host</h3></td><td><h3>Peer Host</h3></td></tr>
        <tr><td><p>Role: Primary</p></td><td><table><tr><td>Role:</td><td>Backup</td></tr></table></td></tr></table>
        <table><tr><td><h3>Packages</h3></td><td><h3>315 ms ago</h3></td></tr><tr><td colspan="2"><button>Install</button></td></tr></table>""")
    view = look_at(tab)
    assert view.section("This Host").values("Role") == ["Primary"]
    assert view.section("Peer Host").values("Role") == ["Backup"]
    [install] = view.clickables("Install")
    assert install.under[-1] == "Packages"


def test_a_tick_that_its_label_draws_is_not_greyed_out_because_nobody_can_point_at_it(show: Show) -> None:
    tab = show("""<label style="padding: 6px; border: 1px solid"><input type="checkbox"
        style="position: absolute; clip: rect(0, 0, 0, 0); pointer-events: none; opacity: 0" checked>Enabled</label>""")
    [tick] = look_at(tab).checkboxes("Enabled")
    assert tick.enabled
    assert tick.checked


@pytest.mark.parametrize(
    ("box", "icon", "ticked"),
    [
        ("checked", "fa-check-square", True), ("", "fa-square-o", False), ("checked", "checkmark", True), ("", "checkmark", False),
        ("", "fa-check-square", None), ("checked", "icon-unchecked", None),
    ],
)  # fmt: skip
def test_whether_a_box_is_ticked_cannot_be_told_where_the_icon_that_draws_it_says_otherwise(
    show: Show, box: str, icon: str, ticked: bool | None
) -> None:
    unseen = f'<input type="checkbox" style="position: absolute; opacity: 0" {box}>'
    [tick] = look_at(show(f'<label>{unseen}<i class="{icon}">.</i> Enabled</label>')).checkboxes("Enabled")
    assert tick.checked is ticked


def test_the_column_in_which_a_link_stands_is_not_the_heading_above_its_table(show: Show) -> None:
    view = look_at(
        show("""<h2>Gateways</h2><table><thead><tr><th>Endpoint</th><th>State</th></tr></thead>
        <tbody><tr><td><a href="/1">gate-1</a></td><td>down</td></tr><tr><td><a href="/2">gate-2</a></td><td>up</td></tr></tbody></table>""")
    )
    [link] = view.clickables("gate-1")
    assert (link.under, link.columns) == (("Gateways",), ("Endpoint",))
    assert [each.name for each in view.section("Endpoint").clickables("gate")] == ["gate-1", "gate-2"]


def test_a_head_alone_names_the_only_column_of_a_list_and_else_the_whole_table(show: Show) -> None:
    view = look_at(
        show("""<h2>Gateways</h2><table><tr><th>Endpoint</th></tr><tr><td><a href="/1">gate-1</a></td></tr></table>
        <table><tr><th>Failover :: Status</th></tr><tr><td>Role: primary<br><button>Sync</button></td></tr></table>""")
    )
    assert [(each.under, each.columns) for each in view.clickables("gate-1|Sync")] == [
        (("Gateways",), ("Endpoint",)),
        (("Gateways", "Failover :: Status"), ()),
    ]


def test_heads_that_sort_name_their_columns_and_a_column_of_buttons_has_no_name(show: Show) -> None:
    cells = "<td>cranes</td><td>2</td><td><a href=/d>dora</a></td><td><button>Actions</button></td>"
    tab = show(f"""<table style="border-collapse: collapse; width: 600px"><thead><tr><th><button>Group</button></th>
        <th><button>Users</button></th><th>Accounts</th></tr></thead><tbody><tr>{cells}</tr><tr>{cells}</tr></tbody></table>""")
    head, row, _ = rows(tab)
    assert (head.head, head.cells) == (True, ("Group", "Users", "Accounts", ""))
    assert row.cells == ("cranes", "2", "dora", "")
    assert [each.columns for each in look_at(tab).clickables("dora")] == [("Accounts",), ("Accounts",)]


def test_a_group_of_rows_may_begin_with_a_head_of_its_own(show: Show) -> None:
    group = """<tbody><tr><td><b>Rule</b></td><td><b>State</b></td><td><b>Error</b></td></tr>
        <tr><td>{0} is down</td><td>OK</td><td></td></tr><tr><td>{0} is slow</td><td>late</td><td></td></tr></tbody>"""
    title = "<tbody><tr><td colspan=2><h2>{0}</h2></td><td><h2>998 ms ago</h2></td></tr></tbody>"
    tab = show("<table>" + "".join(title.format(each) + group.format(each) for each in ("Gates", "Pumps")) + "</table>")
    assert [row.cells for row in rows(tab) if row.head] == [("Rule", "State", "Error")] * 2


def test_what_lies_behind_a_dialog_cannot_be_pressed_though_it_stands_in_a_frame(show: Show) -> None:
    tab = show("""<div aria-hidden=true><p>Host</p><iframe srcdoc="<button>Select</button><button>Reboot</button>"></iframe></div>
        <div role=dialog aria-label="Language" style="position: fixed; inset: 20px"><p>Which?</p><button>Select</button></div>""")
    tab.frame_locator("iframe").get_by_text("Reboot").wait_for()
    assert [(each.name, each.under) for each in look_at(tab).clickables("Select|Reboot")] == [("Select", ("Language",))]


def test_a_button_that_opens_a_list_is_a_field_that_holds_what_stands_on_it(show: Show) -> None:
    tab = show("""<div style="display: flex"><b aria-hidden=true>Priority</b> <button aria-haspopup=listbox aria-expanded=false
        aria-label="Options menu"><span>Info and above</span></button><button aria-haspopup=menu>More</button></div>""")
    [field] = look_at(tab).fields("^Priority$")
    assert (field.kind, field.value) == ("select", "Info and above")
    assert [each.name for each in look_at(tab).clickables(".")] == ["More"]
