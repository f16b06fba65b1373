"""The public timetable."""

from __future__ import annotations

import csv
import io
from typing import Any

from manifests.plans import ZH, make_plan

from bookcar.manifests.rows import week_sheet
from bookcar.manifests.timetable import COLUMNS, timetable_csv
from bookcar.plan import Plan
from bookcar.weeks import clock


def _rows(plan: Plan) -> list[dict[str, Any]]:
    data = timetable_csv(plan, week_sheet(plan))
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_row_per_visit_in_the_columns_of_the_schema() -> None:
    plan = make_plan(routes=3, stops=4, plan=ZH)
    rows = _rows(plan)
    assert tuple(rows[0]) == COLUMNS
    visits = [(route, visit) for route in plan.routes for visit in route.visits]
    stops = {stop.id: stop for stop in plan.stops}
    for row, (route, visit) in zip(rows, visits, strict=True):
        stop = stops[visit.stop]
        assert (row["stop"], row["route"]) == (stop.name, route.id)
        assert (float(row["geox"]), float(row["geoy"])) == (stop.lon, stop.lat)
        assert (row["arrival"], row["departure"]) == (clock(visit.begin), clock(visit.depart))
        assert row["start"] == row["end"] == route.date.isoformat()
        assert row["day"] == f"{route.date:%A}"
        assert row["type"] == ("Private" if stop.kind == "school" else "Public")


def test_nothing_personal_is_published() -> None:
    text = timetable_csv(plan := make_plan(), week_sheet(plan)).decode()
    assert not any(stop.phone in text or stop.contact in text for stop in plan.stops)


def test_western_longitudes_stay_numbers() -> None:
    (row,) = _rows(make_plan(routes=1, stops=1, stop={"lon": -1.25, "lat": -16.5}))
    assert (row["geox"], row["geoy"]) == ("-1.25", "-16.5")
