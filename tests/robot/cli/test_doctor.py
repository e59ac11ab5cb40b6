"""What `doctor` says of broken set-ups: each is made real, with small programs in a browser's place and real certificates.

Each is examined in a thread of its own: a driver of Playwright's belongs to its thread, and other tests may have one in this.
"""

from __future__ import annotations

import socket
import subprocess
import tempfile
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from a_disk import a_disk, fill
from a_pair_file import PAIR, write_env
from a_tls_server import AUTHORITY, HOST, Issued, Server, Wanted, a_tls_server, ca_file
from spoken import Script

from robot.cli import doctor
from robot.cli.doctor import Finding
from robot.network import chromium

VERSION = '[ "$1" = --version ] && { echo "Chromium 150.0.7871.46 built on Debian GNU/Linux"; exit 0; }'


@dataclass(frozen=True)
class Examined:
    """What was found."""

    findings: list[Finding]

    def __getitem__(self, check: str) -> Finding:
        (found,) = [each for each in self.findings if each.check == check]
        return found

    @property
    def no(self) -> list[str]:
        return [each.check for each in self.findings if each.code]


@pytest.fixture
def examined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Examined]:
    """The function that has this machine examined, and a pair file."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("FAILOVER_ROBOT_POLICY", str(tmp_path / "no-policy.toml"))

    def examine(pair: Path | None = None, *, artifacts: Path = tmp_path / "artifacts") -> Examined:
        with ThreadPoolExecutor(1) as thread:
            return Examined(thread.submit(lambda: list(doctor.look(pair, artifacts))).result())

    return examine


@pytest.fixture
def put_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """The function that puts a small program in the browser's place."""

    def put(lines: str) -> Path:
        path = tmp_path / "a-browser"
        path.write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
        path.chmod(0o755)
        monkeypatch.setenv("CHROMIUM_PATH", str(path))
        return path

    return put


@pytest.fixture
def no_browser(put_browser: Callable[[str], Path]) -> None:
    """Where it makes no difference: nothing starts, at once."""
    put_browser("exit 1")


@pytest.fixture(scope="module")
def root() -> Issued:
    return AUTHORITY.issued_by(None)


@pytest.fixture
def appliance(root: Issued, tmp_path: Path) -> Generator[Server]:
    with a_tls_server(Wanted().issued_by(root), folder=tmp_path) as server:
        yield server


def pair_of(folder: Path, **units: str) -> Path:
    """A pair file: for each of the units the lines of its section besides the credentials."""
    text = PAIR.replace("support.example.com", HOST)
    for unit, address in (("a", "192.0.2.12"), ("b", "192.0.2.13")):
        text = text.replace(f'[{unit}]\naddress = "{address}"', f"[{unit}]\n{units[unit]}")
    path = folder / "pair.toml"
    path.write_text(text, encoding="utf-8")
    write_env(folder)
    return path


def section(server: Server, tls: str, *, address: str = "") -> str:
    return f'address = "{address or server.address}"\nport = {server.port}\ntls = {{ name = "{HOST}", {tls} }}'


# -- the browser --------------------------------------------------------------------------------------------------------


ANOTHER = "install another version, or name another Chromium in CHROMIUM_PATH"
TOLD = "Chromium 150.0.7871.46 built on Debian GNU/Linux at {path}"
LIBRARY = "error while loading shared libraries: libnss3.so: cannot open shared object file: No such file or directory"

LACKS = (
    "Chromium at {path} does not start, since the shared library libnss3.so is missing: `failover-robot browser install` gets "
    "Chromium with all that it needs; or name another Chromium in CHROMIUM_PATH"
)


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        (f"{VERSION}\nkill -TRAP $$", f"{TOLD} was ended by SIGTRAP when it was started: {ANOTHER}"),
        (
            f"{VERSION}\necho 'Failed to connect to the bus' >&2\nexit 133",
            f"{TOLD} ended with exit code 133 when it was started (Failed to connect to the bus): {ANOTHER}",
        ),
        (
            f"echo $0: {LIBRARY} >&2\nexit 127",
            LACKS,
        ),
    ],
    ids=["crashes", "ends", "lacks a library"],
)
def test_a_browser_that_does_not_start_is_found_although_it_tells_its_version(
    examined: Callable[..., Examined], put_browser: Callable[[str], Path], program: str, sentence: str
) -> None:
    path = put_browser(program)
    found = examined()["Chromium"]
    assert (found.code, found.result) == (2, sentence.format(path=path))


