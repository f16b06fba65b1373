"""The docs say what the code does: generated pages are current, links lead somewhere."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
from test_imports import FLOW

from bookcar.cli import COMMANDS

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
