"""Management > Failover, as strangers may draw it."""

from collections.abc import Callable

import pytest
from little_site import quickly
from playwright.sync_api import Page
from renderings import BUTTONS, FACTS, FIELDS, GROUPS, HEADINGS, LAYOUTS, field, mixed

from pages.login.failover import FailoverScreen
from pages.readings.failover_status import Role
from robot.domain.errors import WrongScreen
from robot.network.chromium import NetworkMonitor

Show = Callable[..., Page]
STAMP = "2026-11-22 10:15:00 UTC"
HELP = """<p>Sync Now forces synchronization and pulls the most current information from the primary appliance into the
memory of the backup appliance. While a synchronization is in progress you can close the page. If synchronization failed,
see Status History. If there is a conflict in the primary and secondary site instances, use Fix This Error. Once the data sync
is running, it may take a few hours. The primary site instance serves users.</p>"""
HISTORY = f"""<table border=1><tr><th>Time</th><th>Event</th></tr>
<tr><td>2026-10-01 10:00:00</td><td>Data synchronization failed: connection refused</td></tr>
<tr><td>2026-10-02 10:00:00</td><td>Data synchronization in progress</td></tr>
<tr><td>{STAMP}</td><td>Last data sync completed at 2026-09-09 09:09:09</td></tr></table>"""


def facts(role: str = "backup", last: str = STAMP) -> list[tuple[str, str]]:
    return [
        ("This Host", f"b.example.com ({role} site instance)"),
        ("Peer Host", f"a.example.com ({'primary' if role == 'backup' else 'backup'} site instance)"),
        ("Last Status Check", "2026-11-22 11:59:58 UTC"),
        ("Last Data-Sync", last),
    ]


def related(
    role: str = "Backup", *, head: str = "h2", told: str = "th and td", button: str = "submit", last: str = STAMP, more: str = ""
) -> str:
    commands = ("Sync Now", f"Become {'Primary' if role == 'Backup' else 'Backup'}", "Break Failover Relationships")
    return (
        HEADINGS[head](f"{role} Site Instance Status") + HELP + more + FACTS[told](facts(role.lower(), last))
        + "".join(map(BUTTONS[button], commands)) + HEADINGS[head]("Backup Settings")
        + field("Enable Automatic Failover", "<input type=checkbox checked>", "wrapped")
        + field("Primary Site Instance Timeout", "<input value=20>", "for")
    )  # fmt: skip


@pytest.mark.parametrize(("head", "layout"), mixed(HEADINGS, LAYOUTS, every=2))
def test_the_role_stands_in_a_heading_however_it_is_drawn(show: Show, head: str, layout: str) -> None:
    for role in ("Primary", "Backup"):
        now = FailoverScreen(show(LAYOUTS[layout](related(role, head=head)))).read()
        assert now.role is Role(role.lower())
        assert (now.last_sync, now.progress, now.conflict, now.message) == (STAMP, "", False, "")
        assert now.settings == {"Enable Automatic Failover": "on", "Primary Site Instance Timeout": "20"}


@pytest.mark.proves("RE11")
@pytest.mark.parametrize("told", FACTS)
def test_the_last_synchronisation_is_read_from_any_kind_of_list(show: Show, told: str) -> None:
    now = FailoverScreen(show(related(told=told))).read()
    assert (now.role, now.last_sync, now.syncing) == (Role.BACKUP, STAMP, False)
    assert "a.example.com" in now.peer


@pytest.mark.parametrize("last", ["Never", "", "-", "In progress", "5 minutes ago", "about an hour ago", "unknown", "Failed"])
@pytest.mark.parametrize("told", ["th and td", "bold run", "stacked", "flex row"])
def test_what_is_no_fixed_moment_is_no_last_synchronisation(show: Show, told: str, last: str) -> None:
    assert FailoverScreen(show(related(told=told, last=last))).read().last_sync == ""


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-11-22 10:15:00 (5 minutes ago)", "2026-11-22 10:15:00"),
        ("11/22/2026 10:15:00 AM", "11/22/2026 10:15:00 AM"),
        ("Nov 22, 2026 10:15 PM UTC", "Nov 22, 2026 10:15 PM UTC"),
        ("22 November 2026 10:15:07", "22 November 2026 10:15:07"),
        ("2026-11-22T10:15:00Z", "2026-11-22T10:15:00Z"),
        ("started 2026-11-22 10:15:00, completed 2026-11-22 10:16:11", "2026-11-22 10:16:11"),
    ],
)
def test_a_moment_is_kept_as_worded_without_what_changes_by_itself(show: Show, value: str, moment: str) -> None:
    assert FailoverScreen(show(related(last=value))).read().last_sync == moment


