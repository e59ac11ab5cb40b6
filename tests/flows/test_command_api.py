"""What an appliance's Command API tells: as documented, in any namespace; what it does not tell is unknown, never a default."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from an_api import GIVEN, TOKEN, an_api, ok, response
from pydantic import SecretStr

from flows.areas.area_values import ApiAnswers
from flows.survey import command_api
from flows.survey.command_api import ReadOnlyCall, api_sight, ask
from flows.survey.witness import Witness
from flows.swings import pair_of
from robot.domain.errors import LoginRejected, Refused, Stop
from robot.domain.model import Unit
from robot.domain.waiting import Poller
from robot.network.tls import endpoint_of
from robot.settings import load
from robot.settings.secrets import ApiAccount, secrets
from robot.simulator.process import Simulation, simulation

ACCOUNT = ApiAccount(SecretStr("the-client"), SecretStr("s3cret-of-the-test"))
GUID = "0123456789abcdef0123456789abcdef"
HEALTH = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<health_check xmlns="NAMESPACE">
  <appliance id="{GUID}">site2.example.com</appliance>
  <version>21.3.2-12345</version>
  <success>1</success>
  <failover_role>backup</failover_role>
  <enabled_shared_ips><ip>192.0.2.20</ip></enabled_shared_ips>
  <last_data_sync_time ts="1418225400">2014-12-10T15:30:00+00:00</last_data_sync_time>
  <last_data_sync_status>Success</last_data_sync_status>
</health_check>"""
INFO = """\
<api_information xmlns="NAMESPACE"><api_version>1.19.0</api_version><timestamp>1418225400</timestamp><permissions>
  <permission name="perm_backup">0</permission><permission name="perm_command">read_only</permission>
  <permission name="perm_reporting_license">1</permission></permissions></api_information>"""
TOLD = ApiAnswers(
    version="21.3.2", build="12345", guid=GUID, healthy=True, problem="", role="backup", shared_ips=("192.0.2.20",),
    last_sync="2014-12-10 15:30:00 UTC", sync_status="Success", api_version="1.19.0", more_than_reading=(),
)  # fmt: skip
NAMESPACES = [
    "http://www.bomgar.com/namespaces/API/command", "https://www.beyondtrust.com/namespaces/API/command", "urn:of-tomorrow",
]  # fmt: skip


def nobody(_token: str) -> None:
    """Mask nothing."""


def answering(health: str = HEALTH, info: str = INFO) -> Callable[[str], bytes]:
    def answer(request: str) -> bytes:
        return GIVEN if request.startswith("POST") else ok(health if "action=check_health" in request else info)

    return answer


def told(folder: Path, health: str = HEALTH, info: str = INFO) -> ApiAnswers:
    with an_api(folder, answering(health, info)) as api:
        return ask(api.endpoint, ACCOUNT, nobody)


def test_two_calls_are_made_and_no_other_and_their_token_is_masked(tmp_path: Path) -> None:
    hidden: list[str] = []
    with an_api(tmp_path, answering()) as api:
        assert ask(api.endpoint, ACCOUNT, hidden.append) == TOLD
    assert api.lines == [
        "POST /oauth2/token HTTP/1.1",
        "GET /api/command?action=check_health HTTP/1.1",
        "GET /api/command?action=get_api_info HTTP/1.1",
    ]
    assert hidden == [TOKEN]


def test_the_list_of_calls_is_closed_and_holds_none_that_alters_or_carries_away() -> None:
    assert {call.value for call in ReadOnlyCall} == {"check_health", "get_api_info"}
    source = Path(command_api.__file__).read_text("utf-8")
    assert re.findall(r"/api/\w+|\w*(?:set_failover|terminate_session|generate_session_key)\w*", source) == ["/api/command"]


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_any_namespace_will_do(tmp_path: Path, namespace: str) -> None:
    assert told(tmp_path, HEALTH.replace("NAMESPACE", namespace), INFO.replace("NAMESPACE", namespace)) == TOLD
    none = ' xmlns="NAMESPACE"'
    assert told(tmp_path, HEALTH.replace(none, ""), INFO.replace(none, "").replace("api_information", "get_api_info")) == TOLD


