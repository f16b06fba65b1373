"""The tables against the roads: stops off them, and coordinates of another system."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from cli.county import write_county
from roads.osmfile import ROAD, lon_lat, write_osm

from bookcar.check import check_district
from bookcar.inputs.coordinates import wgs84_to_gcj02
from bookcar.roads import cache


@pytest.fixture
def county(root: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(root / "examples" / "qijiang", tmp_path / "qijiang"))


def _rewrite(path: Path, change: object) -> None:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        change(row)  # type: ignore[operator]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def _shift(row: dict[str, str]) -> None:
    lon, lat = wgs84_to_gcj02(float(row["lon"]), float(row["lat"]))
    row["lon"], row["lat"] = f"{lon:.6f}", f"{lat:.6f}"


def test_the_example_is_without_a_fault(county: Path) -> None:
    checked = check_district(county)
    district, faults = checked.district, checked.faults
    assert district is not None
    assert [f for f in faults if f.severity == "error"] == []
    rules = {"off-road", "disconnected", "shifted-coordinates", "unknown-way"}
    assert not rules & {f.rule for f in faults}


def test_shifted_coordinates_are_suspected_and_the_setting_mends_them(county: Path) -> None:
    _rewrite(county / "stops.csv", _shift)
    faults = check_district(county).faults
    shifted = [f for f in faults if "gcj02" in f.fix]
    assert len(shifted) == 1
    toml = county / "district.toml"
    text = toml.read_text("utf-8")
    assert 'coordinates = "wgs84"' in text
    toml.write_text(text.replace('coordinates = "wgs84"', 'coordinates = "gcj02"'), "utf-8")
    checked = check_district(county)
    district, faults = checked.district, checked.faults
    assert district is not None
    assert not any("gcj02" in f.fix for f in faults)


def test_a_stop_off_the_roads_is_named_with_distance_and_what_to_do(county: Path) -> None:
    def far(row: dict[str, str]) -> None:
        if row is not None and row["access"] != "foot" and not moved:
            moved.append(row["id"])
            row["lon"] = str(float(row["lon"]) + 0.25)

    moved: list[str] = []
    _rewrite(county / "stops.csv", far)
    faults = check_district(county).faults
    found = [f for f in faults if f.rule == "off-road"]
    assert [moved[0] in f.problem for f in found] == [True]
    assert found[0].severity == "warning"
    assert "max_snap_m" in found[0].fix


def test_the_roads_are_loaded_once_for_all_that_is_asked_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stops off the roads, closures that close nothing, shifted coordinates; and waters once."""
    folder = write_county(tmp_path / "county")
    write_osm(folder / "roads.osm", {1: (0, 0), 2: (800, 0)}, [([1, 2], ROAD)])
    (lon, lat), (near, _) = lon_lat(0, 0), lon_lat(700, 0)
    toml = (folder / "district.toml").read_text("utf-8")
    toml = toml.replace("lon = 1.0", f"lon = {lon}").replace("lat = 45.0", f"lat = {lat}")
    (folder / "district.toml").write_text(toml + '[roads]\nextract = "roads.osm"\n', "utf-8")
    stops = f"S1,Aldea,village,{near},{lat},40\nS2,Bourg,village,{near},{lat + 0.05},40\n"
    (folder / "stops.csv").write_text("id,name,kind,lon,lat,books\n" + stops, "utf-8")
    (folder / "closures.csv").write_text("from,to,ways\n2026-11-30,2026-12-04,999\n", "utf-8")
    place, located = cache._place, []

    def counted(*asked: object) -> Path:
        located.append(asked)
        return place(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(cache, "_place", counted)
    monkeypatch.setenv("BOOKCAR_CACHE", str(tmp_path / "cache"))
    checked = check_district(folder)
    district, faults = checked.district, checked.faults
    assert district is not None
    assert {"off-road", "unknown-way"} <= {fault.rule for fault in faults}
    assert [str(ending).startswith("-water") for _, ending, _ in located] == [False, True]


def test_without_roads_only_the_tables_are_checked(county: Path) -> None:
    (county / "stops.csv").write_text("id,name\n1,x\n", "utf-8")
    checked = check_district(county, roads=False)
    district, faults = checked.district, checked.faults
    assert district is None
    assert faults