def test_a_browser_that_hangs_is_given_up_and_ended(
    examined: Callable[..., Examined], put_browser: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chromium, "STARTS_WITHIN_S", 0.5)
    path = put_browser("exec sleep 1234.5")  # it tells no version either
    monkeypatch.setattr("robot.network.browser_faults._WITHIN_S", 0.2)
    found = examined()["Chromium"]
    assert found.code == 2
    assert found.result.startswith(f"Chromium at {path} did not start within ")
    assert "install another version" in found.result
    assert subprocess.run(["pgrep", "-f", "sleep 1234.5"], capture_output=True, check=False).returncode == 1


def test_a_run_with_a_browser_that_does_not_start_says_the_same_and_ends_with_2(
    put_browser: Callable[[str], Path], appliance: Server, root: Issued, tmp_path: Path
) -> None:
    put_browser(f"{VERSION}\nkill -TRAP $$")
    tls = f'ca_file = "{ca_file(tmp_path, root)}"'
    pair = pair_of(tmp_path, a=section(appliance, tls), b=section(appliance, tls, address="127.0.0.2"))
    (tmp_path / "state").mkdir()
    said = Script(tmp_path / "state")("run", pair, "--now", "--artifacts", tmp_path / "artifacts")
    assert said.code == 2
    assert "was ended by SIGTRAP when it was started" in said.err
    assert not [line for line in appliance.asked if "/login" in line or "/appliance" in line]


# -- certificates and addresses -----------------------------------------------------------------------------------------

UNTRUSTED = "the certificate at 127.0.0.1 is not to be trusted for support.example.test: "


@pytest.mark.usefixtures("no_browser")
@pytest.mark.parametrize(
    ("wanted", "reasons"),
    [
        (
            Wanted(days=(-40, -1)),
            (
                "certificate has expired (valid until 20",
                "; by the clock of this machine it is 20",
                "have a new one installed on the appliance, or set this clock right; there is no way to ignore it",
            ),
        ),
        (
            Wanted(names=("other.example.test",)),
            ("it is valid for other.example.test only; set tls.name to a name that it has, or have a new one issued",),
        ),
        (
            Wanted(names=()),
            ("it has no name in its subjectAltName, and a CN does not count; set tls.name to",),
        ),
    ],
    ids=["expired", "other name", "only a CN"],
)
def test_a_certificate_that_is_not_to_be_trusted_is_told_with_what_is_wrong_with_it(
    examined: Callable[..., Examined], root: Issued, tmp_path: Path, wanted: Wanted, reasons: tuple[str, ...]
) -> None:
    with a_tls_server(wanted.issued_by(root), folder=tmp_path) as server:
        tls = f'ca_file = "{ca_file(tmp_path, root)}"'
        found = examined(pair_of(tmp_path, a=section(server, tls), b=section(server, tls, address="127.0.0.2")))
    assert found["A reachable and trusted"].code == 3
    assert found["A reachable and trusted"].result.startswith(UNTRUSTED)
    for reason in reasons:
        assert reason in found["A reachable and trusted"].result
    assert found["A's /login in Chromium"].code is None, "one cause is told once"


