"""Status History on Management > Failover, as the product and strangers may draw it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from pages.login.status_history import StatusHistoryScreen, kind_of
from pages.readings.status_history import EventKind

Show = Callable[..., Page]
ROWS = (
    ("11/30/2026 10:15:00 PM", "Data synchronization completed successfully"),
    ("11/30/2026 10:14:00 PM", "Data synchronization started by an administrator"),
    ("11/29/2026 09:00:00 AM", "The failover relationship was broken"),
)
STATUS = "<h2>Failover :: Primary Site Instance Status</h2><p>This is the primary site instance.</p>"
BUTTONS = "<button type=button>Sync Now</button><button type=button>Become Backup</button>"
TABLE = "<table><tr><th>Time</th><th>Event</th></tr>{}</table>".format(
    "".join(f"<tr><td>{a}</td><td>{b}</td></tr>" for a, b in ROWS)
)
EMPTY = "<table><tr><th>Time</th><th>Event</th></tr></table>"
BY_USER = "<table><tr><th>Date</th><th>User</th><th>Message</th></tr><tr><td>2026-11-30 10:15</td><td>jane</td><td>Saved</td></tr></table>"
LIST = "<ul>{}</ul>".format("".join(f"<li>{a} - {b}</li>" for a, b in ROWS))
HEADS = {
    "open already": "<h3>Status History</h3>{}",
    "script link": """<a href="#" onclick="document.getElementById('h').style.display='block';return false">Status History</a>
        <div id=h style="display:none">{}</div>""",
    "details": "<details><summary>Status History</summary>{}</details>",
    "button by its role": """<div role=button tabindex=0 aria-expanded=false
        onclick="h.hidden=false;this.setAttribute('aria-expanded','true')"><span>Status history</span></div><div id=h hidden>{}</div>""",
    "button": """<button type=button onclick="setTimeout(()=>{{h.hidden=false}},700)">Show Status History</button><div id=h hidden>{}</div>""",
}


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("drawn", [TABLE, LIST], ids=["table", "list"])
def test_it_is_opened_and_read_however_it_is_folded_away(show: Show, head: str, drawn: str) -> None:
    told = StatusHistoryScreen(show(STATUS + HEADS[head].format(drawn) + BUTTONS)).read()
    assert told.unread == ""
    assert [(each.time, each.text) for each in told.events] == list(ROWS)
    assert [each.kind for each in told.events] == [EventKind.SYNC_ENDED, EventKind.SYNC, EventKind.BREAK]


def test_a_history_without_entries_is_empty_and_not_unread(show: Show) -> None:
    told = StatusHistoryScreen(show(STATUS + HEADS["details"].format(EMPTY) + BUTTONS)).read()
    assert (told.events, told.unread) == ((), "")


def test_another_table_of_the_page_is_not_taken_for_it(show: Show) -> None:
    other = "<table><tr><th>Time</th><th>Status</th></tr><tr><td>2026-10-01 10:00</td><td>Probe answered</td></tr></table>"
    told = StatusHistoryScreen(show(STATUS + other + HEADS["button"].format(TABLE) + BUTTONS)).read()
    assert [each.text for each in told.events][-3:] == [text for _, text in ROWS]


def test_an_account_in_a_column_of_its_own_is_told(show: Show) -> None:
    told = StatusHistoryScreen(show(STATUS + HEADS["details"].format(BY_USER) + BUTTONS)).read()
    assert [(each.who, each.text, each.kind) for each in told.events] == [("jane", "Saved", EventKind.OTHER)]


GERMAN = (
    ("30. November 2026 um 22:15:00 Uhr", "Automatische Datensynchronisierung gestartet."),
    ("29.11.2026 09:00:00", "Die Failover-Beziehung wurde aufgehoben."),
)


@pytest.mark.parametrize(
    "drawn", ["<tr><td>{}</td><td>{}</td></tr>", "<li>{} - {}</li>", "<dt>Zeit</dt><dd>{}</dd><dt>Ereignis</dt><dd>{}</dd>"]
)
def test_a_german_history_is_understood_and_told_in_its_own_words(show: Show, drawn: str) -> None:
    entries = "".join(drawn.format(*each) for each in GERMAN)
    kinds = {
        "<tr": f"<table><tr><th>Zeit</th><th>Ereignis</th></tr>{entries}</table>",
        "<li": f"<ul>{entries}</ul>",
        "<dt": f"<dl>{entries}</dl>",
    }
    head = STATUS + HEADS["details"].replace("Status History", "Statusverlauf").format(kinds[drawn[:3]])
    told = StatusHistoryScreen(show(head + BUTTONS)).read()
    assert [(each.time, each.text) for each in told.events] == list(GERMAN)
    assert [(each.kind, each.by_itself) for each in told.events] == [(EventKind.SYNC, True), (EventKind.BREAK, False)]


def test_further_pages_are_told(show: Show) -> None:
    told = StatusHistoryScreen(show(STATUS + HEADS["open already"].format(TABLE) + '<a href="#2">Next</a>' + BUTTONS)).read()
    assert told.goes_on


@pytest.mark.parametrize(
    ("page", "word"),
    [
        (STATUS + BUTTONS, "has no Status History"),
        (STATUS + HEADS["details"].format("<p>Nothing to see.</p>") + BUTTONS, "shows nothing that can be read"),
        (
            "<h2>Failover :: Configuration</h2><button type=button>Establish Relationship</button>",
            "without a failover relationship",
        ),
    ],
)
def test_what_cannot_be_read_is_told_as_that_and_never_as_an_empty_history(show: Show, page: str, word: str) -> None:
    told = StatusHistoryScreen(show(page)).read()
    assert word in told.unread
    assert told.events == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Data synchronization started automatically", EventKind.SYNC),
        ("Data synchronization aborted: the failover relationship was broken.", EventKind.SYNC_ENDED),
        ("Failover relationships broken.", EventKind.BREAK),
        ("Failover relationship established, b is primary", EventKind.ESTABLISH),
        ("Establishing a failover relationship failed", EventKind.ESTABLISH),
        ("Site instance roles changed.", EventKind.ROLES),
        ("The backup node is automatically becoming the primary node.", EventKind.ROLES),
        ("The product version on the primary node does not match the product version on the backup node.", EventKind.CONDITION),
        ("192.0.2.20 is configured in /login, but its network interface is not enabled.", EventKind.CONDITION),
        ("Backup settings saved", EventKind.OTHER),
        ("Datensynchronisierung gestartet.", EventKind.SYNC),
        ("Die Datensynchronisation wurde von jane eingeleitet", EventKind.SYNC),
        ("Datensynchronisierung erfolgreich abgeschlossen.", EventKind.SYNC_ENDED),
        ("Datensynchronisierung nicht erfolgreich: Zeitüberschreitung", EventKind.SYNC_ENDED),
        ("Datensynchronisierung abgebrochen: Die Failover-Beziehung wurde aufgehoben.", EventKind.SYNC_ENDED),
        ("Failover-Beziehungen aufgehoben.", EventKind.BREAK),
        ("Die Failover-Beziehung wurde von jane getrennt", EventKind.BREAK),
        ("Die Failover-Beziehungen wurden beendet", EventKind.BREAK),
        ("Failover-Beziehung hergestellt; 192.0.2.11 ist die primäre Site-Instanz.", EventKind.ESTABLISH),
        ("Rollen der Site-Instanzen geändert.", EventKind.ROLES),
        ("Der Backup-Knoten wird automatisch zum primären Knoten.", EventKind.ROLES),
        ("Die Produktversion des primären Knotens stimmt nicht mit der des Backup-Knotens überein.", EventKind.CONDITION),
        ("Sicherungseinstellungen gespeichert", EventKind.OTHER),
        ("", EventKind.OTHER),
    ],
)
def test_what_an_entry_tells_of_is_known_by_its_words_and_else_in_doubt(text: str, kind: EventKind) -> None:
    assert kind_of(text) is kind
