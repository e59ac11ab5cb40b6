"""Pages that other hands draw: kinds of lists, labels and controls that the admin pages of other products have."""

from collections.abc import Callable

from playwright.sync_api import Page

from pages.sight import Row, see

Show = Callable[..., Page]


def rows(tab: Page) -> list[Row]:
    return see(tab).rows


def test_the_options_of_a_closed_list_take_no_words_away_that_stand_elsewhere(show: Show) -> None:
    tab = show("""<label>Site <select><option>All</option><option>plant</option></select></label>
        <p>User: operator</p><table><tr><th>Name</th><th>Site</th></tr><tr><td>readings</td><td>plant</td></tr></table>""")
    assert [row.cells for row in rows(tab)] == [("Name", "Site"), ("readings", "plant")]
    assert see(tab).value("User") == "operator"
