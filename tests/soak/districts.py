"""Random small districts that use many features at once, written as the files a library would have.

Times and metres are coarse, so that routes meet their limits exactly now and then. One seed gives
one district, whatever else was made before.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from roads.osmfile import lon_lat, write_osm
from soak.carriers import add_carriers, paths, write_heights
from soak.fairs import add_fairs
from soak.pools import add_pools
from soak.wishes import add_wishes

Row = dict[str, Any]
Point = tuple[float, float]

WEEKS = ("2026-W49", "2026-W53", "2026-W40", "2027-W09")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
CLASSES = ("children", "farming", "history")
KINDS = ("village", "village", "school", "bookhouse", "teahouse", "organisation", "other")


@dataclass
class Sketch:
    """The tables of a district before they are files; ``places`` are km east and north.

    ``lists`` are of titles, by the names of their files; ``on_foot`` the stops that no road leads
    to, in a ``steep`` place with heights.
    """

    week: str
    chance: Random
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    depots: list[Row] = field(default_factory=list)
    profiles: list[Row] = field(default_factory=list)
    tables: dict[str, list[Row]] = field(default_factory=dict)
    places: dict[str, Point] = field(default_factory=dict)
    lists: dict[str, list[Row]] = field(default_factory=dict)
    roads: str = "matrix"
    on_foot: list[str] = field(default_factory=list)
    steep: bool = False

    @property
    def monday(self) -> dt.date:
        """The first day of the week to plan."""
        year, number = self.week.split("-W")
        return dt.date.fromisocalendar(int(year), int(number), 1)

    def one(self, *choices: Any) -> Any:
        """Return one of the choices."""
        return self.chance.choice(choices)

    def likely(self, share: float) -> bool:
        """Tell whether something happens that happens so often."""
        return self.chance.random() < share


def random_district(seed: int, folder: Path, *, carriers: bool = True) -> str:
    """Write a district's files into an empty folder, and return the week to plan.

    Without ``carriers`` the seeds give what they gave before there were any.
    """
    sketch = sketch_of(seed, carriers=carriers)
    write(sketch, folder)
    return sketch.week


def sketch_of(seed: int, *, carriers: bool = True) -> Sketch:
    """Return the tables of a district."""
    chance = Random(seed)
    sketch = Sketch(week=chance.choice(WEEKS), chance=chance)
    sketch.roads = chance.choices(("matrix", "estimate", "extract"), (12, 5, 3))[0]
    tight = sketch.likely(0.5)
    _settings(sketch)
    _depots(sketch)
    _vehicles(sketch, tight=tight)
    if not tight and sketch.likely(0.4):
        _reloading(sketch)
    _stops(sketch, tight=tight)
    if Random(f"breaks of {seed}").random() < 0.3:
        sketch.settings["week"]["break_rule"] = "driving"
    _batches(sketch)
    _history(sketch)
    _requests(sketch)
    add_wishes(sketch, Random(f"wishes of {seed}"))
    add_pools(sketch, Random(f"pools of {seed}"))
    sketch.settings["weights"]["level_days"] = Random(f"levels of {seed}").choice((0, 0, 0, 5, 20))
    if Random(f"hand-ons of {seed}").random() < 0.4:
        sketch.settings["batches"]["hand_on"] = True
    add_fairs(sketch, Random(f"fairs of {seed}"))
    if carriers:
        add_carriers(sketch, Random(f"carriers of {seed}"))
    return sketch


def _settings(sketch: Sketch) -> None:
    one = sketch.one
    week: Row = {
        "days": one(*[list(DAYS[:5])] * 4, ["Mon", "Thu"], list(DAYS)),
        "buffer_min": one(0, 4, 5),
        "break_min": one(0, 0, 30),
        "break_after_h": one(1, 2, 4),
        "service_min": one(5, 20),
    }
    if sketch.likely(0.3):
        first = sketch.monday + dt.timedelta(days=sketch.chance.randrange(5))
        week["holidays"] = [first, first + dt.timedelta(days=1)][: sketch.chance.randint(1, 2)]
    weights: Row = {
        "stop": one(60, 60, 20, 200),
        "other_weekday": one(0, 5, 60),
        "other_driver": one(0, 5),
        "balance_hour": one(0, 0, 10),
        "car_day": one(0, 0, 50),
    }
    batches: Row = {"no_repeat_months": one(24, 6, 1)}
    if sketch.likely(0.4):
        batches["when_seen_all"] = one("no-books", "oldest")
    if sketch.likely(0.3):
        batches["rotate"] = one(["village"], [], ["village", "school", "bookhouse"])
    sketch.settings = {"week": week, "weights": weights, "batches": batches}
    if sketch.likely(0.3):
        sketch.profiles = [{"name": "truck", "height_m": 3.2, "width_m": 2.4}]


def _place(sketch: Sketch, name: str, reach: float) -> Row:
    """Return the coordinates of a new place, somewhere within so many km."""
    east, north = (sketch.chance.uniform(-reach, reach) for _ in range(2))
    sketch.places[name] = (east, north)
    lon, lat = lon_lat(east * 1000, north * 1000)
    return {"lon": lon, "lat": lat}


def _depots(sketch: Sketch) -> None:
    for k in range(sketch.one(1, 1, 2, 3)):
        name = f"D{k + 1}"
        row: Row = {"id": name, "name": sketch.one("county library", "县图书馆", "书库 & store")}
        row |= _place(sketch, name, 3 if k == 0 else 12)
        if sketch.likely(0.3):
            row |= {"opens": sketch.one("08:00", "09:30"), "closes": sketch.one("11:00", "16:00")}
        sketch.depots.append(row)


def _vehicles(sketch: Sketch, *, tight: bool) -> None:
    one, depots = sketch.one, [row["id"] for row in sketch.depots]
    rows = []
    for k in range(one(1, 1, 2, 2, 3, 4)):
        row: Row = {
            "id": f"V{k + 1}",
            "driver": one("", "Wang", "李师傅"),
            "depot": one("", *depots),
            "books": one(60, 120, 200, 400),
            "kg": one("", "", 30, 60, 150),
            "max_km": one(20, 30, 45, 60, 120) if tight else one(80, 150, 300),
            "max_hours": one(2, 3, 4, 6) if tight else one(6, 8, 9.5),
            "starts": one("", "07:00", "08:00", "09:30"),
            "ends": one("", "12:00", "15:00", "18:30"),
            "days": one("", "", "", "", "Mon Wed", "Tue-Fri", "Thu"),
            "break_min": one("", "", 0, 15, 60),
            "break_after_h": one("", "", 0.5, 1, 3),
            "speed_factor": one("", "", 0.5, 0.8, 1.25),
            "max_stops": one("", "", 1, 2, 4),
            "max_driving_min": one("", "", "", 50, 90) if tight else "",
            "profile": one("car", *(row["name"] for row in sketch.profiles)),
            "fixed_cost": one("", 0, 20),
            "cost_km": one("", "", 2, 0),
            "cost_hour": one("", "", 10),
        }
        if sketch.likely(0.4):
            row["reloads"] = one(1, 1, 2)
            row["reload_min"] = one("", 5, 15, 40)
            row["reload_at"] = one("", " ".join(depots), one(*depots))
        rows.append(row)
    sketch.tables["vehicles"] = rows


def _reloading(sketch: Sketch) -> None:
    """Make the cars too small for their days, and let them come back for more."""
    for row in sketch.tables["vehicles"]:
        row |= {"books": sketch.one(40, 60, 100), "reloads": sketch.one(1, 2), "max_stops": ""}
        row |= {"reload_min": sketch.one("", 5, 10), "fixed_cost": sketch.one(0, 60)}


def _stops(sketch: Sketch, *, tight: bool) -> None:
    one, cars = sketch.one, [row["id"] for row in sketch.tables["vehicles"]]
    rows = []
    for k in range(sketch.chance.randint(1, 9)):
        name = one("S", "S", "村") + str(k + 1)
        row: Row = {"id": name, "name": one("Upper Mill", "河口村", 'the "old" school, north')}
        row |= _place(sketch, name, one(6, 12) if tight else one(8, 20))
        twice = sketch.likely(0.2)
        row |= {
            "kind": one(*KINDS),
            "people": one("", 80, 1500),
            "books": one(0, 20, 40, 40, 60, 100),
            "mix": one("", "", "", "children:0.5 farming:0.5", "history:1"),
            "every_weeks": one(1, 1, 2, 4, 8),
            "visits_a_week": 2 if twice else "",
            "days_between": one(1, 2, 3) if twice else "",
            "days": one("", "", "", "", "", "Mon Thu", "Wed", "1 3 6 9", "30", "Fri 2日"),
            "service_min": one("", "", 5, 15, 45, 120),
            "priority": one("", "", 1, 5, 9),
            "required": one("", "", "", "", "yes"),
            "access": "foot" if sketch.likely(0.05) else "",
            "vehicles": one(*cars) if sketch.likely(0.15) else "",
        }
        rows.append(row | _hours(sketch))
    sketch.tables["stops"] = rows


def _hours(sketch: Sketch) -> Row:
    opens, closes = sketch.one(
        ("", ""),
        ("", ""),
        ("", ""),
        ("08:30", "16:00"),
        ("09:00 14:00", "11:30 17:00"),
        ("", ""),
        ("10:00", "10:20"),
        ("13:00", "18:00"),
        ("06:00", "08:10"),
        ("08:00 09:00 15:00", "08:20 12:00 15:45"),
    )
    return {"opens": opens, "closes": closes}


def _batches(sketch: Sketch) -> None:
    """Batches begin in a depot or at a stop; the history moves some of them."""
    depots, stops = (
        [row["id"] for row in rows] for rows in (sketch.depots, sketch.tables["stops"])
    )
    one, rows = sketch.one, []
    for k in range(one(0, 3, 8, 12, 16, 20, 26)):
        car = one(*sketch.tables["vehicles"])  # one that can carry it
        size = min(one(10, 20, 40, 40, 60, 90, 150), car["books"])
        kg = min(one(0, 8, 14, 25, 50, 70), car["kg"] or 10**6)
        rows.append(
            {
                "id": f"B{k + 1:02d}",
                "books": size,
                "kg": "" if car["kg"] == "" and sketch.likely(0.4) else kg,
                "audience": one("", "", "", "school", "children"),
                "mix": one("", "", "", "children:1", "farming:0.5 history:0.5"),
                "at": one(*stops) if sketch.likely(0.25) else one("", *depots),
                "since": one("", "", sketch.monday - dt.timedelta(days=one(3, 30, 600, -2))),
            }
        )
    sketch.tables["batches"] = rows


def _history(sketch: Sketch) -> None:
    """Every batch is dropped and collected a few times; some rows are missed or lack a cell."""
    one, rows = sketch.one, []
    stops = [row["id"] for row in sketch.tables["stops"]]
    cars = [row["id"] for row in sketch.tables["vehicles"]]
    depots = [row["id"] for row in sketch.depots]
    known = sketch.chance.sample(stops, min(len(stops), one(0, 0, 0, 1, 2)))
    for batch in sketch.tables["batches"]:
        day = sketch.monday - dt.timedelta(days=one(7, 40, 200, 800))
        if known and batch["at"] not in stops:
            day = sketch.monday - dt.timedelta(days=one(30, 40, 50))
            rows += _seen_by(sketch, batch, known, day)
            continue
        for _ in range(one(0, 0, 0, 1, 1, 2)):
            stop = one(*stops)
            visit = {"stop": stop, "batch": batch["id"], "books": batch["books"]}
            rows.append(_visit(sketch, visit, day, one("", *cars)) | {"action": "dropped"})
            day += dt.timedelta(days=one(7, 28, 100))
            if rows[-1]["status"] == "missed":
                continue
            if sketch.likely(0.3):
                break  # it is there still
            back = {"depot": one("", *depots), "action": "collected", "status": "done"}
            rows.append(_visit(sketch, visit, day, one(*cars)) | back)
            day += dt.timedelta(days=one(3, 60))
    for stop in stops:
        if sketch.likely(0.3):
            day = sketch.monday - dt.timedelta(days=one(-1, 1, 5, 12, 26, 60))
            rows.append(_visit(sketch, {"stop": stop}, day, one(*cars)))
    latest = sketch.monday + dt.timedelta(days=6)
    rows = [row for row in rows if row["date"] <= latest]
    rows.sort(key=lambda row: row["date"])
    sketch.tables["visits"] = rows


def _seen_by(sketch: Sketch, batch: Row, stops: list[str], day: dt.date) -> list[Row]:
    """Return how a batch was at each of some stops for some days and came back."""
    rows, car = [], sketch.tables["vehicles"][0]["id"]
    back = batch["at"] or sketch.depots[0]["id"]
    for stop in stops:
        visit = {"stop": stop, "batch": batch["id"], "books": batch["books"], "vehicle": car}
        rows.append({"date": day, **visit, "status": "done", "action": "dropped"})
        day += dt.timedelta(days=sketch.one(2, 7))
        rows.append({"date": day, **visit, "status": "done", "action": "collected", "depot": back})
        day += dt.timedelta(days=3)
    return rows


def _visit(sketch: Sketch, row: Row, day: dt.date, vehicle: str) -> Row:
    status = "missed" if sketch.likely(0.1) else sketch.one("", "done")
    return {"date": day, **row, "vehicle": vehicle, "status": status or "done"}


def _requests(sketch: Sketch) -> None:
    one, stops = sketch.one, [row["id"] for row in sketch.tables["stops"]]
    rows = []
    for k in range(sketch.chance.randint(0, 3)):
        made = sketch.monday + dt.timedelta(days=one(-20, -1, 1, 3))
        until = one("", "", made + dt.timedelta(days=one(2, 10, 40)))
        title = one("Journey to the West", "西游记")
        status = one("", "open", "open", "done", "cancelled")
        row = {"id": f"R{k}", "date": made, "stop": one(*stops), "title": title}
        rows.append(row | {"wanted_by": until, "status": status})
    sketch.tables["requests"] = rows


def write(sketch: Sketch, folder: Path) -> None:
    """Write the files; a table without rows is left out, or has a header alone."""
    roads: Row = {"detour": sketch.one(1.2, 1.65), "speed_kmh": sketch.one(20, 30)}
    if sketch.roads == "matrix":
        roads = {"matrix": "matrix.csv"}
        _table(folder / "matrix.csv", _matrix(sketch))
    elif sketch.roads == "extract":
        roads = {"extract": "region.osm", "max_snap_m": 200}
        _closures(sketch, _extract(sketch, folder / "region.osm"))
        if sketch.steep:
            roads["heights"] = "dem"
            write_heights(folder / "dem")
    sketch.settings["roads"] = roads
    (folder / "district.toml").write_text(_toml(sketch), "utf-8")
    for name, rows in sketch.tables.items():
        if rows:
            _table(folder / f"{name}.csv", rows)
        elif name == "requests":
            (folder / "requests.csv").write_text("id,date,stop,title\n", "utf-8")
    for name, rows in sketch.lists.items():
        _table(folder / name, rows)


def _table(path: Path, rows: list[Row]) -> None:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def _toml(sketch: Sketch) -> str:
    lines = [f'name = "Soakshire {sketch.week}"', f'language = "{sketch.one("en", "zh")}"']
    for title, values in sketch.settings.items():
        lines += [f"[{title}]", *(f"{key} = {_value(v)}" for key, v in values.items())]
    for depot in sketch.depots:
        lines += ["[[depot]]", *(f"{key} = {_value(v)}" for key, v in depot.items())]
    for profile in sketch.profiles:
        lines += ["[[roads.profile]]", *(f"{key} = {_value(v)}" for key, v in profile.items())]
    return "\n".join([*lines, ""])


def _value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_value(v) for v in value)}]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def _matrix(sketch: Sketch) -> list[Row]:
    """Return driving in steps of 4 minutes and 500 m, other there than back."""
    rows = []
    for profile in ("", *(row["name"] for row in sketch.profiles)):
        for a, here in sketch.places.items():
            for b, there in sketch.places.items():
                if a == b:
                    continue
                km = math.dist(here, there) * sketch.chance.uniform(1.1, 1.6)
                steps = max(1, round(km / sketch.one(20, 30, 45) * 15))
                figures = {"seconds": 240 * steps, "metres": 500 * max(1, round(2 * km))}
                rows.append({"from": a, "to": b, "profile": profile, **figures})
    return rows


def _extract(sketch: Sketch, path: Path) -> list[int]:
    """Draw roads between the places and return the ids of the ways; a few stops lie off them."""
    names = list(sketch.places)
    nodes = {k: (x * 1000, y * 1000) for k, (x, y) in enumerate(sketch.places.values(), 1)}
    ways: list[tuple[list[int], dict[str, str]]] = []
    by_road = [k for k, name in enumerate(names, 1) if name not in sketch.on_foot]
    for at, k in enumerate(by_road[1:], 1):
        if names[k - 1] not in {row["id"] for row in sketch.depots} and sketch.likely(0.1):
            continue  # off the road, unless a later way begins here
        count = sketch.one(1, 2)
        ways += [([by_road[sketch.chance.randrange(at)], k], _road(sketch)) for _ in range(count)]
    ways += paths(sketch, nodes)
    far = len(nodes) + 1  # so that there is a road even in a district of one place
    nodes[far] = (nodes[1][0] + 700, nodes[1][1] + 700)
    ways.append(([1, far], {"highway": "unclassified"}))
    write_osm(path, nodes, ways)
    return [101 + k for k in range(len(ways) - 1)]


def _road(sketch: Sketch) -> dict[str, str]:
    tags = {"highway": sketch.one("secondary", "tertiary", "unclassified", "track")}
    if sketch.likely(0.05):
        tags["highway"] = "path"
    if sketch.likely(0.05):
        tags["oneway"] = "yes"
    if sketch.likely(0.2):
        tags["maxheight"] = "3"
    return tags


def _closures(sketch: Sketch, ways: list[int]) -> None:
    rows = []
    for _ in range(sketch.one(0, 0, 1, 2) if ways else 0):
        first = sketch.monday + dt.timedelta(days=sketch.one(-30, 0, 2, 9))
        last = first + dt.timedelta(days=sketch.one(0, 3, 60))
        rows.append({"from": first, "to": last, "ways": sketch.one(*ways), "note": "塌方"})
    sketch.tables["closures"] = rows
