"""What users of routing engines reported, from a folder to its plan: each with a right value.

The rules behind them have tests of their own: `test_lawful` (callers, seasons, kinds of car,
ferries, stopping places), `test_edited` (maps as an editor saves them), `test_matrixfile` (pairs
without a way).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from roads.osmfile import ROAD, Way, lon_lat, write_osm

import bookcar as bc
from bookcar.plan import Plan

# From the library at 1 straight to the stop at 3 past 2: 3 km; round by 4: 5 km and more.
NODES = {1: (0, 0), 2: (1500, 0), 3: (3000, 0), 4: (1500, 2000)}
STRAIGHT_KM, ROUND_KM = 6.0, 10.0
WINTER, SUMMER = "2026-W49", "2026-W23"
LORRY = '[[roads.profile]]\nname = "bus"\nweight_t = 7.5\n'


@dataclass(frozen=True, kw_only=True)
class Report:
    """A road with tags, and the km there and back by week."""

    tags: Mapping[str, str]
    km: Mapping[str, float]
    roads: str = ""
    profile: str = "car"


REPORTS = {
    "a street for callers is no shortcut": Report(
        tags={"motor_vehicle": "destination"}, km={WINTER: ROUND_KM}
    ),
    "a road closed in winter": Report(
        tags={"motor_vehicle:conditional": "no @ (Nov-Apr)"},
        km={WINTER: ROUND_KM, SUMMER: STRAIGHT_KM},
    ),
    "a bridge too low for any book car": Report(tags={"maxheight": "1.9"}, km={WINTER: ROUND_KM}),
    "a road forbidden to lorries": Report(
        tags={"hgv": "no"}, km={WINTER: ROUND_KM}, roads=LORRY, profile="bus"
    ),
    "and open to vans": Report(tags={"hgv": "no"}, km={WINTER: STRAIGHT_KM}),
}


@dataclass(kw_only=True)
class County:
    """A county on disk: one depot at the corner, its stops and its roads."""

    folder: Path
    stops: Sequence[tuple[str, float, float]] = (("S1", 3000, 0),)
    ways: Sequence[Way] = field(default_factory=list)
    nodes: Mapping[int, tuple[float, float]] = field(default_factory=lambda: NODES)
    roads: str = ""
    profile: str = "car"

    def plan(self, week: str = WINTER) -> Plan:
        lon, lat = lon_lat(0, 0)
        source = "" if "matrix" in self.roads else 'extract = "roads.osm"\n'
        if source:
            write_osm(self.folder / "roads.osm", self.nodes, self.ways)
        toml = f'name = "T"\n[[depot]]\nid = "D"\nname = "L"\nlon = {lon}\nlat = {lat}\n'
        text = f"{toml}[roads]\n{source}{self.roads}"
        (self.folder / "district.toml").write_text(text, "utf-8")
        rows = [f"{name},{name},village,{','.join(map(str, lon_lat(x, y)))},0\n"
                for name, x, y in self.stops]  # fmt: skip
        (self.folder / "stops.csv").write_text("id,name,kind,lon,lat,books\n" + "".join(rows))
        car = f"V,400,300,9,{self.profile}\n"
        (self.folder / "vehicles.csv").write_text("id,books,max_km,max_hours,profile\n" + car)
        return bc.plan_week(bc.read(self.folder), week, effort="quick", seed=1)


def _km(plan: Plan) -> float:
    return sum(route.metres for route in plan.routes) / 1000


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOKCAR_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize("name", REPORTS)
def test_the_way_that_is_right(tmp_path: Path, name: str) -> None:
    report = REPORTS[name]
    ways = [([1, 2], ROAD), ([2, 3], ROAD | dict(report.tags)), ([1, 4, 3], ROAD)]
    county = County(folder=tmp_path, ways=ways, roads=report.roads, profile=report.profile)
    for week, km in report.km.items():
        assert _km(county.plan(week)) == pytest.approx(km, abs=0.05)


@pytest.mark.parametrize(
    "fast",
    [{"highway": "motorway", "oneway": "no"}, {"highway": "secondary", "tunnel": "yes"}],
    ids=["motorway", "tunnel"],
)
def test_a_village_beside_a_motorway_or_above_a_tunnel(
    tmp_path: Path, fast: Mapping[str, str]
) -> None:
    """Served from its own street, 90 m away, and not from what is nearer."""
    nodes = {1: (0, 0), 2: (2000, 0), 3: (0, -130), 4: (2000, -130), 5: (800, 0)}
    ways = [([1, 5, 2], ROAD), ([3, 4], fast), ([1, 3], ROAD), ([2, 4], ROAD)]
    county = County(folder=tmp_path, nodes=nodes, ways=ways, stops=[("S1", 800, -90)])
    assert _km(county.plan()) == pytest.approx(1.6, abs=0.05)


def test_an_island_says_that_a_ferry_leads_there(tmp_path: Path) -> None:
    boat = {"route": "ferry", "motor_vehicle": "yes"}
    ways = [([1, 2], ROAD), ([2, 4], boat), ([4, 3], ROAD)]
    plan = County(folder=tmp_path, ways=ways).plan()
    assert [(u.stop, u.reason) for u in plan.unserved] == [("S1", "ferry-only")]


def test_stops_without_a_way_between_them_are_each_driven_to_from_the_depot(tmp_path: Path) -> None:
    rows = "from,to,seconds,metres\nD,S1,600,8000\nD,S2,600,8000\nS1,S2,,\n"
    (tmp_path / "matrix.csv").write_text(rows, "utf-8")
    stops = [("S1", 3000, 0), ("S2", 0, 3000)]
    plan = County(folder=tmp_path, stops=stops, roads='matrix = "matrix.csv"\n').plan()
    assert [len(route.calls) for route in plan.routes] == [1, 1]
    assert _km(plan) == 32
