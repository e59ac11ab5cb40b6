"""A sign-in that was sent and did not lead on: what the page says of it is quoted, and nothing is made up."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from flows.session.sign_in_walk import SignInWalk
from pages.engine.layout.items import Item
from pages.engine.view.page_view import PageView
from pages.sign_in import Showing, SignInPage
from robot.domain.errors import LoginUnanswered


def told_of(*lines: str) -> str:
    """What is told of a sign-in form that is shown again with these lines on it."""
    where, account = SimpleNamespace(address="192.0.2.13"), SimpleNamespace(username="robot")
    walk: Any = SignInWalk("B", cast("Any", where), "login", cast("Any", account), cast("Any", None))
    page = SignInPage(Showing.CREDENTIALS, "", PageView(items=tuple(Item("text", text=line) for line in lines)))
    with pytest.raises(LoginUnanswered) as caught:
        walk._tell_unaccepted(page, given=-1.0)
    return str(caught.value)


def test_an_error_on_the_form_is_quoted() -> None:
    told = told_of("Welcome", "An internal error occurred during sign-in. Please contact your administrator.")
    assert 'and says "An internal error occurred during sign-in."; it was tried once' in told


def test_a_form_that_says_nothing_is_told_as_one_that_says_nothing() -> None:
    assert "again without a word: it did not accept robot" in told_of("Welcome")