@pytest.mark.parametrize(
    ("old", "new", "field", "value"),
    [
        (r"<version>.*?</version>", "", "version", None),
        ("21.3.2-12345", "of tomorrow", "version", None),
        ("21.3.2-12345", "21.3.2", "build", None),
        ("21.3.2-12345", "21.3.2 (12345)", "build", "12345"),
        (r"<success>1", "<success>0", "healthy", False),
        (r"<success>1", "<success>true", "healthy", None),
        (r"<success>1</success>", "", "healthy", None),
        (r"<success>1</success>", "<success>1</success><success>0</success>", "healthy", None),
        (r"<success>1</success>", "<success>0</success><error_message>no\n  room</error_message>", "problem", "no room"),
        ("<success>1", f"<error_message>\u202e&#9;{'x' * 999}</error_message><success>1", "problem", "x" * 200),
        (">backup<", ">standby<", "role", None),
        (">backup<", "> primary\n<", "role", "primary"),
        (f' id="{GUID}"', "", "guid", None),
        (r"<appliance .*</appliance>", "", "guid", None),
        (r"<enabled_shared_ips>.*</enabled_shared_ips>", "", "shared_ips", ()),
        (r"<last_data_sync_time.*_time>", "", "last_sync", None),
        (r' ts="1418225400"', "", "last_sync", "2014-12-10T15:30:00+00:00"),
        (r' ts="1418225400">2014-12-10T15:30:00\+00:00', ' ts="soon">soon', "last_sync", None),
        (r' ts="1418225400"', ' ts="99999999999999999999"', "last_sync", "2014-12-10T15:30:00+00:00"),
        (r"<last_data_sync_status>.*_status>", "", "sync_status", None),
    ],
)
def test_what_is_not_told_as_documented_is_unknown(tmp_path: Path, old: str, new: str, field: str, value: object) -> None:
    health, count = re.subn(old, new, HEALTH)
    assert count == 1
    assert getattr(told(tmp_path, health), field) == value


@pytest.mark.parametrize(
    ("old", "new", "more"),
    [
        ("read_only", "full", ("perm_command=full",)),
        ('perm_backup">0', 'perm_backup">1', ("perm_backup=1",)),
        ('"perm_command">read_only', '"perm_scim">0', None),
        ('perm_reporting_license">1', 'perm_of_tomorrow">1', ("perm_of_tomorrow=1",)),
        (r"<permissions>.*</permissions>", "", None),
        ("read_only", "deny", ()),
    ],
)
def test_an_account_for_more_than_reading_is_known_by_its_permissions(
    tmp_path: Path, old: str, new: str, more: tuple[str, ...] | None
) -> None:
    info, count = re.subn(old, new, INFO, flags=re.DOTALL)
    assert count == 1
    assert told(tmp_path, info=info).more_than_reading == more


@pytest.mark.parametrize(
    ("health", "sentence"),
    [
        ("<error xmlns='x'>The given action is not supported.</error>", "something else: <error>"),
        ("<html xmlns='http://www.w3.org/1999/xhtml'><body>Log In</body></html>", "something else: <html>"),
        (INFO, "something else: <api_information>"),
    ],
)
def test_an_answer_to_something_else_is_none(tmp_path: Path, health: str, sentence: str) -> None:
    with pytest.raises(Refused, match=f"action=check_health answers with {re.escape(sentence)}"):
        told(tmp_path, health)


def test_an_account_without_the_command_api_is_told(tmp_path: Path) -> None:
    with (
        an_api(tmp_path, lambda request: GIVEN if request.startswith("POST") else response(403)) as api,
        pytest.raises(LoginRejected, match="is not open to this account"),
    ):
        ask(api.endpoint, ACCOUNT, nobody)
    assert len(api.asked) == 2, "it is not tried again"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Generator[Simulation]:
    with simulation(
        tmp_path_factory.mktemp("api") / "pair", instant=True, generation="g3", knobs={"api_account": True, "own_accounts": True}
    ) as served:
        yield served


