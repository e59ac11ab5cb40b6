"""The house rules, executable. Each is told in CONTRIBUTING.md; a failure names the file, the line and the rule."""

import ast
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from robot.cli import LATER, cli

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ("robot", "pages", "flows")
ADR = ROOT / "docs" / "adr"

NEVER_MODELLED = {
    "restart", "reboot", "shut_down", "shutdown", "fix_this_error", "reset_admin", "restore", "become_primary", "become_backup",
}  # fmt: skip
SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "base", "manager", "handler", "misc", "tools"}
SMOKE_CHECKS = ROOT / "flows" / "smoke" / "checks"
"""The smoke checks are tests themselves."""
DOOR = ROOT / "pages" / "engine" / "actions" / "element_actions.py"
ACTS = {
    "click", "dblclick", "tap", "hover", "focus", "check", "uncheck", "set_checked", "select_option", "select_text",
    "set_input_files", "press_sequentially", "drag_to", "drag_and_drop", "dispatch_event", "add_script_tag", "add_init_script",
}  # fmt: skip
"""What acts on a page, whatever it is given."""
ACTS_WITH_WORDS = {"fill", "type", "press"}
"""What acts on a page where it is given words by their place; a form's own `fill` is given them by name, a press none."""
ALTERS = re.compile(
    r"\.(click|submit|requestSubmit|reset|focus|dispatchEvent|setAttribute|removeAttribute|append|remove|replaceWith)\(|"
    r"\bfetch\(|XMLHttpRequest|sendBeacon|(?<!item)\.(value|checked|innerHTML|textContent|href) = |\blocation\.(assign|replace)"
)
"""Script that alters a page or asks for one."""
PRODUCT = re.compile(
    r"/(?:check_health|login|appliance|eula)\b|(?:jump client|jump item|inter-\??appliance)\w*|"
    r"(?:fix this error|become primary|become backup|sync now|check for updates|available updates|download key)|"
    r"(?:take the shared IP|failover relationship)|\b[ab]-(?:sync|break|install|update|establish)\b|"
    r"\bsite-(?:served|swing|dns|nat|back-out|take-back|\(\?:dns)",
    re.IGNORECASE,
)
"""Paths, labels and step names of the product and its procedure."""
PRODUCT_STILL_IN_THE_ENGINE = {"evidence": {"failover relationship"}}
"""What a room of the engine names all the same: a heading of the guide, under which the report tells of a step."""
LOCATORS = {"locator", "frame_locator", "query_selector", "query_selector_all"}


@cache
def sources(*folders: str) -> tuple[Path, ...]:
    found = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    assert found, f"nothing to look at in {folders}"
    return tuple(found)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree(path)))


