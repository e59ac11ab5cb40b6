"""`[ticket]`: where the ticket is; what contradicts itself is refused by its name, and its secrets are secrets like any other."""

from pathlib import Path

import pytest
from a_pair_file import ENVIRONMENT, PAIR

from robot.domain.errors import UsageError
from robot.domain.masking import Masking
from robot.settings import Settings, load, load_kept
from robot.settings.secrets import secret_names, secrets

JIRA = 'system = "jira"\naddress = "https://jira.example.com"\n'
HOOK = 'system = "webhook"\naddress = "https://hooks.example.com/change?id=1"\n'
USER = 'username = "robot@example.com"\npassword = "TICKET_PASSWORD"\n'
TOKEN = 'token = "TICKET_TOKEN"\n'


def pair_file(folder: Path, section: str) -> Settings:
    (folder / "pair.toml").write_text(f"{PAIR}\n[ticket]\n{section}", encoding="utf-8")
    return load(folder / "pair.toml")


@pytest.mark.parametrize(
    ("section", "said"),
    [
        (JIRA, "needs username and password, or token"),
        (JIRA + 'username = "robot"\n', "has only one of username and password"),
        (JIRA + 'password = "TICKET_PASSWORD"\n', "has only one of username and password"),
        (JIRA + USER + TOKEN, "has both token and password"),
        (JIRA + USER.replace("robot@", "ro:bot@"), "has a colon in username"),
        (JIRA + TOKEN + 'signing_key = "KEY"\n', "has signing_key, which belongs to a webhook"),
        (JIRA.replace("com", "com/?q=1") + TOKEN, "has a query in address"),
        (JIRA.replace("https", "http") + TOKEN, "must be an address such as https://"),
        (JIRA.replace("//", "//user:pw@") + TOKEN, "with no password in it"),
        (JIRA.replace("jira", "redmine") + TOKEN, "must be 'servicenow', 'jira' or 'webhook'"),
        (JIRA + TOKEN + "largest_mb = 0\n", "largest_mb must be greater than or equal to 1"),
        (JIRA + TOKEN + 'stat = "Done"\n', "stat is not known; did you mean state?"),
        (JIRA + TOKEN + 'ca_file = "none.pem"\n', "none.pem does not exist"),
        (JIRA + 'token = "hunter2"\n', "must be the name of an environment variable"),
        (JIRA + TOKEN + 'table = "a^b"\n', "must be the name of a table"),
        (HOOK + 'state = "Implement"\n', "has state, and a webhook cannot be asked"),
        (HOOK + 'token = "KEY"\nsigning_key = "KEY"\n', "names one variable twice"),
    ],
)
def test_what_contradicts_itself_is_refused_by_its_name(tmp_path: Path, section: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        pair_file(tmp_path, section)
    assert "ticket" in str(refused.value)
    assert said in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_one_state_is_a_list_of_one_and_a_run_keeps_the_section(tmp_path: Path) -> None:
    settings = pair_file(tmp_path, JIRA + TOKEN + 'state = "Implement"\n')
    assert settings.ticket is not None
    assert settings.ticket.state == ("Implement",)
    assert load_kept(settings.model_dump(mode="json"), "a run").ticket == settings.ticket


def test_a_run_that_was_begun_before_there_was_a_ticket_section_is_still_read(tmp_path: Path) -> None:
    kept = pair_file(tmp_path, JIRA + TOKEN).model_dump(mode="json")
    del kept["ticket"]
    assert load_kept(kept, "a run").ticket is None


def test_its_secrets_are_required_at_the_start_masked_and_kept_from_programs(tmp_path: Path) -> None:
    settings = pair_file(tmp_path, HOOK + TOKEN + 'signing_key = "TICKET_KEY"\n')
    assert {"TICKET_TOKEN", "TICKET_KEY"} <= secret_names(settings)
    with pytest.raises(UsageError, match="TICKET_TOKEN is missing"):
        secrets(settings, ENVIRONMENT)
    known = secrets(settings, ENVIRONMENT | {"TICKET_TOKEN": "t0ken-of-ours", "TICKET_KEY": "whsec_a2V5IG9mIG91cnM="})
    assert Masking(known.texts())("t0ken-of-ours whsec_a2V5IG9mIG91cnM=") == "[secret] [secret]"


def test_only_what_is_asked_for_must_be_there_to_attach(tmp_path: Path) -> None:
    known = secrets(pair_file(tmp_path, JIRA + TOKEN), {"TICKET_TOKEN": "t0ken-of-ours"}, whole=False)
    assert known.of_ticket("TICKET_TOKEN").get_secret_value() == "t0ken-of-ours"
    with pytest.raises(UsageError, match="OTHER is missing"):
        known.of_ticket("OTHER")
