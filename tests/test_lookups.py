"""Look-ups by id on a plan and a district."""

from __future__ import annotations

import pytest
from audit.clean import clean
from msgspec import structs

from bookcar.model import District
from bookcar.plan import Plan

CASE = clean()


@pytest.mark.parametrize("record", [CASE.plan, CASE.district], ids=["plan", "district"])
@pytest.mark.parametrize("table", ["depots", "stops", "vehicles", "batches", "requests"])
def test_every_row_is_found_by_its_id(record: Plan | District, table: str) -> None:
    rows = getattr(record, table)
    assert rows
    assert getattr(record, f"{table}_by_id") == {row.id: row for row in rows}


def test_places_are_depots_and_stops() -> None:
    found = CASE.plan.places_by_id
    assert found["D"] is CASE.plan.depots[0]
    assert found["S5"] is CASE.plan.stops_by_id["S5"]
    assert len(found) == len(CASE.plan.depots) + len(CASE.plan.stops)


def test_a_look_up_is_made_once_and_nobody_changes_it() -> None:
    found = CASE.plan.stops_by_id
    assert CASE.plan.stops_by_id is found
    with pytest.raises(TypeError):
        found["S1"] = found["S2"]  # type: ignore[index]


def test_a_changed_copy_looks_up_its_own_rows() -> None:
    district = CASE.district
    assert "S1" in district.stops_by_id
    assert set(district.with_stops({"S2"}).stops_by_id) == {"S2"}
    fewer = structs.replace(CASE.plan, vehicles=CASE.plan.vehicles[:1])
    assert len(CASE.plan.vehicles_by_id) > len(fewer.vehicles_by_id) == 1


def test_a_look_up_changes_neither_the_bytes_nor_what_a_plan_equals() -> None:
    plan, asked = clean().plan, clean().plan
    assert asked.places_by_id
    assert asked.to_json() == plan.to_json()
    assert asked == plan
    assert asked.with_id().id == plan.id
