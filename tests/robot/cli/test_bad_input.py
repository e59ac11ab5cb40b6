"""Bad input that only appliances can tell: one sentence, the right exit code, nothing changed, nothing pressed.

By the console script, in real Chromium, against one simulated pair.
Whatever else a pair may be is refused in test_counts_at_a_pair.py and test_paper_upgrade.py.
"""

import base64
import hashlib
import json
import re
import shutil
import ssl
import subprocess
import threading
import time
import zipfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme
from a_disk import a_disk, fill
from spoken import SCRIPT, Said, Script

from robot.simulator.process import Simulation, simulation


@dataclass(frozen=True)
class Site:
    """A pair file of one's own for a simulated pair, and the command line beside it."""

    simulated: Simulation
    folder: Path
    script: Script

    @property
    def pair_file(self) -> Path:
        return self.folder / "pair.toml"

    def edit(self, old: str, new: str, *, name: str = "pair.toml", count: int = -1) -> None:
        text = (self.folder / name).read_text(encoding="utf-8")
        changed = re.sub(old, new, text, count=max(count, 0))
        assert changed != text, f"{old} is not in {name}"
        (self.folder / name).write_text(changed, encoding="utf-8")

    def run(self) -> Said:
        return self.script("run", self.pair_file, "--now", "--artifacts", self.folder / "artifacts", cwd=self.folder)

    def runs(self) -> list[dict[str, Any]]:
        return json.loads(self.script("status", "--json").out)


def site_of(simulated: Simulation, folder: Path) -> Site:
    folder.mkdir()
    (folder / "state").mkdir()
    for name in ("pair.toml", ".env", "ca.pem"):
        shutil.copy(simulated.folder / name, folder)
    return Site(simulated, folder, Script(folder / "state"))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulation]:
    with simulation(tmp_path_factory.mktemp("pair"), instant=True) as simulated:
        yield simulated


@pytest.fixture
def site(pair: Simulation, tmp_path: Path) -> Iterator[Site]:
    yield site_of(pair, tmp_path / "site")
    pair.set(cloud=False, slow_pages=0)


def card(said: Said) -> dict[str, str]:
    """The stop card that stands on stderr."""
    found = re.search(r"^State .*\Z", said.err, re.MULTILINE | re.DOTALL)
    assert found, said.err
    lines = [line for line in found[0].splitlines() if line.strip()]
    return {line[:13].strip(): line[14:] for line in lines}


def is_refused(site: Site, said: Said, sentence: str) -> None:
    """Ended with 3, told why on a stop card, left a record that says so, and pressed nothing."""
    assert "Traceback" not in said.err, said.err
    told = card(said)
    assert said.code == 3, said.err
    assert sentence in told["What happened"]
    assert told["State"].startswith("refused (exit code 3) at ")
    assert told["Failover"] == "untouched by this run"
    assert told["The robot"] == "has stopped; nothing it pressed is under way"
    evidence = Path(said.out.strip())
    summary = json.loads((evidence / "summary.json").read_text(encoding="utf-8"))
    assert (summary["outcome"], summary["exit_code"]) == ("refused", 3)
    assert sentence in summary["reason"]
    record = (evidence / "evidence.jsonl").read_text(encoding="utf-8") if (evidence / "evidence.jsonl").exists() else ""
    assert not [line for line in record.splitlines() if json.loads(line)["kind"] == "intent"]
    assert (evidence / "report.html").is_file()
    assert site.simulated.changes() == []


# -- signing in ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("interface", ["APPLIANCE", "LOGIN"])
def test_a_wrong_password_is_tried_once_and_never_again(site: Site, interface: str) -> None:
    site.edit(f"A_{interface}_PASSWORD=.*", f"A_{interface}_PASSWORD=not-it", name=".env")
    before = len(wrong(site))
    said = site.run()
    is_refused(site, said, f"A's /{interface.lower()} did not accept ")
    assert len(wrong(site)) == before + 1
    again = site.script("observe", site.pair_file)
    assert again.code == 3
    refused = (
        f"A's /{interface.lower()} refused this password before; it is not tried again until it changes in .env or in the vault"
    )
    assert again.sentence == refused
    assert len(wrong(site)) == before + 1
    assert site.simulated.changes() == []
    assert "not-it" not in said.err + said.out + again.err


def wrong(site: Site) -> list[dict[str, Any]]:
    return [view for view in site.simulated.views() if view.get("outcome") == "rejected"]


# -- trust ---------------------------------------------------------------------------------------------------------------


def test_an_untrusted_certificate_is_refused_before_anything_is_sent(site: Site) -> None:
    trustme.CA().cert_pem.write_to_path(str(site.folder / "ca.pem"))
    before = len(site.simulated.views())
    is_refused(site, site.run(), "is not to be trusted for support.example.com")
    assert len(site.simulated.views()) == before


def test_a_changed_public_key_is_refused(site: Site) -> None:
    pin = base64.b64encode(hashlib.sha256(b"another key").digest()).decode()
    site.edit(r"tls = .*", f'tls = {{ pin = ["{pin}"], name = "support.example.com" }}')
    before = len(site.simulated.views())
    is_refused(site, site.run(), ", which is none of the pinned ones")
    assert len(site.simulated.views()) == before


# -- what is there -------------------------------------------------------------------------------------------------------


def test_an_appliance_that_does_not_answer_is_named(site: Site) -> None:
    site.edit(re.escape(site.simulated.addresses["a"]), "127.251.7.7")
    is_refused(site, site.run(), f"127.251.7.7 port {site.simulated.port} does not answer")


