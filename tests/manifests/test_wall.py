"""The week on one sheet of A3."""

from __future__ import annotations

import datetime as dt
import io
import re

import msgspec
import pypdf
import pytest
from manifests.plans import HOSTILE, ZH, make_plan

from bookcar.manifests.rows import week_sheet
from bookcar.manifests.wall import MOST_LEFT, wall_pdf
from bookcar.phrases import LANGUAGES, Language
from bookcar.plan import Plan

new = msgspec.structs.replace
CARS = 20


def _many() -> Plan:
    """Return 38 routes of 20 cars on two days, and 188 stops left out."""
    plan = make_plan(routes=38, stops=4, unserved=188)
    first, (car, *_) = plan.routes[0].date, plan.vehicles
    cars = tuple(new(car, id=f"C{k:02d}", name=f"car {k}") for k in range(CARS))
    routes = tuple(
        new(route, vehicle=f"C{k % CARS:02d}", date=first + dt.timedelta(days=k // CARS))
        for k, route in enumerate(plan.routes)
    )
    return new(plan, routes=routes, vehicles=cars)


def _page(plan: Plan, language: Language = "en") -> pypdf.PageObject:
    """Return the only page."""
    (page,) = pypdf.PdfReader(io.BytesIO(wall_pdf(week_sheet(plan, language=language)))).pages
    return page


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stops", [4, 15])
def test_every_route_stop_and_number_to_call_is_on_the_sheet(
    language: Language, stops: int
) -> None:
    plan = make_plan(routes=5, stops=stops)
    week, text = week_sheet(plan, language=language), _bare(_page(plan, language).extract_text())
    for route in week.routes:
        assert route.id in text
        assert _bare(route.driver_phone) in text
        for row in route.rows:
            assert (
                _bare(f"{row.arrive.text}{row.name_en if language == 'en' else row.name}") in text
            )
    assert _bare(week.dispatch) in text


def test_thirty_eight_routes_are_one_sheet_too() -> None:
    plan = _many()
    text = _bare(_page(plan).extract_text())
    assert all(route.id in text for route in plan.routes)
    assert "(188)" in text
    assert f"{188 // 2 - MOST_LEFT}more" in text


@pytest.mark.parametrize(("paper", "size"), [("a4", (420, 297)), ("letter", (431.8, 279.4))])
def test_the_sheet_is_twice_the_paper(paper: str, size: tuple[float, float]) -> None:
    box = _page(make_plan(plan={"paper": paper})).mediabox
    assert (box.width, box.height) == pytest.approx([mm / 25.4 * 72 for mm in size], abs=0.5)


def test_no_type_is_too_small_to_read_at_a_wall() -> None:
    """Thirty-eight routes are set in seven points, and nothing in less than six."""
    sizes: set[float] = set()

    def note(text: str, _cm: list[float], tm: list[float], _font: object, size: float) -> None:
        if text.strip():
            sizes.add(round(abs(tm[3]) * size, 1))

    _page(_many()).extract_text(visitor_text=note)
    assert min(sizes) >= 6


def test_hostile_names_and_a_week_without_routes_are_one_sheet() -> None:
    assert _page(make_plan(routes=2, stops=7, names=HOSTILE))
    assert "No routes this week" in " ".join(_page(make_plan(routes=0)).extract_text().split())


def test_it_is_tagged_and_the_same_each_time() -> None:
    week = week_sheet(make_plan(plan=ZH))
    pdf = wall_pdf(week)
    assert pdf == wall_pdf(week)
    assert pypdf.PdfReader(io.BytesIO(pdf)).root_object["/MarkInfo"]["/Marked"]
