"""Starter districts: they read back without a fault, and never overwrite."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import builders
import pytest

from bookcar import files
from bookcar.errors import UsageError
from bookcar.inputs import settings
from bookcar.inputs.columns import tables
from bookcar.inputs.keys import KEYS
from bookcar.inputs.reader import read, read_district
from bookcar.inputs.starter import write_starter

NAMES = ["district.toml", *(f"{table}.csv" for table in tables())]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_example_reads_back_without_a_fault(tmp_path: Path, language: str) -> None:
    paths = write_starter(tmp_path / "new", name="Qijiang", language=language)
    assert [path.name for path in paths] == NAMES
    checked = read_district(tmp_path / "new")
    assert checked.faults == ()
    assert checked.district is not None
    assert len(checked.district.stops) >= 5
    assert len(checked.district.batches) >= len(checked.district.stops)
    assert checked.district.language == language


def test_both_languages_give_the_same_district(tmp_path: Path) -> None:
    english, chinese = (
        read(write_starter(tmp_path / lang, name="x", language=lang)[0].parent)
        for lang in ("en", "zh")
    )
    assert english.stops == chinese.stops
    assert english.batches == chinese.batches


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_column_and_key_is_there_and_explained(tmp_path: Path, language: str) -> None:
    write_starter(tmp_path, name="x", language=language)
    for name, table in tables().items():
        lines = (tmp_path / f"{name}.csv").read_text("utf-8-sig").splitlines()
        comments = [line for line in lines if line.lstrip('"').startswith("#")]
        header = next(line for line in lines if line not in comments).split(",")
        assert len(header) == len(table.columns)
        assert all(any(f"# {h}" in comment for comment in comments) for h in header)
    text = (tmp_path / "district.toml").read_text("utf-8")
    for key in KEYS:
        assert re.search(rf"^(# )?{key.rpartition('.')[2]} = .*  # .+", text, re.MULTILINE), key


def test_settings_shown_in_comments_are_the_defaults(tmp_path: Path) -> None:
    """With every comment removed, nothing changes but what has no default."""
    write_starter(tmp_path, name="x", language="en")
    text = (tmp_path / "district.toml").read_text("utf-8")
    shown = re.sub(r"^# (?=[\w]+ = |\[)", "", text, flags=re.MULTILINE)
    given, faults = settings.read_toml(shown.encode(), "district.toml")
    assert faults == []
    defaults = settings.read_toml(text.encode(), "district.toml")[0].values
    changed = {key for key in KEYS if given.values.get(key) != defaults.get(key)}
    examples = {"name_en", "dispatch_phone", "roads.extract", "roads.matrix", "roads.heights"}
    examples |= {"maps.tiles", "maps.tiles_credit", "roads.driving_side"}
    assert changed == examples | {f"bounds.{s}" for s in ("west", "south", "east", "north")}


def _places(count: int) -> dict[str, list[Any]]:
    stops = [
        builders.stop(
            f"n{i}", lon=round(1.5 + i / 500, 6), lat=42.5, name=f"Poble {i}", people=10 * i
        )
        for i in range(count)
    ]
    stops[0] = builders.stop("school", kind="school", books=120, lon=0.0, lat=42.5, area="Encamp")
    return {"depots": [builders.depot("w1", lon=1.52, lat=42.51)], "stops": stops}


def test_places_of_a_map_are_written_with_cars_and_batches(tmp_path: Path) -> None:
    (tmp_path / "x.osm.pbf").write_bytes(b"x")
    places = _places(90)
    write_starter(
        tmp_path, name="Andorra", language="en", time_zone="Europe/Andorra",
        extract_name="x.osm.pbf", **places,
    )  # fmt: skip
    checked = read_district(tmp_path)
    assert [f for f in checked.faults if f.severity == "error"] == []
    district = checked.district
    assert district is not None
    assert district.depots == tuple(places["depots"])
    assert district.stops == tuple(places["stops"])
    assert len(district.vehicles) == 2
    assert sum(b.books for b in district.batches) >= sum(s.books for s in district.stops)
    assert {b.at for b in district.batches} == {"w1"}
    assert district.settings.roads.extract == tmp_path / "x.osm.pbf"
    assert district.time_zone == "Europe/Andorra"


def test_places_may_be_mappings_with_hostile_names(tmp_path: Path) -> None:
    name = "a\tb\n{{ x }} \"quoted\", 'x'; </script> \x7f"
    stop = {"id": "#1", "name": name, "lon": 1.5, "lat": 42.5}
    depot = {"id": "D", "name": name, "name_en": 'back\\slash"', "lon": 1.5, "lat": 42.6}
    write_starter(tmp_path, name=name, language="en", stops=[stop], depots=[depot])
    checked = read_district(tmp_path)
    assert checked.faults == ()
    assert checked.district is not None
    clean = name.replace("\t", " ").replace("\n", " ").replace("\x7f", "").strip()
    assert checked.district.name == checked.district.stops[0].name == clean
    assert checked.district.stops[0].id == "1"
    assert checked.district.depots[0].name_en == 'back\\slash"'


def test_a_map_without_a_library_gets_a_depot_in_the_middle(tmp_path: Path) -> None:
    stops = _places(9)["stops"]
    write_starter(tmp_path, name="x", language="en", stops=stops)
    (depot,) = read(tmp_path).depots
    assert depot.id == "LIB"
    assert (depot.lon, depot.lat) in {(s.lon, s.lat) for s in stops}
    assert "no library" in (tmp_path / "district.toml").read_text("utf-8")


def test_a_folder_with_such_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "stops.csv").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match=r"stops\.csv"):
        write_starter(tmp_path, name="x", language="en")
    assert [path.name for path in tmp_path.iterdir()] == ["stops.csv"]


def test_other_files_stay_where_they_are(tmp_path: Path) -> None:
    (tmp_path / "x.osm.pbf").write_bytes(b"x")
    write_starter(tmp_path, name="x", language="en")
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([*NAMES, "x.osm.pbf"])


def test_a_failure_halfway_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = files.write_bytes

    def full_disk(path: Path, data: bytes) -> None:
        if path.name == "visits.csv":
            raise files.WriteError("The disk is full.")
        write(path, data)

    monkeypatch.setattr(files, "write_bytes", full_disk)
    with pytest.raises(files.WriteError):
        write_starter(tmp_path / "new", name="x", language="en")
    assert list(tmp_path.iterdir()) == []


def test_the_same_call_gives_the_same_bytes(tmp_path: Path) -> None:
    a = write_starter(tmp_path / "a", name="x", language="zh")
    b = write_starter(tmp_path / "b", name="x", language="zh")
    assert [p.read_bytes() for p in a] == [p.read_bytes() for p in b]


def test_without_batches_no_stop_wants_books(tmp_path: Path) -> None:
    write_starter(tmp_path / "new", name="x", language="en", batches=False)
    checked = read_district(tmp_path / "new")
    assert checked.faults == ()
    assert checked.district is not None
    assert checked.district.batches == ()
    assert {stop.books for stop in checked.district.stops} == {0}


def test_the_zone_is_that_of_the_depot(tmp_path: Path) -> None:
    depot = {"id": "L", "name": "Library", "lon": 36.82, "lat": -1.29}
    stop = {"id": "S", "name": "Stop", "lon": 36.85, "lat": -1.3}
    write_starter(tmp_path / "new", name="x", language="en", depots=[depot], stops=[stop])
    assert read(tmp_path / "new").time_zone == "Africa/Nairobi"
