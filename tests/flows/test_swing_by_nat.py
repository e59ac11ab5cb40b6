"""The NAT swing's flow on a real router (nftables) in a network of its own: the pair is on paper, address and rules are not."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from a_network import ip, networks, require
from paper_pair import Killed, Story, key_of, story
from paper_world import World
from test_nat_router import COMMAND, Appliance

from flows.procedures.back_out import back_out
from robot.domain.errors import Refused, Unreachable
from robot.network.certificates import Certificate
from robot.network.tls import Endpoint
from robot.simulator.appliances.appliance import Appliance as Simulated

PUBLIC, PORT = "198.51.100.20", 443
A, B = "127.9.9.12", "127.9.9.13"
TABLE = f"""
table ip site {{
  chain leads_to {{ type nat hook output priority -100; ip daddr {PUBLIC} tcp dport {PORT} dnat to {A}; }}
}}
"""
SWUNG = "site-nat-to-b"


def who_answers() -> str:
    """Ask the public address, through the router."""
    try:
        with socket.create_connection((PUBLIC, PORT), timeout=2) as connection:
            return connection.recv(1).decode()
    except OSError as error:
        raise Unreachable(f"{PUBLIC} does not answer: {error}") from error


class TranslatedWorld(World):
    """A pair behind the router: whoever is asked for at the public address is whom the rule leads to."""

    def answering(self, address: str, interface: str) -> Simulated:
        return super().answering({"A": A, "B": B}[who_answers()] if address == PUBLIC else address, interface)

    def sleep(self, seconds: float) -> None:
        unit = who_answers().lower()
        if unit != self.knobs.name_leads_to:
            self.knobs.change({"name_leads_to": unit}, running=True)
            self.pair.knobs_changed()
        super().sleep(seconds)


@pytest.fixture
def translated(tmp_path: Path) -> Iterator[Story]:
    require("nft")
    world = TranslatedWorld()

    def swung_by_command(text: str) -> str:
        before, _, rest = text.partition("[swing]\n")
        swing = f'method = "nat"\ncommand = ["./nat", "{{address}}"]\naddress = "{PUBLIC}"\n'
        return f"{before}[swing]\n{swing}\n[checks]{rest.partition('[checks]')[2]}"

    def certificate(way: Endpoint, *, timeout: float = 10) -> Certificate:
        del timeout
        return Certificate(key_of(world.answering(way.address, "portal"), world), "paper", "2030-01-01T00:00:00Z")

    with networks(1) as [network], network.inside(), contextlib.ExitStack() as held, pytest.MonkeyPatch.context() as patch:
        ip("address", "add", f"{PUBLIC}/32", "dev", "lo")
        made = subprocess.run(["nft", "-f", "-"], input=TABLE, capture_output=True, text=True, check=False)
        if made.returncode:
            pytest.skip(f"this kernel has no address translation: {made.stderr.strip()}")
        for name, address in (("A", A), ("B", B)):
            held.enter_context(contextlib.closing(Appliance(name, network, address)))
        patch.setattr("flows.swings.external.tls.certificate", certificate)
        run = held.enter_context(story(tmp_path, world, change=swung_by_command))
        shutil.copy(COMMAND, run.settings.folder)
        (run.settings.folder / "nat.conf").write_text(f'PUBLIC={PUBLIC}\nPORT={PORT}\nINSIDE=""\n', encoding="utf-8")
        yield run


@pytest.mark.proves("NS1", "NS2", "MP1", "MP5", "PL2")
def test_the_command_points_the_site_to_b_once_and_b_is_found_there(translated: Story) -> None:
    assert who_answers() == "A"
    assert translated.perform().outcome == "done"
    assert who_answers() == "B"
    kinds = [line["kind"] for line in translated.lines if line["step"] == SWUNG]
    assert kinds == ["intent", "gate", "proved"]
    told = next(line["reading"] for line in translated.lines if (line["step"], line["kind"]) == (SWUNG, "gate"))
    assert (told["exit"], told["command"]) == (0, "./nat")
    assert f"{PUBLIC}:{PORT} leads to {B}" in told["output"]


@pytest.mark.proves("NS1")
def test_when_the_command_fails_nothing_was_swung_and_the_run_says_so(translated: Story) -> None:
    command = translated.settings.folder / "nat"
    good = command.read_text(encoding="utf-8")
    command.write_text("#!/bin/sh\necho the router is being restarted >&2\nexit 3\n", encoding="utf-8")
    ending = translated.perform()
    assert isinstance(ending.stop, Refused)
    assert ending.sentence == (
        f"the NAT entry was to point to {B} (A still answers): ./nat ended with 3: the router is being restarted"
    )
    assert who_answers() == "A"
    command.write_text(good, encoding="utf-8")
    assert translated.perform().outcome == "done"
    assert who_answers() == "B"


@pytest.mark.proves("NS1")
@pytest.mark.parametrize("point", ["before-picture", "after-intent", "after-press", "waiting", "after-proof"])
def test_a_crash_at_any_point_of_the_nat_swing_is_resumed_without_harm(translated: Story, point: str) -> None:
    def checkpoint(step: str, where: str) -> None:
        if (step, where) == (SWUNG, point):
            raise Killed

    with pytest.raises(Killed):
        translated.perform(checkpoint=checkpoint)
    assert translated.perform().outcome == "done"
    assert who_answers() == "B"
    assert [line["kind"] for line in translated.lines if line["step"] == SWUNG].count("gate") == 1


@pytest.mark.proves("NS1", "NS2")
@pytest.mark.parametrize("point", ["after-intent", "after-press", "after-proof"])
def test_backed_out_the_nat_entry_leads_to_a_again_wherever_the_swing_stopped(translated: Story, point: str) -> None:
    def checkpoint(step: str, where: str) -> None:
        if (step, where) == (SWUNG, point):
            raise Killed

    with pytest.raises(Killed):
        translated.perform(checkpoint=checkpoint)
    translated.instead(back_out)
    ending = translated.perform()
    assert ending.outcome == "backed_out", ending.sentence
    assert who_answers() == "A"


def test_by_a_plan_everything_that_a_swing_by_nat_changes_is_expected(translated: Story) -> None:
    translated.plan()
    assert translated.perform().outcome == "done"
    assert translated.unexpected() == {gate: [] for gate in ("b-updated", "a-updated", "end")}
