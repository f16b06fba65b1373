"""Fixtures of the whole suite."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from records.weeks import week

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile(
    "without a clock", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("without a clock")  # a busy machine fails no test


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the top of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of public data beside the project; skip where it is absent.

    ``BOOKCAR_DATA`` names another place for it.
    """
    folder = Path(os.environ.get("BOOKCAR_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the public test data (OSM extract, instances) is not beside the project")
    return folder


@pytest.fixture(scope="session")
def planned_county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a county whose week is planned, S2 then S1 on Monday: not to be changed.

    The county is in ``county``, the week in ``routes/county/2026-W49``.
    """
    top = tmp_path_factory.mktemp("planned")
    week(top)
    return top


@pytest.fixture
def top(planned_county: Path, tmp_path: Path) -> Path:
    """Return a copy of the planned county that a test may change."""
    shutil.copytree(planned_county, tmp_path / "top")
    return tmp_path / "top"
