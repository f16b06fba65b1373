"""Reloads on everything that lists stops."""

from __future__ import annotations

import csv
import io
import re
from xml.etree import ElementTree as ET

import openpyxl
import pypdf
import pytest
from reloading import STORE, far_plan, yard_plan

from bookcar.manifests.gpx import places_gpx, route_gpx
from bookcar.manifests.handouts import labels_pdf
from bookcar.manifests.ical import visits_ics
from bookcar.manifests.page import route_page
from bookcar.manifests.pdf import manifests_pdf
from bookcar.manifests.rows import week_sheet
from bookcar.manifests.sheet import ReloadRow, RouteSheet
from bookcar.manifests.tables import visits_csv
from bookcar.manifests.workbook import week_workbook
from bookcar.plan import Plan
from bookcar.plan_index import breaks_at
from bookcar.web.geometry import route_places
from bookcar.web.minimap import route_map
from bookcar.web.text import BREAK


@pytest.fixture(scope="module")
def plan() -> Plan:
    return far_plan()


@pytest.fixture(scope="module")
def sheet(plan: Plan) -> RouteSheet:
    return week_sheet(plan).routes[0]


def test_the_plan_reloads_twice(plan: Plan) -> None:
    (route,) = plan.routes
    assert plan.totals.served == 4
    assert [reload.depot for reload in route.reloads] == ["E", "E"]


def test_reloads_stand_among_the_stops_in_order(plan: Plan, sheet: RouteSheet) -> None:
    (route,) = plan.routes
    places = [r.place if isinstance(r, ReloadRow) else r.stop for r in sheet.calls]
    assert ["D", *places, "D"] == list(route.places)
    assert [row.number for row in sheet.rows] == [1, 2, 3, 4]
    kms = [row.total_km.value for row in sheet.calls]
    assert kms == sorted(kms)
    assert kms[-1] + sheet.return_km.value == pytest.approx(sheet.km.value, abs=0.11)


def test_each_reload_has_its_own_loading_list(plan: Plan, sheet: RouteSheet) -> None:
    (route,) = plan.routes
    assert [part.number for part in sheet.parts] == [0, 1, 2]
    assert sheet.parts[0].title == "Load at Library before leaving"
    assert sheet.parts[1].title.startswith("Load at reload 1: ")
    for part, reload in zip(sheet.parts[1:], route.reloads, strict=True):
        assert {row.batch.id for row in part.rows} == set(reload.loads)
        assert (part.books, part.kg) == (reload.books, reload.kg)
        assert [row.number for row in part.rows] == sorted(
            (row.number for row in part.rows), reverse=True
        )
    assert sheet.parts[0].books == route.books_out


def test_a_break_at_a_depot_says_so(plan: Plan) -> None:
    (route,) = plan.routes
    calls = week_sheet(plan).routes[0].calls
    ((_, index),) = breaks_at(route)
    at = calls[index]
    rest = at.break_before or at.break_after
    assert rest is not None
    what = "reload" if isinstance(at, ReloadRow) else "stop"
    assert f"{what} {at.number}" in rest.where


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", ("Reload 1", "Put off", "Load at reload 2")), ("zh", ("补书", "卸下", "装上"))],
)
def test_the_pdf_and_the_page_say_what_goes_off_and_on(
    plan: Plan, language: str, said: tuple[str, ...]
) -> None:
    week = week_sheet(plan, language=language)
    route = plan.routes[0]
    svg = route_map(plan, route)
    pdf = pypdf.PdfReader(io.BytesIO(manifests_pdf(week, maps=[svg])))
    text = "".join(page.extract_text() for page in pdf.pages).replace(BREAK, "")
    page = route_page(week.routes[0], week, map_svg=svg)
    for word in said:
        assert word in text
        assert word in page
    assert "<script>document.title" not in page
    assert page.count('class="stop reload"') == 2


def test_the_little_map_has_a_house_for_every_store_and_no_number_for_it(plan: Plan) -> None:
    svg = route_map(plan, plan.routes[0])
    whole = re.sub(r"<svg x=.*</svg>(?=.*</svg>)", "", svg, flags=re.DOTALL)  # no closer map
    assert whole.count("M0 -10L10 -1") == 2
    assert ">5<" not in svg


