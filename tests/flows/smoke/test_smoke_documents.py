"""docs/smoke.md tells every check, fixture and option that there is, and no other."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

from flows.smoke.fixtures import definitions
from flows.smoke.fixtures.child import CHECKS

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs" / "smoke.md").read_text(encoding="utf-8")


def part(heading: str) -> str:
    return re.split(r"^## ", TEXT.split(f"\n## {heading}")[1], flags=re.MULTILINE)[0]


def checks() -> list[tuple[str, str]]:
    """Each check by its stable name and its title, as it is made."""
    found: list[tuple[str, str]] = []
    for name in CHECKS:
        module = ast.parse((ROOT / "flows" / "smoke" / "checks" / f"test_{name}.py").read_text(encoding="utf-8"))
        for node in module.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                title = (ast.get_docstring(node) or "").splitlines()[0].rstrip(".")
                found.append((node.name.removeprefix("test_").replace("_", "-"), title))
    return found


def test_every_module_of_checks_is_run() -> None:
    there = {path.stem.removeprefix("test_") for path in (ROOT / "flows" / "smoke" / "checks").glob("test_*.py")}
    assert there == set(CHECKS)


def test_the_list_of_checks_is_the_one_that_is_made() -> None:
    assert re.findall(r"^\| `([a-z-]+)` \| ([^|]+?) \|", part("What is checked"), re.MULTILINE) == checks()


def test_every_fixture_is_told_and_no_other() -> None:
    told: set[str] = set()
    for row in re.findall(r"^\| (`[^|]+) \|", part("The fixtures, version 1"), re.MULTILINE):
        told |= set(re.findall(r"`(\w+)`", row))
    there = {name for name in vars(definitions) if type(vars(definitions)[name]).__name__ == "FixtureFunctionDefinition"}
    ours = {"ground", "home", "browser_type_launch_args", "browser_context_args", "launch_browser"}
    assert told == (there - ours) | {"page", "browser"}


def test_every_option_of_the_plugin_is_told() -> None:
    source = (ROOT / "flows" / "smoke" / "plugin.py").read_text(encoding="utf-8")
    assert set(re.findall(r"`(--failover-robot-\w+)", part("In a pytest project"))) == set(
        re.findall(r'addoption\(\s*"(--[\w-]+)"', source)
    )


def test_the_plugin_changes_nothing_where_no_pair_file_is_given_and_imports_nothing_of_ours() -> None:
    loaded = (
        "import sys; import flows.smoke.plugin; print(sorted(n for n in sys.modules if n.split('.')[0] in ('robot', 'pages')))"
    )
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