def at(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def in_simulator(path: Path) -> bool:
    return path.is_relative_to(ROOT / "robot" / "simulator")


def in_command_line(path: Path) -> bool:
    return path.is_relative_to(ROOT / "robot" / "cli")


def imported(path: Path) -> Iterator[tuple[ast.AST, str]]:
    """Every module that a file names in an import, wherever it stands: `from robot import tls` is `robot.network.tls`."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from ((node, each.name) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{at(path, node)}: imports are absolute"
            for each in node.names:
                whole = f"{node.module}.{each.name}"
                yield node, whole if is_module(whole) else node.module or ""


def is_module(dotted: str) -> bool:
    path = ROOT.joinpath(*dotted.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def within(dotted: str, *packages: str) -> bool:
    return any(dotted == package or dotted.startswith(f"{package}.") for package in packages)


def at_top(path: Path) -> set[ast.AST]:
    """The imports that are made when a module is imported."""
    found: set[ast.AST] = set()
    todo: list[ast.AST] = [tree(path)]
    while todo:
        for node in ast.iter_child_nodes(todo.pop()):
            if isinstance(node, ast.Import | ast.ImportFrom):
                found.add(node)
            elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and not for_types_only(node):
                todo.append(node)
    return found


def for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """Every call, by the last word of what is called."""
    for node in nodes(path):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node, node.func.attr
            elif isinstance(node.func, ast.Name):
                yield node, node.func.id


def attributes(path: Path) -> Iterator[ast.Attribute]:
    yield from (node for node in nodes(path) if isinstance(node, ast.Attribute))


def none_of(found: list[str], rule: str) -> None:
    assert not found, f"{rule}:\n  " + "\n  ".join(found)


# -- who may import whom -------------------------------------------------------------------------------------------------


def test_arrows_point_down_from_the_command_line_to_flows_to_pages_to_the_robot() -> None:
    forbidden = {"robot": ("pages", "flows", "tests"), "pages": ("flows", "tests"), "flows": ("tests",)}
    none_of(
        [
            f"{at(path, node)} imports {name}"
            for folder, above in forbidden.items()
            for path in sources(folder)
            for node, name in imported(path)
            if within(name, *above) and not in_command_line(path)
        ],
        "command line -> flows -> pages -> robot",
    )


ROOMS = (
    "evidence", "domain", "settings", "plan", "runs", "schedule", "network", "signing", "approval", "ticket", "notification",
    "operators", "changes", "switchover", "status",
)  # fmt: skip
"""The rooms of the engine from the ground up: each may import those before it, and none after it."""
ROOMS_OF_FLOWS = (
    "session",
    "requirements",
    "swings",
    "areas",
    "survey",
    "traces",
    "smoke",
    "steps",
    "checks",
    "procedures",
    "planning",
)
"""The rooms of the flows, likewise."""
ROOMS_OF_EVIDENCE = ("scan", "record", "traces", "pictures", "obligations", "report", "exports", "pack", "shared")
"""The rooms of the evidence, likewise: what must not be in it, what was recorded and pictured, what was to be done, what people
read, what other programs are given, what is sealed and verified, what of it people outside are given."""
ROOMS_OF_THE_PAGE_ENGINE = ("text", "snapshot", "layout", "redaction", "view", "meaning", "actions")
"""The rooms of what reads and presses pages, likewise; a screen stands on all of them."""
ROOMS_OF_SIMULATOR = ("domain", "files", "appearance", "faults", "appliances", "pages", "servers")
"""The rooms of the simulated pair, likewise."""
ALONE = {"evidence": ()}
"""Rooms that may import less: evidence is made and verified offline, from what a run has left."""


def room(dotted: str, package: str) -> str:
    return dotted.removeprefix(f"{package}.").split(".")[0]


@pytest.mark.parametrize(
    ("folder", "rooms"),
    [
        ("robot", ROOMS),
        ("flows", ROOMS_OF_FLOWS),
        ("robot/evidence", ROOMS_OF_EVIDENCE),
        ("pages/engine", ROOMS_OF_THE_PAGE_ENGINE),
        ("robot/simulator", ROOMS_OF_SIMULATOR),
    ],
)
def test_a_room_imports_only_those_below_it(folder: str, rooms: tuple[str, ...]) -> None:
    package, others = folder.replace("/", "."), {"cli", "simulator"} if folder == "robot" else set[str]()
    assert {path.name for path in (ROOT / folder).iterdir() if (path / "__init__.py").exists()} == {*rooms, *others}
    none_of(
        [
            f"{at(path, node)} imports {name}"
            for number, here in enumerate(rooms)
            for path in sources(f"{folder}/{here}")
            for node, name in imported(path)
            if is_module(name)
            and within(name, *(f"{package}.{each}" for each in {*rooms, *others}))
            and room(name, package) not in {here, *ALONE.get(here, rooms[:number])}
        ],
        " <- ".join(rooms),
    )


@pytest.mark.parametrize("here", ROOMS)
def test_the_engine_names_nothing_of_the_product(here: str) -> None:
    found = {
        word.lower()
        for path in sources(f"robot/{here}")
        for node in nodes(path)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in prose(path)
        for word in PRODUCT.findall(node.value)
    }
    assert found == PRODUCT_STILL_IN_THE_ENGINE.get(here, set()), "pages/appliance_family.py declares it, callers pass it in"


@cache
def prose(path: Path) -> set[ast.AST]:
    """The docstrings of a file: strings that stand by themselves."""
    return {node.value for node in nodes(path) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}


def test_what_a_room_offers_to_others_tells_its_arguments_its_errors_and_the_shape_of_what_it_gives() -> None:
    """Ruff sees to it that a docstring of several lines is complete; here, that one line is not too little."""
    missing: list[str] = []
    for path, node in offered_to_other_rooms():
        told, parameters = ast.get_docstring(node) or "", node.args.posonlyargs + node.args.args + node.args.kwonlyargs
        if "Args:" not in told and len([each for each in parameters if each.arg not in {"self", "cls"}]) >= 3:
            missing.append(f"{at(path, node)} {node.name}: Args")
        if "Raises:" not in told and any(isinstance(each, ast.Raise) and is_error(each.exc) for each in ast.walk(node)):
            missing.append(f"{at(path, node)} {node.name}: Raises")
        given = ast.unparse(node.returns) if node.returns and not node.decorator_list else ""
        if re.match(r"(dict|tuple)\[", given) and not re.search(r"^Return |Returns:", told):
            missing.append(f"{at(path, node)} {node.name}: Returns {given}")
    none_of(missing, "the public face of a room says in its docstrings how to use it")


def is_error(raised: ast.expr | None) -> bool:
    return raised is not None and "NotImplementedError" not in ast.unparse(raised)


def offered_to_other_rooms() -> Iterator[tuple[Path, ast.FunctionDef]]:
    """The functions that another room imports, and the public methods of the classes that one imports."""
    named: dict[Path, set[str]] = {}
    for path in sources(*HOUSE):
        modules = {
            each.asname or each.name: f"{node.module}.{each.name}"
            for node in nodes(path)
            if isinstance(node, ast.ImportFrom)
            for each in node.names
        }
        uses = {(module.rpartition(".")[0], module.rpartition(".")[2]) for module in modules.values()}
        uses |= {(modules.get(ast.unparse(each.value), ""), each.attr) for each in attributes(path)}
        for module, name in uses:
            origin = ROOT.joinpath(*module.split(".")).with_suffix(".py")
            if within(module, *HOUSE) and origin.exists() and room_of(origin) != room_of(path):
                named.setdefault(origin, set()).add(name)
    for path, names in sorted(named.items()):
        for node in tree(path).body:
            if isinstance(node, ast.FunctionDef) and node.name in names:
                yield path, node
            elif isinstance(node, ast.ClassDef) and node.name in names:
                yield from ((path, each) for each in node.body if isinstance(each, ast.FunctionDef) and each.name[0] != "_")


def room_of(path: Path) -> tuple[str, ...]:
    return path.relative_to(ROOT).parts[:2]


LONGEST_MODULE, LONGEST_FUNCTION, MOST_MODULES = 350, 50, 14
"""Lines of a module, lines of a function, modules of a room."""


def test_a_module_a_function_and_a_room_can_be_read_in_one_go() -> None:
    modules = sources(*HOUSE)
    rooms = Counter(path.parent for path in modules if path.stem != "__init__")
    long = [
        str(path.relative_to(ROOT)) for path in modules if len(path.read_text(encoding="utf-8").splitlines()) >= LONGEST_MODULE
    ]
    long += [
        f"{at(path, node)} {node.name}"
        for path in modules
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION - 1
    ]
    long += [str(folder.relative_to(ROOT)) for folder, number in rooms.items() if number > MOST_MODULES]
    none_of(long, f"fewer than {LONGEST_MODULE} and {LONGEST_FUNCTION} lines, at most {MOST_MODULES} modules")


def test_no_module_imports_itself_by_way_of_others_not_even_for_its_types() -> None:
    graph = {
        dotted(path): {name for _, name in imported(path) if within(name, *HOUSE) and name != dotted(path)}
        for path in sources(*HOUSE)
    }
    circle: list[str] = []
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = error.args[1]
    assert not circle, " -> ".join(circle)


def dotted(path: Path) -> str:
    """The name by which a file is imported."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("folder", ["robot", "flows", "robot/evidence", "robot/simulator", "pages", "pages/engine"])
def test_few_modules_stand_in_no_room(folder: str) -> None:
    assert len(list((ROOT / folder).glob("*.py"))) <= 4


def test_the_page_engine_knows_no_screen() -> None:
    none_of(
        [
            f"{at(path, node)} imports {name}"
            for path in sources("pages/engine")
            for node, name in imported(path)
            if within(name, "pages") and not within(name, "pages.engine", "pages.translations")
        ],
        "pages/engine reads and presses any page; the screens stand on it",
    )


def test_only_the_command_line_imports_the_simulated_pair_and_nobody_imports_the_command_line() -> None:
    none_of(
        [
            f"{at(path, node)} imports {name}"
            for path in sources(*HOUSE)
            for node, name in imported(path)
            if (within(name, "robot.simulator") and not in_command_line(path) and not in_simulator(path))
            or (within(name, "robot.cli") and not in_command_line(path) and path != ROOT / "robot" / "__main__.py")
        ],
        "the command line is the composition root",
    )


def test_the_simulated_pair_shares_no_code_with_the_robot_that_is_tried_on_it() -> None:
    none_of(
        [
            f"{at(path, node)} imports {name}"
            for path in sources("robot/simulator")
            for node, name in imported(path)
            if within(name, *HOUSE) and not within(name, "robot.simulator")
        ],
        "a fault shared by both sides would hide itself",
    )


def test_evidence_is_read_and_verified_without_the_rest_of_the_robot() -> None:
    own = {"PIL", "jinja2", "cryptography", "asn1crypto", *sys.stdlib_module_names}
    none_of(
        [
            f"{at(path, node)} imports {name}"
            for path in sources("robot/evidence")
            for node, name in imported(path)
            if name.split(".")[0] not in own and not within(name, "robot.evidence")
        ],
        "robot/evidence imports the standard library, Pillow, Jinja2, cryptography, asn1crypto and itself",
    )


def test_the_script_in_a_pack_stands_alone_and_is_short_enough_to_be_read() -> None:
    script = ROOT / "robot" / "evidence" / "pack" / "verify_alone.py"
    own = {"cryptography", *sys.stdlib_module_names}
    none_of(
        [f"{at(script, node)} imports {name}" for node, name in imported(script) if name.split(".")[0] not in own],
        "verify.py of a pack needs the standard library and cryptography alone",
    )
    assert len(script.read_text(encoding="utf-8").splitlines()) <= 300, "whoever is to trust it reads it first"


def test_the_command_line_imports_nothing_of_ours_before_a_command_needs_it() -> None:
    none_of(
        [
            f"{at(path, node)} imports {name}"
            for path in opened_with(ROOT / "robot" / "cli" / "__init__.py")
            for node, name in imported(path)
            if node in at_top(path) and within(name, *HOUSE) and name != "robot" and not within(name, "robot.cli")
        ],
        "robot/cli imports lazily",
    )


def opened_with(path: Path) -> set[Path]:
    """A module of the command line, and all others of its that are imported with it."""
    found, todo = {path}, [path]
    while todo:
        eager = at_top(path := todo.pop())
        names = {name for node, name in imported(path) if node in eager and name.startswith("robot.cli.")}
        more = {ROOT.joinpath(*name.split(".")).with_suffix(".py") for name in names} - found
        found |= more
        todo += more
    return found


# -- what may stand where ------------------------------------------------------------------------------------------------


def test_only_waiting_sleeps() -> None:
    def may(path: Path, node: ast.Call) -> bool:
        own = isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) and node.func.value.id == "asyncio"
        return path == ROOT / "robot" / "domain" / "waiting.py" or (in_simulator(path) and own)

    found = [
        f"{at(path, node)} {word}"
        for path in sources(*HOUSE)
        for node, word in calls(path)
        if word in {"sleep", "wait_for_timeout"} and not may(path, node)
    ]
    found += [f"{at(path, node)} imports sleep" for path in sources(*HOUSE) for node in nodes(path) if imports_sleep(node)]
    none_of(found, "the only sleep is robot/domain/waiting.py's; it can be interrupted")


