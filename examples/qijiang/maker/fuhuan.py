"""The small sample: one township, one car, its own cut of the roads, Chinese column names."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

from maker.carriers import CARRIER_COLUMNS, carriers
from maker.chance import Chance
from maker.facts import Village
from maker.history import Visit, campaign, left_behind, rotation, top_ups
from maker.landscape import beside
from maker.lattice import cheapest_way, edge
from maker.network import Network, connected
from maker.outlines import outlines
from maker.relief import to_degrees
from maker.served import (
    CARRIED,
    Country,
    Stop,
    bookhouse,
    community,
    numbered,
    on_foot,
    people_each,
    remote,
    school,
    teahouse,
)
from maker.tables import Folder, write_roads
from maker.wishes import wishes

TOWN = "扶欢镇"
DEPOT = "D1"
CAR = "C1"
HOUSES = 9  # by road; beside them one on foot and one in town
NEIGHBOURHOOD = 7_000.0  # metres around the town in which all roads are kept

SETTINGS = """\
# 扶欢镇 — one township of the example qijiang, whose README.md says what is real and what is made.
name = "扶欢镇（示例，道路为虚构）"
name_en = "Fuhuan (example, made-up roads)"
language = "zh"
time_zone = "Asia/Shanghai"
# No local number in China begins with 0: nobody has this one.
dispatch_phone = "023-00000021"

[[depot]]
id = "D1"
name = "扶欢镇综合文化站"
name_en = "Fuhuan culture station"
lon = {lon:.5f}
lat = {lat:.5f}

[week]
days = "Tue Thu"
starts = "08:30"
ends = "17:30"
break_min = 45
break_after_h = 4
opens = "08:30"
closes = "17:30"

[roads]
extract = "made-up-roads.osm.pbf"
max_snap_m = 400
"""

VEHICLE_COLUMNS = ("id", "name", "driver", "phone", "books", "kg", "max_km", "max_hours")
VEHICLES = ((CAR, "扶欢流动书车", "陈师傅", "023-00000022", 700, 280, 90, 7),)

TOP_UPS = {"general": 7, "farming": 2, "reading": 2, "children": 1}

# The same columns and words as in the district's tables, as a Chinese office would write them.
HEADINGS = {
    "stops": {
        "id": "编号",
        "name": "名称",
        "name_en": "英文名",
        "kind": "类型",
        "lon": "经度",
        "lat": "纬度",
        "area": "乡镇",
        "people": "人口",
        "books": "需书",
        "mix": "类别比例",
        "every_weeks": "间隔周数",
        "days": "可服务日",
        "opens": "开门",
        "closes": "关门",
        "service_min": "停留分钟",
        "priority": "优先级",
        "required": "必到",
        "access": "到达方式",
        "contact": "联系人",
        "phone": "电话",
        "landmark": "地标",
        "note": "备注",
    },
    "vehicles": {
        "id": "编号",
        "name": "名称",
        "driver": "司机",
        "phone": "电话",
        "books": "载书",
        "kg": "载重",
        "max_km": "每日里程上限",
        "max_hours": "每日工时上限",
    },
    "batches": {
        "id": "编号",
        "books": "册数",
        "kg": "重量",
        "crates": "箱数",
        "audience": "读者",
        "mix": "类别比例",
        "at": "所在",
        "since": "到达日期",
        "pool": "书组",
    },
    "pools": {
        "id": "编号",
        "name": "名称",
        "for": "适用于",
        "weeks": "停留周数",
        "no_repeat_months": "不重复月数",
        "reserve": "留库批数",
        "mend_after": "修补次数",
    },
    "carriers": {
        "id": "编号",
        "name": "姓名",
        "phone": "电话",
        "at": "住处",
        "kg": "每趟公斤",
        "km": "每日公里",
        "serves": "服务站点",
    },
    "visits": {
        "date": "日期",
        "stop": "站点",
        "vehicle": "车辆",
        "batch": "批次",
        "action": "动作",
        "books": "册数",
        "status": "状态",
        "note": "备注",
    },
    "requests": {
        "id": "编号",
        "date": "登记日期",
        "stop": "站点",
        "title": "书名",
        "isbn": "ISBN",
        "reader": "读者",
        "wanted_by": "期望日期",
        "status": "状态",
    },
}
WORDS = {
    "kind": {"bookhouse": "农家书屋", "village": "村", "school": "学校", "teahouse": "茶馆"},
    "for": {"bookhouse": "农家书屋", "village": "村", "school": "学校", "teahouse": "茶馆"},
    "access": {"road": "公路", "foot": "步行"},
    "required": {"yes": "是"},
    "days": {"Mon Tue Wed Thu Fri": "周一 周二 周三 周四 周五"},
    "action": {"dropped": "送", "collected": "收"},
    "status": {"done": "完成", "missed": "未到", "open": "待送"},
}


def write_fuhuan(path: Path, seed: int, country: Country, communities: list[Village]) -> None:
    """Write the sample's folder."""
    land, folder = country.land, Folder(path, HEADINGS, WORDS)
    stops = _stops(country, communities, Chance(seed, "fuhuan stops"))
    chance = Chance(seed, "fuhuan books")
    brought = campaign(
        stops, Chance(seed, "fuhuan campaign"), never=1, missed=2, cars=(CAR,), weeks=1
    )
    rotated, batches = rotation(stops, chance, depot=DEPOT, cars=(CAR,), weeks=17)
    lon, lat = to_degrees(*land.lattice.places[land.seats[TOWN]])
    folder.text("district.toml", SETTINGS.format(lon=lon, lat=lat))
    folder.stops(stops)
    folder.table("vehicles", VEHICLE_COLUMNS, VEHICLES)
    waiting = top_ups(chance, TOP_UPS, depot=DEPOT)
    folder.batches([*left_behind(brought, chance), *waiting, *batches])
    folder.pools(stops)
    folder.table("carriers", CARRIER_COLUMNS, carriers(stops, Chance(seed, "fuhuan carriers")))
    folder.visits([*brought, *rotated])
    folder.wishes(wishes([_due(stops, brought)], Chance(seed, "fuhuan wishes"), 1))
    collection = outlines(seed, list(land.towns.values()))
    collection["features"] = [f for f in collection["features"] if f["properties"]["name"] == TOWN]
    folder.geojson("areas.geojson", collection)
    place = land.lattice.places[land.seats[TOWN]]
    write_roads(
        path / "made-up-roads.osm.pbf",
        _cut(country, stops),
        stops=stops,
        places={TOWN: (land.towns[TOWN].name_en, place)},
    )


