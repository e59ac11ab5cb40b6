"""`plan`: from a pair to one document, its page and its PDF, which can be approved; what it cannot do it says in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from a_plan import openssh_line, private_file
from spoken import Script

from robot.simulator.process import simulation

ANN = "Ann Lee"


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Script:
    return Script(tmp_path_factory.mktemp("state"))


@pytest.fixture(scope="module")
def made(script: Script, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan of a simulated pair."""
    folder = tmp_path_factory.mktemp("plan")
    with simulation(folder / "pair", instant=True) as pair:
        (folder / "pair" / "ann.pub").write_text(openssh_line(ANN), encoding="utf-8")
        with pair.pair_file.open("a", encoding="utf-8") as file:
            file.write('\n[approval]\napprovers = ["ann.pub"]\n')
        said = script("plan", pair.pair_file, "-o", folder / "plan.json", "--by", "Alex Example")
        assert said.code == 0, said.err
        assert said.out == f"{folder / 'plan.html'}\n"
        assert pair.changes() == []
    return folder / "plan.json"


def test_nothing_that_must_be_so_is_open_where_a_healthy_pair_shows_it(made: Path) -> None:
    checks = {check["check"]: check for check in json.loads(made.read_text(encoding="utf-8"))["checks"]}
    assert len(checks) >= 30
    assert {name for name, check in checks.items() if check["verdict"] == "fail"} == set()


def test_the_plan_has_a_page_a_pdf_and_the_record_of_what_was_observed(made: Path) -> None:
    assert made.with_suffix(".pdf").read_bytes().startswith(b"%PDF-")
    assert "What happens to users, and when?" in made.with_suffix(".html").read_text(encoding="utf-8")
    assert (made.with_suffix(".observed") / "evidence.jsonl").exists()


def test_a_plan_is_approved_shown_and_compared(script: Script, made: Path, tmp_path: Path) -> None:
    private_file(tmp_path / "ann", ANN)
    approved = script("approve", made, "--by", ANN, "--key", tmp_path / "ann")
    assert approved.code == 0, approved.err
    page = made.with_suffix(".html").read_bytes()
    assert script("plan", made, "--show").code == 0
    assert made.with_suffix(".html").read_bytes() == page
    assert script("plan", made, made).out.startswith("they are the same")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing.json", "--show"], "nothing.json does not exist"),
        (["pair.toml"], "a plan is made with"),
        (["pair.toml", "-o", "plan.txt", "--by", "Alex"], "the name of a plan ends with .json"),
        (["a.json", "b.json", "--show"], "a plan is made with"),
    ],
)
def test_what_does_not_fit_together_is_told_in_one_sentence(
    arguments: list[str], said: str, script: Script, tmp_path: Path
) -> None:
    result = script("plan", *arguments, cwd=tmp_path)
    assert result.code == 2
    assert said in result.sentence


def test_a_plan_that_was_changed_is_neither_shown_nor_compared(script: Script, made: Path, tmp_path: Path) -> None:
    document = json.loads(made.read_text(encoding="utf-8"))
    document["presses"][0]["control"] = "Become Primary"
    (tmp_path / "plan.json").write_text(json.dumps(document), encoding="utf-8")
    for arguments in ([str(tmp_path / "plan.json"), "--show"], [str(tmp_path / "plan.json"), str(made)]):
        result = script("plan", *arguments)
        assert result.code == 2
        assert "was changed after it was made" in result.sentence


def test_nothing_is_written_over(script: Script, tmp_path: Path) -> None:
    (tmp_path / "plan.pdf").write_text("kept", encoding="utf-8")
    result = script("plan", "pair.toml", "-o", tmp_path / "plan.json", "--by", "Alex")
    assert result.code == 2
    assert "plan.pdf is there already" in result.sentence
