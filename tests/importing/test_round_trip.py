"""The timetable of a week that bookcar wrote goes in again, and gives the same service."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

from click.testing import CliRunner
from importing import lists

from bookcar.cli import main

WEEK = "2027-W02"
SERVICE = ("mobile", "community", "stop", "geox", "geoy", "day", "arrival", "departure", "start")


def _run(*args: object) -> None:
    result = CliRunner().invoke(main, [*map(str, args)], env={"LANG": "en_GB"})
    assert result.exit_code == 0, result.output


def _timetable(district: Path, out: Path) -> Path:
    _run(
        "plan", district, "--week", WEEK, "--effort", "quick", "--routes", out, "--maps", out / "m"
    )
    return out / district.name / WEEK / "timetable.csv"


def _service(path: Path) -> set[tuple[str, ...]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return {tuple(row[c] for c in SERVICE) for row in csv.DictReader(stream)}


def test_a_timetable_of_bookcar_gives_the_same_service(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    _run("import", lists.csv_file(tmp_path / "a.csv", lists.STOPS), "--into", first)
    timetable = _timetable(first, tmp_path / "out")
    _run("import", timetable, "--into", second)
    for name in ("district.toml", "vehicles.csv"):
        shutil.copy(first / name, second / name)
    again = _timetable(second, tmp_path / "again")
    assert len(_service(timetable)) == 3
    assert _service(again) == _service(timetable)