def of_simulated(pair: Simulation, unit: Unit, deadline_s: float = 10) -> ApiAnswers:
    settings = load(pair.pair_file)
    known = secrets(settings, {})
    account = known.api_account(unit)
    assert account
    return ask(endpoint_of(settings, unit), account, lambda token: known.learn(token, "a token"), deadline_s=deadline_s)


@pytest.mark.parametrize("unit", list(Unit))
def test_the_simulated_pair_tells_what_it_is(pair: Simulation, unit: Unit) -> None:
    pair.set(api_fault="")
    answers, now = of_simulated(pair, unit), pair.state()[unit.value]
    assert (answers.version, answers.guid, answers.role) == (now["product"], now["guid"], now["role"])
    assert (answers.healthy, answers.problem, answers.more_than_reading) == (True, "", ())
    assert answers.shared_ips == ((pair.addresses["shared"],) if unit is Unit.A else ())
    assert pair.changes() == pair.fetches() == []


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("switched off", "/oauth2/token answers 403"),
        ("elsewhere", r"/oauth2/token sends us elsewhere \(302\), and is not followed"),
        ("slow", "did not answer within 0.5 seconds"),
        ("denied", "is not open to this account"),
        ("garbage", "something that is no XML"),
        ("page", "something else: <html>"),
        ("entities", "declares a type or entities of its own"),
        ("endless", "more than 64 KiB"),
    ],
)
def test_each_fault_of_the_simulated_api_is_told_for_what_it_is(pair: Simulation, fault: str, sentence: str) -> None:
    pair.set(api_fault=fault)
    with pytest.raises(Stop, match=sentence):
        of_simulated(pair, Unit.B, 0.5 if fault == "slow" else 10)


def test_a_wrong_secret_is_rejected_once(pair: Simulation) -> None:
    pair.set(api_fault="")
    before = len(pair.requests())
    settings = load(pair.pair_file)
    account = secrets(settings, {}).api_account(Unit.A)
    assert account
    with pytest.raises(LoginRejected, match=r"\(401: invalid_client\)$"):
        ask(endpoint_of(settings, Unit.B), account, nobody)
    assert [each["path"] for each in pair.requests()[before:]] == ["/oauth2/token"]


def test_b_is_asked_with_its_own_account_until_a_synchronisation_has_brought_it_that_of_a(pair: Simulation) -> None:
    pair.set(api_fault="")
    settings = load(pair.pair_file)
    both = pair_of(settings, secrets(settings, {}), Poller())
    own = api_sight(both.b, both, Witness(None, "observed"))
    assert own
    assert own.value
    assert own.value.role == "backup"
    both.b.login_account = both.a.login_account  # as a run does once it has synchronised
    that_of_a = api_sight(both.b, both, Witness(None, "observed"))
    assert that_of_a
    assert that_of_a.says == (
        "/oauth2/token does not accept the client ID and the client secret (401: invalid_client); see Management > API "
        "Configuration there (Enable XML API; the account, read-only; such accounts exist from 16.1 on)"
    ), "this B was not synchronised"


def test_an_appliance_that_is_away_tells_nothing_and_ends_nothing(pair: Simulation) -> None:
    settings = load(pair.pair_file)
    both = pair_of(settings, secrets(settings, {}), Poller())
    pair.set(down="a")
    try:
        sight = api_sight(both.a, both, Witness(None, "observed"))
    finally:
        pair.set(down=False)
    assert sight
    assert sight.value is None
    assert "does not answer" in sight.says
    assert "API Configuration" not in sight.says


def test_a_generation_without_api_accounts_has_no_such_api(tmp_path: Path) -> None:
    with (
        simulation(tmp_path / "pair", instant=True, knobs={"api_account": True}) as pair,
        pytest.raises(Refused, match="/oauth2/token answers 404"),
    ):
        of_simulated(pair, Unit.A)
