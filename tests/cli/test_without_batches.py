"""Readers choose on board: from 'init' to the manifest without one batch."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from pypdf import PdfReader

from bookcar.cli import main


def _run(*words: str) -> str:
    result = CliRunner().invoke(main, [*words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_week_without_batches_is_planned_and_printed(tmp_path: Path) -> None:
    county = str(tmp_path / "county")
    _run("init", county, "--without-batches")
    assert "0 errors, 0 warnings" in _run("check", county)
    where = ("--routes", str(tmp_path / "r"), "--maps", str(tmp_path / "m"))
    told = _run("plan", county, "--week", "2026-W49", "--effort", "quick", *where)
    assert "6 of 6 due stops served" in told
    week = tmp_path / "r" / "county" / "2026-W49"
    assert "plan" in _run("audit", str(week)).lower()
    text = " ".join(page.extract_text() for page in PdfReader(week / "manifests.pdf").pages)
    assert "Hengshan" in text
