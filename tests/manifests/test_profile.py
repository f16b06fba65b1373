"""How a route goes up and down."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
import numpy as np
import numpy.typing as npt
import polyline
import pypdf
import pytest
from calls import changed
from manifests.plans import make_plan

from bookcar.manifests.page import route_page
from bookcar.manifests.pdf import manifests_pdf
from bookcar.manifests.profile import (
    HEIGHT,
    WIDTH,
    Profile,
    climb_of,
    profile_svg,
    route_profile,
)
from bookcar.manifests.rows import week_sheet
from bookcar.plan import Leg, Plan
from bookcar.roads.heights import read_heights
from bookcar.web.minimap import route_map

Floats = npt.NDArray[np.float64]


class Slope:
    """A plain that rises to the east, known only where ``known`` says."""

    def __init__(self, share: float = 1.0) -> None:
        self.share = share

    def at(self, lons: npt.ArrayLike, lats: npt.ArrayLike) -> Floats:
        """Return 1,000 m a hundredth of a degree of longitude, nan for the rest of the points."""
        lon, _ = np.broadcast_arrays(np.asarray(lons, float), np.asarray(lats, float))
        metres = 500 + (lon - 106.65) * 10_000
        metres[int(len(metres) * self.share) :] = np.nan
        return metres


def _profile(plan: Plan, heights: Slope | None = None) -> Profile:
    found = route_profile(plan, plan.routes[0], heights or Slope())
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("heights", "climb"),
    [
        ([100, 200], 100),
        ([200, 100], 0),
        ([100, 150, 120, 220], 50 + 100),
        ([100, 109, 100, 109, 100], 0),  # what the grid is wrong by is no climb
        ([100, 150, 145, 200], 100),  # a small dip does not end a rise
        ([100, 100], 0),
        ([50, 40, 30, 130, 30, 45], 100 + 15),
    ],
)
def test_the_climb_is_the_sum_of_real_rises(heights: list[float], climb: int) -> None:
    assert climb_of(np.array(heights, float)) == climb


def test_it_is_as_long_as_the_plan_says_and_every_stop_stands_at_its_km() -> None:
    plan = make_plan(routes=1, stops=6)
    route = plan.routes[0]
    profile = _profile(plan)
    driven = np.cumsum([visit.leg.metres for visit in route.visits])
    assert profile.metres[-1] == pytest.approx(route.metres)
    assert profile.stops == pytest.approx(driven.tolist())


def test_the_heights_at_the_stops_are_the_grounds() -> None:
    plan = make_plan(routes=1, stops=6)
    profile = _profile(plan)
    for stop, metres in zip(plan.stops, profile.stops, strict=False):
        ground = 500 + (stop.lon - 106.65) * 10_000
        assert profile.height_at(metres) == pytest.approx(ground, abs=25)  # smoothed over 300 m


def test_a_few_gaps_are_bridged_and_many_leave_no_profile() -> None:
    plan = make_plan(routes=1)
    assert route_profile(plan, plan.routes[0], Slope(share=0.9)) is not None
    assert route_profile(plan, plan.routes[0], Slope(share=0.4)) is None


def _drawing(profile: Profile) -> ElementTree.Element:
    return ElementTree.fromstring(profile_svg(profile))


def test_everything_stays_on_the_picture_and_stops_are_numbered() -> None:
    root = _drawing(_profile(make_plan(routes=1, stops=25)))
    texts = root.findall("{*}text")
    shown = [int(t.text or 0) for t in texts if t.get("font-weight") == "700"]
    assert shown[0] == 1
    assert shown == sorted(set(shown))
    assert len(root.findall("{*}path[@stroke-dasharray]")) == 25
    places = [float(t.get("x", 0)) for t in texts if t.get("font-weight") == "700"]
    assert min(np.diff(places)) >= 12, "no number covers another"
    for path in root.findall("{*}path"):
        pairs = re.findall(r"([\d.]+) ([\d.]+)", path.get("d", ""))
        assert all(0 <= float(x) <= WIDTH and 0 <= float(y) <= HEIGHT for x, y in pairs)


@pytest.mark.parametrize(
    "wanted", [{"stops": 1, "rest": False}, {"stop": {"lon": 106.65, "lat": 29.02}}]
)
def test_short_routes_have_a_profile_or_none(wanted: dict[str, Any]) -> None:
    plan = make_plan(routes=1, **wanted)
    profile = route_profile(plan, plan.routes[0], Slope())
    if plan.routes[0].metres:
        assert profile is not None
        assert _drawing(profile).get("viewBox")
    else:
        assert profile is None


def test_paper_and_page_say_the_climb_and_the_heights() -> None:
    plan = make_plan(routes=2, stops=4)
    profiles = [route_profile(plan, route, Slope()) for route in plan.routes]
    week = week_sheet(plan, profiles=profiles)
    drawn = [profile_svg(profile) for profile in profiles if profile]
    maps = [route_map(plan, route) for route in plan.routes]
    pdf = manifests_pdf(week, maps=maps, profiles=drawn)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    for sheet, svg, profile in zip(week.routes, maps, drawn, strict=True):
        page = route_page(sheet, week, map_svg=svg, profile_svg=profile)
        assert sheet.climb is not None
        assert f"climb {sheet.climb} m" in text
        assert f"climb {sheet.climb} m" in page
        for row in sheet.rows:
            assert re.fullmatch(r"-?\d+\u00a0m", row.height)
            assert row.height in page
            assert row.height.replace("\u00a0", " ") in text.replace("\u00a0", " ")


def test_without_heights_nothing_is_said_of_them() -> None:
    plan = make_plan(routes=1)
    week = week_sheet(plan)
    page = route_page(week.routes[0], week, map_svg=route_map(plan, plan.routes[0]))
    assert week.routes[0].climb is None
    assert "climb" not in page


@pytest.mark.shared
def test_the_profile_of_a_real_valley(shared: Path) -> None:
    """From Andorra la Vella to the pass of Envalira and back: what climbs there is the ground."""
    town, head = (42.5075, 1.5218), (42.5405, 1.7190)
    out = Leg(seconds=1_800, metres=20_000, line=polyline.encode([town, head], 5))
    home = Leg(seconds=1_800, metres=20_000, line=polyline.encode([head, town], 5))
    plan = make_plan(routes=1, stops=1, rest=False)
    (visit,) = plan.routes[0].visits
    visits = (msgspec.structs.replace(visit, leg=out),)
    route = changed(plan.routes[0], visits=visits, last_leg=home)
    profile = route_profile(plan, route, read_heights(shared / "dem"))
    assert profile is not None
    assert 950 < profile.height_at(0) < 1_100
    assert 2_200 < profile.height_at(20_000) < 2_500
    assert profile.climb >= profile.height_at(20_000) - profile.height_at(0)