@pytest.mark.proves("BS6")
@pytest.mark.parametrize(
    "words",
    [
        "<p>Data synchronization in progress...</p>",
        "<div>Synchronizing data from the primary: 40%</div>",
        "<p>A data sync is currently running. You can close this page.</p>",
        "<table><tr><td>Synchronization:</td><td>In progress</td></tr></table>",
        "<span class=status>Sync status:</span> <span>syncing (12%)</span>",
        "<p>The first data synchronization is about to begin.</p>",
        "<p>Data sync has started and this page will refresh.</p>",
    ],
)
def test_a_running_synchronisation_is_seen(show: Show, words: str) -> None:
    now = FailoverScreen(show(related(more=words))).read()
    assert now.syncing
    assert now.progress


@pytest.mark.proves("BS6", "RE11")
def test_a_value_that_says_in_progress_is_no_new_synchronisation(show: Show) -> None:
    for value in ("In progress", "Synchronizing...", "in progress (40%)"):
        now = FailoverScreen(show(related(last=value))).read()
        assert (now.last_sync, now.syncing) == ("", True), value


@pytest.mark.parametrize(
    "history",
    [
        f"<h3>Status History</h3>{HISTORY}",
        f"<p><a href='#'>Status History</a></p>{HISTORY}",
        f"<details open><summary>Status History</summary>{HISTORY}</details>",
        f"<button>Status history</button><div>{HISTORY.replace('<tr><th>Time</th><th>Event</th></tr>', '')}</div>",
        "<a href='#'>Status History</a><ul><li>2026-10-02 10:00:00 Synchronization in progress</li>"
        "<li>2026-10-02 10:00:00: Synchronization failed</li></ul>",
        "<a href='#'>Status History</a><div>2026-10-02 10:00:00 - Synchronization in progress</div>"
        "<div>Oct 3, 2026 Data sync failed</div>",
    ],
)
def test_an_old_event_says_nothing_of_the_present(show: Show, history: str) -> None:
    for order in (related(more="" if "h3" in history else history), related() + history):
        now = FailoverScreen(show(order)).read()
        assert (now.role, now.last_sync, now.syncing, now.message) == (Role.BACKUP, STAMP, False, "")


@pytest.mark.parametrize(
    "words",
    ["<p class=error>Data synchronization failed: connection refused</p>", "<div>Error: the keys do not match.</div>"],
)
def test_a_failure_of_now_is_told(show: Show, words: str) -> None:
    assert FailoverScreen(show(related(more=words))).read().message


@pytest.mark.parametrize("role", ["primary", "backup"])
@pytest.mark.parametrize("told", FACTS)
def test_the_fourth_generation_tells_the_role_of_this_host(show: Show, told: str, role: str) -> None:
    other = "backup" if role == "primary" else "primary"
    body = HEADINGS["h2"]("Primary or backup site instance status") + FACTS[told]([
        ("This host's status", f"b.example.com {role} site instance"),
        ("Peer host's status", f"a.example.com {other} site instance, last status check 2026-11-22 11:00:00"),
        ("Last successful data sync", STAMP),
        ("Last sync attempt", "2026-11-22 11:11:11"),
    ]) + BUTTONS["button"]("Sync Now") + BUTTONS["button"]("Break Failover Relationships")  # fmt: skip
    now = FailoverScreen(show(body)).read()
    assert (now.role, now.last_sync) == (Role(role), STAMP)


def test_the_fourth_generation_with_headings_of_both_hosts(show: Show) -> None:
    body = (
        "<h2>This host's status</h2><p>b.example.com</p><p>backup site instance</p><h2>Peer host's status</h2>"
        f"<p>a.example.com primary site instance</p><p>Last data sync: 2026-01-01 01:01:01</p><h2>Data</h2><p>Last data sync: {STAMP}</p>"
        "<button>Sync Now</button><button>Become Primary</button><button>Break Failover Relationships</button>"
    )
    now = FailoverScreen(show(body)).read()
    assert (now.role, now.last_sync) == (Role.BACKUP, STAMP)


@pytest.mark.parametrize("button", BUTTONS)
def test_no_relationship_is_told_by_the_form_that_establishes_one(show: Show, button: str) -> None:
    now = FailoverScreen(show("<h2>Failover :: Configuration</h2>" + HELP + BUTTONS[button]("Establish Relationship"))).read()
    assert (now.role, now.syncing, now.message) == (Role.NONE, False, "")


def test_a_conflict_is_told_and_never_inferred_from_help(show: Show) -> None:
    words = "There is a conflict in the primary and secondary site instances. Both of them are either primary or backup."
    assert FailoverScreen(show(f"<p>{words}</p>" + related())).read().role is Role.CONFLICT


def test_a_button_that_mends_a_conflict_tells_of_one_only_where_neither_a_role_nor_a_new_relationship_is(show: Show) -> None:
    fix = "<button>Fix This Error</button>"
    assert FailoverScreen(show("<h2>Failover :: Status</h2>" + fix)).read().role is Role.CONFLICT
    assert FailoverScreen(show(related() + "<h2>Notice</h2>" + fix)).read().role is Role.BACKUP
    assert FailoverScreen(show("<h2>Failover</h2>" + BUTTONS["button"]("Establish Relationship") + fix)).read().role is Role.NONE


