"""The rules that the layout of the code keeps."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from genai.domain.enums import Queue

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "genai"
MODULES = sorted(PACKAGE.rglob("*.py"))
BEYOND_ONE_READING = 400  # lines; most modules have under 200
TEXT = ("", ".cfg", ".css", ".html", ".js", ".json", ".mako", ".md", ".py", ".toml", ".txt", ".yaml", ".yml")


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def test_import_contracts_hold() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_modules_are_named_for_what_they_are() -> None:
    vague = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "base_utils"}
    assert [str(path) for path in MODULES if path.stem in vague or path.parent.name in vague] == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_says_what_it_is_and_can_be_read_in_one_go(module: Path) -> None:
    text = module.read_text()
    lines = text.count("\n")
    assert lines <= BEYOND_ONE_READING, f"{lines} lines: what are the two things in it?"
    if module.name != "__init__.py" or text:
        assert ast.get_docstring(ast.parse(text)), "a docstring at its top says what it is"


def test_setup_cfg_holds_the_import_contracts_alone() -> None:
    sections = re.findall(r"^\[(.+)\]$", (ROOT / "setup.cfg").read_text(), re.MULTILINE)
    assert [name for name in sections if not name.startswith("importlinter")] == []


def test_no_machine_and_no_registry_is_named() -> None:
    """A path of one machine or the address of one package index would bind the repository to it."""
    # Put together here, so that this file doesn't hold what it looks for.
    patterns = (
        r"(?<![\w.])/" + r"(?:work|root|home/\w+)/",
        "index" + "-url",
        "find" + "-links",
        "pypi" + r"\.org",
    )
    forbidden = re.compile("|".join(patterns))
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in tracked_files()
        if path.suffix in TEXT
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if forbidden.search(line)
    ]
    assert found == []


def test_constraints_are_names_and_versions() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    constrained = {re.split("==", line)[0].lower().replace("_", "-") for line in lines}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["embedded"], *extras["test"]]
    names = {re.split(r"[\[<>=!~ ]", name)[0].lower().replace("_", "-") for name in wanted} - {"genai"}
    assert names - constrained == set()


def test_environment_variables_are_read_in_settings_alone() -> None:
    # The embedded stack hands its own environment on to the processes that it starts.
    allowed = {PACKAGE / "settings.py", PACKAGE / "embedded" / "stack.py"}
    readers = [path for path in MODULES if re.search(r"os\.(environ|getenv)", path.read_text())]
    assert [str(path) for path in readers if path not in allowed] == []


def test_every_queue_is_declared_and_every_route_leads_to_one() -> None:
    import celeryconfig

    declared = [queue.name for queue in celeryconfig.task_queues]
    assert Counter(declared) == Counter(queue.value for queue in Queue)
    for route in celeryconfig.task_routes.values():
        assert route["queue"] in declared
