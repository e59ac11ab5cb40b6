"""The way by hand on the Updates screen, the agreement before a download, and the links to the console, as strangers may draw them."""

import base64
import os
import socket
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from little_site import ORIGIN, Site, quickly
from playwright.sync_api import Page
from renderings import BUTTONS, HEADINGS, LAYOUTS, around, mixed

from pages.appliance.updates import UpdatesScreen
from pages.engine.meaning.agreement import AcceptedAgreement
from pages.login.my_account import MyAccountScreen
from pages.readings.available_updates import Lack, UpdateOffer
from robot.domain.errors import AnswerWanted, Surprised, WrongScreen
from robot.network.chromium import NetworkMonitor

Show = Callable[..., Page]
CHECK = '<form method="post"><input type="submit" value="Check for updates"></form>'
FILE = {
    "labelled": '<label for=x>Update File</label> <input type="file" id=x name=x>',
    "bare": '<input type="file" name="u">',
    "row": "<table><tr><td>Browse to the file:</td><td><input type=file></td></tr></table>",
    "drawn label": '<label style="border: 1px solid"><input type=file style="opacity: 0; width: 1px">Browse</label>',
}
KEY = "4f0c9b21d37a4e6f8f3a5be0c7d1e2f3"


def by_hand(heading: str, file: str, button: str = "Update Software") -> str:
    return f"{HEADINGS[heading]('Updates :: Manual Installation')}<form method=post action=/done enctype=multipart/form-data>{FILE[file]}<input type=submit value='{button}'></form>"


@pytest.mark.parametrize(("file", "heading"), mixed(FILE, HEADINGS, every=3))
def test_the_file_goes_where_files_by_hand_go(show: Show, site: Site, tmp_path: Path, file: str, heading: str) -> None:
    path = tmp_path / "base 3.4.1.nsu"
    path.write_bytes(b"x" * 321)
    other = HEADINGS[heading]("Updates :: Certificates") + "<form><input type=file id=other><button>Upload</button></form>"
    screen = UpdatesScreen(show(LAYOUTS["plain"](CHECK + by_hand(heading, file) + other)))
    assert screen.read().by_hand
    screen.manual_installation.choose(path)
    screen.manual_installation.update_software(site.answers, within=30).check_actionable()
    held = site.tab.evaluate("[...document.querySelectorAll('input[type=file]')].map(i => [i.id, i.files.length])")
    assert [number for _, number in held] == [1, 0]


@pytest.mark.parametrize("body", [CHECK, CHECK + "<input type=file><input type=file><button>Update Software</button>"])
def test_where_it_cannot_be_told_which_place_takes_the_file_none_is_chosen(show: Show, tmp_path: Path, body: str) -> None:
    (tmp_path / "x.nsu").write_bytes(b"x")
    with pytest.raises(WrongScreen, match="places take a file"):
        UpdatesScreen(show(body)).manual_installation.choose(tmp_path / "x.nsu")


def test_a_page_without_update_software_takes_nothing_by_hand(show: Show) -> None:
    assert not UpdatesScreen(show(CHECK)).read().by_hand
    assert not UpdatesScreen(show(CHECK + "<button disabled>Update Software</button>")).read().by_hand


def test_a_refused_file_is_a_message(show: Show) -> None:
    page = show(CHECK + "<p class=error>The uploaded file is not a valid update for this appliance.</p>")
    assert "not a valid update" in UpdatesScreen(page).read().message


# -- the key -------------------------------------------------------------------------------------------------------------

SHOWN = {
    "plain": f"<p>{KEY}</p>",
    "beside": f"<table><tr><th>Appliance Download Key</th><td>{KEY}</td></tr></table>",
    "colon": f"<p>Your unique key: <b>{KEY}</b></p>",
    "field": f"<input readonly value='{KEY}' size=40>",
    "area": f"<textarea readonly cols=40>{KEY}</textarea>",
    "with words": f"<p>Submit this key at update.bomgar.com (made 2026-12-01) from a non-restricted system.</p><pre>{KEY}</pre>",
}


