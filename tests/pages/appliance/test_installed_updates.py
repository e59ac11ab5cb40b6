"""What a page says of what is installed: a plain statement is read, a doubt is none; and whose version a number is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from flows.steps.patches import said_of
from pages.appliance.updates import UpdatesScreen

Show = Callable[..., Page]
CHECK = '<form method="post"><input type="submit" value="Check for updates"></form>'
PATCH = "BT26-02-RS"
SAID = {
    "a list": f"<h3>Installed Updates</h3><ul><li>{PATCH}</li><li>Base Software 7.1.0</li></ul>",
    "a table": f"<h3>Installed Packages</h3><table><tr><th>Package</th><th>Date</th></tr><tr><td>{PATCH}</td><td>2026-12-01</td></tr><tr><td>X</td><td>2026-11-01</td></tr></table>",
    "a history": f"<h3>Update History</h3><table><tr><th>Date</th><th>Package</th><th>Result</th></tr><tr><td>2026-12-01 22:10</td><td>{PATCH}</td><td>Success</td></tr><tr><td>2026-11-01 22:10</td><td>X</td><td>Failed</td></tr></table>",
    "a sentence": f"<p class=notice>{PATCH} has been installed.</p>",
    "a label": f"<table><tr><th>Applied patches</th><td>{PATCH}</td></tr></table>",
    "another label": f"<p>{PATCH}: Installed</p>",
    "up to date": f"<p>{PATCH} is up to date.</p>",
    "its long name": f"<p>{PATCH} Security Patch for Remote Support 25.3.2 was applied on 2026-12-01 22:10.</p>",
}
UNSAID = {
    "nothing": "",
    "another": "<h3>Installed Updates</h3><ul><li>BT26-02-PRA</li><li>BT26-02-RS2</li></ul>",
    "a failure": f"<p>{PATCH} could not be installed.</p>",
    "a failed entry": f"<h3>Update History</h3><table><tr><td>2026-12-01 22:10</td><td>{PATCH}</td><td>Failed</td></tr><tr><td>2026-11-01 22:10</td><td>X</td><td>Success</td></tr></table>",
    "not": f"<p>{PATCH} is not installed.</p>",
    "not yet": f"<h3>Not yet installed</h3><ul><li>{PATCH}</li></ul>",
    "a plan": f"<p>{PATCH} will be installed at 03:00.</p>",
    "a need": f"<p>Requires {PATCH} to be installed first</p>",
    "a condition": f"<p>Once {PATCH} is installed, the appliance restarts.</p>",
    "a download": f"<p>{PATCH} was downloaded and is ready to be installed.</p>",
    "a removal": f"<p>{PATCH} was removed; installed: 25.3.1</p>",
    "only partly": f"<p>{PATCH} was partially applied.</p>",
    "a history that does not tell": f"<h3>Update History</h3><table><tr><td>2026-12-01 22:10</td><td>{PATCH}</td></tr></table>",
    "its name": f"<p>{PATCH}</p>",
}


@pytest.mark.parametrize("said", SAID)
def test_a_plain_statement_that_names_the_patch_is_read(show: Show, said: str) -> None:
    now = UpdatesScreen(show(CHECK + SAID[said])).read()
    assert PATCH in said_of(PATCH, now)
    assert not now.installing


@pytest.mark.parametrize("said", UNSAID)
def test_a_doubt_a_plan_a_failure_or_another_name_proves_nothing(show: Show, said: str) -> None:
    assert said_of(PATCH, UpdatesScreen(show(CHECK + UNSAID[said])).read()) == ""


BUTTON = "<form method=post><input type=submit value='Install This Update'></form>"


@pytest.mark.parametrize(
    ("row", "version", "is_patch"),
    [
        (f"<td>{PATCH}</td><td>Security patch for Remote Support 25.3.2</td>", "", True),
        (f"<td>{PATCH} Security Patch for Remote Support 25.3.2</td><td>Fixes a flaw.</td>", "25.3.2", True),
        ("<td>Emergency Update</td><td>Fixes CVE-2026-1731 in Remote Support 25.3.2</td>", "", True),
        ("<td>Remote Support</td><td>25.3.2</td>", "25.3.2", False),
        ("<td>Remote Support</td><td>Version 25.3.2 (41234)</td>", "25.3.2 (41234)", False),
        ("<td>Update for Remote Support 25.3.2</td><td>A release.</td>", "25.3.2", False),
    ],
)
def test_a_version_that_a_package_is_only_meant_for_is_not_its_own(show: Show, row: str, version: str, is_patch: bool) -> None:
    table = f"<h3>Available Updates</h3><table><tr>{row}<td>{BUTTON}</td></tr><tr><td>Base Software 7.1.0</td><td></td><td>{BUTTON}</td></tr></table>"
    offer, base = UpdatesScreen(show(CHECK + table)).read().offers
    assert (offer.version, offer.is_patch) == (version, is_patch)
    assert not base.is_patch