@pytest.mark.parametrize(
    "body",
    [
        "<h2>Primary Site Instance Status</h2><h2>Backup Site Instance Status</h2><button>Sync Now</button>",
        "<h2>Primary Site Instance Status</h2><p>Shown after a relationship exists.</p><button>Establish Relationship</button>",
        "<h2>Primary Site Instance Status</h2><button>Become Primary</button>",
        "<h1>Cluster</h1><p>Primary node(s): 10.0.0.1</p><button>Sync Now</button><button>Disband Cluster</button>",
        "<h1>Not Found</h1>",
        "<h1>Password Vault</h1><p>The primary site instance is elsewhere.</p>",
    ],
)
def test_what_contradicts_itself_or_is_no_failover_screen_stops(show: Show, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    quickly(monkeypatch)
    with pytest.raises(WrongScreen):
        FailoverScreen(show(body)).read()


@pytest.mark.proves("BS4", "BS5", "BS7")
@pytest.mark.parametrize("button", BUTTONS)
def test_each_command_stands_there_once(show: Show, answers: NetworkMonitor, button: str) -> None:
    screen = FailoverScreen(show(around_help(related(button=button))))
    screen.sync_now(answers).check_actionable()
    screen.break_failover_relationships(answers).check_actionable()


def around_help(body: str) -> str:
    return "<p>To synchronize, click <a href='/help'>Sync Now</a> or read on about how it works.</p>" + body


@pytest.mark.proves("RE4", "RE5")
@pytest.mark.parametrize(("group", "style"), mixed(GROUPS, FIELDS, every=3))
def test_two_pairs_of_alike_fields_are_told_apart_by_their_group(show: Show, group: str, style: str) -> None:
    def pair(title: str) -> str:
        host = field("Host Name or IP Address", f"<input title='{title} host'>", style)
        return GROUPS[group](title, host + field("TLS Port", f"<input value=443 title='{title} port'>", style))

    body = "<h2>Failover :: Configuration</h2><p>Use the unique IP address of each appliance, and its port.</p>"
    body += pair("New Backup Site Connection Details") + pair("Reverse Connection Details to this Primary Site")
    screen = FailoverScreen(show(body + "<input type=submit value='Establish Relationship'>"))
    screen.new_relationship.fill(backup=("10.0.0.1", 443), reverse=("10.0.0.2", 8443))
    wanted = {"backup host": "10.0.0.1", "backup port": "443", "reverse host": "10.0.0.2", "reverse port": "8443"}
    assert screen.new_relationship.filled() == wanted
    typed = screen.tab.eval_on_selector_all("input[title]", "all => all.map(e => e.value)")
    assert typed == list(wanted.values())


@pytest.mark.proves("RE4", "RE5")
@pytest.mark.parametrize(
    "body",
    [
        "<table><tr><th>New Backup Site Connection Details</th><th>Reverse Connection Details to this Primary Site</th></tr>"
        "<tr><td>Host: <input><br>Port: <input></td><td>Host: <input><br>Port: <input></td></tr></table>",
        "<table><tr><td>New Backup Site Connection Details</td><td>Host <input> Port <input></td></tr>"
        "<tr><td>Reverse Connection Details to this Primary Site</td><td>Host <input> Port <input></td></tr></table>",
        "<table><tr><td colspan=2 class=head>New Backup Site Connection Details</td></tr><tr><td>Host</td><td><input></td></tr>"
        "<tr><td>Port</td><td><input></td></tr><tr><td colspan=2 class=head>Reverse Connection Details to this Primary Site</td></tr>"
        "<tr><td>Host</td><td><input></td></tr><tr><td>Port</td><td><input></td></tr></table>",
        "<div style='display: flex'><div><h4>New Backup Site Connection Details</h4><label>Host <input></label><label>Port <input></label></div>"
        "<div><h4>Reverse Connection Details to this Primary Site</h4><label>Host <input></label><label>Port <input></label></div></div>",
        "<dl><dt>New Backup Site Connection Details</dt><dd>Host <input> Port <input></dd>"
        "<dt>Reverse Connection Details to this Primary Site</dt><dd>Host <input> Port <input></dd></dl>",
    ],
)
def test_groups_in_columns_rows_and_terms(show: Show, body: str) -> None:
    screen = FailoverScreen(show(f"<form>{body}<button>Establish Relationship</button></form>"))
    screen.new_relationship.fill(backup=("10.0.0.1", 443), reverse=("10.0.0.2", 8443))
    assert screen.tab.eval_on_selector_all("input", "all => all.map(e => e.value)") == ["10.0.0.1", "443", "10.0.0.2", "8443"]
    assert list(screen.new_relationship.filled().values()) == ["10.0.0.1", "443", "10.0.0.2", "8443"]
