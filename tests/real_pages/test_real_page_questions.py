"""The questions of other products' pages are read from their files as they were meant, or refused by a sentence."""

import json
from pathlib import Path

import pytest

from tests.real_pages.inquiry import PRODUCTS, Answered
from tests.real_pages.questions import KINDS, Question, read

HERE = Path(__file__).parent


def test_at_least_eighty_questions_of_every_kind_are_asked_of_at_least_four_products() -> None:
    asked = {name: [question for page in read(HERE / f"{name}.toml") for question in page.questions] for name in PRODUCTS}
    assert len(asked) >= 4
    assert all(asked.values())
    assert sum(map(len, asked.values())) >= 80
    assert {question.kind for questions in asked.values() for question in questions} == set(KINDS)


def test_no_page_and_no_question_of_a_product_stands_twice_in_its_file() -> None:
    for name in PRODUCTS:
        pages = read(HERE / f"{name}.toml")
        assert len({page.name for page in pages}) == len(pages), name
        for page in pages:
            assert len(set(map(str, page.questions))) == len(page.questions), f"{name}, {page.name}"


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ({"kind": "guess", "label": "Port", "answer": "1"}, "guess"),
        ({"kind": "cell", "row": ["a"], "answer": "1"}, "cell is asked with row, column"),
        ({"kind": "value", "label": "Port", "labels": "Port", "answer": "1"}, "value is asked with label"),
        ({"kind": "value", "label": "Port"}, "answer"),
    ],
    ids=["an unknown kind", "a word too few", "a word too many", "no answer"],
)
def test_a_question_that_cannot_be_asked_is_told_with_its_file_and_page(
    tmp_path: Path, question: dict[str, object], told: str
) -> None:
    fields = ", ".join(f"{key} = {json.dumps(value)}" for key, value in question.items())
    path = tmp_path / "gates.toml"
    path.write_text(f'[[page]]\nname = "main"\nshown = "Gates"\nquestion = [{{ {fields} }}]\n', encoding="utf-8")
    with pytest.raises(ValueError, match=rf"gates\.toml, page main: .*{told}"):
        read(path)


@pytest.mark.parametrize(
    ("right", "said", "verdict"),
    [
        ("5432", "5432", "right"),
        ("5432", "5433", "WRONG"),
        ("5432", None, "unanswered"),
        ("5432", "nothing", "unanswered"),
        ("nothing", "nothing", "right"),
        ("nothing", "5432", "WRONG"),
        ("nothing", None, "unanswered"),
    ],
)
def test_who_is_not_sure_has_not_answered_and_who_sees_what_is_not_there_is_wrong(
    right: str, said: str | None, verdict: str
) -> None:
    assert Answered("main", Question("field", {"label": "Port"}, "", right), said).verdict == verdict
