"""What is printed and exported of books carried on foot."""

from __future__ import annotations

import io
from pathlib import Path

import gpxpy
import msgspec
import polyline
import pypdf
import pytest
from builders import batch, district, stop
from icalendar import Calendar

import bookcar as bc
from bookcar.manifests.gpx import route_gpx, walks_gpx
from bookcar.manifests.handouts import posters_pdf, without_poster
from bookcar.manifests.ical import visits_ics
from bookcar.manifests.rows import week_sheet
from bookcar.manifests.slips import slips_pdf
from bookcar.manifests.timetable import timetable_csv
from bookcar.maps.routes import route_map
from bookcar.model import Carrier, District
from bookcar.pages.week import week_page
from bookcar.phrases import LANGUAGES, Language, Phrases
from bookcar.plan import FootLeg, Plan, Visit
from bookcar.web.foot_map import foot_map

A6_MM = (105, 148)


@pytest.fixture(scope="module")
def tables() -> District:
    houses = [stop(f"S{k}", access="foot", lat=29.0245, landmark="shrine") for k in (5, 8)]
    carriers = tuple(
        Carrier(
            id=f"K{h.id}", name=f"Wu {h.id}", phone="023-1", lon=h.lon, lat=h.lat, at=h.id,
            stops=("S5", "S8"), metres=4_000,
        )
        for h in houses
    )  # fmt: skip
    return district(
        stop("S6", lon=106.70),
        stop("S7", lon=106.73),
        *houses,
        carriers=carriers,
        batches=(*(batch(f"B{k}", kg=30) for k in range(4)), batch("OLD", kg=15, at="S5")),
        time_zone="Asia/Shanghai",
    )


@pytest.fixture(scope="module")
def plan(tables: District) -> Plan:
    return bc.plan_week(tables, "2026-W49", effort="quick")


def _feet(plan: Plan) -> list[FootLeg]:
    return [v.foot for route in plan.routes for v in route.visits if v.foot]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_slip_for_every_carrier_and_visit(plan: Plan, language: Language) -> None:
    week = week_sheet(plan, language=language)
    pages = pypdf.PdfReader(io.BytesIO(slips_pdf(plan, week))).pages
    tours = [tour for foot in _feet(plan) for tour in foot.tours]
    assert len(pages) == len(tours) > 1
    for page, tour in zip(pages, tours, strict=True):
        size = tuple(round(float(side) / 72 * 25.4) for side in page.mediabox[2:])
        assert size == A6_MM
        text = page.extract_text()
        assert plan.carriers_by_id[tour.carrier].name in text
        assert Phrases(language).number(tour.metres / 1000, ".1f") in text


@pytest.mark.parametrize("waits", [False, True])
def test_who_goes_twice_is_told_where_the_other_basket_is(plan: Plan, *, waits: bool) -> None:
    """Only they: who carries all at once leaves nothing at the road."""

    def twice(visit: Visit, up: int) -> Visit:
        if not visit.foot:
            return visit
        tours = tuple(msgspec.structs.replace(t, up=up, down=0) for t in visit.foot.tours)
        foot = msgspec.structs.replace(visit.foot, tours=tours, waits=waits)
        return msgspec.structs.replace(visit, foot=foot)

    told = Phrases("en")("manifests.slip-rest-car" if waits else "manifests.slip-rest")
    for up in (1, 2):
        routes = tuple(
            msgspec.structs.replace(
                r, calls=tuple(twice(c, up) if isinstance(c, Visit) else c for c in r.calls)
            )
            for r in plan.routes
        )
        again = msgspec.structs.replace(plan, routes=routes)
        pages = pypdf.PdfReader(
            io.BytesIO(slips_pdf(again, week_sheet(again, language="en")))
        ).pages
        for page in pages:
            text = " ".join(page.extract_text().split())
            assert (told in text) == (up == 2)


def test_the_driver_is_led_to_where_the_carrier_is(plan: Plan) -> None:
    week = week_sheet(plan)
    rows = [row for sheet in week.routes for row in sheet.rows if row.on_foot]
    for row, foot in zip(rows, _feet(plan), strict=True):
        assert (row.lon, row.lat) == (foot.lon, foot.lat)
        assert f"{foot.lon:.5f},{foot.lat:.5f}" in row.code
        assert "Wu S" in row.note
        assert "023-1" in row.note
        assert f"{foot.metres} m" in row.note
    others = [row for sheet in week.routes for row in sheet.rows if not row.on_foot]
    assert all(not row.note for row in others)


