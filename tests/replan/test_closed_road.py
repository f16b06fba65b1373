"""A road that closes in mid-week: what is to come drives around it, on a real map as well."""

from __future__ import annotations

import csv
import datetime as dt
from itertools import pairwise
from pathlib import Path

import osmium
import polyline
import pytest
from builders import MONDAY, batch, depot, district, stop, vehicle
from roads.osmfile import ROAD, on_roads, stop_at, write_osm

import bookcar as bc
from bookcar.audit import audit
from bookcar.errors import InputError
from bookcar.model import District, RoadSettings, Settings
from bookcar.plan import Plan

WEEK = "2026-W49"
LOOP = {1: (0, 0), 2: (800, 0), 3: (400, 600), 4: (1600, 0)}
WAYS = [([1, 2], ROAD), ([1, 3, 2], ROAD), ([2, 4], ROAD)]
AROUND = 1442

Place = tuple[float, float]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOKCAR_CACHE", str(tmp_path / "cache"))


def _loop(top: Path) -> District:
    path = write_osm(top / "loop.osm", LOOP, WAYS)
    stops = (stop_at("S1", 800, 0), stop_at("S2", 1600, 0))
    return on_roads(path, *stops, vehicles=(vehicle("V"),), batches=(batch("B1"), batch("B2")))


def _replanned(tables: District, plan: Plan, at: dt.datetime, *ways: int) -> Plan:
    found = bc.replan_week(tables, plan, bc.Events(at=at, closed_ways=ways))
    new = found.taken.plan
    was = None if new.id == plan.id else plan
    assert audit(new, found.district, found.travel, was=was) == []
    return new


def _morning(plan: Plan) -> dt.datetime:
    return dt.datetime.combine(plan.routes[0].date, dt.time(6))


def test_a_closed_road_is_driven_around(tmp_path: Path) -> None:
    tables = _loop(tmp_path)
    plan = bc.plan_week(tables, WEEK, effort="quick")
    assert plan.routes[0].metres == 3200
    new = _replanned(tables, plan, _morning(plan), 101)
    assert new.routes[0].metres == 3200 + 2 * (AROUND - 800)
    assert new.totals.served == 2
    assert new.replanned is not None
    assert new.replanned.closed_ways == (101,)


def test_what_was_driven_on_it_before_stays(tmp_path: Path) -> None:
    """The way there is fact, with its metres; only the way home goes around."""
    tables = _loop(tmp_path)
    plan = bc.plan_week(tables, WEEK, effort="quick")
    route = plan.routes[0]
    at = dt.datetime.combine(route.date, dt.time()) + dt.timedelta(seconds=route.halts[0].arrive)
    now = _replanned(tables, plan, at, 101).routes[0]
    assert now.halts[0] == route.halts[0]
    assert now.metres == 3200 + AROUND - 800


def test_a_stop_behind_the_only_road_falls_away(tmp_path: Path) -> None:
    tables = _loop(tmp_path)
    plan = bc.plan_week(tables, WEEK, effort="quick")
    new = _replanned(tables, plan, _morning(plan), 103)
    assert [row.stop for row in new.unserved] == ["S2"]
    assert [v.stop for r in new.routes for v in r.visits] == ["S1"]


@pytest.mark.parametrize(("ways", "told"), [((999,), "999"), ((101, 998, 999), "998 and 999")])
def test_a_road_that_the_map_has_not_is_refused(
    tmp_path: Path, ways: tuple[int, ...], told: str
) -> None:
    tables = _loop(tmp_path)
    plan = bc.plan_week(tables, WEEK, effort="quick")
    with pytest.raises(InputError) as caught:
        bc.replan_week(tables, plan, bc.Events(at=_morning(plan), closed_ways=ways))
    (fault,) = caught.value.faults
    assert (fault.rule, fault.variant) == ("replan-way", "")
    assert told in fault.problem_in("en")


def test_a_closed_road_is_refused_where_there_are_no_roads() -> None:
    """Distances from coordinates stay the same: it would close nothing, and nobody would know."""
    tables = district(stop("S1"), batches=(batch("B1"),))
    plan = bc.plan_week(tables, WEEK, effort="quick")
    with pytest.raises(InputError) as caught:
        bc.replan_week(tables, plan, bc.Events(at=_morning(plan), closed_ways=(101,)))
    assert [(f.rule, f.variant) for f in caught.value.faults] == [("replan-way", "no-roads")]


@pytest.mark.shared
def test_a_road_of_andorra_is_driven_around(shared: Path) -> None:
    """The way with most points of the longest leg is closed: no leg to come runs along it."""
    extract = shared / "osm" / "andorra.osm.pbf"
    tables = _andorra(extract, shared / "osm" / "andorra_sites.csv")
    plan = bc.plan_week(tables, WEEK, effort="quick")
    assert plan.totals.served == 4
    leg = max((leg for route in plan.routes for leg in route.legs), key=lambda leg: leg.metres)
    way, steps = _way_along(extract, polyline.decode(leg.line))
    assert any(steps & _steps(plan, k) for k in range(len(plan.routes)))
    new = _replanned(tables, plan, dt.datetime.combine(MONDAY, dt.time(6)), way)
    assert new.replanned is not None
    assert not any(steps & _steps(new, k) for k in range(len(new.routes)))


def _andorra(extract: Path, sites: Path) -> District:
    with sites.open(encoding="utf-8") as stream:
        at = {row["name"]: (float(row["lon"]), float(row["lat"])) for row in csv.DictReader(stream)}
    home, *names = "Andorra la Vella", "Ordino", "Canillo", "Encamp", "Sant Julià de Lòria"
    stops = [stop(f"S{k}", lon=at[n][0], lat=at[n][1]) for k, n in enumerate(names, 1)]
    return district(
        *stops,
        depots=(depot("D", lon=at[home][0], lat=at[home][1]),),
        vehicles=(vehicle("V"),),
        batches=tuple(batch(f"B{k}") for k in range(1, 5)),
        settings=Settings(roads=RoadSettings(extract=extract, max_snap_m=300)),
    )


def _steps(plan: Plan, k: int) -> set[frozenset[Place]]:
    """Return the pairs of points that follow each other on the legs of a route."""
    lines = (polyline.decode(leg.line) for leg in plan.routes[k].legs if leg.line)
    return {frozenset(pair) for line in lines for pair in pairwise(line)}


def _way_along(extract: Path, line: list[Place]) -> tuple[int, set[frozenset[Place]]]:
    """Return the way with most steps of a line, by osmium alone, and those steps."""
    along = {frozenset(pair) for pair in pairwise(line)}
    best: tuple[int, set[frozenset[Place]]] = (0, set())
    ways = osmium.FileProcessor(str(extract)).with_locations()
    for one in ways.with_filter(osmium.filter.KeyFilter("highway")):
        if not one.is_way():
            continue
        points = [(round(n.lat, 5), round(n.lon, 5)) for n in one.nodes]
        found = {frozenset(pair) for pair in pairwise(points)} & along
        if len(found) > len(best[1]):
            best = one.id, found
    return best