def test_another_product_is_given_no_password(site: Site) -> None:
    with another_product() as vault:
        site.edit(re.escape(site.simulated.addresses["a"]), "127.0.0.1")
        site.edit(rf"(\[a\]\n.*\n)port = {site.simulated.port}", rf"\1port = {vault.port}")
        (site.folder / "ca.pem").write_bytes(vault.authority)
        is_refused(site, site.run(), "127.0.0.1/appliance does not look like this product's sign-in (HTTP 200)")
    assert "GET" in vault.asked
    assert not [method for method in vault.asked if method != "GET"], "no password was given"


@dataclass(frozen=True)
class Vault:
    """Something else that asks for a password."""

    port: int
    authority: bytes
    asked: list[str]


@contextmanager
def another_product() -> Generator[Vault]:
    asked: list[str] = []

    class Front(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.command)
            page = b"<title>Vault</title><form method=post><label>User name <input name=u></label>"
            page += b"<label>Password <input type=password name=p></label><button>Sign In</button></form>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page)

        do_POST = do_GET  # noqa: N815 - http.server's own word

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own word
            del format, args

    authority = trustme.CA()
    certificate = authority.issue_cert("support.example.com")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)  # pyright: ignore[reportUnknownMemberType] - trustme also takes pyOpenSSL's
    with ThreadingHTTPServer(("127.0.0.1", 0), Front) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield Vault(server.server_address[1], authority.cert_pem.bytes(), asked)
        finally:
            server.shutdown()


def test_a_cloud_site_is_refused(site: Site) -> None:
    site.simulated.set(cloud=True)
    is_refused(site, site.run(), "has no /appliance: a cloud site")


# -- around it -----------------------------------------------------------------------------------------------------------


def test_a_run_in_progress_keeps_others_away_and_stops_when_asked(site: Site) -> None:
    site.simulated.set(slow_pages=0.3)  # time enough to meddle with it
    command = [SCRIPT, "run", site.pair_file, "--now", "--artifacts", site.folder / "artifacts"]
    with subprocess.Popen(
        command, env=site.script.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=site.folder
    ) as first:
        try:
            name = until(lambda: next((run["run"] for run in site.runs() if run["state"] == "running"), ""))
            where = json.loads(site.script("status", name, "--json").out)
            assert (where["state"], where["stop_card"], where["exit_code"]) == ("running", None, None)
            second = site.run()
            is_refused(site, second, "another run is working on ")
            sealed = site.script("seal", name)
            assert (sealed.code, sealed.sentence) == (3, f"{name} is in progress; stop it first, or wait")
            resumed = site.script("resume", name)
            assert resumed.code == 3
            assert re.search(r"is being performed already|another run is working on", resumed.sentence)
            assert "another run is working on" in site.script("observe", site.pair_file).sentence
            stopped = site.script("stop", name)
            assert stopped.code == 0
            assert stopped.sentence.startswith(f"{name} is asked to stop")
            out, err = first.communicate(timeout=60)
        finally:
            first.kill()
    assert first.returncode == 3, err
    told = card(Said(3, out, err))
    assert told["State"].startswith("stopped (exit code 3)")
    assert told["What happened"] == "stopped by hand; nothing is under way"
    assert told["Go on"] == f"failover-robot resume {name}"
    where = json.loads(site.script("status", name, "--json").out)
    assert (where["state"], where["exit_code"]) == ("stopped", 3)
    assert [line[0] for line in where["stop_card"]][:3] == ["State", "Change", "Serving now"]
    assert site.simulated.changes() == []
    several = site.script("resume")
    assert several.code == 2
    assert several.sentence.startswith("several runs are open, name one of them: ")
    a_pack_with_one_flipped_byte_is_7(site, name)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk that has room enough to begin."""
    with a_disk(tmp_path / "disk", "310m") as folder:
        yield folder


def test_a_disk_that_fills_up_under_a_run_stops_it_before_it_presses(site: Site, disk: Path) -> None:
    command = [SCRIPT, "run", site.pair_file, "--now", "--artifacts", disk / "artifacts"]
    with subprocess.Popen(
        command, env=site.script.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=site.folder
    ) as running:
        try:
            until(lambda: next(map(str, disk.glob("artifacts/*/*/shots/*.png")), ""))
            fill(disk)
            _, err = running.communicate(timeout=60)
        finally:
            running.kill()
    assert running.returncode == 3, err
    assert "Traceback" not in err
    assert "No space left on device" in err.splitlines()[-1]
    assert "Make room, then: failover-robot resume " in err.splitlines()[-1]
    assert site.simulated.changes() == []


def a_pack_with_one_flipped_byte_is_7(site: Site, name: str) -> None:
    sealed = site.script("seal", name)
    pack = Path(sealed.out.strip())
    assert sealed.code == 0, sealed.err
    assert re.fullmatch(rf"{name}-partial-\d+\.zip", pack.name)
    assert site.script("verify", pack).code == 0
    with zipfile.ZipFile(pack) as archive:
        shot = next(each for each in archive.infolist() if each.filename.endswith(".png"))
    data = bytearray(pack.read_bytes())
    data[shot.header_offset + 30 + len(shot.filename) + shot.compress_size // 2] ^= 1
    flipped = pack.with_name("flipped.zip")
    flipped.write_bytes(data)
    said = site.script("verify", flipped)
    assert said.code == 7
    assert said.err.startswith("NO  ")
    assert said.out.strip() == f"NOT verified: {flipped}"


def until(found: Callable[[], str]) -> str:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if answer := found():
            return answer
        time.sleep(0.1)
    pytest.fail("it did not come about within 30 s")
