"""The documentation against what it speaks of: links, targets, commands, files, settings, requests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any
from uuid import uuid4

import click
import psycopg
import pytest
from celery.bin.celery import celery
from environs import Env

from genai import settings as settings_module
from genai.cli import main
from genai.contracts import load_request
from genai.router import modes
from genai.settings import Settings
from genai.vendors import shipped

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))

FENCE = re.compile(r"^ *```\w*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def code(page: Path) -> Iterator[str]:
    """The code of a page: lines of its blocks, without comments, and its inline spans."""
    text = page.read_text()
    for block in FENCE.findall(text):
        yield from (line.split("  #")[0].strip() for line in block.splitlines())
    yield from re.findall(r"`([^`\n]+)`", FENCE.sub("", text))


def commands(page: Path, *program: str) -> Iterator[Sequence[str]]:
    """The words that follow the program wherever the page calls it."""
    pattern = re.compile(rf"(?:^|\$\(|&& |\.venv/bin/){' '.join(program)} ([^|;)]+)")
    for line in code(page):
        for arguments in pattern.findall(line):
            yield arguments.split()


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@every_page
def test_relative_links_resolve(page: Path) -> None:
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", page.read_text())):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.is_file() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@every_page
def test_files_that_are_named_exist(page: Path) -> None:
    named = {
        word
        for line in code(page)
        for word in re.findall(r"(?<![\w./])(?:genai|tests|docs|examples|benchmarks)/[\w./-]+", line)
    }
    assert sorted(path for path in named if not (ROOT / path).exists()) == []


@every_page
def test_make_targets_exist(page: Path) -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert [words for words in commands(page, "make") if words[0] not in targets] == []


@every_page
def test_commands_of_genai_exist(page: Path) -> None:
    for words in commands(page, "genai"):
        command: click.Command = main
        for word in words:
            if not isinstance(command, click.Group):
                break
            assert word in command.commands, f"genai {' '.join(words)}"
            command = command.commands[word]
        options = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
        unknown = [word for word in words if word.startswith("--") and word not in options | {"--help"}]
        assert unknown == [], f"genai {' '.join(words)}"


@every_page
def test_commands_of_celery_exist(page: Path) -> None:
    added = {point.name for point in entry_points(group="celery.commands")}
    known = {*celery.commands, *added, "flower"}  # Flower comes with the extra ops
    assert "requeue" in added
    assert [words for words in commands(page, "celery", "-A", "genai") if words[0] not in known] == []


class Recorded:
    """Reads the environment as Env does, and writes down what was asked for, with its default."""

    def __init__(self, prefix: str) -> None:
        self._env, self._prefix = Env(prefix=prefix), prefix
        self.asked: dict[str, Any] = {}

    def __getattr__(self, kind: str) -> Any:
        def read(name: str, default: Any, **options: Any) -> Any:
            self.asked[self._prefix + name] = default
            return getattr(self._env, kind)(name, default, **options)

        return read


def written(default: Any) -> str:
    """A default as the table writes it."""
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, list | tuple):
        return ",".join(written(item) for item in default) or "none"
    return f"{default:.12g}" if isinstance(default, int | float) else str(default) or "none"


def test_the_table_of_settings_is_what_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Recorded("GENAI_")
    monkeypatch.setattr(settings_module, "Env", lambda **_: reader)
    Settings.from_env()
    expected = {name: written(default) for name, default in reader.asked.items()}
    expected["GENAI_WORK_DIR"] = "the system's temporary directory"

    rows = re.findall(
        r"^\| `(GENAI_\w+)` \| (.+?) \| (.+) \|$", (ROOT / "docs" / "operating.md").read_text(), re.MULTILINE
    )
    assert {name: default.strip("`") for name, default, _ in rows} == expected
    assert len(rows) == len(expected)


@every_page
def test_variables_that_are_named_are_read(page: Path) -> None:
    """By the settings, whose table is held above, or by the commands that talk to a deployment. A vendor has
    two of its own name; ``acme`` is the one of the examples."""
    table = (ROOT / "docs" / "operating.md").read_text()
    known = {*re.findall(r"^\| `(GENAI_\w+)`", table, re.MULTILINE), "GENAI_URL", "GENAI_TOKEN"}
    known |= {f"GENAI_{name.upper()}_{kind}" for name in [*shipped(), "acme"] for kind in ("KEY", "URL")}
    assert set(re.findall(r"\bGENAI_[A-Z_]*[A-Z]\b", page.read_text())) - known == set()


def test_the_request_of_the_readme_is_accepted() -> None:
    text = (ROOT / "README.md").read_text()
    (document,) = re.findall(r"<<EOF[^\n]*\n(\{.*?\n\})\nEOF", text, re.DOTALL)
    request = load_request(json.loads(document.replace("$ASSET", "0" * 64)), modes())
    assert request.mode == "image_bundle"


def test_the_sql_for_operators_runs(database: str) -> None:
    blocks = re.findall(
        r"^ *```sql\n(.*?)^ *```$", (ROOT / "docs" / "operating.md").read_text(), re.MULTILINE | re.DOTALL
    )
    assert blocks
    with psycopg.connect(database.replace("+psycopg", "")) as connection:
        for block in blocks:
            connection.execute(block.replace("'JOB'", f"'{uuid4()}'").encode())


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text())
    assert listed == sorted(path.name for path in folder.glob("[0-9]*.md"))
