"""The pages, through real TLS sockets."""

import http.client
import json
import os
import re
import socket
import ssl
import stat
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyotp.totp
import pytest

from robot.simulator.process import DidNotStart, Impossible, Simulation, simulation

if TYPE_CHECKING:
    from visitors import Page, Visitor

MENU_ENTRY = r'<li><a href="([^"]+)"'


@pytest.fixture(scope="module")
def visitor() -> Callable[..., "Visitor"]:
    from visitors import Visitor

    return Visitor


@pytest.fixture
def instant(tmp_path: Path) -> Iterator[Simulation]:
    with simulation(tmp_path / "pair", instant=True) as running:
        yield running


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Simulation]:
    """Fast, but slow enough for a busy machine to see each state."""
    with simulation(tmp_path / "pair", speed=600) as running:
        yield running


def until(what: Callable[[], Any], within: float = 10.0) -> Any:
    deadline = time.monotonic() + within
    while not (found := what()):
        assert time.monotonic() < deadline, "it never came to pass"
        time.sleep(0.01)
    return found


def read_to_the_end(connection: socket.socket) -> None:
    while connection.recv(4096):
        pass


def test_every_unsigned_visit_leads_to_the_sign_in_page(served: Simulation, visitor: Any) -> None:
    page = visitor(served, "a").get("/appliance")
    assert page.path == "/appliance/login.ns"
    assert "bomgar" in page.text.lower()
    assert page.headers["server"] == "Bomgar"
    assert page.headers["cache-control"] == "no-store"
    assert "Secure" in page.headers["set-cookie"]
    assert "HttpOnly" in page.headers["set-cookie"]


def test_a_backup_has_lost_its_extraneous_tabs(served: Simulation, visitor: Any) -> None:
    assert "Users and Security" in visitor(served, "a").sign_in("login").text
    assert "Users and Security" not in visitor(served, "b").sign_in("login").text


def test_the_role_stands_in_the_heading(served: Simulation, visitor: Any) -> None:
    headings: list[str] = []
    for unit in "ab":
        somebody = visitor(served, unit)
        headings.append(somebody.open(somebody.sign_in("login"), "Management", "Failover").heading())
    assert headings == ["Failover :: Primary Site Instance Status", "Failover :: Backup Site Instance Status"]


def test_every_page_of_both_menus_opens_and_says_that_it_is_simulated(served: Simulation, visitor: Any) -> None:
    for interface, screens in (("login", 23), ("appliance", 13)):
        somebody = visitor(served, "a")
        first = somebody.sign_in(interface)
        known: set[str] = set()
        found = re.findall(MENU_ENTRY, first.text)
        while found:
            known.add(path := found.pop())
            page = somebody.get(path)
            assert page.status == 200
            assert "Simulated appliance - not a BeyondTrust product" in page.text
            found += [other for other in re.findall(MENU_ENTRY, page.text) if other not in {*known, *found}]
        assert len(known) == screens


def test_a_post_without_the_forms_token_is_refused_and_written_down(served: Simulation, visitor: Any) -> None:
    somebody = visitor(served, "b")
    page = somebody.open(somebody.sign_in("login"), "Management", "Failover")
    refused = somebody.ask("POST", page.path, {"failover[break]": "x", "token": "0" * 32})
    assert refused.status == 403
    assert served.changes()[-1]["action"] == "REFUSED failover[break]"
    assert served.state()["relationship"]


def test_a_forbidden_control_is_never_obeyed_nor_forgotten(served: Simulation, visitor: Any) -> None:
    somebody = visitor(served, "a")
    page = somebody.press(somebody.sign_in("appliance"), "Reboot This Appliance")
    assert "does not do that" in page.text
    last = served.changes()[-1]
    assert (last["unit"], last["action"]) == ("a", "FORBIDDEN Reboot This Appliance")
    assert served.state()["a"]["power"] == "up"


def test_a_backup_file_is_a_fetch_and_no_change(served: Simulation, visitor: Any) -> None:
    somebody = visitor(served, "a")
    before = len(served.changes())
    page = somebody.press(somebody.open(somebody.sign_in("login"), "Management"), "Download Backup")
    assert len(page.body) == 300_000
    assert '.nsb"' in page.headers["content-disposition"]
    assert served.fetches()[-1]["action"] == "download-backup"
    assert len(served.changes()) == before