@pytest.mark.parametrize(("shown", "heading"), mixed(SHOWN, ["h2", "title box", "area :: section", "old font"], every=2))
def test_the_key_that_is_shown_is_read_and_told_as_a_secret(
    show: Show, answers: NetworkMonitor, shown: str, heading: str
) -> None:
    section = HEADINGS[heading]("Updates :: Appliance Download Key") + SHOWN[shown]
    screen = UpdatesScreen(
        show(around(CHECK + by_hand(heading, "bare") + section + HEADINGS[heading]("Help") + "<p>AB12345678</p>"))
    )
    assert screen.secrets() == (KEY,)
    assert screen.download_key.read(answers) == KEY


@pytest.mark.parametrize("button", ["link as button", "button", "submit"])
def test_a_key_that_is_not_there_yet_is_made_by_the_link(site: Site, button: str) -> None:
    head = CHECK + "<h2>Updates :: Appliance Download Key</h2>"
    link = BUTTONS[button]("Appliance Download Key").replace('href="#Appliance Download Key"', "href=/key")
    if button == "submit":
        link = link.replace("<form", "<form action=/key")
    if button == "button":
        link = link.replace("<button", "<button onclick=\"location='/key'\"")
    foot = "<div>Copyright © 2003-2021 Example. appliance.example.test</div>"
    site.pages |= {"/updates": head + link + foot, "/key": head + link + f"<p>{KEY}</p>{foot}"}
    site.tab.goto(f"{ORIGIN}/updates")
    screen = UpdatesScreen(site.tab)
    assert screen.secrets() == ()
    assert screen.download_key.read(site.answers) == KEY


def test_before_base_3_3_2_there_is_no_key_to_be_made(show: Show, answers: NetworkMonitor) -> None:
    section = "<h2>Updates :: Appliance Download Key</h2><p>Contact Bomgar Support to request the appliance download key.</p>"
    with pytest.raises(WrongScreen):
        UpdatesScreen(show(CHECK + section)).download_key.read(answers)


# -- the agreement before a download ---------------------------------------------------------------------------------------

OFFER = UpdateOffer(name="Bomgar 13.1.2", version="13.1.2")
LIST = (
    CHECK
    + "<h3>Available Updates</h3><table><tr><td>Bomgar 13.1.2</td><td><form method=post action=/install><input type=submit value='Install This Update'></form></td></tr></table>"
)
RUNNING = "<h2>Updates :: Installation Progress</h2><p>Downloading... 5 %</p>"
CONTACT = "<label>Contact Name <input name=n value='A. Admin' required></label><label>E-mail <input type=email name=e value='a@example.com' required></label>"
AGREEMENT = "<h2>License Agreement</h2><p>Read it. The appliance may restart.</p><form method=post action=/agreed>{}<input type=submit value='Agree - Begin Download'></form>"


def pressed(site: Site, agreement: str, agree: Callable[[AcceptedAgreement], None] | None) -> None:
    site.pages |= {"/updates": LIST, "/install": agreement, "/agreed": RUNNING}
    site.tab.goto(f"{ORIGIN}/updates")
    screen = UpdatesScreen(site.tab)
    press = screen.available.install_this_update(OFFER, site.answers, agree=agree)
    press.check_actionable()
    press.press()


@pytest.mark.parametrize(
    "agreement",
    [
        AGREEMENT.format(CONTACT),
        AGREEMENT.format("").replace("<input type=submit value='Agree - Begin Download'>", "<button>I Agree</button>"),
        AGREEMENT.format("<p><input type=checkbox required id=t><label for=t>I have read and accept the terms</label></p>"),
        LIST + "<div role=dialog style='position: fixed; top: 9px; background: #fff'>" + AGREEMENT.format("") + "</div>",
    ],
)
def test_an_agreement_is_accepted_once_where_that_is_allowed_and_said_before_it_is(site: Site, agreement: str) -> None:
    said: list[str] = []
    pressed(site, agreement, lambda agreement: said.append(f"{len(site.posts)} {agreement.words}"))
    assert [post.split()[0] for post in site.posts] == ["/install", "/agreed"]
    assert len(said) == 1
    assert said[0].startswith("1 ")
    assert "Read it" in said[0]
    assert UpdatesScreen(site.tab).read().installing


@pytest.mark.parametrize(
    "agreement", [AGREEMENT.format(CONTACT), AGREEMENT.format("").replace("Agree - Begin Download", "Accept the License")]
)
def test_an_agreement_is_not_accepted_where_that_is_not_allowed(site: Site, agreement: str) -> None:
    with pytest.raises(Surprised, match="accept_agreement is false: it was not accepted"):
        pressed(site, agreement, None)
    assert [post.split()[0] for post in site.posts] == ["/install"]


