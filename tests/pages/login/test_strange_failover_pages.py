"""Management > Failover, as five strangers draw it from the product's documentation.

Each case is drawn in one style; in all five: `pytest tests/pages/login/test_strange_failover_pages.py --drawings 1`.
"""

from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import Page
from strange_places import FAILOVER, FAILOVER_OF_A_BACKUP, FAILOVER_OF_NOBODY
from strange_styles import Style, in_every_style_if_asked, style_of_the_case

from pages.login.failover import FailoverScreen
from pages.readings.failover_status import FailoverStatus, Role
from robot.network.chromium import NetworkMonitor

Show = Callable[..., Page]
pytest_generate_tests = in_every_style_if_asked
style = pytest.fixture(style_of_the_case)

SYNCED = ("Last Data Sync", "2027-03-04 10:22:33")
SYNCED_BEFORE = ("Last Data Sync", "2027-03-01 08:00:00")


def related(
    style: Style, role: str = "backup", *, sync: Sequence[tuple[str, str]] = (SYNCED,), told: str = "", history: str = "",
    enabled: bool = True,
) -> str:  # fmt: skip
    """The screen of an appliance in this role: `told` stands above its status, `history` below it."""
    other = "backup" if role == "primary" else "primary"
    instance = f"{role.title()} Site Instance"
    status = [
        ("This host's status", f"rs1.example.com {role} site instance"),
        ("Peer host's status", f"rs2.example.com {other} site instance"),
        ("Last status check", "2027-03-04 10:25:00"),
    ]
    pull = style.tick(f"Check this box to pull a data-sync from the site instance while becoming the {other}.", on=False)
    commands = (
        style.command("Sync Now", enabled=enabled)
        + style.form(pull + style.button(f"Become {other.title()}"))
        + style.command("Break Failover Relationships", enabled=enabled)
    )
    shared = (
        style.paragraph("Select the shared IPs which this site instance uses if a failover event occurs.")
        + style.tick("10.0.0.10", on=True)
        + style.tick("10.0.0.20", on=False)
        + style.button("Save Changes")
    )
    settings = (
        style.tick("Enable Backup Operations", on=True)
        + style.tick("Enable Automatic Failover", on=False)
        + style.field("Primary Site Instance Timeout", "5 minutes")
        + style.field("Network Connectivity Test IPs", "10.0.0.254")
        + style.field("Automatic Data-Sync Interval", "60")
        + style.field("Data-Sync Bandwidth Limit", "0", hint="KB/s")
        + style.button("Save")
    )
    unfold = '<a href="#" onclick="return false">Status History</a>'
    body = (
        style.section(called(style, f"{instance} Status"), told + style.facts([*status, *sync]) + commands + unfold + history)
        + style.section(called(style, f"{instance} Configuration"), style.form(shared))
        + style.section(called(style, "Backup Settings"), style.form(settings))
    )
    return style.page(FAILOVER_OF_A_BACKUP if role == "backup" else FAILOVER, body)


def called(style: Style, section: str) -> str:
    return style.words(f"Failover :: {section}", section)


def events(style: Style, heading: str = "<h4>Status History</h4>") -> str:
    """What happened once, in words that would mean something else if they were said now."""
    rows = [
        ("2027-03-04 10:22:33", "Data sync completed successfully"),
        ("2027-03-04 10:20:11", "Data sync started"),
        ("2027-03-01 08:00:00", "Data sync failed: could not contact the primary"),
        ("2027-02-01 00:00:00", "This site became the backup site instance"),
    ]
    return heading + style.table(["Date", "Event"], rows)


def read(show: Show, page: str) -> FailoverStatus:
    return FailoverScreen(show(page)).read()