def test_a_backup_portal_accepts_nobody(served: Simulation, visitor: Any) -> None:
    assert visitor(served, "a").get("/").status == 200
    refusing = visitor(served, "b").get("/")
    assert (refusing.status, "does not accept connections" in refusing.text) == (503, True)
    assert visitor(served, "b").get("/check_health").status == 200
    assert visitor(served, "b").get("/nonsense").status == 404


def test_each_appliance_holds_its_own_key_and_serves_the_shared_address_with_it(served: Simulation) -> None:
    def key_at(address: str) -> bytes:
        trust = ssl.create_default_context(cafile=str(served.folder / "ca.pem"))
        with (
            socket.create_connection((address, served.port), 5) as plain,
            trust.wrap_socket(plain, server_hostname="support.example.com") as secure,
        ):
            return secure.getpeercert(binary_form=True) or b""

    keys = {name: key_at(address) for name, address in served.addresses.items()}
    assert keys["a"] != keys["b"]
    assert keys["shared"] == keys["a"]


def test_the_files_are_what_the_contract_says(served: Simulation) -> None:
    pair = tomllib.loads(served.pair_file.read_text())
    assert pair["a"]["address"] == served.addresses["a"]
    assert pair["swing"] == {"method": "shared-ip", "shared_ip": served.addresses["shared"]}
    assert pair["site"]["port"] == served.port
    assert stat.S_IMODE(served.env_file.stat().st_mode) == 0o600
    assert all(not address.startswith("127.0.0.") for address in served.addresses.values())


def test_files_are_never_written_over(served: Simulation) -> None:
    command = [sys.executable, "-m", "robot.simulator", "--dir", str(served.folder)]
    refused = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "exists already" in refused.stderr


def test_a_knob_that_is_none_ends_the_start_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DidNotStart, match="no knob 'nonsense'"), simulation(tmp_path, knobs={"nonsense": 1}):
        pass


def test_the_whole_swing_and_what_is_written_of_it(instant: Simulation, visitor: Any) -> None:
    instant.act("b", "break-failover-relationships")
    shared = instant.addresses["shared"]
    for unit, enabled in (("a", "(off)"), ("b", "1")):
        somebody = visitor(instant, unit)
        page = somebody.open(somebody.sign_in("appliance"), "Networking", shared)
        assert "saved" in somebody.press(page, "Save Changes", {"ip[enabled]": enabled}).text
    assert [line["serving"] for line in instant.serving()] == ["a", "none", "b"]
    assert [line["action"] for line in instant.changes()] == [
        "break-failover-relationships",
        f"ip-disable {shared}",
        f"ip-enable {shared}",
    ]
    assert instant.changes()[0]["account"] == "somebody"
    until(lambda: instant.state()["b"]["representatives"] == 7)


def test_a_base_install_is_reset_refused_502_and_back_without_its_sessions(quick: Simulation, visitor: Any) -> None:
    somebody = visitor(quick, "b")
    updates = somebody.open(somebody.sign_in("appliance"), "Support", "Updates")
    offered = somebody.press(updates, "Check for updates")
    assert "Requires Base Software 3.4.1 to be installed first" in offered.text
    watched = ssl.create_default_context(cafile=str(quick.folder / "ca.pem")).wrap_socket(
        socket.create_connection((quick.addresses["b"], quick.port), 5), server_hostname="support.example.com"
    )
    below_tls = socket.socket(fileno=os.dup(watched.fileno()))  # the ssl module turns a reset into an end of file
    progress = somebody.press(offered, "Install This Update")
    assert "Installation Progress" in progress.text
    below_tls.settimeout(5)
    with watched, below_tls, pytest.raises(ConnectionResetError):
        read_to_the_end(below_tls)
    seen: list[object] = []

    def back() -> bool:
        try:
            page: Page = somebody.get("/appliance")
        except (ConnectionRefusedError, ConnectionResetError, ssl.SSLError, http.client.HTTPException) as error:
            sign: object = type(error)
        else:
            sign = page.path if page.status == 200 else page.status
        if sign not in seen:
            seen.append(sign)
        return sign == "/appliance/login.ns"

    until(back)
    assert ConnectionRefusedError in seen
    assert 502 in seen
    page = somebody.open(somebody.sign_in("appliance"), "Support", "Updates")
    assert "Base Software 3.4.1 has been installed" in page.text
    assert "Requires" not in page.text
    assert quick.state()["b"]["base"] == "3.4.1"


