"""A stop that is delivered in parts, when its week goes otherwise or is adjusted by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from builders import batch, district, stop, vehicle

import bookcar as bc
from bookcar.adjust.overrides import Adjustment
from bookcar.audit import audit
from bookcar.errors import InputError
from bookcar.model import District
from bookcar.pages.board_case import board_case
from bookcar.plan import Plan
from bookcar.replan.events import Events
from bookcar.replan.week import replan_week
from bookcar.roads.sources import travel_for

WEEK = "2026-W49"


def _tables(books: int, *, held: int = 0, cars: int = 2, **fields: Any) -> District:
    """Return a stop that wants so many books and holds batches, and cars of 500 books."""
    return district(
        stop("S1", books=books, **fields),
        *(stop(f"S{k}") for k in range(2, 6)),
        vehicles=tuple(vehicle(f"V{k}", books=500) for k in range(cars)),
        batches=(
            *(batch(f"B{k:02d}", books=60) for k in range(60)),
            *(batch(f"OLD{k}", books=150, at="S1") for k in range(held)),
        ),
    )


def _plan(tables: District) -> Plan:
    return bc.plan_week(tables, WEEK, effort="quick")


def _days(plan: Plan) -> list[dt.date]:
    return [r.date for r in plan.routes for v in r.visits if v.stop == "S1"]


def _collected(plan: Plan) -> list[str]:
    return sorted(b for r in plan.routes for v in r.visits if v.stop == "S1" for b in v.collects)


@pytest.mark.parametrize(("books", "held", "parts"), [(900, 4, 2), (1_400, 6, 3)])
def test_a_car_that_is_out_gives_its_part_to_another_day(books: int, held: int, parts: int) -> None:
    tables = _tables(books, held=held)
    plan = _plan(tables)
    assert len(_days(plan)) == parts
    first = next(r for r in plan.routes if any(v.stop == "S1" for v in r.visits))
    at = dt.datetime.combine(first.date, dt.time(7))
    found = replan_week(tables, plan, Events(at=at, out=(first.vehicle,)))
    new = found.taken.plan
    assert audit(new, found.district, found.travel, was=plan) == []
    assert len(set(_days(new))) == len(_days(new)) == parts
    assert _collected(new) == [f"OLD{k}" for k in range(held)]


def test_parts_that_fall_away_are_told_as_missing() -> None:
    tables = _tables(900, cars=1, weekdays=(0, 3))
    plan = _plan(tables)
    at = dt.datetime.combine(_days(plan)[1], dt.time(7))
    found = replan_week(tables, plan, Events(at=at, out=("V0",)))
    new = found.taken.plan
    assert audit(new, found.district, found.travel, was=plan) == []
    (row,) = [row for row in new.unserved if row.stop == "S1"]
    assert row.made == len(_days(new)) == 1


def _file(folder: Path, *rows: str) -> Path:
    file = folder / "overrides.csv"
    file.write_text("\n".join(["stop,date,vehicle,position,keep", *rows]) + "\n", "utf-8")
    return file


def _rows(plan: Plan, keep: str) -> Iterator[str]:
    for route in plan.routes:
        for position, visit in enumerate(route.visits, start=1):
            yield f"{visit.stop},{route.date},{route.vehicle},{position},{keep}"


@pytest.mark.parametrize("keep", ["route", "visit"])
@pytest.mark.parametrize("parts", [2, 3])
def test_parts_fixed_by_hand_stay_what_they_are(tmp_path: Path, parts: int, keep: str) -> None:
    tables = _tables(450 * parts, held=2 * parts)
    base = _plan(tables)
    numbers = count()
    rows = [row for row in _rows(base, keep) if not row.startswith("S1") or next(numbers)]
    plan = bc.plan_week(
        tables,
        WEEK,
        effort="quick",
        adjustment=Adjustment(file=_file(tmp_path, *rows), base=base),
    )
    assert len(set(_days(plan))) == len(_days(plan)) == parts
    assert set(_days(base)[1:]) <= set(_days(plan))
    assert _collected(plan) == _collected(base)


def test_two_parts_on_one_day_are_refused(tmp_path: Path) -> None:
    tables = _tables(900)
    base = _plan(tables)
    day = base.routes[0].date
    rows = (f"S1,{day},V0,1,visit", f"S1,{day},V1,1,visit")
    with pytest.raises(InputError) as refused:
        bc.plan_week(
            tables,
            WEEK,
            effort="quick",
            adjustment=Adjustment(file=_file(tmp_path, *rows), base=base),
        )
    assert {fault.rule for fault in refused.value.faults} == {"override-spacing"}


def test_the_board_has_a_card_for_every_part() -> None:
    tables = _tables(1_400, held=6, weekdays=(0, 1, 2))
    plan = _plan(tables)
    travel = travel_for(tables, stops=[s.id for s in tables.stops])
    case = board_case(plan, tables, travel)
    own = [k for k, due in enumerate(case.due) if due.stop.id == "S1"]
    assert len(own) == 3
    loads = [case.problem.tasks[k].collects[0] for k in own]
    assert sum(loads) == 6 * 150
    assert max(loads) <= 500