def imports_sleep(node: ast.AST) -> bool:
    return isinstance(node, ast.ImportFrom) and any(each.name == "sleep" for each in node.names)


def test_nothing_picks_forces_reloads_or_trusts_blindly() -> None:
    strict = [
        f"{at(path, node)} .{node.attr}"
        for path in sources(*HOUSE)
        for node in attributes(path)
        if node.attr in {"first", "last", "nth"} and not in_simulator(path)
    ]
    found = [f"{at(path, node)} {word}()" for path in sources(*HOUSE) for node, word in calls(path) if word == "reload"]
    for path in sources(*HOUSE):
        for node in nodes(path):
            if isinstance(node, ast.keyword) and node.arg in {"force", "ignore_https_errors"}:
                found.append(f"{at(path, node.value)} {node.arg}=")
            if isinstance(node, ast.Constant) and node.value == "networkidle":
                found.append(f"{at(path, node)} networkidle")
    none_of(strict + found, "a lookup is strict, a press unforced, a form never sent again, a certificate never ignored")


def test_screens_say_and_flows_decide_but_only_tests_assert() -> None:
    found = [
        f"{at(path, node)} expect()"
        for path in sources("pages", "flows")
        for node, _ in calls(path)
        if isinstance(node.func, ast.Name) and node.func.id == "expect"
    ]
    found += [
        f"{at(path, node)} assert"
        for path in sources(*HOUSE)
        if path.parent != SMOKE_CHECKS
        for node in nodes(path)
        if isinstance(node, ast.Assert)
    ]
    found += [
        f"{at(path, node)} imports expect"
        for path in sources(*HOUSE)
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom) and any(each.name == "expect" for each in node.names)
    ]
    none_of(found, "0 expect in pages and flows")