def test_the_walk_is_a_track_from_the_road_to_the_stop(plan: Plan) -> None:
    week = week_sheet(plan)
    for route, sheet in zip(plan.routes, week.routes, strict=True):
        feet = [(v, v.foot) for v in route.visits if v.foot]
        walks = [*walks_gpx(route, week=week, sheet=sheet)]
        assert len({stem for stem, _ in walks}) == len(walks) == len(feet)
        for (visit, foot), (_, data) in zip(feet, walks, strict=True):
            read = gpxpy.parse(data.decode())
            points = read.tracks[0].segments[0].points
            place = plan.stops_by_id[visit.stop]
            assert (points[0].longitude, points[0].latitude) == pytest.approx((foot.lon, foot.lat))
            assert (points[-1].longitude, points[-1].latitude) == pytest.approx(
                (place.lon, place.lat)
            )
        drive = gpxpy.parse(route_gpx(plan, route, week=week, sheet=sheet).decode())
        spots = [(w.longitude, w.latitude) for w in drive.waypoints]
        for _, foot in feet:
            assert any(spot == pytest.approx((foot.lon, foot.lat), abs=1e-5) for spot in spots)


def test_calendars_lead_there_and_the_public_is_told_of_no_car(plan: Plan) -> None:
    week = week_sheet(plan)
    events = Calendar.from_ical(visits_ics(plan, week)).walk("VEVENT")
    spots = {(e["geo"].longitude, e["geo"].latitude) for e in events}
    assert {(round(f.lon, 5), round(f.lat, 5)) for f in _feet(plan)} <= spots
    visits = sum(len(route.visits) for route in plan.routes)
    lines = timetable_csv(plan, week).decode("utf-8-sig").strip().splitlines()
    assert len(lines) - 1 == visits - len(_feet(plan))
    posters = pypdf.PdfReader(io.BytesIO(posters_pdf(week))).pages
    assert len(posters) == visits - len(_feet(plan))
    count = len(_feet(plan))
    assert without_poster(week, ()) == {"foot": count}
    told = Phrases("en")("pages.posters-foot", count=count)
    assert f"no poster for {told}" in week_page(plan, language="en")


def test_pages_show_the_way_on_foot(plan: Plan, tables: District) -> None:
    page = route_map(plan, None)
    for foot in _feet(plan):
        assert len(polyline.decode(foot.line)) >= 2
        assert f'"metres":{foot.metres}' in page.replace(" ", "")
    assert Phrases(plan.language)("maps.symbol-meeting") in page
    assert "carriers.pdf" in week_page(plan)
    bare = bc.plan_week(msgspec.structs.replace(tables, carriers=()), "2026-W49", effort="quick")
    assert "carriers.pdf" not in week_page(bare)


def test_the_little_map_is_sound_svg(plan: Plan) -> None:
    from xml.etree import ElementTree as ET  # noqa: PLC0415

    for route in plan.routes:
        for visit in route.visits:
            if visit.foot:
                assert ET.fromstring(foot_map(plan, visit)).tag.endswith("svg")


def test_a_week_in_which_nobody_carries_has_no_slips(tables: District, tmp_path: Path) -> None:
    from bookcar.manifests.write import write_manifests  # noqa: PLC0415

    write_manifests(bc.plan_week(tables, "2026-W49", effort="quick"), tmp_path)
    assert (tmp_path / "carriers.pdf").exists()
    assert len([*(tmp_path / "gpx").glob("*-foot.gpx")]) == 2
    other = tmp_path / "other"
    other.mkdir()
    bare = msgspec.structs.replace(tables, carriers=())
    write_manifests(bc.plan_week(bare, "2026-W49", effort="quick"), other)
    assert not (other / "carriers.pdf").exists()


def test_a_week_replanned_meets_its_carriers_again(tables: District, plan: Plan) -> None:
    """A car is an hour late: carriers are met at other times, and leave home for these."""
    import datetime as dt  # noqa: PLC0415

    first = min(route.date for route in plan.routes)
    at = dt.datetime.combine(first, dt.time(7, 0))
    again = bc.replan_week(tables, plan, bc.Events(at=at, late={"V": 60})).taken.plan
    for route in again.routes:
        for visit in route.visits:
            if visit.foot:
                assert visit.foot.tours[0].leaves < visit.begin < visit.foot.tours[0].home
    assert {v.stop for r in again.routes for v in r.visits if v.foot} == {"S5", "S8"}
