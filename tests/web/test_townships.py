"""The names of townships on the little map."""

from __future__ import annotations

from xml.etree import ElementTree

import msgspec
from manifests.plans import HOSTILE, make_plan

from bookcar.plan import Plan
from bookcar.web.geometry import Paper, route_ways
from bookcar.web.minimap import HEIGHT, WIDTH, route_map
from bookcar.web.text import breaks_anywhere, cut, printable
from bookcar.web.townships import township_names


def _plan(areas: tuple[str, ...], stops: int = 12) -> Plan:
    """Return a plan whose areas lie side by side from west to east."""
    plan = make_plan(routes=1, stops=stops)
    lons = sorted(stop.lon for stop in plan.stops)
    placed = tuple(
        msgspec.structs.replace(stop, area=areas[lons.index(stop.lon) * len(areas) // len(lons)])
        for stop in plan.stops
    )
    return msgspec.structs.replace(plan, stops=placed)


def _names(plan: Plan) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(route_map(plan, plan.routes[0]))
    return [t for t in root.findall("{*}text") if t.get("fill") == "#444"]


def test_a_township_is_named_once_and_inside_the_frame() -> None:
    plan = _plan(("永新镇", "Dongxi", "三江街道"))
    names = _names(plan)
    assert names
    assert len({n.text for n in names}) == len(names)
    assert {n.text for n in names} <= {"永新镇", "Dongxi", "三江街道"}
    for name in names:
        text = str(name.text)
        half = sum(10 if breaks_anywhere(c) else 6 for c in text) / 2
        assert half <= float(name.get("x", 0)) <= WIDTH - half
        assert 10 <= float(name.get("y", 0)) <= HEIGHT


def test_no_name_covers_a_number() -> None:
    plan = _plan(("永新镇", "Dongxi", "三江街道"), stops=25)
    root = ElementTree.fromstring(route_map(plan, plan.routes[0]))
    numbers = [t for t in root.findall("{*}text") if str(t.text).isdigit()]
    for name in _names(plan):
        half = sum(10 if breaks_anywhere(c) else 6 for c in str(name.text)) / 2
        x, y = float(name.get("x", 0)), float(name.get("y", 0)) - 4
        for number in numbers:
            u, v = float(number.get("x", 0)), float(number.get("y", 0)) - 3.6
            assert abs(x - u) >= half + 8 or abs(y - v) >= 5 + 8, (name.text, number.text)


def test_a_name_finds_no_room_where_everything_is_taken() -> None:
    plan = _plan(("Dongxi",))
    ways = route_ways(plan, plan.routes[0])
    paper = Paper.around((way.points for way in ways), width=WIDTH, height=HEIGHT, margin=26)
    assert list(township_names(paper, plan, []))
    assert list(township_names(paper, plan, [(0, 0, WIDTH, HEIGHT)])) == []


def test_hostile_names_are_text() -> None:
    for hostile in HOSTILE:
        plan = _plan((hostile,))
        for name in _names(plan):
            assert name.text == cut(printable(hostile), 24)