def test_contact_fields_that_nobody_filled_are_named_and_not_made_up(site: Site) -> None:
    with pytest.raises(AnswerWanted, match='asks for "E-mail", and no contact is given: nothing was agreed to'):
        pressed(site, AGREEMENT.format(CONTACT.replace("value='a@example.com'", "")), lambda _: None)
    assert [post.split()[0] for post in site.posts] == ["/install"]


def test_an_agreement_that_still_stands_after_it_was_accepted_stops(site: Site) -> None:
    site.pages["/again"] = AGREEMENT.format("")
    with pytest.raises(Surprised, match="accepted and still stands"):
        pressed(site, AGREEMENT.format("").replace("/agreed", "/again"), lambda _: None)
    assert [post.split()[0] for post in site.posts] == ["/install", "/again"]


def test_without_an_agreement_none_is_accepted(site: Site) -> None:
    said: list[AcceptedAgreement] = []
    pressed(site, RUNNING, said.append)
    assert said == []
    assert len(site.posts) == 1


# -- why nothing is offered ------------------------------------------------------------------------------------------------

HELP = """<p>If no updates are listed, your maintenance may have expired, the update may already have been downloaded, or your
appliance may be up to date. Once an update has been downloaded, it will no longer appear.</p>"""


@pytest.mark.parametrize(
    ("said", "lack"),
    [
        ("No updates available", Lack.UNTOLD),
        ("No updates available. Your appliance is up to date.", Lack.SAID_CURRENT),
        ("An error occurred checking for updates. The update server could not be contacted.", Lack.CHECK_FAILED),
        ("Unable to connect to update.bomgar.com", Lack.CHECK_FAILED),
        ("Checking at updates.example.com failed: the connection timed out.", Lack.CHECK_FAILED),
        ("The host name could not be resolved: the update server cannot be reached.", Lack.CHECK_FAILED),
        ("Your maintenance contract has expired.", Lack.MAINTENANCE),
        ("No current maintenance for this appliance. Please renew.", Lack.MAINTENANCE),
        ("This update was already downloaded. Contact support.", Lack.DOWNLOADED),
        ("No build is available for this appliance yet.", Lack.NOT_BUILT),
        ("An error occurred building your update.", Lack.NOT_BUILT),
        ("13.1.2 is not yet available for your appliance", Lack.NOT_BUILT),
    ],
)
def test_why_the_list_is_empty_is_told_apart(show: Show, said: str, lack: Lack) -> None:
    now = UpdatesScreen(show(around(HELP + CHECK + f"<p>{said}</p>"))).read()
    assert now.lack is lack
    assert now.message


def test_help_alone_is_no_reason(show: Show) -> None:
    now = UpdatesScreen(show(around(HELP + CHECK))).read()
    assert (now.lack, now.message) == (Lack.UNTOLD, "")


def test_a_list_that_is_not_empty_lacks_nothing(show: Show) -> None:
    assert UpdatesScreen(show(LIST + "<p>Your maintenance contract has expired.</p>")).read().lack is Lack.UNTOLD


# -- installers of the console ---------------------------------------------------------------------------------------------


def a_file(name: str, content: bytes, words: str) -> str:
    return f'<a download="{name}" href="data:application/octet-stream;base64,{base64.b64encode(content).decode()}">{words}</a>'


def test_the_links_give_their_files_each_with_its_own_name(show: Show, tmp_path: Path) -> None:
    links = (
        a_file("rep-32.msi", b"32", "Rep Console Installer")
        + " "
        + a_file("rep-64.msi", b"64", "Representative Console Installers")
    )
    screen = UpdatesScreen(show(CHECK + f"<p>{links}</p>"))
    assert screen.console_installers.links() == ("Rep Console Installer", "Representative Console Installers")
    came = screen.console_installers.fetch(tmp_path)
    assert [(name, path.read_bytes(), path.stat().st_mode & 0o077) for name, path in came] == [
        ("rep-32.msi", b"32", 0),
        ("rep-64.msi", b"64", 0),
    ]


