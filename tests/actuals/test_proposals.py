"""The check proposes what recorded times speak for, and changes nothing."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import msgspec
import pytest
from actuals.weeks import MONDAY, county, lived
from click.testing import CliRunner

from bookcar.actuals.proposals import time_warnings
from bookcar.cli import main
from bookcar.model import Where
from bookcar.phrases import LANGUAGES, Language


def found(tmp_path: Path, **changes: float):
    district = county(lived(tmp_path, weeks=30, noise=30, **changes))
    origins = {
        "vehicles": {"C1": Where("vehicles.csv", 2)},
        "stops": {f"S{i}": Where("stops.csv", 2 + i) for i in range(5)},
    }
    return list(time_warnings(msgspec.structs.replace(district, origins=origins), tmp_path))


def test_as_planned_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert found(tmp_path) == []


def test_a_slow_car_is_named_with_its_row_and_what_was_seen(tmp_path: Path) -> None:
    (fault,) = found(tmp_path, slower=1.25)
    assert (fault.rule, fault.severity) == ("learned-speed", "warning")
    assert fault.where() == "vehicles.csv row 2, speed_factor '1'"
    assert fault.problem.startswith("On 120 legs car C1 took 1.2")
    assert "write 0.8 under speed_factor; nothing is changed until you do" in fault.fix


def test_the_buffer_is_a_setting_of_the_week(tmp_path: Path) -> None:
    (fault,) = found(tmp_path, buffer=600)
    assert fault.where() == "district.toml, week.buffer_min '4'"
    assert "write buffer_min = 10 under [week]" in fault.fix


@pytest.mark.parametrize("language", LANGUAGES)
def test_minutes_of_a_kind_are_told_in_its_words(tmp_path: Path, language: Language) -> None:
    (fault,) = found(tmp_path, service=1_800)
    assert (fault.rule, fault.variant, fault.row) == ("learned-service", "kind", None)
    told = fault.text_in(language)
    assert {"en": "of the kind village", "zh": "“村”类站点", "fr": "village"}[language] in told
    assert "150" in told
    assert "30" in told


def test_records_older_than_a_year_speak_for_nothing(tmp_path: Path) -> None:
    rows = lived(tmp_path, weeks=30, service=1_800)
    later = msgspec.structs.replace(rows[0], date=MONDAY + dt.timedelta(weeks=90))
    assert list(time_warnings(county([*rows, later]), tmp_path)) == []


def test_without_times_or_visits_there_is_nothing_to_say() -> None:
    assert list(time_warnings(county([]))) == []


def test_the_command_proposes_and_writes_nothing(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "fuhuan"
    shutil.copytree(root / "examples" / "fuhuan", folder)
    stop = (folder / "stops.csv").read_text("utf-8-sig").splitlines()[1].split(",")[0]
    days = [dt.date(2026, 1, 1) + dt.timedelta(days=k) for k in range(25)]
    rows = [f"{day},{stop},09:00,10:{day.day % 3:02d}" for day in days]
    table = folder / "visits.csv"
    table.write_text("\n".join(["date,stop,arrive,leave", *rows]) + "\n", "utf-8")
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    options = ["check", str(folder), "--no-roads", "--json", "--routes", str(tmp_path)]
    done = CliRunner().invoke(main, options, catch_exceptions=False)
    learned = [f for f in json.loads(done.stdout)["faults"] if f["rule"].startswith("learned")]
    assert [(f["figures"]["count"], f["figures"]["proposed"]) for f in learned] == [(25, 60)]
    assert done.exit_code == 0
    assert before == {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
