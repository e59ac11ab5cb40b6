"""From each obligation of the procedure to the code that keeps it and the tests that prove it: `make procedure` writes it down.

It reads the source tree, which an installed package does not have, so it stands with the tests and is not shipped.

One rule: a function, a class, a module or a module-level table *carries* an ID when the ID stands as a string in a
`procedure_ids` or `procedure` position within it, or in such a table; or in parentheses in its docstring: "(RE3)",
"(RE1 to RE12)", "(BS1, BS2)".
A test *proves* an ID when it is marked with `@pytest.mark.proves("BS5")`, or its whole file is, by `pytestmark`.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from robot.evidence.obligations.catalogue import Obligation, obligations

ROOT: Final = Path(__file__).resolve().parent.parent
PAPER: Final = ROOT / "docs" / "procedure.md"
POSITIONS: Final = {"procedure_ids", "procedure"}
_ABOUT: Final = (
    "Made by `make procedure` from [obligations.toml](../robot/evidence/obligations/obligations.toml), the code and the tests; a "
    "test keeps it true. How an ID is found is told in [tests/traceability.py](../tests/traceability.py). Kinds: **do**: the "
    "robot does it. **check**: it reads and decides. **refuse**: it must not go on otherwise. **ask**: a person does it, or a "
    'command of the user\'s. **tell**: said in plan and report. In "what the robot does", `…` stands for what is known only in '
    "a run."
)
_ID: Final = r"[A-Z]{2}\d+"
_IN_PARENTHESES: Final = re.compile(rf"\s*\(({_ID}(?:(?:, | and | to ){_ID})*)\)")
_A_OR_B: Final = {"n", "box.name"}
_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
Carrier = _FUNCTION | ast.ClassDef | ast.Module


@dataclass(frozen=True)
class Place:
    """Where an ID is carried: in which file, by what, and what that does, in words: a step's title, or a docstring's sentence."""

    path: Path
    name: str
    does: str
    is_step: bool = False

    @property
    def link(self) -> str:
        """A link from docs/; without line numbers, which would make the paper stale with every edit."""
        module = self.path.relative_to(ROOT).as_posix()
        dotted = f"{module.removesuffix('.py').replace('/', '.')}{f'.{self.name}' if self.name else ''}"
        return f"[`{dotted}`](../{module})"


@cache
def carried(folders: tuple[str, ...] = ("flows", "pages", "robot"), root: Path = ROOT) -> dict[str, list[Place]]:
    """Every ID that code carries, with its places. The simulated pair carries none: it is no part of the procedure."""
    found: dict[str, list[Place]] = {}
    for path in _sources(root, *folders):
        if path.is_relative_to(root / "robot" / "simulator"):
            continue
        for name, place in _carried_by(ast.parse(path.read_text(encoding="utf-8")), path, ""):
            places = found.setdefault(name, [])
            if place not in places:
                places.append(place)
    return found


@cache
def proved(folder: str = "tests", root: Path = ROOT) -> dict[str, list[Place]]:
    """Every ID that a test proves, with the tests."""
    found: dict[str, list[Place]] = {}
    for path in _sources(root, folder):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        whole = [
            each for node in tree.body if isinstance(node, ast.Assign) and _names(node, "pytestmark") for each in _marks(node)
        ]
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                own = [each for decorator in node.decorator_list for each in _marks(decorator)]
                for name in dict.fromkeys([*whole, *own]):
                    found.setdefault(name, []).append(Place(path, node.name, ""))
    return found


def missing() -> dict[str, str]:
    """What an ID is without: `code`, `test`, or both; without those that lack nothing."""
    code, tests = carried(), proved()
    lacking = {
        each.id: " and ".join(word for word, has in (("code", code), ("test", tests)) if each.id not in has)
        for each in obligations()
    }
    return {name: what for name, what in lacking.items() if what}


def paper() -> str:
    """`docs/procedure.md`: a row for each obligation."""
    code, tests = carried(), proved()
    parts = [
        "# The procedure: every obligation, the code that keeps it, the tests that prove it",
        _ABOUT,
    ]
    for heading in dict.fromkeys(each.heading for each in obligations()):
        rows = [_row(each, code, tests) for each in obligations() if each.heading == heading]
        head = "| ID | obligation | kind | what the robot does | where | tests |\n|---|---|---|---|---|---|"
        parts.append(f"## {heading}\n\n{head}\n" + "\n".join(rows))
    return "\n\n".join(parts) + "\n"


def _row(obligation: Obligation, code: dict[str, list[Place]], tests: dict[str, list[Place]]) -> str:
    places = code.get(obligation.id, [])
    cells = [
        obligation.id,
        obligation.sentence,
        ", ".join(obligation.kinds),
        "<br>".join(dict.fromkeys(_deeds(places))),
        "<br>".join(dict.fromkeys(place.link for place in places)),
        "<br>".join(
            f"[{_in_words(test.name)}](../{test.path.relative_to(ROOT).as_posix()})" for test in tests.get(obligation.id, [])
        ),
    ]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') or '*not yet*' for cell in cells)} |"


def _deeds(places: list[Place]) -> Iterator[str]:
    """The titles of the steps; a docstring's sentence where its function has no such step."""
    steps = [place for place in places if place.is_step]
    yield from (place.does for place in steps)
    named = {(place.path, place.name) for place in steps}
    yield from (place.does for place in places if not place.is_step and place.does and (place.path, place.name) not in named)