# -- how the pair stands -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["primary", "backup"])
@pytest.mark.parametrize("with_history", [True, False], ids=["with its history", "without it"])
def test_a_pair_that_stands_is_read_with_its_settings(
    show: Show, answers: NetworkMonitor, style: Style, role: str, *, with_history: bool
) -> None:
    heading = "" if style.nests_sections else "<h4>Status History</h4>"  # without it, only the link tells what the events are
    screen = FailoverScreen(show(related(style, role, history=events(style, heading) if with_history else "")))
    now = screen.read()
    assert now.role is Role(role)
    assert (now.last_sync, now.syncing, now.conflict, now.message) == ("2027-03-04 10:22:33", False, False, "")
    known = {
        "10.0.0.10": "on", "10.0.0.20": "off", "Enable Backup Operations": "on", "Network Connectivity Test IPs": "10.0.0.254",
    }  # fmt: skip
    assert known.items() <= now.settings.items()
    screen.sync_now(answers).check_actionable()
    screen.break_failover_relationships(answers).check_actionable()


def test_where_there_is_no_relationship_one_can_be_established(show: Show, answers: NetworkMonitor, style: Style) -> None:
    def peer(title: str) -> str:
        port = style.field("Port", "443", hint="TLS port, usually 443")
        return style.section(title, style.field("Host Name or IP Address") + port)

    advice = style.paragraph(
        "If you already have one site set up, it is essential that you configure failover from this site, "
        "making it the primary, to avoid losing any data. The other becomes the backup site instance."
    )
    peers = peer("New Backup Site Connection Details") + peer("Reverse Connection Details to this Primary Site")
    title = style.words("Failover :: Configuration", "Setup a failover relationship")
    body = style.section(title, advice + style.form(peers + style.button("Establish Relationship")))
    screen = FailoverScreen(show(style.page(FAILOVER_OF_NOBODY, body)))
    now = screen.read()
    assert (now.role, now.syncing) == (Role.NONE, False)
    screen.new_relationship.fill(backup=("10.0.0.11", 443), reverse=("10.0.0.12", 8443))
    held = {"backup host": "10.0.0.11", "backup port": "443", "reverse host": "10.0.0.12", "reverse port": "8443"}
    assert screen.new_relationship.filled() == held
    screen.new_relationship.establish_relationship(answers).check_actionable()


def test_two_of_the_same_role_are_a_conflict(show: Show, style: Style) -> None:
    warning = style.note(
        "There is a conflict in the primary and secondary site instances. Both of them are either primary or backup, "
        'which is an unexpected situation. "Fix This Error" command will resolve any configuration problems.'
    )
    status = style.facts(
        [
            ("This host's status", "rs1.example.com primary site instance"),
            ("Peer host's status", "rs2.example.com primary site instance"),
        ]
    )
    body = style.section("Failover", warning + status + style.command("Fix This Error"))
    now = read(show, style.page(FAILOVER, body))
    assert (now.role, now.conflict) == (Role.CONFLICT, True)


# -- whether a synchronisation runs ------------------------------------------------------------------------------------------

RUNNING = (
    "Data sync in progress", "Synchronizing data from primary... 45%", "Sync status: Running",
    "Data synchronization is in progress. Please wait.", "A data sync is currently running.", "Synchronization started",
    "Data-Sync In Progress (12 of 45 tables)", "The data sync has been started and is running in the background.",
    "Performing data sync...", "Data sync: 45% complete", "Copying data from the primary site instance...",
    "Data sync is queued.",
)  # fmt: skip


@pytest.mark.parametrize("text", RUNNING)
@pytest.mark.parametrize("where", ["note", "chip"])
def test_a_synchronisation_that_runs_is_told_in_many_words(show: Show, style: Style, where: str, text: str) -> None:
    told = style.note(text) if where == "note" else style.chip(text)
    now = read(show, related(style, sync=[SYNCED_BEFORE], told=told, history=events(style), enabled=False))
    assert (now.role, now.syncing) == (Role.BACKUP, True)