def test_files_that_are_suggested_one_name_are_all_kept(show: Show, tmp_path: Path) -> None:
    links = (
        a_file("rep.msi", b"32", "Rep Console Installer") + " " + a_file("rep.msi", b"64", "Representative Console Installers")
    )
    came = UpdatesScreen(show(CHECK + f"<p>{links}</p>")).console_installers.fetch(tmp_path)
    assert [(name, path.read_bytes()) for name, path in came] == [("rep.msi", b"32"), ("rep.msi", b"64")]
    assert len(list(tmp_path.iterdir())) == 2


def test_a_page_of_files_behind_the_link_is_fetched_whole(site: Site, tmp_path: Path) -> None:
    page = around(
        "<ul><li>"
        + a_file("w32.msi", b"32", "Windows 32-bit MSI")
        + "<li>"
        + a_file("w64.msi", b"64", "Windows 64-bit MSI")
        + "</ul>"
    )
    menu = "<nav><ul><li><a href=/status>Status</a><li><a href=/updates>Updates</a></ul></nav>"
    site.pages |= {"/updates": menu + CHECK + "<p><a href=/list>Rep Console Installers</a></p>", "/list": menu + page}
    site.tab.goto(f"{ORIGIN}/updates")
    came = UpdatesScreen(site.tab).console_installers.fetch(tmp_path)
    assert [(name, path.read_bytes()) for name, path in came] == [("w32.msi", b"32"), ("w64.msi", b"64")]


def test_where_support_has_not_enabled_them_there_are_none(show: Show) -> None:
    assert UpdatesScreen(show(CHECK)).console_installers.links() == ()


@pytest.mark.parametrize("words", ["Download Representative Console", "Download the Representative Console and Other Software"])
def test_my_account_hands_out_the_console_that_runs(show: Show, tmp_path: Path, words: str) -> None:
    screen = MyAccountScreen(show(around("<h2>My Account</h2>" + a_file("../console.msi", b"now", words))))
    ((name, path),) = screen.fetch_console(tmp_path)
    assert path.parent == tmp_path
    assert (name.endswith("console.msi"), path.read_bytes()) == (True, b"now")


def test_a_page_without_the_console_is_not_my_account(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    quickly(monkeypatch)
    with pytest.raises(WrongScreen):
        MyAccountScreen(show(around("<h2>My Account</h2>"))).look()


# -- a large file goes through no memory -------------------------------------------------------------------------------------

SIZE = 300 * 2**20


@contextmanager
def a_server() -> Generator[tuple[str, list[int]]]:
    """A server of its own: it gives the page, counts what is uploaded, and keeps nothing of it."""
    counted: list[int] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as request:
                first = request.readline()
                length = 0
                while line := request.readline().strip():
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                if first.startswith(b"POST"):
                    left = length
                    time.sleep(3.5)  # longer than a press waits for a page that sends nothing
                    while left > 0 and (got := len(request.read(min(left, 2**20)))):
                        left -= got
                    counted.append(length - left)
                body = (RUNNING if first.startswith(b"POST") else CHECK + by_hand("h2", "labelled")).encode()
                connection.sendall(
                    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
                    + body
                )

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", counted
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def highest_memory(process: int) -> int:
    """The most memory that a process has held so far, in bytes."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) * 1024


def driver() -> int:
    """The browser's driver: the process that this one started for it."""
    children = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    found = [int(pid) for each in children for pid in each.read_text(encoding="ascii").split()]
    return next(pid for pid in found if b"node" in Path(f"/proc/{pid}/cmdline").read_bytes())


def test_a_file_of_300_megabytes_is_uploaded_whole_however_slowly_and_goes_through_no_memory_of_ours(
    site: Site, tmp_path: Path
) -> None:
    path = tmp_path / "large.nsu"
    with path.open("wb") as file:
        file.truncate(SIZE)
    with a_server() as (origin, counted):
        site.tab.goto(f"{origin}/updates")
        screen = UpdatesScreen(site.tab)
        before = {each: highest_memory(each) for each in (os.getpid(), driver())}
        screen.manual_installation.choose(path)
        press = screen.manual_installation.update_software(site.answers, within=300)
        press.check_actionable()
        press.press()
        assert screen.read().installing
        site.tab.goto(f"{origin}/updates")  # as every later reading does: it would cut off what is still being sent
        grown = {each: highest_memory(each) - then for each, then in before.items()}
    assert len(counted) == 1
    assert counted[0] > SIZE
    assert max(grown.values()) < SIZE / 8, grown