def test_a_sync_is_seen_under_way_even_when_everything_is_instant(instant: Simulation, visitor: Any) -> None:
    somebody = visitor(instant, "b")
    page = somebody.open(somebody.sign_in("login"), "Management", "Failover")
    before = instant.state()["last_sync"]
    assert "Data synchronization in progress..." in somebody.press(page, "Sync Now").text
    until(lambda: instant.state()["last_sync"] != before)


def test_establishing_by_the_form_makes_this_side_primary(tmp_path: Path, visitor: Any) -> None:
    with simulation(tmp_path, instant=True, knobs={"broken": 60, "both_upgraded": True}) as running:
        somebody = visitor(running, "b")
        page = somebody.open(somebody.sign_in("login"), "Management", "Failover")
        assert page.heading() == "Failover :: Configuration"
        fields = {
            "new_backup[host]": running.addresses["a"],
            "new_backup[port]": "443",
            "reverse[host]": running.addresses["b"],
            "reverse[port]": str(running.port),
        }
        wrong = somebody.press(page, "Establish Relationship", fields)
        assert "could not be contacted" in wrong.text
        right = somebody.press(wrong, "Establish Relationship", fields | {"new_backup[port]": str(running.port)})
        assert right.heading() == "Failover :: Primary Site Instance Status"
        until(lambda: not running.state()["first_sync_pending"] and not running.state()["syncing"])
        assert [line["action"] for line in running.changes()] == ["establish-relationship"] * 2
        assert "error" in running.changes()[0]["details"]


def test_three_wrong_passwords_lock_the_account_and_no_password_is_written_down(instant: Simulation, visitor: Any) -> None:
    somebody = visitor(instant, "a")
    for words in ("Invalid username or password", "Invalid username or password", "locked out"):
        assert words in somebody.sign_in("login", "wrong-wrong").text
    assert "locked out" in somebody.sign_in("login").text
    attempts = [line["outcome"] for line in instant.views() if line["page"] == "sign-in attempt"]
    assert attempts == ["rejected", "rejected", "locked", "locked"]
    assert "wrong-wrong" not in "".join(path.read_text() for path in instant.folder.glob("*.jsonl"))


def test_agreement_code_and_expired_password_come_in_their_order(tmp_path: Path, visitor: Any) -> None:
    knobs = {"agreement": True, "totp": True, "password_expired": "a"}
    with simulation(tmp_path, instant=True, knobs=knobs) as running:
        somebody = visitor(running, "a")
        somebody.press(somebody.get("/login"), "Accept")
        code_page = somebody.sign_in("login")
        secret = next(line.split("=")[1] for line in running.env_file.read_text().splitlines() if line.startswith("A_LOGIN_TOTP"))
        page = somebody.press(code_page, "Login", {"login[code]": pyotp.totp.TOTP(secret).now()})
        assert page.buttons() == ["Change Password"]
        running.set(password_expired=False)
        other = visitor(running, "a")
        other.press(other.get("/login"), "Accept")
        other.sign_in("login")
        assert "Site Status" in other.press(other.get("/login"), "Login", {"login[code]": pyotp.totp.TOTP(secret).now()}).text


def test_what_is_in_the_way_can_be_put_there_while_it_runs(instant: Simulation, visitor: Any) -> None:
    somebody = visitor(instant, "a")
    page = somebody.sign_in("login")
    instant.set(cluster=True, key_masked=True, backup_is_html=True)
    assert "Disband Cluster" in somebody.open(page, "Management", "Cluster").buttons()
    assert 'type="password" id="security[key]"' in somebody.open(page, "Management", "Security").text
    answer = somebody.press(somebody.open(page, "Management", "Software Management"), "Download Backup")
    assert answer.body.startswith(b"<html")
    instant.set(wrong_product="a")
    assert "bomgar" not in visitor(instant, "a").get("/login").text.lower()
    with pytest.raises(Impossible, match="at start"):
        instant.set(chain=3)


def test_a_hosted_site_has_no_appliance_and_no_failover(tmp_path: Path, visitor: Any) -> None:
    with simulation(tmp_path, instant=True, knobs={"cloud": True}) as running:
        somebody = visitor(running, "b")
        page = somebody.open(somebody.sign_in("login"), "Management")
        assert ">Failover<" not in page.text
        assert somebody.get("/appliance").status == 404