@pytest.mark.usefixtures("no_browser")
def test_who_issued_an_unknown_certificate_and_what_may_be_named_is_told(
    examined: Callable[..., Examined], root: Issued, tmp_path: Path
) -> None:
    between = Wanted(names=(), common_name="Example CA between", is_ca=True).issued_by(root)
    own = Wanted(is_ca=None, may_sign=None).issued_by(None)
    tls = f'ca_file = "{ca_file(tmp_path, root)}"'
    with a_tls_server(Wanted().issued_by(between), folder=tmp_path) as one, a_tls_server(own, folder=tmp_path) as two:
        found = examined(pair_of(tmp_path, a=section(one, tls), b=section(two, tls)))
    assert (
        "unable to get local issuer certificate (issued by CN=Example CA between); name in tls.ca_file a file with that CA"
        in (found["A reachable and trusted"].result)
    )
    assert "self-signed certificate; name a file with this certificate in tls.ca_file, or its public key in tls.pin" in (
        found["B reachable and trusted"].result
    )


@pytest.mark.usefixtures("no_browser")
@pytest.mark.parametrize("trust", ["ca_file", "pin"])
def test_a_certificate_that_may_not_sign_is_refused_before_a_window_is_booked_however_it_is_trusted(
    examined: Callable[..., Examined], root: Issued, tmp_path: Path, trust: str
) -> None:
    issued = Wanted(may_sign=False).issued_by(root)
    tls = f'pin = ["{issued.pin}"]' if trust == "pin" else f'ca_file = "{ca_file(tmp_path, root)}"'
    with a_tls_server(issued, folder=tmp_path) as server:
        found = examined(pair_of(tmp_path, a=section(server, tls), b=section(server, tls, address="127.0.0.2")))
    assert found["A reachable and trusted"].code == 3
    assert found["A reachable and trusted"].result == (
        "the certificate at 127.0.0.1 does not allow digital signatures (its key usage lacks digitalSignature), and Chromium "
        "refuses that whatever is trusted: have a new one issued, with digitalSignature"
    )


@pytest.mark.usefixtures("no_browser")
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"not a certificate", "holds no certificate, or one that is damaged: save the CA's certificate there, as PEM or DER"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "holds no certificate, or one that is damaged"),
        (b"", "holds no certificate, or one that is damaged"),
    ],
)
def test_a_ca_file_of_no_use_is_a_fault_of_this_machine(
    examined: Callable[..., Examined], appliance: Server, tmp_path: Path, content: bytes, sentence: str
) -> None:
    (tmp_path / "ca.pem").write_bytes(content)
    tls = 'ca_file = "ca.pem"'
    found = examined(pair_of(tmp_path, a=section(appliance, tls), b=section(appliance, tls, address="127.0.0.2")))
    assert found["A reachable and trusted"].code == 2
    assert found["A reachable and trusted"].result.startswith(f"the CA file {tmp_path / 'ca.pem'} {sentence}")