def test_no_locator_stands_in_a_flow() -> None:
    none_of(
        [
            f"{at(path, node)} .{node.attr}"
            for path in sources("flows")
            for node in attributes(path)
            if node.attr in LOCATORS or node.attr.startswith("get_by_")
        ],
        "pages know the screen, flows know the order",
    )


def acts(path: Path) -> Iterator[tuple[ast.AST, str]]:
    """Everything in a file that acts on a page, or sends a request of its own."""
    for node, word in calls(path):
        on_something = isinstance(node.func, ast.Attribute)
        if on_something and (word in ACTS or (word in ACTS_WITH_WORDS and node.args)):
            yield node, f"{word}()"
        if on_something and word in {"clear", "set_content"} and not in_robot(path):
            yield node, f"{word}()"
        if word in {"get", "post", "put", "patch", "delete", "head", "fetch"} and own_request(node):
            yield node, f"a request of its own, {word}()"
    yield from ((node, f".{node.attr}") for node in attributes(path) if node.attr in {"keyboard", "mouse", "touchscreen"})
    for node in nodes(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and ALTERS.search(node.value):
            yield node, f"script that alters: {node.value.strip()[:60]!r}"


def own_request(node: ast.Call) -> bool:
    return (
        isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Attribute) and node.func.value.attr == "request"
    )


