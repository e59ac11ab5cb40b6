"""What may stand between a press and its request, as five strangers draw it from the product's documentation.

Each case is drawn in one style; in all five: `pytest tests/pages/engine/actions/test_strange_presses.py --drawings 1`.
"""

import pytest
from little_site import ORIGIN, Site
from strange_places import FAILOVER, FAILOVER_OF_A_BACKUP, UPDATES
from strange_styles import Style, document, in_every_style_if_asked, style_of_the_case

from pages.appliance.updates import UpdatesScreen
from pages.engine.meaning.agreement import AcceptedAgreement
from pages.login.failover import FailoverScreen

pytest_generate_tests = in_every_style_if_asked
style = pytest.fixture(style_of_the_case)


def sent(site: Site, path: str) -> int:
    """How often something was sent there."""
    return [each.split()[0] for each in site.posts].count(path)


# -- Break Failover Relationships ----------------------------------------------------------------------------------------------

BREAK = '<input type=submit value="Break Failover Relationships">'
UNHIDE = '<button onclick="m.hidden = false">Break Failover Relationships</button>'
FLOATING = "position: fixed; top: 50px; left: 50px; background: #fff"
ASKING = {
    "nothing": f'<form method=post action="/done">{BREAK}</form>',
    "the browser": f"""
        <form method=post action="/done"
         onsubmit="return confirm('Are you sure you want to break the failover relationship?')">{BREAK}</form>""",
    "a page": f'<form method=post action="/ask">{BREAK}</form>',
    "a page that says the same": f'<form method=post action="/ask-again">{BREAK}</form>',
}
"""By what asks once more before the relationship is broken: the button to be pressed."""
BOXES = {
    "a modal box": (
        """<button class="btn" onclick="m.style.display = 'block'">Break Failover Relationships</button>""",
        """<div id=m class="modal fade in" style="display: none; position: fixed; inset: 0; background: rgba(0, 0, 0, .5)">
        <div class="modal-dialog" style="background: #fff; margin: 50px"><div class="modal-content"><div class="modal-header">
        <button class="close" aria-label="Close">&times;</button><h4 class="modal-title">Break Failover Relationships</h4></div>
        <div class="modal-body"><p>This will remove the failover relationship between this site instance and its peer.
        Both will become stand-alone sites.</p></div>
        <div class="modal-footer"><button class="btn btn-default">Cancel</button>
        <form method=post action="/done" style="display: inline"><button class="btn btn-danger">Break Relationship</button></form>
        </div></div></div></div>""",
    ),
    "a box that sends by script": (
        UNHIDE,
        f"""<div id=m hidden role="dialog" aria-modal="true" aria-labelledby="mt" style="{FLOATING}">
        <h2 id=mt>Break failover relationships?</h2><p>The backup site will no longer be synchronized.</p>
        <button>Cancel</button>
        <button onclick="fetch('/done', {{method: 'POST'}}).then(() => {{ m.hidden = true }})">Confirm</button></div>""",
    ),
    "a dialog": (
        '<button onclick="m.showModal()">Break Failover Relationships</button>',
        """<dialog id=m><p>Are you sure?</p><form method=post action="/done"><button>Yes</button></form>
        <form method=dialog><button>No</button></form></dialog>""",
    ),
    "an alert whose button says it again": (
        UNHIDE,
        f"""<div id=m hidden role="alertdialog" style="{FLOATING}">
        <p>Break the failover relationship? Backup operations stop.</p><button>No</button>
        <button onclick="document.forms.f.submit()">Yes, break relationship</button></div>
        <form name=f method=post action="/done"></form>""",
    ),
}
"""The same, with the box that then opens."""


@pytest.mark.parametrize("asking", [*ASKING, *BOXES])
def test_a_relationship_is_broken_once_whatever_asks_for_confirmation(site: Site, style: Style, asking: str) -> None:
    button, box = BOXES.get(asking) or (ASKING[asking], "")
    facts = [("This host's status", "rs2.example.com backup site instance"), ("Last Data Sync", "2027-03-04 10:22:33")]
    status = style.section("Backup Site Instance Status", style.facts(facts) + style.command("Sync Now") + button)
    question = style.section(
        "Confirmation",
        style.paragraph("Are you sure you want to break the failover relationships?")
        + style.command("Yes", action="/done") + style.command("No", action="/failover"),
    )  # fmt: skip
    question_again = style.section(
        "Break Failover Relationships",
        style.paragraph("Do you really want to break the failover relationship?")
        + style.form(style.button("Continue") + ' <a href="/failover">Cancel</a>', "/done"),
    )
    done = style.section("Failover", style.paragraph("The relationship has been removed."))
    site.pages |= {
        "/failover": document(style.page(FAILOVER_OF_A_BACKUP, status) + box),
        "/ask": document(style.page(FAILOVER_OF_A_BACKUP, question)),
        "/ask-again": document(style.page(FAILOVER_OF_A_BACKUP, question_again)),
        "/done": document(style.page(FAILOVER, done)),
    }
    site.tab.goto(f"{ORIGIN}/failover")
    press = FailoverScreen(site.tab).break_failover_relationships(site.answers)
    press.check_actionable()
    press.press()
    assert sent(site, "/done") == 1, site.posts


# -- Install This Update -------------------------------------------------------------------------------------------------------

CONFIRM = """<script>document.querySelectorAll("form").forEach(form => form.addEventListener("submit", event => {
    if (!confirm("Install Base Software 7.1.0 now? The appliance may restart.")) event.preventDefault()
}))</script>"""


@pytest.mark.parametrize("asking", ["nothing", "a licence agreement", "the browser"])
def test_an_installation_is_begun_once_whatever_asks_before_it(site: Site, style: Style, asking: str) -> None:
    action = "/agreement" if asking == "a licence agreement" else "/done"
    install = style.command("Install This Update", action=action)
    later = style.command("Install This Update", enabled=False, action=action)
    packages = [
        ("Base Software 7.1.0", "Base operating system update. Released 2027-02-01. <a href=/notes>Release notes</a>", install),
        ("BeyondTrust Remote Support 23.3.2", "Product update. <a href=/notes>Release notes</a>", later),
    ]
    updates = style.section("Check for Updates", style.command("Check for Updates")) + style.section(
        "Available Updates", style.table(["Package", "Description", "Action"], packages)
    )
    agreement = style.section(
        "End User License Agreement",
        style.paragraph("Read the EULA and enter contact information.")
        + style.form(
            style.field("Contact name", "Admin")
            + style.tick("I have read and agree to the terms", on=False)
            + style.button("Agree - Begin Download"),
            "/done",
        ),
    )
    begun = style.section("Installation Progress", style.paragraph("Downloading Base Software 7.1.0") + "45%")
    site.pages |= {
        "/updates": document(style.page(UPDATES, updates) + (CONFIRM if asking == "the browser" else "")),
        "/agreement": document(style.page(UPDATES, agreement)),
        "/done": document(style.page(UPDATES, begun)),
    }
    site.tab.goto(f"{ORIGIN}/updates")
    screen = UpdatesScreen(site.tab)
    offer = screen.read().offers[0]
    agreed: list[AcceptedAgreement] = []
    press = screen.available.install_this_update(offer, site.answers, agree=agreed.append)
    press.check_actionable()
    press.press()
    assert sent(site, "/done") == 1, site.posts
    assert len(agreed) == (asking == "a licence agreement")
    assert screen.read().installing
