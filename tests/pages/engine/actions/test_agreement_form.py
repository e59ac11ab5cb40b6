"""The form of an agreement before a download: which field is which is told by its words, and doubt gives nothing away."""

from __future__ import annotations

import pytest
from little_site import ORIGIN, Site

from pages.appliance.updates import UpdatesScreen
from pages.engine.meaning.agreement import AcceptedAgreement
from pages.readings.available_updates import UpdateOffer
from robot.domain.errors import AnswerWanted, Surprised
from robot.settings.sections.contact import Contact

OFFER = UpdateOffer(name="Bomgar 13.1.2", version="13.1.2")
LIST = (
    '<form method="post"><input type="submit" value="Check for updates"></form><h3>Available Updates</h3><table><tr><td>Bomgar 13.1.2</td>'
    "<td><form method=post action=/install><input type=submit value='Install This Update'></form></td></tr></table>"
)
RUNNING = "<h2>Updates :: Installation Progress</h2><p>Downloading... 5 %</p>"
AGREEMENT = "<h2>License Agreement</h2><p>Read it.</p><form method=post action=/agreed>{}<input type=submit value='Agree - Begin Download'></form>"

DESK = Contact(name="Service desk", email="desk@example.com")
FORMS = {
    "marked": "<label>Contact Name <input name=n required></label><label>E-mail Address <input type=email name=e required></label>",
    "not marked": "<table><tr><td>Name:</td><td><input name=n></td></tr><tr><td>E-mail Address:</td><td><input name=e></td></tr></table>",
    "for those who cannot see": "<input name=n aria-label='Your name'><input name=e aria-label='Email'>",
    "the other way round": "<p><label for=e>E-mail</label><input id=e name=e></p><p><label for=n>Full name</label><input id=n name=n></p>",
    "with an optional one": "<label>Name <input name=n></label><label>E-mail <input name=e></label><label>Telephone (optional) <input name=t></label>",
    "with a text to read": "<textarea readonly>Terms.</textarea><label>Name <input name=n></label><label>E-mail <input name=e></label>",
}
NAMED = "n=Service+desk"
MAILED = "e=desk%40example.com"


def pressed(site: Site, form: str, contact: Contact | None, around: str = "{}") -> list[AcceptedAgreement]:
    said: list[AcceptedAgreement] = []
    site.pages |= {"/updates": LIST, "/install": around.format(AGREEMENT.format(form)), "/agreed": RUNNING}
    site.tab.goto(f"{ORIGIN}/updates")
    press = UpdatesScreen(site.tab).available.install_this_update(OFFER, site.answers, agree=said.append, contact=contact)
    press.check_actionable()
    press.press()
    return said


@pytest.mark.parametrize("form", FORMS)
def test_the_contact_is_given_where_it_is_asked_for(site: Site, form: str) -> None:
    (said,) = pressed(site, FORMS[form], DESK)
    install, agreed = site.posts
    assert install.startswith("/install")
    assert agreed.startswith("/agreed")
    assert NAMED in agreed
    assert MAILED in agreed
    assert {"Service desk", "desk@example.com"} == set(said.named)
    assert all(f'"{value}"' in said.fields for value in said.named)


@pytest.mark.parametrize("form", FORMS)
def test_without_a_contact_nothing_is_filled_in_and_nothing_agreed_to(site: Site, form: str) -> None:
    with pytest.raises(AnswerWanted, match="and no contact is given: nothing was agreed to") as wanted:
        pressed(site, FORMS[form], None)
    assert wanted.value.check == "agreement_contact"
    assert [post.split()[0] for post in site.posts] == ["/install"]
    assert [field.input_value() for field in site.tab.locator("input[name=n], input[name=e]").all()] == ["", ""]


@pytest.mark.parametrize(
    "form",
    [
        "<label>First name <input name=n></label><label>Name <input name=m></label><label>E-mail <input name=e></label>",
        "<label>Name <input name=n></label><label>Your name <input name=m></label><label>E-mail <input name=e></label>",
        "<label>Name <input name=n></label><label>E-mail <input name=e></label><label>Confirm e-mail <input name=f></label>",
        "<label>E-mail <input name=e></label>",
        "<label>Name <input name=n></label>",
        "<label>User name <input name=n></label><label>E-mail <input name=e></label>",
        "<label>Company name <input name=n></label><label>E-mail <input name=e></label>",
        "<label>Name <input name=n></label><label>E-mail <input name=e></label><label>Country <input name=c></label>",
        "<label>Name <input name=n></label><label>E-mail <input name=e></label><label>Licence key <textarea name=c></textarea></label>",
        "<label>Name or e-mail <input name=n></label>",
    ],
)
@pytest.mark.parametrize("contact", [DESK, None])
def test_where_it_cannot_be_told_what_belongs_where_nothing_is_agreed_to(site: Site, form: str, contact: Contact | None) -> None:
    with pytest.raises(Surprised, match=r"asks for .*(which nobody gave|it cannot be told which one).*by hand"):
        pressed(site, form, contact)
    assert [post.split()[0] for post in site.posts] == ["/install"]


FILLED = "<label>Name <input name=n value='A. Admin'></label><label>E-mail <input name=e value='a@example.com'></label>"


def test_what_the_page_has_filled_in_gives_way_to_the_contact_and_that_is_told(site: Site) -> None:
    (said,) = pressed(site, FILLED, DESK)
    assert NAMED in site.posts[-1]
    assert said.fields == 'Name "Service desk"; E-mail "desk@example.com" instead of Name "A. Admin"; E-mail "a@example.com"'
    assert {"A. Admin", "a@example.com"} < set(said.named)


def test_without_a_contact_what_the_page_has_filled_in_stays_and_is_told(site: Site) -> None:
    (said,) = pressed(site, FILLED, None)
    assert "n=A.+Admin" in site.posts[-1]
    assert said.fields == 'Name "A. Admin"; E-mail "a@example.com"'


def test_fields_elsewhere_on_the_page_are_left_alone(site: Site) -> None:
    around = "<form action=/search><label>Name <input name=q></label></form>{}<form action=/x><label>E-mail <input name=z></label></form>"
    pressed(site, FORMS["marked"], DESK, around)
    assert [field.input_value() for field in site.tab.locator("input[name=q], input[name=z]").all()] in ([], ["", ""])
    assert "q=" not in site.posts[-1]
    assert NAMED in site.posts[-1]


def test_an_appliance_that_refuses_the_contact_stops_the_run_and_is_not_pressed_again(site: Site) -> None:
    form = AGREEMENT.format(FORMS["not marked"]).replace("/agreed", "/refused")
    site.pages |= {"/updates": LIST, "/install": form, "/refused": f"<p>Please enter your name.</p>{form}"}
    site.tab.goto(f"{ORIGIN}/updates")
    press = UpdatesScreen(site.tab).available.install_this_update(OFFER, site.answers, agree=lambda _: None, contact=DESK)
    with pytest.raises(Surprised, match="was accepted and still stands"):
        press.press()
    assert [post.split()[0] for post in site.posts] == ["/install", "/refused"]
