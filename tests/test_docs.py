"""The docs say what the code does: generated pages are current, links lead somewhere."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
from test_imports import FLOW

from bookcar.cli import COMMANDS
from bookcar.phrases import catalogue

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    p
    for folder in ("", "docs", "routes", "maps", "benchmarks", "examples/qijiang")
    for p in (ROOT / folder).glob("*.md")
)


def _generated() -> dict[str, str]:
    spec = importlib.util.spec_from_file_location("docs_build", ROOT / "docs" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    pages: dict[str, str] = module.pages()
    return pages


@pytest.mark.parametrize(
    "name",
    [
        "audit.md",
        "board.md",
        "commands.md",
        "inputs.md",
        "plan.schema.json",
        "what-if.md",
        "where.md",
        "where.schema.json",
        "what-if.schema.json",
        "import.md",
        "records.md",
        "replan.md",
    ],
)
def test_a_generated_page_is_current(name: str) -> None:
    """If this fails, run ``python docs/build.py``."""
    assert (ROOT / "docs" / name).read_text("utf-8") == _generated()[name]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


GUIDES = ("README.zh.md", "docs/tutorial.md", "docs/first-steps.zh.md", "docs/for-the-head.md")


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_names_only_commands_and_options_that_are_there(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    known = _generated()["commands.md"]
    lines = re.findall(r"(?:^|`)bookcar ([a-z][a-z-]*)([^\n`|]*)", text, re.MULTILINE)
    assert lines
    for command, rest in lines:
        assert command in COMMANDS, command
        section = known.split(f"## bookcar {command}\n")[1].split("\n## ")[0]
        for option in re.findall(r"--[a-z-]+", rest):
            assert option in section, (command, option)


def test_every_file_that_a_guide_names_is_one_of_a_week() -> None:
    sample = ROOT / "routes" / "fuhuan" / "2026-W49"
    for name in ("README.zh.md", "docs/tutorial.md", "docs/first-steps.zh.md"):
        text = (ROOT / name).read_text("utf-8")
        for file in set(re.findall(r"`(\w+\.(?:pdf|html|xlsx))`", text)):
            there = (sample / file, ROOT / "maps" / "fuhuan" / "2026-W49" / file)
            assert any(path.is_file() for path in there), file


def test_the_glossary_says_what_the_catalogue_says() -> None:
    """Each Chinese word of it stands in the catalogue, so that it is the word of the pages."""
    table = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    words = [line.split("|")[2].strip() for line in table.splitlines() if line.startswith("| ")]
    said = "".join(catalogue("zh").values())
    for word in words[1:]:
        assert word in said or set(word) == {"-"}, word


def test_every_command_has_help_and_an_example() -> None:
    text = _generated()["commands.md"]
    for command in COMMANDS:
        section = text.split(f"## bookcar {command}\n")[1].split("\n## ")[0]
        assert f"bookcar {command}" in section.split("Options:")[0].split("Usage:")[1]
        assert section.count(f"bookcar {command}") >= 2 or command == "doctor"


def test_the_picture_of_the_flow_has_every_part_in_its_order() -> None:
    """The way in (pipeline) stands first, and what runs it (``__main__``) is no part of it."""
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    parts = [part.rstrip("/") for row in rows for part in re.findall(r"`([^`]+)`", row)]
    assert parts[0] == "pipeline"
    order = [part for part in FLOW if part not in ("pipeline", "__main__")]
    assert sorted(parts[1:], key=order.index) == parts[1:]
    assert set(parts) == {*order, "pipeline"}
