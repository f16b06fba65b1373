"""``bookcar report`` from the command line: files, words, and what is refused."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import bookcar as bc
from bookcar.cli import main

PERIOD = ("--from", "2026-01-01", "--to", "2026-06-30")


@pytest.fixture
def fuhuan(root: Path) -> str:
    return str(root / "examples" / "fuhuan")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["report", *arguments], catch_exceptions=False)


def test_three_files_stand_beside_the_weeks(fuhuan: str, tmp_path: Path) -> None:
    done = run(fuhuan, *PERIOD, "--as", "cn", "--routes", str(tmp_path))
    assert done.exit_code == 0, done.output
    folder = tmp_path / "fuhuan" / "report-2026-01-01-to-2026-06-30-cn"
    names = {path.name for path in folder.iterdir()}
    assert names == {"report.html", "report.pdf", "report.xlsx", "SHA256SUMS"}
    assert str(folder / "report.html") in done.stdout
    assert "到访" in done.stdout
    again = (folder / "report.pdf").read_bytes()
    assert run(fuhuan, *PERIOD, "--as", "cn", "--routes", str(tmp_path)).exit_code == 0
    assert (folder / "report.pdf").read_bytes() == again


def test_the_answer_as_json_is_what_python_gives(fuhuan: str, tmp_path: Path) -> None:
    done = run(fuhuan, *PERIOD, "--json", "--routes", str(tmp_path), "--lang", "en")
    answer = json.loads(done.stdout)
    report = bc.report_of(
        bc.read(fuhuan),
        *(dt.date.fromisoformat(PERIOD[i]) for i in (1, 3)),
        plans=tmp_path / "fuhuan",
    )
    assert {f["key"]: f["value"] for f in answer["figures"]} == {
        f.key: f.value for f in report.figures
    }
    assert {f["key"]: tuple(f["rows"]) for f in answer["figures"]} == {
        f.key: f.rows for f in report.figures
    }
    assert Path(answer["files"][0]).name == "report.html"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--from", "2026-06-30", "--to", "2026-01-01"), "2026-01-01"),
        (("--from", "June", "--to", "2026-01-01"), "不是日期"),
        ((*PERIOD, "--as", "xx"), "xx"),
        (("--from", "2026-01-01"), "--to"),
    ],
)
def test_what_makes_no_period_is_refused(
    fuhuan: str, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    done = run(fuhuan, *options, "--routes", str(tmp_path))
    assert done.exit_code == 2
    assert said in done.output
    assert list(tmp_path.iterdir()) == []
