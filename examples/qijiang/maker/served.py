"""Who is served: bookhouses, schools, remote villages, tea houses, organisations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from maker.books import HUBEI, Percents
from maker.chance import Chance
from maker.facts import Village
from maker.landscape import Hamlet, Land, beside
from maker.network import Network
from maker.relief import Point, to_degrees

BOOKHOUSES = 302
BOOKS_EACH = 68  # 20,536 books for 302 bookhouses in the first half of 2017

# The schools and villages the library's summary of 2017 names, by town.
SCHOOLS = (("永新镇", "紫荆村"), ("东溪镇", "福林村"), ("石壕镇", "万隆村"))
CARRIED = ("扶欢镇", "安育村")  # has a basket library; that no road reaches it is made

Crowd = Callable[[str, Chance], int]

CHILDREN = {"少儿": 40, "文化": 30, "科技": 20, "生活": 10}
SCHOOL = {"少儿": 50, "文化": 30, "科技": 20}
OFFICE = {"政经": 35, "文化": 35, "生活": 20, "科技": 10}
TEA = {"文化": 50, "生活": 35, "政经": 15}
FARMING = {"科技": 60, "文化": 20, "生活": 10, "少儿": 10}

# Market days by the last figure of the date, as the markets of Sichuan and Chongqing are held.
MARKETS = ("1 4 7 11 14 17 21 24 27", "2 5 8 12 15 18 22 25 28", "3 6 9 13 16 19 23 26 29")

SURNAMES = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯"
LANDMARKS = ("村委会门口", "村口大黄桷树下", "便民服务中心", "村卫生室旁", "文化院坝", "小卖部对面")


@dataclass(frozen=True)
class Country:
    """The land with its roads and its villages; the codes of those on foot and of the remote."""

    land: Land
    network: Network
    hamlets: list[Hamlet]
    afoot: set[str]
    remote: set[str]

    def corners(self, town: str) -> list[int]:
        """Return the points in a town's streets that a road passes."""
        return [n for n in self.land.streets[town] if n in self.network.on_road]


@dataclass(frozen=True)
class Stop:
    """A row of the stops table, with the place on the plane it was drawn from."""

    id: str
    name: str
    name_en: str
    kind: str
    place: Point
    area: str
    people: int
    books: int
    mix: Percents
    every_weeks: int
    days: str = ""
    opens: str = ""
    closes: str = ""
    service_min: int = 20
    priority: int = 1
    required: str = ""
    access: str = "road"
    contact: str = ""
    phone: str = ""
    landmark: str = ""
    note: str = ""

    @property
    def degrees(self) -> Point:
        """Longitude and latitude to about a metre."""
        lon, lat = to_degrees(*self.place)
        return round(lon, 5), round(lat, 5)


def all_stops(seed: int, country: Country, communities: list[Village]) -> list[Stop]:
    """Return every stop of the district, kind by kind."""
    chance = Chance(seed, "stops")
    crowd = people_each(country)
    houses, villages, schools = [], [], []
    for hamlet in country.hamlets:
        if hamlet.village.code in country.remote:
            villages.append(remote(hamlet, chance, crowd))
        else:
            house = bookhouse(hamlet, chance, crowd)
            houses.append(on_foot(house) if hamlet.village.code in country.afoot else house)
        if (hamlet.village.town, hamlet.village.name) in SCHOOLS:
            schools.append(village_school(hamlet, chance))
    houses += [community(village, country, chance) for village in communities]
    tea, offices = _town_stops(country, chance)
    groups = {"B": houses, "V": villages, "S": schools, "T": tea, "O": offices}
    return numbered(groups)


def numbered(groups: dict[str, list[Stop]]) -> list[Stop]:
    """Return the stops with ids: a letter for the kind, then a number."""
    return [
        replace(stop, id=f"{letter}{number:0{max(2, len(str(len(group))))}d}")
        for letter, group in groups.items()
        for number, stop in enumerate(group, start=1)
    ]


def people_each(country: Country) -> Crowd:
    """Return what draws the people of a village: a share of those of its town, made."""
    counts: dict[str, int] = {}
    for hamlet in country.hamlets:
        counts[hamlet.village.town] = counts.get(hamlet.village.town, 0) + 1

    def draw(town: str, chance: Chance) -> int:
        mean = min(country.land.towns[town].people * 0.7 / counts[town], 2_400)
        return round(mean * chance.between(0.5, 1.5) / 10) * 10

    return draw


def bookhouse(hamlet: Hamlet, chance: Chance, crowd: Crowd) -> Stop:
    """Return the bookhouse of a village."""
    village = hamlet.village
    mix = chance.weighted({"hubei": 0.7, "farming": 0.18, "children": 0.12})
    return Stop(
        id="",
        name=f"{village.name}农家书屋",
        name_en=f"{village.name_en} bookhouse",
        kind="bookhouse",
        place=hamlet.place,
        area=village.town,
        people=crowd(village.town, chance),
        books=BOOKS_EACH,
        mix={"hubei": HUBEI, "farming": FARMING, "children": CHILDREN}[mix],
        every_weeks=26,
        service_min=chance.pick((20, 20, 20, 25, 30)),
        priority=chance.pick((0, 1, 1, 1, 2)),
        landmark=chance.pick(LANDMARKS),
        **nobody(chance),
    )