def in_robot(path: Path) -> bool:
    return path.is_relative_to(ROOT / "robot")


def test_nothing_acts_on_a_page_but_the_one_door() -> None:
    assert len(list(acts(DOOR))) >= 7, "the door itself acts: the rule sees it"
    masks = (
        ROOT / "robot" / "network" / "screenshots" / "page_masks.py"
    )  # it marks what no picture may show, and takes the marks away again
    none_of(
        [
            f"{at(path, node)} {what}"
            for path in sources(*HOUSE)
            if path not in {DOOR, masks} and not in_simulator(path)
            for node, what in acts(path)
        ]
        + [
            f"{path.relative_to(ROOT)}:{number} {line.strip()[:80]}"
            for path in (ROOT / "pages").rglob("*.js")
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
            if ALTERS.search(line)
        ],
        "every press, step, download and field goes through pages/engine/actions/element_actions.py",
    )


def test_the_one_door_is_opened_by_guarded_actions_only() -> None:
    none_of(
        [
            f"{at(path, node)} imports {name}"
            for path in sources(*HOUSE)
            if path.parent != DOOR.parent
            for node, name in imported(path)
            if within(name, "pages.engine.actions.element_actions")
        ],
        "a press, a step, a download, a field and a dismissal are guarded: pages/engine/actions",
    )


@pytest.mark.parametrize(
    "acting",
    [
        "button.click(timeout=5)", "tab.locator('a').dispatch_event('click')", "field.fill('x')", "box.set_checked(True)",
        "tab.keyboard.press('Enter')", "tab.mouse.move(1, 2)", "tab.request.post(url)", "context.request.fetch(url)",
        "tab.evaluate('document.forms[0].submit()')", "field.evaluate('e => e.value = 1')", "tab.evaluate('fetch(\"/x\")')",
    ],
)  # fmt: skip
def test_the_rule_of_the_one_door_sees_what_acts(acting: str, tmp_path: Path) -> None:
    (path := tmp_path / "acting.py").write_text(f"{acting}\n", encoding="utf-8")
    assert list(acts(path))


