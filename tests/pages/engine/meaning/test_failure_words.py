"""What a page says of a failure is believed, whatever its grammar; only good news and standing prose are left out."""

import pytest

from pages.engine.layout.items import Item, PageControl
from pages.engine.meaning.failure_words import failure_lines, failure_word, new_lines, stated_failures, telling_lines
from pages.engine.view.page_view import PageView

STANDING = (
    "If synchronization failed, see Status History.",
    "While a synchronization is in progress, errors are listed below.",
    "2027-03-01 08:00:00 | Data sync failed: could not contact the primary",
)
REPORTS = (
    "Data synchronization failed because the primary site may be unreachable.",
    "The settings could not be copied, you should try again.",
    "22:05:10 Data synchronization failed.",
    "Synchronization failed, and can be started again",
    "When the tables were copied, an error occurred.",
    "Once the copy had begun, the connection was lost.",
    "Note: data synchronization did not complete.",
    "Usually this takes an hour; this time it was aborted",
    "Data synchronization failed. Do you want to try again?",
    "The pull from the primary timed out while its peer was busy",
    "Synchronization was cancelled until the next interval.",
    "2027-03-04 10:20:00 | Data sync failed: could not contact the primary",
)


@pytest.mark.proves("BS6")
@pytest.mark.parametrize("report", REPORTS)
def test_a_line_that_speaks_of_failure_and_is_new_is_a_failure_whatever_its_grammar(report: str) -> None:
    assert new_lines(STANDING, (*STANDING, report)) == [report]
    before, now = failure_lines(STANDING), failure_lines((*STANDING, report))
    assert new_lines(before, now) == [report], "also where only the lines that speak of failure were kept"


def test_what_stood_there_before_unchanged_is_no_news() -> None:
    assert new_lines(STANDING, reversed(STANDING)) == []
    assert new_lines(STANDING, STANDING[1:]) == []


def test_standing_prose_that_has_come_to_stand_beside_another_line_is_no_news() -> None:
    assert new_lines(["The last check has failed."], ["Done: The last check has failed."]) == []
    assert new_lines(["The last check has failed."], ["The last check has failed.: Saved"]) == []
    assert new_lines(["The last check has failed."], ["The last check has failed.", "Done: The last check has failed."]) == []


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("The data sync has failed.", "22:05:10: The data sync has failed."),
        ("The data sync has failed.", "The data sync has failed.: 22:05:10"),
        ("Failed", "Data Sync Status: Failed"),
        ("The last check has failed.", "Error: The last check has failed."),
        ("Last check: Failed", "Data sync: Failed"),
    ],
)
def test_what_has_a_new_time_or_a_new_label_is_news(before: str, now: str) -> None:
    assert new_lines([before], [now]) == [now]


def test_the_same_failure_once_more_is_news() -> None:
    assert new_lines(["Data sync failed."], ["Data sync failed.", "Data sync failed."]) == ["Data sync failed."]


@pytest.mark.parametrize(
    "line",
    [
        "Data synchronization completed without errors.", "Synchronized 12 tables, 0 errors", "Errors: none", "Failed | 0",
        "Last failure: never", "No failures", "Data sync completed: no tables failed", "Failover is enabled", "The sync did not fail.",
        "Data sync completed successfully",
    ],
)  # fmt: skip
def test_good_news_is_no_failure(line: str) -> None:
    assert failure_word(line) == ""
    assert new_lines([], [line]) == []


def test_good_news_does_not_hide_the_failure_beside_it() -> None:
    assert failure_word("Installing Base Software 7.0 failed")
    assert failure_word("Release 7.0 error")
    assert failure_word("Database: 0 errors; recordings could not be copied")


def page(*lines: str, pairs: tuple[tuple[str, str], ...] = ()) -> PageView:
    told = [Item("text", text=line) for line in lines]
    told += [Item("pair", label=label, value=value) for label, value in pairs]
    return PageView(items=tuple(told))


FAILED = r"fail(ed|ure)|could not|error"


@pytest.mark.parametrize(
    "line",
    [
        "The last data sync failed and should be started again.", "Installation failed when the disk was full.",
        "An error occurred while building your update.", "The backup failed to contact the primary and may become primary.",
        "It was tried, even if the peer could not be reached.", "Data sync failed?!",
    ],
)  # fmt: skip
def test_without_a_look_before_a_report_is_told_whatever_it_says_besides(line: str) -> None:
    assert list(stated_failures(page(line), FAILED)) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "If the installation failed, contact support.", "See the history if a synchronization failed.",
        "A mail is sent when the backup failed to contact the primary.", "Did the data sync fail or did an error occur?",
        "2026-10-01 10:00:00 Data synchronization failed", "5 minutes ago the sync failed",
    ],
)  # fmt: skip
def test_without_a_look_before_what_is_only_supposed_or_past_is_not_told(line: str) -> None:
    assert list(stated_failures(page(line), FAILED)) == []


def test_the_value_of_a_status_is_believed_whatever_its_grammar() -> None:
    status = page(pairs=(("Data Sync Status", "Failed if the peer is right; it should be retried: timeout"),))
    assert list(stated_failures(status, FAILED, unlike="timeout|interval"))
    assert not list(stated_failures(page(pairs=(("Data Sync Status", "Completed without errors"),)), FAILED))
    assert not list(stated_failures(page(pairs=(("Failure timeout", "error after 5 minutes"),)), FAILED, unlike="timeout"))


def beside_a_tick_box(line: str, name: str) -> PageView:
    box = PageControl("checkbox", name, checked=False)
    return PageView(items=(Item("text", text="Role: Primary"), Item("label", text=line), Item("control", controls=(box,))))


@pytest.mark.parametrize(
    "option",
    [
        "Check this box to become a backup even if the peer site instance cannot be contacted.", "Notify me when a sync has failed",
        "Go on although tables could not be copied", "Retry if the connection was lost or the copy failed",
    ],
)  # fmt: skip
def test_what_can_be_ticked_tells_no_failure_that_has_happened(option: str) -> None:
    assert failure_lines(telling_lines(beside_a_tick_box(option, option))) == ()
    assert failure_lines(telling_lines(beside_a_tick_box(f"{option} Become Backup", option))) == ()


@pytest.mark.parametrize(
    "told",
    [
        "The peer cannot be contacted. Become a backup even if it fails",
        "Synchronization failed, try again if you wish",
        "The last sync was aborted: begin a new one",
    ],
)
def test_a_failure_that_is_reported_beside_a_tick_box_is_told(told: str) -> None:
    assert failure_lines(telling_lines(beside_a_tick_box(told, told))) == (told,)


def test_a_failure_told_in_the_line_of_a_tick_box_or_beside_a_field_is_not_lost() -> None:
    option = "Become a backup even if the peer cannot be contacted."
    line = f"{option} The peer could not be resolved."
    assert failure_lines(telling_lines(beside_a_tick_box(line, option))) == (line,)
    field = Item("control", controls=(PageControl("text", "Host if it cannot be resolved", value=""),))
    assert telling_lines(PageView(items=(Item("label", text="Host if it cannot be resolved"), field)))
