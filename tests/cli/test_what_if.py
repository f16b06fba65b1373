"""``bookcar what-if`` and ``bookcar where`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from written import small_county

from bookcar.cli import main

STOPS = "id,name,kind,lon,lat,books,people\n" + "".join(
    f"S{k},stop {k},village,{106.65 + 0.005 * k:.3f},29.02,50,{100 * k}\n" for k in range(1, 6)
)


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """Return a county of five stops of which a car may visit three."""
    rows = "".join(f"B{k},50,20\n" for k in range(1, 9))
    return small_county(
        tmp_path / "county",
        depot=(106.65, 29.02),
        stops=STOPS,
        vehicles="id,books,max_km,max_hours,days,max_stops\nC1,800,200,8,Mon,3\n",
        batches="id,books,kg\n" + rows,
    )


def _run(county: Path, command: str, *args: str) -> Result:
    where = ["--maps", str(county.parent / "maps")]
    if command == "what-if":
        where += ["--routes", str(county.parent / "routes"), "--week", "2026-W49"]
        where += [] if "--adopt" in args else ["--effort", "quick"]
    return CliRunner().invoke(main, [command, str(county), *where, *args])


def test_changes_of_one_name_are_one_scenario(county: Path) -> None:
    args = (
        "--change", "more: vehicles.C1.max_stops=5",
        "--change", "two: +vehicle C2 like C1",
        "--change", "more: stops.S1.closes=16:30",
        "--change", "vehicles.C1.max_stops=2",
        "--change", "vehicles.C1.max_hours=7",
    )  # fmt: skip
    done = _run(county, "what-if", *args, "--each", "--json")
    assert done.exit_code == 0, done.output
    data = json.loads(done.stdout)
    assert [(one["name"], one["figures"]["served"]) for one in data["scenarios"]] == [
        ("", 3),
        ("more", 5),
        ("two", 5),
        ("vehicles.C1.max_stops=2", 2),
        ("vehicles.C1.max_hours=7", 3),
    ]
    assert data["scenarios"][1]["changes"] == ["vehicles.C1.max_stops=5", "stops.S1.closes=16:30"]
    assert all(Path(path).is_file() for path in data["files"])


def test_what_is_wrong_is_told_all_at_once_and_nothing_is_written(county: Path) -> None:
    done = _run(county, "what-if", "--change", "more cars", "--change", "-stop S9")
    assert done.exit_code == 2
    assert "'more cars'" in done.stderr
    assert "'-stop S9'" in done.stderr
    assert not (county.parent / "maps").exists()
    assert _run(county, "what-if").exit_code == 2


def test_a_scenario_is_saved_shown_and_adopted(county: Path) -> None:
    saved = _run(county, "what-if", "--change", "vehicles.C1.max_stops=4", "--save", "four")
    assert saved.exit_code == 0, saved.output
    assert "4 (+1)" in saved.stdout
    assert "max_stops\nC1,800,200,8,Mon,3" in (county / "vehicles.csv").read_text("utf-8")
    again = _run(county, "what-if", "--scenario", "four", "--lang", "zh")
    assert "4 (+1)" in again.stdout
    assert _run(county, "what-if", "--adopt", "five").exit_code == 2
    adopted = _run(county, "what-if", "--adopt", "four")
    assert adopted.exit_code == 0, adopted.output
    assert "C1,800,200,8,Mon,4" in (county / "vehicles.csv").read_text("utf-8")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--merge",), "2 stops instead of 5 would do"),
        (("--stores", "1"), "With 1 store more"),
        (("--stops", "2", "--villages"), "400 of 400 people"),
    ],
)
def test_places_are_found_and_told(county: Path, args: tuple[str, ...], says: str) -> None:
    (county.parent / "villages.csv").write_text(
        "name,lon,lat,people\na,107,29,300\nb,106,29,100\n", "utf-8"
    )
    if "--villages" in args:
        args = (*args, str(county.parent / "villages.csv"))
    done = _run(county, "where", *args)
    assert done.exit_code == 0, done.output
    assert says in done.stdout


def test_one_thing_is_asked_at_a_time(county: Path) -> None:
    assert _run(county, "where").exit_code == 2
    assert _run(county, "where", "--merge", "--stores", "1").exit_code == 2
    assert "people live" in _run(county, "where", "--stops", "1").stderr


PROMISED = """stop,date,vehicle,arrive,leave,status
S1,2026-11-30,C1,09:00,09:20,promised
S2,2026-12-14,C1,09:00,09:20,promised
"""


def test_all_weeks_that_the_timetable_promises_are_planned(county: Path) -> None:
    (county / "timetable.csv").write_text(PROMISED, "utf-8")
    done = _run(county, "what-if", "--horizon", "--change", "no: vehicles.C1.days=Tue", "--json")
    assert done.exit_code == 0, done.output
    data = json.loads(done.stdout)
    assert data["weeks"] == ["2026-W49", "2026-W50", "2026-W51"]
    for one in data["scenarios"]:
        figures = one["figures"]
        for name in ("due", "served", "visits", "metres", "kept", "promised"):
            assert figures[name] == sum(week[name] for week in one["by_week"])
    base, other = data["scenarios"]
    assert [week["promised"] for week in base["by_week"]] == [1, 0, 1]
    assert (base["figures"]["kept"], other["figures"]["kept"]) == (2, 0)
    page = next(Path(path) for path in data["files"] if path.endswith("what-if.html"))
    assert "1 of 1 promises kept" in page.read_text("utf-8")
    book = openpyxl.load_workbook(next(p for p in data["files"] if p.endswith(".xlsx")))
    rows = list(book["Weeks"].iter_rows(min_row=2, values_only=True))
    assert [(row[1], row[7], row[8]) for row in rows[:3]] == [
        ("2026-W49", 1, 1),
        ("2026-W50", 0, 0),
        ("2026-W51", 1, 1),
    ]


def test_without_promises_there_is_no_horizon(county: Path) -> None:
    done = _run(county, "what-if", "--horizon", "--change", "vehicles.C1.max_stops=5")
    assert done.exit_code == 2
    assert "promises no visit" in done.stderr