def test_a_screen_is_short_enough_to_read_as_a_map_of_what_a_person_sees() -> None:
    screens = [
        (path, node)
        for path in sources("pages")
        for node in tree(path).body
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith("Screen") for base in node.bases)
    ]
    assert len(screens) > 10, "the screens are found"
    none_of(
        [f"{at(path, node)} {node.name}: {lines} lines" for path, node in screens if (lines := lines_of_code(node)) > 60],
        "a screen has at most 60 lines beside its docstrings",
    )


def lines_of_code(node: ast.ClassDef) -> int:
    documented = [each for each in ast.walk(node) if isinstance(each, ast.ClassDef | ast.FunctionDef) and ast.get_docstring(each)]
    return height(node) - sum(height(each.body[0]) for each in documented)


def height(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.proves("PL9")
def test_what_must_never_be_pressed_is_not_modelled() -> None:
    none_of(
        [
            f"{at(path, node)} {node.name}"
            for path in sources(*HOUSE)
            if not in_simulator(path)
            for node in nodes(path)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and (node.name.lower() in NEVER_MODELLED or any(word in node.name.lower() for word in NEVER_MODELLED - {"restore"}))
        ],
        "there is no such verb",
    )


def test_nobody_is_called_primary() -> None:
    """A and B are names; primary and backup are readings: the roles swap half-way."""
    found: list[str] = []
    for path in sources("pages", "flows", "robot"):
        if in_simulator(path):
            continue
        for node in nodes(path):
            names: list[str] = []
            if isinstance(node, ast.arg):
                names = [node.arg]
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names = [node.id]
            found += [f"{at(path, node)} {name}" for name in names if name == "primary"]
    none_of(found, "nothing is ever called primary")


def test_nothing_is_caught_blindly_without_a_reason() -> None:
    found: list[str] = []
    for path in sources(*HOUSE):
        lines = path.read_text(encoding="utf-8").splitlines()
        for node in nodes(path):
            if isinstance(node, ast.ExceptHandler):
                if node.type is None:
                    found.append(f"{at(path, node)} bare except")
                elif is_blind(node.type) and not is_told(node) and not is_explained(lines, node.lineno):
                    found.append(f"{at(path, node)} except {ast.unparse(node.type)} that tells nobody")
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
                blind = [arg for arg in node.args if is_blind(arg)]
                if blind and not is_explained(lines, node.lineno):
                    found.append(f"{at(path, node)} suppress({ast.unparse(blind[0])})")
    none_of(found, "everything that surprises raises")


def is_blind(kind: ast.expr) -> bool:
    return any(isinstance(each, ast.Name) and each.id in {"Exception", "BaseException"} for each in ast.walk(kind))


def is_told(handler: ast.ExceptHandler) -> bool:
    """Whether what was caught is raised again, or named in what is said about it."""
    return any(
        isinstance(node, ast.Raise) or (isinstance(node, ast.Name) and node.id == handler.name)
        for statement in handler.body
        for node in ast.walk(statement)
    )


def is_explained(lines: list[str], number: int) -> bool:
    return "# " in lines[number - 1] or lines[number - 2].lstrip().startswith("# ")


def test_every_module_is_named_for_what_it_holds() -> None:
    none_of(
        [str(path.relative_to(ROOT)) for path in sources(*HOUSE, "tests") if path.stem in SAY_NOTHING],
        "a name that says nothing collects everything",
    )


def test_test_modules_have_names_of_their_own() -> None:
    names = [path.name for path in sources("tests") if path.name not in {"conftest.py", "__init__.py", "__main__.py"}]
    none_of(sorted({name for name in names if names.count(name) > 1}), "pytest imports them by their basename")


def test_no_public_class_name_has_two_meanings() -> None:
    names = [
        node.name
        for path in sources(*HOUSE)
        if not in_simulator(path)
        for node in nodes(path)
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    none_of(sorted({name for name in names if names.count(name) > 1}), "one name, one meaning, the simulated pair aside")


def test_every_module_says_where_it_is() -> None:
    none_of([at(path, tree(path)) for path in sources(*HOUSE) if not ast.get_docstring(tree(path))], "a module has a docstring")


# -- the papers ----------------------------------------------------------------------------------------------------------


def decisions() -> list[Path]:
    return sorted(ADR.glob("*.md"))


def test_decision_records_are_numbered_without_a_gap() -> None:
    assert [path.name[:4] for path in decisions()] == [f"{number:04d}" for number in range(1, len(decisions()) + 1)]


@pytest.mark.parametrize("path", decisions(), ids=lambda path: path.name[:4])
def test_the_title_of_a_decision_record_is_the_decision(path: Path) -> None:
    title = path.read_text(encoding="utf-8").splitlines()[0]
    assert title.startswith("# "), "the first line is the title"
    words = re.findall(r"[A-Za-z0-9']+", title.replace("robot/", "robot ").lower())
    assert len(words) >= 4, "a title of so few words names a topic; a decision is a sentence"
    assert words[0] not in {"use", "using", "about", "on", "how", "choice", "choosing", "decision", "why", "record"}
    assert not title.endswith(("?", ".", ":"))
    slug = re.sub(r"[^a-z0-9]+", "-", title[2:].lower()).strip("-")
    assert path.stem == f"{path.name[:4]}-{slug}", "the file is named for the decision"


def test_the_glossary_tells_of_each_term_what_to_avoid() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    terms = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert len(terms) >= 15
    none_of([term.splitlines()[0] for term in terms if "\navoid: " not in term], "each term has an avoid: line")


def test_constraints_name_versions_and_no_place_where_packages_come_from() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    odd = [line for line in lines if not line.startswith("# ") and not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line)]
    none_of(odd, "plain pins only")


def test_every_requirement_is_pinned_in_the_constraints() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    pinned = {plain(line.split("==")[0]) for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()}
    names = [re.split(r"[^A-Za-z0-9._-]", requirement)[0] for requirement in asked]
    none_of([name for name in names if plain(name) not in pinned], "requirements without a pin")


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if command.hidden:
            continue
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def test_the_help_in_the_readme_is_what_the_command_prints() -> None:
    told = re.search(r"```text\n\$ failover-robot --help\n(.*?)```", readme(), re.DOTALL)
    assert told, "the README shows `failover-robot --help`"
    printed = CliRunner().invoke(cli, ["--help"], prog_name="failover-robot", terminal_width=100).output
    assert told[1] == printed


@pytest.mark.parametrize(("name", "command"), list(commands(cli)), ids=lambda value: value if isinstance(value, str) else "")
def test_every_command_and_option_is_documented_in_the_readme(name: str, command: click.Command) -> None:
    section = re.search(rf"^### `{re.escape(name)}\b.*?(?=^##)", readme(), re.DOTALL | re.MULTILINE)
    assert section, f"the README has a heading for {name}"
    options = [option for each in command.params if isinstance(each, click.Option) for option in each.opts]
    none_of([option for option in options if f"`{option}" not in section[0]], f"options of {name} that the README hides")
    mentioned: list[str] = re.findall(r"`(--[a-z-]+)", section[0])
    none_of([option for option in mentioned if option not in options], f"options in the README that {name} does not have")


def test_the_readme_names_no_command_that_is_not_there() -> None:
    known = {name.split()[0] for name, _ in commands(cli)} | {"--help", "--version", *LATER}
    mentioned: list[str] = re.findall(r"failover-robot ([a-z-]+)", readme())
    none_of(sorted({name for name in mentioned if name not in known}), "unknown commands")


def test_the_readme_names_every_command_that_is_still_to_come() -> None:
    none_of([name for name in LATER if f"`{name}`" not in readme()], "later commands that the README does not own up to")


def test_links_within_the_papers_lead_somewhere() -> None:
    papers = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    none_of(
        [
            f"{paper.relative_to(ROOT)}: {link}"
            for paper in papers
            for link in re.findall(r"\]\(([^)#]+)[^)]*\)", paper.read_text(encoding="utf-8"))
            if "://" not in link and not (paper.parent / link).exists()
        ],
        "dead links",
    )