def _in_words(test: str) -> str:
    return test.removeprefix("test_").replace("_", " ")


def _sources(root: Path, *folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((root / folder).rglob("*.py"))


def _carried_by(carrier: Carrier, path: Path, name: str) -> Iterator[tuple[str, Place]]:
    """The IDs of a function, class or module. What is defined in a function belongs to it; the rest has a name of its own."""
    said = ast.get_docstring(carrier) or ""
    does = _first_sentence(said)
    for each in _in_docstring(said):
        yield each, Place(path, name, does)
    for node in carrier.body:
        if isinstance(node, Carrier) and not isinstance(carrier, _FUNCTION):
            yield from _carried_by(node, path, f"{name}.{node.name}" if name else node.name)
        elif isinstance(carrier, ast.Module) and isinstance(node, ast.Assign | ast.AnnAssign):
            yield from _of_table(node, path)
        else:
            yield from _within(node, path, name, does)
    if isinstance(carrier, _FUNCTION):
        yield from _within(carrier.args, path, name, does)


def _within(node: ast.AST, path: Path, name: str, does: str, *, is_step: bool = False) -> Iterator[tuple[str, Place]]:
    """The IDs in `procedure_ids` and `procedure` positions, with the title of the step in whose call they stand."""
    title = _title(node) if isinstance(node, ast.Call) else ""
    does, is_step = title or does, is_step or bool(title)
    for label, value in _labelled(node):
        if label in POSITIONS:
            for each in _literals(value):
                yield each, Place(path, name, does, is_step)
    for child in ast.iter_child_nodes(node):
        yield from _within(child, path, name, does, is_step=is_step)


def _labelled(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """What stands under a name here: a keyword argument, an entry of a dict, a variable, a parameter's default."""
    match node:
        case ast.keyword(arg=str(label), value=value):
            yield label, value
        case ast.Dict(keys=keys, values=values):
            yield from ((_text(key), value) for key, value in zip(keys, values, strict=True))
        case ast.Assign(value=value):
            yield from ((target.id, value) for target in node.targets if isinstance(target, ast.Name))
        case ast.arguments():
            named = [*node.posonlyargs, *node.args]
            yield from ((arg.arg, value) for arg, value in zip(named[::-1], node.defaults[::-1], strict=False))
            yield from ((arg.arg, value) for arg, value in zip(node.kwonlyargs, node.kw_defaults, strict=True) if value)
        case _:
            return


def _of_table(node: ast.Assign | ast.AnnAssign, path: Path) -> Iterator[tuple[str, Place]]:
    """The IDs of a module-level table; in a dict of tuples an entry's own words say what it does."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    name = next((target.id for target in targets if isinstance(target, ast.Name)), "")
    value = node.value
    entries = value.values if isinstance(value, ast.Dict) else [value] if value else []
    for entry in entries:
        words = next((text for each in ast.walk(entry) if (text := _text(each)) and not re.fullmatch(_ID, text)), "")
        does = words[:1].upper() + words[1:]
        for each in _literals(entry):
            yield each, Place(path, name, does, is_step=True)


def _title(call: ast.Call) -> str:
    """What a person would call this step: `title=`, or else the second of a look's, step's or note's arguments."""
    given = next((each.value for each in call.keywords if each.arg == "title"), None)
    named = isinstance(call.func, ast.Attribute) and call.func.attr in {"look", "durably", "note"}
    if given is None and named and len(call.args) > 1:
        given = call.args[1]
    return "".join(_piece(each) for each in given.values) if isinstance(given, ast.JoinedStr) else _text(given)


def _piece(part: ast.expr) -> str:
    if isinstance(part, ast.FormattedValue):
        return "A/B" if ast.unparse(part.value) in _A_OR_B else "…"
    return _text(part)


def _in_docstring(text: str) -> Iterator[str]:
    for found in _IN_PARENTHESES.finditer(re.sub(r"\s+", " ", text)):
        for part in re.split(r", | and ", found[1]):
            first, _, last = part.partition(" to ")
            letters, begin, end = first[:2], int(first[2:]), int((last or first)[2:])
            yield from (f"{letters}{number}" for number in range(begin, end + 1))


def _first_sentence(text: str) -> str:
    paragraph = _IN_PARENTHESES.sub("", re.sub(r"\s+", " ", text.split("\n\n", 1)[0]))
    return re.split(r"(?<=\.)\s", paragraph, maxsplit=1)[0].rstrip(".")


def _literals(node: ast.AST) -> Iterator[str]:
    """The IDs that stand there; what something is compared with is no ID of ours."""
    if isinstance(node, ast.Compare):
        return
    if re.fullmatch(_ID, _text(node)):
        yield _text(node)
    for child in ast.iter_child_nodes(node):
        yield from _literals(child)


def _marks(node: ast.AST) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.proves":
            yield from (_text(argument) for argument in call.args)


def _names(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)


def _text(node: ast.AST | None) -> str:
    """The string that stands there; empty where none does."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


if __name__ == "__main__":
    PAPER.write_text(paper(), encoding="utf-8")