def community(village: Village, country: Country, chance: Chance) -> Stop:
    """Return the bookhouse of a community in town; where a market is held it opens with it."""
    town = country.land.towns[village.town]
    point = chance.pick(country.corners(town.name))
    market = town.name.endswith("镇")
    return Stop(
        id="",
        name=f"{village.name}农家书屋",
        name_en=f"{village.name_en} community bookhouse",
        kind="bookhouse",
        place=beside(country.land.lattice, point, chance),
        area=town.name,
        people=round(town.people * chance.between(0.06, 0.12) / 10) * 10,
        books=BOOKS_EACH,
        mix=HUBEI,
        every_weeks=26,
        days=MARKETS[int(town.code[-2:]) % 3] if market else "",
        opens="08:30" if market else "",
        closes="13:00" if market else "",
        landmark="场镇文化站" if market else "社区居委会",
        note="逢场开放" if market else "",
        **nobody(chance),
    )


def on_foot(stop: Stop) -> Stop:
    """Return the stop as one that only a path leads to."""
    return replace(stop, access="foot", landmark="步道尽头院坝", note="不通公路，背篓送书")


def remote(hamlet: Hamlet, chance: Chance, crowd: Crowd) -> Stop:
    """Return the book car's stop in a remote village, where its books rotate."""
    village = hamlet.village
    return Stop(
        id="",
        name=f"{village.name}流动服务点",
        name_en=f"{village.name_en} remote village",
        kind="village",
        place=hamlet.place,
        area=village.town,
        people=crowd(village.town, chance),
        books=150,
        mix=CHILDREN,
        every_weeks=4,
        service_min=40,
        priority=4,
        landmark=chance.pick(LANDMARKS),
        note="偏远村",
        **nobody(chance),
    )


def village_school(hamlet: Hamlet, chance: Chance) -> Stop:
    """Return the school of a village, a few steps from its bookhouse."""
    x, y = hamlet.place
    place = (x + chance.between(-40, 40), y + chance.between(-40, 40))
    village = hamlet.village
    names = (village.name.removesuffix("村"), village.name_en)
    return school(names, village.town, place, chance)


def school(names: tuple[str, str], town: str, place: Point, chance: Chance) -> Stop:
    """Return a school, open on schooldays but for lunch."""
    return Stop(
        id="",
        name=f"{names[0]}小学",
        name_en=f"{names[1]} school",
        kind="school",
        place=place,
        area=town,
        people=chance.whole(6, 22) * 10,
        books=220,
        mix=SCHOOL,
        every_weeks=4,
        days="Mon Tue Wed Thu Fri",
        opens="08:40 14:00",
        closes="11:50 16:30",
        service_min=45,
        priority=7,
        landmark="学校大门",
        **nobody(chance),
    )


def _town_stops(country: Country, chance: Chance) -> tuple[list[Stop], list[Stop]]:
    """Return six tea houses and twenty organisations in the county seat, all of them made."""
    seats = ("古南街道", "文龙街道")
    corners = {name: chance.shuffled(country.corners(name)) for name in seats}

    def place(town: str) -> Point:
        return beside(country.land.lattice, corners[town].pop(), chance)

    towns = [seats[number % 2] for number in range(20)]
    tea = [teahouse(t, place(t), chance, number=n) for n, t in enumerate(towns[:6], start=1)]
    offices = [office(t, place(t), chance, number=n) for n, t in enumerate(towns, start=1)]
    return tea, offices


def teahouse(town: str, place: Point, chance: Chance, *, number: int) -> Stop:
    """Return a tea house with a rotating collection."""
    return Stop(
        id="",
        name=f"{town[:2]}{'甲乙丙丁戊己'[number - 1]}茶馆",
        name_en=f"Tea house {number}",
        kind="teahouse",
        place=place,
        area=town,
        people=chance.whole(4, 15) * 10,
        books=160,
        mix=TEA,
        every_weeks=8,
        opens="09:30",
        closes="18:00",
        service_min=25,
        priority=2,
        landmark="临街门面",
        **nobody(chance),
    )


def office(town: str, place: Point, chance: Chance, *, number: int) -> Stop:
    """Return an organisation with a rotating collection."""
    return Stop(
        id="",
        name=f"流转单位{number:02d}",
        name_en=f"Organisation {number}",
        kind="organisation",
        place=place,
        area=town,
        people=chance.whole(3, 40) * 10,
        books=200,
        mix=OFFICE,
        every_weeks=12,
        days="Mon Tue Wed Thu Fri",
        opens="09:00",
        closes="17:30",
        service_min=30,
        priority=1,
        landmark="单位传达室",
        **nobody(chance),
    )


def nobody(chance: Chance) -> dict[str, Any]:
    """Return a contact nobody has: no local number in China begins with 0."""
    return {
        "contact": f"{chance.pick(SURNAMES)}某",
        "phone": f"023-0{chance.whole(0, 9_999_999):07d}",
    }