def test_it_ends_when_its_starter_does(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "robot.simulator", "--dir", str(tmp_path), "--instant", "--until-eof"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        until((tmp_path / "ready").exists, 15)
        assert json.loads((tmp_path / "ready").read_text())["pid"] == process.pid
        process.communicate(timeout=5)
    assert process.returncode == 0


def test_a_signal_ends_it_cleanly(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "robot.simulator", "--dir", str(tmp_path), "--instant"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        until((tmp_path / "ready").exists, 15)
        process.terminate()
        assert process.wait(5) == 0
    assert not (tmp_path / "ready").exists()


def test_what_is_handed_out_is_of_its_kind_and_a_fetch(served: Simulation, visitor: Any) -> None:
    somebody = visitor(served, "a")
    before = len(served.changes())
    updates = somebody.press(somebody.open(somebody.sign_in("appliance"), "Support", "Updates"), "Check for updates")
    installer = somebody.open(updates, "Rep Console Installers")
    assert installer.body.startswith(bytes.fromhex("d0cf11e0"))
    assert 'console-13.1.2.msi"' in installer.headers["content-disposition"]
    assert re.search(r"<p>[0-9a-f]{32}</p>", somebody.open(updates, "Appliance Download Key").text)
    old = somebody.open(somebody.sign_in("login"), "My Account", "Download Representative Console")
    assert 'console-12.3.5.msi"' in old.headers["content-disposition"]
    portal = somebody.open(somebody.get("/"), "Kim Sato")
    assert somebody.open(portal, "Download the customer client").body.startswith(b"MZ")
    assert [line["action"] for line in served.fetches()][-2:] == ["session-requested", "customer-client"]
    assert len(served.changes()) == before


def test_a_file_made_for_the_other_appliance_is_no_update(quick: Simulation, visitor: Any) -> None:
    somebody = visitor(quick, "b")
    page = somebody.open(somebody.sign_in("appliance"), "Support", "Updates")
    assert "not a valid update" in somebody.upload(page, quick.folder / "updates/a/1-base-3.4.1.nsu").text
    progress = somebody.upload(page, quick.folder / "updates/b/1-base-3.4.1.nsu")
    assert progress.heading() == "Updates :: Installation Progress"
    until(lambda: quick.state()["b"]["base"] == "3.4.1")
    assert [line["action"] for line in quick.changes()] == ["install an unknown file", "install Base Software 3.4.1"]


def test_the_appliance_says_whom_it_can_reach(served: Simulation, visitor: Any) -> None:
    somebody = visitor(served, "a")
    page = somebody.open(somebody.sign_in("appliance"), "Support", "Utilities")
    there = {"tcp[host]": served.addresses["b"], "tcp[port]": str(served.port)}
    assert "succeeded" in somebody.press(page, "Test", there).text
    assert "failed" in somebody.press(page, "Test", there | {"tcp[port]": "443"}).text


def test_its_own_address_is_not_disabled(served: Simulation, visitor: Any) -> None:
    somebody = visitor(served, "a")
    page = somebody.open(somebody.sign_in("appliance"), "Networking", served.addresses["a"])
    assert "must remain enabled" in somebody.press(page, "Save Changes", {"ip[enabled]": "(off)"}).text


def test_dialogs_are_the_browsers_own_unless_turned_off(instant: Simulation, visitor: Any) -> None:
    somebody = visitor(instant, "b")
    page = somebody.open(somebody.sign_in("login"), "Management", "Failover")
    assert "return confirm(" in page.text
    instant.set(dialogs="none")
    assert "return confirm(" not in somebody.get(page.path).text


def test_both_appliances_may_hold_one_key(tmp_path: Path) -> None:
    with simulation(tmp_path, instant=True, knobs={"same_certificate": True}) as running:
        found = {ssl.get_server_certificate((running.addresses[unit], running.port), ca_certs=None) for unit in ("a", "b")}
    assert len(found) == 1


def test_names_given_from_outside_stand_in_the_pair_file(tmp_path: Path) -> None:
    with simulation(tmp_path, instant=True, ticket="CHG7", hostname="help.example.org", target_version="14.0.1") as one:
        pair = tomllib.loads(one.pair_file.read_text())
    assert pair["change"]["ticket"] == "CHG7"
    assert pair["a"]["tls"] == {"ca_file": "ca.pem", "name": "help.example.org"}
    assert pair["site"]["target_version"] == "14.0.1"


def test_nobody_answers_where_nobody_has_the_shared_address(instant: Simulation) -> None:
    instant.act("a", "ip-disable")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((instant.addresses["shared"], instant.port), 5)
    with pytest.raises(Impossible, match="Nobody can"):
        instant.act("a", "dance")
