"""Fixtures of the maps' tests: pages written to files, and a browser to open them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from browser import browser  # noqa: F401  # a fixture

Write = Callable[[str], Path]


@pytest.fixture(scope="module")
def write(tmp_path_factory: pytest.TempPathFactory) -> Write:
    """Return a function that writes a page and gives its path."""
    folder = tmp_path_factory.mktemp("pages")

    def to_file(page: str) -> Path:
        path = folder / f"{len(list(folder.iterdir()))}.html"
        path.write_text(page, "utf-8")
        return path

    return to_file
