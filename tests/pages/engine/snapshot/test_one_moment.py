"""A look is of one moment: where a page changes while it is looked at, it is looked at again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from pages.engine.snapshot import snapshot, supplement_entries
from pages.engine.snapshot.snapshot import take_snapshot
from pages.engine.view.page_view import look_at
from pages.sign_in import Showing, SignIn
from robot.domain.errors import WrongScreen
from robot.network.chromium import Answers

Show = Callable[..., Page]
FORM = """<form method="post"><label>Username <input name="u"></label>
<label>Password <input type="password" name="p" value="hunter2"></label><button>Login</button></form>"""
MOVES = "document.querySelector('form').style.marginLeft = `${(parseInt(document.querySelector('form').style.marginLeft) || 0) + 7}px`"


def between_the_two(monkeypatch: pytest.MonkeyPatch, change: str, times: int) -> list[int]:
    """Have the page do something between the snapshot and the supplement of each of the next looks; give the looks so far."""
    asked, looks = supplement_entries.script(), [0]

    def script() -> str:
        looks[0] += 1
        return f"{change}; {asked}" if looks[0] <= times else asked

    monkeypatch.setattr(snapshot, "script", script)
    return looks


@pytest.mark.parametrize(
    "change",
    [
        MOVES,  # as a style sheet that comes late moves it
        "document.body.insertAdjacentHTML('afterbegin', '<p>Invalid username or password.</p>')",
        "document.querySelector('form').insertAdjacentHTML('beforeend', '<label>Code <input></label>')",
        "document.querySelector('button').insertAdjacentHTML('afterend', '<button>Other</button>')",
    ],
)
def test_a_sign_in_form_that_moves_while_it_is_looked_at_is_looked_at_again(
    show: Show, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    tab = show(FORM)
    looks = between_the_two(monkeypatch, change, times=1)
    page = SignIn(tab, Answers()).read()
    assert looks[0] == 2
    assert page.showing is Showing.CREDENTIALS
    assert [control.kind for control in page.view.controls if control.name == "Password"] == ["password"]


def test_a_state_that_changes_while_it_is_looked_at_is_read_as_it_is_now(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    tab = show("<p>Status: <b>Installing 41%</b></p>")
    between_the_two(monkeypatch, "document.querySelector('b').textContent = 'Installed'", times=1)
    assert look_at(tab).values("Status") == ["Installed"]


def test_what_moves_under_every_look_is_not_read(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    tab = show(FORM)
    monkeypatch.setattr(snapshot, "_STANDS_STILL_WITHIN_S", 0.5)
    between_the_two(monkeypatch, MOVES, times=1_000)
    with pytest.raises(WrongScreen, match='does not stand still: the textbox "Username", the textbox "Password"') as told:
        look_at(tab)
    assert "hunter2" not in str(told.value)


def test_words_that_change_under_every_look_are_not_told_for_they_may_be_secret(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = show("<p>KEY-0</p>")
    monkeypatch.setattr(snapshot, "_STANDS_STILL_WITHIN_S", 0.5)
    between_the_two(monkeypatch, "document.querySelector('p').textContent = 'KEY-' + Math.random()", times=1_000)
    with pytest.raises(WrongScreen, match="does not stand still: a line of text changed in every look") as told:
        look_at(tab)
    assert "KEY" not in str(told.value)


def test_what_only_the_snapshot_tells_costs_one_more_look_in_a_document(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    tab = show("<style>p::after { content: 'never by hand' }</style><p></p><button>Save</button><i>0</i>")
    looks = between_the_two(monkeypatch, "document.querySelector('i').textContent++", times=0)
    assert take_snapshot(tab).apart
    assert looks[0] == 2
    tab.evaluate("document.querySelector('i').textContent++")
    assert "1" in look_at(tab).text
    assert looks[0] == 3


def test_what_has_not_changed_is_read_once(show: Show) -> None:
    tab = show(FORM)
    first = look_at(tab)
    assert look_at(tab) is first
    tab.locator("input").first.fill("robot")
    assert look_at(tab).fields("Username")[0].value == "robot"
    show(FORM)
    assert look_at(tab) is not first