@pytest.mark.usefixtures("no_browser")
def test_a_name_that_does_not_resolve_is_told_as_that(
    examined: Callable[..., Examined], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_dns(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", no_dns)
    found = examined(pair_of(tmp_path, a='address = "a.example.test"', b='address = "b.example.test"'))
    assert found["B reachable and trusted"].code == 3
    assert found["B reachable and trusted"].result == (
        "b.example.test does not resolve (Temporary failure in name resolution): correct the address, or this machine's DNS or "
        "/etc/hosts"
    )


@pytest.mark.usefixtures("no_browser")
def test_an_appliance_that_does_not_answer_and_one_that_does_not_serve_are_told_apart(
    examined: Callable[..., Examined], root: Issued, tmp_path: Path
) -> None:
    tls = f'ca_file = "{ca_file(tmp_path, root)}"'
    with a_tls_server(Wanted().issued_by(root), folder=tmp_path, status=503) as server:
        found = examined(pair_of(tmp_path, a=section(server, tls), b='address = "127.251.0.1"'))
    assert found["A healthy"].result.startswith("/check_health answers 503: the appliance says that it is not well")
    assert found["B reachable and trusted"].result.startswith("127.251.0.1 port 443 does not answer (Connection refused)")
    assert {found["A healthy"].code, found["B reachable and trusted"].code} == {3}


# -- this machine, and the files ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_browser")
def test_a_full_disk_is_told_for_each_folder_on_it(
    examined: Callable[..., Examined], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_disk(tmp_path / "disk", "1m") as disk:
        fill(disk)
        monkeypatch.setenv("TMPDIR", str(disk))
        found = examined(artifacts=disk / "artifacts")
    for folder in ("artifacts folder", "temporary folder"):
        assert found[folder].code == 2
        assert found[folder].result.endswith("has 0 MiB left and a run needs 300: make room, or choose another folder")


def test_a_folder_for_temporary_files_that_is_not_there_is_told(
    examined: Callable[..., Examined], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    found = examined()["Chromium"]
    assert found.code == 2
    assert found.result == (
        "Chromium cannot be given a folder of its own (No such file or directory): make room in the folder for temporary files, "
        "or name another one in TMPDIR"
    )


@pytest.mark.usefixtures("no_browser")
def test_every_fault_of_a_pair_file_is_told_and_the_machine_is_examined_all_the_same(
    examined: Callable[..., Examined], tmp_path: Path
) -> None:
    pair = pair_of(tmp_path, a='address = "192.0.2.12"\nadress = "x"', b='address = "fe80::1%eth0"\nport = 0')
    found = examined(pair)
    told = [each.result.removeprefix(f"{pair}: ") for each in found.findings if each.check == "pair file"]
    assert told == [
        "a.adress is not known; did you mean address?",
        "b.address has a zone (%eth0), which no URL can hold: give an address that needs none",
        "b.port must be greater than or equal to 1",
    ]
    assert {"Chromium", "pair file"} == set(found.no)
    assert found["fonts"].code == 0


@pytest.mark.usefixtures("no_browser")
def test_a_pair_file_that_is_not_there_and_one_that_contradicts_itself_are_told(
    examined: Callable[..., Examined], tmp_path: Path
) -> None:
    assert "`failover-robot init` writes one to fill in" in examined(tmp_path / "missing.toml")["pair file"].result
    same = pair_of(tmp_path, a='address = "2001:DB8::12"', b='address = "[2001:db8:0::12]"')
    assert examined(same)["pair file"].result.endswith(
        "a and b are the same appliance (2001:db8::12); each needs its own unique address"
    )


@pytest.mark.usefixtures("no_browser")
@pytest.mark.parametrize(
    ("text", "mode", "sentence"),
    [
        ("", 0o600, "A_LOGIN_USERNAME is missing: set it in the environment or in "),
        (None, 0o644, "is open to others than its owner (mode 0644): chmod 600 "),
        ("A_LOGIN_PASSWORD: x\n", 0o600, "line 1 (A_LOGIN_PASSWORD) cannot be read: write NAME='value', one variable on a line"),
    ],
)
def test_credentials_of_no_use_are_told_and_the_appliances_are_examined_all_the_same(
    examined: Callable[..., Examined], tmp_path: Path, text: str | None, mode: int, sentence: str
) -> None:
    pair = pair_of(tmp_path, a='address = "127.251.0.1"', b='address = "127.251.0.2"')
    write_env(tmp_path, text).chmod(mode)
    found = examined(pair)
    assert found["credentials"].code == 2
    assert sentence in found["credentials"].result
    assert found["B reachable and trusted"].code == 3


@pytest.mark.usefixtures("no_browser")
def test_a_backup_folder_that_a_run_would_refuse_is_refused(examined: Callable[..., Examined], tmp_path: Path) -> None:
    pair = pair_of(tmp_path, a='address = "127.251.0.1"', b='address = "127.251.0.2"')
    found = examined(pair, artifacts=tmp_path)["backup folder"]
    assert (found.code, found.result.endswith("lies inside the artifacts folder; a backup never goes into evidence")) == (2, True)


def test_without_chromium_or_its_tools_each_is_told_with_a_way_out(
    examined: Callable[..., Examined], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "file").touch()
    found = examined(artifacts=tmp_path / "file" / "artifacts")
    assert found.no == ["Chromium", "certutil", "artifacts folder"]
    assert "failover-robot browser install" in found["Chromium"].result


def test_what_fails_by_a_fault_of_our_own_keeps_no_other_check_from_being_made(
    examined: Callable[..., Examined], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> str:
        raise ValueError("odd")

    monkeypatch.setattr(doctor, "_starts", broken)
    found = examined()
    assert (found["Chromium"].code, found["proxy"].code) == (1, 0)


# -- where all is well --------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
def test_where_all_is_well_both_sign_in_pages_are_opened_in_the_browser_whatever_the_proxy_and_the_spelling(
    root: Issued, tmp_path: Path
) -> None:
    issued = Wanted(names=("::1",)).issued_by(root)
    folder = tmp_path / "state"
    folder.mkdir()
    with a_tls_server(issued, folder=tmp_path, address="::1") as one, a_tls_server(issued, folder=tmp_path, address="::1") as two:
        a = f'address = "[::1]"\nport = {one.port}\ntls = {{ ca_file = "{ca_file(tmp_path, root)}" }}'
        pair = pair_of(tmp_path, a=a, b=section(two, f'pin = ["{issued.pin}"]', address="0:0::1"))
        dead = dict.fromkeys(["http_proxy", "HTTPS_PROXY", "all_proxy"], "http://127.0.0.1:9")
        said = Script(folder)("doctor", pair, "--artifacts", tmp_path / "artifacts", more=environment(dead, tmp_path))
    assert said.code == 0, said.out
    assert all(line.startswith("ok  ") for line in said.out.splitlines())
    assert f"A's /login in Chromium: https://[::1]:{one.port}/login opens, from [::1], with the same public key" in said.out
    assert f"B's /login in Chromium: https://{HOST}:{two.port}/login opens, from [::1], with the same public key" in said.out
    assert "HTTPS_PROXY, all_proxy, http_proxy set and ignored: the robot goes there directly" in said.out
    assert one.asked == [f"GET /check_health [::1]:{one.port}", f"GET /login [::1]:{one.port}"], "nobody signed in"


def environment(more: Mapping[str, str], folder: Path) -> dict[str, str]:
    return {**more, "FAILOVER_ROBOT_POLICY": str(folder / "no-policy.toml")}


def test_what_is_wrong_here_counts_before_what_is_wrong_there(put_browser: Callable[[str], Path], tmp_path: Path) -> None:
    pair = pair_of(tmp_path, a='address = "127.251.0.1"', b='address = "127.251.0.2"')
    (tmp_path / "state").mkdir()
    script = Script(tmp_path / "state")
    put_browser("exit 1")
    said = script("doctor", pair, "--artifacts", tmp_path / "artifacts")
    assert said.code == 2
    assert "NO  Chromium: " in said.out
    assert "NO  B reachable and trusted: 127.251.0.2 port 443 does not answer (Connection refused)" in said.out
    assert "--  B's /login in Chromium: not tried before B is reached and trusted" in said.out


@pytest.mark.usefixtures("no_browser")
def test_an_api_account_is_told_as_not_tried_since_nobody_signs_in(examined: Callable[..., Examined], tmp_path: Path) -> None:
    pair = pair_of(tmp_path, a='address = "127.251.0.1"', b='address = "127.251.0.2"')
    with pair.open("a", encoding="utf-8") as file:
        file.write('\n[api]\nclient_id = "API_ID"\nclient_secret = "API_SECRET"\n')
    assert examined(pair)["credentials"].result.startswith("API_ID is missing: set it in the environment or in ")
    with (tmp_path / ".env").open("a", encoding="utf-8") as file:
        file.write("API_ID=0123456789abcdef\nAPI_SECRET=s3cret-of-the-test\n")
    found = examined(pair)
    assert (found["credentials"].code, found["API account"].code) == (0, None)
    assert found["API account"].result == "not tried: nobody signs in here; observe and plan try it"