def _due(stops: list[Stop], visits: list[Visit]) -> Stop:
    """Return a bookhouse by a road that was not reached last time."""
    missed = {visit.stop for visit in visits if visit.status == "missed"}
    return next(stop for stop in stops if stop.id in missed and stop.access == "road")


def _stops(country: Country, communities: list[Village], chance: Chance) -> list[Stop]:
    """Return the villages nearest to the town, its school, tea house and furthest village."""
    land, crowd = country.land, people_each(country)
    here = [h for h in country.hamlets if h.village.town == TOWN]
    metres = country.network.distances(land.seats[TOWN])
    by_road = sorted(
        (h for h in here if h.point in metres), key=lambda h: (metres[h.point], h.village.code)
    )
    near = by_road[:HOUSES]
    far = by_road[-1]
    carried = [h for h in here if (TOWN, h.village.name) == CARRIED]
    houses = [bookhouse(hamlet, chance, crowd) for hamlet in near]
    houses += [on_foot(bookhouse(hamlet, chance, crowd)) for hamlet in carried]
    houses += [community(v, country, chance) for v in communities if v.town == TOWN][:1]
    corners = chance.shuffled(country.corners(TOWN))
    lattice, english = land.lattice, land.towns[TOWN].name_en
    places = [beside(lattice, corner, chance) for corner in corners[:2]]
    groups = {
        "B": houses,
        "V": [remote(far, chance, crowd)],
        "S": [school((TOWN[:2], english), TOWN, places[0], chance)],
        "T": [teahouse(TOWN, places[1], chance, number=1)],
    }
    return numbered(groups)


def _cut(country: Country, stops: list[Stop]) -> Network:
    """Return the roads and paths around the township's stops, those that hang together.

    The whole way from every stop is kept, also where it leaves the neighbourhood for a while.
    """
    network, seat = country.network, country.land.seats[TOWN]
    lattice = network.lattice
    inside = set(lattice.around(lattice.places[seat], NEIGHBOURHOOD))
    kept = {e for e in network.kinds if set(e) <= inside}
    for stop in stops:
        price = network.along(on_foot=stop.access == "foot")
        way = cheapest_way(lattice, _road_end(country, stop), lambda n: n == seat, price)
        kept.update(edge(a, b) for a, b in itertools.pairwise(way))
    joined = connected(kept, seat)
    kinds = {e: kind for e, kind in network.kinds.items() if e in kept and e[0] in joined}
    return replace(network, kinds=kinds)


def _road_end(country: Country, stop: Stop) -> int:
    """Return the point a stop lies beside."""
    used = {n for e in country.network.kinds for n in e}
    lattice = country.land.lattice
    near = [n for n in lattice.around(stop.place, 150) if n in used]
    return min(near, key=lambda n: (lattice.away(n, stop.place), n))
