"""Each obligation of the procedure has code that keeps it and a test that proves it, and docs/procedure.md says which."""

from pathlib import Path

from robot.evidence.obligations.catalogue import obligations
from tests import traceability
from tests.traceability import carried, missing, paper, proved

SAMPLE = '''
"""A flow (AA1), and (not an ID)."""

NAMES = {"sign_in": ("that somebody signs in", ("OP2",))}

class Change:
    """A change.

    It is made by one of two presses (SI2 and SI4).
    """

    def require(self):
        """Refuse it (BS7, BS8)."""

def flow(run, name="BS1", procedure_ids=("PL4",)):
    """Do it, as told (RE1 to RE3). And more."""
    run.look("a-x", f"Look at {box.name}: {words}", procedure_ids=("VT1", "VT2") if name == "PL1" else ())
    run.record.append("reading", "x", title="The gap", procedure=["SI5"])
    procedure = ["DS1"]
    # (OP9) in a comment counts for nothing
    return "UM9" in procedure
'''


def test_every_obligation_has_its_code_and_its_test() -> None:
    assert missing() == {}, "an obligation without both is not done"


def test_code_and_tests_name_no_obligation_that_does_not_exist() -> None:
    known = {each.id for each in obligations()}
    unknown = {name: places for found in (carried(), proved()) for name, places in found.items() if name not in known}
    assert not unknown


def test_the_paper_is_what_the_code_makes() -> None:
    assert traceability.PAPER.read_text(encoding="utf-8") == paper(), "make procedure writes it anew"


def test_an_id_is_carried_in_a_position_a_table_or_a_docstring_and_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "sample.py").write_text(SAMPLE, encoding="utf-8")
    found = {name: [(place.name, place.does) for place in places] for name, places in carried(("flows",), tmp_path).items()}
    assert found == {
        "AA1": [("", "A flow, and (not an ID)")],
        "OP2": [("NAMES", "That somebody signs in")],
        "SI2": [("Change", "A change")],
        "SI4": [("Change", "A change")],
        "BS7": [("Change.require", "Refuse it")],
        "BS8": [("Change.require", "Refuse it")],
        "RE1": [("flow", "Do it, as told")],
        "RE2": [("flow", "Do it, as told")],
        "RE3": [("flow", "Do it, as told")],
        "VT1": [("flow", "Look at A/B: …")],
        "VT2": [("flow", "Look at A/B: …")],
        "SI5": [("flow", "The gap")],
        "DS1": [("flow", "Do it, as told")],
        "PL4": [("flow", "Do it, as told")],
    }


def test_a_test_proves_what_it_or_its_whole_file_is_marked_with(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    marked = (
        'pytestmark = pytest.mark.proves("PL1")\n\n@pytest.mark.proves("BS5", "BS6")\ndef test_it(): ...\n\ndef helps(): ...\n'
    )
    (tmp_path / "tests" / "test_x.py").write_text(marked, encoding="utf-8")
    assert {name: [place.name for place in places] for name, places in proved(root=tmp_path).items()} == {
        "PL1": ["test_it"],
        "BS5": ["test_it"],
        "BS6": ["test_it"],
    }
