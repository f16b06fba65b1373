"""``bookcar why`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from written import small_county

import bookcar.why.week
from bookcar.cli import main

STOPS = "id,name,kind,lon,lat,books,people\n" + "".join(
    f"S{k},stop {k},village,{106.65 + 0.005 * k:.3f},29.02,50,{100 * k}\n" for k in range(1, 6)
)
CAR = "id,books,max_km,max_hours,days,max_stops\nC1,800,200,8,Mon,{stops}\n"


@pytest.fixture
def week(tmp_path: Path) -> Path:
    """Return the week of a county of five stops of which a car may visit three."""
    county = small_county(
        tmp_path / "county",
        depot=(106.65, 29.02),
        stops=STOPS,
        vehicles=CAR.format(stops=3),
        batches="id,books,kg\n" + "".join(f"B{k},50,20\n" for k in range(1, 9)),
    )
    places = ["--routes", str(tmp_path / "routes"), "--maps", str(tmp_path / "maps")]
    _run("plan", str(county), "--week", "2026-W49", "--effort", "quick", *places)
    return tmp_path / "routes" / "county" / "2026-W49"


def _run(*args: str) -> Result:
    done = CliRunner().invoke(main, args)
    assert done.exit_code == 0, done.output
    return done


def _told(week: Path, *more: str) -> Any:
    return json.loads(_run("why", str(week), *more, "--json").stdout)


def test_what_the_plan_was_written_with_is_told_again_without_trying(
    week: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = {name: _told(week, name)["stops"] for name in ("S1", "S2")}
    (week / "why.json").rename(week / "elsewhere.json")
    assert {name: _told(week, name)["stops"] for name in left} == left
    (week / "elsewhere.json").rename(week / "why.json")
    monkeypatch.delattr(bookcar.why.week, "whys_of")
    assert {name: _told(week, name)["stops"] for name in left} == left
    assert [one["id"] for one in _told(week)["stops"]] == ["S1", "S2"]
    assert _told(week, "S5")["visits"]


def test_of_tables_that_are_others_now_all_is_tried_anew(week: Path) -> None:
    county = week.parent.parent.parent / "county"
    assert _told(week, "S1")["stops"][0]["changes"]
    (county / "vehicles.csv").write_text(CAR.format(stops=4))
    changes = _told(week, "S2")["stops"][0]["changes"]
    assert all(one["lever"] != "stops" for one in changes)


def test_every_change_is_told_with_what_it_costs(week: Path) -> None:
    (stop,) = _told(week, "S2")["stops"]
    more = next(one for one in stop["changes"] if one["lever"] == "stops")
    assert more["seconds"] > 0
    text = _run("why", str(week), "S2", "--lang", "en").stdout
    assert f"{round(more['seconds'] / 60):+} min in all" in text.replace("\u202f", " ")