def test_navigation_devices_get_the_reload_between_its_stops(plan: Plan) -> None:
    week = week_sheet(plan)
    for write in (route_gpx, places_gpx):  # among the waypoints, and on the route
        root = ET.fromstring(write(plan, plan.routes[0], week=week, sheet=week.routes[0]))
        names = [e.text or "" for e in root.iter("{http://www.topografix.com/GPX/1/1}name")]
        points = [name for name in names if STORE in name]
        assert points[0].startswith("01+ ")
        assert len(points) == 2
    assert len(route_places(plan, plan.routes[0])) == 8


def test_the_workbook_has_rows_of_reloads_and_says_where_to_load(plan: Plan) -> None:
    book = openpyxl.load_workbook(io.BytesIO(week_workbook(week_sheet(plan))))
    visits = [[cell.value for cell in row] for row in book["Visits"].iter_rows(min_row=2)]
    reloads = [row for row in visits if row[9] in ("Reload 1", "Reload 2")]
    assert [row[6] for row in reloads] == ["E", "E"]
    assert [row[0] for row in reloads] == ["R01", "R01"]
    actions = {row[7].value for row in book["Batches"].iter_rows(min_row=2)}
    assert actions == {"Drop", "Drop · Reload 1", "Drop · Reload 2", "Collect"}
    assert book["Routes"]["H2"].value == 2


def test_the_calendar_has_the_reloads(plan: Plan) -> None:
    text = visits_ics(plan, week_sheet(plan)).decode()
    assert text.count("BEGIN:VEVENT") == 6
    assert "Reload 2" in text
    uids = [line for line in text.split("\r\n") if line.startswith("UID")]
    assert len(set(uids)) == 6


def test_the_visits_say_where_what_was_collected_is_put_off(plan: Plan) -> None:
    rows = list(csv.DictReader(io.StringIO(visits_csv(plan).decode("utf-8-sig"))))
    assert {row["depot"] for row in rows if row["action"] == "dropped"} == {""}
    by_batch = {row["batch"]: row["depot"] for row in rows if row["action"] == "collected"}
    (route,) = plan.routes
    off = {name: reload.depot for reload in route.reloads for name in reload.unloads}
    assert by_batch == {name: off.get(name, route.depot) for name in by_batch}
    assert "E" in by_batch.values()


def test_labels_say_at_which_reload_a_crate_is_loaded(plan: Plan) -> None:
    reader = pypdf.PdfReader(io.BytesIO(labels_pdf(week_sheet(plan))))
    text = "".join(page.extract_text() for page in reader.pages)
    assert "Reload 1" in text


# A car that loads at the sub-store before its first stop.


@pytest.fixture(scope="module")
def from_yard() -> Plan:
    plan = yard_plan()
    assert plan.routes[0].places[:2] == ("D", "E")
    return plan


def test_a_car_that_loads_on_its_way_leaves_the_yard_empty(from_yard: Plan) -> None:
    week, svg = week_sheet(from_yard), route_map(from_yard, from_yard.routes[0])
    (sheet,) = week.routes
    assert [(part.books, len(part.rows)) for part in sheet.parts] == [(0, 0), (150, 3)]
    first, second, *_ = sheet.calls
    assert isinstance(first, ReloadRow)
    assert (first.number, second.number) == (1, 1)
    page = route_page(sheet, week, map_svg=svg)
    assert page.index('class="stop reload"') < page.index('id="stop-1"')


def test_a_reload_before_the_first_stop_is_the_first_point(from_yard: Plan) -> None:
    week = week_sheet(from_yard)
    sheet = week.routes[0]
    root = ET.fromstring(places_gpx(from_yard, from_yard.routes[0], week=week, sheet=sheet))
    tag = "{http://www.topografix.com/GPX/1/1}"
    route = [point.findtext(f"{tag}name") or "" for point in root.iter(f"{tag}rtept")]
    assert [name.split()[0] for name in route[:3]] == ["00", "00+", "01"]
    rows = list(csv.DictReader(io.StringIO(visits_csv(from_yard).decode("utf-8-sig"))))
    assert {row["depot"] for row in rows if row["action"] == "collected"} == {"D"}
