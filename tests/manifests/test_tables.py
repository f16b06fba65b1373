"""The tables for other programs."""

from __future__ import annotations

import csv
import io

import msgspec
import pytest
from manifests.plans import make_plan

from bookcar.manifests.rows import week_sheet
from bookcar.manifests.tables import UNSERVED, VISITS, table_csv, unserved_csv, visits_csv


def _rows(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_row_for_every_batch_moved() -> None:
    plan = make_plan(routes=2, stops=3, batches=2)
    rows = _rows(visits_csv(plan))
    moves = [
        (route.date.isoformat(), visit.stop, route.vehicle, batch, action, "40", "", "", depot)
        for route in plan.routes
        for visit in route.visits
        for action, batches, depot in (
            ("dropped", visit.drops, ""),
            ("collected", visit.collects, route.depot),
        )
        for batch in batches
    ]
    counted = ("arrive", "leave", "readers", "loans", "new_cards", "km", "who")
    assert [tuple(row[column] for column in VISITS[: -len(counted)]) for row in rows] == moves
    assert {row[column] for row in rows for column in counted} == {""}


def test_a_visit_that_moves_nothing_has_one_row() -> None:
    rows = _rows(visits_csv(make_plan(routes=1, stops=2, batches=0)))
    assert [(row["stop"], row["batch"], row["action"], row["status"]) for row in rows] == [
        ("S001", "", "", ""),
        ("S002", "", "", ""),
    ]


def test_unserved_stops_with_their_reason() -> None:
    plan = make_plan(unserved=2)
    never, five = _rows(unserved_csv(week_sheet(plan)))
    assert tuple(never) == UNSERVED
    assert (never["stop"], never["reason"]) == ("S011", "no-vehicle")
    assert {never["weeks_since"], five["weeks_since"]} <= {"", "5"}
    assert five["explanation"] == "No road within 500 m (nearest: 1.2 km)."


@pytest.mark.parametrize("cell", ["=1+1", "+86 1", "-x", "@a", "\tx", "\rx"])
def test_nothing_is_a_formula(cell: str) -> None:
    data = table_csv(("a", "b"), [(cell, -3)])
    assert _rows(data) == [{"a": f"'{cell}", "b": "-3"}]


def test_awkward_texts_come_back_as_they_are() -> None:
    texts = ('a "quoted", text', "two\nlines", "塆", "x;y")
    assert list(_rows(table_csv(("a", "b", "c", "d"), [texts]))[0].values()) == list(texts)


def test_a_name_that_is_a_formula_is_made_harmless() -> None:
    plan = make_plan(routes=0, unserved=1, stop={"name": "=HYPERLINK(0)"})
    assert _rows(unserved_csv(week_sheet(plan)))[0]["name"] == "'=HYPERLINK(0)"
    plan = make_plan(routes=1, stops=1)
    vehicle = msgspec.structs.replace(plan.vehicles[0], id="+V")
    route = msgspec.structs.replace(plan.routes[0], vehicle="+V")
    plan = msgspec.structs.replace(plan, vehicles=(vehicle,), routes=(route,))
    assert {row["vehicle"] for row in _rows(visits_csv(plan))} == {"'+V"}
