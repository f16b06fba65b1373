"""The whole district: 302 bookhouses, two book cars, a year of visits."""

from __future__ import annotations

from pathlib import Path

from maker.carriers import CARRIER_COLUMNS, carriers
from maker.chance import Chance
from maker.facts import Village
from maker.fair import EVENT_COLUMNS, POOL, fair, stock
from maker.history import DEPOT, campaign, left_behind, rotation, top_ups
from maker.lattice import Edge, cheapest_way, edge
from maker.outlines import outlines
from maker.relief import to_degrees
from maker.served import Country, Stop, all_stops
from maker.tables import CLOSURE_COLUMNS, Folder, write_roads
from maker.wishes import wishes

SETTINGS = """\
# 綦江区 — an example district; README.md says what in it is real and what is made.
name = "綦江区（示例，道路为虚构）"
name_en = "Qijiang (example, made-up roads)"
language = "zh"
time_zone = "Asia/Shanghai"
coordinates = "wgs84"
# No local number in China begins with 0: nobody has these.
dispatch_phone = "023-00000001"

[[depot]]
id = "D1"
name = "綦江区图书馆"
name_en = "Qijiang Library"
lon = {lon:.5f}
lat = {lat:.5f}
phone = "023-00000002"

[week]
days = "Mon Tue Wed Thu Fri"
starts = "08:00"
ends = "18:00"
break_min = 45
break_after_h = 4
buffer_min = 4
service_min = 20
every_weeks = 26
opens = "08:30"
closes = "17:30"
holidays = [2026-10-01, 2026-10-02, 2026-10-05, 2026-10-06, 2026-10-07, 2027-01-01]

[roads]
extract = "made-up-roads.osm.pbf"
max_snap_m = 400

# The large car does not fit everywhere.
[[roads.profile]]
name = "large"
width_m = 2.4
height_m = 3.1
weight_t = 7.5

[batches]
no_repeat_months = 24
# A top-up stays with its bookhouse; everything else goes round.
rotate = ["village", "school", "teahouse", "organisation", "other"]

[weights]
stop = 60
priority = 20
overdue_week = 15
people = 1
"""

CARS = ("C1", "C2")

VEHICLE_COLUMNS = (
    "id",
    "name",
    "driver",
    "phone",
    "depot",
    "books",
    "kg",
    "max_km",
    "max_hours",
    "speed_factor",
    "max_stops",
    "profile",
    "fixed_cost",
    "cost_km",
    "cost_hour",
)
SMALL_CAR = {"books": 1200, "kg": 480, "speed_factor": 1, "profile": "car"}
LARGE_CAR = {"books": 2000, "kg": 800, "speed_factor": 0.9, "profile": "large"}
BOTH = {"depot": DEPOT, "max_km": 220, "max_hours": 8.5, "max_stops": 12, "cost_hour": 6}
VEHICLES = (
    {**BOTH, **SMALL_CAR, "id": "C1", "name": "一号流动书车", "driver": "李师傅"}
    | {"phone": "023-00000011", "fixed_cost": 20, "cost_km": 1},
    {**BOTH, **LARGE_CAR, "id": "C2", "name": "二号流动书车", "driver": "王师傅"}
    | {"phone": "023-00000012", "fixed_cost": 30, "cost_km": 1.4},
)

# Waiting at the depot: enough in all, but fewer for children and farmers than are wanted.
TOP_UPS = {"general": 66, "farming": 12, "reading": 12, "children": 7}

# A slope comes down on this road, the week after the one planned first.
LANDSLIDE = ("安稳镇", "打通镇")


def write_qijiang(path: Path, seed: int, country: Country, communities: list[Village]) -> None:
    """Write the district folder."""
    land, folder = country.land, Folder(path)
    stops = all_stops(seed, country, communities)
    chance = Chance(seed, "qijiang books")
    brought = campaign(stops, Chance(seed, "campaign"), never=5, missed=8, cars=CARS, weeks=5)
    rotated, batches = rotation(stops, chance, depot=DEPOT, cars=CARS[:1], weeks=28)
    lon, lat = to_degrees(*land.lattice.places[land.seats["古南街道"]])
    folder.text("district.toml", SETTINGS.format(lon=lon, lat=lat))
    folder.stops(stops)
    cars = ([car[column] for column in VEHICLE_COLUMNS] for car in VEHICLES)
    folder.table("vehicles", VEHICLE_COLUMNS, cars)
    waiting = top_ups(chance, TOP_UPS, depot=DEPOT)
    for_fair = stock(Chance(seed, "fair"), depot=DEPOT)
    folder.batches([*left_behind(brought, chance), *waiting, *batches, *for_fair])
    folder.pools(stops, POOL)
    held = fair(lon, lat)
    folder.table("events", EVENT_COLUMNS, [[held[column] for column in EVENT_COLUMNS]])
    folder.table("carriers", CARRIER_COLUMNS, carriers(stops, Chance(seed, "carriers")))
    folder.visits([*brought, *rotated])
    folder.wishes(wishes(stops, Chance(seed, "wishes"), 26))
    folder.geojson("areas.geojson", outlines(seed, list(land.towns.values())))
    owner = _roads(path, country, stops)
    folder.table("closures", CLOSURE_COLUMNS, [_landslide(country, owner)])


def _roads(path: Path, country: Country, stops: list[Stop]) -> dict[Edge, int]:
    places = {
        town.name: (town.name_en, country.land.lattice.places[country.land.seats[town.name]])
        for town in country.land.towns.values()
        if town.ours
    }
    return write_roads(path / "made-up-roads.osm.pbf", country.network, stops=stops, places=places)


def _landslide(country: Country, owner: dict[Edge, int]) -> tuple[str, ...]:
    start, goal = (country.land.seats[name] for name in LANDSLIDE)
    network = country.network
    price = network.price("secondary", reuse=0.2)
    way = cheapest_way(network.lattice, start, lambda n: n == goal, price)
    slid = owner[edge(way[len(way) // 2], way[len(way) // 2 + 1])]
    return ("2026-12-07", "2026-12-13", str(slid), "", "滑坡，道路中断（示例）")