@pytest.mark.parametrize("text", RUNNING)
def test_a_synchronisation_that_runs_is_told_by_the_value_of_a_label(show: Show, style: Style, text: str) -> None:
    sync = [SYNCED_BEFORE, ("Data Sync Status", text)]
    now = read(show, related(style, sync=sync, history=events(style), enabled=False))
    assert (now.role, now.syncing) == (Role.BACKUP, True)


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("Data Sync Status", "In progress"), ("Sync Status", "Syncing"), ("Data Sync", "Running"),
        ("Last Data Sync", "In progress"), ("Synchronization", "In Progress (35%)"), ("Sync Progress", "35%"),
        ("Data Sync State", "Active"), ("Status", "Synchronizing"), ("Data Sync", "Started 2027-03-04 10:20:11"),
    ],
)  # fmt: skip
def test_a_label_and_its_value_together_tell_that_one_runs(show: Show, style: Style, label: str, value: str) -> None:
    assert read(show, related(style, sync=[(label, style.chip(value))], history=events(style))).syncing


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("Data Sync Status", "Idle"), ("Sync Status", "Complete"), ("Last Data Sync", "Never"), ("Last Sync Status", "Success"),
        ("Data Sync", "Completed 2027-03-04 10:22:33"), ("Next Data Sync", "in 35 minutes"), ("Sync Status", "Synchronized"),
        ("Sync Status", "In sync"), ("Data Sync Status", "No sync in progress"), ("Data Sync", "Not running"),
        ("Sync Progress", "100%"),
    ],
)  # fmt: skip
def test_a_label_and_its_value_together_tell_that_none_runs(show: Show, style: Style, label: str, value: str) -> None:
    assert not read(show, related(style, sync=[(label, style.chip(value))], history=events(style))).syncing


@pytest.mark.parametrize(
    "text",
    [
        "Data sync failed: could not contact the primary.", "The last data sync failed on 2027-03-04 10:20:00.",
        "Error: data synchronization did not complete.",
    ],
)  # fmt: skip
def test_one_that_failed_runs_no_more_and_is_not_the_last(show: Show, style: Style, text: str) -> None:
    sync = [("Last successful data sync", "2027-03-01 08:00:00")]
    now = read(show, related(style, sync=sync, told=style.note(text)))
    assert (now.syncing, now.last_sync, bool(now.message)) == (False, "2027-03-01 08:00:00", True)


# -- when the last one was ---------------------------------------------------------------------------------------------------

MOMENTS = (
    "2027-03-04 10:22:33", "03/04/2027 10:22 AM", "March 4, 2027 10:22:33 AM CST", "4 Mar 2027, 10:22",
    "Thu, 04 Mar 2027 10:22:33 GMT", "Thu Mar  4 10:22:33 2027", "Thu Mar 4 10:22:33 UTC 2027", "2027-03-04T10:22:33Z",
    "2027-03-04T10:22:33+00:00", "Mar 4, 2027, 10:22:33 AM", "10:22:33 04/03/2027", "04.03.2027 10:22:33",
    "2027-03-04 10:22:33 (UTC)", "Thursday, March 4, 2027 at 10:22:33 AM", "4-Mar-2027 10:22:33", "2027-03-04 10:22:33 -0600",
    "2027-03-04, 10:22:33", "2027-03-04 &ndash; 10:22:33", "March 4, 2027 - 10:22 AM", "04 March 2027 10:22:33.123 +0000",
    "3/4/27 10:22 AM", "2027-03-04 10:22:33 (3 minutes ago)", "10:22 AM on March 4, 2027",
    "2027-03-04 10:22:33 America/Chicago", "Thu 2027-03-04 10:22:33",
)  # fmt: skip


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("label", ["Last Data Sync", "Last data synchronization", "Date and time of last data sync"])
def test_the_day_and_the_time_of_day_of_the_last_synchronisation_are_read(
    show: Show, style: Style, label: str, moment: str
) -> None:
    last = read(show, related(style, sync=[(label, moment)])).last_sync
    assert ("10:22" in last, "27" in last) == (True, True), last


@pytest.mark.parametrize(
    "sentence",
    [
        "Last data synchronization completed on 2027-03-04 10:22:33.",
        "The last data sync was completed at March 4, 2027 10:22:33 AM.",
        "Last synchronized: 2027-03-04 10:22:33",
        "Data was last synchronized on 2027-03-04 at 10:22:33.",
        "Most recent data sync: 2027-03-04 10:22:33 (success)",
        "Last successful data sync 2027-03-04 10:22:33",
    ],
)
def test_a_sentence_tells_the_last_synchronisation_as_well(show: Show, style: Style, sentence: str) -> None:
    now = read(show, related(style, sync=(), told=style.paragraph(sentence), history=events(style)))
    assert ("10:22:33" in now.last_sync, now.syncing) == (True, False), now.last_sync
